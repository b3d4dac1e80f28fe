"""Many places at once, from a spreadsheet: the template, and what is wrong row by row before any is sent."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, Protocol

from data.asset_kinds import asset_kinds, plain, vocabulary
from data.errors import RegisterError, SourceError, first_few
from data.postcodes import PostcodeDirectory
from data.register.fields import ACCESSIBILITY
from data.register.records import Actor, Place, Receipt, State
from data.register.submitting import MOST_SUBMITTED
from data.sources.asset_columns import compact, is_about_people
from data.sources.base import readable
from data.tables import Table, read_tables
from data.workbook_reach import repack
from geo.builds import Build
from geo.register_duplicates import SAME, Alike, find_alike
from geo.register_locate import ELSE_POINT, OR_POINT, Located, locate_postcode
from models.place_answers import Answers, read_answers
from models.place_template import COLUMNS, EXAMPLE, NEEDED

MOST_BYTES: Final = 2_000_000
MOST_UNPACKED: Final = 50_000_000
"""The largest spreadsheet that is read, as it comes and unpacked."""
MOST_CELLS: Final = 2_000_000
"""How many cells its sheets may have room for: 500 rows need ten thousand."""

_SHOWN: Final = 40
_QUESTION_COLUMNS: Final = {
    "name": "Name",
    "kind": "Kind",
    "where": "Postcode",
    "description": "What happens there",
    "ages": "Youngest age",
    "cost": "Cost",
    "opening": "When it is open",
    "contact": "Phone or email",
    "contact_name": "Who to ask for",
    "accessibility": "Accessibility",
    "sessions": "Sessions a week",
    "website": "Website",
    "address": "Address",
}
_PART: Final = re.compile(r" of (?:service|contact) \d+")
_YES: Final = frozenset({"yes", "y", "true", "1", "ja"})
_NO: Final = frozenset({"no", "n", "false", "0", ""})


@dataclass(frozen=True)
class RowFault:
    """What is wrong with a cell: the row as the spreadsheet counts it, its column, and what to do."""

    row: int
    column: str
    what: str
    hint: str = ""


@dataclass(frozen=True)
class Bulk:
    """What a spreadsheet holds.

    Attributes
    ----------
    drafts
        A place for every row without a fault, in order.
    rows
        The row of each of them, as the spreadsheet counts.
    faults
        Everything that is wrong. While there is anything, nothing may be sent.
    alike
        By row, the place that it probably is already.
    notes
        What was passed over: columns that are not of the template, the example.
    """

    drafts: tuple[Place, ...]
    rows: tuple[int, ...]
    faults: tuple[RowFault, ...]
    alike: Mapping[int, Alike]
    notes: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether it may be sent."""
        return bool(self.drafts) and not self.faults


class Submittable(Protocol):
    """What of a register a bulk asks: see `data.register.store.Register`."""

    def submit_many(self, actor: Actor, drafts: Sequence[Place]) -> tuple[Receipt, ...]:
        """Submit all or none."""


def read_bulk(
    content: bytes,
    name: str,
    directory: PostcodeDirectory,
    build: Build,
    base_id: str,
    organisation_id: str = "",
    others: Sequence[Place] = (),
) -> Bulk:
    """Read a spreadsheet of places, without sending anything.

    Parameters
    ----------
    content, name
        The file and its name, XLSX or CSV.
    directory
        Where postcodes lie.
    build
        The build whose areas they are to lie in, or near to.
    base_id
        A UUID made when the page was opened: from it and the row each place has its id, so that sending a
        spreadsheet twice makes no second places.
    organisation_id
        Whose places they are.
    others
        Places that are there already, to say which rows probably are one of them.

    Raises
    ------
    RegisterError
        When it is no such spreadsheet, too large, or has too many rows.
    """
    table = _open(content, readable(name))
    columns, strange = _match_columns(table)
    frame = table.frame.rename(columns=columns)[list(columns.values())].fillna("")
    filled = frame[frame.ne("").any(axis=1)]
    example = filled["Name"].str.casefold().str.startswith(EXAMPLE.casefold())
    used = filled[~example]
    if used.empty:
        raise RegisterError(f"{readable(name)} has no row with a place.", "Fill in a row for each place.")
    if len(used) > MOST_SUBMITTED:
        raise RegisterError(
            f"{readable(name)} has {len(used):,} rows; {MOST_SUBMITTED} may be sent at once.",
            "Cut it into several files.",
        )
    reader = _Reader(directory, build, base_id, organisation_id)
    numbers = [int(at) + table.header_row + 2 for at in used.index]
    told = [reader.read(row, number) for row, number in zip(used.to_dict("records"), numbers, strict=True)]
    drafts = tuple(place for place in told if place is not None)
    rows = tuple(number for number, place in zip(numbers, told, strict=True) if place is not None)
    notes = [f"Columns that are not of the template are not read: {first_few(strange)}."] if strange else []
    notes += ["The example row is passed over."] if example.any() else []
    return Bulk(drafts, rows, tuple(reader.faults), _find_alike(drafts, rows, others), tuple(notes))


