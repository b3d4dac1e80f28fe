"""Population estimates by single year of age: the ONS workbook, its yearly forms, and the long CSV form.

Ages stand in columns `F0..F90, M0..M90`, or `0..90+` with one row a sex or one for everybody.
"""

import dataclasses
import re

import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes
from data.errors import first_few
from data.sources.base import Source, SourceKind, index_by_code
from data.tables import Table, note_unread, to_number

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
    rows, year, older = _newest_year(table, code_column)
    rows, halves = _leave_out_halves(rows, code_column)
    numbers = rows[list(ages)].apply(to_number)
    unread = note_unread(rows[list(ages)], numbers)
    rows, added = _add_sexes(pd.concat([rows.drop(columns=list(ages)), numbers], axis=1), list(ages))
    usable, rejected, more = index_by_code(rows, code_column, kind)
    numbers = usable[list(ages)]
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
        why=f"it has {len(ages):,} columns of single years of age, by {CODE_TYPES[kind].singular}",
        notes=(*table.notes, *older, *halves, *added, *unread, *more),
    )


_NAME = re.compile(r"(?:LSOA(?: \d{4})? Name|area_name)", re.IGNORECASE)
_COUNCIL_CODE = re.compile(r"(?:LAD|LA)(?: \d{4})? Code.*|LA Code \(.*\)", re.IGNORECASE)
_COUNCIL_NAME = re.compile(r"(?:LAD|LA)(?: \d{4})? Name.*|LA name \(.*\)", re.IGNORECASE)


def only_newest(tables: list[Table]) -> list[Table]:
    """Of the sheets of a workbook that repeat its population by year, keep the newest, with a note."""
    yearly = {id(t): year[0] for t in tables if _is_by_age(t) and (year := _YEAR.findall(t.sheet or ""))}
    newest = max(yearly.values(), default="")
    older = sorted(set(yearly.values()) - {newest})
    if not older:
        return tables
    note = f"sheets of {first_few(older)} are left out: the newest, {newest}, is used"
    kept = [t for t in tables if yearly.get(id(t), newest) == newest]
    return [dataclasses.replace(t, notes=(*t.notes, note)) if id(t) in yearly else t for t in kept]


def _is_by_age(table: Table) -> bool:
    return len({int(m["age"]) for c in table.header if (m := _AGE.fullmatch(c))}) >= _FEWEST_AGES


def _is_of_one_sex(table: Table, ages: dict[str, re.Match[str]]) -> bool:
    """Say whether a table counts females or males alone: it is one half of a population, not the whole."""
    sexes = {m["sex"].upper() for m in ages.values()} - {""}
    title = set(re.findall(r"[a-z]+", f"{table.sheet or ''}".lower()))
    return len(sexes) == 1 or (bool(title & {"females", "males"}) and not title & {"persons", "total"})


def _find_code_column(table: Table) -> tuple[str | None, AreaKind | None]:
    for wanted in (AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL):
        for column, kind in table.kinds.items():
            if kind is wanted:
                return column, kind
    return None, None


_PERSONS = ("persons", "person", "all", "total", "people")


def _sex_column(frame: pd.DataFrame) -> str | None:
    return next((c for c in frame.columns if c.lower() in {"sex", "gender"}), None)


def _leave_out_halves(frame: pd.DataFrame, code_column: str) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Leave out females and males of an area that has a row of persons: all three count everybody twice."""
    column = _sex_column(frame)
    if column is None:
        return frame, ()
    persons = frame[column].str.strip().str.lower().isin(_PERSONS)
    codes = clean_codes(frame[code_column])
    doubled = ~persons & codes.isin(codes[persons])
    if not doubled.any():
        return frame, ()
    return frame[~doubled], ("rows of females and males are left out: persons hold both",)


def _add_sexes(frame: pd.DataFrame, ages: list[str]) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Add up females and males to one row an area; the index stays the place of the first of the two."""
    column = _sex_column(frame)
    if column is None:
        return frame, ()
    persons = frame[column].str.strip().str.lower().isin(_PERSONS)
    plain = frame.drop(columns=[column, *(c for c in frame.columns if _is_total(c))])
    if persons.all():
        return plain, ()
    others = [c for c in plain.columns if c not in ages]
    halves = plain[~persons].rename_axis("place").reset_index()
    groups = halves.groupby(others, dropna=False, sort=False)
    both = pd.concat([groups["place"].min(), groups[ages].sum(min_count=2)], axis=1).reset_index()
    whole = pd.concat([plain[persons], both.set_index("place")[plain.columns]])
    count = f" of {len(both):,} areas without a row of persons" if persons.any() else ""
    return whole.sort_index(), (f"females and males{count} are added up",)


def _is_total(column: str) -> bool:
    return column.lower().startswith(("aged_", "all_ages", "all ages", "total"))


def _newest_year(table: Table, code_column: str) -> tuple[pd.DataFrame, str, tuple[str, ...]]:
    """Keep the newest period where there are several; else find the year in the sheet's name or title."""
    frame = table.frame
    column = next((c for c in frame.columns if c.lower() in {"period", "date", "year", "time"}), None)
    if column is not None:
        years = frame[column].str.extract(r"((?:19|20)\d{2})", expand=False)
        if years.notna().any():
            newest = str(years.dropna().max())
            kept = (years == newest).fillna(False).astype(bool)
            notes = _note_older(frame[code_column], years, kept)
            return frame[kept].drop(columns=column), newest, notes
    for text in (table.sheet or "", table.above):
        if found := _YEAR.findall(text):
            return frame, found[0], ()
    return frame, "", ()


def _note_older(codes: pd.Series, years: pd.Series, kept: pd.Series) -> tuple[str, ...]:
    """Say what stands in earlier years, and which areas stand in them alone."""
    if kept.all():
        return ()
    newest = years[kept].iloc[0]
    others = first_few(years[~kept].fillna("no year").unique())
    notes = [f"{int((~kept).sum()):,} rows of {others} are left out: the newest year, {newest}, is used"]
    clean = clean_codes(codes)
    alone = set(clean[~kept].dropna()) - set(clean[kept].dropna())
    if alone:
        notes.append(f"{len(alone):,} areas have no row of {newest} and are left out: {first_few(alone)}")
    return tuple(notes)


def _declared_vintage(code_column: str, table: Table) -> str | None:
    found = re.search(r"(2011|2021)", f"{code_column} {table.sheet or ''}")
    return found[1] if found else None
