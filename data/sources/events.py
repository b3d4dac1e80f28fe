"""Dated points, such as road casualties: where and in which year each lies, and nothing else of it.

A row may be a person, and several rows one event; both are counted later. Only the year of a date is kept, so
it does not matter whether the day or the month stands first; a year of two figures is refused.
"""

import re

import numpy as np
import pandas as pd

from data.errors import SourceError, first_few
from data.indicators import Group, Indicator, Kind
from data.sources.base import Source, SourceKind, readable
from data.sources.dates import has_short_years, is_month_first, read_dates
from data.sources.wording import words
from data.tables import Table, to_number

_PLACES = (
    (re.compile(r"lon|long|lng|longitude"), re.compile(r"lat|latitude"), "EPSG:4326"),
    (
        re.compile(r"x|eastings?|location easting osgr"),
        re.compile(r"y|northings?|location northing osgr"),
        "",
    ),
)
_DATE = re.compile(r"(?:.* )?date(?: .*)?|month|(?:occurred|reported|recorded) on|day")
_OF_PLACES = re.compile(
    r"\b(?:post ?code|address|telephone|phone|e ?mail|website|url|opening|establishment|provider|capacity)\b"
    r"|^pcds?$"
)
_NAME = re.compile(r"\bname\b")
_OF_AREAS = re.compile(
    r"\b(?:area|ward|la|lad|lsoa|msoa|authority|district|region|council|force|locality|parish|borough|road|country"
    r"|county|neighbourhood|beat)\b"
)
_EVENT_ID = re.compile(
    r"arefno|(?:accident|collision|crash|incident|event|crime)(?: (?:index|id|reference|ref|number|no))?"
    r"|reference|id"
)
_LABELS = (
    (re.compile(r"\bcasualt(?:y|ies)\b"), "Road casualties"),
    (re.compile(r"\b(?:collision|accident|crash)\b"), "Road collisions"),
    (re.compile(r"\bcrime\b"), "Recorded crimes"),
    (re.compile(r"\bfires?\b"), "Fires"),
)
_STATS19 = re.compile(r"(?:casualty|collision|accident) severity|accident index|collision index")
_FILLED = 0.9
_EAST, _NORTH = (0.0, 700_000.0), (0.0, 1_300_000.0)
_YEARS = (1900, 2100)


def recognise(table: Table) -> Source | None:
    """Read a table if its rows are dated points and not a list of places, else return None.

    Raises
    ------
    SourceError
        When the years of its dates have two figures, or some dates have the day first and others the month.
    """
    plain = {c: words(c) for c in table.header}
    pair = _coordinate_columns(table, plain)
    if pair is None or _is_list_of_places(plain):
        return None
    date = _date_column(table, plain)
    if date is None:
        return None
    dates = _dates(table, date)
    label = next((label for p, label in _LABELS if any(p.search(name) for name in plain.values())), "Events")
    if not _is_spread(dates) and label == "Events":
        return None
    easting, northing = _to_grid(table.frame, pair)
    reasons = _reasons(table.frame, pair, dates, easting, northing)
    keep = reasons.isna()
    event = _event_column(table, plain)
    frame = pd.DataFrame(
        {
            "easting_m": easting[keep],
            "northing_m": northing[keep],
            "year": dates[keep].dt.year.astype("Int64"),
            "event": table.frame.loc[keep, event].str.strip()
            if event
            else pd.Series(pd.NA, reasons[keep].index),
        }
    ).astype({"event": "string"})
    stats19 = any(_STATS19.fullmatch(name) for name in plain.values())
    bad = reasons[~keep]
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.EVENTS,
        entry="stats19" if stats19 else "events",
        edition=str(frame["year"].max()) if len(frame) else "",
        area_kind=None,
        frame=frame,
        rows=len(table.frame),
        rejected=pd.DataFrame({"row": bad.index + 1, "value": pd.NA, "reason": bad}).reset_index(drop=True),
        notes=(*table.notes, *_notes(table.frame[keep], frame, event, bad)),
        own=(_indicator(label),),
        why=f"its rows have a date ({readable(date)[:40]}) and coordinates, and no name or address",
    )


def _coordinate_columns(table: Table, plain: dict[str, str]) -> tuple[str, str, str] | None:
    """Return the columns of the coordinates and their system, where nearly every row has them."""
    for first, second, crs in _PLACES:
        x = next((c for c, name in plain.items() if first.fullmatch(name)), None)
        y = next((c for c, name in plain.items() if second.fullmatch(name)), None)
        if x is not None and y is not None:
            both = table.sample[[x, y]].apply(to_number).notna().all(axis=1)
            if both.mean() >= _FILLED:
                return x, y, crs
    return None


