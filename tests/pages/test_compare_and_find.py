"""Explore with two indicators and with a search: it opens in every state, and its parts agree."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.indicators import Group, Kind
from data.provenance import Status
from geo.area_table import AreaTable
from geo.places import Places
from models.conditions import MOST_CONDITIONS
from tests.small_builds import HOSTILE, make_areas, make_build, provenance, varied_areas
from tests.small_places import own_indicator, varied_places, with_own

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
FINDS = ["", "pop_0_17.fifth.high", "asset_library.none", "need_crime_rank.tenth.best"]
STRANGE = [HOSTILE, "x" * 5_000, "need_idaci_rank.over.1", "~~~", "![x](//elsewhere.test/a)"]
FIND = "need_idaci_rank.half.worst~access_library_min.over.10"

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the app on a build with a few places, with choices in its address."""

    def open_it(areas: AreaTable | None = None, **choices: str) -> AppTest:
        places = varied_places(varied_areas())
        sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
        shown = Places.empty() if areas else Places(places, sources)
        build = make_build(tmp_path / "build", areas or varied_areas(), shown)
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=20)
        for name, value in choices.items():
            page.query_params[name] = value
        return page.run()

    return open_it


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its markup."""
    return re.sub(r"<[^>]*>", "", " ".join(element.proto.body for element in page.get("html")))


def show(page: AppTest, way: str) -> AppTest:
    """Choose a way of looking."""
    group = next(group for group in page.get("button_group") if group.key == "show")
    return group.set_value(way).run()


@pytest.mark.parametrize("other", ["need_crime_rank", "pop_0_17", "asset_library", "access_library_min"])
@pytest.mark.parametrize("level", ["area", "ward"])
@pytest.mark.parametrize("council", ["", "E08000002"])
@pytest.mark.parametrize("way", ["both", "side"])
def test_two_indicators_open_in_every_state(
    open_page: Open, other: str, level: str, council: str, way: str
) -> None:
    choices = {"with": other, "way": way, "level": level, **({"council": council} if council else {})}
    page = open_page(show="two", **choices)
    assert not page.exception
    assert not page.info
    assert page.selectbox(key="with").value == other
    assert len(page.dataframe) == 1
    assert ("Thirds" in words_of(page)) is (way == "both")
    assert {name: page.query_params[name] for name in choices} == choices


@pytest.mark.parametrize("level", ["area", "ward"])
@pytest.mark.parametrize("council", ["", "E08000002"])
@pytest.mark.parametrize("find", FINDS)
def test_a_search_opens_in_every_state(open_page: Open, level: str, council: str, find: str) -> None:
    choices = {"level": level, "council": council, "find": find}
    page = open_page(show="find", **{name: value for name, value in choices.items() if value})
    assert not page.exception
    assert not page.info
    words = words_of(page)
    assert "Matches" in words
    none = "to list. Ask for less" in words
    assert len(page.dataframe) == (0 if none else 1)


def test_one_indicator_knows_nothing_of_the_rest(open_page: Open) -> None:
    page = open_page()
    assert not {"show", "with", "way", "find"} & set(page.query_params)
    assert not [box for box in page.selectbox if box.key in ("with", "way")]
    assert not page.number_input


def test_the_ways_of_looking_stand_in_the_address_and_are_remembered(open_page: Open) -> None:
    page = show(open_page(), "two")
    assert page.query_params["with"] == "access_library_min"
    page.selectbox(key="with").select("need_crime_rank").run()
    page.selectbox(key="way").select("side").run()
    show(page, "find")
    assert "with" not in page.query_params
    assert page.query_params["find"] == "need_idaci_rank.fifth.worst~access_library_min.over.15"
    page.number_input(key="condition_1_bound").set_value(5.0).run()
    show(page, "one")
    assert not {"show", "with", "way", "find"} & set(page.query_params)
    show(page, "two")
    assert (page.query_params["with"], page.query_params["way"]) == ("need_crime_rank", "side")
    show(page, "find")
    assert page.query_params["find"].endswith("access_library_min.over.5")


def test_an_indicator_is_not_compared_with_itself(open_page: Open) -> None:
    page = open_page(show="two", **{"with": "need_crime_rank"})
    page.selectbox(key="indicator").select("need_crime_rank").run()
    assert not page.exception
    assert page.query_params["with"] == "access_library_min"


def test_a_condition_is_changed_added_and_taken_away(open_page: Open) -> None:
    page = open_page(show="find", find=FIND)
    page.number_input(key="condition_1_bound").set_value(25.0).run()
    assert page.query_params["find"] == "need_idaci_rank.half.worst~access_library_min.over.25"
    page.selectbox(key="condition_1_comparison").select("fifth.low").run()
    assert page.query_params["find"].endswith("~access_library_min.fifth.low")
    assert not page.number_input
    page.selectbox(key="condition_0_indicator").select("need_crime_rank").run()
    assert page.query_params["find"].startswith("need_crime_rank.half.worst~")
    press(page, "Add a condition")
    assert page.query_params["find"].endswith("~need_idaci_rank.fifth.worst")
    press(page, "Remove condition 2")
    assert page.query_params["find"] == "need_crime_rank.half.worst~need_idaci_rank.fifth.worst"
    press(page, "Remove condition 1")
    assert page.query_params["find"] == "need_idaci_rank.fifth.worst"
    assert not any(button.label.startswith("Remove") for button in page.button)
    assert not page.exception


def press(page: AppTest, label: str) -> None:
    """Press a button by its words."""
    next(button for button in page.button if button.label == label).click().run()


def test_no_more_conditions_than_can_be_read(open_page: Open) -> None:
    page = open_page(show="find")
    for _ in range(MOST_CONDITIONS - 2):
        press(page, "Add a condition")
    assert len(page.query_params["find"].split("~")) == MOST_CONDITIONS
    assert next(button for button in page.button if button.label == "Add a condition").disabled


def test_a_comparison_with_a_number_begins_with_one_that_makes_sense(open_page: Open) -> None:
    page = open_page(show="find", find="pop_total.fifth.high")
    page.selectbox(key="condition_0_comparison").select("least").run()
    assert page.query_params["find"] == f"pop_total.least.{page.number_input[0].value:g}"
    assert 1_500 < page.number_input[0].value < 1_532


@pytest.mark.parametrize("find", STRANGE)
def test_a_search_that_is_not_understood_is_dropped_with_a_notice(open_page: Open, find: str) -> None:
    page = open_page(show="find", find=find)
    assert not page.exception
    (notice,) = page.info
    assert "conditions to find" in notice.value
    assert len(notice.value) < 250
    assert "](" not in notice.value
    assert page.query_params["find"] == "need_idaci_rank.fifth.worst~access_library_min.over.15"


def test_hidden_and_missing_are_told_apart_from_no_match(open_page: Open) -> None:
    page = open_page(show="find", find="need_idaci_rank.half.worst")
    words = words_of(page)
    assert "2 more small areas cannot be told and may match" in words
    assert "cannot be told: hidden, small count 1" in words
    assert "cannot be told: no data 1" in words
    assert "Hidden" not in set(page.dataframe[0].value["IDACI rank"])


def test_a_selected_area_is_told_in_both(open_page: Open) -> None:
    page = open_page(show="find", find=FIND, area="E01000007")
    words = words_of(page)
    assert "&lt;img src=x onerror=" in words
    assert "More than 10 minutes’ walk from a library: yes." in words or "walk from a library: no." in words
    show(page, "two")
    assert page.query_params["area"] == "E01000007"
    assert "minutes’ walk to the nearest library." in words_of(page)


def test_a_heading_and_the_select_box_sort_the_table(open_page: Open) -> None:
    page = open_page(show="find", find="need_crime_rank.half.worst")
    assert page.dataframe[0].value["Crime rank"].is_monotonic_increasing
    page.selectbox(key="order").select("Children").run()
    assert page.dataframe[0].value["Children"].is_monotonic_decreasing
    page.selectbox(key="level").select("ward").run()
    assert not page.exception


def test_what_is_not_added_up_keeps_the_search_by_small_area(open_page: Open) -> None:
    areas = with_own(varied_areas(), own_indicator("own_x", Kind.OTHER, Group.OWN), [1.5] * 32)
    page = open_page(areas, show="find", find="own_x.least.1~need_crime_rank.half.worst", level="ward")
    assert page.selectbox(key="level").options == ["Small areas"]
    assert len(page.info) == 1


def test_one_indicator_alone_has_no_second(open_page: Open) -> None:
    page = open_page(make_areas({"need_idaci_rank": [1.0] * 8}), show="two")
    assert not page.exception
    assert len(page.info) == 1
    group = next(group for group in page.get("button_group") if group.key == "show")
    assert group.options == ["One indicator", "Find areas"]


@pytest.mark.parametrize("status", [Status.SUPPRESSED, Status.MISSING])
@pytest.mark.parametrize("way", ["two", "find"])
def test_nothing_known_still_opens(open_page: Open, status: Status, way: str) -> None:
    states = {"need_idaci_rank": dict.fromkeys(range(8), status)}
    areas = make_areas({"need_idaci_rank": [None] * 8, "pop_0_17": [1.0] * 8}, states=states)
    page = open_page(areas, show=way)
    assert not page.exception
    assert ("cannot be compared" if way == "two" else "cannot be told") in words_of(page)


@pytest.mark.parametrize("way", ["two", "find"])
def test_sources_of_every_figure_are_one_click_away(open_page: Open, way: str) -> None:
    page = open_page(show=way)
    page.session_state["sources"] = True
    page.run()
    assert not page.exception
    words = words_of(page)
    for expected in ("English indices of deprivation 2025", "Places of library.csv", "Children aged 0–17"):
        assert expected in words
