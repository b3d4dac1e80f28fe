"""What it costs to travel: minutes from where people live to places, in one sparse structure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.settings import settings

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

M_A_KM: Final = 1_000.0
MIN_AN_HOUR: Final = 60.0

_DIGITS: Final = 11
"""Digits of a minute that division does not blur."""

_SLACK: Final = 1 + 1e-9
"""So that rounding takes no pair away that stands just at the cut-off."""


class Mode(StrEnum):
    """How people travel."""

    WALK = "walk"
    PRAM = "pram"


class Means(StrEnum):
    """What travel is measured by."""

    LINE = "line"
    NETWORK = "network"
    MATRIX = "matrix"


@dataclass(frozen=True, eq=False)
class TravelCosts:
    """Minutes from starts to places; a pair further apart than the cut-off is not stored.

    Attributes
    ----------
    starts
        Where people set out from: see `geo.starts`.
    places
        The ids of the places.
    start, place
        Positions in `starts` and `places`, one a pair, sorted by start and then by place.
    minutes
        What the pair costs, one way.
    cutoff_min
        The most that is stored.
    means
        What they were measured by.
    notes
        What has to be known of them, in sentences.
    """

    starts: gpd.GeoDataFrame
    places: pd.Index
    start: Rows
    place: Rows
    minutes: Floats
    cutoff_min: float
    means: Means
    notes: tuple[str, ...] = ()

    @cached_property
    def weights(self) -> Floats:
        """The share of its area's homes that each start stands for."""
        return self.starts["weight"].to_numpy(dtype=float)

    def within(self, minutes: float) -> npt.NDArray[np.bool_]:
        """Say of each pair whether it costs no more than some minutes.

        Raises
        ------
        ValueError
            When that is more than is stored.
        """
        if minutes > self.cutoff_min:
            raise ValueError(f"{minutes:g} minutes are asked for, and {self.cutoff_min:g} are stored.")
        return self.minutes <= minutes


def speed_kmh(mode: Mode) -> float:
    """Return how fast people are, in kilometres an hour."""
    return {Mode.WALK: settings().walk_kmh, Mode.PRAM: settings().pram_kmh}[mode]


def minutes_of(metres: Floats, mode: Mode) -> Floats:
    """Return how long metres take, without the last digits: what takes 20 minutes is within 20."""
    taken: Floats = np.round(metres / M_A_KM / speed_kmh(mode) * MIN_AN_HOUR, _DIGITS)
    return taken


def metres_of(minutes: float, mode: Mode) -> float:
    """Return how far people come in some minutes, in metres."""
    return minutes / MIN_AN_HOUR * speed_kmh(mode) * M_A_KM


def costs_by_line(
    starts: gpd.GeoDataFrame, places: gpd.GeoSeries, mode: Mode, cutoff_min: float
) -> TravelCosts:
    """Measure straight lines, lengthened by the detour that streets make (`ATLAS_DETOUR`).

    Parameters
    ----------
    starts
        Where people set out from.
    places
        Points in EPSG:27700, by place id.
    mode
        How they travel.
    cutoff_min
        The most that is kept, in minutes.
    """
    from scipy.spatial import cKDTree

    detour = settings().detour
    far_m = metres_of(cutoff_min, mode) / detour * _SLACK
    homes, there = (cKDTree(shapely.get_coordinates(p.to_numpy())) for p in (starts.geometry, places))
    near = homes.sparse_distance_matrix(there, far_m, output_type="ndarray")
    minutes = minutes_of(near["v"] * detour, mode)
    return sorted_costs(starts, places.index, near["i"], near["j"], minutes, cutoff_min, Means.LINE)


def sorted_costs(
    starts: gpd.GeoDataFrame,
    places: pd.Index,
    start: Rows,
    place: Rows,
    minutes: Floats,
    cutoff_min: float,
    means: Means,
    notes: Sequence[str] = (),
) -> TravelCosts:
    """Return pairs in their order, without those beyond the cut-off; each pair is given once."""
    from scipy.sparse import csr_array

    near = minutes <= cutoff_min
    shape = len(starts), len(places)
    ordered = csr_array((minutes[near], (start[near], place[near])), shape=shape)
    ordered.sort_indices()
    of_start = np.repeat(np.arange(len(starts)), np.diff(ordered.indptr))
    pairs = of_start, ordered.indices.astype(np.int64), ordered.data
    return TravelCosts(starts, places, *pairs, cutoff_min, means, tuple(notes))
