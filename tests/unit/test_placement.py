"""A choice of sites is counted as reach is, by area, fifth and ward; more sites never reach fewer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InfeasibleError, SourceError
from geo.builds import Build
from models.candidates import Candidates, candidates_of
from models.placement import NEW, Placed, place
from models.placement_asked import For, Objective, Wanted
from models.placement_figures import gini_of
from models.placement_problem import Problem, problem_of
from models.placement_solve import work_of
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, reach_in
from models.reach_change import with_place_at, without_place
from models.siting import no_sites
from tests.reach_line import straight_walks
from tests.small_builds import without_places
from tests.small_placements import BUILDINGS, HOMES, Building, line_table, placing_build

KINDS = ("community_centre", "library", "school")
HUB = Wanted("family_hub", sites=1, buildings=KINDS)
MIDDLE_SCHOOL, EAST_SCHOOL, FAR_HALL, OLD_HUB = "p001", "p002", "p003", "p004"


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def problem_in(build: Build, wanted: Wanted = HUB) -> Problem:
    return problem_of(build, wanted, candidates_of(build, wanted))


def chosen_in(problem: Problem, *ids: str) -> Placed:
    return Placed(problem, problem.positions(ids))


def test_a_choice_is_counted_by_hand() -> None:
    placed = place(placing_build(), replace(HUB, sites=2))
    assert placed.sites["name"].tolist() == ["East School", "Middle School"]
    assert placed.sites[["children", "higher_need", "lost"]].to_numpy().tolist() == [
        [400.0, 0.0, 400.0],
        [200.0, 200.0, 200.0],
    ]
    figures = placed.figures
    assert (figures.children, figures.before, figures.after, figures.gained) == (750.0, 100.0, 700.0, 600.0)
    assert (figures.higher, figures.higher_before, figures.higher_after) == (350.0, 100.0, 300.0)
    assert (figures.higher, figures.higher_before, figures.higher_share_after) == (350.0, 100.0, 300 / 350)
    assert figures.gained_higher == 200.0
    assert figures.lost == 0.0
    assert placed.areas["group"].tolist() == [REACHED, NEW, NEW, HIGHER_NEED]
    assert placed.answer is not None
    assert placed.answer.proven
    assert figures.worst_ward_before == ("E05000001", 0.0)
    assert figures.worst_ward_after == ("E05000001", pytest.approx(400 / 450))


def test_ways_are_told_as_their_mean_and_the_longest() -> None:
    placed = place(placing_build(), replace(HUB, objective=Objective.MEDIAN))
    assert placed.sites["name"].tolist() == ["East School"]
    by_hand = (
        (100 * 2 + 150 * 32 + 50 * 47 + 400 * 60 + 50 * 60) / 750,
        (100 * 2 + 150 * 32 + 50 * 17 + 400 * 2 + 50 * 28) / 750,
    )
    assert (placed.figures.mean_before_min, placed.figures.mean_after_min) == pytest.approx(by_hand)
    assert (placed.figures.longest_before_min, placed.figures.longest_after_min) == (60.0, 32.0)


def test_the_longest_way_is_made_short() -> None:
    placed = place(placing_build(), replace(HUB, sites=2, objective=Objective.CENTRE))
    longest = min(
        chosen_in(placed.problem, *ids).figures.longest_after_min
        for ids in combinations(placed.problem.candidates.frame.index, 2)
    )
    assert placed.figures.longest_after_min == longest
    assert placed.answer is not None
    assert placed.answer.loss == longest


def test_a_fair_choice_reaches_those_in_need_before_more_others() -> None:
    build = placing_build(line_table(children=[100.0, 300.0, 400.0, 50.0]))
    assert place(build, HUB).sites["name"].tolist() == ["East School"]
    fair = place(build, replace(HUB, objective=Objective.FAIR, fairness=0.9))
    assert fair.sites["name"].tolist() == ["Middle School"]


def test_need_counts_children_by_the_share_of_families_of_low_income() -> None:
    placed = place(placing_build(), replace(HUB, people=For.NEED))
    weights = placed.problem.weight
    assert weights.tolist() == pytest.approx([50.0, 10.0, 30.0, 20.0, 20.0])
    assert placed.sites["name"].tolist() == ["Middle School"]
    assert placed.figures.weight_after == pytest.approx(90.0)
    assert not placed.internal


@pytest.mark.parametrize("people", [For.NEED, For.DEMAND])
def test_what_is_not_loaded_cannot_be_placed_for(people: For) -> None:
    build = placing_build(line_table(scores=None, ranks=None))
    with pytest.raises(SourceError, match=r"HINT: Add .* or place for all children"):
        place(build, replace(HUB, people=people))


def test_a_place_that_closes_is_there_before_and_not_after() -> None:
    build = placing_build()
    placed = chosen_in(problem_in(build, replace(HUB, closed=(OLD_HUB,))), EAST_SCHOOL)
    figures = placed.figures
    assert (figures.before, figures.after, figures.gained, figures.lost) == (100.0, 400.0, 400.0, 100.0)
    assert placed.areas["children_gained"].tolist() == [-100.0, 0.0, 400.0, 0.0]
    assert placed.areas["group"].tolist() == [HIGHER_NEED, HIGHER_NEED, NEW, HIGHER_NEED]
    reach = reach_in(build, build.areas, HUB.asked)
    alone = without_place(build.areas, reach, OLD_HUB).areas["children_gained"]
    assert Placed(placed.problem, no_sites()).areas["children_gained"].equals(alone)


def test_whom_a_site_takes_over_from_a_place_that_closes_is_not_new() -> None:
    problem = problem_in(placing_build(), replace(HUB, closed=(OLD_HUB,), people=For.NEED))
    placed = chosen_in(problem, "p000", MIDDLE_SCHOOL)
    told = placed.sites.sort_index()
    assert told["children"].tolist() == [0.0, 200.0]
    assert told["taken_over"].tolist() == [100.0, 0.0]
    assert told["lost"].tolist() == [100.0, 200.0]
    assert told["children"].sum() == placed.figures.gained
    assert problem.weight @ placed.newly == pytest.approx(40.0)


def test_without_any_rank_nobody_of_higher_need_is_made_up() -> None:
    placed = chosen_in(problem_in(placing_build(line_table(ranks=None))), EAST_SCHOOL)
    figures = placed.figures
    assert placed.sites["children"].tolist() == [400.0]
    assert placed.sites["higher_need"].isna().all()
    assert np.isnan([figures.gained_higher, figures.higher, figures.higher_after]).all()


def test_who_is_reached_across_the_border_counts_today() -> None:
    assert problem_in(placing_build()).reach.places["inside"].tolist() == [False]
    assert place(placing_build(), HUB).figures.before == 100.0


def test_where_no_place_is_known_it_is_taken_that_there_is_none() -> None:
    placed = place(placing_build(buildings=BUILDINGS[:-1]), HUB)
    assert placed.problem.nowhere
    assert placed.figures.before == 0.0
    assert placed.figures.children == 750.0


def test_who_lives_where_no_place_is_known_does_not_count_where_others_are() -> None:
    table = line_table(councils=["Eastham", "Eastham", "Westham", "Westham"])
    build = placing_build(table, [*BUILDINGS, ("family_hub", "Hub", 1.0, 0)])
    placed = place(build, HUB)
    assert placed.problem.counted.tolist() == [True, True, False, False]
    assert placed.sites["name"].tolist() == ["Middle School"]
    assert placed.areas["after_share"].isna().tolist() == [False, False, True, True]
    assert placed.by_fifth["children"].sum() == 300.0
    alone = place(build, replace(HUB, council="E08000001"))
    assert alone.problem.nowhere
    assert alone.sites["name"].tolist() == ["East School"]
    assert alone.figures.children == 450.0


def test_children_who_are_not_known_are_not_made_up() -> None:
    placed = place(placing_build(line_table(children=[100.0, None, 400.0, 50.0])), HUB)
    assert placed.sites["name"].tolist() == ["East School"]
    assert np.isnan(placed.areas["children_after"].iloc[1])
    assert placed.figures.children == 550.0


def test_without_any_children_it_says_what_is_missing() -> None:
    with pytest.raises(SourceError, match="How many children live where is not known"):
        place(placing_build(line_table(children=None)), HUB)


def test_a_fifth_and_a_ward_that_are_not_known_have_lines_of_their_own() -> None:
    table = without_places(line_table(ranks=[1.0, None, 30_000.0, 2.0]), "ward_code", rows=slice(2, 3))
    placed = place(placing_build(table), replace(HUB, sites=2))
    assert placed.by_fifth.index[-1] is pd.NA
    assert placed.by_fifth["after"].tolist()[-1] == 200.0
    assert pd.isna(placed.by_ward.index[-1])
    assert placed.by_ward["after"].tolist() == [300.0, 0.0, 400.0]


def test_room_for_so_many_is_kept_and_shared() -> None:
    placed = place(placing_build(), replace(HUB, sites=2, capacity=150.0))
    assert placed.sites["children"].tolist() == pytest.approx([150.0, 150.0])
    assert placed.figures.gained == pytest.approx(300.0)
    assert placed.areas["children_after"].sum() == pytest.approx(placed.figures.after)
    assert Placed(placed.problem, no_sites()).figures.gained == 0.0


def test_a_budget_needs_to_know_what_sites_cost() -> None:
    build = placing_build()
    with pytest.raises(SourceError, match="what 4 of 4 candidates cost is not known"):
        place(build, replace(HUB, budget_gbp=1_000.0))
    placed = place(build, replace(HUB, sites=3, budget_gbp=1_000.0, cost_gbp=500.0))
    assert placed.figures.cost_gbp == 1_000.0
    assert place(build, HUB).figures.cost_gbp is None


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"kind": "castle"}, "no kind of place"),
        ({"buildings": ("library", "moon")}, "No kinds of building: moon"),
        ({"sites": 0}, "at least one is needed"),
        ({"minutes": float("nan")}, "no time to travel"),
        ({"fairness": 1.5}, "not between 0 and 1"),
        ({"council": "E09000001"}, "No area lies in council"),
        ({"wards": ("E05009999",)}, "No area lies in ward E05009999"),
        ({"required": ("a",), "excluded": ("a",)}, "at once: a"),
        ({"budget_gbp": -1.0}, "A budget of -1 cannot be used"),
        ({"capacity": 0.0}, "A capacity of 0 cannot be used"),
        ({"closed": ("p000",)}, "Not there today, so they cannot close: p000"),
        ({"capacity": 5.0, "objective": Objective.CENTRE}, "without regard to how many"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_words(changes: dict[str, object], words: str) -> None:
    build = placing_build()
    with pytest.raises(SourceError, match=words):
        problem_of(build, replace(HUB, **changes), candidates_of(build, HUB))


def test_all_that_is_wrong_is_told_at_once() -> None:
    build = placing_build()
    with pytest.raises(SourceError, match=r"at least one is needed\. .*not between 0 and 1"):
        problem_of(build, replace(HUB, sites=0, fairness=-1.0), candidates_of(build, HUB))


def test_sites_that_are_named_have_to_be_candidates() -> None:
    with pytest.raises(SourceError, match="no candidates: nowhere"):
        place(placing_build(), replace(HUB, required=("nowhere",)))
    with pytest.raises(SourceError, match="No candidate is left"):
        place(placing_build(), replace(HUB, excluded=("p000", "p001", "p002", "p003")))
    required = place(placing_build(), replace(HUB, required=(FAR_HALL,)))
    assert required.sites.index.tolist() == [FAR_HALL]
    spared = place(placing_build(), replace(HUB, excluded=(EAST_SCHOOL,)))
    assert spared.sites.index.tolist() == [MIDDLE_SCHOOL]


def test_a_ward_gets_its_site() -> None:
    placed = place(placing_build(), replace(HUB, wards=("E05000000",)))
    assert placed.sites["name"].tolist() == ["Middle School"]


SPOTS = (-10, 4, 4, 17, 33, 46, 58, 61, 75, 99)


def schools_at(minutes: Sequence[int] = SPOTS) -> list[Building]:
    """Schools, each in the area whose homes are nearest, and the hub of today."""
    nearest = [min(range(4), key=lambda n: abs(at - (0, 30, 60, 90)[n])) for at in minutes]
    schools: list[Building] = [
        ("school", f"School {n}", float(at), area)
        for n, (at, area) in enumerate(zip(minutes, nearest, strict=True))
    ]
    return [*schools, ("family_hub", "Old Hub", -2.0, None)]


@cache
def schools_within(minutes: float) -> Problem:
    """Schools as candidates; they are measured once for all examples."""
    return problem_in(
        placing_build(buildings=schools_at()), replace(HUB, buildings=("school",), minutes=minutes)
    )


@given(st.sampled_from([1.0, 12.0, 15.0, 40.0]), st.sets(st.integers(0, 8), max_size=4), st.integers(0, 8))
def test_sums_agree_and_more_sites_never_reach_fewer(minutes: float, some: set[int], another: int) -> None:
    problem = schools_within(minutes)
    few, many = (
        Placed(problem, np.array(sorted(sites), dtype=np.intp)) for sites in (some, {*some, another})
    )
    assert many.figures.after >= few.figures.after
    assert (many.areas["after_share"] >= few.areas["after_share"]).all()
    assert (many.after_min <= few.after_min).all()
    for sums in (few.by_fifth, few.by_ward):
        assert sums["after"].sum() == pytest.approx(few.figures.after)
        assert sums["before"].sum() == pytest.approx(few.figures.before)
        assert sums["children"].sum() == few.figures.children
    assert few.areas["children_gained"].sum() == pytest.approx(few.figures.gained)
    assert few.sites["lost"].sum() <= few.figures.gained + 1e-9
    assert 0.0 <= few.figures.gini_after <= 1.0


@pytest.mark.parametrize("minutes", [1.0, 15.0, 40.0])
def test_before_is_reach_and_after_one_site_is_a_place_that_opens_there(minutes: float) -> None:
    build, problem = placing_build(buildings=schools_at()), schools_within(minutes)
    reach = reach_in(build, build.areas, problem.wanted.asked)
    assert Placed(problem, no_sites()).areas["after_share"].tolist() == reach.areas["reached_share"].tolist()
    for at, building in enumerate(problem.candidates.frame.geometry):
        placed = Placed(problem, np.array([at]))
        change = with_place_at(build, build.areas, reach, (building.x, building.y))
        for column in ("before_share", "after_share", "children_gained"):
            assert placed.areas[column].tolist() == change.areas[column].tolist()


def test_the_order_of_rows_does_not_matter() -> None:
    build = placing_build(buildings=schools_at())
    frame = build.places.frame.sample(frac=1.0, random_state=3)
    shuffled = replace(build, places=replace(build.places, frame=frame))
    wanted = replace(HUB, sites=2, buildings=("school",))
    ours, theirs = (candidates_of(b, wanted) for b in (build, shuffled))
    assert ours.frame.index.tolist() == theirs.frame.index.tolist()
    assert ours.merged == theirs.merged == {"p002": "p001"}
    assert place(build, wanted).sites.equals(place(build, wanted, theirs).sites)


def test_the_gini_coefficient_is_that_of_every_pair() -> None:
    rng = np.random.default_rng(5)
    share, weight = rng.random(9), rng.integers(1, 9, 9).astype(float)
    pairs = np.abs(share[:, None] - share) * np.outer(weight, weight)
    mean = np.average(share, weights=weight)
    assert gini_of(share, weight) == pytest.approx(pairs.sum() / (2 * weight.sum() ** 2 * mean))
    assert gini_of(np.zeros(3), np.ones(3)) == 0.0


def test_middles_of_areas_stand_in_only_on_request() -> None:
    build = placing_build()
    made: Candidates = candidates_of(build, replace(HUB, middles=True))
    assert made.frame.index.tolist() == build.areas.frame.index.tolist()
    assert not made.from_build
    assert "whether there is one near is not known" in made.notes[0]
    assert len(HOMES) == len(problem_of(build, HUB, made).weight)


def test_lower_need_out_of_reach_is_told_apart() -> None:
    placed = place(placing_build(), replace(HUB, required=(MIDDLE_SCHOOL,)))
    assert placed.areas["group"].tolist() == [REACHED, NEW, LOWER_NEED, HIGHER_NEED]


def test_conditions_that_nothing_keeps_are_refused_before_anything_is_solved() -> None:
    with pytest.raises(InfeasibleError, match="Raise the budget by £100"):
        place(placing_build(), replace(HUB, budget_gbp=400.0, cost_gbp=500.0))
    schools = replace(HUB, buildings=("community_centre",), wards=("E05000000",))
    with pytest.raises(InfeasibleError, match="No candidate site lies in West"):
        place(placing_build(), schools)


def test_where_nobody_is_known_to_live_nothing_is_placed() -> None:
    table = line_table(children=[0.0, 0.0, None, 50.0], councils=["Eastham", "Eastham", "Eastham", "Westham"])
    with pytest.raises(SourceError, match="No children are known here from whose homes ways are known"):
        place(placing_build(table), replace(HUB, council="E08000000"))


def test_middles_are_those_of_the_council() -> None:
    table = line_table(councils=["Eastham", "Eastham", "Westham", "Westham"])
    made = candidates_of(placing_build(table), replace(HUB, middles=True, council="E08000001"))
    assert made.frame.index.tolist() == table.frame.index[2:].tolist()


def test_without_wards_there_is_no_ward_that_is_worst_off() -> None:
    placed = place(placing_build(without_places(line_table(), "ward_code", "ward_name")), HUB)
    assert placed.figures.worst_ward_after is None
    assert len(placed.by_ward) == 1


def reached(placed: Placed) -> float:
    return placed.figures.after


def even(placed: Placed) -> float:
    return placed.figures.share_after + placed.figures.higher_share_after


GOODS = {
    Objective.COVER: reached,
    Objective.FAIR: even,
    Objective.MEDIAN: lambda placed: -placed.figures.mean_after_min,
    Objective.CENTRE: lambda placed: -placed.figures.longest_after_min,
}


@pytest.mark.parametrize("objective", list(Objective))
def test_no_other_pair_is_better_by_what_is_asked(objective: Objective) -> None:
    problem = schools_within(12.0)
    problem = replace(problem, wanted=replace(problem.wanted, objective=objective, sites=2))
    solver, arguments = work_of(problem)
    answer = solver(*arguments)
    assert answer.proven
    assert answer.chosen is not None
    every = combinations(range(len(problem.candidates.frame)), 2)
    best = max(GOODS[objective](Placed(problem, np.array(pair))) for pair in every)
    assert GOODS[objective](Placed(problem, answer.chosen)) == pytest.approx(best)
