"""Classes: fifths of England for ranks, fifths of what is shown for counts, and no value is never a class."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.codes import LSOA_COUNT
from data.errors import GeographyError
from data.indicators import RANKED_OUT_OF, indicators, national_list
from data.provenance import Status
from models.classes import MISSING, OUTSIDE, SUPPRESSED, classify, offered_indicators
from models.levels import Level, level_data
from models.schemes import FIFTHS, Comparator, fifth_of_england, fifth_of_these
from tests.small_builds import COUNCILS, make_areas, varied_areas, without_places

IDACI = indicators()["need_idaci_rank"]


@pytest.mark.parametrize("vintage", ["2011", "2021"])
def test_the_ranks_of_england_fall_into_five_equal_classes(vintage: str) -> None:
    ranks = pd.Series(range(1, LSOA_COUNT[vintage] + 1))
    sizes = fifth_of_england(ranks, LSOA_COUNT[vintage]).value_counts()
    assert set(sizes.index) == set(FIFTHS)
    assert sizes.max() - sizes.min() <= 1


@pytest.mark.parametrize("areas", [32_844, 33_755])
def test_a_fifth_is_two_tenths_as_they_are_published(areas: int) -> None:
    ranks = pd.Series(range(1, areas + 1))
    tenths = np.ceil(ranks * 10 / areas)
    assert (5 - fifth_of_england(ranks, areas).astype(int)).equals(np.ceil(tenths / 2).astype(int))


@given(st.lists(st.integers(1, 33_755), min_size=2))
def test_a_worse_rank_is_never_in_a_better_class(ranks: list[int]) -> None:
    classes = fifth_of_england(pd.Series(sorted(ranks)), 33_755).astype(int)
    assert classes.is_monotonic_decreasing


@given(st.lists(st.one_of(st.none(), st.integers(0, 50)), min_size=1), st.randoms())
def test_fifths_of_these_do_not_depend_on_the_order_of_rows(values: list[int | None], random: object) -> None:
    series = pd.Series(values, dtype="float64")
    shuffled = series.sample(frac=1, random_state=np.random.RandomState(7))
    pd.testing.assert_series_equal(fifth_of_these(shuffled).sort_index(), fifth_of_these(series))


@given(st.lists(st.integers(0, 9), min_size=1))
def test_equal_values_share_a_class(values: list[int]) -> None:
    series = pd.Series(values, dtype="float64")
    assert (fifth_of_these(series).groupby(series).nunique() == 1).all()


def test_a_value_that_is_not_there_is_never_a_class() -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), IDACI)
    assert classes.frame.loc["E01000002", "class"] == SUPPRESSED
    assert classes.frame.loc["E01000009", "class"] == MISSING
    assert classes.frame["class"].isin(list(FIFTHS)).eq(classes.frame["value"].notna()).all()


def test_counts_add_up_to_the_shapes_that_are_shown() -> None:
    data = level_data(varied_areas(), Level.AREA)
    for council in (None, *COUNCILS):
        classes = classify(data, IDACI, council)
        assert sum(classes.counts.values()) == len(classes.inside)


def test_another_council_is_outside_and_changes_no_class_of_england() -> None:
    data = level_data(varied_areas(), Level.AREA)
    everywhere, one = classify(data, IDACI), classify(data, IDACI, "E08000001")
    assert (one.frame.loc[one.frame["la_code"] != "E08000001", "class"] == OUTSIDE).all()
    pd.testing.assert_series_equal(one.inside["class"], everywhere.frame.loc[one.inside.index, "class"])


def test_a_council_without_a_share_in_the_shapes_leaves_all_outside() -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), IDACI, "E08000099")
    assert classes.inside.empty
    assert set(classes.characters(tuple(classes.frame.index))) == {OUTSIDE}


def test_characters_follow_the_order_of_the_layer() -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), IDACI)
    codes = tuple(classes.frame.index)
    assert classes.characters(codes[::-1]) == classes.characters(codes)[::-1]
    assert classes.characters(("E01999999",)) == MISSING


def test_counts_are_compared_with_what_is_shown_and_say_so() -> None:
    data = level_data(varied_areas(), Level.AREA)
    classes = classify(data, indicators()["pop_total"], "E08000001")
    assert classes.comparator is Comparator.THESE
    assert classes.title == "Fifths of these small areas"
    assert classes.inside["class"].value_counts().to_dict() == {"0": 4, "1": 3, "2": 3, "3": 3, "4": 3}
    assert not classes.is_need


def test_ranks_are_compared_with_england_and_say_so() -> None:
    classes = classify(level_data(varied_areas(), Level.AREA), IDACI)
    assert classes.comparator is Comparator.ENGLAND
    assert "33,755 small areas (2021)" in classes.note


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
@pytest.mark.parametrize(("edition", "total", "year"), [("2019", 32_844, "2011"), ("2025", 33_755, "2021")])
def test_a_carried_edition_is_read_against_its_own_total(
    level: Level, edition: str, total: int, year: str
) -> None:
    """The last rank of the worst fifth of 2019 is 6,568, and of 2025 it is 6,751."""
    last = {"2019": 6_568, "2025": 6_751}[edition]
    ranks = {"need_idaci_rank": [float(last)] * 8 + [last + 1.0] * 8}
    areas = make_areas(ranks, vintage="2021", years={"need_idaci_rank": edition})
    classes = classify(level_data(areas, level), IDACI)
    assert classes.frame["class"].drop_duplicates().tolist() == ["4", "3"]
    assert f"{total:,} small areas ({year})" in classes.note


@pytest.mark.parametrize("vintage", LSOA_COUNT)
def test_an_edition_that_is_not_known_is_read_by_the_vintage(vintage: str) -> None:
    assert national_list("", vintage).areas == LSOA_COUNT[vintage]
    assert set(RANKED_OUT_OF.values()) <= set(LSOA_COUNT.values())


@pytest.mark.parametrize("indicator", ["need_idaci_rank", "pop_total"])
def test_a_legend_does_not_count_councils_that_are_not_known(indicator: str) -> None:
    areas = make_areas({"need_idaci_rank": [1.0] * 8, "pop_total": [9.0] * 8})
    bare = without_places(areas, "la_code", "la_name")
    note = classify(level_data(bare, Level.AREA), indicators()[indicator]).note
    assert "council" not in note
    assert "  " not in note
    assert " ." not in note


def test_wards_are_placed_by_their_average_rank() -> None:
    areas = make_areas({"need_idaci_rank": [1.0] * 4 + [33_755.0] * 4 + [10.0] * 8})
    classes = classify(level_data(areas, Level.WARD), IDACI)
    assert classes.frame["class"].tolist() == ["2", "4"]
    assert "average rank" in classes.note
    assert "Counts are wards in Eastham" in classes.note


def test_a_level_without_the_indicator_is_refused() -> None:
    areas = make_areas({"need_idaci_rank": [1.0] * 8})
    with pytest.raises(GeographyError, match="need_crime_rank"):
        classify(level_data(areas, Level.AREA), indicators()["need_crime_rank"])


def test_an_index_is_offered_once_and_by_its_score_when_it_has_no_rank() -> None:
    areas = make_areas(
        {
            "need_idaci_rank": [1.0] * 8,
            "need_idaci_score": [0.4] * 8,
            "need_crime_score": [1.2] * 8,
            "pop_total": [1.0] * 8,
            "pop_iod_total": [1.0] * 8,
        }
    )
    assert [entry.id for entry in offered_indicators(areas)] == [
        "need_idaci_rank",
        "need_crime_score",
        "pop_total",
    ]


def test_a_score_without_a_rank_is_compared_with_what_is_shown() -> None:
    areas = make_areas({"need_crime_score": [float(n) for n in range(10)]})
    classes = classify(level_data(areas, Level.AREA), indicators()["need_crime_score"])
    assert classes.comparator is Comparator.THESE
    assert "".join(classes.frame["class"]) == "0011223344"
    assert classes.labels["4"] == "highest"


def test_a_suppressed_score_is_suppressed_on_the_map() -> None:
    areas = make_areas(
        {"need_crime_score": [None, 1.0, 2.0, 3.0]},
        states={"need_crime_score": {0: Status.SUPPRESSED}},
    )
    classes = classify(level_data(areas, Level.AREA), indicators()["need_crime_score"])
    assert classes.counts[SUPPRESSED] == 1
