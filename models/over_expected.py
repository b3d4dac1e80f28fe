"""Observed against expected: how far above or below, how sure, and what could have been seen at all.

Counts vary more than chance alone would make them, since siblings are referred together: their variance is
taken as a dispersion times what is expected. Tails are those of the negative binomial distribution with that
variance (the Poisson where there is no dispersion), halved at the value itself (mid-P), and the share of
areas named by mistake is held to 5 % of those named, for each side by itself.

Sources: Benjamini and Hochberg (1995), Controlling the false discovery rate, JRSS B 57; Lancaster (1961),
Significance tests in discrete distributions, JASA 56 (mid-P); Garwood (1936), Fiducial limits for the Poisson
distribution, Biometrika 28 (the range, widened by the dispersion).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

Array = npt.NDArray[np.float64]

FALSE_SHARE: Final = 0.05
"""The share of areas named as above, or as below, that may on average be named by mistake."""

COVERAGE: Final = 0.95
POWER: Final = 0.8
FEWEST_EXPECTED: Final = 3.0
"""Where fewer are expected nothing can be told: counts of 0, 1 and 2 say little of their own spread."""

_PLAIN: Final = 1.0 + 1e-9
"""A dispersion of no more than this is chance alone."""

MOST_RISE: Final = 100.0


@dataclass(frozen=True)
class Comparison:
    """Areas against what is expected of them.

    Attributes
    ----------
    frame
        One row an area, on the index given: `ratio` (observed over expected), `low`, `high` (its 95 % range),
        `p_above`, `p_below` (one-sided), `p` (two-sided) and `signal` (1 above, -1 below, 0 where that cannot
        be told). Missing where the count or the expectation is.
    threshold
        The largest one-sided P that was named as above; where none was, what it would have taken.
    """

    frame: pd.DataFrame
    threshold: float


def compare(
    counts: pd.Series,
    expected: pd.Series,
    dispersion: float,
    sure: pd.Series | None = None,
    false_share: float = FALSE_SHARE,
) -> Comparison:
    """Compare counts with what is expected of them.

    Parameters
    ----------
    counts, expected
        By area, on one index.
    dispersion
        How many times wider than chance alone counts spread round what is expected.
    sure
        Whether the expectation of each area can be trusted: one whose number of children was shared out is
        never named as above or below. All can when not given.
    false_share
        See `FALSE_SHARE`.
    """
    if not counts.index.equals(expected.index):
        raise ValueError("Counts and expected counts do not stand on the same index.")
    y, mu = counts.to_numpy(dtype="float64"), expected.to_numpy(dtype="float64")
    known = ~np.isnan(y) & (mu > 0)
    y, mu = np.where(known, y, 1.0), np.where(known, mu, 1.0)
    low, high = count_range(y, dispersion)
    above, below = tail_above(y, mu, dispersion), tail_below(y, mu, dispersion)
    tested = known & (mu >= FEWEST_EXPECTED)
    tested = tested if sure is None else tested & sure.to_numpy(dtype=bool)
    named_above, threshold = discoveries(above, tested, false_share)
    named_below, _ = discoveries(below, tested, false_share)
    signal = np.where(named_above & (low > mu), 1.0, np.where(named_below & (high < mu), -1.0, 0.0))
    columns = {
        "ratio": y / mu,
        "low": low / mu,
        "high": high / mu,
        "p_above": above,
        "p_below": below,
        "p": np.minimum(1.0, 2 * np.minimum(above, below)),
        "signal": signal,
    }
    frame = pd.DataFrame(columns, index=counts.index).where(pd.Series(known, index=counts.index), np.nan)
    return Comparison(frame, threshold)


def tail_above(counts: Array, expected: Array, dispersion: float) -> Array:
    """Return the chance of a count as high as this one or higher, half of that of the count itself.

    Counts need not be whole: between whole numbers the tail runs on smoothly.
    """
    return np.asarray(
        (
            chance_of_reaching(counts, expected, dispersion)
            + chance_of_reaching(counts + 1, expected, dispersion)
        )
        / 2
    )


def tail_below(counts: Array, expected: Array, dispersion: float) -> Array:
    """Return the chance of a count as low as this one or lower, half of that of the count itself."""
    return 1.0 - tail_above(counts, expected, dispersion)


def chance_of_reaching(counts: Array, expected: Array, dispersion: float) -> Array:
    """Return the chance of at least this count: negative binomial of this mean and dispersion, or Poisson."""
    from scipy.special import betainc, gammainc

    there = np.maximum(counts, 1e-12)
    if dispersion <= _PLAIN:
        chance = gammainc(there, expected)
    else:
        chance = betainc(there, expected / (dispersion - 1), 1 - 1 / dispersion)
    return np.asarray(np.where(counts > 0, chance, 1.0))


def count_range(counts: Array, dispersion: float, coverage: float = COVERAGE) -> tuple[Array, Array]:
    """Return the range of means that a count is likely to have come from.

    Garwood's exact limits of a Poisson mean, from gamma quantiles, widened by the dispersion.
    """
    from scipy.special import gammaincinv

    tail = (1 - coverage) / 2
    scaled = np.asarray(counts, dtype="float64") / dispersion
    low = np.where(scaled > 0, gammaincinv(np.maximum(scaled, 1e-12), tail), 0.0) * dispersion
    return low, gammaincinv(scaled + 1, 1 - tail) * dispersion


def discoveries(
    p: Array, tested: npt.NDArray[np.bool_], false_share: float = FALSE_SHARE
) -> tuple[npt.NDArray[np.bool_], float]:
    """Return which of those tested stand out with at most this share by mistake, and the P it took.

    The rule of Benjamini and Hochberg (1995). Where none stands out, the P returned is that which a single
    one would have needed.
    """
    found = np.zeros(len(p), dtype=bool)
    count = int(tested.sum())
    if not count:
        return found, 0.0
    ordered = np.sort(p[tested])
    passing = np.flatnonzero(ordered <= false_share * np.arange(1, count + 1) / count)
    if not len(passing):
        return found, false_share / count
    threshold = float(ordered[passing[-1]])
    return tested & (p <= threshold), max(threshold, false_share / count)


def detectable_rise(expected: float, dispersion: float, threshold: float, power: float = POWER) -> float:
    """Return how many times what is expected an area must have for it to be named four times in five.

    Parameters
    ----------
    expected
        What is expected of a typical area.
    dispersion
        As for `compare`.
    threshold
        The one-sided P that it takes: see `Comparison.threshold`.
    power
        How often such an area should be named.

    Returns
    -------
    float
        2.5 says that only a rise to about 2.5 times what is expected could have been seen; infinite where not
        even a hundredfold one could.

    Examples
    --------
    >>> rise_36, rise_12 = (detectable_rise(expected, 1.5, 0.001) for expected in (60.0, 20.0))
    >>> 1.5 < rise_36 < rise_12 < 3
    True
    """
    if not expected >= FEWEST_EXPECTED or not threshold > 0:
        return float("inf")
    mean = np.array([expected])
    wanted = 1.0
    counts = np.arange(int(expected * MOST_RISE) + 2, dtype="float64")
    passing = np.flatnonzero(tail_above(counts, np.full(len(counts), expected), dispersion) <= threshold)
    if not len(passing):
        return float("inf")
    needed = counts[passing[:1]]
    low, high = wanted, MOST_RISE
    if chance_of_reaching(needed, mean * high, dispersion)[0] < power:
        return float("inf")
    for _ in range(60):
        middle = (low + high) / 2
        enough = chance_of_reaching(needed, mean * middle, dispersion)[0] >= power
        low, high = (low, middle) if enough else (middle, high)
    return high
