"""The publishers' layouts: files that come out the same, byte for byte, wherever they are made."""

import gzip
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from data.demo.plan import Floats

TO_WGS84: Final = (
    "+proj=pipeline +step +inv +proj=tmerc +lat_0=49 +lon_0=-2 +k=0.9996012717 +x_0=400000 +y_0=-100000 "
    "+ellps=airy "
    "+step +proj=push +v_3 +step +proj=cart +ellps=airy +step +proj=helmert +x=446.448 +y=-125.157 +z=542.06 "
    "+rx=0.15 +ry=0.247 +rz=0.842 +s=-20.489 +convention=position_vector +step +inv +proj=cart +ellps=WGS84 "
    "+step +proj=pop +v_3 +step +proj=unitconvert +xy_in=rad +xy_out=deg"
)
"""EPSG:1314 spelled out: the default would differ where a finer transformation grid is installed."""
CRS84: Final = '{ "type": "name", "properties": { "name": "urn:ogc:def:crs:OGC:1.3:CRS84" } }'
MADE_ON: Final = datetime(2026, 9, 1, tzinfo=UTC)


def to_lon_lat(points: Floats) -> Floats:
    """Turn eastings and northings into longitudes and latitudes to six decimals, shape (n, 2)."""
    lon, lat = pyproj.Transformer.from_pipeline(TO_WGS84).transform(points[:, 0], points[:, 1])
    return np.round(np.stack([lon, lat], axis=1), 6)


def coordinates(geometry: shapely.Geometry) -> str:
    """Write the coordinates of a geometry in longitude and latitude as JSON text."""
    if geometry.geom_type == "MultiPolygon":
        return f"[ {', '.join(coordinates(part) for part in shapely.get_parts(geometry))} ]"
    if geometry.geom_type == "Polygon":
        rings = (geometry.exterior, *geometry.interiors)
        return f"[ {', '.join(coordinates(shapely.LineString(ring.coords)) for ring in rings)} ]"
    pairs = [f"[{lon:.6f}, {lat:.6f}]" for lon, lat in to_lon_lat(shapely.get_coordinates(geometry)).tolist()]
    return pairs[0] if geometry.geom_type == "Point" else f"[ {', '.join(pairs)} ]"


def write_geojson(path: Path, frame: gpd.GeoDataFrame) -> Path:
    """Write a frame in EPSG:27700 as GeoJSON in CRS84, one feature a line."""
    properties = frame.drop(columns=frame.geometry.name).to_dict(orient="records")
    features = [
        f'{{ "type": "Feature", "properties": {json.dumps(values, ensure_ascii=False)}, '
        f'"geometry": {{ "type": "{shape.geom_type}", "coordinates": {coordinates(shape)} }} }}'
        for values, shape in zip(properties, frame.geometry, strict=True)
    ]
    text = f'{{\n"type": "FeatureCollection",\n"name": "{path.stem}",\n"crs": {CRS84},\n"features": [\n'
    path.write_bytes((text + ",\n".join(features) + "\n]\n}\n").encode())
    return path


def write_csv(path: Path, frame: pd.DataFrame, encoding: str = "utf-8", newline: str = "\n") -> Path:
    """Write a frame whose numbers are already whole or text, so that no float is formatted here."""
    path.write_bytes(frame.to_csv(index=False, lineterminator=newline).encode(encoding))
    return path


def write_csv_gz(path: Path, frame: pd.DataFrame) -> Path:
    """Write a compressed CSV without the time of writing."""
    with path.open("wb") as raw, gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=0) as packed:
        packed.write(frame.to_csv(index=False, lineterminator="\n").encode())
    return path


def write_workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    """Write sheets of rows to a workbook with a fixed date of creation."""
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        workbook = writer.book
        workbook.set_properties(
            {"title": "Small area population estimates", "created": MADE_ON.replace(tzinfo=None)}
        )
        for name, rows in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def write_json(path: Path, content: dict[str, object]) -> Path:
    """Write a dictionary as indented JSON."""
    path.write_bytes((json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode())
    return path
