"""Shortest ways along roads: those that networkx finds on a graph made by other means."""

import itertools
import math

import geopandas as gpd
import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.settings import settings
from geo.area_table import CRS
from geo.reach import nearest_of
from geo.road_graph import split_lines
from geo.roads import Roads, costs_by_roads, nearest_by_roads
from geo.travel import Means, Mode, TravelCosts, minutes_of
from tests.road_networks import random_lines, random_points
from tests.small_builds import provenance

Lines = list[shapely.LineString]


def roads_of(lines: Lines) -> Roads:
    return Roads(split_lines(np.array(lines, dtype=object)), provenance("Roads"))


def starts_at(points: list[shapely.Point]) -> gpd.GeoDataFrame:
    codes = [f"E0100{n:04}" for n in range(len(points))]
    return gpd.GeoDataFrame({"area_code": codes, "weight": 1.0}, geometry=points, crs=CRS)


def places_at(points: list[shapely.Point]) -> gpd.GeoSeries:
    return gpd.GeoSeries(points, index=[f"p{n:03}" for n in range(len(points))], crs=CRS)


def graph_by_hand(lines: Lines, points: dict[str, shapely.Point]) -> nx.Graph:
    """A node at each vertex, an edge at each straight piece, cut where points come to it."""
    pieces = sorted({tuple(sorted(pair)) for line in lines for pair in itertools.pairwise(line.coords)})
    cuts: dict[int, list[tuple[float, str]]] = {}
    graph = nx.Graph()
    graph.add_nodes_from(points)
    for name, point in points.items():
        apart, number = min((shapely.LineString(piece).distance(point), n) for n, piece in enumerate(pieces))
        if apart <= 500:
            cuts.setdefault(number, []).append((shapely.LineString(pieces[number]).project(point), name))
            graph.add_edge(name, ("cut", name), weight=apart * settings().detour)
    for number, (a, b) in enumerate(pieces):
        stops = [
            (0.0, a),
            *((m, ("cut", name)) for m, name in sorted(cuts.get(number, []))),
            (math.dist(a, b), b),
        ]
        for (before, one), (after, other) in itertools.pairwise(stops):
            graph.add_edge(one, other, weight=max(0.0, after - before))
    return graph


def minutes_by_hand(
    lines: Lines, starts: list[shapely.Point], places: list[shapely.Point], cutoff: float, mode: Mode
) -> dict[tuple[int, int], float]:
    points = {f"s{n}": point for n, point in enumerate(starts)} | {f"p{n}": p for n, p in enumerate(places)}
    graph = graph_by_hand(lines, points)
    found = {}
    for i in range(len(starts)):
        metres = nx.single_source_dijkstra_path_length(graph, f"s{i}")
        for j in range(len(places)):
            if f"p{j}" in metres and (minutes := float(minutes_of(metres[f"p{j}"], mode))) <= cutoff:
                found[i, j] = minutes
    return found


def pairs_of(costs: TravelCosts) -> dict[tuple[int, int], float]:
    return dict(zip(zip(costs.start.tolist(), costs.place.tolist(), strict=True), costs.minutes, strict=True))


@given(st.integers(0, 2**32 - 1), st.sampled_from(list(Mode)), st.sampled_from([5.0, 15.0, 200.0]))
def test_minutes_are_those_of_networkx(seed: int, mode: Mode, cutoff: float) -> None:
    rng = np.random.default_rng(seed)
    lines, starts, places = random_lines(rng), random_points(rng, 9), random_points(rng, 9)
    costs = costs_by_roads(starts_at(starts), places_at(places), roads_of(lines), mode, cutoff)
    expected = minutes_by_hand(lines, starts, places, cutoff, mode)
    assert pairs_of(costs) == pytest.approx(expected, abs=1e-9)
    assert costs.means is Means.NETWORK


@given(st.integers(0, 2**32 - 1), st.sampled_from([5.0, 15.0, 200.0]))
def test_the_nearest_by_one_search_is_the_nearest_of_all_ways(seed: int, cutoff: float) -> None:
    rng = np.random.default_rng(seed)
    lines, starts, places = random_lines(rng), random_points(rng, 9), random_points(rng, 9)
    asked = starts_at(starts), places_at(places), roads_of(lines), Mode.WALK, cutoff
    np.testing.assert_array_equal(nearest_by_roads(*asked), nearest_of(costs_by_roads(*asked)).minutes)
