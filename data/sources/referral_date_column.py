"""Which column holds the day of a contact, referral or assessment, and which of these the rows are."""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

import pandas as pd

from data.errors import SourceError, first_few
from data.referral_rows import EventKind, ReadColumn, Role
from data.sources import referral_names as names
from data.sources.referral_content import share_of

_ORDER: Final = (EventKind.REFERRAL, EventKind.CONTACT, EventKind.ASSESSMENT)
_ENOUGH: Final = 0.5
_SURE: Final = 0.9
_NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
_NO_KIND: Final = (
    "nothing says whether its rows are contacts, referrals or assessments, so they count as referrals; "
    'place.toml can say events = "contacts"'
)
_SAY: Final = 'Say which in place.toml: roles = { "Heading" = "date" }.'


class Day(NamedTuple):
    """What the rows are, the heading of the column of their day, why it was taken, and what is noted."""

    kind: EventKind
    name: str
    why: str
    notes: tuple[str, ...] = ()


def choose_date(
    header: tuple[str, ...],
    found: Sequence[ReadColumn],
    sample: pd.DataFrame,
    sheet: str | None,
    events: EventKind | None,
) -> Day:
    """Choose the column of the day and tell the kind of the rows.

    Raises
    ------
    SourceError
        When no column can be it, or several can and none is the surest.
    """
    kind = events or names.kind_by_prefix(header) or names.kind_by_sheet(sheet)
    if kind is None and names.is_annex_list(sheet):
        raise SourceError(
            "a list of Annex A that holds no contacts, referrals or assessments",
            "Nothing has to be done: lists 1, 3 and 4 are read where they have a home postcode.",
        )
    said = [name for name, column in zip(header, found, strict=True) if column.role is Role.DATE]
    if said:
        return _day(kind or _kind_of(said[0]), said[0], "place.toml says so")
    free = [n for n, c in zip(header, found, strict=True) if c.role is Role.OTHER and not _is_said(c)]
    dated = [name for name in free if share_of(Role.DATE, sample[name]) >= _ENOUGH]
    for wanted in (kind,) if kind else _ORDER:
        if name := _best(dated, names.DATES[wanted]):
            return Day(
                wanted, name, f"its heading is of the date of {wanted.value}, and its values are dates"
            )
    name = _best(dated, names.ANY_DATE) or _by_content(dated, sample)
    if name is None and kind is not None:
        for other in _ORDER:
            name = name or _best(dated, names.DATES[other])
    if name is None:
        raise _no_date(header, free, dated)
    return _day(kind, name, "no other column can be the day")


def _day(kind: EventKind | None, name: str, why: str) -> Day:
    """Return the day; what nothing tells the kind of is taken for referrals, and said."""
    notes = () if kind else (_NO_KIND,)
    return Day(kind or EventKind.REFERRAL, name, why, notes)


def _is_said(column: ReadColumn) -> bool:
    return column.why == "place.toml says so"


def _kind_of(name: str) -> EventKind | None:
    return next((kind for kind in _ORDER if any(names.fits(p, name) for p in names.DATES[kind])), None)


def _best(dated: Sequence[str], patterns: Sequence[re.Pattern[str]]) -> str | None:
    """Return the column whose heading fits the surest pattern; refuse where several do equally."""
    for pattern in patterns:
        fitting = [n for n in dated if names.fits(pattern, n) and not names.fits(names.NOT_ITS_DAY, n)]
        fitting = [
            n for n in fitting if pattern not in names.ANY_DATE or not names.fits(names.OTHER_EVENTS, n)
        ]
        if len(fitting) > 1:
            raise SourceError(f"several of its columns could be the day: {first_few(fitting)}", _SAY)
        if fitting:
            return fitting[0]
    return None


def _by_content(dated: Sequence[str], sample: pd.DataFrame) -> str | None:
    """Return the one column whose values are dates though its heading does not say so."""
    free = [
        n for n in dated if not names.fits(names.NOT_ITS_DAY, n) and not names.fits(names.OTHER_EVENTS, n)
    ]
    sure = [n for n in free if _is_sure(sample[n].dropna())]
    return sure[0] if len(sure) == 1 else None


def _is_sure(values: pd.Series) -> bool:
    """Say whether values are dates beyond doubt: numbers could be anything."""
    text = values.astype("string").str.strip()
    numbers = text.str.fullmatch(_NUMBER).fillna(False).astype(bool)
    return bool(len(text)) and share_of(Role.DATE, text) >= _SURE and not numbers.any()


def _no_date(header: Sequence[str], free: Sequence[str], dated: Sequence[str]) -> SourceError:
    """Say why no column can be the day."""
    if named := [n for n in free if n not in dated and _kind_of(n) and not names.fits(names.NOT_ITS_DAY, n)]:
        return SourceError(f"its column {first_few(named)} does not hold dates", _SAY)
    if dated:
        words = "its dates are not those of contacts, referrals or assessments"
        return SourceError(
            f"{words}: {first_few(dated)}", f"Leave the file out. Or: {_SAY[0].lower()}{_SAY[1:]}"
        )
    if len(header) < 2:
        return SourceError("it has one column only", "Export it again with the date and the home postcode.")
    return SourceError("it has no date of a contact, referral or assessment", f"Add the date. Or: {_SAY}")
