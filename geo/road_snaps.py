"""How points were put on roads, in words: how far off they lie, and whom the other roads do not reach."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import first_few
from geo.road_graph import Floats, RoadGraph, Rows
from geo.road_ways import SNAP_MOST_M, Snaps

FAR_M: Final = 250.0
"""From here on a way to the road is long enough to be told."""


@dataclass(frozen=True)
class Snapped:
    """How starts and places were put on roads.

    Attributes
    ----------
    area_codes
        The area of each start.
    start_off_m, place_off_m
        How far each start and each place lies from the nearest road, in a straight line; missing beyond
        `SNAP_MOST_M`.
    apart
        The positions of starts whose roads do not hang together with those of most starts: islands.
    places_apart
        The positions of places on roads that do not.
    """

    area_codes: pd.Series
    start_off_m: Floats
    place_off_m: Floats
    apart: Rows
    places_apart: Rows

    @property
    def median_m(self) -> float:
        """How far the start in the middle of all lies from its road; missing where none is on one."""
        known = self.start_off_m[~np.isnan(self.start_off_m)]
        return float(np.median(known)) if len(known) else np.nan

    @property
    def largest_m(self) -> float:
        """How far the furthest start that is on a road lies from it; missing where none is on one."""
        known = self.start_off_m[~np.isnan(self.start_off_m)]
        return float(known.max()) if len(known) else np.nan

    @property
    def far(self) -> int:
        """How many starts are on a road that lies further than `FAR_M`."""
        return int((self.start_off_m > FAR_M).sum())

    @cached_property
    def off(self) -> Rows:
        """The positions of starts that have no road within `SNAP_MOST_M`."""
        return np.flatnonzero(np.isnan(self.start_off_m))

    @property
    def areas_off(self) -> list[str]:
        """The codes of areas with a start that has no road near it."""
        return sorted(set(self.area_codes.iloc[self.off]))

    @property
    def areas_apart(self) -> list[str]:
        """The codes of areas with a start on an island."""
        return sorted(set(self.area_codes.iloc[self.apart]))

    def sentences(self, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Say in words how far roads are, and whom they do not reach; areas by name where names are given."""
        said: list[str] = []
        if np.isfinite(self.median_m):
            far = f"; {self.far:,} of {len(self.start_off_m):,} points are further than {FAR_M:,.0f} m off"
            said.append(
                f"Where people set out, the nearest road to walk on is {self.median_m:,.0f} m away in the "
                f"middle case and {self.largest_m:,.0f} m at most{far if self.far else ''}."
            )
        said += self.gaps(names)
        if unplaced := int(np.isnan(self.place_off_m).sum()):
            said.append(
                f"{unplaced:,} {'place has' if unplaced == 1 else 'places have'} no road within "
                f"{SNAP_MOST_M:,.0f} m and cannot be reached by road."
            )
        return tuple(said)

    def gaps(self, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Say whom the roads do not reach; areas by name where names are given."""
        said: list[str] = []
        if self.areas_off:
            said.append(
                f"No road lies within {SNAP_MOST_M:,.0f} m of where some people set out, so no way from "
                f"there is known: {name_areas(self.areas_off, names)}."
            )
        if self.areas_apart:
            said.append(
                "The roads of some people do not join those of most, as on an island, so only places on the "
                f"same roads are within their reach: {name_areas(self.areas_apart, names)}."
            )
        return tuple(said)


def describe_snaps(starts: gpd.GeoDataFrame, of_starts: Snaps, of_places: Snaps, graph: RoadGraph) -> Snapped:
    """Say how starts and places were put on the roads of a graph."""
    pieces = graph.component[graph.u[of_starts.edge[of_starts.on]]]
    most = int(np.argmax(np.bincount(pieces))) if len(pieces) else -1
    of_place = graph.component[graph.u[of_places.edge[of_places.on]]]
    return Snapped(
        starts["area_code"],
        of_starts.off_m,
        of_places.off_m,
        of_starts.on[pieces != most],
        of_places.on[of_place != most],
    )


def name_areas(codes: Sequence[str], names: Mapping[str, str] | None) -> str:
    """Name the first few areas, each by its name and code where names are given."""
    if names is None:
        return first_few(codes)
    called = {code: names.get(code) for code in codes}
    return first_few(f"{called[code]} ({code})" if isinstance(called[code], str) else code for code in codes)
