"""Boundaries of small areas, wards and councils, from GeoJSON, GeoPackage, Shapefile or GeoParquet.

The code column is found by its values. A layer without a declared coordinate system, or with one that its
coordinates contradict, has it inferred from the coordinates, and says so. Invalid polygons are mended.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from data.codes import CODE_TYPES, LSOA_COUNT, AreaKind, clean_codes, find_kind, match_share
from data.errors import GeographyError
from data.sources.base import BoundarySource, SourceKind, index_by_code, readable
from data.sources.columns import name_column, year_of
from data.sources.layer import Layer

CRS = "EPSG:27700"
_DRAWN = (AreaKind.LSOA, AreaKind.WARD, AreaKind.COUNCIL)
_EXTENTS = {
    "EPSG:4326": (-11.0, 49.0, 3.0, 61.5),
    "EPSG:27700": (-250_000.0, -20_000.0, 720_000.0, 1_250_000.0),
    "EPSG:3857": (-1_250_000.0, 6_250_000.0, 350_000.0, 8_900_000.0),
}
"""Where Great Britain and its seas lie in each coordinate system: west, south, east, north."""

_SHORT = 1e9
"""What is written out in an error; longer numbers are written in powers of ten."""

_FEWEST_UNIQUE = 0.98
_FEWEST_NAMES = 0.8
_FEWEST_METRES = 1_000.0
_FEW, _LOOKED_AT, _BESIDE_M = 4, 200, 100.0
_POLYGONAL = (shapely.GeometryType.POLYGON.value, shapely.GeometryType.MULTIPOLYGON.value)


def recognise(layer: Layer) -> BoundarySource | None:
    """Read a layer if it is polygons of small areas, wards or councils, one row an area, else return None.

    Polygons that carry an area's code but lie apart, such as hospital sites, are not its boundary.

    Raises
    ------
    GeographyError
        When the coordinates lie outside Great Britain in every known system, or the small areas are of a
        vintage that is not read.
    """
    shapes = layer.frame
    polygons = shapes.geometry.geom_type.isin(["Polygon", "MultiPolygon"])
    if not len(shapes) or polygons.mean() < 0.9:
        return None
    column, kind = _find_code_column(shapes)
    if column is None or kind is None:
        return None
    if kind is AreaKind.LSOA and year_of(column) not in ("", *LSOA_COUNT):
        raise GeographyError(
            f"{layer.path.name} holds small areas of {year_of(column)}, which are not read.",
            "Use the LSOA boundaries of 2021 or 2011.",
        )
    located, crs_note = locate(shapes, layer)
    mended, mend_note = mend(located)
    codes = clean_codes(mended[column])
    if kind is not AreaKind.COUNCIL and not _lie_together(mended):
        return None
    merged, merge_note = _merge_parts(mended, codes)
    drawn = ~merged.geometry.is_empty.to_numpy()
    described = _describe_columns(merged, column, kind).assign(code=codes.loc[merged.index])
    usable, rejected, notes = index_by_code(described[drawn], "code", kind)
    shape_of = merged.geometry.set_axis(codes.loc[merged.index])
    frame = gpd.GeoDataFrame(usable, geometry=shape_of.loc[usable.index].to_numpy(), crs=CRS)
    bare = described["code"][~drawn]
    rejected = pd.concat(
        [rejected, pd.DataFrame({"row": bare.index + 1, "value": bare, "reason": "no shape"})],
        ignore_index=True,
    )
    shape_note = f"{len(bare):,} rows have no shape and cannot be used" if len(bare) else ""
    return BoundarySource(
        path=layer.path,
        part=layer.name,
        kind=SourceKind.BOUNDARIES,
        entry="boundaries",
        edition=year_of(column),
        area_kind=kind,
        frame=frame,
        rows=len(shapes),
        rejected=rejected,
        declared=year_of(column) or None,
        why=f"polygons side by side, one a {CODE_TYPES[kind].singular}, with codes in “{readable(column)}”",
        notes=tuple(n for n in (crs_note, mend_note, merge_note, shape_note, *notes) if n),
    )


def locate(shapes: gpd.GeoDataFrame, layer: Layer) -> tuple[gpd.GeoDataFrame, str]:
    """Bring shapes to EPSG:27700, inferring the coordinate system where none is given or it cannot be true.

    Returns
    -------
    tuple of GeoDataFrame, str
        The shapes in metres, and a note when the system was inferred.
    """
    crs, note = find_crs(shapes.total_bounds, shapes.crs, layer.path)
    return shapes.set_crs(crs, allow_override=True).to_crs(CRS), note


def find_crs(bounds: npt.NDArray[np.float64], declared: Any, path: Path) -> tuple[Any, str]:  # noqa: ANN401
    """Find the coordinate system of shapes: the declared one, else what their bounds are sound in.

    Parameters
    ----------
    bounds
        West, south, east, north, in the coordinates of the file.
    declared
        Its own system, as pyproj takes it; None where it declares none.
    path
        The file.

    Returns
    -------
    tuple of system, str
        The coordinate system, and a note when it was inferred.

    Raises
    ------
    GeographyError
        When the bounds lie outside Great Britain in every known system.
    """
    system = None if declared is None else pyproj.CRS(declared)
    if system is not None:
        metres = pyproj.Transformer.from_crs(system, CRS, always_xy=True)
        if _fits(np.array(metres.transform_bounds(*bounds)), "EPSG:27700"):
            return system, ""
    for name in _EXTENTS:
        if _fits(bounds, name):
            was = "no coordinate system is declared" if system is None else f"declared as {system.name}"
            return name, f"{was}; the coordinates are {name}, and were read so"
    swapped = _fits(bounds[[1, 0, 3, 2]], "EPSG:4326")
    raise GeographyError(
        f"{path.name} has coordinates that are not in Great Britain in any known system: "
        f"{', '.join(f'{b:,.1f}' if abs(b) < _SHORT else f'{b:g}' for b in bounds)}."
        + (" They look like latitude before longitude." if swapped else ""),
        "Export the layer in British National Grid (EPSG:27700) or longitude and latitude (EPSG:4326).",
    )


def mend(shapes: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, str]:
    """Mend invalid polygons, keep polygonal parts and two dimensions only, and count the mended.

    A row without a polygon comes back with an empty one.
    """
    fixed = shapely.force_2d(shapes.geometry.to_numpy())
    there = ~shapely.is_missing(fixed)
    invalid = there & ~shapely.is_valid(fixed)
    fixed[invalid] = shapely.make_valid(fixed[invalid])
    other = ~np.isin(shapely.get_type_id(fixed), _POLYGONAL)
    fixed[other] = [_polygons_of(shape) for shape in fixed[other]]
    mended = gpd.GeoDataFrame(
        shapes.drop(columns=shapes.geometry.name), geometry=fixed, crs=shapes.crs, index=shapes.index
    )
    return mended, f"{int(invalid.sum()):,} invalid polygons were mended" if invalid.any() else ""


def _polygons_of(shape: shapely.Geometry | None) -> shapely.Geometry:
    parts = [p for p in shapely.get_parts(shape) if shapely.get_type_id(p) in _POLYGONAL]
    return shapely.union_all(parts) if parts else shapely.Polygon()


def _fits(bounds: np.ndarray, name: str) -> bool:
    """Say whether bounds lie in Great Britain as a system counts; degrees are not metres near its origin."""
    west, south, east, north = _EXTENTS[name]
    if not np.isfinite(bounds).all() or (name != "EPSG:4326" and np.abs(bounds).max() < _FEWEST_METRES):
        return False
    return bool(west <= bounds[0] and south <= bounds[1] and bounds[2] <= east and bounds[3] <= north)


def _find_code_column(shapes: gpd.GeoDataFrame) -> tuple[str | None, AreaKind | None]:
    """Find the column that names each row's own area: codes of one kind, hardly ever repeated."""
    found = []
    for column in shapes.columns.drop(shapes.geometry.name):
        kind = find_kind(shapes[column])
        if kind in _DRAWN and shapes[column].nunique() >= _FEWEST_UNIQUE * shapes[column].count():
            found.append((-match_share(shapes[column], kind), _DRAWN.index(kind), str(column), kind))
    if not found:
        return None, None
    _, _, column, kind = min(found)
    return column, kind


