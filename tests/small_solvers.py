"""A problem that takes a second to prove, and solvers that do what a child process has to bear."""

import os
import time
from collections.abc import Callable
from dataclasses import replace

import numpy as np

from data.errors import SourceError
from models.siting import Answer, Rules, Siting

Watch = Callable[[float, float], bool]
LONG_SITES = 7
"""For so many sites the app of the browser tests goes on looking."""


def random_median(points: int, sites: int, seed: int = 1) -> Siting:
    """A p-median on a random network, made as those of the OR-Library are (Beasley 1985)."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import shortest_path

    draw = np.random.default_rng(seed)
    roads = points * points // 50
    order = draw.permutation(points)
    one = np.concatenate([order[:-1], order[draw.integers(0, points, roads)]])
    other = np.concatenate([order[1:], order[draw.integers(0, points, roads)]])
    apart = one != other
    one, other = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    _, first = np.unique(one * points + other, return_index=True)
    length = draw.integers(1, 101, len(first)).astype(float)
    graph = csr_array((length, (one[first], other[first])), shape=(points, points))
    return Siting.of_table(shortest_path(graph, directed=False), Rules(most=sites, least=sites))


def until_stopped(loss: float, *, watch: Watch) -> Answer:
    """Look for something better until it is asked to stop."""
    steps = 0
    while not watch(loss + 3 - min(steps, 3), min(steps, 3) * 1.0):
        steps += 1
        time.sleep(0.005)
    return Answer(np.array([1]), loss, 3.0, steps, stopped=True)


def with_loose_words(loss: float, *, watch: Watch) -> Answer:
    """Print to the standard output, as a solver in another language may."""
    os.write(1, b"Presolving model\n")
    print("done")
    watch(loss, 0.0)
    return Answer(np.array([0]), loss, loss, 1, stopped=False)


def refusing(*, watch: Watch) -> Answer:
    """Refuse what is asked."""
    watch(float("inf"), 0.0)
    raise SourceError("There is no site.", "Name one.")


def failing(*, watch: Watch) -> Answer:
    """Fail as no solver should."""
    watch(float("inf"), 0.0)
    raise ZeroDivisionError


def unproven_until_stopped(work: tuple[Callable[..., Answer], tuple[object, ...]], *, watch: Watch) -> Answer:
    """Find the best choice, and look for a better one until it is asked to stop."""
    solver, arguments = work
    answer = solver(*arguments, watch=None)
    bound = 0.9 * answer.loss
    while not watch(answer.loss, bound):
        time.sleep(0.005)
    return replace(answer, bound=bound, stopped=True)
