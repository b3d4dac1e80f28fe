"""Nearly as good choices of sites: allowed, near, different, and all of them where it says so."""

import sys
from collections.abc import Iterator
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sitings import choices, drawn_sitings, lost, medium_siting

from models import siting_near_look
from models.siting import Answer, Rules, Siting
from models.siting_near import Near, NearSets, near_sets
from models.siting_tree import solve

SHARES = st.sampled_from([0.0, 0.01, 0.1, 0.5])
TODAY = st.sampled_from([None, 0.0, 10.0])


@pytest.fixture
def little_to_look_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop looking at every choice early, so that swaps have to lead to others."""
    monkeypatch.setattr(siting_near_look, "LOOKS", 60)


def within_by_hand(siting: Siting, bound: float, share: float, already: float | None) -> float:
    """The most that a near choice loses, a little more so that rounding does not matter."""
    whole = bound if already is None else already + sum(siting.ceiling) - bound
    return bound + share * whole


def idle_by_hand(siting: Siting, chosen: tuple[int, ...]) -> bool:
    """Whether one of the sites could be left out at no loss."""
    loss = lost(siting, np.array(chosen))
    for site in chosen:
        rest = np.array([other for other in chosen if other != site], dtype=np.intp)
        if siting.rules.allow(rest) and lost(siting, rest) <= loss + 1e-9:
            return True
    return False


def near_by_hand(siting: Siting, most_lost: float) -> Iterator[tuple[int, ...]]:
    """Every choice that loses no more and has no idle site, by trying all."""
    for chosen in choices(siting):
        if lost(siting, chosen) <= most_lost and not idle_by_hand(siting, tuple(chosen)):
            yield tuple(chosen)


def sets_of(found: NearSets) -> list[tuple[int, ...]]:
    return [tuple(one.chosen.tolist()) for one in found.told]


def check_each(siting: Siting, answer: Answer, found: NearSets, share: float, already: float | None) -> None:
    """Each that is told is allowed, near, told truly and different, and the best comes first."""
    limit = within_by_hand(siting, answer.bound, share, already)
    assert len(set(sets_of(found))) == len(found.told)
    assert answer.chosen is not None
    assert sets_of(found)[0] == tuple(answer.chosen.tolist())
    for one in found.told:
        assert siting.rules.allow(one.chosen)
        assert one.loss == pytest.approx(lost(siting, one.chosen), abs=1e-12)
        assert one.loss <= max(limit, answer.loss) + 1e-9
        assert 0 <= one.short <= max(share, 1e-6) + 1e-9
    losses = [one.loss for one in found.told]
    assert losses == pytest.approx(sorted(losses), abs=1e-9)


@pytest.mark.proof
@given(drawn_sitings(), SHARES, TODAY)
def test_it_finds_all_that_are_near_and_no_other(siting: Siting, share: float, already: float | None) -> None:
    answer = solve(siting)
    found = near_sets(siting, answer, share, 10_000, already)
    assert found.complete
    assert found.bound == answer.bound
    if answer.chosen is None:
        assert found.told == ()
        return
    check_each(siting, answer, found, share, already)
    limit = max(within_by_hand(siting, answer.bound, share, already), answer.loss)
    best = tuple(answer.chosen.tolist())
    assert set(near_by_hand(siting, limit - 1e-9)) | {best} <= set(sets_of(found))
    assert set(sets_of(found)) <= set(near_by_hand(siting, limit + 1e-9)) | {best}
    assert found.found == len(found.told)


@pytest.mark.usefixtures("little_to_look_at")
@pytest.mark.parametrize("seed", range(3))
def test_swaps_find_most_where_there_is_too_much_to_look_at(seed: int) -> None:
    siting = medium_siting(seed, most=5)
    answer = solve(siting)
    found = near_sets(siting, answer, 0.1, 10_000, already=None)
    every = set(near_by_hand(siting, within_by_hand(siting, answer.bound, 0.1, None)))
    assert not found.complete
    check_each(siting, answer, found, 0.1, None)
    assert set(sets_of(found)) <= every
    assert len(every) > 1
    assert found.found >= 0.8 * len(every)


def test_choices_of_very_many_sites_are_not_built_up_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each site would be a call deeper, and Python has an end to that."""
    assert sys.getrecursionlimit() / 2 > siting_near_look.DEEPEST
    siting = medium_siting(3)
    answer = solve(siting)
    assert near_sets(siting, answer, 0.1, 10_000).complete
    monkeypatch.setattr(siting_near_look, "DEEPEST", 2)
    found = near_sets(siting, answer, 0.1, 10_000)
    assert not found.complete
    assert found.found > 1


@given(st.integers(0, 50), st.integers(1, 6))
def test_of_many_those_are_told_that_differ_most(seed: int, most: int) -> None:
    siting = medium_siting(seed, points=12, sites=8, most=3)
    answer = solve(siting)
    every = sets_of(near_sets(siting, answer, 0.3, 10_000))
    found = near_sets(siting, answer, 0.3, most)
    told = [every[0]]
    while len(told) < min(most, len(every)):
        left = [one for one in every if one not in told]
        told.append(min(left, key=lambda one: max(len(set(one) & set(other)) for other in told)))
    assert set(sets_of(found)) == set(told)
    assert found.found == len(every)


def test_what_a_share_is_of_counts_what_is_covered_today() -> None:
    siting = Siting.of_table(np.array([[0.0, 10.0, 9.0], [1.0, 0.0, 9.0]]), Rules(most=1), np.full(3, 10.0))
    loss = {tuple(some): lost(siting, np.array(some)) for some in combinations(range(2), 1)}
    assert loss == {(0,): 19.0, (1,): 10.0}
    answer = solve(siting)
    assert [one.short for one in near_sets(siting, answer, 0.5).told] == [0.0, 9 / 20]
    assert [one.short for one in near_sets(siting, answer, 0.2, already=70.0).told] == [0.0, 0.1]
    assert [one.short for one in near_sets(siting, answer, 0.95, already=None).told] == [0.0, 0.9]
    assert near_sets(siting, answer, 0.0999, already=70.0).found == 1


def test_a_best_choice_that_is_far_from_its_bound_is_not_told_as_near() -> None:
    siting = Siting.of_table(np.array([[1.0, 3.0], [3.0, 1.0]]), Rules(most=1))
    answer = Answer(np.array([0]), 4.0, 1.0, 1, stopped=True)
    assert near_sets(siting, answer, 0.01).told == ()
    assert [one.loss for one in near_sets(siting, answer, 0.9).told] == [4.0, 4.0]


def test_the_best_that_was_given_comes_before_one_as_good() -> None:
    siting = Siting.of_table(np.array([[1.0, 3.0], [3.0, 1.0]]), Rules(most=1))
    answer = Answer(np.array([1]), 4.0, 4.0, 1, stopped=False)
    told = near_sets(siting, answer).told
    assert [tuple(one.chosen.tolist()) for one in told] == [(1,), (0,)]
    assert all(isinstance(one, Near) and one.short == 0 for one in told)
