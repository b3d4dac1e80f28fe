"""What criteria add makes up the value, and what is above another falls into what each gives and takes."""

import numpy as np
import pytest

from models.levels import Level
from models.shortlist import Shortlist, shortlist_of
from models.shortlist_why import why_caveats, why_of, why_words
from tests.small_shortlists import FIVE, asked_of, drawn_wards, more, wards_of

LABELS = {"a": "Need", "b": "Distance"}
FIGURES = {"a": [10.0, 5.0, 0.0, 5.0], "b": [0.0, 10.0, 4.0, 5.0]}


def few_wards(top: int = 2) -> Shortlist:
    """Four wards, of values 50, 75, 20 and 50: the second is first, and of two that are level the first."""
    return shortlist_of(wards_of(FIGURES), asked_of(more("a"), more("b"), top=top), draws=20)


def told(found: Shortlist, at: int) -> str:
    why = why_of(found, str(found.frame.index[at]))
    return "".join(part.text for part in why_words(why, found, LABELS, Level.WARD))


def test_what_criteria_add_makes_up_the_value_and_averages_are_of_all() -> None:
    found = shortlist_of(drawn_wards(40), asked_of(*FIVE), draws=20)
    for code in found.frame.index:
        why = why_of(found, str(code))
        assert why.value == pytest.approx(found.frame.loc[code, "value"])
        assert why.frame["average"].sum() == pytest.approx(found.frame["value"].mean())
        assert why.frame["other"].sum() == pytest.approx(found.frame.loc[why.other, "value"])
        assert why.above("average") == pytest.approx(why.apart("average").sum())
        assert why.apart("average").is_monotonic_decreasing


def test_one_is_held_against_the_last_in_and_the_last_in_against_the_first_left_out() -> None:
    found = shortlist_of(drawn_wards(40), asked_of(*FIVE), draws=20)
    order = list(found.frame.index)
    assert why_of(found, order[0]).other == order[4]
    assert why_of(found, order[4]).other == order[5]
    assert why_of(found, order[30]).other == order[4]


def test_a_sentence_says_what_gives_and_what_holds_back() -> None:
    found = few_wards()
    assert told(found, 0) == (
        "Ward 2 has a value of 75.0 of 100, 26.2 above the average ward: most by “Distance” (+26.2). "
        "It is 25.0 ahead of Ward 1, the last one in: most by “Distance” (+50.0)."
    )
    assert told(found, 1) == (
        "Ward 1 has a value of 50.0 of 100, 1.2 above the average ward: most by “Need” (+25.0); held back by "
        "“Distance” (−23.8). It is level with Ward 4, the first one left out: most by “Need” (+25.0)."
    )
    assert "below the average ward: most by “Need” (−25.0)" in told(found, 3)
    assert "behind Ward 1, the last one in: most by “Need” (−50.0)." in told(found, 3)


def test_alone_there_is_nobody_to_compare_with() -> None:
    found = shortlist_of(wards_of({"a": [1.0], "b": [2.0]}), asked_of(more("a"), more("b")), draws=20)
    why = why_of(found, "E05000001")
    assert why.other is None
    assert np.isnan(why.frame["other"]).all()
    assert told(found, 0) == "Ward 1 has a value of 0.0 of 100, that of the average ward."


def test_ends_that_are_given_need_no_caveat() -> None:
    ends = {"worst": 0.0, "best": 10.0}
    given = shortlist_of(wards_of(FIGURES), asked_of(more("a", **ends), more("b", **ends)), draws=20)
    assert len(why_caveats(few_wards())) == 2
    assert len(why_caveats(given)) == 1
