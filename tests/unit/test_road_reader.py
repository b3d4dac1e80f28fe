"""Road networks are told by their content, read within a box, and without what nobody walks on."""

import zipfile
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from data.folder import Unplaced, recognise_file
from data.place_settings import FileSettings
from data.provenance import catalogue
from data.sources.base import Source, SourceKind
from data.sources.road_rules import columns_of, why_not_walked
from data.sources.roads import RoadSource
from data.uploads import recognise_upload
from tests.road_networks import (
    CRS,
    LAYOUTS,
    SOUTH,
    WEST,
    in_degrees,
    osm_pbf,
    osm_xml,
    town_roads,
    town_ways,
    write_town,
)

ALL = (WEST - 1_000, SOUTH - 1_000, WEST + 3_000, SOUTH + 3_000)
PUBLISHERS = {"xml": "osm", "pbf": "osm"}


def recognised(path: Path, wanted: FileSettings | None = None) -> RoadSource:
    (found,) = recognise_file(path, wanted)
    assert isinstance(found, RoadSource), found
    return found


def refused(path: Path) -> Unplaced:
    (found,) = recognise_file(path)
    assert isinstance(found, Unplaced), found
    return found


def ends_of(lines: np.ndarray) -> set[frozenset[tuple[int, int]]]:
    """The ends of each line, to a metre."""
    return {frozenset((round(x), round(y)) for x, y in (line.coords[0], line.coords[-1])) for line in lines}


def walked(**tags: object) -> str | None:
    """Why nobody walks on a line with some columns; None where people do."""
    reason = why_not_walked(pd.DataFrame([tags])).iloc[0]
    return None if pd.isna(reason) else reason


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_layout_gives_the_same_town_without_its_motorway(tmp_path: Path, layout: str) -> None:
    source = recognised(write_town(tmp_path, layout))
    assert (source.kind, source.entry) == (SourceKind.ROADS, PUBLISHERS.get(layout, "os_open_roads"))
    found = source.within(ALL)
    on_foot = [line for line, tags in town_ways() if not tags["highway"].startswith("motorway")]
    assert ends_of(found.lines) == ends_of(
        np.array([shapely.LineString(line) for line in on_foot], dtype=object)
    )
    assert (found.read, found.left_out) == (len(town_ways()), {"motorways and their slip roads": 2})
    assert not source.frame.columns.size


@pytest.mark.parametrize("layout", LAYOUTS)
def test_only_roads_that_meet_the_box_are_read(tmp_path: Path, layout: str) -> None:
    found = recognised(write_town(tmp_path, layout)).within((WEST - 10, SOUTH - 10, WEST + 10, SOUTH + 110))
    corner, north, east, beyond, further = [
        (round(WEST + x), round(SOUTH + y)) for x, y in ((0, 0), (0, 100), (100, 0), (0, 200), (100, 100))
    ]
    assert ends_of(found.lines) == {
        frozenset(pair) for pair in ((corner, north), (corner, east), (north, beyond), (north, further))
    }


