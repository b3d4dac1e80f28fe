"""Roads of a place: what they do to ways, what is said of them, and how a build keeps them."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from data.errors import SourceError
from data.folder import Folder, read_folder
from data.settings import settings
from geo import road_ways
from geo.area_table import AreaTable
from geo.builds import open_build
from geo.check import check_folder
from geo.find_roads import find_roads, read_network
from geo.journeys import costs_of, means_of
from geo.roads import Roads, costs_by_roads, nearest_by_roads, snapped
from geo.travel import Means, Mode, costs_by_line, minutes_of
from tests import places
from tests.road_networks import (
    BLOCK_M,
    COLUMNS,
    CRS,
    ISLAND,
    ROWS,
    in_degrees,
    osm_xml,
    spot,
    town_roads,
    town_ways,
    write_town,
)
from tests.small_builds import make_areas
from tests.small_starts import one_start_each

CORNERS = {
    "south bank": spot(COLUMNS - 1, 3),
    "north bank": spot(COLUMNS - 1, 4),
    "island": spot(ISLAND[0] + 1, ISLAND[1]),
    "north end": spot(COLUMNS - 1, ROWS - 1),
    "far away": spot(COLUMNS, ROWS + 40),
}


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    """Eight areas of a square kilometre, which hold the town."""
    return make_areas({"pop_0_17": [1.0] * 8}, names={1: "Isle <b>"})


@pytest.fixture(scope="module")
def town(areas: AreaTable, tmp_path_factory: pytest.TempPathFactory) -> Roads:
    path = write_town(tmp_path_factory.mktemp("town"), "covered geoparquet")
    return read_network(path, areas, starts_at("south bank"), 3_000)


def starts_at(*corners: str) -> gpd.GeoDataFrame:
    plain = pd.DataFrame({"area_code": [f"E0100{n:04}" for n in range(len(corners))], "weight": 1.0})
    return gpd.GeoDataFrame(plain, geometry=[shapely.Point(CORNERS[c]) for c in corners], crs=CRS)


def places_at(*corners: str) -> gpd.GeoSeries:
    return gpd.GeoSeries([shapely.Point(CORNERS[c]) for c in corners], index=list(corners), crs=CRS)


def folder_of(path: Path, **files: gpd.GeoDataFrame) -> Folder:
    for name, layer in files.items():
        layer.to_parquet(path / f"{name}.parquet")
    return read_folder(path)


def reasons(found_aside: object) -> dict[str, str]:
    return {aside.source.label: aside.reason for aside in found_aside}  # type: ignore[attr-defined]


def test_the_river_makes_the_way_longer_than_the_straight_line(town: Roads) -> None:
    asked = starts_at("south bank"), places_at("north bank"), Mode.WALK
    by_road = costs_by_roads(asked[0], asked[1], town, Mode.WALK, 60)
    over_the_bridge = (2 * (COLUMNS - 1) + 1) * BLOCK_M
    assert by_road.minutes.tolist() == pytest.approx(
        [float(minutes_of(np.array(over_the_bridge), Mode.WALK))]
    )
    assert costs_by_line(*asked, 60).minutes[0] == pytest.approx(
        minutes_of(np.array(1.3 * BLOCK_M), Mode.WALK)
    )
    assert len(costs_by_roads(asked[0], asked[1], town, Mode.WALK, 15).minutes) == 0


def test_nobody_walks_on_the_motorway_or_joins_the_streets_that_it_crosses(town: Roads) -> None:
    above = gpd.GeoSeries([shapely.Point(spot(4.5, -0.9))], index=["beside the motorway"], crs=CRS)
    at_street = gpd.GeoSeries([shapely.Point(spot(4.5, 0))], index=["below it"], crs=CRS)
    costs = costs_by_roads(starts_at("south bank"), pd.concat([above, at_street]), town, Mode.WALK, 60)
    there, below = costs.minutes
    assert there - below == pytest.approx(minutes_of(np.array(90 * settings().detour), Mode.WALK))
    assert "motorways and their slip roads 2" in town.notes[0]


def test_the_way_to_the_road_is_lengthened_by_the_detour(
    town: Roads, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, place = starts_at("south bank"), places_at("south bank").translate(60, 0)
    for detour in (1.0, 1.5):
        monkeypatch.setenv("ATLAS_DETOUR", str(detour))
        minutes = costs_by_roads(start, place, town, Mode.PRAM, 15).minutes
        assert minutes.tolist() == pytest.approx([float(minutes_of(np.array(60 * detour), Mode.PRAM))])


def test_islands_and_points_without_a_road_are_named(town: Roads, areas: AreaTable) -> None:
    starts = starts_at("south bank", "island", "north bank", "far away")
    ends = places_at("north bank", "island", "far away")
    said = snapped(starts, ends, town)
    assert (said.areas_apart, said.areas_off) == (["E01000001"], ["E01000003"])
    assert (said.apart.tolist(), said.places_apart.tolist(), said.off.tolist()) == ([1], [1], [3])
    names = areas.frame["area_name"]
    costs = costs_by_roads(starts, ends, town, Mode.WALK, 60, names)
    assert list(zip(costs.start, costs.place, strict=True)) == [(0, 0), (1, 1), (2, 0)]
    assert "Isle <b> (E01000001)" in costs.notes[2]
    assert "as on an island" in costs.notes[2]
    assert "No road lies within 500 m" in costs.notes[1]
    assert "Area 004A (E01000003)" in costs.notes[1]
    assert costs.notes[3] == "1 place has no road within 500 m and cannot be reached by road."
    assert nearest_by_roads(starts, ends, town, Mode.WALK, 60).tolist()[1] == 0


def test_how_far_roads_are_is_said(town: Roads) -> None:
    starts = starts_at("north end", "north end", "north end", "far away")
    starts.geometry = [
        shapely.Point(p.x, p.y + m) for p, m in zip(starts.geometry, (0, 40, 300, 0), strict=True)
    ]
    said = snapped(starts, places_at(), town)
    assert (said.median_m, said.largest_m, said.far) == (pytest.approx(40), pytest.approx(300), 1)
    assert said.sentences()[0] == (
        "Where people set out, the nearest road to walk on is 40 m away in the middle case and 300 m at "
        "most; 1 of 4 points are further than 250 m off."
    )
    nowhere = snapped(starts_at("far away"), places_at(), town)
    assert np.isnan(nowhere.median_m)
    assert nowhere.sentences() == nowhere.gaps()


def points_over(count: int, seed: int) -> list[shapely.Point]:
    """Points here and there over the town."""
    xy = np.random.default_rng(seed).uniform(0, 900, (count, 2)) + np.array(spot(0, 0))
    return [shapely.Point(x, y) for x, y in xy]


def test_few_at_once_give_the_same_as_all_at_once(town: Roads, monkeypatch: pytest.MonkeyPatch) -> None:
    spots = points_over(60, seed=3)
    starts, ends = one_start_each(gpd.GeoSeries(spots[:30], crs=CRS)), gpd.GeoSeries(spots[30:], crs=CRS)
    one = costs_by_roads(starts, ends, town, Mode.WALK, 10)
    monkeypatch.setattr(road_ways, "CHUNK_BYTES", 4_000)
    other = costs_by_roads(starts, ends, town, Mode.WALK, 10)
    assert len(one.minutes) > 100
    for column in ("start", "place", "minutes"):
        np.testing.assert_array_equal(getattr(one, column), getattr(other, column))


def test_a_way_is_as_long_as_the_way_back(town: Roads) -> None:
    spots = points_over(25, seed=4)
    few, many = gpd.GeoSeries(spots[:5], crs=CRS), gpd.GeoSeries(spots, crs=CRS)
    there = costs_by_roads(one_start_each(few), many, town, Mode.WALK, 30)
    back = costs_by_roads(one_start_each(many), few, town, Mode.WALK, 30)
    thither = dict(zip(zip(there.start, there.place, strict=True), there.minutes, strict=True))
    hither = dict(zip(zip(back.place, back.start, strict=True), back.minutes, strict=True))
    assert thither == hither


def test_what_is_saved_is_what_is_opened(town: Roads, tmp_path: Path) -> None:
    town.save(tmp_path / "roads.parquet")
    again = Roads.open(tmp_path / "roads.parquet")
    pd.testing.assert_frame_equal(again.edges, town.edges)
    assert (again.provenance, again.notes, again.revision) == (town.provenance, town.notes, town.revision)
    assert again.graph.component.tolist() == town.graph.component.tolist()


def test_a_damaged_file_of_roads_is_refused(town: Roads, tmp_path: Path) -> None:
    path = tmp_path / "roads.parquet"
    town.save(path)
    table = pq.read_table(path)
    cases = {
        "does not hold roads": table.replace_schema_metadata({}),
        "format 0": table.replace_schema_metadata(
            {
                **table.schema.metadata,
                b"atlas_roads": table.schema.metadata[b"atlas_roads"].replace(b": 1,", b": 0,", 1),
            }
        ),
        "not what was saved": table.slice(1),
        "is damaged": table.drop_columns(["metres"]),
    }
    for words, other in cases.items():
        pq.write_table(other, path)
        with pytest.raises(SourceError, match=words) as error:
            Roads.open(path)
        assert error.value.hint == "Run atlas build again."
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(SourceError, match="does not hold roads"):
        Roads.open(path)


def test_tiles_of_one_publisher_are_joined(areas: AreaTable, town: Roads, tmp_path: Path) -> None:
    roads = town_roads()
    folder = folder_of(tmp_path, west=roads[:70], east=roads[60:])
    found = find_roads(folder, areas, starts_at("south bank"))
    assert found.roads is not None
    assert found.roads.edges.equals(town.edges)
    assert [source.label for source in found.used] == ["east.parquet", "west.parquet"]
    assert (
        found.notes[0]
        == "Ways on foot follow 13 km of roads around the areas, of east.parquet, west.parquet."
    )
    assert found.roads.provenance.file == "east.parquet, west.parquet"


def test_of_several_networks_the_one_near_most_homes_is_used(areas: AreaTable, tmp_path: Path) -> None:
    part = town_roads()[:4].drop(columns="start_node")
    (tmp_path / "town.osm").write_text(osm_xml(in_degrees(town_ways())))
    folder = folder_of(
        tmp_path, part=part, abroad=town_roads().translate(0, 90_000).to_frame("geometry").assign(usrn=1)
    )
    starts = starts_at("south bank", "north bank", "island")
    found = find_roads(folder, areas, starts)
    assert [source.label for source in found.used] == ["town.osm"]
    assert found.roads is not None
    assert found.roads.provenance.attribution == "© OpenStreetMap contributors."
    assert reasons(found.set_aside) == {
        "part.parquet": "the roads of town.osm come near as many homes, or more",
        "abroad.parquet": "none of its lines lies near the areas",
    }
    assert "Isle <b> (E01000002)" not in " ".join(found.notes)
    assert "as on an island" in found.notes[-1]


def test_a_network_that_few_homes_are_near_is_set_aside(areas: AreaTable, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, roads=town_roads())
    found = find_roads(folder, areas, starts_at("south bank", "far away", "far away"))
    assert (found.roads, found.to_json()) == (None, None)
    assert reasons(found.set_aside) == {
        "roads.parquet": "of 3 points where people set out 1 lie within 500 m of its roads"
    }


def test_a_motorway_alone_is_no_network(areas: AreaTable, tmp_path: Path) -> None:
    roads = town_roads()
    folder = folder_of(tmp_path, roads=roads[roads["class"] == "Motorway"])
    found = find_roads(folder, areas, starts_at("south bank"))
    assert reasons(found.set_aside) == {
        "roads.parquet": "nobody walks on its lines near the areas: motorways and their slip roads 2"
    }


def test_a_file_that_was_damaged_since_it_was_listed_is_set_aside(areas: AreaTable, tmp_path: Path) -> None:
    folder = folder_of(tmp_path, roads=town_roads())
    (tmp_path / "roads.parquet").write_bytes(b"PAR1")
    found = find_roads(folder, areas, starts_at("south bank"))
    assert "cannot be read as a layer of shapes" in reasons(found.set_aside)["roads.parquet"]


def test_loose_pieces_of_road_are_left_out_and_told(areas: AreaTable, tmp_path: Path) -> None:
    loose = gpd.GeoSeries([shapely.LineString([spot(0.2, 0.2), spot(0.4, 0.4)])], crs=CRS)
    roads = pd.concat([town_roads(), gpd.GeoDataFrame({"class": ["B Road"]}, geometry=loose)])
    path = tmp_path / "roads.parquet"
    roads.to_parquet(path)
    found = read_network(path, areas, starts_at("south bank"), 0)
    assert "1 piece of road shorter than 250 m, which no other road joins, is left out." in found.notes
    assert found.provenance.steps[1:] == found.notes


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("absent", None, "is not a file"),
        ("a.csv", b"a,b\n1,2\n", "is not a layer of shapes"),
        ("<img>.geojson", b'{"type": "FeatureCollection", "features": []}', "holds no lines"),
    ],
)
def test_a_network_that_a_person_names_has_to_be_one(
    areas: AreaTable, tmp_path: Path, name: str, content: bytes | None, words: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(SourceError, match=words):
        read_network(tmp_path / name, areas, starts_at("south bank"), 3_000)


def test_a_named_network_has_to_come_near_the_homes(areas: AreaTable, tmp_path: Path) -> None:
    path = write_town(tmp_path, "older geojson")
    with pytest.raises(SourceError, match="a file cannot be used: of 1 points") as error:
        read_network(path, areas, starts_at("far away"), 3_000)
    assert error.value.hint == "Add roads that cover the areas."


def test_a_build_keeps_the_roads_of_its_folder(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "elmshire", with_lookup=False)
    west, south = places.WEST, places.SOUTH
    across = [west + 500, west + 1_500, west + 2_500]
    lines = [shapely.LineString([(x, south) for x in across])]
    lines += [shapely.LineString([(x, south), (x, south + 6_000)]) for x in across]
    roads = town_roads().head(4).set_geometry(lines, crs=CRS)
    roads.to_file(folder / "net.gpkg", layer="road_link")
    checked = check_folder(folder)
    build = places.make(folder)
    assert build.roads is not None
    assert means_of(build) is Means.NETWORK
    assert build.report["roads"] == checked["roads"]
    assert build.report["roads"]["files"] == ["net.gpkg"]
    assert build.report["roads"]["km"] == pytest.approx(build.roads.km, abs=0.05)
    listed = next(file for file in build.report["files"] if file["path"] == "net.gpkg")
    assert (listed["kind_words"], listed["used"], listed["publisher"]) == (
        "road network",
        True,
        "Ordnance Survey",
    )
    assert any("OS data" in line for line in build.report["attribution"])
    notes = [
        note for note in build.report["notes"] if note in checked["notes"] and "No road lies within" in note
    ]
    assert len(notes) == 1
    assert notes[0].endswith("and 1 more.")
    assert costs_of(build, build.places.frame.index, Mode.WALK, 15).means is Means.NETWORK
    assert open_build(build.path).roads is not None
    (build.path / "roads.parquet").write_bytes(b"damaged")
    with pytest.raises(SourceError, match="does not hold roads"):
        open_build(build.path)


def test_a_build_without_roads_goes_by_straight_lines(areas: AreaTable, tmp_path: Path) -> None:
    found = find_roads(Folder(tmp_path, [], []), areas, starts_at("south bank"))
    assert (found.roads, found.used, found.set_aside, found.notes) == (None, (), (), ())
