"""Hidden counts stand in by what they are likely to be, so that what is expected is not too high."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from models.expected import Expectation, expect_counts
from models.hidden_counts import OTHER_SHARE, largest_hidden, likely_counts


@pytest.mark.parametrize("dispersion", [1.0, 1.6])
@pytest.mark.parametrize("expected", [0.5, 3.0, 6.0, 12.0])
def test_they_are_the_mean_of_the_counts_that_are_hidden(expected: float, dispersion: float) -> None:
    counts = np.arange(1, 6)
    if dispersion > 1:
        chance = stats.nbinom(expected / (dispersion - 1), 1 / dispersion).pmf(counts)
    else:
        chance = stats.poisson(expected).pmf(counts)
    mean, share = (chance * counts).sum() / chance.sum(), chance.sum() / (chance.sum() + OTHER_SHARE)
    found = likely_counts(np.array([expected]), dispersion, 5)[0]
    assert found == pytest.approx(share * mean + (1 - share) * expected)


def test_a_hidden_count_where_many_are_expected_is_hidden_for_another() -> None:
    assert likely_counts(np.array([200.0]), 1.5, 5)[0] == pytest.approx(200, rel=1e-6)


def test_the_largest_hidden_count_is_told_by_the_least_that_is_shown() -> None:
    assert largest_hidden(np.array([0.0, 6, 40])) == 5
    assert largest_hidden(np.array([0.0, 11, 40])) == 10
    assert largest_hidden(np.array([80.0])) == 10
    assert largest_hidden(np.array([0.0])) == 5


def protected(seed: int, dispersion: float = 1.5) -> tuple[pd.DataFrame, pd.Series]:
    """Counts of which 1 to 5 are hidden, and the least count of some of their neighbours with them."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"children": draw.integers(150, 600, 800).astype(float), "rank": draw.permutation(800) + 1.0}
    )
    mean = frame["children"] * np.exp(-1.8 * frame["rank"] / 800)
    mean = mean * 17 / mean.mean()
    true = pd.Series(draw.negative_binomial(mean / (dispersion - 1), 1 / dispersion).astype(float))
    small = true.between(1, 5)
    block = pd.Series(np.arange(800) // 6)
    alone = small.groupby(block).transform("sum").eq(1)
    others = true.where(~small & alone & (true > 5))
    second = others.groupby(block).transform("min").eq(others)
    return frame.assign(true=true, hidden=small | second), mean


def fit(frame: pd.DataFrame, told: bool) -> Expectation:
    counts = frame["true"].mask(frame["hidden"])
    hidden = frame["hidden"] if told else None
    return expect_counts(counts, frame["children"], frame["rank"], hidden=hidden)


def test_what_is_expected_is_as_if_nothing_were_hidden() -> None:
    gaps: dict[bool, list[pd.Series]] = {True: [], False: []}
    spread = []
    for seed in range(6):
        frame, mean = protected(seed)
        fifth = pd.qcut(frame["rank"], 5, labels=False)
        for told in gaps:
            found = fit(frame, told)
            gaps[told].append((found.expected / mean).groupby(fifth).mean())
            spread += [found.dispersion] if told else []
    careful, naive = (pd.concat(gaps[told], axis=1).mean(axis=1) for told in (True, False))
    assert careful.between(0.95, 1.05).all()
    assert naive.iloc[-1] > 1.1  # the least deprived fifth, where most is hidden
    assert np.mean(spread) == pytest.approx(1.5, rel=0.15)


def test_it_knows_nothing_of_what_is_hidden() -> None:
    frame, _ = protected(1)
    other = frame.assign(true=frame["true"].mask(frame["hidden"], 99.0))
    pd.testing.assert_series_equal(fit(frame, True).expected, fit(other, True).expected)


def test_where_everything_is_hidden_nothing_is_expected() -> None:
    frame, _ = protected(1)
    found = fit(frame.assign(hidden=True), True)
    assert found.expected.isna().all()
