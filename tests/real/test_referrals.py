"""The simulated referrals of Greater Manchester: every row has a fate, and counts are those of a join."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.builds import Build
from geo.demand import MOST_IN_ONES
from geo.demand_counts import share_in_ones

pytestmark = pytest.mark.real

FATES = {
    "used": 115_409,
    "no address": 915,
    "a placeholder in place of a postcode": 780,
    "not a postcode, grid reference or area code": 378,
    "outside the areas of the build": 335,
    "the same row again": 235,
}
YEAR = "2024-04-01"


@pytest.fixture(scope="module")
def extract(greater_manchester: Path) -> pd.DataFrame:
    """The rows of the extract, read by pandas alone."""
    path = greater_manchester / "referrals" / "simulated_referrals_2022_2025.csv.gz"
    return pd.read_csv(path, dtype="string")


@pytest.fixture(scope="module")
def joined(greater_manchester: Path, gm_build: Build, extract: pd.DataFrame) -> pd.DataFrame:
    """The rows by the area that geopandas finds for their postcode in Code-Point Open.

    A child who stands twice on one day is referred once, in the area with the lower code.
    """
    folder = greater_manchester / "postcodes"
    files = [folder / f"{area}.csv" for area in ("bl", "m", "ol", "sk", "wa", "wn")]
    read = (pd.read_csv(file, header=None, usecols=[0, 2, 3]) for file in files)
    points = pd.concat(read, ignore_index=True)
    points.columns = ["postcode", "easting_m", "northing_m"]
    points = points[points["easting_m"] > 0].assign(key=points["postcode"].str.replace(" ", ""))
    key = extract["addr_address_postcode"].str.upper().str.replace(r"\s", "", regex=True)
    placed = extract.assign(key=key).merge(points.drop_duplicates("key"), on="key")
    places = gpd.GeoDataFrame(
        placed, geometry=gpd.points_from_xy(placed["easting_m"], placed["northing_m"]), crs="EPSG:27700"
    )
    inside = gpd.sjoin(places, gm_build.areas.frame[["la_name", "geometry"]], predicate="intersects")
    return inside.sort_values("area_code").drop_duplicates(["cine_person_id", "cine_referral_date"])


def test_used_rows_and_every_reason_make_up_all_rows(gm_build: Build) -> None:
    said = gm_build.report["demand"]
    assert said["fates"] == FATES
    assert said["rows"] == sum(FATES.values()) == 118_052
    assert said["left_out"] == {}


def test_areas_agree_with_an_independent_join(gm_build: Build, joined: pd.DataFrame) -> None:
    assert len(joined) == FATES["used"]
    for months, rows in ((36, joined), (12, joined[joined["cine_referral_date"] >= YEAR])):
        groups = rows.groupby("area_code")["cine_person_id"]
        counted = gm_build.areas.frame[f"demand_referrals_{months}m"]
        assert counted.to_dict() == groups.size().reindex(counted.index, fill_value=0).to_dict()
        children = gm_build.areas.frame[f"demand_children_{months}m"]
        assert children.to_dict() == groups.nunique().reindex(children.index, fill_value=0).to_dict()


def test_councils_add_up_to_the_rows_of_the_extract(gm_build: Build, joined: pd.DataFrame) -> None:
    theirs = joined.groupby("la_name").size()
    mine = gm_build.areas.frame.groupby("la_name")["demand_referrals_36m"].sum()
    assert mine.to_dict() == theirs.to_dict()
    assert gm_build.demand is not None
    assert len(gm_build.demand.councils) == 10


def test_wards_of_sources_and_needs_add_up_too(gm_build: Build, extract: pd.DataFrame) -> None:
    assert gm_build.demand is not None
    tables = gm_build.demand.tables
    assert tables["periods"]["count"].sum() == FATES["used"]
    for name in ("ward_source", "ward_need"):
        table = tables[name]
        assert table["referrals"].sum() == FATES["used"]
        assert table["ward_code"].nunique() == 215
        assert share_in_ones(table["referrals"].to_numpy()) <= MOST_IN_ONES
    police = tables["ward_source"].query("category == '6'")["referrals"].sum()
    share = (extract["cine_referral_source_code"] == "6").mean()
    assert police / FATES["used"] == pytest.approx(share, abs=0.005)


def test_rereferrals_are_those_of_a_plain_look_back(gm_build: Build, joined: pd.DataFrame) -> None:
    day = pd.to_datetime(joined["cine_referral_date"].astype(str))
    days = pd.DataFrame({"child": joined["cine_person_id"].astype(str), "day": day})
    days = days.drop_duplicates().sort_values(["child", "day"])
    since = days.groupby("child")["day"].diff().dt.days
    again = days[since <= 365].set_index(["child", "day"]).index
    keys = pd.MultiIndex.from_arrays([joined["cine_person_id"].astype(str), day])
    base = joined.assign(again=keys.isin(again))[day >= "2023-04-01"]
    start = np.where(base["cine_referral_date"] >= YEAR, "2024-04", "2023-04")
    theirs = base.groupby([base["area_code"].map(gm_build.areas.frame["ward_code"]), start])["again"].sum()
    assert gm_build.demand is not None
    mine = gm_build.demand.tables["rereferrals"].set_index(["ward_code", "start"])["again"]
    assert mine.to_dict() == theirs.to_dict()
    assert 0.1 < mine.sum() / len(base) < 0.35
