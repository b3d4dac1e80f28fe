"""The time that `atlas place` may take for all that is asked of it together."""

from collections.abc import Callable
from time import monotonic


class Shared:
    """Time for some searches, one after the other: each may take an equal share of what is left.

    What one leaves is there for those after it.

    Parameters
    ----------
    seconds
        For all together, from now on; None where they may take what they need.
    parts
        How many searches there are.
    """

    def __init__(self, seconds: float | None, parts: int) -> None:
        self._end = float("inf") if seconds is None else monotonic() + seconds
        self._left = parts

    def next_end(self) -> float:
        """Return when the next search has to end, on the clock of `time.monotonic`."""
        now = monotonic()
        share = max(self._end - now, 0.0) / max(self._left, 1)
        self._left -= 1
        return now + share


def ends_at(end: float) -> Callable[..., bool]:
    """Return what says whether a moment is past, whatever it is told."""
    return lambda *_: monotonic() >= end
