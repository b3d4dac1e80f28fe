"""Localities of a council's own: told by lying side by side, joined to small areas by where the homes are."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import places
import pytest
import shapely
from places import make

from data.errors import GeographyError
from data.provenance import Status
from data.sources import localities
from data.sources.base import Source
from data.sources.layers import open_layers
from geo.localities import share_by_postcodes

CRS = places.CRS
HOSTILE = "<img src=x onerror=alert(1)>"


def strips(names: list[str], width: float = 2_000.0) -> gpd.GeoDataFrame:
    """Polygons side by side from west to east over the whole of Elmshire."""
    west, south, height = places.WEST, places.SOUTH, 6 * places.SIDE
    shapes = [
        shapely.box(west + n * width, south, west + (n + 1) * width, south + height)
        for n in range(len(names))
    ]
    return gpd.GeoDataFrame({"area_name": names}, geometry=shapes, crs=CRS)


def recognise(layer: gpd.GeoDataFrame, path: Path) -> Source | None:
    layer.to_parquet(path)
    return localities.recognise(open_layers(path)[0])


def test_named_polygons_side_by_side_are_localities(tmp_path: Path) -> None:
    source = recognise(strips(["West", HOSTILE]), tmp_path / "any name")
    assert source is not None
    assert source.frame["name"].tolist() == ["West", HOSTILE]
    assert source.frame.index.tolist() == ["West", HOSTILE]
    assert "side by side" in source.why


@pytest.mark.parametrize("sort", ["apart", "small", "unnamed", "same name", "points", "one"])
def test_other_layers_are_no_localities(tmp_path: Path, sort: str) -> None:
    layer = strips(["a", "b", "c", "d"])
    other = {
        "apart": layer.set_geometry(layer.geometry.scale(0.2, 0.2)),
        "small": layer.set_geometry(layer.geometry.affine_transform([0.05, 0, 0, 0.05, 408_500, 532_000])),
        "unnamed": layer[["geometry"]],
        "same name": layer.assign(area_name="park"),
        "points": layer.set_geometry(layer.centroid),
        "one": layer.head(1),
    }[sort]
    assert recognise(other, tmp_path / "layer") is None


def test_a_name_that_stands_twice_is_rejected(tmp_path: Path) -> None:
    names = [f"Place {n}" for n in range(99)] + ["Place 0"]
    source = recognise(strips(names), tmp_path / "layer")
    assert source is not None
    assert (source.rows, len(source.frame), source.rejected["row"].tolist()) == (100, 99, [100])


def test_an_area_goes_where_most_of_its_postcodes_are(folder: Path) -> None:
    places.simple_folder(folder)
    places.postcodes().to_csv(folder / "homes.csv", index=False)
    # The edge cuts the third column of squares: one of its four postcodes lies to the west.
    edge = places.WEST + 2_300
    layer = strips(["West", "East"])
    west, south, east, north = layer.total_bounds
    layer = layer.set_geometry(
        [shapely.box(west, south, edge, north), shapely.box(edge, south, east, north)], crs=CRS
    )
    places.write_geojson(folder / "ours.geojson", layer)
    build = make(folder)
    frame = build.areas.frame
    column = ((frame.geometry.centroid.x - places.WEST) // places.SIDE).astype(int)
    assert frame["locality_code"].groupby(column).unique().map(list).to_dict() == {
        0: ["West"],
        1: ["West"],
        2: ["East"],
        3: ["East"],
    }
    assert set(build.areas.status["locality_code"]) == {Status.MODELLED.value}
    assert "most of its postcodes" in build.areas.provenance["locality_name"].steps[0]
    assert build.report["localities"] == ["East", "West"]
    assert (build.outlines["level"] == "locality").sum() == 2
    assert build.outlines.loc[build.outlines["level"] == "locality", "la_code"].isna().all()
    assert any("6 have more than one home in twenty outside theirs" in n for n in build.report["notes"])


def test_a_locality_adds_up_its_areas(folder: Path) -> None:
    places.simple_folder(folder)
    places.write_geojson(folder / "ours.geojson", strips(["West", "East"]))
    table = make(folder).areas
    made = table.aggregate("locality")
    assert made.frame["areas"].tolist() == [12, 12]
    assert made.frame["pop_iod_total"].sum() == table.frame["pop_iod_total"].sum()
    assert set(made.status["pop_iod_total"]) == {Status.MODELLED.value}
    assert "most of its postcodes" in made.caveats[0]


def test_a_build_without_localities_says_what_would_give_them(folder: Path) -> None:
    table = make(places.simple_folder(folder)).areas
    with pytest.raises(GeographyError, match="No small area has a locality") as refused:
        table.aggregate("locality")
    assert "layer of localities" in (refused.value.hint or "")


def test_of_two_files_the_one_that_takes_in_more_is_used(folder: Path) -> None:
    places.simple_folder(folder)
    places.write_geojson(folder / "all.geojson", strips(["West", "East"]))
    places.write_geojson(folder / "some.geojson", strips(["A", "B"], 500))
    report = make(folder).report
    (aside,) = [a for a in report["set_aside"] if a["path"] == "some.geojson"]
    assert "all.geojson takes in as many" in aside["reason"]


def test_an_area_mostly_outside_every_locality_has_none() -> None:
    areas = gpd.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], ["a", "b"], crs=CRS)
    parts = gpd.GeoSeries([shapely.box(0, 0, 130, 100)], ["part"], crs=CRS)
    homes = gpd.GeoSeries.from_xy([50, 110, 150, 160, 170], [50] * 5, crs=CRS)
    found = share_by_postcodes(areas, parts, homes)
    assert found["part"].to_dict() == {"a": "part"}
    without = share_by_postcodes(areas, parts, homes[:0])
    assert without["part"].to_dict() == {"a": "part"}


def test_a_home_on_an_edge_counts_once_whatever_the_order() -> None:
    areas = gpd.GeoSeries([shapely.box(0, 0, 200, 100)], ["a"], crs=CRS)
    parts = gpd.GeoSeries([shapely.box(0, 0, 100, 100), shapely.box(100, 0, 200, 100)], ["x", "y"], crs=CRS)
    homes = gpd.GeoSeries.from_xy([50, 150], [50, 50], crs=CRS)
    forwards = share_by_postcodes(areas, parts, homes)
    backwards = share_by_postcodes(areas, parts[::-1], homes[::-1])
    pd.testing.assert_frame_equal(forwards, backwards)
    assert forwards.loc["a"].tolist() == ["x", 0.5]
