"""How deprived areas are, in fifths of England: by the index of children, else by that of all people."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import national_list
from geo.area_table import AreaTable
from models.schemes import fifth_of_england

INDICES: Final = {
    "need_idaci_rank": "income deprivation affecting children (IDACI)",
    "need_imd_rank": "overall deprivation (IMD)",
}
"""What fifths are told by, the better one first."""

FIFTHS: Final = (1, 2, 3, 4, 5)
UNPLACED: Final = 0
"""What stands for a fifth that is not known where areas are grouped."""


@dataclass(frozen=True, eq=False)
class Fifths:
    """The fifth of each area.

    Attributes
    ----------
    values
        1, the most deprived, to 5, index area code; missing where unknown.
    column
        The column that tells it.
    words
        What that is.
    year
        The edition of the index.
    """

    values: pd.Series
    column: str
    words: str
    year: str


def fifths_of(areas: AreaTable) -> Fifths | None:
    """Place areas in the fifths of England's small areas by the index that knows most of them.

    Returns
    -------
    Fifths
        None where no rank was loaded.
    """
    known = {c: int(areas.frame[c].notna().sum()) for c in INDICES if c in areas.frame}
    column = max(known, key=lambda c: known[c], default=None)
    if column is None or not known[column]:
        return None
    year = areas.provenance[column].vintage
    placed = fifth_of_england(areas.frame[column], national_list(year, areas.vintage).areas)
    values = (5 - pd.to_numeric(placed)).astype("Int64").rename("fifth")
    return Fifths(values, column, INDICES[column], year)
