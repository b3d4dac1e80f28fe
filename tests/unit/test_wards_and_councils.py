"""Each area finds its ward and council by the best file there is, recoded councils included."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import places
import pytest
from places import make

from data.errors import GeographyError
from data.provenance import Status

Writer = Callable[[Path, gpd.GeoDataFrame], None]


@pytest.mark.parametrize("council", ["Oakmere", "oakmere", " OAKMERE ", "E06000901", "e06000901"])
def test_one_council_out_of_a_larger_folder(folder: Path, council: str) -> None:
    areas = places.small_areas()
    mine = areas[areas["la_name"] == "Oakmere"]
    places.write_geojson(folder / "all.geojson", places.boundary_layer(areas))
    places.lookup(areas).to_csv(folder / "lookup.csv", index=False)
    places.indices(mine).to_csv(folder / "seven.csv", index=False)
    build = make(folder, council=council)
    assert build.areas.frame.index.equals(mine.index)
    assert build.report["councils"] == ["Oakmere"]
    assert set(build.report["coverage"].values()) == {1.0}
    assert build.outlines["code"].tolist() == [*sorted(set(mine["ward_code"])), "E06000901"]


def test_a_council_of_areas_that_partly_have_none(folder: Path) -> None:
    areas = places.small_areas()
    places.write_geojson(folder / "all.geojson", places.boundary_layer(areas))
    places.indices(areas[areas["la_name"] == "Oakmere"]).to_csv(folder / "seven.csv", index=False)
    assert make(folder, council="Oakmere").report["areas"] == 12


def test_an_unknown_council_is_answered_with_those_there_are(folder: Path) -> None:
    places.simple_folder(folder)
    with pytest.raises(GeographyError, match=r"'Elsewhere'.*Ashby Vale, Oakmere"):
        make(folder, council="Elsewhere")


def test_ward_polygons_stand_in_for_a_lookup(folder: Path) -> None:
    places.simple_folder(folder, with_lookup=False)
    areas = places.small_areas()
    places.write_geojson(folder / "wards.geojson", places.outline_layer(areas, "ward", "WD25CD"))
    build = make(folder)
    assert build.areas.frame["ward_name"].tolist() == areas["ward_name"].tolist()
    assert set(build.areas.status["ward_code"]) == {Status.MODELLED.value}
    assert any("placed where most of its postcodes are" in note for note in build.report["notes"])


def test_councils_of_one_lookup_join_wards_of_another(folder: Path) -> None:
    places.simple_folder(folder)
    lookup = places.lookup(places.small_areas())
    lookup.drop(columns=["LAD25CD", "LAD25NM"]).to_csv(folder / "lookup.csv", index=False)
    lookup.drop(columns=["WD25CD", "WD25NM"]).to_csv(folder / "councils.csv", index=False)
    published = places.indices(places.small_areas()).drop(
        columns=["Local Authority District code (2024)", "Local Authority District name (2024)"]
    )
    published.to_csv(folder / "file7.csv", index=False)
    build = make(folder)
    assert build.areas.frame["la_code"].notna().all()
    assert build.areas.provenance["la_code"].file == "councils.csv"
    assert build.areas.provenance["ward_code"].file == "lookup.csv"
    assert all(file["used"] for file in build.report["files"])


@pytest.fixture
def recoded(folder: Path) -> Path:
    """Barnsley and Sheffield: new codes in the lookup, old ones in File 7 and the council boundaries."""
    old = {"E06000901": "E08000016", "E06000902": "E08000019"}
    new = {"E06000901": "E08000038", "E06000902": "E08000039"}
    areas = places.small_areas()
    before = areas.assign(la_code=areas["la_code"].map(old))
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(areas))
    places.write_geojson(folder / "councils.geojson", places.outline_layer(before, "la", "LAD24CD"))
    places.indices(before).to_csv(folder / "seven.csv", index=False)
    places.lookup(areas.assign(la_code=areas["la_code"].map(new))).iloc[2:].to_csv(
        folder / "lookup.csv", index=False
    )
    return folder


def test_recoded_councils_are_one_council_each(recoded: Path) -> None:
    build = make(recoded)
    assert set(build.areas.frame["la_code"]) == {"E08000038", "E08000039"}
    councils = build.outlines[build.outlines["level"] == "council"]
    assert councils["code"].tolist() == ["E08000038", "E08000039"]
    described = {f["path"]: f for f in build.report["files"]}
    assert described["councils.geojson"]["used"]
    assert described["councils.geojson"]["matched_share"] == 1.0


@pytest.mark.parametrize("council", ["E08000016", "E08000038"])
def test_a_recoded_council_answers_to_both_codes(recoded: Path, council: str) -> None:
    build = make(recoded, council=council)
    assert build.report["councils"] == ["Oakmere"]
    assert build.report["areas"] == 12
    assert "council outlines are joined" not in " ".join(build.report["notes"])


def test_a_district_counts_with_the_county_that_runs_its_children_s_services(folder: Path) -> None:
    areas = places.small_areas()
    districts = areas.assign(la_code=areas["la_code"].str.replace("E06", "E07"))
    places.write_geojson(folder / "all.geojson", places.boundary_layer(districts))
    lookup = places.lookup(districts)
    lookup.assign(UTLA25CD="E10000999", UTLA25NM="Elmshire").to_csv(folder / "lookup.csv", index=False)
    places.indices(districts).to_csv(folder / "seven.csv", index=False)
    build = make(folder, council="Elmshire")
    assert build.report["councils"] == ["Elmshire"]
    assert set(build.areas.frame["la_code"]) == {"E10000999"}
    assert build.outlines.query("level == 'council'")["code"].tolist() == ["E10000999"]


def test_districts_alone_are_said_not_to_run_children_s_services(folder: Path) -> None:
    areas = places.small_areas()
    districts = areas.assign(la_code=areas["la_code"].str.replace("E06", "E07"))
    places.write_geojson(folder / "all.geojson", places.boundary_layer(districts))
    places.indices(districts).to_csv(folder / "seven.csv", index=False)
    (note,) = (n for n in make(folder).report["notes"] if "districts do not run" in n)
    assert "Ashby Vale, Oakmere" in note
