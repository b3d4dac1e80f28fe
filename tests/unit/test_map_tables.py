"""The table beside the map: the same content, sorted over all pages, and a file safe in a spreadsheet."""

import csv
import io
from dataclasses import replace

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import indicators
from data.provenance import Status
from models.classes import Classes, classify
from models.levels import Level, LevelData, level_data
from tests.small_builds import make_areas, varied_areas, without_places
from views.table_panel import next_sort
from views.tables import (
    FORMULA_STARTS,
    ROWS_A_PAGE,
    ROWS_ON_ONE_PAGE,
    Sort,
    formula_safe,
    make_rows,
    sort_words,
    to_arrow,
    to_csv,
    value_heading,
    value_help,
)


def varied(level: Level = Level.AREA, council: str | None = None) -> tuple[Classes, LevelData]:
    data = level_data(varied_areas(), level)
    return classify(data, indicators()["need_idaci_rank"], council), data


@pytest.mark.parametrize("sort", Sort)
@pytest.mark.parametrize("council", [None, "E08000002"])
def test_the_table_has_every_shape_of_the_map_in_every_order(sort: Sort, council: str | None) -> None:
    classes, data = varied(council=council)
    rows = make_rows(classes, data, sort)
    assert set(rows.frame.index) == set(classes.inside.index)
    assert rows.frame.index.is_unique


def test_the_table_says_what_the_map_shows() -> None:
    classes, data = varied()
    frame = make_rows(classes, data, Sort.FIRST).frame
    words = {"4": "Most", "3": "Second", "2": "Middle", "1": "Fourth", "0": "Least"}
    shown = classes.inside["class"].map(words | {"s": "Hidden, small count", "m": "No data"})
    assert frame["Fifth"].tolist() == shown.loc[frame.index].tolist()
    assert frame.at["E01000002", "Rank"] == "Hidden"
    assert frame.at["E01000009", "Rank"] == "No data"
    assert frame.at["E01000005", "Children"] == "Hidden"


@pytest.mark.parametrize(
    ("column", "heading"),
    [("pop_0_17", "People"), ("pop_households_no_car", "Number"), ("pop_no_car_share", "Share")],
)
def test_households_are_not_called_people_and_a_share_is_called_one(column: str, heading: str) -> None:
    areas = make_areas({"pop_households": [8.0] * 8, column: [0.5] * 8})
    classes = classify(level_data(areas, Level.AREA), indicators()[column])
    assert value_heading(classes) == heading


def test_wards_show_how_far_their_areas_range() -> None:
    data = level_data(make_areas({"need_idaci_rank": [10.0, 20_000.0, 300.0]}), Level.WARD)
    rows = make_rows(classify(data, indicators()["need_idaci_rank"]), data, Sort.FIRST)
    assert rows.frame["Its areas"].tolist() == ["10 to 20,000"]


def test_whole_columns_are_numbers_and_broken_ones_words() -> None:
    data = level_data(varied_areas(), Level.AREA)
    classes = classify(data, indicators()["need_crime_rank"])
    table = to_arrow(make_rows(classes, data, Sort.FIRST).frame)
    assert table.schema.field("Rank").type == pa.int32()
    assert table.schema.field("Children").type == pa.string()


def test_areas_without_a_value_come_last_in_both_orders() -> None:
    classes, data = varied()
    for sort in (Sort.FIRST, Sort.LAST):
        assert set(make_rows(classes, data, sort).frame.index[-2:]) == {"E01000002", "E01000009"}


def test_the_most_deprived_come_first_and_the_reverse() -> None:
    classes, data = varied()
    assert make_rows(classes, data, Sort.FIRST).frame.index[0] == "E01000000"
    assert make_rows(classes, data, Sort.LAST).frame.index[0] == "E01000031"


def test_ties_stand_in_the_order_of_their_codes() -> None:
    areas = make_areas({"need_idaci_rank": [5.0] * 8})
    data = level_data(areas, Level.AREA)
    classes = classify(data, indicators()["need_idaci_rank"])
    for sort in (Sort.FIRST, Sort.LAST, Sort.WARD):
        assert list(make_rows(classes, data, sort).frame.index) == list(areas.frame.index)


def test_a_second_click_on_the_value_turns_the_order_round() -> None:
    assert next_sort(Sort.FIRST, Sort.NAME) is Sort.FIRST
    assert next_sort(Sort.FIRST, Sort.FIRST) is Sort.LAST
    assert next_sort(Sort.FIRST, Sort.LAST) is Sort.FIRST
    assert next_sort(Sort.NAME, Sort.NAME) is Sort.NAME


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_every_heading_sorts_by_an_order_that_is_offered(level: Level) -> None:
    classes, data = varied(level)
    rows = make_rows(classes, data, Sort.FIRST)
    assert set(rows.sorts) == set(rows.frame.columns)
    assert set(rows.sorts.values()) <= set(sort_words(classes, rows))


