"""Look the register over: the database, the history, and every record against what the history says.

Nothing is changed. Every check is made of one state of the register, while others go on writing.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from enum import Enum
from itertools import groupby, pairwise
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, func, select

from data.register import tables
from data.register.as_json import contacts_to_json, to_json
from data.register.changes import MOST_LINES, read_changes
from data.register.deciding import ENTITY
from data.register.decision_chain import check_decisions
from data.register.engine import is_sqlite, reading
from data.register.fields import WITHHELD
from data.register.migrations import HEAD, version_of
from data.register.reading import (
    IS_PUBLISHED,
    give_out_all,
    read_invitations,
    read_organisations,
    read_places,
    read_sources,
    read_suggestions,
)
from data.register.records import (
    COMMAND_LINE,
    Change,
    Invitation,
    Organisation,
    Place,
    Source,
    State,
    Suggestion,
)

_SHOWN: Final = 5
_AT_ONCE: Final = 1_000
_NO_RECORD: Final = "register"
"""What stands in the history and is no record: that a backup was restored."""
_PERSONAL: Final = frozenset({"contacts", "phone", "email"})
_OF_ITS_TIME: Final = frozenset({"confidential", "held"})
"""What the history says of a suggestion beside what it holds: how its place stood then."""
Record = Place | Organisation | Suggestion | Source | Invitation
_VERSIONED: Final = (Place, Organisation)
Found = tuple[int, list[str]]
"""At how many a check looked, and what is wrong, in words."""


@dataclass(frozen=True)
class Check:
    """What was looked at, at how many, and what is wrong: how many, and the first five in words."""

    name: str
    looked_at: int
    wrong: int
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong."""
        return not self.wrong


def verify(engine: Engine) -> tuple[Check, ...]:
    """Make every check; none where there is no register yet. One that is unsound is not looked at further.

    Raises
    ------
    RegisterError
        When the database cannot be read at all, or holds something else.
    """
    version = version_of(engine)
    if not version:
        return ()
    if version != HEAD:
        return (_told(_VERSION, 1, [f"they are of version {version}, not {HEAD}"]),)
    done = [_told(_VERSION, 1, [])]
    with reading(engine) as connection:
        for name, check in _CHECKS.items():
            try:
                done.append(_told(name, *check(connection)))
            except (ValueError, TypeError, LookupError, AttributeError) as error:  # of what a column holds
                done.append(
                    _told(name, 0, [f"what is stored cannot be read: {type(error).__name__}, {error}"])
                )
            if check is _check_database and not done[-1].passed:
                break
    return tuple(done)


def _told(name: str, looked_at: int, faults: Sequence[str]) -> Check:
    return Check(name, looked_at, len(faults), tuple(faults[:_SHOWN]))


def _check_database(connection: Connection) -> Found:
    """Have the database look itself over; a server reads every table whole, and says what it cannot."""
    if not is_sqlite(connection):
        counted = [connection.execute(select(table)).all() for table in tables.metadata.sorted_tables]
        return sum(map(len, counted)), []
    pages = connection.exec_driver_sql("PRAGMA page_count").scalar() or 0
    said = connection.exec_driver_sql("PRAGMA integrity_check").scalars()
    return pages, [line for line in said if line != "ok"]


def _check_references(connection: Connection) -> Found:
    """Look for rows that name another that is not there, whatever the database enforces."""
    faults, looked_at = [], 0
    for table in tables.metadata.sorted_tables:
        for key in table.foreign_keys:
            names, other = key.parent, key.column.table.alias()
            looked_at += connection.scalar(select(func.count(names))) or 0
            lost = select(table.c.id).outerjoin(other, other.c.id == names).where(names.is_not(None))
            for row_id in connection.scalars(lost.where(other.c.id.is_(None))):
                faults.append(f"{names} of {row_id} is not there")
    return looked_at, faults


def _check_numbers(connection: Connection) -> Found:
    """Look for gaps in the history, and whether the register knows its last line."""
    revisions = list(connection.scalars(select(tables.register.c.revision)))
    numbers = list(connection.scalars(select(tables.history.c.number).order_by(tables.history.c.number)))
    faults = (
        []
        if revisions == numbers[-1:] or (revisions, numbers) == ([0], [])
        else [f"the register is at {revisions}, and its last line is {numbers[-1:]}"]
    )
    faults += [
        f"after line {before} comes line {after}"
        for before, after in zip([0, *numbers], numbers, strict=False)
        if after != before + 1
    ]
    return len(numbers), faults


def _lines(connection: Connection) -> Iterator[tuple[tuple[str, str], list[Row[Any]]]]:
    """Yield what the history says of each record, in order."""
    history = tables.history
    wanted = (
        select(history)
        .where(history.c.entity != _NO_RECORD)
        .order_by(history.c.entity, history.c.entity_id, history.c.number)
        .execution_options(yield_per=_AT_ONCE)
    )
    rows = connection.execute(wanted)
    for key, lines in groupby(rows, key=lambda row: (row.entity, row.entity_id)):
        yield key, list(lines)


def _check_versions(connection: Connection) -> Found:
    """Look whether each line of a record begins where the one before it ended."""
    faults, looked_at = [], 0
    for (entity, entity_id), lines in _lines(connection):
        looked_at += len(lines)
        what = f"{entity} {entity_id}"
        if lines[0].before is not None:
            faults.append(f"{what}: line {lines[0].number} is its first, and something stood before")
        faults += [
            f"{what}: line {line.number} is of version {line.version}, not {version}"
            for version, line in enumerate(lines, 1)
            if line.version != version
        ]
        faults += [
            f"{what}: line {after.number} does not begin where line {before.number} ended"
            for before, after in pairwise(lines)
            if not _joins(entity, before, after)
        ]
    return looked_at, faults


