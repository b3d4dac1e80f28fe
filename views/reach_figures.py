"""Reach as the page shows it: worked out once a choice, and added up to the level of the map."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from threading import RLock
from typing import Final

import pandas as pd

from data.provenance import Status
from data.settings import settings
from geo.builds import Build
from geo.travel import TravelCosts
from models.levels import WIDE, Level
from models.reach import Asked, Reach, costs_for, reach_in
from models.reach_levels import by_level
from views import session
from views.keeping import kept

_KEPT_COSTS: Final = 4
_KEPT: Final = 12
_costs: "OrderedDict[tuple[Hashable, ...], TravelCosts]" = OrderedDict()
_reaches: "OrderedDict[tuple[Hashable, ...], Reach]" = OrderedDict()
_levels: "OrderedDict[tuple[Hashable, ...], LevelReach]" = OrderedDict()
_lock = RLock()


@dataclass(frozen=True, eq=False)
class LevelReach:
    """Reach at one level.

    Attributes
    ----------
    reach
        What it was added up from.
    level
        What one shape is.
    frame
        One row a shape, indexed by code: `name, ward_name, la_code, la_name`, `hidden` (whether its number
        of children is suppressed), and the columns of `Reach.areas` or of `models.reach_levels.by_level`.
    """

    reach: Reach
    level: Level
    frame: pd.DataFrame

    @cached_property
    def has_children(self) -> bool:
        """Whether children are known anywhere."""
        return bool(self.frame["children"].notna().any())

    def inside(self, council: str) -> pd.DataFrame:
        """Return the shapes of a council, or all of them when it is empty."""
        return self.frame[self.frame["la_code"].eq(council).fillna(False)] if council else self.frame


def reach_of(build: Build, asked: Asked) -> Reach:
    """Return the reach of a kind of place, worked out once a revision of the places.

    What travel costs is the same for any number of minutes, and is kept apart.
    """
    key = reading(build)
    with _lock:
        costs = kept(_costs, (*key, asked.kind, asked.mode), _KEPT_COSTS, lambda: costs_for(build, asked))
        areas = session.areas_of(build)
        return kept(_reaches, (*key, asked), _KEPT, lambda: reach_in(build, areas, asked, costs))


def reach_at(build: Build, asked: Asked, level: Level) -> LevelReach:
    """Return the reach of a kind of place at a level."""
    with _lock:
        key = (*reading(build), asked, level)
        return kept(_levels, key, _KEPT, lambda: level_of(build, reach_of(build, asked), level))


def level_of(build: Build, reach: Reach, level: Level) -> LevelReach:
    """Add reach up to a level, with the names of its shapes."""
    areas = session.areas_of(build)
    frame, column = areas.frame, reach.children_column
    if level is Level.AREA:
        hidden = areas.status[column].eq(Status.SUPPRESSED.value) if column else False
        named = frame[["area_name", "ward_name", "la_code", "la_name"]].rename(columns={"area_name": "name"})
        return LevelReach(reach, level, pd.DataFrame(named).assign(hidden=hidden).join(reach.areas))
    added = by_level(reach, areas, level)
    councils = frame.dropna(subset=["la_code"]).groupby("la_code")["la_name"].first()
    council = added["la_code"].map(councils).astype("string")
    return LevelReach(
        reach,
        level,
        added.assign(
            hidden=False,
            ward_name=added["name"] if level is Level.WARD else None,
            la_name=None if level in WIDE else council,
        ),
    )


def reading(build: Build) -> tuple[Hashable, ...]:
    """Return what an answer hangs on beside what is asked."""
    return *session.reading(build), settings().pram_kmh
