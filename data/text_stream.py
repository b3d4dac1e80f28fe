"""Stream a delimited text, packed or not, in bounded memory: whole rows at a time, every cell as text.

Extracts of case systems are too large to hold, and nothing of them may be kept. What is irregular is met
where it stands: another encoding, rows of another width, line ends of other systems, a quotation mark that
is never closed.
"""

import csv
import io
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from data.errors import SourceError
from data.plain_text import lines_above
from data.tables import (
    EMPTY,
    HEAD_ROWS,
    Row,
    Table,
    decode,
    filled_rows,
    find_delimiter,
    find_header,
    make_table,
    refuse_other_text,
)
from data.text_blocks import read_blocks, read_raw

_HEAD_BYTES: Final = (400_000, 20_000_000)
"""How much is looked at to find the header, and how much where a huge cell hides the first rows."""

_MISSING: Final = pa.array(sorted(EMPTY), pa.string())
_WORKBOOK: Final = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")

FindHeader = Callable[[list[list[str]]], int]
"""What finds the header among the first rows of a table."""


@dataclass
class TextStream:
    """A delimited text that is read in batches.

    Attributes
    ----------
    table
        Its header and first rows; asking it for all rows streams them.
    delimiter
        One character.
    skip
        How many lines stand above the first row.
    ragged
        Rows met so far that are wider or narrower than the header.
    """

    table: Table
    delimiter: str
    skip: int
    ragged: int = field(default=0, repr=False)

    def batches(self, columns: Sequence[str]) -> Iterator[pa.Table]:
        """Read the filled rows of some columns, a batch at a time: trimmed text, missing where blank.

        Raises
        ------
        SourceError
            When the text is damaged, too large, or a quotation mark in it is never closed.
        """
        self.ragged = 0
        lines = self.skip
        for block in read_blocks(self.table.path, self.delimiter):
            below, lines = _below(block, lines)
            if below:
                yield self._filled(below, list(columns))

    def count_rows(self) -> int:
        """Count the filled rows without keeping one."""
        return sum(batch.num_rows for batch in self.batches(self.table.header[:1]))

    def _filled(self, block: bytes, columns: list[str]) -> pa.Table:
        """Parse whole rows and leave out those in which no cell is filled."""
        wanted, ragged = self._parse(block, columns)
        self.ragged += ragged
        blank = _is_blank(wanted)
        others = [name for name in self.table.header if name not in columns]
        if pc.any(blank).as_py() and others:
            blank = pc.and_(blank, _is_blank(self._parse(block, others)[0]))
        return wanted.filter(pc.invert(blank)) if pc.any(blank).as_py() else wanted

    def _parse(self, block: bytes, columns: list[str]) -> tuple[pa.Table, int]:
        header = self.table.header
        odd: list[str] = []

        def set_aside(row: arrow_csv.InvalidRow) -> str:
            odd.append(row.text)
            return "skip"

        names = [str(place) for place in range(len(header))]
        wanted = [names[header.index(name)] for name in columns]
        try:
            found = arrow_csv.read_csv(
                pa.BufferReader(block),
                arrow_csv.ReadOptions(column_names=names, use_threads=False, block_size=len(block) + 1),
                arrow_csv.ParseOptions(
                    delimiter=self.delimiter,
                    newlines_in_values=b'"' in block,
                    invalid_row_handler=set_aside,
                ),
                arrow_csv.ConvertOptions(
                    include_columns=wanted,
                    column_types=dict.fromkeys(wanted, pa.string()),
                    strings_can_be_null=False,
                ),
            ).rename_columns(columns)
        except pa.ArrowInvalid:  # quotation marks that it does not understand: row by row
            found, odd = _no_rows(columns), [block.decode("utf-8", "replace")]
        padded = _pad(odd, self.delimiter, header, columns, self.table.path.name)
        whole = pa.concat_tables([found, padded]) if padded.num_rows else found
        return pa.table([_blank(column) for column in whole.columns], names=columns), padded.num_rows


