"""axe finds no violation of WCAG 2 A or AA, on the page or in the map's frame, in any state."""

from collections.abc import Callable

import pytest

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import LIGHT, in_turn

pytestmark = pytest.mark.browser

STATES = {
    "opening": "",
    "area selected": "?area=E01990011",
    "wards": "?level=ward",
    "ward selected, people": "?level=ward&indicator=pop_0_17&area=E05990003",
    "unknown address": "?area=nowhere",
    "distances, all places, area selected": "?indicator=access_library_min&area=E01990011&points=family_hub,"
    "school,early_years,library,community_centre,health,food,youth_sport,faith,advice,green_space,transport",
    "localities, numbers of places": "?level=locality&indicator=asset_library",
}


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_northmere(
    visit: Callable[..., Explore], northmere_app: str, state: str, width: int, scheme: str
) -> None:
    explore = visit(northmere_app, width, scheme).open(STATES[state])
    assert violations(explore.page) == []


@pytest.mark.proof
@pytest.mark.parametrize("scheme", LIGHT)
def test_axe_finds_nothing_with_hidden_and_missing_values(
    visit: Callable[..., Explore], varied_app: str, scheme: str
) -> None:
    explore = visit(varied_app, 1280, scheme).open("?council=E08000001&area=E01000002")
    explore.page.get_by_text("Sources and method").click()
    explore.page.get_by_text("Wards of small areas").wait_for()
    assert violations(explore.page) == []


def test_axe_does_find_a_fault_that_is_there(visit: Callable[..., Explore], varied_app: str) -> None:
    explore = visit(varied_app).open()
    explore.page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    explore.frame.locator("body").evaluate("body => body.append(document.createElement('img'))")
    assert sum(found.startswith("image-alt") for found in violations(explore.page)) == 2
