"""What else could be chosen in Northmere: all pairs of sites nearly as good, and what fairness costs."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from data.errors import SourceError
from geo.builds import Build
from geo.travel import Floats
from models.candidates import candidates_of
from models.placement_asked import For, Objective, Wanted
from models.placement_others import alternatives, price_of_equity
from models.placement_problem import Problem, fair_weight, problem_of
from models.placement_trials import trials_of
from models.siting import Answer
from models.siting_near import NearSets
from models.siting_tree import solve

HUBS = Wanted("family_hub", sites=2, minutes=20.0, buildings=("library", "school"))


@pytest.fixture(scope="module")
def hubs(northmere_build: Build) -> Problem:
    """Two family hubs in libraries or schools, for all children."""
    return problem_of(northmere_build, HUBS, candidates_of(northmere_build, HUBS))


def asked(problem: Problem, objective: Objective) -> Problem:
    return replace(problem, wanted=replace(problem.wanted, objective=objective))


def minutes_with_pairs(problem: Problem) -> tuple[list[tuple[int, int]], Floats]:
    """Every pair of candidates, and minutes to the nearest place with each (row), from each start."""
    count = len(problem.candidates.frame)
    far = np.full((count, len(problem.today_min)), np.inf)
    far[problem.minutes.place, problem.minutes.start] = problem.minutes.minutes
    pairs = list(combinations(range(count), 2))
    first, second = np.array(pairs).T
    return pairs, np.minimum(np.minimum(far[first], far[second]), problem.today_min)


def sets_of(found: NearSets) -> set[tuple[int, ...]]:
    return {tuple(one.chosen.tolist()) for one in found.told}


@pytest.mark.parametrize("objective", [Objective.COVER, Objective.FAIR])
def test_near_choices_reach_almost_as_many_altogether(hubs: Problem, objective: Objective) -> None:
    problem = asked(hubs, objective)
    weight = fair_weight(problem) if objective is Objective.FAIR else problem.weight
    pairs, minutes = minutes_with_pairs(problem)
    reached = (minutes <= 20) @ weight
    near = {pair for pair, there in zip(pairs, reached, strict=True) if there >= 0.9 * reached.max()}
    found = alternatives(problem, solve(problem.siting), within=0.1, most=10_000)
    assert 1 < len(near) < len(pairs)
    assert sets_of(found) == near
    assert found.complete
    told = {tuple(one.chosen.tolist()): one.short for one in found.told}
    short = {pair: 1 - there / reached.max() for pair, there in zip(pairs, reached, strict=True)}
    assert told == pytest.approx({pair: short[pair] for pair in told}, abs=1e-6)


def test_near_choices_have_ways_almost_as_short_altogether(hubs: Problem) -> None:
    problem = asked(hubs, Objective.MEDIAN)
    pairs, minutes = minutes_with_pairs(problem)
    ways = np.minimum(minutes, problem.minutes.cutoff_min) @ problem.weight
    near = {pair for pair, total in zip(pairs, ways, strict=True) if total <= 1.02 * ways.min()}
    found = alternatives(problem, solve(problem.siting), within=0.02, most=10_000)
    assert 1 < len(near) < len(pairs)
    assert sets_of(found) == near


@pytest.mark.parametrize("furthest_min", [45.0, np.inf])
def test_near_choices_have_a_longest_way_almost_as_short(hubs: Problem, furthest_min: float) -> None:
    near_today = np.where(hubs.today_min <= furthest_min, hubs.weight, 0.0)
    problem = replace(asked(hubs, Objective.CENTRE), weight=near_today)
    pairs, minutes = minutes_with_pairs(problem)
    cutoff_min = problem.minutes.cutoff_min
    every = problem.after_min(np.arange(len(problem.candidates.frame)))
    minutes = minutes[:, (near_today > 0) & (every <= cutoff_min)]
    longest, beyond = np.minimum(minutes, cutoff_min).max(axis=1), (minutes > cutoff_min).sum(axis=1)
    best = int(np.lexsort((longest, beyond))[0])
    answer = Answer(np.array(pairs[best]), longest[best], longest[best], 1, stopped=False)
    found = alternatives(problem, answer, within=0.01, most=10_000)
    mine = (longest <= 1.01 * longest[best]) & (beyond == beyond.min())
    near = {pair: far for pair, far, is_mine in zip(pairs, longest, mine, strict=True) if is_mine}
    assert (longest[best] == cutoff_min) == (furthest_min == np.inf)
    assert 1 < len(near) < len(pairs)
    assert {tuple(one.chosen.tolist()): one.loss for one in found.told} == pytest.approx(near)
    assert [one.loss for one in found.told] == sorted(near.values())
    assert all(one.short == pytest.approx(one.loss / answer.bound - 1) for one in found.told)


def test_where_there_is_room_for_so_many_nothing_is_told_of_near_choices_or_trials(hubs: Problem) -> None:
    problem = replace(hubs, wanted=replace(hubs.wanted, capacity=500.0))
    answer = solve(problem.siting)
    with pytest.raises(SourceError, match="room for so many"):
        alternatives(problem, answer)
    with pytest.raises(SourceError, match="room for so many"):
        trials_of(problem, 1)


@pytest.mark.parametrize("room", [None, 1_500.0])
def test_room_counts_in_both_choices(hubs: Problem, room: float | None) -> None:
    problem = replace(hubs, wanted=replace(hubs.wanted, capacity=room))
    price = price_of_equity(problem)
    gained = price.frame["children"] - problem.children[problem.today_min <= 20].sum()
    assert price.children >= 0
    assert price.higher_need >= 0
    assert (gained.max() < 3_000.5) == (room is not None)


@pytest.mark.parametrize("people", [For.CHILDREN, For.NEED])
def test_the_efficient_choice_reaches_most_children_and_the_fair_one_most_of_higher_need(
    northmere_build: Build, people: For
) -> None:
    wanted = replace(HUBS, kind="library", buildings=("school",), people=people, minutes=15.0)
    problem = problem_of(northmere_build, wanted, candidates_of(northmere_build, wanted))
    price = price_of_equity(problem)
    _, minutes = minutes_with_pairs(problem)
    near = minutes <= 15
    children, higher = near @ problem.children, near @ problem.higher_need
    fair = children / problem.children.sum() + higher / problem.higher_need.sum()
    assert price.frame["children"].tolist() == pytest.approx([children.max(), children[fair.argmax()]])
    assert price.frame.at["fair", "higher_need"] == pytest.approx(higher[fair.argmax()])
    assert price.children == pytest.approx(children.max() - children[fair.argmax()])
    assert price.children > 0
    assert price.higher_need > 0
    assert price.frame["gini"].tolist() == [one.figures.gini_after for one in (price.efficient, price.fair)]
    for name, placed in (("efficient", price.efficient), ("fair", price.fair)):
        shares = placed.by_ward["share"].dropna()
        assert price.frame.at[name, "worst_share"] == shares.min()
        assert shares[price.frame.at[name, "worst_ward"]] == shares.min()
