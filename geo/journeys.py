"""The travel costs of a build, by the best means that it has: supplied times, else roads, else lines."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from data.settings import settings
from geo.area_table import CRS
from geo.builds import BuildParts
from geo.places import TEXT, Places, find_areas
from geo.roads import costs_by_roads
from geo.times import costs_by_times
from geo.travel import Floats, Means, Mode, TravelCosts, costs_by_line

SPOT: Final = "spot"
"""The id of a place that is only thought of."""


def means_of(build: BuildParts) -> Means:
    """Return what travel is measured by in a build."""
    if build.times is not None:
        return Means.MATRIX
    return Means.LINE if build.roads is None else Means.NETWORK


def longest_min(build: BuildParts) -> float:
    """Return the most minutes that any way can be known to take: supplied times end somewhere."""
    return float("inf") if build.times is None else float(build.times.frame["minutes"].max())


def measured_starts(build: BuildParts) -> npt.NDArray[np.bool_]:
    """Say of each start whether ways from it are known: that it reaches nothing says something only then.

    Supplied times know nothing of an area that they do not start from, and roads nothing of people who live
    far from any.
    """
    if build.times is not None:
        told = build.times.frame["from"].cat.categories
        return np.asarray(build.starts["area_code"].isin(told), dtype=bool)
    if build.roads is not None:
        return ~np.isnan(build.roads.snap(build.starts.geometry).off_m)
    return np.ones(len(build.starts), dtype=bool)


def shares_of(starts: gpd.GeoDataFrame, measured: npt.NDArray[np.bool_]) -> Floats:
    """Return the share of its area's homes that each start stands for: those measured stand for all.

    They add up to 1 in each area with a start that is measured, and to 0 in others.
    """
    homes = starts["weight"].where(measured, 0.0)
    whole = homes.groupby(starts["area_code"]).transform("sum")
    return (homes / whole.where(whole > 0, 1.0)).to_numpy(dtype=float)


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
        names = build.areas.frame["area_name"]
        return costs_by_roads(build.starts, points, build.roads, mode, cutoff_min, names)
    return costs_by_line(build.starts, points, mode, cutoff_min)


def costs_to(build: BuildParts, spot: shapely.Point, mode: Mode, cutoff_min: float) -> TravelCosts | None:
    """Return minutes from the homes of a build to a point where no place is.

    Supplied times lead to places that are known. Where they lead to small areas, those to the area that holds
    the point are taken.

    Parameters
    ----------
    build
        The build.
    spot
        The point, in EPSG:27700.
    mode, cutoff_min
        As in `costs_of`.

    Returns
    -------
    TravelCosts
        Costs to one place, whose id is `SPOT`; None where supplied times do not lead there.
    """
    point = gpd.GeoSeries([spot], index=pd.Index([SPOT], name="place_id"), crs=CRS)
    if build.times is not None:
        area = find_areas(point, build.areas.frame.geometry)
        if not build.times.frame["to"].isin(area.dropna()).any():
            return None
    return costs_to_points(build, point, mode, cutoff_min)


def costs_to_points(build: BuildParts, points: gpd.GeoSeries, mode: Mode, cutoff_min: float) -> TravelCosts:
    """Return minutes from the homes of a build to points where no place is.

    Of supplied times those to the area that holds a point are taken; no way is known to a point in an area
    that they do not lead to.

    Parameters
    ----------
    build
        The build.
    points
        The points, in EPSG:27700; the index is their ids.
    mode, cutoff_min
        As in `costs_of`.
    """
    if build.times is not None:
        area = find_areas(points, build.areas.frame.geometry)
        text = pd.DataFrame(pd.NA, index=points.index, columns=list(TEXT), dtype="string")
        there = Places(gpd.GeoDataFrame(text.assign(area_code=area), geometry=points), {})
        return costs_by_times(build.starts, there, points.index, build.times, cutoff_min)
    if build.roads is not None:
        return costs_by_roads(build.starts, points, build.roads, mode, cutoff_min)
    return costs_by_line(build.starts, points, mode, cutoff_min)
