"""Where each area, ward or locality ranks on combined need, how sure that is, and what makes it up.

Ranks are shown with the range that they keep when the weights are varied: 500 draws, each weight times a
uniform 0.75 to 1.25, brought to the same total. The range is what the weights leave open, and nothing else:
the indices beneath have their own uncertainty, which their publisher does not state.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from data.need_weights import Domain, Weights, need_domains, standard_weights
from data.provenance import Status
from models.levels import DOMAIN_PREFIX, NEED_INDEX, LevelData
from models.need import combine

DRAWS: Final = 500
SPREAD: Final = 0.25
LIKELY: Final = (0.05, 0.95)
SAME: Final = 1e-12
_BLOCK: Final = 50
"""Draws that are ranked at once: all of England's would not fit a small machine's memory."""


@dataclass(frozen=True)
class Need:
    """Combined need at one level.

    Attributes
    ----------
    frame
        One row a shape, indexed by code: `score` (0 to 100), `rank` (1 is the highest need), `rank_low` and
        `rank_high` (the 5 to 95 % range over the draws), missing where there is no score; and
        `standard_rank`, the rank by the standard weights.
    points
        One column a domain id: the points of the score that it contributes; a row adds up to the score.
    domains
        The domains that are counted, in their order.
    weights
        The share of each, by id; they sum to 1.
    standard
        Whether these are the standard weights.
    """

    frame: pd.DataFrame
    points: pd.DataFrame
    domains: tuple[Domain, ...]
    weights: Mapping[str, float]
    standard: bool

    @property
    def ranked(self) -> int:
        """How many shapes have a rank."""
        return int(self.frame["rank"].notna().sum())


def domains_of(data: LevelData) -> tuple[Domain, ...]:
    """Return the domains that the data can speak for; none where there is no combined need."""
    if NEED_INDEX not in data.frame.columns:
        return ()
    return tuple(d for d in need_domains() if f"{DOMAIN_PREFIX}{d.id}_score" in data.frame.columns)


def usable_weights(data: LevelData, weights: Weights) -> Weights:
    """Return those of a reader's weights that the data has domains for; none when all would be nothing."""
    there = {domain.id for domain in domains_of(data)}
    own = tuple(pair for pair in weights if pair[0] in there)
    return own if any(weight for _, weight in own) else ()


def measure_need(data: LevelData, weights: Mapping[str, float] | None = None, seed: int = 0) -> Need:
    """Rank the shapes of a level by combined need.

    Parameters
    ----------
    data
        Values at one level that `overlay_need` has laid domain scores over.
    weights
        A weight for each domain, by id and in any unit; the standard ones when not given. A domain that is
        not named has none.
    seed
        Seed of the draws.

    Raises
    ------
    ValueError
        When there is no combined need, or no weight is above 0.
    """
    domains = domains_of(data)
    if not domains:
        raise ValueError("There is no combined need in this build.")
    standard = standard_weights(domains)
    share = _shares(standard if weights is None else {d.id: float(weights.get(d.id, 0.0)) for d in domains})
    scores = _scores(data, domains)
    score = combine(scores, share)
    points = scores.mul(pd.Series(share), axis=1).where(score.notna(), axis=0)
    usual = combine(scores, standard)
    low, high = rank_range(scores, share, seed)
    frame = pd.DataFrame(
        {
            "score": score,
            "rank": rank_of(score),
            "rank_low": low,
            "rank_high": high,
            "standard_rank": rank_of(usual),
        }
    )
    same = all(abs(share[id_] - usually) < SAME for id_, usually in _shares(standard).items())
    return Need(frame, points, domains, share, same)


def _shares(weights: Mapping[str, float]) -> dict[str, float]:
    """Bring weights to 1 together."""
    total = sum(weights.values())
    if total <= 0 or min(weights.values()) < 0:
        raise ValueError("Give at least one domain a weight above 0, and none below.")
    return {id_: weight / total for id_, weight in weights.items()}


