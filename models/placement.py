"""Where to place support: the best choice of sites, and who is reached by it."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import pandas as pd

from geo.builds import Build
from geo.travel import Floats
from geo.weighted import is_half
from models.candidates import Candidates, candidates_of
from models.placement_asked import Wanted
from models.placement_figures import Figures, figures_of
from models.placement_problem import Marks, Problem, problem_of
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED, gap_of
from models.reach_need import FIFTHS
from models.siting import Answer, Rows
from models.siting_tree import Watch, solve

NEW: Final = "newly reached"
"""An area of which half of the homes are within reach with the new sites, and were not before."""

GROUPS: Final = (REACHED, NEW, HIGHER_NEED, LOWER_NEED, UNKNOWN_NEED)
"""What an area is with the new sites."""


@dataclass(frozen=True, eq=False)
class Placed:
    """A choice of sites, and who is reached by it.

    Attributes
    ----------
    problem
        The problem.
    chosen
        Positions of the chosen candidates, sorted.
    answer
        What the search found; None for a choice that was made by hand.
    """

    problem: Problem
    chosen: Rows
    answer: Answer | None = None

    @cached_property
    def after_min(self) -> Floats:
        """Minutes to the nearest place with the new sites, one a start."""
        return self.problem.after_min(self.chosen)

    @cached_property
    def areas(self) -> pd.DataFrame:
        """One row a small area that is looked at, index area code.

        `before_share`, `after_share` of its homes within reach, missing where its people do not count;
        `children`, `children_before`, `children_after` within reach and `children_gained`, below 0 where a
        place closes, missing where unknown; `fifth`; `group` of `GROUPS`, missing where reach is not known.
        """
        problem, minutes = self.problem, self.problem.wanted.minutes
        mine = problem.reach.areas
        homes = problem.reach.homes
        before, after = (
            homes.share(there <= minutes).reindex(mine.index).where(problem.counted)
            for there in (problem.before_min, self.after_min)
        )
        out = gap_of(pd.Series(0.0, mine.index), mine["fifth"])
        group = out.mask(is_half(after), NEW).mask(is_half(after) & is_half(before), REACHED)
        children = mine["children"]
        return pd.DataFrame(
            {
                "before_share": before,
                "after_share": after,
                "children": children,
                "children_before": children * before,
                "children_after": children * after,
                "children_gained": children * (after - before),
                "fifth": mine["fifth"],
                "group": group.where(after.notna()),
            }
        )

    @cached_property
    def sites(self) -> pd.DataFrame:
        """One row a chosen site, index candidate id, those that gain most first.

        `number` from 1; `name`, `kind`, `postcode`, `area_code`, `ward_code`, `cost_gbp`; `children` whom it
        newly brings within reach, whoever else does; `higher_need` of them in areas of higher need; `lost`:
        how many would be lost again without it.
        """
        problem = self.problem
        frame = problem.candidates.frame.iloc[self.chosen].drop(columns="geometry")
        gains = {place: self._gain_of(place) for place in self.chosen}
        frame = frame.assign(
            children=[problem.children[g].sum() for g in gains.values()],
            higher_need=[problem.higher_need[g].sum() for g in gains.values()],
            lost=[problem.children[self._alone(place)].sum() for place in self.chosen],
        )
        frame = frame.sort_values("children", ascending=False, kind="stable")
        frame.insert(0, "number", np.arange(1, len(frame) + 1))
        return frame

    @cached_property
    def by_fifth(self) -> pd.DataFrame:
        """Children where reach is known by fifth of deprivation: `children`, `before`, `after`.

        Index 1 (the most deprived) to 5, and missing where the fifth of any is not known.
        """
        fifth = self.areas["fifth"]
        known = self._sums(fifth).reindex(pd.Index(FIFTHS, name="fifth"))
        lacking = self._sums(fifth.isna().where(fifth.isna()))
        return pd.concat([known, lacking.set_axis(pd.array([pd.NA] * len(lacking), dtype="Int64"))])

    @cached_property
    def by_ward(self) -> pd.DataFrame:
        """Children where reach is known by ward, index ward code, and missing for those of no ward.

        `children`, `before`, `after`, and `share` of them within reach with the new sites.
        """
        ward = self.problem.ward_of.reindex(self.areas.index)
        sums = self._sums(ward.astype("object"))
        lacking = self._sums(ward.isna().where(ward.isna()))
        both = pd.concat([sums, lacking.set_axis(pd.Index([pd.NA] * len(lacking), dtype="object"))])
        both.index.name = "ward_code"
        return both.assign(share=both["after"] / both["children"].where(both["children"] > 0))

    @cached_property
    def figures(self) -> Figures:
        """What the choice comes to."""
        return figures_of(self.problem, self.chosen, self.areas, self.by_ward)

    @property
    def gini(self) -> float:
        """How unevenly reach is spread over children: 0 where all areas have the same share within reach."""
        return self.figures.gini_after

    @property
    def internal(self) -> bool:
        """Whether it rests on referrals that may not leave the council, as a file or otherwise."""
        return self.problem.weighing.internal

    def _sums(self, keys: pd.Series) -> pd.DataFrame:
        """Add children up by keys, where reach is known; those without a key are left out."""
        known = self.areas[self.areas["after_share"].notna()]
        columns = {"children": "children", "children_before": "before", "children_after": "after"}
        sums = known[list(columns)].groupby(keys.reindex(known.index)).sum(min_count=1)
        return sums.rename(columns=columns)

    def _gain_of(self, place: int) -> Marks:
        """Say of each start whether a site newly brings it within reach."""
        alone = self.problem.after_min(np.array([place]))
        minutes = self.problem.wanted.minutes
        return (alone <= minutes) & (self.problem.today_min > minutes)

    def _alone(self, place: int) -> Marks:
        """Say of each start whether it is within reach through one of the sites alone."""
        others = self.problem.after_min(self.chosen[self.chosen != place])
        minutes = self.problem.wanted.minutes
        return (self.after_min <= minutes) & (others > minutes)


def place(
    build: Build, wanted: Wanted, candidates: Candidates | None = None, watch: Watch | None = None
) -> Placed:
    """Find the best choice of sites.

    Parameters
    ----------
    build
        The build, with the places in force.
    wanted
        What is asked.
    candidates
        Where a site could be; the buildings that are asked for when not given.
    watch
        Is asked every few steps whether to stop.
    """
    problem = problem_of(build, wanted, candidates or candidates_of(build, wanted))
    answer = solve(problem.siting, watch)
    chosen = np.array([], dtype=np.intp) if answer.chosen is None else answer.chosen
    return Placed(problem, chosen, answer)
