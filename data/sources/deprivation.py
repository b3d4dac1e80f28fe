"""The English Indices of Deprivation, 2019 and 2025: Files 1, 2, 3, 6 and 7, as CSV or workbook.

Columns are known by the published header, whose end may be cut short: what stands before `Score`, `Rank`
or `Decile` names the index. The edition is told by the pair of years in the code columns.
"""

import re
from functools import cache

import pandas as pd

from data.codes import LSOA_COUNT, AreaKind
from data.errors import SourceError, first_few
from data.indicators import Kind, indicators
from data.sources.base import Origin, Source, SourceKind, index_by_code
from data.tables import Table, note_unread, to_number

EDITIONS = {("2011", "2019"): "2019", ("2021", "2024"): "2025"}
"""Years of the LSOA and council code columns, and the edition that they belong to."""

_CODE = re.compile(r"LSOA code \((\d{4})\)", re.IGNORECASE)
_NAME = re.compile(r"LSOA name \(\d{4}\)", re.IGNORECASE)
_COUNCIL = re.compile(r"Local Authority District (code|name) \((\d{4})\)", re.IGNORECASE)
_MEASURE = re.compile(r"(?P<index>.+?) (?P<measure>Score|Rank|Decile)\b")
_POPULATIONS = {
    "total population": ("pop_iod_total", "pop_total"),
    "dependent children aged 0-15": ("pop_iod_0_15", "pop_0_15"),
    "population aged 16-59": ("pop_16_59",),
    "older population aged 60 and over": ("pop_iod_60_plus", "pop_60_plus"),
    "working age population": ("pop_iod_working_age",),
}
_MID_YEAR = re.compile(r"mid[- ](\d{4})", re.IGNORECASE)


def recognise(table: Table) -> Source | None:
    """Read a table if it is a file of the Indices of Deprivation, else return None.

    Raises
    ------
    SourceError
        When the header mixes editions, or ranks and deciles lie outside their range.
    """
    code_columns = [c for c in table.header if _CODE.fullmatch(c)]
    columns = _find_columns(table.header)
    if not code_columns or not columns or table.kinds.get(code_columns[0]) is not AreaKind.LSOA:
        return None
    lsoa_year, edition = _find_edition(table)
    usable, rejected, notes = index_by_code(table.frame, code_columns[0], AreaKind.LSOA)
    numbers = usable[list(columns)].apply(to_number)
    notes += note_unread(usable[list(columns)], numbers)
    frame = pd.DataFrame({name: numbers[c] for c, names in columns.items() for name in names})
    _check_ranges(frame, lsoa_year, table)
    places = {"area_name": _first(table.header, _NAME)} | dict(_council_columns(table.header))
    for name, column in places.items():
        frame[name] = usable[column] if column else pd.NA
    populations_only = not any(c.startswith("need_") for c in frame.columns)
    population_year = _population_year(table.header)
    rebuilt = _is_rebuilt(set(frame.columns))
    if rebuilt:
        notes += (
            "File 7's layout without IDACI and IDAOPI scores and populations: rebuilt, not as published",
        )
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.POPULATION if populations_only else SourceKind.DEPRIVATION,
        entry=f"iod{edition}",
        edition=(populations_only and population_year) or edition,
        area_kind=AreaKind.LSOA,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        declared=lsoa_year,
        origin=Origin.REBUILT if rebuilt else Origin.PUBLISHED,
        notes=notes,
        population_year=population_year,
        why=f"its header names small areas of {lsoa_year} and {len(columns)} of the Indices' columns",
    )


@cache
def _published_names() -> dict[tuple[str, str], str]:
    return {
        (entry.published_name.lower(), entry.kind.value): entry.id
        for entry in indicators().values()
        if entry.published_name
    }


def _find_columns(header: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """Map each published column to the indicator columns that it fills."""
    found: dict[str, tuple[str, ...]] = {}
    for column in header:
        if match := _MEASURE.match(column):
            key = (match["index"].lower(), match["measure"].lower())
            name = _published_names().get(key)
            if name is not None and (name,) not in found.values():
                found[column] = (name,)
        for start, names in _POPULATIONS.items():
            if column.lower().startswith(start) and names not in found.values():
                found[column] = names
    return found


def _find_edition(table: Table) -> tuple[str, str]:
    lsoa_years = {m[1] for c in table.header if (m := _CODE.fullmatch(c))}
    council_years = {m[2] for c in table.header if (m := _COUNCIL.fullmatch(c))}
    if len(lsoa_years) > 1 or len(council_years) > 1:
        years = first_few(lsoa_years | council_years)
        raise SourceError(
            f"{table.path.name} mixes editions of the Indices of Deprivation: its code columns name {years}.",
            "Use one published file of one edition.",
        )
    lsoa_year = lsoa_years.pop()
    council_year = (
        council_years.pop() if council_years else {"2011": "2019", "2021": "2024"}.get(lsoa_year, "")
    )
    edition = EDITIONS.get((lsoa_year, council_year))
    if edition is None:
        raise SourceError(
            f"{table.path.name} is an edition of the Indices of Deprivation that is not read "
            f"(LSOA {lsoa_year}, councils {council_year}).",
            "Use the 2019 or the 2025 edition.",
        )
    return lsoa_year, edition


def _council_columns(header: tuple[str, ...]) -> list[tuple[str, str | None]]:
    found = {m[1].lower(): c for c in header if (m := _COUNCIL.fullmatch(c))}
    return [("la_code", found.get("code")), ("la_name", found.get("name"))]


def _first(header: tuple[str, ...], pattern: re.Pattern[str]) -> str | None:
    return next((c for c in header if pattern.fullmatch(c)), None)


def _population_year(header: tuple[str, ...]) -> str | None:
    years = {m[1] for c in header if (m := _MID_YEAR.search(c))}
    return max(years) if years else None


def _is_rebuilt(columns: set[str]) -> bool:
    has_domains = {"need_imd_score", "need_income_score", "need_indoors_score"} <= columns
    return has_domains and not columns & {"need_idaci_score", "need_idaopi_score", "pop_iod_total"}


def _check_ranges(frame: pd.DataFrame, lsoa_year: str, table: Table) -> None:
    """Refuse ranks and deciles outside their range: a column read as another, or another edition's."""
    top = {Kind.RANK: LSOA_COUNT[lsoa_year], Kind.DECILE: 10}
    wrong = []
    for column in frame.columns:
        limit = top.get(indicators()[column].kind) if column in indicators() else None
        if limit is not None and not frame[column].dropna().between(1, limit).all():
            wrong.append(f"{indicators()[column].label} (1 to {limit:,})")
    if wrong:
        raise SourceError(
            f"{table.path.name} holds ranks or deciles outside their range: {first_few(wrong)}.",
            "Take the publisher's file again: its columns may have been moved or edited.",
        )
