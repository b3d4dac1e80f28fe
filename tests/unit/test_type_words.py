"""Rules and sureness in words: followed with a pencil they say what the code does."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.operating_models import COMPARISONS, MEASURES, Condition, operating_rules
from models.operating_words import SIGNALS
from models.rule_words import conditions_words, rule_words
from models.type_frozen import THIN
from models.type_inputs import inputs_of
from models.type_pipeline import nearest_two
from models.type_structure import REFERENCES, Structure
from models.type_sure_words import (
    again_words,
    between_words,
    chance_words,
    overlap_note,
    soft_of,
    soft_words,
)
from models.types import Types
from models.types_told import STABLE, kinds_caveats
from tests.small_type_scenes import type_findings


@pytest.fixture(scope="module")
def types() -> Types:
    types = type_findings().types
    assert types is not None
    return types


def test_every_rule_of_the_file_names_each_of_its_cut_offs() -> None:
    for model in operating_rules().models:
        words = rule_words(model)
        for condition in model.conditions:
            if condition.measure not in SIGNALS:
                assert f"{condition.cut_off:g}" in words
                assert MEASURES[condition.measure].split()[0] in words.lower() or "km2" in condition.measure
    grow = next(model for model in operating_rules().models if model.id == "grow")
    assert rule_words(grow) == (
        "Need is more than 33 and less than 67 of 100 and community places are less than 67 of 100."
    )


@pytest.mark.parametrize(
    ("comparison", "cut_off", "words"),
    [
        ("at_least", 1, "referrals rise faster than usual, beyond chance"),
        ("below", 1, "referrals do not rise faster than usual, beyond chance"),
        ("above", -1, "referrals do not fall, beyond chance"),
        ("at_most", -1, "referrals fall, beyond chance"),
        ("at_least", -1, "the trend in referrals is known"),
        ("above", 1, "it never fits"),
    ],
)
def test_signals_are_told_by_what_they_allow(comparison: str, cut_off: float, words: str) -> None:
    assert conditions_words([Condition("trend_signal", comparison, cut_off)]) == [words]


@given(st.sampled_from(sorted(MEASURES)), st.sampled_from(COMPARISONS), st.floats(-500, 500))
def test_any_condition_that_a_file_can_hold_has_words(measure: str, comparison: str, cut_off: float) -> None:
    (words,) = conditions_words([Condition(measure, comparison, cut_off)])
    assert words
    assert measure in SIGNALS or f"{cut_off:g}" in words


def test_what_the_mixture_finds_adds_up(types: Types) -> None:
    soft = soft_of(types)
    letters = types.frame["type"].dropna()
    assert soft.frame["areas"].to_dict() == letters.value_counts().sort_index().to_dict()
    assert soft.frame["between"].sum() == types.frame["between"].sum()
    weighed = (soft.frame["same"] * soft.frame["areas"]).sum() / soft.frame["areas"].sum()
    assert soft.same == pytest.approx(weighed)
    assert f"{soft.same:.0%}" in soft_words(soft)


def test_between_and_overlap_in_words(types: Types) -> None:
    assert f"{types.frame['between'].sum()} of 96 areas" in between_words(types)
    words = [again_words(at) for at in (0.85, 0.75, 0.6, 0.59)]
    assert words == ["surely", "well", "in part", "hardly"]
    assert "0.85" in overlap_note()


def test_what_to_bear_in_mind_is_in_plain_words_and_true_of_every_area(types: Types) -> None:
    inputs = inputs_of(type_findings().composites)
    for stability in (0.2, 0.7, 0.9):
        words = " ".join(kinds_caveats(types.frame, inputs, stability, 4))
        assert "Rand" not in words
        assert (f"{stability:.2f}, where 1 is the same" in words) is (stability < STABLE)
    assert "its own is less than 10% nearer than the second" in words
    apart = np.array([[0.905, 1.0], [0.895, 1.0]])
    assert (nearest_two(apart)[2] < THIN).tolist() == [True, False]


@pytest.mark.parametrize(("clouds", "said"), [(0, "None of 99 clouds"), (1, "1 of 99"), (40, "40 of 99")])
def test_clouds_are_counted(clouds: int, said: str) -> None:
    empty = pd.Series(dtype=float)
    chance = (clouds + 1) / (REFERENCES + 1)
    words = chance_words(Structure(empty, empty, 1, True, chance, ""))
    assert words.startswith(said)
    assert ("stands out" in words) is (clouds < 2)
