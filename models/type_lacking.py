"""What a group of areas lacks: places for families that fewer of its homes have within reach than usual."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asset_kinds import asset_kinds
from geo.area_table import AreaTable
from geo.reach_columns import ReachColumn
from models.composite_places import FOR_FAMILIES
from models.need import ENOUGH

BELOW: Final = 0.1
"""How far below the average share of homes within reach a kind must be to be called lacking."""

SCARCE: Final = 0.75
"""A kind that more than this share of homes have within reach is not lacking."""

MOST: Final = 4


@dataclass(frozen=True)
class Lacking:
    """A kind of place that is lacking.

    Attributes
    ----------
    kind
        Its id.
    plural
        What it is called.
    share, average
        The share of homes within reach there, and in all areas, each area counting by its children.
    """

    kind: str
    plural: str
    share: float
    average: float


def kinds_lacking(areas: AreaTable, codes: pd.Index, weights: pd.Series) -> tuple[Lacking, ...]:
    """Return the kinds of place that some areas lack, the widest gap first.

    Parameters
    ----------
    areas
        All areas, with places laid over them.
    codes
        Those asked about.
    weights
        What each area counts by, by area code. A kind that is not known in most areas is left out.
    """
    found = []
    for kind in FOR_FAMILIES:
        column = ReachColumn.SHARE.of(kind)
        if column not in areas.frame:
            continue
        shares = areas.frame[column].astype("float64")
        if min(shares.notna().mean(), shares.loc[codes].notna().mean()) < ENOUGH:
            continue
        share, average = _mean(shares.loc[codes], weights), _mean(shares, weights)
        if share <= SCARCE and average - share >= BELOW:
            found.append(Lacking(kind, asset_kinds()[kind].plural, share, average))
    return tuple(sorted(found, key=lambda one: (one.share - one.average, one.kind))[:MOST])


def _mean(values: pd.Series, weights: pd.Series) -> float:
    its = weights.reindex(values.index)
    known = values.notna() & its.notna()
    total = its[known].sum()
    return float(np.average(values[known], weights=its[known])) if total > 0 else float("nan")
