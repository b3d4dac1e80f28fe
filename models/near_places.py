"""Which areas have a kind of place near by, and how a change of the places changes that.

How far people are from a place is a `Measure`: a straight line here. One of travel times can take its place,
and no sentence changes but for its "within".
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from geo.builds import Build
from geo.nearest import distance_to_nearest
from geo.places import Places
from models.words import distance

FELT: Final = 0.01
"""By what share of what is near the nearest place has to come closer for it to be said."""


@dataclass(frozen=True)
class Measure:
    """How far areas are from places, and what is near enough.

    Attributes
    ----------
    near
        The most that is near, in the unit of `far`.
    within
        That in words: "within 1.2 km".
    method
        What has to be known of it, in a sentence.
    far
        How far the nearest of some places is from each area, by code; missing where there is none.
    """

    near: float
    within: str
    method: str
    far: Callable[[Build, gpd.GeoDataFrame], pd.Series]


@dataclass(frozen=True)
class Reach:
    """What a change does for one kind of place.

    Attributes
    ----------
    kind
        The kind.
    gained, lost
        The areas that have one near by now, and those that have none any more.
    closer, further
        The other areas whose nearest one is closer than it was, and further away.
    """

    kind: str
    gained: pd.Index
    lost: pd.Index
    closer: pd.Index
    further: pd.Index


def straight_line(near_m: float) -> Measure:
    """Return the measure by straight lines from the middle of each area's homes."""

    def far(build: Build, places: gpd.GeoDataFrame) -> pd.Series:
        return distance_to_nearest(build.origins.reindex(build.areas.frame.index), places.geometry)

    method = "Near is by a straight line from the middle of an area’s homes, not by a walk."
    return Measure(near_m, f"within {distance(near_m)}", method, far)


def changed_kinds(before: Places, after: Places) -> list[str]:
    """Return the kinds whose counted places do not stand where they stood, in the order of the kinds."""
    one, other = _spots(before), _spots(after)
    return [kind for kind in asset_kinds() if one.get(kind) != other.get(kind)]


def _spots(places: Places) -> dict[str, bytes]:
    frame = places.counted
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    plain = pd.DataFrame({"kind": frame["kind"].to_numpy(), "x": points[:, 0], "y": points[:, 1]})
    ordered = plain.sort_values(["kind", "x", "y"])
    return {str(kind): mine[["x", "y"]].to_numpy().tobytes() for kind, mine in ordered.groupby("kind")}


def reach_of(kind: str, before: Places, after: Places, build: Build, measure: Measure) -> Reach:
    """Return what a change of the places does for the areas' reach of one kind."""
    was, now = (
        measure.far(build, p.counted[p.counted["kind"] == kind]).fillna(float("inf")) for p in (before, after)
    )
    codes = was.index
    near_before, near_now = was <= measure.near, now <= measure.near
    same, felt = near_before == near_now, FELT * measure.near
    return Reach(
        kind=kind,
        gained=codes[near_now & ~near_before],
        lost=codes[near_before & ~near_now],
        closer=codes[same & (now < was - felt)],
        further=codes[same & (was < now - felt)],
    )
