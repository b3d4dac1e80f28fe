"""The smallest shift of weights is that of trying every choice of whom to beat, and 1 % less does nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given

from data.shortlist_criteria import Asked, Criterion, Direction, Spread
from models.shortlist_takes import MARGIN, Takes, Way, takes_of
from models.shortlist_takes_words import takes_caveats, takes_words
from tests.small_races import ROUNDING, Race, is_in, is_out, leads_of, races, smallest_shift

NAMES = {"a": "Ashfield", "b": "Birch", "c": "Crane", "d": "Dale"}
LABELS = {"need": "children in poverty", "walk": "minutes’ walk to a hub", "cars": "no car"}


def places(rows: dict[str, tuple[float, ...]]) -> pd.DataFrame:
    columns = list(LABELS)[: len(next(iter(rows.values())))]
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns)


def even(values: pd.DataFrame) -> pd.Series:
    return pd.Series(1 / values.shape[1], index=values.columns)


def many(count: int, criteria: int, seed: int) -> tuple[pd.DataFrame, pd.Series, list[str]]:
    """Many wards whose criteria go together in part, weights, and the codes in the order of value."""
    draw = np.random.default_rng(seed)
    figures = 0.7 * draw.normal(size=(count, 1)) + draw.normal(size=(count, criteria))
    figures = (figures - figures.min(axis=0)) / np.ptp(figures, axis=0)
    values = pd.DataFrame(figures, index=[f"w{n:04}" for n in range(count)])
    values.columns = [f"c{n:02}" for n in range(criteria)]
    weights = pd.Series(draw.dirichlet(np.full(criteria, 3.0)), index=values.columns)
    return values, weights, list((values @ weights).sort_values(ascending=False).index)


def check_flip(takes: Takes, values: pd.DataFrame) -> None:
    """The change does what it says by the margin, and 1 % less along the same direction does not."""
    assert takes.weights is not None
    assert takes.change is not None
    does = is_in if takes.way is Way.IN else is_out
    assert takes.weights.sum() == pytest.approx(1, abs=1e-12)
    assert (takes.weights >= 0).all()
    assert takes.shift == pytest.approx(takes.change.abs().sum() / 2)
    assert does(values, takes.weights, takes.top, takes.code)
    assert not does(values, takes.before + 0.99 * takes.change, takes.top, takes.code)
    assert not does(values, takes.before, takes.top, takes.code)


def check_groups(takes: Takes, values: pd.DataFrame) -> None:
    """In each group of the proof a mix of rivals is no lower on any criterion: one is at any weights."""
    codes = [code for group in takes.groups for code in group]
    assert len(set(codes)) == len(codes)
    for group in takes.groups:
        leads = leads_of(values.loc[[takes.code, *group]], takes.code)
        draw = np.random.default_rng(1).dirichlet(np.full(values.shape[1], 0.4), 500)
        corners = np.vstack([draw, np.eye(values.shape[1])])
        assert ((corners @ leads.T).min(axis=1) < MARGIN + ROUNDING).all()


@pytest.mark.proof
@given(race=races())
def test_no_smaller_shift_does(race: Race) -> None:
    values, weights, top, code = race
    takes = takes_of(*race)
    least, nearly = smallest_shift(race), smallest_shift(race, MARGIN + ROUNDING)
    assert takes.proven
    assert takes.way is (Way.OUT if is_in(*race) else Way.IN)
    if takes.shift is None:
        assert nearly is None
        check_groups(takes, values)
    else:
        assert least is not None
        assert least - 1e-9 <= takes.shift <= (1.0 if nearly is None else nearly * (1 + 2e-6) + 1e-12)
        check_flip(takes, values)
    shuffled = takes_of(values.iloc[::-1, ::-1], weights.iloc[::-1], top, code)
    assert shuffled.shift == takes.shift
    assert shuffled.passed == takes.passed


@pytest.mark.parametrize(("criteria", "at"), [(5, 0), (5, 4), (5, 5), (5, 20), (5, 100), (12, 12), (12, 40)])
def test_of_many_wards_the_change_flips_and_one_per_cent_less_does_not(criteria: int, at: int) -> None:
    values, weights, order = many(215, criteria, seed=3)
    takes = takes_of(values, weights, 5, order[at])
    assert takes.proven
    assert takes.way is (Way.OUT if at < 5 else Way.IN)
    if takes.shift is None:
        check_groups(takes, values)
        assert at >= 20
    else:
        check_flip(takes, values)


def test_a_sentence_says_how_much_moves_from_where_to_where() -> None:
    values = places({"a": (0.2, 0.9), "b": (0.8, 0.5), "c": (0.9, 0.2)})
    takes = takes_of(values, pd.Series({"need": 0.9, "walk": 0.1}), 1, "a")
    assert takes_words(takes, NAMES, LABELS) == (
        "Ashfield would come first if 50.0 of 100 points of weight moved "
        "from children in poverty to minutes’ walk to a hub.",
        "It would get ahead of Birch and Crane.",
    )
    assert takes_words(takes_of(values, even(values), 2, "c"), NAMES, LABELS)[0].startswith(
        "Crane would be in the top two if "
    )


def test_one_that_is_in_is_told_what_puts_it_out() -> None:
    values = places({"a": (0.2, 0.9), "b": (0.8, 0.5), "c": (0.9, 0.1)})
    takes = takes_of(values, even(values), 2, "a")
    assert takes.way is Way.OUT
    assert takes.passed == ("c",)
    assert takes_words(takes, NAMES, LABELS) == (
        "Ashfield is in the top two, and would be out if 3.3 of 100 points of weight moved "
        "from minutes’ walk to a hub to children in poverty.",
        "Crane would get ahead of it.",
    )


def test_no_weights_bring_in_one_that_others_are_no_lower_than() -> None:
    values = places({"a": (0.2, 0.2), "b": (0.8, 0.5), "c": (0.3, 0.2), "d": (0.2, 0.1)})
    takes = takes_of(values, even(values), 2, "a")
    assert takes.proven
    assert takes.groups == (("b",), ("c",))
    assert takes_words(takes, NAMES, LABELS) == (
        "No weights bring Ashfield in: Birch and Crane are at least as good on every criterion.",
    )
    assert takes_words(takes_of(values, even(values), 1, "b"), NAMES, LABELS) == (
        "Birch is first whatever the weights.",
    )


def test_no_weights_bring_in_one_that_one_of_a_group_is_always_ahead_of() -> None:
    values = places({"a": (0.4, 0.4), "b": (0.9, 0.1), "c": (0.1, 0.9)})
    takes = takes_of(values, even(values), 1, "a")
    assert takes.groups == (("b", "c"),)
    assert takes_words(takes, NAMES, LABELS) == (
        "No weights bring Ashfield in: whatever the weights, one of Birch or Crane is at least as good.",
    )


def test_of_several_groups_it_is_said_how_many_are_ahead() -> None:
    rows = {"a": (0.4, 0.4), "b": (0.9, 0.1), "c": (0.1, 0.9), "d": (0.8, 0.2), "e": (0.2, 0.8)}
    values = places({**rows, "f": (0.5, 0.5)})
    takes = takes_of(values, even(values), 3, "a")
    assert len(takes.groups) == 3
    (told,) = takes_words(takes, {"f": "Firth"}, LABELS)
    assert told.startswith(
        "No weights bring a in: Firth is at least as good on every criterion, and whatever the weights, "
        "two more are at least as good: one of b or "
    )
    check_groups(takes, values)


def test_where_groups_alone_prove_nothing_the_search_does_and_says_so() -> None:
    rows = {
        **{"a": (1.0, 0.0, 1.0), "b": (1.0, 1.0, 0.25), "c": (0.0, 1.0, 0.75), "d": (0.5, 0.25, 0.5)},
        **{"e": (0.5, 0.0, 0.5), "f": (0.25, 0.25, 1.0)},
    }
    values = places(rows)
    takes = takes_of(values, even(values), 2, "d")
    assert takes.proven
    assert takes.shift is None
    assert smallest_shift((values, even(values), 2, "d")) is None
    assert len(takes.groups) == 1
    assert takes_words(takes, NAMES, LABELS) == (
        "No weights bring Dale in: whatever the weights, one of Birch, Ashfield or Crane is at least as "
        "good, and every choice of who else may be ahead of it was looked at.",
    )


def test_a_tie_is_not_a_lead() -> None:
    values = places({"a": (0.6, 0.4), "b": (0.4, 0.6)})
    takes = takes_of(values, even(values), 1, "a")
    assert takes.way is Way.IN
    assert takes.shift == pytest.approx(MARGIN / 0.4, rel=1e-3)
    assert takes_words(takes, NAMES, LABELS)[-1] == (
        "At the weights of today it is level with Birch: a tie is not a lead."
    )
    check_flip(takes, values)


def test_rules_that_are_not_looked_at_are_told() -> None:
    values = places({"a": (0.2, 0.9), "b": (0.8, 0.5)})
    takes = takes_of(values, even(values), 1, "b")
    criteria = tuple(Criterion(id_, 50, Direction.MORE) for id_ in values.columns)
    plain = takes_caveats(takes, Asked("ward", criteria, 1))
    ruled = takes_caveats(takes, Asked("ward", criteria, 1, spread=Spread(1)))
    assert len(plain) == 2
    assert ruled == (
        *plain,
        "It tells of who comes first by value: the spread and the budget are not looked at.",
    )


@pytest.mark.parametrize("at", [0, 12])
def test_when_time_is_up_it_is_said_what_is_known(at: int) -> None:
    values, weights, order = many(60, 8, seed=5)
    takes = takes_of(values, weights, 5, order[at], seconds=0.0)
    best = takes_of(values, weights, 5, order[at])
    assert best.shift is not None
    assert not takes.proven
    assert takes.at_least <= best.shift
    assert takes.at_least > 0
    assert "Time was up" in " ".join(takes_words(takes, NAMES, LABELS))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"values": [[0.1, 0.2], [np.nan, 0.4]]}, "without gaps"),
        ({"values": [[0.1, 0.2], [1.2, 0.4]]}, "from 0 to 1"),
        ({"codes": ["a", "a"]}, "a is there twice"),
        ({"weights": {"need": 0.7, "walk": 0.7}}, "sum to 1"),
        ({"weights": {"need": 1.5, "walk": -0.5}}, "0 or more"),
        ({"weights": {"need": 1.0}}, "same criteria"),
        ({"code": "z"}, "z is not among"),
    ],
)
def test_what_does_not_fit_is_refused(change: dict[str, object], told: str) -> None:
    asked = {
        "values": [[0.1, 0.2], [0.3, 0.4]],
        "codes": ["a", "b"],
        "weights": {"need": 0.5, "walk": 0.5},
        "code": "a",
        **change,
    }
    values = pd.DataFrame(asked["values"], index=asked["codes"], columns=["need", "walk"])
    with pytest.raises(ValueError, match=told):
        takes_of(values, pd.Series(asked["weights"]), 1, str(asked["code"]))
