"""The problem behind a placement: who lives where, and which sites could help them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import SourceError, first_few
from geo.builds import Build
from geo.journeys import costs_of, costs_to_points, longest_min
from geo.travel import Floats, Means, TravelCosts
from models.candidates import Candidates
from models.placement_asked import Objective, Wanted
from models.placement_check import check_wanted
from models.placement_weights import Weighing, weighing_of
from models.reach import FURTHEST_MIN, HIGHER, Reach, reach_in
from models.siting import Rows, Rules, Siting

Marks = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Problem:
    """A placement that is asked for, as the solvers take it.

    Starts are those of the whole build; what one counts is 0 outside the areas that are looked at, where no
    way from it is known, and where it is not known who reaches a place of the kind today.

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
    before_min
        The same, with the places that are taken to close.
    children, higher_need
        Children of each start, 0 where they are not known, and of them those of areas of higher need: 0 where
        the rank of an area is not known, and all missing where that of none is.
    weight
        What each start counts: children, children in need, or expected demand.
    weighing
        What that is, and where it comes from.
    counted
        Of each area that is looked at, whether its people count, index area code.
    nowhere
        Whether no place of the kind is known in what is looked at: it is then taken that there is none.
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
    before_min: Floats
    children: Floats
    higher_need: Floats
    weight: Floats
    weighing: Weighing
    counted: pd.Series
    nowhere: bool
    ward_of: pd.Series
    notes: tuple[str, ...]

    @cached_property
    def siting(self) -> Siting:
        """The problem of choosing sites; a p-centre is solved by several of these."""
        return siting_of(self)

    @cached_property
    def capacity(self) -> Floats | None:
        """How many children each candidate has room for; None where that does not count.

        What a list says of itself counts only when room is asked for: a published list of schools has a
        column of that name, and means pupils.
        """
        if self.wanted.capacity is None:
            return None
        return self.candidates.frame["capacity"].fillna(self.wanted.capacity).to_numpy(dtype=float)

    def positions(self, ids: Sequence[str]) -> Rows:
        """Return where candidates stand, sorted.

        Raises
        ------
        SourceError
            When one is no candidate.
        """
        found = self.candidates.frame.index.get_indexer(pd.Index(self.candidates.ids_of(ids)))
        if (found < 0).any():
            unknown = [name for name, place in zip(ids, found, strict=True) if place < 0]
            raise SourceError(
                f"{len(unknown)} of the sites that are named are no candidates: {first_few(unknown)}.",
                "Name each by its id, choose the kinds of building that they are, or leave them out.",
            )
        return np.unique(found.astype(np.intp))

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
        total = float(weight.sum())
    else:
        ceiling = weight * np.minimum(problem.today_min, costs.cutoff_min)
        near = np.ones(len(costs.minutes), dtype=bool)
        loss = weight[costs.start] * costs.minutes
        total = float("inf")  # the loss itself is told
    start, place = costs.start[near].astype(np.intp), costs.place[near].astype(np.intp)
    return Siting.of_pairs(ceiling, start, place, loss, len(costs.places), rules_of(problem), total)


def fair_weight(problem: Problem) -> Floats:
    """Return what each start counts where the share of children of higher need counts beside that of all."""
    fairness = problem.wanted.fairness
    higher = np.where(problem.higher_need > 0, problem.weight, 0.0)
    whole, part = problem.weight.sum(), higher.sum()
    if part <= 0 or whole <= 0:
        return problem.weight
    return (1.0 - fairness) * problem.weight + fairness * higher * (whole / part)


def rules_of(problem: Problem) -> Rules:
    """Return the conditions that a choice of sites has to keep.

    Raises
    ------
    SourceError
        When there is a budget, and what a site costs is not known.
    """
    wanted, frame = problem.wanted, problem.candidates.frame
    wards = [np.flatnonzero(frame["ward_code"].eq(code).fillna(False)) for code in wanted.wards]
    return Rules(
        most=min(wanted.sites, len(frame)),
        least=min(wanted.sites, len(frame)) if wanted.exactly else 0,
        required=problem.positions(wanted.required),
        one_of=tuple(wards),
        cost=None if wanted.budget_gbp is None else costs_gbp(problem),
        budget=float("inf") if wanted.budget_gbp is None else wanted.budget_gbp,
    )


