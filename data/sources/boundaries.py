"""Boundaries of small areas, wards and councils, from GeoJSON, GeoPackage, Shapefile or GeoParquet.

The code column is found by its values. A layer without a declared coordinate system, or with one that its
coordinates contradict, has it inferred from the coordinates, and says so. Invalid polygons are mended.
"""

import re

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.codes import AreaKind, find_kind, match_share
from data.errors import GeographyError
from data.sources.base import BoundarySource, SourceKind, index_by_code
from data.sources.layers import Layer

CRS = "EPSG:27700"
_DRAWN = (AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL)
_EXTENTS = {
    "EPSG:4326": (-11.0, 49.0, 3.0, 61.5),
    "EPSG:27700": (-250_000.0, -20_000.0, 720_000.0, 1_250_000.0),
    "EPSG:3857": (-1_250_000.0, 6_250_000.0, 350_000.0, 8_900_000.0),
}
"""Where Great Britain and its seas lie in each coordinate system: west, south, east, north."""

_FEWEST_UNIQUE = 0.98


def recognise(layer: Layer) -> BoundarySource | None:
    """Read a layer if it is polygons of small areas, wards or councils, one row an area, else return None.

    Raises
    ------
    GeographyError
        When the coordinates lie outside Great Britain in every known system.
    """
    shapes = layer.frame
    polygons = shapes.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if not len(shapes) or polygons.mean() < 0.9:
        return None
    column, kind = _find_code_column(shapes)
    if column is None or kind is None:
        return None
    located, crs_note = locate(shapes, layer)
    mended, mend_note = mend(located)
    merged, merge_note = _merge_parts(mended, column)
    names = _describe_columns(merged, column, kind)
    usable, rejected, notes = index_by_code(names.assign(code=merged[column]), "code", kind)
    shape_of = merged.set_geometry("geometry").geometry.set_axis(merged[column].astype("string").str.strip())
    frame = gpd.GeoDataFrame(usable, geometry=shape_of.loc[usable.index].to_numpy(), crs=CRS)
    return BoundarySource(
        path=layer.path,
        part=layer.name,
        kind=SourceKind.BOUNDARIES,
        entry="boundaries",
        edition=_year(column),
        area_kind=kind,
        frame=frame,
        rows=len(shapes),
        rejected=rejected,
        declared=_year(column) or None,
        notes=tuple(n for n in (crs_note, mend_note, merge_note, *notes) if n),
    )


def locate(shapes: gpd.GeoDataFrame, layer: Layer) -> tuple[gpd.GeoDataFrame, str]:
    """Bring shapes to EPSG:27700, inferring the coordinate system where none is given or it cannot be true.

    Returns
    -------
    tuple of GeoDataFrame, str
        The shapes in metres, and a note when the system was inferred.
    """
    bounds = shapes.total_bounds
    declared = shapes.crs
    if declared is not None and _fits(bounds, _extent_of(declared)):
        return shapes.to_crs(CRS), ""
    for name, extent in _EXTENTS.items():
        if _fits(bounds, extent):
            was = "no coordinate system is declared" if declared is None else f"declared as {declared.name}"
            return (
                shapes.set_crs(name, allow_override=True).to_crs(CRS),
                f"{was}; the coordinates are {name}, and were read so",
            )
    raise GeographyError(
        f"{layer.path.name} has coordinates that are not in Great Britain in any known system: "
        f"{', '.join(f'{b:,.1f}' for b in bounds)}.",
        "Export the layer in British National Grid (EPSG:27700) or longitude and latitude (EPSG:4326).",
    )


def mend(shapes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, str]:
    """Mend invalid polygons, keep their polygonal parts only, and count them."""
    invalid = ~shapes.geometry.is_valid.to_numpy()
    if not invalid.any():
        return shapes, ""
    fixed = shapes.geometry.to_numpy().copy()
    fixed[invalid] = [_polygons_of(g) for g in shapely.make_valid(fixed[invalid])]
    return shapes.set_geometry(gpd.GeoSeries(fixed, index=shapes.index, crs=shapes.crs)), (
        f"{int(invalid.sum()):,} invalid polygons were mended"
    )


def _polygons_of(shape: shapely.Geometry) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if p.geom_type in ("Polygon", "MultiPolygon")]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _fits(bounds: np.ndarray, extent: tuple[float, float, float, float]) -> bool:
    west, south, east, north = extent
    finite = bool(np.isfinite(bounds).all())
    return finite and bool(
        west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north
    )


def _extent_of(crs: object) -> tuple[float, float, float, float]:
    """Return the extent that coordinates of a declared system must lie in."""
    from pyproj import CRS as Crs  # noqa: N811

    system = Crs.from_user_input(crs)
    if system.is_geographic:
        return _EXTENTS["EPSG:4326"]
    name = f"EPSG:{system.to_epsg()}"
    return _EXTENTS.get(name, (-np.inf, -np.inf, np.inf, np.inf))


def _find_code_column(shapes: gpd.GeoDataFrame) -> tuple[str | None, AreaKind | None]:
    """Find the column that names each row's own area: codes of one kind, hardly ever repeated."""
    found = []
    for column in shapes.columns.drop(shapes.geometry.name):
        kind = find_kind(shapes[column])
        if kind in _DRAWN and shapes[column].nunique() >= _FEWEST_UNIQUE * len(shapes):
            found.append((-match_share(shapes[column], kind), _DRAWN.index(kind), str(column), kind))
    if not found:
        return None, None
    _, _, column, kind = min(found)
    return column, kind


def _merge_parts(shapes: gpd.GeoDataFrame, column: str) -> tuple[gpd.GeoDataFrame, str]:
    """Join the parts of an area that is drawn in several rows."""
    if not shapes[column].duplicated().any():
        return shapes, ""
    repeats = int(shapes[column].duplicated().sum())
    return shapes.dissolve(
        by=column, as_index=False
    ), f"{repeats:,} rows are further parts of an area and were joined"


def _describe_columns(shapes: gpd.GeoDataFrame, column: str, kind: AreaKind) -> pd.DataFrame:
    """Find names, and the council that each area lies in where the layer says so."""
    plain = pd.DataFrame(shapes.drop(columns=shapes.geometry.name))
    names = _beside(plain, column)
    parent = None
    if kind is not AreaKind.COUNCIL:
        parent = next(
            (c for c in plain.columns if c != column and find_kind(plain[c]) is AreaKind.COUNCIL), None
        )
    blank = pd.Series(pd.NA, index=plain.index, dtype="string")
    return pd.DataFrame(
        {
            "name": names if names is not None else blank,
            "parent_code": plain[parent].astype("string") if parent else blank,
            "parent_name": _or_blank(_beside(plain, parent) if parent else None, blank),
        }
    )


def _or_blank(names: pd.Series | None, blank: pd.Series) -> pd.Series:
    return blank if names is None else names


def _beside(plain: pd.DataFrame, column: str) -> pd.Series | None:
    """Find the column of names that goes with a column of codes, else any column of names."""
    stem = re.sub(r"(?i)(cd|code)$", "", column).lower()
    lowered = {str(c).lower(): c for c in plain.columns}
    named = [lowered[n] for n in (f"{stem}nm", f"{stem}name") if n in lowered]
    other = [c for low, c in lowered.items() if low.endswith("nm") or "name" in low]
    return next((plain[c].astype("string").str.strip() for c in [*named, *other]), None)


def _year(column: str) -> str:
    match = re.fullmatch(r"(?i)[a-z]+?(\d{2})cd", column)
    return f"20{match[1]}" if match else ""
