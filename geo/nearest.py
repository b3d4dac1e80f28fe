"""The nearest places: how long it takes to the nearest of one kind, and which it is of each kind."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.settings import settings
from geo.builds import BuildParts
from geo.journeys import costs_of, means_of
from geo.reach import nearest_of
from geo.travel import Floats, Means, Mode, minutes_of

HALF: Final = 0.5
_ROUNDING: Final = 1e-9


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
    if means_of(build) is Means.LINE:
        metres = _metres_to_nearest(build.starts.geometry, build.places.frame.geometry.loc[ids])
        return minutes_of(metres * settings().detour, Mode.WALK)
    return nearest_of(costs_of(build, ids, Mode.WALK, np.inf)).minutes


def _metres_to_nearest(starts: gpd.GeoSeries, places: gpd.GeoSeries) -> Floats:
    tree = shapely.STRtree(places.to_numpy())
    (start, _), apart_m = tree.query_nearest(starts.to_numpy(), return_distance=True, all_matches=False)
    metres = np.empty(len(starts))
    metres[start] = apart_m
    return metres


def middle_of_homes(starts: gpd.GeoDataFrame, values: Floats) -> pd.Series:
    """Return for each area the value that at least half of its homes do not exceed; missing is the largest.

    Parameters
    ----------
    starts
        See `geo.starts`.
    values
        One a start.
    """
    order = np.lexsort((values, starts["area_code"].to_numpy(dtype=str)))
    mine = pd.DataFrame(
        {"area_code": starts["area_code"].to_numpy()[order], "weight": starts["weight"].to_numpy()[order]}
    )
    enough = mine.groupby("area_code")["weight"].cumsum() >= HALF - _ROUNDING
    first = mine["area_code"][enough].drop_duplicates()
    return pd.Series(values[order][first.index], index=first.to_numpy())


def share_of_homes(starts: gpd.GeoDataFrame, yes: npt.NDArray[np.bool_]) -> pd.Series:
    """Return for each area the share of its homes, 0 to 1, for which something holds."""
    return mean_of_homes(starts, yes.astype(float)).clip(0.0, 1.0).round(9)


def mean_of_homes(starts: gpd.GeoDataFrame, values: Floats) -> pd.Series:
    """Return for each area the mean of values over its homes; missing as soon as one is."""
    area, codes = pd.factorize(starts["area_code"].to_numpy(dtype=object), sort=True)
    return pd.Series(np.bincount(area, values * starts["weight"].to_numpy()), index=codes)


def nearest_places(places: gpd.GeoDataFrame, origin: shapely.Point) -> pd.DataFrame:
    """Return the nearest place of each kind to a point.

    Parameters
    ----------
    places
        One row a place, as in `geo.places.Places.frame`: `name, kind` and points in EPSG:27700.
    origin
        Where distances are measured from, in EPSG:27700.

    Returns
    -------
    pandas.DataFrame
        Indexed by kind: `name` and `distance_m`, a straight line in metres. Of places equally far the first
        by name stands.
    """
    plain = pd.DataFrame({"kind": places["kind"], "name": places["name"]})
    plain["distance_m"] = places.geometry.distance(origin).to_numpy()
    ordered = plain.sort_values(["distance_m", "name"], kind="stable")
    return ordered.drop_duplicates("kind").set_index("kind")[["name", "distance_m"]]
