"""The nearest place of each kind is the one that a look at every place finds."""

import math

import geopandas as gpd
import pandas as pd
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geo.area_table import CRS
from geo.nearest import nearest_places

Row = tuple[str, str, int, int]
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["library", "school", "family_hub"]),
        st.text("abc", min_size=1, max_size=3),
        st.integers(-5, 5),
        st.integers(-5, 5),
    ),
    max_size=12,
)


def places_at(rows: list[Row]) -> gpd.GeoDataFrame:
    """Places by kind, name and coordinates."""
    plain = pd.DataFrame([row[:2] for row in rows], columns=["kind", "name"], dtype="string")
    return gpd.GeoDataFrame(plain, geometry=[shapely.Point(x, y) for *_, x, y in rows], crs=CRS)


@given(ROWS, st.integers(-5, 5), st.integers(-5, 5))
def test_it_is_the_nearest_of_each_kind_and_of_ties_the_first_by_name(
    rows: list[Row], x: int, y: int
) -> None:
    found = nearest_places(places_at(rows), shapely.Point(x, y))
    assert set(found.index) == {kind for kind, *_ in rows}
    for kind in found.index:
        metres, name = min((math.hypot(px - x, py - y), name) for k, name, px, py in rows if k == kind)
        assert math.isclose(found.at[kind, "distance_m"], metres)
        assert found.at[kind, "name"] == name


@given(ROWS, st.randoms(use_true_random=False))
def test_the_order_of_places_changes_nothing(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (nearest_places(places_at(r), shapely.Point(0, 0)).sort_index() for r in (rows, shuffled))
    pd.testing.assert_frame_equal(one, other)
