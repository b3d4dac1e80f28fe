"""The problem behind a placement: who lives where, what they lose without a site, and which sites could help."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import SourceError
from geo.builds import Build
from geo.journeys import costs_of, costs_to_points, longest_min
from geo.reach import nearest_of
from geo.travel import Floats, TravelCosts
from models.candidates import Candidates
from models.placement_asked import For, Objective, Wanted
from models.reach import FURTHEST_MIN, HIGHER, Reach, reach_in
from models.siting import Rows, Rules, Siting

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """A placement that is asked for, as the solvers take it.

    Starts are those of the areas that are looked at, from which ways are known.

    Attributes
    ----------
    wanted
        What is asked.
    reach
        Reach as it is today, of the areas that are looked at.
    candidates
        Where a site could be.
    minutes
        Minutes from each start (row) to each candidate (column), as pairs; nothing beyond the cut-off.
    today_min
        Minutes to the nearest place that is there today and stays, one a start; infinite beyond the cut-off.
    children, higher_need
        Children of each start, and of them those of areas of higher need; 0 where they are not known.
    weight
        What each start counts: children, children in need, or expected demand.
    ward_of
        The ward of each small area, index area code; missing where there are none.
    notes
        What has to be known, in sentences.
    """

    wanted: Wanted
    reach: Reach
    candidates: Candidates
    minutes: TravelCosts
    today_min: Floats
    children: Floats
    higher_need: Floats
    weight: Floats
    ward_of: pd.Series
    notes: tuple[str, ...]

    @cached_property
    def siting(self) -> Siting:
        """The problem of choosing sites; a p-centre is solved by several of these."""
        return siting_of(self)

    def positions(self, ids: Sequence[str]) -> Rows:
        """Return where candidates stand, sorted.

        Raises
        ------
        SourceError
            When one is no candidate.
        """
        found = self.candidates.frame.index.get_indexer(pd.Index(ids))
        if (found < 0).any():
            unknown = [name for name, place in zip(ids, found, strict=True) if place < 0]
            raise SourceError(
                f"{len(unknown)} of the sites that are named are no candidates: {', '.join(unknown[:5])}.",
                "Choose the kinds of building that they are, or leave them out.",
            )
        return np.sort(found.astype(np.intp))

    def after_min(self, chosen: Rows) -> Floats:
        """Return minutes to the nearest of today's places and some candidates, one a start."""
        least = self.today_min.copy()
        mine = np.isin(self.minutes.place, chosen)
        np.minimum.at(least, self.minutes.start[mine], self.minutes.minutes[mine])
        return least


def siting_of(problem: Problem) -> Siting:
    """Return what each start loses today and with each candidate, by the objective.

    Covering loses what is out of reach counts; the p-median loses minutes times what a start counts, where
    somebody further away than the cut-off counts as that far.
    """
    wanted, costs = problem.wanted, problem.minutes
    weight = problem.weight
    if wanted.objective is Objective.FAIR:
        weight = fair_weight(problem)
    if wanted.objective in (Objective.COVER, Objective.FAIR):
        ceiling = np.where(problem.today_min <= wanted.minutes, 0.0, weight)
        near = costs.within(wanted.minutes)
        loss = np.zeros(int(near.sum()))
    else:
        ceiling = weight * np.minimum(problem.today_min, costs.cutoff_min)
        near = np.ones(len(costs.minutes), dtype=bool)
        loss = weight[costs.start] * costs.minutes
    start, place = costs.start[near].astype(np.intp), costs.place[near].astype(np.intp)
    return Siting.of_pairs(ceiling, start, place, loss, len(costs.places), rules_of(problem))


def fair_weight(problem: Problem) -> Floats:
    """Return what each start counts where the share of children of higher need counts beside that of all."""
    fairness = problem.wanted.fairness
    higher = np.where(problem.higher_need > 0, problem.weight, 0.0)
    whole, part = problem.weight.sum(), higher.sum()
    if part <= 0 or whole <= 0:
        return problem.weight
    return (1.0 - fairness) * problem.weight + fairness * higher * (whole / part)


