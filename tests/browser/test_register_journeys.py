"""From an invitation link to the register: on a phone, by keyboard alone, and what comes back."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from data.register.records import COMMAND_LINE, Place
from tests.browser.axe import violations
from tests.browser.explore import FRAME, Explore
from tests.browser.looks import LOOKS
from tests.browser.register import RegisterApp, running_register
from tests.browser.runs import a_run
from tests.conftest import FULL_PROOFS
from tests.small_builds import HOSTILE

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
MOST_TABS = 40
MINUTE_S = 60
NOT_OURS = "the server responded with a status of 404"
"""Streamlit asks for its own health beside every page but the first: harmless, and not ours."""


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegisterApp]:
    with running_register(tmp_path_factory.mktemp("register")) as running:
        running.publish(f"{HOSTILE} **Club**", "youth_sport", "ZE1 2AB")
        yield running


def tab_to(page: Page, target: Locator) -> None:
    """Press Tab until something has the focus, as somebody without a mouse does."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if target.evaluate("element => element === element.ownerDocument.activeElement"):
            return
    raise AssertionError(f"{target} is not reached by {MOST_TABS} presses of Tab")


def open_invitation(visitor: Explore, app: RegisterApp) -> Page:
    page = visitor.page
    page.goto(app.invite())
    page.get_by_label("Name of the place or group").wait_for()
    visitor.wait_until_still()
    return page


def go_to(visitor: Explore, section: str) -> None:
    with a_run(visitor.page):
        visitor.page.get_by_role("radio", name=section).click()


def send_by_keyboard(page: Page) -> None:
    tab_to(page, page.get_by_role("button", name="Send to an editor"))
    page.keyboard.press("Enter")


def waiting(app: RegisterApp, name: str) -> Place:
    """The place of this name that waits for an editor."""
    return next(place for place in app.register.queue(COMMAND_LINE) if place.name == name)


def test_a_partner_adds_a_place_on_a_phone_by_keyboard_alone(visit: Visit, app: RegisterApp) -> None:
    visitor = visit(app.address, 390)
    page = open_invitation(visitor, app)
    began = time.monotonic()
    tab_to(page, page.get_by_label("Name of the place or group"))
    page.keyboard.type("Mill Lane pantry")
    tab_to(page, page.get_by_role("radio", name="Family hubs"))
    while page.evaluate("document.activeElement.textContent.trim()").lstrip("◆ ") != "Food":
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
    send_by_keyboard(page)
    page.get_by_text("Thank you. We have Mill Lane pantry").wait_for()
    assert time.monotonic() - began < MINUTE_S
    place = waiting(app, "Mill Lane pantry")
    assert (place.kind, place.postcode, place.ward_name) == ("food", "ZE1 1BA", "Ward A")
    assert place.organisation_id == app.organisation_id
    tab_to(page, page.get_by_role("button", name="See all my submissions"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Waiting for an editor")).to_be_visible()
    expect(page.get_by_text("Mill Lane pantry")).to_be_visible()


def test_the_pin_is_moved_by_a_click_and_by_the_keyboard(visit: Visit, app: RegisterApp) -> None:
    visitor = visit(app.address)
    page = open_invitation(visitor, app)
    page.get_by_label("Name of the place or group").fill("Quay club")
    page.get_by_role("radio", name="Youth and sports").click()
    page.get_by_label("Postcode", exact=True).fill("ZE1 1BA")
    page.keyboard.press("Enter")
    page.get_by_text("It falls in").wait_for()
    visitor.wait_until_still()
    paints = visitor.paints
    visitor.map.click(position={"x": 330, "y": 80})
    visitor.wait_for_paint_after(paints)
    assert violations(page) == []
    page.get_by_role("button", name="Send to an editor").click()
    page.get_by_text("Thank you. We have Quay club").wait_for()
    assert violations(page) == []
    clicked = waiting(app, "Quay club")
    assert (clicked.located_by, clicked.postcode) == ("point", "ZE1 1BA")
    page.get_by_role("button", name="Add another").click()
    name = page.get_by_label("Name of the place or group")
    expect(name).to_have_value("")
    name.fill("Quay choir")
    page.get_by_role("radio", name="Other").click()
    middle = page.frame_locator(FRAME).get_by_role("button", name="Put the pin in the middle")
    visitor.map.wait_for()
    middle.focus()
    page.keyboard.press("Enter")
    page.get_by_text("It falls in").wait_for()
    page.get_by_role("button", name="Send to an editor").click()
    page.get_by_text("Thank you. We have Quay choir").wait_for()
    put = waiting(app, "Quay choir")
    assert (put.located_by, put.postcode) == ("point", "")
    assert not [error for error in visitor.errors if NOT_OURS not in error]
    assert {url.split("/")[2] for url in visitor.requests} == {app.address.split("/")[2]}


@pytest.mark.proof
@pytest.mark.parametrize(("width", "scheme"), LOOKS if FULL_PROOFS else LOOKS[1:])
def test_axe_finds_nothing_and_hostile_names_are_text(
    visit: Visit, app: RegisterApp, width: int, scheme: str
) -> None:
    visitor = visit(app.address, width, scheme)
    page = open_invitation(visitor, app)
    page.get_by_text("More, if you know it").click()
    page.get_by_label("Name of the place or group").fill(f"{HOSTILE} **Club**")
    page.get_by_role("button", name="Send to an editor").click()
    page.get_by_text("Is it this one?").wait_for()
    page.get_by_text("need another look").wait_for()
    visitor.map.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="It is this one").click()
    page.get_by_role("button", name="Suggest a change").wait_for()
    visitor.map.wait_for()
    visitor.map.hover(position={"x": 150, "y": 230})
    assert violations(page) == []
    go_to(visitor, "My submissions")
    page.get_by_text("What it changed").click()
    page.get_by_text("Minutes are ").wait_for()
    assert violations(page) == []
    go_to(visitor, "Add many")
    page.get_by_text("Download the template").wait_for()
    assert violations(page) == []
    assert page.evaluate("window.hacked") is None
    assert not [error for error in visitor.errors if NOT_OURS not in error]
