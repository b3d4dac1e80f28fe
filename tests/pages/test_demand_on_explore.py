"""Explore with referrals: it opens in every state, says how sure it is, and hides what is hidden."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from data.provenance import Status, Tier
from geo.area_table import AreaTable
from geo.builds import Build
from geo.demand import MARKING
from models.classes import offered_indicators
from models.demand_words import DEMAND_IS_NOT_NEED
from models.levels import Level, level_data
from models.two_way import BOTH_WORST, cross
from tests.small_builds import make_build
from tests.small_demand_builds import internal_build
from tests.small_figures import HIDDEN, shared, shared_build_of, with_figures
from tests.small_profiles import profiled_areas

MAIN = Path(__file__).parent.parent.parent / "views" / "pages" / "main.py"
RATIO = "demand_children_36m_over_expected"
STEADIED = "demand_children_36m_smoothed_per_10k"
YEAR = "demand_children_12m_smoothed_per_10k"
COUNT = "demand_referrals_36m"
SHOWN = ("", "_per_10k", "_smoothed_per_10k", "_over_expected")

Open = Callable[..., AppTest]


@pytest.fixture
def open_build_of(monkeypatch: pytest.MonkeyPatch) -> Open:
    """Open the app on a build, with choices in its address."""

    def open_it(build: Build, **choices: str) -> AppTest:
        monkeypatch.setenv("ATLAS_BUILD", str(build.path))
        page = AppTest.from_file(str(MAIN), default_timeout=30)
        for name, value in choices.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return open_it


def open_areas(open_build_of: Open, tmp_path: Path, areas: AreaTable, **choices: str) -> AppTest:
    save = shared_build_of if areas.tier is Tier.SHARED else make_build
    return open_build_of(save(tmp_path / "build", areas), **choices)


def words_of(page: AppTest) -> str:
    return re.sub(r"<[^>]*>", "", " ".join(element.proto.body for element in page.get("html")))


def badges_of(page: AppTest) -> str:
    return " ".join(element.value for element in page.markdown).replace("\\", "")


@pytest.mark.parametrize("ending", SHOWN)
@pytest.mark.parametrize("level", ["area", "ward", "council"])
def test_every_figure_opens_at_every_level(
    internal: Build, open_build_of: Open, ending: str, level: str
) -> None:
    indicator = f"demand_children_36m{ending}"
    page = open_build_of(internal, indicator=indicator, level=level)
    assert not page.info
    assert page.selectbox(key="indicator").value == indicator
    assert DEMAND_IS_NOT_NEED in words_of(page)
    assert MARKING in badges_of(page)
    assert len(page.dataframe) == 1


@pytest.mark.parametrize("level", ["area", "ward"])
def test_a_released_figure_is_hidden_where_it_is(released: Build, open_build_of: Open, level: str) -> None:
    column = "demand_referrals_12m_per_10k"
    page = open_build_of(released, indicator=column, level=level)
    hidden = int(page.dataframe[0].value["Rate"].eq("Hidden").sum())
    expected = level_data(released.areas, Level.AREA).status["demand_referrals_12m"].eq("suppressed").sum()
    assert hidden == expected if level == "area" else hidden < 4
    assert ("hidden because the count is small" in words_of(page)) is bool(hidden)
    assert "Shared build" in badges_of(page)


def test_beside_a_ratio_stand_its_range_how_sure_it_is_and_what_it_is_made_of(
    internal: Build, open_build_of: Open
) -> None:
    page = open_build_of(internal, indicator=RATIO)
    rows = page.dataframe[0].value
    assert list(rows) == ["Small area", "Times", "Range", "How sure", "Number", "Expected", "Council"]
    signal = internal.areas.frame["demand_children_36m_signal"]
    for word, value in (("above", 1), ("below", -1), ("not sure", 0)):
        assert rows["How sure"].eq(word).sum() == signal.eq(value).sum()
    words = words_of(page)
    assert "beyond chance" in words
    assert "could have been seen" in words
    assert f"above, beyond chance: {signal.eq(1).sum()}" in words


def test_a_rate_that_is_the_same_everywhere_shows_no_real_difference(
    tmp_path: Path, open_build_of: Open
) -> None:
    areas = with_figures(profiled_areas(), same_rate=True)
    page = open_areas(open_build_of, tmp_path, areas, indicator=STEADIED)
    assert "No real difference" in words_of(page)
    assert "shows no real difference" in words_of(page)


def test_suppressed_areas_have_a_class_of_their_own(tmp_path: Path, open_build_of: Open) -> None:
    areas = shared(with_figures(profiled_areas(), hidden=HIDDEN))
    page = open_areas(open_build_of, tmp_path, areas, indicator=RATIO)
    rows = page.dataframe[0].value
    for column in ("Times", "Range", "How sure", "Number", "Expected"):
        assert rows[column].eq("Hidden").sum() == len(HIDDEN)
        assert not rows[column].isin(["0", "0.00", "nan", ""]).any()
    assert f"hidden, small count: {len(HIDDEN)}" in words_of(page)


def test_need_opens_beside_demand_and_finds_hidden_need(tmp_path: Path, open_build_of: Open) -> None:
    areas = shared(with_figures(profiled_areas(), hidden=HIDDEN))
    page = open_areas(open_build_of, tmp_path, areas, show="two")
    assert page.query_params["with"] == STEADIED
    data = level_data(areas, Level.AREA)
    need = data.frame["need_idaci_rank"].le(33_755 / 3)
    rate = data.frame[STEADIED]
    low = (rate.rank(method="min") - 1) * 3 < rate.notna().sum()
    expected = data.frame.index[need & low & rate.notna()]
    two = cross(data, areas.dictionary["need_idaci_rank"], areas.dictionary[STEADIED])
    assert set(two.worst_on_both.index) == set(expected)
    assert len(expected)
    words = words_of(page)
    assert f"hidden need: high need, low demand {len(expected)}" in words
    assert f"Of {len(HIDDEN)} small areas it cannot be told" in words
    assert f"hidden, small count {len(HIDDEN)}" in words
    rows = page.dataframe[0].value
    names = data.frame.loc[expected, "name"]
    assert set(rows["Small area"].iloc[: len(expected)]) == set(names)
    assert page.selectbox(key="order").options[0] == "Hidden need first"


def test_demand_opens_beside_need(internal: Build, open_build_of: Open) -> None:
    page = open_build_of(internal, show="two", indicator=RATIO)
    assert page.query_params["with"] in ("need_index_score", "need_idaci_rank")


def test_nobodys_demand_is_low_where_all_have_one_rate(tmp_path: Path, open_build_of: Open) -> None:
    areas = with_figures(profiled_areas(), same_rate=True)
    data = level_data(areas, Level.AREA)
    two = cross(data, areas.dictionary["need_idaci_rank"], areas.dictionary[STEADIED])
    assert two.counts[BOTH_WORST] == 0
    page = open_areas(open_build_of, tmp_path, areas, show="two")
    assert "hidden need: high need, low demand 0" in words_of(page)


@pytest.mark.parametrize("indicator", [RATIO, STEADIED])
def test_a_selected_area_says_its_trend_or_whose_it_is(
    internal: Build, open_build_of: Open, indicator: str
) -> None:
    page = open_build_of(internal, indicator=indicator, area="E01000004")
    words = words_of(page)
    assert re.search(r"Referrals in [\w ]+ (show no clear change|rose|fell)", words)
    assert "The same as a table" in words
    assert "April 2022" in words


def test_a_shared_build_tells_years_and_no_trend(released: Build, open_build_of: Open) -> None:
    page = open_build_of(released, indicator="demand_referrals_36m", level="ward", area="E05000000")
    words = words_of(page)
    assert "Year to March 2025" in words
    assert "no clear change" not in words


@pytest.mark.parametrize(
    "find", [f"{STEADIED}.fifth.high", "demand_referrals_36m.least.30", f"{YEAR}.fifth.low"]
)
def test_a_search_takes_figures_of_referrals(internal: Build, open_build_of: Open, find: str) -> None:
    page = open_build_of(internal, show="find", find=find)
    assert not page.info
    assert "Matches" in words_of(page)


def test_a_search_cannot_tell_what_is_hidden(tmp_path: Path, open_build_of: Open) -> None:
    areas = shared(with_figures(profiled_areas(), hidden=HIDDEN))
    page = open_areas(open_build_of, tmp_path, areas, show="find", find="demand_referrals_36m.most.5")
    assert re.search(rf"cannot be told[^.]*{len(HIDDEN)}|{len(HIDDEN)}[^.]*cannot be told", words_of(page))


def test_figures_past_their_date_are_not_shown_and_the_page_says_what_to_do(
    tmp_path: Path, open_build_of: Open
) -> None:
    build = internal_build(tmp_path / "old", today=pd.Timestamp("2020-01-01").date())
    page = open_build_of(build)
    assert not [id_ for id_ in page.selectbox(key="indicator").options if "referr" in id_.lower()]
    assert "atlas purge" in page.warning[0].value.replace("\\", "")
    assert MARKING not in badges_of(page)


def test_what_is_sure_is_offered_beside_the_figure_and_not_on_its_own() -> None:
    offered = {entry.id for entry in offered_indicators(with_figures(profiled_areas()))}
    assert {f"demand_children_36m{ending}" for ending in SHOWN} <= offered
    assert len([id_ for id_ in offered if id_.startswith("demand_")]) == 4 * len(SHOWN)


def test_statuses_are_what_the_page_believes(released: Build) -> None:
    status = released.areas.status.filter(like="demand_")
    hidden = status.eq(Status.SUPPRESSED.value)
    assert released.areas.frame[status.columns].where(hidden).isna().all(axis=None)


def test_the_pedigree_of_a_figure_is_one_click_away(internal: Build, open_build_of: Open) -> None:
    page = open_build_of(internal, indicator=RATIO)
    page.session_state["sources"] = True
    page.run()
    assert not page.exception
    words = words_of(page)
    for told in ("expected by a count regression", "Brothers and sisters referred together", "Values:"):
        assert told in words, told
