"""Numbers of children and events as salted hashes, held in memory for one reading."""

import secrets
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

Hashes = npt.NDArray[np.uint64]
_CHUNK: Final = 500_000


class Salt:
    """A random key that lives as long as one reading: without it no hash leads back to a number.

    The hash is SipHash, keyed by 16 random bytes (Aumasson and Bernstein, 2012).
    """

    __slots__ = ("_key",)

    def __init__(self) -> None:
        self._key = secrets.token_urlsafe(12)

    def hash_words(self, words: pa.Array) -> Hashes:
        """Hash distinct texts; none becomes 0, which stands for a missing one."""
        values = np.asarray(words.to_pandas(), dtype=object)
        hashes = pd.util.hash_array(values, hash_key=self._key, categorize=False)
        return np.where(hashes == 0, np.uint64(1), hashes).astype(np.uint64)

    def hash_column(self, column: pa.Array | pa.ChunkedArray) -> Hashes:
        """Hash every text of a column, 0 where it is missing."""
        codes, words = encode(column)
        hashes = np.append(self.hash_words(words), np.uint64(0))
        return hashes[codes]


def encode(column: pa.Array | pa.ChunkedArray) -> tuple[npt.NDArray[np.int32], pa.Array]:
    """Return each value's place among the distinct ones (-1 where missing), and the distinct ones."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    encoded = whole.dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    return encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32), encoded.dictionary


def mix(*parts: npt.NDArray[np.generic]) -> Hashes:
    """Make one number of several arrays of a length, different wherever any of them differs (splitmix64)."""
    out = np.empty(len(parts[0]), np.uint64)
    for start in range(0, len(out), _CHUNK):  # in parts, as what is only needed in between takes much memory
        total = np.array([0x9E3779B97F4A7C15], dtype=np.uint64)
        for part in parts:
            number = part[start : start + _CHUNK]
            whole = number if number.dtype == np.uint64 else number.astype(np.int64)
            total = _scramble(total * np.uint64(0x100000001B3) + whole.view(np.uint64))
        out[start : start + _CHUNK] = total
    return out


def _scramble(number: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    number = (number ^ (number >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    number = (number ^ (number >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return number ^ (number >> np.uint64(31))


class Words:
    """The distinct texts of a column, numbered as they come, over all batches of a file."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._places: dict[str, int] = {}
        self._rows = np.zeros(0, np.int64)

    def number(self, column: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int32]:
        """Return the number of each text, -1 where it is missing."""
        codes, words = encode(column)
        numbers = np.array([*map(self._number, words.to_pylist()), -1], dtype=np.int32)
        found = numbers[codes]
        rows = np.bincount(found[found >= 0], minlength=len(self.texts))
        rows[: len(self._rows)] += self._rows
        self._rows = rows
        return found

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """How many rows have each text."""
        return self._rows

    def series(self) -> pd.Series:
        """Return the texts."""
        return pd.Series(self.texts, dtype="string")

    def _number(self, text: str) -> int:
        place = self._places.setdefault(text, len(self.texts))
        if place == len(self.texts):
            self.texts.append(text)
        return place
