"""Plans side by side: a commissioner saves two, reads what sets them apart, and takes both along."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from data.plans import read_plans
from geo.builds import Build
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import in_turn
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways
from tests.small_solvers import LONG_SITES
from views.place_running import STOPPED_WORDS

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
FURTHER = re.compile(r"Three places brings ([\d,]+) more children within reach than Two places")
SO_FAR = re.compile(r"Best so far has [\d,]+ children within reach; another choice could reach at most ")
STATES = {"trade-offs": "tab=tradeoffs&minutes=20", "how sure": "tab=sure&minutes=20&sites=4"}


@pytest.fixture(scope="module")
def folder(northmere_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of Northmere, as plans are written beside it."""
    return Path(shutil.copytree(northmere_build.path, tmp_path_factory.mktemp("plans") / "northmere"))


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[str]:
    with running_app(PROJECT / "tests" / "browser" / "patient_app.py", {"ATLAS_BUILD": str(folder)}) as port:
        yield f"http://localhost:{port}"


def save(page: Page, name: str) -> None:
    """Save what is shown under a name."""
    with a_run(page):
        page.get_by_role("textbox", name="Save this plan as").fill(name)
        page.keyboard.press("Enter")
    with a_run(page):
        page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text(f"Saved as “{name}”.")).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a box by typing."""
    with a_run(page):
        page.get_by_role("combobox", name=label).click()
        page.keyboard.type(option)
        page.keyboard.press("Enter")


def test_a_commissioner_saves_two_plans_and_compares_them(
    visit: Visit, app: str, folder: Path, downloads: Path
) -> None:
    place = visit(app, 1280).open("place_support?tab=tradeoffs&minutes=20")
    page = place.page
    save(page, "Two places")
    with a_run(page):
        page.get_by_role("spinbutton", name="New sites").fill("3")
        page.keyboard.press("Enter")
    save(page, "Three places")
    choose(page, "Beside", "Two places")
    words = page.get_by_text(FURTHER)
    expect(words).to_be_visible()
    found = FURTHER.search(words.inner_text())
    assert found
    assert int(found[1].replace(",", "")) > 0
    rows = place.download("Download both", downloads / "plans.csv")
    assert {row["plan"] for row in rows} == {"Two places", "Three places"}
    assert [plan.name for plan in read_plans(folder)] == ["Three places", "Two places"]
    assert violations(page) == []
    choose(page, "Look at one of 2", "Two places")
    with a_run(page):
        page.get_by_role("button", name="Open it").click()
    expect(page.get_by_role("spinbutton", name="New sites")).to_have_value("2")
    page.get_by_role("button", name="Delete", exact=False).first.click()
    expect(page.get_by_text("“Two places” will be gone for everybody.")).to_be_visible()
    page.get_by_role("button", name="Delete it").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("“Two places” is deleted.")).to_be_visible()
    assert [plan.name for plan in read_plans(folder)] == ["Three places"]
    assert [e for e in place.errors if "404" not in e] == []


def test_who_stops_a_long_search_is_shown_the_best_so_far_and_nobody_else_is(visit: Visit, app: str) -> None:
    one, other = (visit(app).page for _ in range(2))
    for page in (one, other):
        page.goto(f"{app}/place_support?sites={LONG_SITES}")
        expect(page.get_by_text(SO_FAR)).to_be_visible()
    one.get_by_role("button", name="Stop").click()
    expect(one.get_by_text(STOPPED_WORDS)).to_be_visible()
    expect(one.get_by_text("Best found of 119 candidate buildings: another choice could")).to_be_visible()
    expect(one.get_by_role("button", name="Search on")).to_be_visible()
    assert violations(one) == []
    expect(other.get_by_text(SO_FAR)).to_be_visible()
    other.get_by_role("combobox", name="Within").focus()
    other.keyboard.type("30")
    other.keyboard.press("Enter")
    expect(other).to_have_url(re.compile("minutes=30"))


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_the_tabs(visit: Visit, app: str, state: str, width: int, scheme: str) -> None:
    place = visit(app, width, scheme).open(f"place_support?{STATES[state]}")
    place.page.get_by_text("Sources and method").wait_for()
    assert violations(place.page) == []
    assert not scrolls_sideways(place.page)
