"""Trends: found where they are, pooled upwards where events are few, never fitted across a break."""

import numpy as np
import pandas as pd
import pytest
from demand_places import demand_areas, demand_of

from data.definition_breaks import Break
from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.demand import Grain
from models.demand_series import (
    breaks_for,
    is_too_recent,
    period_words,
    segments_of,
    series_of,
    straddling,
    unit_counts,
)
from models.demand_trend import trends_at
from models.levels import Level
from models.trend_words import NO_TREND, trend_sentence

BREAK = Break("2024-04", "New front door", (EventKind.REFERRAL,), (), "Fewer are recorded.", True)
ONLY_EASTHAM = Break("2024-04", "New system", (EventKind.REFERRAL,), ("E08000001",), "", True)
MARKED = Break("2024-04", "Marked", (EventKind.REFERRAL,), (), "", False)


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return demand_areas(64)


def test_cells_that_are_not_kept_are_counts_of_none(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 0.4)
    counts = unit_counts(demand, areas, Level.AREA, EventKind.REFERRAL)
    assert counts.shape == (64, 12)
    assert counts.notna().all(axis=None)
    assert counts.to_numpy().sum() == demand.tables["periods"]["count"].sum()
    wards = unit_counts(demand, areas, Level.WARD, EventKind.REFERRAL)
    pd.testing.assert_series_equal(wards.sum(), counts.sum())


def test_places_outside_the_councils_covered_are_left_out(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 2.0, councils=["E08000001"])
    counts = unit_counts(demand, areas, Level.AREA, EventKind.REFERRAL)
    assert set(counts.index) == set(areas.frame.index[areas.frame["la_code"] == "E08000001"])
    assert series_of(demand, areas, Level.COUNCIL, "E08000002") is None
    assert unit_counts(demand, areas, Level.AREA, EventKind.CONTACT).empty


def test_the_slope_is_that_of_statsmodels(areas: AreaTable) -> None:
    import statsmodels.api as sm

    demand = demand_of(areas, lambda place, n: 8 * np.exp(0.03 * n), grain=Grain.YEAR)
    found = trends_at(demand, areas, Level.WARD, breaks=())
    counts = unit_counts(demand, areas, Level.WARD, EventKind.REFERRAL)
    years = np.arange(3.0)
    for code, row in counts.iterrows():
        theirs = sm.GLM(row.to_numpy(), sm.add_constant(years), family=sm.families.Poisson()).fit()
        assert found.frame.at[code, "change"] == pytest.approx(np.expm1(theirs.params[1]), rel=1e-6)


