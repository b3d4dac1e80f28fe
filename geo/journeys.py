"""The travel costs of a build, by the best means that it has: supplied times, else roads, else lines."""

import numpy as np
import numpy.typing as npt
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


def measured_starts(build: Build) -> npt.NDArray[np.bool_]:
    """Say of each start of a build whether ways from it are known: that it reaches nothing says so only then.

    Supplied times know nothing of an area that they do not start from, and roads nothing of people who live
    far from any.
    """
    known: npt.NDArray[np.bool_] = np.ones(len(build.starts), dtype=bool)
    if build.times is not None:
        known = build.starts["area_code"].isin(build.times.frame["from"].unique()).to_numpy(dtype=bool)
    elif build.roads is not None:
        known = ~np.isnan(build.roads.snap(build.starts.geometry).off_m)
    return known


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
        return costs_by_roads(build.starts, points, build.roads, mode, cutoff_min)
    return costs_by_line(build.starts, points, mode, cutoff_min)
