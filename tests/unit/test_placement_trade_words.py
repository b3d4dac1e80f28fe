"""Other choices of sites in rows and words: what is swapped, what fairness costs, what closing loses."""

from collections.abc import Iterator
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.area_table import CRS
from models.candidates import COLUMNS, Candidates
from models.placement import Placed
from models.placement_asked import For, Objective, Wanted
from models.placement_compare import compare, difference_words, question_words
from models.placement_curve import FALLS, curve_in, curve_words
from models.placement_manual import by_hand
from models.placement_others import alternatives, price_of_equity
from models.placement_problem import Problem, problem_of
from models.placement_sure_words import often_frame, often_words, proof_words
from models.placement_today import closing, relocations
from models.placement_trade_words import (
    moves_frame,
    moves_words,
    near_frame,
    near_words,
    price_words,
)
from models.siting import Answer
from models.siting_curve import curve_of
from models.siting_near import NearSets
from models.siting_tree import solve
from models.siting_trials import Trials
from models.words import Part
from tests.reach_line import areas_of, line_build, point, straight_walks
from views.place_extras import Asked, Extras, extra_lines
from views.place_trade_offs import further_words

AREAS = areas_of(
    {"pop_0_17": [100.0, 200.0, 400.0, 398.0], "need_idaci_rank": [1.0, 1.0, 30_000.0, 1.0]},
    wards=["West", "Mid", "Mid", "East"],
)
STARTS = [(0, 1.0, 0.0), (1, 1.0, 20.0), (2, 1.0, 45.0), (3, 1.0, 75.0)]
AT = {"a": 21.0, "b": 46.0, "c": 76.0}
"""Where candidates stand, in minutes east; the libraries of today are at 0 and 2."""

ONE = Wanted("library", sites=1)


@pytest.fixture(scope="module", autouse=True)
def _straight() -> Iterator[None]:
    with straight_walks():
        yield


def problem_at(wanted: Wanted = ONE) -> Problem:
    build = line_build(AREAS, STARTS, [("West", 0.0, 0), ("Next", 2.0, 0)])
    plain = pd.DataFrame(
        index=pd.Index(sorted(AT), name="candidate_id"), columns=list(COLUMNS), dtype="object"
    )
    plain["name"] = [f"Hall {id_.upper()}" for id_ in plain.index]
    shapes = gpd.GeoDataFrame(plain, geometry=[point(AT[id_]) for id_ in plain.index], crs=CRS)
    return problem_of(build, wanted, Candidates(shapes, from_build=False))


def best_in(problem: Problem) -> Placed:
    answer = solve(problem.siting)
    assert answer.chosen is not None
    return Placed(problem, answer.chosen, answer)


def text_of(parts: tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)


def near_in(best: Placed, within: float) -> NearSets:
    assert best.answer is not None
    return alternatives(best.problem, best.answer, within)


def test_another_choice_says_what_it_swaps_and_what_it_gives_up() -> None:
    best = best_in(problem_at())
    near = near_in(best, 0.01)
    (row,) = near_frame(best.problem, near, best.chosen).to_dict("records")
    assert (row["leaves"], row["takes"]) == ("Hall B", "Hall C")
    assert (row["children"], row["higher_need"]) == (-2.0, 398.0)
    assert row["short"] == pytest.approx(2 / 500)
    assert text_of(near_words(near, 1, 0.01)) == "One other choice comes within 1% of the best that can be."


def test_the_words_say_whether_all_were_looked_at_and_how_many_are_shown() -> None:
    best = best_in(problem_at())
    none = near_in(best, 0.001)
    assert near_frame(best.problem, none, best.chosen).empty
    assert text_of(near_words(none, 0, 0.001)) == (
        "No other choice comes within less than 1% of the best that can be."
    )
    some = replace(none, complete=False)
    assert text_of(near_words(some, 0, 0.05)) == (
        "No other choice was found within 5% of the best that can be."
    )
    many = replace(some, found=31, others=30)
    assert text_of(near_words(many, 8, 0.05)) == (
        "At least 30 other choices come within 5% of the best that can be. Those eight are shown that differ "
        "most."
    )


def test_a_choice_that_is_not_proven_is_not_taken_for_one_that_comes_near() -> None:
    problem = problem_at()
    bound = solve(problem.siting).bound
    answer = Answer(np.array([0]), problem.siting.loss_of(np.array([0])), bound, 1, stopped=True)
    first = Placed(problem, np.array([0]), answer)
    near = near_in(first, 0.01)
    frame = near_frame(problem, near, first.chosen)
    assert (near.found, near.others, len(frame)) == (2, 2, 2)
    assert text_of(near_words(near, 2, 0.01)) == "Two other choices come within 1% of the best that can be."
    assert further_words(near, frame) == "The nearest other one found falls 0.0% short of it."
    assert further_words(replace(near, others=9), frame[1:]) == "One that was found falls 0.4% short of it."
    assert further_words(near, frame[:0]) == ""


