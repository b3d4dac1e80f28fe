"""Whether a file that is there already is an export of ours, and may be written over."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from views.export_document import TOOL
from views.export_files import METADATA_ENDING, PARQUET_KEY


def is_export(path: Path) -> bool:
    """Say whether a file is what `atlas export` writes: it says so itself, or its metadata beside it does."""
    readers: dict[str, Callable[[Path], str | bytes]] = {".gpkg": _in_geopackage, ".parquet": _in_parquet}
    read = readers.get(path.suffix.lower(), _beside)
    try:
        return str(json.loads(read(path))["dc:creator"]).startswith(TOOL)
    except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
        return False


def _beside(path: Path) -> bytes:
    return path.with_name(path.name.removesuffix(METADATA_ENDING) + METADATA_ENDING).read_bytes()


def _in_geopackage(path: Path) -> str:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as opened:
        (found,) = opened.execute("SELECT metadata FROM gpkg_metadata ORDER BY id LIMIT 1").fetchone()
    return str(found)


def _in_parquet(path: Path) -> bytes:
    import pyarrow.parquet as pq

    return bytes((pq.read_schema(path).metadata or {})[PARQUET_KEY])
