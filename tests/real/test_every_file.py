"""Every published file of Greater Manchester is taken for what it is."""

import csv
import gzip
import io
from pathlib import Path

import geopandas as gpd
import pytest

from geo.builds import Build
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.real

SEARCHED = 2_000 if FULL_PROOFS else 250
"""Of so many rows of the referrals everything that is kept is searched for their numbers."""

EXPECTED: dict[str, tuple[str, str, int, bool]] = {
    "assets/charities_operating_in_trafford.csv": ("assets", "", 736, False),
    "assets/gm_dentists.csv": ("assets", "", 539, True),
    "assets/gm_fire_stations.geojson": ("assets", "", 82, True),
    "assets/gm_food_banks.csv": ("assets", "", 171, True),
    "assets/gm_food_banks.geojson": ("assets", "", 171, True),
    "assets/gm_green_flags.csv": ("assets", "", 59, True),
    "assets/gm_hospitals.geojson": ("assets", "", 449, True),
    "assets/gm_jobcentreplus.csv": ("assets", "", 26, False),
    "assets/gm_libraries.csv": ("assets", "", 141, True),
    "assets/gm_libraries.geojson": ("assets", "", 141, True),
    "assets/gm_pharmacies.csv": ("assets", "", 631, True),
    "assets/gm_pharmacies.geojson": ("assets", "", 631, True),
    "assets/gm_places_of_worship_RAW.geojson": ("assets", "", 1620, True),
    "assets/gm_polling_stations.csv": ("assets", "", 700, False),
    "assets/gm_post_offices.geojson": ("assets", "", 343, True),
    "assets/gm_probation_offices.csv": ("assets", "", 12, True),
    "assets/sports_clubs.csv": ("assets", "", 140, True),
    "assets/sports_facilities.csv": ("assets", "", 314, True),
    "assets/trafford_bus_stops.csv": ("assets", "", 1025, False),
    "assets/trafford_care_homes.csv": ("assets", "", 56, True),
    "assets/trafford_childrens_centres.csv": ("assets", "", 2, True),
    "assets/trafford_childrens_centres.geojson": ("assets", "", 2, True),
    "assets/trafford_general_practices.csv": ("assets", "", 26, True),
    "assets/trafford_gp_patient_registrations.csv": ("assets", "", 26, True),
    "assets/trafford_greenspace_sites.geojson": ("assets", "", 427, True),
    "assets/trafford_mental_health_services.csv": ("assets", "", 60, True),
    "assets/trafford_mental_health_services.geojson": ("assets", "", 60, True),
    "assets/trafford_schools_and_colleges.csv": ("assets", "", 103, True),
    "assets/trafford_schools_and_colleges.geojson": ("assets", "", 103, True),
    "assets/unvalidated_libraries_bolton.csv": ("assets", "", 15, True),
    "assets/unvalidated_libraries_wigan.geojson": ("assets", "", 15, True),
    "boundaries/2011_gm_lsoa_generalised.geojson": ("boundaries", "2011", 1673, True),
    "boundaries/2017_gm_ward_generalised.geojson": ("boundaries", "2017", 215, False),
    "boundaries/2021_gm_lsoa_generalised.geojson": ("boundaries", "2021", 1702, True),
    "boundaries/2022_gm_ward_generalised.geojson": ("boundaries", "2022", 215, False),
    "boundaries/2023_gm_local_authority_generalised.geojson": (
        "boundaries",
        "2024 or 2022 or 2017",
        10,
        True,
    ),
    "boundaries/2023_gm_ward_generalised.geojson": ("boundaries", "2024", 215, True),
    "boundaries/2023_trafford_localities_generalised_resolution.geojson": ("localities", "", 4, True),
    "boundaries/LSOA_2011_BSC_ons_schema.geojson": ("boundaries", "2011", 1673, False),
    "deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv": ("deprivation", "2011", 1673, False),
    "deprivation/File_1_IoD2025_Index_of_Multiple_Deprivation.csv": ("deprivation", "2021", 1702, True),
    "deprivation/File_2_-_IoD2019_Domains_of_Deprivation.csv": ("deprivation", "2011", 1673, False),
    "deprivation/File_3_-_IoD2019_Supplementary_Indices_-_IDACI_and_IDAOPI.csv": (
        "deprivation",
        "2011",
        1673,
        False,
    ),
    "deprivation/File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv": (
        "deprivation",
        "2021",
        1702,
        True,
    ),
    "deprivation/humaniverse_imd2019_england_lsoa11_indicators.csv": ("indicators", "2011", 1673, False),
    "deprivation/humaniverse_imd2025_england_lsoa21.csv": ("deprivation", "2021", 1702, False),
    "deprivation/humaniverse_imd2025_england_lsoa21_indicators.csv": ("indicators", "2021", 1702, True),
    "deprivation/humaniverse_imd2025_england_lsoa21_subdomains.csv": ("deprivation", "2021", 1702, False),
    "deprivation/indices_of_deprivation_2025_lad.csv": ("summary", "2024 or 2022 or 2017", 2960, True),
    "deprivation/rebuilt_IoD2025_File_7_layout.csv": ("deprivation", "2021", 1702, True),
    "events/STATS19_road_casualties_2019-Jun2024.csv": ("events", "2024", 20435, True),
    "lookups/2011_lsoa_to_ward_best-fit_lookup.csv": ("lookup", "2011", 1673, False),
    "lookups/2021_administrative_lookup.csv": ("lookup", "2022", 215, False),
    "lookups/2021_lsoa_to_ward_best-fit_lookup.csv": ("lookup", "2021", 1702, False),
    "lookups/LSOA_ward_LAD_lookup.csv": ("lookup", "2021", 1702, True),
    "population/2021_household_composition_lsoa_trafford.csv": ("indicators", "2021", 1946, True),
    "population/2021_population_by_5_year_age_bands_lsoa_trafford.csv": ("indicators", "2021", 2502, True),
    "population/File_6_-_IoD2019_Population_Denominators.csv": ("population", "2011", 1673, True),
    "population/mid-year_2024_population_estimates_lsoa.csv": ("population", "2021", 417, True),
    "population/mid-year_2024_population_estimates_ward.csv": ("population", "2024", 63, False),
    "population/mid-year_population_estimates_lsoa.csv": ("population", "2011", 275, False),
    "postcodes/bl.csv": ("postcodes", "", 10379, True),
    "postcodes/m.csv": ("postcodes", "", 32267, True),
    "postcodes/ol.csv": ("postcodes", "", 13181, True),
    "postcodes/sk.csv": ("postcodes", "", 16677, True),
    "postcodes/trafford_postcodes.csv": ("postcodes", "", 11264, True),
    "postcodes/wa.csv": ("postcodes", "", 18328, True),
    "postcodes/wn.csv": ("postcodes", "", 7274, True),
    "referrals/simulated_referrals_2022_2025.csv.gz": ("referrals", "", 118052, True),
    "timeseries/b1_children_in_need_2013_to_2025.csv": ("series", "2024 or 2022 or 2017", 156, True),
    "timeseries/c1_children_in_need_referrals_and_rereferrals_2013_to_2025.csv": (
        "series",
        "2024 or 2022 or 2017",
        156,
        True,
    ),
    "timeseries/c3_factors_identified_at_end_of_assessment_2018_to_2025.csv": (
        "series",
        "2024 or 2022 or 2017",
        96,
        True,
    ),
}
"""What each file is, its vintage, its rows, and whether a build of the whole uses it."""


