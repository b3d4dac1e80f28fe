"""Small levels for the tests of shortlists: wards with figures of our choice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from data.indicators import Group, Indicator, Kind
from data.provenance import Status, Tier
from data.shortlist_criteria import Asked, Counts, Criterion, Direction
from models.levels import Level, LevelData
from tests.small_builds import provenance

COUNCIL = "E08000001"


def indicator_of(id_: str, polarity: str = "high_is_worse", group: Group = Group.NEED) -> Indicator:
    """An entry of the dictionary of a column of ours."""
    return Indicator(id_, f"Label of {id_}", "", "points", polarity, Kind.SCORE, None, None, group)


def wards_of(
    figures: Mapping[str, Sequence[float | None]],
    codes: Sequence[str] | None = None,
    names: Mapping[int, str] | None = None,
    tier: Tier = Tier.SHARED,
) -> LevelData:
    """Wards with figures: codes in order, names "Ward 1" and on, in one council."""
    frame = pd.DataFrame({k: pd.Series(v, dtype="float64") for k, v in figures.items()})
    count = len(frame)
    index = pd.Index(codes or [f"E0500{n:04}" for n in range(1, count + 1)], name="ward_code")
    frame.index = index
    called = [(names or {}).get(n, f"Ward {n + 1}") for n in range(count)]
    named = pd.DataFrame(
        {
            "name": called,
            "ward_code": index.to_list(),
            "ward_name": called,
            "la_code": COUNCIL,
            "la_name": "Eastham",
        },
        index=index,
    )
    states = frame.notna().replace({True: Status.OBSERVED.value, False: Status.MISSING.value})
    return LevelData(
        level=Level.WARD,
        frame=pd.concat([named, frame], axis=1),
        status=states,
        provenance={column: provenance() for column in frame},
        dictionary={column: indicator_of(column) for column in frame},
        vintage="2021",
        tier=tier,
    )


def asked_of(
    *criteria: Criterion, top: int = 5, counts: Counts = Counts.SWINGS, tolerance: float = 0.25
) -> Asked:
    """What is asked of wards."""
    return Asked("ward", criteria, top, counts, tolerance)


def more(indicator: str, swing: float = 100, **rest: object) -> Criterion:
    """A criterion of which more counts."""
    return replace(Criterion(indicator, swing, Direction.MORE), **rest)  # type: ignore[arg-type]


def less(indicator: str, swing: float = 100, **rest: object) -> Criterion:
    """A criterion of which less counts."""
    return replace(Criterion(indicator, swing, Direction.LESS), **rest)  # type: ignore[arg-type]


def drawn_wards(count: int, seed: int = 3) -> LevelData:
    """Wards with five figures drawn at random."""
    rng = np.random.default_rng(seed)
    return wards_of({name: rng.gamma(2.0, 10.0, count).tolist() for name in "abcde"})


AT_A_TIME = 10_000
"""So many weightings are drawn at once, of which few may be kept."""

FIVE = (more("a", 100), more("b", 80), less("c", 80), more("d", 45), more("e", 20))
"""Five criteria, two of them with one swing."""


def weights_by_rejection(asked: Asked, draws: int, seed: int) -> np.ndarray:
    """Draw weightings within the bounds, of which those are kept that stand in the order that was said."""
    rng = np.random.default_rng(seed)
    said = np.array([c.swing for c in asked.criteria])
    shape = AT_A_TIME, len(said)
    found = np.empty((0, len(said)))
    while len(found) < draws:
        if asked.counts is Counts.SWINGS:
            drawn = rng.uniform(1 - asked.tolerance, 1 + asked.tolerance, shape) * said
        else:
            drawn = rng.exponential(size=shape) * (said > 0)
        if asked.counts is not Counts.ANY:
            for i, j in np.argwhere(said[:, None] > said):
                drawn = drawn[drawn[:, i] >= drawn[:, j]]
        found = np.vstack([found, drawn / drawn.sum(axis=1, keepdims=True)])
    return found[:draws]


def acceptability_in_loops(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Rank shapes (rows of values, shapes x criteria) draw by draw; ties share their ranks."""
    count = len(values)
    taken = np.zeros((count, count))
    for weight in weights:
        score = [round(float(sum(w * v for w, v in zip(weight, row, strict=True))), 12) for row in values]
        for at, own in enumerate(score):
            above = sum(other > own for other in score)
            tied = sum(other == own for other in score)
            taken[at, above : above + tied] += 1 / tied
    return taken / len(weights)
