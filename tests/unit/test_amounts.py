"""Places, distances and own figures: their classes, sentences, caveats and tables, in words that fit."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Group, Kind
from geo.area_table import AreaTable
from geo.places import Places
from models.classes import Classes, classify, offered_indicators
from models.explain import ABSENT_FROM_A_FILE, NEED_IS_NOT_DEMAND, Explanation, explain_map
from models.levels import Level, LevelData, level_data, levels_of
from models.places import count_kinds, describe_unconfirmed, kinds_of, places_here, places_table
from models.schemes import FIFTHS, Comparator, place_in_bands
from models.selected import explain_area
from models.words import distance, figure
from tests.small_builds import COUNCILS, make_areas, provenance, varied_areas
from tests.small_places import indicator_of, own_indicator, varied_places, with_own, with_places
from views.tables import Sort, make_rows, places_to_csv, sort_words, to_arrow, to_csv, widths_px

LIBRARIES = indicator_of("asset_library", "library")
NEAREST = indicator_of("access_library_min", "library")
NEAR = indicator_of("access_library_share", "library")
SUPPLY = indicator_of("access_library_per_1k", "library")
BY_LINE = "Minutes are estimated from a straight line, made 1.3 times as long for the streets"


def plain(count: int = 8) -> AreaTable:
    return make_areas({"need_idaci_rank": [1.0] * count, "pop_0_17": [10.0] * count})


def look_at(
    areas: AreaTable, column: str, level: Level = Level.AREA, council: str | None = None
) -> tuple[Classes, LevelData, Explanation]:
    data = level_data(areas, level)
    classes = classify(data, data.dictionary[column], council)
    return classes, data, explain_map(classes, data)


def sentence_of(classes: Classes, data: LevelData, code: str) -> str:
    return "".join(part.text for part in explain_area(classes, data, code).sentence)


def test_numbers_of_places_stand_in_bands_that_are_always_the_same() -> None:
    numbers = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 9.0, None]
    classes, _, _ = look_at(with_places(plain(), {"library": numbers}), LIBRARIES.id)
    assert "".join(classes.frame["class"]) == "0123344m"
    assert classes.comparator is Comparator.BANDS
    assert classes.labels["0"] == "none"
    assert classes.spoken["0"] == "no library"
    assert classes.spoken["3"] == "3 to 4 libraries"
    assert classes.title == "Libraries inside"
    assert not classes.is_need


def test_minutes_stand_in_bands_as_they_are_written() -> None:
    minutes = [0.0, 5.0, 5.1, 10.0, 10.4, 15.0, 30.0, 30.6]
    classes, _, _ = look_at(with_places(plain(), minutes={"library": minutes}), NEAREST.id)
    assert "".join(classes.frame["class"]) == "00112234"
    assert classes.spoken["4"] == "nearest library over 30 min"
    assert classes.title == "Nearest library: minutes’ walk"


@given(st.lists(st.floats(0, 500), min_size=2))
def test_a_longer_walk_is_never_in_a_nearer_class(minutes: list[float]) -> None:
    values = make_areas({"pop_total": sorted(minutes)}).frame["pop_total"]
    bands = place_in_bands(NEAREST, values).astype(int)
    assert bands.is_monotonic_increasing
    assert set(bands.astype(str)) <= set(FIFTHS)


def test_where_most_shapes_hold_many_they_are_compared_with_each_other() -> None:
    numbers = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0]
    classes, data, _ = look_at(with_places(plain(), {"library": numbers}), LIBRARIES.id)
    assert classes.comparator is Comparator.THESE
    assert sentence_of(classes, data, data.frame.index[0]).endswith("with the fewest.")


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([0] * 8, "None of the 8 small areas in Eastham has a library inside."),
        ([1] + [0] * 7, "1 of the 8 small areas in Eastham has a library inside. There is 1 in all."),
        ([2, 1] + [0] * 6, "2 of the 8 small areas in Eastham have a library inside. There are 3 in all."),
        ([None] + [0] * 7, "None of the 7 small areas with a figure in Eastham has a library inside."),
        ([0], "The only small area in Eastham has no library inside."),
        ([3], "The only small area in Eastham has a library inside. There are 3 in all."),
    ],
)
def test_how_many_areas_have_a_place_reads_as_english(numbers: list[float | None], expected: str) -> None:
    areas = with_places(plain(len(numbers)), {"library": numbers})
    assert look_at(areas, LIBRARIES.id)[2].text == expected


def test_places_say_what_a_file_may_lack_and_never_speak_of_need() -> None:
    caveats = look_at(with_places(plain(), {"library": [0.0] * 8}), LIBRARIES.id)[2].caveats
    assert ABSENT_FROM_A_FILE in caveats
    assert not any(caveat.startswith(BY_LINE) for caveat in caveats)
    assert NEED_IS_NOT_DEMAND not in caveats


def test_a_council_that_no_file_covers_has_no_data_and_not_none() -> None:
    areas = with_places(plain(), {"library": [None] * 8})
    classes, _, explanation = look_at(areas, LIBRARIES.id)
    assert set(classes.frame["class"]) == {"m"}
    assert "has no data" in explanation.text


def test_minutes_say_half_and_the_furthest_and_how_they_were_measured() -> None:
    minutes = [1.0, 4.6, 11.4, 42.1]
    _, _, explanation = look_at(with_places(plain(4), minutes={"library": minutes}), NEAREST.id)
    assert explanation.text == (
        "Half of the small areas in Eastham are within 8 minutes’ walk of a library; "
        "the furthest is Area 004A, 43 minutes."
    )
    assert [caveat.startswith(BY_LINE) for caveat in explanation.caveats].count(True) == 1


@pytest.mark.parametrize(
    ("shares", "text"),
    [
        (
            [0.0, 0.4, 0.6, 1.0],
            "In 2 of the 4 small areas in Eastham fewer than half of the homes are within 15 minutes’ walk "
            "of a library, and in 1 small area no home is.",
        ),
        (
            [0.5, 0.6, 0.6, 1.0],
            "In each of the 4 small areas in Eastham half of the homes or more are within 15 minutes’ walk "
            "of a library.",
        ),
        (
            [None, None, None, 0.004],
            "Less than 1% of homes in the only small area with a figure in Eastham are within 15 minutes’ "
            "walk of a library.",
        ),
    ],
)
def test_shares_of_homes_say_where_few_are_near(shares: list[float | None], text: str) -> None:
    classes, data, explanation = look_at(with_places(plain(4), shares={"library": shares}), NEAR.id)
    assert explanation.text == text
    assert classes.title == "Homes near libraries"
    assert "within 15 minutes’ walk" in classes.note
    assert sentence_of(classes, data, data.frame.index[3]).endswith(
        "of homes are within 15 minutes’ walk of a library."
    )


def test_shares_of_homes_stand_in_bands_and_all_is_all() -> None:
    shares = [0.0, 0.004, 0.334, 0.336, 0.66, 0.67, 0.999, 1.0]
    classes, _, _ = look_at(with_places(plain(), shares={"library": shares}), NEAR.id)
    assert classes.frame["class"].tolist() == list("43322110")
    assert classes.spoken["4"] == "no home near a library"
    assert classes.spoken["2"] == "34% to 66% of homes near a library"


def test_supply_is_told_for_children() -> None:
    areas = with_places(plain(4), supply={"library": [0.1, 0.2, 0.3, 0.4]})
    classes, data, explanation = look_at(areas, SUPPLY.id)
    assert explanation.text == (
        "Half of the small areas in Eastham have at most 0.25 libraries for each 1,000 children within "
        "reach; the fewest has Area 001A, 0.10."
    )
    assert classes.comparator is Comparator.THESE
    assert sentence_of(classes, data, data.frame.index[0]) == (
        "Libraries for each 1,000 children within reach: 0.10, in the lowest fifth of these small areas."
    )


def test_minutes_of_wards_are_averages_and_say_so() -> None:
    areas = with_places(plain(16), minutes={"library": [5.0] * 8 + [30.0] * 8})
    classes, data, explanation = look_at(areas, NEAREST.id, Level.WARD)
    assert "are on average within 18 minutes’ walk of a library" in explanation.text
    assert "The average over each ward." in classes.note
    assert sentence_of(classes, data, data.frame.index[0]) == (
        "5 minutes’ walk on average to the nearest library."
    )


def test_a_selected_area_has_its_places_and_its_minutes() -> None:
    areas = with_places(plain(), {"library": [0.0, 1.0, 2.0] + [0.0] * 5}, {"library": [7.4] * 8})
    classes, data, _ = look_at(areas, LIBRARIES.id)
    sentences = [sentence_of(classes, data, code) for code in data.frame.index[:3]]
    assert sentences == ["No library inside.", "1 library inside.", "2 libraries inside."]
    figures = {f.label: f.value for f in explain_area(classes, data, data.frame.index[0]).figures}
    assert figures["Nearest library"] == "8 min"
    by_minutes = classify(data, data.dictionary[NEAREST.id])
    figures = {f.label: f.value for f in explain_area(by_minutes, data, data.frame.index[2]).figures}
    assert figures["Libraries inside"] == "2"


@pytest.mark.parametrize("kind", [Kind.RATE, Kind.SCORE, Kind.OTHER])
def test_own_figures_range_over_the_areas_and_are_not_compared_with_england(kind: Kind) -> None:
    areas = with_own(plain(), own_indicator("own_rate", kind), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.25])
    classes, _, explanation = look_at(areas, "own_rate")
    assert "from 1" in explanation.text
    assert "8.25" in explanation.text
    assert "not with England" in explanation.text
    assert classes.title == "Fifths of these small areas"
    assert classes.labels["4"] == "highest"


def test_own_figures_that_are_all_alike_have_no_range() -> None:
    areas = with_own(plain(), own_indicator("own_rate", Kind.RATE), [2.0] * 8)
    text = look_at(areas, "own_rate")[2].text
    assert text.startswith("Own own_rate is 2 throughout the 8 small areas in Eastham.")


def test_own_counts_add_up_and_keep_their_caveat() -> None:
    entry = own_indicator("own_count", Kind.COUNT, Group.EVENTS, caveat="Reported events only.")
    areas = with_own(plain(), entry, [1.0] * 7 + [13.0])
    explanation = look_at(areas, "own_count")[2]
    assert explanation.text == (
        "Own own_count: 20 in the 8 small areas in Eastham. The 1 small area with most holds 65% of them."
    )
    assert "Reported events only." in explanation.caveats


def test_an_own_rank_is_not_a_rank_within_england() -> None:
    areas = with_own(plain(), own_indicator("own_rank", Kind.RANK), [float(n) for n in range(1, 9)])
    classes, data, _ = look_at(areas, "own_rank")
    assert classes.comparator is Comparator.THESE
    assert "Most deprived first" not in sort_words(classes, make_rows(classes, data, Sort.FIRST)).values()


def test_indicators_stand_by_group_need_first_and_own_last() -> None:
    areas = with_own(plain(), own_indicator("own_x", Kind.OTHER), [1.0] * 8)
    areas = with_places(areas, {"library": [1.0] * 8}, {"library": [1.0] * 8})
    areas = with_own(areas, own_indicator("event_x", Kind.COUNT, Group.EVENTS), [1.0] * 8)
    groups = [entry.group for entry in offered_indicators(areas)]
    assert groups == [Group.NEED, Group.PEOPLE, Group.ASSETS, Group.ACCESS, Group.EVENTS, Group.OWN]


def test_what_nobody_has_explained_is_never_added_up() -> None:
    assert levels_of(own_indicator("own_x", Kind.OTHER)) == (Level.AREA,)
    assert Level.WARD in levels_of(own_indicator("own_x", Kind.RATE))


def test_the_table_of_minutes_writes_them_with_their_unit_furthest_first() -> None:
    areas = with_places(plain(4), minutes={"library": [1.0, 12.4, None, 4.2]})
    classes, data, _ = look_at(areas, NEAREST.id)
    rows = make_rows(classes, data, Sort.FIRST)
    assert rows.frame["Minutes"].tolist() == ["13 min", "5 min", "1 min", "No data"]
    assert rows.frame["Class"].tolist() == ["11 to 15 min", *["Up to 5 min"] * 2, "No data"]
    assert sort_words(classes, rows)[Sort.FIRST] == "Furthest first"
    assert "Children" in rows.frame
    assert to_arrow(rows.frame).num_rows == 4


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
@pytest.mark.parametrize(
    "column",
    [*(entry.id for entry in (LIBRARIES, NEAREST, NEAR, SUPPLY)), "own_x", "need_idaci_rank", "pop_0_17"],
)
def test_every_column_of_every_table_has_a_width(level: Level, column: str) -> None:
    each = {"library": [1.0] * 32}
    areas = with_places(varied_areas(), each, each, each, each)
    areas = with_own(areas, own_indicator("own_x", Kind.RATE), [1.0] * 32)
    classes, data, _ = look_at(areas, column, level)
    assert set(make_rows(classes, data, Sort.FIRST).frame.columns) <= set(widths_px(classes))


def test_the_fewest_homes_and_the_least_supply_stand_first() -> None:
    areas = with_places(plain(3), shares={"library": [0.5, 0.0, 1.0]}, supply={"library": [0.3, 0.2, 0.1]})
    for entry, first in ((NEAR, ["0%", "50%", "100%"]), (SUPPLY, ["0.10", "0.20", "0.30"])):
        classes, data, _ = look_at(areas, entry.id)
        rows = make_rows(classes, data, Sort.FIRST)
        assert rows.frame.iloc[:, 1].tolist() == first
        assert sort_words(classes, rows)[Sort.FIRST] == "Lowest first"
        assert make_rows(classes, data, Sort.LAST).frame.iloc[:, 1].tolist() == first[::-1]


def test_the_file_of_minutes_has_their_decimals() -> None:
    areas = with_places(plain(2), minutes={"library": [1.0, 12.4]})
    classes, data, _ = look_at(areas, NEAREST.id)
    rows = list(csv.DictReader(io.StringIO(to_csv(classes, data).decode("utf-8-sig"))))
    assert [row[NEAREST.id] for row in rows] == ["1", "12.4"]
    assert {row["comparator"] for row in rows} == {"Nearest library: minutes’ walk"}
    assert all(row["method"].startswith(BY_LINE) for row in rows)


def test_kinds_are_counted_in_the_council_that_is_shown() -> None:
    areas = varied_areas()
    places = varied_places(areas)
    assert kinds_of(places) == ("family_hub", "school", "library")
    assert count_kinds(places, "") == {"family_hub": 1, "school": 1, "library": 3}
    west = count_kinds(places, list(COUNCILS)[1])
    assert west == {"family_hub": 0, "school": 0, "library": 1}


def test_the_places_of_a_selected_area_are_named_and_the_rest_counted() -> None:
    areas = with_places(varied_areas(), minutes={"library": [2.5] * 32})
    places = varied_places(areas)
    many = places.loc[places.index.repeat(6)]
    data = level_data(areas, Level.AREA)
    here = places_here(many, ["library"], areas, data, areas.frame.index[0])
    assert len(here.listed) == 8
    assert here.more == 4
    assert here.listed[-1] == ("Library", "Eastham Library")
    assert [(figure.label, figure.value) for figure in here.nearest] == [("library", "3 min")]
    assert here.nearest_words == "Minutes’ walk to the nearest"


def test_the_places_of_a_ward_are_those_of_its_areas_and_of_the_kinds_shown() -> None:
    areas = varied_areas()
    places = varied_places(areas)
    ward = str(areas.frame["ward_code"].iloc[0])
    here = places_here(places, ["library", "family_hub"], areas, level_data(areas, Level.WARD), ward)
    assert [name for _, name in here.listed] == ["Hub", "=HYPERLINK(1)", "Eastham Library"]
    assert here.nearest == ()


def test_the_table_of_places_says_where_each_is_and_leaves_out_those_beyond() -> None:
    areas = varied_areas()
    table = places_table(varied_places(areas), ["school", "library"], areas, "")
    assert table["kind"].tolist()[-1] == "Library"
    assert "Far School" not in set(table["name"])
    assert table["area_name"].notna().all()


def test_the_file_of_places_runs_no_formula_and_says_source_and_tier() -> None:
    areas = varied_areas()
    table = places_table(varied_places(areas), ["library"], areas, "")
    content = places_to_csv(table, {"library.csv": provenance("Libraries")}, areas.tier)
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=HYPERLINK(1)", "Eastham Library", "Westham Library"]
    assert {row["source"] for row in rows} == {"Attribution of Libraries."}
    assert {row["tier"] for row in rows} == {"internal"}
    assert {row["detail"] for row in rows} == {"", "Central library"}


@given(st.floats(0, 100_000))
def test_a_distance_is_never_written_as_nought_kilometres_or_a_thousand_metres(metres: float) -> None:
    words = distance(metres)
    assert words != "1000 m"
    assert not words.startswith("0.")


@given(st.floats(-1e6, 1e6))
def test_a_figure_is_near_its_value(value: float) -> None:
    assert float(figure(value).replace(",", "")) == pytest.approx(value, rel=0.006, abs=1e-300)


def test_what_nobody_confirmed_lately_is_said_in_the_panel_the_table_and_the_file() -> None:
    areas = varied_areas()
    frame = varied_places(areas)
    frame.loc[frame["name"] == "Eastham Library", "unconfirmed_since"] = "2025-06-03"
    code = areas.frame.index[0]
    laid = with_places(areas, {"library": [2.0] * 32}, {"library": [10.0] * 32})
    here = places_here(frame, ["library"], areas, level_data(laid, Level.AREA), code)
    assert ("Library, not confirmed since June 2025", "Eastham Library") in here.listed
    table = places_table(frame, ["library"], areas, "")
    assert table["confirmed"].dropna().to_dict() == {"p000": "Not confirmed since June 2025"}
    content = places_to_csv(table, {"library.csv": provenance("Libraries")}, areas.tier).decode("utf-8-sig")
    assert content.count("2025-06-03") == 1
    places = Places(frame, {})
    every = pd.Series(True, index=frame.index)
    assert count_kinds(places.counted, "")["library"] == 2
    assert count_kinds(places.all_counted.counted, "")["library"] == 3
    assert describe_unconfirmed(places, every, 12) == (
        "1 place has not been confirmed for a year and is not counted."
    )
    frame.loc[frame["kind"] == "school", "unconfirmed_since"] = "never"
    assert describe_unconfirmed(Places(frame, {}).all_counted, every, 18) == (
        "3 places have not been confirmed for 18 months and count all the same."
    )
    assert describe_unconfirmed(places, ~every, 12) == ""
