"""Expected counts: as statsmodels fits them, and not moved by the areas that they are to be held against."""

import numpy as np
import pandas as pd
import pytest
from scipy.interpolate import CubicSpline

from models.expected import (
    Expectation,
    expect_counts,
    fit_poisson,
    fit_robustly,
    natural_spline,
    robust_dispersion,
)


def drawn(
    count: int = 400, seed: int = 1, level: float = 30.0, dispersion: float = 1.0
) -> tuple[pd.DataFrame, np.ndarray]:
    """Counts, children, deprivation and two councils, and the true means."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "children": draw.integers(100, 600, count).astype(float),
            "rank": draw.permutation(count) * 80.0 + 1,
            "council": np.where(np.arange(count) % 2, "E08000001", "E08000002"),
        },
        index=[f"E{n:04}" for n in range(count)],
    )
    mean = frame["children"] * np.exp(-1.8 * frame["rank"] / frame["rank"].max())
    mean *= np.where(frame["council"] == "E08000001", 1.6, 1.0)
    mean = (mean * level / mean.mean()).to_numpy()
    if dispersion > 1:
        counts = draw.negative_binomial(mean / (dispersion - 1), 1 / dispersion)
    else:
        counts = draw.poisson(mean)
    return frame.assign(count=counts.astype(float)), mean


def expect(frame: pd.DataFrame, councils: bool = True) -> Expectation:
    return expect_counts(
        frame["count"], frame["children"], frame["rank"], frame["council"] if councils else None
    )


def test_the_count_regression_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    frame, _ = drawn()
    weights = np.random.default_rng(2).uniform(0.3, 1.0, len(frame))
    knots = np.quantile(frame["rank"] / frame["rank"].max(), np.linspace(0, 1, 5))
    design = np.column_stack(
        [np.ones(len(frame)), natural_spline((frame["rank"] / frame["rank"].max()).to_numpy(), knots)]
    )
    offset = np.log(frame["children"].to_numpy())
    theirs = sm.GLM(
        frame["count"].to_numpy(),
        design,
        family=sm.families.Poisson(),
        offset=offset,
        var_weights=weights,
    ).fit(tol=1e-12)
    ours = fit_poisson(design, frame["count"].to_numpy(), offset, weights)
    np.testing.assert_allclose(ours, theirs.params, rtol=1e-6, atol=1e-8)


def test_the_spline_holds_every_natural_cubic_spline_of_its_knots() -> None:
    knots = np.array([0.0, 0.2, 0.45, 0.8, 1.0])
    x = np.linspace(0, 1, 200)
    basis = np.column_stack([np.ones(len(x)), natural_spline(x, knots)])
    for heights in np.random.default_rng(1).normal(size=(5, len(knots))):
        wanted = CubicSpline(knots, heights, bc_type="natural")(x)
        fitted = basis @ np.linalg.lstsq(basis, wanted, rcond=None)[0]
        np.testing.assert_allclose(fitted, wanted, atol=1e-9)


def test_the_spline_is_straight_beyond_its_knots() -> None:
    made = natural_spline(np.array([1.5, 2.0, 2.5, 3.0]), np.array([0.0, 0.3, 0.7, 1.0]))
    np.testing.assert_allclose(np.diff(made, 2, axis=0), 0.0, atol=1e-9)


def test_expectation_is_near_the_truth() -> None:
    frame, mean = drawn()
    found = expect(frame)
    assert found.by_deprivation
    assert found.councils == 2
    assert np.abs(found.expected / mean - 1).max() < 0.15
    assert found.dispersion == pytest.approx(1.0, abs=0.2)


def test_lifted_areas_hardly_raise_what_is_expected() -> None:
    frame, _ = drawn()
    lifted = frame.copy()
    lifted.loc[lifted.index[::50], "count"] *= 4
    before, after = expect(frame), expect(lifted)
    assert (after.expected / before.expected - 1).abs().max() < 0.05
    one, counts = np.ones((len(frame), 1)), lifted["count"].to_numpy()
    offset = np.log(frame["children"].to_numpy())
    robust, _ = fit_robustly(one, counts, offset)
    assert robust[0] < fit_poisson(one, counts, offset, np.ones(len(frame)))[0]


@pytest.mark.parametrize("dispersion", [1.0, 1.5, 2.5])
def test_dispersion_is_measured_though_a_few_areas_are_lifted(dispersion: float) -> None:
    found = []
    for seed in range(6):
        frame, _ = drawn(800, seed, 60.0, dispersion)
        frame.loc[frame.index[::60], "count"] = (frame.loc[frame.index[::60], "count"] * 1.8).round()
        found.append(expect(frame).dispersion)
    assert np.mean(found) == pytest.approx(dispersion, rel=0.12)


def test_dispersion_is_never_below_one() -> None:
    assert robust_dispersion(np.full(50, 0.01)) == 1.0
    assert robust_dispersion(np.array([])) == 1.0
    assert robust_dispersion(np.array([5.0]), parameters=1) == 1.0


def test_without_deprivation_the_number_of_children_alone_makes_it() -> None:
    frame, _ = drawn(level=1000.0)
    found = expect_counts(frame["count"], frame["children"])
    assert not found.by_deprivation
    assert (found.expected / frame["children"]).round(9).nunique() == 1


def test_few_areas_get_no_curve() -> None:
    frame, _ = drawn(12)
    assert not expect(frame).by_deprivation


def test_hidden_counts_have_an_expectation_that_knows_nothing_of_them() -> None:
    frame, _ = drawn()
    hidden = frame.copy()
    hidden.loc[hidden.index[:40], "count"] = np.nan
    dropped = expect(hidden.iloc[40:])
    assert expect(hidden).expected.notna().all()
    # Knots lie at quantiles of the areas that are fitted, which are the same ones.
    pd.testing.assert_series_equal(expect(hidden).expected.iloc[40:], dropped.expected, rtol=1e-6)


def test_a_council_of_which_nothing_is_known_has_no_expectation() -> None:
    frame, _ = drawn(600)
    frame["council"] = np.array(["A", "B", "C"])[np.arange(600) % 3]
    frame.loc[frame["council"] == "C", "count"] = np.nan
    found = expect(frame).expected
    assert found[frame["council"] == "C"].isna().all()
    assert found[frame["council"] != "C"].notna().all()


def test_areas_without_children_or_deprivation_have_none() -> None:
    frame, _ = drawn()
    frame.iloc[0, frame.columns.get_loc("children")] = 0
    frame.iloc[1, frame.columns.get_loc("children")] = np.nan
    frame.iloc[2, frame.columns.get_loc("rank")] = np.nan
    found = expect(frame).expected
    assert found.iloc[:3].isna().all()
    assert found.iloc[3:].gt(0).all()


def test_where_nobody_was_referred_nobody_is_expected() -> None:
    frame, _ = drawn()
    found = expect(frame.assign(count=0.0))
    assert (found.expected == 0).all()
    assert expect(frame.assign(count=np.nan)).expected.isna().all()


def test_areas_that_are_not_trusted_do_not_shape_it() -> None:
    frame, _ = drawn()
    wild = frame.copy()
    wild.iloc[::20, wild.columns.get_loc("count")] *= 30
    trusted = pd.Series(np.arange(len(frame)) % 20 != 0, index=frame.index)
    one, other = (
        expect_counts(f["count"], f["children"], f["rank"], f["council"], trusted) for f in (frame, wild)
    )
    pd.testing.assert_series_equal(one.expected, other.expected)


def test_it_does_not_depend_on_the_order_of_rows() -> None:
    frame, _ = drawn()
    shuffled = frame.sample(frac=1, random_state=1)
    one, other = expect(frame), expect(shuffled)
    pd.testing.assert_series_equal(one.expected, other.expected.sort_index(), rtol=1e-8)
    assert one.dispersion == pytest.approx(other.dispersion)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.2, 1.0])
@pytest.mark.parametrize("seed", range(3))
def test_hardly_any_events_give_no_curve_and_no_nonsense(level: float, seed: int) -> None:
    frame, _ = drawn(160, seed, level)
    found = expect(frame)
    assert np.isfinite(found.expected).all()
    assert found.dispersion >= 1
    assert found.by_deprivation == (frame["count"].sum() >= 20)
