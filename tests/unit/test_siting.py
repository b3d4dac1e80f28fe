"""Choosing sites: the best of all choices, whatever the rules, and a bound that holds at any time."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sitings import best_by_trying, choices, drawn_sitings, in_other_order, lost, medium_siting

from models.siting import PROVEN_WITHIN, Answer, Rules, Siting, no_sites
from models.siting_swaps import choose_greedily, interchange
from models.siting_table import FullTable, PairTable, Table, table_of
from models.siting_tree import solve


def full_table(siting: Siting) -> FullTable:
    loss = np.tile(siting.ceiling, (siting.sites, 1))
    loss[siting.site, siting.point] = siting.loss
    return FullTable(np.arange(siting.sites), np.arange(len(siting.ceiling)), siting.ceiling, loss)


def pair_table(siting: Siting) -> PairTable:
    places = np.arange(siting.sites), np.arange(len(siting.ceiling))
    return PairTable(*places, siting.ceiling, siting.point, siting.site, siting.loss)


@pytest.mark.proof
@given(drawn_sitings())
def test_it_is_the_best_of_all_choices(siting: Siting) -> None:
    best = best_by_trying(siting)
    answer = solve(siting)
    assert answer.proven
    assert not answer.stopped
    assert answer.bound <= answer.loss
    if np.isinf(best):
        assert answer.chosen is None
        assert answer.bound == np.inf
    else:
        assert answer.chosen is not None
        assert siting.rules.allow(answer.chosen)
        assert answer.loss == pytest.approx(lost(siting, answer.chosen), abs=1e-12)
        assert best - 1e-12 <= answer.loss <= best * (1 + PROVEN_WITHIN) + 1e-12


@pytest.mark.parametrize("seed", range(5))
def test_where_little_of_much_is_covered_the_proof_is_of_what_is_covered(seed: int) -> None:
    """Most of the loss cannot be helped: a share of it is more than the choices differ by."""
    rng = np.random.default_rng(seed)
    served = np.column_stack([rng.random((12, 40)) < 0.25, np.zeros(12, dtype=bool)])
    weight = np.append(rng.random(40) / 100, 30_000.0)
    siting = Siting.of_table(np.where(served, 0.0, weight), Rules(most=3), weight)
    told = replace(siting, total=float(weight.sum()))
    answer, best = solve(told), best_by_trying(siting)
    covered = told.total - answer.loss
    assert covered == pytest.approx(told.total - best, rel=PROVEN_WITHIN)
    assert answer.proven
    assert answer.loss - answer.bound <= PROVEN_WITHIN * covered


def test_no_more_sites_are_looked_for_than_a_budget_pays_for() -> None:
    cost = np.array([3.0, 1.0, 2.0, 5.0])
    assert [Rules(4, cost=cost, budget=budget).most for budget in (0.5, 1.0, 5.9, 6.0, 11.0)] == [
        0,
        1,
        2,
        3,
        4,
    ]
    assert Rules(2, cost=cost, budget=11.0).most == 2
    assert Rules(4, cost=cost).most == 4
    assert replace(Rules(1, cost=cost, budget=3.0), most=4).most == 2
    tenths = Rules(10, cost=np.full(10, 0.1), budget=0.3)
    assert tenths.most == 3
    assert tenths.allow(np.arange(3))


def test_an_answer_is_proven_by_what_is_told() -> None:
    answer = Answer(no_sites(), loss=900.0, bound=900.0 * (1 - 9e-7), parts=1, stopped=False)
    assert answer.proven
    assert replace(answer, total=1900.0).proven
    assert not replace(answer, total=1000.0).proven
    assert replace(answer, total=1000.0, bound=900.0).proven
    nothing = Answer(None, loss=np.inf, bound=900.0, parts=1, stopped=True, total=1000.0)
    assert not nothing.proven
    assert replace(nothing, bound=np.inf).proven


@pytest.mark.proof
@given(drawn_sitings(), st.randoms(use_true_random=False))
def test_the_order_of_points_and_sites_does_not_matter(siting: Siting, random: Random) -> None:
    points, sites = (np.arange(count) for count in (len(siting.ceiling), siting.sites))
    random.shuffle(points)
    random.shuffle(sites)
    one, other = solve(siting), solve(in_other_order(siting, points, sites))
    if one.chosen is None:
        assert other.chosen is None
        return
    assert other.loss == pytest.approx(one.loss, rel=PROVEN_WITHIN)
    losses = sorted(lost(siting, chosen) for chosen in choices(siting))
    if len(losses) == 1 or losses[1] > losses[0] * (1 + 2 * PROVEN_WITHIN) + 1e-9:
        assert sorted(sites[one.chosen]) == list(other.chosen)


@pytest.mark.proof
@given(st.integers(0, 10_000), st.integers(0, 12))
def test_a_search_that_is_stopped_has_a_bound_that_holds(seed: int, after: int) -> None:
    siting = medium_siting(seed)
    asked: list[tuple[float, float]] = []

    def watch(loss: float, bound: float) -> bool:
        asked.append((loss, bound))
        return len(asked) > after

    answer, best = solve(siting, watch), best_by_trying(siting)
    assert all(bound <= best + 1e-9 <= loss + 2e-9 for loss, bound in asked)
    assert answer.bound <= best + 1e-9 <= answer.loss + 2e-9
    assert answer.stopped == (len(asked) > after)
    assert answer.stopped or answer.proven


def test_a_search_that_is_stopped_at_once_is_not_thought_proven() -> None:
    answer = solve(medium_siting(3), lambda loss, bound: True)
    assert answer.stopped
    assert not answer.proven
    assert 0 < answer.gap < 1


@pytest.mark.proof
@given(drawn_sitings(), st.integers(0, 30))
def test_a_search_that_is_stopped_at_any_step_has_a_choice_and_a_bound_that_holds(
    siting: Siting, after: int
) -> None:
    steps = count()
    answer, best = solve(siting, stop=lambda: next(steps) >= after), best_by_trying(siting)
    assert (answer.chosen is None) == np.isinf(best)
    assert answer.chosen is None or siting.rules.allow(answer.chosen)
    assert answer.bound <= best + 1e-9 <= answer.loss + 2e-9
    assert answer.stopped == (next(steps) > after)


@pytest.mark.parametrize("after", [0, 3, 12, 14, 40])
def test_losses_are_gone_through_a_few_times_at_most_before_and_after_it_is_stopped(
    monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    """On the way to a first choice too: twelve sites are added one by one, and swapped."""
    passes, steps = count(), count()
    for name in ("reduced", "served", "swaps"):
        monkeypatch.setattr(PairTable, name, counted(getattr(PairTable, name), passes))
    at: list[int] = []

    def stop() -> bool:
        if next(steps) >= after and not at:
            at.append(next(passes))
        return bool(at)

    siting = medium_siting(3, points=80, sites=60, most=12)
    siting = Siting.of_pairs(
        siting.ceiling, siting.point[::8], siting.site[::8], siting.loss[::8], 60, siting.rules
    )
    answer = solve(siting, stop=stop)
    assert answer.stopped
    assert len(answer.chosen) == 12
    assert at[0] <= 3 * after + 3
    assert next(passes) - at[0] <= 4


def counted(kernel: Callable[..., object], passes: Iterator[int]) -> Callable[..., object]:
    def same(*arguments: object) -> object:
        next(passes)
        return kernel(*arguments)

    return same


@pytest.mark.proof
@given(drawn_sitings(), st.booleans())
def test_swaps_keep_the_rules_and_make_nothing_worse(siting: Siting, full: bool) -> None:
    table: Table = full_table(siting) if full else pair_table(siting)
    for chosen in choices(siting):
        better = interchange(table, siting.rules, chosen)
        assert siting.rules.allow(better)
        assert lost(siting, better) <= lost(siting, chosen) + 1e-9
    first = choose_greedily(table, siting.rules)
    assert first is None or siting.rules.allow(first)


@pytest.mark.proof
@given(drawn_sitings(), st.data())
def test_a_full_table_and_a_list_of_pairs_say_the_same(siting: Siting, data: st.DataObject) -> None:
    full, pairs = full_table(siting), pair_table(siting)
    share = data.draw(st.floats(0, 1))
    worth = siting.ceiling * share
    some = np.array(data.draw(st.sampled_from([*choices(siting), no_sites()])), dtype=np.intp)
    assert full.reduced(worth) == pytest.approx(pairs.reduced(worth))
    assert full.gains(worth) == pytest.approx(pairs.gains(worth))
    assert list(full.served(some, worth)) == list(pairs.served(some, worth))
    of_full, of_pairs = full.serve(some), pairs.serve(some)
    assert list(of_full.least) == list(of_pairs.least)
    assert list(of_full.second) == list(of_pairs.second)
    swaps = full.swaps(of_full, len(some)), pairs.swaps(of_pairs, len(some))
    least = lost(siting, some)
    for leaves in range(len(some)):
        for enters in set(range(siting.sites)) - set(some):
            saved = least - lost(siting, np.append(np.delete(some, leaves), enters))
            assert [table[leaves, enters] for table in swaps] == pytest.approx([saved, saved], abs=1e-9)


def test_a_table_is_full_where_most_pairs_count_and_pairs_where_few_do() -> None:
    far = np.ones((20, 20)) - np.eye(20)
    assert isinstance(table_of(Siting.of_table(far, Rules(3), np.ones(20))), PairTable)
    assert isinstance(table_of(Siting.of_table(far, Rules(3), np.full(20, 2.0))), FullTable)


def test_a_budget_that_only_the_cheapest_sites_keep_is_kept() -> None:
    """One good site after the other ends badly here: the best one leaves no money for a second."""
    loss = np.array([[0.0, 0.0, 9.0], [9.0, 5.0, 9.0], [9.0, 9.0, 6.0]])
    rules = Rules(most=2, least=2, cost=np.array([9.0, 5.0, 5.0]), budget=10.0)
    siting = Siting.of_table(loss, rules, np.full(3, 9.0))
    assert choose_greedily(table_of(siting), rules) is None
    answer = solve(siting)
    assert answer.chosen is not None
    assert list(answer.chosen) == [1, 2]
    assert answer.loss == 20.0
    assert answer.proven


def test_many_sites_that_no_budget_pays_for_are_seen_at_once() -> None:
    siting = medium_siting(1, sites=60, most=30)
    rules = Rules(most=30, least=30, cost=np.ones(60), budget=29.5)
    answer = solve(replace(siting, rules=rules))
    assert answer.chosen is None
    assert answer.bound == np.inf
    assert answer.proven
    assert answer.parts == 1


def test_a_site_in_two_groups_is_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        Rules(most=2, one_of=(np.array([0, 1]), np.array([1, 2])))


@pytest.mark.parametrize(
    ("loss", "bound", "gap", "proven"),
    [
        (100.0, 100.0, 0.0, True),
        (100.0, 99.99995, 5e-7, True),
        (100.0, 99.99, 1e-4, False),
        (0.0, 0.0, 0.0, True),
        (float("inf"), float("inf"), 0.0, True),
        (float("inf"), 3.0, float("inf"), False),
    ],
)
def test_a_gap_is_a_share_of_the_loss(loss: float, bound: float, gap: float, proven: bool) -> None:
    answer = Answer(no_sites(), loss, bound, parts=1, stopped=False)
    assert answer.gap == pytest.approx(gap, rel=1e-6)
    assert answer.proven == proven


def test_a_first_bound_below_nothing_is_raised() -> None:
    """Worths that a first choice suggests may bound below 0: the search has to go on from there."""
    draw = np.random.default_rng(2)
    here = draw.random((60, 2))
    counts = draw.integers(50, 700, 60) / 3.0
    apart = np.hypot(*(here[:, None] - here[None]).transpose(2, 0, 1))
    loss = np.where(apart < 0.15, 0.0, counts)
    assert solve(Siting.of_table(loss, Rules(most=15), ceiling=counts)).proven
