"""The two levels that a map can have, small areas and wards, behind one interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from data.codes import CODE_TYPES, AreaKind
from data.indicators import Indicator, Kind, NationalList, national_list
from data.provenance import Provenance, Tier
from geo.area_table import AreaTable

CHILDREN: Final = ("pop_0_17", "pop_0_15")
"""Columns that count children, the better one first."""


class Level(StrEnum):
    """What one shape of the map is."""

    AREA = "area"
    WARD = "ward"

    @property
    def singular(self) -> str:
        """The word for one of them."""
        return CODE_TYPES[AreaKind.LSOA if self is Level.AREA else AreaKind.WARD].singular

    @property
    def plural(self) -> str:
        """The word for several of them."""
        return CODE_TYPES[AreaKind.LSOA if self is Level.AREA else AreaKind.WARD].plural


@dataclass(frozen=True)
class LevelData:
    """The values of a build at one level.

    Attributes
    ----------
    level
        Small areas or wards.
    frame
        One row a shape, indexed by code: `name, ward_code, ward_name, la_code, la_name` and indicators.
    status
        The status of each indicator value, on the same index.
    provenance
        Where each column came from.
    vintage
        The LSOA vintage of the small areas.
    tier
        Who may see it.
    caveats
        What has to be said of every value at this level.
    """

    level: Level
    frame: pd.DataFrame
    status: pd.DataFrame
    provenance: Mapping[str, Provenance]
    vintage: str
    tier: Tier
    caveats: tuple[str, ...] = ()

    def column_of(self, indicator: Indicator) -> str:
        """Return the column that holds an indicator here: wards have average ranks, not ranks."""
        if self.level is Level.WARD and indicator.kind is Kind.RANK:
            return f"{stem_of(indicator.id)}_average_rank"
        return indicator.id

    def ranked_in(self, column: str) -> NationalList:
        """Return what the ranks of a column are out of: those of its edition, wherever they were carried."""
        return national_list(self.provenance[column].vintage, self.vintage)

    def children_column(self, shown: pd.Index) -> str | None:
        """Return the column that counts children best where it is needed, if there is one.

        Parameters
        ----------
        shown
            Codes of the shapes that are shown. A column that knows them all comes before one that does not.
        """
        known = {c: self.frame.loc[shown, c].notna().mean() for c in CHILDREN if c in self.frame.columns}
        return max(known, key=lambda c: known[c]) if known else None


def stem_of(indicator_id: str) -> str:
    """Return what an index's rank, score and decile share.

    Examples
    --------
    >>> stem_of("need_idaci_rank")
    'need_idaci'
    """
    for ending in ("_rank", "_score", "_decile"):
        indicator_id = indicator_id.removesuffix(ending)
    return indicator_id


def level_data(areas: AreaTable, level: Level) -> LevelData:
    """Return the values of an area table by small area, or added up to wards."""
    if level is Level.AREA:
        plain = pd.DataFrame(areas.frame.drop(columns="geometry"))
        named = plain.rename(columns={"area_name": "name"})
        return LevelData(level, named, areas.status, areas.provenance, areas.vintage, areas.tier)
    wards = areas.aggregate("ward")
    plain = pd.DataFrame(wards.frame.drop(columns="geometry", errors="ignore"))
    named = plain.assign(ward_code=plain.index.to_series(), ward_name=plain["name"])
    return LevelData(
        level, named, wards.status, wards.provenance, areas.vintage, wards.tier, tuple(wards.caveats)
    )
