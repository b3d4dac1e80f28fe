"""What number of referrals deprivation and the number of children lead one to expect of each small area.

A count regression: the logarithm of the rate is a smooth curve of deprivation (a natural cubic spline) and,
where several councils are loaded, a level of each council's own, since councils differ in what they accept as
a referral. Areas far off the curve are weighed down (Huber 1981), so that an area with many more referrals
does not raise what is expected of it. The spread round the curve is measured on the middle nine tenths of the
areas, and is never taken to be less than chance alone would make.

Sources: McCullagh and Nelder (1989), Generalized linear models, chapter 6 (counts with a dispersion);
Cantoni and Ronchetti (2001), Robust inference for generalized linear models, JASA 96 (weights by the Pearson
residual); Hastie, Tibshirani and Friedman (2009), The elements of statistical learning, 5.2.1 (the spline).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.hidden_counts import largest_hidden, likely_counts

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

HUBER: Final = 2.0
"""Areas whose residual is larger than so many standard deviations are weighed down."""

SPLINE_PARTS: Final = 4
AREAS_A_PART: Final = 10
"""A curve takes so many areas for each of its parts; with fewer it is a straight line, or left out."""

FEWEST_EVENTS: Final = 20
FEWEST_AREAS: Final = 5
"""A council with fewer areas or events has no level of its own: it shares one with others like it. A curve
takes so many events for each of its parts, too."""

MIDDLE: Final = 0.9
"""The share of areas, those nearest to what is expected, that dispersion is measured on."""

_ROUNDS, _STEPS = 50, 50
_SETTLED, _CLOSE, _FARTHEST = 1e-7, 1e-9, 30.0
_SETTLED_ENOUGH, _CLEAR = 1e-4, 2.0


@dataclass(frozen=True)
class Expectation:
    """Expected counts.

    Attributes
    ----------
    expected
        By area, on the index given: missing where children or deprivation are not known. An area whose count
        is hidden has one too: it is made of its deprivation and its children alone.
    dispersion
        How many times wider than chance alone the spread round the expectation is; 1 or more.
    by_deprivation
        Whether deprivation is part of it; if not, it is the number of children alone.
    councils
        How many councils have a level of their own; 1 when all share one.
    fitted
        How many areas it was fitted on.
    """

    expected: pd.Series
    dispersion: float
    by_deprivation: bool
    councils: int
    fitted: int


def expect_counts(
    counts: pd.Series,
    children: pd.Series,
    deprivation: pd.Series | None = None,
    councils: pd.Series | None = None,
    trusted: pd.Series | None = None,
    hidden: pd.Series | None = None,
) -> Expectation:
    """Fit the expected counts of areas.

    Parameters
    ----------
    counts
        Events by area; missing where they are hidden or not known.
    children
        Children by area, on the same index; an area without any has no expectation.
    deprivation
        Any measure of it that grows or falls throughout; without it children alone make the expectation.
    councils
        The council of each area; without it, or with one, there is no council effect.
    trusted
        Whether each area may shape the expectation; all of them when not given.
    hidden
        Which of the missing counts are hidden for being small; see `models.hidden_counts`.
    """
    people, y = (column.to_numpy(dtype="float64") for column in (children, counts))
    x = None if deprivation is None else deprivation.to_numpy(dtype="float64")
    sound = (people > 0) if x is None else (people > 0) & ~np.isnan(x)
    shown = _shaping(sound & ~np.isnan(y), trusted)
    if not y[shown].sum() > 0:
        nothing = pd.Series(np.where(sound & shown.any(), 0.0, np.nan), index=counts.index)
        return Expectation(nothing, 1.0, False, 1, int(shown.sum()))
    levels = _council_levels(councils, y, shown)
    curve = None if x is None else _curve(x, shown, float(y[shown].sum()))
    design = np.nan_to_num(levels if curve is None else np.column_stack([levels, curve]))
    known = sound & levels.any(axis=1)  # a council of which nothing is known has no level
    secret = known & np.isnan(y) & (False if hidden is None else hidden.to_numpy(dtype=bool))
    coefficients, dispersion = _fit_with_hidden(design, y, people, shown, secret)
    expected = np.where(known, _mean(design @ coefficients) * people, np.nan)
    return Expectation(
        expected=pd.Series(expected, index=counts.index),
        dispersion=dispersion,
        by_deprivation=curve is not None,
        councils=levels.shape[1],
        fitted=int(shown.sum()),
    )


def _fit_with_hidden(
    design: Array, y: Array, people: Array, shown: Flags, secret: Flags
) -> tuple[Array, float]:
    """Fit the counts shown, and those hidden as they are likely to be; the dispersion is of those shown."""
    coefficients, dispersion = fit_robustly(design[shown], y[shown], np.log(people[shown]))
    if not secret.any():
        return coefficients, dispersion
    limit, use = largest_hidden(y[shown]), shown | secret
    offset = np.log(people[use])
    for _ in range(_ROUNDS):
        before = coefficients
        mean = _mean(design @ coefficients) * people
        filled = np.where(secret, likely_counts(mean, dispersion, limit), y)
        coefficients, _ = fit_robustly(design[use], filled[use], offset)
        mean = _mean(design @ coefficients) * people
        clear = shown & (
            mean >= _CLEAR * limit
        )  # of smaller ones those that are low are not among those shown
        measured = clear if clear.sum() >= 2 * AREAS_A_PART else shown
        dispersion = robust_dispersion(pearson(y[measured], mean[measured]), design.shape[1])
        if np.abs(coefficients - before).max() < _SETTLED_ENOUGH:
            break
    return coefficients, dispersion


def fit_robustly(design: Array, y: Array, offset: Array) -> tuple[Array, float]:
    """Fit counts so that a few that are far off do not shape the fit, and return it with its dispersion.

    Parameters
    ----------
    design
        One row an observation, of full column rank.
    y, offset
        Counts, and the logarithm of what they are out of.

    Returns
    -------
    tuple of numpy.ndarray, float
        The coefficients, and the dispersion of counts round the fit.
    """
    weights: Array = np.ones(len(y))
    coefficients: Array = np.zeros(design.shape[1])
    dispersion = 1.0
    for _ in range(_ROUNDS):
        before = coefficients
        coefficients = fit_poisson(design, y, offset, weights)
        residuals = pearson(y, _mean(design @ coefficients + offset))
        dispersion = robust_dispersion(residuals, design.shape[1])
        weights = HUBER / np.maximum(np.abs(residuals) / np.sqrt(dispersion), HUBER)
        if np.abs(coefficients - before).max() < _SETTLED:
            break
    return coefficients, dispersion


def _shaping(known: Flags, trusted: pd.Series | None) -> Flags:
    """Return which areas shape the expectation: the trusted ones, unless they are less than half."""
    if trusted is None:
        return known
    both = known & trusted.to_numpy(dtype=bool)
    return both if 2 * both.sum() >= known.sum() else known


def fit_poisson(design: Array, y: Array, offset: Array, weights: Array) -> Array:
    """Return the coefficients of a weighted Poisson regression with a log link, by iterated least squares.

    Parameters
    ----------
    design
        One row an observation, of full column rank.
    y, offset, weights
        Counts, the logarithm of what they are out of, and how much each observation counts.
    """
    mu = np.maximum(y, 0.5)
    coefficients: Array = np.zeros(design.shape[1])
    for _ in range(_STEPS):
        eta = np.log(mu)
        root = np.sqrt(weights * mu)
        target = eta - offset + (y - mu) / mu
        before = coefficients
        scaled = design * root[:, None]
        gram = scaled.T @ scaled
        coefficients = np.asarray(
            np.linalg.lstsq(gram, scaled.T @ (target * root), rcond=None)[0], dtype=float
        )
        mu = _mean(design @ coefficients + offset)
        if np.abs(coefficients - before).max() < _CLOSE:
            break
    return coefficients


def _mean(linear: Array) -> Array:
    """Return the mean that a linear predictor stands for, kept where numbers stay numbers."""
    return np.asarray(np.exp(np.clip(linear, -_FARTHEST, _FARTHEST)))


def pearson(y: Array, mu: Array) -> Array:
    """Return Pearson residuals of counts: how many standard deviations they lie off."""
    return (y - mu) / np.sqrt(mu)


def robust_dispersion(residuals: Array, parameters: int = 0) -> float:
    """Return the dispersion of Pearson residuals from the nine tenths nearest to 0; 1 at the least.

    The mean of their squares is divided by what it would be of a normal distribution without dispersion, so
    that areas that are truly different, up to a tenth of all, do not widen it.

    Parameters
    ----------
    residuals
        Pearson residuals.
    parameters
        How many numbers were fitted to make them.
    """
    from scipy.special import chdtr, chdtri

    squares = np.sort(residuals[~np.isnan(residuals)] ** 2)
    free = len(squares) - parameters
    if free < 1:
        return 1.0
    kept = squares[: max(int(np.ceil(MIDDLE * len(squares))), 1)]
    share = len(kept) / len(squares)
    usual = 1.0 if share == 1 else float(chdtr(3, chdtri(1, 1 - share))) / share
    return max(float(kept.mean()) / usual * len(squares) / free, 1.0)


def _council_levels(councils: pd.Series | None, y: Array, use: Flags) -> Array:
    """Return one column of 0 and 1 for each council of enough areas and events, and one for all others."""
    if councils is None:
        return np.ones((len(y), 1))
    names = councils.astype("object").where(councils.notna(), "").to_numpy()
    fitted = pd.DataFrame({"council": names[use], "y": y[use]}).groupby("council")["y"].agg(["size", "sum"])
    own = fitted.index[(fitted["size"] >= FEWEST_AREAS) & (fitted["sum"] >= FEWEST_EVENTS)].sort_values()
    if len(own) < 2:
        return np.ones((len(y), 1))
    columns = [(names == name).astype(float) for name in own]
    rest = 1.0 - np.sum(columns, axis=0)
    if (rest[use] > 0).any() and y[use][rest[use] > 0].sum() > 0:
        return np.column_stack([*columns, rest])
    return np.column_stack(columns)


def _curve(x: Array, use: Flags, events: float) -> Array | None:
    """Return the columns of a natural cubic spline of deprivation: a straight line of few areas or events."""
    fitted = x[use]
    low, high = fitted.min(), fitted.max()
    parts = min(SPLINE_PARTS, len(fitted) // AREAS_A_PART, int(events // FEWEST_EVENTS))
    if len(fitted) < 2 * AREAS_A_PART or parts < 1 or not high > low:
        return None
    scaled = (x - low) / (high - low)
    knots = np.unique(np.quantile(scaled[use], np.linspace(0, 1, parts + 1)))
    return natural_spline(scaled, knots)


def natural_spline(x: Array, knots: Array) -> Array:
    """Return the columns of a natural cubic spline: a straight line beyond its outer knots.

    Parameters
    ----------
    x
        Where to evaluate it.
    knots
        At least two, rising; two make a straight line. There is one column less than there are knots.
    """
    last = knots[-1]

    def rise(knot: float) -> Array:
        return (np.maximum(x - knot, 0) ** 3 - np.maximum(x - last, 0) ** 3) / (last - knot)

    return np.column_stack([x, *(rise(knot) - rise(knots[-2]) for knot in knots[:-2])])
