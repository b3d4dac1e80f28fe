"""The travel costs of a build, by the best means that it has: supplied times, else roads, else lines."""

import pandas as pd

from data.settings import settings
from geo.builds import BuildParts
from geo.roads import costs_by_roads
from geo.times import costs_by_times
from geo.travel import Means, Mode, TravelCosts, costs_by_line


def means_of(build: BuildParts) -> Means:
    """Return what travel is measured by in a build."""
    if build.times is not None:
        return Means.MATRIX
    return Means.LINE if build.roads is None else Means.NETWORK


def travel_key(build: BuildParts) -> tuple[str, float, float]:
    """Return what minutes on foot depend on beside the places: a key of whatever is kept of them."""
    return build.travel_revision, settings().walk_kmh, settings().detour


def costs_of(build: BuildParts, ids: pd.Index, mode: Mode, cutoff_min: float) -> TravelCosts:
    """Return minutes from the homes of a build to some of its places.

    Parameters
    ----------
    build
        The build.
    ids
        Ids of its places, sorted.
    mode
        How people travel.
    cutoff_min
        The most that is kept, in minutes.
    """
    if build.times is not None:
        return costs_by_times(build.starts, build.places, ids, build.times, cutoff_min)
    points = build.places.frame.geometry.loc[ids]
    if build.roads is not None:
        return costs_by_roads(build.starts, points, build.roads, mode, cutoff_min)
    return costs_by_line(build.starts, points, mode, cutoff_min)
