"""Demand in a real browser: what an internal build keeps inside, and what a shared one shows and hides."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from geo.builds import Build, open_build
from models.demand_columns import with_demand
from models.publish import publish
from tests.app_server import PROJECT, running_app
from tests.browser.axe import violations
from tests.browser.explore import Explore
from tests.browser.looks import NARROW, WIDE, in_turn
from tests.browser.test_profile_journeys import STREAMLITS_OWN, open_profile, pages_of, scrolls_sideways
from views.inside import WHY_INSIDE

pytestmark = pytest.mark.browser

Visit = Callable[..., Explore]
RATIO = "demand_children_36m_over_expected"
YEAR = "demand_children_12m_smoothed_per_10k"
WARD, AREA = "E05990004", "E01990041"
STATES = {
    "against expected, an area selected": f"?indicator={RATIO}&area={AREA}",
    "wards": f"?indicator={RATIO}&level=ward&area={WARD}",
    "need beside demand": f"?show=two&with={YEAR}",
    "a search": f"?show=find&find={RATIO}.sure.above~need_idaci_rank.half.worst",
}


@pytest.fixture(scope="module")
def internal(northmere_build: Build, tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Northmere with its invented referrals, in a folder where it may be published."""
    folder = tmp_path_factory.mktemp("demand") / "internal"
    return open_build(Path(shutil.copytree(northmere_build.path, folder)))


@pytest.fixture(scope="module")
def internal_app(internal: Build) -> Iterator[str]:
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(internal.path)}) as port:
        yield f"http://localhost:{port}"


@pytest.fixture(scope="module")
def shared(internal: Build) -> Build:
    folder = internal.path.parent
    publish(internal, folder / "shared", "Northmere Council", folder / "ledger.jsonl", derive=with_demand)
    return open_build(folder / "shared")


@pytest.fixture(scope="module")
def shared_app(shared: Build) -> Iterator[str]:
    with running_app(PROJECT / "app.py", {"ATLAS_BUILD": str(shared.path)}) as port:
        yield f"http://localhost:{port}"


def open_section(visitor: Explore, section: str) -> Page:
    visitor.page.goto(f"{visitor.address}/data_and_methods")
    visitor.page.get_by_role("radio", name=section).click()
    return visitor.page


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_an_internal_build_shows_how_sure_it_is_and_lets_nothing_out(
    visit: Visit, internal_app: str, width: int
) -> None:
    explore = visit(internal_app, width).open(f"?indicator={RATIO}&area={AREA}")
    page = explore.page
    expect(page.get_by_text("OFFICIAL-SENSITIVE").filter(visible=True)).to_have_count(1)
    expect(page.get_by_text("could have been seen in a typical small area")).to_be_visible()
    expect(page.get_by_text("demand met by this system, not need").first).to_be_visible()
    expect(page.get_by_text(WHY_INSIDE)).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("^Download all"))).to_have_count(0)
    page.get_by_text("over time").click()
    page.get_by_text("The same as a table").click()
    expect(page.get_by_role("rowheader", name="April 2022")).to_be_visible()
    assert not scrolls_sideways(page)
    explore.expect_spoken({"Times", "Range", "How sure"})
    hosts = {urlsplit(url).netloc for url in explore.requests if not url.startswith(("data:", "blob:"))}
    assert hosts == {urlsplit(internal_app).netloc}
    assert explore.errors == []


@pytest.mark.proof
@pytest.mark.parametrize("width", WIDE)
def test_the_profile_has_demand_and_its_print_leaves_it_out(
    visit: Visit, internal_app: str, width: int
) -> None:
    explore = visit(internal_app, width)
    missed: list[str] = []
    explore.page.on("response", lambda r: missed.append(urlsplit(r.url).path) if r.status >= 400 else None)
    page = open_profile(explore, f"level=ward&area={WARD}").page
    expect(page.get_by_role("heading", name="Demand", exact=True)).to_be_visible()
    expect(page.get_by_role("columnheader", name="Who refers")).to_be_visible()
    expect(page.get_by_text(f"{WHY_INSIDE} The printed page leaves them out.")).to_be_visible()
    assert not scrolls_sideways(page)
    assert set(missed) <= set(STREAMLITS_OWN)
    assert len(explore.errors) == len(missed)
    page.goto(f"{internal_app}/atlas/profile?level=ward&area={WARD}")
    expect(page.get_by_text(WHY_INSIDE)).to_be_visible()
    expect(page.get_by_role("heading", name="Demand")).to_have_count(0)
    assert pages_of(page.pdf(prefer_css_page_size=True)) == 1


