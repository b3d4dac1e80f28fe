"""The count regression behind `models.drivers`, and how well it tells of ground it has not seen.

A Poisson regression with the number of children as its exposure, and standard errors that allow for counts
that vary more than chance and for neighbours of one ward that are alike. The Poisson estimate is right
whatever the spread of counts, as long as their mean is (Gourieroux, Monfort and Trognon 1984, Pseudo maximum
likelihood methods: applications to Poisson models, Econometrica 52). Its errors are those of the jackknife
that leaves out one ward or locality at a time, in one step, which keep their promise with as few as twenty
(Bell and McCaffrey 2002, Bias reduction in standard errors for linear regression with multi-stage samples,
Survey Methodology 28; MacKinnon, Nielsen and Webb 2023, Fast and reliable jackknife and bootstrap methods for
cluster-robust inference, Journal of Applied Econometrics 38).

Skill and importance are measured with scikit-learn on whole wards that were left out of the fit: neighbours
are alike, so leaving out single areas overstates both (Roberts et al. 2017, Cross-validation strategies for
data with temporal, spatial, hierarchical, or phylogenetic structure, Ecography 40).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from models.expected import fit_poisson, pearson

if TYPE_CHECKING:
    from sklearn.linear_model import PoissonRegressor

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

FOLDS: Final = 10
REPEATS: Final = 10
"""How often each characteristic is shuffled in each fold."""

_COVERAGE: Final = 0.95


@dataclass(frozen=True)
class Counts:
    """What is fitted: one row an area.

    Attributes
    ----------
    events, children
        Counts, and the number of children that they are out of; above 0.
    design
        The characteristics, each with a mean of 0 and a standard deviation of 1.
    levels
        One column of 0 and 1 for each council that has a level of its own.
    blocks
        The ward or locality of each area, as a number.
    """

    events: Array
    children: Array
    design: Array
    levels: Array
    blocks: Positions

    @property
    def council(self) -> Positions:
        """The number of each area's level."""
        return np.asarray(self.levels.argmax(axis=1), dtype=np.intp)

    @property
    def columns(self) -> Array:
        """The characteristics, then the levels."""
        return np.column_stack([self.design, self.levels])


@dataclass(frozen=True)
class Fit:
    """A fitted regression.

    Attributes
    ----------
    effects, low, high
        Of each characteristic, how the logarithm of the rate changes with it, and its 95 % interval.
    errors
        The standard errors.
    residuals
        Of each area, in standard deviations of chance alone.
    dispersion
        How many times wider than chance alone counts spread.
    """

    effects: Array
    low: Array
    high: Array
    errors: Array
    residuals: Array
    dispersion: float


def fit_counts(counts: Counts) -> Fit:
    """Fit the regression, with errors from leaving out one block at a time.

    Parameters
    ----------
    counts
        At least three blocks, and columns of full rank.
    """
    from scipy.stats import t

    columns, number = counts.columns, counts.design.shape[1]
    offset = np.log(counts.children)
    coefficients = fit_poisson(columns, counts.events, offset, np.ones(len(offset)))
    mean = np.exp(columns @ coefficients + offset)
    errors = np.sqrt(np.diag(_jackknife(columns, counts.events - mean, mean, counts.blocks)))[:number]
    effects = coefficients[:number]
    reach = float(t.ppf((1 + _COVERAGE) / 2, len(np.unique(counts.blocks)) - 1)) * errors
    residuals = pearson(counts.events, mean)
    dispersion = float((residuals**2).sum() / max(len(mean) - columns.shape[1], 1))
    return Fit(effects, effects - reach, effects + reach, errors, residuals, dispersion)


def _jackknife(columns: Array, residuals: Array, mean: Array, blocks: Positions) -> Array:
    """Return the covariance of the coefficients from how they change, to first order, without each block."""
    information = (columns * mean[:, None]).T @ columns
    changes = []
    for block in np.unique(blocks):
        rows = blocks == block
        own = columns[rows]
        rest = information - (own * mean[rows, None]).T @ own
        changes.append(np.linalg.lstsq(rest, own.T @ residuals[rows], rcond=None)[0])
    moved = np.array(changes)
    return np.asarray((len(moved) - 1) / len(moved) * moved.T @ moved)