def test_who_publishes_them_is_told_by_the_content(tmp_path: Path) -> None:
    assert (
        recognised(write_town(tmp_path, "pbf")).provenance("").attribution == "© OpenStreetMap contributors."
    )
    assert catalogue()["osm"].licence == "Open Database Licence"
    ordnance = recognised(write_town(tmp_path, "covered geoparquet"))
    assert "Contains OS data © Crown copyright and database right" in ordnance.provenance("").attribution
    town_roads()[["class", "geometry"]].to_parquet(tmp_path / "own.parquet")
    assert recognised(tmp_path / "own.parquet").publisher.startswith("Not stated")
    town_roads().assign(fictitious=True).to_parquet(tmp_path / "invented.parquet")
    assert recognised(tmp_path / "invented.parquet").entry == "roads"
    town_roads().assign(fictitious=False).to_parquet(tmp_path / "published.parquet")
    assert recognised(tmp_path / "published.parquet").entry == "os_open_roads"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [
        ({"highway": "residential"}, None),
        *(
            ({"highway": kind}, None)
            for kind in ("footway", "path", "steps", "pedestrian", "cycleway", "trunk")
        ),
        ({"highway": "motorway"}, "motorways and their slip roads"),
        ({"fclass": "motorway_link"}, "motorways and their slip roads"),
        ({"highway": "trunk", "motorroad": "yes"}, "motorways and their slip roads"),
        ({"highway": "trunk", "foot": "no"}, "closed to people on foot"),
        ({"highway": "trunk", "other_tags": '"lit"=>"yes","foot"=>"no"'}, "closed to people on foot"),
        ({"highway": "service", "other_tags": '"access"=>"private"'}, "private"),
        ({"highway": "service", "access": "no", "foot": "yes"}, None),
        ({"highway": "path", "other_tags": r'"name"=>"a\",\"foot\"=>\"no"'}, None),
        ({"highway": "path", "other_tags": '"unfoot"=>"no"'}, None),
        ({"highway": "construction"}, "not built or no longer there"),
        ({"highway": "bus_guideway"}, "for buses or races alone"),
        ({"highway": None, "railway": "rail"}, "railways"),
        ({"highway": None, "railway": None, "waterway": "river"}, "rivers and canals"),
        ({"highway": "footway", "railway": "abandoned", "waterway": "canal"}, None),
        ({"class": "Motorway", "formOfWay": "Dual Carriageway"}, "motorways and their slip roads"),
        (
            {"class": "Unknown", "form_of_way": "Slip Road", "road_number": "A1(M)"},
            "motorways and their slip roads",
        ),
        ({"class": "A Road", "form_of_way": "Slip Road", "road_number": "A1"}, None),
        ({"roadFunction": " MOTORWAY "}, "motorways and their slip roads"),
        ({"class": "Unclassified", "formOfWay": "Guided Busway"}, "for buses or races alone"),
        ({"class": 7, "form_of_way": "<img src=x onerror=alert(1)>"}, None),
    ],
)
def test_who_walks_where(tags: dict[str, object], reason: str | None) -> None:
    assert walked(**tags) == reason


def test_columns_are_found_as_they_are_written_and_as_a_shapefile_cuts_them() -> None:
    written = columns_of(["Form Of Way", "ROAD_CLASS", "startNode"])
    assert written == {"class": "ROAD_CLASS", "form": "Form Of Way", "start": "startNode"}
    assert columns_of(["form_of_wa", "roadNumber", "start_node"])["form"] == "form_of_wa"
    assert columns_of(["form", "number", "path"]) == {}


def test_rows_without_a_line_are_counted_and_parts_are_parted(tmp_path: Path) -> None:
    two = shapely.MultiLineString(
        [[(WEST, SOUTH), (WEST + 50, SOUTH)], [(WEST, SOUTH + 9), (WEST + 9, SOUTH + 9)]]
    )
    high = shapely.LineString([(WEST, SOUTH, 20), (WEST + 50, SOUTH + 50, 25)])
    shapes = [two, high, shapely.Point(WEST, SOUTH), None, shapely.LineString()]
    layer = gpd.GeoDataFrame({"road_name": ["a"] * 5}, geometry=shapes, crs=CRS)
    layer.to_file(tmp_path / "mixed.gpkg")
    source = recognised(tmp_path / "mixed.gpkg")
    found = source.within(ALL)
    assert source.rows == 5
    assert (len(found.lines), found.left_out) == (3, {"without a line": 1})
    assert not shapely.has_z(found.lines).any()


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_a_line_that_goes_nowhere_known_is_no_line(tmp_path: Path) -> None:
    west, south = WEST, SOUTH
    shapes = [
        shapely.LineString([(west, south), (west + 50, south)]),
        shapely.LineString([(west, south), (np.nan, np.nan), (west + 50, south + 50)]),
    ]
    layer = gpd.GeoDataFrame({"road_name": ["a", "b"]}, geometry=shapes, crs=CRS)
    layer.to_file(tmp_path / "odd.gpkg")
    found = recognised(tmp_path / "odd.gpkg").within(ALL)
    assert (len(found.lines), found.left_out) == (1, {"without a line": 1})


@pytest.mark.parametrize("cell", [b"\xff", [1, 2], {"a": 1}, "<script>", pd.Timestamp("2025-01-01")])
def test_cells_of_any_type_are_text(tmp_path: Path, cell: object) -> None:
    layer = town_roads()
    layer.assign(**{"class": [cell] * len(layer)}).to_parquet(tmp_path / "odd.parquet")
    found = recognised(tmp_path / "odd.parquet").within(ALL)
    assert found.left_out == {"motorways and their slip roads": 1}


