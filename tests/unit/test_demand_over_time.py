"""Referrals over time: every period has its bar, a break stands where it falls, and a hidden year says so."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.definition_breaks import Break
from data.provenance import Tier
from data.referral_rows import EventKind
from geo.builds import Build
from geo.released import COLUMNS, Released
from models import demand_series
from models.demand_over_time import Bar, TimeHere, time_of_kept, time_of_released
from models.demand_trend import trends_at
from models.levels import Level
from models.words import Part
from tests.small_demand_builds import internal_build
from tests.small_figures import FACTS
from tests.small_profiles import Elements
from views.demand_panel import FEW, write_bars

AREA, WARD = "E01000004", "E05000000"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return internal_build(tmp_path_factory.mktemp("build") / "internal", 6_000)


def text_of(here: TimeHere) -> str:
    return "".join(part.text for part in here.sentence)


def test_the_bars_of_a_ward_are_all_of_its_referrals(build: Build) -> None:
    here = time_of_kept(build.demand, build.areas, trends_at(build.demand, build.areas, Level.WARD), WARD)
    periods = build.demand.tables["periods"]
    mine = build.areas.frame.index[build.areas.frame["ward_code"].eq(WARD)]
    assert sum(bar.count for bar in here.bars) == periods[periods["area_code"].isin(mine)]["count"].sum()
    assert here.bars[0].words.startswith("April 2022")
    assert here.bars[-1].too_recent
    assert not any(bar.too_recent for bar in here.bars[:-1])


def test_an_area_with_few_has_the_bars_of_the_place_whose_trend_it_has(build: Build) -> None:
    trends = trends_at(build.demand, build.areas, Level.AREA)
    for code, row in trends.frame.iterrows():
        here = time_of_kept(build.demand, build.areas, trends, str(code))
        pooled = pd.notna(row["from_code"]) and row["from_code"] != code
        assert (here.name != row["name"]) is bool(pooled)
        if pooled:
            assert f"{row['name']} has too few for a trend of its own" in text_of(here)


def test_a_place_that_is_not_covered_has_none(build: Build) -> None:
    trends = trends_at(build.demand, build.areas, Level.AREA)
    assert time_of_kept(build.demand, build.areas, trends, "E01999999") is None


def test_a_break_stands_at_the_period_that_it_falls_in(build: Build, monkeypatch: pytest.MonkeyPatch) -> None:
    new = Break(
        month="2024-02",
        label="New <b>front door",
        measures=(EventKind.REFERRAL,),
        councils=(),
        note="Fewer are recorded.",
        rebase=True,
    )
    monkeypatch.setattr(demand_series, "definition_breaks", lambda: (new,))
    trends = trends_at(build.demand, build.areas, Level.WARD)
    here = time_of_kept(build.demand, build.areas, trends, WARD)
    (marked,) = [place for place, bar in enumerate(here.bars) if bar.breaks]
    months = len(here.bars)
    assert marked == 22 * months // 36
    assert any("Fewer are recorded." in note for note in here.notes)
    page = Elements(write_bars(here, dark=False))
    assert "b" not in page.names
    assert "counted otherwise from here: New <b>front door" in page.text


def released_years(values: list[float | None]) -> Released:
    frame = pd.DataFrame(
        {
            "level": "area",
            "code": AREA,
            "name": "Area",
            "measure": "referrals",
            "start": ["2022-04", "2023-04", "2024-04"],
            "months": 12,
            "by": "",
            "category": "",
            "value": pd.array(values, dtype="Int64"),
            "status": ["observed" if value is not None else "suppressed" for value in values],
        }
    )
    return Released(frame[list(COLUMNS)], dict(FACTS), Tier.SHARED)


def test_released_years_stand_in_order_and_hidden_ones_say_so() -> None:
    here = time_of_released(released_years([9, None, 0]), Level.AREA, AREA, "Area 005A")
    assert [bar.count for bar in here.bars] == [9, None, 0]
    assert here.bars[-1].words == "Year to March 2025"
    assert text_of(here) == "0 referrals in the year to March 2025."
    page = Elements(write_bars(here, dark=True))
    assert page.text.count("Hidden") == 1
    last = time_of_released(released_years([9, 1, None]), Level.AREA, AREA, "Area 005A")
    assert text_of(last) == "Referrals in the year to March 2025: hidden, small count."
    one = time_of_released(released_years([9, 1, 1]), Level.AREA, AREA, "Area 005A")
    assert text_of(one) == "1 referral in the year to March 2025."


def test_what_was_not_released_has_no_years() -> None:
    released = released_years([1, 2, 3])
    assert time_of_released(released, Level.WARD, WARD, "Ward 1") is None
    assert time_of_released(released, Level.LOCALITY, "North", "North") is None


@pytest.mark.parametrize("count", [FEW, FEW + 1, 36])
@pytest.mark.parametrize("dark", [False, True])
def test_every_bar_has_its_equal_in_words(count: int, dark: bool) -> None:
    numbers = np.random.default_rng(count).integers(0, 2_000, count)
    bars = tuple(Bar(f"Month {place}", int(number)) for place, number in enumerate(numbers))
    page = Elements(write_bars(TimeHere("Ward 1", (Part("x"),), bars, ()), dark))
    for place, number in enumerate(numbers):
        assert f"Month {place} {number:,}" in page.text


def test_nothing_at_all_is_no_division_by_it() -> None:
    here = TimeHere("Ward 1", (Part("x"),), (Bar("Year", None), *[Bar("Year", 0)] * FEW), ())
    assert "Hidden" in Elements(write_bars(here, dark=False)).text
    assert "Hidden" in Elements(write_bars(replace(here, bars=here.bars[:1]), dark=False)).text
