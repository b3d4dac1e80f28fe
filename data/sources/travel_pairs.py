"""Gather pairs of an origin and a destination, with what is between them, from batches of a table."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from data.errors import SourceError
from data.tables import to_number

Codes = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Batch = tuple[Codes, pa.Table]
"""The numbers of rows, from 1, and their cells: origin, destination and time."""

MOST_ROWS: Final = 50_000_000
"""More pairs than this would not fit into a usual computer's memory."""


@dataclass
class Pairs:
    """Pairs with a sound time; texts are kept once, and pairs hold their places.

    Attributes
    ----------
    row
        The number of each pair's row.
    start, to
        The places of its texts in `starts` and `tos`, -1 where it has none.
    time
        What is between them, as the table has it: 0 or more.
    starts, tos
        The texts, trimmed; two may be the same.
    rows
        How many rows the table has.
    without_time
        How many of them have no time: no way was found.
    rejected
        Rows whose time is none: `row, value, reason`.
    """

    row: Codes
    start: Codes
    to: Codes
    time: npt.NDArray[np.float64]
    starts: pd.Series
    tos: pd.Series
    rows: int
    without_time: int
    rejected: pd.DataFrame

    def reject(self, wrong: Mask, reason: str) -> None:
        """Take pairs out, and say why."""
        if wrong.any():
            told = self._describe(wrong, reason)
            self.rejected = (
                pd.concat([self.rejected, told], ignore_index=True) if len(self.rejected) else told
            )
            self.keep(~wrong)

    def keep(self, mine: Mask) -> None:
        """Keep some of the pairs alone."""
        self.row, self.start, self.to = self.row[mine], self.start[mine], self.to[mine]
        self.time = self.time[mine]

    def _describe(self, wrong: Mask, reason: str) -> pd.DataFrame:
        texts = [_shown(t, c[wrong]) for t, c in ((self.starts, self.start), (self.tos, self.to))]
        values = [f"{start} to {to}" for start, to in zip(*texts, strict=True)]
        return pd.DataFrame({"row": self.row[wrong], "value": values, "reason": reason})


def gather_pairs(batches: Iterable[Batch], name: str) -> Pairs:
    """Gather the pairs of a table.

    Parameters
    ----------
    batches
        Its rows: columns of an origin, a destination and a time, in this order.
    name
        What the file is called in an error.

    Raises
    ------
    SourceError
        When times are of a type that is no number, or there are too many rows.
    """
    rows, times, faults = [], [], []
    starts: list[pa.DictionaryArray] = []
    tos: list[pa.DictionaryArray] = []
    count = without = 0
    for row, table in batches:
        count += len(table)
        if count > MOST_ROWS:
            raise SourceError(f"{name} holds more than {MOST_ROWS:,} rows.", "Cut it to your council.")
        time, odd = _numbers(table.column(2), name)
        faults.append(_faults(row, table, time, odd))
        blank = np.isnan(time) & ~odd
        without += int(blank.sum())
        sound = ~odd & ~blank & np.isfinite(time) & (time >= 0)
        rows.append(row[sound])
        times.append(time[sound])
        for column, kept in ((table.column(0), starts), (table.column(1), tos)):
            kept += _coded(column.filter(pa.array(sound))).chunks
    start, start_texts = _joined(starts)
    to, to_texts = _joined(tos)
    return Pairs(
        row=_stacked(rows, np.int32),
        start=start,
        to=to,
        time=_stacked(times, np.float64),
        starts=start_texts,
        tos=to_texts,
        rows=count,
        without_time=without,
        rejected=pd.concat(faults, ignore_index=True) if faults else _faultless(),
    )


def _numbers(column: pa.ChunkedArray, name: str) -> tuple[npt.NDArray[np.float64], Mask]:
    """Return times, missing where there is none, and which cells hold something that is no number."""
    kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = column.cast(pa.string())
        try:
            time = pc.cast(text, pa.float64())
        except pa.ArrowInvalid:
            numbers = to_number(pd.Series(text.to_pandas(), dtype="string")).to_numpy(dtype=float)
            return numbers, np.isnan(numbers) & text.is_valid().to_numpy()
    elif pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        time = column.cast(pa.float64(), safe=False)
    elif pa.types.is_null(kind):
        time = column.cast(pa.float64())
    else:
        raise SourceError(f"{name} has times that are no numbers but {kind}.", "Write them as numbers.")
    return time.to_numpy().astype(np.float64), np.zeros(len(column), dtype=bool)


def _faults(row: Codes, table: pa.Table, time: npt.NDArray[np.float64], odd: Mask) -> pd.DataFrame:
    """List the rows of a batch whose time is none, with their cells."""
    wrong = np.flatnonzero(odd | np.isinf(time) | (time < 0))
    if not len(wrong):
        return _faultless()
    cells = [column.cast(pa.string()).to_pylist() for column in table.take(pa.array(wrong)).columns]
    values = [f"{start} to {to}: {cell}" for start, to, cell in zip(*cells, strict=True)]
    below = np.where(time[wrong] < 0, "a time below 0", "not a number")
    return pd.DataFrame({"row": row[wrong], "value": values, "reason": below})


def _faultless() -> pd.DataFrame:
    return pd.DataFrame({"row": pd.Series([], dtype="int64"), "value": [], "reason": []}).astype(
        {"value": "str", "reason": "str"}
    )


def _coded(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column of texts as numbers that stand for them."""
    if pa.types.is_dictionary(column.type):
        return column.cast(pa.dictionary(pa.int32(), pa.string()))
    return column.cast(pa.string()).dictionary_encode()


def _joined(chunks: list[pa.DictionaryArray]) -> tuple[Codes, pd.Series]:
    """Bring the numbers of several chunks to one list of texts."""
    if not chunks:
        return np.array([], dtype=np.int32), pd.Series([], dtype="string")
    joined = pa.chunked_array(chunks).unify_dictionaries()
    texts = pd.Series(joined.chunk(0).dictionary.to_pandas(), dtype="string").str.strip()
    codes = [chunk.indices.fill_null(-1).to_numpy(zero_copy_only=False) for chunk in joined.chunks]
    return _stacked(codes, np.int32), texts


def _stacked(parts: list[np.ndarray], kind: type) -> np.ndarray:
    return np.concatenate(parts).astype(kind, copy=False) if parts else np.array([], dtype=kind)


def _shown(texts: pd.Series, codes: Codes) -> list[str]:
    return ["nothing" if code < 0 else str(texts.iloc[code]) for code in codes]
