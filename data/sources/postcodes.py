"""The ONS Postcode Directory, with old or new column names: where each postcode lies.

It is read here for its points alone, which weigh the parts of an area that is carried to another vintage.
"""

import re

import numpy as np
import pandas as pd

from data.codes import AreaKind
from data.sources.base import Source, SourceKind
from data.tables import Table, to_number

_POSTCODE = re.compile(r"[A-Z]{1,2}\d[A-Z\d]? ?\d[ABD-HJLNP-UW-Z]{2}")
_PLACES = (("oseast1m", "osnrth1m"), ("east1m", "north1m"), ("long", "lat"))
_LATITUDES = (49.0, 61.5)
"""Of Great Britain; a postcode without a grid reference is given 99.999999."""

_NAMES = ("pcds", "pcd8", "pcd7", "pcd", "pcd2")


def recognise(table: Table) -> Source | None:
    """Read a table if it is a postcode directory with grid references, else return None."""
    lowered = {c.lower(): c for c in table.header}
    column = next((lowered[n] for n in _NAMES if n in lowered), None)
    if column is None or not any(set(pair) <= set(lowered) for pair in _PLACES):
        return None
    sound = table.sample[column].str.upper().str.replace("  ", " ").str.fullmatch(_POSTCODE)
    if sound.fillna(False).mean() < 0.9:
        return None
    frame = table.frame
    easting, northing = _grid_references(frame, lowered)
    points = pd.DataFrame({"postcode": frame[column], "easting_m": easting, "northing_m": northing})
    placed = points["easting_m"].gt(0) & points["northing_m"].gt(0)
    terminated = (
        frame[lowered["doterm"]].notna() if "doterm" in lowered else pd.Series(False, index=frame.index)
    )
    rejected = pd.DataFrame(
        {
            "row": points.index[~placed] + 1,
            "value": points["postcode"][~placed],
            "reason": "no grid reference",
        }
    )
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.POSTCODES,
        entry="postcodes",
        edition="",
        area_kind=AreaKind.OA,
        frame=points[placed & ~terminated],
        rows=len(frame),
        rejected=rejected.reset_index(drop=True),
        notes=(f"{int(terminated.sum()):,} terminated postcodes are left out",) if terminated.any() else (),
    )


def _grid_references(frame: pd.DataFrame, lowered: dict[str, str]) -> tuple[pd.Series, pd.Series]:
    """Return eastings and northings in EPSG:27700, from latitude and longitude where there are no others."""
    first, second = next(pair for pair in _PLACES if set(pair) <= set(lowered))
    x, y = to_number(frame[lowered[first]]), to_number(frame[lowered[second]])
    if first != "long":
        return x, y
    from pyproj import Transformer

    real = y.between(*_LATITUDES)
    to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
    east, north = to_grid.transform(x.where(real).to_numpy(), y.where(real).to_numpy())
    placed = real & np.isfinite(east)
    return pd.Series(east, frame.index).where(placed), pd.Series(north, frame.index).where(placed)