def _lie_together(shapes: gpd.GeoDataFrame) -> bool:
    """Say whether most polygons have another beside them, as areas have and buildings or parks do not."""
    if len(shapes) < _FEW:
        return True
    every = shapes.geometry.to_numpy()
    some = every[:: max(1, len(every) // _LOOKED_AT)]
    asked, _ = shapely.STRtree(every).query(some, predicate="dwithin", distance=_BESIDE_M)
    return bool((np.bincount(asked, minlength=len(some)) > 1).mean() >= 0.5)


def _merge_parts(shapes: gpd.GeoDataFrame, codes: pd.Series) -> tuple[gpd.GeoDataFrame, str]:
    """Join the parts of an area that is drawn in several rows, at the first of them."""
    further = (codes.notna() & codes.duplicated()).to_numpy()
    if not further.any():
        return shapes, ""
    several = codes[codes.isin(codes[further])]
    joined = shapes.geometry.loc[several.index].groupby(several).agg(lambda parts: shapely.union_all(parts))
    kept = shapes[~further]
    whole = codes.loc[kept.index].map(joined)
    merged = kept.set_geometry(gpd.GeoSeries(whole.where(whole.notna(), kept.geometry), crs=CRS))
    return merged, f"{int(further.sum()):,} rows are further parts of an area and were joined"


def _describe_columns(shapes: gpd.GeoDataFrame, column: str, kind: AreaKind) -> pd.DataFrame:
    """Find names, and the council that each area lies in where the layer says so."""
    plain = pd.DataFrame(shapes.drop(columns=shapes.geometry.name)).rename(columns=str)
    others = {c: k for c in plain.columns if c != column and (k := find_kind(plain[c])) is not None}
    parent = next((c for c, k in others.items() if k is AreaKind.COUNCIL and kind is not k), None)
    return pd.DataFrame(
        {
            "name": _texts(plain, name_column(plain.columns, column) or _only_names(plain, others)),
            "parent_code": _texts(plain, parent),
            "parent_name": _texts(plain, parent and name_column(plain.columns, parent)),
        }
    )


def _only_names(plain: pd.DataFrame, others: Mapping[str, AreaKind]) -> str | None:
    """Find a column of names that goes with no other code, and hardly ever repeats."""
    taken = {name_column(plain.columns, other) for other in others}
    named = [c for c in plain.columns if c not in taken and re.search(r"(?i)name|nm$", c)]
    return next((c for c in named if plain[c].nunique() >= _FEWEST_NAMES * plain[c].count() > 0), None)


def _texts(plain: pd.DataFrame, column: str | None) -> pd.Series:
    if column is None:
        return pd.Series(pd.NA, index=plain.index, dtype="string")
    return plain[column].astype("string").str.strip()
