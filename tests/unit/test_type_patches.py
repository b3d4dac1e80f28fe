"""Patches: connected, of a size wherever that can be, the same in any order, and honest about the rest."""

from functools import cache

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from libpysal.graph import Graph
from scipy.sparse import csr_array
from small_builds import square

from data.errors import AtlasError, GeographyError
from geo.builds import Build
from geo.neighbours import neighbours_of
from models.patch_ground import Ground
from models.patch_making import make_groups, ward_start
from models.type_patches import Patches, patches_of


def grid(count: int) -> gpd.GeoSeries:
    return gpd.GeoSeries([square(n) for n in range(count)], index=[f"a{n:03}" for n in range(count)])


def invented(count: int = 60, seed: int = 1) -> tuple[pd.DataFrame, Graph, pd.Series]:
    """A slope and noise on a grid, with 1,000 to 3,000 people an area."""
    rng, shapes = np.random.default_rng(seed), grid(count)
    values = {"need": np.arange(count) + rng.normal(size=count) * 5, "assets": rng.normal(size=count)}
    people = pd.Series(rng.integers(1_000, 3_000, count).astype(float), index=shapes.index)
    return pd.DataFrame(values, index=shapes.index), neighbours_of(shapes), people


def hangs_together(codes: pd.Index, beside: Graph) -> bool:
    reached, front = set[str](), {codes[0]}
    while front:
        reached |= front
        front = {other for code in front for other in beside[code].index if other in codes} - reached
    return len(reached) == len(codes)


def assert_sound(found: Patches, beside: Graph, people: pd.Series, least: float, most: float) -> None:
    for patch, members in found.frame.groupby("patch"):
        assert hangs_together(members.index, beside)
        size = people[members.index].sum()
        assert found.table.at[patch, "people"] == size
        assert found.table.at[patch, "areas"] == len(members)
        assert (found.table.at[patch, "fit"] == "fits") == (least <= size <= most)
        assert (found.table.at[patch, "why"] == "") == (least <= size <= most)


def test_every_patch_hangs_together_and_is_of_the_size() -> None:
    values, beside, people = invented()
    found = patches_of(values, beside, people)
    assert_sound(found, beside, people, 5_000, 10_000)
    assert set(found.table["fit"]) == {"fits"}
    assert found.alike > 0.5
    assert found.sentence[0].text == f"{len(found.table)} patches of 5,000 to 10,000 people"
    assert len(found.caveats) == 1


@given(st.integers(0, 10_000), st.integers(2, 30), st.sampled_from([3_000, 6_000, 12_000]))
def test_whatever_the_ground_patches_are_sound_and_said_to_be_what_they_are(
    seed: int, count: int, largest: int
) -> None:
    rng, shapes = np.random.default_rng(seed), grid(count)
    shapes = shapes[rng.random(count) < 0.8] if count > 2 else shapes
    if not len(shapes):
        shapes = grid(1)
    values = pd.DataFrame({"need": rng.normal(size=len(shapes))}, index=shapes.index)
    people = pd.Series(rng.integers(0, largest, len(shapes)).astype(float), index=shapes.index)
    beside = neighbours_of(shapes)
    found = patches_of(values, beside, people)
    assert_sound(found, beside, people, 5_000, 10_000)
    assert found.frame["patch"].notna().all()


def can_be_divided(people: np.ndarray, beside: np.ndarray, least: float, most: float) -> bool:
    """Try every division of a few areas."""
    count = len(people)
    near = [sum(1 << int(n) for n in np.flatnonzero(beside[area])) for area in range(count)]

    def whole(some: int) -> bool:
        reached = front = some & -some
        while front:
            around = 0
            for area in range(count):
                around |= near[area] if front >> area & 1 else 0
            front = around & some & ~reached
            reached |= front
        return reached == some

    sizes = [sum(people[a] for a in range(count) if some >> a & 1) for some in range(1 << count)]
    parts = [some for some in range(1, 1 << count) if least <= sizes[some] <= most and whole(some)]

    @cache
    def can(left: int) -> bool:
        if not left:
            return True
        first = left & -left
        return any(part & first and part & left == part and can(left ^ part) for part in parts)

    return can((1 << count) - 1)


def test_what_can_be_divided_at_all_is_divided() -> None:
    rng, possible = np.random.default_rng(5), 0
    for largest in (3_000, 5_000, 6_000) * 6:
        beside = neighbours_of(grid(9)).sparse.toarray()
        cut = np.triu(rng.random((9, 9)) < 0.5, 1)
        beside = beside * ~(cut | cut.T)
        people = rng.integers(1_000, largest, 9).astype(float)
        ground = Ground(rng.normal(size=(9, 2)), people, csr_array(beside), 5_000, 10_000)
        done = ground.fits(np.bincount(make_groups(ground), people)).all()
        can = can_be_divided(people, beside, 5_000, 10_000)
        assert done == can
        possible += can
    assert 5 <= possible <= 17