def open_stream(path: Path, find: FindHeader = find_header) -> TextStream:
    """Look at the first kilobytes of a delimited text, plain or gzip.

    Parameters
    ----------
    path
        The file.
    find
        What finds the header among the first rows.

    Raises
    ------
    SourceError
        When it is empty, no table, or damaged.
    """
    text, delimiter, rows = _read_head(path)
    if not rows:
        raise SourceError(f"{path.name} holds no rows.", "Download it again.")
    at = find([cells for _, cells in rows])
    if len(rows) == at + 1:
        raise SourceError(f"{path.name} has a header and no rows below it.", "Download it again.")
    skip = lines_above(text, delimiter, rows[at][0] + 1)
    stream = TextStream(make_table(path, None, rows, at, lambda: ()), delimiter, skip)

    def load() -> Iterator[tuple[int, list[str]]]:
        cells = (zip(*b.to_pydict().values(), strict=True) for b in stream.batches(stream.table.header))
        rows = itertools.chain.from_iterable(cells)
        return ((place, ["" if c is None else c for c in row]) for place, row in enumerate(rows))

    stream.table = replace(stream.table, _load=load, _count=stream.count_rows)
    return stream


def is_workbook(path: Path) -> bool:
    """Say whether a file is a workbook, by its first bytes."""
    with path.open("rb") as file:
        return file.read(8).startswith(_WORKBOOK)


def _read_head(path: Path) -> tuple[str, str, list[Row]]:
    """Return how a text begins, its delimiter, and its first rows."""
    for size in _HEAD_BYTES:
        head = next(read_raw(path, size), b"")
        whole = len(head) < size
        if not head:
            raise SourceError(f"{path.name} is empty.", "Download it again.")
        text = decode(head if whole else _whole_lines(head), path.name)
        refuse_other_text(path, text)
        delimiter = find_delimiter(text)
        rows = list(itertools.islice(filled_rows(path, text, delimiter), HEAD_ROWS + 1))
        if whole or len(rows) > 2:
            break
    cut_off = not whole and len(rows) <= HEAD_ROWS
    return text, delimiter, rows[:-1] if cut_off else rows[:HEAD_ROWS]


def _whole_lines(head: bytes) -> bytes:
    """Leave out a line that is cut off, perhaps within a letter."""
    end = max(head.rfind(b"\n"), head.rfind(b"\r")) + 1
    return head[:end] if end and not head.startswith((b"\xff\xfe", b"\xfe\xff")) else head


def _below(block: bytes, lines: int) -> tuple[bytes, int]:
    """Cut so many lines off the top; return what is left, and how many lines are still to be cut."""
    start = 0
    while lines and start < len(block):
        start = block.find(b"\n", start) + 1
        lines -= 1
    return block[start:], lines


def _pad(texts: list[str], delimiter: str, header: Sequence[str], columns: list[str], name: str) -> pa.Table:
    """Read rows of another width: what is lacking is blank, and what is beyond the header is left out."""
    places = [header.index(column) for column in columns]
    found: list[list[str]] = []
    try:
        for text in texts:
            for row in csv.reader(io.StringIO(text), delimiter=delimiter):
                if row:
                    found.append([row[place] if place < len(row) else "" for place in places])
    except csv.Error as error:
        raise SourceError(
            f"{name} cannot be read as a table: {error}.", "Check its quotation marks, or save it again."
        ) from error
    cells = zip(*found, strict=True) if found else [()] * len(columns)
    return pa.table([pa.array(list(cell), pa.string()) for cell in cells], names=columns)


def _no_rows(columns: list[str]) -> pa.Table:
    return pa.table([pa.array([], pa.string())] * len(columns), names=columns)


def _blank(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Trim cells, and make those that hold nothing missing."""
    trimmed = pc.utf8_trim_whitespace(column)
    return pc.if_else(pc.is_in(trimmed, value_set=_MISSING), pa.scalar(None, pa.string()), trimmed)


def _is_blank(table: pa.Table) -> pa.ChunkedArray:
    blank = pc.is_null(table.column(0))
    for column in table.columns[1:]:
        blank = pc.and_(blank, pc.is_null(column))
    return blank
