"""Which other areas are most like one: alike on the ranks that need is made of."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.levels import LevelData
from models.need import CHILD_SHARE
from models.words import number

COMPARED: Final = ("idaci", "income", "education", "health", "crime", "barriers", "living")
FEWEST: Final = 3
FEWEST_SHAPES: Final = 12
"""Among fewer shapes the most similar would be most of them."""

MOST: Final = 10


@dataclass(frozen=True)
class Similar:
    """One of the most similar shapes.

    Attributes
    ----------
    code, name, place
        Which it is and what it lies in.
    apart
        How many hundredths of England it lies away, on average over what is compared.
    most_unlike
        What it differs most in, and by how much.
    """

    code: str
    name: str
    place: str
    apart: float
    most_unlike: str


def places_in_england(data: LevelData) -> pd.DataFrame:
    """Return the place of each shape in England, 0 to 100, on each index that is compared, and child numbers.

    Columns are labels; 100 is the most deprived. The share of children is placed among the shapes of the
    level.
    """
    columns: dict[str, pd.Series] = {}
    for stem in COMPARED:
        if stem == "income" and columns:
            continue  # IDACI is the children's part of it: the two would count one hardship twice.
        entry = data.dictionary[f"need_{stem}_rank"]
        column = data.column_of(entry)
        if column in data.frame.columns:
            of = data.ranked_in(column).areas
            columns[entry.label] = (of - data.frame[column]) / of * 100
    if CHILD_SHARE in data.frame.columns:
        columns[data.dictionary[CHILD_SHARE].label] = data.frame[CHILD_SHARE].rank(pct=True) * 100
    return pd.DataFrame(columns, index=data.frame.index)


def most_similar(data: LevelData, code: str, most: int = MOST) -> list[Similar]:
    """Return the shapes most like one, the most alike first; ties by code.

    Alike is the average distance between their places in England over all that is compared. A shape that
    lacks one of them is left out, and there are none where fewer than three indices, or fewer
    than twelve shapes, are known.
    """
    places = places_in_england(data)
    if places.shape[1] < FEWEST or len(places) < FEWEST_SHAPES or places.loc[code].isna().any():
        return []
    others = places.drop(index=code).dropna().sort_index()
    gaps = others - places.loc[code]
    apart = gaps.abs().mean(axis=1)
    nearest = apart.sort_values(kind="stable").head(most).index
    return [_describe(data, other, float(apart[other]), gaps.loc[other]) for other in nearest]


def _describe(data: LevelData, code: str, apart: float, gaps: pd.Series) -> Similar:
    row = data.frame.loc[code]
    place = ", ".join(row[["la_name"] if data.is_added_up else ["ward_name", "la_name"]].dropna())
    widest = str(gaps.abs().idxmax())
    gap = gaps[widest]
    way = "worse" if gap > 0 else "better"
    if widest == data.dictionary[CHILD_SHARE].label:
        way = "more" if gap > 0 else "fewer"
    words = f"{widest}: {number(np.abs(gap))} points {way}"
    return Similar(code, str(row["name"]), place, apart, words)
