"""Who cannot get to help: a locality manager finds a gap, tries a place there, and reads who gains."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import NARROW, in_turn
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
IN_THE_GAP = {1280: (0.71, 0.32), 390: (0.74, 0.38)}
"""Where the gap that Northmere was made with lies on the map, as shares of its width and height."""


GAINS = re.compile(r"If a family hub or children’s centre opened here, ([\d,]+) children aged 0–17")
STATES = {
    "minutes, area selected": "area=E01990011",
    "a place that opens": "view=whatif&spot=54.21392,0.69001&area=E01990011",
}


def show(page: Page, view: str) -> None:
    """Choose what the map shows."""
    with a_run(page):
        page.get_by_role("radio", name=view).click()


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_a_manager_finds_a_gap_and_who_gains_by_a_place_there(
    visit: Visit, northmere_app: str, downloads: Path, width: int
) -> None:
    reach = visit(northmere_app, width).open("reach")
    page = reach.page
    reach.choose("Travel", "With a pram")
    expect(page.get_by_text("more than 15 minutes’ walk with a pram from a family hub")).to_be_visible()
    show(page, "Gaps")
    expect(page.get_by_text("in England’s two most deprived fifths live more than")).to_be_visible()
    expect(page.get_by_text("out of reach, higher need")).to_be_visible()
    show(page, "What if")
    expect(page.get_by_text("Press the map where a family hub")).to_be_visible()
    box = reach.map.bounding_box()
    assert box
    across, down = IN_THE_GAP[width]
    reach.map.click(position={"x": across * box["width"], "y": down * box["height"]})
    sentence = page.get_by_text(GAINS)
    expect(sentence).to_be_visible()
    found = GAINS.search(sentence.inner_text())
    assert found
    gained = int(found[1].replace(",", ""))
    assert gained > 0
    expect(page).to_have_url(re.compile(r"view=whatif.*spot=54\.2"))
    page.get_by_role("combobox", name="Find a small area").click()
    page.keyboard.type("E01990011")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).filter(has_text="Northmere 016D")).to_be_visible()
    rows = reach.download("Download all", downloads / "gains.csv")
    assert round(sum(float(row["children_gained"]) for row in rows)) == gained
    assert {row["mode"] for row in rows} == {"pram"}
    assert not scrolls_sideways(page)
    hosts = {urlsplit(url).netloc for url in reach.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(northmere_app).netloc}
    assert [e for e in reach.errors if "404" not in e] == []


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_reach(
    visit: Visit, northmere_app: str, state: str, width: int, scheme: str
) -> None:
    reach = visit(northmere_app, width, scheme).open(f"reach?{STATES[state]}")
    reach.page.get_by_text("Sources and method").wait_for()
    assert violations(reach.page) == []
