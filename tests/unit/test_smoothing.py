"""Empirical Bayes: as esda has it where variance is positive, and never turning the order of areas round."""

import warnings

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from small_builds import square

from geo.neighbours import neighbours_of
from models.smoothing import Smoothed, smooth, smooth_locally


def grid(count: int) -> gpd.GeoSeries:
    return gpd.GeoSeries([square(n) for n in range(count)], index=[f"a{n:03}" for n in range(count)])


def drawn(count: int = 60, seed: int = 1, spread: float = 0.5) -> tuple[pd.Series, pd.Series]:
    """Events and population with true differences between areas."""
    draw = np.random.default_rng(seed)
    index = grid(count).index
    population = pd.Series(draw.integers(100, 900, count).astype(float), index=index)
    rates = draw.gamma(1 / spread**2, 0.05 * spread**2, count)
    return pd.Series(draw.poisson(population * rates).astype(float), index=index), population


def esda_global(events: pd.Series, population: pd.Series) -> np.ndarray:
    from esda.smoothing import Empirical_Bayes

    return np.asarray(Empirical_Bayes(events.to_numpy(), population.to_numpy()).r).ravel()


@pytest.mark.parametrize("seed", range(5))
def test_global_equals_esda_where_areas_differ(seed: int) -> None:
    events, population = drawn(seed=seed)
    found = smooth(events, population)
    assert not found.no_difference
    np.testing.assert_allclose(found.frame["rate"], esda_global(events, population), rtol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_local_equals_esda(seed: int) -> None:
    from esda.smoothing import Spatial_Empirical_Bayes
    from libpysal.weights import W

    events, population = drawn(seed=seed)
    beside = neighbours_of(grid(60))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its weights are of an older kind, which libpysal warns of
        around = {code: list(beside[code].index) for code in events.index}
        weights = W(around, id_order=list(events.index))
        theirs = np.asarray(Spatial_Empirical_Bayes(events.to_numpy(), population.to_numpy(), weights).r)
    ours = smooth_locally(events, population, beside).frame["rate"]
    np.testing.assert_allclose(ours, theirs.ravel(), rtol=1e-10)


def test_six_equal_areas_all_get_the_common_rate_where_esda_turns_them_round() -> None:
    events = pd.Series([17.0, 18, 19, 20, 21, 22])
    population = pd.Series(355.0, index=events.index)
    found = smooth(events, population)
    assert found.no_difference
    assert found.frame["rate"].nunique() == 1
    assert found.frame["rate"][0] == pytest.approx(events.sum() / population.sum())
    theirs = esda_global(events, population)
    assert (np.diff(theirs) < 0).all()  # the reason for a method of our own


@given(st.lists(st.integers(0, 60), min_size=2, max_size=40), st.integers(50, 900))
def test_noise_with_equal_populations_never_reverses_two_areas(counts: list[int], people: int) -> None:
    events = pd.Series(counts, dtype="float64")
    rate = smooth(events, pd.Series(float(people), index=events.index)).frame["rate"].to_numpy()
    order = np.argsort(events.to_numpy(), kind="stable")
    assert (np.diff(rate[order]) >= -1e-12).all()


@given(
    st.lists(
        st.tuples(st.one_of(st.none(), st.integers(0, 40)), st.one_of(st.none(), st.integers(0, 500))),
        min_size=1,
        max_size=24,
    )
)
def test_rates_are_finite_wherever_both_are_known(cells: list[tuple[int | None, int | None]]) -> None:
    """Zero populations, missing values and lone areas alike."""
    shapes = grid(len(cells))
    shapes.iloc[::3] = shapes.iloc[::3].translate(xoff=1e6)  # islands
    events = pd.Series([e for e, _ in cells], index=shapes.index, dtype="float64")
    population = pd.Series([n for _, n in cells], index=shapes.index, dtype="float64")
    events = events.where(population.fillna(1) > 0, 0.0).where(events.notna())
    known = events.notna() & population.notna()
    anybody = population[known].sum() > 0
    for found in (smooth(events, population), smooth_locally(events, population, neighbours_of(shapes))):
        made = found.frame[["rate", "low", "high"]]
        assert np.isfinite(made[known & anybody].to_numpy()).all()
        assert found.frame[~known].isna().all(axis=None)
        inside = found.frame[known & anybody]
        assert (inside["low"] <= inside["rate"] + 1e-12).all()
        assert (inside["rate"] <= inside["high"] + 1e-12).all()
        assert inside["weight"].between(0, 1).all()


def test_an_island_is_drawn_to_the_rate_of_the_whole() -> None:
    events, population = drawn()
    shapes = grid(60)
    shapes.iloc[7] = square(10_000)
    found = smooth_locally(events, population, neighbours_of(shapes)).frame.iloc[7]
    assert found["rate"] == pytest.approx(smooth(events, population).frame["rate"].iloc[7])


def test_the_range_is_that_of_a_gamma_posterior() -> None:
    events, population = drawn()
    row = smooth(events, population).frame.iloc[3]
    n, y = population.iloc[3], events.iloc[3]
    between = row["weight"] * row["common"] / (n * (1 - row["weight"]))
    shape, rate = row["common"] ** 2 / between, row["common"] / between
    posterior = stats.gamma(shape + y, scale=1 / (rate + n))
    assert row["rate"] == pytest.approx(posterior.mean())
    assert row["low"] == pytest.approx(posterior.ppf(0.025))
    assert row["high"] == pytest.approx(posterior.ppf(0.975))


def test_results_do_not_depend_on_the_order_of_rows() -> None:
    events, population = drawn()
    beside = neighbours_of(grid(60))
    order = np.random.default_rng(3).permutation(60)

    def both(e: pd.Series, n: pd.Series) -> list[Smoothed]:
        return [smooth(e, n), smooth_locally(e, n, beside)]

    for one, other in zip(
        both(events, population), both(events.iloc[order], population.iloc[order]), strict=True
    ):
        pd.testing.assert_frame_equal(one.frame, other.frame.sort_index())


def test_frames_on_different_areas_are_refused() -> None:
    events, population = drawn()
    with pytest.raises(ValueError, match="same index"):
        smooth(events, population.iloc[::-1])
