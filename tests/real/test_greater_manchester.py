"""Greater Manchester's published files, against the files themselves and the publisher's own totals."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest

from data.demo import NORTHMERE_FOLDER
from data.errors import GeographyError
from data.provenance import Status
from geo.aggregate import LevelTable
from geo.build_folder import build_folder
from geo.builds import Build, open_build
from geo.check import check_folder
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.real

Published = dict[str, pd.DataFrame]

SCORES = {
    "need_imd_score": "Index of Multiple Deprivation (IMD) Score",
    "need_income_score": "Income Score (rate)",
    "need_health_score": "Health Deprivation and Disability Score",
    "need_crime_score": "Crime Score",
}
DOMAINS = {
    "imd": "Index of Multiple Deprivation",
    "income": "Income Deprivation",
    "employment": "Employment Deprivation",
    "education": "Education, Skills and Training Deprivation",
    "health": "Health Deprivation and Disability",
    "crime": "Crime",
    "barriers": "Barriers to Housing and Services",
    "living": "Living Environment Deprivation",
}
WITHOUT_SCORES = {
    "idaci": "Income Deprivation Affecting Children",
    "idaopi": "Income Deprivation Affecting Older People",
}


@pytest.fixture(scope="module")
def councils(gm_build: Build) -> LevelTable:
    """The ten councils, added up once for all indices."""
    return gm_build.areas.aggregate("council")


@pytest.fixture(scope="module")
def published(greater_manchester: Path) -> Published:
    """The publisher's own summary of councils, by domain."""
    table = pd.read_csv(greater_manchester / "deprivation/indices_of_deprivation_2025_lad.csv")
    return {str(domain): rows.set_index("area_code") for domain, rows in table.groupby("index_domain")}


def copy_files(folder: Path, target: Path, *names: str) -> Path:
    """A folder with some of the published files, all on one level."""
    target.mkdir()
    for name in names:
        shutil.copy(folder / name, target / Path(name).name)
    return target


def test_the_build_holds_every_area_and_ward(gm_build: Build) -> None:
    report = gm_build.report
    assert (report["areas"], report["vintage"], report["wards"]) == (1702, "2021", 215)
    assert len(report["councils"]) == 10
    lists = {f["path"].rsplit("/")[-1] for f in report["files"] if f["kind"] == "assets"}
    assert {r["file"] for r in report["rejected_rows"]} <= lists


def test_iod_2025_stands_on_every_area(gm_build: Build) -> None:
    for column in ("need_imd_rank", "need_imd_score", "need_idaci_rank", "need_cyp_score"):
        assert gm_build.areas.coverage[column] == 1.0
        assert gm_build.areas.provenance[column].vintage == "2025"


def test_twenty_scores_equal_the_source(gm_build: Build, greater_manchester: Path) -> None:
    source = pd.read_csv(greater_manchester / "deprivation/rebuilt_IoD2025_File_7_layout.csv").set_index(
        "LSOA code (2021)"
    )
    chosen = source.sample(5, random_state=1).index
    for column, published in SCORES.items():
        ours = gm_build.areas.frame.loc[chosen, column]
        assert ours.tolist() == source.loc[chosen, published].tolist()


def test_ranks_come_from_the_original_files(gm_build: Build, greater_manchester: Path) -> None:
    assert (
        gm_build.areas.provenance["need_imd_rank"].file == "File_1_IoD2025_Index_of_Multiple_Deprivation.csv"
    )
    source = pd.read_csv(
        greater_manchester / "deprivation/File_3_IoD2025_Supplementary_Indices_IDACI_and_IDAOPI.csv"
    ).set_index("LSOA code (2021)")
    published = source["Income Deprivation Affecting Children Index (IDACI) Rank (where 1 is most deprived)"]
    assert (
        gm_build.areas.frame["need_idaci_rank"]
        .astype(int)
        .equals(published.sort_index().rename_axis("area_code").rename("need_idaci_rank"))
    )


def test_wards_equal_the_lookup(gm_build: Build, greater_manchester: Path) -> None:
    lookup = pd.read_csv(greater_manchester / "lookups/LSOA_ward_LAD_lookup.csv", encoding="utf-8-sig")
    lookup = lookup.set_index("LSOA21CD").loc[gm_build.areas.frame.index]
    assert gm_build.areas.frame["ward_code"].tolist() == lookup["WD24CD"].tolist()
    assert gm_build.areas.frame["la_code"].tolist() == lookup["LAD24CD"].tolist()


