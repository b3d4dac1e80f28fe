"""The nearest places: how long it takes to the nearest of one kind, and which it is of each kind."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.settings import settings
from geo.builds import BuildParts
from geo.journeys import costs_of, means_of, measured_starts, shares_of
from geo.reach import nearest_of
from geo.roads import nearest_by_roads
from geo.travel import Floats, Means, Mode, minutes_of
from geo.weighted import Weighted


def minutes_to_nearest(build: BuildParts, ids: pd.Index) -> Floats:
    """Return how many minutes on foot the nearest of some places is from each start, however far.

    Parameters
    ----------
    build
        The build, for its starts, its places and what travel is measured by.
    ids
        Ids of its places, sorted.

    Returns
    -------
    numpy.ndarray
        One a start; missing where no way leads to any.
    """
    if not len(ids):
        return np.full(len(build.starts), np.nan)
    points = build.places.frame.geometry.loc[ids]
    if means_of(build) is Means.LINE:
        metres = _metres_to_nearest(build.starts.geometry, points)
        return minutes_of(metres * settings().detour, Mode.WALK)
    if build.times is None and build.roads is not None:
        minutes = nearest_by_roads(build.starts, points, build.roads, Mode.WALK, np.inf)
        return np.where(np.isinf(minutes), np.nan, minutes)
    return nearest_of(costs_of(build, ids, Mode.WALK, np.inf)).minutes


def _metres_to_nearest(starts: gpd.GeoSeries, places: gpd.GeoSeries) -> Floats:
    tree = shapely.STRtree(places.to_numpy())
    (start, _), apart_m = tree.query_nearest(starts.to_numpy(), return_distance=True, all_matches=False)
    metres = np.empty(len(starts))
    metres[start] = apart_m
    return metres


def nearest_by_kind(build: BuildParts, area_code: str, cutoff_min: float) -> pd.DataFrame:
    """Return which place of each kind is nearest to the homes of an area, and how many are within reach.

    Parameters
    ----------
    build
        The build, for its starts, its counted places and what travel is measured by.
    area_code
        The area.
    cutoff_min
        How far the nearest is looked for, in minutes on foot: at least `ATLAS_REACH_MIN`.

    Returns
    -------
    pandas.DataFrame
        Indexed by kind: `name`, of the place that is the nearest of most of its homes, and of those alike
        the first by name; `within`, the most places that at least half of its homes have within reach.
    """
    mine = (build.starts["area_code"] == area_code).to_numpy(dtype=bool)
    counted, starts = build.places.counted, build.starts[mine & measured_starts(build)]
    here = replace(build, starts=starts.reset_index(drop=True))
    shares = shares_of(here.starts, np.ones(len(starts), dtype=bool))
    costs = costs_of(here, counted.index, Mode.WALK, cutoff_min)
    pairs = pd.DataFrame(
        {
            "kind": counted["kind"].to_numpy(dtype=object)[costs.place],
            "name": counted["name"].to_numpy(dtype=object)[costs.place],
            "place": costs.place,
            "start": costs.start,
            "minutes": costs.minutes,
            "weight": shares[costs.start],
        }
    )
    near = pairs[pairs["minutes"] <= settings().reach_min]
    number = near.groupby(["kind", "start"]).size().unstack().reindex(columns=range(len(costs.starts)))
    homes = Weighted.by(costs.starts["area_code"], costs.weights)
    within = -number.fillna(0.0).mul(-1.0).apply(lambda row: homes.middle(row.to_numpy()).iloc[0], axis=1)
    first = pairs.sort_values(["minutes", "name", "place"]).drop_duplicates(["start", "kind"])
    most = first.groupby(["kind", "name", "place"], as_index=False)["weight"].sum()
    most["weight"] = most["weight"].round(9)
    chosen = most.sort_values(["weight", "name", "place"], ascending=[False, True, True])
    names = chosen.drop_duplicates("kind").set_index("kind")["name"]
    found = pd.DataFrame({"name": names.sort_index()})
    return found.assign(within=within.reindex(found.index, fill_value=0.0).astype(int))
