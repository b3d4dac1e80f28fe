"""Read the body of a regular delimited text column by column, faster and in less memory than row by row.

What is not regular, in its quotation marks, its empty lines or the width of its rows, is left to the reader
that goes row by row.
"""

import csv
import io
from collections.abc import Collection

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv


def lines_above(text: str, delimiter: str, rows: int) -> int:
    """Return how many lines so many rows take up: a quoted heading may go over several."""
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for _ in range(rows):
        next(reader)
    return reader.line_num


def read_body(
    text: str, delimiter: str, skip: int, header: tuple[str, ...], empty: Collection[str]
) -> pd.DataFrame | None:
    """Read the lines below a header, every cell as text.

    Parameters
    ----------
    text
        The whole text, lines ended by a line feed.
    delimiter
        One character.
    skip
        How many lines stand above the first row.
    header
        Column names.
    empty
        Cells that count as missing.

    Returns
    -------
    pandas.DataFrame or None
        The filled rows; the index counts the rows below the header from 0, empty ones too. None where the
        text is not regular.
    """
    body = _below(text, skip)
    if "\n\n" in body or body.startswith("\n") or not _quotes_are_regular(body, delimiter):
        return None
    names = [str(position) for position in range(len(header))]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(body.encode()),
            arrow_csv.ReadOptions(column_names=names, use_threads=False),
            arrow_csv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
            arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:  # not rectangular: the row by row reader pads what is short
        return None
    missing = pa.array(sorted(empty))
    columns = [_blank(column, missing) for column in table.columns]
    frame = pa.table(columns, names=names).to_pandas(types_mapper={pa.string(): pd.StringDtype()}.get)
    return frame[_is_filled(table)].set_axis(list(header), axis=1)


def _below(text: str, skip: int) -> str:
    start = 0
    for _ in range(skip):
        start = text.find("\n", start) + 1
        if not start:
            return ""
    return text[start:].removesuffix("\n")


def _quotes_are_regular(body: str, delimiter: str) -> bool:
    """Say whether every quotation mark opens or closes a whole cell, and none stands inside one."""
    count = body.count('"')
    if not count:
        return True
    opening = body.count(f'{delimiter}"') + body.count('\n"') + body.startswith('"')
    closing = body.count(f'"{delimiter}') + body.count('"\n') + body.endswith('"')
    return '""' not in body and opening == closing == count / 2


def _blank(column: pa.ChunkedArray, missing: pa.Array) -> pa.ChunkedArray:
    return pc.if_else(pc.is_in(column, value_set=missing), pa.scalar(None, pa.string()), column)


def _is_filled(table: pa.Table) -> pd.Series:
    """Say which rows hold anything at all."""
    filled = pa.chunked_array([pa.array([False] * len(table))])
    for column in table.columns:
        filled = pc.or_(filled, pc.not_equal(pc.utf8_trim_whitespace(column), ""))
        if pc.all(filled).as_py():
            break
    return pd.Series(filled.to_pandas())
