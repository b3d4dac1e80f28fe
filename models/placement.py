"""Where to place support: the best choice of sites, and who is reached by it."""

from dataclasses import dataclass, replace
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
from models.placement_infeasible import check_feasible
from models.placement_problem import Problem, problem_of
from models.placement_solve import work_of
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED, gap_of
from models.reach_need import FIFTHS
from models.siting import Answer, Rows, Rules
from models.siting_capacity import Served, solve_with_capacity
from models.siting_tree import Watch

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
        """Minutes to the nearest place with the new sites, one a start, whether or not there is room."""
        return self.problem.after_min(self.chosen)

    @cached_property
    def served(self) -> Served | None:
        """Which share of each start is served by which site, where these have room for only so many."""
        problem = self.problem
        if problem.capacity is None:
            return None
        every = np.arange(problem.siting.sites)
        only = Rules(most=len(self.chosen), required=self.chosen)
        closed = np.where(np.isin(every, self.chosen), problem.capacity, 0.0)
        return solve_with_capacity(replace(problem.siting, rules=only), problem.children, closed)

    @cached_property
    def within(self) -> Floats:
        """The share of the people of each start, 0 to 1, who are within reach with the new sites."""
        minutes, now = self.problem.wanted.minutes, self.problem.today_min
        if self.served is None:
            return (self.after_min <= minutes).astype(float)
        near = self._minutes_of_served <= minutes
        share = np.bincount(self.served.point[near], self.served.share[near], len(now))
        return np.where(now <= minutes, 1.0, np.minimum(share, 1.0))

    @cached_property
    def newly(self) -> Floats:
        """The share of the people of each start who come within reach, and are not today."""
        had = (self.problem.before_min <= self.problem.wanted.minutes).astype(float)
        newly: Floats = np.maximum(self.within - had, 0.0)
        return newly

    @cached_property
    def ways_min(self) -> Floats:
        """The mean minutes of the people of each start with the new sites, the cut-off at most."""
        cutoff_min, now = self.problem.minutes.cutoff_min, self.problem.today_min
        if self.served is None:
            return np.minimum(self.after_min, cutoff_min)
        served = self.served
        share = np.bincount(served.point, served.share, len(now))
        there = np.bincount(served.point, served.share * self._minutes_of_served, len(now))
        return there + np.maximum(1.0 - share, 0.0) * np.minimum(now, cutoff_min)

    @cached_property
    def _minutes_of_served(self) -> Floats:
        ways, served = self.problem.minutes, self.served
        assert served is not None
        known = ways.start * len(ways.places) + ways.place
        found = np.searchsorted(known, served.point * len(ways.places) + served.site)
        return ways.minutes[found]

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
            homes.mean(share).clip(0.0, 1.0).round(9).reindex(mine.index).where(problem.counted)
            for share in ((problem.before_min <= minutes).astype(float), self.within)
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
        newly brings within reach, whoever else does; `higher_need` of them in areas of higher need, missing
        where no rank is known; `taken_over`: whom it keeps within reach where a place closes; `lost`: how
        many of all these would be out of reach without it.
        """
        problem = self.problem
        frame = problem.candidates.frame.iloc[self.chosen].drop(columns="geometry")
        gains = [self.gain_of(place) for place in self.chosen]
        frame = frame.assign(
            children=[problem.children @ gain for gain in gains],
            higher_need=[problem.higher_need @ gain for gain in gains],
            taken_over=[problem.children @ self.taken_over_by(place) for place in self.chosen],
            lost=[problem.children @ self._alone(place) for place in self.chosen],
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
        return figures_of(self)

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

    def gain_of(self, place: int) -> Floats:
        """Return the share of each start that a chosen site newly brings within reach, whoever else does.

        Who is within reach of a place of today is not new, even where that place closes. Where sites have
        room for only so many, it is the share that it serves.
        """
        return self._reached_by(place) * (self.problem.before_min > self.problem.wanted.minutes)

    def taken_over_by(self, place: int) -> Floats:
        """Return the share of each start that a chosen site keeps within reach where a place closes."""
        return self._reached_by(place) * (self.problem.before_min <= self.problem.wanted.minutes)

    def _reached_by(self, place: int) -> Floats:
        """Return the share of each start within reach of a chosen site, and of no place that stays."""
        problem, minutes = self.problem, self.problem.wanted.minutes
        lacking = problem.today_min > minutes
        if self.served is None:
            return ((problem.after_min(np.array([place])) <= minutes) & lacking).astype(float)
        mine = (self.served.site == place) & (self._minutes_of_served <= minutes)
        share = np.bincount(self.served.point[mine], self.served.share[mine], len(lacking))
        return lacking * share.astype(float)

    def _alone(self, place: int) -> Floats:
        """Return the share of each start that would be out of reach again without a chosen site."""
        return self.within - Placed(self.problem, self.chosen[self.chosen != place]).within


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

    Raises
    ------
    SourceError
        When what is asked does not fit the build, or there is no candidate.
    InfeasibleError
        When no choice of sites keeps the conditions.
    """
    problem = problem_of(build, wanted, candidates or candidates_of(build, wanted))
    check_feasible(problem, ward_names(build))
    solver, arguments = work_of(problem)
    answer = solver(*arguments, watch=watch)
    chosen = np.array([], dtype=np.intp) if answer.chosen is None else answer.chosen
    return Placed(problem, chosen, answer)


def ward_names(build: Build) -> dict[str, str]:
    """Return the names of the wards of a build, by code."""
    wards = build.areas.frame[["ward_code", "ward_name"]].dropna().drop_duplicates("ward_code")
    return {str(code): str(name) for code, name in zip(wards["ward_code"], wards["ward_name"], strict=True)}
