"""Areas of a country that no chosen file has a figure for leave the build, and their number is told."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest

from data.errors import GeographyError
from geo.build_folder import build_folder
from geo.check import check_folder
from models.data_words import State, describe_methods, list_entries

WELSH = ["W01000001", "W01000002", "W01000003"]
REASON = "3 of its 27 areas lie in Wales, for which no chosen file has a figure"


def with_wales(areas: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """The invented place with three Welsh areas beside it."""
    west = areas.iloc[:3].copy()
    west.index = pd.Index(WELSH, name=areas.index.name)
    west["geometry"] = west.geometry.translate(-4 * places.SIDE)
    return gpd.GeoDataFrame(pd.concat([areas, west]), crs=areas.crs)


def make_folder(folder: Path, of_figures: gpd.GeoDataFrame) -> Path:
    """A folder with boundaries of both countries, and figures of the areas given."""
    folder.mkdir()
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(with_wales(places.small_areas())))
    places.population(of_figures).to_csv(folder / "people.csv", index=False)
    return folder


def test_welsh_areas_without_a_figure_are_set_aside_with_their_number(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder", places.small_areas())
    build = build_folder(folder, tmp_path / "build")
    assert list(build.areas.frame.index) == sorted(places.small_areas().index)
    assert build.areas.coverage["pop_0_17"] == 1
    (aside,) = [a for a in build.report["set_aside"] if a["path"] == "areas.geojson"]
    assert (aside["reason"], aside["partly"]) == (REASON, True)


def test_the_file_that_they_stand_in_is_used_all_the_same_and_says_so(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder", places.small_areas())
    report = build_folder(folder, tmp_path / "build").report
    (entry,) = [e for e in list_entries(report) if e.path == "areas.geojson"]
    assert entry.state is State.USED
    assert f"set aside: {REASON}" in entry.facts["notes"]
    assert f"areas.geojson: {REASON}." in describe_methods(report)["Which file wins"]
    (checked,) = [f for f in check_folder(folder)["files"] if f["path"] == "areas.geojson"]
    assert checked["used"]
    assert f"set aside: {REASON}" in checked["notes"]


def test_welsh_areas_with_a_figure_stay(tmp_path: Path) -> None:
    both = with_wales(places.small_areas())
    build = build_folder(make_folder(tmp_path / "folder", both), tmp_path / "build")
    assert set(WELSH) <= set(build.areas.frame.index)
    assert not [a for a in build.report["set_aside"] if a["partly"]]


def test_a_place_in_wales_alone_is_built_of_its_own_figures(tmp_path: Path) -> None:
    both = with_wales(places.small_areas())
    folder = make_folder(tmp_path / "folder", gpd.GeoDataFrame(both.loc[WELSH], crs=both.crs))
    build = build_folder(folder, tmp_path / "build")
    assert list(build.areas.frame.index) == WELSH
    (aside,) = [a for a in build.report["set_aside"] if a["partly"]]
    assert "24 of its 27 areas lie in England" in aside["reason"]


def test_a_file_of_which_nothing_is_left_is_set_aside_as_a_whole(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder", places.small_areas())
    both = with_wales(places.small_areas())
    wales = gpd.GeoDataFrame(both.loc[WELSH], crs=both.crs)
    places.write_geojson(folder / "areas.geojson", places.boundary_layer(places.small_areas()))
    places.write_geojson(folder / "wales.geojson", places.boundary_layer(wales))
    report = build_folder(folder, tmp_path / "build").report
    (entry,) = [e for e in list_entries(report) if e.path == "wales.geojson"]
    assert entry.state is State.NOT_USED
    assert "3 of its 3 areas lie in Wales" in entry.why_not


def test_where_no_file_has_a_figure_the_build_is_refused_as_before(tmp_path: Path) -> None:
    folder = make_folder(tmp_path / "folder", places.small_areas())
    (folder / "people.csv").unlink()
    with pytest.raises(GeographyError, match="no indicator"):
        build_folder(folder, tmp_path / "build")
