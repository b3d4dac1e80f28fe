"""Code-Point Open: a postcode, its quality, easting and northing a row, and no header row.

The table takes the first row for its header, so here the header is a postcode like the others and is put
back. Files have ten columns, or the first four of them.
"""

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.postcode_text import canonical, normalise, squeeze
from data.tables import Table, to_number

COLUMNS: Final = ("postcode", "quality", "easting", "northing")
WIDTHS: Final = (4, 10)
QUALITIES: Final = ("10", "20", "30", "40", "50", "60", "90")
NO_GRID: Final = "90"
_REPEATED: Final = re.compile(r" \(\d+\)$")
_ROW_ABOVE: Final = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]? *[0-9][A-Z]{2}) (\d0) (\d+) (\d+)(?= |$)")


@dataclass(frozen=True)
class CodePoint:
    """The rows of a file: `points` as a source of postcodes has them, and on the same index what is written.

    `rows` is the place of each in the file, from 1.
    """

    points: pd.DataFrame
    written: pd.Series
    rows: pd.Series


def read_code_point(table: Table) -> CodePoint | None:
    """Read a table if it is a file of Code-Point Open, else return None."""
    first = [_REPEATED.sub("", name) for name in table.header[: len(COLUMNS)]]
    if len(table.header) not in WIDTHS or not _is_row(first):
        return None
    below = table.sample.iloc[:, : len(COLUMNS)]
    if sum(_is_row([str(cell) for cell in row]) for row in below.itertuples(index=False)) < 0.9 * len(below):
        return None
    above = [list(found) for found in _ROW_ABOVE.findall(table.above)]
    head = pd.DataFrame([*above, first], columns=list(COLUMNS), dtype="string")
    body = table.frame.iloc[:, : len(COLUMNS)].set_axis(list(COLUMNS), axis=1)
    rows = pd.Series([*range(1, len(head) + 1), *(body.index + len(head) + 1)])
    frame = pd.concat([head, body], ignore_index=True)
    easting, northing = to_number(frame["easting"]), to_number(frame["northing"])
    placed = easting.gt(0) & northing.gt(0) & frame["quality"].ne(NO_GRID).fillna(False)
    points = pd.DataFrame(
        {
            "postcode": normalise(frame["postcode"]),
            "easting_m": easting.where(placed),
            "northing_m": northing.where(placed),
            "terminated": pd.array([pd.NA] * len(frame), dtype="boolean"),
        }
    )
    return CodePoint(points, frame["postcode"], rows)


def _is_row(cells: list[str]) -> bool:
    """Say whether four cells are a postcode, a quality, an easting and a northing."""
    postcode, quality, easting, northing = cells
    sound = canonical(squeeze(postcode)) is not None and quality in QUALITIES
    return sound and easting.isdecimal() and northing.isdecimal()