def test_without_a_lookup_areas_are_placed_in_the_newest_wards(
    greater_manchester: Path, tmp_path: Path
) -> None:
    """Three unlabelled ward files: the published lookup, left out of the folder, is the oracle."""
    folder = copy_files(
        greater_manchester,
        tmp_path / "wards",
        "boundaries/2021_gm_lsoa_generalised.geojson",
        "boundaries/2017_gm_ward_generalised.geojson",
        "boundaries/2022_gm_ward_generalised.geojson",
        "boundaries/2023_gm_ward_generalised.geojson",
        "deprivation/File_1_IoD2025_Index_of_Multiple_Deprivation.csv",
    )
    build = build_folder(folder, tmp_path / "out")
    lookup = pd.read_csv(greater_manchester / "lookups/LSOA_ward_LAD_lookup.csv", encoding="utf-8-sig")
    published = lookup.set_index("LSOA21CD")["WD24CD"].loc[build.areas.frame.index]
    assert (build.areas.frame["ward_code"] == published).mean() > 0.96
    assert set(build.areas.status["ward_code"]) == {Status.MODELLED.value}


def test_ward_outlines_are_those_of_the_lookup(gm_build: Build) -> None:
    wards = gm_build.outlines[gm_build.outlines["level"] == "ward"]
    assert set(wards["code"]) == set(gm_build.areas.frame["ward_code"])
    assert (wards.geometry.is_valid & ~wards.geometry.is_empty).all()


def test_children_of_2011_are_carried_to_the_last_child(gm_build: Build, greater_manchester: Path) -> None:
    source = pd.read_csv(
        greater_manchester / "population/File_6_-_IoD2019_Population_Denominators.csv",
        encoding="utf-8-sig",
        thousands=",",
    ).set_index("LSOA code (2011)")
    children = source.filter(like="Dependent Children aged 0-15").iloc[:, 0]
    carried = gm_build.areas.frame["pop_0_15"]
    assert carried.sum() == children.sum()
    assert (carried == carried.round()).all()
    unchanged = children.index.intersection(carried.index)
    assert len(unchanged) == 1636
    assert carried.loc[unchanged].tolist() == children.loc[unchanged].tolist()
    assert (gm_build.areas.status["pop_0_15"] == Status.APPORTIONED.value).all()


def test_the_carried_areas_are_the_ones_that_overlap(gm_build: Build, greater_manchester: Path) -> None:
    """An independent overlay: each new area lies in the old areas whose children it was given."""
    older = gpd.read_file(greater_manchester / "boundaries/2011_gm_lsoa_generalised.geojson").to_crs(27700)
    older = older.set_index("area_code").make_valid()
    new = gm_build.areas.frame.index.difference(older.index)
    assert len(new) == 66
    inside = gm_build.areas.frame.loc[new].geometry.representative_point()
    gone = older.drop(older.index.intersection(gm_build.areas.frame.index))
    hits = [gone.contains(point).any() for point in inside]
    assert sum(hits) >= 64
    assert (gm_build.areas.frame.loc[new, "pop_0_15"] > 0).all()


def test_every_carried_count_balances(gm_build: Build) -> None:
    reconciled = gm_build.report["reconciled"]
    assert {"pop_0_15", "pop_iod_total"} <= {entry["column"] for entry in reconciled}
    for entry in reconciled:
        assert entry["total_before"] == entry["total_after"] + entry["outside_the_build"]
        assert entry["areas_changed"] == 37


@pytest.mark.parametrize("index", [*DOMAINS, *WITHOUT_SCORES])
def test_the_share_in_the_worst_decile_agrees_with_the_publisher(
    index: str, councils: LevelTable, published: Published
) -> None:
    theirs = published[(DOMAINS | WITHOUT_SCORES)[index]]
    ours = councils.frame[f"need_{index}_worst_decile_share"]
    assert ours.round(4).tolist() == theirs.loc[ours.index, "proportion_bottom_decile"].tolist()


@pytest.mark.parametrize("index", DOMAINS)
def test_average_scores_are_near_the_publisher_s(
    index: str, councils: LevelTable, published: Published
) -> None:
    """The weights are File 6's, of 2015: Salford's docks have filled since, which shows in employment."""
    theirs = published[DOMAINS[index]]["average_score"]
    ours = councils.frame[f"need_{index}_score"]
    gap = (ours - theirs.loc[ours.index]).abs()
    if index in ("health", "crime"):
        assert gap.max() <= 0.04
    else:
        relative = gap / theirs.loc[ours.index]
        assert relative.drop("E08000006").max() <= 0.035
        assert relative["E08000006"] <= (0.051 if index == "employment" else 0.035)
    assert (councils.status[f"need_{index}_score"] == Status.APPORTIONED.value).all()
    assert "File_6" in councils.provenance[f"need_{index}_score"].steps[-1]


