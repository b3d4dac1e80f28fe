"""Weightings that are consistent with what was said of the swings, drawn at random.

Three ways to take what was said. By swings: each may be off by a share either way, and they stand in the
order that was said. By order: every weighting in that order is as likely. By nothing: every weighting is.

Sources: Tervonen and Lahdelma (2007), Implementing stochastic multicriteria acceptability analysis, EJOR 178
(weights drawn uniformly, by order or not); Gelfand, Smith and Lee (1992), Bayesian analysis of constrained
parameter problems, JASA 87 (the draws between bounds and in an order).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from data.shortlist_criteria import Asked, Counts

Array = npt.NDArray[np.float64]

SWEEPS: Final = 40
"""How often each swing is drawn anew between those beside it: from a start near to the end this is plenty."""


def draw_weights(asked: Asked, draws: int, seed: int = 0) -> Array:
    """Draw weightings.

    Parameters
    ----------
    asked
        The criteria, what of their swings was said surely, and how far they may be off.
    draws
        How many.
    seed
        Of the draws, which do not hang on the order of the criteria.

    Returns
    -------
    numpy.ndarray
        `draws` rows, one column a criterion in the order of `asked`; each row sums to 1. A criterion whose
        swing is 0 counts for nothing in all of them, and equal swings stand in any order.
    """
    rng = np.random.default_rng(seed)
    names = [c.indicator for c in asked.criteria]
    swings = np.array([c.swing for c in asked.criteria], dtype="float64")
    order = sorted(
        (at for at in range(len(names)) if swings[at] > 0), key=lambda at: (-swings[at], names[at])
    )
    said = swings[order]
    if asked.counts is Counts.SWINGS:
        drawn = _by_swings(said, asked.tolerance, draws, rng)
    else:
        drawn = rng.standard_exponential((draws, len(said)))
        if asked.counts is Counts.ORDER:
            drawn = _in_order(drawn, said, rng)
    weights = np.zeros((draws, len(names)))
    weights[:, order] = drawn / drawn.sum(axis=1, keepdims=True)
    return weights


def _in_order(drawn: Array, said: Array, rng: np.random.Generator) -> Array:
    """Sort each row from high to low, and shuffle those whose swings are equal."""
    ordered = -np.sort(-drawn, axis=1)
    for swing in np.unique(said):
        mine = np.flatnonzero(said == swing)
        if len(mine) > 1:
            ordered[:, mine] = rng.permuted(ordered[:, mine], axis=1)
    return ordered


def _by_swings(said: Array, tolerance: float, draws: int, rng: np.random.Generator) -> Array:
    """Draw swings uniformly from those within their bounds and in the order that was said (high to low).

    Each row is a chain of its own. It starts from bounded draws that are sorted, which are in bounds since
    the bounds stand in the same order, and each swing is then drawn anew between its bounds and the swings
    beside it, in turn (Gibbs sampling).
    """
    low, high = said * (1 - tolerance), said * (1 + tolerance)
    rows = np.ascontiguousarray(_in_order(rng.uniform(low, high, (draws, len(said))), said, rng).T)
    if tolerance == 0 or not _overlap(said, low, high):
        return rows.T
    above, below = ([np.flatnonzero(mark(said, one)) for one in said] for mark in (_next_above, _next_below))
    for _ in range(SWEEPS):
        for at in range(len(said)):
            top = np.minimum(high[at], rows[above[at]].min(axis=0, initial=np.inf))
            bottom = np.maximum(low[at], rows[below[at]].max(axis=0, initial=-np.inf))
            rows[at] = bottom + rng.random(draws) * (top - bottom)
    return rows.T


def _overlap(said: Array, low: Array, high: Array) -> bool:
    """Say whether the bounds of two different swings overlap, so that their order binds."""
    return bool(((low[:-1] < high[1:]) & (said[:-1] != said[1:])).any())


def _next_above(said: Array, one: float) -> npt.NDArray[np.bool_]:
    higher = said[said > one]
    return said == higher.min() if len(higher) else np.zeros(len(said), dtype=bool)


def _next_below(said: Array, one: float) -> npt.NDArray[np.bool_]:
    lower = said[said < one]
    return said == lower.max() if len(lower) else np.zeros(len(said), dtype=bool)
