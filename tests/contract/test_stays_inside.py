"""No file that a page offers holds a figure of referrals of an internal build; of a shared one it does."""

import ast
import io
import json
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.indicators import indicators
from data.plans import read_plans
from data.provenance import Tier
from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from models.levels import Level, level_data
from tests.asking import ask
from tests.conftest import PROJECT
from tests.page_of import page_of
from tests.small_builds import make_build, provenance
from tests.small_figures import HIDDEN, figures_of, shared, shared_build_of, with_figures
from tests.small_places import varied_places
from tests.small_profiles import profiled_areas
from views.inside import WHY_INSIDE, holds_back, shareable_report, stays_inside, why_inside

MAIN = PROJECT / "views" / "pages" / "main.py"
RATIO = "demand_children_36m_over_expected"
RATE = "demand_referrals_12m_per_10k"
WITHOUT_FIGURES = {"places_panel.py", "assets_bulk.py", "assets_downloads.py", "shortlist_choices.py"}
"""Modules whose files hold nothing that is counted."""

WHOLE = {"zip", "gpkg", "parquet"}
"""How files of a whole table end."""

EXPLORE: dict[str, dict[str, str]] = {
    "a number": {"indicator": "demand_referrals_36m"},
    "a number by ward": {"indicator": "demand_children_12m", "level": "ward"},
    "a rate": {"indicator": RATE},
    "against expected": {"indicator": RATIO},
    "need": {"indicator": "need_idaci_rank"},
    "need and demand": {"show": "two", "indicator": "need_idaci_rank", "with": RATE},
    "demand and need": {"show": "two", "indicator": RATIO, "with": "need_crime_rank", "way": "side"},
    "a search": {"show": "find", "find": f"{RATE}.fifth.high~need_idaci_rank.half.worst"},
}
CODES = {"area": "E01000004", "ward": "E05000000", "council": "E08000001"}
SECTIONS = ("Files", "Referrals", "Rejected rows", "Reconciliation", "Methods", "Attribution", "Add a file")

Content = bytes | str | Callable[[], bytes]
Offered = list[tuple[str, bytes]]
Whole = dict[str, Callable[[], bytes]]


@pytest.fixture
def whole() -> Whole:
    """What makes each file of a whole table that a page offers for other tools, by its ending."""
    return {}


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch, whole: Whole) -> Offered:
    """Every other file that a page offers, made as a click on its button would make it."""
    found: Offered = []

    def keep(label: str, data: Content, file_name: str = "", **options: object) -> bool:
        del label, options
        ending = file_name.rpartition(".")[2]
        if ending in WHOLE and callable(data):
            whole[ending] = data
            return False
        content = data() if callable(data) else data
        found.append((file_name, content if isinstance(content, bytes) else str(content).encode()))
        return False

    monkeypatch.setattr(st, "download_button", keep)
    return found


def internal_areas() -> AreaTable:
    return with_figures(profiled_areas())


def show(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, areas: AreaTable) -> Build:
    """Let the app show a build of areas."""
    save = shared_build_of if areas.tier is Tier.SHARED else make_build
    build = save(tmp_path / "build", areas)
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return build


def places_in(areas: AreaTable) -> Places:
    frame = varied_places(areas)
    return Places(frame, {file: provenance(file) for file in frame["file"].unique()})


def open_explore(choices: dict[str, str]) -> AppTest:
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    for name, value in choices.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception
    return page


def unpacked(content: bytes) -> bytes:
    """Return what is in a file, with the parts of one that is packed side by side."""
    if not content.startswith(b"PK"):
        return content
    with ZipFile(BytesIO(content)) as parts:
        return b"\n".join(parts.read(name) for name in parts.namelist())