def test_the_start_is_a_cut_of_the_ward_tree_of_scipy() -> None:
    from scipy.cluster.hierarchy import fcluster, linkage

    rng = np.random.default_rng(2)
    values, count = rng.normal(size=(30, 3)), 30
    all_beside = csr_array(np.ones((count, count)) - np.eye(count))
    start = ward_start(Ground(values, np.ones(count), all_beside, 1, 6))
    theirs = linkage(values, "ward")
    together = set()
    for height in theirs[:, 2]:
        cut = fcluster(theirs, height + 1e-9, "distance")
        together |= {frozenset(np.flatnonzero(cut == group).tolist()) for group in np.unique(cut)}
    for group in np.unique(start):
        members = frozenset(np.flatnonzero(start == group).tolist())
        assert len(members) <= 6
        assert members in together or len(members) == 1


def test_patches_do_not_depend_on_the_order_of_rows_and_repeat_under_a_seed() -> None:
    values, beside, people = invented()
    first = patches_of(values, beside, people, seed=3)
    again = patches_of(values.iloc[::-1], beside, people.sample(frac=1, random_state=1), seed=3)
    pd.testing.assert_frame_equal(first.frame, again.frame)
    pd.testing.assert_frame_equal(first.table, again.table)


def test_units_of_the_columns_and_constant_columns_do_not_matter() -> None:
    values, beside, people = invented()
    other = values.assign(need=values["need"] * 1_000 + 7, same=4.0, absent=np.nan)
    first, second = (patches_of(frame, beside, people).frame for frame in (values, other))
    pd.testing.assert_frame_equal(first, second)


def test_an_island_and_an_area_of_too_many_are_shown_with_the_reason() -> None:
    shapes = grid(20)
    shapes.iloc[0] = square(100_000)
    people = pd.Series(2_000.0, index=shapes.index)
    people.iloc[5] = 12_000
    values = pd.DataFrame({"need": np.arange(20.0)}, index=shapes.index)
    found = patches_of(values, neighbours_of(shapes), people)
    fit = found.frame["patch"].map(found.table["fit"])
    assert (fit.iloc[0], fit.iloc[5]) == ("too_few", "too_many")
    assert set(fit.drop(fit.index[[0, 5]])) == {"fits"}
    words = "".join(part.text for part in found.sentence)
    assert words.endswith("patches hold 5,000 to 10,000 people; the others are shown with the reason.")
    assert any(c.startswith("1 patch is outside the bounds: it lies beside nothing") for c in found.caveats)


def test_ground_that_no_cut_divides_is_said_so() -> None:
    """A centre with five neighbours that touch it alone, of 4,000 each: one pair fits, the others do not."""
    codes = [f"a{n}" for n in range(6)]
    beside = Graph.from_arrays(["a0"] * 5 + codes[1:], codes[1:] + ["a0"] * 5, np.ones(10))
    people = pd.Series(4_000.0, index=codes)
    found = patches_of(pd.DataFrame({"need": range(6)}, index=codes, dtype=float), beside, people)
    assert sorted(found.table["fit"]) == ["fits"] + ["not_found"] * 4


def test_no_patch_crosses_the_border_of_a_place() -> None:
    values, beside, people = invented()
    council = pd.Series(["x"] * 30 + ["y"] * 30, index=values.index)
    found = patches_of(values, beside, people, within=council)
    assert (council.groupby(found.frame["patch"]).nunique() == 1).all()
    assert (found.frame["patch"].map(found.table["within"]) == council).all()


def test_an_area_that_lacks_a_value_goes_with_those_beside_and_that_is_said() -> None:
    values, beside, people = invented()
    values.loc["a007", "need"] = np.nan
    people["a008"] = np.nan
    found = patches_of(values, beside, people)
    assert found.frame["patch"].isna().to_numpy().nonzero()[0].tolist() == [8]
    assert found.caveats[1].startswith("1 area lacks some of what likeness is told by")
    assert found.caveats[2] == "1 area is in no patch: the number of people is not known."


def test_bounds_and_codes_are_checked() -> None:
    values, beside, people = invented(12)
    with pytest.raises(AtlasError, match="cannot hold at least 9,000"):
        patches_of(values, beside, people, 9_000, 8_000)
    with pytest.raises(GeographyError, match="1 areas have no number of people: a003"):
        patches_of(values, beside, people.drop("a003"))
    with pytest.raises(GeographyError, match="Areas stand twice: a000"):
        patches_of(pd.concat([values, values.iloc[:1]]), beside, people)


def test_northmere_is_divided_whole(northmere_build: Build) -> None:
    frame = northmere_build.areas.frame
    beside = neighbours_of(frame.geometry)
    found = patches_of(frame[["need_imd_rank", "need_crime_rank"]], beside, frame["pop_total"])
    assert_sound(found, beside, frame["pop_total"], 5_000, 10_000)
    assert set(found.table["fit"]) == {"fits"}
