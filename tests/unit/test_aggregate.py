"""Wards and councils follow from small areas by the right method for each kind of column."""

from dataclasses import replace

import numpy as np
import pandas as pd
import places
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_area_table import PEDIGREE, suppress, table

from data.codes import LSOA_COUNT
from data.errors import GeographyError
from data.provenance import Status, Tier
from geo.aggregate import aggregate, extent_weight
from geo.area_table import AreaTable
from tests.small_builds import placed_by_a_point

AREAS = places.small_areas()
IN_ENGLAND = LSOA_COUNT["2021"]
FIRST, LAST = "E05009000", "E05009005"


def full(seed: int = 3) -> AreaTable:
    draw = np.random.default_rng(seed)
    rank = (draw.choice(IN_ENGLAND, 24, replace=False) + 1).astype(float)
    return table(
        need_idaci_score=draw.random(24).round(3),
        need_idaci_rank=rank,
        need_idaci_decile=np.ceil(rank * 10 / IN_ENGLAND),
        need_imd_score=draw.random(24) * 90,
        pop_iod_0_15=draw.integers(100, 600, 24).astype(float),
        pop_iod_total=draw.integers(900, 3_000, 24).astype(float),
        pop_0_17=draw.integers(100, 700, 24).astype(float),
    )


@pytest.mark.parametrize("level", ["ward", "council"])
def test_counts_of_a_level_sum_to_the_total(level: str) -> None:
    areas = full()
    sums = aggregate(areas, level).frame
    for column in ("pop_iod_0_15", "pop_iod_total", "pop_0_17"):
        assert sums[column].sum() == areas.frame[column].sum()
    assert sums["areas"].sum() == 24


@given(st.integers(0, 10_000))
def test_averages_are_weighted_by_the_own_denominator_of_the_index(seed: int) -> None:
    areas = full(seed)
    wards = aggregate(areas, "ward").frame
    for ward, own in areas.frame.groupby("ward_code"):
        idaci = np.average(own["need_idaci_score"], weights=own["pop_iod_0_15"])
        imd = np.average(own["need_imd_score"], weights=own["pop_iod_total"])
        rank = np.average(own["need_idaci_rank"], weights=own["pop_iod_0_15"])
        extent = np.average(extent_weight(own["need_idaci_rank"], IN_ENGLAND), weights=own["pop_iod_0_15"])
        assert wards.loc[ward, "need_idaci_score"] == pytest.approx(idaci)
        assert wards.loc[ward, "need_imd_score"] == pytest.approx(imd)
        assert wards.loc[ward, "need_idaci_average_rank"] == pytest.approx(rank)
        assert wards.loc[ward, "need_idaci_extent_share"] == pytest.approx(extent)
        worst = (own["need_idaci_decile"] == 1).mean()
        assert wards.loc[ward, "need_idaci_worst_decile_share"] == worst
        fifth = (own["need_idaci_decile"] <= 2).mean()
        assert wards.loc[ward, "need_idaci_worst_fifth_share"] == fifth


def test_deciles_are_never_averaged() -> None:
    assert not [c for c in aggregate(full(), "ward").frame if c.endswith("_decile")]


@pytest.mark.parametrize(
    ("percentile", "weight"),
    [(1, 1.0), (10, 1.0), (11, 0.95), (12, 0.95 - 0.9 / 19), (30, 0.05), (31, 0.0), (100, 0.0)],
)
def test_the_extent_falls_from_the_tenth_to_the_thirtieth_percentile(percentile: int, weight: float) -> None:
    within = pd.Series([(percentile - 1) * 10 + 1.0, percentile * 10.0])
    assert extent_weight(within, 1_000).tolist() == pytest.approx([weight, weight])


@pytest.mark.proof
@given(st.lists(st.integers(1, IN_ENGLAND), min_size=2, max_size=9))
def test_the_extent_never_rises_with_the_rank(ranks: list[int]) -> None:
    weights = extent_weight(pd.Series(sorted(ranks), dtype=float), IN_ENGLAND)
    assert (weights.diff().dropna() <= 1e-12).all()
    assert weights.between(0, 1).all()


def test_a_missing_rank_has_no_extent() -> None:
    assert extent_weight(pd.Series([np.nan]), IN_ENGLAND).isna().all()


def test_a_ward_with_a_missing_value_is_missing_and_others_are_not() -> None:
    areas = full()
    frame, status = areas.frame.copy(), areas.status.copy()
    code = frame.index[frame["ward_code"] == FIRST][0]
    for column in ("need_idaci_score", "need_idaci_rank", "pop_0_17"):
        frame.loc[code, column] = np.nan
        status.loc[code, column] = Status.MISSING.value
    wards = aggregate(replace(areas, frame=frame, status=status), "ward")
    for column in ("need_idaci_score", "need_idaci_average_rank", "need_idaci_extent_share", "pop_0_17"):
        assert wards.frame[column].isna().sum() == 1
        assert wards.status.loc[FIRST, column] == Status.MISSING.value
        assert set(wards.status[column].drop(FIRST)) == {Status.OBSERVED.value}


