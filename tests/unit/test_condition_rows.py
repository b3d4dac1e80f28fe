"""The rows of a search: what becomes of a condition when one of its parts is changed; and its table."""

import pandas as pd
import pytest

from data.indicators import Indicator, Kind, indicators
from models.conditions import Comparison, Condition, parse_conditions
from models.levels import Level, LevelData, level_data
from models.search import search
from models.two_way import cross
from tests.small_builds import make_areas, varied_areas
from tests.small_places import indicator_of, own_indicator, with_own, with_places
from views.compare_panel import list_two, two_to_csv
from views.condition_rows import changed
from views.listing import OPENING, Column, Listing
from views.search_panel import list_found

IDACI, CRIME = indicators()["need_idaci_rank"], indicators()["need_crime_rank"]
LIBRARY_MIN = indicator_of("access_library_min", "library")
HUB_MIN = indicator_of("access_family_hub_min", "family_hub")
NEAR = indicator_of("access_library_share", "library")
LIBRARIES = indicator_of("asset_library", "library")
SHARE = Indicator("own_s", "Share", "", "share of 1", "neutral", Kind.RATE, None, None)


@pytest.fixture(scope="module")
def data() -> LevelData:
    areas = make_areas({"need_idaci_rank": [1.0] * 4, "pop_0_17": [100.0, 201.0, 300.0, 400.0]})
    return level_data(with_places(areas, minutes={"library": [1.0] * 4}), Level.AREA)


def test_another_indicator_of_its_sort_keeps_the_rest(data: LevelData) -> None:
    far = Condition(LIBRARY_MIN, Comparison.UNDER, 7.0)
    assert changed(far, HUB_MIN, Comparison.UNDER, 7.0, data) == Condition(HUB_MIN, Comparison.UNDER, 7.0)
    worst = Condition(IDACI, Comparison.BEST_HALF)
    assert changed(worst, CRIME, Comparison.BEST_HALF, None, data) == Condition(CRIME, Comparison.BEST_HALF)


def test_an_indicator_of_another_sort_begins_anew(data: LevelData) -> None:
    worst = Condition(IDACI, Comparison.BEST_HALF)
    assert changed(worst, LIBRARY_MIN, Comparison.BEST_HALF, None, data).text == "access_library_min.over.15"
    far = Condition(LIBRARY_MIN, Comparison.OVER, 7.0)
    assert changed(far, LIBRARIES, Comparison.OVER, 7.0, data).text == "asset_library.none"


def test_a_number_is_in_the_unit_of_the_reader(data: LevelData) -> None:
    far = Condition(LIBRARY_MIN, Comparison.OVER, 15.0)
    assert changed(far, LIBRARY_MIN, Comparison.OVER, 20.0, data).bound == 20
    near = Condition(NEAR, Comparison.LEAST, 0.1)
    assert changed(near, NEAR, Comparison.LEAST, 55.0, data).bound == 0.55
    share = Condition(SHARE, Comparison.LEAST, 0.1)
    assert changed(share, SHARE, Comparison.LEAST, 12.5, data).bound == 0.125


def test_a_comparison_that_takes_a_number_gets_one(data: LevelData) -> None:
    children = indicators()["pop_0_17"]
    most = Condition(children, Comparison.HIGHEST)
    assert changed(most, children, Comparison.LEAST, None, data).text == "pop_0_17.least.250"
    none = Condition(LIBRARIES, Comparison.NONE)
    assert changed(none, LIBRARIES, Comparison.LEAST, None, data).bound == 1
    fifth = Condition(LIBRARY_MIN, Comparison.HIGHEST)
    assert changed(fifth, LIBRARY_MIN, Comparison.UNDER, None, data).bound == 15


def test_a_number_is_kept_from_one_comparison_to_the_next(data: LevelData) -> None:
    far = Condition(LIBRARY_MIN, Comparison.OVER, 7.0)
    assert changed(far, LIBRARY_MIN, Comparison.UNDER, 9.9, data).text == "access_library_min.under.7"
    assert changed(far, LIBRARY_MIN, Comparison.OVER, None, data) == far
    assert changed(far, LIBRARY_MIN, Comparison.HIGHEST, 7.0, data).bound is None


def test_headings_that_stand_twice_are_told_apart() -> None:
    codes = pd.Index(["a", "b"])
    columns = tuple(
        Column("Ward", pd.Series([word, word], index=codes), codes, word, 100) for word in ("By x", "By y")
    )
    listing = Listing("name", columns, codes[::-1], "First", "f.csv", bytes, "A table")
    assert list(listing.rows(OPENING).columns) == ["Ward", "Ward (2)"]
    assert list(listing.rows(OPENING).index) == ["b", "a"]
    assert set(listing.orders) == {OPENING, "Ward", "Ward (2)"}


def test_an_own_column_called_as_one_of_ours_is_told_apart() -> None:
    entry = own_indicator("own_x", Kind.RATE)
    entry = Indicator(**{**vars(entry), "label": "Children"})
    areas = with_own(make_areas({"pop_0_17": [1.0] * 4}), entry, [3.0, 1.0, 2.0, None])
    data = level_data(areas, Level.AREA)
    conditions, _ = parse_conditions("own_x.least.1", {"own_x": entry})
    listing = list_found(search(data, conditions), data)
    rows = listing.rows(OPENING)
    assert list(rows.columns) == ["Small area", "Children", "Children (2)", "Ward"]
    assert list(rows.index) == ["E01000000", "E01000002", "E01000001"]


def test_the_table_of_two_has_every_area_the_worst_on_both_first() -> None:
    data = level_data(varied_areas(), Level.AREA)
    two = cross(data, IDACI, CRIME)
    rows = list_two(two, data).rows(OPENING)
    assert len(rows) == 32
    assert set(rows["IDACI rank"].tail(2)) == {"Hidden", "No data"}
    assert rows["Thirds"].iloc[0] == "Most, least"
    assert len(two_to_csv(two, data).decode("utf-8-sig").splitlines()) == 33
