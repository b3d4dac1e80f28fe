"""The Place support page opens on every question, and its sentence, legend, tables and files agree."""

import csv
import io
import re
from collections.abc import Callable
from html import escape
from pathlib import Path
from urllib.parse import parse_qsl

import geopandas as gpd
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.register.records import Role
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from models import placement_run
from models.placement_solve import work_of
from tests.page_of import page_of
from tests.small_builds import HOSTILE, make_areas, make_build, provenance, varied_areas
from tests.small_places import make_places
from tests.small_solvers import unproven_until_stopped
from views import place_figures, place_running
from views.place_address import NAMES
from views.place_table import row_height_of
from views.sign_in import ROLE_KEY
from views.table_panel import ROW_HEIGHT_PX

pytestmark = pytest.mark.usefixtures("in_time")


Open = Callable[..., AppTest]
SO_FAR = r"Best so far has [\d,]+ children within reach; another choice could reach at most [\d.,]+% more"
ADDRESSES = (
    "kind=library&for=need&minutes=30&sites=3&how=best&objective=fair&fair=35&mode=pram&council=E08000002&"
    "buildings=faith,school&exactly=yes&required=p005&excluded=p007&closed=p002&wards=E05000003&cost=5&"
    "budget=900&capacity=400&area=E01000029&tab=areas&count=all",
    "kind=family_hub&for=children&minutes=15&sites=1&how=hand&mode=walk&objective=cover&middles=yes&"
    "site=E01000003&spots=52.64723,-1.97926&tab=sites",
)


def places_of(areas: AreaTable) -> gpd.GeoDataFrame:
    """A hub; libraries, one of a hostile name and one not confirmed lately; schools, one of them far away."""
    codes = areas.frame.index
    rows = [
        ("family_hub", "Old Hub", None, codes[1]),
        ("library", "Eastham Library", None, codes[6]),
        ("library", "=HYPERLINK(1)", None, codes[12]),
        ("library", "Silent Library", None, codes[17]),
        ("school", HOSTILE, None, codes[22]),
        ("school", "Westham School", None, codes[29]),
        ("school", "Far School", None, None),
        ("faith", "Chapel", None, codes[27]),
    ]
    frame = make_places(areas, rows)
    frame.loc[frame["name"] == "Silent Library", "unconfirmed_since"] = "2019-06-01"
    return frame


def build_with(folder: Path, areas: AreaTable, places: gpd.GeoDataFrame) -> Build:
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
    return make_build(folder, areas, Places(places, sources))


@pytest.fixture(scope="module")
def varied(tmp_path_factory: pytest.TempPathFactory) -> Build:
    areas = varied_areas()
    return build_with(tmp_path_factory.mktemp("place") / "build", areas, places_of(areas))


