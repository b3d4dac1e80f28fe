"""Map layers for the web: the shapes and places of a build as small files, made once and named by content.

A browser fetches each layer once and keeps it for ever; what changes from one map to the next is a string
with one character an area, and which kinds of place are shown. The features therefore stand in the order of
the table they come from.
"""

import gzip
import hashlib
import json
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from threading import Lock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from data.asset_kinds import asset_kinds
from geo.area_table import CRS
from geo.builds import Build

DECIMALS = 5
"""Decimals of a degree that are kept: about a metre."""

VERTEX_BUDGET = 150_000
"""Corners that a browser draws without effort. A layer with more is simplified."""

GREEN_BUDGET = 40_000
"""Corners of all green spaces together: they say where one is, and need no sharp edge."""

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
        The GeoJSON, or the JSON of places, compressed with gzip.
    codes
        The codes of its features, in their order.
    """

    name: str
    packed: bytes
    codes: tuple[str, ...]


@dataclass(frozen=True)
class WebLayers:
    """The layers of one build. A layer without shapes has no codes."""

    areas: WebLayer
    wards: WebLayer
    localities: WebLayer
    councils: WebLayer
    green: WebLayer
    places: WebLayer

    @property
    def named(self) -> dict[str, WebLayer]:
        """Each layer by what it holds."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    def find(self, name: str) -> bytes | None:
        """Return the compressed bytes of the layer that has this file name."""
        return {layer.name: layer.packed for layer in self.named.values()}.get(name)


def web_layers(build: Build) -> WebLayers:
    """Return the map layers of a build, made the first time and kept by its content hash."""
    key = f"{build.areas.content_hash}:{_outlines_hash(build.outlines)}:{build.places.revision}"
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
    """Return the outlines of one level ("ward", "council", "locality", "greenspace"), sorted by code."""
    mine = build.outlines[build.outlines["level"] == level]
    return mine.sort_values("code").set_index("code")


def _make_layers(build: Build) -> WebLayers:
    frame = build.areas.frame
    wards, localities, councils, green = (
        outlines_of(build, level) for level in ("ward", "locality", "council", "greenspace")
    )
    return WebLayers(
        areas=make_layer(frame.geometry, {"n": frame["area_name"]}),
        wards=make_layer(wards.geometry, _named_in_council(wards)),
        localities=make_layer(localities.geometry, _named_in_council(localities)),
        councils=make_layer(
            councils.geometry, {"n": councils["name"], "p": _label_points(councils.geometry)}
        ),
        green=make_layer(green.geometry, {}, simplify=simplify_each),
        places=make_places_layer(build.places.frame),
    )


def _named_in_council(outlines: gpd.GeoDataFrame) -> dict[str, pd.Series]:
    councils = outlines["la_code"].astype(object).where(outlines["la_code"].notna(), "")
    return {"n": outlines["name"], "l": councils, "p": _label_points(outlines.geometry)}


def make_places_layer(places: gpd.GeoDataFrame) -> WebLayer:
    """Make the layer of places: every kind and council is named once, and each place points at them.

    Parameters
    ----------
    places
        One row a place, as in `geo.places.Places.frame`: `name, kind, detail, la_code`, points in EPSG:27700.

    Returns
    -------
    WebLayer
        `{"kinds": [[id, words]], "councils": [code], "places": [[kind, council, name, detail, longitude,
        latitude]]}`, the first two of a place as positions in those lists; -1 where its council is not known.
    """
    kinds, kind_of = _positions(places["kind"])
    councils, council_of = _positions(places["la_code"])
    points = gpd.GeoSeries(places.geometry).to_crs("EPSG:4326")
    rows = zip(
        kind_of,
        council_of,
        places["name"].fillna("").tolist(),
        places["detail"].fillna("").tolist(),
        points.x.round(DECIMALS).tolist(),
        points.y.round(DECIMALS).tolist(),
        strict=True,
    )
    words = [[kind, _capital(asset_kinds()[kind].singular)] for kind in kinds]
    content = {"kinds": words, "councils": councils, "places": list(rows)}
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return _pack(text, "json", tuple(places.index))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _positions(values: pd.Series) -> tuple[list[str], list[int]]:
    """Return the distinct values present, sorted, and for each row its position among them, -1 for none."""
    codes, distinct = pd.factorize(values.astype(object), sort=True)
    return list(distinct), codes.tolist()


def make_layer(
    shapes: gpd.GeoSeries,
    properties: Mapping[str, pd.Series],
    simplify: Callable[[np.ndarray], np.ndarray] | None = None,
) -> WebLayer:
    """Make one layer for the web.

    Parameters
    ----------
    shapes
        Polygons in EPSG:27700 (metres), indexed by code.
    properties
        What each feature says beside its code `c`, by short name, on the same index.
    simplify
        How shapes with too many corners lose some; as neighbours with shared edges unless said otherwise.

    Returns
    -------
    WebLayer
        Features in the order of `shapes`, in longitude and latitude of five decimals.
    """
    for values in properties.values():
        if not values.index.equals(shapes.index):
            raise ValueError("The properties do not stand in the order of the shapes.")
    geometries = _to_degrees((simplify or simplify_shapes)(shapes.to_numpy()))
    columns = {name: values.tolist() for name, values in properties.items()}
    features = [
        _feature_json(code, geometry, {name: column[i] for name, column in columns.items()})
        for i, (code, geometry) in enumerate(zip(shapes.index, geometries, strict=True))
    ]
    text = '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"
    return _pack(text, "geojson", tuple(shapes.index))


def _pack(text: str, ending: str, codes: tuple[str, ...]) -> WebLayer:
    packed = gzip.compress(text.encode(), compresslevel=9, mtime=0)
    digest = hashlib.sha256(packed).hexdigest()[:20]
    return WebLayer(f"{digest}.{ending}", packed, codes)


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


def simplify_each(geometries: np.ndarray, budget: int = GREEN_BUDGET) -> np.ndarray:
    """Simplify polygons that share no edges, each by itself (Douglas and Peucker 1973), down to a budget."""
    simplified = geometries
    for tolerance_m in TOLERANCES_M:
        if shapely.get_num_coordinates(simplified).sum() <= budget:
            break
        simplified = shapely.simplify(geometries, tolerance_m)
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
        digest.update("\x1f".join(outlines[column].fillna("").astype(str)).encode())
    for wkb in shapely.to_wkb(outlines.geometry.to_numpy()):
        digest.update(wkb)
    return digest.hexdigest()
