"""A town whose straight lines mislead: a river with one bridge, an island, and a motorway over its streets.

It is the same each time. Its roads come in the layout of OS Open Roads, today's and the older one, and as an
extract of OpenStreetMap, in XML and in PBF.
"""

import itertools
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import quoteattr

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.area_table import CRS

WEST, SOUTH = 400_050.0, 300_050.0
BLOCK_M: Final = 100.0
COLUMNS, ROWS = 9, 8
RIVER: Final = (3, 4)
"""The river runs between these rows of streets; only the street in the first column crosses it."""

ISLAND: Final = (12.0, 1.0)
"""Where the island's streets begin, in blocks."""

OLDER: Final = {
    "class": "roadClassification",
    "road_number": "roadClassificationNumber",
    "road_name": "name1",
    "form_of_way": "formOfWay",
    "primary_route": "primaryRoute",
    "trunk_road": "trunkRoad",
    "start_node": "startNode",
    "end_node": "endNode",
}
"""What OS Open Roads called its columns before."""

Spot = tuple[float, float]
Way = tuple[list[Spot], Mapping[str, str]]
"""A line, and the tags that OpenStreetMap has of it."""


def spot(column: float, row: float) -> Spot:
    """The place of a street corner, in metres."""
    return WEST + column * BLOCK_M, SOUTH + row * BLOCK_M


def town_ways() -> list[Way]:
    """Each stretch between two corners, with the tags of OpenStreetMap."""
    ways: list[Way] = []
    for column, row in itertools.product(range(COLUMNS), range(ROWS)):
        if column + 1 < COLUMNS:
            ways.append(([spot(column, row), spot(column + 1, row)], {"highway": "residential"}))
        if row + 1 < ROWS and ((row, row + 1) != RIVER or column == 0):
            kind = "tertiary" if column == 0 else "residential"
            ways.append(([spot(column, row), spot(column, row + 1)], {"highway": kind}))
    east, north = ISLAND
    corners = [spot(east, north), spot(east + 2, north), spot(east + 2, north + 2), spot(east, north + 2)]
    ways += [([a, b], {"highway": "unclassified"}) for a, b in itertools.pairwise([*corners, corners[0]])]
    ways.append(([spot(4.5, -1), spot(4.5, ROWS)], {"highway": "motorway", "ref": "M1"}))
    ways.append(([spot(4.5, -1), spot(4, 0)], {"highway": "motorway_link", "ref": "M1"}))
    return ways


def town_roads(older: bool = False) -> gpd.GeoDataFrame:
    """The town as OS Open Roads lays it out, in EPSG:27700."""
    classes = {
        "residential": ("Unclassified", "Single Carriageway"),
        "unclassified": ("Unclassified", "Single Carriageway"),
        "tertiary": ("B Road", "Single Carriageway"),
        "motorway": ("Motorway", "Dual Carriageway"),
        "motorway_link": ("Motorway", "Slip Road"),
    }
    rows = []
    for line, tags in town_ways():
        road_class, form = classes[tags["highway"]]
        rows.append(
            {
                "class": road_class,
                "road_number": tags.get("ref"),
                "road_name": None,
                "form_of_way": form,
                "length": int(shapely.LineString(line).length),
                "primary_route": False,
                "trunk_road": False,
                "start_node": f"node {line[0]}",
                "end_node": f"node {line[-1]}",
            }
        )
    lines = [shapely.LineString(line) for line, _ in town_ways()]
    roads = gpd.GeoDataFrame(pd.DataFrame(rows), geometry=lines, crs=CRS)
    return roads.rename(columns=OLDER) if older else roads


def town_nodes() -> gpd.GeoDataFrame:
    """The corners, as OS Open Roads has them in a layer of its own."""
    ends = sorted({end for line, _ in town_ways() for end in (line[0], line[-1])})
    plain = pd.DataFrame({"id": [f"node {end}" for end in ends], "form_of_road_node": "junction"})
    return gpd.GeoDataFrame(plain, geometry=[shapely.Point(end) for end in ends], crs=CRS)


LAYOUTS: Final = (
    "geopackage",
    "older geojson",
    "zipped shapefile",
    "geoparquet",
    "covered geoparquet",
    "xml",
    "pbf",
)


def write_town(folder: Path, layout: str) -> Path:
    """Write the town in a layout, under a name that says nothing of it."""
    path = folder / ("a file.gpkg" if layout == "geopackage" else "a file")
    if layout == "geopackage":
        town_roads().to_file(path, layer="road_link", driver="GPKG")
        town_nodes().to_file(path, layer="road_node", driver="GPKG")
    elif layout == "older geojson":
        town_roads(older=True).to_crs("EPSG:4326").to_file(path, driver="GeoJSON")
    elif layout == "zipped shapefile":
        _zip_shapefiles(path, {"SK_RoadLink": town_roads(), "SK_RoadNode": town_nodes()})
    elif layout in ("geoparquet", "covered geoparquet"):
        town_roads().to_parquet(path, write_covering_bbox=layout.startswith("covered"))
    elif layout == "xml":
        path.write_text(osm_xml(in_degrees(town_ways())), encoding="utf-8")
    else:
        path.write_bytes(osm_pbf(in_degrees(town_ways())))
    return path