@pytest.mark.parametrize("count", [1, ROWS_ON_ONE_PAGE, ROWS_ON_ONE_PAGE + 1, 1_702])
def test_pages_hold_every_row_once(count: int) -> None:
    data = level_data(make_areas({"need_idaci_rank": [float(n + 1) for n in range(count)]}), Level.AREA)
    rows = make_rows(classify(data, indicators()["need_idaci_rank"]), data, Sort.FIRST)
    pages = [rows.page(number) for number in range(1, rows.pages + 1)]
    assert [code for page in pages for code in page.index] == list(rows.frame.index)
    assert rows.pages == 1 or max(len(page) for page in pages) == ROWS_A_PAGE


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_the_file_holds_every_shape_with_class_status_source_and_tier(level: Level) -> None:
    classes, data = varied(level)
    rows = read_csv(to_csv(classes, data))
    assert [row[f"{level.value}_code"] for row in rows] == sorted(classes.inside.index)
    assert {row["tier"] for row in rows} == {"internal"}
    assert all(row["source"] for row in rows)
    assert [row["status"] for row in rows] == list(classes.inside.sort_index()["status"])
    assert [row["class"] for row in rows] == list(classes.inside.sort_index()["class"].map(classes.labels))


@pytest.mark.parametrize("level", [Level.AREA, Level.WARD])
def test_the_children_in_the_file_have_a_year_status_and_source_of_their_own(level: Level) -> None:
    areas = make_areas(
        {"need_idaci_rank": [1.0] * 8, "pop_0_17": [9.0] * 8},
        {"pop_0_17": dict.fromkeys(range(8), Status.APPORTIONED)},
        years={"pop_0_17": "2015"},
    )
    children = replace(areas.provenance["pop_0_17"], attribution="=Attribution of children")
    areas = replace(areas, provenance={**areas.provenance, "pop_0_17": children})
    data = level_data(areas, level)
    for row in read_csv(to_csv(classify(data, indicators()["need_idaci_rank"]), data)):
        assert row["status"] == "observed"
        assert row["pop_0_17_year"] == "2015"
        assert row["pop_0_17_status"] == "apportioned"
        assert row["pop_0_17_source"] == "'=Attribution of children"


def test_a_table_without_wards_has_no_column_of_them() -> None:
    areas = make_areas({"need_idaci_rank": [1.0, 2.0]})
    data = level_data(without_places(areas, "ward_code", "ward_name"), Level.AREA)
    classes = classify(data, indicators()["need_idaci_rank"])
    rows = make_rows(classes, data, Sort.FIRST)
    assert "Ward" not in rows.frame
    assert Sort.WARD not in sort_words(classes, rows)


def test_only_an_average_rank_says_which_way_it_runs() -> None:
    assert "MHCLG publishes it the other way round" in value_help(varied(Level.WARD)[0])
    assert "MHCLG" not in value_help(varied()[0])


def test_no_value_in_the_file_is_never_blank_or_0() -> None:
    rows = {row["area_code"]: row for row in read_csv(to_csv(*varied()))}
    assert rows["E01000002"]["need_idaci_rank"] == rows["E01000002"]["need_idaci_score"] == "Hidden"
    assert rows["E01000009"]["need_idaci_rank"] == rows["E01000009"]["need_idaci_score"] == "No data"
    assert rows["E01000005"]["pop_0_17"] == "Hidden"
    assert rows["E01000000"]["need_idaci_rank"] == "1"


def test_a_formula_in_a_name_does_not_reach_the_spreadsheet() -> None:
    areas = make_areas({"need_idaci_rank": [1.0, 2.0]}, names={0: '=HYPERLINK("//x","y")', 1: "@SUM(A1)"})
    data = level_data(areas, Level.AREA)
    rows = read_csv(to_csv(classify(data, indicators()["need_idaci_rank"]), data))
    assert [row["area_name"][0] for row in rows] == ["'", "'"]


@given(st.text())
def test_only_numbers_may_begin_like_a_formula(text: str) -> None:
    safe = formula_safe(text)
    assert safe.removeprefix("'") == text.removeprefix("'") or safe == text
    if safe.startswith(FORMULA_STARTS):
        float(safe)
