"""The Reach page opens in every view, and its sentence, legend, table and files agree."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.register.records import Role
from data.sources.travel_times import To
from geo.area_table import AreaTable
from geo.builds import Build, open_build, save_build
from geo.places import Places
from geo.times import Times
from tests.conftest import PROJECT
from tests.small_builds import HOSTILE, make_areas, make_build, parts_of, provenance, varied_areas
from tests.small_places import make_places
from views.sign_in import ROLE_KEY

MAIN = PROJECT / "views" / "pages" / "main.py"
IN_22ND = "52.64723,-1.97926"
"""The middle of the 22nd area, far from any place."""

Open = Callable[..., AppTest]


def places_of(areas: AreaTable) -> gpd.GeoDataFrame:
    """Two libraries, one of a hostile name, and one that nobody has confirmed lately; a hub and a school."""
    codes = areas.frame.index
    rows = [
        ("library", "Eastham Library", None, codes[0]),
        ("library", "=HYPERLINK(1)", None, codes[9]),
        ("library", "Silent Library", None, codes[20]),
        ("family_hub", HOSTILE, None, codes[1]),
        ("school", "Far School", None, None),
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
    return build_with(tmp_path_factory.mktemp("reach") / "build", areas, places_of(areas))


@pytest.fixture
def open_page(varied: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a build, with choices in its address."""

    def open_it(build: Build = varied, held: Mapping[str, object] | None = None, **choices: str) -> AppTest:
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=60)
        page.switch_page("reach.py")
        for name, value in (held or {}).items():
            page.session_state[name] = value
        for name, value in choices.items():
            page.query_params[name] = value
        return page.run()

    return open_it


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its tags."""
    assert not page.exception
    return re.sub(r"<[^>]+>", "", " ".join(element.proto.body for element in page.get("html")))


def counts_of(page: AppTest) -> dict[str, int]:
    """The classes of the legend with their counts."""
    legend = next(e.proto.body for e in page.get("html") if "role=list" in e.proto.body)
    return {words: int(n.replace(",", "")) for words, n in re.findall(r"</span> ([^<:]+): ([\d,]+)<", legend)}


@pytest.mark.parametrize("view", ["minutes", "gaps", "whatif"])
@pytest.mark.parametrize("level", ["area", "ward", "council"])
def test_the_page_opens_in_every_view(open_page: Open, view: str, level: str) -> None:
    page = open_page(kind="library", view=view, level=level)
    assert page.title[0].value == "Reach"
    assert "from a library" in words_of(page)
    assert not page.info
    counts = counts_of(page)
    assert sum(counts.values()) == len(page.dataframe[0].value)
    shown = "area" if view == "whatif" else level
    assert page.query_params["level"] == shown
    assert page.dataframe[0].value.columns[0] == {"area": "Small area"}.get(shown, shown.capitalize())


def test_it_opens_on_family_hubs_and_writes_the_address(open_page: Open) -> None:
    page = open_page()
    assert {name: page.query_params[name] for name in ("kind", "mode", "minutes", "view")} == {
        **{"kind": "family_hub", "mode": "walk", "minutes": "15", "view": "minutes"}
    }
    assert "spot" not in page.query_params
    assert page.selectbox(key="reach_kind").options[0] == "Family hubs · 1"
    assert "Internal build" in " ".join(element.value for element in page.markdown)


def test_choices_change_the_words_the_map_and_the_address(open_page: Open) -> None:
    page = open_page()
    before = counts_of(page)
    page.selectbox(key="reach_kind").select("library").run()
    page.selectbox(key="reach_minutes").select(20).run()
    page.selectbox(key="reach_mode").select("pram").run()
    assert "20 minutes’ walk with a pram from a library" in words_of(page)
    assert page.query_params["mode"] == "pram"
    assert "11 to 20" in counts_of(page)
    assert "11 to 20" not in before
    page.selectbox(key="reach_council").select("E08000002").run()
    assert page.query_params["council"] == "E08000002"
    assert len(page.dataframe[0].value) == sum(counts_of(page).values()) == 16


def test_the_table_of_gaps_says_the_classes_of_the_map(open_page: Open) -> None:
    page = open_page(kind="library", view="gaps", minutes="20")
    classes = page.dataframe[0].value["Reach"].value_counts().to_dict()
    counts = counts_of(page)
    assert counts["within reach"] == classes["Reached"] > 0
    assert counts["out of reach, higher need"] == classes["Out, higher need"] > 0
    assert page.dataframe[0].value["Reach"].iloc[0] == "Out, higher need"
    assert "Hidden" in set(page.dataframe[0].value["Children out"])


def test_the_order_is_a_choice(open_page: Open) -> None:
    page = open_page(kind="library")
    assert page.dataframe[0].value["Minutes"].iloc[0] == "over 60"
    page.selectbox(key="reach_order").select("name").run()
    assert page.dataframe[0].value["Small area"].iloc[0].startswith("<img")
    page.selectbox(key="reach_order").select("children").run()
    assert page.dataframe[0].value["Children out"].iloc[0] == "331"


def test_an_order_held_in_the_words_of_another_view_gives_way(open_page: Open) -> None:
    page = open_page(kind="library", view="whatif", held={"reach_order": "Higher need first"})
    assert not page.exception
    assert page.selectbox(key="reach_order").value == "worst"


def test_a_kind_held_in_words_of_another_number_stays_the_kind(open_page: Open) -> None:
    held = {"reach_kind": "Libraries · 9", "reach_written": {"kind": "library"}}
    page = open_page(kind="library", held=held)
    assert page.selectbox(key="reach_kind").value == "library"
    assert page.query_params["kind"] == "library"


def test_a_selected_area_is_told_of_and_gives_way_to_its_ward(open_page: Open) -> None:
    page = open_page(kind="library", area="E01000000")
    assert "The nearest library is 1 minute away for half of its homes, mostly Eastham Library" in words_of(
        page
    )
    assert "All 300 children aged 0–17 live within 15 minutes’ walk of a library" in words_of(page)
    page.selectbox(key="reach_level").select("ward").run()
    assert page.query_params["area"] == "E05000000"
    page.selectbox(key="reach_area").set_value(None).run()
    assert "area" not in page.query_params


def test_places_that_nobody_confirmed_count_when_asked(open_page: Open) -> None:
    page = open_page(kind="library")
    alone = counts_of(page)["up to 5"]
    page.checkbox(key="reach_count").check().run()
    assert page.query_params["count"] == "all"
    assert counts_of(page)["up to 5"] == alone + 1


def test_a_place_that_opens_brings_areas_within_reach(open_page: Open) -> None:
    page = open_page(kind="library", view="whatif", spot=IN_22ND)
    words = words_of(page)
    assert "If a library opened here, 321 children aged 0–17" in words
    assert "The pin is in Area 022A." in words
    assert counts_of(page)["newly within reach"] == 1
    (row,) = page.dataframe[0].value.to_dict("records")
    assert (row["Small area"], row["Children"], row["Change"]) == ("Area 022A", "+321", "Newly within reach")
    page.button(key="reach_clear").click().run()
    assert "spot" not in page.query_params
    assert "newly within reach" not in counts_of(page)


def test_a_place_that_closes_puts_areas_out_of_reach(open_page: Open) -> None:
    page = open_page(kind="library", view="whatif", spot=IN_22ND)
    page.selectbox(key="reach_close").select("p000").run()
    assert page.query_params["closed"] == "p000"
    assert "spot" not in page.query_params
    assert "If Eastham Library closed, 300 children aged 0–17" in words_of(page)
    assert page.dataframe[0].value["Children"].tolist() == ["−300"]
    page.selectbox(key="reach_kind").select("family_hub").run()
    assert "closed" not in page.query_params
    assert not page.info


def test_a_postcode_that_is_none_is_said(open_page: Open) -> None:
    page = open_page(view="whatif")
    page.text_input(key="reach_postcode").set_value("nowhere").run()
    assert "“nowhere” is not a postcode" in page.warning[0].value.replace("\\", "")
    page.text_input(key="reach_postcode").set_value("").run()
    assert not page.warning


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    asked = {
        "kind": "castle",
        "minutes": "15.5",
        "mode": "fly",
        "view": HOSTILE,
        "spot": "1,2,3",
        "closed": "p9",
    }
    page = open_page(**asked, area=HOSTILE, council="E1", level="moon", count="none")
    (notice,) = page.info
    assert notice.value.count("was left out") == 10
    assert "<img" not in notice.value.replace("\\<", "")
    assert "castle" not in str(page.query_params)


def test_a_spot_far_away_is_said(open_page: Open) -> None:
    page = open_page(view="whatif", spot="50.1,-5.5")
    assert "outside Eastham, Westham" in page.warning[0].value.replace("\\", "")
    assert not page.exception


def test_without_places_it_says_what_to_do(open_page: Open, tmp_path: Path) -> None:
    page = open_page(make_build(tmp_path / "build", varied_areas()))
    assert not page.exception
    assert "Add places on the Assets page" in page.info[0].value


def test_a_kind_known_only_outside_is_not_known_here(open_page: Open) -> None:
    page = open_page(kind="school")
    assert "No school or college is known" in words_of(page)
    assert set(page.dataframe[0].value["Minutes"]) == {"Not known"}
    assert counts_of(page)["not known"] == 32


def test_without_children_and_deprivation_areas_are_counted(open_page: Open, tmp_path: Path) -> None:
    bare = make_areas({"pop_total": [1_000.0] * 16})
    build = build_with(tmp_path / "build", bare, places_of(varied_areas()).iloc[:2])
    page = open_page(build, kind="library", view="gaps")
    assert "No rank of deprivation was loaded" in words_of(page)
    assert "Children out" not in page.dataframe[0].value.columns
    assert set(page.dataframe[0].value["Reach"]) == {"Reached", "Out of reach"}
    assert counts_of(page) == {"out of reach": 14, "within reach": 2}


def test_supplied_times_say_how_people_travel(open_page: Open, tmp_path: Path) -> None:
    areas = varied_areas()
    codes = areas.frame.index
    near = pd.DataFrame({"from": codes[:3], "to": "p000", "minutes": [4.0, 5.0, 25.0]})
    times = Times(near.astype({"from": "category", "to": "category"}), To.PLACES, provenance("Buses"))
    places = places_of(areas)
    sources = {file: provenance(f"Places of {file}") for file in places["file"].unique()}
    save_build(tmp_path / "build", replace(parts_of(areas, Places(places, sources)), times=times))
    page = open_page(open_build(tmp_path / "build"), kind="library", council="E08000001", mode="walk")
    assert not any(box.key == "reach_mode" for box in page.selectbox)
    assert "way to travel" in page.info[0].value
    assert "live more than 15 minutes from a library" in words_of(page)
    assert counts_of(page)["up to 5"] == 2
    page.session_state["reach_view"], page.session_state["reach_spot"] = "whatif", IN_22ND
    page.session_state["reach_touched"] = page.session_state["reach_sources"] = True
    page.run()
    assert "No small area changes." in words_of(page)
    assert "Source: Buses" in words_of(page)


def test_names_are_only_text(open_page: Open) -> None:
    page = open_page(area="E01000007", minutes="45")
    raw = " ".join(element.proto.body for element in page.get("html"))
    assert "&lt;img src=x onerror=" in raw
    assert "<img" not in raw


def test_places_and_sources_are_one_click_away(open_page: Open) -> None:
    page = open_page(kind="library")
    tables = len(page.dataframe)
    page.session_state["reach_places"] = page.session_state["reach_sources"] = True
    page.run()
    places = page.dataframe[tables].value
    assert set(places["Place"]) == {"Eastham Library", "=HYPERLINK(1)"}
    assert places["Children within"].tolist() == ["309", "300"]
    words = words_of(page)
    for expected in (
        "Places of library.csv",
        "SHA-256",
        "Children aged 0–17",
        "straight lines",
        "Luo and Qi",
    ):
        assert expected in words


def test_files_have_the_rows_of_the_page_and_run_nothing(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, str] = {}
    monkeypatch.setattr(
        st, "download_button", lambda _, data, name, **__: files.update({name: data().decode("utf-8-sig")})
    )
    page = open_page(kind="library", view="whatif", spot=IN_22ND)
    page.session_state["reach_places"] = True
    page.run()
    changed, places = files["reach_library_area.csv"].splitlines(), files["reach_places_library.csv"]
    assert len(changed) == 2
    assert "Area 022A" in changed[1]
    assert "internal" in changed[1]
    assert "Attribution of Places of library.csv." in changed[1]
    assert "'=HYPERLINK(1)" in places
    assert ",=HYPERLINK" not in places


def test_a_partner_sees_no_figures_of_an_internal_build(open_page: Open) -> None:
    page = open_page()
    page.session_state[ROLE_KEY] = Role.PARTNER.value
    page.run()
    assert page.title[0].value == "This page is not for you"
    assert not page.dataframe
