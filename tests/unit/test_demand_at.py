"""Demand at wards and councils: counts and expectations add up, and what is released is what is shown."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from demand_places import demand_areas

from data.provenance import Status, Tier
from geo.aggregate import aggregate_whole, in_one_council
from geo.area_table import AreaTable, make_status
from geo.released import COLUMNS, Released
from models.classes import classify, offered_indicators
from models.demand_at import compare_units, demand_at, released_counts
from models.demand_columns import with_demand
from models.demand_measures import MEASURES, Measure
from models.levels import Level, level_data

CHILDREN = Measure("children", 36)
ABOVE = [c for c in CHILDREN.derived if c != CHILDREN.local]


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return with_demand(demand_areas())


def cells_of(areas: AreaTable, level: Level, hidden: tuple[str, ...] = ()) -> list[tuple[object, ...]]:
    """Rows of released counts, summed over the true counts of the areas."""
    key = {Level.WARD: "ward_code", Level.COUNCIL: "la_code"}[level]
    sums = areas.frame.groupby(key)[CHILDREN.column].sum(min_count=1)
    rows: list[tuple[object, ...]] = []
    for code, value in sums.items():
        gone = code in hidden
        status = Status.SUPPRESSED if gone else Status.OBSERVED
        rows.append(
            (
                level.value,
                code,
                code,
                "children",
                "2022-04",
                36,
                "",
                "",
                None if gone else value,
                status.value,
            )
        )
        rows.append((level.value, code, code, "children", "2019-04", 36, "", "", 1, Status.OBSERVED.value))
        rows.append((level.value, code, code, "children", "2022-04", 36, "need", "N1", 2, "observed"))
    return rows


def released_of(areas: AreaTable, hidden: tuple[str, ...] = ()) -> Released:
    rows = [row for level in (Level.WARD, Level.COUNCIL) for row in cells_of(areas, level, hidden)]
    return Released(pd.DataFrame(rows, columns=list(COLUMNS)), {}, Tier.SHARED)


def test_all_areas_together_have_a_rate_where_one_of_them_has_none() -> None:
    plain = demand_areas()
    frame = plain.frame.copy()
    frame.loc[frame.index[0], "pop_0_17"] = 0.0
    areas = with_demand(replace(plain, frame=frame))
    assert areas.frame[CHILDREN.rate].isna().any()
    assert aggregate_whole(areas).frame[CHILDREN.rate].isna().all()
    whole = demand_at(in_one_council(areas), Level.COUNCIL)
    (row,) = whole.frame.index
    counts, children = (areas.frame[column].sum() for column in (CHILDREN.column, "pop_0_17"))
    assert whole.frame.at[row, CHILDREN.column] == counts
    assert whole.frame.at[row, CHILDREN.rate] == pytest.approx(counts / children * 10_000 / 3)
    assert whole.frame.at[row, CHILDREN.ratio] == pytest.approx(1, abs=0.1)
    assert whole.status.at[row, CHILDREN.rate] == Status.OBSERVED.value


def test_small_areas_come_back_as_they_stand(areas: AreaTable) -> None:
    data = demand_at(areas, Level.AREA)
    pd.testing.assert_frame_equal(data.frame, level_data(areas, Level.AREA).frame)


@pytest.mark.parametrize("level", [Level.WARD])
def test_counts_and_expectations_add_up(areas: AreaTable, level: Level) -> None:
    data = demand_at(areas, level)
    for measure in MEASURES[:3]:
        for column in (measure.column, measure.expected):
            sums = areas.frame.groupby("ward_code")[column].sum()
            np.testing.assert_allclose(data.frame[column], sums.reindex(data.frame.index))
        np.testing.assert_allclose(
            data.frame[measure.ratio], data.frame[measure.column] / data.frame[measure.expected]
        )
        years = measure.months / 12
        np.testing.assert_allclose(
            data.frame[measure.rate] * data.frame["pop_0_17"] / 10_000 * years, data.frame[measure.column]
        )
        assert (data.frame[measure.low] <= data.frame[measure.ratio]).all()
        assert (data.frame[measure.high] >= data.frame[measure.ratio]).all()
        assert data.status[measure.signal].eq(Status.MODELLED.value).all()


def test_the_same_with_or_without_figures_of_small_areas(areas: AreaTable) -> None:
    one, other = demand_at(areas, Level.WARD), demand_at(demand_areas(), Level.WARD)
    assert CHILDREN.local not in one.frame.columns
    for column in ABOVE:
        pd.testing.assert_series_equal(one.frame[column], other.frame[column])


def test_a_ward_with_a_hidden_area_is_hidden() -> None:
    areas = with_demand(demand_areas(hidden=[0]))
    data = demand_at(areas, Level.WARD)
    ward = areas.frame["ward_code"].iloc[0]
    columns = [CHILDREN.column, *ABOVE]
    assert data.frame.loc[ward, columns].isna().all()
    assert data.status.loc[ward, columns].eq(Status.SUPPRESSED.value).all()
    others = data.frame.index != ward
    assert data.frame.loc[others, columns].notna().all(axis=None)


def test_released_counts_are_shown_where_an_area_is_hidden(areas: AreaTable) -> None:
    """The ward's count was released: it has all of its figures, though small areas in it are hidden."""
    hidden = with_demand(demand_areas(hidden=[0, 20]))
    data = demand_at(hidden, Level.WARD, released_of(areas))
    ward = areas.frame["ward_code"].iloc[0]
    true = areas.frame.groupby("ward_code")[CHILDREN.column].sum()
    np.testing.assert_allclose(data.frame[CHILDREN.column], true.reindex(data.frame.index))
    assert data.frame.loc[ward, list(ABOVE)].notna().all()
    assert data.status.at[ward, CHILDREN.column] == Status.OBSERVED.value
    assert data.frame.at[ward, CHILDREN.ratio] == pytest.approx(1, abs=0.4)


