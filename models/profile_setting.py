"""What a shape lies in, and which shape and map a profile opens on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from geo.area_table import AreaTable
from models.levels import CODE_COLUMNS, NEED_INDEX, Level, LevelData
from models.schemes import is_national_rank
from models.words import Values

PROFILED: Final = (Level.AREA, Level.WARD, Level.LOCALITY, Level.COUNCIL)
LIES_IN: Final = {
    Level.AREA: (Level.WARD, Level.COUNCIL),
    Level.WARD: (Level.COUNCIL,),
    Level.LOCALITY: (Level.COUNCIL,),
}
ENGLAND_FROM: Final = 290
"""So many English councils are all of England: there were 317 in 2019 and 296 in 2023."""


@dataclass(frozen=True)
class Setting:
    """What a shape lies in: the values of that level, their statuses, the code in them, the name to show."""

    level: str
    frame: pd.DataFrame
    status: pd.DataFrame
    code: str
    name: str


def settings_of(
    areas: AreaTable, above: Mapping[Level, LevelData], whole: Values, level: Level, code: str
) -> list[Setting]:
    """Return what a shape lies in: its ward and its council where they are known, and all areas together.

    A council that is all of a build lies in nothing: beside itself it would tell nothing.

    Parameters
    ----------
    areas
        The small areas.
    above
        The values of wards and of councils, where the build has them.
    whole
        All areas together.
    level, code
        The shape.
    """
    members = members_of(areas, level, code)
    found: list[Setting] = []
    for upper in LIES_IN.get(level, ()):
        parents = areas.frame.loc[members, CODE_COLUMNS[upper]].dropna().unique()
        if upper in above and len(parents) == 1:
            its = above[upper]
            name = str(its.frame.at[parents[0], "name"])
            found.append(Setting(upper.value, its.frame, its.status, str(parents[0]), name))
    councils = areas.frame["la_code"].nunique()
    whole_itself = level is Level.COUNCIL and councils == 1
    if councils > 1 or not (whole_itself or any(s.level == Level.COUNCIL for s in found)):
        found.append(Setting("all", whole.frame, whole.status, str(whole.frame.index[0]), whole_name(areas)))
    return found


def neediest_shape(data: LevelData, council: str = "") -> str:
    """Return the shape of a council with the highest need; of all of them when it has none of that level.

    Without combined need it is the first by code.
    """
    frame = data.frame[data.frame["la_code"].eq(council).fillna(False)] if council else data.frame
    frame = data.frame if frame.empty else frame
    scores = frame[NEED_INDEX].dropna() if NEED_INDEX in frame.columns else pd.Series(dtype=float)
    return str(scores.sort_index().idxmax() if len(scores) else frame.index.min())


def map_indicator(data: LevelData) -> str:
    """Return what the small map of a profile shows: combined need, or else the first rank or figure."""
    if NEED_INDEX in data.frame.columns:
        return NEED_INDEX
    entries = [e for e in data.dictionary.values() if data.column_of(e) in data.frame.columns]
    ranks = (e.id for e in entries if is_national_rank(e))
    return next(ranks, entries[0].id)


def map_council(data: LevelData, code: str) -> str | None:
    """Return the one council that the small map of a profile shows, where there are several."""
    councils = data.frame["la_code"]
    several = councils.nunique() > 1 and data.level is not Level.COUNCIL
    return str(councils[code]) if several and pd.notna(councils[code]) else None


def whole_name(areas: AreaTable) -> str:
    """Return what all areas of a build are called together."""
    councils = areas.frame["la_name"].dropna().unique()
    if len(councils) == 1:
        return str(councils[0])
    regions = areas.frame["la_code"].dropna().str.startswith("E")
    if len(councils) > ENGLAND_FROM and regions.all():
        return "England"
    return f"All {len(councils):,} councils" if len(councils) else "All small areas"


def members_of(areas: AreaTable, level: Level, code: str) -> pd.Index:
    """Return the codes of the small areas that a shape is made of."""
    frame = areas.frame
    return pd.Index([code]) if level is Level.AREA else frame.index[frame[CODE_COLUMNS[level]].eq(code)]
