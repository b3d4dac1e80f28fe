"""What the Place support page starts from: the build, what is asked, and what was found."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from data.errors import AtlasError
from geo.area_table import AreaTable
from geo.builds import Build
from models.candidates import Candidates
from models.placement import Placed
from models.placement_asked import For
from models.placement_problem import Problem
from models.siting import Rows
from views import place_figures, reach_files
from views.inside import WHY_INSIDE, holds_back, why_inside
from views.place_address import How, Offered, Sought


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
    by_hand
        Positions of the sites that the reader dropped, where they choose by hand.
    """

    build: Build
    areas: AreaTable
    offered: Offered
    sought: Sought
    notices: tuple[str, ...]
    dark: bool
    by_hand: Rows | None = None

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
    def best(self) -> Placed:
        """The best choice of sites; raises an `AtlasError` where there is none."""
        return place_figures.placed_for(self.build, self.sought.wanted)

    @property
    def placed(self) -> Placed:
        """The choice that is shown: the best, or that of the reader's hand."""
        return self.best if self.by_hand is None else self._hand

    @cached_property
    def fault(self) -> AtlasError | None:
        """Why there is nothing to show; None where there is."""
        try:
            _ = self.placed
        except AtlasError as error:
            return error
        return None

    @cached_property
    def held(self) -> str:
        """Why nothing of this leaves in a file; an empty text where it may."""
        used = reach_files.used_indicators(self.problem.reach, self.areas)
        rests = self.sought.wanted.people is For.DEMAND and holds_back(self.build)
        return WHY_INSIDE if rests else why_inside(self.build, used)

    def with_hand(self, chosen: Rows) -> "PlaceScene":
        """Return the scene with sites that the reader dropped."""
        return replace(self, by_hand=chosen)

    @cached_property
    def _hand(self) -> Placed:
        chosen = np.array([], dtype=np.intp) if self.by_hand is None else self.by_hand
        return Placed(self.problem, chosen)
