"""Figures of councils over time: the Department for Education's files and any like them.

A marker such as `c` or `x` stands where the publisher gives no number. It is kept beside the missing value,
and is never 0.
"""

import re

import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes
from data.errors import first_few
from data.sources.base import Source, SourceKind, readable
from data.sources.dates import read_periods
from data.sources.wording import words
from data.tables import Table, to_number

MARKERS = frozenset(
    {
        "c",
        "x",
        "u",
        "z",
        "k",
        "q",
        ".",
        "..",
        ":",
        "~",
        "*",
        "-",
        "low",
        "na",
        "n/a",
        "[c]",
        "[x]",
        "[u]",
        "[z]",
        "[k]",
        "[low]",
        "#",
        "!",
    }
)
"""What publishers write where they give no number: suppressed, not available, not applicable, low."""

_TIME = re.compile(
    r"(?:time )?period|time|date|month|year|quarter|week|(?:financial|academic|calendar|reporting) year"
    r"|(?:month|year|quarter|period) (?:ending|end|start)|year ending march|(?:start|end) date"
)
_LEVELS = (
    (re.compile(r"(?:[EWSN]92|K0[1-5])\d{6}"), "National"),
    (re.compile(r"E1[23]\d{6}"), "Regional"),
    (CODE_TYPES[AreaKind.COUNCIL].pattern, "Local authority"),
)
_ABOVE = re.compile(r"(?P<kind>region|country) code")
_NO_MEASURE = re.compile(
    r"\b(?:code|name|id|identifier|level|time|date|year|month|period|quarter|lat|long?)\b"
)
_CHILDREN_IN_NEED = {
    "referral count",
    "anypoint child",
    "anypoint episodes",
    "at31 episodes",
    "episodes with assessment factor",
}
_NUMBERS = 0.9
_REPEATED = 0.05
"""The share of rows that may repeat an area and period; more, and a further column tells them apart."""


def recognise(table: Table) -> Source | None:
    """Read a table if it has one row a council and period, with several periods, else return None."""
    code, time = _council_column(table), _time_column(table)
    if code is None or time is None:
        return None
    if not {AreaKind.OA, AreaKind.LSOA, AreaKind.MSOA}.isdisjoint(table.kinds.values()):
        return None
    measures = _measures(table, {code, time})
    places = _places(table, code).assign(period=read_periods(table.frame[time]))
    sound = places[["area_code", "level", "period"]].notna().all(axis=1)
    twice = places[sound].duplicated(["area_code", "period"], keep=False)
    several = places[sound].groupby("area_code")["period"].nunique()
    if not measures or not sound.any() or twice.mean() > _REPEATED or several.median() < 2:
        return None
    exact = table.frame[sound].duplicated()
    clash = places[sound][~exact].duplicated(["area_code", "period"], keep=False)
    keep = clash[~clash].index
    long = _lengthen(places.loc[keep], table.frame.loc[keep, measures])
    reasons = pd.Series("no code of a council, a region or a country", index=places.index[~sound])
    reasons[places.loc[reasons.index, "period"].isna()] = "no period"
    reasons = pd.concat([reasons, pd.Series("the area and period stand twice", index=clash[clash].index)])
    rejected = pd.DataFrame(
        {"row": reasons.index + 1, "value": places.loc[reasons.index, "area_code"], "reason": reasons}
    )
    notes = [*table.notes, *_note_markers(long)]
    if exact.any():
        notes.append(f"{int(exact.sum()):,} rows repeat another exactly and count once")
    if len(rejected):
        notes.append(f"{len(rejected):,} rows cannot be used: {first_few(rejected['reason'].unique())}")
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.SERIES,
        entry=_entry(table.header),
        edition=str(places.loc[keep, "period"].max())[:4],
        area_kind=AreaKind.COUNCIL,
        frame=long,
        rows=len(table.frame),
        rejected=rejected.sort_values("row").reset_index(drop=True),
        notes=tuple(notes),
        why=f"it has one row a council and period, from {places['period'].min()} to {places['period'].max()}",
    )


