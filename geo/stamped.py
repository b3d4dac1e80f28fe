"""Parquet files of a build that say what they hold, and by which content they are known."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import SourceError

AGAIN: Final = "Run atlas build again."
_REVISION: Final = b"atlas_revision"
_FAULTS: Final = (OSError, pa.ArrowException, AttributeError, KeyError, TypeError, ValueError)

Content = TypeVar("Content")


def metadata_text(metadata: Mapping[str, Any]) -> str:
    """Write what is known of a file as text: the same text for the same content."""
    return json.dumps(metadata, ensure_ascii=False, sort_keys=True)


def save_stamped(path: Path, table: pa.Table, holds: str, metadata: str, revision: str) -> None:
    """Write a table with what is known of it. The caller makes the write atomic.

    Parameters
    ----------
    path
        The file.
    table
        Its rows.
    holds
        What they are, in words: "travel times".
    metadata
        What is known of them, as `metadata_text` writes it, with their `format`.
    revision
        What their content is known by.
    """
    extra = {_key(holds): metadata.encode(), _REVISION: revision.encode()}
    stamped = table.replace_schema_metadata({**(table.schema.metadata or {}), **extra})
    pq.write_table(stamped, path, compression="zstd")


def open_stamped(
    path: Path,
    holds: str,
    form: int,
    read: Callable[[dict[str, Any]], Content],
    revision_of: Callable[[Content], str],
) -> Content:
    """Read what `save_stamped` wrote, and see that it is what was saved.

    Parameters
    ----------
    path
        The file.
    holds
        What it is to hold.
    form
        The number of its format.
    read
        Makes the content of the file of what is known of it.
    revision_of
        Returns what a content is known by.

    Raises
    ------
    SourceError
        When the file does not hold that, is damaged, or was made by another version.
    """
    try:
        stamped = pq.read_schema(path).metadata or {}
        metadata, revision = json.loads(stamped[_key(holds)]), stamped[_REVISION].decode()
    except (OSError, pa.ArrowException, KeyError, ValueError) as error:
        raise SourceError(f"{path} does not hold {holds}.", AGAIN) from error
    if metadata.get("format") != form:
        raise SourceError(
            f"{path} has format {metadata.get('format')}; this version reads format {form}.", AGAIN
        )
    try:
        content = read(metadata)
        whole = revision_of(content) == revision
    except _FAULTS as error:
        raise SourceError(f"{path} is damaged: {error}.", AGAIN) from error
    if not whole:
        raise SourceError(f"{path} is damaged: its content is not what was saved.", AGAIN)
    return content


def geo_table(frame: gpd.GeoDataFrame, index: bool) -> pa.Table:
    """Return a GeoDataFrame as a table with the metadata of GeoParquet."""
    buffer = pa.BufferOutputStream()
    frame.to_parquet(buffer, index=index, compression="zstd")
    return pq.read_table(pa.BufferReader(buffer.getvalue()))


def _key(holds: str) -> bytes:
    return f"atlas_{holds.replace(' ', '_')}".encode()
