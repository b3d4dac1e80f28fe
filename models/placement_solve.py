"""Which solver a placement takes; what it is called with is quick to import and can go to another process."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from models.siting import Answer, Floats, Siting
from models.siting_capacity import solve_with_capacity
from models.siting_centre import Ways, solve_centre
from models.siting_tree import Watch, solve

if TYPE_CHECKING:
    from models.placement_problem import Problem

Work = tuple[Callable[..., Answer], tuple[object, ...]]
"""A solver, and what it is called with beside a watch."""


def work_of(problem: "Problem") -> Work:
    """Return which solver a placement takes, and what it is called with.

    A p-centre is searched for by its radius; where sites have room for only so many, shares are; all else is
    a choice of sites with a loss for each home.
    """
    from models.placement_asked import Objective

    if problem.wanted.objective is Objective.CENTRE:
        ways, siting = problem.minutes, problem.siting
        pairs = Ways(ways.start.astype(np.intp), ways.place.astype(np.intp), ways.minutes)
        counts = problem.weight > 0
        return solve_centre, (pairs, problem.today_min, counts, siting.sites, siting.rules, ways.cutoff_min)
    if problem.capacity is not None:
        return shared, (problem.siting, problem.children, problem.capacity)
    return nearest, (problem.siting,)


def nearest(siting: Siting, watch: Watch | None = None) -> Answer:
    """Return the best choice of sites, of which each home takes the nearest: see `models.siting_tree.solve`.

    The watch is asked at every step, so that a large problem too can be stopped at once.
    """
    if watch is None:
        return solve(siting)
    return solve(siting, watch, lambda: watch(float("inf"), 0.0))


def shared(siting: Siting, weight: Floats, capacity: Floats, watch: Watch | None = None) -> Answer:
    """Return the best choice of sites that have room for only so many each: see `solve_with_capacity`."""
    return solve_with_capacity(siting, weight, capacity, watch).answer
