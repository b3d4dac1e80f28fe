"""What the Place support page starts from: the build, what is asked, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import pandas as pd

from data.errors import AtlasError
from geo.area_table import AreaTable
from geo.builds import Build
from models.candidates import Candidates
from models.explain import Explanation
from models.placement import Placed
from models.placement_problem import Problem
from models.placement_words import explain_placed, reasons
from models.siting_near import NearSets
from views import place_figures, place_running, place_tab_figures, reach_files
from views.inside import WHY_INSIDE, why_inside
from views.place_address import Offered, Sought
from views.place_ties import COLUMNS, MOST_SITES, WITHIN, ties_of


@dataclass(frozen=True, eq=False)
class PlaceScene:
    """What the page starts from.

    Attributes
    ----------
    build, areas
        The build, and its area table with its places laid over it.
    offered, sought, notices
        What can be chosen, what is, and what of the address was not understood.
    dark
        Whether the page is dark.
    hand
        The choice that the reader made by hand; None where the best is looked for.
    """

    build: Build
    areas: AreaTable
    offered: Offered
    sought: Sought
    notices: tuple[str, ...]
    dark: bool
    hand: Placed | None = None

    @cached_property
    def candidates(self) -> Candidates | None:
        """Where a site could be; None where there is no such building."""
        try:
            return place_figures.candidates_for(self.build, self.sought.wanted)
        except AtlasError:
            return None

    @cached_property
    def problem(self) -> Problem:
        """The problem that is asked.

        Raises
        ------
        AtlasError
            When there is no candidate, or the build does not hold what it takes.
        """
        return place_figures.problem_for(self.build, self.sought.wanted)

    @cached_property
    def found(self) -> Placed | None:
        """The best choice of sites; None where it takes longer than a reader waits for a page.

        Raises
        ------
        AtlasError
            When no choice keeps all conditions.
        """
        build, wanted = self.build, self.sought.wanted
        ended = place_running.ended_with(build, wanted)
        if ended is not None or place_running.is_going_on(build, wanted):
            return ended
        return place_figures.placed_for(build, wanted)

    @property
    def placed(self) -> Placed:
        """The choice that is shown: the reader's own, or the best; there unless `fault` tells why not."""
        placed = self.hand or self.found
        if placed is None:
            raise RuntimeError("The search for the best choice is still going on.")
        return placed

    @cached_property
    def problem_fault(self) -> AtlasError | None:
        """Why nothing can be placed at all; None where something can."""
        try:
            _ = self.problem
        except AtlasError as error:
            return error
        return None

    @cached_property
    def fault(self) -> AtlasError | None:
        """Why there is no choice to show; None where there is one, or where it is looked for."""
        try:
            _ = self.found
        except AtlasError as error:
            return error
        return None

    @cached_property
    def held(self) -> str:
        """Why nothing of this leaves in a file; an empty text where it may."""
        used = reach_files.used_indicators(self.problem.reach, self.areas)
        return why_inside(self.build, used) or (WHY_INSIDE if self.placed.internal else "")

    @cached_property
    def explanation(self) -> Explanation:
        """What the choice does, how sure it is and how it was found, in words."""
        near = self.near
        if near is None:
            return explain_placed(self.placed, self.build)
        return explain_placed(self.placed, self.build, near.others, WITHIN, near.complete)

    @cached_property
    def near(self) -> NearSets | None:
        """Choices that do nearly as well as the best; None where they are not looked for."""
        placed, wanted = self.placed, self.sought.wanted
        few = wanted.capacity is None and len(placed.chosen) <= MOST_SITES
        if self.hand is not None or not few or placed.answer is None or not placed.answer.proven:
            return None
        return place_tab_figures.near_for(self.build, placed, WITHIN)

    @cached_property
    def ties(self) -> pd.DataFrame:
        """Candidates that could stand in for a site: see `views.place_ties.ties_of`."""
        return pd.DataFrame(columns=COLUMNS) if self.near is None else ties_of(self.placed, self.near)

    @cached_property
    def why(self) -> Mapping[str, str]:
        """Why each site is among them, and each near tie beside them, by its id."""
        told = [reasons(self.placed, self.build), self.ties["why"]]
        return {str(id_): str(words) for each in told for id_, words in each.items()}

    def with_hand(self, placed: Placed) -> "PlaceScene":
        """Return the scene with a choice that the reader made by hand."""
        return replace(self, hand=placed)
