"""Weightings that are drawn: in bounds, in order, and as an independent sampler draws them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.shortlist_criteria import Asked, Counts
from models.shortlist_weights import draw_weights
from tests.conftest import FULL_PROOFS
from tests.small_shortlists import FIVE, asked_of, more, weights_by_rejection

DRAWS = 4_000


def apart(ours: np.ndarray, theirs: np.ndarray) -> float:
    """By how many standard errors the means of two samples are apart, at most over their columns."""
    error = np.sqrt(ours.var(axis=0) / len(ours) + theirs.var(axis=0) / len(theirs))
    return float((np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) / np.maximum(error, 1e-12)).max())


@given(
    st.lists(st.floats(0, 100, allow_subnormal=False), min_size=1, max_size=12),
    st.sampled_from(Counts),
    st.floats(0, 0.9),
)
def test_weights_sum_to_1_in_the_order_that_was_said(
    swings: list[float], counts: Counts, tolerance: float
) -> None:
    swings = [*swings, 50.0]
    asked = asked_of(*(more(f"a{n:02}", s) for n, s in enumerate(swings)), counts=counts, tolerance=tolerance)
    drawn = draw_weights(asked, 50)
    said = np.array(swings)
    assert drawn.sum(axis=1) == pytest.approx(1)
    assert (drawn >= 0).all()
    assert (drawn[:, said == 0] == 0).all()
    if counts is not Counts.ANY:
        for at in np.flatnonzero(said):
            below = said < said[at]
            assert (drawn[:, [at]] >= drawn[:, below] - 1e-12).all()
    if counts is Counts.SWINGS:
        ratio = drawn[:, said > 0] / said[said > 0]
        assert (ratio.max(axis=1) / ratio.min(axis=1) <= (1 + tolerance) / (1 - tolerance) + 1e-9).all()


@pytest.mark.parametrize("tolerance", [0.25, 0.6])
def test_swings_are_drawn_as_by_rejection(tolerance: float) -> None:
    asked = asked_of(*FIVE, tolerance=tolerance)
    ours, theirs = draw_weights(asked, 20_000, seed=1), weights_by_rejection(asked, DRAWS, seed=2)
    assert apart(ours, theirs) < 4.5
    assert apart(ours**2, theirs**2) < 4.5
    assert apart(ours[:, :1] * ours, theirs[:, :1] * theirs) < 4.5


@pytest.mark.proof
def test_many_swings_that_lie_close_are_drawn_as_by_rejection() -> None:
    count, draws = (6, 2_000) if FULL_PROOFS else (4, 500)
    asked = asked_of(*(more(f"a{n}", 100 - n) for n in range(count)))
    ours, theirs = draw_weights(asked, 20_000, seed=1), weights_by_rejection(asked, draws, seed=2)
    assert apart(ours, theirs) < 4.5
    assert apart(ours**2, theirs**2) < 4.5


def test_order_has_the_rank_order_centroid_as_its_mean() -> None:
    # Barron and Barrett (1996): the centroid of weights in one order is 1/n of the sum of 1/k from its rank
    drawn = draw_weights(asked_of(*(more(f"a{n}", 90 - n) for n in range(4)), counts=Counts.ORDER), 40_000)
    centroid = [sum(1 / k for k in range(rank, 5)) / 4 for rank in range(1, 5)]
    assert drawn.mean(axis=0) == pytest.approx(centroid, abs=0.004)


def test_equal_swings_share_their_places_in_an_order() -> None:
    drawn = draw_weights(asked_of(*FIVE, counts=Counts.ORDER), 40_000)
    assert drawn[:, 1].mean() == pytest.approx(drawn[:, 2].mean(), abs=0.004)
    assert 0.48 < (drawn[:, 1] > drawn[:, 2]).mean() < 0.52
    assert apart(drawn, weights_by_rejection(asked_of(*FIVE, counts=Counts.ORDER), 1_000, 5)) < 4.5


def test_any_is_uniform_on_the_simplex() -> None:
    drawn = draw_weights(asked_of(*FIVE, counts=Counts.ANY), 40_000)
    assert drawn.mean(axis=0) == pytest.approx(0.2, abs=0.004)
    # of a uniform draw from the simplex of five weights, a share 0.5^4 has the first above a half
    assert (drawn[:, 0] > 0.5).mean() == pytest.approx(0.5**4, abs=0.006)


@pytest.mark.parametrize("counts", Counts)
def test_draws_do_not_hang_on_the_order_of_criteria(counts: Counts) -> None:
    one = draw_weights(asked_of(*FIVE, counts=counts), 200, seed=4)
    other = draw_weights(asked_of(*FIVE[::-1], counts=counts), 200, seed=4)
    assert (one == other[:, ::-1]).all()


def test_without_tolerance_the_swings_are_as_they_were_said() -> None:
    drawn = draw_weights(asked_of(*FIVE, tolerance=0.0), 3)
    assert drawn == pytest.approx(np.tile(list(weights_of(FIVE).values()), (3, 1)))


def weights_of(criteria: tuple[object, ...]) -> dict[str, float]:
    return dict(Asked("ward", criteria).weights)  # type: ignore[arg-type]
