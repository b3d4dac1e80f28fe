"""Folders that the code has never seen, in other layouts and of only some kinds, build unconfigured."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest
import shapely
from places import make

from geo.build_folder import build_folder
from geo.builds import Build
from geo.check import check_folder

Writer = Callable[[Path, gpd.GeoDataFrame], None]


def assert_holds_file_7(build: Build, published: pd.DataFrame) -> None:
    """Every figure of File 7 stands beside the area that it was published for."""
    source = published.set_index(published.columns[0])
    for stem, column in places.published_columns(places.Kind.RANK).items():
        wanted = source[f"{stem} Rank (where 1 is most deprived)"].reindex(build.areas.frame.index)
        assert build.areas.frame[column].tolist() == wanted.tolist()
    children = next(c for c in source.columns if c.startswith("Dependent Children"))
    assert build.areas.frame["pop_iod_0_15"].tolist() == source[children].sort_index().tolist()


def test_zipped_shapefile_workbooks_and_tab_delimited_lookup(folder: Path) -> None:
    areas = places.small_areas()
    loose = folder.parent / "loose"
    loose.mkdir()
    places.boundary_layer(areas).to_file(loose / "LSOA.shp")
    with zipfile.ZipFile(folder / "download.bin", "w") as archive:
        for part in sorted(loose.iterdir()):
            archive.write(part, f"Data/{part.name}")
    published = places.indices(areas)
    notes = pd.DataFrame({"Notes": ["Published in 2025", "Contact us"]})
    places.write_workbook(folder / "file7.xlsx", {"Notes": ([], notes), "IoD2025": ([], published)})
    years = {year: places.population(areas, year) for year in (2022, 2023, 2024)}
    sheets = {
        f"Mid-{year} LSOA 2021": ([f"Mid-{year} estimates", "One table", "Source: ONS"], frame)
        for year, frame in years.items()
    }
    places.write_workbook(folder / "people.xlsx", {"Contents": ([], notes), **sheets})
    lookup = places.lookup(areas).assign(UTLA25CD="E10000999", UTLA25NM="Elmshire")
    lookup.to_csv(folder / "lookup.txt", sep="\t", index=False)
    build = make(folder)
    assert_holds_file_7(build, published)
    frame = build.areas.frame
    assert build.report["wards"] == 6
    assert frame["la_code"].tolist() == areas["la_code"].tolist()
    newest = years[2024].set_index("LSOA 2021 Code")
    assert frame["pop_total"].tolist() == newest["Total"].tolist()
    ages = [f"{sex}{age}" for sex in "FM" for age in range(18)]
    assert frame["pop_0_17"].tolist() == newest[ages].sum(axis=1).tolist()
    assert build.report["unknown"] == build.report["set_aside"] == []


def test_geopackage_of_many_layers_and_semicolons_in_utf_16(folder: Path) -> None:
    areas = places.small_areas()
    package = folder / "elmshire.gpkg"
    places.boundary_layer(areas).to_file(package, layer="small areas")
    places.outline_layer(areas, "ward", "WD25CD").to_file(package, layer="wards")
    places.outline_layer(areas, "la", "LAD25CD").to_file(package, layer="councils")
    points = gpd.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=areas.centroid.iloc[:2].to_numpy(), crs=places.CRS
    )
    points.to_file(package, layer="places of worship")
    published = places.indices(areas)
    published.to_csv(folder / "seven.csv", sep=";", encoding="utf-16", index=False)
    places.lookup(areas).to_csv(folder / "lookup.csv", sep=";", encoding="utf-16", index=False)
    build = make(folder)
    assert_holds_file_7(build, published)
    assert set(build.outlines["level"]) == {"ward", "council"}
    assert len(build.outlines) == 8
    assert not any("joined from their small areas" in note for note in build.report["notes"])


def write_parquet(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_parquet(folder / "a.parquet")


def write_parquet_by_code(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.set_index("LSOA21CD").to_parquet(folder / "a.parquet")


def write_undeclared_grid(folder: Path, layer: gpd.GeoDataFrame) -> None:
    places.write_geojson(folder / "a.geojson", layer, None)


def write_without_prj(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_file(folder / "a.shp")
    (folder / "a.prj").unlink()


def write_web_mercator(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_crs("EPSG:3857").to_file(folder / "a.gpkg")


def write_undeclared_web_mercator(folder: Path, layer: gpd.GeoDataFrame) -> None:
    write_without_prj(folder, layer.to_crs("EPSG:3857"))


def write_lower_case(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.assign(LSOA21CD=layer["LSOA21CD"].str.lower() + " ").to_parquet(folder / "a.parquet")


def write_other_names(folder: Path, layer: gpd.GeoDataFrame) -> None:
    renamed = layer.rename(columns={"LSOA21CD": "area_code", "LSOA21NM": "area_name"})
    places.write_geojson(folder / "export (1).txt", renamed)


def write_three_dimensions(folder: Path, layer: gpd.GeoDataFrame) -> None:
    layer.set_geometry(shapely.force_3d(layer.geometry.to_numpy(), 12.0), crs=places.CRS).to_file(
        folder / "a.gpkg"
    )


@pytest.mark.parametrize(
    "write",
    [
        write_parquet,
        write_parquet_by_code,
        write_undeclared_grid,
        write_without_prj,
        write_web_mercator,
        write_undeclared_web_mercator,
        write_lower_case,
        write_other_names,
        write_three_dimensions,
    ],
)
def test_boundaries_and_file_7_alone_make_a_build(folder: Path, write: Writer) -> None:
    areas = places.small_areas()
    write(folder, places.boundary_layer(areas))
    published = places.indices(areas)
    published.to_csv(folder / "seven.csv", index=False)
    build = make(folder)
    assert_holds_file_7(build, published)
    frame = build.areas.frame
    off_m = shapely.hausdorff_distance(frame.geometry.to_numpy(), areas.geometry.to_numpy()).max()
    assert off_m < 1.0
    assert not shapely.has_z(frame.geometry.to_numpy()).any()
    assert frame["la_name"].tolist() == areas["la_name"].tolist()
    assert frame["ward_code"].isna().all()
    assert build.report["wards"] == 0
    assert any("ward level is left out" in note for note in build.report["notes"])


def test_an_inferred_coordinate_system_is_said(folder: Path) -> None:
    write_undeclared_grid(folder, places.boundary_layer(places.small_areas()))
    places.indices(places.small_areas()).to_csv(folder / "seven.csv", index=False)
    notes = make(folder).report["files"][0]["notes"]
    assert any("EPSG:27700, and were read so" in note for note in notes)


def test_one_boundary_file_a_council(folder: Path) -> None:
    areas = places.small_areas()
    for code, own in areas.groupby("la_code"):
        places.boundary_layer(own).to_file(folder / f"areas {code}.gpkg")
        places.outline_layer(own, "ward", "WD25CD").to_file(folder / f"wards {code}.gpkg")
    published = places.indices(areas)
    published.to_csv(folder / "seven.csv", index=False)
    build = make(folder)
    assert_holds_file_7(build, published)
    assert build.areas.frame["ward_code"].tolist() == areas["ward_code"].tolist()
    assert all(file["used"] for file in build.report["files"])
    assert "ward outlines are joined" not in " ".join(build.report["notes"])


def test_a_geojson_with_a_byte_order_mark(folder: Path) -> None:
    places.simple_folder(folder)
    path = folder / "areas.geojson"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert make(folder).report["areas"] == 24


def test_two_files_of_the_same_name_in_two_folders_are_told_apart(folder: Path) -> None:
    areas = places.small_areas()
    for code, own in areas.groupby("la_code"):
        (folder / str(code)).mkdir()
        write_parquet(folder / str(code), places.boundary_layer(own))
    places.indices(areas).to_csv(folder / "seven.csv", index=False)
    build = make(folder)
    assert build.report["areas"] == 24
    assert {f["path"] for f in build.report["files"] if f["used"]} >= {
        "E06000901/a.parquet",
        "E06000902/a.parquet",
    }


def test_national_files_with_many_rows_elsewhere(folder: Path) -> None:
    areas = places.small_areas()
    elsewhere = areas.assign(la_code="E07000999", la_name="Far Away", ward_code="E05009999")
    elsewhere.index = pd.Index([f"E0103{n:04d}" for n in range(100, 124)], name="area_code")
    national = pd.concat([areas, elsewhere])
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(areas))
    places.lookup(national).to_csv(folder / "lookup.csv", index=False)
    published = places.indices(national)
    published.to_csv(folder / "seven.csv", index=False)
    build = make(folder)
    assert_holds_file_7(build, published[published.iloc[:, 0].isin(areas.index)])
    assert build.report["councils"] == ["Ashby Vale", "Oakmere"]


def test_a_lookup_with_a_row_an_output_area(folder: Path) -> None:
    places.simple_folder(folder)
    areas = places.small_areas()
    lookup = places.lookup(areas)
    by_oa = lookup.loc[lookup.index.repeat(5)].reset_index(drop=True)
    by_oa.insert(0, "OA21CD", [f"E0010{n:04d}" for n in range(len(by_oa))])
    by_oa.loc[[2, 3], ["WD25CD", "WD25NM"]] = ["E05009005", "Ward F"]
    by_oa.sample(frac=1, random_state=1).to_csv(folder / "lookup.csv", index=False)
    build = make(folder)
    assert build.areas.frame["ward_code"].tolist() == areas["ward_code"].tolist()
    note = next(n for f in build.report["files"] for n in f["notes"] if "output areas" in n)
    assert note.startswith("1 small areas lie in several wards")


def test_full_cover_wins_before_origin_and_origin_before_year(folder: Path) -> None:
    places.simple_folder(folder)
    areas = places.small_areas()
    people = places.population(areas, 1)
    newer = places.population(areas, 2)
    places.write_workbook(folder / "old.xlsx", {"Mid-2022 LSOA 2021": ([], people)})
    places.write_workbook(folder / "part.xlsx", {"Mid-2024 LSOA 2021": ([], newer.head(10))})
    build = make(folder)
    assert build.areas.provenance["pop_0_17"].file == "old.xlsx (Mid-2022 LSOA 2021)"
    places.write_workbook(folder / "new.xlsx", {"Mid-2023 LSOA 2021": ([], newer)})
    build = make(folder)
    assert build.areas.provenance["pop_0_17"].file == "new.xlsx (Mid-2023 LSOA 2021)"
    assert {a["path"] for a in build.report["set_aside"]} == {"old.xlsx", "part.xlsx"}


def test_the_original_wins_over_the_rebuilt_and_both_are_named(folder: Path) -> None:
    places.simple_folder(folder)
    published = places.indices(places.small_areas())
    rebuilt = [c for c in published.columns if "mid 2022" not in c and not c.startswith("Income Dep")]
    stand_in = published[rebuilt].assign(**{"Income Rank (where 1 is most deprived)": 1})
    stand_in.to_csv(folder / "a first by name.csv", index=False)
    report = check_folder(folder)
    assert set(report["columns"].values()) == {"file7.csv"}
    described = {f["path"]: f for f in report["files"]}
    assert not described["a first by name.csv"]["used"]
    assert any("rebuilt" in note for note in described["a first by name.csv"]["notes"])
    assert_holds_file_7(make(folder), published)


def test_row_and_file_order_play_no_part(folder: Path) -> None:
    first = make(places.carried_folder(folder)).areas
    for path in folder.glob("*.csv"):
        shuffled = pd.read_csv(path, dtype=str).sample(frac=1, random_state=3)
        shuffled.to_csv(path, index=False)
    layer = gpd.read_file(folder / "areas.geojson").sample(frac=1, random_state=4)
    places.write_geojson(folder / "areas.geojson", layer)
    second = make(folder).areas
    plain = ["geometry"]
    pd.testing.assert_frame_equal(
        pd.DataFrame(first.frame.drop(columns=plain)), pd.DataFrame(second.frame.drop(columns=plain))
    )
    pd.testing.assert_frame_equal(first.status, second.status)


def test_a_build_inside_the_folder_is_not_read_as_its_own_source(folder: Path) -> None:
    places.simple_folder(folder)
    first = build_folder(folder, folder / "builds" / "out")
    second = build_folder(folder, folder / "builds" / "out")
    assert [f["path"] for f in second.report["files"]] == [f["path"] for f in first.report["files"]]
    assert second.report["unknown"] == []
