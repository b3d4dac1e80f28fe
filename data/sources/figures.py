"""Any other table with one row a small area: its columns of numbers, under the file's own names.

Nobody has said what the numbers mean. A column is a count where its header says that it counts something and
its values are whole; it is a rate where its header says so; anything else is shown by small area alone.
"""

import hashlib
import re

import pandas as pd

from data.codes import AreaKind, find_kind
from data.errors import first_few
from data.indicators import Group, Indicator, Kind
from data.sources.base import Source, SourceKind, index_by_code, readable
from data.sources.wording import declared_year, lsoa_columns, slugs, spell, words
from data.tables import Table, note_unread, to_number

MOST_COLUMNS = 200
_NUMBERS = 0.5
_REPEATED = 0.5
_COUNTS = re.compile(
    r"\b(?:number|no of|count|counts|persons|people|population|residents|households|dwellings|numerator"
    r"|claimants|pupils|children|births|total)\b"
)
_RATES = re.compile(r"\b(?:rate|percent|percentage|pct|share|proportion|per (?:cent|\d+)|prevalence)\b|%")
_AVERAGES = re.compile(
    r"\b(?:average|mean|median|score|rank|decile|quintile|index|ratio|change|difference)\b"
)
_NO_FIGURE = re.compile(
    r"\b(?:code|cd|codes|name|nm|id|fid|objectid|gid|uuid|uprn|toid|lat|latitude|long|lng|lon|longitude|easting"
    r"|eastings|northing|northings|bng [en]|shape ?(?:area|length|leng)|shape|area ha|st area\w*|date|year"
    r"|month|period|x|y|column)\b|^(?:lsoa|msoa|lad|wd|oa)\w*(?:cd|nm|nmw)$|^objectid|^shape"
)
_OF_PLACES = re.compile(r"\b(?:post ?code|address|telephone|phone|email|website)\b|^pcds?$")


def recognise(table: Table) -> Source | None:
    """Read a table if it has one row a small area and columns of numbers, else return None."""
    code = next(iter(lsoa_columns(table)), None)
    if code is None or any(_OF_PLACES.search(words(c)) for c in table.header):
        return None
    codes = table.frame[code].dropna().str.strip().str.upper()
    if codes.duplicated(keep=False).mean() > _REPEATED:
        return None
    usable, rejected, notes = index_by_code(table.frame, code, AreaKind.LSOA)
    columns, more = _number_columns(table, usable)
    if not columns:
        return None
    numbers = usable[columns].apply(to_number)
    own = _entries(table, numbers)
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.INDICATORS,
        entry="figures",
        edition="",
        area_kind=AreaKind.LSOA,
        frame=numbers.rename(columns={c: entry.id for c, entry in own.items()}),
        rows=len(table.frame),
        rejected=rejected,
        declared=declared_year(code),
        notes=(*table.notes, *more, *note_unread(usable[columns], numbers), *notes),
        own=tuple(own.values()),
        why=f"“{readable(code)[:40]}” holds codes of small areas, one row each, beside {len(columns)} "
        f"{'column' if len(columns) == 1 else 'columns'} of numbers",
    )


def _number_columns(table: Table, usable: pd.DataFrame) -> tuple[list[str], tuple[str, ...]]:
    """Return the columns of figures, at most `MOST_COLUMNS`, and what is left out."""
    found = []
    for column in usable.columns:
        present = usable[column].dropna()
        if _NO_FIGURE.search(words(column)) or not len(present) or find_kind(present) is not None:
            continue
        if to_number(present).notna().mean() >= _NUMBERS:
            found.append(column)
    left = found[MOST_COLUMNS:]
    names = first_few(map(readable, left))
    note = f"{len(left):,} columns beyond the first {MOST_COLUMNS} are left out: {names}"
    return found[:MOST_COLUMNS], (note,) if left else ()


def _entries(table: Table, numbers: pd.DataFrame) -> dict[str, Indicator]:
    """Return a dictionary entry for each column of numbers, by column."""
    mark = hashlib.sha256(repr(table.header).encode("utf-8", "surrogatepass")).hexdigest()[:4]
    return {
        column: _entry(column, f"own_{name}_{mark}", numbers[column])
        for column, name in slugs(list(numbers.columns)).items()
    }


def _entry(column: str, name: str, values: pd.Series) -> Indicator:
    kind = _kind(column, values)
    return Indicator(
        id=name,
        label=spell(column),
        meaning="As published in the file; nobody has said yet what it means",
        unit=_unit(column) if kind is Kind.RATE else "number" if kind is Kind.COUNT else "as published",
        polarity="neutral",
        kind=kind,
        denominator=None,
        published_name=readable(column),
        group=Group.OWN,
        caveat="Averaged with each small area counting once: the file has no denominators."
        if kind is Kind.RATE
        else "",
    )


def _kind(column: str, values: pd.Series) -> Kind:
    """Say what a header claims of its numbers, where the numbers agree."""
    plain = f"{words(column)}{' %' if '%' in column else ''}"
    present = values.dropna()
    if _RATES.search(plain):
        return Kind.RATE
    whole = bool((present >= 0).all() and (present == present.round()).all())
    counts = _COUNTS.search(plain) and not _AVERAGES.search(plain)
    return Kind.COUNT if counts and whole and len(present) else Kind.OTHER


def _unit(column: str) -> str:
    plain = words(column)
    if found := re.search(r"\bper (\d[\d ]*)", plain):
        return f"per {int(found[1].replace(' ', '')):,}"
    if "%" in column or re.search(r"\b(?:percent|percentage|pct|per cent)\b", plain):
        return "percent"
    return "share" if re.search(r"\b(?:share|proportion)\b", plain) else "rate"
