"""What kind of place is this, what works there, how sure is that: a locality manager reads it on Types."""

import re
from collections.abc import Callable
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
FIRST_TIME_MS = 90_000
"""Types are made when the first reader asks for them."""

STATES = {
    "types, area selected": "area=E01990011",
    "ways of working": "show=model&area=E01990040",
    "patches": "show=patch",
    "how sure": "show=sure&k=6",
}


def open_types(visitor: Explore, query: str = "") -> Page:
    """Open the page and wait for its map: the first time longer than other pages."""
    visitor.page.goto(f"{visitor.address}/types?{query}")
    visitor.map.wait_for(timeout=FIRST_TIME_MS)
    return visitor.page


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_a_manager_reads_what_kind_of_place_it_is_what_works_and_how_sure(
    visit: Visit, northmere_app: str, width: int
) -> None:
    types = visit(northmere_app, width)
    page = open_types(types)
    expect(
        page.get_by_text(re.compile(r"130 small areas in Northmere fall into \w+ kinds of place"))
    ).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="of them between two types")).to_be_visible()
    expect(page.get_by_role("heading", level=3, name=re.compile("^A "))).to_be_visible()
    types.click_middle()
    expect(page).to_have_url(re.compile("area=E0199"))
    page.get_by_role("combobox", name="Find a small area").click()
    page.keyboard.type("E01990011")
    with a_run(page):
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2).filter(has_text="Northmere 016D")).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Way of working: .+\. "))).to_be_visible()
    for told in ("What it offers:", "What is known:", "Next nearest:", "% of fresh draws of areas give it"):
        expect(page.get_by_text(told).first).to_be_visible()
    with a_run(page):
        page.get_by_role("radio", name="Way of working").click()
    expect(page.get_by_role("heading", name="The ways of working")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="1 · Reach out")).to_be_visible()
    with a_run(page):
        page.get_by_role("radio", name="How sure").click()
    expect(page.get_by_role("listitem").filter(has_text="Between two types")).to_be_visible()
    assert not scrolls_sideways(page)
    page.get_by_role("link", name="Open its profile").click()
    expect(page.get_by_role("heading", level=1, name="Northmere 016D")).to_be_visible()
    hosts = {urlsplit(url).netloc for url in types.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(northmere_app).netloc}
    assert [e for e in types.errors if "404" not in e] == []


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_types(
    visit: Visit, northmere_app: str, state: str, width: int, scheme: str
) -> None:
    page = open_types(visit(northmere_app, width, scheme), STATES[state])
    page.get_by_text("Sources and method").click()
    page.get_by_text("Boundaries of small areas").wait_for()
    assert violations(page) == []
