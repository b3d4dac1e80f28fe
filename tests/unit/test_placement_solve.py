"""Which solver a placement takes: each objective beside every choice, here and in a child process."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from geo.builds import Build
from geo.places import Places
from models import placement_run
from models.candidates import candidates_of
from models.placement import place
from models.placement_asked import Objective, Wanted
from models.placement_problem import Problem, fair_weight, problem_of
from models.placement_run import solve_within, start
from tests.small_builds import make_areas, make_build, provenance
from tests.small_places import make_places
from tests.small_solvers import until_stopped

COUNT = 24
SCHOOLS = (1, 6, 8, 11, 13, 18, 22)
WANTED = Wanted("family_hub", sites=2, minutes=20.0, buildings=("school",))


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Six rows of four areas with a hub in a corner and seven schools."""
    ranks = [1.0 + n * 33_754 // (COUNT - 1) for n in range(COUNT)]
    areas = make_areas({"need_idaci_rank": ranks, "pop_0_17": [100.0 + 37 * n % 50 for n in range(COUNT)]})
    codes = areas.frame.index
    rows = [("school", f"School {n}", None, codes[n]) for n in SCHOOLS]
    rows.append(("family_hub", "Hub", None, codes[3]))
    places = Places(make_places(areas, rows), {f"{k}.csv": provenance("Places") for k, *_ in rows})
    return make_build(tmp_path_factory.mktemp("placed") / "build", areas, places)


def problem_in(build: Build, **asked: object) -> Problem:
    wanted = replace(WANTED, **asked)
    return problem_of(build, wanted, candidates_of(build, wanted))


def lost_by_hand(problem: Problem, chosen: tuple[int, ...]) -> float:
    """What is lost with a choice, counted from the minutes alone."""
    wanted, cutoff = problem.wanted, problem.minutes.cutoff_min
    after = np.minimum(problem.after_min(np.array(chosen)), cutoff)
    if wanted.objective is Objective.CENTRE:
        return float(after[problem.weight > 0].max())
    if wanted.objective is Objective.MEDIAN:
        return float((after * problem.weight).sum())
    weight = fair_weight(problem) if wanted.objective is Objective.FAIR else problem.weight
    return float(weight[after > wanted.minutes].sum())


@pytest.mark.parametrize("objective", Objective)
def test_each_objective_is_as_good_as_the_best_of_all_choices(build: Build, objective: Objective) -> None:
    placed = place(build, replace(WANTED, objective=objective))
    problem, answer = placed.problem, placed.answer
    best = min(lost_by_hand(problem, pair) for pair in combinations(range(len(SCHOOLS)), 2))
    assert answer.proven
    assert answer.loss == pytest.approx(best, rel=1e-9)
    assert lost_by_hand(problem, tuple(answer.chosen)) == pytest.approx(best, rel=1e-9)
    assert np.array_equal(placed.chosen, answer.chosen)


@pytest.mark.parametrize("objective", [Objective.CENTRE, Objective.FAIR])
def test_a_child_process_gives_the_same(build: Build, objective: Objective) -> None:
    problem = problem_in(build, objective=objective, capacity=None)
    here = solve_within(problem, 60.0)
    with start(problem) as run:
        there = run.result()
    assert np.array_equal(here.chosen, there.chosen)
    assert (here.loss, here.bound, here.proven) == (there.loss, there.bound, there.proven)


def test_room_is_kept_to(build: Build) -> None:
    free, full = (solve_within(problem_in(build, capacity=room), 60.0) for room in (1e6, 150.0))
    without = solve_within(problem_in(build), 60.0)
    assert free.loss == pytest.approx(without.loss)
    lost = problem_in(build).siting.ceiling.sum()
    assert lost - full.loss == pytest.approx(2 * 150.0)
    with start(problem_in(build, capacity=150.0)) as run:
        assert run.result().loss == full.loss


def test_what_is_not_proven_in_time_is_left_to_a_child_process(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    problem = problem_in(build)
    monkeypatch.setattr(placement_run, "work_of", lambda _: (until_stopped, (10.0,)))
    assert solve_within(problem, 0.02) is None
    monkeypatch.setattr(placement_run, "AT_ONCE_PAIRS", 3)
    monkeypatch.setattr(placement_run, "work_of", lambda _: pytest.fail("it is not tried"))
    assert solve_within(problem, 60.0) is None
