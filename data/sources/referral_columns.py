"""Decide what each column of an extract is: by what was said of it, by its heading, and by its values."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from data.errors import SourceError, first_few
from data.place_faults import nearest, quoted
from data.referral_rows import READ, EventKind, ReadColumn, Role
from data.sources import referral_names as names
from data.sources.base import readable
from data.sources.referral_content import SAID, is_enough, role_by_content, share_of
from data.sources.referral_date_column import choose_date
from data.sources.wording import looks_like_data

_POINTS: Final = ((Role.EASTING, Role.NORTHING), (Role.LATITUDE, Role.LONGITUDE))
PLACES: Final = (
    Role.POSTCODE,
    Role.GRID_REFERENCE,
    Role.EASTING,
    Role.NORTHING,
    Role.LATITUDE,
    Role.LONGITUDE,
    Role.AREA_CODE,
)
"""The roles that say where a row lies."""

_PREFERRED: Final[Mapping[Role, re.Pattern[str]]] = {
    Role.POSTCODE: re.compile(r"\b(?:home|child|current|address at)\b"),
    Role.SOURCE: re.compile(r"\bcode\b"),
    Role.NEED: re.compile(r"\bcode\b"),
    Role.AGE: re.compile(r"\breferral\b"),
}
_WITH_ROOM: Final = (Role.ADDRESS,)
"""Roles that several columns may have."""

_LONGEST_HEADING: Final = 80


@dataclass(frozen=True)
class Columns:
    """What the columns of one table are.

    Attributes
    ----------
    kind
        What its rows are; None for a table of addresses, which is joined to events by child and day.
    layout
        The layout, in words.
    columns
        Every column, in the order of the file.
    names
        The headings as the file has them, in the same order.
    notes
        What was noticed, in words.
    """

    kind: EventKind | None
    layout: str
    columns: tuple[ReadColumn, ...]
    names: tuple[str, ...]
    notes: tuple[str, ...] = ()

    def of(self, role: Role) -> str | None:
        """Return the heading of the column with a role; None where there is none."""
        return next(iter(self.all_of(role)), None)

    def all_of(self, role: Role) -> list[str]:
        """Return the headings of all columns with a role."""
        return [name for name, column in zip(self.names, self.columns, strict=True) if column.role is role]

    @property
    def has_place(self) -> bool:
        """Whether a row says where it lies."""
        return any(self.of(role) for role in PLACES)


def choose_columns(
    header: tuple[str, ...],
    sample: pd.DataFrame,
    sheet: str | None = None,
    events: EventKind | None = None,
    roles: Mapping[str, Role] | None = None,
) -> Columns:
    """Say what each column is, and what the rows of the table are.

    Parameters
    ----------
    header
        The headings, each once.
    sample
        The first rows as text.
    sheet
        The sheet of a workbook.
    events, roles
        What `place.toml` says of the rows and of columns.

    Raises
    ------
    SourceError
        When the table has no heading, no day or no place that can be told, with what to do about it.
    """
    _refuse_data_as_header(header)
    given = dict(roles or {})
    found = [_tell(name, sample[name], given.get(name)) for name in header]
    found = _look_for_places(found, header, sample)
    found = [_only_the_best(place, found, header, given) for place in range(len(found))]
    found = _pairs_only(found)
    layout = names.layout_of(header, sheet)
    notes = [*_strangers(given, header), *_contradicted(found)]
    if _is_address_table(found, header) and events is None:
        return Columns(None, layout, tuple(found), header, tuple(notes))
    day = choose_date(header, found, sample, sheet, events)
    columns = tuple(
        replace(c, role=Role.DATE, why=day.why) if name == day.name else _without_own_dates(c)
        for name, c in zip(header, found, strict=True)
    )
    result = Columns(day.kind, layout, columns, header, (*notes, *day.notes))
    if not result.has_place and not result.of(Role.PERSON):
        raise _no_place(header)
    return result


def no_place_reason(header: Sequence[str]) -> str:
    """Say that a table has no home address, and whether it has one of another place."""
    other = [n for n in header if names.role_by_name(n) in PLACES and names.fits(names.ELSEWHERE, n)]
    if other:
        shown = first_few(map(heading, other), 3)
        return f"its only address ({shown}) is of another place than the child's home"
    return "it has no postcode, grid reference, coordinates or small-area code of the child's home"


def heading(name: str) -> str:
    """Return a heading as it can be shown."""
    return readable(name[:_LONGEST_HEADING])


def _no_place(header: Sequence[str]) -> SourceError:
    return SourceError(
        no_place_reason(header),
        "Add the home postcode on the day of the event to the extract, or say which column holds it.",
    )


def _refuse_data_as_header(header: tuple[str, ...]) -> None:
    if any(looks_like_data(name) for name in header):
        raise SourceError(
            "its first row looks like data, not like headings",
            "Give each column a name, and export it again.",
        )


def _tell(name: str, values: pd.Series, said: Role | None) -> ReadColumn:
    shown = heading(name)
    if said is not None:
        return ReadColumn(shown, said, "place.toml says so")
    role = names.role_by_name(name)
    if role is None or (role in READ and role not in PLACES and role in SAID and not is_enough(role, values)):
        by_content = role_by_content(values)
        if by_content in (Role.PUPIL_NUMBER, Role.HEALTH_NUMBER):
            return ReadColumn(shown, by_content, f"its values are {by_content.value}, whatever its heading")
        why = _but(role, values) if role else ""
        return ReadColumn(shown, Role.OTHER, why)
    if role in PLACES and names.fits(names.ELSEWHERE, name):
        return ReadColumn(shown, Role.OTHER, f"a {role.value} of another place than the child's home")
    if not is_enough(role, values):
        return ReadColumn(shown, Role.OTHER, _but(role, values))
    agree = ", and its values agree" if role in SAID and values.notna().any() else ""
    return ReadColumn(shown, role, f"its heading says so{agree}")


def _but(role: Role, values: pd.Series) -> str:
    if role is Role.EVENT:
        return "its heading says number of the event, but its values repeat too often"
    share = f"{share_of(role, values):.0%}"
    return f"its heading says {role.value}, but only {share} of its values can be {SAID[role]}"


def _look_for_places(
    found: list[ReadColumn], header: tuple[str, ...], sample: pd.DataFrame
) -> list[ReadColumn]:
    """Take columns for places by their values alone where no heading names one."""
    if any(column.role in PLACES for column in found):
        return found
    out = []
    for name, column in zip(header, found, strict=True):
        free = column.role is Role.OTHER and not names.fits(names.ELSEWHERE, name)
        role = role_by_content(sample[name]) if free and column.why != "place.toml says so" else None
        why = f"its values are {SAID[role]}, whatever its heading" if role in PLACES else ""
        out.append(replace(column, role=role, why=why) if role in PLACES and role else column)
    return out


def _only_the_best(
    place: int, found: list[ReadColumn], header: tuple[str, ...], given: Mapping[str, Role]
) -> ReadColumn:
    """Leave a role to one column: what was said, else the preferred heading, else the first."""
    column = found[place]
    if column.role not in READ or column.role in _WITH_ROOM:
        return column
    rivals = [at for at, other in enumerate(found) if other.role is column.role]
    preferred = _PREFERRED.get(column.role)
    best = min(
        rivals,
        key=lambda at: (
            header[at] not in given,
            not (preferred and names.fits(preferred, header[at])),
            at,
        ),
    )
    if best == place:
        return column
    return replace(column, role=Role.OTHER, why=f"{found[best].name} is taken for the {column.role.value}")


def _pairs_only(found: list[ReadColumn]) -> list[ReadColumn]:
    """Leave out one number of a point whose other number is not there."""
    there = {column.role for column in found}
    alone = [r for pair in _POINTS for r in pair if r in there and not there.issuperset(pair)]
    return [
        replace(c, role=Role.OTHER, why=f"{c.role.value} without its pair") if c.role in alone else c
        for c in found
    ]


def _without_own_dates(column: ReadColumn) -> ReadColumn:
    """Give up a day that was said or told of another column than the one taken."""
    return (
        replace(column, role=Role.OTHER, why="another column is taken")
        if column.role is Role.DATE
        else column
    )


def _is_address_table(found: Sequence[ReadColumn], header: tuple[str, ...]) -> bool:
    """Say whether a table holds addresses of children over time, and no events."""
    there = {column.role for column in found}
    events = any(names.fits(pattern, name) for name in header for p in names.DATES.values() for pattern in p)
    return {Role.PERSON, Role.ADDRESS_FROM} <= there and bool(there & set(PLACES)) and not events


def _strangers(given: Mapping[str, Role], header: tuple[str, ...]) -> list[str]:
    return [
        f"place.toml speaks of the column {quoted(name)}, which is not there{nearest(name, header)}"
        for name in given
        if name not in header
    ]


def _contradicted(found: Sequence[ReadColumn]) -> list[str]:
    """Say of columns headed as a place that they hold none."""
    return [f"{c.name}: {c.why}" for c in found if "but only" in c.why and "heading says" in c.why]
