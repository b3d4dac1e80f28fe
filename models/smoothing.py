"""Rates drawn towards a common rate as far as they may be chance: empirical Bayes, global and local.

Source of the method: Marshall, R. J. (1991), Mapping disease and mortality rates using empirical Bayes
estimators, Applied Statistics 40, 283-294. The variance between areas is an estimate that can fall below 0;
it is then taken as 0, and every area has the common rate: the map shows no real difference. Left below 0 it
would turn the order of areas round.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.neighbour_pairs import neighbour_pairs

if TYPE_CHECKING:
    from libpysal.graph import Graph

COVERAGE: Final = 0.95
"""How much of what is likely an interval covers."""


@dataclass(frozen=True)
class Smoothed:
    """Steadied rates.

    Attributes
    ----------
    frame
        One row an area, on the index given: `rate` (steadied, in events per head), `low` and `high` (the ends
        of its 95 % range), `weight` (how far the area's own rate counts, 0 to 1) and `common` (the rate that
        it is drawn to). Missing where events or population are missing; an area without population has the
        common rate and no weight of its own.
    no_difference
        Whether every area has the common rate, as the differences between areas are no more than chance
        would make.
    """

    frame: pd.DataFrame
    no_difference: bool


def smooth(events: pd.Series, population: pd.Series) -> Smoothed:
    """Draw each rate towards the rate of the whole, more where the area is small.

    Parameters
    ----------
    events
        Events by area, 0 or more; missing ones are left out.
    population
        People by area, on the same index.
    """
    e, n, known = _aligned(events, population)
    total = n[known].sum()
    if not total > 0:
        nothing = np.full(len(e), np.nan)
        return _result(events.index, nothing, nothing, nothing, nothing, np.zeros(len(e), dtype=bool))
    common, between = _moments(e[known & (n > 0)], n[known & (n > 0)])
    return _posterior(events.index, e, n, known, np.full(len(e), common), np.full(len(e), between))


def smooth_locally(events: pd.Series, population: pd.Series, beside: Graph) -> Smoothed:
    """Draw each rate towards the rate of the area and its neighbours together.

    An area without a neighbour that has a value is drawn towards the rate of the whole instead, and so is one
    whose neighbourhood has no people.

    Parameters
    ----------
    events, population
        As for `smooth`.
    beside
        Which areas lie beside which, by the codes of the index: see `geo.neighbours.neighbours_of`.
    """
    e, n, known = _aligned(events, population)
    whole = smooth(events, population).frame["common"].to_numpy()
    if not known.any() or np.isnan(whole).all():
        return smooth(events, population)
    counted = known & (n > 0)
    _, between_all = _moments(e[counted], n[counted])
    focal, other = neighbour_pairs(beside, events.index)
    keep, each = counted[focal] & counted[other], np.flatnonzero(counted)
    focal, other = np.append(focal[keep], each), np.append(other[keep], each)
    size = np.bincount(focal, minlength=len(e)).astype(float)
    people = np.bincount(focal, n[other], minlength=len(e))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.bincount(focal, e[other], minlength=len(e)) / people
        spread = np.bincount(focal, n[other] * (e[other] / n[other] - mean[focal]) ** 2, minlength=len(e))
        between = np.maximum(spread / people - mean * size / people, 0.0)
    alone = size < 2
    mean, between = np.where(alone, whole, mean), np.where(alone, max(between_all, 0.0), between)
    return _posterior(events.index, e, n, known, mean, between)


def _aligned(
    events: pd.Series, population: pd.Series
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    if not events.index.equals(population.index):
        raise ValueError("Events and population do not stand on the same index.")
    e, n = events.to_numpy(dtype="float64"), population.to_numpy(dtype="float64")
    return e, n, ~(np.isnan(e) | np.isnan(n))


def _moments(e: npt.NDArray[np.float64], n: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return the common rate and the variance between areas, clamped at 0, by Marshall's moments."""
    common = float(e.sum() / n.sum())
    spread = float((n * (e / n - common) ** 2).sum() / n.sum())
    return common, max(spread - common / float(n.mean()), 0.0)


def _posterior(
    index: pd.Index,
    e: npt.NDArray[np.float64],
    n: npt.NDArray[np.float64],
    known: npt.NDArray[np.bool_],
    mean: npt.NDArray[np.float64],
    between: npt.NDArray[np.float64],
) -> Smoothed:
    """Return rates and their ranges from a gamma prior of this mean and variance."""
    from scipy.special import gammaincinv

    varied = (between > 0) & (mean > 0) & known
    denominator = np.where(varied, mean + n * between, 1.0)
    weight = np.where(varied, n * between / denominator, 0.0)
    rate = np.where(varied, (mean**2 + e * between) / denominator, mean)
    shape = np.where(varied, (mean**2 + e * between) / np.where(varied, between, 1.0), 1.0)
    scale = np.where(varied, between / denominator, 0.0)
    tail = (1 - COVERAGE) / 2
    low, high = (np.where(varied, gammaincinv(shape, q) * scale, mean) for q in (tail, 1 - tail))
    return _result(index, rate, low, high, weight, known, mean)


def _result(
    index: pd.Index,
    rate: npt.NDArray[np.float64],
    low: npt.NDArray[np.float64],
    high: npt.NDArray[np.float64],
    weight: npt.NDArray[np.float64],
    known: npt.NDArray[np.bool_],
    common: npt.NDArray[np.float64] | None = None,
) -> Smoothed:
    columns = {"rate": rate, "low": low, "high": high, "weight": weight}
    columns["common"] = np.full(len(rate), np.nan) if common is None else common
    frame = pd.DataFrame(columns, index=index).where(pd.Series(known, index=index), np.nan)
    return Smoothed(frame, bool(known.any() and not np.any(weight[known] > 0)))
