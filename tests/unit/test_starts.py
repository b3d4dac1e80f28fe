"""People set out from postcodes of their area: from one where homes stand close, from several where apart."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import assume, given
from hypothesis import strategies as st
from small_builds import SIDE_M, make_areas, square

from geo.area_table import CRS, AreaTable
from geo.places import find_areas
from geo.starts import MOST_STARTS, SPREAD_M, starts_of

WEST, SOUTH = square(0).bounds[:2]
WIDE = 10
"""How many times as wide as usual the squares are: six kilometres and more lie between homes of one area."""

T = TypeVar("T")
Home = tuple[int, int]
HOMES = st.lists(
    st.tuples(st.integers(-1, 3 * WIDE * SIDE_M), st.integers(-1, WIDE * SIDE_M)), max_size=40
) | st.lists(
    st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda p: (250 * p[0], 250 * p[1])), max_size=40
)


def wide_areas() -> AreaTable:
    """Three wide squares beside each other."""
    areas = make_areas({"pop_0_17": [1.0, 1.0, 1.0]})
    return replace(areas, frame=areas.frame.set_geometry(areas.frame.scale(WIDE, WIDE, origin=(WEST, SOUTH))))


AREAS = wide_areas()


def points_at(homes: list[Home]) -> gpd.GeoSeries:
    """Postcodes by metres from the corner of the first square."""
    return gpd.GeoSeries.from_xy([WEST + x for x, _ in homes], [SOUTH + y for _, y in homes], crs=CRS)


def starts(homes: list[Home]) -> gpd.GeoDataFrame:
    return starts_of(AREAS, points_at(homes))


def cut_in_loops(homes: list[Home]) -> list[list[Home]]:
    """Cut the homes of an area one part after the other, as `starts_of` says that it does."""
    parts = [homes]
    while len(parts) < MOST_STARTS:
        wide = [part for part in parts if squares(part) > SPREAD_M**2 * len(part)]
        if not wide:
            break
        worst = clearly_first(wide, lambda part: -squares(part))
        side = 1 if span(worst, 1) > span(worst, 0) else 0
        ordered = sorted(worst, key=lambda home: (home[side], home[1 - side]))
        halves = [(ordered[:at], ordered[at:]) for at in range(1, len(ordered))]
        parts.remove(worst)
        parts += clearly_first(halves, lambda pair: squares(pair[0]) + squares(pair[1]))
    return parts


def clearly_first(choices: list[T], rank: Callable[[T], float]) -> T:
    """Return the choice of the lowest rank; leave out an example in which another is as good."""
    ordered = sorted(choices, key=rank)
    assume(len(ordered) == 1 or rank(ordered[1]) - rank(ordered[0]) > 1e-6)
    return ordered[0]


def squares(part: list[Home]) -> float:
    middle = [sum(axis) / len(part) for axis in zip(*part, strict=True)]
    return math.fsum((home[axis] - middle[axis]) ** 2 for home in part for axis in (0, 1))


def span(part: list[Home], axis: int) -> int:
    return max(home[axis] for home in part) - min(home[axis] for home in part)


@given(HOMES)
def test_weights_add_up_to_one_and_points_are_postcodes_of_the_area(homes: list[Home]) -> None:
    found, points = starts(homes), points_at(homes)
    held = find_areas(points, AREAS.frame.geometry)
    assert list(found.columns) == ["area_code", "weight", "geometry"]
    assert found["area_code"].is_monotonic_increasing
    np.testing.assert_allclose(found.groupby("area_code")["weight"].sum(), 1.0, rtol=1e-12)
    for code, mine in found.groupby("area_code"):
        theirs = {(p.x, p.y) for p in points[(held == code).to_numpy(dtype=bool, na_value=False)]}
        own = [(p.x, p.y) for p in mine.geometry]
        assert 1 <= len(own) <= MOST_STARTS
        assert set(own) <= theirs if theirs else AREAS.frame.geometry[code].contains(mine.geometry.iloc[0])
    assert set(found["area_code"]) == set(AREAS.frame.index)


@given(HOMES, st.randoms(use_true_random=False))
def test_the_order_of_postcodes_changes_nothing(homes: list[Home], random: object) -> None:
    turned = list(homes)
    random.shuffle(turned)  # type: ignore[attr-defined]
    assert starts(turned).equals(starts(homes))


@given(
    st.lists(st.tuples(st.integers(1, 9_000), st.integers(1, 9_000)), min_size=1, max_size=25, unique=True)
)
def test_parts_are_those_that_loops_cut(homes: list[Home]) -> None:
    mine = starts(homes)
    mine = mine[mine["area_code"] == AREAS.frame.index[0]]
    expected = cut_in_loops(homes)
    assert sorted((mine["weight"] * len(homes)).round()) == sorted(len(part) for part in expected)


def test_homes_that_stand_close_have_one_start() -> None:
    found = starts([(100 * n, 50) for n in range(10)])
    mine = found[found["area_code"] == AREAS.frame.index[0]]
    assert mine["weight"].tolist() == [1.0]
    assert mine.geometry.tolist() == [shapely.Point(WEST + 400, SOUTH + 50)]


def test_two_villages_have_a_start_each_by_their_homes_and_areas_of_the_country_several() -> None:
    villages = [(20 * n, 10) for n in range(30)] + [(6_000 + 20 * n, 10) for n in range(10)]
    found = starts(villages)
    assert found["weight"].tolist()[:2] == [0.75, 0.25]
    farms = [(1_000 * x, 1_000 * y) for x in range(10) for y in range(10)]
    assert (starts(farms)["area_code"] == AREAS.frame.index[0]).sum() == MOST_STARTS


def test_an_area_without_a_postcode_has_one_point_inside_it() -> None:
    found = starts_of(AREAS, points_at([]))
    assert found["weight"].tolist() == [1.0, 1.0, 1.0]
    assert AREAS.frame.geometry.contains(gpd.GeoSeries(found.geometry.array, AREAS.frame.index)).all()


def test_areas_that_hold_the_points_can_be_given() -> None:
    points = points_at([(10, 10), (9_000, 9_000), (12_000, 10)])
    held = find_areas(points, AREAS.frame.geometry)
    assert starts_of(AREAS, points, held).equals(starts_of(AREAS, points))
