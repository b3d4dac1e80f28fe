"""Where the people of small builds set out from."""

import geopandas as gpd
import pandas as pd

from geo.area_table import CRS


def one_start_each(origins: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return one start an area, of points indexed by area code."""
    ordered = origins.sort_index()
    plain = pd.DataFrame({"area_code": ordered.index.astype("str"), "weight": 1.0})
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(ordered.to_numpy(), crs=CRS), crs=CRS)