def submit_all(register: Submittable, actor: Actor, bulk: Bulk) -> tuple[Receipt, ...]:
    """Send every place of a spreadsheet to the editors, or none.

    Raises
    ------
    RegisterError
        When anything is wrong with a row, or the register refuses any of the places.
    """
    if not bulk.ready:
        raise RegisterError(
            f"{len(bulk.faults):,} cells are wrong, so nothing was sent.", "Put them right and try again."
        )
    return register.submit_many(actor, bulk.drafts)


def _open(content: bytes, name: str) -> Table:
    """Return the sheet that holds places; what is no such spreadsheet is told."""
    if len(content) > MOST_BYTES:
        raise RegisterError(
            f"{name} is larger than {MOST_BYTES / 1e6:.0f} MB.", "Take out pictures and empty sheets."
        )
    plain_content = _require_plain(content, name)
    try:
        tables = read_tables(Path(name), plain_content)
    except SourceError as error:
        raise RegisterError(error.message, "Use the template, and save it as XLSX or CSV.") from error
    if any(is_about_people(table.header) for table in tables):
        raise RegisterError(
            f"{name} holds records of people, so it was dropped.", "Send places, and nothing about children."
        )
    for table in tables:
        if set(NEEDED) <= set(_match_columns(table)[0].values()):
            return table
    raise RegisterError(
        f"{name} has no columns {', '.join(NEEDED[:-1])} and {NEEDED[-1]}.",
        "Use the template: the headings in its first row tell what stands where.",
    )


def _require_plain(content: bytes, name: str) -> bytes:
    """Return what may be read of a file from anybody: text, or a small XLSX as it was looked at."""
    if content.startswith((b"\x1f\x8b", b"\xd0\xcf\x11\xe0")):
        raise RegisterError(f"{name} is packed, or of an older kind.", "Save it as XLSX or CSV.")
    if not content.startswith(b"PK"):
        return content
    try:
        return repack(name, content, MOST_UNPACKED, MOST_CELLS)
    except SourceError as error:
        raise RegisterError(error.message, error.hint) from error


def _match_columns(table: Table) -> tuple[dict[str, str], list[str]]:
    """Return which column of a table is which of the template, and those that are none."""
    found: dict[str, str] = {}
    strange = []
    for heading in table.header:
        told = next(
            (c.heading for c in COLUMNS if compact(heading) in {compact(c.heading), *c.other_headings}), None
        )
        if told is None or told in found.values():
            strange.append(heading)
        else:
            found[heading] = told
    return found, strange


