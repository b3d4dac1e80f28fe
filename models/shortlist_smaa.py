"""How the ranks of a shortlist spread over draws of the weights: stochastic multicriteria acceptability.

Each draw weighs and ranks all shapes anew. The share of draws in which a shape takes a rank is the rank's
acceptability for it; shapes of equal value share the ranks that they take together in equal parts, so that
nothing hangs on the order of rows or codes.

Sources: Lahdelma, Hokkanen and Salminen (1998), SMAA: stochastic multiobjective acceptability analysis, EJOR
106; Lahdelma and Salminen (2001), SMAA-2, Operations Research 49.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

BLOCK_CELLS: Final = 400_000
"""How many values are ranked at once: draws of all shapes would not fit a small machine's memory."""

BINS: Final = 2_000
"""The parts that values 0 to 1 are counted in, to find the range of each: a twentieth of a point of 100."""

SAME: Final = 1e-12
"""Values no further apart are equal: sums in another order differ by as much."""


@dataclass(frozen=True)
class Spread:
    """How ranks and values spread over draws, for shapes in one order.

    Attributes
    ----------
    acceptability
        Shapes x ranks: the share of draws; rows and columns sum to 1.
    held
        One share a place but the last in the given order: how often all shapes down to that place stand above
        all below it.
    values
        Shapes x `BINS` + 1: how often the value lay in each part.
    draws
        How many draws.
    """

    acceptability: Array
    held: Array
    values: npt.NDArray[np.int64]
    draws: int

    def chance_in(self, top: int) -> Array:
        """Return how often each shape is among the first so many."""
        return np.clip(self.acceptability[:, :top].sum(axis=1), 0.0, 1.0)

    def rank_at(self, share: float) -> npt.NDArray[np.int64]:
        """Return the rank that each shape does not exceed in so many of the draws: one that it takes."""
        reached = np.cumsum(self.acceptability, axis=1) >= share - 1e-9
        return reached.argmax(axis=1) + 1

    def value_at(self, share: float) -> Array:
        """Return the value, 0 to 1, that each shape does not exceed in so many of the draws."""
        reached = np.cumsum(self.values, axis=1) >= share * self.draws - 1e-9
        return reached.argmax(axis=1) / BINS


def block_rows(shapes: int) -> int:
    """Return how many draws of so many shapes are ranked at once."""
    return max(1, BLOCK_CELLS // max(shapes, 1))


def spread_of(blocks: Iterator[Array], shapes: int) -> Spread:
    """Rank shapes in every draw.

    Parameters
    ----------
    blocks
        Draws x shapes: values 0 to 1, the shapes in the order in which they stand by the stated weights.
    shapes
        How many.
    """
    edges = np.zeros((shapes, shapes + 1))
    counted = np.zeros((shapes, BINS + 1), dtype=np.int64)
    held = np.zeros(max(shapes - 1, 0))
    draws = 0
    for block in blocks:
        draws += len(block)
        _count_ranks(edges, block)
        parts = np.rint(block * BINS).astype(np.int64) + np.arange(shapes) * (BINS + 1)
        counted += np.bincount(parts.ravel(), minlength=counted.size).reshape(counted.shape)
        least = np.minimum.accumulate(block, axis=1)[:, :-1]
        most = np.maximum.accumulate(block[:, ::-1], axis=1)[:, ::-1][:, 1:]
        held += (least > most + SAME).sum(axis=0)
    acceptability = np.cumsum(edges, axis=1)[:, :-1] / draws
    return Spread(acceptability, held / draws, counted, draws)


def _count_ranks(edges: Array, block: Array) -> None:
    """Add to each shape the ranks that it takes, as steps up where its ties begin and down where they end.

    The running sum of the steps along the ranks is how often a rank was taken: 1 where a value stands alone,
    a half each of two ranks where two are equal.
    """
    rows, shapes = block.shape
    order = np.argsort(-block, axis=1)
    ranked = np.take_along_axis(block, order, axis=1)
    first = np.empty((rows, shapes), dtype=bool)
    first[:, 0] = True
    first[:, 1:] = ranked[:, :-1] - ranked[:, 1:] > SAME
    at = np.flatnonzero(first)
    size = np.diff(np.append(at, rows * shapes))
    begins = np.repeat(at % shapes, size)
    ends = begins + np.repeat(size, size)
    parts = np.repeat(1.0 / size, size)
    base = order.ravel() * (shapes + 1)
    flat = edges.reshape(-1)
    flat += np.bincount(base + begins, parts, flat.size)
    flat -= np.bincount(base + ends, parts, flat.size)
