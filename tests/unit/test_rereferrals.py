"""Re-referral shares: ranges as Wilson has them, and pooled where referrals are few."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from demand_places import demand_areas, demand_of

from geo.area_table import AreaTable
from geo.demand import Demand
from models.levels import Level
from models.rereferrals import FEWEST_REFERRALS, rereferral_shares, share_range


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return demand_areas(64)


@pytest.fixture(scope="module")
def demand(areas: AreaTable) -> Demand:
    wards = areas.frame["ward_code"].unique()
    rows = [(ward, "2023-04", 40 + 100 * n, 8 + 20 * n) for n, ward in enumerate(wards)]
    rows += [(ward, "2024-04", 5, 5) for ward in wards]
    table = pd.DataFrame(rows, columns=["ward_code", "start", "referrals", "again"])
    return replace(demand_of(areas, lambda place, n: 1.0), tables={"rereferrals": table})


def test_shares_are_over_all_the_years(demand: Demand, areas: AreaTable) -> None:
    found = rereferral_shares(demand, areas)
    assert found is not None
    ward = areas.frame["ward_code"].unique()[3]
    assert found.frame.at[ward, "share"] == pytest.approx((8 + 60 + 5) / (40 + 300 + 5))
    assert found.frame.at[ward, "name"] == "Ward 4"
    assert (found.frame["low"] < found.frame["share"]).all()
    assert (found.frame["share"] < found.frame["high"]).all()


def test_a_ward_with_few_referrals_has_the_share_of_its_council_and_says_so(
    demand: Demand, areas: AreaTable
) -> None:
    wards, councils = (rereferral_shares(demand, areas, level) for level in (Level.WARD, Level.COUNCIL))
    assert wards is not None
    assert councils is not None
    few = wards.frame["referrals"] < FEWEST_REFERRALS
    assert few.sum() == 1
    assert wards.frame["pooled"].equals(few)
    council = areas.frame.loc[areas.frame["ward_code"] == wards.frame.index[few][0], "la_code"].iloc[0]
    assert wards.frame.loc[few, "share"].iloc[0] == councils.frame.at[council, "share"]
    assert "1 ward with fewer than 50 referrals" in wards.caveats[1]
    assert wards.frame["referrals"].sum() == councils.frame["referrals"].sum()


def test_the_sentence_tells_the_share_of_the_whole(demand: Demand, areas: AreaTable) -> None:
    found = rereferral_shares(demand, areas)
    assert found is not None
    text = "".join(part.text for part in found.sentence)
    table = demand.tables["rereferrals"][["referrals", "again"]].sum()
    assert text.startswith(
        f"{table['again'] / table['referrals']:.0%} of {table['referrals']:,} referrals were"
    )
    assert "within 12 months before" in text


def test_nothing_counted_is_nothing_shown(demand: Demand, areas: AreaTable) -> None:
    empty = replace(demand, tables={"rereferrals": demand.tables["rereferrals"].iloc[:0]})
    assert rereferral_shares(empty, areas) is None
    assert rereferral_shares(demand, areas, Level.LOCALITY) is None


def test_the_range_is_wilsons() -> None:
    from statsmodels.stats.proportion import proportion_confint

    again, referrals = pd.Series([0, 3, 50, 10]), pd.Series([10, 10, 80, 10])
    low, high = share_range(again, referrals)
    theirs = proportion_confint(again, referrals, method="wilson")
    np.testing.assert_allclose(low, theirs[0], atol=1e-6)
    np.testing.assert_allclose(high, theirs[1], atol=1e-6)
    assert share_range(pd.Series([0]), pd.Series([0]))[0].isna().all()