def _zip_shapefiles(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> None:
    with zipfile.ZipFile(path, "w") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the names of columns are cut, as they are in the published files
        for name, layer in layers.items():
            layer.to_file(path.parent / f"{name}.shp")
            for part in sorted(path.parent.glob(f"{name}.*")):
                archive.write(part, f"data/{part.name}")
                part.unlink()


def random_lines(rng: np.random.Generator, side_m: float = 100.0) -> list[shapely.LineString]:
    """Streets of a few vertices over a crooked grid: rings, parallel ways, islands and bridges among them."""
    corners = {
        (x, y): (np.array([x, y]) + rng.uniform(-0.3, 0.3, 2)) * side_m for x in range(5) for y in range(5)
    }
    lines = []
    for _ in range(rng.integers(1, 14)):
        walk = [tuple(rng.integers(0, 5, 2))]
        for _ in range(rng.integers(1, 7)):
            walk.append(tuple(np.clip(np.array(walk[-1]) + rng.integers(-1, 2, 2), 0, 4)))
        kept = [a for a, b in itertools.pairwise([*walk, None]) if a != b]
        if len(kept) > 1:
            lines.append(shapely.LineString([corners[corner] for corner in kept]))
    return lines or [shapely.LineString([corners[0, 0], corners[4, 4]])]


def random_points(rng: np.random.Generator, most: int, side_m: float = 100.0) -> list[shapely.Point]:
    """Points over the same streets and around them, some too far out."""
    return [shapely.Point(*rng.uniform(-6 * side_m, 10 * side_m, 2)) for _ in range(rng.integers(0, most))]


def many_streets(blocks: int, side_m: float = 70.0) -> list[shapely.LineString]:
    """Streets between three quarters of neighbouring corners of a crooked grid, each with a bend."""
    rng = np.random.default_rng(blocks)
    across = np.stack(np.meshgrid(np.arange(blocks), np.arange(blocks), indexing="ij"), axis=-1)
    corners = (across + rng.uniform(-0.3, 0.3, across.shape)) * side_m + np.array(spot(0, 0))
    lines = []
    for one, other in ((corners[:-1], corners[1:]), (corners[:, :-1], corners[:, 1:])):
        ends = np.stack([one, (one + other) / 2 + rng.uniform(-5, 5, one.shape), other], axis=-2)
        kept = ends.reshape(-1, 3, 2)[rng.random(ends.shape[0] * ends.shape[1]) < 0.75]
        lines += list(shapely.linestrings(kept))
    return lines


def in_degrees(ways: Sequence[Way]) -> list[Way]:
    """The same ways in longitude and latitude, to a centimetre."""
    lines = gpd.GeoSeries([shapely.LineString(line) for line, _ in ways], crs=CRS).to_crs("EPSG:4326")
    return [
        ([(round(x, 7), round(y, 7)) for x, y in line.coords], tags)
        for line, (_, tags) in zip(lines, ways, strict=True)
    ]


def osm_xml(ways: Sequence[Way]) -> str:
    """Ways in longitude and latitude as an extract of OpenStreetMap in XML."""
    ids = _numbered(ways)
    nodes = [f'<node id="{n}" lon="{x:.7f}" lat="{y:.7f}"/>' for (x, y), n in ids.items()]
    written = []
    for number, (line, tags) in enumerate(ways, 1):
        refs = "".join(f'<nd ref="{ids[end]}"/>' for end in line)
        said = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        written.append(f'<way id="{number}">{refs}{said}</way>')
    content = "\n".join([*nodes, *written])
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6">\n{content}\n</osm>\n'


def osm_pbf(ways: Sequence[Way]) -> bytes:
    """The same extract in PBF: https://wiki.openstreetmap.org/wiki/PBF_Format, blocks not packed."""
    ids = _numbered(ways)
    texts = ["", *sorted({text for _, tags in ways for pair in tags.items() for text in pair})]
    at = {text: place for place, text in enumerate(texts)}
    nodes = [
        _field(
            1,
            _number(1, _zigzag(n))
            + _number(8, _zigzag(round(y * 1e7)))
            + _number(9, _zigzag(round(x * 1e7))),
        )
        for (x, y), n in ids.items()
    ]
    drawn = []
    for number, (line, tags) in enumerate(ways, 1):
        refs = [ids[end] for end in line]
        steps = [after - before for before, after in itertools.pairwise([0, *refs])]
        keys, values = (b"".join(_varint(at[text]) for text in part) for part in (tags.keys(), tags.values()))
        packed = b"".join(_varint(_zigzag(step)) for step in steps)
        drawn.append(_field(3, _number(1, number) + _field(2, keys) + _field(3, values) + _field(8, packed)))
    table = _field(1, b"".join(_field(1, text.encode()) for text in texts))
    groups = _field(2, b"".join(nodes)) + _field(2, b"".join(drawn))
    return _block(b"OSMHeader", _field(4, b"OsmSchema-V0.6")) + _block(b"OSMData", table + groups)


def _numbered(ways: Sequence[Way]) -> dict[Spot, int]:
    return {end: n for n, end in enumerate(dict.fromkeys(end for line, _ in ways for end in line), 1)}


def _block(kind: bytes, content: bytes) -> bytes:
    blob = _field(1, content)
    header = _field(1, kind) + _number(3, len(blob))
    return len(header).to_bytes(4, "big") + header + blob


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _number(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value)


def _zigzag(value: int) -> int:
    return value * 2 if value >= 0 else -value * 2 - 1


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])
