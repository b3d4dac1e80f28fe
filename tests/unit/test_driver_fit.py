"""The count regression: statsmodels' estimates and its refits without a ward, and known effects recovered."""

import numpy as np
import pytest

from models.driver_fit import FOLDS, Counts, fit_counts, rate_model, skill_of
from tests.conftest import FULL_PROOFS

EFFECTS = np.array([0.4, 0.0, -0.15])


def drawn(
    seed: int,
    wards: int = 60,
    each: int = 8,
    alike: float = 0.15,
    effects: np.ndarray = EFFECTS,
    councils: int = 1,
) -> Counts:
    """Counts with known effects, wards that have a level of their own, and more spread than chance."""
    rng = np.random.default_rng(seed)
    count, blocks = wards * each, np.repeat(np.arange(wards), each)
    design = rng.normal(size=(count, len(effects))) + rng.normal(size=(wards, len(effects)))[blocks]
    design = (design - design.mean(axis=0)) / design.std(axis=0)
    children = rng.integers(200, 600, count).astype(float)
    levels = np.eye(councils)[blocks % councils]
    rate = 0.1 * np.exp(
        design @ effects + rng.normal(size=wards)[blocks] * alike + levels @ np.arange(councils) * 0.3
    )
    events = rng.poisson(children * rate * rng.gamma(10, 0.1, count)).astype(float)
    return Counts(events, children, design, levels, blocks)


def test_estimates_are_those_of_statsmodels() -> None:
    import statsmodels.api as sm

    counts = drawn(1, councils=3)
    found = fit_counts(counts)
    model = sm.GLM(counts.events, counts.columns, family=sm.families.Poisson(), exposure=counts.children)
    theirs = model.fit(tol=1e-12)
    np.testing.assert_allclose(found.effects, theirs.params[:3], rtol=1e-6)
    np.testing.assert_allclose(found.residuals, theirs.resid_pearson, rtol=1e-5, atol=1e-6)
    assert found.dispersion == pytest.approx(theirs.pearson_chi2 / theirs.df_resid, rel=1e-5)
    clustered = model.fit(cov_type="cluster", cov_kwds={"groups": counts.blocks}).bse[:3]
    np.testing.assert_allclose(found.errors, clustered, rtol=0.15)
    assert (found.errors > clustered).all()


def test_errors_are_those_of_statsmodels_without_each_ward_in_turn() -> None:
    import statsmodels.api as sm

    counts = drawn(9, wards=20)
    whole, without = fit_counts(counts), []
    for ward in range(20):
        rest = counts.blocks != ward
        model = sm.GLM(
            counts.events[rest], counts.columns[rest], sm.families.Poisson(), exposure=counts.children[rest]
        )
        without.append(model.fit().params[:3])
    errors = np.sqrt(19 / 20 * ((np.array(without) - whole.effects) ** 2).sum(axis=0))
    np.testing.assert_allclose(whole.errors, errors, rtol=0.05)


def test_a_negative_binomial_regression_of_statsmodels_says_the_same() -> None:
    from statsmodels.discrete.discrete_model import NegativeBinomial

    counts = drawn(2, wards=120)
    found = fit_counts(counts)
    theirs = NegativeBinomial(counts.events, counts.columns, exposure=counts.children).fit(disp=0)
    np.testing.assert_allclose(found.effects, theirs.params[:3], atol=0.03)


def test_scikit_learns_regression_of_rates_is_that_of_counts() -> None:
    counts = drawn(3, councils=2)
    model = rate_model(counts.columns, counts, np.arange(len(counts.events)))
    np.testing.assert_allclose(model.coef_[:3], fit_counts(counts).effects, atol=1e-6)


@pytest.mark.proof
def test_known_effects_lie_in_their_ranges() -> None:
    runs = 400 if FULL_PROOFS else 60
    held = np.zeros(3)
    for seed in range(runs):
        found = fit_counts(drawn(seed, wards=20))
        held += (found.low <= EFFECTS) & (found.high >= EFFECTS)
    assert (held / runs >= 0.9).all()
    assert found.dispersion > 2


def test_errors_that_take_areas_for_independent_would_be_too_small() -> None:
    counts = drawn(4, alike=0.4)
    alone = Counts(
        counts.events, counts.children, counts.design, counts.levels, np.arange(len(counts.events))
    )
    assert fit_counts(counts).errors.mean() > fit_counts(alone).errors.mean()


def test_skill_and_importance_find_what_was_put_in() -> None:
    counts = drawn(5, wards=60, councils=2)
    found = skill_of(counts, seed=1)
    assert 0.2 < found.blocked < 0.8
    assert found.importance.argmax() == 0
    assert found.importance[0] > found.importance[2] > 3 * abs(found.importance[1])
    again = skill_of(counts, seed=1)
    np.testing.assert_array_equal(found.importance, again.importance)


def test_few_wards_of_unequal_size_leave_no_fold_without_areas() -> None:
    """scikit-learn's folds of ten such wards of two councils leave one fold empty."""
    sizes = [10, 4, 5, 13, 3, 9, 5, 7, 13, 4]
    some = drawn(4, wards=10, each=13, alike=0.0, councils=2)
    rows = np.concatenate([np.flatnonzero(some.blocks == ward)[:size] for ward, size in enumerate(sizes)])
    few = Counts(
        *(part[rows] for part in (some.events, some.children, some.design, some.levels, some.blocks))
    )
    assert skill_of(few).blocked > 0.3


def test_nothing_put_in_tells_nothing() -> None:
    found = skill_of(drawn(6, effects=np.zeros(3)), seed=1)
    assert found.blocked < 0.05
    assert (np.abs(found.importance) < 0.05).all()


def test_single_areas_left_out_flatter_what_wards_share() -> None:
    """What is the same all over a ward tells the level of that ward, which unseen ones do not share."""
    rng, wards = np.random.default_rng(7), 4 * FOLDS
    blocks = np.repeat(np.arange(wards), 8)
    design = rng.normal(size=(wards, 8))[blocks]
    children = np.full(len(blocks), 400.0)
    events = rng.poisson(40 * np.exp(rng.normal(size=wards)[blocks] * 0.5)).astype(float)
    found = skill_of(Counts(events, children, design, np.ones((len(blocks), 1)), blocks))
    assert found.scattered > found.blocked + 0.1


def test_importance_is_the_loss_when_a_column_is_shuffled() -> None:
    """Shuffled by hand, many times, and scored on the deviance of areas left out."""
    from sklearn.metrics import mean_poisson_deviance
    from sklearn.model_selection import StratifiedGroupKFold

    counts = drawn(8)
    rng, losses, base = np.random.default_rng(0), [], []
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=2)
    for train, test in folds.split(counts.design, counts.council, counts.blocks):
        children, rates = counts.children[test], counts.events[test] / counts.children[test]

        def deviance(columns: np.ndarray, model: object) -> float:
            return mean_poisson_deviance(rates, model.predict(columns), sample_weight=children)  # noqa: B023

        model, level = rate_model(counts.columns, counts, train), rate_model(counts.levels, counts, train)
        plain = counts.columns[test]
        shuffled = []
        for _ in range(40):
            other = plain.copy()
            other[:, 0] = rng.permutation(other[:, 0])
            shuffled.append(deviance(other, model))
        losses.append((np.mean(shuffled) - deviance(plain, model)) * children.sum())
        base.append(deviance(counts.levels[test], level) * children.sum())
    found = skill_of(counts, seed=2)
    assert found.importance[0] == pytest.approx(sum(losses) / sum(base), rel=0.1)
