"""Localities: any polygons that tile a place and are not small areas, wards or councils.

A council's own neighbourhoods, school clusters or health districts become a level of their own.
"""

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sources.base import BoundarySource, SourceKind, readable
from data.sources.boundaries import CRS, locate, mend
from data.sources.layer import Layer

_FEWEST, _MOST = 2, 2_000
_NAMED = 0.98
_BESIDE_M = 100.0
_FILLED = 0.5
"""The share of their hull that polygons which tile a place fill; parks and buildings fill far less."""

_SMALLEST_M2 = 200_000.0
"""Half of them are larger than this: a small area in a city has about as much, a park or a building less."""


def recognise(layer: Layer) -> BoundarySource | None:
    """Read a layer if it is named polygons that lie side by side and fill a place, else return None."""
    shapes = layer.frame
    polygons = shapes.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if not _FEWEST <= len(shapes) <= _MOST or not polygons.all():
        return None
    column = _name_column(shapes)
    if column is None:
        return None
    located, crs_note = locate(shapes, layer)
    mended, mend_note = mend(located)
    if not _fill_a_place(mended.geometry):
        return None
    names = mended[column].astype("string").map(lambda name: readable(" ".join(str(name).split()))[:80])
    drawn = (names.notna() & ~names.duplicated() & ~mended.geometry.is_empty).to_numpy()
    frame = gpd.GeoDataFrame(
        {"name": names[drawn].to_numpy(), "parent_code": pd.NA, "parent_name": pd.NA},
        geometry=mended.geometry[drawn].to_numpy(),
        crs=CRS,
        index=pd.Index(names[drawn].astype(str), name="area_code"),
    )
    left = mended.index[~drawn]
    return BoundarySource(
        path=layer.path,
        part=layer.name,
        kind=SourceKind.LOCALITIES,
        entry="localities",
        edition="",
        area_kind=None,
        frame=frame,
        rows=len(shapes),
        rejected=pd.DataFrame(
            {"row": left + 1, "value": names.loc[left], "reason": "no name of its own, or no shape"}
        ),
        notes=tuple(note for note in (crs_note, mend_note) if note),
        why=f"polygons that lie side by side, named by “{readable(str(column))}”, without area codes",
    )


def _name_column(shapes: gpd.GeoDataFrame) -> str | None:
    """Find a column of texts that hardly ever repeats, one that is called a name before any other."""
    texts = [
        str(c)
        for c in shapes.columns.drop(shapes.geometry.name)
        if pd.api.types.is_string_dtype(shapes[c]) and shapes[c].nunique() >= _NAMED * len(shapes)
    ]
    return min(texts, key=lambda c: "name" not in c.lower() and not c.lower().endswith("nm"), default=None)


def _fill_a_place(shapes: gpd.GeoSeries) -> bool:
    """Say whether polygons lie side by side, fill most of their hull and are as large as areas are."""
    every = shapes.to_numpy()
    asked, _ = shapely.STRtree(every).query(every, predicate="dwithin", distance=_BESIDE_M)
    together = bool((np.bincount(asked, minlength=len(every)) > 1).mean() >= 0.9)
    areas = shapely.area(every)
    hull = shapely.convex_hull(shapely.geometrycollections(every))
    return together and bool(np.median(areas) >= _SMALLEST_M2) and areas.sum() >= _FILLED * shapely.area(hull)
