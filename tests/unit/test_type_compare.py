"""Rules beside clusters: agreement as others reckon it, and where the two part."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import association

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA, operating_rules
from data.provenance import Tier
from models.operating_models import OperatingModels
from models.type_compare import ONE_GROUP, compare_types, cramers_v
from tests.small_types import codes_of

IDS = [model.id for model in operating_rules().models]


def found_of(models: list[str]) -> OperatingModels:
    frame = pd.DataFrame({"model": models, "by_rule": models}, codes_of(len(models)))
    return OperatingModels(frame, operating_rules(), operating_rules(), (), Tier.INTERNAL, ())


def types_of(letters: list[str | None]) -> pd.Series:
    return pd.Series(letters, codes_of(len(letters)), dtype="object")


def test_the_same_sorting_under_other_names_agrees_wholly() -> None:
    agreement = compare_types(
        types_of(list("AABBCC")), found_of(["grow"] * 2 + ["coordinate"] * 2 + ["step_in"] * 2)
    )
    assert agreement is not None
    assert (agreement.rand, agreement.cramers_v, agreement.share) == (1.0, pytest.approx(1.0), 1.0)
    assert agreement.mutual == pytest.approx(1.0)
    assert agreement.parted.empty
    assert list(agreement.table.columns) == ["step_in", "coordinate", "grow"]
    assert agreement.usual == {"A": "grow", "B": "coordinate", "C": "step_in"}
    assert agreement.sentence.startswith("Types and rules agree closely: 100% of 6 small areas")


def test_where_they_part_is_named_by_area() -> None:
    agreement = compare_types(types_of(list("AAABBB")), found_of(["grow"] * 4 + ["universal"] * 2))
    assert agreement is not None
    assert agreement.parted.index.tolist() == ["E01000003"]
    assert agreement.parted.iloc[0].to_dict() == {"type": "B", "model": "grow", "usual": "universal"}
    assert agreement.share == pytest.approx(5 / 6)
    assert agreement.table.to_numpy().tolist() == [[3, 0], [1, 2]]


def test_areas_without_a_type_or_a_model_are_not_compared() -> None:
    letters = ["A", "A", None, "B", "B"]
    agreement = compare_types(types_of(letters), found_of(["grow", "grow", "grow", NOT_ENOUGH_DATA, NO_RULE]))
    assert agreement is not None
    assert agreement.table.to_numpy().tolist() == [[2]]
    assert np.isnan(agreement.cramers_v)
    assert np.isnan(agreement.mutual)
    assert compare_types(types_of([None, "A"]), found_of(["grow", NO_RULE])) is None


@pytest.mark.parametrize("letters", ["AABB", "AAAA"])
def test_one_way_of_working_for_all_is_neither_close_nor_loose(letters: str) -> None:
    agreement = compare_types(types_of(list(letters)), found_of(["grow"] * 4))
    assert agreement is not None
    assert agreement.share == 1.0
    assert agreement.sentence == ONE_GROUP


def test_types_and_rules_that_have_nothing_to_do_with_each_other_hardly_agree() -> None:
    agreement = compare_types(types_of(list("AABB")), found_of(["grow", "universal"] * 2))
    assert agreement is not None
    assert agreement.sentence.startswith("Types and rules hardly agree: 50% of 4 small areas")


def test_what_people_gave_is_not_held_against_the_types() -> None:
    found = found_of(["grow", "grow", "universal", "universal"])
    given_by_people = replace(found, frame=found.frame.assign(model="coordinate"))
    types = types_of(list("AABB"))
    one, other = compare_types(types, found), compare_types(types, given_by_people)
    assert one is not None
    assert other is not None
    assert one.sentence == other.sentence


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(IDS[:3])), min_size=12, max_size=60))
def test_cramers_v_is_that_of_scipy(pairs: list[tuple[str, str]]) -> None:
    letters, models = zip(*pairs, strict=True)
    agreement = compare_types(types_of(list(letters)), found_of(list(models)))
    assert agreement is not None
    assert int(agreement.table.to_numpy().sum()) == len(pairs)
    if min(agreement.table.shape) > 1:
        expected = association(agreement.table.to_numpy(), method="cramer")
        assert cramers_v(agreement.table) == pytest.approx(expected)
    assert -1 <= agreement.rand <= 1
    assert len(agreement.parted) == round((1 - agreement.share) * len(pairs))