def _council_column(table: Table) -> str | None:
    """Return the column of council codes; in a file whose first rows are of England it may begin empty."""
    for column, kind in table.kinds.items():
        if kind is AreaKind.COUNCIL:
            return column
    names = {"new la code", "la code", "lad code", "area code", "local authority code"}
    named = [c for c in table.header if words(c) in names]
    wide = rf"{CODE_TYPES[AreaKind.COUNCIL].pattern.pattern}|E92\d{{6}}|E1[23]\d{{6}}"
    for column in named:
        codes = clean_codes(table.frame[column]).dropna()
        if len(codes) and codes.str.fullmatch(wide).mean() >= _NUMBERS:
            return column
    return None


def _time_column(table: Table) -> str | None:
    named = [c for c in table.header if _TIME.fullmatch(words(c))]
    return next((c for c in named if read_periods(table.sample[c]) is not None), None)


def _measures(table: Table, taken: set[str]) -> list[str]:
    """Return the columns of numbers and markers, in their order."""
    found = []
    for column in table.header:
        if column in taken or _NO_MEASURE.search(words(column)):
            continue
        present = table.frame[column].dropna()
        numbers = to_number(present)
        marked = present.str.strip().str.lower().isin(MARKERS)
        if numbers.notna().any() and (numbers.notna() | marked).mean() >= _NUMBERS:
            found.append(column)
    return found


def _places(table: Table, code: str) -> pd.DataFrame:
    """Return `area_code, level, area_name` of each row: of its council, else its region or country."""
    frame = table.frame
    above = {m["kind"]: c for c in table.header if (m := _ABOVE.fullmatch(words(c)))}
    codes, names = clean_codes(frame[code]), _names(frame, code)
    for kind in ("region", "country"):
        if kind in above and above[kind] != code:
            empty = codes.isna()
            codes = codes.fillna(clean_codes(frame[above[kind]]))
            names = names.mask(empty, names.fillna(_names(frame, above[kind])))
    level = pd.Series(pd.NA, index=frame.index, dtype="string")
    for pattern, word in _LEVELS:
        level[codes.str.fullmatch(pattern).fillna(False).astype(bool)] = word
    return pd.DataFrame({"area_code": codes, "level": level, "area_name": names})


def _names(frame: pd.DataFrame, code: str) -> pd.Series:
    """Return the names that belong to a column of codes: `la_name` to `new_la_code`."""
    stem = re.sub(r"^(?:new|old) | code$", "", words(code))
    column = next((c for c in frame.columns if words(c) == f"{stem} name"), None)
    if column is None:
        return pd.Series(pd.NA, index=frame.index, dtype="string")
    return frame[column].map(readable, na_action="ignore").astype("string")


def _lengthen(places: pd.DataFrame, cells: pd.DataFrame) -> pd.DataFrame:
    """Return one row an area, period and measure: `period, level, area_name, measure, value, marker`."""
    parts = []
    for column in cells.columns:
        value = to_number(cells[column])
        marker = cells[column].str.strip().where(value.isna()).map(_short, na_action="ignore")
        parts.append(places.assign(measure=readable(column), value=value, marker=marker.astype("string")))
    long = pd.concat(parts).astype({"measure": "string"})
    columns = ["period", "level", "area_name", "measure", "value", "marker"]
    return long.set_index("area_code")[columns].sort_index(kind="stable")


def _short(text: str) -> str:
    return readable(text)[:20]


def _note_markers(long: pd.DataFrame) -> list[str]:
    marked = long["marker"].dropna()
    if marked.empty:
        return []
    counts = ", ".join(f"{marker} {n:,}" for marker, n in marked.value_counts().sort_index().head(8).items())
    return [f"{len(marked):,} cells hold a marker and no number, and count as missing: {counts}"]


def _entry(header: tuple[str, ...]) -> str:
    plain = {words(c) for c in header}
    if not {"time identifier", "geographic level"} <= plain:
        return "series"
    return "dfe_cin" if plain & _CHILDREN_IN_NEED else "dfe_statistics"
