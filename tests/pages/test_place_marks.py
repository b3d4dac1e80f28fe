"""What is on the map of Place support: hostile names are only names, and a pressed mark is told of."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from geo.builds import Build
from tests.page_of import page_of
from tests.pages.test_place_support import build_with, places_of, words_of
from tests.small_builds import HOSTILE, varied_areas
from views import look, maps
from views.place_map import MAP_KEY

pytestmark = pytest.mark.usefixtures("in_time")

FORMULA = "=HYPERLINK(1)"
MARKDOWN = "**Hall** [of](javascript:go) :red[towns] </script>"

Open = Callable[..., AppTest]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    areas = varied_areas()
    places = places_of(areas)
    places.loc[["p000", "p005"], "name"] = [f"{HOSTILE} Hub", MARKDOWN]
    return build_with(tmp_path / "build", areas, places)


@pytest.fixture
def views_shown(monkeypatch: pytest.MonkeyPatch) -> list[maps.MapView]:
    """The views that the page sends to its map; a button of the page presses the last hollow mark on it."""
    shown: list[maps.MapView] = []

    def show(layers: object, view: maps.MapView, key: str, on_pick: Callable[[], None]) -> None:
        shown.append(view)

        def press() -> None:
            hollow = [mark["id"] for mark in view.sites or () if mark["look"] == "tie"]
            st.session_state[key] = {"site": hollow[-1]}
            on_pick()

        st.button("Press a hollow mark", key="press", on_click=press)

    monkeypatch.setattr(maps, "show_map", show)
    return shown


@pytest.fixture
def open_page(build: Build, views_shown: list[maps.MapView], monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on the build, with choices in its address."""

    def open_it(**choices: str) -> AppTest:
        return page_of("place_support", build.path, monkeypatch, **choices).run()

    return open_it


def test_hostile_names_reach_the_map_and_the_boxes_as_they_stand(
    open_page: Open, views_shown: list[maps.MapView]
) -> None:
    page = open_page(required="p002,p004,p005", closed="p000", sites="3")
    assert not page.exception
    names = {mark["name"] for mark in views_shown[-1].sites or ()}
    assert names == {f"{HOSTILE} Hub", FORMULA, HOSTILE, MARKDOWN}
    sent = maps.script_json(views_shown[-1].sent)
    assert "<" not in sent
    assert json.loads(sent)["sites"] == list(views_shown[-1].sites or ())
    assert {FORMULA, HOSTILE, MARKDOWN} <= set(page.multiselect(key="place_required").options)
    assert page.multiselect(key="place_closed").options == [f"{HOSTILE} Hub"]


def test_hostile_names_are_only_names_in_what_the_page_writes(open_page: Open) -> None:
    page = open_page(how="hand", spots="p005")
    assert {FORMULA, HOSTILE} <= set(page.selectbox(key="place_spot_building").options)
    at_odds = open_page(required="p005,p004", excluded="p005,p004")
    for one in (page, at_odds):
        assert not one.exception
        raw = " ".join(element.proto.body for element in one.get("html"))
        assert "<img" not in raw
        assert "</script>" not in raw
        written = [*one.markdown, *one.warning, *one.info]
        assert not any(name in box.value for box in written for name in (HOSTILE, MARKDOWN))
    assert look.plain(MARKDOWN) in at_odds.warning[0].value


def test_a_near_tie_that_is_pressed_is_told_of(open_page: Open, views_shown: list[maps.MapView]) -> None:
    page = open_page(sites="1", middles="yes", minutes="10")
    hollow = [mark for mark in views_shown[-1].sites or () if mark["look"] == "tie"]
    assert {mark["words"] for mark in hollow} == {"Nearly as good"}
    told = words_of(page).count("Nearly as good in place of")
    page.button(key="press").click().run()
    assert page.query_params["site"] == hollow[-1]["id"]
    assert words_of(page).count("Nearly as good in place of") == told + 1
    assert page.session_state[MAP_KEY] == {"site": hollow[-1]["id"]}
    page = open_page(how="hand", spots="p005", minutes="30")
    assert {mark["words"] for mark in views_shown[-1].sites or () if mark["look"] == "tie"} == {
        "In the best choice of as many"
    }
