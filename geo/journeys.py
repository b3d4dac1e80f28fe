"""The travel costs of a build, by the best means that it has: supplied times, else roads, else lines."""

import pandas as pd

from geo.builds import Build
from geo.roads import costs_by_roads
from geo.times import costs_by_times
from geo.travel import Means, Mode, TravelCosts, costs_by_line


def means_of(build: Build) -> Means:
    """Return what travel is measured by in a build."""
    if build.times is not None:
        return Means.MATRIX
    return Means.LINE if build.roads is None else Means.NETWORK


def costs_of(build: Build, ids: pd.Index, mode: Mode, cutoff_min: float) -> TravelCosts:
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
        names = build.areas.frame["area_name"]
        return costs_by_roads(build.starts, points, build.roads, mode, cutoff_min, names)
    return costs_by_line(build.starts, points, mode, cutoff_min)
