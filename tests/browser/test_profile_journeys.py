"""Tell me about my ward: the profile and its printed page in a real browser, by mouse and by keyboard."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.explore import Explore
from tests.browser.looks import NARROW, WIDE
from tests.small_builds import HOSTILE

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
WIDTHS = [1280, 390]
WARD, NAME = "E05990003", "Cragwick Mills"
STREAMLITS_OWN = ("/area_profile/_stcore/health", "/area_profile/_stcore/host-config")
"""What Streamlit asks for in vain on every page but the first."""

STATES = {
    "an area": "level=area&area=E01990011",
    "a ward beside others": f"level=ward&area={WARD}&compare=E05990004,E05990005,E05990006,E05990007",
    "a locality": "level=locality&area=Marlhaven",
}


def open_profile(visitor: Explore, query: str = "") -> Explore:
    """Open the profile and wait for its last part and its map."""
    visitor.open(f"area_profile?{query}")
    visitor.page.get_by_text("Sources and method").wait_for()
    return visitor


def scrolls_sideways(page: Page) -> bool:
    """Say whether the page, or what Streamlit scrolls in it, is wider than the window."""
    wide = "e => e && e.scrollWidth > e.clientWidth"
    return any(
        page.evaluate(f"({wide})(document.querySelector({where!r}))")
        for where in ("html", "[data-testid=stMain]")
    )


def tab_to(page: Page, name: str) -> None:
    """Press Tab until a link of this name has the focus."""
    link = page.get_by_role("link", name=name)
    link.wait_for()
    for _ in range(120):
        page.keyboard.press("Tab")
        if link.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {name!r}.")


def pages_of(pdf: bytes) -> int:
    """Count the pages of a PDF."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_tell_me_about_my_ward_by_mouse(visit: Visit, northmere_app: str, width: int) -> None:
    explore = visit(northmere_app, width).open(f"?level=ward&area={WARD}")
    page = explore.page
    page.get_by_role("link", name="Open its profile").click()
    page.get_by_role("heading", level=1).filter(has_text=NAME).wait_for()
    expect(page).to_have_url(re.compile(rf"area_profile\?.*area={WARD}"))
    expect(page.get_by_text("for combined need, where 1 is the highest")).to_be_visible()
    expect(page.get_by_text("Northmere is not a real place").filter(visible=True)).to_have_count(1)
    page.get_by_text("Sources and method").wait_for()
    assert not scrolls_sideways(page)
    with page.context.expect_page() as opened:
        page.get_by_role("link", name="Print or save as PDF").click()
    opened.value.get_by_role("heading", level=1).filter(has_text=NAME).wait_for()
    assert not scrolls_sideways(opened.value)


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_tell_me_about_my_ward_by_keyboard(visit: Visit, northmere_app: str, width: int) -> None:
    explore = visit(northmere_app, width).open("?level=ward")
    page = explore.page
    paints = explore.paints
    page.get_by_role("combobox", name="Find a ward").focus()
    page.keyboard.type(NAME)
    page.keyboard.press("Enter")
    explore.wait_for_paint_after(paints)
    tab_to(page, "Open its profile")
    page.keyboard.press("Enter")
    page.get_by_role("heading", level=1).filter(has_text=NAME).wait_for()
    explore.map.wait_for()
    page.get_by_text("Sources and method").wait_for()
    tab_to(page, "Print or save as PDF")
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    opened.value.get_by_role("heading", level=1).filter(has_text=NAME).wait_for()


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_another_ward_is_chosen_on_the_page_by_keyboard(visit: Visit, northmere_app: str, width: int) -> None:
    profile = open_profile(visit(northmere_app, width))
    page = profile.page
    for box, words in (("Level", "Wards"), ("Ward", NAME)):
        profile.wait_until_still()
        page.get_by_role("combobox", name=box, exact=True).focus()
        page.keyboard.type(words)
        page.keyboard.press("Enter")
        expect(page.get_by_role("combobox", name=box, exact=True)).to_have_value(re.compile(words))
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)
    expect(page).to_have_url(re.compile(f"level=ward&area={WARD}"))


def test_the_map_opens_on_the_ward_and_a_click_profiles_its_neighbour(
    visit: Visit, northmere_app: str
) -> None:
    explore = open_profile(visit(northmere_app), f"level=ward&area={WARD}")
    explore.map.hover()
    expect(explore.frame.locator(".leaflet-tooltip").filter(has_text=NAME).first).to_be_visible()
    box = explore.map.bounding_box()
    assert box
    explore.map.click(position={"x": box["width"] * 0.85, "y": box["height"] * 0.5})
    expect(explore.page.get_by_role("heading", level=1)).not_to_have_text(NAME)
    expect(explore.page).to_have_url(re.compile(r"level=ward&area=E0599\d{4}"))
    assert f"area={WARD}" not in explore.page.url


def test_the_link_of_a_similar_area_leads_to_it(visit: Visit, northmere_app: str) -> None:
    page = open_profile(visit(northmere_app), "level=area&area=E01990011&weights=crime.50,poverty.30").page
    link = page.locator(".atlas-sheet a").first
    name = link.text_content() or ""
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    expect(page).to_have_url(re.compile("weights=crime"))


def test_what_is_compared_stands_in_the_address_and_a_fifth_other_is_not_taken(
    visit: Visit, northmere_app: str
) -> None:
    page = open_profile(visit(northmere_app), STATES["a ward beside others"]).page
    region = page.get_by_role("region", name="Side by side")
    expect(region.get_by_role("columnheader")).to_have_count(6)
    page.get_by_role("button", name=re.compile("^Clear all")).click()
    expect(region).to_have_count(0)
    expect(page).not_to_have_url(re.compile("compare"))


def test_five_stand_side_by_side_on_a_phone_with_their_words_whole(visit: Visit, northmere_app: str) -> None:
    page = open_profile(visit(northmere_app, 390), STATES["a ward beside others"]).page
    assert not scrolls_sideways(page)
    for heading in page.get_by_role("region", name="Side by side").get_by_role("rowheader").all():
        box = heading.bounding_box()
        assert box
        assert box["width"] > box["height"]


def test_the_back_button_takes_a_choice_back(visit: Visit, northmere_app: str) -> None:
    page = open_profile(visit(northmere_app), f"level=ward&area={WARD}").page
    page.get_by_role("combobox", name="Ward", exact=True).focus()
    page.keyboard.type("Castle Quay")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Castle Quay")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text(NAME)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_asks_nothing_of_another_host_and_complains_of_nothing(
    visit: Visit, northmere_app: str, width: int
) -> None:
    explore = visit(northmere_app, width)
    missed: list[str] = []
    explore.page.on("response", lambda r: missed.append(urlsplit(r.url).path) if r.status >= 400 else None)
    open_profile(explore, STATES["a ward beside others"])
    assert not scrolls_sideways(explore.page)
    hosts = {urlsplit(url).netloc for url in explore.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(northmere_app).netloc}
    assert set(missed) <= set(STREAMLITS_OWN)
    assert len(explore.errors) == len(missed)


def test_a_hostile_name_stays_text(visit: Visit, varied_app: str) -> None:
    explore = open_profile(visit(varied_app), "area=E01000007&compare=E01000006")
    expect(explore.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    explore.map.hover()
    assert [frame.evaluate("window.hacked") for frame in explore.page.frames] == [None, None]
    explore.page.goto(f"{varied_app}/atlas/profile?level=area&area=E01000007")
    expect(explore.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    assert explore.page.evaluate("window.hacked") is None
