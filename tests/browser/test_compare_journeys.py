"""Two indicators and a search in a real browser: journeys by mouse and by keyboard, at both widths."""

import re
from collections.abc import Callable
from math import ceil
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import NARROW, WIDE, in_turn
from tests.small_builds import HOSTILE, square

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
STATES = {
    "two indicators on one map": "?show=two",
    "two indicators side by side, area selected": "?show=two&way=side&with=need_crime_rank&area=E01990011",
    "wards, places": "?show=two&level=ward&with=asset_library",
    "search": "?show=find",
    "search without a match": "?show=find&find=need_idaci_rank.tenth.worst~access_library_min.over.900",
    "search with five conditions, area selected": "?show=find&area=E01990011&find=need_idaci_rank.half.worst"
    "~need_crime_rank.half.worst~access_library_min.over.1~pop_0_17.least.100~asset_food.most.3",
    "search that is not understood": "?show=find&find=nothing.over.1",
}


def matches_said(page: Page) -> int:
    """How many matches the sentence says there are."""
    sentence = page.get_by_text(re.compile(r"^\d+ of the 130 small areas in Northmere$"))
    return int((sentence.first.text_content() or "").split()[0])


def is_far_and_poor(row: dict[str, str], minutes: float) -> bool:
    """Whether a row of the file meets the conditions, by plain arithmetic."""
    return float(row["need_idaci_rank"]) <= 33_755 / 5 and ceil(float(row["access_library_min"])) > minutes


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_find_the_neediest_places_without_a_library_near(
    visit: Visit, northmere_app: str, downloads: Path, width: int
) -> None:
    explore = visit(northmere_app, width).open()
    page = explore.page
    page.get_by_role("radio", name="Find areas").click()
    expect(page.get_by_text("Matches", exact=True)).to_be_visible()
    expect(page).to_have_url(re.compile(r"find=need_idaci_rank\.fifth\.worst~access_library_min\.over\.15"))
    explore.map.wait_for()
    before = matches_said(page)
    number = page.get_by_role("spinbutton", name="Condition 2: minutes’ walk")
    number.fill("20")
    number.press("Enter")
    expect(page).to_have_url(re.compile(r"access_library_min\.over\.20"))
    expect(page.get_by_text(re.compile("more than 20 minutes’ walk from a library"))).to_be_visible()
    explore.wait_until_still()
    assert 0 < matches_said(page) < before
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    rows = explore.download(r"Download all \d+$", downloads / "found.csv")
    assert len(rows) == matches_said(page)
    assert all(is_far_and_poor(row, 20) for row in rows)
    assert {row["tier"] for row in rows} == {"internal"}
    assert all(row["access_library_min_source"] and row["need_idaci_rank_status"] for row in rows)
    expect(explore.map).to_have_attribute("aria-label", re.compile(r"^Map of what matches, by small area\."))
    assert explore.errors == []


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_find_them_by_the_keyboard_alone(
    visit: Visit, northmere_app: str, downloads: Path, width: int
) -> None:
    explore = visit(northmere_app, width).open()
    page = explore.page
    reach(page, "radio", "One indicator")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    if page.get_by_role("radio", name="Find areas").get_attribute("aria-checked") != "true":
        page.keyboard.press("Enter")
    expect(page.get_by_text("Matches", exact=True)).to_be_visible()
    reach(page, "combobox", "Condition 1: comparison")
    page.keyboard.type("deprived half")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"need_idaci_rank\.half\.worst"))
    reach(page, "spinbutton", "Condition 2: minutes’ walk")
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"over\.25"))
    expect(page.get_by_text(re.compile("more than 25 minutes’ walk from a library"))).to_be_visible()
    reach(page, "button", "Add a condition")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Condition 3: indicator")).to_be_visible()
    reach(page, "button", "Remove condition 3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name="Condition 3: indicator")).to_have_count(0)
    rows = explore.download(r"Download all \d+$", downloads / "found.csv", keyboard=True)
    assert len(rows) == matches_said(page) > 0
    assert all(float(row["need_idaci_rank"]) <= 33_755 / 2 for row in rows)
    assert all(ceil(float(row["access_library_min"])) > 25 for row in rows)


def reach(page: Page, role: str, name: str) -> None:
    """Press Tab until a part of the page has the focus."""
    wanted = page.get_by_role(role, name=name)  # type: ignore[arg-type]
    wanted.wait_for()
    page.evaluate("document.activeElement.blur()")
    for _ in range(80):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    pytest.fail(f"Tab does not reach the {role} {name}.")


def test_the_map_of_a_search_has_one_strong_colour(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?show=find&points=none")
    colours = colours_of(explore)
    assert {"74,34,104", "236,227,240"} <= colours
    assert not {"126,86,156", "171,140,192"} & colours


def test_the_map_of_two_has_the_colours_of_its_legend(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open("?show=two&with=access_library_min&points=none")
    cells = explore.page.locator("td[style*='background']").all()
    shown = [cell for cell in cells if cell.text_content() != "0"]
    fills = {cell.evaluate("cell => getComputedStyle(cell).backgroundColor") for cell in shown}
    assert len(fills) > 5
    assert {fill[4:-1].replace(" ", "") for fill in fills} <= colours_of(explore)
    assert sum(int(cell.text_content() or 0) for cell in cells) == 130


def colours_of(explore: Explore) -> set[str]:
    """Every colour of the map."""
    found = explore.frame.locator("canvas").first.evaluate(
        """canvas => {
            const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
            const found = new Set();
            for (let i = 0; i < data.length; i += 4) {
                found.add([data[i], data[i + 1], data[i + 2]].join());
            }
            return [...found];
        }"""
    )
    return set(found)


def test_the_back_button_takes_a_step_of_the_search_back(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app).open()
    page = explore.page
    page.get_by_role("radio", name="Two indicators").click()
    expect(page).to_have_url(re.compile(r"show=two.*with=demand_children_36m_smoothed_per_10k&way=both"))
    page.get_by_role("radio", name="Find areas").click()
    expect(page).to_have_url(re.compile("show=find"))
    page.get_by_role("button", name="Remove condition 2").click()
    expect(page).to_have_url(re.compile(r"find=need_idaci_rank\.fifth\.worst&"))
    page.go_back()
    expect(page.get_by_role("button", name="Remove condition 2")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("combobox", name="Second indicator")).to_have_value(
        "Children referred, 36 months: steadied rate"
    )
    page.go_back()
    expect(page.get_by_role("combobox", name="Second indicator")).to_have_count(0)


def test_two_maps_stand_side_by_side_and_below_each_other_on_a_phone(
    visit: Visit, northmere_app: str
) -> None:
    for width, beside in ((1280, True), (390, False)):
        explore = visit(northmere_app, width)
        explore.page.goto(f"{northmere_app}/?show=two&way=side")
        maps = explore.page.locator("iframe[title^='streamlit_folium']")
        expect(maps).to_have_count(2)
        for number in range(2):
            painted = maps.nth(number).content_frame.locator("[data-paints]")
            painted.wait_for()
            expect(painted).to_have_attribute("aria-label", re.compile(r"^Map\. "))
        first, second = (maps.nth(number).bounding_box() for number in range(2))
        assert first
        assert second
        assert (second["x"] > first["x"] + 100) is beside
        assert (second["y"] > first["y"] + 100) is not beside
        assert explore.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_click_on_either_map_selects(visit: Visit, northmere_app: str) -> None:
    explore = visit(northmere_app)
    explore.page.goto(f"{northmere_app}/?show=two&way=side")
    second = (
        explore.page.locator("iframe[title^='streamlit_folium']")
        .nth(1)
        .content_frame.locator("[data-paints]")
    )
    second.wait_for()
    box = second.bounding_box()
    assert box
    second.click(position={"x": box["width"] / 2, "y": box["height"] / 2})
    expect(explore.page).to_have_url(re.compile(r"area=E0199\d{4}"))


def test_hidden_and_missing_have_their_own_words_on_the_map_of_a_search(
    visit: Visit, varied_app: str
) -> None:
    explore = visit(varied_app).open("?show=find&find=need_idaci_rank.half.worst&council=E08000001")
    explore.map.scroll_into_view_if_needed()
    tooltip = explore.frame.locator(".atlas-area-tip")
    for number, words in ((2, "cannot be told: hidden, small count"), (0, "matches")):
        middle = square(number).centroid
        explore.map.hover(position=explore.on_map(middle.x, middle.y))
        expect(tooltip).to_contain_text(words)


def test_a_hostile_name_is_text_in_the_table_and_in_the_file(
    visit: Visit, varied_app: str, downloads: Path
) -> None:
    explore = visit(varied_app).open("?show=find&find=need_idaci_rank.half.worst&area=E01000007")
    expect(explore.page.get_by_text(HOSTILE).first).to_be_visible()
    assert explore.page.evaluate("window.hacked") is None
    rows = explore.download(r"Download all \d+$", downloads / "found.csv")
    assert HOSTILE in {row["area_name"] for row in rows}


def test_the_file_of_two_holds_both_figures(visit: Visit, varied_app: str, downloads: Path) -> None:
    explore = visit(varied_app).open("?show=two&with=need_crime_rank")
    rows = explore.download(r"Download all 32$", downloads / "two.csv")
    by_code = {row["area_code"]: row for row in rows}
    assert by_code["E01000002"]["need_idaci_rank"] == "Hidden"
    assert by_code["E01000002"]["need_idaci_rank_third"] == "hidden, small count"
    assert by_code["E01000000"]["need_idaci_rank_third"] == "most deprived"
    assert by_code["E01000000"]["need_crime_rank_third"] == "least deprived"
    assert {row["need_crime_rank_status"] for row in rows} == {"observed"}


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing(visit: Visit, northmere_app: str, state: str, width: int, scheme: str) -> None:
    explore = visit(northmere_app, width, scheme)
    explore.page.goto(f"{northmere_app}/{STATES[state]}")
    explore.page.frame_locator("iframe[title^='streamlit_folium']").first.locator("[data-paints]").wait_for()
    assert violations(explore.page) == []
    assert explore.page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("show", ["two", "find"])
def test_axe_finds_nothing_with_hidden_and_missing_values(visit: Visit, varied_app: str, show: str) -> None:
    explore = visit(varied_app).open(f"?show={show}&with=pop_0_17&find=need_idaci_rank.half.worst")
    assert violations(explore.page) == []
