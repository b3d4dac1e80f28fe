"""How often each site is chosen in many trials: counted once each, whatever their order."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_sitings import best_by_trying, lost, medium_siting

from models.siting import Rules, Siting
from models.siting_tree import solve
from models.siting_trials import how_often

SEEDS = st.lists(st.integers(0, 40), min_size=1, max_size=6)


def trials(seeds: list[int], most: int = 2) -> list[Siting]:
    return [medium_siting(seed, points=8, sites=6, most=most) for seed in seeds]


@given(SEEDS, st.permutations(range(6)))
def test_the_order_of_trials_does_not_matter(seeds: list[int], order: list[int]) -> None:
    every = trials(seeds)
    other = [every[place] for place in order if place < len(every)]
    start = np.array([0, 1])
    one, two = how_often(every, start), how_often(iter(other), start)
    assert one.count == two.count == len(every)
    assert one.share.tolist() == two.share.tolist()
    assert sorted(one.kept) == sorted(two.kept)
    assert [(tuple(sites), often) for sites, often in one.sets] == [
        (tuple(sites), often) for sites, often in two.sets
    ]


@given(SEEDS)
def test_shares_and_sets_are_those_of_the_choices(seeds: list[int]) -> None:
    every = trials(seeds)
    found = how_often(every, np.array([2, 3]))
    assert sum(often for _, often in found.sets) == found.count
    assert [often for _, often in found.sets] == sorted([often for _, often in found.sets], reverse=True)
    share = np.zeros(6)
    for sites, often in found.sets:
        share[sites] += often / found.count
    assert found.share == pytest.approx(share)
    assert found.share.sum() == pytest.approx(2)


@given(SEEDS)
def test_one_site_is_the_best_one_in_each_trial(seeds: list[int]) -> None:
    every = trials(seeds, most=1)
    found = how_often(every, np.array([0]))
    best = [solve(trial).chosen for trial in every]
    assert found.share == pytest.approx(np.mean([np.isin(np.arange(6), one) for one in best], axis=0))
    for trial, kept in zip(every, found.kept, strict=True):
        whole = trial.ceiling.sum()
        assert kept == pytest.approx((whole - lost(trial, np.array([0]))) / (whole - best_by_trying(trial)))


def test_the_first_choice_is_kept_where_no_other_is_better() -> None:
    tied = Siting.of_table(np.array([[1.0, 3.0], [3.0, 1.0]]), Rules(most=1))
    found = how_often([tied, tied], np.array([1]))
    assert found.share.tolist() == [0.0, 1.0]
    assert found.kept.tolist() == [1.0, 1.0]
    assert found.often(np.array([1])) == 2
    assert found.often(np.array([0])) == 0


def test_where_nothing_can_be_saved_nothing_is_given_up() -> None:
    helpless = Siting.of_table(np.zeros((2, 2)), Rules(most=1), np.zeros(2))
    assert how_often([helpless], np.array([0])).kept.tolist() == [1.0]


def test_it_stops_when_it_is_told_to() -> None:
    told: list[int] = []

    def watch(done: int) -> bool:
        told.append(done)
        return done == 2

    found = how_often(trials([1, 2, 3, 4]), np.array([0, 1]), watch)
    assert told == sorted(told)
    assert set(told) == {0, 1, 2}
    assert found.count == len(found.kept) == 2


def test_a_trial_that_is_broken_off_does_not_count_but_for_the_first_one() -> None:
    every, start = trials([1, 2, 3, 4]), np.array([0, 1])
    whole = how_often(every[:1], start)
    told: list[int] = []

    def second(done: int) -> bool:
        told.append(done)
        return told.count(1) > 3

    found = how_often(every, start, second)
    assert (found.count, found.share.tolist()) == (1, whole.share.tolist())
    at_once = how_often(every, start, lambda done: True)
    assert at_once.count == 1
    assert at_once.share.sum() == 2


def test_no_trial_is_an_error() -> None:
    with pytest.raises(ValueError, match="no trial"):
        how_often([], np.array([0]))
