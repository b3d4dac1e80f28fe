"""What the places of a kind supply, and which children they serve: the two sides of a share of supply."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import Ages, asset_kinds
from geo.area_table import AreaTable
from geo.builds import Build

COLUMN_AGES: Final[Mapping[str, Ages]] = {
    "pop_0_4": (0, 4),
    "pop_0_17": (0, 17),
    "pop_0_15": (0, 15),
    "pop_iod_0_15": (0, 15),
}
"""First and last age of those whom a column counts."""

ALL_CHILDREN: Final = ("pop_0_17", "pop_0_15", "pop_iod_0_15")
"""The columns that stand for all children, the best first."""

ENOUGH: Final = 0.9
"""The share of the areas of the best known column that another must know to be taken before it."""

PLACES: Final = "places"


@dataclass(frozen=True)
class Supply:
    """What some places of one kind supply.

    Attributes
    ----------
    values
        What each supplies, in `unit`, above 0; index place id.
    unit
        What it is counted in, in words: "places".
    known
        How many of the places told it themselves.
    notes
        What has to be known of it, in sentences.
    """

    values: pd.Series
    unit: str
    known: int
    notes: tuple[str, ...] = ()


def supply_of(build: Build, ids: pd.Index) -> Supply:
    """Return what some counted places of a build supply: each is one place.

    Parameters
    ----------
    build
        The build.
    ids
        Ids of its places, all of one kind.
    """
    mine = build.places.frame.loc[ids]
    return Supply(pd.Series(1.0, index=mine.index, name="supply"), PLACES, 0)


def children_for(kind: str, areas: AreaTable) -> str | None:
    """Return the column of the children whom a kind of place serves; None where none is loaded.

    The column of just their ages is taken where it is known for nearly as many areas as any, else that of
    all children: those under 18 before those under 16. See `children_note`.

    Parameters
    ----------
    kind
        An id of `data/asset_kinds.toml`, which says whom it serves.
    areas
        The areas.
    """
    served = asset_kinds()[kind].ages
    fitting = [column for column, ages in COLUMN_AGES.items() if ages == served]
    wanted = dict.fromkeys((*fitting, *ALL_CHILDREN))
    known = {c: int(areas.frame[c].notna().sum()) for c in wanted if c in areas.frame}
    best = max(known.values(), default=0)
    return next((c for c, count in known.items() if count and count >= ENOUGH * best), None)


def children_note(kind: str, column: str) -> str:
    """Say where a column counts other children than those whom a kind serves; empty where it does not.

    Examples
    --------
    >>> children_note("early_years", "pop_0_15")
    'Nurseries and early years providers serve ages 0 to 4; children aged 0 to 15 stand for them here.'
    >>> children_note("library", "pop_0_17")
    ''
    """
    words, counted = asset_kinds()[kind], COLUMN_AGES[column]
    if counted == words.ages:
        return ""
    who = f"{words.plural[:1].upper()}{words.plural[1:]} serve ages {words.ages[0]} to {words.ages[1]}"
    return f"{who}; children aged {counted[0]} to {counted[1]} stand for them here."
