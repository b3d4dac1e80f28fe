"""Every published file of places of Greater Manchester, and every one of Northmere, by content alone."""

import re
import shutil
from functools import cache
from pathlib import Path

import pandas as pd
import pytest

from data.sources import assets
from data.sources.base import AssetSource
from data.sources.layers import is_layer_file, open_layers
from data.tables import read_tables

pytestmark = pytest.mark.real

NORTHMERE = Path(__file__).parents[2] / "data" / "demo" / "northmere"

PUBLISHED = [
    ("charities_operating_in_trafford.csv", 736, 725, 725, {"charity": 725}, "charities"),
    ("gm_dentists.csv", 539, 538, 538, {"health": 538}, "places"),
    ("gm_fire_stations.geojson", 82, 82, 43, {"other": 82}, "os_buildings"),
    ("gm_food_banks.csv", 171, 171, 171, {"food": 171}, "places"),
    ("gm_food_banks.geojson", 171, 171, 171, {"food": 171}, "places"),
    ("gm_green_flags.csv", 59, 59, 59, {"green_space": 59}, "places"),
    ("gm_hospitals.geojson", 449, 449, 37, {"health": 449}, "os_buildings"),
    ("gm_jobcentreplus.csv", 26, 26, 26, {"untold": 26}, "places"),
    ("gm_libraries.csv", 141, 141, 141, {"library": 141}, "libraries"),
    ("gm_libraries.geojson", 141, 141, 141, {"library": 141}, "libraries"),
    ("gm_pharmacies.csv", 631, 631, 631, {"health": 631}, "nhs"),
    ("gm_pharmacies.geojson", 631, 631, 631, {"health": 631}, "nhs"),
    ("gm_places_of_worship_RAW.geojson", 1620, 1620, 1387, {"faith": 1620}, "os_buildings"),
    ("gm_polling_stations.csv", 700, 700, 700, {"untold": 700}, "places"),
    ("gm_post_offices.geojson", 343, 343, 343, {"other": 343}, "os_buildings"),
    ("gm_probation_offices.csv", 12, 12, 12, {"other": 12}, "places"),
    ("sports_clubs.csv", 140, 140, 140, {"youth_sport": 140}, "places"),
    ("sports_facilities.csv", 314, 314, 171, {"youth_sport": 314}, "sport"),
    ("trafford_bus_stops.csv", 1025, 0, 0, {}, "naptan"),
    ("trafford_care_homes.csv", 56, 56, 56, {"other": 56}, "cqc"),
    ("trafford_childrens_centres.csv", 2, 2, 2, {"family_hub": 2}, "places"),
    ("trafford_childrens_centres.geojson", 2, 2, 2, {"family_hub": 2}, "places"),
    ("trafford_general_practices.csv", 26, 26, 26, {"health": 26}, "places"),
    ("trafford_gp_patient_registrations.csv", 26, 26, 26, {"health": 26}, "nhs"),
    ("trafford_greenspace_sites.geojson", 427, 427, 399, {"green_space": 427}, "greenspace"),
    ("trafford_mental_health_services.csv", 60, 58, 58, {"health": 58}, "places"),
    ("trafford_mental_health_services.geojson", 60, 58, 58, {"health": 58}, "places"),
    ("trafford_schools_and_colleges.csv", 103, 103, 103, {"school": 103}, "places"),
    ("trafford_schools_and_colleges.geojson", 103, 103, 103, {"school": 103}, "places"),
    ("unvalidated_libraries_bolton.csv", 15, 15, 15, {"library": 15}, "libraries"),
    ("unvalidated_libraries_wigan.geojson", 15, 15, 15, {"library": 15}, "libraries"),
]
"""File, rows, usable rows, places, rows of each kind, entry in the catalogue."""

