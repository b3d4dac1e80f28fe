"""A search that is ended after a short effort, the same on every machine."""

from typing import Final

from models.siting_bound import OFTEN
from models.siting_tree import Watch

SHORTEST: Final = 5
"""A search is looked at so often at least before it is ended."""


class Short:
    """A watch that ends a search after so much work, or when it is told to.

    Parameters
    ----------
    pairs
        How many pairs of a point and a site the problem has.
    work
        How many pairs are gone through at most, but for a few steps that are always taken.
    watch
        Is told the least loss and the bound so far, and says whether to stop.
    """

    def __init__(self, pairs: int, work: int, watch: Watch | None = None) -> None:
        self._left = max(work // (OFTEN * max(pairs, 1)), SHORTEST)
        self._watch = watch
        self.told_to_stop = False

    def __call__(self, loss: float, bound: float) -> bool:
        """Say whether to stop."""
        self._left -= 1
        self.told_to_stop = self.told_to_stop or (self._watch is not None and self._watch(loss, bound))
        return self.told_to_stop or self._left <= 0