@pytest.mark.parametrize("grain", [Grain.MONTH, Grain.QUARTER])
def test_a_rise_is_found_through_the_season(areas: AreaTable, grain: Grain) -> None:
    months = grain.months or 1

    def rate(place: int, n: int) -> float:
        month = n * months % 12
        season = 0.5 if month in (3, 4, 5) else 1.2
        growth = 1.3 if place < 8 else 1.0
        return 3 * months * season * growth ** (n * months / 12)

    found = trends_at(demand_of(areas, rate, grain), areas, Level.WARD, breaks=()).frame
    assert found["signal"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert found["change"].iloc[0] == pytest.approx(0.3, abs=0.1)
    assert found["low"].iloc[0] < 0.3 < found["high"].iloc[0]


def test_where_nothing_changes_hardly_anything_is_called_a_trend(areas: AreaTable) -> None:
    named, covered = [], []
    for seed in range(25):
        frame = trends_at(demand_of(areas, lambda p, n: 8.0, seed=seed), areas, Level.WARD, breaks=()).frame
        named.append(frame["signal"].ne(0).any())
        covered.append(((frame["low"] <= 0) & (frame["high"] >= 0)).mean())
    assert np.mean(named) <= 0.16
    assert np.mean(covered) == pytest.approx(0.95, abs=0.04)


def test_places_with_few_events_have_the_trend_of_a_larger_place_and_say_so(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 3.0)
    trends = trends_at(demand, areas, Level.AREA, breaks=())
    wards = trends_at(demand, areas, Level.WARD, breaks=()).frame
    assert trends.frame["from_level"].eq("ward").all()
    for code, row in trends.frame.iterrows():
        ward = areas.frame.at[code, "ward_code"]
        assert row["from_code"] == ward
        assert row["change"] == wards.at[ward, "change"]
    said = "".join(part.text for part in trend_sentence(trends, areas, areas.frame.index[0]))
    assert said.startswith("Area 001A has too few for a trend of its own. Referrals in Ward 1 ")
    assert not trends.own.any()


def test_with_too_few_anywhere_there_is_none(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 0.1)
    trends = trends_at(demand, areas, Level.WARD, breaks=())
    assert trends.frame["change"].isna().all()
    assert trend_sentence(trends, areas, trends.frame.index[0])[0].text == NO_TREND


def falls_by_half(place: int, n: int) -> float:
    """What a new way of counting does: half as many from April 2024 on, and no trend on either side."""
    return 40.0 if n < 8 else 20.0


def test_a_trend_is_not_fitted_across_a_break(areas: AreaTable) -> None:
    demand = demand_of(areas, falls_by_half, seed=None)
    across = trends_at(demand, areas, Level.WARD, breaks=())
    rebased = trends_at(demand, areas, Level.WARD, breaks=(BREAK,))
    assert (across.frame["change"] < -0.2).all()
    np.testing.assert_allclose(rebased.frame["change"], 0.0, atol=1e-6)
    assert rebased.breaks == (BREAK,)
    assert across.breaks == ()


def test_a_break_of_one_council_leaves_the_other_alone(areas: AreaTable) -> None:
    demand = demand_of(areas, falls_by_half, seed=None)
    found = trends_at(demand, areas, Level.COUNCIL, breaks=(ONLY_EASTHAM,)).frame["change"]
    assert found["E08000001"] == pytest.approx(0, abs=1e-6)
    assert found["E08000002"] < -0.2


def test_a_break_that_does_not_rebase_is_marked_and_compared_across(areas: AreaTable) -> None:
    demand = demand_of(areas, falls_by_half, seed=None)
    assert (trends_at(demand, areas, Level.WARD, breaks=(MARKED,)).frame["change"] < -0.2).all()
    series = series_of(demand, areas, Level.WARD, areas.frame["ward_code"].iloc[0], breaks=(MARKED,))
    assert series is not None
    assert series.breaks == (MARKED,)
    assert series.frame["segment"].eq(0).all()


def test_a_year_that_a_break_cuts_in_two_is_left_out(areas: AreaTable) -> None:
    """Two years are left on two levels: no slope can be told from them."""
    midway = Break("2023-10", "Midway", (EventKind.REFERRAL,), (), "", True)
    demand = demand_of(areas, lambda place, n: 60.0, Grain.YEAR)
    assert straddling(["2022-04", "2023-04", "2024-04"], Grain.YEAR, (midway,)) == [False, True, False]
    assert trends_at(demand, areas, Level.WARD, breaks=(midway,)).frame["change"].isna().all()


def test_the_break_of_the_built_in_file_is_april_2025() -> None:
    (first,) = breaks_for(EventKind.REFERRAL, None)
    assert first.month == "2025-04"
    assert first.rebase
    assert segments_of(["2025-01", "2025-04", "2025-07"], (first,)) == [0, 1, 1]
    assert breaks_for(EventKind.CONTACT, None) == ()


def test_a_series_marks_breaks_and_what_is_too_recent(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 5.0)
    ward = areas.frame["ward_code"].iloc[0]
    series = series_of(demand, areas, Level.WARD, ward, breaks=(BREAK,))
    assert series is not None
    assert series.name == "Ward 1"
    assert series.grain is Grain.QUARTER
    assert list(series.frame["words"])[:2] == ["April to June 2022", "July to September 2022"]
    assert series.frame["segment"].tolist() == [0] * 8 + [1] * 4
    assert series.frame["too_recent"].tolist() == [False] * 11 + [True]
    said = " ".join(series.caveats)
    assert "“New front door” (April 2024)" in said
    assert "March 2025 is too recent to judge" in said
    assert "not the same as no further action" in said
    total = unit_counts(demand, areas, Level.WARD, EventKind.REFERRAL).loc[ward]
    assert series.frame["count"].tolist() == total.tolist()


def test_assessments_of_the_last_period_are_still_to_come(areas: AreaTable) -> None:
    def cut_short(place: int, n: int) -> float:
        return 40.0 if n < 11 else 10.0

    demand = demand_of(areas, cut_short, seed=None, kind=EventKind.ASSESSMENT)
    trends = trends_at(demand, areas, Level.WARD, EventKind.ASSESSMENT, breaks=())
    np.testing.assert_allclose(trends.frame["change"], 0.0, atol=1e-6)


def test_words_of_a_clear_fall(areas: AreaTable) -> None:
    demand = demand_of(areas, lambda place, n: 60 * np.exp(-0.1 * n), seed=None)
    trends = trends_at(demand, areas, Level.COUNCIL, breaks=())
    said = "".join(part.text for part in trend_sentence(trends, areas, "E08000001"))
    assert said.startswith("Referrals in Eastham fell by about 33% a year (−3")


def test_periods_in_words() -> None:
    assert period_words("2024-12", Grain.YEAR) == "December 2024 to November 2025"
    assert is_too_recent("2025-03", Grain.MONTH, "2025-03")
    assert not is_too_recent("2025-02", Grain.MONTH, "2025-03")
