"""The nearest place is the one that a look at every place finds, from every start and of every kind."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.area_table import CRS
from geo.nearest import minutes_to_nearest, nearest_by_kind
from geo.places import TEXT, Places
from tests.small_builds import make_areas, parts_of

BUILD = parts_of(make_areas({"pop_total": [1_000.0] * 4}))
CODE = "E01000001"
WEST, SOUTH = 400_000, 300_000
M_A_MINUTE = 80 / 1.3

Row = tuple[str, str, int, int]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["library", "school", "family_hub"]),
        st.text("abc", min_size=1, max_size=2),
        st.integers(-2, 5),
        st.integers(-2, 3),
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: row[:2],
)
SPOTS = st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 1_000)), min_size=1, max_size=4, unique=True)


def places_at(rows: list[Row]) -> Places:
    """Places by kind, name and half kilometres."""
    plain = pd.DataFrame([row[:2] for row in rows], columns=["kind", "name"]).reindex(columns=list(TEXT))
    plain = plain.astype("string").set_axis(pd.Index([f"p{n:02}" for n in range(len(rows))], name="place_id"))
    points = [shapely.Point(WEST + 500 * x, SOUTH + 500 * y) for *_, x, y in rows]
    return Places(gpd.GeoDataFrame(plain, geometry=points, crs=CRS), {})


def starts_at(spots: list[tuple[int, int]]) -> gpd.GeoDataFrame:
    """Starts of one area that stand for as many homes each."""
    plain = pd.DataFrame({"area_code": [CODE] * len(spots), "weight": 1 / len(spots)})
    return gpd.GeoDataFrame(plain, geometry=[shapely.Point(WEST + x, SOUTH + y) for x, y in spots], crs=CRS)


@given(ROWS, SPOTS)
def test_minutes_to_the_nearest_equal_a_look_at_every_place(
    rows: list[Row], spots: list[tuple[int, int]]
) -> None:
    build = replace(BUILD, places=places_at(rows), starts=starts_at(spots))
    found = minutes_to_nearest(build, build.places.frame.index)
    apart = [[p.distance(q) for q in build.places.frame.geometry] for p in build.starts.geometry]
    assert np.allclose(found, np.min(apart, axis=1) / M_A_MINUTE)


def test_without_a_place_none_is_near() -> None:
    assert np.isnan(minutes_to_nearest(BUILD, pd.Index([]))).all()


@given(ROWS, SPOTS, st.randoms(use_true_random=False))
def test_it_is_the_nearest_of_most_homes_and_of_those_alike_the_first_by_name(
    rows: list[Row], spots: list[tuple[int, int]], random: object
) -> None:
    build = replace(BUILD, places=places_at(rows), starts=starts_at(spots))
    found = nearest_by_kind(build, CODE, 10_000.0)
    assert list(found.index) == sorted({kind for kind, *_ in rows})
    frame = build.places.frame
    for kind in found.index:
        mine = frame[frame["kind"] == kind]
        votes: dict[tuple[str, str], int] = {}
        for start in build.starts.geometry:
            _, name, id_ = min(
                (round(start.distance(p), 6), str(name), str(id_))
                for id_, name, p in zip(mine.index, mine["name"], mine.geometry, strict=True)
            )
            votes[name, id_] = votes.get((name, id_), 0) + 1
        assert found.at[kind, "name"] == min(votes, key=lambda vote: (-votes[vote], vote))[0]
        near = [sum(s.distance(p) <= 15 * M_A_MINUTE for p in mine.geometry) for s in build.starts.geometry]
        assert found.at[kind, "within"] == max(
            n for n in range(13) if 2 * sum(k >= n for k in near) >= len(near)
        )
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    other = nearest_by_kind(replace(build, places=places_at(shuffled)), CODE, 10_000.0)
    assert other.equals(found)


def test_what_is_further_than_it_is_looked_for_has_no_name() -> None:
    build = replace(BUILD, places=places_at([("library", "a", 1, 1), ("school", "b", 5, 1)]))
    assert list(nearest_by_kind(build, "E01000000", 20.0).index) == ["library"]
