"""The history: reading it without what is withheld, undoing a change, erasing a contact."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update

from data.errors import RegisterError
from data.register import tables
from data.register.as_json import from_json, organisation_from_json, organisation_to_json
from data.register.fields import WITHHELD
from data.register.reading import in_parts, read_places
from data.register.records import Change, Place, Role, State
from data.register.rights import Action
from data.register.writing import Deed, Saving, Writer

MOST_LINES: Final = 5_000
_NOT_UNDONE: Final = {
    "suggestion": "Change the place instead.",
    "invitation": "Withdraw the invitation instead.",
    "source": "Undo the changes of its places instead, or put back a backup.",
    "decision": "Save the record anew, or withdraw it.",
    "register": "Put back the backup that was kept of what was there.",
}


def read_changes(
    connection: Connection, entity_id: str, limit: int, before: int | None
) -> tuple[Change, ...]:
    """Read lines of the history, the newest first, without the locations that are withheld."""
    history = tables.history.c
    wanted = select(tables.history).order_by(history.number.desc()).limit(max(1, min(limit, MOST_LINES)))
    if entity_id:
        wanted = wanted.where(history.entity_id == entity_id)
    if before is not None:
        wanted = wanted.where(history.number < before)
    rows = connection.execute(wanted).all()
    hidden = _withheld_now(connection, {_place_of(row) for row in rows})
    return tuple(_change(row, _place_of(row) in hidden) for row in rows)


def read_change(connection: Connection, number: int) -> Change:
    """Read one line of the history, without a location that is withheld."""
    row = _line(connection, number)
    return _change(row, _place_of(row) in _withheld_now(connection, {_place_of(row)}))


def _line(connection: Connection, number: int) -> Row[Any]:
    row = connection.execute(select(tables.history).where(tables.history.c.number == number)).one_or_none()
    if row is None:
        raise RegisterError(f"There is no change number {number:,}.", "Look for it in the history.")
    return row


def _place_of(row: Row[Any]) -> str:
    """Return the id of the place that a line is about, "" where it is about none."""
    if row.entity == "suggestion":
        return str((row.after or row.before)["place_id"])
    return row.entity_id if row.entity == "place" else ""


def _withheld_now(connection: Connection, ids: set[str]) -> set[str]:
    place = tables.place.c
    found: set[str] = set()
    for some in in_parts(sorted(ids - {""})):
        wanted = select(place.id).where(place.id.in_(some), (place.held != "") | place.confidential)
        found |= set(connection.scalars(wanted))
    return found


def _change(row: Row[Any], hidden: bool) -> Change:
    sides = (row.before, row.after)
    hide = hidden or any(side and (side.get("confidential") or side.get("held")) for side in sides)
    return Change(
        row.number,
        row.at,
        row.who,
        Role(row.role),
        row.action,
        row.entity,
        row.entity_id,
        row.version,
        blank_location(row.before) if hide else row.before,
        blank_location(row.after) if hide else row.after,
        row.note,
        row.undoes,
    )


def blank_location(written: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """Return what was written of a place or a suggestion without where it is.

    Examples
    --------
    >>> blank_location({"name": "Mill House", "postcode": "ZE1 1AB", "easting_m": 1.0})
    {'name': 'Mill House', 'postcode': '', 'easting_m': None}
    """
    if written is None:
        return None
    blank: dict[str, Any] = {key: None if key.endswith("_m") else "" for key in WITHHELD if key in written}
    if isinstance(written.get("changes"), Mapping):
        blank["changes"] = blank_location(written["changes"])
    return {**written, **blank}


def undo(writer: Writer, number: int) -> tuple[int, ...]:
    """Put back what stood before a change; of a merge, both places. Return the numbers of the new lines."""
    writer.require(Action.UNDO, str(number))
    lines = _undone_together(writer.connection, _line(writer.connection, number))
    for line in lines:
        _require_undoable(writer.connection, line)
    if lines[0].entity == "organisation":
        return (_undo_organisation(writer, lines[0]),)
    return _undo_places(writer, lines)


def _undone_together(connection: Connection, line: Row[Any]) -> list[Row[Any]]:
    """Return the line, and with it the other line of a merge, or of what undid or redid one."""
    first = line
    while first.undoes is not None:
        first = _line(connection, first.undoes)
    if first.action == Deed.MERGED_AWAY:
        return [line, _line(connection, line.number + 1)]
    if first.action == Deed.MERGED:
        return [_line(connection, line.number - 1), line]
    return [line]


def _require_undoable(connection: Connection, line: Row[Any]) -> None:
    if line.entity in _NOT_UNDONE:
        raise RegisterError(
            f"Change {line.number:,} cannot be undone: {line.action}.", _NOT_UNDONE[line.entity]
        )
    if line.action == Deed.CONTACT_ERASED:
        raise RegisterError(f"Change {line.number:,} erased a contact, which nobody can bring back.", None)
    history = tables.history.c
    wanted = select(tables.history).where(history.entity_id == line.entity_id, history.number > line.number)
    later = connection.execute(wanted.order_by(history.number.desc())).all()
    erased = [row.number for row in later if row.action == Deed.CONTACT_ERASED]
    if erased:
        raise RegisterError(
            f"Change {line.number:,} cannot be undone: change {erased[0]:,} erased a contact since.",
            "Change the record by hand.",
        )
    if later:
        newest = later[0]
        raise RegisterError(
            f"Change {line.number:,} cannot be undone: change {newest.number:,} ({newest.action}, by "
            f"{newest.who}) stands on it.",
            f"Undo change {newest.number:,} first, or change the record by hand.",
        )


def _undo_organisation(writer: Writer, line: Row[Any]) -> int:
    if line.before is None:
        raise RegisterError(
            f"Change {line.number:,} made an organisation, which cannot be taken away again.", "Rename it."
        )
    current = writer.organisation(line.entity_id)
    back = replace(organisation_from_json(line.before), version=current.version + 1)
    table = tables.organisation
    writer.connection.execute(update(table).where(table.c.id == back.id).values(organisation_to_json(back)))
    before, after = organisation_to_json(current), organisation_to_json(back)
    return writer.record(
        Deed.UNDONE, "organisation", back.id, back.version, before, after, undoes=line.number
    )


def _undo_places(writer: Writer, lines: list[Row[Any]]) -> tuple[int, ...]:
    ids = [line.entity_id for line in lines]
    there = {p.id: p for p in read_places(writer.connection, tables.place.c.id.in_(ids))}
    first = writer.number + 1
    writer.save_places(
        [
            Saving(
                there[line.entity_id],
                _put_back(line, there[line.entity_id]),
                Deed.UNDONE,
                {"undoes": line.number},
            )
            for line in lines
        ]
    )
    return tuple(range(first, writer.number + 1))


def _put_back(line: Row[Any], current: Place) -> Place:
    """Return what stood before a change; what it made is retired, for nothing is deleted."""
    if line.before is None:
        return replace(
            current, state=State.RETIRED, reason=f"what made it, change {line.number:,}, was undone"
        )
    return from_json(line.before, line.contacts_before or ())