class _Reader:
    """Reads rows one after the other, and keeps all that is wrong."""

    def __init__(
        self, directory: PostcodeDirectory, build: Build, base_id: str, organisation_id: str
    ) -> None:
        self.directory, self.build = directory, build
        self.base, self.organisation_id = uuid.UUID(base_id), organisation_id
        self.now = datetime.now(UTC)
        self.faults: list[RowFault] = []
        self.seen: dict[tuple[str, str, str], int] = {}

    def read(self, row: Mapping[object, str], number: int) -> Place | None:
        """Return the place of a row; None where anything is wrong with it."""
        before = len(self.faults)
        cells = {column.heading: str(row.get(column.heading, "")).strip() for column in COLUMNS}
        answers = self._answers(cells, number)
        where = self._where(cells["Postcode"], number)
        draft = Place(
            str(uuid.uuid5(self.base, str(number))),
            0,
            State.SUBMITTED,
            "",
            "",
            organisation_id=self.organisation_id,
        )
        told = read_answers(answers, where, draft, self.now)
        for question, words in told.faults.items():
            if (question == "kind" and cells["Kind"]) or (question == "where" and where is None):
                continue  # said already, and better
            column = "Oldest age" if "highest" in words else _QUESTION_COLUMNS.get(question, question)
            self._fault(number, column, _PART.sub("", words))
        self._refuse_repeat(answers, number)
        return told.place if len(self.faults) == before else None

    def _answers(self, cells: Mapping[str, str], number: int) -> Answers:
        kind = _kind_of(cells["Kind"])
        if cells["Kind"] and not kind:
            self._fault(number, "Kind", f"“{cells['Kind'][:_SHOWN]}” is no kind of place.", _kinds_hint())
        consent = cells["May everyone see the phone or email?"].casefold()
        if consent not in _YES | _NO:
            self._fault(
                number,
                "May everyone see the phone or email?",
                "This is neither yes nor no.",
                "Type yes or no.",
            )
        free = cells["Cost"].casefold() in {"free", "nothing", "none", "0", "£0", "no cost"}
        return Answers(
            name=cells["Name"],
            kind=kind,
            postcode=cells["Postcode"],
            description=cells["What happens there"],
            youngest=self._age(cells, "Youngest age", number),
            oldest=self._age(cells, "Oldest age", number),
            cost="free" if free else ("paid" if cells["Cost"] else ""),
            price="" if free else cells["Cost"],
            opening=cells["When it is open"],
            contact=cells["Phone or email"],
            consent=consent in _YES,
            contact_name=cells["Who to ask for"],
            accessibility=self._accessibility(cells["Accessibility"], number),
            sessions=cells["Sessions a week"],
            website=cells["Website"],
            address=cells["Address"],
        )

    def _age(self, cells: Mapping[str, str], column: str, number: int) -> int | None:
        text = cells[column]
        if text and not (text.isascii() and text.isdigit() and len(text) <= 3):
            self._fault(number, column, f"“{text[:_SHOWN]}” is no whole number.", "Type an age, such as 5.")
            return None
        return int(text) if text else None

    def _accessibility(self, text: str, number: int) -> tuple[str, ...]:
        known = {plain(words): key for key, words in ACCESSIBILITY.items()}
        known |= {plain(key): key for key in ACCESSIBILITY}
        parts = [part.strip() for part in text.replace(";", ",").split(",") if part.strip()]
        strange = [part for part in parts if plain(part) not in known]
        if strange:
            what = f"“{strange[0][:_SHOWN]}” is not known."
            hint = f"Use {', '.join(ACCESSIBILITY.values())}, with commas between them."
            self._fault(number, "Accessibility", what, hint)
        return tuple(known[plain(part)] for part in parts if plain(part) in known)

    def _where(self, postcode: str, number: int) -> Located | None:
        try:
            return locate_postcode(postcode, self.directory, self.build)
        except RegisterError as error:
            hint = (error.hint or "").replace(ELSE_POINT, "").replace(OR_POINT, "")
            self._fault(number, "Postcode", error.message, hint if postcode else "Type it.")
            return None

    def _refuse_repeat(self, answers: Answers, number: int) -> None:
        key = (plain(answers.name), answers.kind, compact(answers.postcode))
        if not answers.name:
            return
        if key in self.seen:
            what = f"This is the same place as row {self.seen[key]}."
            self._fault(number, "Name", what, "Take one of the two out.")
        self.seen.setdefault(key, number)

    def _fault(self, row: int, column: str, what: str, hint: str = "") -> None:
        self.faults.append(RowFault(row, column, what, hint))


def _kind_of(text: str) -> str:
    """Return the kind that a text names: by its id, its words, or a word that tells it; "" for none."""
    if not text:
        return ""
    wanted = plain(text)
    for kind in asset_kinds().values():
        if wanted in {plain(kind.id), plain(kind.singular), plain(kind.plural)}:
            return kind.id
    found = vocabulary().types.find_last(text[:_SHOWN])
    return found[1] if found else ""


def _kinds_hint() -> str:
    return f"Use {', '.join(kind.singular for kind in asset_kinds().values())}."


def _find_alike(drafts: Sequence[Place], rows: Sequence[int], others: Sequence[Place]) -> dict[int, Alike]:
    found = {}
    for draft, row in zip(drafts, rows, strict=True):
        alike = find_alike(draft, others, limit=1) if others else ()
        if alike and alike[0].score >= SAME:
            found[row] = alike[0]
    return found
