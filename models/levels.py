"""The levels that a map can have, from small areas to regions, behind one interface."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from data.indicators import Indicator, Kind, NationalList, national_list
from data.provenance import Provenance, Tier
from geo.area_table import AreaTable

CHILDREN: Final = ("pop_0_17", "pop_0_15")
"""Columns that count children, the better one first."""

NEED_INDEX: Final = "need_index_score"
"""The column of combined need, 0 to 100: see `models.need`."""

DOMAIN_PREFIX: Final = "need_domain_"
"""How the columns of the domains of need begin."""


class Level(StrEnum):
    """What one shape of the map is."""

    AREA = "area"
    WARD = "ward"
    LOCALITY = "locality"
    COUNCIL = "council"
    REGION = "region"

    @property
    def singular(self) -> str:
        """The word for one of them."""
        return _WORDS[self][0]

    @property
    def plural(self) -> str:
        """The word for several of them."""
        return _WORDS[self][1]


_WORDS: Final = {
    Level.AREA: ("small area", "small areas"),
    Level.WARD: ("ward", "wards"),
    Level.LOCALITY: ("locality", "localities"),
    Level.COUNCIL: ("council", "councils"),
    Level.REGION: ("region", "regions"),
}


CODE_COLUMNS: Final = {
    Level.WARD: "ward_code",
    Level.LOCALITY: "locality_code",
    Level.COUNCIL: "la_code",
    Level.REGION: "region_code",
}
"""The column that says which shape of a level a small area is part of."""

WIDE: Final = (Level.COUNCIL, Level.REGION)
"""Levels whose shapes are whole councils or more: a choice of one council says nothing of them."""


@dataclass(frozen=True)
class LevelData:
    """The values of a build at one level.

    Attributes
    ----------
    level
        What one shape is.
    frame
        One row a shape, indexed by code: `name, ward_code, ward_name, la_code, la_name` and indicators. The
        name of a council stands with what lies in it: a council and a region have none.
    status
        The status of each indicator value, on the same index.
    provenance
        Where each column came from.
    dictionary
        What each indicator means, by id: the built-in ones and the build's own.
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
    dictionary: Mapping[str, Indicator]
    vintage: str
    tier: Tier
    caveats: tuple[str, ...] = ()

    @property
    def is_added_up(self) -> bool:
        """Whether a shape is made of several small areas."""
        return self.level is not Level.AREA

    def column_of(self, indicator: Indicator) -> str:
        """Return the column that holds an indicator here: what is added up has average ranks."""
        if self.is_added_up and indicator.kind is Kind.RANK:
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


def levels_of(indicator: Indicator) -> tuple[Level, ...]:
    """Return the levels that an indicator can be shown at: what may not be added up has small areas alone."""
    if indicator.kind in (Kind.OTHER, Kind.DECILE):
        return (Level.AREA,)
    return tuple(Level)


def level_data(areas: AreaTable, level: Level) -> LevelData:
    """Return the values of an area table by small area, or added up to a level above."""
    if level is Level.AREA:
        plain = pd.DataFrame(areas.frame.drop(columns="geometry"))
        named = plain.rename(columns={"area_name": "name"})
        return LevelData(
            level, named, areas.status, areas.provenance, areas.dictionary, areas.vintage, areas.tier
        )
    added_up = areas.aggregate(level.value)
    plain = pd.DataFrame(added_up.frame.drop(columns="geometry", errors="ignore"))
    if level is Level.WARD:
        named = plain.assign(ward_code=plain.index.to_series(), ward_name=plain["name"])
    else:
        unknown = pd.Series(pd.NA, index=plain.index, dtype="string")
        named = plain.assign(ward_code=unknown, ward_name=unknown)
    if level in WIDE:
        named = named.assign(la_name=pd.Series(pd.NA, index=plain.index, dtype="string"))
    return LevelData(
        level=level,
        frame=named,
        status=added_up.status,
        provenance=added_up.provenance,
        dictionary=areas.dictionary,
        vintage=areas.vintage,
        tier=added_up.tier,
        caveats=tuple(added_up.caveats),
    )
