"""Coordinates of places in a table or a layer: their system told by their values, in metres in the end."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final

import numpy as np
import pandas as pd
from pyproj import Transformer

from data.errors import GeographyError
from data.tables import to_number

_PAIRS: Final = (
    ("easting", "northing"),
    ("longitude", "latitude"),
    ("oseast", "osnrth"),
    ("east", "north"),
    ("lng", "lat"),
    ("long", "lat"),
    ("lon", "lat"),
    ("x", "y"),
)
_MOST_AGREE: Final = 0.9
_MANY, _SAME = 20, 0.9


class System(StrEnum):
    """How a pair of numbers stands for a place in Great Britain."""

    GRID = "British National Grid"
    DEGREES = "longitude and latitude"
    SWAPPED = "latitude before longitude"
    MERCATOR = "Web Mercator"


_RANGES: Final = {
    System.DEGREES: ((-9.0, 2.5), (49.0, 61.5)),
    System.SWAPPED: ((49.0, 61.5), (-9.0, 2.5)),
    System.GRID: ((1_000.0, 700_000.0), (1_000.0, 1_250_000.0)),
    System.MERCATOR: ((-1_000_000.0, 280_000.0), (6_250_000.0, 8_900_000.0)),
}
_EPSG: Final = {System.DEGREES: "EPSG:4326", System.MERCATOR: "EPSG:3857"}


@dataclass(frozen=True)
class Located:
    """Where rows lie: `frame` with `easting_m`, `northing_m`; `faults`, why a pair cannot be used."""

    frame: pd.DataFrame
    faults: pd.Series
    notes: tuple[str, ...]


def coordinate_columns(header: Iterable[str]) -> list[tuple[str, str]]:
    """Find pairs of columns whose names could be coordinates, east before north, likeliest first.

    Examples
    --------
    >>> coordinate_columns(["name", "X_REF", "Y_REF", "lng", "lat"])
    [('lng', 'lat'), ('X_REF', 'Y_REF')]
    """
    by_name = {column.lower(): column for column in header}
    found = []
    for first, second in _PAIRS:
        edge = r"(?:^|(?<=[^a-z])|(?<=geo)|(?<=coord))" if len(first) < 5 else ""
        end = r"(?=$|[^a-z]|ref|coord|s$)" if len(first) < 5 else ""
        for name, column in by_name.items():
            other = by_name.get(re.sub(f"{edge}{first}{end}", second, name))
            pair = (column, other or "")
            if other and other != column and pair not in found:
                found.append(pair)
    return found


def tell_systems(x: pd.Series, y: pd.Series) -> pd.Series:
    """Say in which system each pair lies in Great Britain; missing where in none, or where both are 0."""
    told = pd.Series(pd.NA, index=x.index, dtype="string")
    for system, ((west, east), (south, north)) in _RANGES.items():
        fits = x.between(west, east) & y.between(south, north)
        told[fits & told.isna()] = system.value
    return told


def locate_columns(frame: pd.DataFrame, file: str) -> tuple[Located | None, tuple[str, str] | None]:
    """Locate the rows of a table by the pair of columns whose values fit best.

    Returns
    -------
    tuple of Located, tuple of str
        None and None where the table has no coordinates.
    """
    best: tuple[float, tuple[str, str], pd.Series, pd.Series] | None = None
    for pair in coordinate_columns(frame.columns):
        x, y = to_number(frame[pair[0]]), to_number(frame[pair[1]])
        filled = int((x.notna() & y.notna()).sum())
        if not filled:
            continue
        share = float(tell_systems(x, y).notna().sum() / filled)
        if best is None or share > best[0]:
            best = (share, pair, x, y)
    if best is None:
        return None, None
    _, pair, x, y = best
    return locate_pairs(x, y, file, named=pair), pair


def locate_pairs(x: pd.Series, y: pd.Series, file: str, named: tuple[str, str]) -> Located:
    """Bring pairs to EPSG:27700, whatever system their values are in.

    Rows that fit another system than most are faults. Latitude before longitude is mended where every row
    has it, and refused where only some have.

    Raises
    ------
    GeographyError
        When a good part of the rows is in one system and a good part in another.
    """
    filled = x.notna() & y.notna()
    told = tell_systems(x, y)
    counts = told.value_counts()
    faults = pd.Series(pd.NA, index=x.index, dtype="string")
    faults[filled & told.isna()] = "its coordinates are outside Great Britain"
    faults[filled & x.eq(0) & y.eq(0)] = "its coordinates are 0, 0"
    empty = pd.DataFrame({"easting_m": np.nan, "northing_m": np.nan}, index=x.index)
    if not len(counts):
        return Located(empty, faults, ())
    system = System(counts.index[0])
    if counts.iloc[0] < _MOST_AGREE * counts.sum() or (system is System.SWAPPED and len(counts) > 1):
        words = " and ".join(f"{n:,} rows of {name}" for name, n in counts.items())
        raise GeographyError(
            f"{file} mixes coordinates in its columns {named[0]} and {named[1]}: {words}.",
            "Write all rows in one system, British National Grid or longitude and latitude.",
        )
    other = told.notna() & (told != system.value)
    faults[other] = "its coordinates are in another system than those of other rows"
    faults[told.eq(System.SWAPPED.value).fillna(False) & other] = "its latitude and longitude are swapped"
    sound = told.eq(system.value).fillna(False).astype(bool)
    frame = to_metres(x.where(sound), y.where(sound), system)
    return Located(frame, faults, _system_notes(system, named))


def refuse_one_point(located: Located, names: pd.Series) -> Located:
    """Refuse coordinates that many rows of different names share: they are a place's, not each row's own."""
    points = located.frame.dropna()
    if len(points) < _MANY or names.loc[points.index].nunique() < len(points) / 2:
        return located
    shared = points.groupby(["easting_m", "northing_m"])["easting_m"].transform("size")
    same = shared[shared >= _SAME * len(points)].index
    if not len(same):
        return located
    frame, faults = located.frame.copy(), located.faults.copy()
    frame.loc[same] = np.nan
    faults[same] = "its coordinates are the same as those of most rows"
    note = f"{len(same):,} rows have one and the same coordinates, which cannot be theirs and are not used"
    return Located(frame, faults, (*located.notes, note))


def to_metres(x: pd.Series, y: pd.Series, system: System) -> pd.DataFrame:
    """Bring pairs that are all in one system to EPSG:27700, missing where they are missing."""
    if system is System.GRID:
        return pd.DataFrame({"easting_m": x, "northing_m": y})
    first, second = (y, x) if system is System.SWAPPED else (x, y)
    real = (first.notna() & second.notna()).to_numpy()
    metres = np.full((len(x), 2), np.nan)
    to_grid = _transformer(_EPSG.get(system, "EPSG:4326"))
    metres[real] = np.column_stack(to_grid.transform(first.to_numpy()[real], second.to_numpy()[real]))
    return pd.DataFrame(metres, index=x.index, columns=["easting_m", "northing_m"]).round(2)


@cache
def _transformer(system: str) -> Transformer:
    return Transformer.from_crs(system, "EPSG:27700", always_xy=True)


def _system_notes(system: System, named: tuple[str, str]) -> tuple[str, ...]:
    """Say where the values contradict the names of their columns."""
    x, y = named
    if system is System.SWAPPED:
        return (f"{x} and {y} hold latitude and longitude the wrong way round throughout, and were swapped",)
    metres_named = bool(re.search(r"(?i)east", x))
    degrees_named = bool(re.search(r"(?i)lon|lng", x))
    if (metres_named and system is not System.GRID) or (degrees_named and system is not System.DEGREES):
        return (f"{x} and {y} hold {system.value}, and were read so",)
    return ()
