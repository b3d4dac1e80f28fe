"""Cars and vans of households, census 2021: table TS045 of Nomis, or as the ONS makes it to order.

Of its categories only households without a car or van are kept, beside all households: those whom a place
beyond walking distance shuts out.
"""

import re
from typing import Final

import pandas as pd

from data.codes import AreaKind
from data.sources.base import Source, SourceKind, index_by_code
from data.sources.census import CUSTOM, VALUES
from data.sources.wording import declared_year, index_by_keys, lsoa_columns, words
from data.tables import Table, note_unread, to_number

HOUSEHOLDS: Final = "pop_households"
NO_CAR: Final = "pop_households_no_car"
SHARE: Final = "pop_no_car_share"
CENSUS: Final = "2021"

_NONE: Final = re.compile(r"(?:.*\b)?no cars? or vans?\b.*")
_SOME: Final = re.compile(r"(?:.*\b)?(?:\d|one|two|three|four)(?: or more)? cars? or vans?\b.*")
_ALL: Final = re.compile(r"(?:.*\b)?(?:total|all households|all categories)\b.*")
_OF_CARS: Final = re.compile(r"\bcars?\b.*\bvans?\b")
_NO_HOUSEHOLD: Final = "does not apply"
_YEAR: Final = re.compile(r"\b(?:19|20)\d{2}\b")


def recognise(table: Table) -> Source | None:
    """Read a table of households by their cars and vans, one row a small area, or one an area and category.

    Only that of the census of 2021 is taken; those of other years are left to other readers, as are tables
    that are not of whole numbers or do not say how many households have none.
    """
    code = next(iter(lsoa_columns(table)), None)
    if code is None or not _is_of_2021(table):
        return None
    found = _read_wide(table, code) or _read_long(table, code)
    if found is None:
        return None
    numbers, rejected, notes = found
    frame, more = _count(numbers)
    if frame is None:
        return None
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.INDICATORS,
        entry="census",
        edition=CENSUS,
        area_kind=AreaKind.LSOA,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        declared=declared_year(code),
        notes=(*table.notes, *notes, *more),
        why="it counts households by their cars and vans, of census day 2021",
    )


_Found = tuple[pd.DataFrame, pd.DataFrame, tuple[str, ...]]
"""Counts by area and category, the rows that cannot be used, and notes."""


def _is_of_2021(table: Table) -> bool:
    """Say whether no date of the table, and no title above it, is of another year."""
    dates = [c for c in table.header if words(c) in ("date", "period", "year", "time period")]
    told = [str(value) for column in dates for value in table.sample[column].dropna().unique()]
    years = {year for text in told or [table.above] for year in _YEAR.findall(text)}
    return years <= {CENSUS}


def _read_wide(table: Table, code: str) -> _Found | None:
    columns = [c for c in table.header if _OF_CARS.search(words(c))]
    if not _are_categories(columns):
        return None
    usable, rejected, notes = index_by_code(table.frame, code, AreaKind.LSOA)
    numbers = usable[columns].apply(to_number)
    return numbers, rejected, (*notes, *note_unread(usable[columns], numbers))


def _read_long(table: Table, code: str) -> _Found | None:
    value = next((c for c in table.header if words(c) in VALUES), None)
    texts = {c: [str(v) for v in table.sample[c].dropna().unique()] for c in table.header}
    category = next((c for c, values in texts.items() if _are_categories(values)), None)
    crossed = [c for c in table.header if CUSTOM.fullmatch(c) and c != category]
    if value is None or category is None or crossed:
        return None
    usable, rejected, notes = index_by_keys(table.frame, code, AreaKind.LSOA, [category])
    numbers = to_number(usable[value])
    unread = note_unread(usable[[value]], numbers.to_frame(value))
    keys = [usable.index, pd.Index(usable[category], name="category")]
    return numbers.set_axis(keys).unstack("category"), rejected, (*notes, *unread)


def _are_categories(texts: list[str]) -> bool:
    """Say whether one text is of households without a car, and another of households with some."""
    plain = [words(text) for text in texts]
    return sum(_is_none(text) for text in plain) == 1 and any(_is_some(text) for text in plain)


def _is_none(text: str) -> bool:
    return bool(_NONE.fullmatch(text))


def _is_some(text: str) -> bool:
    return bool(_SOME.fullmatch(text)) and not _is_none(text)


def _count(numbers: pd.DataFrame) -> tuple[pd.DataFrame | None, tuple[str, ...]]:
    """Return households, those without a car, and their share; nothing where they are no counts.

    Parameters
    ----------
    numbers
        One column a category. A total that the table states is taken before the sum of its parts, which is
        missing where one of them is.
    """
    plain = {str(column): words(str(column)) for column in numbers.columns}
    if not _are_categories(list(plain)):
        return None, ()
    none = next(c for c, text in plain.items() if _is_none(text))
    parts = [none, *(c for c, text in plain.items() if _is_some(text))]
    rest = [c for c, text in plain.items() if c not in parts and text != _NO_HOUSEHOLD]
    stated = [c for c in rest if _ALL.fullmatch(plain[c])]
    known = numbers[[*parts, *stated]]
    if len(stated) > 1 or not (known.isna() | (known == known.round())).to_numpy().all():
        return None, ()
    added = numbers[parts].sum(axis=1, min_count=len(parts))
    total = numbers[stated[0]] if stated else added
    bad = (numbers[parts] < 0).any(axis=1) | (numbers[none] > total)
    frame = pd.DataFrame({HOUSEHOLDS: total, NO_CAR: numbers[none]}).mask(bad)
    frame[SHARE] = frame[NO_CAR] / frame[HOUSEHOLDS].where(frame[HOUSEHOLDS] > 0)
    return frame, tuple(_describe(bad, total, added))


def _describe(bad: pd.Series, total: pd.Series, added: pd.Series) -> list[str]:
    notes = ["made here: the share of households without a car or van"]
    if bad.any():
        notes.append(f"{int(bad.sum()):,} areas have counts that cannot be, and are left out")
    apart = int(((total - added).abs() > 0).sum())
    if apart:
        notes.append(f"in {apart:,} areas the categories do not add up to the total, which is used")
    return notes
