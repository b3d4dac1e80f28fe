"""The editor's half of the way of a place: asked about, answered, published, on the map, and undone again."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from data.register.records import COMMAND_LINE, Actor, Place, State
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import LOOKS, in_turn
from tests.browser.register import RegisterApp, draft_at, running_register
from tests.browser.runs import a_run
from tests.small_builds import HOSTILE
from tests.small_register import LONG_AGO, bring_in, file_source

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
SECTIONS = ("Queue", "Suggestions", "Not confirmed", "All places", "Organisations", "History", "Refused")
LURE = "Sign in again at www.lure.example or https://lure.example"
REFUGE, SECRET = "Larkfield Refuge", "ZE2 3BD"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RegisterApp]:
    """The app with a place to decide, a held one, hostile text, a suggestion, and old places of a file."""
    with running_register(tmp_path_factory.mktemp("review")) as app:
        old = replace(draft_at(app.build, "Old Hall 1", "community_centre", "ZE1 1AA"), state=State.PUBLISHED)
        rows = [
            replace(old, name=f"Old Hall {n}", last_confirmed=LONG_AGO, services=(), contacts=())
            for n in "123"
        ]
        bring_in(app.register, file_source("Halls"), *rows)
        for name, postcode in ((HOSTILE, "ZE1 1AA"), (LURE, "ZE1 2AB"), (REFUGE, SECRET)):
            app.register.submit(
                partner(app), draft_at(app.build, name, "advice", postcode, app.organisation_id)
            )
        hall = app.register.published()[0]
        app.register.suggest(partner(app), hall.id, hall.version, {"name": f"Hall {HOSTILE}"}, HOSTILE)
        yield app


def partner(app: RegisterApp) -> Actor:
    """Somebody who came by an invitation."""
    return app.register.guest(app.invite().rsplit("/", 1)[1])


def open_review(visitor: Explore, section: str = "Queue") -> Page:
    """Become an editor at this computer, and open a section of the review."""
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 900})  # Where the navigation is no menu.
    page.goto(f"{visitor.address}/who")
    page.get_by_text("Editor", exact=True).click()
    page.get_by_role("link", name="Review queue").click()
    page.get_by_role("heading", name="Review queue").wait_for()
    open_section(visitor, section)
    return page


def open_section(visitor: Explore, section: str) -> None:
    visitor.wait_until_still()
    option = visitor.page.get_by_role("radio", name=re.compile(rf"^{section}( \d+)?$")).first
    if not option.is_checked():
        with a_run(visitor.page):
            option.click()
        expect(option).to_be_checked()


def press(visitor: Explore, name: str) -> None:
    visitor.wait_until_still()
    visitor.page.get_by_role("button", name=name, exact=True).first.click()


def answer(app: RegisterApp, place: Place) -> None:
    """Answer an editor's question as the partner who was asked."""
    who = partner(app)
    asked = app.register.find(who, place.id)
    app.register.edit(who, replace(asked, address="Side door of the mill"))


def test_a_place_is_asked_about_answered_published_seen_on_the_map_and_undone(
    visit: Visit, app: RegisterApp
) -> None:
    draft = draft_at(app.build, "Mill Lane pantry", "food", "ZE1 1BA", app.organisation_id)
    sent = app.register.submit(partner(app), draft).place
    visitor = visit(app.address)
    page = open_review(visitor)
    page.get_by_text("Mill Lane pantry").first.click()
    page.get_by_role("heading", name="Mill Lane pantry").wait_for()
    press(visitor, "Ask")
    common = page.get_by_role("button", name="Please say when it is open and who it is for.")
    common.press("Space")  # what has just opened still moves, and a mouse could miss it
    expect(common).to_have_attribute("aria-pressed", "true")
    page.get_by_label("In your own words").first.fill("Which door?")
    page.get_by_role("button", name="Send the question").click()
    page.get_by_text("is asked about").first.wait_for()
    answer(app, sent)
    open_section(visitor, "History")
    open_section(visitor, "Queue")
    open_section(visitor, "Changed since")
    page.get_by_text("After it was asked: Please say when it is open").wait_for()
    expect(page.get_by_role("row", name=re.compile("Address .*Side door of the mill"))).to_be_visible()
    press(visitor, "Publish")
    page.get_by_text("is published").first.wait_for()
    expect(
        page.get_by_text(re.compile("children in .* now have a food bank or pantry within"))
    ).to_be_visible()
    page.get_by_role("link", name="Explore").click()
    page.get_by_role("button", name=re.compile(r"Food 1$")).wait_for()
    page.get_by_role("link", name="Review queue").click()
    open_section(visitor, "History")
    press(visitor, "Undo")
    page.get_by_role("button", name="Yes, undo it").first.click()
    page.get_by_text("(published) is undone").first.wait_for()
    page.get_by_role("link", name="Explore").click()
    visitor.map.wait_for()
    visitor.wait_until_still()
    expect(page.get_by_role("button", name=re.compile("Food"))).to_have_count(0)
    assert app.register.find(COMMAND_LINE, sent.id).state is State.SUBMITTED
    hosts = {urlsplit(url).netloc for url in visitor.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(app.address).netloc}
    assert not [error for error in visitor.errors if "404" not in error]


def test_places_are_opened_chosen_and_confirmed_by_keyboard_alone(visit: Visit, app: RegisterApp) -> None:
    visitor = visit(app.address)
    page = open_review(visitor)
    listed = page.get_by_role("radiogroup", name="Waiting").get_by_role("radio")
    listed.first.focus()
    page.keyboard.press("ArrowDown")
    expect(listed.nth(1)).to_be_checked()
    visitor.wait_until_still()
    expect(listed.nth(1)).to_be_focused()
    open_section(visitor, "Not confirmed")
    table = page.get_by_test_id("stDataFrame")
    table.locator("canvas").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.keyboard.press("Shift+ArrowDown")
    confirm = page.get_by_role("button", name=re.compile("^Confirm [12] places?$"))
    confirm.focus()
    page.keyboard.press("Enter")
    page.get_by_text("confirmed as of today").first.wait_for()
    confirmed = [place for place in app.register.published() if place.last_confirmed == date.today()]
    assert any(place.name.startswith("Old Hall") for place in confirmed)


def test_hostile_text_and_what_is_withheld_do_nothing_and_say_nothing(visit: Visit, app: RegisterApp) -> None:
    visitor = visit(app.address)
    page = open_review(visitor)
    for section in SECTIONS:
        open_section(visitor, section)
        assert page.evaluate("window.hacked") is None
        assert page.locator("main img[onerror], main a[href*='lure']").count() == 0
        assert SECRET not in page.locator("main").inner_text()
    open_section(visitor, "Queue")
    page.get_by_text("Sign in again at").first.click()
    page.get_by_role("heading", name="Sign in again at").wait_for()
    expect(page.locator("main a[href*='lure']")).to_have_count(0)
    page.get_by_text(REFUGE).first.click()
    page.get_by_text("it has the word “refuge”").wait_for()
    visitor.wait_until_still()
    expect(page.locator("main img")).to_have_count(0)  # no map
    assert SECRET not in page.content()


@pytest.mark.proof
@pytest.mark.parametrize(("width", "scheme"), LOOKS)
def test_axe_finds_nothing_in_the_review(visit: Visit, app: RegisterApp, width: int, scheme: str) -> None:
    visitor = visit(app.address, width, scheme)
    page = open_review(visitor)
    page.set_viewport_size({"width": width, "height": 900})
    for section in (section for section, *look in in_turn(SECTIONS) if look == [width, scheme]):
        open_section(visitor, section)
        assert violations(page) == [], section