@dataclass(frozen=True)
class Skill:
    """How well a regression tells of areas that were left out of it.

    Attributes
    ----------
    blocked
        The share of the differences between areas of left-out blocks, beyond their numbers of children and
        the level of their council, that is told; below 0 where it is worse than not knowing.
    scattered
        The same where single areas are left out: it is flattered by neighbours that are alike.
    importance, spread
        Of each characteristic, the share of those differences that is lost when its values are shuffled among
        the areas left out, and the standard error of that over the folds.
    """

    blocked: float
    scattered: float
    importance: Array
    spread: Array


def skill_of(counts: Counts, seed: int = 0) -> Skill:
    """Measure skill by cross-validation that leaves out whole blocks, and importance by permutation there.

    Folds are alike in their councils, so that the level of each is known from the rest; a fold that no block
    falls to is passed over.

    Parameters
    ----------
    counts
        At least as many blocks as there are folds, and as many areas of each level.
    seed
        Of the folds and the shuffles.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    whole = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    split = whole.split(counts.design, counts.council, counts.blocks)
    by_block = [(train, test) for train, test in split if len(test)]
    single = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    scattered = list(single.split(counts.design, counts.council))
    weights = [counts.children[test].sum() for _, test in by_block]
    apart, losses = _measured(counts, by_block), []
    for train, test in by_block:
        losses.append(_losses(rate_model(counts.columns, counts, train), counts, test, seed))
    shares = np.array(losses) / np.average(apart.levels, weights=weights)
    return Skill(
        blocked=apart.explained,
        scattered=_measured(counts, scattered).explained,
        importance=np.average(shares, axis=0, weights=weights),
        spread=shares.std(axis=0, ddof=1) / np.sqrt(len(shares)),
    )


def rate_model(columns: Array, counts: Counts, rows: Positions) -> PoissonRegressor:
    """Fit scikit-learn's Poisson regression to rates, weighted by children: counts with an exposure."""
    from sklearn.linear_model import PoissonRegressor

    model = PoissonRegressor(alpha=0, fit_intercept=False, solver="newton-cholesky", tol=1e-8, max_iter=200)
    rates = counts.events[rows] / counts.children[rows]
    return model.fit(columns[rows], rates, sample_weight=counts.children[rows])


@dataclass(frozen=True)
class _Measured:
    """The deviance of levels alone in each fold, and the share of it that characteristics take away."""

    levels: Array
    explained: float


def _measured(counts: Counts, folds: list[tuple[Positions, Positions]]) -> _Measured:
    from sklearn.metrics import mean_poisson_deviance

    left: list[float] = []
    levels: list[float] = []
    weights: list[float] = []
    for train, test in folds:
        children = counts.children[test]
        for columns, deviances in ((counts.columns, left), (counts.levels, levels)):
            told = rate_model(columns, counts, train).predict(columns[test])
            rates = counts.events[test] / children
            deviances.append(mean_poisson_deviance(rates, told, sample_weight=children))
        weights.append(children.sum())
    explained = 1 - np.average(left, weights=weights) / np.average(levels, weights=weights)
    return _Measured(np.array(levels), float(explained))


def _losses(model: PoissonRegressor, counts: Counts, test: Positions, seed: int) -> Array:
    """Return how much deviance rises when each characteristic is shuffled among the areas left out."""
    from sklearn.inspection import permutation_importance

    found = permutation_importance(
        model,
        counts.columns[test],
        counts.events[test] / counts.children[test],
        scoring="neg_mean_poisson_deviance",
        n_repeats=REPEATS,
        random_state=seed,
        sample_weight=counts.children[test],
    )
    return np.asarray(found.importances_mean[: counts.design.shape[1]], dtype=float)
