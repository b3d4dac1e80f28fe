"""A manager drops two sites, by mouse or by keyboard, and reads how near they come to the best two."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
ESTATE, TOWN = (0.71, 0.32), (0.36, 0.33)
"""Where two sites are dropped, as shares of the map's width and height."""

SENTENCE = re.compile(
    r"Your two sites bring ([\d,]+) more children within 15 minutes’ walk.*"
    r"The best two would reach ([\d,]+): yours do (\d+)% of what is possible"
)


def press(reach: Explore, at: tuple[float, float]) -> None:
    """Press the map at a point."""
    box = reach.map.bounding_box()
    assert box
    with a_run(reach.page):
        reach.map.click(position={"x": at[0] * box["width"], "y": at[1] * box["height"]})


def choose_building(page: Page, name: str) -> None:
    """Choose a building by its name, without a mouse."""
    box = page.get_by_role("combobox", name="Add a building")
    with a_run(page):
        box.focus()
        page.keyboard.type(name)
        page.get_by_role("option", name=name).first.wait_for()
        page.keyboard.press("Enter")


def figures(page: Page) -> tuple[int, int, int]:
    """Read how many children the two sites reach, how many the best two would, and the share."""
    sentence = page.get_by_text(SENTENCE)
    expect(sentence).to_be_visible()
    found = SENTENCE.search(sentence.inner_text())
    assert found
    ours, best, share = (int(text.replace(",", "")) for text in found.groups())
    return ours, best, share


def test_two_sites_dropped_by_mouse_stand_beside_the_best_two(visit: Visit, northmere_app: str) -> None:
    place = visit(northmere_app, 1280).open("place_support?how=hand")
    page = place.page
    expect(page.get_by_text("Press the map where one could open")).to_be_visible()
    press(place, ESTATE)
    expect(page.get_by_text("Your site brings")).to_be_visible()
    press(place, TOWN)
    ours, best, share = figures(page)
    assert 0 < ours <= best
    assert share == round(100 * ours / best)
    expect(page).to_have_url(re.compile(r"spots=54\.2\d+%2C0\.\d+%3B54\.2\d+%2C0\.\d+"))
    with a_run(page):
        page.get_by_role("button", name="Add it").click()
    expect(page.get_by_text("Your three sites bring")).to_be_visible()
    with a_run(page):
        page.get_by_role("button", name="Remove 3").click()
    assert figures(page) == (ours, best, share)
    assert violations(page) == []
    assert [e for e in place.errors if "404" not in e] == []


def test_two_buildings_are_chosen_by_keyboard_on_a_phone(visit: Visit, northmere_app: str) -> None:
    place = visit(northmere_app, 390, "dark").open("place_support?how=hand")
    page = place.page
    choose_building(page, "Larkbeck Academy")
    choose_building(page, "Alder Primary School")
    ours, best, _ = figures(page)
    assert 0 < ours < best
    remove = page.get_by_role("button", name="Remove 2")
    with a_run(page):
        remove.focus()
        page.keyboard.press("Enter")
    expect(page.get_by_text("Your site brings")).to_be_visible()
    assert not scrolls_sideways(page)
    assert violations(page) == []
