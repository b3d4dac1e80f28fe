"""Journeys through Explore in a real browser, on the real app."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from geo.builds import Build
from tests.app_server import PROJECT, running_app
from tests.browser.explore import Explore
from tests.small_builds import HOSTILE, square

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]


def test_the_map_is_drawn_in_colour_with_sentence_legend_and_table(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    page = explore.page
    expect(page.get_by_text(re.compile(r"of the 130 small areas in Northmere"))).to_be_visible()
    expect(page.get_by_text("Northmere is not a real place").first).to_be_visible()
    expect(page.get_by_text("Fifths of England")).to_be_visible()
    expect(page.get_by_role("listitem").first).to_have_text(re.compile(r"^\s*most deprived \d+$"))
    explore.expect_spoken({"Small area", "Rank", "Fifth", "Northmere 013E", "340"})
    expect(explore.map).to_have_attribute("aria-label", re.compile(r"^Map\. Income deprivation"))
    colours = explore.frame.locator("canvas").first.evaluate(
        """canvas => {
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const found = new Set();
            for (let i = 0; i < data.length; i += 4) {
                found.add([data[i], data[i + 1], data[i + 2]].join());
            }
            return [...found];
        }"""
    )
    assert {"74,34,104", "126,86,156", "171,140,192", "211,191,221", "236,227,240"} <= set(colours)


def test_a_heading_sorts_the_table_and_a_cell_selects_its_area(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    order = explore.page.get_by_role("combobox", name="Order")
    explore.click_table(x=150, y=18)
    expect(order).to_have_value("Least deprived first")
    explore.click_table(x=60, y=18)
    expect(order).to_have_value("By name")
    explore.click_table(x=60, y=52)
    expect(explore.page.get_by_role("heading", level=2)).to_have_text("Northmere 001A")


def test_a_click_selects_an_area(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    explore.click_middle()
    expect(explore.page).to_have_url(re.compile(r"area=E0199\d{4}"))
    code = re.search(r"area=(E0199\d{4})", explore.page.url)
    assert code
    expect(explore.page.get_by_role("heading", level=2)).to_contain_text("Northmere")
    expect(explore.page.get_by_text(f"· {code[1]}").first).to_be_visible()


def test_a_second_area_replaces_the_first(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?area=E01990001")
    first = explore.page.get_by_role("heading", level=2).text_content()
    explore.click_middle()
    expect(explore.page.get_by_role("heading", level=2)).not_to_have_text(first or "")


def test_the_address_restores_the_view(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?indicator=need_crime_rank&level=ward&area=E05990003")
    page = explore.page
    expect(page.get_by_role("combobox", name="Indicator")).to_have_value("Crime")
    expect(page.get_by_role("combobox", name="Level")).to_have_value("Wards")
    expect(page.get_by_text(re.compile(r"of the 20 wards in Northmere"))).to_be_visible()
    expect(page.get_by_role("heading", level=2)).to_have_text("Cragwick Mills")


def test_the_back_button_takes_a_choice_back(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    explore.choose("Indicator", "Crime")
    expect(explore.page).to_have_url(re.compile("indicator=need_crime_rank"))
    explore.page.go_back()
    expect(explore.page.get_by_role("combobox", name="Indicator")).to_have_value(re.compile("IDACI"))


def test_choices_stand_in_the_address(visit: Visit, varied_app: str) -> None:
    explore = visit(varied_app).open()
    explore.choose("Council", "Westham")
    explore.choose("Level", "Wards")
    expect(explore.page).to_have_url(re.compile(r"level=ward&council=E08000002"))
    expect(explore.page.get_by_text("Counts are wards in Westham.")).to_be_visible()


def test_moving_the_map_does_not_run_the_page_again(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    sent: list[object] = []
    session = explore.page.context.new_cdp_session(explore.page)
    session.send("Network.enable")
    session.on("Network.webSocketFrameSent", lambda frame: sent.append(frame))
    paints = explore.paints
    explore.frame.get_by_role("button", name="Zoom in").click()
    explore.map.focus()
    for key in ("ArrowLeft", "ArrowUp", "Equal", "Minus"):
        explore.page.keyboard.press(key)
    # A choice that does run the page shows that what came before did not.
    explore.choose("Indicator", "Crime")
    assert len(sent) == 1
    assert explore.paints == paints + 1


def test_a_new_colour_leaves_the_reader_where_she_is(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    scale = explore.frame.locator(".leaflet-control-scale-line")
    before = scale.text_content()
    explore.frame.get_by_role("button", name="Zoom in").click()
    expect(scale).not_to_have_text(before or "")
    after = scale.text_content()
    explore.choose("Indicator", "Crime")
    expect(scale).to_have_text(after or "")


def test_everything_is_reached_and_works_by_keyboard(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    page = explore.page
    page.get_by_role("combobox", name="Find a small area").focus()
    reached = []
    for _ in range(6):
        page.keyboard.press("Tab")
        frame = next(f for f in page.frames if "streamlit_folium" in f.url)
        reached.append(frame.evaluate("document.activeElement.getAttribute('aria-label')") or "")
    assert any(name.startswith("Map.") for name in reached)
    assert {"Zoom in", "Zoom out"} <= set(reached)
    paints = explore.paints
    page.get_by_role("combobox", name="Find a small area").focus()
    page.keyboard.type("E01990011")
    page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    expect(page).to_have_url(re.compile("area=E01990011"))
    expect(page.get_by_role("heading", level=2)).to_be_visible()
    explore.frame.get_by_role("button", name="Zoom in").focus()
    scale = explore.frame.locator(".leaflet-control-scale-line").text_content()
    page.keyboard.press("Enter")
    expect(explore.frame.locator(".leaflet-control-scale-line")).not_to_have_text(scale or "")


def test_nothing_is_asked_of_another_host(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    explore.choose("Indicator", "Crime")
    explore.choose("Level", "Wards")
    explore.click_middle()
    hosts = {urlsplit(url).netloc for url in explore.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(northmere_app).netloc}
    assert explore.errors == []


def test_a_hostile_name_stays_text(visit: Visit, varied_app: str) -> None:
    explore = visit(varied_app).open("?area=E01000007")
    expect(explore.page.get_by_role("heading", level=2)).to_have_text(HOSTILE)
    explore.map.hover()
    explore.click_middle()
    assert [frame.evaluate("window.hacked") for frame in explore.page.frames] == [None, None]
    assert explore.errors == []


def test_a_hostile_place_is_text_under_the_pointer(visit: Visit, varied_app: str) -> None:
    explore = visit(varied_app).open("?points=other")
    box = explore.map.bounding_box()
    assert box
    explore.map.hover(position={"x": box["width"] / 2, "y": box["height"] / 2})
    tip = explore.frame.locator(".atlas-places-tip")
    expect(tip.locator("b")).to_have_text(HOSTILE)
    expect(tip).to_contain_text("Other place · not confirmed since June 2025")
    expect(tip.locator("img")).to_have_count(0)
    expect(explore.page.get_by_text("Hollow markers: 1 place has not been confirmed")).to_be_visible()
    assert [frame.evaluate("window.hacked") for frame in explore.page.frames] == [None, None]
    assert explore.errors == []


def test_the_tooltip_says_hidden_and_no_data(visit: Visit, varied_app: str) -> None:
    explore = visit(varied_app).open()
    explore.map.scroll_into_view_if_needed()
    tooltip = explore.frame.locator(".leaflet-tooltip")
    for number, words in ((2, "hidden, small count"), (9, "no data")):
        middle = square(number).centroid
        explore.map.hover(position=explore.on_map(middle.x, middle.y))
        expect(tooltip).to_contain_text(words)


def test_the_download_holds_every_area_and_is_safe(visit: Visit, varied_app: str, downloads: Path) -> None:
    explore = visit(varied_app).open()
    rows = explore.download("Download all", downloads / "areas.csv")
    assert len(rows) == 32
    assert [row["need_idaci_rank"] for row in rows if row["area_code"] == "E01000002"] == ["Hidden"]
    assert [row["need_idaci_rank"] for row in rows if row["area_code"] == "E01000009"] == ["No data"]
    assert {row["tier"] for row in rows} == {"internal"}


def markers_of(explore: Explore) -> int:
    """How many markers are on the map."""
    return int(explore.map.get_attribute("data-places") or -1)


def test_a_pill_takes_its_markers_off_the_map_and_stands_in_the_address(
    visit: Visit, northmere_app: str
) -> None:
    explore = visit(northmere_app).open()
    before = markers_of(explore)
    paints = explore.paints
    explore.page.get_by_role("button", name=re.compile(r"Libraries \d+")).click()
    explore.wait_for_paint_after(paints)
    assert 0 < markers_of(explore) < before
    expect(explore.page).to_have_url(re.compile(r"points=family_hub(,|%2C)food"))


def test_the_address_restores_the_kinds_of_place(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?points=none")
    assert markers_of(explore) == 0
    explore = visit(northmere_app).open("?points=transport")
    assert markers_of(explore) > 300


def test_a_place_is_named_under_the_pointer_and_a_click_takes_the_area_beneath(
    visit: Visit, northmere_app: str, northmere_build: Build
) -> None:
    explore = visit(northmere_app).open("?points=transport,school,health,faith,youth_sport")
    schools = northmere_build.places.frame.query("kind == 'school' and area_code.notna()")
    school = schools.loc[schools.distance(northmere_build.areas.frame.union_all().centroid).idxmin()]
    position = explore.on_map(school.geometry.x, school.geometry.y)
    explore.map.hover(position=position)
    tooltip = explore.frame.locator(".atlas-places-tip")
    expect(tooltip).to_contain_text(school["name"])
    expect(explore.frame.locator(".atlas-area-tip")).to_be_hidden()
    paints = explore.paints
    explore.map.click(position=position)
    explore.wait_for_paint_after(paints)
    expect(explore.page).to_have_url(re.compile(f"area={school['area_code']}"))
    expect(explore.page.get_by_text("Inside, of the kinds on the map").first).to_be_visible()


def test_the_places_of_the_map_are_a_table_and_a_file(
    visit: Visit, northmere_app: str, downloads: Path
) -> None:
    explore = visit(northmere_app).open()
    explore.page.get_by_text("Places on the map", exact=True).click()
    rows = explore.download(r"Download all \d+ places", downloads / "places.csv")
    expect(explore.page.get_by_role("button", name=f"Download all {len(rows)} places")).to_be_visible()
    assert all(row["name"] and row["kind"] and row["source"] and row["tier"] == "internal" for row in rows)


def test_localities_are_drawn_and_named(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?level=locality&indicator=access_library_min")
    expect(explore.page.get_by_role("combobox", name="Level")).to_have_value("Localities")
    expect(explore.page.get_by_text(re.compile("Half of the localities in Northmere"))).to_be_visible()
    expect(explore.frame.locator(".atlas-label-locality span:visible").first).to_be_visible()


def test_the_back_button_takes_the_level_back_and_leaves_the_rest(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?indicator=access_library_min&points=school")
    explore.choose("Level", "Wards")
    expect(explore.page).to_have_url(re.compile("level=ward"))
    explore.page.go_back()
    expect(explore.page.get_by_role("combobox", name="Level")).to_have_value("Small areas")
    expect(explore.page.get_by_role("combobox", name="Indicator")).to_have_value(
        "Nearest library: minutes’ walk"
    )
    assert markers_of(explore) > 50


def test_as_it_is_started_the_app_says_where_it_is_and_plainly_that_a_build_is_none(
    visit: Visit, tmp_path: Path
) -> None:
    """Streamlit offers tools to whoever has an editor of a certain sort, over the title of the page."""
    (tmp_path / ".cursor").mkdir()
    environment = {"HOME": str(tmp_path), "BROWSER": "true", "ATLAS_BUILD": str(tmp_path)}
    with running_app(PROJECT / "app.py", environment, as_started=True) as port:
        page = visit(f"http://127.0.0.1:{port}").page
        page.goto(f"http://127.0.0.1:{port}")
        expect(page.get_by_text("is not a build")).to_be_visible()
        expect(page.get_by_text("atlas build FOLDER")).to_be_visible()
        expect(page.get_by_text("Traceback")).to_have_count(0)
        expect(page.get_by_test_id("stSkillsNudge")).to_have_count(0)
