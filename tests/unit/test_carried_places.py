"""Figures of LSOA 2011 are carried to a place on LSOA 2021, to the last person, and marked."""

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import places
import pytest
from places import make

from data.folder import read_folder
from data.postcodes import postcode_points
from data.provenance import Status

Writer = Callable[[Path, gpd.GeoDataFrame], None]


def test_an_older_edition_is_carried_by_the_published_lookup(folder: Path) -> None:
    build = make(places.carried_folder(folder))
    frame, status = build.areas.frame, build.areas.status
    old = places.indices(places.small_areas("2011"), "2019").set_index("LSOA code (2011)")
    unchanged = frame.index.intersection(old.index)
    ranks = old["Income Rank (where 1 is most deprived)"]
    assert frame.loc[unchanged, "need_income_rank"].tolist() == ranks.loc[unchanged].tolist()
    assert frame.loc[list(places.CHANGED.values()), "need_income_rank"].isna().all()
    assert frame["need_income_score"].notna().all()
    values = frame.drop(columns=[c for c in frame if not c.startswith(("need_", "pop_"))]).notna()
    carried = status[values.columns] == Status.APPORTIONED.value
    assert carried.equals(values)
    assert (status[values.columns] == Status.MISSING.value).equals(~values)


def test_carried_counts_balance_and_follow_the_postcodes(folder: Path) -> None:
    build = make(places.carried_folder(folder))
    old = places.indices(places.small_areas("2011"), "2019").set_index("LSOA code (2011)")
    people = old["Total population: mid 2015"]
    frame = build.areas.frame
    assert frame["pop_iod_total"].sum() == people.sum()
    split = frame.loc[["E01035001", "E01035002"], "pop_iod_total"]
    assert split.sum() == people["E01020101"]
    assert split.iloc[0] == pytest.approx(0.75 * people["E01020101"], abs=1)
    assert frame.loc["E01035003", "pop_iod_total"] == people[["E01020102", "E01020103"]].sum()
    for entry in build.report["reconciled"]:
        assert entry["total_before"] == entry["total_after"] + entry["outside_the_build"]


def test_a_merged_score_is_averaged_over_people_of_another_file_of_its_vintage(folder: Path) -> None:
    places.carried_folder(folder)
    old = places.indices(places.small_areas("2011"), "2019")
    denominators = [c for c in old.columns if "mid 2015" in c]
    old.drop(columns=denominators).to_csv(folder / "file7.csv", index=False)
    old[[*old.columns[:4], *denominators]].to_csv(folder / "file6.csv", index=False)
    build = make(folder)
    parts = old.set_index("LSOA code (2011)").loc[["E01020102", "E01020103"]]
    wanted = np.average(parts["Crime Score"], weights=parts["Total population: mid 2015"])
    assert build.areas.frame.loc["E01035003", "need_crime_score"] == pytest.approx(wanted)
    assert any("file6.csv" in step for step in build.areas.provenance["need_crime_score"].steps)


def test_older_boundaries_of_a_wider_place_carry_as_well(folder: Path) -> None:
    places.carried_folder(folder)
    (folder / "crosswalk.csv").unlink()
    older = places.boundary_layer(places.small_areas("2011"), "LSOA11CD", "LSOA11NM")
    places.write_geojson(folder / "older.geojson", older)
    mine = places.small_areas()
    mine = mine[mine["la_name"] == "Oakmere"]
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(mine))
    build = make(folder)
    assert build.report["areas"] == 12
    old = places.indices(places.small_areas("2011"), "2019")
    people = old[old["Local Authority District name (2019)"] == "Oakmere"]["Total population: mid 2015"]
    assert build.areas.frame["pop_iod_total"].sum() == people.sum()


def test_older_boundaries_in_several_files_are_put_together(folder: Path) -> None:
    places.carried_folder(folder)
    (folder / "crosswalk.csv").unlink()
    for part in (0, 1):
        layer = places.boundary_layer(places.small_areas("2011").iloc[part::2], "LSOA11CD", "LSOA11NM")
        places.write_geojson(folder / f"older {part}.geojson", layer)
    build = make(folder)
    old = places.indices(places.small_areas("2011"), "2019")
    assert build.areas.frame["pop_iod_total"].sum() == old["Total population: mid 2015"].sum()
    assert all(f["used"] for f in build.report["files"] if f["path"].startswith("older"))


def test_postcodes_are_where_people_set_out_from_though_nothing_was_placed_by_them(folder: Path) -> None:
    places.simple_folder(folder)
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    build = make(folder)
    (described,) = [f for f in build.report["files"] if f["path"] == "postcodes.csv"]
    assert described["used"]


def test_a_directory_of_one_council_is_filled_up_from_the_package(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = places.postcodes().rename(columns={"oseast1m": "easting_m", "osnrth1m": "northing_m"})
    monkeypatch.setattr(
        "data.postcodes.national_points",
        lambda bounds: every[["easting_m", "northing_m"]].to_numpy("float64"),
    )
    places.postcodes({0: 6, 1: 2}).iloc[:48].to_csv(folder / "postcodes.csv", index=False)
    found = postcode_points(read_folder(folder), places.small_areas().geometry, 2_000.0)
    assert len(found.points) == len(every)
    assert "postcodes.csv" in found.name
    assert "ONS Postcode Directory" in found.name
    mine = places.small_areas().query("la_name == 'Oakmere'").geometry
    alone = postcode_points(read_folder(folder), mine, 0.0)
    assert (len(alone.points), alone.name) == (48, "postcodes.csv")
