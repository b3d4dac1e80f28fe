"""Explore opens in every state, and its parts agree with each other."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ButtonGroup

from data.indicators import Group, Kind
from data.provenance import Status
from geo.area_table import AreaTable
from geo.places import Places
from tests.small_builds import HOSTILE, make_areas, make_build, provenance, varied_areas, without_places
from tests.small_places import own_indicator, varied_places, with_own
from views.tables import ROWS_A_PAGE, Sort

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"

Open = Callable[..., AppTest]


@pytest.fixture
def open_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the app on a build, with choices in its address."""

    def open_it(
        areas: AreaTable | None = None,
        places: Places | None = None,
        held: Mapping[str, object] | None = None,
        **choices: str,
    ) -> AppTest:
        build = make_build(tmp_path / "build", areas or varied_areas(), places)
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=20)
        for name, value in (held or {}).items():
            page.session_state[name] = value
        for name, value in choices.items():
            page.query_params[name] = value
        return page.run()

    return open_it


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself."""
    return " ".join(element.proto.body for element in page.get("html"))


@pytest.mark.parametrize("indicator", ["need_idaci_rank", "need_crime_rank", "pop_total", "pop_0_17"])
@pytest.mark.parametrize("level", ["area", "ward"])
@pytest.mark.parametrize("council", ["", "E08000002"])
def test_the_page_opens_in_every_state(open_page: Open, indicator: str, level: str, council: str) -> None:
    page = open_page(indicator=indicator, level=level, **({"council": council} if council else {}))
    assert not page.exception
    assert not page.info
    assert page.title[0].value == "Explore"
    assert page.selectbox(key="indicator").value == indicator
    assert len(page.dataframe) == 1
    assert "Fifths of" in words_of(page)


def test_it_opens_on_children_and_writes_the_address(open_page: Open) -> None:
    page = open_page()
    assert page.query_params["indicator"] == "need_idaci_rank"
    assert page.query_params["level"] == "area"
    assert "area" not in page.query_params


def test_a_choice_changes_sentence_and_address(open_page: Open) -> None:
    page = open_page()
    page.selectbox(key="council").select("E08000002").run()
    assert "of the 15 small areas with a figure in Westham" in words_of(page)
    assert page.query_params["council"] == "E08000002"
    page.selectbox(key="level").select("ward").run()
    assert "in Westham" in words_of(page)
    assert page.query_params["level"] == "ward"


def test_a_selected_area_is_shown_with_its_figures(open_page: Open) -> None:
    page = open_page(area="E01000000")
    assert "ranked 1 of 33,755" in words_of(page)
    page.selectbox(key="area").select("E01000007").run()
    assert "<img" not in words_of(page)
    assert "&lt;img src=x onerror=" in words_of(page)
    assert page.query_params["area"] == "E01000007"


def test_a_selected_area_gives_way_to_its_ward_and_is_dropped_with_its_council(open_page: Open) -> None:
    page = open_page(area="E01000000")
    page.selectbox(key="level").select("ward").run()
    assert page.query_params["area"] == "E05000000"
    page.selectbox(key="council").select("E08000002").run()
    assert "area" not in page.query_params
    assert not page.exception
    assert not page.info


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    page = open_page(indicator="nothing", area=HOSTILE)
    assert len(page.info) == 1
    assert "nothing" in page.info[0].value
    assert page.selectbox(key="indicator").value == "need_idaci_rank"


def test_an_address_cannot_put_a_picture_or_a_link_on_the_page(open_page: Open) -> None:
    (notice,) = open_page(council="![x](//elsewhere.test/a)").info
    assert r"\!\[x\]\(" in notice.value
    assert "](" not in notice.value


def test_the_table_says_hidden_and_no_data(open_page: Open) -> None:
    page = open_page()
    frame = page.dataframe[0].value
    assert {"Hidden", "No data"} <= set(frame["Rank"])
    assert not frame.isna().any().any()


def test_the_order_of_the_table_is_a_choice(open_page: Open) -> None:
    page = open_page(make_areas({"need_idaci_rank": [30.0, 10.0, 20.0, 40.0]}))
    assert list(page.dataframe[0].value["Rank"]) == [10, 20, 30, 40]
    page.selectbox(key="sort").select("last").run()
    assert list(page.dataframe[0].value["Rank"]) == [40, 30, 20, 10]


def test_an_order_held_in_the_words_of_another_indicator_gives_way(open_page: Open) -> None:
    page = open_page(held={"sort": "Fewest first"})
    assert not page.exception
    assert page.selectbox(key="sort").value == Sort.FIRST


def test_a_region_is_paged_and_a_page_that_is_gone_is_not_missed(open_page: Open) -> None:
    areas = make_areas(
        {"need_idaci_rank": [float(n + 1) for n in range(320)]},
        councils={"E08000001": "Eastham", "E08000002": "Westham"},
    )
    page = open_page(areas)
    assert len(page.dataframe[0].value) == ROWS_A_PAGE
    page.session_state["page"] = 8
    page.run()
    assert page.dataframe[0].value["Rank"].tolist() == list(range(7 * ROWS_A_PAGE + 1, 321))
    page.selectbox(key="council").select("E08000002").run()
    assert not page.exception
    assert len(page.dataframe[0].value) > 0


def test_the_badges_say_who_may_see_it_and_that_it_is_invented(open_page: Open) -> None:
    page = open_page()
    badges = " ".join(element.value for element in page.markdown)
    assert "Internal build" in badges
    assert "not a real place" not in badges


def test_an_invented_place_is_said_on_the_page(open_page: Open) -> None:
    page = open_page(make_areas({"need_idaci_rank": [1.0] * 8}, councils={"E08990001": "Northmere"}))
    assert "Northmere is not a real place" in " ".join(element.value for element in page.markdown)
    assert not any(box.key == "council" for box in page.selectbox)


@pytest.mark.parametrize("status", [Status.SUPPRESSED, Status.MISSING])
def test_nothing_known_still_opens(open_page: Open, status: Status) -> None:
    states = {"need_idaci_rank": dict.fromkeys(range(8), status)}
    page = open_page(make_areas({"need_idaci_rank": [None] * 8}, states=states))
    assert not page.exception
    assert set(page.dataframe[0].value["Rank"]) == {"Hidden" if status is Status.SUPPRESSED else "No data"}


def test_a_build_that_is_none_is_a_page_and_not_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(tmp_path))
    page = AppTest.from_file(str(MAIN), default_timeout=20).run()
    assert not page.exception
    assert "is not a build" in page.error[0].value
    assert "atlas build FOLDER" in page.text[0].value


def test_sources_are_one_click_away(open_page: Open) -> None:
    page = open_page()
    assert "SHA-256" not in words_of(page)
    page.session_state["sources"] = True
    page.run()
    words = words_of(page)
    for expected in (
        "English indices of deprivation 2025",
        "Open Government Licence",
        "abababababab",
        "1 apportioned",
        "Children aged 0–17",
        "Boundaries of small areas",
    ):
        assert expected in words


def test_without_wards_and_councils_the_page_speaks_of_neither(open_page: Open) -> None:
    areas = make_areas({"need_idaci_rank": [1.0] * 8, "pop_0_17": [9.0] * 8})
    bare = without_places(areas, "ward_code", "ward_name", "la_code", "la_name")
    page = open_page(bare, area=bare.frame.index[0])
    assert not page.exception
    assert "NA" not in words_of(page)
    assert "0 councils" not in words_of(page)
    assert "Ward" not in page.dataframe[0].value.columns
    assert page.selectbox(key="area").options[0] == "Area 001A · E01000000"


@pytest.fixture
def open_with_places(open_page: Open) -> Open:
    """Open the app on a build with a few places, with choices in its address."""
    places = varied_places(varied_areas())
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}

    def open_it(held: Mapping[str, object] | None = None, **choices: str) -> AppTest:
        return open_page(varied_areas(), Places(places, sources), held, **choices)

    return open_it


def pills_of(page: AppTest) -> ButtonGroup[str]:
    """The pills of the kinds of place."""
    return next(group for group in page.get("button_group") if group.key == "points")


def test_places_are_columns_and_pills(open_with_places: Open) -> None:
    page = open_with_places(indicator="asset_library")
    assert not page.exception
    assert "have a library inside" in words_of(page)
    assert "Libraries inside" in words_of(page)
    assert pills_of(page).options == [
        ":orange[●] Family hubs 1",
        ":gray[■] Schools 1",
        ":blue[▲] Libraries 3",
    ]
    assert set(pills_of(page).value) == {"family_hub", "library"}
    assert "points" not in page.query_params


def test_how_near_places_are_is_told_at_every_level(open_with_places: Open) -> None:
    for level in ("area", "ward"):
        page = open_with_places(indicator="access_library_min", level=level)
        assert not page.exception
        assert "minutes’ walk" in words_of(page)
        assert "Minutes are along straight lines" in words_of(page)
        assert page.dataframe[0].value["Minutes"].str.endswith(" min").all()
        page = open_with_places(indicator="access_library_share", level=level)
        assert "of the homes" in words_of(page)
        assert page.dataframe[0].value["Homes"].str.endswith("%").all()
        page = open_with_places(indicator="access_library_per_1k", level=level)
        assert "libraries for each 1,000 children within reach" in words_of(page)


def test_a_pill_changes_the_address_and_the_words_of_the_selected_area(open_with_places: Open) -> None:
    page = open_with_places(area="E01000000")
    assert "Eastham Library" in words_of(page)
    pills_of(page).set_value(["school"]).run()
    assert page.query_params["points"] == "school"
    assert "Eastham Library" not in words_of(page)
    pills_of(page).set_value([]).run()
    assert page.query_params["points"] == "none"
    assert "kinds on the map" not in words_of(page)


def test_pills_held_in_words_of_another_number_stay_as_they_were(open_with_places: Open) -> None:
    first = open_with_places(points="school")
    held = {"points": ["Schools 9"], "address_written": first.session_state["address_written"]}
    choices = {name: first.query_params[name] for name in first.query_params}
    page = open_with_places(held=held, **choices)
    assert pills_of(page).value == ["school"]
    assert page.query_params["points"] == "school"


def test_the_name_of_a_place_is_only_text(open_with_places: Open) -> None:
    page = open_with_places(area="E01000007", points="school")
    assert "&lt;img src=x onerror=" in words_of(page)
    assert "<img" not in words_of(page)


def test_the_places_of_the_map_are_a_table_one_click_away(open_with_places: Open) -> None:
    page = open_with_places()
    assert len(page.dataframe) == 1
    page.session_state["places"] = True
    page.run()
    assert not page.exception
    table = page.dataframe[1].value
    assert set(table["Kind"]) == {"Library", "Family hub or children's centre"}
    assert "Far School" not in set(table["Name"])


def test_a_council_without_places_of_a_kind_has_no_data_of_it(open_with_places: Open) -> None:
    page = open_with_places(indicator="asset_family_hub", council="E08000002")
    assert "has no data" in words_of(page)
    assert set(page.dataframe[0].value["Number"]) == {"No data"}


def test_an_own_figure_of_unknown_kind_is_shown_by_small_area_alone(open_page: Open) -> None:
    entry = own_indicator("own_x", Kind.OTHER, Group.OWN, caveat="Nobody has said what it is.")
    page = open_page(with_own(varied_areas(), entry, [1.5] * 32), indicator="own_x", level="ward")
    assert not page.exception
    assert page.selectbox(key="level").options == ["Small areas"]
    assert "Nobody has said what it is." in words_of(page)
    assert len(page.info) == 1
