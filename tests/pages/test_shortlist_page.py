"""The Shortlist page opens on every question, and its sentence, map, ranks, panels and file agree."""

import csv
import html
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from geo.builds import Build
from tests.page_of import keep_files, page_of
from tests.small_builds import HOSTILE, make_areas, make_build
from tests.small_figures import shared, shared_build_of, with_figures
from tests.small_kinds import COUNT, FORMULA, areas_of_kinds
from views.inside import WHY_INSIDE

Open = Callable[..., AppTest]
Files = dict[str, str]
WARDS = COUNT // 8
CRITERIA = "need_imd_rank~100~l~~pop_0_17~60"


@pytest.fixture(scope="module")
def eight_wards(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """An internal build of eight wards in two councils, with referrals."""
    return make_build(tmp_path_factory.mktemp("wards") / "build", areas_of_kinds(figures=True))


@pytest.fixture
def open_page(eight_wards: Build, monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the page on a build, with choices in its address."""

    def open_it(build: Build = eight_wards, **choices: str) -> AppTest:
        page = page_of("shortlist", build.path, monkeypatch, **choices).run()
        assert not page.exception
        return page

    return open_it


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> Files:
    """Every table and every file of criteria that a page offers, as it would be saved."""
    return keep_files(monkeypatch, lambda name: name.endswith((".csv", ".toml")))


def raw_of(page: AppTest) -> str:
    return " ".join(element.proto.body for element in page.get("html"))


def words_of(page: AppTest) -> str:
    """Everything that the page writes itself, without its tags."""
    return html.unescape(re.sub(r"<[^>]+>", "", raw_of(page)))


def table_of(page: AppTest) -> dict[str, Any]:
    """What the ranked table was sent."""
    (table,) = page.get("bidi_component")
    sent: dict[str, Any] = json.loads(table.proto.json)
    return sent


def ranks_of(page: AppTest) -> list[list[Any]]:
    """The rows of the ranked table: code, rank, name, place, low, high, range, chance, value, chosen."""
    return [row for _, rows in table_of(page)["tiers"] for row in rows]


def counts_of(page: AppTest) -> dict[str, int]:
    """The classes of the legend with their counts."""
    legend = next(e.proto.body for e in page.get("html") if "role=list" in e.proto.body)
    return {words: int(n) for words, n in re.findall(r"</span> ([^<:]+): (\d+)<", legend)}


def criteria_of(page: AppTest) -> list[str]:
    """The criteria as they stand in the address."""
    return asked_of(page, "c").split("~~")


def asked_of(page: AppTest, name: str) -> str:
    """What the address asks: a list until the page has written it."""
    value = page.query_params[name]
    return value if isinstance(value, str) else value[0]


def test_it_opens_on_wards_and_criteria_that_the_build_holds(open_page: Open) -> None:
    page = open_page()
    assert page.title[0].value == "Shortlist"
    assert not page.info
    assert not page.warning
    assert criteria_of(page)[0] == "need_imd_rank~100~l"
    rows = ranks_of(page)
    assert [row[1] for row in rows] == list(range(1, WARDS + 1))
    chosen = [row[2] for row in rows if row[-1]]
    assert len(chosen) == 5
    words = words_of(page)
    assert all(name in words for name in chosen)
    assert sum(counts_of(page).values()) == WARDS
    assert "If you could move one of these from its worst to its best" in words


def test_a_swing_that_is_moved_stands_in_the_address_and_changes_the_values(open_page: Open) -> None:
    page = open_page(c=CRITERIA)
    before = {row[0]: row[8] for row in ranks_of(page)}
    page.slider(key="shortlist_swing_pop_0_17").set_value(5).run()
    assert criteria_of(page) == ["need_imd_rank~100~l", "pop_0_17~5"]
    assert before != {row[0]: row[8] for row in ranks_of(page)}
    assert "5% of the weight" in words_of(page)


def test_criteria_are_added_turned_round_and_taken_away(open_page: Open) -> None:
    page = open_page(c=CRITERIA)
    page.selectbox(key="shortlist_add").select("pop_total").run()
    assert criteria_of(page)[-1] == "pop_total~50"
    page.selectbox(key="shortlist_direction_pop_total").select("less").run()
    assert criteria_of(page)[-1] == "pop_total~50~l"
    for id_ in ("pop_total", "pop_0_17", "need_imd_rank"):
        page.button(key=f"shortlist_drop_{id_}").click().run()
    assert asked_of(page, "c") == "none"
    assert "Nothing is asked yet" in page.info[0].value
    assert not page.get("bidi_component")
    page.selectbox(key="shortlist_add").select("pop_0_17").run()
    assert len(ranks_of(page)) == WARDS


def test_how_a_figure_counts_is_drawn_and_said(open_page: Open) -> None:
    page = open_page(c=CRITERIA)
    page.session_state["shortlist_shape_pop_0_17"] = True
    page.run()
    page.selectbox(key="shortlist_curve_pop_0_17").select("threshold").run()
    assert re.fullmatch(r"pop_0_17~60~t~a[\d.]+", criteria_of(page)[1])
    assert "Counts in full from" in words_of(page)
    assert "is worth 100%" in raw_of(page)
    page.number_input(key="shortlist_at_pop_0_17").set_value(2_400).run()
    assert criteria_of(page)[1] == "pop_0_17~60~t~a2400"
    page.number_input(key="shortlist_veto_above_pop_0_17").set_value(1_000).run()
    assert "No ward of 8 is left to compare" in page.warning[0].value
    assert page.slider(key="shortlist_swing_pop_0_17").value == 60
    page.number_input(key="shortlist_veto_below_pop_0_17").set_value(3_000).run()
    assert "That was not changed" in page.info[0].value
    assert criteria_of(page)[1] == "pop_0_17~60~t~a2400~va1000"


def test_a_limit_puts_wards_out_with_its_reason(open_page: Open) -> None:
    page = open_page(c="pop_0_17~100~vb2700")
    out = counts_of(page)["out by a limit"]
    assert 0 < out < WARDS
    assert len(ranks_of(page)) == WARDS - out
    assert f"Not compared: {out} ward" in words_of(page)
    assert "is below 2,700" in words_of(page)


def test_a_shape_is_selected_by_the_box_and_its_figures_are_told(open_page: Open) -> None:
    page = open_page(c=CRITERIA)
    code = ranks_of(page)[2][0]
    page.selectbox(key="shortlist_area").select(code).run()
    assert asked_of(page, "area") == code
    assert table_of(page)["selected"] == code
    assert "Rank 3 of 8" in words_of(page)
    added = [float(n) for n in re.findall(r"<td class=n>(\d+\.\d)</td></tr>", raw_of(page))]
    value = float(re.search(r"Value, 0 to 100(\d+)", words_of(page)).group(1))  # type: ignore[union-attr]
    assert sum(added[:2]) == pytest.approx(value, abs=0.6)


def test_each_panel_opens_and_says_something(open_page: Open) -> None:
    words = words_of(open_page(c=CRITERIA, tab="Leave one out"))
    assert "Each row chooses again as if that criterion counted for nothing" in words
    words = words_of(open_page(c=CRITERIA, tab="Who lives there"))
    assert "live in the most deprived fifth of England" in words
    assert "Children by deprivation" in words
    words = words_of(open_page(c="pop_0_17~100", tab="Leave one out"))
    assert "without it nothing is left to choose by" in words


def test_small_areas_and_one_council_are_compared(open_page: Open) -> None:
    page = open_page(c=CRITERIA, level="area", council="E08000002", top="3")
    assert len(ranks_of(page)) == COUNT // 2
    assert sum(row[-1] for row in ranks_of(page)) == 3
    assert {row[3] for row in ranks_of(page)} == {"Ward 2", "Ward 4", "Ward 6", "Ward 8"}
    page = open_page(c=CRITERIA, level="area")
    assert len(ranks_of(page)) == 40
    assert "Ward 1, Eastham" in {row[3] for row in ranks_of(page)}
    names = [option for option in page.selectbox(key="shortlist_area").options if HOSTILE in option]
    assert names


def test_a_spread_and_a_budget_are_kept(open_page: Open) -> None:
    page = open_page(c=CRITERIA, top="4", spread="1.council")
    chosen = [row for row in ranks_of(page) if row[-1]]
    assert len(chosen) == len({row[3] for row in chosen}) == 2
    page = open_page(c=CRITERIA, budget="30000", cost="10000")
    assert sum(row[-1] for row in ranks_of(page)) == 3
    page.session_state["shortlist_rules"] = True
    page.run()
    assert page.number_input(key="shortlist_budget").value == 30_000
    page.number_input(key="shortlist_cost").set_value(15_000).run()
    assert asked_of(page, "cost") == "15000"
    assert sum(row[-1] for row in ranks_of(page)) == 2


def test_what_the_address_asks_in_vain_is_said(open_page: Open) -> None:
    page = open_page(c=f"{HOSTILE}~50", level="region", council="E1", top="99", cost="own", area=HOSTILE)
    (notice,) = page.info
    assert notice.value.count("was left out") == 5
    assert "costs of each came from a file" in notice.value
    assert "<img" not in notice.value.replace("\\<", "")
    assert len(criteria_of(page)) > 1


def test_what_all_have_alike_tells_nobody_apart_and_the_page_stands(
    open_page: Open, tmp_path_factory: pytest.TempPathFactory
) -> None:
    same = make_areas({"pop_total": [1_000.0] * 16, "need_imd_rank": [5.0] * 8 + [None] * 8})
    build = make_build(tmp_path_factory.mktemp("same") / "build", same)
    words = words_of(open_page(build, c="pop_total~100"))
    assert "all have 8,000" in words
    page = open_page(build, c="need_imd_rank~100~l")
    assert len(ranks_of(page)) == 1
    assert "no figure" in words_of(page)


def test_what_rests_on_referrals_stays_inside(open_page: Open, files: Files) -> None:
    page = open_page(c="demand_children_36m_per_10k~100")
    assert WHY_INSIDE in words_of(page)
    assert not files
    open_page(c=CRITERIA)
    assert "shortlist_ward.csv" in files


def test_a_shared_build_gives_a_file_that_runs_nothing(
    open_page: Open, files: Files, tmp_path_factory: pytest.TempPathFactory
) -> None:
    build = shared_build_of(
        tmp_path_factory.mktemp("shared") / "build",
        shared(with_figures(areas_of_kinds(), stems=["demand_children_36m"])),
    )
    page = open_page(build, c=CRITERIA, level="area", top="3")
    rows = list(csv.DictReader(io.StringIO(files["shortlist_area.csv"])))
    assert len(rows) == COUNT
    assert [row["chosen"] for row in rows].count("yes") == 3
    assert f"'{FORMULA}" in {row["area_name"] for row in rows}
    assert {row["tier"] for row in rows} == {"shared"}
    assert [int(row["rank_tier"]) for row in rows] == sorted(int(row["rank_tier"]) for row in rows)
    shown = {row[0]: row[8] for row in ranks_of(page)}
    assert all(f"{float(row['value']):.0f}" == shown[row["area_code"]] for row in rows[: len(shown) // 2])


def test_what_is_asked_can_be_saved_and_shared_and_sources_are_one_click_away(
    open_page: Open, files: Files
) -> None:
    page = open_page(c=CRITERIA, top="3", area="E0100001")
    page.session_state["shortlist_saving"] = True
    page.session_state["shortlist_sources"] = True
    page.run()
    assert "/shortlist?c=need_imd_rank~100~l~~pop_0_17~60&top=3" in page.code[0].value
    assert 'indicator = "pop_0_17"' in files["shortlist_criteria.toml"]
    words = words_of(page)
    assert "Lahdelma" in words
    assert "Publisher of English indices of deprivation 2025" in words
    assert "Boundaries of small areas" in words
