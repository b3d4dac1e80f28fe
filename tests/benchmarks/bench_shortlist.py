"""A shortlist of as many wards as Greater Manchester has: five criteria, 10,000 weightings.

The figures are invented. Beside it stands the plain way: a weighting drawn, all wards valued and ranked, and
the ranks counted, one weighting after the other.
"""

import time
import tracemalloc
from collections.abc import Callable
from typing import Final, TypeVar

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from data.shortlist_criteria import Asked
from models.shortlist import shortlist_of
from models.shortlist_weights import draw_weights
from tests.small_shortlists import FIVE, drawn_wards

Given = TypeVar("Given")

WARDS: Final = 215
DRAWS: Final = 10_000
LIMIT_S: Final = 1.0
LIMIT_MB: Final = 150.0


def main() -> None:
    """Print how long it takes and how much memory, and stop where that is more than it may be."""
    data, asked = drawn_wards(WARDS), Asked("ward", FIVE)
    shortlist_of(data, asked, draws=50)
    took_s, found = min((timed(lambda: shortlist_of(data, asked, draws=DRAWS)) for _ in range(3)), key=first)
    tracemalloc.start()
    shortlist_of(data, asked, draws=DRAWS)
    peak_mb = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    weights = draw_weights(asked, DRAWS)
    plain_s, counted = timed(lambda: in_a_loop(found.values[[c.indicator for c in FIVE]], weights))
    apart = float(np.abs(counted - found.acceptability.to_numpy()).max())
    print(f"Shortlist of {WARDS} wards by {len(FIVE)} criteria, {DRAWS:,} weightings")
    print(f"  {took_s:.2f} s with values, tiers, choice and words; {peak_mb:.0f} MB more at most")
    print(
        f"  a plain loop over weightings {plain_s:.2f} s for ranks alone, {plain_s / took_s:.1f} times that;"
    )
    print(f"  shares of ranks at most {apart:.1e} apart")
    if took_s > LIMIT_S or peak_mb > LIMIT_MB or apart > 1e-9:
        raise SystemExit(f"more than {LIMIT_S:g} s or {LIMIT_MB:.0f} MB, or other ranks than in a loop")


def timed(work: Callable[[], Given]) -> tuple[float, Given]:
    """Return how long something takes, and what it gives."""
    began = time.perf_counter()
    given = work()
    return time.perf_counter() - began, given


def first(pair: tuple[float, object]) -> float:
    """Return the first of two."""
    return pair[0]


def in_a_loop(values: pd.DataFrame, weights: np.ndarray) -> np.ndarray:
    """Return the share of weightings in which each shape takes each rank, found one by one; ties share."""
    matrix = values.to_numpy()
    taken = np.zeros((len(matrix), len(matrix) + 1))
    for weight in weights:
        score = matrix @ weight
        above, down_to = (rankdata(-score, method=method).astype(int) for method in ("min", "max"))
        rows, share = np.arange(len(score)), 1 / (down_to - above + 1)
        taken[rows, above - 1] += share
        taken[rows, down_to] -= share
    return taken.cumsum(axis=1)[:, :-1] / len(weights)


if __name__ == "__main__":
    main()
