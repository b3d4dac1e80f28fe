"""Who reaches what: Trafford's sentences against a count by hand from the published files."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.builds import Build
from models.reach import Reach, reach_in
from models.reach_asked import Asked
from models.reach_words import explain_reach

pytestmark = pytest.mark.real

KINDS = {"library": "gm_libraries.csv", "family_hub": "trafford_childrens_centres.csv"}
METRES_A_MINUTE = 4_800 / 60 / 1.3
AREAS_OF_ENGLAND = 33_755
WORST = "the most deprived fifth of England"


@pytest.fixture(scope="module")
def children(greater_manchester: Path) -> pd.Series:
    """Children under 18 in each small area of Trafford, from the published estimates."""
    file = greater_manchester / "population" / "mid-year_2024_population_estimates_lsoa.csv"
    rows = pd.read_csv(file).query("sex == 'Persons'").set_index("area_code")
    return rows[[str(age) for age in range(18)]].sum(axis=1)


@pytest.fixture(scope="module")
def fifths(greater_manchester: Path) -> pd.Series:
    """The fifth of England of each small area by the published rank of IDACI."""
    file = greater_manchester / "deprivation" / "File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv"
    rows = pd.read_csv(file).set_index("LSOA code (2021)")
    rank = rows.filter(like="(IDACI) Rank").iloc[:, 0]
    return -(-rank * 5 // AREAS_OF_ENGLAND)


@pytest.fixture(scope="module")
def wards(greater_manchester: Path) -> pd.Series:
    """The name of each small area's ward, from the published lookup."""
    file = greater_manchester / "lookups" / "LSOA_ward_LAD_lookup.csv"
    return pd.read_csv(file, encoding="utf-8-sig").set_index("LSOA21CD")["WD24NM"]


def minutes_by_hand(points: gpd.GeoSeries, file: Path) -> np.ndarray:
    """The minutes from points to the nearest row of a file of places: every pair is measured."""
    rows = pd.read_csv(file)
    places = gpd.GeoSeries.from_xy(rows["lon"], rows["lat"], crs=4326).to_crs(27700)
    apart = np.hypot(
        points.x.to_numpy()[:, None] - places.x.to_numpy(), points.y.to_numpy()[:, None] - places.y.to_numpy()
    )
    return apart.min(axis=1) / METRES_A_MINUTE


def middle(minutes: np.ndarray, weights: np.ndarray) -> float:
    """What half of all do not exceed, found by counting upwards; beyond an hour all are alike."""
    counted = 0.0
    for minute, weight in sorted(zip(minutes, weights, strict=True)):
        counted += weight
        if counted >= weights.sum() / 2 - 1e-9:
            return float(minute) if minute <= 60 else float("inf")
    raise AssertionError("nobody was counted")


def by_hand(
    kind: str, build: Build, folder: Path, children: pd.Series, fifths: pd.Series, wards: pd.Series
) -> tuple[pd.DataFrame, str]:
    """Count starts one by one; return them, and the end of the sentence that names the furthest ward."""
    starts = pd.DataFrame(build.starts[["area_code", "weight"]])
    starts["minutes"] = minutes_by_hand(build.starts.geometry, folder / "assets" / KINDS[kind])
    starts["living"] = starts["weight"] * starts["area_code"].map(children)
    starts["out"] = starts["living"].where(starts["minutes"] > 15, 0.0)
    starts["fifth"] = starts["area_code"].map(fifths)
    starts["ward"] = starts["area_code"].map(wards)
    far = {
        name: (middle(mine["minutes"].to_numpy(), mine["living"].to_numpy()), mine["out"].sum())
        for name, mine in starts.groupby("ward")
    }
    first = max(far, key=lambda name: far[name])
    beyond = sum(minutes == float("inf") for minutes, _ in far.values())
    if beyond:
        return starts, f"Furthest: {first} ward and {beyond - 1} more, over 60 minutes."
    return starts, f"Furthest: {first} ward, {int(np.ceil(far[first][0]))} minutes."


def found(build: Build, kind: str) -> Reach:
    return reach_in(build, build.areas, Asked(kind))


def test_traffords_sentence_on_libraries_is_that_of_a_hand_count(
    trafford_build: Build,
    greater_manchester: Path,
    children: pd.Series,
    fifths: pd.Series,
    wards: pd.Series,
) -> None:
    starts, furthest = by_hand("library", trafford_build, greater_manchester, children, fifths, wards)
    out, total = starts["out"].sum(), children.sum()
    assert starts.loc[starts["fifth"] == 1, "out"].sum() == 0
    assert explain_reach(found(trafford_build, "library"), trafford_build.areas).text == (
        f"{round(out):,} of {total:,} children aged 0–17 ({out / total:.0%}) in Trafford live more than 15 "
        f"minutes’ walk from a library; none of them in {WORST}. {furthest}"
    )


def test_traffords_sentence_on_childrens_centres_is_that_of_a_hand_count(
    trafford_build: Build,
    greater_manchester: Path,
    children: pd.Series,
    fifths: pd.Series,
    wards: pd.Series,
) -> None:
    starts, furthest = by_hand("family_hub", trafford_build, greater_manchester, children, fifths, wards)
    out, total = starts["out"].sum(), children.sum()
    worst = starts.loc[starts["fifth"] == 1, "out"].sum()
    assert explain_reach(found(trafford_build, "family_hub"), trafford_build.areas).text == (
        f"{round(out):,} of {total:,} children aged 0–17 ({out / total:.0%}) in Trafford live more than 15 "
        "minutes’ walk from a family hub or children’s centre; "
        f"{round(worst):,} of them in {WORST}. {furthest}"
    )


@pytest.mark.parametrize("kind", list(KINDS))
def test_a_count_by_every_postcode_comes_to_nearly_the_same(
    kind: str, trafford_build: Build, greater_manchester: Path, children: pd.Series
) -> None:
    rows = pd.read_csv(greater_manchester / "postcodes" / "trafford_postcodes.csv")
    live = rows[rows["lsoa_code"].isin(children.index)]
    points = gpd.GeoSeries.from_xy(live["lon"], live["lat"], crs=4326).to_crs(27700)
    far = minutes_by_hand(points, greater_manchester / "assets" / KINDS[kind]) > 15
    share = pd.Series(far).groupby(live["lsoa_code"].to_numpy()).mean()
    by_postcode = (share * children).sum() / children.sum()
    frame = found(trafford_build, kind).areas
    assert frame["children_out"].sum() / frame["children"].sum() == pytest.approx(by_postcode, abs=0.02)