def _is_list_of_places(plain: dict[str, str]) -> bool:
    names = [name for name in plain.values() if _NAME.search(name) and not _OF_AREAS.search(name)]
    return bool(names) or any(_OF_PLACES.search(name) for name in plain.values())


def _date_column(table: Table, plain: dict[str, str]) -> str | None:
    """Return the column of dates: the one called "date" before others."""
    named = sorted((c for c in plain if _DATE.fullmatch(plain[c])), key=lambda c: plain[c] != "date")
    for column in named:
        present = table.sample[column].dropna()
        dated = read_dates(present).notna() | read_dates(present, day_first=False).notna()
        if len(present) and (has_short_years(present) or dated.mean() >= _FILLED):
            return column
    return None


def _dates(table: Table, column: str) -> pd.Series:
    values = table.frame[column]
    hint = "Save the dates as 2024-05-31, and add the file again."
    if has_short_years(values):
        examples = first_few(values.dropna().str[:10].unique()[:3])
        raise SourceError(f"The years of the dates in {table.path.name} have two figures: {examples}.", hint)
    try:
        month_first = is_month_first(values)
    except ValueError as error:
        raise SourceError(f"The dates in {table.path.name} are of two kinds: {error}.", hint) from error
    dates = read_dates(values, day_first=not month_first)
    return dates.where(dates.dt.year.between(*_YEARS))


def _is_spread(dates: pd.Series) -> bool:
    """Say whether dates are of many days, as events are; a list of places has one date of its making."""
    days = dates.dropna()
    return len(days) > 1 and float(days.value_counts(normalize=True).iloc[0]) <= 0.5


def _to_grid(frame: pd.DataFrame, pair: tuple[str, str, str]) -> tuple[pd.Series, pd.Series]:
    """Return eastings and northings in EPSG:27700."""
    x, y = to_number(frame[pair[0]]), to_number(frame[pair[1]])
    if not pair[2]:
        return x, y
    from pyproj import Transformer

    real = x.between(-9.5, 2.5) & y.between(49.0, 61.5)
    to_grid = Transformer.from_crs(pair[2], "EPSG:27700", always_xy=True)
    east, north = to_grid.transform(x.where(real).to_numpy(), y.where(real).to_numpy())
    sound = real & np.isfinite(east)
    return pd.Series(east, frame.index).where(sound), pd.Series(north, frame.index).where(sound)


def _reasons(
    frame: pd.DataFrame, pair: tuple[str, str, str], dates: pd.Series, easting: pd.Series, northing: pd.Series
) -> pd.Series:
    """Say why a row cannot be used; missing where it can."""
    reasons = pd.Series(pd.NA, index=frame.index, dtype="string")
    given = frame[[pair[0], pair[1]]].apply(to_number).notna().all(axis=1)
    inside = easting.between(*_EAST, inclusive="neither") & northing.between(*_NORTH, inclusive="neither")
    reasons[~inside] = "outside Great Britain"
    reasons[~given] = "no coordinates"
    reasons[dates.isna()] = "no date"
    return reasons


def _event_column(table: Table, plain: dict[str, str]) -> str | None:
    """Return the column that numbers the events, where nearly every row has one."""
    for column, name in plain.items():
        values = table.frame[column]
        if (
            _EVENT_ID.fullmatch(name)
            and values.notna().mean() >= _FILLED
            and values.nunique() > len(values) / 100
        ):
            return column
    return None


def _notes(rows: pd.DataFrame, frame: pd.DataFrame, event: str | None, bad: pd.Series) -> list[str]:
    notes = []
    repeats = int(frame["event"].dropna().duplicated().sum())
    if repeats:
        notes.append(
            f"{repeats:,} rows repeat the number of an event ({readable(event or '')}): "
            "an event may have several rows"
        )
    alike = int(rows.duplicated().sum())
    if alike:
        notes.append(
            f"{alike:,} rows are identical to another and are counted: "
            "several people may be alike in one event"
        )
    if len(bad):
        notes.append(f"{len(bad):,} rows cannot be used: {first_few(bad.unique())}")
    return notes


def _indicator(label: str) -> Indicator:
    return Indicator(
        id=f"event_{words(label).replace(' ', '_')}",
        label=label,
        meaning="Rows of the file whose point lies in the area",
        unit="rows",
        polarity="neutral",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.EVENTS,
    )