def test_every_file_is_accounted_for(gm_build: Build, greater_manchester: Path) -> None:
    report = gm_build.report
    named = {f["path"] for f in report["files"]} | {u["path"] for u in report["unknown"]}
    assert named == {
        str(p.relative_to(greater_manchester)) for p in greater_manchester.rglob("*") if p.is_file()
    }
    unused = {f["path"] for f in report["files"] if not f["used"]}
    assert unused == {a["path"] for a in report["set_aside"]}
    assert all(a["reason"] for a in report["set_aside"])


def test_wards_without_a_year_are_dated_by_the_lookup_with_their_codes(gm_build: Build) -> None:
    found = {f["path"]: f["vintage"] for f in gm_build.report["files"] if f["kind"] == "boundaries"}
    assert found["boundaries/2017_gm_ward_generalised.geojson"] == "2017"
    assert found["boundaries/2022_gm_ward_generalised.geojson"] == "2022"
    assert found["boundaries/2023_gm_ward_generalised.geojson"] == "2024"


PLACES = ["Greater Manchester", "Trafford", "Northmere"] if FULL_PROOFS else ["Elmshire"]


def rename_files(source: Path, named: Build, folder: Path) -> Path:
    """A folder with the files of a build under names that say nothing, those last that were first."""
    folder.mkdir()
    names = sorted((file["path"] for file in named.report["files"]), reverse=True)
    for number, name in enumerate(names):
        shutil.copy(source / name, folder / f"download ({number}).dat")
    return folder


def kinds_of(named: Build) -> list[tuple[str, int]]:
    """The kind and the rows of each file of a build."""
    return sorted((file["kind"], file["rows"]) for file in named.report["files"])


def test_files_under_other_names_and_in_another_order_are_taken_for_the_same(
    northmere_build: Build, tmp_path: Path
) -> None:
    """Every kind of file that there is, in the invented place: what each is and how many rows it has."""
    report = check_folder(rename_files(NORTHMERE_FOLDER, northmere_build, tmp_path / "renamed"))
    assert report["unknown"] == []
    assert sorted((file["kind"], file["rows"]) for file in report["files"]) == kinds_of(northmere_build)


