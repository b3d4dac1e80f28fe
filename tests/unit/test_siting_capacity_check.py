"""The second routine of sites with capacities refuses what does not follow, and prices only help."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from small_sitings import choices, drawn_rules

from models.siting import Rules, Siting
from models.siting_capacity_check import CapacityLedger, Shares, fill
from models.siting_capacity_price import _cheapest, priced
from models.siting_check import ProofError
from models.siting_swaps import never

WEIGHT, CAPACITY = np.array([4.0, 6.0]), np.array([5.0, 10.0])


def siting_of() -> Siting:
    """Two points of 4 and 6 people, of which the second site can serve the second alone, for a loss of 2."""
    return Siting.of_pairs(
        np.array([4.0, 6.0]),
        point=np.array([0, 1, 1]),
        site=np.array([0, 0, 1]),
        loss=np.array([0.0, 0.0, 2.0]),
        sites=2,
        rules=Rules(most=1),
    )


def ledger_of() -> CapacityLedger:
    return CapacityLedger(siting_of(), WEIGHT, CAPACITY)


def shares(*rows: tuple[int, int, float]) -> Shares:
    """Shares of points by site, told as (point, site, share)."""
    point, site, share = zip(*rows, strict=True)
    return Shares(np.array(point), np.array(site), np.array(share))


def test_a_site_is_filled_with_those_on_whom_it_saves_most_a_head() -> None:
    pairs, share = fill(siting_of(), WEIGHT, CAPACITY, np.array([4.0, 3.0]))
    assert pairs.tolist() == [0, 1, 2]
    assert share.tolist() == pytest.approx([1.0, 1 / 6, 1.0])
    assert ledger_of().saved_by(np.array([4.0, 3.0])).tolist() == pytest.approx([-4.5, -1.0])


def test_shares_that_keep_all_limits_are_certified() -> None:
    ledger = ledger_of()
    ledger.raise_to(0, np.array([4.0, 6.0]), 0.0)
    assert ledger.bound == 5.0
    assert ledger.certify_shares(np.array([0]), shares((0, 0, 1.0), (1, 0, 1 / 6)), 5.0) == 5.0


@pytest.mark.parametrize(
    ("chosen", "rows", "loss"),
    [
        ([0], [(0, 0, 1.0), (1, 0, 0.5)], 3.0),  # more than it can serve
        ([1], [(1, 1, 1.5)], 0.0),  # more than the whole of a point
        ([0], [(1, 1, 1.0)], 6.0),  # by a site that is not chosen
        ([1], [(0, 1, 1.0)], 6.0),  # by a site that is out of reach
        ([0, 1], [(0, 0, 1.0), (1, 1, 1.0)], 2.0),  # by too many sites
        ([0], [(0, 0, 1.0)], 5.0),  # for less than it loses
        ([1], [(1, 1, -0.5), (1, 1, 1.5)], 6.0),  # less than nothing
    ],
)
def test_shares_that_do_not_follow_are_refused(
    chosen: list[int], rows: list[tuple[int, int, float]], loss: float
) -> None:
    with pytest.raises(ProofError):
        ledger_of().certify_shares(np.array(chosen), shares(*rows), loss)


@pytest.mark.proof
@given(seed=st.integers(0, 10_000), most=st.integers(1, 4))
def test_prices_stay_within_their_limits_and_raise_the_bound(seed: int, most: int) -> None:
    random = np.random.default_rng(seed)
    loss = random.uniform(0, 10, (6, 9))
    siting = Siting.of_table(loss, Rules(most), ceiling=np.full(9, 8.0))
    weight, capacity = random.integers(0, 9, 9).astype(float), random.integers(0, 30, 6).astype(float)
    seen: list[int] = []

    def look(chosen: np.ndarray) -> None:
        seen.append(len(chosen))

    worth = priced(siting, weight, capacity, siting.ceiling, siting.ceiling.sum(), 1.0, look, never)
    assert ((worth >= 0) & (worth <= siting.ceiling)).all()
    assert max(seen, default=0) <= most
    before, after = (CapacityLedger(siting, weight, capacity) for _ in range(2))
    before.raise_to(0, siting.ceiling, 0.0)
    after.raise_to(0, worth, 0.0)
    assert after.bound >= before.bound


@pytest.mark.proof
@given(rules=drawn_rules(5), saved=st.lists(st.integers(-9, 0), min_size=5, max_size=5))
def test_prices_rest_on_the_choice_that_saves_most_of_all_that_may_be_made(
    rules: Rules, saved: list[int]
) -> None:
    rules, amount = replace(rules, cost=None, budget=float("inf")), np.array(saved, dtype=float)
    every = [amount[some].sum() for some in choices(Siting.of_table(np.ones((5, 1)), rules))]
    assume(every)
    chosen = _cheapest(rules, amount)
    assert rules.allow(chosen)
    assert amount[chosen].sum() == min(every)
