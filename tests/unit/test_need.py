"""Combined need: against a hand count, and what must hold whatever the data."""

import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from data.need_weights import Domain
from data.provenance import Status
from geo.area_table import AreaTable
from models.classes import classify, offered_indicators
from models.levels import NEED_INDEX, Level, level_data
from models.need import (
    CHILD_SHARE,
    combine,
    overlay_child_share,
    overlay_need,
    place_of,
    transform_place,
    use_domain,
)
from models.need_ranks import domains_of, measure_need, rank_of, rank_range, with_need
from models.need_words import NO_NEED, describe_need
from tests.small_builds import make_areas
from views.tables import to_csv

ENGLAND = 33_755
WHOLE = {
    "need_idaci_rank": [1.0, 16_878.0, 33_755.0, 8_000.0],
    "need_health_rank": [100.0, 20_000.0, 30_000.0, 9_000.0],
    "need_crime_rank": [33_755.0, 1.0, 16_878.0, 9_500.0],
    "pop_total": [1_000.0, 2_000.0, 1_500.0, 1_600.0],
    "pop_0_17": [300.0, 400.0, 150.0, 320.0],
}


def domain(id_: str, weight: float, **indicators: float) -> Domain:
    return Domain(id_, id_.capitalize(), weight, indicators, {})


THREE = (
    domain("poverty", 50, need_idaci=1),
    domain("health", 30, need_health=1),
    domain("crime", 20, need_crime=1),
)


def by_hand(rank: float, of: int = ENGLAND) -> float:
    """The transformation as the technical report writes it."""
    place = (of + 1 - rank) / of
    return float(-23 * np.log(1 - place * (1 - np.exp(-100 / 23))))


def score_of(areas: AreaTable, domains: Sequence[Domain] = THREE) -> list[float]:
    return [float(value) for value in overlay_need(areas, domains).frame[NEED_INDEX]]


def test_need_equals_a_hand_count() -> None:
    expected = [
        0.5 * by_hand(idaci) + 0.3 * by_hand(health) + 0.2 * by_hand(crime)
        for idaci, health, crime in zip(
            WHOLE["need_idaci_rank"], WHOLE["need_health_rank"], WHOLE["need_crime_rank"], strict=True
        )
    ]
    assert score_of(make_areas(WHOLE)) == pytest.approx(expected, abs=1e-12)


def test_the_worst_rank_is_a_hundred_and_the_best_nearly_nothing() -> None:
    areas = make_areas({"need_idaci_rank": [1.0, 33_755.0]})
    worst, best = transform_place(place_of(areas, "need_idaci_rank"))
    assert worst == pytest.approx(100)
    assert 0 < best < 0.01


def test_scores_without_ranks_are_placed_among_the_areas_themselves() -> None:
    areas = make_areas({"need_idaci_score": [0.4, 0.1, 0.3, 0.2]})
    assert place_of(areas, "need_idaci_score").tolist() == [1.0, 0.25, 0.75, 0.5]


def test_the_unit_of_a_figure_changes_nothing() -> None:
    scores = {"need_idaci_score": [0.4, 0.1, 0.3, 0.2], "need_health_score": [1.0, -1.0, 0.0, 0.5]}
    scores["need_crime_score"] = [0.1, 0.9, -0.5, 0.2]
    hundredfold = {column: [100 * v + 7 for v in values] for column, values in scores.items()}
    assert score_of(make_areas(scores)) == score_of(make_areas(hundredfold))


