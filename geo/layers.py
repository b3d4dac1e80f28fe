"""Map layers for the web: the shapes of a build as small GeoJSON files, made once and named by their content.

A browser fetches each layer once and keeps it for ever; what changes from one map to the next is a string
with one character an area. The features therefore stand in the order of the table they come from.
"""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.area_table import CRS
from geo.builds import Build

DECIMALS = 5
"""Decimals of a degree that are kept: about a metre."""

VERTEX_BUDGET = 150_000
"""Corners that a browser draws without effort. A layer with more is simplified."""

TOLERANCES_M = (2.5, 5.0, 10.0, 20.0, 40.0)
"""Tolerances tried in turn until a layer comes within the budget."""

_KEPT_BUILDS = 4
_made: "OrderedDict[str, WebLayers]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class WebLayer:
    """One layer as it is served.

    Attributes
    ----------
    name
        File name, made from the content: a changed layer has a new name.
    packed
        The GeoJSON, compressed with gzip.
    codes
        The codes of its features, in their order.
    """

    name: str
    packed: bytes
    codes: tuple[str, ...]


@dataclass(frozen=True)
class WebLayers:
    """The layers of one build: small areas, wards and councils. A layer without shapes has no codes."""

    areas: WebLayer
    wards: WebLayer
    councils: WebLayer

    def find(self, name: str) -> bytes | None:
        """Return the compressed bytes of the layer that has this file name."""
        return {layer.name: layer.packed for layer in (self.areas, self.wards, self.councils)}.get(name)


def web_layers(build: Build) -> WebLayers:
    """Return the map layers of a build, made the first time and kept by its content hash."""
    key = f"{build.areas.content_hash}:{_outlines_hash(build.outlines)}"
    with _lock:
        if key not in _made:
            _made[key] = _make_layers(build)
            while len(_made) > _KEPT_BUILDS:
                _made.popitem(last=False)
        return _made[key]


def find_layer(name: str) -> bytes | None:
    """Return the compressed bytes of a layer that has been made, by its file name."""
    with _lock:
        found = (layers.find(name) for layers in _made.values())
        return next((packed for packed in found if packed is not None), None)


def outlines_of(build: Build, level: str) -> gpd.GeoDataFrame:
    """Return the wards or the councils of a build, one row a code, sorted by code."""
    mine = build.outlines[build.outlines["level"] == level]
    return mine.sort_values("code").set_index("code")


def _make_layers(build: Build) -> WebLayers:
    frame = build.areas.frame
    wards, councils = (outlines_of(build, level) for level in ("ward", "council"))
    return WebLayers(
        areas=make_layer(frame.geometry, {"n": frame["area_name"]}),
        wards=make_layer(
            wards.geometry,
            {"n": wards["name"], "l": wards["la_code"], "p": _label_points(wards.geometry)},
        ),
        councils=make_layer(
            councils.geometry, {"n": councils["name"], "p": _label_points(councils.geometry)}
        ),
    )


def make_layer(shapes: gpd.GeoSeries, properties: Mapping[str, pd.Series]) -> WebLayer:
    """Make one layer for the web.

    Parameters
    ----------
    shapes
        Polygons in EPSG:27700 (metres), indexed by code.
    properties
        What each feature says beside its code `c`, by short name, on the same index.

    Returns
    -------
    WebLayer
        Features in the order of `shapes`, in longitude and latitude of five decimals.
    """
    for values in properties.values():
        if not values.index.equals(shapes.index):
            raise ValueError("The properties do not stand in the order of the shapes.")
    geometries = _to_degrees(simplify_shapes(shapes.to_numpy()))
    columns = {name: values.tolist() for name, values in properties.items()}
    features = [
        _feature_json(code, geometry, {name: column[i] for name, column in columns.items()})
        for i, (code, geometry) in enumerate(zip(shapes.index, geometries, strict=True))
    ]
    text = '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    digest = hashlib.sha256(packed).hexdigest()[:20]
    return WebLayer(f"{digest}.geojson", packed, tuple(shapes.index))


def simplify_shapes(geometries: np.ndarray, budget: int = VERTEX_BUDGET) -> np.ndarray:
    """Simplify polygons that together have more corners than the budget, and keep their shared edges shared.

    Uses `shapely.coverage_simplify` (Visvalingam and Whyatt 1993, over a coverage), so that neighbours
    neither overlap nor part.
    """
    simplified = geometries
    for tolerance_m in TOLERANCES_M:
        if shapely.get_num_coordinates(simplified).sum() <= budget:
            break
        simplified = shapely.coverage_simplify(geometries, tolerance_m)
    return simplified


def _to_degrees(geometries: np.ndarray) -> Sequence[str]:
    to_wgs84 = Transformer.from_crs(CRS, "EPSG:4326", always_xy=True)
    flat = shapely.force_2d(geometries)
    eastings, northings = shapely.get_coordinates(flat).T
    degrees = np.column_stack(to_wgs84.transform(eastings, northings)).round(DECIMALS)
    texts: Sequence[str] = shapely.to_geojson(shapely.set_coordinates(flat.copy(), degrees)).tolist()
    return texts


def _feature_json(code: str, geometry: str, properties: Mapping[str, object]) -> str:
    words = json.dumps({"c": code, **properties}, ensure_ascii=False, separators=(",", ":"))
    return f'{{"type":"Feature","properties":{words},"geometry":{geometry}}}'


def _label_points(shapes: gpd.GeoSeries) -> pd.Series:
    """Return for each shape the middle of the widest circle that fits in it, as latitude and longitude."""
    if shapes.empty:
        return pd.Series([], index=shapes.index, dtype=object)
    widest = [_widest_part(shape) for shape in shapes]
    middles = gpd.GeoSeries(
        [shapely.maximum_inscribed_circle(part, 50.0).centroid for part in widest],
        index=shapes.index,
        crs=CRS,
    ).to_crs("EPSG:4326")
    pairs = [[round(point.y, DECIMALS), round(point.x, DECIMALS)] for point in middles]
    return pd.Series(pairs, index=shapes.index, dtype=object)


def _widest_part(shape: shapely.Geometry) -> shapely.Geometry:
    return max(shapely.get_parts(shape), key=lambda part: part.area)


def _outlines_hash(outlines: gpd.GeoDataFrame) -> str:
    digest = hashlib.sha256()
    for column in ("level", "code", "name"):
        digest.update("\x1f".join(outlines[column].astype(str)).encode())
    for wkb in shapely.to_wkb(outlines.geometry.to_numpy()):
        digest.update(wkb)
    return digest.hexdigest()
