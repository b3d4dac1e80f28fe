"""Open a file of shapes whatever its container.

GeoJSON, GeoPackage, Shapefile (zipped too), GeoParquet, and the roads of an extract of OpenStreetMap.
"""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from data.errors import SourceError
from data.settings import settings
from data.sources.layer import Layer, OsmLayer, ParquetLayer

SHAPEFILE_PARTS = {".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".xml"}
_SHAPEFILE_MAGIC = b"\x00\x00\x27\x0a"
_SQLITE_MAGIC = b"SQLite format 3\x00"


_OSM_XML = re.compile(rb"<osm[\s>]")
_OSM_PBF = b"\x0a\x09OSMHeader"


def is_layer_file(path: Path) -> bool:
    """Say whether a file's content is one of the containers of shapes."""
    with path.open("rb") as file:
        head = file.read(512)
    if head.startswith((_SHAPEFILE_MAGIC, _SQLITE_MAGIC, b"PAR1")) or is_osm(head):
        return True
    if head.startswith(b"PK\x03\x04"):
        return bool(_shapefiles_in(path))
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") and _looks_like_geojson(path)


def is_parquet(path: Path) -> bool:
    """Say whether a file is Parquet, by its first bytes."""
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"


def is_osm(head: bytes) -> bool:
    """Say whether a content begins as an extract of OpenStreetMap does, in XML or in PBF."""
    xml = head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and _OSM_XML.search(head[:512])
    return bool(xml) or head[4:].startswith(_OSM_PBF)


def is_read_by_box(path: Path) -> bool:
    """Say whether a part of a file is read without the rest: of a GeoPackage or a Shapefile."""
    with path.open("rb") as file:
        return file.read(16).startswith((_SHAPEFILE_MAGIC, _SQLITE_MAGIC))


def open_layers(path: Path) -> list[Layer]:
    """List the layers of shapes in a file.

    Raises
    ------
    SourceError
        When the container is damaged or holds no layer of shapes.
    """
    with path.open("rb") as file:
        head = file.read(512)
    if is_osm(head):
        return [OsmLayer(path, None, str(path), "LineString")]
    if head.startswith(b"PAR1"):
        _require_geoparquet(path)
        return [ParquetLayer(path, None, str(path))]
    if head.startswith(b"PK\x03\x04"):
        inside = _shapefiles_in(path)
        part = len(inside) > 1
        return [Layer(path, name if part else None, f"/vsizip/{{{path}}}/{name}") for name in inside]
    return list(_gdal_layers(path))


def is_sidecar(path: Path) -> bool:
    """Say whether a file belongs to a Shapefile that stands beside it."""
    if path.suffix.lower() not in SHAPEFILE_PARTS:
        return False
    stem = path.name.removesuffix(".xml") if path.name.lower().endswith(".shp.xml") else path.stem + ".shp"
    return any(other.name.lower() == stem.lower() for other in path.parent.iterdir())


def _gdal_layers(path: Path) -> Iterator[Layer]:
    import pyogrio

    try:
        layers = pyogrio.list_layers(path)
    except Exception as error:  # pyogrio raises its own kinds for each driver
        raise SourceError(
            f"{path.name} cannot be read as a layer of shapes: {error}.", "Export or download it again."
        ) from error
    named = [(str(name), kind) for name, kind in layers]
    for name, kind in named:
        if kind is not None:
            yield Layer(path, name if len(named) > 1 else None, str(path), str(kind))


def _require_geoparquet(path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        metadata = pq.read_schema(path).metadata or {}
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{path.name} is a damaged Parquet file: {error}.", "Download it again.") from error
    if b"geo" not in metadata:
        raise SourceError(
            f"{path.name} is a Parquet file without shapes.", "Save it as GeoParquet, or as CSV."
        )


def _shapefiles_in(path: Path) -> list[str]:
    try:
        with zipfile.ZipFile(path) as archive:
            total = sum(item.file_size for item in archive.infolist())
            names = [
                n for n in archive.namelist() if n.lower().endswith(".shp") and not n.startswith("__MACOSX")
            ]
    except zipfile.BadZipFile as error:
        raise SourceError(f"{path.name} is a damaged zip file.", "Download it again.") from error
    if names and total > settings().max_unpacked_mb * 1_000_000:
        raise SourceError(f"{path.name} unpacks to {total / 1e6:,.0f} MB.", "Raise ATLAS_MAX_UNPACKED_MB.")
    return names


def _looks_like_geojson(path: Path) -> bool:
    """Look for a feature collection near the start, without reading a large file whole."""
    with path.open("rb") as file:
        start = file.read(65536)
    return b'"FeatureCollection"' in start or b'"Feature"' in start
