"""How far types come out again: k-means on areas drawn anew, held against the types of all areas.

Stability says how far the number of types can be relied on, not that there are kinds of place: a cloud
without any structure can be cut in two the same way every time. For that see `type_structure`.

Sources: Hubert and Arabie (1985) for the adjusted Rand index; Hennig (2007), "Cluster-wise assessment of
cluster stability", for the Jaccard similarity of each type.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from models.type_pipeline import Floats, Ints, distances_to, prepare, type_pipeline

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

BOOTSTRAPS: Final = 50
DRAWN_AT_MOST: Final = 2_500
"""So many areas are drawn each time at most: with fewer drawn than there are, stability is understated."""

STARTS: Final = 3
"""From how many starts k-means looks among the areas that are drawn."""


@dataclass(frozen=True)
class Stability:
    """How far one number of types comes out again.

    Attributes
    ----------
    rand
        The adjusted Rand index of each draw, shape (draws,): 1 is the same types, 0 is chance.
    jaccard
        For each type the mean overlap with the type most like it, over the draws, shape (types,).
    share
        For each area the share of draws in which it falls into its own type, shape (areas,).
    """

    rand: Floats
    jaccard: Floats
    share: Floats


def stability_of(
    pipelines: Mapping[int, "Pipeline"], frame: pd.DataFrame, seed: int = 0, draws: int = BOOTSTRAPS
) -> dict[int, Stability]:
    """Return how far the types of fitted pipelines come out again when areas are drawn anew.

    Parameters
    ----------
    pipelines
        The fitted pipelines by number of types.
    frame
        Composites, one row an area. Draws are made among the areas that have them all; every area is placed
        in each draw by the composites that it has.
    seed
        Of the draws.
    draws
        How many times areas are drawn, with replacement.
    """
    rng = np.random.default_rng(seed)
    whole = frame.loc[frame.notna().all(axis=1)]
    own = {k: nearest(pipeline, frame) for k, pipeline in pipelines.items()}
    tallies = {k: _Tally(labels, k) for k, labels in own.items()}
    weights = {k: pipeline.named_steps["weights"].kw_args["weights"] for k, pipeline in pipelines.items()}
    for _ in range(draws):
        rows = rng.choice(len(whole), min(len(whole), DRAWN_AT_MOST))
        start = int(rng.integers(2**31))
        for k in pipelines:
            drawn = type_pipeline(k, weights[k], start, STARTS).fit(whole.to_numpy(dtype=np.float64)[rows])
            tallies[k].add(nearest(drawn, frame))
    return {k: tally.result(draws) for k, tally in tallies.items()}


def nearest(pipeline: "Pipeline", frame: pd.DataFrame) -> Ints:
    """Return the nearest type of each area by the composites that it has, as positions of centres."""
    centres = pipeline.named_steps["types"].cluster_centers_
    found: Ints = distances_to(centres, prepare(pipeline, frame)).argmin(axis=1)
    return found


def crossed(one: Ints, other: Ints, rows: int, columns: int) -> Ints:
    """Count areas by two labellings, shape (rows, columns)."""
    counts: Ints = np.bincount(one * columns + other, minlength=rows * columns).reshape(rows, columns)
    return counts


def rand_of(counts: Ints) -> float:
    """Return the adjusted Rand index of two labellings from their cross-tabulation.

    Examples
    --------
    >>> rand_of(np.array([[0, 3], [4, 0]]))
    1.0
    """
    together, first, second = (
        float(_pairs(part).sum()) for part in (counts, counts.sum(axis=1), counts.sum(axis=0))
    )
    every = float(_pairs(counts.sum(keepdims=True)).sum())
    if every == 0:
        return 1.0
    chance, most = first * second / every, (first + second) / 2
    return 1.0 if most == chance else (together - chance) / (most - chance)


def jaccard_of(counts: Ints) -> Floats:
    """Return for each row of a cross-tabulation its overlap with each column, shape (rows, columns)."""
    either = counts.sum(axis=1, keepdims=True) + counts.sum(axis=0, keepdims=True) - counts
    return np.divide(counts, either, out=np.zeros(counts.shape), where=either > 0)


def matched(counts: Ints) -> Ints:
    """Return for each column of a cross-tabulation the row that it is, the pairs sharing the most areas.

    The optimum of Kuhn (1955); -1 for a column beyond the number of rows.
    """
    from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(counts, maximize=True)
    row_of = np.full(counts.shape[1], -1, dtype=np.int64)
    row_of[columns] = rows
    return row_of


def _pairs(counts: Ints) -> Floats:
    part = counts.astype(np.float64)
    return part * (part - 1.0) / 2.0


class _Tally:
    """What the draws of one number of types add up to."""

    def __init__(self, labels: Ints, k: int) -> None:
        self.labels, self.k = labels, k
        self.rand: list[float] = []
        self.jaccard = np.zeros(k)
        self.same = np.zeros(len(labels))

    def add(self, found: Ints) -> None:
        counts = crossed(self.labels, found, self.k, self.k)
        self.rand.append(rand_of(counts))
        self.jaccard += jaccard_of(counts).max(axis=1)
        self.same += matched(counts)[found] == self.labels

    def result(self, draws: int) -> Stability:
        return Stability(np.asarray(self.rand), self.jaccard / draws, self.same / draws)
