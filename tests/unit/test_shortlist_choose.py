"""The wards of most value within a spread and a budget are those that trying every choice finds."""

from dataclasses import replace
from itertools import combinations
from math import fsum

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import InfeasibleError
from models.shortlist_choose import Chosen, Rule, choose
from models.shortlist_choose_words import chosen_words, rule_words
from models.shortlist_rules import Rules

Question = tuple[pd.Series, Rules]
NAMES = {"a": "Ashfield", "b": "Birch", "c": "Crane", "d": "Dale"}
VALUE = pd.Series({"a": 90.0, "b": 80.0, "c": 50.0, "d": 20.0})
PLACES = pd.Series({"a": "north", "b": "north", "c": "south", "d": "south"})
COST = pd.Series({"a": 60_000.0, "b": 50_000.0, "c": 40_000.0, "d": 10_000.0})


@st.composite
def questions(draw: st.DrawFn) -> Question:
    """A few wards, with values and costs that often tie, and any rules."""
    codes = [f"w{n}" for n in range(draw(st.integers(1, 8)))]
    some = st.sets(st.sampled_from(codes), max_size=2)
    figures = {
        name: draw(st.lists(st.sampled_from(choices), min_size=len(codes), max_size=len(codes)))
        for name, choices in {
            "value": (0.0, 12.5, 25.0, 50.0, 75.0, 100.0, np.nan),
            "cost": (0.0, 10.0, 20.0, 30.0, 45.0, np.nan),
            "place": ("x", "y", None),
        }.items()
    }
    table = pd.DataFrame(figures, index=codes)
    priced, spread = draw(st.booleans()), draw(st.sampled_from((None, 1, 2)))
    rules = Rules(
        count=draw(st.integers(1, 4)),
        in_one=spread,
        places=table["place"],
        budget_gbp=draw(st.sampled_from((None, 0.0, 30.0, 55.0, 90.0))) if priced else None,
        cost_gbp=table["cost"].astype(float) if priced else None,
        out=frozenset(draw(some)),
        required=frozenset(draw(some)),
    )
    return table["value"].astype(float), rules


def keeps(codes: tuple[str, ...], value: pd.Series, rules: Rules) -> bool:
    """Whether a choice keeps to the rules, each looked at as it is told to a person."""
    cost = pd.Series(0.0, value.index) if rules.cost_gbp is None else rules.cost_gbp
    held = [] if rules.places is None else [rules.places[code] for code in codes]
    return (
        not any(np.isnan(value[code]) or np.isnan(cost[code]) or code in rules.out for code in codes)
        and rules.required <= set(codes)
        and (rules.in_one is None or all(held.count(p) <= rules.in_one for p in held if isinstance(p, str)))
        and (rules.budget_gbp is None or fsum(cost[code] for code in codes) <= rules.budget_gbp)
    )


def best_of_all(value: pd.Series, rules: Rules) -> tuple[float, float, int, int] | None:
    """The most value of all choices, then the least cost, then the most wards, then the first codes."""
    codes, found = sorted(value.index), []
    for count in range(rules.count + 1):
        for each in combinations(codes, count):
            if keeps(each, value, rules):
                found.append(told(each, value, rules))
    return min(found, default=None)


def told(codes: tuple[str, ...], value: pd.Series, rules: Rules) -> tuple[float, float, int, int]:
    cost = 0.0 if rules.cost_gbp is None else fsum(rules.cost_gbp[code] for code in codes)
    order = sorted(value.index)
    return -fsum(value[code] for code in codes), cost, -len(codes), sum(order.index(code) for code in codes)


def check_given_up(chosen: Chosen, value: pd.Series) -> None:
    """What all rules give up is what the highest values without them add up to beyond the choice."""
    if chosen.together is None:
        return
    budget = {} if chosen.rules.budget_gbp is None else {"budget_gbp": None, "cost_gbp": None}
    free = best_of_all(value, replace(chosen.rules, in_one=None, required=frozenset(), **budget))
    assert free is not None
    assert chosen.together.value == pytest.approx(-free[0] - chosen.value)
    assert set(chosen.together.comes_in) <= set(chosen.codes)
    assert not set(chosen.together.stays_out) & set(chosen.codes)
    others = {*chosen.codes, *chosen.together.stays_out} - set(chosen.together.comes_in)
    assert fsum(value[code] for code in others) == pytest.approx(-free[0])
    assert len(chosen.alone) in (0, 2, 3)
    assert all(each.value <= chosen.together.value + 1e-9 for each in chosen.alone)


@pytest.mark.proof
@given(question=questions())
def test_nothing_within_the_rules_is_better(question: Question) -> None:
    value, rules = question
    best = best_of_all(value, rules)
    someone = any(keeps((code,), value, replace(rules, required=frozenset())) for code in value.index)
    if best is None or not someone:
        with pytest.raises(InfeasibleError, match="HINT"):
            choose(value, rules)
        return
    chosen = choose(value, rules)
    assert chosen.proven
    assert chosen.gap == 0
    assert keeps(chosen.codes, value, rules)
    assert told(chosen.codes, value, rules) == best
    assert chosen.value == -best[0]
    assert choose(value.iloc[::-1], rules).codes == chosen.codes
    check_given_up(chosen, value)