def _joins(entity: str, before: Row[Any], after: Row[Any]) -> bool:
    if before.after is None or after.before is None:
        return False
    beside = _OF_ITS_TIME if entity == "suggestion" else frozenset[str]()
    ended, begins = (
        {k: v for k, v in side.items() if k not in beside} for side in (before.after, after.before)
    )
    return ended == begins and before.contacts_after == after.contacts_before


def _check_records(connection: Connection) -> Found:
    """Look whether each record is what its last line says, and none is without a line."""
    records = _records(connection)
    looked_at = len(records)
    faults = []
    for key, lines in _lines(connection):
        if key[0] == ENTITY:  # `check_decisions` looks at every version of those
            continue
        record = records.pop(key, None)
        what = " ".join(key)
        if record is None:
            faults.append(f"{what}: it stands in the history and is not there")
        elif differing := _differing(record, lines[-1]):
            faults.append(f"{what}: {', '.join(differing)} not as line {lines[-1].number} says")
    faults += [f"{' '.join(key)}: the history says nothing of it" for key in records]
    return looked_at, faults


def _records(connection: Connection) -> dict[tuple[str, str], Record]:
    found: dict[tuple[str, str], Record] = {}
    for entity, some in (
        ("place", read_places(connection)),
        ("organisation", read_organisations(connection)),
        ("source", read_sources(connection)),
        ("suggestion", read_suggestions(connection)),
        ("invitation", tuple(invitation for invitation, _ in read_invitations(connection))),
    ):
        found |= {(entity, record.id): record for record in some}
    return found


def _differing(record: Record, line: Row[Any]) -> list[str]:
    """Return the fields of a record that its last line says otherwise, of those that it says."""
    said = line.after or {}
    differing = [key for key, value in _written(record).items() if key in said and said[key] != value]
    if isinstance(record, _VERSIONED) and record.version != line.version:
        differing.append("version")
    if isinstance(record, Place) and contacts_to_json(record.contacts) != (line.contacts_after or []):
        differing.append("contacts")
    return differing


def _written(record: Record) -> Mapping[str, Any]:
    """Write a record as the history does, without contacts."""
    if isinstance(record, Place):
        return to_json(record)
    values = {field.name: _plain(getattr(record, field.name)) for field in fields(record)}
    if isinstance(record, Suggestion):
        values["changes"] = {key: value for key, value in record.changes.items() if key != "contacts"}
    return values


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, date):  # a time is one too
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _check_personal(connection: Connection) -> Found:
    """Look for contacts where they could not be erased: among what the history says of other fields."""
    faults, looked_at = [], 0
    for _, lines in _lines(connection):
        looked_at += len(lines)
        for line in lines:
            sides = [side for side in (line.before, line.after) if side]
            sides += [side["changes"] for side in sides if isinstance(side.get("changes"), Mapping)]
            if any(_PERSONAL & set(side) for side in sides):
                faults.append(f"line {line.number}")
    return looked_at, faults


def _check_published(connection: Connection) -> Found:
    """Look at what is given to everybody: published places, and of contacts only those with consent."""
    given = give_out_all(read_places(connection, IS_PUBLISHED), None)
    faults = [
        f"place {place.id}"
        for place in given
        if place.state is not State.PUBLISHED
        or place.withheld
        or place.submitted_by
        or not all(contact.consent for contact in place.contacts)
    ]
    return len(given), faults


def _check_withheld(connection: Connection) -> Found:
    """Look for the location of a withheld place in what is given out, whoever asks, in any field."""
    place = tables.place.c
    stored = read_places(connection, (place.held != "") | place.confidential)
    faults = []
    for here, given in zip(stored, give_out_all(stored, COMMAND_LINE), strict=True):
        changes = read_changes(connection, here.id, MOST_LINES, None)
        if any(getattr(given, name) for name in WITHHELD) or any(map(_tells_where, changes)):
            faults.append(f"place {here.id}: its location is given out")
        secrets = {_squeezed(text) for text in (here.postcode, here.address) if len(_squeezed(text)) > 4}
        told = _squeezed(json.dumps(to_json(given), ensure_ascii=False))
        if any(secret in told for secret in secrets):
            faults.append(f"place {here.id}: one of its other fields repeats its address or postcode")
    return len(stored), faults


def _tells_where(change: Change) -> bool:
    sides: list[Mapping[str, Any]] = [side for side in (change.before, change.after) if side]
    sides += [side["changes"] for side in sides if isinstance(side.get("changes"), Mapping)]
    return any(side.get(name) for side in sides for name in WITHHELD)


def _squeezed(text: str) -> str:
    return "".join(text.split()).casefold()


_VERSION: Final = "the tables are of the version that is read here"
_CHECKS: Final[Mapping[str, Callable[[Connection], Found]]] = {
    "the database is sound": _check_database,
    "every reference leads somewhere": _check_references,
    "the history has no gap": _check_numbers,
    "each version follows from the one before": _check_versions,
    "every record is as the history says": _check_records,
    "no record of a decision was tampered with": check_decisions,
    "no contact stands among the other fields of the history": _check_personal,
    "what everybody sees is published, and its contacts agreed": _check_published,
    "the location of no withheld place is given out": _check_withheld,
}