@pytest.mark.proof
@pytest.mark.parametrize(
    "place", ["Greater Manchester", "Trafford", "Northmere"] if FULL_PROOFS else ["Elmshire"]
)
def test_files_under_other_names_and_in_another_order_make_the_same_build_by_the_command_line(
    place: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """A small invented place; Northmere and the published files when all is proved."""
    if place == "Elmshire":
        source, options = places.simple_folder(tmp_path / "elmshire"), []
        named = places.make(source)
    else:
        fixture, options = {
            "Greater Manchester": ("gm_build", []),
            "Trafford": ("trafford_build", ["--council", "Trafford"]),
            "Northmere": ("northmere_build", []),
        }[place]
        named = request.getfixturevalue(fixture)
        northmere = place == "Northmere"
        source = NORTHMERE_FOLDER if northmere else request.getfixturevalue("greater_manchester")
    folder = rename_files(source, named, tmp_path / "renamed")
    command = [sys.executable, "-m", "views.cli", "build", str(folder), *options]
    command += ["--out", str(tmp_path / "b"), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    again = open_build(Path(told["out"]))
    assert again.report["unknown"] == []
    assert kinds_of(again) == kinds_of(named)
    assert again.areas.frame[named.areas.frame.columns].equals(named.areas.frame)
    assert told["areas"] == len(named.areas.frame)
    assert told["coverage"] == named.areas.coverage


def test_one_council_is_built_on_its_own_newest_population(
    greater_manchester: Path, trafford_build: Build
) -> None:
    areas = trafford_build.areas
    assert len(areas.frame) == 139
    assert areas.coverage["pop_0_17"] == 1.0
    assert areas.provenance["pop_0_17"].vintage == "2024"
    source = pd.read_csv(greater_manchester / "population/mid-year_2024_population_estimates_lsoa.csv")
    persons = source[source["sex"] == "Persons"]
    assert areas.frame["pop_total"].sum() == persons["all_ages"].sum()
    assert areas.frame["pop_0_17"].sum() == persons[[str(a) for a in range(18)]].to_numpy().sum()


def test_2011_boundaries_with_iod_2025_alone_are_refused(greater_manchester: Path, tmp_path: Path) -> None:
    folder = copy_files(
        greater_manchester,
        tmp_path / "wrong",
        "boundaries/2011_gm_lsoa_generalised.geojson",
        "deprivation/File_1_IoD2025_Index_of_Multiple_Deprivation.csv",
    )
    with pytest.raises(GeographyError) as refusal:
        build_folder(folder, tmp_path / "out")
    text = str(refusal.value)
    assert all(words in text for words in ("1,636", "1,702", "LSOA 2021", "LSOA 2011", "HINT"))
    assert not (tmp_path / "out").exists()
    ended = subprocess.run(
        [sys.executable, "-m", "views.cli", "build", str(folder), "--out", str(tmp_path / "out"), "--json"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 1
    assert "HINT" in ended.stderr


def test_2011_boundaries_with_both_editions_build_on_2011(greater_manchester: Path, tmp_path: Path) -> None:
    folder = copy_files(
        greater_manchester,
        tmp_path / "both",
        "boundaries/2011_gm_lsoa_generalised.geojson",
        "deprivation/File_1_IoD2025_Index_of_Multiple_Deprivation.csv",
        "deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv",
    )
    build = build_folder(folder, tmp_path / "out")
    assert (len(build.areas.frame), build.areas.vintage) == (1673, "2011")
    assert build.areas.provenance["need_imd_rank"].vintage == "2019"
    (aside,) = build.report["set_aside"]
    assert aside["path"] == "File_1_IoD2025_Index_of_Multiple_Deprivation.csv"
    assert aside["hint"]


def test_2021_boundaries_with_iod_2019_alone_are_refused(greater_manchester: Path, tmp_path: Path) -> None:
    folder = copy_files(
        greater_manchester,
        tmp_path / "wrong",
        "boundaries/2021_gm_lsoa_generalised.geojson",
        "deprivation/File_1_-_IMD2019_Index_of_Multiple_Deprivation.csv",
    )
    with pytest.raises(GeographyError, match="1,636 of its 1,673 codes"):
        build_folder(folder, tmp_path / "out")


def test_localities_are_those_of_the_council_s_own_postcode_file(
    gm_build: Build, greater_manchester: Path
) -> None:
    """The oracle gives each postcode its locality; a small area's is that of most of its postcodes."""
    own = pd.read_csv(greater_manchester / "postcodes/trafford_postcodes.csv")
    most = own.groupby("lsoa_code")["locality"].agg(lambda names: names.mode().iloc[0])
    ours = gm_build.areas.frame["locality_name"]
    assert (ours.reindex(most.index) == most).sum() >= len(most) - 1
    assert ours.notna().sum() == len(most)


def test_council_figures_equal_the_publisher_s(gm_build: Build) -> None:
    published = gm_build.report["published"]
    assert len(published) == 10
    assert all(entry["councils"] == 10 for entry in published)
    assert max(entry["largest_difference"] for entry in published) < 0.00005 + 1e-9


def test_casualties_are_counted_where_a_plain_join_finds_them(
    gm_build: Build, greater_manchester: Path
) -> None:
    rows = pd.read_csv(greater_manchester / "events/STATS19_road_casualties_2019-Jun2024.csv")
    areas = gpd.read_file(greater_manchester / "boundaries/2021_gm_lsoa_generalised.geojson")
    points = gpd.GeoDataFrame(rows[["year"]], geometry=gpd.points_from_xy(rows["lon"], rows["lat"]), crs=4326)
    joined = gpd.sjoin(points, areas[["area_code", "geometry"]], predicate="within")
    theirs = joined.groupby(["area_code", "year"]).size()
    ours = gm_build.events.set_index(["area_code", "year"])["rows"]
    assert ours.groupby("year").sum().to_dict() == theirs.groupby("year").sum().to_dict()
    both = pd.concat([ours, theirs], axis=1, keys=["ours", "theirs"]).fillna(0)
    assert (both["ours"] != both["theirs"]).mean() < 0.001


def test_series_keep_their_markers(gm_build: Build) -> None:
    series = gm_build.series
    england = series[(series["area_code"] == "E92000001") & (series["period"] == "2025")]
    assert england.set_index("measure")["value"]["referral_count"] == 632_830
    marked = series[series["marker"].notna()]
    assert set(marked["marker"]) <= {"c", "x", "u", "z"}
    assert marked["value"].isna().all()