def test_without_rules_the_highest_values_are_chosen_and_ties_break_by_code() -> None:
    value = pd.Series({"b": 50.0, "a": 50.0, "c": 50.0, "d": 60.0})
    chosen = choose(value, Rules(2))
    assert chosen.codes == ("d", "a")
    assert chosen.cost_gbp is None
    assert chosen.together is None
    assert rule_words(chosen, NAMES) == ()


def test_a_spread_says_what_it_gives_up() -> None:
    chosen = choose(VALUE, Rules(2, in_one=1, places=PLACES))
    assert chosen.codes == ("a", "c")
    assert chosen_words(chosen, NAMES) == ("Ashfield and Crane are chosen: a value of 140.0 together.",)
    assert rule_words(chosen, NAMES) == (
        "Choosing at most one in one locality gives up a value of 30.0: Crane is in, and Birch not.",
    )


def test_a_ward_without_a_place_is_a_place_of_its_own() -> None:
    places = PLACES.drop(["a", "b"])
    assert choose(VALUE, Rules(2, in_one=1, places=places)).codes == ("a", "b")


def test_a_missing_cost_is_not_nothing() -> None:
    cost = COST.where(COST.index != "a")
    chosen = choose(VALUE, Rules(3, budget_gbp=60_000.0, cost_gbp=cost))
    assert chosen.codes == ("b", "d")
    assert chosen.without_cost == ("a",)
    assert chosen_words(chosen, NAMES) == (
        "Birch and Dale are chosen for £60,000 of the £60,000 there is: a value of 100.0 together.",
        "Two wards, though three may be chosen.",
        "Ashfield could not be chosen: its cost is not known.",
    )
    assert rule_words(chosen, NAMES) == (
        "Keeping to a budget of £60,000 gives up a value of 120.0: Dale is in, and Ashfield and Crane not.",
    )


def test_each_of_several_rules_says_what_it_gives_up_alone() -> None:
    rules = Rules(2, in_one=1, places=PLACES, budget_gbp=110_000.0, cost_gbp=COST, required=frozenset("d"))
    chosen = choose(VALUE, rules)
    assert chosen.codes == ("a", "d")
    by_rule = {each.rules[0]: each.value for each in chosen.alone}
    assert by_rule == {Rule.SPREAD: 0.0, Rule.BUDGET: 0.0, Rule.REQUIRED: 30.0}
    assert rule_words(chosen, NAMES, "area")[1:] == (
        "Choosing at most one in one area changes nothing.",
        "Keeping to a budget of £110,000 changes nothing.",
        "Requiring Dale gives up a value of 30.0: Dale is in, and Crane not.",
    )


def test_what_cannot_be_kept_is_told_with_what_would_do() -> None:
    def refused(rules: Rules) -> str:
        with pytest.raises(InfeasibleError) as fault:
            choose(VALUE, rules, NAMES)
        return str(fault.value)

    assert refused(Rules(2, budget_gbp=9_000.0, cost_gbp=COST)) == (
        "The cheapest that could be chosen costs £10,000, which is £1,000 more than the budget of £9,000.\n"
        "HINT: The smallest budget that is enough is £10,000."
    )
    both = frozenset("ab")
    assert "Ashfield, Birch have to be in and lie in one place" in refused(
        Rules(2, in_one=1, places=PLACES, required=both)
    )
    assert "smallest budget that is enough is £110,000." in refused(
        Rules(2, budget_gbp=100_000.0, cost_gbp=COST, required=both)
    )
    assert "2 have to be in, but one can be chosen." in refused(Rules(1, required=both))
    assert "Ashfield has to be in, and must not be in." in refused(
        Rules(1, required=frozenset("a"), out=frozenset("a"))
    )
    assert "z has to be in, but is not among those compared." in refused(Rules(1, required=frozenset("z")))
    assert "what it costs is not known" in refused(
        Rules(1, required=frozenset("a"), budget_gbp=1e6, cost_gbp=COST.drop("a"))
    )
    assert "Nobody can be chosen" in refused(Rules(1, out=frozenset("abcd")))


def test_when_time_is_up_it_is_said_what_others_could_have_at_most() -> None:
    rules = Rules(2, budget_gbp=100_000.0, cost_gbp=COST)
    chosen = choose(VALUE, rules, seconds=0.0)
    assert not chosen.proven
    best = choose(VALUE, rules)
    assert chosen.value <= best.value <= chosen.value + chosen.gap
    assert keeps(chosen.codes, VALUE, rules)
    assert chosen_words(chosen, NAMES)[-1].startswith("Time was up before it was known")


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Rules(0),
        lambda: Rules(1, in_one=1),
        lambda: Rules(1, budget_gbp=10.0),
        lambda: Rules(1, budget_gbp=float("nan"), cost_gbp=COST),
        lambda: choose(pd.concat([VALUE, VALUE]), Rules(1)),
        lambda: choose(-VALUE, Rules(1)),
        lambda: choose(VALUE, Rules(1, budget_gbp=10.0, cost_gbp=-COST)),
    ],
)
def test_what_makes_no_sense_is_refused(wrong: object) -> None:
    assert callable(wrong)
    with pytest.raises(ValueError, match=r"\w"):
        wrong()
