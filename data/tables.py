"""Read any published table as text: its encoding, delimiter, header row and sheet found from its content."""

import csv
import gzip
import io
import itertools
import re
import statistics
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.codes import AreaKind, find_kind
from data.errors import SourceError, first_few
from data.plain_text import lines_above, read_body
from data.settings import settings
from data.workbook_reach import refuse_far
from data.workbook_text import cell_text, read_sheet

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

HEAD_ROWS = 40
EMPTY = {"", "NA", "N/A", "NaN", "nan", "None", "NULL"}
"""Cells that count as missing."""

_LONGEST_CELL = 10_000_000
_SHOWN = 20
"""The most letters of a cell that a note repeats."""

_WORKBOOK_PARTS = {"[Content_Types].xml", "content.xml"}
"""What a zip file holds if it is a workbook: of Office, of OpenDocument."""

Row = tuple[int, list[str]]
"""A row's place in its file, empty ones counted, and its cells."""

_JSON = re.compile(r'\s*(?:\{|\[\s*[\[{"\d\]])')
_QUOTED = re.compile(r'"[^"]*"')
_HAS_AREA_CODE = re.compile(r"[EW]0\d{7}", re.IGNORECASE)

csv.field_size_limit(_LONGEST_CELL)


@dataclass(frozen=True)
class Table:
    """One table of a file, every cell as text, loaded only when `frame` is asked for.

    Attributes
    ----------
    path
        The file.
    sheet
        The sheet of a workbook; None for a text file.
    header
        Column names with runs of white space collapsed.
    above
        The cells of the rows above the header, as one text: titles and notes.
    sample
        The first rows, for recognising.
    notes
        What was noticed before any reader saw it, in words.
    header_row
        The place of its header among the rows of the file or sheet, from 0, empty ones counted.
    """

    path: Path
    sheet: str | None
    header: tuple[str, ...]
    above: str = field(repr=False)
    sample: pd.DataFrame = field(repr=False)
    _load: Callable[[], Iterable[Row]] = field(repr=False)
    notes: tuple[str, ...] = ()
    _load_at_once: Callable[[], pd.DataFrame | None] = lambda: None
    _count: Callable[[], int] | None = None
    header_row: int = 0

    def count_rows(self) -> int:
        """Count the filled rows below the header without keeping one: they may be what must not be read."""
        return sum(1 for _ in self._load()) if self._count is None else self._count()

    @cached_property
    def kinds(self) -> dict[str, AreaKind]:
        """The columns whose first rows hold area codes, in the order of the header, with their kind."""
        found = ((column, find_kind(self.sample[column])) for column in self.header)
        return {column: kind for column, kind in found if kind is not None}

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Every filled row as text, empty cells missing, columns named by `header`.

        The index counts the rows below the header from 0, empty ones too: it finds a row in the file.
        """
        at_once = self._load_at_once()
        return _to_frame(self._load(), self.header) if at_once is None else at_once


def read_tables(path: Path, content: bytes | None = None) -> list[Table]:
    """Find the tables of a delimited text file (plain or gzip) or a workbook.

    Parameters
    ----------
    path
        The file; its name plays no part.
    content
        Its bytes, where they must not touch the disk: then nothing is read from `path`.

    Returns
    -------
    list of Table
        One for a text file, one a sheet with rows for a workbook.

    Raises
    ------
    SourceError
        When the file is empty, binary, too large, damaged, or a web page saved as a table.
    """
    with path.open("rb") if content is None else io.BytesIO(content) as file:
        magic = file.read(8)
        file.seek(0)
        if not magic:
            raise SourceError(f"{path.name} is empty.", "Download it again.")
        if magic.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
            return list(_read_workbook(path, file))
        return [_read_text_table(path, unpack(path, file))]


def unpack(path: Path, opened: IO[bytes] | None = None) -> bytes:
    """Read a file's bytes, unpacking gzip, and refuse one that unpacks beyond the limit."""
    limit = settings().max_unpacked_mb * 1_000_000
    with path.open("rb") if opened is None else nullcontext(opened) as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        try:
            with gzip.open(plain) if packed else plain as file:
                content = file.read(limit + 1)
        except (EOFError, OSError, zlib.error) as error:
            raise SourceError(
                f"{path.name} is a damaged gzip file: {error}.", "Download it again."
            ) from error
    if len(content) > limit:
        raise SourceError(
            f"{path.name} unpacks to more than {settings().max_unpacked_mb:,} MB.",
            "Cut it to your council, or raise ATLAS_MAX_UNPACKED_MB.",
        )
    return content