def words_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def text_in(content: bytes) -> str:
    """What a file says, unpacked: a GeoPackage and a GeoParquet name their columns in plain letters."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8-sig", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return "\n".join(packed.read(name).decode("utf-8-sig") for name in packed.namelist())


def holds_figures(content: bytes, areas: AreaTable) -> bool:
    text = text_in(content)
    named = "demand_referrals_" in text or "demand_children_" in text
    return named or any(figure in text for figure in figures_of(areas))


@pytest.mark.parametrize("state", EXPLORE)
def test_no_file_of_explore_holds_a_figure_of_an_internal_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered, whole: Whole, state: str
) -> None:
    areas = internal_areas()
    show(tmp_path, monkeypatch, areas)
    page = open_explore(EXPLORE[state])
    assert not [name for name, content in offered if holds_figures(content, areas)]
    about_demand = state != "need"
    assert (WHY_INSIDE in words_of(page)) is about_demand
    assert bool(offered) is not about_demand
    assert set(whole) == (set() if about_demand else WHOLE)
    for make in whole.values():
        content = make()
        assert not holds_figures(content, areas)
        assert WHY_INSIDE in text_in(content)


@pytest.mark.parametrize("state", EXPLORE)
def test_a_shared_build_gives_its_figures_and_hides_what_is_hidden(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered, whole: Whole, state: str
) -> None:
    areas = shared(with_figures(profiled_areas(), hidden=HIDDEN))
    show(tmp_path, monkeypatch, areas)
    page = open_explore(EXPLORE[state])
    assert WHY_INSIDE not in words_of(page)
    ((_, content),) = offered
    assert holds_figures(content, areas) is (state != "need")
    assert "internal" not in text_in(content)
    assert set(whole) == (set() if "show" in EXPLORE[state] else WHOLE)
    for make in whole.values() if state == "a number by ward" else ():
        made = make()
        assert holds_figures(made, areas)
        assert "internal" not in text_in(made)


def test_no_file_of_reach_holds_a_figure_of_an_internal_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    areas = internal_areas()
    build = make_build(tmp_path / "build", areas, places_in(areas))
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    page = AppTest.from_file(str(MAIN), default_timeout=60)
    page.switch_page("reach.py")
    page.session_state["reach_places"] = True
    page.run()
    assert not page.exception
    assert [name for name, _ in offered] == ["reach_family_hub_area.csv", "reach_places_family_hub.csv"]
    assert not [name for name, content in offered if holds_figures(content, areas)]


@pytest.mark.parametrize("tab", ["sites", "areas"])
@pytest.mark.parametrize("people", ["children", "demand"])
def test_a_choice_that_rests_on_referrals_leaves_in_no_file_of_an_internal_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered, people: str, tab: str
) -> None:
    areas = internal_areas()
    build = make_build(tmp_path / "build", areas, places_in(areas))
    asked = {"kind": "faith", "for": people, "tab": tab, "minutes": "45"}
    page = page_of("place_support", build.path, monkeypatch, **asked)
    page.run()
    assert not page.exception
    assert page.query_params["for"] == people
    tables = [name for name, _ in offered if not name.startswith("briefing_")]
    assert tables == ([f"place_faith_{tab}.csv"] if people == "children" else [])
    assert len(offered) == (4 if people == "children" else 0)
    assert (WHY_INSIDE in words_of(page)) is (people == "demand")
    assert not [name for name, content in offered if holds_figures(unpacked(content), areas)]


def test_a_plan_that_rests_on_referrals_keeps_no_figure_and_leaves_in_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    areas = internal_areas()
    build = make_build(tmp_path / "build", areas, places_in(areas))
    asked = {"kind": "faith", "for": "demand", "tab": "tradeoffs", "minutes": "45"}
    page = page_of("place_support", build.path, monkeypatch, **asked)
    page.run().text_input(key="place_plan_name").set_value("Referrals").run()
    page.button(key="place_plan_save").click().run()
    (plan,) = read_plans(build.path)
    assert (plan.asked["for"], plan.figures) == ("demand", {})
    assert "Its figures rest on referrals, so none were kept." in words_of(page)
    assert WHY_INSIDE in words_of(page)
    assert offered == []


@pytest.mark.parametrize("section", SECTIONS)
def test_no_file_of_data_and_methods_holds_what_was_read_of_referrals(
    internal_referrals: Build, monkeypatch: pytest.MonkeyPatch, offered: Offered, section: str
) -> None:
    build = internal_referrals
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    offered.clear()
    page.session_state["section"] = section
    page.switch_page("data_and_methods.py").run()
    assert not page.exception
    secrets = ("refuge", "E01000007", "Area 008A")
    assert not [name for name, content in offered if any(s.encode() in content for s in secrets)]
    assert not [name for name, content in offered if holds_figures(content, build.areas)]
    if section == "Files":
        (report,) = (json.loads(content) for name, content in offered if name == "report.json")
        assert report["demand"] == WHY_INSIDE
        assert build.report["demand"]["files"][0]["apart"] == {"refuge": 3}


@pytest.mark.parametrize("level", ["area", "ward", "council"])
def test_the_printed_profile_and_its_page_hold_no_figure_of_an_internal_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    areas = internal_areas()
    show(tmp_path, monkeypatch, areas)
    printed = ask("/atlas/profile", query=f"level={level}&area={CODES[level]}").content.decode()
    assert WHY_INSIDE in printed
    assert "Referrals to children" not in printed
    assert "expected" not in printed


@pytest.mark.parametrize("level", ["area", "ward", "council"])
def test_the_printed_profile_of_a_shared_build_holds_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    show(tmp_path, monkeypatch, shared(internal_areas()))
    printed = ask("/atlas/profile", query=f"level={level}&area={CODES[level]}").content.decode()
    assert WHY_INSIDE not in printed
    assert "Referrals to children" in printed
    assert "Shared: cleared for partners." in printed


def test_the_page_of_a_profile_says_what_its_print_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, offered: Offered
) -> None:
    areas = internal_areas()
    show(tmp_path, monkeypatch, areas)
    told = {*figures_of(areas), "demand_referrals_", "demand_children_"}
    page = AppTest.from_file(str(MAIN), default_timeout=60).run()
    offered.clear()
    page.switch_page("area_profile.py").run()
    assert not page.exception
    assert f"{WHY_INSIDE} The printed page leaves them out." in words_of(page)
    assert [name.rpartition(".")[2] for name, _ in offered] == ["html", "xlsx", "docx"]
    assert not [name for name, content in offered if any(f.encode() in unpacked(content) for f in told)]


def test_every_module_that_offers_a_file_asks_whether_it_may() -> None:
    offering, asking = set(), set()
    for path in (PROJECT / "views").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        if not any(word in text for word in ("download_button", "link_button", "views.inside")):
            continue  # What is not written there need not be looked for in its tree.
        tree = ast.parse(text)
        names = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        froms = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if names & {"download_button", "link_button"}:
            offering.add(path.name)
        if "views.inside" in froms:
            asking.add(path.name)
    asking |= {"listing.py"} if {"compare_panel.py", "search_panel.py"} <= asking else set()
    asking |= {"place_panels.py", "place_compare.py"} if "place_scene.py" in asking else set()
    asking |= {"export_buttons.py"} if {"exports.py", "table_panel.py"} <= asking else set()
    asking |= {"types_table.py"} if "types_scene.py" in asking else set()
    asking |= {"shortlist_panels.py"} if "shortlist_scene.py" in asking else set()
    asking |= {"brief_buttons.py"} if "briefs.py" in asking else set()
    assert offering - asking == WITHOUT_FIGURES


@pytest.mark.parametrize("tier", Tier)
def test_what_stays_inside_is_demand_of_what_is_not_shared(tmp_path: Path, tier: Tier) -> None:
    areas = internal_areas() if tier is Tier.INTERNAL else shared(internal_areas())
    save = make_build if tier is Tier.INTERNAL else shared_build_of
    build, data = save(tmp_path / "build", areas), level_data(areas, Level.AREA)
    for entry in indicators().values():
        expected = tier is Tier.INTERNAL and entry.id.startswith("demand_")
        assert stays_inside(build, entry) is stays_inside(data, entry) is expected
        assert why_inside(data, [indicators()["pop_total"], entry]) == (WHY_INSIDE if expected else "")


def test_the_report_of_a_build_without_referrals_is_whole(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", profiled_areas())
    build.report["files"] = []
    assert not holds_back(build)
    assert shareable_report(build) == build.report