def test_a_click_on_the_map_selects_a_hidden_area_which_says_so(visit: Visit, shared_app: str) -> None:
    explore = visit(shared_app).open(f"?indicator={YEAR}&level=area&area=E01990001")
    expect(explore.page.get_by_text("hidden, small count").first).to_be_visible()
    expect(explore.page.get_by_text("Shared build").filter(visible=True)).to_have_count(1)
    explore.click_middle()
    expect(explore.page).not_to_have_url(re.compile("area=E01990001"))


def test_the_file_of_a_shared_build_is_what_was_released(
    visit: Visit, shared: Build, shared_app: str, downloads: Path
) -> None:
    explore = visit(shared_app).open("?indicator=demand_children_12m")
    rows = explore.download("Download all", downloads / "children.csv")
    cells = shared.released.frame
    mine = cells[
        cells["level"].eq("area")
        & cells["measure"].eq("children")
        & cells["months"].eq(12)
        & cells["by"].eq("")
        & cells["start"].eq("2024-04")
    ].set_index("code")
    assert {row["area_code"] for row in rows} == set(mine.index)
    for row in rows:
        cell = mine.loc[row["area_code"]]
        shown = "Hidden" if cell["status"] == "suppressed" else str(cell["value"])
        assert row["demand_children_12m"] == shown
        assert row["tier"] == "shared"
    assert sum(row["demand_children_12m"] == "Hidden" for row in rows) > 0


def test_hidden_need_and_what_cannot_be_told_stand_in_the_sentence(visit: Visit, shared_app: str) -> None:
    explore = visit(shared_app).open(f"?show=two&with={YEAR}")
    expect(explore.page.get_by_text("it cannot be told")).to_be_visible()
    expect(explore.page.get_by_text("high need, low demand").first).to_be_visible()
    assert not scrolls_sideways(explore.page)
    assert explore.errors == []


def test_the_printed_profile_of_a_shared_build_stays_on_one_page(visit: Visit, shared_app: str) -> None:
    page = visit(shared_app).page
    wanted = {"area": ["E01990001", "E01990040", "E01990101"], "ward": [WARD, "E05990010"]}
    for level, codes in wanted.items():
        for code in codes:
            page.goto(f"{shared_app}/atlas/profile?level={level}&area={code}")
            expect(page.get_by_role("heading", name="Demand")).to_be_visible()
            assert pages_of(page.pdf(prefer_css_page_size=True, print_background=True)) == 1, code


@pytest.mark.proof
@pytest.mark.parametrize("width", NARROW)
def test_what_was_read_is_told_and_the_sheet_for_the_assessment_is_given(
    visit: Visit, internal_app: str, downloads: Path, width: int
) -> None:
    visitor = visit(internal_app, width)
    page = open_section(visitor, "Referrals")
    expect(page.get_by_text("rows of 1 extract are used")).to_be_visible()
    expect(page.get_by_role("rowheader", name="addr_address_postcode")).to_be_visible()
    assert not scrolls_sideways(page)
    visitor.wait_until_still()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Data-flow sheet").click()
    waiting.value.save_as(downloads / "flow.md")
    assert "# Data-flow sheet" in (downloads / "flow.md").read_text(encoding="utf-8")


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(STATES))
def test_axe_finds_nothing(visit: Visit, shared_app: str, state: str, width: int, scheme: str) -> None:
    assert violations(visit(shared_app, width, scheme).open(STATES[state]).page) == []


@pytest.mark.proof
@pytest.mark.parametrize(("state", "width", "scheme"), in_turn(["profile", "Referrals", "Release"]))
def test_axe_finds_nothing_on_the_profile_and_the_sections(
    visit: Visit, internal_app: str, shared_app: str, state: str, width: int, scheme: str
) -> None:
    visitor = visit(shared_app if state == "Release" else internal_app, width, scheme)
    if state == "profile":
        open_profile(visitor, f"level=ward&area={WARD}")
    else:
        expect(open_section(visitor, state).get_by_role("columnheader").first).to_be_visible()
    assert violations(visitor.page) == []
