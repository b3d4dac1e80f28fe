"""Population estimates by single year of age: the ONS workbook, its yearly forms, and the long CSV form.

Ages stand in columns `F0..F90, M0..M90`, or `0..90+` with one row a sex or one for everybody.
"""

import re

import pandas as pd

from data.codes import AreaKind, find_kind
from data.sources.base import Source, SourceKind, index_by_code
from data.tables import Table, to_number

_AGE = re.compile(r"(?P<sex>[FMfm]?)(?P<age>\d{1,2})\+?")
_FEWEST_AGES = 60
_OLDEST = 200
_OLD = 85
"""Ages must reach this one before they are added up to everybody."""

BANDS = {
    "pop_total": (0, _OLDEST),
    "pop_0_4": (0, 4),
    "pop_0_15": (0, 15),
    "pop_0_17": (0, 17),
    "pop_16_59": (16, 59),
    "pop_60_plus": (60, _OLDEST),
}
"""Columns that single years of age are added up to: first and last age."""

_YEAR = re.compile(r"\b((?:19|20)\d{2})\b")


def recognise(table: Table) -> Source | None:
    """Read a table if it is population by single year of age, else return None."""
    ages = {c: m for c in table.header if (m := _AGE.fullmatch(c))}
    if not _is_by_age(table) or _is_of_one_sex(table, ages):
        return None
    code_column, kind = _find_code_column(table)
    if code_column is None or kind is None:
        return None
    rows, notes = _keep_persons(table.frame)
    rows, year = _newest_year(rows, table)
    usable, rejected, more = index_by_code(rows, code_column, kind)
    numbers = usable[list(ages)].apply(to_number)
    frame = pd.DataFrame(index=usable.index)
    for column, (first, last) in BANDS.items():
        wanted = [c for c, m in ages.items() if first <= int(m["age"]) <= last]
        if last < _OLDEST or max(int(m["age"]) for m in ages.values()) >= _OLD:
            frame[column] = numbers[wanted].sum(axis=1, min_count=len(wanted))
    for name, pattern in {"area_name": _NAME, "la_code": _COUNCIL_CODE, "la_name": _COUNCIL_NAME}.items():
        named = next((c for c in table.header if pattern.fullmatch(c)), None)
        frame[name] = usable[named] if named else pd.NA
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.POPULATION,
        entry="population",
        edition=year,
        area_kind=kind,
        frame=frame,
        rows=len(table.frame),
        rejected=rejected,
        declared=_declared_vintage(code_column, table),
        notes=notes + more,
    )


_NAME = re.compile(r"(?:LSOA(?: \d{4})? Name|area_name)", re.IGNORECASE)
_COUNCIL_CODE = re.compile(r"(?:LAD|LA)(?: \d{4})? Code.*|LA Code \(.*\)", re.IGNORECASE)
_COUNCIL_NAME = re.compile(r"(?:LAD|LA)(?: \d{4})? Name.*|LA name \(.*\)", re.IGNORECASE)


def only_newest(tables: list[Table]) -> list[Table]:
    """Of the sheets of a workbook that repeat its population by year, keep the newest, unread ones apart."""
    yearly = {id(t): year[0] for t in tables if _is_by_age(t) and (year := _YEAR.findall(t.sheet or ""))}
    newest = max(yearly.values(), default="")
    return [t for t in tables if yearly.get(id(t), newest) == newest]


def _is_by_age(table: Table) -> bool:
    return len({int(m["age"]) for c in table.header if (m := _AGE.fullmatch(c))}) >= _FEWEST_AGES


def _is_of_one_sex(table: Table, ages: dict[str, re.Match[str]]) -> bool:
    """Say whether a table counts females or males alone: it is one half of a population, not the whole."""
    sexes = {m["sex"].upper() for m in ages.values()} - {""}
    title = set(re.findall(r"[a-z]+", f"{table.sheet or ''}".lower()))
    return len(sexes) == 1 or (bool(title & {"females", "males"}) and not title & {"persons", "total"})


def _find_code_column(table: Table) -> tuple[str | None, AreaKind | None]:
    found = [(c, k) for c in table.header if (k := find_kind(table.sample[c])) is not None]
    for wanted in (AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL):
        for column, kind in found:
            if kind is wanted:
                return column, kind
    return None, None


def _keep_persons(frame: pd.DataFrame) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Keep one row an area: persons, or females and males added. Adding all three counts everybody twice."""
    column = next((c for c in frame.columns if c.lower() in {"sex", "gender"}), None)
    if column is None:
        return frame, ()
    sexes = frame[column].str.strip().str.lower()
    persons = sexes.isin(["persons", "person", "all", "total", "people"])
    if persons.any():
        return frame[persons].drop(columns=column), (
            "rows of females and males are left out: persons hold both",
        )
    ages = [c for c in frame.columns if _AGE.fullmatch(c)]
    others = [c for c in frame.columns if c not in ages and not _is_total(c) and c != column]
    numbers = frame[ages].apply(to_number)
    added = pd.concat([frame[others], numbers], axis=1).groupby(others, dropna=False, sort=False)[ages]
    both = added.sum(min_count=2).reset_index()
    return both.astype("string"), ("females and males are added up",)


def _is_total(column: str) -> bool:
    return column.lower().startswith(("aged_", "all_ages", "all ages", "total"))


def _newest_year(frame: pd.DataFrame, table: Table) -> tuple[pd.DataFrame, str]:
    """Keep the newest period where there are several; else find the year in the sheet's name or title."""
    column = next((c for c in frame.columns if c.lower() in {"period", "date", "year", "time"}), None)
    if column is not None:
        years = frame[column].str.extract(r"((?:19|20)\d{2})", expand=False)
        if years.notna().any():
            newest = str(years.dropna().max())
            return frame[(years == newest).fillna(False)].drop(columns=column), newest
    for text in (table.sheet or "", table.above):
        if found := _YEAR.findall(text):
            return frame, found[0]
    return frame, ""


def _declared_vintage(code_column: str, table: Table) -> str | None:
    found = re.search(r"(2011|2021)", f"{code_column} {table.sheet or ''}")
    return found[1] if found else None
