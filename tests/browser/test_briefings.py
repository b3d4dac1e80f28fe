"""A briefing in Chromium: axe finds nothing, it prints to full pages of A4, and a button saves it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from geo.builds import Build
from models.levels import Level
from tests.browser.axe import look_once
from tests.browser.explore import Explore
from tests.printed_pages import lines_by_page
from tests.small_briefs import made_brief
from views.brief_html import write_html
from views.briefs import brief_of_area

pytestmark = pytest.mark.browser

WARD = "E05990002"
A4_PX = 680
"""The width of the text on A4, between its margins."""

FEWEST_LINES = 8
"""A page with so few, of which two are its head and its foot, would be wasted paper."""

PATIENCE_MS = 90_000
"""Where it is the first to open Northmere, all that it shows is worked out meanwhile."""

WIDE = "all => all.filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.outerHTML.slice(0, 120))"


def written(build: Build) -> dict[str, str]:
    """Return the documents that are looked at, by name."""
    return {
        "ward": write_html(brief_of_area(build, Level.WARD, WARD)),
        "small area": write_html(brief_of_area(build, Level.AREA, "E01990011")),
        "every form": write_html(made_brief()),
    }


@pytest.fixture(scope="module")
def documents(northmere_build: Build) -> dict[str, str]:
    return written(northmere_build)


@pytest.fixture
def paper(chromium: Browser) -> Iterator[Page]:
    """A page that asks for nothing: whatever a document would fetch fails the test."""
    page = chromium.new_page(viewport={"width": A4_PX, "height": 900})
    page.on("request", lambda request: pytest.fail(f"It asks for {request.url}"))
    yield page
    page.close()


@pytest.mark.parametrize("name", ["ward", "small area", "every form"])
def test_it_prints_to_full_pages_on_which_nothing_is_cut(
    documents: dict[str, str], paper: Page, name: str
) -> None:
    paper.set_content(documents[name])
    assert look_once(paper) == []
    assert paper.evaluate("window.hacked") is None
    paper.emulate_media(media="print")
    assert paper.locator("html, .table, table, figure").evaluate_all(WIDE) == []
    pdf = paper.pdf(prefer_css_page_size=True, print_background=True)
    boxes = [tuple(map(float, box.split())) for box in re.findall(rb"/MediaBox \[([\d. ]+)\]", pdf)]
    assert all(box == pytest.approx((0, 0, 595, 842), abs=1) for box in boxes)
    lines = lines_by_page(pdf)
    assert 2 <= len(lines) <= 9
    assert min(lines) >= FEWEST_LINES


def test_a_button_of_a_profile_saves_its_briefing(
    visit: Callable[..., Explore], northmere_app: str, downloads: Path
) -> None:
    page = visit(northmere_app).page
    page.goto(f"{northmere_app}/area_profile?level=ward&area={WARD}")
    button = page.get_by_role("button", name="Briefing: HTML, to print")
    button.wait_for(timeout=PATIENCE_MS)
    with page.expect_download(timeout=PATIENCE_MS) as saved:
        button.click()
    file = downloads / saved.value.suggested_filename
    saved.value.save_as(file)
    assert file.name == "briefing_castle_quay.html"
    text = file.read_text(encoding="utf-8")
    assert "Northmere is not a real place" in text
    assert "Internal: stays inside the council" in text
