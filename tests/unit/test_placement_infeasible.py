"""Conditions that nothing keeps are told with what would help, and so is whom no candidate reaches."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import combinations

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InfeasibleError
from geo.area_table import CRS
from geo.builds import Build
from models.candidates import COLUMNS, Candidates, candidates_of
from models.placement_asked import Wanted
from models.placement_infeasible import check_feasible, out_of_any_reach
from models.placement_problem import Problem, problem_of
from models.siting_tree import solve
from models.solver import Solver
from tests.reach_line import areas_of, line_build, point, straight_walks

AT = (0.0, 20.0, 45.0, 60.0, 100.0, 200.0, 100.0)
CHILDREN = [100.0, 200.0, 400.0, 50.0, 30.0, 7.0, None]
"""Of areas so many minutes east; the only library is at the west end."""

WARDS = ("West", "West", "Middle", "Middle", "East", "East", "East")
WEST, MIDDLE, EAST = "E05000000", "E05000001", "E05000002"
LIBRARY = Wanted("library", sites=1)
HALLS = {"a": (21.0, WEST, 100.0), "b": (46.0, MIDDLE, 300.0), "c": (47.0, MIDDLE, 200.0)}


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def problem_at(
    wanted: Wanted = LIBRARY,
    halls: dict[str, tuple[float, str, float]] = HALLS,
    homes: Sequence[float] = AT,
) -> Problem:
    """The problem of halls at some minutes, in a ward and at a cost."""
    areas = areas_of({"pop_0_17": [10.0 if homes is not AT else n for n in CHILDREN]}, WARDS)
    build = line_build(areas, [(n, 1.0, at) for n, at in enumerate(homes)], [("West", 0.0, 0)])
    frame = gpd.GeoDataFrame(
        {column: [None] * len(halls) for column in COLUMNS},
        index=sorted(halls),
        geometry=[point(halls[name][0]) for name in sorted(halls)],
        crs=CRS,
    )
    frame["ward_code"] = [halls[name][1] for name in sorted(halls)]
    frame["cost_gbp"] = [halls[name][2] for name in sorted(halls)]
    frame.index.name = "candidate_id"
    return problem_of(build, wanted, Candidates(frame, from_build=False))


def told(**conditions: object) -> str:
    """What is said of conditions that nothing keeps."""
    with pytest.raises(InfeasibleError) as refused:
        check_feasible(problem_at(replace(LIBRARY, **conditions)), {EAST: "East End"})
    return str(refused.value)


def test_conditions_that_can_be_kept_are_not_refused() -> None:
    for wanted in (
        LIBRARY,
        replace(LIBRARY, sites=3, exactly=True, budget_gbp=600.0),
        replace(LIBRARY, sites=2, required=("a",), wards=(WEST, MIDDLE), budget_gbp=300.0),
    ):
        problem = problem_at(wanted)
        check_feasible(problem)
        assert solve(problem.siting).chosen is not None


def test_wards_without_a_candidate_are_named() -> None:
    assert told(wards=(EAST,)) == (
        "No candidate site lies in East End, where there has to be one.\n"
        "HINT: Choose more kinds of building, or leave the ward out."
    )
    assert "lies in E05000001, East End, where" in told(sites=2, wards=(MIDDLE, EAST), excluded=("b", "c"))


def test_more_sites_are_required_than_there_may_be() -> None:
    assert told(required=("a", "b", "c")) == (
        "3 sites are required, but 1 site is asked for.\n"
        "HINT: Ask for 3 sites, or leave out 2 of these conditions."
    )
    assert told(wards=(WEST, MIDDLE)).startswith("2 wards have to have one, but 1 site is asked for.")
    assert told(required=("a",), wards=(WEST, MIDDLE)).startswith(
        "1 site is required and 1 more ward has to have one, which takes 2 sites, but 1 site is asked for."
    )


def test_fewer_candidates_than_exactly_so_many() -> None:
    assert told(sites=4, exactly=True) == (
        "Exactly 4 sites are asked for, and there are only 3 candidates.\n"
        "HINT: Ask for 3 sites, or choose more kinds of building."
    )


@pytest.mark.parametrize(
    ("conditions", "words"),
    [
        ({"budget_gbp": 60.0}, "The cheapest site that could be chosen costs £100, which is £40 more"),
        ({"required": ("b",), "budget_gbp": 250.0}, "The required site alone costs £300, which is £50 more"),
        (
            {"required": ("a", "b"), "budget_gbp": 99.5, "sites": 2},
            "The required sites alone cost £400, which is £300.50 more than the budget of £99.50.",
        ),
        (
            {"required": ("a",), "wards": (MIDDLE,), "budget_gbp": 250.0, "sites": 2},
            "The cheapest 2 sites that keep the other conditions cost £300, which is £50 more",
        ),
        (
            {"exactly": True, "sites": 3, "budget_gbp": 500.0},
            "The cheapest 3 sites that keep the other conditions cost £600, which is £100 more",
        ),
    ],
)
def test_a_budget_that_is_too_small(conditions: dict[str, object], words: str) -> None:
    said = told(**conditions)
    assert said.startswith(words)
    assert "HINT: Raise the budget by £" in said


def test_all_that_is_wrong_is_told_at_once() -> None:
    said = told(required=("a", "b"), wards=(EAST,), budget_gbp=50.0)
    assert [part in said for part in ("East End", "takes 3 sites", "£350 more")] == [True] * 3
    assert said.count("HINT") == 1


def test_whom_no_candidate_reaches() -> None:
    out = out_of_any_reach(problem_at())
    assert out.areas.to_dict() == {"E01000004": 30.0, "E01000005": 7.0}
    assert (out.children, out.children_beyond) == (37.0, 7.0)
    assert out.minutes_needed == pytest.approx(53.0)
    assert out.notes == (
        "No candidate and no place of today is within 15 minutes’ walk of 37 children in 2 small areas.",
        "Within 53 minutes’ walk all but 7 of them would have a candidate.",
    )
    assert (out.sites_needed, out.sites_exact) == (2, True)
    assert out.sites_words == "2 new sites would reach everybody whom candidates can reach."


def test_the_minutes_that_are_told_are_enough() -> None:
    wanted = replace(LIBRARY, minutes=53.0)
    out = out_of_any_reach(problem_at(wanted))
    assert out.areas.to_dict() == {"E01000005": 7.0}
    assert out.minutes_needed is None
    assert out.notes == (
        "No candidate and no place of today is within 53 minutes’ walk of 7 children in a small area.",
    )
    closing = replace(out, closing=True).notes
    assert closing[0].startswith("No candidate and no place that stays is within")


def test_everybody_is_reached() -> None:
    problem = problem_at(replace(LIBRARY, minutes=20.0), {"a": (200.0, EAST, 0.0), "b": (80.0, EAST, 0.0)})
    problem = replace(problem, children=np.where(np.array(AT) == 45.0, 0.0, problem.children))
    out = out_of_any_reach(problem)
    assert not len(out.areas)
    assert out.notes == ()
    assert (out.sites_needed, out.sites_words) == (
        2,
        "2 new sites would reach everybody whom candidates can reach.",
    )
    nobody = out_of_any_reach(replace(problem, children=np.zeros(len(AT))))
    assert (nobody.sites_needed, nobody.sites_words) == (0, "")


def test_conditions_take_their_sites() -> None:
    wanted = replace(LIBRARY, required=("b", "c"), sites=3)
    assert out_of_any_reach(problem_at(wanted)).sites_needed == 3


def test_a_number_that_is_not_known_is_told_as_the_least() -> None:
    out = replace(out_of_any_reach(problem_at()), sites_exact=False, sites_needed=2)
    assert out.sites_words == "At least 2 new sites would reach everybody whom candidates can reach."


@pytest.mark.parametrize(
    ("required", "bound", "needed"),
    [((), -np.inf, 0), ((), 1.0, 0), ((), 1.2, 2), (("b", "c"), -np.inf, 0), (("b", "c"), 2.0, 0)],
)
def test_where_no_more_is_found_out_in_time_than_the_conditions_say_nothing_is_said(
    monkeypatch: pytest.MonkeyPatch, required: tuple[str, ...], bound: float, needed: int
) -> None:
    monkeypatch.setattr(Solver, "least_whole", lambda solver, seconds: (bound, False))
    out = out_of_any_reach(problem_at(replace(LIBRARY, required=required, sites=3)))
    assert (out.sites_needed, out.sites_exact) == (needed, False)
    assert bool(out.sites_words) == bool(needed)


@pytest.mark.proof
@given(
    homes=st.lists(st.integers(0, 80), min_size=7, max_size=7),
    halls=st.lists(st.integers(0, 80), min_size=1, max_size=6),
)
def test_the_sites_that_are_told_are_the_fewest_that_reach_all(homes: list[int], halls: list[int]) -> None:
    minutes = np.abs(np.subtract.outer(np.array(homes, dtype=float), np.array(halls, dtype=float)))
    near = minutes <= 15.0
    lacking = (np.array(homes) > 15) & near.any(axis=1)
    problem = problem_at(halls={f"h{n}": (float(at), WEST, 0.0) for n, at in enumerate(halls)}, homes=homes)
    enough = (
        count
        for count in range(len(halls) + 1)
        for some in combinations(range(len(halls)), count)
        if near[:, list(some)].any(axis=1)[lacking].all()
    )
    assert out_of_any_reach(problem).sites_needed == next(enough)


def test_of_northmere_everything_is_told(northmere_build: Build) -> None:
    wanted = Wanted("family_hub", minutes=10.0, buildings=("library",), sites=1)
    problem = problem_of(northmere_build, wanted, candidates_of(northmere_build, wanted))
    check_feasible(problem)
    out = out_of_any_reach(problem)
    reached = (problem.after_min(np.arange(len(problem.candidates.frame))) <= 10.0) | (problem.children == 0)
    assert out.children == pytest.approx(problem.children[~reached].sum())
    assert len(out.notes) == 2
    assert out.sites_exact
