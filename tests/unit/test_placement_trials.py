"""What is not quite known, drawn anew: the same with one seed, within what is assumed, and said in words."""

from dataclasses import replace

import numpy as np
import pytest

from data.errors import SourceError
from geo.builds import Build
from geo.travel import Means
from models.candidates import candidates_of
from models.placement_asked import For, Objective, Wanted
from models.placement_problem import Problem, problem_of
from models.placement_trials import trials_of, trials_words
from models.siting import Siting
from models.siting_tree import solve
from models.siting_trials import how_often

HUBS = Wanted("family_hub", sites=2, objective=Objective.MEDIAN, buildings=("library", "school"))


def problem_in(build: Build, wanted: Wanted) -> Problem:
    return problem_of(build, wanted, candidates_of(build, wanted))


@pytest.fixture(scope="module")
def hubs(northmere_build: Build) -> Problem:
    """Family hubs in libraries or schools, with ways as short as possible."""
    return problem_in(northmere_build, HUBS)


def parts(siting: Siting) -> tuple[list[float], list[int], list[int], list[float]]:
    return siting.ceiling.tolist(), siting.point.tolist(), siting.site.tolist(), siting.loss.tolist()


def by_area(problem: Problem, values: np.ndarray) -> np.ndarray:
    codes = problem.minutes.starts["area_code"].to_numpy(dtype=str)
    return np.array([values[codes == code].sum() for code in np.unique(codes)])


def weights_in(problem: Problem, trial: Siting) -> np.ndarray:
    """What each area counts in a trial where nobody has a place today: the ceiling of the p-median."""
    return by_area(problem, trial.ceiling / problem.minutes.cutoff_min)


def test_one_seed_draws_the_same_however_many_are_drawn(hubs: Problem) -> None:
    few, many = list(trials_of(hubs, 2, seed=5)), list(trials_of(hubs, 4, seed=5))
    assert [parts(one) for one in few] == [parts(one) for one in many[:2]]
    assert len({str(parts(one)) for one in many}) == 4
    assert parts(next(trials_of(hubs, 1, seed=6))) != parts(few[0])


def test_children_are_drawn_as_counts_by_chance(hubs: Problem) -> None:
    alone = replace(hubs, today_min=np.full(len(hubs.today_min), np.inf))
    counted = by_area(hubs, hubs.weight)
    drawn = np.array([weights_in(hubs, trial) for trial in trials_of(alone, 60, seed=1)])
    assert np.allclose(drawn, np.rint(drawn))
    off = (drawn - counted)[:, counted > 0] / np.sqrt(counted[counted > 0])
    assert abs(off.mean()) < 0.05
    assert off.std() == pytest.approx(1, abs=0.05)


def test_ways_to_a_candidate_are_all_longer_or_shorter_by_one_share(hubs: Problem) -> None:
    unsure = replace(hubs, today_min=np.full(len(hubs.today_min), np.inf))
    minutes = np.full((unsure.siting.sites, len(hubs.today_min)), np.nan)
    minutes[hubs.minutes.place, hubs.minutes.start] = hubs.minutes.minutes
    for trial in trials_of(unsure, 3, seed=2):
        weight = trial.ceiling / hubs.minutes.cutoff_min
        known = weight[trial.point] > 0
        site, point = trial.site[known], trial.point[known]
        longer = trial.loss[known] / weight[point] / minutes[site, point]
        longer = longer[minutes[site, point] > 0]
        site = site[minutes[site, point] > 0]
        each = [longer[site == one] for one in np.unique(site)]
        assert all(np.allclose(one, one[0]) for one in each)
        first = np.array([one[0] for one in each])
        assert first.min() >= 0.9
        assert first.max() <= 1.1
        assert first.std() > 0.02


def test_need_is_drawn_further_apart_than_children(northmere_build: Build, hubs: Problem) -> None:
    need = problem_in(northmere_build, replace(HUBS, people=For.NEED))
    spread = {}
    for name, problem in (("children", hubs), ("need", need)):
        alone = replace(problem, today_min=np.full(len(problem.today_min), np.inf))
        counted = by_area(problem, problem.weight)
        drawn = np.array([weights_in(problem, trial) for trial in trials_of(alone, 30, seed=1)])
        spread[name] = (drawn[:, counted > 50] / counted[counted > 50]).std()
    assert spread["need"] > 2 * spread["children"]


@pytest.mark.parametrize("objective", [Objective.COVER, Objective.MEDIAN, Objective.FAIR])
def test_what_is_chosen_in_all_trials_keeps_the_rules(northmere_build: Build, objective: Objective) -> None:
    wanted = replace(HUBS, objective=objective)
    first = candidates_of(northmere_build, wanted).frame.index[0]
    problem = problem_in(northmere_build, replace(wanted, required=(first,)))
    best = solve(problem.siting).chosen
    assert best is not None
    found = how_often(trials_of(problem, 20, seed=3), best)
    assert found.count == 20
    assert found.share[0] == 1.0
    assert found.share.sum() <= 2 + 1e-9
    assert all(problem.siting.rules.allow(sites) for sites, _ in found.sets)
    assert (found.kept <= 1 + 1e-9).all()


def test_the_longest_way_alone_is_not_tried(hubs: Problem) -> None:
    centre = replace(hubs, wanted=replace(hubs.wanted, objective=Objective.CENTRE))
    with pytest.raises(SourceError, match="longest way alone"):
        trials_of(centre, 3)


def test_words_say_what_is_varied(hubs: Problem) -> None:
    assert trials_words(hubs) == (
        "Varied at random, by assumption: travel times (up to 10% shorter or longer) and the number of "
        "children in each small area (by chance, as counts of that size vary)."
    )
    line = replace(hubs, minutes=replace(hubs.minutes, means=Means.LINE))
    assert "the detour of streets (1.2 to 1.4 times the straight line)" in trials_words(line)
    need = replace(line, wanted=replace(hubs.wanted, people=For.NEED))
    assert "and need in each small area (up to 25% lower or higher" in trials_words(need)
    demand = replace(line, wanted=replace(hubs.wanted, people=For.DEMAND))
    assert "and expected demand in each small area" in trials_words(demand)