def test_a_ward_that_was_not_released_is_hidden_though_its_areas_are_shown(areas: AreaTable) -> None:
    ward = areas.frame["ward_code"].iloc[0]
    data = demand_at(areas, Level.WARD, released_of(areas, hidden=(ward,)))
    columns = [CHILDREN.column, *ABOVE]
    assert data.frame.loc[ward, columns].isna().all()
    assert data.status.loc[ward, columns].eq(Status.SUPPRESSED.value).all()


def test_only_the_last_window_without_a_breakdown_is_read(areas: AreaTable) -> None:
    cells = released_counts(released_of(areas), Level.WARD, CHILDREN)
    true = areas.frame.groupby("ward_code")[CHILDREN.column].sum()
    assert cells["value"].astype(float).to_dict() == true.to_dict()


def test_councils_are_held_against_one_expectation() -> None:
    """With a level of its own each council would be as expected by construction."""
    draw = demand_areas()
    frame = draw.frame.copy()
    mine = frame["la_code"] == "E08000001"
    frame.loc[mine, CHILDREN.column] = frame.loc[mine, CHILDREN.column] * 2
    areas = with_demand(replace(draw, frame=frame))
    ratio = demand_at(areas, Level.COUNCIL).frame[CHILDREN.ratio]
    assert ratio["E08000001"] / ratio["E08000002"] == pytest.approx(2, rel=0.1)
    by_ward = demand_at(areas, Level.WARD).frame.groupby("la_code")[CHILDREN.ratio].mean()
    assert by_ward.to_numpy() == pytest.approx(1, abs=0.1)


def test_one_council_alone_is_as_expected() -> None:
    areas = with_demand(demand_areas(councils={"E08000001": "Eastham"}))
    found = demand_at(areas, Level.COUNCIL).frame
    assert found[CHILDREN.ratio].iloc[0] == pytest.approx(1, abs=0.05)
    assert found[CHILDREN.signal].iloc[0] == 0


def test_units_that_truly_differ_widen_what_is_called_chance() -> None:
    draw = np.random.default_rng(1)
    expected = pd.Series(400.0, index=range(60))
    counts = pd.Series(draw.negative_binomial(400 / 5, 1 / 6, 60).astype(float))
    found = compare_units(counts, expected, 1.2).frame
    assert found["signal"].ne(0).mean() < 0.05
    few = compare_units(counts[:10], expected[:10], 1.2).frame
    assert (few["high"] - few["low"] < (found["high"] - found["low"])[:10]).all()


def carried(areas: AreaTable, first: int) -> AreaTable:
    """The areas with the first ward's codes from a number on, and numbers of children carried across."""
    codes = [f"E0{first + n}" if n < 8 else code for n, code in enumerate(areas.frame.index)]
    index = pd.Index(codes, name="area_code")
    status = areas.status.assign(
        pop_0_17=make_status(areas.frame[["pop_0_17"]], Status.APPORTIONED)["pop_0_17"]
    )
    frame = areas.frame.set_axis(index).sort_index()
    return replace(areas, frame=frame, status=status.set_axis(index).loc[frame.index])


def test_a_ward_of_redrawn_areas_is_not_named() -> None:
    areas = demand_areas(lifted=dict.fromkeys(range(8), 5.0))
    ward = areas.frame["ward_code"].iloc[0]
    signals = [
        demand_at(carried(areas, first), Level.WARD).frame.at[ward, CHILDREN.signal]
        for first in (1_030_000, 1_034_000)
    ]
    assert signals == [1, 0]


def test_every_offered_figure_can_be_placed_in_classes(areas: AreaTable) -> None:
    offered = [e for e in offered_indicators(areas) if e.id.startswith("demand_")]
    assert offered[0].id == CHILDREN.ratio
    assert len(offered) == 12
    for level in (Level.AREA, Level.WARD, Level.COUNCIL):
        data = demand_at(areas, level)
        for entry in offered:
            placed = classify(data, entry)
            assert sum(placed.counts.values()) == len(data.frame)