def test_the_price_of_fairness_is_told_in_children() -> None:
    price = price_of_equity(problem_at(replace(ONE, fairness=1.0)))
    assert text_of(price_words(price)) == (
        "The fair choice reaches 398 more children of higher need, and 2 fewer children altogether."
    )
    same = price_of_equity(problem_at(replace(ONE, fairness=0.0)))
    assert text_of(price_words(same)) == "The same sites are best both ways: being fair costs nothing here."
    assert price.fair.answer is not None
    open_ = replace(price.fair.answer, bound=price.fair.answer.loss - 1.0)
    fair = replace(price.fair, answer=open_)
    assert text_of(price_words(replace(price, fair=fair))).startswith(
        "The fair choice found so far reaches 398 more children of higher need"
    )
    assert text_of(price_words(replace(same, fair=replace(same.fair, answer=open_)))) == (
        "The same sites are the best found so far both ways: whether being fair costs anything is not proven."
    )


def test_closing_and_moving_today_s_places_stand_side_by_side() -> None:
    problem = problem_at()
    moves = moves_frame(closing(problem), relocations(problem))
    assert moves["name"].tolist() == ["West", "Next"]
    assert moves["children_lost"].tolist() == [0.0, 0.0]
    assert moves["children_net"].tolist() == [400.0, 400.0]
    assert text_of(moves_words(moves)) == (
        "Moving West to Hall B would bring 400 more children within reach, those who lose it taken off. "
        "Closing any one would put nobody out of reach."
    )
    for_others = moves.assign(higher_need_net=[-20.0, 0.0])
    assert ", those who lose it taken off, but 20 fewer of higher need. Closing" in text_of(
        moves_words(for_others)
    )
    poor = moves.assign(children_net=[0.0, -3.0], children_lost=[1.0, 70.0])
    assert text_of(moves_words(poor)) == (
        "No move of one place brings more children within reach. Closing Next would put 70 children out of "
        "reach."
    )


def test_a_proof_a_gap_and_a_choice_by_hand_are_told_apart() -> None:
    best = best_in(problem_at())
    assert best.answer is not None
    assert text_of(proof_words(best)).startswith(
        "Proven: no other choice of up to one of 3 candidates reaches more children. "
    )
    bound = best_in(problem_at(replace(ONE, required=("a",), people=For.NEED)))
    assert text_of(proof_words(bound)).startswith(
        "Proven: no other choice of up to one of 3 candidates that keeps the conditions reaches more "
        "children weighted by need. "
    )
    gap = replace(best, answer=replace(best.answer, bound=best.answer.loss - 41.0))
    assert text_of(proof_words(gap)) == (
        "The best that was found, not proven: another choice of up to one of 3 candidates could reach at "
        "most 8.2% more children."
    )
    median = best_in(problem_at(replace(ONE, objective=Objective.MEDIAN, exactly=True)))
    assert "no other choice of one of 3 candidates makes the ways of children shorter" in text_of(
        proof_words(median)
    )
    assert median.answer is not None
    short = replace(median, answer=replace(median.answer, bound=median.answer.loss * 0.9))
    assert "could shorten the average walk by at most 10.0%" in text_of(proof_words(short))
    assert text_of(proof_words(replace(best, answer=None))) == "Chosen by hand: nothing is proven of it."


def test_sites_that_are_often_among_the_best_are_named_after_the_chosen_ones() -> None:
    problem = problem_at()
    sets = ((np.array([1]), 150), (np.array([2]), 47), (np.array([0]), 3))
    kept = np.concatenate([np.ones(180), np.full(20, 0.9)])
    trials = Trials(200, np.array([0.015, 0.75, 0.235]), sets, kept)
    often = often_frame(problem, trials, np.array([1]))
    assert often["name"].tolist() == ["Hall B", "Hall C"]
    assert often["chosen"].tolist() == [True, False]
    assert text_of(often_words(trials, np.array([1]))) == (
        "In 75% of 200 trials this very choice is the best found. In 95% of all trials it does at least 90% "
        "of what the best would do."
    )
    sure = replace(trials, kept=np.ones(200), sets=((np.array([1]), 200),))
    assert text_of(often_words(sure, np.array([1]))) == (
        "In all of 200 trials this very choice is the best found."
    )
    other = replace(trials, sets=((np.array([0]), 200),))
    assert text_of(often_words(other, np.array([1]))).startswith("In none of 200 trials this very choice")


def test_the_curve_counts_children_within_reach() -> None:
    problem = problem_at()
    curve = curve_in(problem, curve_of(problem.siting, 3))
    assert curve.frame["children"].tolist() == [100.0, 500.0, 898.0, 1_098.0]
    assert curve.frame["extra"].tolist()[1:] == [400.0, 398.0, 200.0]
    assert curve.frame["share"].iloc[-1] == 1.0
    assert curve.unproven == ()


