"""Starts, places and travel costs of a few points, and a two-step floating catchment area in plain loops."""

from collections.abc import Sequence
from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import strategies as st

from geo.area_table import CRS
from geo.travel import Means, TravelCosts, sorted_costs

Point = tuple[int, int]
POINTS = st.tuples(st.integers(-3_000, 3_000), st.integers(-3_000, 3_000))


def starts_at(points: Sequence[Point], areas: Sequence[int] | None = None) -> gpd.GeoDataFrame:
    """Starts at points, each the whole of an area of its own unless the number of its area is given."""
    of_area = list(range(len(points))) if areas is None else list(areas)
    homes = (
        pd.Series(of_area).map(pd.Series(of_area).value_counts()) if of_area else pd.Series([], dtype=float)
    )
    plain = pd.DataFrame({"area_code": [f"E0100{n:04}" for n in of_area], "weight": 1.0 / homes})
    return gpd.GeoDataFrame(
        plain.astype({"area_code": "str", "weight": float}), geometry=_points(points), crs=CRS
    )


def places_at(points: Sequence[Point]) -> gpd.GeoSeries:
    """Places at points, by id."""
    return _points(points).set_axis(pd.Index([f"p{n:03}" for n in range(len(points))], dtype="str"))


def costs_at(minutes: Sequence[Sequence[float | None]], cutoff_min: float = 60.0) -> TravelCosts:
    """Travel costs with one row of minutes a start, one column a place, and None where none is known."""
    matrix = np.array(minutes, dtype=float).reshape(len(minutes), -1)
    start, place = np.nonzero(~np.isnan(matrix))
    ids = pd.Index([f"p{n:03}" for n in range(matrix.shape[1])], dtype="str")
    return sorted_costs(
        _some_starts(len(matrix)), ids, start, place, matrix[start, place], cutoff_min, Means.MATRIX
    )


def matrices(most: int = 6) -> st.SearchStrategy[list[list[float | None]]]:
    """Minutes from some starts to some places, often just at the end of a step."""
    minutes = st.none() | st.sampled_from([0.0, 9.999, 10.0, 10.001, 20.0, 30.0, 30.001]) | st.floats(0, 60)
    shape = st.tuples(st.integers(1, most), st.integers(1, most))
    return shape.flatmap(
        lambda s: st.lists(st.lists(minutes, min_size=s[1], max_size=s[1]), min_size=s[0], max_size=s[0])
    )


def amounts(count: int, least: float = 0.0) -> st.SearchStrategy[list[float]]:
    """So many amounts of people or supply, some of them nought."""
    amount = st.floats(max(least, 0.01), 1e6) | (st.just(least) if least == 0 else st.nothing())
    return st.lists(amount, min_size=count, max_size=count)


def scores_in_loops(
    minutes: Sequence[Sequence[float | None]],
    demand: Sequence[float],
    supply: Sequence[float],
    steps: Sequence[tuple[float, float]],
) -> list[float]:
    """What each start has of the supply (E2SFCA), one place and one start after the other."""

    def weight(cost: float | None) -> float:
        return next((w for end, w in steps if cost is not None and cost <= end), 0.0)

    scores = [0.0] * len(minutes)
    for place, offered in enumerate(supply):
        wanted = sum(weight(row[place]) * people for row, people in zip(minutes, demand, strict=True))
        for start, row in enumerate(minutes):
            scores[start] += weight(row[place]) * offered / wanted if wanted else 0.0
    return scores


@cache
def _some_starts(count: int) -> gpd.GeoDataFrame:
    return starts_at([(n, 0) for n in range(count)])


def _points(points: Sequence[Point]) -> gpd.GeoSeries:
    return gpd.GeoSeries.from_xy([x for x, _ in points], [y for _, y in points], crs=CRS)
