"""Folders that analysts really have: unlabelled columns, files in parts, a scrap of a newer edition."""

from pathlib import Path

import pandas as pd
import places
import pytest

from data.provenance import Status
from geo.build_folder import build_folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_unlabelled_2011_boundaries_beside_iod_2019_build_on_2011(folder: Path, out: Path) -> None:
    areas = places.small_areas("2011")
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(areas, "code", "name"))
    places.indices(areas, "2019").to_csv(folder / "seven.csv", index=False)
    build = build_folder(folder, out)
    assert build.areas.vintage == "2011"
    assert build.areas.coverage["need_imd_rank"] == 1.0


def test_names_are_never_taken_from_another_code_s_column(folder: Path, out: Path) -> None:
    """The council has a code and no name; the small area has no name of its own."""
    areas = places.small_areas()
    layer = places.boundary_layer(areas)[["LSOA21CD", "geometry"]]
    layer["LAD24CD"], layer["LAD24NM"] = areas["la_code"].to_numpy(), areas["la_name"].to_numpy()
    places.write_geojson(folder / "areas.geojson", layer)
    figures = places.indices(areas).drop(columns=["LSOA name (2021)"])
    figures.to_csv(folder / "seven.csv", index=False)
    frame = build_folder(folder, out).areas.frame
    assert frame["area_name"].tolist() == frame.index.tolist()
    assert frame["la_name"].tolist() == areas["la_name"].tolist()


def test_a_council_without_a_name_is_called_by_its_code(folder: Path, out: Path) -> None:
    areas = places.small_areas()
    layer = places.boundary_layer(areas)[["LSOA21CD", "LSOA21NM", "geometry"]]
    layer["LAD24CD"] = areas["la_code"].to_numpy()
    places.write_geojson(folder / "areas.geojson", layer)
    figures = places.indices(areas)
    councils = [c for c in figures.columns if c.startswith("Local Authority")]
    figures.drop(columns=councils).to_csv(folder / "seven.csv", index=False)
    build = build_folder(folder, out)
    assert build.areas.frame["la_name"].tolist() == areas["la_code"].tolist()
    assert build.report["councils"] == sorted(areas["la_code"].unique())


def test_without_a_lookup_the_newest_wards_are_used_alone(folder: Path, out: Path) -> None:
    areas = places.small_areas()
    older = areas.assign(ward_code=areas["ward_code"].str.replace("E05009", "E05001"))
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(areas))
    places.write_geojson(folder / "a older.geojson", places.outline_layer(older, "ward", "wardCD"))
    places.write_geojson(folder / "b newer.geojson", places.outline_layer(areas, "ward", "wardCD"))
    places.indices(areas).to_csv(folder / "seven.csv", index=False)
    build = build_folder(folder, out)
    assert build.areas.frame["ward_code"].tolist() == areas["ward_code"].tolist()
    assert set(build.areas.status["ward_code"]) == {Status.MODELLED.value}
    assert {f["path"]: f["used"] for f in build.report["files"]}["a older.geojson"] is False


def test_a_scrap_of_a_newer_edition_does_not_push_out_a_whole_older_one(folder: Path, out: Path) -> None:
    places.carried_folder(folder)
    scrap = places.indices(places.small_areas().iloc[[0]])
    scrap.to_csv(folder / "sample.csv", index=False)
    build = build_folder(folder, out)
    assert build.areas.provenance["need_imd_score"].vintage == "2019"
    assert build.areas.coverage["need_imd_score"] == 1.0
    assert "sample.csv" in {a["path"] for a in build.report["set_aside"]}


def test_2011_boundaries_in_two_files_are_carried_from_together(folder: Path, out: Path) -> None:
    older, newer = places.small_areas("2011"), places.small_areas("2021")
    layer = places.boundary_layer(older, "LSOA11CD", "LSOA11NM")
    half = len(layer) // 2
    places.write_geojson(folder / "one.geojson", layer.iloc[:half])
    places.write_geojson(folder / "two.geojson", layer.iloc[half:])
    places.write_geojson(folder / "now.geojson", places.boundary_layer(newer))
    places.indices(newer).to_csv(folder / "seven.csv", index=False)
    adults = range(300, 300 + len(older))
    people = {"LSOA code (2011)": older.index, "Population aged 16-59: mid 2015": adults}
    pd.DataFrame(people).to_csv(folder / "six.csv", index=False)
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    build = build_folder(folder, out)
    assert build.areas.frame["pop_16_59"].sum() == sum(adults)
    assert set(build.areas.status["pop_16_59"]) == {Status.APPORTIONED.value}
