"""How much better another choice could be: one figure, in the unit of the aim, wherever it is told."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from geo.builds import Build
from models.candidates import candidates_of
from models.placement import Placed
from models.placement_asked import For, Objective, Wanted
from models.placement_caveats import proof_words
from models.placement_goal import could_words, goal_of, share_words
from models.placement_phrases import Phrases
from models.placement_problem import fair_weight, problem_of
from models.placement_run import Progress
from models.placement_sure_words import proof_words as sure_words
from models.siting import Answer
from tests.reach_line import straight_walks
from tests.small_placements import placing_build
from views import place_running, place_search
from views.place_extras import Asked, Extras
from views.place_files import how_sure
from views.place_report import Found, describe_placed

HUB = Wanted("family_hub", sites=1, buildings=("community_centre", "library", "school"))


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


@pytest.fixture(scope="module")
def build() -> Build:
    return placing_build()


def found_in(build: Build, wanted: Wanted, lost: float, bound: float) -> Found:
    """What a search tells that was stopped when its choice and its bound lost such shares of all there is."""
    problem = problem_of(build, wanted, candidates_of(build, wanted))
    whole = fair_weight(problem) if wanted.objective is Objective.FAIR else problem.weight
    chosen = np.array([1])
    answer = Answer(chosen, lost * whole.sum(), bound * whole.sum(), 1, stopped=True)
    return Found(build, Placed(problem, chosen, answer), answer, Extras(Asked()), 0.0, ())


@pytest.mark.parametrize(
    ("wanted", "could"),
    [
        (HUB, "could reach at most 40.0% more children"),
        (replace(HUB, people=For.NEED), "could reach at most 40.0% more children in families of low income"),
        (
            replace(HUB, objective=Objective.FAIR, fairness=0.3),
            "could be at most 40.0% better by this weighing",
        ),
        (replace(HUB, objective=Objective.MEDIAN), "could shorten the average walk by at most 4.4%"),
        (
            replace(HUB, objective=Objective.MEDIAN, people=For.NEED),
            "could shorten the average walk of children in families of low income by at most 4.4%",
        ),
        (replace(HUB, objective=Objective.CENTRE), "could shorten the longest walk by at most 4.4%"),
    ],
)
def test_what_could_be_better_is_the_same_figure_wherever_it_is_told(
    build: Build, wanted: Wanted, could: str
) -> None:
    found = found_in(build, wanted, lost=0.9, bound=0.86)
    placed, answer = found.placed, found.answer
    progress = Progress(61.0, answer.loss, answer.bound, done=False)
    sure = "".join(part.text for part in sure_words(placed))
    share = could.split("at most ")[1].split("%")[0]
    assert sure.endswith(f": another choice of up to one of 4 candidates {could}.")
    assert proof_words(Phrases(placed, build.areas)).endswith(f": another choice {could}.")
    assert how_sure(placed) == f"best found, not proven; another choice {could}"
    assert place_running.progress_words(placed.problem, progress).endswith(f" another choice {could}.")
    assert f"61 s, another at most {share}% better (" in place_search.progress_words(placed.problem, progress)
    assert share_words(describe_placed(found)["gap"]) == f"{share}%"


def test_a_search_tells_how_many_are_within_reach_with_the_best_so_far(build: Build) -> None:
    found = found_in(build, HUB, lost=0.9, bound=0.86)
    progress = Progress(61.0, found.answer.loss, found.answer.bound, done=False)
    assert place_running.progress_words(found.placed.problem, progress) == (
        "Best so far has 75 children within reach; another choice could reach at most 40.0% more children."
    )
    nothing = Progress(0.1, float("inf"), 0.0, done=False)
    assert place_running.progress_words(found.placed.problem, nothing) == "No choice has been found yet."


def test_nothing_less_than_nothing_can_be_lost(build: Build) -> None:
    problem = found_in(build, HUB, lost=0.9, bound=0.86).placed.problem
    goal = goal_of(problem, 50.0, -np.inf)
    assert (goal.value, goal.bound) == (700.0, 750.0)
    assert could_words(problem, goal_of(problem, 750.0, 0.0)) == "may be better"


def test_a_share_that_is_left_to_prove_is_never_none() -> None:
    assert [share_words(share) for share in (0.0, 1e-9, 0.0004, 0.123)] == ["0.1%", "0.1%", "0.1%", "12.3%"]
