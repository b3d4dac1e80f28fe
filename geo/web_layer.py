"""One layer of the map as it is served: the shapes of a table as a small GeoJSON file, made when asked for.

Its name is made from what it is made of, so that the name is known before the file is: the layers of a whole
country take seconds to make, and most readers never look at them.
"""

import gzip
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from threading import Lock

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from geo.area_table import CRS

DECIMALS = 5
"""Decimals of a degree that are kept: about a metre."""

VERTEX_BUDGET = 150_000
"""Corners that a browser draws without effort. A layer with more is simplified."""

CORNERS_A_SHAPE = 15
"""Corners without which a shape loses its form: a layer of many shapes may have so many for each."""

GREEN_BUDGET = 40_000
"""Corners of all green spaces together: they say where one is, and need no sharp edge."""

TOLERANCES_M = (2.5, 5.0, 10.0, 20.0, 40.0)
"""Tolerances tried in turn until a layer comes within the budget."""

Properties = Mapping[str, pd.Series]
"""What each feature says beside its code, by short name, on the index of the shapes."""


@dataclass(frozen=True, eq=False)
class WebLayer:
    """One layer as it is served.

    Attributes
    ----------
    name
        File name, made from the content: a changed layer has a new name.
    codes
        The codes of its features, in their order.
    """

    name: str
    codes: tuple[str, ...]
    _make: Callable[[], bytes]
    _made: list[bytes] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    @property
    def packed(self) -> bytes:
        """The GeoJSON, or the JSON of places, compressed with gzip: made the first time it is asked for."""
        with self._lock:
            if not self._made:
                self._made.append(self._make())
            return self._made[0]


def make_layer(
    shapes: gpd.GeoSeries,
    properties: Properties,
    simplify: Callable[[np.ndarray], np.ndarray] | None = None,
    with_points: bool = False,
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
    with_points
        Whether each feature says where its name stands, as `p`: latitude and longitude.

    Returns
    -------
    WebLayer
        Features in the order of `shapes`, in longitude and latitude of five decimals.
    """
    for values in properties.values():
        if not values.index.equals(shapes.index):
            raise ValueError("The properties do not stand in the order of the shapes.")

    def write() -> bytes:
        said = {**properties, "p": _label_points(shapes)} if with_points else properties
        return pack(_write_features(shapes, said, simplify or simplify_shapes))

    return WebLayer(f"{_digest(shapes, properties)}.geojson", tuple(shapes.index), write)


def pack(text: str) -> bytes:
    """Compress a text as it is served."""
    return gzip.compress(text.encode(), compresslevel=6, mtime=0)  # 9 takes thrice as long to save 1 %


def short_digest(content: bytes) -> str:
    """Return twenty characters that no other content is known by."""
    return hashlib.sha256(content).hexdigest()[:20]


def _digest(shapes: gpd.GeoSeries, properties: Properties) -> str:
    """Digest all that a layer is made of, with this code: another way of making it is another layer."""
    digest = hashlib.sha256(_own_code())
    for wkb in shapely.to_wkb(shapes.to_numpy()):
        digest.update(wkb)
    words = {name: values.tolist() for name, values in properties.items()}
    digest.update(json.dumps([list(shapes.index), words], ensure_ascii=False).encode())
    return short_digest(digest.digest())


@cache
def _own_code() -> bytes:
    return Path(__file__).read_bytes()


def _write_features(
    shapes: gpd.GeoSeries, properties: Properties, simplify: Callable[[np.ndarray], np.ndarray]
) -> str:
    geometries = _to_degrees(simplify(shapes.to_numpy()))
    columns = {name: values.tolist() for name, values in properties.items()}
    features = [
        _feature_json(code, geometry, {name: column[i] for name, column in columns.items()})
        for i, (code, geometry) in enumerate(zip(shapes.index, geometries, strict=True))
    ]
    return '{"type":"FeatureCollection","features":[' + ",\n".join(features) + "]}"


def simplify_shapes(geometries: np.ndarray, budget: int = VERTEX_BUDGET) -> np.ndarray:
    """Simplify polygons that together have more corners than the budget, and keep their shared edges shared.

    Shapes that have few corners each are left as they are, however many they are: none can be spared.

    Uses `shapely.coverage_simplify` (Visvalingam and Whyatt 1993, over a coverage), so that neighbours
    neither overlap nor part.
    """
    simplified = geometries
    enough = max(budget, CORNERS_A_SHAPE * len(geometries))
    for tolerance_m in TOLERANCES_M:
        if shapely.get_num_coordinates(simplified).sum() <= enough:
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