def rules_of(problem: Problem) -> Rules:
    """Return the conditions that a choice of sites has to keep."""
    wanted, frame = problem.wanted, problem.candidates.frame
    cost = None
    if wanted.budget_gbp is not None:
        cost = frame["cost_gbp"].fillna(wanted.cost_gbp or 0.0).to_numpy(dtype=float)
    wards = [np.flatnonzero(frame["ward_code"].eq(code).fillna(False)) for code in wanted.wards]
    return Rules(
        most=min(wanted.sites, len(frame)),
        least=min(wanted.sites, len(frame)) if wanted.exactly else 0,
        required=problem.positions(wanted.required),
        one_of=tuple(wards),
        cost=cost,
        budget=float("inf") if wanted.budget_gbp is None else wanted.budget_gbp,
    )


def problem_of(build: Build, wanted: Wanted, candidates: Candidates) -> Problem:
    """Measure the ways from homes to candidates, and say what each start counts.

    Parameters
    ----------
    build
        The build, with the places in force.
    wanted
        What is asked.
    candidates
        Where a site could be; those that are excluded are left out.
    """
    frame = candidates.frame[~candidates.frame.index.isin(wanted.excluded)]
    candidates = Candidates(frame, candidates.from_build, candidates.notes)
    reach = reach_in(build, build.areas, wanted.asked)
    cutoff_min = max(min(FURTHEST_MIN, longest_min(build)), wanted.minutes)
    costs = _costs(build, candidates, wanted, cutoff_min)
    areas = build.areas.frame
    code = costs.starts["area_code"]
    looked_at = (
        areas["la_code"].eq(wanted.council).fillna(False) if wanted.council else areas["la_code"].notna()
    )
    counts = reach.measured & looked_at.reindex(code).to_numpy(dtype=bool)
    children = reach.areas["children"].reindex(code).fillna(0.0).to_numpy(dtype=float) * reach.shares * counts
    higher = (reach.areas["fifth"] <= HIGHER).fillna(False).reindex(code).to_numpy(dtype=bool)
    weight = children if wanted.people is For.CHILDREN else weights_of(build, wanted.people, reach) * counts
    return Problem(
        wanted=wanted,
        reach=reach.of(looked_at.index[looked_at]),
        candidates=candidates,
        minutes=costs,
        today_min=_today(reach, wanted),
        children=children,
        higher_need=np.where(higher, children, 0.0),
        weight=weight,
        ward_of=areas.get("ward_code", pd.Series(pd.NA, areas.index)),
        notes=(*reach.notes, *candidates.notes, *costs.notes),
    )


def weights_of(build: Build, people: For, reach: Reach) -> Floats:
    """Return what each start counts: children in families of low income, or expected statutory demand.

    Raises
    ------
    SourceError
        When the build does not hold what that takes.
    """
    column = {For.NEED: "need_idaci_score"}.get(people)
    if column is None or column not in build.areas.frame or reach.children_column is None:
        raise SourceError(
            "This build does not hold what places are weighed by.",
            "Add the indices of deprivation to its folder, or place for all children.",
        )
    each = build.areas.frame[column] * reach.areas["children"].reindex(build.areas.frame.index)
    return each.reindex(reach.costs.starts["area_code"]).fillna(0.0).to_numpy(dtype=float) * reach.shares


def _costs(build: Build, candidates: Candidates, wanted: Wanted, cutoff_min: float) -> TravelCosts:
    frame = candidates.frame
    if candidates.from_build and len(frame):
        return costs_of(build, frame.index, wanted.mode, cutoff_min)
    return costs_to_points(build, frame.geometry, wanted.mode, cutoff_min)


def _today(reach: Reach, wanted: Wanted) -> Floats:
    """Return minutes to the nearest place that stays, one a start."""
    costs = reach.costs
    if wanted.closed:
        stays = ~costs.places.isin(wanted.closed)[costs.place]
        least = np.full(len(costs.starts), np.inf)
        np.minimum.at(least, costs.start[stays], costs.minutes[stays])
        return least
    return np.nan_to_num(nearest_of(costs).minutes, nan=np.inf)
