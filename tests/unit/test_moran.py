"""Moran's I: as esda has it, on residuals or raw rates, and never on steadied ones."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from demand_places import demand_areas
from libpysal.graph import Graph
from small_builds import square

from data.errors import GeographyError
from data.provenance import Status
from geo.neighbours import neighbours_of
from models.demand_at import demand_at
from models.demand_columns import with_demand
from models.demand_measures import Measure
from models.levels import Level, LevelData
from models.moran import likeness, moran_of, residuals_of

CHILDREN = Measure("children", 36)


@pytest.fixture(scope="module")
def place() -> tuple[LevelData, Graph]:
    areas = with_demand(demand_areas(160, hidden=[5]))
    return demand_at(areas, Level.AREA), neighbours_of(areas.frame.geometry)


def grid(count: int = 100) -> gpd.GeoSeries:
    return gpd.GeoSeries([square(n) for n in range(count)], index=[f"a{n:03}" for n in range(count)])


def test_it_is_esdas_with_its_own_permutations() -> None:
    from esda import Moran

    shapes = grid()
    values = pd.Series(np.random.default_rng(1).normal(size=100), index=shapes.index)
    found = likeness(values, neighbours_of(shapes), permutations=9_999)
    theirs = Moran(values.to_numpy(), neighbours_of(shapes).transform("r"), permutations=0)
    assert found is not None
    assert found.moran_i == pytest.approx(theirs.I)
    assert found.p == pytest.approx(theirs.p_rand, abs=0.03)


def test_neighbours_that_are_alike_are_told_and_chance_is_not() -> None:
    shapes = grid()
    slope = pd.Series(np.arange(100.0), index=shapes.index)
    found = likeness(slope, neighbours_of(shapes))
    assert found is not None
    assert found.moran_i > 0.9
    assert found.p <= 0.004
    beside = neighbours_of(shapes)
    noise = [np.random.default_rng(seed).normal(size=100) for seed in range(30)]
    chance = [likeness(pd.Series(z, index=shapes.index), beside, permutations=199) for z in noise]
    assert np.mean([c is not None and c.p <= 0.05 for c in chance]) <= 0.17


def test_the_same_seed_gives_the_same_p_and_leaves_other_draws_alone() -> None:
    shapes = grid()
    values = pd.Series(np.random.default_rng(1).normal(size=100), index=shapes.index)
    beside = neighbours_of(shapes)
    assert likeness(values, beside, seed=3) == likeness(values.iloc[::-1], beside, seed=3)


def test_islands_are_left_out_and_counted() -> None:
    shapes = grid()
    shapes.iloc[0] = square(100_000)
    values = pd.Series(np.random.default_rng(1).normal(size=100), index=shapes.index)
    values.iloc[50] = np.nan
    found = likeness(values, neighbours_of(shapes))
    assert found is not None
    assert found.islands == 1
    assert found.places == 98


def test_few_places_or_equal_values_say_nothing() -> None:
    assert likeness(pd.Series(1.0, index=grid().index), neighbours_of(grid())) is None
    few = grid(12)
    assert likeness(pd.Series(np.arange(12.0), index=few.index), neighbours_of(few)) is None


def test_steadied_rates_are_refused(place: tuple[LevelData, Graph]) -> None:
    with pytest.raises(GeographyError, match="not measured on steadied rates"):
        moran_of(*place, CHILDREN.smoothed)
    with pytest.raises(GeographyError, match="not measured on steadied rates"):
        moran_of(*place, CHILDREN.local)
    for other in (CHILDREN.signal, CHILDREN.expected, "need_idaci_rank"):
        with pytest.raises(GeographyError, match="cannot be measured"):
            moran_of(*place, other)


def test_residuals_are_those_of_pearson(place: tuple[LevelData, Graph]) -> None:
    data, _ = place
    found = residuals_of(data, CHILDREN)
    frame = data.frame
    wanted = (frame[CHILDREN.column] - frame[CHILDREN.expected]) / frame[CHILDREN.expected] ** 0.5
    pd.testing.assert_series_equal(found, wanted, check_names=False)
    assert found.isna().sum() == 1  # the hidden one


def test_the_sentence_says_what_was_found(place: tuple[LevelData, Graph]) -> None:
    data, beside = place
    residual = moran_of(data, beside, CHILDREN.ratio)
    assert residual is not None
    assert residual.places == 159
    assert "small areas are no more alike than chance" in residual.sentence[0].text
    trend = np.linspace(0.3, 3, len(data.frame))
    lifted = data.frame.assign(
        **{CHILDREN.column: data.frame[CHILDREN.column] * trend, CHILDREN.rate: 100 * trend}
    )

    alike = moran_of(replace(data, frame=lifted), beside, CHILDREN.ratio)
    raw = moran_of(replace(data, frame=lifted), beside, CHILDREN.rate)
    assert alike is not None
    assert raw is not None
    assert "more alike than chance" in alike.sentence[0].text
    assert "beyond deprivation and child numbers" in alike.sentence[1].text
    assert "deprivation, which neighbours share" in raw.sentence[1].text


def test_redrawn_areas_with_a_shared_number_of_children_are_left_out() -> None:
    areas = with_demand(demand_areas(40))
    data = demand_at(areas, Level.AREA)
    frame = data.frame.set_axis([f"E010351{n:02}" for n in range(40)])
    status = data.status.set_axis(frame.index)
    status["pop_0_17"] = pd.Categorical(
        [Status.APPORTIONED.value] * 40, categories=status["pop_0_17"].cat.categories
    )

    assert residuals_of(replace(data, frame=frame, status=status), CHILDREN).isna().all()