def decode(content: bytes, name: str) -> str:
    """Turn bytes into text with plain line ends: UTF-8, UTF-16 by its mark, else Windows-1252."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = content.decode("utf-16", errors="replace")
    elif b"\x00" in content[:65536]:
        raise SourceError(f"{name} is a binary file, not a table.", "Save it as CSV or XLSX.")
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = content.decode("cp1252", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def to_number(values: pd.Series) -> pd.Series:
    """Turn published text into numbers: `1,296` is 1296, and what is not a number is missing.

    Parameters
    ----------
    values
        Text cells.

    Returns
    -------
    pandas.Series
        Floats on the same index.
    """
    numbers = _parse(values)
    odd = numbers.isna() & values.notna()
    if odd.any():  # most columns are numbers throughout, and need no closer look
        text = values[odd].astype("string").str.strip()
        grouped = text.str.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?").fillna(False)
        text = text.mask(grouped, text.str.replace(",", "", regex=False))
        numbers[odd] = _parse(text)
    return numbers.where(np.isfinite(numbers))


def _parse(text: pd.Series) -> pd.Series:
    """Turn text into floats, and what is not a number into a missing one.

    Arrow reads a column of nothing but numbers in a tenth of the time, and refuses any other.
    """
    try:
        numbers = pc.cast(pa.array(text.array, pa.string()), pa.float64())
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        return _parse_each(text)
    return pd.Series(numbers.to_numpy(zero_copy_only=False), index=text.index, name=text.name)


def _parse_each(text: pd.Series) -> pd.Series:
    return pd.to_numeric(text, errors="coerce").astype("float64")


def note_unread(text: pd.DataFrame, numbers: pd.DataFrame) -> tuple[str, ...]:
    """Say how many cells hold something that is not a number, and what.

    Parameters
    ----------
    text
        Cells as published.
    numbers
        The same cells as `to_number` reads them.

    Returns
    -------
    tuple of str
        One note, or none where every filled cell is a number.
    """
    lost = text.notna() & numbers.isna()
    values = [value for column in text.columns for value in text.loc[lost[column], column]]
    cells = [cell for value in values if (cell := collapse(value)[:_SHOWN])]
    if not cells:
        return ()
    words = "cell is not a number and counts" if len(cells) == 1 else "cells are not numbers and count"
    return (f"{len(cells):,} {words} as missing: {first_few(set(cells))}",)


def collapse(text: str) -> str:
    """Collapse line breaks and runs of white space, and trim."""
    return " ".join(str(text).split())


def _read_text_table(path: Path, content: bytes) -> Table:
    text = decode(content, path.name)
    refuse_other_text(path, text)
    delimiter = find_delimiter(text)
    head = list(itertools.islice(filled_rows(path, text, delimiter), HEAD_ROWS))
    if not head:
        raise SourceError(f"{path.name} holds no rows.", "Download it again.")
    at = find_header([cells for _, cells in head])
    if len(head) == at + 1:
        raise SourceError(f"{path.name} has a header and no rows below it.", "Download it again.")

    def load() -> Iterator[Row]:
        return itertools.islice(filled_rows(path, text, delimiter), at + 1, None)

    table = make_table(path, None, head, at, load)
    skip = lines_above(text, delimiter, head[at][0] + 1)
    return replace(table, _load_at_once=lambda: read_body(text, delimiter, skip, table.header, EMPTY))


def refuse_other_text(path: Path, text: str) -> None:
    """Refuse a text that is a web page, XML, a PDF or JSON, by how it begins."""
    start = text[:2000].lstrip().lower()
    if start.startswith(("<!doctype html", "<html")):
        raise SourceError(
            f"{path.name} is a web page, not a table.", "Open the link and download the file itself."
        )
    if start.startswith("<") and "," not in start.split("\n", 1)[0]:
        raise SourceError(
            f"{path.name} is XML, not a table.", "Export it as CSV, or as GeoJSON if it is a map."
        )
    if start.startswith("%pdf"):
        raise SourceError(f"{path.name} is a PDF, not a table.", "Ask its publisher for the data as CSV.")
    if _JSON.match(start):
        raise SourceError(f"{path.name} is JSON, not a table.", "Export it as CSV or as a layer.")


def filled_rows(path: Path, text: str, delimiter: str) -> Iterator[Row]:
    """Read the rows of a text that hold anything at all, each with its place among all rows."""
    try:
        for place, row in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
            if any(map(str.strip, row)):
                yield place, row
    except csv.Error as error:
        raise SourceError(
            f"{path.name} cannot be read as a table: {error}.", "Check its quotation marks, or save it again."
        ) from error


def _read_workbook(path: Path, file: IO[bytes]) -> Iterator[Table]:
    """Read the sheets of a workbook, told by its bytes: its name may end in anything."""
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_other_zip(path, file)
    refuse_far(path.name, file)
    file.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(file.read()))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)  # unpacks and parses all of it: once is enough
            head = _sheet_rows(sheet, HEAD_ROWS)
            if len(head) < 2:
                continue
            at = find_header([cells for _, cells in head])

            def load(sheet: "CalamineSheet" = sheet, skip: int = at) -> list[Row]:
                return _sheet_rows(sheet, None)[skip + 1 :]

            table = make_table(path, name, head, at, load)
            yield replace(table, _load_at_once=partial(read_sheet, sheet, head[at][0], table.header, EMPTY))
    except CalamineError as error:
        raise SourceError(
            f"{path.name} cannot be opened as a workbook: {error}.",
            "Save it again as XLSX, without a password.",
        ) from error


def _sheet_rows(sheet: "CalamineSheet", most: int | None) -> list[Row]:
    rows = (list(map(cell_text, row)) for row in sheet.to_python(nrows=most))
    return [(place, row) for place, row in enumerate(rows) if any(row)]


def _refuse_other_zip(path: Path, file: IO[bytes]) -> None:
    """Refuse a zip file that is no workbook, or that unpacks beyond the limit."""
    if not zipfile.is_zipfile(file):
        return
    with zipfile.ZipFile(file) as archive:
        items = archive.infolist()
    if not any(item.filename in _WORKBOOK_PARTS for item in items):
        names = first_few(item.filename for item in items)
        raise SourceError(
            f"{path.name} is a zip file, not a table; in it: {names}.",
            "Unpack it, and put what is inside in the folder.",
        )
    total = sum(item.file_size for item in items)
    if total > settings().max_unpacked_mb * 1_000_000:
        raise SourceError(
            f"{path.name} unpacks to {total / 1e6:,.0f} MB.",
            "Cut it to your council, or raise ATLAS_MAX_UNPACKED_MB.",
        )


def find_header(rows: list[list[str]]) -> int:
    """Find the header: the first row that is filled nearly as far as any; titles and notes above it are not.

    Where area codes stand in the rows, the header is the fullest of those above them.

    Parameters
    ----------
    rows
        The first rows of a table, empty ones left out.
    """
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    wide = [i for i, n in enumerate(filled) if n >= 0.6 * max(filled)]
    coded = next(
        (i for i, row in enumerate(rows) if any(_HAS_AREA_CODE.fullmatch(c.strip()) for c in row)), 0
    )
    above = [i for i in wide if i < coded]
    return max(above, key=lambda i: (filled[i], -i)) if above else wide[0]


def make_table(
    path: Path, sheet: str | None, head: list[Row], at: int, load: Callable[[], Iterable[Row]]
) -> Table:
    """Make a table of its first rows, the place of its header among them, and what loads the rows below."""
    start, names = head[at]
    header = tuple(distinct_names([collapse(name) for name in names]))
    above = collapse(" ".join(cell for _, row in head[:at] for cell in row))

    def below() -> Iterator[Row]:
        return ((place - start - 1, row) for place, row in load())

    sample = [(place - start - 1, row) for place, row in head[at + 1 :]]
    return Table(path, sheet, header, above, _to_frame(sample, header), below, header_row=start)


def _to_frame(found: Iterable[Row], header: tuple[str, ...]) -> pd.DataFrame:
    width = len(header)
    rows = list(found)
    padded = [row[:width] if len(row) >= width else row + [""] * (width - len(row)) for _, row in rows]
    places = pd.Index([place for place, _ in rows], dtype="int64")
    cells = zip(*padded, strict=True) if padded else [()] * width
    columns = {
        name: pd.array([None if cell in EMPTY else cell for cell in column], dtype="string")
        for name, column in zip(header, cells, strict=True)
    }
    return pd.DataFrame(columns, index=places, columns=list(header))


def distinct_names(names: list[str]) -> list[str]:
    """Name every column, each differently: one without a name by its place."""
    seen: dict[str, int] = {}
    out = []
    for position, name in enumerate(names):
        key = name or f"column {position + 1}"
        seen[key] = seen.get(key, 0) + 1
        out.append(key if seen[key] == 1 else f"{key} ({seen[key]})")
    return out


def find_delimiter(text: str) -> str:
    """Find the delimiter: the one that stands equally often in most lines, outside quotation marks."""
    lines = [line for line in _QUOTED.sub("", text[:200_000]).split("\n") if line.strip()][:HEAD_ROWS]

    def standing(delimiter: str) -> tuple[int, int, int]:
        counts = [n for line in lines if (n := line.count(delimiter))]
        usual = statistics.mode(counts) if counts else 0
        agreeing = counts.count(usual)
        return agreeing if agreeing >= len(lines) / 2 else 0, usual, sum(counts)

    return max(",;\t|", key=standing)
