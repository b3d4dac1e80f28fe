"""Observed against expected: tails and ranges as scipy has them, and P even where nothing is to be found."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from models.over_expected import (
    FEWEST_EXPECTED,
    compare,
    count_range,
    detectable_rise,
    discoveries,
    tail_above,
    tail_below,
)


def negative_binomial(mean: float, dispersion: float) -> object:
    return stats.nbinom(mean / (dispersion - 1), 1 / dispersion)


@given(st.integers(0, 300), st.floats(0.5, 200), st.floats(1.05, 4))
def test_tails_are_those_of_scipy(count: int, mean: float, dispersion: float) -> None:
    law = negative_binomial(mean, dispersion)
    wanted = law.sf(count - 1) - law.pmf(count) / 2
    found = tail_above(np.array([count]), np.array([mean]), dispersion)[0]
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-12)
    below = tail_below(np.array([count]), np.array([mean]), dispersion)[0]
    assert found + below == pytest.approx(1.0)


@given(st.integers(0, 300), st.floats(0.5, 200))
def test_without_dispersion_they_are_poisson(count: int, mean: float) -> None:
    wanted = stats.poisson.sf(count - 1, mean) - stats.poisson.pmf(count, mean) / 2
    assert tail_above(np.array([count]), np.array([mean]), 1.0)[0] == pytest.approx(
        wanted, rel=1e-6, abs=1e-12
    )


def test_the_variance_is_dispersion_times_the_mean() -> None:
    assert negative_binomial(30, 1.7).var() == pytest.approx(1.7 * 30)


def test_between_whole_numbers_tails_run_on() -> None:
    counts = np.linspace(0.5, 60, 500)
    found = tail_above(counts, np.full(500, 20.0), 1.5)
    assert (np.diff(found) < 0).all()


@given(st.integers(0, 500))
def test_the_range_of_a_plain_count_is_garwoods(count: int) -> None:
    low, high = count_range(np.array([count]), 1.0)
    assert low[0] == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2 if count else 0.0)
    assert high[0] == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
def test_discoveries_are_those_of_benjamini_and_hochberg(p: list[float]) -> None:
    values = np.array(p)
    found, threshold = discoveries(values, np.ones(len(p), dtype=bool))
    adjusted = stats.false_discovery_control(values)
    clear = np.abs(adjusted - 0.05) > 1e-9
    assert (found == (adjusted <= 0.05))[clear].all()
    assert threshold >= 0.05 / len(p)


def test_what_is_not_tested_is_not_found_and_does_not_count() -> None:
    p = np.array([0.001, 0.02, 0.9, 0.9])
    everything = np.ones(4, dtype=bool)
    assert discoveries(p, everything)[0].tolist() == [True, True, False, False]
    some = np.array([False, True, False, False])
    assert discoveries(p, some)[0].tolist() == [False, True, False, False]
    assert discoveries(p, ~everything)[0].tolist() == [False] * 4


def null(count: int, seed: int, mean: float = 30.0, dispersion: float = 1.6) -> tuple[pd.Series, pd.Series]:
    draw = np.random.default_rng(seed)
    mu = draw.uniform(0.5, 1.5, count) * mean
    counts = draw.negative_binomial(mu / (dispersion - 1), 1 / dispersion).astype(float)
    return pd.Series(counts), pd.Series(mu)


def test_p_is_even_where_nothing_is_to_be_found() -> None:
    counts, expected = null(20_000, 5)
    found = compare(counts, expected, 1.6).frame
    for side in ("p_above", "p_below"):
        for level in (0.01, 0.05, 0.2, 0.5, 0.9):
            assert (found[side] <= level).mean() == pytest.approx(level, abs=0.012), (side, level)


def test_where_nothing_is_to_be_found_hardly_anything_is_named() -> None:
    named = [compare(*null(400, seed), 1.6).frame["signal"].ne(0).any() for seed in range(60)]
    assert np.mean(named) <= 0.15  # 5 % a side


def test_the_range_covers_the_expectation_of_nearly_all() -> None:
    found = compare(*null(20_000, 9), 1.6).frame
    covered = ((found["low"] <= 1) & (found["high"] >= 1)).mean()
    assert covered >= 0.945


def test_lifted_and_lowered_areas_are_named_on_their_side() -> None:
    counts, expected = null(400, 1, mean=80.0)
    counts[0], counts[1] = expected[0] * 3, expected[1] * 0.1
    found = compare(counts, expected, 1.6).frame
    assert found["signal"].iloc[:2].tolist() == [1.0, -1.0]
    assert found["low"][0] > 1
    assert found["high"][1] < 1


def test_an_area_that_is_not_sure_is_never_named() -> None:
    counts, expected = null(200, 2)
    counts[0] = expected[0] * 20
    sure = pd.Series(True, index=counts.index)
    sure[0] = False
    assert compare(counts, expected, 1.6).frame["signal"][0] == 1
    assert compare(counts, expected, 1.6, sure).frame["signal"][0] == 0


def test_where_too_few_are_expected_nothing_is_named() -> None:
    expected = pd.Series([FEWEST_EXPECTED - 0.1, FEWEST_EXPECTED])
    found = compare(pd.Series([60.0, 60.0]), expected, 1.0).frame
    assert found["signal"].tolist() == [0.0, 1.0]


def test_missing_counts_and_expectations_stay_missing() -> None:
    found = compare(pd.Series([np.nan, 5.0, 5.0]), pd.Series([5.0, np.nan, 0.0]), 1.2).frame
    assert found.isna().all(axis=None)


def test_frames_on_different_areas_are_refused() -> None:
    counts, expected = null(10, 1)
    with pytest.raises(ValueError, match="same index"):
        compare(counts, expected.iloc[::-1], 1.0)


@pytest.mark.parametrize("expected", [8.0, 20.0, 60.0])
@pytest.mark.parametrize("dispersion", [1.0, 1.6])
def test_the_rise_that_can_be_seen_is_seen_four_times_in_five(expected: float, dispersion: float) -> None:
    threshold = 0.001
    rise = detectable_rise(expected, dispersion, threshold)
    draw, mean = np.random.default_rng(4), expected * rise
    if dispersion > 1:
        counts = draw.negative_binomial(mean / (dispersion - 1), 1 / dispersion, 40_000)
    else:
        counts = draw.poisson(mean, 40_000)
    seen = tail_above(counts.astype(float), np.full(40_000, expected), dispersion) <= threshold
    assert seen.mean() == pytest.approx(0.8, abs=0.01)


def test_more_months_show_smaller_rises() -> None:
    rises = [detectable_rise(expected, 1.5, 0.001) for expected in (5.0, 20.0, 60.0, 200.0)]
    assert rises == sorted(rises, reverse=True)
    assert detectable_rise(0.0, 1.5, 0.001) == float("inf")
    assert detectable_rise(0.001, 1.5, 1e-12) == float("inf")
