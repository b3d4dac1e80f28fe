"""What the Shortlist page starts from: the build, what is asked of it, and the shortlist."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from data.errors import AtlasError
from data.indicators import Indicator
from data.shortlist_criteria import Asked, Criterion
from geo.area_table import AreaTable
from geo.builds import Build
from models.explain import Explanation
from models.levels import Level, LevelData
from models.shortlist import Shortlist
from models.shortlist_values import Scale, column_of, scale_of
from models.type_findings import TypeFindings
from models.words import Part
from views import session, shortlist_figures, shortlist_plans, types_scene
from views.inside import why_inside
from views.shortlist_address import Offered, Sought
from views.shortlist_state import asked_criteria, own_costs, wants_types
from views.shortlist_words import usual_direction
from views.state import Possible, possible_choices

LEVELS: Final = (Level.WARD, Level.AREA, Level.LOCALITY)
OPENING: Final[tuple[tuple[str, ...], ...]] = (
    *(("need_index_score", "need_idaci_rank", "need_imd_rank"), ("pop_0_17", "pop_0_15", "pop_total")),
    *(("access_family_hub_min",), ("access_food_min",), ("pop_no_car_share",), ("access_library_min",)),
    *(("access_health_min",), ("access_youth_sport_min",), ("access_school_min",)),
    *(("need_health_rank",), ("need_education_rank",), ("need_crime_rank",), ("pop_child_share",)),
)
"""What a shortlist is opened with: of each group the first that nearly all have, until there are five."""

FIRST_CAVEATS: Final = 2
"""So many stand under the sentence; the others stand under the map."""

NEARLY_ALL: Final = 0.95
"""The share of shapes that have a figure of what a shortlist is opened with: without one they are out."""

OPENING_SWINGS: Final = (100.0, 60.0, 50.0, 40.0, 30.0)
SPREAD_IN: Final = ("locality", "council", "ward")


@dataclass(frozen=True, eq=False)
class ShortlistScene:
    """What the page starts from.

    Attributes
    ----------
    build, areas
        The build, and its area table with its places laid over it.
    data
        The values at the level that is asked for, with what can be a criterion beside indicators.
    types
        The types of the build; None until they are made.
    offered, sought, notices
        What can be chosen, what is, and what of the address was not understood.
    dark
        Whether the page is dark.
    """

    build: Build
    areas: AreaTable
    data: LevelData
    types: TypeFindings | None
    offered: Offered
    sought: Sought
    notices: tuple[str, ...]
    dark: bool

    @property
    def asked(self) -> Asked:
        """What is asked."""
        return self.sought.asked

    @property
    def level(self) -> Level:
        """What is compared."""
        return self.data.level

    @cached_property
    def answer(self) -> Shortlist | AtlasError | None:
        """The shortlist, or why there is none; None where there is no criterion."""
        if not self.asked.criteria:
            return None
        return shortlist_figures.shortlist_for(self.build, self.asked, self.types, self.data)

    @property
    def found(self) -> Shortlist | None:
        """The shortlist; None where there is none."""
        return self.answer if isinstance(self.answer, Shortlist) else None

    @property
    def fault(self) -> AtlasError | None:
        """Why there is no shortlist; None where there is one, or nothing is asked."""
        return self.answer if isinstance(self.answer, AtlasError) else None

    @cached_property
    def criteria(self) -> Mapping[str, Indicator]:
        """What can be a criterion, by id."""
        return self.offered.criteria(self.level)

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The shapes that are compared: `name, ward_name, la_code, la_name`, sorted by code."""
        frame = self.data.frame[["name", "ward_name", "la_code", "la_name"]].sort_index()
        within = self.asked.within
        return frame[frame["la_code"].eq(within).fillna(False)] if within else frame

    @cached_property
    def explanation(self) -> Explanation:
        """The sentence and its caveats."""
        found = self.found
        if found is None:
            return Explanation((), ())
        return Explanation((Part(found.sentence),), found.caveats[:FIRST_CAVEATS])

    @cached_property
    def held(self) -> str:
        """Why nothing of this leaves in a file; an empty text where it may."""
        return why_inside(self.data, [self.data.dictionary[c.indicator] for c in self.asked.criteria])

    def scale(self, criterion: Criterion) -> Scale:
        """Return where the value of a criterion is nothing and where it is all, among what is compared.

        Raises
        ------
        SourceError
            When its figure worth half does not lie where it can.
        """
        column = column_of(self.data, criterion.indicator)
        figures = self.data.frame.loc[self.shown.index, column].astype("float64")
        return scale_of(criterion, figures)


def types_of(build: Build) -> TypeFindings | None:
    """Return the types of a build where they stand ready; where they are asked for they are made."""
    if shortlist_figures.needs_types(asked_criteria()) or wants_types():
        return types_scene.find(build, None)[0]
    return shortlist_figures.types_ready(build)


def offered_of(build: Build, types: TypeFindings | None, tabs: tuple[str, ...]) -> Offered:
    """Return what can be chosen on the page."""
    areas = session.areas_of(build)
    possible = possible_choices(areas, {})

    wanted = wanted_ids()

    def criteria(level: Level) -> Mapping[str, Indicator]:
        data = shortlist_figures.data_for(build, level, types)
        return {
            **shortlist_figures.offered_criteria(build, data),
            **shortlist_plans.entries_of(build, wanted),
        }

    def opening(level: Level) -> tuple[Criterion, ...]:
        return opening_of(criteria(level), shortlist_figures.data_for(build, level, types))

    return Offered(
        levels=levels_of(possible),
        possible=possible,
        criteria=criteria,
        opening=opening,
        spreads=lambda level: spreads_of(level, possible),
        tabs=tabs,
        costs=own_costs(),
    )


def levels_of(possible: Possible) -> tuple[Level, ...]:
    """Return what can be compared: wards first, and small areas where wards are not known."""
    return tuple(level for level in LEVELS if level is Level.AREA or _several(possible, level))


def _several(possible: Possible, level: Level) -> bool:
    return len(possible.councils_of(level)) > 1


def spreads_of(level: Level, possible: Possible) -> tuple[str, ...]:
    """Return in what a spread rule can count: what holds several of a level, where it is known."""
    known = {place: _several(possible, Level(place)) for place in SPREAD_IN}
    above = {Level.AREA: SPREAD_IN, Level.WARD: ("locality", "council"), Level.LOCALITY: ("council",)}
    return tuple(place for place in above[level] if known[place])


def opening_of(criteria: Mapping[str, Indicator], data: LevelData) -> tuple[Criterion, ...]:
    """Return the criteria that a page opens with: five that a build has, the first with the highest swing."""
    known = {id_ for id_, entry in criteria.items() if known_share(data, entry) >= NEARLY_ALL}
    firsts = [next((id_ for id_ in group if id_ in known), None) for group in OPENING]
    ids = [id_ for id_ in firsts if id_ is not None] or [id_ for id_ in criteria if id_ in known]
    return tuple(
        Criterion(id_, swing, usual_direction(criteria[id_]))
        for id_, swing in zip(ids, OPENING_SWINGS, strict=False)
    )


def known_share(data: LevelData, entry: Indicator) -> float:
    """Return the share of the shapes of a level that have a figure of an indicator."""
    column = data.column_of(entry)
    return float(data.frame[column].notna().mean()) if column in data.frame else 0.0


def wanted_ids() -> list[str]:
    """Return the ids of what is asked for as criteria, whether a build holds them or not."""
    return [criterion.indicator for criterion in asked_criteria()]


def level_of(sought: Sought) -> Level:
    """Return the level that is asked for."""
    return Level(sought.asked.level)
