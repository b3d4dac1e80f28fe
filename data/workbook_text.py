"""Read a sheet of a workbook as text, column by column: most columns hold numbers of one type throughout."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


def cell_text(value: object) -> str:
    """Write one cell of a workbook as text: whole numbers without a point, nothing as an empty text."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip() if value is not None else ""


def read_sheet(
    sheet: "CalamineSheet", start: int, header: tuple[str, ...], empty: Collection[str]
) -> pd.DataFrame:
    """Read the rows below a header, every cell as text.

    Parameters
    ----------
    sheet
        The sheet, unpacked.
    start
        The place of its header among its rows.
    header
        Column names.
    empty
        Cells that count as missing.

    Returns
    -------
    pandas.DataFrame
        The filled rows; the index counts the rows below the header from 0, empty ones too.
    """
    columns = list(zip(*sheet.to_python()[start + 1 :], strict=True)) or [()] * len(header)
    texts = [_column_text(values) for values in columns[: len(header)]]
    filled = np.zeros(len(columns[0]), dtype=bool)
    for column in texts:
        filled |= pc.not_equal(column, "").to_numpy(zero_copy_only=False)
    missing = pa.array(sorted(empty), pa.string())
    known = [pc.if_else(pc.is_in(t, value_set=missing), pa.scalar(None, pa.string()), t) for t in texts]
    frame = pd.DataFrame({name: pd.array(t, dtype="string") for name, t in zip(header, known, strict=True)})
    return frame[filled]


def _column_text(values: Sequence[object]) -> pa.Array:
    if set(map(type, values)) == {float}:
        numbers = np.array(values, dtype="float64")
        if np.equal(np.trunc(numbers), numbers).all() and np.abs(numbers).max() < 2**53:
            return pc.cast(pa.array(numbers.astype("int64")), pa.string())
    return pa.array(list(map(cell_text, values)), pa.string())