def test_a_suppressed_value_stays_suppressed_and_is_never_zero() -> None:
    areas = full()
    code = areas.frame.index[areas.frame["ward_code"] == FIRST][0]
    for column in ("pop_0_17", "need_idaci_rank", "need_idaci_decile"):
        areas = suppress(areas, column, [code])
    for level, group in (("ward", FIRST), ("council", "E06000901")):
        made = aggregate(areas, level)
        for column in ("pop_0_17", "need_idaci_average_rank", "need_idaci_worst_decile_share"):
            assert np.isnan(made.frame.loc[group, column])
            assert made.status.loc[group, column] == Status.SUPPRESSED.value
            assert made.frame[column].drop(group).notna().all()


def test_a_suppressed_decile_alone_suppresses_the_share_made_of_it() -> None:
    areas = full()
    code = areas.frame.index[areas.frame["ward_code"] == LAST][0]
    wards = aggregate(suppress(areas, "need_idaci_decile", [code]), "ward")
    assert wards.status.loc[LAST, "need_idaci_worst_decile_share"] == Status.SUPPRESSED.value
    assert wards.status.loc[LAST, "need_idaci_worst_fifth_share"] == Status.OBSERVED.value


def test_the_least_certain_status_is_the_status_of_the_whole() -> None:
    areas = full()
    status = areas.status.copy()
    status["pop_iod_0_15"] = Status.APPORTIONED.value
    status = status.astype(areas.status.dtypes.to_dict())
    made = aggregate(replace(areas, status=status), "ward")
    assert set(made.status["need_idaci_score"]) == {Status.APPORTIONED.value}
    assert set(made.status["need_imd_score"]) == {Status.OBSERVED.value}


def test_a_ward_s_ranks_range_from_its_most_to_its_least_deprived_area() -> None:
    areas = full()
    wards = aggregate(areas, "ward").frame
    ranks = areas.frame.groupby("ward_code")["need_idaci_rank"]
    assert wards["need_idaci_most_deprived_rank"].equals(ranks.min().rename("need_idaci_most_deprived_rank"))
    assert wards["need_idaci_least_deprived_rank"].equals(
        ranks.max().rename("need_idaci_least_deprived_rank")
    )
    assert wards["need_idaci_average_rank"].between(ranks.min(), ranks.max()).all()


def test_areas_without_index_or_people_do_not_change_how_others_are_averaged() -> None:
    """A build with areas of Wales has no English index there: England's averages stay weighted."""
    areas = full()
    without = areas.frame.index[areas.frame["la_code"] == "E06000902"]
    frame, status = areas.frame.copy(), areas.status.copy()
    for column in areas.indicators:
        frame.loc[without, column] = np.nan
        status.loc[without, column] = Status.MISSING.value
    half = aggregate(replace(areas, frame=frame, status=status), "ward").frame
    whole = aggregate(areas, "ward").frame
    here = whole["la_code"] == "E06000901"
    pd.testing.assert_frame_equal(half[here], whole[here])
    assert half.loc[~here, "need_idaci_score"].isna().all()


def test_without_a_denominator_each_area_counts_once_and_the_step_says_so() -> None:
    areas = table(need_idaci_score=np.arange(24.0))
    wards = aggregate(areas, "ward")
    plain = areas.frame.groupby("ward_code")["need_idaci_score"].mean()
    assert wards.frame["need_idaci_score"].tolist() == plain.tolist()
    assert "each small area counting once" in wards.provenance["need_idaci_score"].steps[-1]


def test_one_missing_denominator_costs_its_own_group_the_weights_and_no_other() -> None:
    areas = full()
    code = areas.frame.index[areas.frame["ward_code"] == FIRST][0]
    made = aggregate(suppress(areas, "pop_iod_0_15", [code]), "ward")
    whole = aggregate(areas, "ward")
    columns = ["need_idaci_score", "need_idaci_average_rank", "need_idaci_extent_share"]
    pd.testing.assert_frame_equal(made.frame[columns].drop(FIRST), whole.frame[columns].drop(FIRST))
    own = areas.frame[areas.frame["ward_code"] == FIRST]
    assert made.frame.loc[FIRST, "need_idaci_score"] == pytest.approx(own["need_idaci_score"].mean())
    assert set(made.status["need_idaci_score"]) == {Status.OBSERVED.value}
    for column in columns:
        step = made.provenance[column].steps[-1]
        assert "weighted by pop_iod_0_15, each small area counting once in 1 of 6 groups" in step
    assert any("averages count each small area once where" in caveat for caveat in made.caveats)
    assert not any("count each small area once" in caveat for caveat in whole.caveats)


