"""Sites by hand on the Place support page: the address, the list, what is refused, and hostile names."""

import re
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from geo.builds import Build
from geo.places import Places
from tests.page_of import keep_files, page_of
from tests.small_builds import HOSTILE, make_build, provenance, varied_areas
from tests.small_places import make_places
from views import place_figures
from views.place_spots import MOST_SPOTS, parse_spots, with_spot, write_spots

pytestmark = pytest.mark.usefixtures("in_time")

AT_22 = "52.64723,-1.97926"
"""The middle of the 22nd area."""

Open = Callable[..., AppTest]


@pytest.fixture(scope="module")
def with_schools(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """A hub, and schools of which one has a hostile name."""
    areas = varied_areas()
    codes = areas.frame.index
    rows = [
        ("family_hub", "Eastham Hub", None, codes[0]),
        ("school", HOSTILE, None, codes[18]),
        ("school", "South School", None, codes[23]),
        ("school", "West School", None, codes[3]),
    ]
    places = make_places(areas, rows)
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
    return make_build(tmp_path_factory.mktemp("hand") / "build", areas, Places(places, sources))


@pytest.fixture
def open_hand(with_schools: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page by hand, with choices in its address."""

    def open_it(**choices: str) -> AppTest:
        asked = {"how": "hand", "kind": "family_hub", **choices}
        return page_of("place_support", with_schools.path, monkeypatch, **asked).run()

    return open_it


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its tags."""
    assert not page.exception
    return re.sub(r"<[^>]+>", "", " ".join(element.proto.body for element in page.get("html")))


def test_it_opens_without_a_site_and_says_how_to_put_one_down(open_hand: Open) -> None:
    page = open_hand()
    assert "Press the map where one could open, or choose a building by name." in words_of(page)
    assert "No site is chosen." in words_of(page)
    assert not page.dataframe
    assert "spots" not in page.query_params


def test_a_building_is_added_by_name_and_a_site_removed(open_hand: Open) -> None:
    page = open_hand(spots=AT_22)
    assert "Your site brings" in words_of(page)
    page.selectbox(key="place_spot_building").select("p002").run()
    assert "Your two sites bring" in words_of(page)
    assert page.query_params["spots"] == f"{AT_22};p002"
    assert page.dataframe[0].value["Site"].tolist() == ["Site 1", "South School"]
    page.button(key="place_spot_remove_0").click().run()
    assert page.query_params["spots"] == "p002"
    page.button(key="place_spot_clear").click().run()
    assert "spots" not in page.query_params


def test_sites_by_hand_wait_while_the_best_are_shown(open_hand: Open) -> None:
    page = open_hand(spots="p002")
    page.segmented_control(key="place_how").select("best").run()
    assert "spots" not in page.query_params
    page.segmented_control(key="place_how").select("hand").run()
    assert page.query_params["spots"] == "p002"


def test_the_building_that_is_near_can_be_taken_instead(open_hand: Open, with_schools: Build) -> None:
    page = open_hand(spots=near(with_schools, "p002"))
    assert "m from South School" in words_of(page)
    page.button(key="place_spot_use_0").click().run()
    assert page.query_params["spots"] == "p002"


def near(build: Build, place_id: str) -> str:
    """A spot about 100 m east of a place, as the address has it."""
    point = build.places.frame.to_crs(4326).geometry[place_id]
    return write_spots([(point.y, point.x + 0.0015)])


def test_the_best_for_one_more_is_added_at_a_press(open_hand: Open) -> None:
    page = open_hand()
    page.button(key="place_spot_more").click().run()
    page.button(key="place_spot_more").click().run()
    assert re.fullmatch("p00[123];p00[123]", page.query_params["spots"])
    assert "The best two candidates do no better." in words_of(page)


def test_what_cannot_be_is_said(open_hand: Open) -> None:
    page = open_hand(spots="51.5,-0.1;elsewhere")
    assert "outside" in page.warning[0].value
    assert "sites by hand" in page.info[0].value
    page = open_hand()
    page.text_input(key="place_spot_postcode").input("nowhere").run()
    assert "is not a postcode" in page.warning[0].value


@pytest.mark.parametrize("tab", ["tradeoffs", "sure"])
def test_where_the_conditions_leave_no_best_choice_the_page_stays_whole(open_hand: Open, tab: str) -> None:
    page = open_hand(spots="p001", tab=tab, required="p001,p002,p003", sites="2")
    words = words_of(page)
    assert [title.value for title in page.title] == ["Place support"]
    assert "there is none. 3 sites are required, but 2 sites are asked for." in words
    assert "Sources and method" in [expander.label for expander in page.expander]
    if tab == "tradeoffs":
        assert page.text_input(key="place_plan_name").label == "Save this plan as"


def test_whose_buildings_are_chosen_and_how_they_are_weighed_is_told(
    open_hand: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = keep_files(monkeypatch, lambda name: name.endswith(".csv"))
    page = open_hand(spots="p002;52.64723,-1.97926", **{"for": "need"})
    page.session_state["place_sources"] = True
    words = words_of(page.run())
    assert "CandidatesSource: Places of school.csv" in words
    for told in ("families of low income (IDACI score)", "Maximal covering", "Candidates: 3 schools"):
        assert told in words
    _, *rows = files["place_family_hub_sites.csv"].splitlines()
    assert len(rows) == 2
    assert all("Attribution of Places of school.csv." in row for row in rows)


def test_a_best_choice_that_takes_long_is_looked_for_where_it_says(
    open_hand: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_figures, "solve_within", lambda _: None)
    page = open_hand(spots="p002", tab="tradeoffs", minutes="30")
    words = words_of(page)
    assert "The best single site takes longer to find" in words
    assert "which takes longer to find: look for it under “Best sites”." in words
    assert "place_run" not in page.session_state
    page = open_hand(spots="p001;p002", minutes="30")
    assert "The best two take longer to find" in words_of(page)


def test_a_hostile_name_is_only_a_name(open_hand: Open) -> None:
    page = open_hand(spots="p001")
    raw = " ".join(element.proto.body for element in page.get("html"))
    assert HOSTILE not in raw
    assert "&lt;img src=x" in raw


def test_spots_of_an_address_are_read_tolerantly() -> None:
    assert parse_spots("p1;53.4,-2.3;p1;;<b>;53.4,-2.3", ["p1"]) == (("p1", (53.4, -2.3)), "<b>")
    many = [(53.0, -2.0 - n / 100) for n in range(MOST_SPOTS + 1)]
    spots, strange = parse_spots(write_spots(many), [])
    assert spots == tuple(many[:MOST_SPOTS])
    assert strange == write_spots(many[MOST_SPOTS:])
    assert with_spot(spots, many[-1]) == spots
    assert with_spot(spots[:1], spots[0]) == spots[:1]
