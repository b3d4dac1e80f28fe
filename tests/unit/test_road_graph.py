"""Lines become a graph: they join where they share a vertex, and nowhere else."""

from random import Random

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.road_graph import LOOSE_M, make_graph, split_lines, without_loose
from tests.road_networks import random_lines

Corners = list[tuple[float, float]]
SEEDS = st.integers(0, 2**32 - 1)


def split(*lines: Corners) -> gpd.GeoDataFrame:
    return split_lines(np.array([shapely.LineString(line) for line in lines], dtype=object))


def pieces_of(edges: gpd.GeoDataFrame) -> set[frozenset[tuple[tuple[float, ...], ...]]]:
    """Each edge as the set of both directions of its vertices."""
    return {frozenset([tuple(line.coords), tuple(line.coords)[::-1]]) for line in edges.geometry}


def test_lines_that_merely_cross_do_not_join() -> None:
    edges = split([(0, 0), (100, 100)], [(0, 100), (100, 0)])
    assert len(edges) == 2
    assert make_graph(edges).component.tolist() == [0, 1, 1, 0]


def test_a_line_is_split_where_another_has_a_vertex_of_its_own() -> None:
    edges = split([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 80)])
    assert pieces_of(edges) == pieces_of(split([(0, 0), (50, 0)], [(50, 0), (100, 0)], [(50, 0), (50, 80)]))
    assert sorted(edges["metres"]) == [50, 50, 80]
    assert make_graph(edges).junctions == 4


def test_vertices_join_when_they_are_the_same_to_a_tenth_of_a_metre() -> None:
    assert make_graph(split([(0, 0), (50, 0)], [(50.04, 0.04), (50, 80)])).junctions == 3
    assert make_graph(split([(0, 0), (50, 0)], [(50.4, 0), (50, 80)])).junctions == 4


def test_a_vertex_in_the_middle_that_nobody_shares_is_no_junction() -> None:
    edges = split([(0, 0), (50, 10), (100, 0)])
    assert edges[["u", "v"]].to_numpy().tolist() == [[0, 1]]
    assert edges["metres"].tolist() == pytest.approx([2 * np.hypot(50, 10)])


def test_a_line_that_meets_itself_is_split_there_and_a_ring_ends_where_it_begins() -> None:
    edges = split([(0, 0), (50, 0), (100, 50), (100, -50), (50, 0)])
    assert edges[["u", "v"]].to_numpy().tolist() == [[0, 1], [1, 1]]
    assert edges["metres"].tolist() == pytest.approx([50, 100 + 2 * np.hypot(50, 50)])


def test_the_shorter_of_two_parallel_ways_counts_and_both_stay() -> None:
    edges = split([(0, 0), (50, 40), (100, 0)], [(0, 0), (100, 0)])
    graph = make_graph(edges)
    assert len(edges) == 2
    assert graph.arcs.toarray().tolist() == [[0, 100], [100, 0]]


def test_there_and_back_is_one_road() -> None:
    once = split([(0, 0), (50, 0)], [(50, 0), (50, 50)])
    assert pieces_of(split([(0, 0), (50, 0), (50, 50), (50, 0)])) == pieces_of(once)


def test_a_line_of_no_length_is_no_road() -> None:
    assert split([(0, 0), (0.01, 0.01)]).empty
    assert make_graph(split_lines(np.empty(0, dtype=object))).junctions == 0


@given(SEEDS, st.randoms(use_true_random=False))
def test_neither_order_nor_direction_nor_repetition_of_lines_changes_anything(
    seed: int, random: Random
) -> None:
    lines = random_lines(np.random.default_rng(seed))
    others = [shapely.reverse(line) if random.random() < 0.5 else line for line in [*lines, lines[0]]]
    random.shuffle(others)
    one, other = (split_lines(np.array(some, dtype=object)) for some in (lines, others))
    assert one.equals(other)


@given(SEEDS)
def test_no_piece_of_any_line_is_lost_and_none_is_added(seed: int) -> None:
    lines = random_lines(np.random.default_rng(seed))
    edges = split_lines(np.array(lines, dtype=object))
    assert shapely.equals(shapely.union_all(edges.geometry.to_numpy()), shapely.union_all(lines))
    assert edges["metres"].to_numpy() == pytest.approx(shapely.length(edges.geometry.to_numpy()), abs=1e-9)
    assert (edges["u"] <= edges["v"]).all()
    assert sorted(set(edges["u"]) | set(edges["v"])) == list(range(make_graph(edges).junctions))


def test_short_pieces_that_nothing_joins_are_left_out_and_counted() -> None:
    street: Corners = [(0, 0), (LOOSE_M, 0)]
    kept, loose = without_loose(
        split(street, [(0, 90), (LOOSE_M - 1, 90)], [(0, 95), (10, 95)], [(0, 0), (0, 20)])
    )
    assert loose == 2
    assert pieces_of(kept) == pieces_of(split(street, [(0, 0), (0, 20)]))
    assert make_graph(kept).junctions == 3


def test_the_longest_piece_stays_however_short() -> None:
    kept, loose = without_loose(split([(0, 0), (40, 0)], [(0, 90), (20, 90)]))
    assert (kept["metres"].tolist(), loose) == ([40], 1)