@pytest.mark.parametrize("layer", ["rivers", "outlines", "junctions alone", "no columns", "nothing"])
def test_other_shapes_are_no_roads_unless_somebody_says_so(tmp_path: Path, layer: str) -> None:
    roads = town_roads()
    other = {
        "rivers": gpd.GeoDataFrame(
            {"form": "inlandRiver", "name": "Elm"}, geometry=roads.geometry, index=roads.index
        ),
        "outlines": roads.set_geometry(roads.buffer(5)),
        "junctions alone": roads.set_geometry(roads.centroid),
        "no columns": roads[["geometry"]],
        "nothing": roads.head(0),
    }[layer]
    path = tmp_path / "layer.geojson"
    other.to_file(path, driver="GeoJSON")
    assert "not areas, localities, places or roads" in refused(path).reason
    if layer in ("rivers", "no columns"):
        source = recognised(path, FileSettings(kind=SourceKind.ROADS))
        assert (source.entry, len(source.within(ALL).lines)) == ("roads", len(roads))


def test_lines_with_records_of_children_are_never_roads(tmp_path: Path) -> None:
    layer = town_roads().assign(**{"Child Unique ID": 1, "Date of birth": "2011-02-03"})
    layer.to_file(tmp_path / "layer.gpkg")
    (found,) = recognise_file(tmp_path / "layer.gpkg")
    assert isinstance(found, Source)
    assert found.kind is SourceKind.REFERRALS


def test_a_system_that_is_not_declared_or_cannot_be_true_is_inferred_and_said(tmp_path: Path) -> None:
    silent = town_roads().set_crs(None, allow_override=True)
    with pytest.warns(UserWarning, match="crs"):
        silent.to_file(tmp_path / "silent.gpkg")
    town_roads().set_crs("EPSG:4326", allow_override=True).to_parquet(tmp_path / "wrong.parquet")
    for name in ("silent.gpkg", "wrong.parquet"):
        source = recognised(tmp_path / name)
        assert "were read so" in source.notes[0]
        assert len(source.within(ALL).lines) == len(town_roads()) - 2
    abroad = town_roads().translate(5_000_000, 0).to_frame("geometry").assign(road_name="a")
    abroad.to_file(tmp_path / "abroad.gpkg")
    assert "not in Great Britain in any known system" in refused(tmp_path / "abroad.gpkg").reason


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_damaged_file_is_named_with_what_to_do(tmp_path: Path, layout: str) -> None:
    path = write_town(tmp_path, layout)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])
    left = refused(path)
    assert "cannot be read" in left.reason or "damaged" in left.reason
    assert left.hint in ("Export or download it again.", "Download it again.")


def test_an_extract_without_roads_is_no_network(tmp_path: Path) -> None:
    rivers = [(line, {"waterway": "river"}) for line, _ in in_degrees(town_ways())]
    (tmp_path / "rivers.osm").write_text(osm_xml(rivers))
    (tmp_path / "rivers.pbf").write_bytes(osm_pbf(rivers))
    for name in ("rivers.osm", "rivers.pbf"):
        assert "not areas, localities, places or roads" in refused(tmp_path / name).reason


def test_a_network_beyond_the_limit_is_read_where_a_part_can_be(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    large, whole = write_town(tmp_path, "geopackage"), tmp_path / "whole"
    whole.mkdir()
    geojson = write_town(whole, "older geojson")
    town_roads()[["geometry"]].to_file(tmp_path / "untold.gpkg")
    monkeypatch.setenv("ATLAS_MAX_FILE_MB", "0")
    assert len(recognised(large).within(ALL).lines) == len(town_roads()) - 2
    assert refused(geojson).reason == refused(tmp_path / "untold.gpkg").reason == "larger than 0 MB"


def test_junctions_without_their_roads_are_left_over(tmp_path: Path) -> None:
    with zipfile.ZipFile(write_town(tmp_path, "zipped shapefile")) as archive:
        archive.extractall(tmp_path / "data")
    for part in (tmp_path / "data" / "data").glob("SK_RoadLink*"):
        part.unlink()
    assert (
        "not areas, localities, places or roads"
        in refused(tmp_path / "data" / "data" / "SK_RoadNode.shp").reason
    )


@pytest.mark.parametrize("layout", ["geopackage", "xml", "pbf"])
def test_an_uploaded_network_is_recognised(tmp_path: Path, layout: str) -> None:
    path = write_town(tmp_path, layout)
    found = recognise_upload(f"<b>roads{path.suffix}", path.read_bytes())
    assert [source.kind for source in found.sources] == [SourceKind.ROADS]
    assert not found.unplaced