def test_a_second_site_that_shortens_ways_can_leave_fewer_within_reach() -> None:
    wanted = replace(ONE, objective=Objective.MEDIAN, sites=2)
    homes = areas_of({"pop_0_17": [200.0, 300.0, 300.0, 450.0]})
    starts = [(row, 1.0, at) for row, at in enumerate((1.0, 52.0, 53.0, 81.0))]
    build = line_build(homes, starts, [("Far", -400.0, 0)])
    frame = problem_at().candidates.frame.set_geometry([point(at) for at in (36.0, 67.0, 72.0)], crs=CRS)
    problem = problem_of(build, wanted, Candidates(frame, from_build=False))
    curve = curve_in(problem, curve_of(problem.siting, 2))
    assert curve.frame["children"].tolist() == [0.0, 1_050.0, 450.0]
    assert curve.unproven == ()
    assert curve_words(curve, 2) == f"Two sites reach 600 fewer children than one. {FALLS}"
    extras = Extras(Asked(curve=2), curve=curve)
    ((_, lines),) = extra_lines(Placed(problem, np.array([0, 2])), extras)
    assert lines[-2:] == ["2: 450 (36%)", FALLS]


WARDS = AREAS.frame.groupby("ward_code")["ward_name"].first()


def by_hand_in(problem: Problem, *sites: int) -> Placed:
    return Placed(problem, np.array(sites, dtype=np.intp))


def test_two_choices_stand_side_by_side() -> None:
    problem = problem_at()
    best = best_in(problem)
    frame = compare(best, by_hand_in(problem, 2), WARDS)
    assert frame["left"].to_dict() == {
        "New sites": "Hall B",
        "Children within reach": "500 (46%)",
        "More than today": "400",
        "Of higher need, within reach": "100 (14%)",
        "Most deprived fifth": "14%",
        "Least deprived fifth": "100%",
        "Worst-off ward": "East, 0%",
        "Gini of reach": frame.at["Gini of reach", "left"],
        "Mean way of a child to the nearest": "14 minutes",
        "How chosen": "proven best",
    }
    assert frame.at["New sites", "right"] == "Hall C"
    assert frame.at["How chosen", "right"] == "by hand"
    assert frame.at["Worst-off ward", "right"] == "Mid, 0%"
    none = compare(best, by_hand_in(problem), WARDS)
    assert none.at["New sites", "right"] == "none"


def test_what_sets_two_choices_apart_is_told() -> None:
    problem = problem_at()
    names = ("Plan A", "Plan B")

    def told(left: tuple[int, ...], right: tuple[int, ...]) -> str:
        return text_of(difference_words(by_hand_in(problem, *left), by_hand_in(problem, *right), names))

    assert told((1,), (2,)) == (
        "Plan A brings 2 more children within reach than Plan B, and 398 fewer of higher need. They share no "
        "site."
    )
    assert told((2,), (0, 2)) == (
        "Plan B brings 200 more children within reach than Plan A, and 200 more of higher need. Both have "
        "Hall C."
    )
    assert told((1,), (1,)) == "Both bring as many children within reach. Their sites are the same."
    assert told((), (1,)) == (
        "Plan B brings 400 more children within reach than Plan A, and as many of higher need. They share no "
        "site."
    )
    alike = replace(problem, higher_need=np.array([100.0, 0.0, 0.0, 398.0]), children=np.full(4, 100.0))
    pair = by_hand_in(alike, 1), by_hand_in(alike, 2)
    assert text_of(difference_words(*pair, names)).startswith(
        "Both bring as many children within reach; Plan B 398 more of higher need."
    )


def test_sites_are_the_same_by_what_they_are_and_not_by_name() -> None:
    problem = problem_at()
    frame = problem.candidates.frame.assign(name="St Mary’s")
    alike = replace(problem, candidates=Candidates(frame, from_build=False))
    build = line_build(AREAS, STARTS, [("West", 0.0, 0), ("Next", 2.0, 0)])
    here, there = ((point(at).x, point(at).y) for at in (30.0, 60.0))

    def told(left: Placed, right: Placed) -> str:
        return text_of(difference_words(left, right, ("A", "B")))

    def on_map(*spots: tuple[float, float]) -> Placed:
        return by_hand(problem, build, spots).placed

    assert told(by_hand_in(alike, 0), by_hand_in(alike, 1)).endswith("They share no site.")
    assert told(by_hand_in(alike, 0, 1), by_hand_in(alike, 1, 2)).endswith("Both have St Mary’s.")
    assert told(on_map(here), on_map(there)).endswith("They share no site.")
    assert told(on_map(here, there), on_map(there, here)).endswith("Their sites are the same.")


def test_plans_of_different_questions_are_said_to_be_that() -> None:
    here = by_hand_in(problem_at(), 1)
    assert question_words(here, here) == ""
    further = by_hand_in(problem_at(replace(ONE, minutes=30.0)), 1)
    assert question_words(here, further) == "They are of different minutes, so compare them with care."
    needy = by_hand_in(problem_at(replace(ONE, people=For.NEED)), 1)
    assert question_words(here, needy) == (
        "They are of different groups of children, so compare them with care."
    )
    assert needy.figures.mean_after_min != here.figures.mean_after_min
    beside = compare(here, needy, WARDS).drop("How chosen")
    assert beside["left"].equals(beside["right"])