@pytest.mark.proof
@given(st.permutations(range(4)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    """An area table is sorted by code, so the same figures are given to other codes and back."""
    shuffled = make_areas({column: [values[i] for i in order] for column, values in WHOLE.items()})
    expected = np.array(score_of(make_areas(WHOLE)))
    assert score_of(shuffled) == pytest.approx(expected[order].tolist(), abs=1e-12)


@pytest.mark.proof
@given(
    st.integers(0, 3),
    st.sampled_from(["need_idaci_rank", "need_health_rank", "need_crime_rank"]),
    st.integers(1, ENGLAND),
)
def test_need_rises_with_every_indicator_in_its_bad_direction(at: int, column: str, rank: int) -> None:
    assume(rank < WHOLE[column][at])
    worse = {**WHOLE, column: [float(rank) if i == at else v for i, v in enumerate(WHOLE[column])]}
    before, after = score_of(make_areas(WHOLE)), score_of(make_areas(worse))
    assert after[at] > before[at]
    assert [v for i, v in enumerate(after) if i != at] == [v for i, v in enumerate(before) if i != at]


@pytest.mark.proof
@given(st.integers(0, 3), st.integers(1, 2_000))
def test_need_never_falls_when_a_share_of_children_rises(at: int, more: int) -> None:
    domains = (*THREE, domain("children", 10, pop_child_share=1))
    grown = [v + min(more, 1_900 - v) if i == at else v for i, v in enumerate(WHOLE["pop_0_17"])]
    assume(grown[at] <= WHOLE["pop_total"][at])
    before = score_of(make_areas(WHOLE), domains)
    after = score_of(make_areas({**WHOLE, "pop_0_17": grown}), domains)
    assert after[at] >= before[at]


def test_the_weight_of_an_absent_indicator_is_spread_within_its_domain() -> None:
    schooling = domain("education", 20, need_cyp=2, need_adult_skills=1, need_income=1)
    ranks = {"need_cyp_rank": [1.0, 9_000.0], "need_adult_skills_rank": [5_000.0, 1.0]}
    used = use_domain(make_areas(ranks), schooling)
    assert used is not None
    assert used.columns == pytest.approx({"need_cyp_rank": 2 / 3, "need_adult_skills_rank": 1 / 3})
    assert used.absent == ("need_income",)
    domains = (domain("poverty", 50, need_idaci=1), domain("health", 30, need_health=1), schooling)
    areas = make_areas({**ranks, "need_idaci_rank": [1.0, 2.0], "need_health_rank": [1.0, 2.0]})
    score = overlay_need(areas, domains).frame["need_domain_education_score"]
    assert score.iloc[0] == pytest.approx(2 / 3 * by_hand(1) + 1 / 3 * by_hand(5_000))


def test_where_one_area_lacks_an_indicator_the_others_of_its_domain_speak_for_it() -> None:
    many = {"need_cyp_rank": [9_000.0] * 20, "need_adult_skills_rank": [None, *[1.0] * 19]}
    schooling = domain("education", 20, need_cyp=2, need_adult_skills=1)
    others = {"need_idaci_rank": [1.0] * 20, "need_health_rank": [1.0] * 20}
    states = {"need_adult_skills_rank": {0: Status.SUPPRESSED}}
    table = overlay_need(make_areas({**many, **others}, states=states), (*THREE[:2], schooling))
    assert table.frame["need_domain_education_score"].iloc[0] == pytest.approx(by_hand(9_000))
    assert table.status[NEED_INDEX].iloc[0] == Status.MODELLED
    assert table.status[NEED_INDEX].iloc[1] == Status.OBSERVED


def test_a_stand_in_speaks_only_where_the_data_holds_none_of_the_indicators() -> None:
    poverty = replace(domain("poverty", 1, need_idaci=1), instead={"need_income": 1.0})
    both = make_areas({"need_idaci_rank": [1.0], "need_income_rank": [2.0]})
    used = use_domain(both, poverty)
    assert used is not None
    assert list(used.columns) == ["need_idaci_rank"]
    alone = use_domain(make_areas({"need_income_rank": [2.0]}), poverty)
    assert alone is not None
    assert list(alone.columns) == ["need_income_rank"]
    assert alone.instead


def test_income_and_idaci_never_count_together() -> None:
    frame = {**WHOLE, "need_income_rank": [33_755.0, 1.0, 2.0, 3.0]}
    with_income = overlay_need(make_areas(frame)).frame[NEED_INDEX]
    without = overlay_need(make_areas(WHOLE)).frame[NEED_INDEX]
    pd.testing.assert_series_equal(with_income, without)


def test_with_fewer_than_three_domains_the_published_index_stands_in_its_place() -> None:
    two = {"need_idaci_rank": [1.0, 2.0], "need_health_rank": [3.0, 4.0], "need_imd_rank": [5.0, 6.0]}
    table = overlay_need(make_areas(two))
    assert NEED_INDEX not in table.frame
    assert "holds 2" in table.dictionary["need_imd_rank"].caveat
    assert "stands in its place" in table.dictionary["need_imd_rank"].caveat
    assert NEED_INDEX not in [entry.id for entry in offered_indicators(table)]
    assert domains_of(level_data(table, Level.AREA)) == ()
    with pytest.raises(ValueError, match="no combined need"):
        measure_need(level_data(table, Level.AREA))


def test_need_is_offered_first_and_its_domains_are_not() -> None:
    offered = [entry.id for entry in offered_indicators(overlay_need(make_areas(WHOLE)))]
    assert offered[0] == NEED_INDEX
    assert not any(id_.startswith("need_domain_") for id_ in offered)
    assert CHILD_SHARE in offered


@pytest.mark.parametrize(("state", "word"), [(Status.SUPPRESSED, "suppressed"), (Status.MISSING, "missing")])
def test_without_a_domain_an_area_has_no_score_and_it_is_never_nought(state: Status, word: str) -> None:
    values = {column: [*numbers] * 5 for column, numbers in WHOLE.items()}
    values["need_crime_rank"][0] = None  # type: ignore[call-overload]
    table = overlay_need(make_areas(values, states={"need_crime_rank": {0: state}}), THREE)
    assert np.isnan(table.frame[NEED_INDEX].iloc[0])
    assert table.status[NEED_INDEX].iloc[0] == word
    assert table.frame[NEED_INDEX].iloc[1:].notna().all()


def test_an_indicator_that_few_areas_have_does_not_speak_for_a_domain() -> None:
    ranks = [None if n < 5 else float(n) for n in range(20)]
    assert use_domain(make_areas({"need_crime_rank": ranks}), THREE[2]) is None


def test_children_and_everyone_come_from_one_source() -> None:
    areas = make_areas(
        {"pop_0_17": [10.0], "pop_total": [100.0], "pop_0_15": [9.0]}, years={"pop_0_17": "2024"}
    )
    assert overlay_child_share(areas).frame[CHILD_SHARE].tolist() == [0.09]
    with_same_year = make_areas({"pop_0_17": [10.0], "pop_total": [100.0]})
    assert overlay_child_share(with_same_year).frame[CHILD_SHARE].tolist() == [0.1]


def test_nobody_living_somewhere_is_no_share_of_children() -> None:
    table = overlay_child_share(make_areas({"pop_0_17": [0.0, *[1.0] * 19], "pop_total": [0.0, *[4.0] * 19]}))
    assert np.isnan(table.frame[CHILD_SHARE].iloc[0])
    assert table.status[CHILD_SHARE].iloc[0] == Status.MISSING


def test_a_wards_need_is_the_average_of_its_areas_by_their_children() -> None:
    many = {column: [*values, *reversed(values)] * 2 for column, values in WHOLE.items()}
    table = overlay_need(make_areas(many))
    wards = level_data(table, Level.WARD)
    children = table.frame["pop_0_17"]
    keys = table.frame["ward_code"]
    expected = (table.frame[NEED_INDEX] * children).groupby(keys).sum() / children.groupby(keys).sum()
    measured = measure_need(wards)
    assert measured.frame["score"].tolist() == pytest.approx(expected.tolist())
    assert wards.frame[NEED_INDEX].tolist() == pytest.approx(expected.tolist())


def need_of(count: int = 24) -> tuple[AreaTable, int]:
    generator = np.random.default_rng(4)
    ranks = {
        f"need_{stem}_rank": generator.integers(1, ENGLAND, count).astype(float).tolist()
        for stem in ("idaci", "health", "crime", "barriers", "living", "education")
    }
    people = {"pop_total": [1_500.0] * count, "pop_0_17": generator.integers(100, 500, count).tolist()}
    return overlay_need(make_areas({**ranks, **people})), count


def test_what_each_domain_gives_adds_up_to_the_score() -> None:
    data = level_data(need_of()[0], Level.AREA)
    need = measure_need(data)
    assert need.points.sum(axis=1).to_numpy() == pytest.approx(need.frame["score"].to_numpy())
    assert need.standard
    assert need.ranked == 24
    assert sum(need.weights.values()) == pytest.approx(1)


def test_ranks_run_from_the_highest_and_ties_stand_by_code() -> None:
    scores = pd.Series([5.0, 9.0, 5.0, np.nan], index=["d", "c", "b", "a"])
    assert rank_of(scores).to_dict() == pytest.approx({"d": 3, "c": 1, "b": 2, "a": np.nan}, nan_ok=True)


def test_the_likely_range_holds_the_rank_and_is_the_same_each_time() -> None:
    data = level_data(need_of()[0], Level.AREA)
    first, again = measure_need(data).frame, measure_need(data).frame
    pd.testing.assert_frame_equal(first, again)
    assert (first["rank_low"] <= first["rank"]).all()
    assert (first["rank"] <= first["rank_high"]).all()
    assert (first["rank_low"] < first["rank_high"]).any()


def test_the_likely_range_is_that_of_ranks_worked_out_one_by_one() -> None:
    drawn = np.random.default_rng(1).uniform(0, 100, (15, 3))
    scores = pd.DataFrame(drawn, columns=list("xyz"), index=[f"a{n:02}" for n in range(15)])
    share = {"x": 0.5, "y": 0.3, "z": 0.2}
    draws = np.random.default_rng(7).uniform(0.75, 1.25, (500, 3)) * [0.5, 0.3, 0.2]
    ranks = pd.DataFrame(
        [(scores @ draw).rank(ascending=False) for draw in draws / draws.sum(axis=1)[:, None]]
    )
    low, high = rank_range(scores, share, seed=7)
    ordered = np.sort(ranks.to_numpy(), axis=0)
    assert low.tolist() == ordered[24].tolist()
    assert high.tolist() == ordered[474].tolist()


def test_a_domain_that_stands_alone_leaves_nothing_open() -> None:
    data = level_data(need_of()[0], Level.AREA)
    frame = measure_need(data, {"health": 10}).frame
    assert (frame["rank_low"] == frame["rank"]).all()
    assert (frame["rank_high"] == frame["rank"]).all()


def test_weights_of_ones_own_move_the_ranks_and_the_standard_ones_are_kept_beside() -> None:
    data = level_data(need_of()[0], Level.AREA)
    usual, mine = measure_need(data), measure_need(data, {"crime": 50, "poverty": 1})
    assert not mine.standard
    assert (mine.frame["rank"] != usual.frame["rank"]).any()
    assert mine.frame["standard_rank"].tolist() == usual.frame["rank"].tolist()
    laid = with_need(data, mine)
    assert laid.frame[NEED_INDEX].tolist() == mine.frame["score"].tolist()
    assert "changed by the reader" in laid.provenance[NEED_INDEX].steps[-1]
    assert "changed by the reader" not in data.provenance[NEED_INDEX].steps[-1]


def test_only_the_proportions_of_weights_matter() -> None:
    data = level_data(need_of()[0], Level.AREA)
    one = measure_need(data, {"crime": 1, "poverty": 2})
    ten = measure_need(data, {"crime": 10, "poverty": 20})
    pd.testing.assert_frame_equal(one.frame, ten.frame)


@pytest.mark.parametrize("weights", [{}, {"crime": 0.0}, {"nothing": 5.0}, {"crime": -1.0, "health": 2.0}])
def test_weights_that_say_nothing_are_refused(weights: dict[str, float]) -> None:
    data = level_data(need_of()[0], Level.AREA)
    with pytest.raises(ValueError, match="above 0"):
        measure_need(data, weights)


def test_a_domain_without_weight_may_be_missing() -> None:
    scores = pd.DataFrame({"a": [1.0, 2.0], "b": [np.nan, 4.0]})
    assert combine(scores, {"a": 1.0, "b": 0.0}).tolist() == [1.0, 2.0]
    assert combine(scores, {"a": 1.0, "b": 1.0}).isna().tolist() == [True, False]


def test_the_table_with_need_is_sound_and_says_where_it_came_from() -> None:
    table = overlay_need(make_areas(WHOLE))
    pedigree = table.provenance[NEED_INDEX]
    assert "averaged by domain" in pedigree.steps[0]
    assert any("Education" in step for step in pedigree.steps[1:])
    assert pedigree.attribution
    assert table.dictionary[NEED_INDEX].denominator == "pop_0_17"


def test_the_methods_say_how_need_is_made_or_why_there_is_none() -> None:
    made = describe_need(overlay_need(make_areas(WHOLE)))
    assert any("averaged by domain" in line for line in made)
    assert any("not in the data" in line or "without data" in line for line in made)
    index_alone = describe_need(overlay_need(make_areas({"need_imd_rank": [1.0, 2.0]})))
    assert "stands in its place" in index_alone[0]
    assert describe_need(overlay_need(make_areas({"pop_total": [1.0]}))) == [NO_NEED]


def test_the_file_of_need_says_ranks_points_and_whose_weights() -> None:
    data = level_data(need_of()[0], Level.AREA)
    mine = with_need(data, measure_need(data, {"crime": 50, "poverty": 10}))
    text = to_csv(classify(mine, mine.dictionary[NEED_INDEX]), mine).decode("utf-8-sig")
    rows = pd.read_csv(io.StringIO(text)).set_index("area_code")
    assert rows["need_index_rank"].tolist() == mine.frame["need_index_rank"].tolist()
    points = rows.filter(like="need_index_points_").sum(axis=1)
    assert points.tolist() == pytest.approx(rows["need_index_score"].tolist())
    assert rows["method"].str.contains("weights changed by the reader").all()
