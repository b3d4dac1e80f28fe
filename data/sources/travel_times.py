"""Travel times that somebody supplies: a table of minutes from small areas to places, areas or postcodes.

Such a table has a row a pair, so that it may hold millions: it is read in batches, and kept as numbers that
stand for codes.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.codes import CODE_TYPES, AreaKind, clean_codes, find_kind
from data.errors import SourceError, first_few
from data.postcode_text import normalise
from data.sources.base import Source, SourceKind, readable
from data.sources.travel_open import Opened, of_parquet, of_stream, of_table, open_any
from data.sources.travel_pairs import Codes, Mask, Pairs, gather_pairs
from data.sources.wording import declared_year
from data.tables import Table
from data.text_stream import TextStream

_FROM: Final = re.compile(r"(from|origin)(_?(id|code)|_?(lsoa|area)\w*)?")
_TO: Final = re.compile(r"(to|dest|destination)(_?(id|code|postcode)|_?(lsoa|area|place)\w*)?")
_TIMES: Final = (
    (re.compile(r"(travel_?)?(time|duration)_(in_)?(m|mins?|minutes)|mins?|minutes"), 1.0),
    (re.compile(r"(travel_?)?(time|duration)_(in_)?(s|secs?|seconds)|secs?|seconds"), 60.0),
    (re.compile(r"travel_?time(_p50)?|time"), 1.0),
)
"""What columns of times are called, the plainest first, and how many of their units are a minute."""

_UNCLEAR: Final = re.compile(r"(travel_?)?(time|duration)_(in_)?(h|hours?|ms)|duration|hours?")
_HINT: Final = "Call its columns from, to and minutes; from holds codes of small areas."
_MOST_REJECTED: Final = 0.1
_OTHER_KIND: Final = 0.1
"""The share of destinations from which on those of another kind make a file unclear."""

_NAMED: Final = 5
_FAR_MIN: Final = 60.0
"""Where the nearest of everything is further than this, minutes may be seconds."""


class To(StrEnum):
    """What the destinations of travel times are."""

    PLACES = "places"
    AREAS = "small areas"
    POSTCODES = "postcodes"


_DESTINATIONS: Final = {
    To.PLACES: "that may be ids of places",
    To.AREAS: "codes of small areas",
    To.POSTCODES: "postcodes",
}
_NOT_ONE: Final = {
    To.PLACES: "not the id of a place",
    To.AREAS: "not a small area code",
    To.POSTCODES: "not a postcode",
}


@dataclass(frozen=True, eq=False)
class TravelTimes(Source):
    """Travel times: `frame` has a row for each area that is set out from, with `pairs`, how many it has.

    Attributes
    ----------
    times
        One row a pair, sorted by `from` and `to`: these as categories, and `minutes`.
    to
        What the destinations are.
    """

    times: pd.DataFrame = field(default_factory=pd.DataFrame)
    to: To = To.PLACES


@dataclass(frozen=True)
class _Columns:
    """The columns of a table of travel times, and how many of its units are a minute."""

    start: str
    to: str
    time: str
    units: float
    bare: bool
    """Whether its name says nothing of units."""


def recognise(table: Table) -> TravelTimes | None:
    """Read a table if it holds travel times from small areas, else return None."""
    return _recognise(of_table(table))


def recognise_stream(stream: TextStream) -> TravelTimes | None:
    """Read a text that may be too large to hold, if it holds travel times, else return None."""
    return _recognise(of_stream(stream))


def recognise_parquet(path: Path) -> TravelTimes | None:
    """Read a Parquet file without shapes if it holds travel times, else return None."""
    opened = of_parquet(path)
    return None if opened is None else _recognise(opened)


def read_travel_times(path: Path) -> TravelTimes:
    """Read a file that is said to hold travel times.

    Parameters
    ----------
    path
        A CSV file, plain or gzip, a Parquet file or a workbook.

    Raises
    ------
    SourceError
        When it holds none, or cannot be read.
    """
    tables = open_any(path)
    for opened in tables:
        if columns := _find_columns(opened):
            return _read(opened, columns)
    names = first_few(readable(name) for opened in tables for name in opened.header)
    holds = f"no table of travel times from small areas; its columns are: {names}" if names else "no table"
    raise SourceError(f"{path.name} holds {holds}.", _HINT)


def _recognise(opened: Opened) -> TravelTimes | None:
    columns = _find_columns(opened)
    return None if columns is None else _read(opened, columns)


def _find_columns(opened: Opened) -> _Columns | None:
    """Find the columns by their names, and that of origins by its codes too; None where one is not there.

    Raises
    ------
    SourceError
        When they are there, but not in which unit times are.
    """
    names = {column: re.sub(r"[^a-z0-9]+", "_", column.lower()).strip("_") for column in opened.header}
    start = next((c for c in names if _FROM.fullmatch(names[c]) and _is_of_areas(opened.sample[c])), None)
    to = next((c for c in names if _TO.fullmatch(names[c])), None)
    if start is None or to is None:
        return None
    for pattern, units in _TIMES:
        if time := next((c for c in names if pattern.fullmatch(names[c])), None):
            return _Columns(start, to, time, units, pattern is _TIMES[-1][0])
    if unclear := next((c for c in names if _UNCLEAR.fullmatch(names[c])), None):
        raise SourceError(
            f"{opened.path.name} does not say that {readable(unclear)} is in minutes or in seconds.",
            "Call the column minutes, or seconds.",
        )
    return None


def _is_of_areas(values: pd.Series) -> bool:
    return find_kind(values) is AreaKind.LSOA


def _read(opened: Opened, columns: _Columns) -> TravelTimes:
    name = opened.path.name
    pairs = gather_pairs(opened.read([columns.start, columns.to, columns.time]), name)
    starts = clean_codes(pairs.starts)
    starts = starts.where(starts.str.fullmatch(CODE_TYPES[AreaKind.LSOA].pattern).fillna(False))
    kinds = _kinds_of(pairs.tos)
    to = _one_kind(kinds[np.flatnonzero(np.bincount(pairs.to[pairs.to >= 0]))], name)
    tos = (
        normalise(pairs.tos)
        if to is To.POSTCODES
        else clean_codes(pairs.tos)
        if to is To.AREAS
        else pairs.tos
    )
    tos = tos.where(kinds == to)
    pairs.reject(_missing(starts, pairs.start), "not a small area code")
    pairs.reject(_missing(tos, pairs.to), _NOT_ONE[to])
    _refuse_most(pairs, name)
    times, repeated = _sorted(pairs, starts, tos, columns.units, name)
    far = _are_far(times)
    if columns.bare and far:
        raise SourceError(
            f"{name} does not say whether {readable(columns.time)} is in minutes or in seconds, and in "
            "minutes most areas would be over an hour from everything.",
            "Call the column seconds, or minutes.",
        )
    counts = times["from"].value_counts(sort=False).sort_index()
    frame = pd.DataFrame(
        {"pairs": counts.to_numpy()}, index=pd.Index(counts.index.astype("str"), name="area_code")
    )
    return TravelTimes(
        path=opened.path,
        part=opened.part,
        kind=SourceKind.TRAVEL_TIMES,
        entry="travel_times",
        edition="",
        area_kind=AreaKind.LSOA,
        frame=frame,
        rows=pairs.rows,
        rejected=pairs.rejected.sort_values("row", ignore_index=True),
        declared=declared_year(columns.start),
        notes=_notes(times, to, pairs, repeated, columns, far),
        why=f"it has {readable(columns.start)}, {readable(columns.to)} and {readable(columns.time)}, from "
        "codes of small areas",
        times=times,
        to=to,
    )


def _kinds_of(tos: pd.Series) -> npt.NDArray[np.object_]:
    """Say of each destination what it is by its form: what is neither area nor postcode may be a place."""
    areas = (
        clean_codes(tos).str.fullmatch(CODE_TYPES[AreaKind.LSOA].pattern).fillna(False).to_numpy(dtype=bool)
    )
    postcodes = normalise(tos).notna().to_numpy(dtype=bool)
    found = np.where(areas, To.AREAS, np.where(postcodes, To.POSTCODES, To.PLACES))
    return np.asarray(found, dtype=object)


def _one_kind(kinds: npt.NDArray[np.object_], name: str) -> To:
    """Return what nearly all destinations are.

    Raises
    ------
    SourceError
        When they are of several kinds.
    """
    counts = {kind: int((kinds == kind).sum()) for kind in To}
    most = max(counts, key=lambda kind: counts[kind])
    if len(kinds) and counts[most] <= (1 - _OTHER_KIND) * len(kinds):
        words = ", ".join(f"{n:,} {_DESTINATIONS[kind]}" for kind, n in counts.items() if n)
        raise SourceError(
            f"{name} goes to more than one kind of destination: {words}.",
            "Split it: ids of places, codes of small areas or postcodes.",
        )
    return most


def _missing(texts: pd.Series, codes: Codes) -> Mask:
    """Say which pairs have no sound text."""
    sound = np.append(texts.notna().to_numpy(dtype=bool), False)
    return ~sound[codes]


def _refuse_most(pairs: Pairs, name: str) -> None:
    """Refuse a file of which more than a few rows cannot be used, or none has a time."""
    if len(pairs.rejected) > _MOST_REJECTED * pairs.rows:
        reasons = first_few(pairs.rejected["reason"].unique())
        raise SourceError(
            f"{len(pairs.rejected):,} of {pairs.rows:,} rows of {name} cannot be used: {reasons}.", _HINT
        )
    if not len(pairs.time):
        raise SourceError(f"{name} holds no travel time.", "Ask for it again from who made it.")


def _sorted(
    pairs: Pairs, starts: pd.Series, tos: pd.Series, units: float, name: str
) -> tuple[pd.DataFrame, int]:
    """Return each pair once, sorted, and how many rows repeat another.

    Raises
    ------
    SourceError
        When a pair stands twice with other times.
    """
    (of_start, from_codes), (of_to, to_codes) = (pd.factorize(texts, sort=True) for texts in (starts, tos))
    start, to = of_start.astype(np.int32)[pairs.start], of_to.astype(np.int32)[pairs.to]
    order = np.argsort(start.astype(np.int64) * len(to_codes) + to)
    start, to, time = start[order], to[order], pairs.time[order]
    again = (start[1:] == start[:-1]) & (to[1:] == to[:-1])
    again = np.concatenate([[False], again])
    other = np.flatnonzero(again & (np.diff(time, prepend=-1.0) != 0))
    if len(other):
        named = dict.fromkeys(f"{from_codes[start[n]]} to {to_codes[to[n]]}" for n in other[:_NAMED])
        words = f"1 row of {name} gives" if len(other) == 1 else f"{len(other):,} rows of {name} give"
        raise SourceError(
            f"{words} a pair another time than an earlier row: "
            f"{', '.join(named)}{' and more' if len(other) > _NAMED else ''}.",
            "Keep one row a pair.",
        )
    kept = ~again
    frame = pd.DataFrame(
        {
            "from": _categories(start[kept], from_codes),
            "to": _categories(to[kept], to_codes),
            "minutes": time[kept] / units,
        }
    )
    return frame, int(again.sum())


def _are_far(times: pd.DataFrame) -> bool:
    """Say whether the nearest destination of most areas, but for itself, is over `_FAR_MIN` away."""
    least = times[times["minutes"] > 0].groupby("from", observed=True)["minutes"].min()
    return bool(least.median() > _FAR_MIN)


def _categories(places: npt.NDArray[np.intp], texts: pd.Index) -> pd.Categorical:
    return pd.Categorical.from_codes(places, pd.Index(texts, dtype="str")).remove_unused_categories()


def _notes(
    times: pd.DataFrame, to: To, pairs: Pairs, repeated: int, columns: _Columns, far: bool
) -> tuple[str, ...]:
    notes = [f"{len(times):,} travel times to {times['to'].nunique():,} {to.value}"]
    if far:
        notes.append("most areas are over an hour from everything: look whether times are in seconds")
    if columns.units != 1:
        notes.append(f"{readable(columns.time)} is in seconds, and was turned into minutes")
    if pairs.without_time:
        notes.append(f"{pairs.without_time:,} rows have no time: no way was found there")
    if repeated:
        notes.append(f"{repeated:,} rows repeat another exactly and count once")
    if len(pairs.rejected):
        reasons = first_few(pairs.rejected["reason"].unique())
        notes.append(f"{len(pairs.rejected):,} rows cannot be used: {reasons}")
    return tuple(notes)
