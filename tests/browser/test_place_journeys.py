"""Where would new places do most: a commissioner asks for three, looks at them, and takes them along."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import WIDE, in_turn
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]

NARROW = 700
MOST_TABS = 6
"""A button of help, each kind that is chosen, and the box itself."""
MORE = re.compile(r"within 15 minutes’ walk of ([\d,]+) more children")
STATES = {
    "two sites, one selected": "minutes=20&buildings=library",
    "a fair choice of three, by small area": "objective=fair&sites=3&tab=areas&area=E01990011",
}


def open_place(visitor: Explore, width: int) -> Explore:
    """Go to the page from Explore; on a phone, where the navigation is folded away, by its address."""
    if width < NARROW:
        return visitor.open("place_support")
    visitor.open().page.get_by_role("link", name="Place support").click()
    visitor.page.get_by_role("heading", level=1, name="Place support").wait_for()
    return visitor


def told_in(page: Page) -> int:
    """How many more children the sentence says are reached."""
    found = MORE.search(page.get_by_text(MORE).inner_text())
    assert found
    return int(found[1].replace(",", ""))


def unfold_choices(page: Page) -> None:
    """Go by keyboard from the number of sites to the kinds of building, which unfold on the way."""
    kinds = page.get_by_role("combobox", name="Kinds of building")
    page.get_by_role("spinbutton", name="New sites").focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(kinds).to_be_visible()
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if kinds.evaluate("box => box === document.activeElement"):
            break
    expect(kinds).to_be_focused()
    expect(kinds).to_be_in_viewport()


def press_site(place: Explore, site: Mapping[str, str]) -> None:
    """Press the mark of a site on the map."""
    at = place.on_map(float(site["easting_m"]), float(site["northing_m"]))
    with a_run(place.page):
        place.map.click(position=at)


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_a_commissioner_asks_for_three_sites_and_takes_them_along(
    visit: Visit, northmere_app: str, downloads: Path, width: int
) -> None:
    place = open_place(visit(northmere_app, width), width)
    page = place.page
    expect(page.get_by_text("Proven best pair of")).to_be_visible()
    two = told_in(page)
    with a_run(page):
        page.get_by_role("spinbutton", name="New sites").fill("3")
        page.keyboard.press("Enter")
    expect(page.get_by_text("Proven best choice of 3 of")).to_be_visible()
    three = told_in(page)
    assert three > two > 0
    page.get_by_test_id("stDataFrame").scroll_into_view_if_needed()
    wide = {"Newly reached", "Of them, higher need", "Lost if dropped", "Why"} if width > NARROW else set()
    place.expect_spoken({"#", "Site", "1", "2", "3", *wide})
    unfold_choices(page)
    if width < NARROW:
        assert violations(page) == []
    page.keyboard.type("Health")
    page.get_by_role("option", name="Health").wait_for()
    with a_run(page):
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"buildings=[^&]*health.*sites=3"))
    page.keyboard.press("Escape")
    more = told_in(page)
    assert more >= three
    sites = place.download("Download 3 sites", downloads / "sites.csv")
    assert [row["number"] for row in sites] == ["1", "2", "3"]
    assert {row["chosen"] for row in sites} == {"proven best"}
    if width > NARROW:
        press_site(place, sites[0])
        expect(page.get_by_role("heading", name=f"1 · {sites[0]['name']}")).to_be_visible()
        expect(page).to_have_url(re.compile(rf"[?&]site={sites[0]['site_id']}(&|$)"))
    with a_run(page):
        page.get_by_role("tab", name="Small areas").click()
    areas = place.download("Download all 130", downloads / "areas.csv")
    assert round(sum(float(row["children_gained"]) for row in areas)) == more
    assert not scrolls_sideways(page)
    hosts = {urlsplit(url).netloc for url in place.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(northmere_app).netloc}
    assert [e for e in place.errors if "404" not in e] == []


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_place_support(
    visit: Visit, northmere_app: str, state: str, width: int, scheme: str
) -> None:
    place = visit(northmere_app, width, scheme).open(f"place_support?{STATES[state]}")
    place.page.get_by_text("Sources and method").wait_for()
    assert violations(place.page) == []
