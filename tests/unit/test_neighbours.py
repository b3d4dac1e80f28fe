"""Neighbours: queen contiguity as libpysal's strict builder finds it, both ways, islands kept."""

import geopandas as gpd
import numpy as np
import places
import pytest
from libpysal.graph import Graph
from shapely import box
from shapely.affinity import translate

from geo.neighbours import neighbours_of

CRS = "EPSG:27700"


def random_boxes(seed: int) -> gpd.GeoSeries:
    """Squares of a grid, some left out, so that there are gaps, corners that touch and islands."""
    draw = np.random.default_rng(seed)
    cells = [(x, y) for x in range(7) for y in range(7) if draw.random() < 0.55]
    codes = [f"E0102{n:04d}" for n in draw.permutation(len(cells))]
    return gpd.GeoSeries([box(x, y, x + 1, y + 1) for x, y in cells], index=codes, crs=CRS)


@pytest.mark.parametrize("seed", range(6))
def test_neighbours_are_those_of_libpysal(seed: int) -> None:
    areas = random_boxes(seed)
    mine = neighbours_of(areas)
    theirs = Graph.build_contiguity(areas.sort_index(), rook=False, strict=True)
    assert mine.adjacency.sort_index().to_dict() == theirs.adjacency.sort_index().to_dict()
    assert set(mine.isolates) == set(theirs.isolates)


@pytest.mark.parametrize("seed", range(6))
def test_neighbours_stand_both_ways_and_no_area_is_its_own(seed: int) -> None:
    areas = random_boxes(seed)
    graph = neighbours_of(areas)
    pairs = {(a, b) for a, b in graph.adjacency.index if a != b}
    assert pairs == {(b, a) for a, b in pairs}
    assert {a for a, b in graph.adjacency.index if a == b} == set(graph.isolates)
    assert list(graph.unique_ids) == sorted(areas.index)


def test_the_order_of_the_areas_plays_no_part() -> None:
    areas = places.small_areas().geometry
    turned = neighbours_of(areas.iloc[::-1])
    assert turned.adjacency.equals(neighbours_of(areas).adjacency)


def test_areas_without_a_common_corner_point_are_neighbours() -> None:
    """The long side of one meets the sides of two: no corner of theirs is a corner of it."""
    areas = gpd.GeoSeries({"a": box(0, 0, 1, 3), "b": box(1, 1, 2, 2), "c": box(5, 5, 6, 6)}, crs=CRS)
    graph = neighbours_of(areas)
    assert list(graph["a"].index) == ["b"]
    assert list(graph.isolates) == ["c"]


def test_one_area_alone_and_all_alone_are_isolates() -> None:
    one = gpd.GeoSeries({"a": box(0, 0, 1, 1)}, crs=CRS)
    assert list(neighbours_of(one).isolates) == ["a"]
    many = gpd.GeoSeries({c: translate(box(0, 0, 1, 1), 9 * n) for n, c in enumerate("dbca")}, crs=CRS)
    graph = neighbours_of(many)
    assert list(graph.isolates) == list("abcd")
    assert graph.cardinalities.eq(0).all()
