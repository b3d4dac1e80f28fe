"""Figures are carried across vintages without loss: counts sum back, averages stay within their parts."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import places
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from data.errors import GeographyError
from data.indicators import Kind, indicators
from geo.crosswalk import (
    Crosswalk,
    carry,
    carry_averages,
    carry_counts,
    from_boundaries,
    from_lookup,
    inside_place,
    reconcile,
)

OLDER = places.small_areas("2011").geometry
NEWER = places.small_areas("2021").geometry
COUNT = indicators()["pop_total"]
SCORE = indicators()["need_crime_score"]
RANK = indicators()["need_imd_rank"]
NONE = gpd.GeoSeries([], crs=places.CRS)


def points(per_square: dict[int, int] | None = None) -> gpd.GeoSeries:
    frame = places.postcodes(per_square)
    return gpd.GeoSeries.from_xy(frame["oseast1m"], frame["osnrth1m"], crs=places.CRS)


def pairs() -> pd.DataFrame:
    return places.crosswalk_pairs().rename(columns={"LSOA11CD": "old", "LSOA21CD": "new"})


@st.composite
def crosswalks(draw: st.DrawFn) -> Crosswalk:
    """Up to six old areas, each shared among some of five new ones by whole-number votes."""
    rows = []
    for source in range(draw(st.integers(1, 6))):
        targets = draw(st.lists(st.integers(0, 4), min_size=1, max_size=4, unique=True))
        votes = [draw(st.integers(1, 9)) for _ in targets]
        rows += [(f"s{source}", f"t{t}", v / sum(votes)) for t, v in zip(targets, votes, strict=True)]
    return Crosswalk(pd.DataFrame(rows, columns=["source", "target", "weight"]), "drawn")


def values_for(crosswalk: Crosswalk, values: st.SearchStrategy[float]) -> st.SearchStrategy[pd.Series]:
    sources = sorted(set(crosswalk.weights["source"]))
    drawn = st.lists(values, min_size=len(sources), max_size=len(sources))
    return drawn.map(lambda found: pd.Series(found, index=sources, dtype=float, name="pop_total"))


WHOLE = st.integers(0, 10**6).map(float)
REAL = st.floats(0, 1e6, allow_nan=False)


@pytest.mark.proof
@given(st.data(), crosswalks())
def test_whole_counts_stay_whole_and_sum_back_to_the_last_one(
    data: st.DataObject, crosswalk: Crosswalk
) -> None:
    before = data.draw(values_for(crosswalk, WHOLE))
    after = carry_counts(before, crosswalk)
    assert after.sum() == before.sum()
    assert (after == after.round()).all()
    assert (after >= 0).all()


@pytest.mark.proof
@given(st.data(), crosswalks())
def test_each_part_of_a_whole_count_is_within_one_of_its_share(
    data: st.DataObject, crosswalk: Crosswalk
) -> None:
    before = data.draw(values_for(crosswalk, WHOLE))
    parts = crosswalk.weights["source"].map(before) * crosswalk.weights["weight"]
    exact = parts.groupby(crosswalk.weights["target"]).sum()
    pieces = crosswalk.weights.groupby("target").size()
    assert ((carry_counts(before, crosswalk) - exact).abs() <= pieces + 1e-6).all()


@pytest.mark.proof
@given(st.data(), crosswalks())
def test_real_counts_sum_back(data: st.DataObject, crosswalk: Crosswalk) -> None:
    before = data.draw(values_for(crosswalk, REAL))
    assert carry_counts(before, crosswalk).sum() == pytest.approx(before.sum(), rel=1e-9, abs=1e-9)


@pytest.mark.proof
@given(st.data(), crosswalks(), st.sampled_from([COUNT, SCORE, RANK]))
def test_row_order_plays_no_part(data: st.DataObject, crosswalk: Crosswalk, indicator: object) -> None:
    before = data.draw(values_for(crosswalk, WHOLE))
    people = data.draw(values_for(crosswalk, WHOLE))
    order = data.draw(st.permutations(range(len(crosswalk.weights))))
    turned = Crosswalk(crosswalk.weights.iloc[list(order)].reset_index(drop=True), "drawn")
    first = carry(before, indicator, crosswalk, people)
    second = carry(before.iloc[::-1], indicator, turned, people.iloc[::-1])
    pd.testing.assert_series_equal(first, second, check_names=False, rtol=1e-12)


@pytest.mark.proof
@given(st.data(), crosswalks(), st.sampled_from([COUNT, SCORE, RANK]))
def test_a_missing_value_stays_missing_and_is_never_zero(
    data: st.DataObject, crosswalk: Crosswalk, indicator: object
) -> None:
    before = data.draw(values_for(crosswalk, st.one_of(st.just(float("nan")), st.integers(1, 99).map(float))))
    after = carry(before, indicator, crosswalk)
    lacking = set(before.index[before.isna()])
    touched = crosswalk.weights.loc[crosswalk.weights["source"].isin(lacking), "target"]
    assert after.reindex(sorted(set(touched))).isna().all()
    assert not (carry(before + 1, indicator, crosswalk) == 0).any() or indicator.kind is Kind.COUNT


@pytest.mark.proof
@given(st.data(), crosswalks())
def test_averages_lie_within_the_range_of_their_parts(data: st.DataObject, crosswalk: Crosswalk) -> None:
    before = data.draw(values_for(crosswalk, st.floats(-4, 100, allow_nan=False)))
    people = data.draw(values_for(crosswalk, st.one_of(WHOLE, st.just(float("nan")))))
    after = carry_averages(before, crosswalk, people)
    parts = crosswalk.weights["source"].map(before).groupby(crosswalk.weights["target"])
    assert after.notna().all()
    assert (after >= parts.min() - 1e-9).all()
    assert (after <= parts.max() + 1e-9).all()


@pytest.mark.proof
@given(st.data(), crosswalks())
def test_a_rank_carries_only_where_nothing_changed(data: st.DataObject, crosswalk: Crosswalk) -> None:
    same = crosswalk.weights.assign(source=crosswalk.weights["source"].str.replace("s", "t"))
    crosswalk = replace(crosswalk, weights=same)
    before = data.draw(values_for(crosswalk, st.integers(1, 33_755).map(float)))
    after = carry(before, RANK, crosswalk)
    for target, value in after.items():
        into = same[same["target"] == target]
        unchanged = into["source"].tolist() == [target] and into["weight"].iloc[0] == 1.0
        assert (value == before[target]) if unchanged else np.isnan(value)


@pytest.mark.proof
@given(st.lists(st.integers(0, 12), min_size=2, max_size=2))
def test_lookup_and_boundaries_agree_on_a_simple_split(counts: list[int]) -> None:
    """Without postcodes the lookup splits evenly and the boundaries by area: the same for equal squares."""
    where = points({0: counts[0], 1: counts[1]})
    by_lookup = from_lookup(pairs(), NEWER, where).weights.set_index(["source", "target"])["weight"]
    by_shape = from_boundaries(OLDER, NEWER, where).weights.set_index(["source", "target"])["weight"]
    split = [("E01020101", "E01035001"), ("E01020101", "E01035002")]
    for pair, count in zip(split, counts, strict=True):
        wanted = count / sum(counts) if sum(counts) else 0.5
        assert by_lookup.get(pair, 0.0) == pytest.approx(wanted)
        assert by_shape.get(pair, 0.0) == pytest.approx(wanted)


def test_a_lookup_and_boundaries_agree_on_what_is_unchanged_and_merged() -> None:
    by_lookup = from_lookup(pairs(), NEWER, points())
    by_shape = from_boundaries(OLDER, NEWER, points())
    assert by_lookup.changed == by_shape.changed == set(places.RETIRED)
    merged = [w[w["target"] == "E01035003"] for w in (by_lookup.weights, by_shape.weights)]
    assert merged[0]["source"].tolist() == merged[1]["source"].tolist() == ["E01020102", "E01020103"]
    assert merged[0]["weight"].tolist() == pytest.approx(merged[1]["weight"].tolist())


def test_without_postcodes_the_parts_of_an_area_go_by_their_size() -> None:
    weights = from_boundaries(OLDER, NEWER, NONE).weights.set_index(["source", "target"])["weight"]
    assert weights["E01020104", "E01035004"] == pytest.approx(2 / 3)
    assert weights["E01020104", "E01035005"] == pytest.approx(1 / 3)


def test_slivers_along_an_edge_carry_nothing() -> None:
    shaken = OLDER.translate(xoff=3.0, yoff=-2.0)
    weights = from_boundaries(shaken, NEWER, NONE).weights
    exact = from_boundaries(OLDER, NEWER, NONE).weights
    assert weights[["source", "target"]].equals(exact[["source", "target"]])


def test_an_old_area_outside_every_new_one_is_refused() -> None:
    lost = pd.concat([OLDER, gpd.GeoSeries({"E01029999": shapely.box(0, 0, 10, 10)}, crs=places.CRS)])
    with pytest.raises(GeographyError, match="1 LSOA 2011 areas lie outside every LSOA 2021 area: E01029999"):
        from_boundaries(lost, NEWER, points())


def test_a_wider_place_is_cut_to_the_new_one_and_another_place_is_not() -> None:
    mine = NEWER[places.small_areas()["la_name"] == "Oakmere"]
    inside = inside_place(OLDER, mine)
    assert set(inside.index) == set(OLDER.index[places.small_areas("2011")["la_name"] == "Oakmere"])
    elsewhere = OLDER.translate(xoff=90_000.0).set_axis(OLDER.index.str.replace("E0102", "E0101"))
    assert inside_place(elsewhere, mine).equals(elsewhere)
    with pytest.raises(GeographyError, match="the same place"):
        from_boundaries(elsewhere, mine, points())


def test_pairs_of_other_places_and_repeats_of_a_pair_are_left_out() -> None:
    elsewhere = pd.DataFrame({"old": ["E01029998"], "new": ["E01039998"], "CHGIND": ["S"]})
    more = pd.concat([pairs(), elsewhere, pairs().head(5)]).sample(frac=1, random_state=1)
    pd.testing.assert_frame_equal(
        from_lookup(more, NEWER, points()).weights, from_lookup(pairs(), NEWER, points()).weights
    )


def test_weights_that_do_not_add_up_are_refused() -> None:
    with pytest.raises(GeographyError, match="weights of 1 areas do not add up to 1: a"):
        Crosswalk(pd.DataFrame({"source": ["a"], "target": ["b"], "weight": [0.9]}), "wrong")


def test_cover_counts_areas_whose_every_source_is_known() -> None:
    crosswalk = from_lookup(pairs(), NEWER, points())
    assert crosswalk.cover(OLDER.index, NEWER.index) == 1.0
    assert crosswalk.cover(OLDER.index.drop("E01020102"), NEWER.index) == pytest.approx(23 / 24)
    assert crosswalk.cover(pd.Index([]), NEWER.index) == 0.0


def test_the_reconciliation_balances_or_stops() -> None:
    crosswalk = from_lookup(pairs(), NEWER, points())
    before = pd.Series(range(100, 124), index=OLDER.index, dtype=float, name="pop_total")
    after = carry(before, COUNT, crosswalk)
    entry = reconcile(before, after, NEWER.index[:10], crosswalk)
    assert entry["total_after"] + entry["outside_the_build"] == entry["total_before"] == before.sum()
    assert entry["areas_changed"] == 5
    with pytest.raises(GeographyError, match="does not balance"):
        reconcile(before, after + 1, NEWER.index, crosswalk)


def test_a_count_lost_beside_a_missing_one_is_reported() -> None:
    crosswalk = from_lookup(pairs(), NEWER, points())
    before = pd.Series(100.0, index=OLDER.index, name="pop_total")
    before["E01020102"] = np.nan
    after = carry(before, COUNT, crosswalk)
    entry = reconcile(before, after, NEWER.index, crosswalk)
    assert entry["without_a_value"] == 1
    assert entry["lost_beside_missing"] == 100.0
