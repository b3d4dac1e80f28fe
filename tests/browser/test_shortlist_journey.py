"""A commissioner chooses a few wards, asks why, writes the decision down, and takes it along."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Locator, Page, expect

from geo.builds import Build
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import NARROW, in_turn
from tests.browser.runs import a_run
from tests.browser.test_profile_journeys import scrolls_sideways

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
STATES = {
    "a ward selected, why it is here": "area=E05990003&tab=Why+is+it+here%3F",
    "small areas, a threshold": "level=area&c=need_imd_rank~100~l~~access_library_min~60~t~a15",
    "a spread that keeps some out, leave one out": "spread=1.locality&tab=Leave+one+out",
    "nothing is left": "c=pop_0_17~100~va1",
}


@pytest.fixture(scope="module")
def register_app(northmere_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The app on a copy of Northmere, beside which records are kept."""
    build = shutil.copytree(northmere_build.path, tmp_path_factory.mktemp("shortlist") / "northmere")
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(build)}) as port:
        yield f"http://localhost:{port}"


def open_shortlist(visitor: Explore, query: str = "") -> Page:
    """Open the page and wait for what it says first."""
    visitor.page.goto(f"{visitor.address}/shortlist?{query}")
    visitor.page.get_by_role("heading", level=1, name="Shortlist").wait_for()
    visitor.page.get_by_role("heading", level=3, name="Criteria").wait_for()
    return visitor.page


def open_as_analyst(visitor: Explore, width: int) -> Page:
    """Become an analyst at this computer, who may record decisions, and go to the page."""
    page = visitor.page
    page.set_viewport_size({"width": 1280, "height": 900})  # Where the navigation is no menu.
    page.goto(f"{visitor.address}/who")
    with a_run(page):
        page.get_by_text("Analyst", exact=True).click()
    page.get_by_role("link", name="Shortlist").click()
    page.get_by_role("heading", level=1, name="Shortlist").wait_for()
    visitor.map.wait_for()
    page.set_viewport_size({"width": width, "height": 900})
    return page


def ranks(page: Page) -> Locator:
    """The rows of the ranked table."""
    return page.get_by_role("region", name=re.compile("by rank")).locator("tbody tr")


def names_in(rows: Locator) -> list[str]:
    return [
        words.removeprefix("✓ ").removesuffix(", chosen")
        for words in rows.get_by_role("button").all_text_contents()
    ]


def choose(page: Page, box: str, words: str) -> None:
    """Choose from a select box by typing, as a long list scrolls under the pointer."""
    page.get_by_role("combobox", name=re.compile(box)).click()
    page.keyboard.type(words)
    with a_run(page):
        page.keyboard.press("Enter")


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_a_commissioner_chooses_wards_asks_why_and_takes_the_decision_along(
    visit: Visit, register_app: str, width: int, downloads: Path
) -> None:
    visitor = visit(register_app, width)
    page = open_as_analyst(visitor, width)
    expect(page.get_by_text(re.compile(r"come out top\. ")).first).to_be_visible()
    _weigh(page)
    rows = ranks(page)
    expect(rows.locator("xpath=self::*[contains(@class,'chosen')]")).to_have_count(3)
    chosen = names_in(rows)[:3]
    _ask_why(page, rows)
    assert not scrolls_sideways(page)
    _record(page)
    _take_along(visitor, chosen, downloads)
    file = visitor.download("Download all", downloads / "shortlist.csv")
    assert [row["ward_name"] for row in file if row["chosen"] == "yes"] == chosen
    assert {row["tier"] for row in file} == {"internal"}
    hosts = {urlsplit(url).netloc for url in visitor.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(register_app).netloc}
    assert [e for e in visitor.errors if "404" not in e] == []


def _weigh(page: Page) -> None:
    """Add a criterion, weigh it as much as the first, turn to three wards, and say how sure that is."""
    choose(page, "Add a criterion", "Nearest library")
    slider = page.get_by_role("slider", name=re.compile("Nearest library"))
    slider.focus()
    with a_run(page):
        page.keyboard.press("End")
    expect(page).to_have_url(re.compile(r"access_library_min~100"))
    choose(page, "How sure the weights are", "Only their order")
    many = page.get_by_role("spinbutton", name="How many")
    many.fill("3")
    with a_run(page):
        many.press("Enter")
    expect(page).to_have_url(re.compile(r"top=3.*sure=order"))
    with a_run(page):
        page.get_by_role("button", name="Worth and limits").first.click()
    expect(page.get_by_role("img", name=re.compile("What a figure is worth"))).to_be_visible()
    with a_run(page):
        page.keyboard.press("Escape")


def _ask_why(page: Page, rows: Locator) -> None:
    """Press a ward that is not chosen, and ask what brought it there and what would bring it in."""
    with a_run(page):
        rows.get_by_role("button").nth(3).click()
    expect(page).to_have_url(re.compile("area=E0599"))
    expect(page.get_by_text(re.compile(r"^Not chosen\. Rank 4 of 20"))).to_be_visible()
    with a_run(page):
        page.get_by_role("tab", name="Why is it here?").click()
    expect(page.get_by_role("tabpanel").get_by_role("table").first).to_be_visible()
    with a_run(page):
        page.get_by_role("tab", name="What would it take?").click()
    expect(page.get_by_role("tabpanel")).to_contain_text(re.compile("weight"))
    with a_run(page):
        page.get_by_role("tab", name="Who lives there").click()
    expect(page.get_by_text("most deprived fifth of England").first).to_be_visible()


def _record(page: Page) -> None:
    """Write the decision down as a draft."""
    with a_run(page):
        page.get_by_role("tab", name="Record").click()
    name = page.get_by_role("textbox", name="Name of the record")
    name.fill("Wards for the winter offer")
    with a_run(page):
        name.press("Enter")
    with a_run(page):
        page.get_by_role("button", name="Save as a draft").click()
    expect(page.get_by_text("Wards for the winter offer").first).to_be_visible()


def _take_along(visitor: Explore, chosen: list[str], folder: Path) -> None:
    """Take the briefing along: it names those chosen, and says that the place is invented."""
    button = visitor.page.get_by_role("button", name=re.compile("^Briefing: "))
    visitor.wait_until_still()
    with visitor.page.expect_download(timeout=60_000) as waiting:
        button.click()
    waiting.value.save_as(folder / "briefing.html")
    words = (folder / "briefing.html").read_text(encoding="utf-8")
    assert all(name in words for name in chosen)
    assert "not a real place" in words or "invented" in words
    assert "<script" not in words


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing_on_shortlist(
    visit: Visit, northmere_app: str, state: str, width: int, scheme: str
) -> None:
    page = open_shortlist(visit(northmere_app, width, scheme), STATES[state])
    page.get_by_text("Sources and method").click()
    page.get_by_text("Boundaries of small areas").wait_for()
    assert violations(page) == []
