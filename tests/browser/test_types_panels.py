"""An editor who knows the place overrules a way of working, withdraws that, keeps types and compares."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.type_overrides import read_overrides
from geo.builds import Build
from models.type_frozen import load_types
from models.type_kept import kept_file
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import in_turn
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways
from tests.small_builds import HOSTILE
from views.types_panels import tabs

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
AREA = "E01990011"
FIRST_TIME_MS = 90_000
"""Types are made when the first reader asks for them."""


@pytest.fixture(scope="module")
def folder(northmere_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Northmere, as what is overruled and kept is written beside it."""
    return Path(shutil.copytree(northmere_build.path, tmp_path_factory.mktemp("panels") / "northmere"))


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[str]:
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(folder)}) as port:
        yield f"http://localhost:{port}"


def open_as_editor(visitor: Explore) -> Page:
    """Become an editor at this computer, and open Types with a small area selected."""
    page = visitor.page
    page.goto(f"{visitor.address}/who")
    with a_run(page):
        page.get_by_text("Editor", exact=True).click()
    page.get_by_role("link", name="Types").click()
    visitor.map.wait_for(timeout=FIRST_TIME_MS)
    page.get_by_role("combobox", name="Find a small area").click()
    page.keyboard.type(AREA)
    with a_run(page):
        page.keyboard.press("Enter")
    return page


def press(page: Page, name: str) -> None:
    with a_run(page):
        page.get_by_role("button", name=name).click()


def open_tab(page: Page, name: str) -> None:
    with a_run(page):
        page.get_by_role("tab", name=name).click()


def test_an_editor_overrules_withdraws_keeps_and_compares(visit: Visit, app: str, folder: Path) -> None:
    visitor = visit(app)
    page = open_as_editor(visitor)
    open_tab(page, "Overruled")
    page.get_by_role("combobox", name="Way of working instead").click()
    page.keyboard.type("Step in early")
    page.keyboard.press("Enter")
    page.get_by_label("Why").first.fill(f"Two hubs open. {HOSTILE}")
    press(page, "Save the way of working")
    given = page.get_by_text(f"Given by somebody who knows the place: “Two hubs open. {HOSTILE}”")
    expect(given).to_be_visible()
    expect(page.get_by_text("Way of working: Step in early")).to_be_visible()
    expect(page.get_by_text("Saved: Northmere 016D: Step in early.")).to_be_visible()
    assert [one.value for one in read_overrides(folder)] == ["step_in"]
    assert violations(page) == []
    page.get_by_role("combobox", name="Withdraw").click()
    page.keyboard.type("Northmere")
    with a_run(page):
        page.keyboard.press("Enter")
    press(page, "Withdraw it")
    expect(page.get_by_text("Nothing is overruled.")).to_be_visible()
    expect(given).to_have_count(0)
    open_tab(page, "Compare with last time")
    press(page, "Keep these types")
    expect(
        page.get_by_text("All 130 areas have the same type and name as when types were kept.")
    ).to_be_visible()
    expect(page.get_by_text(re.compile("^The data is much as it was"))).to_be_visible()
    assert len(load_types(kept_file(folder)).assigned) == 130
    assert violations(page) == []
    assert page.evaluate("window.hacked") is None
    assert not [error for error in visitor.errors if "404" not in error]


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(tabs()))
def test_axe_finds_nothing_on_the_panels(visit: Visit, app: str, state: str, width: int, scheme: str) -> None:
    visitor = visit(app, width, scheme)
    page = visitor.page
    page.goto(f"{app}/types?tab={state}&area={AREA}")
    visitor.map.wait_for(timeout=FIRST_TIME_MS)
    expect(page.get_by_role("tab", name=state)).to_have_attribute("aria-selected", "true")
    assert violations(page) == []
    assert not scrolls_sideways(page)
