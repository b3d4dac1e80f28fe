"""What is not quite known behind a placement, drawn anew many times.

Nobody publishes how far these figures may be off for small areas. What is drawn is an assumption, and
`trials_words` says so:

- Ways. Where they are straight lines lengthened by a detour, the detour of the ways to each candidate is
  drawn by itself, evenly between 0.1 below the setting and 0.1 above it. Where ways are measured by roads or
  were supplied, all minutes to a candidate are drawn up to 10 % shorter or longer. Those to the places of
  today share one draw. A way that was not measured, because it is beyond the cut-off, stays beyond it.
- Children. Their number in each small area is drawn as a count of events of that size varies by chance
  (Poisson), so that a small area is less sure than a large one.
- Need and demand. What is drawn is the number that is counted: children in families of low income, or
  those expected to be referred. On top of the chance of a count, the rate of each area is drawn evenly up to
  25 % lower or higher, which is how ranks of combined need are tested (`models.need_ranks`).

How much more children of higher need count in a fair choice is a matter of judgement and stays as it is.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from data.errors import SourceError
from data.settings import settings
from geo.travel import Floats, Means
from models.need_ranks import SPREAD
from models.placement_asked import For, Objective
from models.placement_others import refuse_room
from models.placement_problem import Problem, siting_of
from models.siting import Siting

DETOUR: Final = 0.1
"""How far the detour is drawn below and above its setting; it is never below 1."""

WAYS: Final = 0.1
"""By which share minutes by roads or supplied ones are drawn shorter and longer."""


def trials_of(problem: Problem, count: int, seed: int = 0) -> Iterator[Siting]:
    """Yield the problem with what is not quite known drawn anew.

    Parameters
    ----------
    problem
        The problem.
    count
        How many times.
    seed
        Of the draws. The first trials of one seed are the same however many there are.

    Raises
    ------
    SourceError
        For a p-centre, whose longest way is that of one home, whatever is drawn for the others; and where
        sites have room for only so many.
    """
    refuse_room(problem)
    if problem.wanted.objective is Objective.CENTRE:
        raise SourceError(
            "How sure a choice is cannot be tried where the longest way alone counts.",
            "Place for as many children as can be, or for short ways.",
        )
    return _drawn(problem, count, seed)


def _drawn(problem: Problem, count: int, seed: int) -> Iterator[Siting]:
    ways, rules = problem.minutes, problem.siting.rules
    _, area = np.unique(ways.starts["area_code"].to_numpy(dtype=str), return_inverse=True)
    counted: Floats = np.bincount(area, weights=problem.weight).astype(float)
    low, high = _range(problem)
    for number in range(count):
        rng = np.random.default_rng([seed, number])
        longer = rng.uniform(low, high, len(ways.places) + 1)
        off = _off(problem, rng, counted)
        trial = replace(
            problem,
            minutes=replace(ways, minutes=ways.minutes * longer[ways.place]),
            today_min=problem.today_min * longer[-1],
            weight=problem.weight * off[area],
        )
        yield replace(siting_of(trial), rules=rules)


def _off(problem: Problem, rng: np.random.Generator, counted: Floats) -> Floats:
    """Return by which factor what counts in each area is off."""
    off = np.divide(rng.poisson(counted), counted, out=np.ones(len(counted)), where=counted > 0)
    if problem.wanted.people is For.CHILDREN:
        return off
    return off * rng.uniform(1.0 - SPREAD, 1.0 + SPREAD, len(counted))


def _range(problem: Problem) -> tuple[float, float]:
    """Return the factors of minutes between which is drawn."""
    if problem.minutes.means is not Means.LINE:
        return 1.0 - WAYS, 1.0 + WAYS
    detour = settings().detour
    return max(detour - DETOUR, 1.0) / detour, (detour + DETOUR) / detour


def trials_words(problem: Problem) -> str:
    """Say in a sentence what is drawn anew."""
    if problem.minutes.means is Means.LINE:
        low, high = _range(problem)
        detour = settings().detour
        way = f"the detour of streets ({detour * low:.2g} to {detour * high:.2g} times the straight line)"
    else:
        way = f"travel times (up to {WAYS:.0%} shorter or longer)"
    children = "the number of children in each small area (by chance, as counts of that size vary)"
    if problem.wanted.people is For.CHILDREN:
        return f"Varied at random, by assumption: {way} and {children}."
    people = "need" if problem.wanted.people is For.NEED else "expected demand"
    return (
        f"Varied at random, by assumption: {way} and {people} in each small area "
        f"(up to {SPREAD:.0%} lower or higher, and by chance as counts of that size vary)."
    )
