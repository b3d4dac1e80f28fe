"""Cut a text, packed or not, into blocks of whole rows: UTF-8 with plain line ends, in bounded memory."""

import gzip
import itertools
import zlib
from codecs import getincrementaldecoder, utf_8_decode
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np

from data.errors import SourceError
from data.settings import settings

BLOCK_BYTES: Final = 8_000_000
LONGEST_ROW: Final = 40_000_000


def read_raw(path: Path, size: int) -> Iterator[bytes]:
    """Yield the bytes of a file, unpacked, and refuse one that is damaged or beyond the limit."""
    limit = settings().max_extract_mb * 1_000_000
    done = 0
    with path.open("rb") as plain:
        packed = plain.read(2) == b"\x1f\x8b"
        plain.seek(0)
        with gzip.open(plain) if packed else plain as file:
            while True:
                try:
                    raw = file.read(size)
                except (EOFError, OSError, zlib.error) as error:
                    raise SourceError(
                        f"{path.name} is a damaged gzip file: {error}.", "Download it again."
                    ) from error
                if not raw:
                    return
                done += len(raw)
                if done > limit:
                    raise SourceError(
                        f"{path.name} is larger than {settings().max_extract_mb:,} MB.",
                        "Export fewer years or columns, or raise ATLAS_MAX_EXTRACT_MB.",
                    )
                yield raw


def read_blocks(path: Path, delimiter: str) -> Iterator[bytes]:
    """Yield a text as UTF-8 with plain line ends, cut where a row ends.

    Raises
    ------
    SourceError
        When a quotation mark is opened and never closed, with the row where.
    """
    rest, rows = b"", 0
    for text in _decoded(read_raw(path, BLOCK_BYTES)):
        rest += text
        cut = _row_end(rest)
        if not cut and len(rest) > LONGEST_ROW:
            cut = _row_end(rest, delimiter) or _refuse_open_quote(path, rows)
        if cut:
            rows += rest.count(b"\n", 0, cut)
            yield rest[:cut]
            rest = rest[cut:]
    if not rest:
        return
    last = rest if rest.endswith(b"\n") else rest + b"\n"
    if len(last) not in (_row_end(last), _row_end(last, delimiter)):
        _refuse_open_quote(path, rows + last.count(b"\n", 0, _row_end(last)))
    yield last


def _refuse_open_quote(path: Path, rows: int) -> int:
    raise SourceError(
        f"{path.name} has a quotation mark near line {rows + 1:,} that is never closed.",
        "Export it again as CSV, with quotation marks inside a cell doubled.",
    )


def _row_end(text: bytes, delimiter: str | None = None) -> int:
    """Return where the last row ends that is whole: a line end inside quotation marks ends none.

    With a delimiter, marks that stand in the midst of a cell, as of five inches, open nothing.
    """
    if b'"' not in text:
        return text.rfind(b"\n") + 1
    signs = np.frombuffer(text, np.uint8)
    ends, quotes = np.flatnonzero(signs == 10), np.flatnonzero(signs == 34)
    if delimiter:
        edges = np.frombuffer(f'{delimiter}\n"'.encode(), np.uint8)
        around = np.concatenate([[10], signs, [10]])
        quotes = quotes[np.isin(around[quotes], edges) | np.isin(around[quotes + 2], edges)]
    outside = ends[np.searchsorted(quotes, ends) % 2 == 0]
    return int(outside[-1]) + 1 if len(outside) else 0


def _decoded(raw: Iterator[bytes]) -> Iterator[bytes]:
    """Turn bytes into UTF-8 with plain line ends: from UTF-16 by its mark, from Windows-1252 if need be."""
    first = next(raw, b"")
    whole = itertools.chain([first], raw)
    if first.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield from _plain_ends(_from_utf_16(whole))
    else:
        yield from _plain_ends(_from_utf_8(itertools.chain([first.removeprefix(b"\xef\xbb\xbf")], raw)))


def _from_utf_16(raw: Iterator[bytes]) -> Iterator[bytes]:
    decoder = getincrementaldecoder("utf-16")("replace")
    yield from (decoder.decode(part).encode() for part in raw)
    yield decoder.decode(b"", final=True).encode()


def _from_utf_8(raw: Iterator[bytes]) -> Iterator[bytes]:
    rest, is_utf_8 = b"", True
    for part in raw:
        text = rest + part
        try:
            end = len(text) if not is_utf_8 or text.isascii() else utf_8_decode(text, "strict", False)[1]
        except UnicodeDecodeError:
            is_utf_8, end = False, len(text)
        whole, rest = text[:end], text[end:]
        yield whole if is_utf_8 else whole.decode("cp1252", "replace").encode()
    yield rest.decode("cp1252", "replace").encode()


def _plain_ends(parts: Iterator[bytes]) -> Iterator[bytes]:
    held = b""
    for part in parts:
        text = held + part
        held = b"\r" if text.endswith(b"\r") else b""
        text = text[: len(text) - len(held)]
        if b"\r" in text:
            text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        yield text.replace(b"\x00", b"") if b"\x00" in text else text
    yield b"\n" if held else b""
