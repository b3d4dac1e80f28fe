"""What stands below a sentence on a placement: how sure it is, what was measured, what is not known."""

from collections.abc import Iterator
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.settings import settings
from geo.travel import Means, speed_kmh
from models.placement_asked import For, Objective
from models.placement_goal import could_words, goal_of
from models.placement_phrases import Phrases
from models.reach_notes import ACROSS
from models.words import figure, number, percent, where

SETS: Final = {1: "site", 2: "pair"}
"""What so many sites are called."""


def caveats_of(phrases: Phrases, near: int | None, within: float, every: bool) -> Iterator[str]:
    """Yield what has to be known of the sentence, the shortest way.

    Parameters
    ----------
    phrases
        How the placement is spoken of.
    near
        How many other choices come within a share of the best; None where they were not looked for.
    within
        That share.
    every
        Whether those are all that there are.
    """
    problem = phrases.placed.problem
    yield proof_words(phrases, near, within, every)
    yield travel_words(phrases)
    yield phrases.not_said
    yield from _fewer(phrases)
    yield from _of_objective(phrases)
    yield from unknown_words(phrases)
    told = problem.reach.means_words
    yield from (note for note in problem.notes if note != told and not _told_of_silent(phrases, note))


def proof_words(phrases: Phrases, near: int | None = None, within: float = 0.01, every: bool = True) -> str:
    """Say whether the choice is proven to be the best, and of what; else how much better another could be.

    The parameters are those of `caveats_of`.
    """
    placed = phrases.placed
    answer, count = placed.answer, len(placed.chosen)
    if answer is None:
        return f"Chosen by hand, beside {phrases.candidates}."
    if answer.chosen is None:
        return f"Proven for {phrases.candidates}." if answer.proven else "The search was stopped."
    what = SETS.get(count, f"choice of {number(count)}" if count else "choice")
    if not answer.proven:
        could = could_words(placed.problem, goal_of(placed.problem, answer.loss, answer.bound))
        return f"Best found of {phrases.candidates}: another choice {could}."
    others = "" if near is None else f"; {_others(near, count, within, every)}"
    wanted = placed.problem.wanted
    kept = " that keeps the conditions," if wanted.has_conditions else ""
    weighed = wanted.people is not For.CHILDREN and wanted.objective is not Objective.CENTRE
    by = f" for {placed.problem.weighing.unit}" if weighed else ""
    return f"Proven best {what}{by}{kept} of {phrases.candidates}{others}."


def _others(near: int, count: int, within: float, every: bool) -> str:
    noun = SETS.get(count, "choice")
    if not near:
        return f"no other {noun} comes within {percent(within)}"
    several = f"{noun}s" if near > 1 else noun
    at_least = "" if every else "at least "
    return (
        f"{at_least}{number(near)} other {several} {'come' if near > 1 else 'comes'} within {percent(within)}"
    )


def travel_words(phrases: Phrases) -> str:
    """Say in a few words what ways are measured by."""
    problem = phrases.placed.problem
    means, speed = problem.minutes.means, f"{figure(speed_kmh(problem.wanted.mode))} km/h"
    if means is Means.MATRIX:
        return "Supplied travel times."
    if means is Means.NETWORK:
        return f"Along roads at {speed}."
    detour = settings().detour
    return f"Straight-line distance{'' if detour == 1 else f' × {figure(detour)}'} at {speed}."


def _fewer(phrases: Phrases) -> Iterator[str]:
    """Say why there are fewer sites than may be."""
    wanted, answer, count = phrases.placed.problem.wanted, phrases.placed.answer, len(phrases.placed.chosen)
    if answer is not None and answer.proven and 0 < count < wanted.sites:
        within = "" if wanted.budget_gbp is None else " within the budget"
        yield f"Up to {number(wanted.sites)} were asked for; no further site would help{within}."


def _of_objective(phrases: Phrases) -> Iterator[str]:
    """Say what was made as good as can be, where that is not the number of children within reach."""
    problem = phrases.placed.problem
    wanted, cutoff = problem.wanted, figure(problem.minutes.cutoff_min)
    if wanted.objective is Objective.FAIR and problem.reach.fifths is None:
        yield "How deprived these areas are is not known, so all children count the same."
    elif wanted.objective is Objective.FAIR and not problem.higher_need.any():
        yield "No children here live in England’s two most deprived fifths, so all count the same."
    elif wanted.objective is Objective.FAIR:
        yield (
            "A fair choice: the share reached in England’s two most deprived fifths makes up "
            f"{percent(wanted.fairness)} of what counts, the share of all children the rest."
        )
    elif wanted.objective in (Objective.MEDIAN, Objective.CENTRE):
        yield f"Further than {cutoff} minutes counts as {cutoff}."
    if problem.capacity is not None:
        yield "Who is reached is limited by how many children each new site has room for."
    elif problem.candidates.frame["capacity"].notna().any():
        yield "How many children a site has room for is not looked at."


def unknown_words(phrases: Phrases) -> Iterator[str]:
    """Yield where people are left out, and why; and where it is taken that there is no place."""
    problem, near = phrases.placed.problem, phrases.near
    frame, counted = phrases.areas.frame, problem.counted
    if problem.nowhere:
        there = where(frame.loc[counted.index[counted], ["la_name"]]) or "here"
        yield f"No {near.singular} is known {there}: it is taken that there is none there."
    measured = _measured(phrases)
    silent = _silent(phrases)
    if len(silent):
        there = where(frame.loc[silent, ["la_name"]]) or "elsewhere"
        yield (
            f"No {near.singular} is known {there}: who lacks one there is not known, nobody there counts, "
            f"and {ACROSS}"
        )
    lost = int((~measured).sum())
    if lost:
        yield f"No way is known from the homes of {_areas(lost, len(counted))}, and nobody there counts."
    values = problem.weighing.values.reindex(counted.index[counted])
    lacking = int(values.isna().sum())
    if lacking:
        yield f"What counts is not known for {_areas(lacking, len(values))}, which are left out."


def _measured(phrases: Phrases) -> npt.NDArray[np.bool_]:
    """Say of each area whether a way is known from its homes."""
    problem = phrases.placed.problem
    code = problem.minutes.starts["area_code"]
    found: npt.NDArray[np.bool_] = problem.counted.index.isin(code[problem.reach.measured])
    return found


def _silent(phrases: Phrases) -> pd.Index:
    """Return the areas of councils where no place of the kind is known, while some are elsewhere."""
    counted = phrases.placed.problem.counted
    return counted.index[~counted & _measured(phrases)]


def _told_of_silent(phrases: Phrases, note: str) -> bool:
    """Say whether a note says once more that the kind is known in some councils only."""
    return note.endswith(ACROSS) and len(_silent(phrases)) > 0


def _areas(some: int, every: int) -> str:
    return f"{number(some)} of {number(every)} small areas"