def test_a_group_whose_people_are_0_counts_each_area_once() -> None:
    areas = full()
    first = areas.frame["ward_code"] == FIRST
    frame = areas.frame.assign(pop_iod_0_15=areas.frame["pop_iod_0_15"].mask(first, 0.0))
    made = aggregate(replace(areas, frame=frame), "ward").frame
    assert made.loc[FIRST, "need_idaci_score"] == pytest.approx(frame.loc[first, "need_idaci_score"].mean())


def test_a_carried_edition_keeps_its_own_total() -> None:
    """The last rank of the worst fifth is 6,568 where 32,844 areas are ranked, as on the map."""
    ranks = [6_568.0, 6_569.0, 6_751.0, 3_284.0, 3_300.0, 9_880.0]
    wards = places.small_areas()["ward_code"]
    each = wards.map(dict(zip(sorted(wards.unique()), ranks, strict=True)))
    areas = table(need_idaci_rank=each.to_numpy())
    old = replace(PEDIGREE, vintage="2019")
    made = aggregate(replace(areas, provenance={**areas.provenance, "need_idaci_rank": old}), "ward").frame
    assert made["need_idaci_worst_fifth_share"].tolist() == [1, 0, 0, 1, 1, 0]
    assert made["need_idaci_worst_decile_share"].tolist() == [0, 0, 0, 1, 0, 0]
    expected = extent_weight(pd.Series(ranks), 32_844)
    assert made["need_idaci_extent_share"].tolist() == pytest.approx(expected.tolist())
    assert made["need_idaci_extent_share"].iloc[-1] == 0


@pytest.mark.parametrize(("level", "prefix"), [("ward", "ward"), ("council", "la")])
def test_areas_placed_on_the_map_make_modelled_values_and_say_so(level: str, prefix: str) -> None:
    areas = full()
    looked_up = aggregate(areas, level)
    made = aggregate(placed_by_a_point(areas, f"{prefix}_code", f"{prefix}_name"), level)
    assert set(made.status.to_numpy().ravel()) == {Status.MODELLED.value}
    assert set(looked_up.status.to_numpy().ravel()) == {Status.OBSERVED.value}
    assert f"counted wholly in the {level} that holds most of its postcodes" in made.caveats[0]
    rough = f"counted wholly in one {level}, by the published best fit"
    # Small areas never cross the edge of a council: there is nothing rough about it.
    assert not looked_up.caveats if level == "council" else rough in looked_up.caveats[0]
    assert not any("most of their people" in c for c in (*made.caveats, *looked_up.caveats))


def test_the_step_names_the_denominator_and_its_source() -> None:
    step = aggregate(full(), "ward").provenance["need_idaci_score"].steps[-1]
    assert "weighted by pop_iod_0_15" in step
    assert PEDIGREE.file in step


def test_nothing_is_assigned_by_position() -> None:
    """Shuffled columns of the same areas give the same wards."""
    areas = full()
    turned = areas.frame[
        [*reversed(areas.indicators), *[c for c in areas.frame if c not in areas.indicators]]
    ]
    other = replace(areas, frame=turned, status=areas.status[[c for c in turned if c != "geometry"]])
    first, second = aggregate(areas, "ward"), aggregate(other, "ward")
    pd.testing.assert_frame_equal(first.frame, second.frame[first.frame.columns])
    pd.testing.assert_frame_equal(first.status, second.status[first.status.columns])


def test_names_parents_and_tier_come_with_a_level() -> None:
    made = aggregate(replace(full(), tier=Tier.SHARED), "ward")
    assert made.tier is Tier.SHARED
    assert made.frame.index.is_monotonic_increasing
    assert made.frame.loc[FIRST, ["name", "la_code", "la_name", "areas"]].tolist() == [
        "Ward A",
        "E06000901",
        "Oakmere",
        4,
    ]
    assert made.frame.index.equals(made.status.index)


@pytest.mark.parametrize("level", ["country", "lsoa", ""])
def test_an_unknown_level_is_answered_with_those_there_are(level: str) -> None:
    with pytest.raises(GeographyError, match=r"not a level(.|\n)*ward, council"):
        aggregate(full(), level)


def test_a_table_without_wards_says_what_would_bring_them() -> None:
    areas = full()
    frame = areas.frame.assign(ward_code=pd.array([pd.NA] * 24, dtype="string"))
    status = areas.status.assign(ward_code=Status.MISSING.value).astype(areas.status.dtypes.to_dict())
    with pytest.raises(GeographyError, match="Add a lookup"):
        aggregate(replace(areas, frame=frame, status=status), "ward")
