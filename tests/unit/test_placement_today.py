"""Closing and moving places of today: as if each was tried by itself."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from geo.builds import Build
from models.candidates import candidates_of
from models.placement_asked import Objective, Wanted
from models.placement_problem import Problem, problem_of
from models.placement_today import closing, relocations
from tests.reach_line import areas_of, line_build, straight_walks

HUBS = Wanted("family_hub", sites=2, minutes=20.0, buildings=("library", "school"))
LIBRARY = Wanted("library", sites=1, middles=True)
AREAS = {"pop_0_17": [100.0, 200.0, 400.0], "need_idaci_rank": [1.0, 1.0, 30_000.0]}


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def problem_in(build: Build, wanted: Wanted) -> Problem:
    return problem_of(build, wanted, candidates_of(build, wanted))


@pytest.fixture(scope="module")
def hubs(northmere_build: Build) -> Problem:
    """Family hubs, and the libraries and schools that they could move to."""
    return problem_in(northmere_build, HUBS)


@pytest.fixture(scope="module")
def closed(northmere_build: Build, hubs: Problem) -> dict[str, Problem]:
    """The problem without each family hub of today, by the id of the one that closes."""
    inside = hubs.reach.places.index[hubs.reach.places["inside"]]
    return {str(place): problem_in(northmere_build, replace(HUBS, closed=(place,))) for place in inside}


def line(spots: list[tuple[str, float, int | None]]) -> Build:
    """Areas 0, 20 and 45 minutes east, and libraries."""
    return line_build(areas_of(AREAS), [(0, 1.0, 0.0), (1, 1.0, 20.0), (2, 1.0, 45.0)], spots)


def test_what_closing_loses_is_what_a_problem_without_the_place_loses(
    hubs: Problem, closed: dict[str, Problem], northmere_build: Build
) -> None:
    found = closing(hubs)
    assert list(found.index) == list(closed)
    today, cutoff_min = hubs.today_min, hubs.reach.costs.cutoff_min
    for place, row in found.iterrows():
        without = closed[str(place)].today_min
        falls = (today <= 20) & (without > 20)
        longer = np.minimum(without, cutoff_min) - np.minimum(today, cutoff_min)
        assert row["name"] == northmere_build.places.frame.at[place, "name"]
        assert row["children_lost"] == pytest.approx(hubs.children[falls].sum())
        assert row["higher_need_lost"] == pytest.approx(hubs.higher_need[falls].sum())
        assert row["children_further"] == pytest.approx(hubs.children[longer > 0].sum())
        assert row["minutes_lost"] == pytest.approx((hubs.children * longer).sum())
    assert found["children_lost"].max() > 0
    assert (found["higher_need_lost"] <= found["children_lost"]).all()


def test_each_place_moves_to_the_candidate_that_then_reaches_most(
    hubs: Problem, closed: dict[str, Problem]
) -> None:
    found = relocations(hubs)
    assert found.index.equals(closing(hubs).index)
    today = hubs.today_min <= 20
    ids = hubs.candidates.frame.index
    for place, row in found.iterrows():
        after = [closed[str(place)].after_min(np.array([to])) <= 20 for to in range(len(ids))]
        net = np.array([hubs.children[one].sum() for one in after]) - hubs.children[today].sum()
        there = after[ids.get_loc(row["to"])]
        assert row["children_net"] == pytest.approx(net.max())
        assert row["children_gained"] == pytest.approx(hubs.children[there & ~today].sum())
        assert row["children_lost"] == pytest.approx(hubs.children[today & ~there].sum())
        assert row["higher_need_net"] == pytest.approx(
            hubs.higher_need[there].sum() - hubs.higher_need[today].sum()
        )
        assert row["to_name"] == hubs.candidates.frame.at[row["to"], "name"]
    assert found["children_net"].max() > 0


def test_for_short_ways_each_place_moves_where_all_ways_are_shortest(
    northmere_build: Build,
) -> None:
    wanted = replace(HUBS, objective=Objective.MEDIAN)
    problem = problem_in(northmere_build, wanted)
    found = relocations(problem)
    place = found.index[0]
    without = problem_in(northmere_build, replace(wanted, closed=(str(place),)))
    ways = [
        problem.weight @ np.minimum(without.after_min(np.array([to])), problem.minutes.cutoff_min)
        for to in range(len(problem.candidates.frame))
    ]
    assert ways[problem.candidates.frame.index.get_loc(found["to"].iloc[0])] == pytest.approx(min(ways))


def test_one_that_another_stands_in_for_loses_nobody() -> None:
    found = closing(problem_in(line([("Near", 1.0, 0), ("Also near", 2.0, 0), ("Far", 40.0, 2)]), LIBRARY))
    assert found["children_lost"].tolist() == [0.0, 0.0, 400.0]
    assert found["higher_need_lost"].tolist() == [0.0, 0.0, 0.0]
    assert found["children_further"].tolist() == [100.0, 200.0, 400.0]
    assert found["minutes_lost"].tolist() == pytest.approx([100.0, 200.0, 400.0 * 38.0])


def test_places_that_close_anyway_or_lie_elsewhere_are_not_told_of() -> None:
    build = line([("Near", 1.0, 0), ("Outside", 2.0, None), ("Far", 40.0, 2)])
    assert closing(problem_in(build, LIBRARY))["name"].tolist() == ["Near", "Far"]
    wanted = replace(LIBRARY, closed=("p002",))
    for table in (closing, relocations):
        assert table(problem_in(build, wanted))["name"].tolist() == ["Near"]


def test_where_no_place_is_nothing_closes_or_moves() -> None:
    problem = problem_in(line([]), LIBRARY)
    assert closing(problem).empty
    assert relocations(problem).empty