def rank_of(score: pd.Series) -> pd.Series:
    """Return ranks, 1 the highest score; equal scores stand in the order of their codes."""
    ordered = score.dropna().sort_index().sort_values(ascending=False, kind="stable")
    return pd.Series(np.arange(1.0, len(ordered) + 1), index=ordered.index).reindex(score.index)


def rank_range(
    scores: pd.DataFrame, share: Mapping[str, float], seed: int = 0, draws: int = DRAWS
) -> tuple[pd.Series, pd.Series]:
    """Return the 5 and the 95 % rank of each shape when the weights are varied.

    Parameters
    ----------
    scores
        One column a domain, 0 to 100, indexed by code.
    share
        The share of each domain.
    seed, draws
        The draws of the weights: each is multiplied by a uniform 0.75 to 1.25; only its proportion to the
        others matters.
    """
    counted = [id_ for id_ in scores.columns if share[id_] > 0]
    known = scores[counted].dropna().sort_index()
    drawn = np.random.default_rng(seed).uniform(1 - SPREAD, 1 + SPREAD, (draws, len(counted)))
    drawn *= [share[id_] for id_ in counted]
    drawn /= drawn.sum(axis=1, keepdims=True)
    matrix = known.to_numpy()
    ranks = np.empty((draws, len(known)), dtype=np.int32)
    for start in range(0, draws, _BLOCK):
        block = drawn[start : start + _BLOCK] @ matrix.T
        order = np.argsort(-block, axis=1, kind="stable")
        places = np.broadcast_to(np.arange(1, len(known) + 1, dtype=np.int32), order.shape)
        np.put_along_axis(ranks[start : start + _BLOCK], order, places, axis=1)
    low, high = (
        pd.Series(_quantile(ranks, below), index=known.index, dtype="float64").reindex(scores.index)
        for below in LIKELY
    )
    return low, high


def _quantile(ranks: np.ndarray, share_below: float) -> np.ndarray:
    """Return the rank that so many of the draws do not exceed: one that was drawn, never one in between."""
    if not ranks.shape[1]:
        return np.empty(0)
    at = max(int(np.ceil(share_below * len(ranks))) - 1, 0)
    return np.partition(ranks, at, axis=0)[at]


def with_need(data: LevelData, need: Need) -> LevelData:
    """Return the values of a level with the need that was measured: its score, ranks and points.

    Adds `need_index_rank`, `need_index_rank_low`, `need_index_rank_high`, `need_index_standard_rank` and
    `need_index_points_<domain>`; the score itself takes the place of the one by standard weights.
    """
    stem = NEED_INDEX.removesuffix("score")
    columns = need.frame.add_prefix(stem).join(need.points.add_prefix(f"{stem}points_"))
    frame = data.frame.drop(columns=NEED_INDEX).join(columns)
    states = data.status[NEED_INDEX].astype(str)
    lost = frame[NEED_INDEX].isna() & ~states.eq(Status.SUPPRESSED)
    states = states.mask(lost, Status.MISSING)
    gained = frame[NEED_INDEX].notna() & data.frame[NEED_INDEX].isna()
    states = states.mask(gained, Status.MODELLED)
    status = data.status.drop(columns=NEED_INDEX).join(pd.DataFrame(dict.fromkeys(columns, states)))
    provenance = dict(data.provenance)
    if not need.standard:
        parts = ", ".join(f"{d.label} {need.weights[d.id]:.0%}" for d in need.domains)
        provenance[NEED_INDEX] = provenance[NEED_INDEX].with_step(f"weights changed by the reader to {parts}")
    return replace(data, frame=frame, status=status, provenance=provenance)


def _scores(data: LevelData, domains: tuple[Domain, ...]) -> pd.DataFrame:
    columns = {f"{DOMAIN_PREFIX}{d.id}_score": d.id for d in domains}
    return data.frame[list(columns)].rename(columns=columns)