def costs_gbp(problem: Problem) -> Floats:
    """Return what each candidate costs: what it says itself, else what a site costs."""
    wanted, told = problem.wanted, problem.candidates.frame["cost_gbp"]
    if wanted.cost_gbp is not None:
        told = told.fillna(wanted.cost_gbp)
    lacking = int(told.isna().sum())
    if lacking:
        raise SourceError(
            f"There is a budget, and what {lacking:,} of {len(told):,} candidates cost is not known.",
            "Say what a site costs, or give each candidate its cost in a file.",
        )
    return told.to_numpy(dtype=float)


def problem_of(build: Build, wanted: Wanted, candidates: Candidates) -> Problem:
    """Measure the ways from homes to candidates, and say what each start counts.

    Where no place of the kind is known in any council that is looked at, it is taken that there is none.
    Where some are known, who lives in a council without any does not count: it is not known who lacks one.

    Parameters
    ----------
    build
        The build, with the places in force.
    wanted
        What is asked.
    candidates
        Where a site could be; those that are excluded are left out.

    Raises
    ------
    SourceError
        When what is asked does not fit the build, or no candidate is left.
    """
    check_wanted(build, wanted)
    candidates = _without(candidates, wanted.excluded)
    reach = reach_in(build, build.areas, wanted.asked)
    cutoff_min = max(min(FURTHEST_MIN, longest_min(build)), wanted.minutes)
    costs = _costs(build, candidates, wanted, cutoff_min)
    areas = build.areas.frame
    code = costs.starts["area_code"]
    looked_at = pd.Series(True, areas.index)
    if wanted.council:
        looked_at = areas["la_code"].eq(wanted.council).fillna(False).astype(bool)
    here = reach.of(areas.index[looked_at])
    measured = pd.Series(here.areas.index.isin(code[reach.measured]), here.areas.index)
    nowhere = not here.known.any()
    counted = measured if nowhere else here.known & measured
    counts = reach.measured & counted.reindex(code, fill_value=False).to_numpy(dtype=bool)
    share = reach.shares * counts
    children = here.areas["children"].reindex(code).fillna(0.0).to_numpy(dtype=float) * share
    weighing = weighing_of(build, wanted.people, wanted.kind)
    weight = weighing.values.reindex(code).fillna(0.0).to_numpy(dtype=float) * share
    if not weight.sum() > 0:
        raise SourceError(
            f"No {weighing.unit} are known here from whose homes ways are known.",
            "Choose another council, or place for somebody else.",
        )
    return Problem(
        wanted=wanted,
        reach=here,
        candidates=candidates,
        minutes=costs,
        today_min=_nearest(reach, wanted.closed),
        before_min=_nearest(reach, ()),
        children=children,
        higher_need=_of_higher_need(here, children, code),
        weight=weight,
        weighing=weighing,
        counted=counted,
        nowhere=nowhere,
        ward_of=areas["ward_code"],
        notes=(*reach.notes, *candidates.notes, *_notes(costs, reach)),
    )


def _of_higher_need(reach: Reach, children: Floats, code: pd.Series) -> Floats:
    """Return the children of each start in areas of higher need."""
    if reach.fifths is None:
        return np.full(len(children), np.nan)
    higher = (reach.areas["fifth"] <= HIGHER).fillna(False).reindex(code, fill_value=False)
    return np.where(higher.to_numpy(dtype=bool), children, 0.0)


def _without(candidates: Candidates, excluded: Sequence[str]) -> Candidates:
    """Return the candidates that are left."""
    gone = candidates.frame.index.isin(candidates.ids_of(excluded))
    if gone.all():
        raise SourceError("No candidate is left that could be chosen.", "Exclude fewer of them.")
    return replace(candidates, frame=candidates.frame[~gone]) if gone.any() else candidates


def _costs(build: Build, candidates: Candidates, wanted: Wanted, cutoff_min: float) -> TravelCosts:
    frame = candidates.frame
    if candidates.from_build:
        return costs_of(build, frame.index, wanted.mode, cutoff_min)
    return costs_to_points(build, frame.geometry, wanted.mode, cutoff_min)


def _notes(costs: TravelCosts, reach: Reach) -> list[str]:
    """Return what supplied times do not tell of the candidates; of roads it stands in the method."""
    if costs.means is not Means.MATRIX:
        return []
    return [f"Candidates: {note}" for note in costs.notes[1:] if note not in reach.notes]


def _nearest(reach: Reach, closed: Sequence[str]) -> Floats:
    """Return minutes to the nearest place that does not close, one a start."""
    costs = reach.costs
    stays = ~costs.places.isin(list(closed))[costs.place]
    least = np.full(len(costs.starts), np.inf)
    np.minimum.at(least, costs.start[stays], costs.minutes[stays])
    return least
