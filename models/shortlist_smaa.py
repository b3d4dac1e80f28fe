"""How the ranks of a shortlist spread over draws of the weights: stochastic multicriteria acceptability.

Each draw weighs and ranks all shapes anew. The share of draws in which a shape takes a rank is the rank's
acceptability for it; shapes of equal value share the ranks that they take together in equal parts, so that
nothing hangs on the order of rows or codes.

Sources: Lahdelma, Hokkanen and Salminen (1998), SMAA: stochastic multiobjective acceptability analysis, EJOR
106; Lahdelma and Salminen (2001), SMAA-2, Operations Research 49; Gupta (1965), On some multiple decision
(selection and ranking) rules, Technometrics 7 (a tier: all that cannot be told apart from the best of those
left).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

BLOCK_CELLS: Final = 400_000
"""How many values are ranked at once: draws of all shapes would not fit a small machine's memory."""

KEPT_CELLS: Final = 4_000_000
"""How many values are kept to compare pairs by: all 10,000 draws of 400 shapes, fewer draws of more."""

AT_ONCE: Final = 16
"""How many shapes are compared with the head of a tier at once: most tiers are short."""

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
    parts
        Shapes x `BINS` + 1: how often the value lay in each part.
    kept
        Shapes x draws: the values of the first draws, 0 to 1.
    together
        The share of draws in which the first so many of the order all stand above all others.
    draws
        How many draws.
    """

    acceptability: Array
    parts: npt.NDArray[np.int64]
    kept: Array
    together: float
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
        reached = np.cumsum(self.parts, axis=1) >= share * self.draws - 1e-9
        return reached.argmax(axis=1) / BINS

    def beats(self, one: int, others: slice) -> Array:
        """Return how often a shape stands above each of some others, of the draws that were kept."""
        return np.asarray((self.kept[one] > self.kept[others] + SAME).mean(axis=1))

    def tiers(self, apart: float) -> npt.NDArray[np.int64]:
        """Return the tier of each shape in the order, from 1.

        A tier goes down to the last before the first that its own first one beats in so many of the draws:
        each in it cannot be told apart from the one that heads it. Where many lie close the last of one tier
        and the first of the next may be as close; a line that no two cannot be told apart across would leave
        them all in one.
        """
        tiers = np.ones(len(self.kept), dtype=np.int64)
        head = 0
        while head < len(tiers):
            head = self._next_head(head, apart)
            tiers[head:] += 1
        return tiers

    def _next_head(self, head: int, apart: float) -> int:
        """Return the first below a shape that it beats so often, some at a time; the end where none is."""
        for start in range(head + 1, len(self.kept), AT_ONCE):
            beaten = np.flatnonzero(self.beats(head, slice(start, start + AT_ONCE)) >= apart)
            if len(beaten):
                return start + int(beaten[0])
        return len(self.kept)


def block_rows(shapes: int) -> int:
    """Return how many draws of so many shapes are ranked at once."""
    return max(1, BLOCK_CELLS // max(shapes, 1))


def spread_of(blocks: Iterator[Array], shapes: int, top: int) -> Spread:
    """Rank shapes in every draw.

    Parameters
    ----------
    blocks
        Draws x shapes: values, as a rule 0 to 1, the shapes in the order of their value by the stated
        weights.
    shapes
        How many.
    top
        Of how many of the first it is asked whether they all stand above all others.
    """
    ranks = _Ranks(shapes)
    parts = np.zeros((shapes, BINS + 1), dtype=np.int64)
    kept: list[Array] = []
    room = max(1, KEPT_CELLS // shapes)
    draws, together = 0, 0
    for block in blocks:
        if draws < room:
            kept.append(block[: room - draws].T)
        draws += len(block)
        ranks.count(block)
        part = np.rint(np.clip(block, 0.0, 1.0) * BINS).astype(np.int64) + np.arange(shapes) * (BINS + 1)
        parts += np.bincount(part.ravel(), minlength=parts.size).reshape(parts.shape)
        above, below = block[:, :top].min(axis=1), block[:, top:].max(axis=1, initial=-np.inf)
        together += int((above > below + SAME).sum())
    return Spread(ranks.taken / draws, parts, np.concatenate(kept, axis=1), together / draws, draws)


class _Ranks:
    """How often each shape took each rank: a half each of two ranks where two are equal."""

    def __init__(self, shapes: int) -> None:
        self._shapes = shapes
        self._alone = np.zeros(shapes * shapes, dtype=np.int64)
        self._steps = np.zeros(shapes * (shapes + 1))

    @property
    def taken(self) -> Array:
        """Shapes x ranks: in how many draws."""
        shapes = self._shapes
        shared = np.cumsum(self._steps.reshape(shapes, shapes + 1), axis=1)[:, :-1]
        return np.asarray(self._alone.reshape(shapes, shapes) + shared)

    def count(self, block: Array) -> None:
        """Add the ranks of some draws (draws x shapes: values)."""
        order = np.argsort(-block, axis=1)
        ranked = np.take_along_axis(block, order, axis=1)
        first = np.ones(block.shape, dtype=bool)
        np.greater(ranked[:, :-1] - ranked[:, 1:], SAME, out=first[:, 1:])
        plain = first.all(axis=1)
        cells = order[plain] * self._shapes + np.arange(self._shapes)
        self._alone += np.bincount(cells.ravel(), minlength=self._alone.size)
        if not plain.all():
            self._count_tied(order[~plain], first[~plain])

    def _count_tied(self, order: npt.NDArray[np.intp], first: npt.NDArray[np.bool_]) -> None:
        """Add ranks as steps up where ties begin and down where they end; their running sum is taken."""
        at = np.flatnonzero(first)
        size = np.diff(np.append(at, first.size))
        begins = np.repeat(at % self._shapes, size)
        sizes = np.repeat(size, size)
        cells = order.ravel() * (self._shapes + 1) + begins
        self._steps += np.bincount(cells, 1.0 / sizes, self._steps.size)
        self._steps -= np.bincount(cells + sizes, 1.0 / sizes, self._steps.size)
