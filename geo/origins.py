"""The middle of each area's homes: one point from which its distances are measured."""

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.area_table import CRS, AreaTable
from geo.places import find_areas


def origins_of(
    areas: AreaTable, postcode_points: gpd.GeoSeries, held: pd.Series | None = None
) -> tuple[gpd.GeoSeries, str]:
    """Return one point for each area to measure distances from, and how it was found in words.

    It is the live postcode that stands nearest to the mean of the area's live postcodes, so that it lies
    where people live and inside the area; for an area without one, a point inside the polygon.

    Parameters
    ----------
    areas
        The areas.
    postcode_points
        Live postcodes, one point each, in EPSG:27700.
    held
        The area that each lies in, as `geo.places.find_areas` finds it; looked for when not given.

    Returns
    -------
    tuple
        Points in EPSG:27700 on the index of the areas, and the method.
    """
    if held is None:
        held = find_areas(postcode_points, areas.frame.geometry)
    inside = held.reset_index(drop=True)
    homes = pd.DataFrame({"area_code": inside, "x": postcode_points.x.array, "y": postcode_points.y.array})
    homes = homes[inside.notna()]
    middle = homes.groupby("area_code")[["x", "y"]].transform("mean")
    homes["apart_m"] = np.hypot(homes["x"] - middle["x"], homes["y"] - middle["y"])
    ordered = homes.sort_values(["area_code", "apart_m", "x", "y"])
    nearest = ordered.drop_duplicates("area_code").set_index("area_code")
    origins = areas.frame.geometry.representative_point()
    known = origins.index.intersection(nearest.index)
    there = nearest.loc[known]
    origins.loc[known] = gpd.points_from_xy(there["x"], there["y"], crs=CRS)
    return gpd.GeoSeries(origins, crs=CRS, name="origin"), _describe(len(origins), len(known))


def _describe(areas: int, with_postcode: int) -> str:
    words = "the postcode nearest to the mean of the area's live postcodes"
    without = areas - with_postcode
    if not without:
        return words
    which = "1 area" if without == 1 else f"{without:,} areas"
    return f"{words}; in {which} without a postcode, a point inside the area"
