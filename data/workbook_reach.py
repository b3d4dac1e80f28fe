"""Looks how far the sheets of a workbook reach, before anything reads them.

A reader takes room for every cell up to the last one that is filled. One word in the last corner of a sheet
makes 17,000 million cells of a file of five kilobytes, and that ends the process and not only the reading.
"""

import io
import re
import zipfile
import zlib
from typing import IO, Any, Final
from xml.parsers import expat

from data.errors import SourceError

MOST_CELLS: Final = 60_000_000
"""How many cells, empty ones too, a sheet may have room for: 32 bytes each. Few have 10 million."""

_AT_ONCE: Final = 1_000_000
_BEGINNING: Final = 4_000
_SAID: Final = re.compile(rb"<(?:\w+:)?dimension\s[^>]*?ref=[\"']([A-Z0-9:]+)[\"']")
_CELL: Final = re.compile(r"([A-Z]+)([0-9]+)")
_FILLED: Final = frozenset({"v", "is", "f", "t"})
_LAST_COLUMN, _LAST_ROW = 16_384, 1_048_576
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, OSError)
_CLEAR: Final = "Delete the empty rows and columns beside and below the table, and save it again as XLSX."


def refuse_far(name: str, file: IO[bytes], most: int = MOST_CELLS) -> None:
    """Refuse a workbook with a sheet that says it reaches too far, and does.

    What a sheet says counts styled cells without content too, so one that says so is looked at.

    Raises
    ------
    SourceError
        With what to do.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            for part in archive.namelist():
                if part.startswith("xl/worksheets/") and part.endswith(".xml"):
                    _look_at_sheet(name, archive, part, most)
    except _DAMAGE:
        return  # who reads it says so


def _look_at_sheet(name: str, archive: zipfile.ZipFile, part: str, most: int) -> None:
    with archive.open(part) as sheet:
        said = _SAID.search(sheet.read(_BEGINNING))
    if said is not None and _room(said[1].decode()) > most:
        with archive.open(part) as sheet:
            _require_near(name, sheet, most)


def repack(name: str, content: bytes, most_bytes: int, most_cells: int) -> bytes:
    """Return a workbook from a stranger as it was looked at, so that nothing else of it is read.

    Its parts are packed anew, each as large as it said that it is. No part but XML is kept, and each sheet
    is looked at whatever it says of itself.

    Raises
    ------
    SourceError
        When it is no XLSX, is damaged, or unpacks or reaches too far.
    """
    written = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(written, "w") as plain:
            parts = {info.filename: info for info in archive.infolist()}
            if "xl/workbook.xml" not in parts:
                raise SourceError(f"{name} is no XLSX.", "Save it as XLSX or CSV.")
            if sum(info.file_size for info in parts.values()) > most_bytes:
                raise SourceError(f"{name} is too large inside.", "Take out pictures and empty sheets.")
            for part in parts:
                if part.endswith((".xml", ".rels")):
                    text = archive.read(part)
                    _require_near(name, io.BytesIO(text), most_cells)
                    plain.writestr(part, text)
    except _DAMAGE as error:
        raise SourceError(f"{name} is damaged or locked.", "Save it again, without a password.") from error
    return written.getvalue()


def _room(dimension: str) -> int:
    """Return how many cells a dimension such as A1:C20 has room for; 0 where it is not understood."""
    corners = [_CELL.fullmatch(corner) for corner in dimension.split(":")]
    if not all(corners):
        return 0
    columns = [_column(found[1]) for found in corners if found]
    rows = [int(found[2]) for found in corners if found]
    return (max(columns) - min(columns) + 1) * (max(rows) - min(rows) + 1)


def _column(letters: str) -> int:
    number = 0
    for letter in letters[:5]:
        number = number * 26 + ord(letter) - 64
    return number


def _require_near(name: str, sheet: IO[bytes], most: int) -> None:
    """Refuse a part of XML whose filled cells are too far apart, or that is no plain XML."""
    reach = _Reach()
    try:
        while text := sheet.read(_AT_ONCE):
            reach.parser.Parse(text, False)
        reach.parser.Parse(b"", True)
    except (expat.ExpatError, _OddError) as error:
        raise SourceError(f"{name} cannot be opened as a workbook: {error}.", "Save it again.") from error
    if reach.room > most:
        raise SourceError(f"{name} has a sheet with something far below or beside its table.", _CLEAR)


class _OddError(ValueError):
    """What no spreadsheet program writes."""


class _Reach:
    """Reads XML for the first and last row and column with anything in a cell."""

    def __init__(self) -> None:
        self.parser: Any = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartElementHandler = self._start
        self.parser.StartDoctypeDeclHandler = self._refuse
        self._row = self._at = 0
        self._rows: tuple[int, int] | None = None
        self._columns = (0, 0)

    @property
    def room(self) -> int:
        """How many cells there are from the first to the last."""
        if self._rows is None:
            return 0
        return (self._rows[1] - self._rows[0] + 1) * (self._columns[1] - self._columns[0] + 1)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        word = tag.rpartition(" ")[2]
        if word == "row":
            self._row, self._at = self._number(attributes.get("r", str(self._row + 1))), 0
        elif word == "c":
            self._at += 1
            if told := attributes.get("r"):
                found = _CELL.fullmatch(told)
                if found is None:
                    raise _OddError("a cell is nowhere")
                self._at, self._row = _column(found[1]), self._number(found[2])
            if self._at > _LAST_COLUMN:
                raise _OddError("a cell is nowhere")
        elif word in _FILLED and self._at:
            low, high = self._rows or (self._row, self._row)
            left, right = self._columns if self._rows else (self._at, self._at)
            self._rows = min(low, self._row), max(high, self._row)
            self._columns = min(left, self._at), max(right, self._at)

    @staticmethod
    def _number(text: str) -> int:
        if not text.isascii() or not text.isdigit() or len(text) > 7 or int(text) > _LAST_ROW:
            raise _OddError("a row is nowhere")
        return int(text)

    @staticmethod
    def _refuse(*_: object) -> None:
        raise _OddError("it defines words of its own")
