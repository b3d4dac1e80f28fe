"""Who reaches a kind of place by roads and by supplied times: no way is not the same as not known."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.provenance import Status
from data.sources.travel_times import To
from geo.area_table import CRS
from geo.builds import BuildParts
from geo.kind_reach import kind_key, reach_of_kind
from geo.overlay import overlay_assets
from geo.places import Places
from geo.roads import Roads
from geo.times import Times
from models.levels import Level, level_data
from models.profile import NO_WAY, places_here
from tests.small_builds import make_areas, parts_of, provenance
from tests.small_places import make_places

AREAS = make_areas({"pop_0_17": [100.0, 300.0, 100.0, 100.0]})
CODES = list(AREAS.frame.index)
"""Four squares of a kilometre side by side, in one ward; people set out from the middle of each."""


def build_with(areas_of_libraries: list[str | None], **more: object) -> BuildParts:
    rows = [("library", f"Library {n}", None, code) for n, code in enumerate(areas_of_libraries)]
    places = Places(make_places(AREAS, rows), {"library.csv": provenance("Libraries")})
    return replace(parts_of(AREAS, places), **more)


def roads_through(*lines: list[tuple[float, float]]) -> Roads:
    """Roads that do not join each other, by metres from the corner of the first square."""
    shapes = [shapely.LineString([(400_000 + x, 300_000 + y) for x, y in line]) for line in lines]
    ends = {"u": [2 * n for n in range(len(lines))], "v": [2 * n + 1 for n in range(len(lines))]}
    edges = gpd.GeoDataFrame({**ends, "metres": [s.length for s in shapes]}, geometry=shapes, crs=CRS)
    return Roads(edges, provenance("Roads"))


def times_of(minutes: dict[tuple[str, str], float]) -> Times:
    frame = pd.DataFrame([(*pair, far) for pair, far in minutes.items()], columns=["from", "to", "minutes"])
    return Times(frame.astype({"from": "category", "to": "category"}), To.AREAS, provenance("Times"))


MAINLAND, ISLAND = [(0, 500), (2_700, 500)], [(3_300, 500), (4_000, 500)]


def test_from_an_island_there_is_no_way_and_averages_leave_it_out() -> None:
    build = build_with([CODES[0]], roads=roads_through(MAINLAND, ISLAND))
    table = overlay_assets(AREAS, build)
    assert table.frame["access_library_min"].tolist()[:3] == [0.0, 12.5, 25.0]
    assert np.isnan(table.frame["access_library_min"].iloc[3])
    assert table.status["access_library_min"].iloc[3] == Status.MISSING
    assert table.frame["access_library_share"].tolist() == [1.0, 1.0, 0.0, 0.0]
    caveat = table.dictionary["access_library_min"].caveat
    assert caveat == (
        "From 1 small area no way to any library is known: it has no figure, and averages leave it out."
    )
    assert "along the roads" in table.dictionary["access_library_min"].method
    assert "Roads" in table.provenance["access_library_min"].source
    ward = level_data(table, Level.WARD).frame.iloc[0]
    assert ward["access_library_min"] == (0 * 100 + 12.5 * 300 + 25 * 100) / 500
    assert ward["access_library_share"] == 400 / 600
    (libraries,) = places_here(level_data(table, Level.AREA), CODES[3], pd.DataFrame()).kinds
    assert (libraries.within, libraries.far) == ("0", NO_WAY)


def test_where_no_area_of_a_ward_has_a_way_there_is_no_average() -> None:
    build = build_with([CODES[3]], roads=roads_through(MAINLAND, ISLAND))
    apart = replace(build, starts=build.starts.assign(geometry=[build.starts.geometry.iloc[0]] * 4))
    ward = level_data(overlay_assets(AREAS, apart), Level.WARD)
    assert np.isnan(ward.frame["access_library_min"].iloc[0])
    assert ward.frame["access_library_share"].iloc[0] == 0


def test_a_place_off_the_roads_is_said_to_be_out_of_reach() -> None:
    build = build_with([CODES[0], None, None], roads=roads_through(MAINLAND, ISLAND))
    found = reach_of_kind(build, build.places.frame.index)
    assert found.off == 2
    caveat = overlay_assets(AREAS, build).dictionary["access_library_share"].caveat
    assert caveat == "2 libraries are further than 500 m from any road, so nobody is said to reach them."


def test_supplied_times_come_first_and_say_what_they_do_not_tell() -> None:
    times = times_of({(CODES[0], CODES[0]): 2.0, (CODES[1], CODES[0]): 15.0, (CODES[2], CODES[0]): 16.0})
    build = build_with([CODES[0], CODES[1]], roads=roads_through(MAINLAND), times=times)
    found = reach_of_kind(build, build.places.frame.index)
    assert found.frame["min"].tolist()[:3] == [2.0, 15.0, 16.0]
    assert found.frame["share"].tolist()[:3] == [1.0, 1.0, 0.0]
    assert found.frame.loc[CODES[3]].isna().all()
    assert found.off == 1
    table = overlay_assets(AREAS, build)
    entry = table.dictionary["access_library_min"]
    assert entry.label == "Nearest library: minutes’ travel"
    assert entry.method == "Minutes are those of the travel times that were loaded."
    assert entry.caveat == (
        "1 library is not among the destinations of the travel times, so nobody is said to reach it."
    )
    assert (
        level_data(table, Level.WARD)
        .frame[["access_library_min", "access_library_share"]]
        .isna()
        .all(axis=None)
    )


def test_what_is_kept_is_known_by_all_that_it_depends_on() -> None:
    build = build_with([CODES[0]])
    ids = build.places.frame.index
    moved = build_with([CODES[1]])
    keys = {
        kind_key(build, ids),
        kind_key(moved, ids),
        kind_key(replace(build, roads=roads_through(MAINLAND)), ids),
        kind_key(replace(build, roads=roads_through(MAINLAND, ISLAND)), ids),
        kind_key(replace(build, times=times_of({(CODES[0], CODES[0]): 2.0})), ids),
        kind_key(replace(build, times=times_of({(CODES[0], CODES[0]): 3.0})), ids),
    }
    assert len(keys) == 6
    assert kind_key(build_with([CODES[0]]), ids) == kind_key(build, ids)