def rows_of(path: Path) -> int:
    """Count the rows of a file without our readers."""
    if path.suffix == ".geojson":
        return len(gpd.read_file(path))
    packed = path.suffix == ".gz"
    content = gzip.decompress(path.read_bytes()) if packed else path.read_bytes()
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    rows = sum(1 for row in csv.reader(io.StringIO(text)) if any(row))
    return rows if path.parent.name == "postcodes" and len(path.stem) <= 2 else rows - 1


def test_the_table_names_every_file(greater_manchester: Path) -> None:
    files = {
        p.relative_to(greater_manchester).as_posix() for p in greater_manchester.rglob("*") if p.is_file()
    }
    assert files == set(EXPECTED)


def test_every_file_is_taken_for_what_it_is(gm_build: Build) -> None:
    assert gm_build.report["unknown"] == []
    found = {f["path"]: (f["kind"], f["vintage"], f["rows"], f["used"]) for f in gm_build.report["files"]}
    assert found == EXPECTED


def test_every_file_says_why_and_where_it_is_from(gm_build: Build) -> None:
    for file in gm_build.report["files"]:
        assert file["why"], file["path"]
        assert file["publisher"]
        assert file["licence"]
        assert len(file["sha256"]) == 64


@pytest.mark.parametrize("name", EXPECTED)
def test_the_rows_are_those_that_others_count(greater_manchester: Path, name: str) -> None:
    assert rows_of(greater_manchester / name) == EXPECTED[name][2]


def test_every_row_of_a_list_of_places_is_accounted_for(gm_build: Build) -> None:
    tallies = {f["path"]: f["tally"] for f in gm_build.report["files"] if f["kind"] == "assets"}
    assert len(tallies) == 31
    for path, tally in tallies.items():
        parts = ("used", "duplicate", "outside", "rejected", "set_aside")
        assert sum(tally[part] for part in parts) == tally["rows"] == EXPECTED[path][2]


@pytest.mark.proof
def test_no_row_of_the_referrals_is_kept(greater_manchester: Path, gm_build: Build) -> None:
    (name,) = [path for path, (kind, *_) in EXPECTED.items() if kind == "referrals"]
    with gzip.open(greater_manchester / name, "rt", encoding="utf-8") as file:
        records = list(csv.DictReader(file))[:SEARCHED]
    kept = b"".join(path.read_bytes() for path in sorted(gm_build.path.iterdir()))
    for column in ("cine_referral_id", "cine_person_id"):
        assert not [r[column] for r in records if r[column].encode() in kept]
