"""The count regression behind `models.drivers`, and how well it tells of ground it has not seen.

A Poisson regression with the number of children as its exposure, and standard errors that allow for counts
that vary more than chance and for neighbours of one ward that are alike: they are clustered by ward or
locality. The Poisson estimate is right whatever the spread of counts, as long as their mean is (Gourieroux,
Monfort and Trognon 1984, Pseudo maximum likelihood methods: applications to Poisson models, Econometrica 52);
the clustered errors are those of Liang and Zeger (1986), Longitudinal data analysis using generalized linear
models, Biometrika 73, with the correction for few clusters that statsmodels uses.

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
REPEATS: Final = 20
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
        The clustered standard errors.
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
    """Fit the regression, with errors clustered by block.

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
    errors = np.sqrt(np.diag(_clustered(columns, counts.events - mean, mean, counts.blocks)))[:number]
    effects = coefficients[:number]
    reach = float(t.ppf((1 + _COVERAGE) / 2, len(np.unique(counts.blocks)) - 1)) * errors
    residuals = pearson(counts.events, mean)
    dispersion = float((residuals**2).sum() / max(len(mean) - columns.shape[1], 1))
    return Fit(effects, effects - reach, effects + reach, errors, residuals, dispersion)


def _clustered(columns: Array, residuals: Array, mean: Array, blocks: Positions) -> Array:
    """Return the covariance of the coefficients that allows for likeness inside blocks."""
    rows, parameters = columns.shape
    bread = np.linalg.inv((columns * mean[:, None]).T @ columns)
    groups, which = np.unique(blocks, return_inverse=True)
    scores = np.zeros((len(groups), parameters))
    np.add.at(scores, which, columns * residuals[:, None])
    few = len(groups) / (len(groups) - 1) * (rows - 1) / (rows - parameters)
    return np.asarray(few * bread @ (scores.T @ scores) @ bread)


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

    Every fold leaves out some blocks of each council, so that the level of each is known.

    Parameters
    ----------
    counts
        At least as many blocks as there are folds, and as many areas of each level.
    seed
        Of the folds and the shuffles.
    """
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    whole = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    by_block = list(whole.split(counts.design, counts.council, counts.blocks))
    single = StratifiedKFold(FOLDS, shuffle=True, random_state=seed)
    scattered = list(single.split(counts.design, counts.council))
    weights = np.array([counts.children[test].sum() for _, test in by_block])
    apart = _explained(counts, by_block)
    losses = np.array([_losses(counts, train, test, seed) for train, test in by_block])
    base = np.array([_deviance(counts, train, test, levels_only=True) for train, test in by_block])
    shares = losses / np.average(base, weights=weights)
    importance = np.average(shares, axis=0, weights=weights)
    return Skill(
        blocked=apart,
        scattered=_explained(counts, scattered),
        importance=importance,
        spread=shares.std(axis=0, ddof=1) / np.sqrt(len(shares)),
    )


def rate_model(columns: Array, counts: Counts, rows: Positions) -> PoissonRegressor:
    """Fit scikit-learn's Poisson regression to rates, weighted by children: counts with an exposure."""
    from sklearn.linear_model import PoissonRegressor

    model = PoissonRegressor(alpha=0, fit_intercept=False, solver="newton-cholesky", tol=1e-8, max_iter=200)
    rates = counts.events[rows] / counts.children[rows]
    return model.fit(columns[rows], rates, sample_weight=counts.children[rows])


def _deviance(counts: Counts, train: Positions, test: Positions, levels_only: bool = False) -> float:
    """Return the mean deviance a child of areas left out."""
    from sklearn.metrics import mean_poisson_deviance

    columns = counts.levels if levels_only else counts.columns
    told = rate_model(columns, counts, train).predict(columns[test])
    rates = counts.events[test] / counts.children[test]
    return float(mean_poisson_deviance(rates, told, sample_weight=counts.children[test]))


def _explained(counts: Counts, folds: list[tuple[Positions, Positions]]) -> float:
    """Return one less the deviance left as a share of that of a model with councils' levels alone."""
    sizes = [counts.children[test].sum() for _, test in folds]
    left = np.average([_deviance(counts, *fold) for fold in folds], weights=sizes)
    base = np.average([_deviance(counts, *fold, levels_only=True) for fold in folds], weights=sizes)
    return float(1 - left / base)


def _losses(counts: Counts, train: Positions, test: Positions, seed: int) -> Array:
    """Return how much deviance rises when each characteristic is shuffled among the areas left out."""
    from sklearn.inspection import permutation_importance

    found = permutation_importance(
        rate_model(counts.columns, counts, train),
        counts.columns[test],
        counts.events[test] / counts.children[test],
        scoring="neg_mean_poisson_deviance",
        n_repeats=REPEATS,
        random_state=seed,
        sample_weight=counts.children[test],
    )
    return np.asarray(found.importances_mean[: counts.design.shape[1]], dtype=float)
