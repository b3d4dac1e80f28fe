"""Below the map of Place support: what is traded off, how sure it is, and plans saved and compared."""

import os
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from data.plans import Plan, plans_file, read_plans, save_plan
from data.register.records import Actor, Role
from geo.builds import AREAS_FILE, Build
from tests.page_of import keep_files, page_of
from tests.pages.test_place_support import build_with, places_of, words_of
from tests.reach_line import straight_walks
from tests.small_builds import HOSTILE, varied_areas
from tests.unit.test_placement_trade_words import best_in, problem_at
from views import place_plans
from views.place_plans import headline_of, made_at

pytestmark = pytest.mark.usefixtures("in_time")

Open = Callable[..., AppTest]
TODAY = 903.0
"""Children within 20 minutes of the hub of the build."""

VIEWER = Actor("local", Role.VIEWER)


@pytest.fixture
def build(tmp_path: Path) -> Build:
    areas = varied_areas()
    return build_with(tmp_path / "elmshire", areas, places_of(areas))


@pytest.fixture
def open_page(build: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a build, with a plan that is looked at and choices in its address."""

    def open_it(plan: str = "", **choices: str) -> AppTest:
        page = page_of("place_support", build.path, monkeypatch, **choices)
        if plan:
            page.session_state["place_plan"] = plan
        return page.run()

    return open_it


def keep_plan(build: Build, name: str, **asked: str) -> None:
    """Save a plan as the page does."""
    now = datetime(2026, 3, 2, 12, tzinfo=UTC)
    figures = {"before": TODAY, "after": TODAY + 999.0}
    everything = {"kind": "family_hub", "minutes": "20", **asked}
    save_plan(build.path, VIEWER, Plan(name, everything, Role.VIEWER, now, made_at(build), figures))


def save(page: AppTest, name: str) -> AppTest:
    page.text_input(key="place_plan_name").set_value(name).run()
    return page.button(key="place_plan_save").click().run()


def rows_of(page: AppTest) -> dict[str, tuple[str, ...]]:
    """The rows of all tables by their first cell."""
    found = {}
    for element in page.get("html"):
        for row in re.findall(r"<tr>(.*?)</tr>", element.proto.body):
            cells = [re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<t[hd][^>]*>.*?</t[hd]>", row)]
            found[cells[0]] = tuple(cells[1:])
    return found


def test_the_charts_tell_the_choice_that_is_shown(open_page: Open) -> None:
    page = open_page(minutes="30")
    words, rows = words_of(page), rows_of(page)
    assert "Number of new sites, and share of all" in words
    added = [rows[f"{n}, chosen" if n == 2 else str(n)] for n in range(5)]
    assert added[0][3] == "proven best"
    by_fifth = [int(rows[name][3].replace(",", "")) for name in ("Most deprived", "Second", "Middle")]
    gained = int(added[2][0].replace(",", "")) - int(added[0][0].replace(",", ""))
    assert 0 < sum(by_fifth) <= gained
    assert f"{gained:,} more children" in words
    assert "Best is by" not in words


@pytest.mark.parametrize(
    ("asked", "aim"),
    [
        ({"objective": "median"}, "the length of all ways"),
        ({"for": "need"}, "who is within reach, weighed as asked"),
    ],
)
def test_what_the_curve_is_best_by_is_told_where_it_is_not_the_children_it_counts(
    open_page: Open, asked: dict[str, str], aim: str
) -> None:
    words = words_of(open_page(minutes="30", **asked))
    assert f"Best is by {aim}: another choice may bring more children within reach." in words


@pytest.mark.parametrize("objective", ["cover", "centre"])
def test_trade_offs_are_told_for_every_aim(open_page: Open, objective: str) -> None:
    page = open_page(objective=objective, tab="tradeoffs", minutes="20")
    words, rows = words_of(page), rows_of(page)
    assert "within 1% of the best that can be" in words
    assert len(rows["Children within reach"]) == 2
    assert "out of reach" in rows["Old Hub"][0]
    assert rows["Old Hub"][1].endswith("of higher need")
    assert "Closing" in words
    assert not page.warning
    page.selectbox(key="place_near").select(0.1).run()
    assert "within 10% of the best that can be" in words_of(page)


def test_another_choice_and_the_fair_one_can_be_shown_on_the_map(open_page: Open) -> None:
    page = open_page(tab="tradeoffs", minutes="15", sites="1")
    page.selectbox(key="place_near").select(0.1).run()
    shown = page.selectbox(key="place_near_shown")
    assert " instead of " in shown.options[0]
    shown.select_index(0).run()
    assert page.query_params["how"] == "hand"
    assert page.query_params["spots"] in {f"p{n:03}" for n in range(8)}
    page.button(key="place_other_aim").click().run()
    assert (page.query_params["how"], page.query_params["objective"]) == ("best", "fair")


def test_how_sure_it_is_is_told(open_page: Open) -> None:
    page = open_page(tab="sure", minutes="20")
    words, rows = words_of(page), rows_of(page)
    assert "Proven: no other choice of up to two of" in words
    assert "of 200 trials this very choice is the best found" in words
    assert rows["Eastham Library, chosen"][1].endswith("%")
    assert "Varied at random, by assumption" in words
    assert "Whom no candidate reaches" in [heading.value for heading in page.subheader]
    page = open_page(tab="sure", objective="centre")
    assert "Not tried where the longest way alone counts" in words_of(page)


def test_where_sites_have_room_for_so_many_nothing_is_told_that_forgets_it(open_page: Open) -> None:
    for tab in ("sure", "tradeoffs"):
        page = open_page(tab=tab, capacity="200", minutes="20")
        assert "room for only so many children" in words_of(page)


def test_a_plan_is_saved_changed_compared_opened_and_deleted(open_page: Open, build: Build) -> None:
    page = open_page(tab="tradeoffs", minutes="20", sites="1")
    assert "No plan is saved yet" in words_of(page)
    page = save(page, HOSTILE)
    assert "Saved as “&lt;img" in words_of(page)
    (plan,) = read_plans(build.path)
    assert (plan.name, plan.saved_by, plan.asked["sites"]) == (HOSTILE, Role.VIEWER, "1")
    assert plan.figures["after"] > plan.figures["before"]
    assert {"tab", "site", "area"}.isdisjoint(plan.asked)
    page.number_input(key="place_sites").set_value(2).run()
    words, rows = words_of(page), rows_of(page)
    assert "as when it was saved" in words
    assert "What is shown now brings" in words
    assert [asked[0] for asked in rows["Asked"]] == ["1", "2"]
    assert rows["New sites"][1].count(" and ") == 1
    assert "<img" not in " ".join(element.proto.body for element in page.get("html"))
    page = save(page, "Two")
    page.selectbox(key="place_plan_beside").select(HOSTILE).run()
    assert [asked[0] for asked in rows_of(page)["Asked"]] == ["2", "1"]
    page.selectbox(key="place_plan").select(HOSTILE).run()
    page.button(key="place_plan_open").click().run()
    assert page.query_params["sites"] == "1"
    assert page.number_input(key="place_sites").value == 1
    page.button(key="place_plan_delete").click().run()
    assert [plan.name for plan in read_plans(build.path)] == ["Two"]
    assert "is deleted" in words_of(page)


def test_a_name_that_is_taken_is_said(open_page: Open, build: Build) -> None:
    keep_plan(build, "Two hubs")
    page = save(open_page(tab="tradeoffs"), "two HUBS")
    assert "There is a plan “two HUBS” already" in words_of(page)
    page = save(page, " what is SHOWN now")
    assert "“What is shown now” stands for the page itself." in words_of(page)
    assert len(read_plans(build.path)) == 1


def test_a_plan_by_hand_is_compared_as_it_was_put_down(open_page: Open, build: Build) -> None:
    keep_plan(build, "By hand", how="hand", spots="p005;p001")
    rows = rows_of(open_page("By hand", tab="tradeoffs", minutes="20"))
    assert rows["How chosen"] == ("by hand", "proven best")
    assert rows["Best is"][0] == "chosen by hand"
    assert rows["New sites"][0] == "Westham School and Eastham Library"


def test_what_a_plan_asked_in_vain_is_told(open_page: Open, build: Build) -> None:
    keep_plan(build, "With Westham", required="p999")
    words = words_of(open_page("With Westham", tab="tradeoffs", minutes="20"))
    assert "Saved on 2 March 2026 by a viewer." in words
    assert "Not known any more and left out: sites to include (p999)." in words
    assert re.search(r"Worked out anew, it brings [\d,]+ more children within reach; 999 when it was", words)
    assert "since" not in words


def test_a_plan_counts_the_places_that_it_counted_when_it_was_saved(open_page: Open, build: Build) -> None:
    keep_plan(build, "All places", count="all", required="p003", sites="1")
    page = open_page("All places", tab="tradeoffs", minutes="20", sites="1")
    assert "Not known any more" not in words_of(page)
    names = rows_of(page)["New sites"]
    assert names[0] == "Silent Library"
    assert names[1] != names[0]


def test_a_plan_of_a_build_that_was_made_anew_says_what_is_gone_and_what_changed(
    open_page: Open, build: Build
) -> None:
    asked = {"tab": "tradeoffs", "minutes": "30", "sites": "2", "required": "p001,p005", "closed": "p000"}
    save(open_page(**asked), "Before")
    areas = varied_areas()
    places = places_of(areas).drop(["p000", "p001"])
    places.loc["p007", "kind"] = "family_hub"
    build_with(build.path, areas, places)
    later = made_at(build).timestamp() + 60
    os.utime(build.path / AREAS_FILE, (later, later))
    page = open_page("Before", tab="tradeoffs", minutes="30")
    words = words_of(page)
    assert "Not known any more and left out: sites to include (p001), places to close (p000)." in words
    assert re.search(
        r"Worked out anew, it brings [\d,]+ more children within reach than the [1-9][\d,]* of today; "
        r"when it was saved, [\d,]+ more than 1,513\. The build was made anew since\.",
        words,
    )
    page.button(key="place_plan_open").click().run()
    assert page.query_params["required"] == "p005"
    assert "closed" not in page.query_params
    (notice,) = page.info
    assert "sites to include “p001”" in notice.value
    assert "places to close “p000”" in notice.value


def test_a_plan_that_cannot_be_kept_any_more_says_why(open_page: Open, build: Build) -> None:
    keep_plan(build, "Within a budget", required="p001", cost="10", budget="5")
    page = open_page("Within a budget", tab="tradeoffs")
    assert page.warning[0].value.replace("\\", "").startswith("Within a budget: ")
    assert "Asked" not in rows_of(page)


def test_partners_are_shown_the_address_and_no_plan(
    open_page: Open, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep_plan(build, "For the council")
    partner = Actor("invitation of a library", Role.PARTNER, organisation_id="o1")
    monkeypatch.setattr(place_plans, "current_actor", lambda: partner)
    page = open_page(tab="tradeoffs")
    assert "For the council" not in words_of(page)
    assert "place_support?kind=family_hub&for=children" in page.code[0].value
    assert not page.text_input
    assert "Saved plans" in [heading.value for heading in page.subheader]


def test_a_damaged_file_of_plans_is_told_and_the_page_stays(open_page: Open, build: Build) -> None:
    plans_file(build.path).write_text("{")
    page = open_page(tab="tradeoffs")
    assert "elmshire.plans.json is damaged" in page.warning[0].value.replace("\\", "")
    assert not page.button
    assert "The address of this page holds all that is asked" in words_of(page)
    assert plans_file(build.path).read_text() == "{"


def test_plans_leave_as_a_file_that_runs_nothing(
    open_page: Open, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = keep_files(monkeypatch, lambda name: name.endswith(".csv"))
    keep_plan(build, "=1+1", buildings="library", minutes="45")
    open_page("=1+1", tab="tradeoffs", buildings="library", minutes="30")
    lines = files["place_plans.csv"].splitlines()
    assert lines[0] == "plan,figure,value,site_ids,source,tier"
    assert {line.split(",")[0] for line in lines[1:]} == {"'=1+1", "What is shown now"}
    assert all(line.endswith("internal") for line in lines[1:])
    assert ",=HYPERLINK" not in files["place_plans.csv"]
    assert "'=HYPERLINK(1)" in files["place_plans.csv"]


def test_figures_that_rest_on_referrals_are_not_kept() -> None:
    with straight_walks():
        placed = best_in(problem_at())
    assert headline_of(placed) == {"children": 1_098.0, "before": 100.0, "after": 500.0, "gained_higher": 0.0}
    weighing = replace(placed.problem.weighing, internal=True)
    inside = replace(placed, problem=replace(placed.problem, weighing=weighing))
    assert headline_of(inside) == {}
