"""Open a table of any form to be read in batches: a text, a sheet of a workbook, a Parquet file."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import SourceError
from data.sources.layers import is_parquet
from data.sources.travel_pairs import Batch
from data.tables import Table, read_tables
from data.text_stream import TextStream, is_workbook, open_stream

_BATCH_ROWS: Final = 250_000
_SAMPLE_ROWS: Final = 50


@dataclass(frozen=True)
class Opened:
    """A table of any form: its header, its first rows, and what reads some of its columns in batches."""

    path: Path
    part: str | None
    header: tuple[str, ...]
    sample: pd.DataFrame
    read: Callable[[list[str]], Iterable[Batch]]


def open_any(path: Path) -> list[Opened]:
    """Open the tables of a file of any form, told by its first bytes; none where it holds shapes."""
    if is_parquet(path):
        opened = of_parquet(path)
        return [] if opened is None else [opened]
    if is_workbook(path):
        return [of_table(table) for table in read_tables(path)]
    return [of_stream(open_stream(path))]


def of_table(table: Table) -> Opened:
    """Open a table that is held whole."""

    def read(columns: list[str]) -> Iterator[Batch]:
        frame = table.frame[columns]
        yield (frame.index.to_numpy() + 1).astype(np.int32), pa.Table.from_pandas(frame, preserve_index=False)

    return Opened(table.path, table.sheet, table.header, table.sample, read)


def of_stream(stream: TextStream) -> Opened:
    """Open a text that may be too large to hold."""
    table = stream.table
    return Opened(
        table.path, None, table.header, table.sample, lambda columns: _numbered(stream.batches(columns))
    )


def of_parquet(path: Path) -> Opened | None:
    """Open a Parquet file; None where it holds shapes."""
    try:
        schema = pq.read_schema(path)
        if b"geo" in (schema.metadata or {}):
            return None
        plain = [name for name in schema.names if not pa.types.is_nested(schema.field(name).type)]
        texts = [name for name in plain if pa.types.is_string(schema.field(name).type)]
        file = pq.ParquetFile(path, read_dictionary=texts)
        first = next(file.iter_batches(_SAMPLE_ROWS, columns=plain), None)
        sample = pd.DataFrame(columns=plain) if first is None else first.to_pandas().astype("string")
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{path.name} is a damaged Parquet file: {error}.", "Download it again.") from error
    return Opened(path, None, tuple(plain), sample, lambda columns: _numbered(_batches(file, path, columns)))


def _batches(file: pq.ParquetFile, path: Path, columns: list[str]) -> Iterator[pa.Table]:
    try:
        for batch in file.iter_batches(_BATCH_ROWS, columns=columns):
            yield pa.Table.from_batches([batch]).select(columns)
    except (OSError, pa.ArrowException) as error:
        raise SourceError(f"{path.name} is a damaged Parquet file: {error}.", "Download it again.") from error


def _numbered(tables: Iterable[pa.Table]) -> Iterator[Batch]:
    first = 1
    for table in tables:
        yield np.arange(first, first + len(table), dtype=np.int32), table
        first += len(table)
