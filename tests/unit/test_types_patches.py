"""Patches side by side have different colours, and few of them are enough."""

import geopandas as gpd
import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from views.types_look import PATCHES, PATCHES_DARK
from views.types_patches import colours_of

SIDE = 6
GRID = gpd.GeoSeries(
    {f"a{x}{y}": box(x, y, x + 1, y + 1) for x in range(SIDE) for y in range(SIDE)}, crs="EPSG:27700"
)


@given(st.lists(st.integers(1, 9), min_size=SIDE**2, max_size=SIDE**2))
def test_patches_side_by_side_differ(numbers: list[int]) -> None:
    patches = pd.Series(numbers, index=GRID.index, dtype="Int64")
    colours = colours_of(patches, GRID)
    assert colours.groupby(patches).nunique().eq(1).all()
    one, other = GRID.sindex.query(GRID, predicate="intersects")
    apart = patches.to_numpy()[one] != patches.to_numpy()[other]
    assert (colours.to_numpy()[one][apart] != colours.to_numpy()[other][apart]).all()


def test_rows_of_patches_need_two_colours() -> None:
    patches = pd.Series(np.repeat(np.arange(1, SIDE + 1), SIDE), index=GRID.index, dtype="Int64")
    assert colours_of(patches, GRID).nunique() == 2


def test_an_area_in_no_patch_has_no_colour() -> None:
    patches = pd.Series([1] * (SIDE**2 - 1) + [pd.NA], index=GRID.index, dtype="Int64")
    colours = colours_of(patches, GRID)
    assert colours.isna().tolist() == patches.isna().tolist()


def test_there_are_as_many_colours_by_day_as_by_night() -> None:
    assert len(PATCHES) == len(PATCHES_DARK) == len({*PATCHES}) == len({*PATCHES_DARK})
