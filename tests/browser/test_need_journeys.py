"""Combined need in a real browser: a weight moved by the keyboard moves map, words and address."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import LOOKS, NARROW
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
NEED = "?indicator=need_index_score&area=E01990050"


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_a_weight_is_moved_by_the_keyboard_alone(visit: Visit, northmere_app: str, width: int) -> None:
    explore = visit(northmere_app, width).open(NEED)
    page = explore.page
    summary = page.get_by_test_id("stExpander").filter(has_text="Weights of need").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    slider = page.get_by_role("slider", name="Crime and safety")
    slider.focus()
    paints = explore.paints
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_text("With your weights")).to_be_visible()
    explore.wait_for_paint_after(paints)
    expect(page.get_by_text("Weights of need: yours")).to_be_visible()
    expect(slider).to_be_visible()  # The panel stays open while its title changes.
    expect(page.get_by_text("Rank by the standard weights")).to_have_count(1)
    assert "weights=" in page.url
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Back to the standard weights").click()
    expect(page.get_by_text("Weights of need: standard")).to_be_visible()
    expect(page.get_by_text("With your weights")).to_have_count(0)
    assert "weights=" not in page.url
    assert explore.errors == []


@pytest.mark.proof
@pytest.mark.parametrize(("width", "scheme"), LOOKS if FULL_PROOFS else LOOKS[1:])
def test_axe_finds_nothing_with_the_weights_open(
    visit: Visit, northmere_app: str, width: int, scheme: str
) -> None:
    explore = visit(northmere_app, width, scheme).open(f"{NEED}&weights=crime.50,poverty.10")
    explore.page.get_by_text("Weights of need: yours").click()
    expect(explore.page.get_by_role("slider", name="Living environment")).to_be_visible()
    assert violations(explore.page) == []