INVENTED = {
    "advice_and_employment.csv": {"advice": 10},
    "bus_stops.csv": {"transport": 674},
    "community_centres.csv": {"community_centre": 44},
    "early_years_childcare_providers.csv": {"early_years": 56},
    "edubasealldata20260901.csv": {"school": 67, "early_years": 3},
    "family_hubs_and_childrens_centres.csv": {"family_hub": 8},
    "food_banks.csv": {"food": 9},
    "general_practices.csv": {"health": 25},
    "greenspace_sites.geojson": {"green_space": 47},
    "libraries.geojson": {"library": 12},
    "mental_health_services.csv": {"health": 11},
    "pharmacies.csv": {"health": 36},
    "places_of_worship.geojson": {"faith": 72},
    "sports_facilities.csv": {"youth_sport": 43},
    "youth_clubs_and_uniformed_groups.csv": {"youth_sport": 36},
}


def read_parts(path: Path) -> list[AssetSource | None]:
    if is_layer_file(path):
        return [assets.recognise_layer(layer) for layer in open_layers(path)]
    return [assets.recognise(table) for table in read_tables(path)]


@cache
def read(path: Path) -> AssetSource:
    (source,) = read_parts(path)
    assert source is not None
    return source


def test_the_table_names_every_file(greater_manchester: Path) -> None:
    files = {p.name for p in (greater_manchester / "assets").iterdir()}
    assert {row[0] for row in PUBLISHED} == files
    assert set(INVENTED) == {p.name for p in (NORTHMERE / "assets").glob("*.*") if p.suffix != ".py"}


@pytest.mark.parametrize(
    ("name", "rows", "usable", "establishments", "kinds", "entry"), PUBLISHED, ids=[r[0] for r in PUBLISHED]
)
def test_published_files_give_their_places_under_any_name(
    greater_manchester: Path,
    tmp_path: Path,
    name: str,
    rows: int,
    usable: int,
    establishments: int,
    kinds: dict[str, int],
    entry: str,
) -> None:
    source = read(greater_manchester / "assets" / name)
    assert (source.rows, len(source.frame), source.entry) == (rows, usable, entry)
    assert len(source.rejected) == rows - usable
    assert source.frame["establishment"].nunique() == establishments
    assert source.frame["kind"].value_counts().to_dict() == kinds
    renamed = read(Path(shutil.copyfile(greater_manchester / "assets" / name, tmp_path / "1.dat")))
    pd.testing.assert_frame_equal(renamed.frame, source.frame)
    assert (renamed.entry, renamed.why, renamed.notes) == (source.entry, source.why, source.notes)


@pytest.mark.parametrize("name", INVENTED)
def test_northmeres_files_give_their_kinds(name: str) -> None:
    source = read(NORTHMERE / "assets" / name)
    assert source.frame["kind"].value_counts().to_dict() == INVENTED[name]


@pytest.mark.parametrize("stem", ["gm_food_banks", "gm_libraries", "trafford_schools_and_colleges"])
def test_a_table_and_a_layer_of_the_same_places_agree(greater_manchester: Path, stem: str) -> None:
    table = read(greater_manchester / "assets" / f"{stem}.csv").frame
    layer = read(greater_manchester / "assets" / f"{stem}.geojson").frame
    assert table["name"].tolist() == layer["name"].tolist()
    both = table["easting_m"].notna()
    shift = (table["easting_m"] - layer["easting_m"])[both].abs()
    assert (shift < 1.0).all()


def test_withheld_rows_of_published_files_are_not_named(greater_manchester: Path) -> None:
    source = read(greater_manchester / "assets" / "trafford_mental_health_services.csv")
    assert source.rejected["value"].isna().all()
    assert source.rejected["reason"].str.startswith("may be a confidential place").all()


def test_no_contact_of_a_published_file_is_kept(greater_manchester: Path) -> None:
    for path in sorted((greater_manchester / "assets").iterdir()):
        text = read(path).frame.drop(columns=["easting_m", "northing_m"]).to_csv()
        assert not re.search(r"\w@[\w-]+\.\w|https?:|www\.", text), path.name


@pytest.mark.parametrize(
    "folder",
    ["boundaries", "deprivation", "events", "lookups", "population", "postcodes", "referrals", "timeseries"],
)
def test_other_published_files_are_no_places(greater_manchester: Path, folder: str) -> None:
    for path in sorted(p for p in (greater_manchester / folder).iterdir() if p.is_file()):
        assert not any(read_parts(path)), path.name