@pytest.fixture
def open_page(varied: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a build, with choices in its address."""

    def open_it(build: Build = varied, **choices: str) -> AppTest:
        return page_of("place_support", build.path, monkeypatch, **choices).run()

    return open_it


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its tags."""
    assert not page.exception
    return re.sub(r"<[^>]+>", "", " ".join(element.proto.body for element in page.get("html")))


def counts_of(page: AppTest) -> dict[str, int]:
    """The groups of the legend with their children."""
    legend = next(e.proto.body for e in page.get("html") if "out of reach" in e.proto.body)
    found = re.findall(r"</span> ([^<]+) <b>([\d,]+)</b>", legend)
    return {words: int(number.replace(",", "")) for words, number in found}


def sites_of(page: AppTest) -> list[str]:
    """The names of the sites; none where it is said that no site is chosen."""
    if "No site is chosen." in words_of(page):
        return []
    return page.dataframe[0].value["Site"].tolist()


@pytest.mark.parametrize("objective", ["cover", "fair", "median", "centre"])
@pytest.mark.parametrize("tab", ["sites", "areas"])
def test_the_page_opens_for_every_aim(open_page: Open, objective: str, tab: str) -> None:
    page = open_page(objective=objective, tab=tab, minutes="30")
    assert page.title[0].value == "Place support"
    assert "30 minutes’ walk" in words_of(page)
    assert not page.info
    assert not page.warning
    first = page.dataframe[0].value.columns[0]
    assert first == {"sites": "#", "areas": "Small area"}[tab]
    assert page.query_params["objective"] == objective


def test_it_opens_on_two_family_hubs_and_writes_the_address(open_page: Open) -> None:
    page = open_page()
    assert page.query_params == {
        **{"kind": "family_hub", "for": "children", "how": "best", "objective": "cover", "mode": "walk"},
        **{"minutes": "15", "sites": "2", "tab": "sites"},
    }
    assert sites_of(page) == [HOSTILE, "Eastham Library"]
    assert "Internal build" in " ".join(element.value for element in page.markdown)


def test_the_legend_and_the_tables_add_up(open_page: Open) -> None:
    page = open_page(minutes="30")
    counts = counts_of(page)
    sites = page.dataframe[0].value
    page.session_state["place_tab"] = "Small areas"
    page.session_state["place_touched"] = True
    page.run()
    areas = page.dataframe[0].value
    gained = areas["Newly reached"].replace("Not known", "0").str.replace(",", "").astype(int).sum()
    assert counts["newly reached"] == gained == 2_530
    assert sites["Lost if dropped"].str.replace(",", "").astype(int).sum() <= gained
    assert len(areas) == 32
    assert set(areas["Reach"]) == {"Newly reached", "Out of reach, lower need", "Reached today", "Not known"}
    assert areas["Reach"].iloc[0] == "Newly reached"


def test_choices_change_the_sites_and_the_address(open_page: Open) -> None:
    page = open_page()
    page.number_input(key="place_sites").set_value(1).run()
    assert sites_of(page) == [HOSTILE]
    page.multiselect(key="place_buildings").set_value(["library"]).run()
    assert page.query_params["buildings"] == "library"
    assert sites_of(page) == ["Eastham Library"]
    page.selectbox(key="place_minutes").select(30).run()
    page.selectbox(key="place_mode").select("pram").run()
    assert "30 minutes’ walk with a pram" in words_of(page)
    page.selectbox(key="place_kind").select("library").run()
    assert "buildings" not in page.query_params
    assert "Libraries" not in set(page.dataframe[0].value["Kind"])


def test_conditions_are_kept(open_page: Open) -> None:
    page = open_page(sites="1", required="p005")
    assert sites_of(page) == ["Westham School"]
    page = open_page(sites="1", excluded="p004,p001")
    assert "p004" in page.query_params["excluded"]
    assert not {HOSTILE, "Eastham Library"} & set(sites_of(page))
    page = open_page(sites="2", cost="10", budget="10")
    assert len(sites_of(page)) == 1
    page = open_page(sites="1", capacity="100", minutes="30")
    assert counts_of(page)["newly reached"] <= 100
    page = open_page(closed="p000")
    assert "closes" in words_of(page)


def test_what_does_not_count_is_not_asked_for_and_not_forgotten(open_page: Open) -> None:
    page = open_page(objective="fair", fair="80", buildings="library")
    page.selectbox(key="place_objective").select("cover").run()
    page.toggle(key="place_middles").set_value(True).run()
    boxes = [*page.multiselect, *page.slider]
    assert {"place_fair", "place_buildings"}.isdisjoint(box.key for box in boxes)
    page.number_input(key="place_sites").set_value(1).run()
    page.toggle(key="place_middles").set_value(False).run()
    page.selectbox(key="place_objective").select("fair").run()
    assert page.slider(key="place_fair").value == 0.8
    assert page.multiselect(key="place_buildings").value == ["library"]


def test_near_ties_stand_below_the_sites(open_page: Open, varied: Build) -> None:
    page = open_page(sites="1", middles="yes", minutes="10")
    rows = page.dataframe[0].value
    ties = rows[rows["#"] == "○"]
    assert len(ties) >= 1
    assert set(ties["Lost if dropped"]) == {"–"}
    assert ties["Why"].str.startswith("Nearly as good in place of ").all()
    told = "Nearly as good in place of"
    assert words_of(page).count(told) == len(ties)
    names = varied.areas.frame["area_name"]
    tie = next(code for code, name in names.items() if name in ties["Site"].iloc[0])
    page = open_page(sites="1", middles="yes", minutes="10", site=tie)
    assert words_of(page).count(told) == len(ties) + 1
    assert "It is not chosen." not in words_of(page)
    assert "○ nearly as good" in re.sub(r"\s+", " ", words_of(page))


def test_all_words_of_the_sites_can_be_read_whatever_their_length(open_page: Open) -> None:
    page = open_page(sites="2")
    listed = next(e.proto.body for e in page.get("html") if "atlas-sites" in e.proto.body)
    assert listed.count("role=listitem") == len(page.dataframe[0].value)
    assert HOSTILE not in listed
    assert escape(HOSTILE) in listed
    rows = pd.DataFrame({"Site": ["Hall"], "Why": ["Reaches West"]})
    assert row_height_of(rows) == ROW_HEIGHT_PX
    long = rows.assign(Site="St Somebody’s Catholic Primary School, a Voluntary Academy")
    assert row_height_of(long) > 64  # In rows up to 64 px Streamlit cuts words off.
    assert row_height_of(rows.assign(Site="Quite a long name " * 10)) > row_height_of(long)


def test_places_that_nobody_confirmed_count_when_asked(open_page: Open) -> None:
    page = open_page(sites="3", minutes="30")
    assert "Silent Library" not in sites_of(page)
    page.checkbox(key="place_count").check().run()
    assert page.query_params["count"] == "all"
    assert "Silent Library" in sites_of(page)


def test_middles_of_areas_stand_in_for_buildings(open_page: Open) -> None:
    page = open_page(middles="yes", sites="1")
    rows = page.dataframe[0].value
    assert set(rows["Kind"]) == {"Middle of an area"}
    assert rows["#"].tolist() == ["1", *["○"] * (len(rows) - 1)]
    assert "whether there is one near is not known" in words_of(page)


def test_a_selected_site_or_area_is_told_of(open_page: Open) -> None:
    page = open_page(site="p001", minutes="30")
    assert "Lost if dropped" in words_of(page)
    page = open_page(area="E01000019", minutes="30")
    assert "The nearest family hub or children’s centre would be" in words_of(page)
    assert "of 319 children aged 0–17 would be within 30 minutes’ walk, 0 today" in words_of(page)


def test_no_candidate_and_conditions_that_nothing_keeps_are_said_above_the_choices(open_page: Open) -> None:
    page = open_page(buildings="none")
    said = page.warning[0].value.replace("\\", "")
    assert "No kind of building is chosen" in said
    assert "under “Candidates, budget and fairness”" in said
    assert page.selectbox(key="place_kind").value == "family_hub"
    page.multiselect(key="place_buildings").set_value(["library"]).run()
    assert not page.warning
    page = open_page(budget="10", cost="20", required="p001")
    assert "£20" in page.warning[0].value.replace("\\", "")
    assert not page.dataframe
    page.number_input(key="place_budget").set_value(100).run()
    assert not page.warning


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (
            {"required": "p001", "excluded": "p001"},
            "To be included and left out at once: Eastham Library. Correct",
        ),
        (
            {"required": "p001,p002,p004", "sites": "2"},
            "3 sites are required, but 2 sites are asked for. Ask for 3",
        ),
        (
            {"wards": "E05000003", "buildings": "library"},
            "No candidate site lies in Ward 4, where there has to be",
        ),
        (
            {"council": "E08000001", "buildings": "faith"},
            "Choose other kinds of building, or the middles of areas",
        ),
        (
            {"excluded": "p001,p002,p004,p005"},
            "No candidate is left that could be chosen. Exclude fewer of them.",
        ),
        (
            {"cost": "20", "budget": "19"},
            "The cheapest site that could be chosen costs £20, which is £1 more than",
        ),
        (
            {"budget": "19"},
            "There is a budget, and what 4 of 4 candidates cost is not known. Say what a site costs",
        ),
        (
            {"exactly": "yes", "sites": "5"},
            "Exactly 5 sites are asked for, and there are only 4 candidates. Ask for 4",
        ),
        (
            {"capacity": "9", "objective": "centre"},
            "how many children a site has room for: leave that out, or",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_in_a_sentence_with_what_to_do(
    open_page: Open, asked: dict[str, str], said: str
) -> None:
    page = open_page(**asked)
    assert not page.exception
    assert said in page.warning[0].value.replace("\\", "")
    assert page.query_params.items() >= asked.items()
    assert page.selectbox(key="place_kind").value == "family_hub"


def test_a_site_is_offered_in_one_box_or_the_other(open_page: Open) -> None:
    page = open_page(required="p001", excluded="p004")
    include, leave_out = (page.multiselect(key=f"place_{name}") for name in ("required", "excluded"))
    assert (len(include.options), len(leave_out.options)) == (3, 3)
    assert "Eastham Library" not in leave_out.options
    both = open_page(required="p001", excluded="p001").multiselect(key="place_excluded")
    assert "Eastham Library" in both.options
    assert not both.set_value([]).run().warning


def test_room_for_fewer_than_live_near_is_told(open_page: Open) -> None:
    page = open_page(capacity="5", minutes="30")
    assert counts_of(page)["newly reached"] == 10


@pytest.mark.parametrize("address", ADDRESSES)
def test_every_choice_of_an_address_comes_back_when_it_is_opened(open_page: Open, address: str) -> None:
    asked = dict(parse_qsl(address))
    page = open_page(**asked)
    assert not page.exception
    assert [notice.value for notice in page.info] == []
    assert page.query_params == asked
    assert page.run().query_params == asked


def test_these_addresses_have_every_choice() -> None:
    assert {name for address in ADDRESSES for name, _ in parse_qsl(address)} == set(NAMES)


@pytest.mark.parametrize(
    "text",
    ["\0\u202e٣", "1e999", "-0", ",;,", "9" * 400, "x" * 20_000, HOSTILE],
)
def test_no_address_breaks_the_page(open_page: Open, text: str) -> None:
    page = open_page(**dict.fromkeys(NAMES, text), other=text)
    assert not page.exception
    assert page.title[0].value == "Place support"
    assert sites_of(page) == [HOSTILE, "Eastham Library"]
    assert len(page.info[0].value) < 10_000


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    asked = {"kind": "castle", "minutes": "15.5", "mode": "fly", "sites": "999", "how": HOSTILE}
    more = {"fair": "101", "required": "p9,p001", "wards": "W1", "cost": "-1", "site": "p9", "area": "E1"}
    page = open_page(**asked, **more, tab="moon")
    (notice,) = page.info
    assert notice.value.count("was left out") == 12
    assert "<img" not in notice.value.replace("\\<", "")
    assert page.query_params["required"] == "p001"
    assert "castle" not in str(page.query_params)


def test_without_places_it_says_what_to_do(open_page: Open, tmp_path: Path) -> None:
    page = open_page(make_build(tmp_path / "build", varied_areas()))
    assert not page.exception
    assert "Add places on the Assets page" in page.info[0].value


def test_without_children_it_says_that_nobody_can_be_counted(open_page: Open, tmp_path: Path) -> None:
    bare = make_areas({"pop_total": [1_000.0] * 16})
    page = open_page(build_with(tmp_path / "build", bare, places_of(varied_areas()).iloc[:3]))
    assert not page.exception
    assert page.warning
    assert not page.dataframe


def test_a_long_search_tells_how_far_it_is_and_shows_what_it_found(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_figures, "solve_within", lambda _: None)
    page = open_page(cost="1", budget="6")
    assert "Looking for the best choice…" in words_of(page)
    assert page.button(key="place_stop").label == "Stop"
    assert page.selectbox(key="place_kind").value == "family_hub"
    _, run = page.session_state["place_run"]
    assert run.wait(30)
    page.run()
    assert len(sites_of(page)) == 2
    assert "place_run" not in page.session_state


def test_a_search_that_was_stopped_says_so_and_goes_on_when_asked(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_figures, "solve_within", lambda _: None)
    monkeypatch.setattr(placement_run, "work_of", lambda p: (unproven_until_stopped, (work_of(p),)))
    page, other = open_page(cost="1", budget="7"), open_page(cost="1", budget="7")
    run, theirs = (one.session_state["place_run"][1] for one in (page, other))
    for one in (run, theirs):
        while one.poll().loss == float("inf"):
            one.wait(0.05)
    assert re.search(SO_FAR, words_of(page.run()))
    with monkeypatch.context() as unheard:
        unheard.setattr(placement_run._Child, "_close_input", lambda _: None)
        pressed = page.button(key="place_stop").click().run().button(key="place_stop")
        assert (pressed.label, pressed.disabled) == ("Stopping…", True)
    run.stop()
    assert run.wait(30)
    words = words_of(page.run())
    assert place_running.STOPPED_WORDS in words
    assert "Best found of 4 candidate buildings: another choice could reach at most" in words
    assert not theirs.poll().done
    assert "Looking for the best choice…" in words_of(other.run())
    page.button(key="place_on").click().run()
    assert "Looking for the best choice…" in words_of(page)
    for one in (page, other):
        one.session_state["place_run"][1].close()


def test_a_search_that_ended_without_an_answer_can_be_done_again_and_troubles_nobody_else(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place_figures, "solve_within", lambda _: None)
    page = open_page(cost="1", budget="8")
    page.session_state["place_run"][1].close()
    page.run()
    assert "ended without an answer" in page.warning[0].value
    other = open_page(cost="1", budget="8")
    assert "Looking for the best choice…" in words_of(other)
    other.session_state["place_run"][1].close()
    page.button(key="place_on").click().run()
    assert page.session_state["place_run"][1].wait(30)
    page.run()
    assert not page.warning
    assert len(sites_of(page)) == 2


def test_a_search_ends_when_something_else_is_asked(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(place_figures, "solve_within", lambda _: None)
    page = open_page(minutes="45")
    _, run = page.session_state["place_run"]
    page.selectbox(key="place_minutes").select(10).run()
    assert run.wait(0)
    _, other = page.session_state["place_run"]
    assert other is not run
    other.close()


def test_files_have_the_rows_of_the_page_and_run_nothing(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: dict[str, bytes] = {}

    def keep(_: str, data: Callable[[], bytes], name: str, **__: object) -> None:
        if not name.startswith("briefing_"):
            made[name] = data()

    monkeypatch.setattr(st, "download_button", keep)
    assert not open_page(sites="3", minutes="45", buildings="library").exception
    assert not open_page(minutes="30", tab="areas").exception
    files = {name: content.decode("utf-8-sig") for name, content in made.items() if name.endswith("csv")}
    sites, areas = files["place_family_hub_sites.csv"], files["place_family_hub_areas.csv"].splitlines()
    layer = gpd.read_parquet(io.BytesIO(made["place_family_hub_sites.parquet"]))
    told = list(csv.DictReader(io.StringIO(sites)))
    assert sorted(layer["name"]) == sorted(row["name"].removeprefix("'") for row in told)
    points = {row["site_id"]: (row["easting_m"], row["northing_m"]) for row in told}
    assert points == {id_: (f"{at.x:.0f}", f"{at.y:.0f}") for id_, at in layer.geometry.items()}
    assert made["place_family_hub_sites.gpkg"].startswith(b"SQLite format 3")
    assert "'=HYPERLINK(1)" in sites
    assert ",=HYPERLINK" not in sites
    assert "proven best" in sites
    assert len(areas) == 33
    assert "Attribution of Places of library.csv." in areas[1]
    assert areas[1].endswith("internal")


def test_sources_are_one_click_away_and_names_are_only_text(open_page: Open) -> None:
    page = open_page()
    page.session_state["place_sources"] = True
    page.run()
    words = words_of(page)
    for expected in ("Places of library.csv", "Places of family_hub.csv", "SHA-256", "straight lines"):
        assert expected in words
    raw = " ".join(element.proto.body for element in page.get("html"))
    assert "&lt;img src=x onerror=" in raw
    assert "<img" not in raw


def test_a_partner_sees_no_figures_of_an_internal_build(open_page: Open) -> None:
    page = open_page()
    page.session_state[ROLE_KEY] = Role.PARTNER.value
    page.run()
    assert page.title[0].value == "This page is not for you"
    assert not page.dataframe


def test_one_more_site_measures_no_way_again(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    page = open_page(minutes="20")

    def refuse(*_: object) -> pd.DataFrame:
        raise AssertionError("Ways are measured again.")

    monkeypatch.setattr(place_figures, "problem_of", refuse)
    page.number_input(key="place_sites").set_value(3).run()
    assert not page.exception
    assert len(sites_of(page)) == 3
