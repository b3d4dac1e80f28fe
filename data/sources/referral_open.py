"""Open one extract: its headings, what its columns are, and its rows in batches."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd
import pyarrow as pa

from data.errors import SourceError
from data.place_settings import FileSettings
from data.sources import referral_names as names
from data.sources.base import Source
from data.sources.layers import is_layer_file
from data.sources.referral_columns import Columns, choose_columns
from data.tables import Table, collapse, distinct_names, find_header, read_tables
from data.text_stream import TextStream, is_workbook, open_stream

_SAMPLE_ROWS: Final = 2_000
_BATCH_ROWS: Final = 200_000
_LONGEST_HEADING: Final = 60
_NEARLY: Final = 0.7


@dataclass(frozen=True)
class OpenTable:
    """One extract that can be read.

    Attributes
    ----------
    source
        The file.
    columns
        What its columns are.
    batches
        Gives the filled rows of some columns as text, a batch at a time.
    ragged
        Gives how many rows were wider or narrower than the header, after the rows were read.
    """

    source: Source
    columns: Columns
    batches: Callable[[Sequence[str]], Iterator[pa.Table]]
    ragged: Callable[[], int]


def open_table(
    source: Source, said: FileSettings, parse: Callable[[Path], list[Table]] | None = None
) -> OpenTable:
    """Open an extract and tell its columns.

    Parameters
    ----------
    source
        A file, or a sheet of one, that holds records of children.
    said
        What `place.toml` says of it.
    parse
        What parses a workbook, where several sheets of one are opened.

    Raises
    ------
    SourceError
        When it cannot be read, or has no day or no place that can be told.
    """
    if is_layer_file(source.path):
        raise SourceError(
            "it is a layer of shapes, not a table", "Save it as CSV with a column of postcodes."
        )
    if is_workbook(source.path):
        frame = _read_sheet((parse or read_tables)(source.path), source.part)
        columns = _choose(tuple(frame.columns), frame.head(_SAMPLE_ROWS), source.part, said)
        return OpenTable(source, columns, lambda wanted: _slices(frame, wanted), lambda: 0)
    stream = open_stream(source.path, find_headings)
    columns = _choose(stream.table.header, _first_rows(stream), None, said)
    return OpenTable(source, columns, stream.batches, lambda: stream.ragged)


class Workbooks:
    """Opens extracts, and parses a workbook once for all of its sheets that are asked for in turn."""

    def __init__(self) -> None:
        self._path: Path | None = None
        self._tables: list[Table] = []

    def open(self, source: Source, said: FileSettings) -> OpenTable:
        """Open an extract as `open_table` does."""
        return open_table(source, said, self._parse)

    def _parse(self, path: Path) -> list[Table]:
        if path != self._path:
            self._tables = read_tables(path)
            self._path = path
        return self._tables


def find_headings(rows: list[list[str]]) -> int:
    """Find the row of headings: that with most headings of such records, else the header of any table.

    Parameters
    ----------
    rows
        The first rows of a table, empty ones left out.
    """
    usual = find_header(rows)
    known = [sum(map(_is_heading, set(row))) for row in rows]
    best = max(range(len(rows)), key=lambda at: (known[at], -at))
    return best if known[best] >= 2 and known[usual] < _NEARLY * known[best] else usual


def _is_heading(cell: str) -> bool:
    if not cell.strip() or len(cell) > _LONGEST_HEADING:
        return False
    dates = (pattern for patterns in names.DATES.values() for pattern in patterns)
    return names.role_by_name(cell) is not None or any(names.fits(pattern, cell) for pattern in dates)


def _choose(header: tuple[str, ...], sample: pd.DataFrame, sheet: str | None, said: FileSettings) -> Columns:
    return choose_columns(header, sample, sheet, said.events, said.roles)


def _first_rows(stream: TextStream) -> pd.DataFrame:
    header = stream.table.header
    batch = next(stream.batches(header), None)
    if batch is None:
        raise SourceError("it has a header and no rows below it", "Export it again.")
    return batch.slice(0, _SAMPLE_ROWS).to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)


def _read_sheet(tables: Sequence[Table], part: str | None) -> pd.DataFrame:
    """Read a sheet as text, its headings perhaps below other rows."""
    table = next((t for t in tables if t.sheet == part), None)
    if table is None:
        raise SourceError("its sheet is no longer there", "Check the folder again.")
    rows = [list(table.header), *(["" if c is None else c for c in row] for row in _cells(table))]
    at = find_headings(rows)
    if at == 0:
        return table.frame
    place = table.sample.index[at - 1]
    header = distinct_names([collapse(cell) for cell in rows[at]])
    return table.frame[table.frame.index > place].set_axis(header, axis=1)


def _cells(table: Table) -> list[list[str | None]]:
    return [list(row) for row in table.sample.astype(object).where(table.sample.notna(), None).to_numpy()]


def _slices(frame: pd.DataFrame, wanted: Sequence[str]) -> Iterator[pa.Table]:
    for start in range(0, len(frame), _BATCH_ROWS):
        part = frame.iloc[start : start + _BATCH_ROWS]
        columns = [pa.chunked_array([pa.array(part[name].str.strip(), pa.string())]) for name in wanted]
        yield pa.table(columns, names=list(wanted))
