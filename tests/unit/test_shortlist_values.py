"""What figures are worth for a shortlist, and who is out before any weighing."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.errors import GeographyError, InfeasibleError, SourceError
from data.indicators import Group, Kind, indicators
from data.provenance import Status, Tier
from data.shortlist_criteria import Asked, Curve, Direction
from models.levels import LevelData
from models.shortlist_values import Scale, compare_shapes
from tests.small_shortlists import COUNCIL, asked_of, indicator_of, less, more, wards_of


def worth(figures: list[float | None], **rest: object) -> list[float]:
    """What figures are worth, of which more counts."""
    compared = compare_shapes(wards_of({"a": figures}), asked_of(more("a", **rest)))
    return compared.values["a"].tolist()


def test_linear_value_runs_from_the_worst_to_the_best_of_those_compared() -> None:
    assert worth([10, 20, 15, 12.5]) == pytest.approx([0, 1, 0.5, 0.25])


def test_less_counts_the_other_way_round() -> None:
    compared = compare_shapes(wards_of({"a": [10, 20, 15]}), asked_of(less("a")))
    assert compared.values["a"].tolist() == pytest.approx([1, 0, 0.5])


def test_a_figure_beyond_the_ends_that_are_given_is_worth_no_more() -> None:
    assert worth([-5, 0, 5, 10, 50], worst=0.0, best=10.0) == pytest.approx([0, 0, 0.5, 1, 1])


def test_a_drawn_figure_beyond_those_observed_is_worth_more_unless_an_end_is_given() -> None:
    assert Scale(more("a"), 0.0, 10.0).value_of([-1, 11]) == pytest.approx([-0.1, 1.1])
    assert Scale(more("a", worst=0.0, best=10.0), 0.0, 10.0).value_of([-1, 11]).tolist() == [0, 1]


def test_a_threshold_counts_from_its_cut() -> None:
    assert worth([9.999, 10, 11], curve=Curve.THRESHOLD, at=10.0) == [0, 1, 1]
    cut = compare_shapes(wards_of({"a": [9, 10, 11]}), asked_of(less("a", curve=Curve.THRESHOLD, at=10.0)))
    assert cut.values["a"].tolist() == [1, 1, 0]


def test_a_diminishing_value_has_a_half_at_its_figure_and_is_the_known_exponential() -> None:
    # a quarter of the way worth half: 1 - x = y and 2 - 2y = 1 - x^4 have the root below, with b = -ln(x) / h
    values = worth([0, 25, 50, 75, 100], curve=Curve.DIMINISHING, at=25.0)
    root = next(r.real for r in np.roots([1, 0, 0, -2, 1]) if 0 < r.real < 0.99 and abs(r.imag) < 1e-12)
    closed = [(1 - root**k) / (1 - root**4) for k in range(5)]
    assert values == pytest.approx(closed, abs=1e-9)
    assert values[1] == pytest.approx(0.5)


@given(st.floats(1e-4, 0.5), st.sampled_from(Direction))
def test_a_diminishing_value_is_concave_and_never_falls(half: float, direction: Direction) -> None:
    sign = 1 if direction is Direction.MORE else -1
    scale = Scale(replace(more("a", curve=Curve.DIMINISHING, at=sign * half), direction=direction), 0.0, sign)
    values = scale.value_of(sign * np.linspace(0, 1, 101))
    steps = [b - a for a, b in pairwise(values)]
    assert values[0] == 0
    assert values[-1] == pytest.approx(1)
    assert scale.value_of(sign * half) == pytest.approx(0.5, abs=1e-9)
    assert all(step >= -1e-12 for step in steps)
    assert all(later <= earlier + 1e-9 for earlier, later in pairwise(steps))


def test_a_figure_worth_half_that_lies_too_far_is_refused() -> None:
    with pytest.raises(SourceError, match="nearer to the worst"):
        worth([0, 10], curve=Curve.DIMINISHING, at=9.0)


def test_all_the_same_is_worth_nothing() -> None:
    assert worth([4, 4, 4]) == [0, 0, 0]


def test_who_lacks_a_figure_is_out_and_said_to_be_and_never_0() -> None:
    data = wards_of({"a": [1, None, 3, None], "b": [1, 1, 1, 9]})
    data.status.loc["E05000002", "a"] = Status.SUPPRESSED.value
    compared = compare_shapes(data, asked_of(more("a"), more("b", veto_above=5.0)))
    assert compared.figures.index.tolist() == ["E05000001", "E05000003"]
    assert compared.out["why"].tolist() == ["lacking", "lacking"]
    assert compared.out["words"].tolist() == [
        "Label of a: hidden",
        "Label of a: no figure; Label of b: 9 is above 5",
    ]


def test_a_floor_and_a_veto_put_out_beyond_them_and_not_at_them() -> None:
    asked = asked_of(more("a", veto_below=2.0, veto_above=4.0))
    compared = compare_shapes(wards_of({"a": [1, 2, 3, 4, 5]}), asked)
    assert compared.out["why"].to_dict() == {"E05000001": "floor", "E05000005": "veto"}
    assert compared.scales["a"].worst == 2
    assert compared.scales["a"].best == 4


@pytest.mark.parametrize(("sign", "direction"), [(1, Direction.MORE), (-1, Direction.LESS)])
def test_a_figure_that_misses_a_cut_by_a_binary_digit_is_at_it(sign: int, direction: Direction) -> None:
    at_it, cut = sign * (0.7 - 0.4), sign * 0.3
    assert (at_it - cut) * sign < 0
    threshold = replace(more("a", curve=Curve.THRESHOLD, at=cut), direction=direction)
    assert Scale(threshold, 0.0, sign).value_of([at_it, cut, sign * 0.2999]).tolist() == [1, 1, 0]
    cuts = {"veto_below": cut} if sign > 0 else {"veto_above": cut}
    out = compare_shapes(wards_of({"a": [at_it, cut, sign * 0.29999]}), asked_of(more("a", **cuts))).out
    told = "0.29999 is below 0.3" if sign > 0 else "-0.29999 is above -0.3"
    assert out["words"].to_dict() == {"E05000003": f"Label of a: {told}"}


@pytest.mark.parametrize(("tier", "words"), [(Tier.INTERNAL, "below 5"), (Tier.SHARED, "2 is below 5")])
def test_a_count_of_referrals_that_was_not_released_is_not_said(tier: Tier, words: str) -> None:
    data = wards_of({"a": [2, 9]}, tier=tier)
    data = replace(data, dictionary={"a": indicator_of("a", group=Group.DEMAND)})
    out = compare_shapes(data, asked_of(more("a", veto_below=5.0))).out
    assert out["words"].to_dict() == {"E05000001": f"Label of a: {words}"}


def test_nobody_left_is_refused() -> None:
    with pytest.raises(InfeasibleError, match=r"No ward of 2 is left to compare: 2 below a floor\."):
        compare_shapes(wards_of({"a": [1, 2]}), asked_of(more("a", veto_below=9.0)))


def test_a_code_that_stands_twice_is_refused() -> None:
    data = wards_of({"a": [1, 2, 3]}, codes=["E05000001", "E05000002", "E05000002"])
    with pytest.raises(GeographyError, match="1 codes of wards stand twice: E05000002") as refused:
        compare_shapes(data, asked_of(more("a")))
    assert refused.value.hint is not None


@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=9), st.data())
def test_a_copy_under_another_code_leaves_every_value_as_it_was(
    figures: list[float], data: st.DataObject
) -> None:
    copied = data.draw(st.integers(0, len(figures) - 1))
    before, after = worth(list(figures)), worth([*figures, figures[copied]])
    assert after[:-1] == before
    assert after[-1] == before[copied]


def test_an_unknown_column_names_the_nearest_and_one_of_text_is_refused() -> None:
    data = wards_of({"need_index_score": [1, 2]})
    with pytest.raises(SourceError, match="The nearest are need_index_score"):
        compare_shapes(data, asked_of(more("need_index_scores")))
    with pytest.raises(SourceError, match="no column of figures"):
        compare_shapes(data, asked_of(more("la_name")))
    with pytest.raises(SourceError, match=r"'la_name' is .*'nowhere' is ") as caught:
        compare_shapes(data, asked_of(more("la_name"), more("need_index_score"), more("nowhere")))
    assert "'need_index_score' is" not in caught.value.message


def test_a_rank_stands_for_its_average_at_a_ward() -> None:
    data = ranked(wards_of({"need_imd_average_rank": [300, 20_000]}))
    compared = compare_shapes(data, asked_of(less("need_imd_rank")))
    assert compared.columns == {"need_imd_rank": "need_imd_average_rank"}
    assert compared.values["need_imd_rank"].tolist() == [1, 0]


def ranked(data: LevelData) -> LevelData:
    """The same with the entry of the overall rank."""
    entry = indicators()["need_imd_rank"]
    assert entry.kind is Kind.RANK
    return replace(data, dictionary={entry.id: entry})


def test_one_council_is_compared_alone_and_an_absent_one_refused() -> None:
    data = wards_of({"a": [1, 2, 3]})
    data.frame.loc["E05000003", "la_code"] = pd.NA
    asked = asked_of(more("a"))
    inside = Asked("ward", asked.criteria, within=COUNCIL)
    assert compare_shapes(data, inside).figures.index.tolist() == ["E05000001", "E05000002"]
    with pytest.raises(GeographyError, match="of the council E08000009"):
        compare_shapes(data, Asked("ward", asked.criteria, within="E08000009"))


def test_another_level_is_refused() -> None:
    with pytest.raises(GeographyError, match="of areas, and these are figures of wards"):
        compare_shapes(wards_of({"a": [1]}), Asked("area", (more("a"),)))
