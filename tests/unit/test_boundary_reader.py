"""Boundaries are found by their codes, mended, put in their place, and told from other shapes."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest
import shapely
from reading import read_layer

from data.codes import AreaKind
from data.errors import GeographyError

AREAS = places.small_areas()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file"


def test_small_areas_of_2001_are_refused_by_name(path: Path) -> None:
    with pytest.raises(GeographyError, match="file holds small areas of 2001"):
        read_layer(places.boundary_layer(AREAS, "LSOA01CD", "LSOA01NM"), path)


def test_invalid_polygons_are_mended_and_counted(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    x, y = places.WEST, places.SOUTH
    bow_tie = shapely.Polygon([(x, y), (x + 1000, y + 1000), (x + 1000, y), (x, y + 1000)])
    layer.loc[0, "geometry"] = bow_tie
    source = read_layer(layer, path)
    assert source is not None
    assert source.frame.geometry.is_valid.all()
    assert "1 invalid polygons were mended" in source.notes


def test_parts_of_an_area_are_joined_at_its_code(path: Path) -> None:
    whole = places.boundary_layer(AREAS)
    many = pd.concat([whole] * 3, ignore_index=True)
    many["LSOA21CD"] = [f"E0103{n:04d}" for n in range(5_000, 5_072)]
    many.loc[71, ["LSOA21CD", "geometry"]] = ["E01035000 ", many.geometry[0].buffer(10)]
    source = read_layer(gpd.GeoDataFrame(many, crs=places.CRS), path)
    assert source is not None
    assert len(source.frame) == 71
    assert source.frame.geometry["E01035000"].equals(many.geometry[71])
    assert source.frame.loc["E01035000", "name"] == many.loc[0, "LSOA21NM"]


def test_rows_without_code_or_shape_are_rejected_and_counted(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    layer.loc[3, "geometry"] = None
    layer.loc[5, "LSOA21CD"] = None
    layer.loc[7, "geometry"] = shapely.Point(places.WEST, places.SOUTH)
    source = read_layer(layer, path)
    assert source is not None
    assert len(source.frame) == 21
    assert dict(zip(source.rejected["row"], source.rejected["reason"], strict=True)) == {
        6: "no area code",
        4: "no shape",
        8: "no shape",
    }


def test_a_column_of_councils_is_not_the_code_of_small_areas(path: Path) -> None:
    layer = places.boundary_layer(AREAS).assign(
        AAA25CD=AREAS["la_code"].to_numpy(), AAA25NM=AREAS["la_name"].to_numpy()
    )
    source = read_layer(layer, path)
    assert source is not None
    assert source.area_kind is AreaKind.LSOA
    assert source.frame["parent_name"].tolist() == AREAS["la_name"].tolist()


@pytest.mark.parametrize("kind", ["points", "lines", "no codes", "scotland"])
def test_other_layers_are_left_alone(path: Path, kind: str) -> None:
    layer = places.boundary_layer(AREAS)
    if kind == "points":
        layer = layer.set_geometry(layer.centroid)
    elif kind == "lines":
        layer = layer.set_geometry(layer.boundary)
    elif kind == "no codes":
        layer = layer.drop(columns="LSOA21CD")
    else:
        layer = layer.assign(LSOA21CD=layer["LSOA21CD"].str.replace("E", "S"))
    assert read_layer(layer, path) is None


def test_building_outlines_with_a_small_area_code_are_not_its_boundary(path: Path) -> None:
    sites = places.boundary_layer(AREAS)
    sites = sites.set_geometry(sites.centroid.buffer(60)).assign(name="Hospital")
    assert read_layer(sites, path) is None


def test_ultra_generalised_boundaries_with_gaps_are_still_boundaries(path: Path) -> None:
    layer = places.boundary_layer(AREAS)
    source = read_layer(layer.set_geometry(layer.geometry.buffer(-20)), path)
    assert source is not None


@pytest.mark.parametrize(
    ("move", "says"),
    [
        (lambda a: a[:, ::-1], "latitude before longitude"),
        (lambda a: a + np.array([6.0, 0.0]), "not in Great Britain"),
    ],
)
def test_places_outside_britain_are_refused_and_named(path: Path, move: object, says: str) -> None:
    layer = places.boundary_layer(AREAS).to_crs("EPSG:4326")
    moved = shapely.transform(layer.geometry.to_numpy(), move)
    with pytest.raises(GeographyError, match=f"file has coordinates(.|\n)*{says}"):
        read_layer(layer.set_geometry(moved, crs="EPSG:4326"), path)
