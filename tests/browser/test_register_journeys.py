"""From an invitation link to the register, at the width of a phone and by keyboard alone; and what comes back."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from data.register.records import COMMAND_LINE
from tests.browser.explore import Explore
from tests.browser.register import RegisterApp, running_register

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
MOST_TABS = 40
MINUTE_S = 60


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegisterApp]:
    with running_register(tmp_path_factory.mktemp("register")) as running:
        yield running


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {MOST_TABS} presses of Tab")


def open_invitation(visitor: Explore, app: RegisterApp) -> Page:
    page = visitor.page
    page.goto(app.invite())
    page.get_by_label("Name of the place or group").wait_for()
    visitor.wait_until_still()
    return page


def test_a_partner_adds_a_place_on_a_phone_by_keyboard_alone(visit: Visit, app: RegisterApp) -> None:
    visitor = visit(app.address, 390)
    page = open_invitation(visitor, app)
    began = time.monotonic()
    tab_to(page, page.get_by_label("Name of the place or group"))
    page.keyboard.type("Mill Lane pantry")
    tab_to(page, page.get_by_role("radio", name="Family hubs"))
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    tab_to(page, page.get_by_label("Postcode", exact=True))
    page.keyboard.type("ze11ba")
    page.keyboard.press("Enter")
    page.get_by_text("It falls in").wait_for()
    tab_to(page, page.get_by_label("When is it open?"))
    page.keyboard.type("Tuesdays 10 to 12")
    page.keyboard.press("Enter")
    page.get_by_text("Read as: Tuesday 10am to 12 noon.").wait_for()
    tab_to(page, page.get_by_role("button", name="Send to an editor"))
    page.keyboard.press("Enter")
    page.get_by_text("Thank you. We have Mill Lane pantry").wait_for()
    assert time.monotonic() - began < MINUTE_S
    (place,) = app.register.queue(COMMAND_LINE)
    print(place, time.monotonic() - began)
