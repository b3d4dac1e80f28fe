"""England in a real browser: light at first, small areas on request, by keyboard alone.

Slow journeys are taken at one width each, and at both when everything is proved.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from geo.builds import Build
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import NARROW, WIDE

pytestmark = [pytest.mark.browser, pytest.mark.real]

Visit = Callable[..., Explore]
SHAPES = "/atlas/shapes/"


@pytest.fixture(scope="module")
def england_app(england_build: Build) -> Iterator[str]:
    """The app on England."""
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(england_build.path)}) as port:
        yield f"http://localhost:{port}"


def fetched_shapes(explore: Explore) -> set[str]:
    """The addresses of the shapes that were asked for."""
    return {url for url in explore.requests if SHAPES in url}


def fits_in_width(explore: Explore) -> bool:
    """Whether the page can be read without scrolling sideways."""
    return bool(
        explore.page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    )


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_from_england_to_the_small_areas_of_a_council_by_keyboard(
    visit: Visit, england_app: str, width: int
) -> None:
    explore = visit(england_app, width).open()
    page = explore.page
    expect(page.get_by_text(re.compile(r"of the 317 councils"))).to_be_visible()
    at_first = fetched_shapes(explore)
    assert violations(explore.page) == []
    assert fits_in_width(explore)

    paints = explore.paints
    finder = page.get_by_role("combobox", name="Find a council")
    finder.focus()
    page.keyboard.type("Trafford")
    page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    way_in = page.get_by_role("button", name="Show its 138 small areas")
    expect(way_in).to_be_visible()
    assert fetched_shapes(explore) == at_first
    assert violations(explore.page) == []

    paints = explore.paints
    way_in.focus()
    page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    expect(page.get_by_text(re.compile(r"of the 138 small areas in Trafford"))).to_be_visible()
    assert "level=area&council=E08000009" in page.url
    assert fetched_shapes(explore) > at_first
    assert violations(explore.page) == []
    assert fits_in_width(explore)

    hosts = {urlsplit(url).hostname for url in explore.requests if url.startswith("http")}
    assert hosts == {"localhost"}
    assert explore.errors == []


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_all_small_areas_come_on_request_and_one_is_found_by_typing(
    visit: Visit, england_app: str, width: int
) -> None:
    explore = visit(england_app, width).open()
    page = explore.page
    explore.choose("Level", "Small areas")
    expect(page.get_by_text(re.compile(r"of the 32,844 small areas"))).to_be_visible()
    paints = explore.paints
    page.get_by_label("Find a small area").fill("trafford 017e")
    page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    expect(page.get_by_role("heading", level=2)).to_have_text("Trafford 017E")
    assert "area=E0100" in page.url
    assert violations(explore.page) == []
    assert fits_in_width(explore)
    assert explore.errors == []


def test_what_is_typed_is_text_and_the_matches_are_few(visit: Visit, england_app: str) -> None:
    explore = visit(england_app).open("?level=area")
    page = explore.page
    box = page.get_by_label("Find a small area")
    box.fill("<img src=x onerror=alert(1)>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No small area here is called “<img src=x onerror=alert(1)>”")).to_be_visible()
    box.fill("manchester")
    page.keyboard.press("Enter")
    matches = page.get_by_role("combobox", name=re.compile("282 matches, the first 25 here"))
    matches.click()
    paints = explore.paints
    page.get_by_role("option", name=re.compile("^Manchester 001B")).click()
    explore.wait_for_paint_after(paints)
    expect(page.get_by_role("heading", level=2)).to_have_text("Manchester 001B")
    assert explore.errors == []


def test_the_map_itself_offers_the_small_areas_of_the_council_in_its_middle(
    visit: Visit, england_app: str
) -> None:
    explore = visit(england_app).open("?level=council&area=E08000003")
    offer = explore.frame.get_by_role("button", name=re.compile("^Show the small areas of"))
    expect(offer).to_be_hidden()
    explore.map.focus()
    scale = explore.frame.locator(".leaflet-control-scale-line")
    for _ in range(3):
        before = scale.inner_text()
        explore.page.keyboard.press("+")
        expect(scale).not_to_have_text(before)
    expect(offer).to_have_text("Show the small areas of Manchester")
    paints = explore.paints
    offer.focus()
    explore.page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    expect(explore.page.get_by_text(re.compile(r"of the 282 small areas in Manchester"))).to_be_visible()
    assert explore.errors == []


def test_the_frame_of_the_map_stays_from_councils_to_areas_and_back(visit: Visit, england_app: str) -> None:
    explore = visit(england_app).open("?level=council&area=E08000009")
    explore.frame.locator("body").evaluate("() => { window.stayed = true; }")
    for level in ("Small areas", "Councils"):
        explore.choose("Level", level)
        assert explore.frame.locator("body").evaluate("() => window.stayed") is True
    expect(explore.page.get_by_role("heading", level=2)).to_have_text("Trafford")
