"""What separates types: scipy's ratio of variances, a tree that can be read, and honesty about both."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import AtlasError, GeographyError
from models.type_drivers import Separation, share_between, what_separates
from models.type_questions import QUESTIONS, fit_tree, read_rules
from tests.conftest import FULL_PROOFS

LABELS = {"need": "Need", "assets": "Support nearby", "none": "Nothing"}


def place(count: int = 200, seed: int = 1) -> tuple[pd.Series, pd.DataFrame, pd.Series]:
    """Three types: A and B differ in need alone, and C from both in support; one column says nothing."""
    rng = np.random.default_rng(seed)
    codes = pd.Index([f"a{n:03}" for n in range(count)], name="area_code")
    types = pd.Series(rng.choice(list("ABC"), count), index=codes)
    values = pd.DataFrame(
        {
            "none": rng.normal(size=count),
            "need": types.map({"A": 3.0, "B": -3.0, "C": 0.0}) + rng.normal(size=count),
            "assets": types.map({"A": 0.0, "B": 0.0, "C": 2.0}) + rng.normal(size=count),
        },
        index=codes,
    )
    return types, values, pd.Series(np.arange(count) // 8, index=codes).map("w{:02}".format)


def found_in(types: pd.Series, values: pd.DataFrame, wards: pd.Series, seed: int = 0) -> Separation:
    return what_separates(types, values, wards, LABELS, seed)


@given(st.integers(0, 10_000), st.integers(2, 6), st.integers(12, 80))
def test_the_share_between_is_that_of_scipys_analysis_of_variance(seed: int, kinds: int, count: int) -> None:
    from scipy.stats import f_oneway

    rng = np.random.default_rng(seed)
    which = np.append(np.repeat(np.arange(kinds), 2), rng.integers(0, kinds, count))
    values = rng.normal(size=len(which)) + which * rng.random()
    ratio = f_oneway(*(values[which == kind] for kind in range(kinds))).statistic
    between, inside = kinds - 1, len(which) - kinds
    expected = between * (ratio - 1) / (between * ratio + inside)
    assert share_between(values[:, None], which)[0] == pytest.approx(expected, abs=1e-9)


def test_what_separates_is_found_in_order_and_said() -> None:
    found = found_in(*place())
    assert found.frame.index.tolist() == ["need", "assets", "none"]
    assert found.frame.at["need", "share"] > 0.8
    assert found.frame.at["none", "low"] == 0
    assert found.frame.at["none", "high"] < 0.1
    assert (found.frame["low"] <= found.frame["share"]).all()
    assert (found.frame["share"] <= found.frame["high"]).all()
    words = "".join(part.text for part in found.sentence)
    assert words.startswith("Need separates the types most: 8")
    assert "Nothing separates them least" in words
    assert found.means.loc["A", "need"] > 1
    assert found.means.loc["B", "need"] < -1
    assert found.means.loc["C", "assets"] > found.means.loc["A", "assets"] + 1


@pytest.mark.proof
def test_the_range_holds_the_share_of_the_whole_population() -> None:
    """Need: variances of 6 between kinds and 1 inside. The range is of 95 %, so most draws hold 6/7."""
    held, draws = 0, 40 if FULL_PROOFS else 15
    for seed in range(draws):
        row = found_in(*place(seed=seed)).frame.loc["need"]
        held += row["low"] <= 6 / 7 <= row["high"]
    assert held >= 0.85 * draws


def test_rules_divide_all_areas_and_are_as_right_as_the_tree() -> None:
    types, values, wards = place()
    found = found_in(types, values, wards)
    assert sum(rule.areas for rule in found.rules) == len(types)
    assert {rule.type for rule in found.rules} == set("ABC")
    assert all(1 <= len(rule.conditions) <= QUESTIONS for rule in found.rules)
    told = fit_tree(values, types).predict(values.to_numpy())
    right = sum(rule.areas * rule.right for rule in found.rules) / len(types)
    assert right == pytest.approx((told == types).mean())
    assert found.right > 0.8
    assert found.guess == pytest.approx(1 / 3)
    highest = next(rule for rule in found.rules if rule.type == "A")
    assert any(
        words.startswith("Need above a cut") and words.endswith("average") for words in highest.conditions
    )


def test_a_question_with_one_answer_is_not_asked() -> None:
    """One cut tells two types whole: no second question stands in the rules."""
    values = pd.DataFrame({"need": np.linspace(-1, 1, 100), "none": np.tile([0.0, 1.0], 50)})
    kinds = pd.Series(np.where(values["need"] > 0, "A", "B"), index=values.index)
    rules = read_rules(fit_tree(values, kinds), values, kinds, LABELS)
    assert [(rule.conditions, rule.type, rule.areas, rule.right) for rule in rules] == [
        (("Need below average",), "B", 50, 1.0),
        (("Need above average",), "A", 50, 1.0),
    ]


def test_types_dealt_out_by_chance_are_separated_by_nothing() -> None:
    types, values, wards = place()
    dealt = pd.Series(np.random.default_rng(9).permutation(types.to_numpy()), index=types.index)
    found = found_in(dealt, values, wards)
    assert (found.frame["low"] < 0.02).all()
    assert (found.frame["share"] < 0.05).all()
    assert abs(found.right - found.guess) < 0.15


def test_it_does_not_depend_on_the_order_of_rows() -> None:
    types, values, wards = place()
    one = found_in(types, values, wards)
    other = found_in(types.iloc[::-1], values.sample(frac=1, random_state=2), wards.iloc[::-1])
    pd.testing.assert_frame_equal(one.frame, other.frame)
    assert (one.rules, one.right) == (other.rules, other.right)


def test_what_is_missing_is_left_out_and_said() -> None:
    types, values, wards = place()
    values.loc["a001", "need"] = np.nan
    types["a002"] = None
    found = found_in(types, values.assign(same=1.0, absent=np.nan), wards)
    assert dict(found.left_out) == {"same": "it is the same in every area", "absent": "no area has it"}
    assert found.caveats[-1] == "1 area lacks one of the characteristics and did not count here."
    assert sum(rule.areas for rule in found.rules) == len(types) - 2


def test_what_is_the_same_where_all_is_known_is_left_out_and_said() -> None:
    types, values, wards = place()
    few = values.index[:20]
    values.loc[few, "need"] = np.nan
    found = found_in(types, values.assign(island=values.index.isin(few).astype(float)), wards)
    assert dict(found.left_out) == {"island": "it is the same in every area that has them all"}
    assert "nan" not in "".join(part.text for part in found.sentence)
    assert found.means.notna().all(axis=None)


def test_too_little_and_strange_codes_are_said() -> None:
    types, values, wards = place()
    with pytest.raises(AtlasError, match="1 types, 3 characteristics and 25 wards"):
        found_in(types.where(types.isna(), "A"), values, wards)
    with pytest.raises(AtlasError, match="2 types, 3 characteristics and 1 wards"):
        found_in(types.iloc[:4], values, wards)
    with pytest.raises(GeographyError, match="1 areas with a type have no row of characteristics: a007"):
        found_in(types, values.drop("a007"), wards)
    with pytest.raises(GeographyError, match="1 areas with a type have no ward: a007"):
        found_in(types, values, wards.drop("a007"))
