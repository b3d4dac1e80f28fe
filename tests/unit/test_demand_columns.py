"""Figures derived from counts: nothing from a hidden one, and rates times children give the counts back."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from demand_places import COUNTS, demand_areas, demand_values
from small_builds import make_areas

from data.indicators import Group, indicators
from data.provenance import Status
from geo.area_table import AreaTable, make_status
from geo.neighbours import neighbours_of
from models.demand_columns import (
    BY_CHILDREN_ALONE,
    NO_DIFFERENCE,
    fit_measure,
    with_demand,
    without_derived,
)
from models.demand_measures import (
    ENDINGS,
    MAIN_COLUMN,
    MEASURES,
    Measure,
    child_column,
    is_shown,
    measure_of,
    measures_in,
    own_children,
)
from models.smoothing import smooth_locally

CHILDREN = Measure("children", 36)


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return with_demand(demand_areas(hidden=[3, 50], lifted={10: 3.0}))


def derived_of(areas: AreaTable) -> list[str]:
    return [c for m in measures_in(areas.indicators) for c in m.derived]


def test_every_measure_has_its_columns_in_the_dictionary() -> None:
    known = indicators()
    assert [m.column for m in MEASURES] == [
        "demand_children_36m",
        "demand_referrals_36m",
        "demand_children_12m",
        "demand_referrals_12m",
    ]
    for measure in MEASURES:
        assert {measure.column, *measure.derived} <= set(known)
        assert measure.derived == tuple(measure.column + ending for ending in ENDINGS)
        assert all(known[c].group is Group.DEMAND for c in (measure.column, *measure.derived))
        assert known[measure.ratio].denominator == measure.expected
    assert {e.id for e in known.values() if e.group is Group.DEMAND} == {
        c for m in MEASURES for c in (m.column, *m.derived)
    }


def test_every_count_that_is_there_gets_every_figure(areas: AreaTable) -> None:
    assert len(measures_in(areas.indicators)) == 3  # no referrals over 12 months
    assert set(derived_of(areas)) <= set(areas.indicators)
    assert "demand_referrals_12m_per_10k" not in areas.indicators


def test_nothing_is_derived_from_a_hidden_count(areas: AreaTable) -> None:
    hidden = areas.frame.index[[3, 50]]
    assert areas.frame.loc[hidden, derived_of(areas)].isna().all(axis=None)
    assert areas.status.loc[hidden, derived_of(areas)].eq(Status.SUPPRESSED.value).all(axis=None)


def test_nothing_is_derived_from_a_missing_count() -> None:
    values = demand_values()
    values["demand_children_36m"][5] = float("nan")
    made = with_demand(make_areas(values))
    code = made.frame.index[5]
    assert made.frame.loc[code, list(CHILDREN.derived)].isna().all()
    assert made.status.loc[code, list(CHILDREN.derived)].eq(Status.MISSING.value).all()
    assert pd.notna(made.frame.at[code, "demand_referrals_36m_over_expected"])


def test_rates_times_children_give_the_counts_back(areas: AreaTable) -> None:
    for measure in measures_in(areas.indicators):
        back = areas.frame[measure.rate] * areas.frame["pop_0_17"] / 10_000 * measure.months / 12
        known = areas.frame[measure.column].notna()
        np.testing.assert_allclose(back[known], areas.frame.loc[known, measure.column])


def test_the_ratio_is_observed_over_expected_within_its_range(areas: AreaTable) -> None:
    frame = areas.frame[areas.frame[CHILDREN.column].notna()]
    np.testing.assert_allclose(
        frame[CHILDREN.ratio] * frame[CHILDREN.expected], frame[CHILDREN.column].astype(float)
    )
    assert (frame[CHILDREN.low] <= frame[CHILDREN.ratio]).all()
    assert (frame[CHILDREN.ratio] <= frame[CHILDREN.high]).all()
    named = frame[CHILDREN.signal]
    assert set(named.unique()) <= {-1.0, 0.0, 1.0}
    assert (frame.loc[named == 1, CHILDREN.low] > 1).all()
    assert named[areas.frame.index[10]] == 1


def test_steadied_rates_lie_between_their_own_and_the_common_rate(areas: AreaTable) -> None:
    frame = areas.frame[areas.frame[CHILDREN.column].notna()]
    common = frame[CHILDREN.column].sum() / frame["pop_0_17"].sum() * 10_000 / 3
    low, high = frame[CHILDREN.rate].clip(upper=common), frame[CHILDREN.rate].clip(lower=common)
    assert frame[CHILDREN.smoothed].between(low - 1e-9, high + 1e-9).all()


def test_making_them_again_changes_nothing(areas: AreaTable) -> None:
    again = with_demand(areas)
    assert again.content_hash == areas.content_hash
    assert len(again.own) == len(areas.own)


def test_figures_derived_earlier_from_other_counts_do_not_stay(areas: AreaTable) -> None:
    frame = areas.frame.copy()
    frame[CHILDREN.column] = frame[CHILDREN.column] * 2
    doubled = with_demand(replace(areas, frame=frame))
    np.testing.assert_allclose(doubled.frame[CHILDREN.rate].dropna(), 2 * areas.frame[CHILDREN.rate].dropna())
    stripped = without_derived(areas)
    assert not set(derived_of(areas)) & set(stripped.indicators)
    assert not {e.id for e in stripped.own} & set(derived_of(areas))


def test_they_depend_on_nothing_but_what_stands_in_the_table() -> None:
    """Areas with the same protected counts have the same figures, whatever was hidden."""
    one, other = (with_demand(demand_areas(hidden=[7], lifted={7: times})) for times in (1.0, 9.0))
    assert one.content_hash == other.content_hash


def test_statuses_are_no_surer_than_their_parts() -> None:
    areas = demand_areas()
    status = areas.status.copy()
    status["pop_0_17"] = make_status(areas.frame[["pop_0_17"]], Status.APPORTIONED)["pop_0_17"]
    made = with_demand(replace(areas, status=status))
    assert made.status[CHILDREN.rate].eq(Status.APPORTIONED.value).all()
    for column in (CHILDREN.smoothed, CHILDREN.expected, CHILDREN.ratio, CHILDREN.signal):
        assert made.status[column].eq(Status.MODELLED.value).all()


def test_an_area_without_children_has_no_rate() -> None:
    values = demand_values()
    values["pop_0_17"][2] = 0.0
    made = with_demand(make_areas(values))
    code = made.frame.index[2]
    assert made.frame.loc[code, list(CHILDREN.derived)].isna().all()
    assert made.status.loc[code, list(CHILDREN.derived)].eq(Status.MISSING.value).all()


def test_children_aged_0_15_are_said_where_they_stand_in() -> None:
    values = demand_values()
    values["pop_0_15"] = values.pop("pop_0_17")
    made = with_demand(make_areas(values))
    entry = made.dictionary[CHILDREN.rate]
    assert entry.denominator == "pop_0_15"
    assert entry.unit == "per 10,000 children aged 0–15 a year"
    assert "children aged 0–15 who live there" in entry.meaning
    assert "children aged 0–15" in " ".join(made.provenance[CHILDREN.rate].steps)
    assert with_demand(demand_areas()).dictionary[CHILDREN.rate] == indicators()[CHILDREN.rate]


def test_the_number_of_children_that_more_areas_have_is_used() -> None:
    values = demand_values()
    values["pop_0_15"] = list(values["pop_0_17"])
    assert child_column(make_areas(values).frame) == "pop_0_17"
    values["pop_0_17"] = [None] * 100 + values["pop_0_17"][100:]
    assert child_column(make_areas(values).frame) == "pop_0_15"


def test_without_any_number_of_children_nothing_is_derived() -> None:
    areas = demand_areas(without=["pop_0_17"])
    assert with_demand(areas) is areas
    assert fit_measure(areas, CHILDREN) is None


def test_without_deprivation_the_table_says_so() -> None:
    made = with_demand(demand_areas(without=["need_idaci_rank"]))
    assert made.dictionary[CHILDREN.ratio].caveat == BY_CHILDREN_ALONE
    assert "Income deprivation" not in " ".join(made.provenance[CHILDREN.ratio].steps)


def test_imd_stands_in_for_idaci() -> None:
    values = demand_values()
    values["need_imd_score"] = [-rank for rank in values.pop("need_idaci_rank")]
    fitted = fit_measure(make_areas(values), CHILDREN)
    assert fitted is not None
    assert fitted.deprivation == "need_imd_score"


def test_rates_that_differ_by_chance_alone_are_all_the_common_one_and_the_table_says_so() -> None:
    values = {"pop_0_17": [355.0] * 60, "demand_children_36m": [18.0, 19.0, 20.0] * 20}
    made = with_demand(make_areas(values))
    assert made.frame[CHILDREN.smoothed].nunique() == 1
    assert made.dictionary[CHILDREN.smoothed].caveat == NO_DIFFERENCE


def test_redrawn_areas_with_a_shared_number_of_children_are_not_sure() -> None:
    codes = pd.Index(["E01000001", "E01033768", "E01033769", "E01035001"])
    carried, own = (pd.Series(s.value, index=codes) for s in (Status.APPORTIONED, Status.OBSERVED))
    assert own_children(carried).tolist() == [True, True, False, False]
    assert own_children(own).all()


def test_provenance_names_the_sources_and_the_steps(areas: AreaTable) -> None:
    found = areas.provenance[CHILDREN.signal]
    steps = " ".join(found.steps)
    assert "count regression on Income deprivation affecting children (IDACI)" in steps
    assert "2 councils" in steps
    assert "fitted on 158 small areas, with hidden counts by what they are likely to be" in steps
    assert "false-discovery rate of 5 %" in steps
    assert found.geography == "LSOA 2021"
    assert "Neighbouring small areas are" in areas.provenance[CHILDREN.ratio].steps[-1]


def test_the_table_is_saved_and_opened_with_its_own_words(areas: AreaTable, tmp_path: Path) -> None:
    areas.save(tmp_path / "areas.parquet")
    opened = AreaTable.open(tmp_path / "areas.parquet")
    assert opened.content_hash == areas.content_hash
    pd.testing.assert_frame_equal(
        pd.DataFrame(opened.frame[derived_of(areas)]), pd.DataFrame(areas.frame[derived_of(areas)])
    )


def test_maps_offer_counts_rates_and_what_is_against_expected() -> None:
    offered = [c for m in MEASURES for c in (m.column, *m.derived) if is_shown(c)]
    assert len(offered) == 16
    assert MAIN_COLUMN in offered
    assert all(measure_of(c) is not None for c in offered)
    assert measure_of("pop_0_17") is None
    assert set(COUNTS) <= set(offered)


def test_rates_steadied_towards_neighbours_are_those_of_the_local_estimate(areas: AreaTable) -> None:
    counts, children = areas.frame[CHILDREN.column].astype(float), areas.frame["pop_0_17"]
    found = smooth_locally(counts, children, neighbours_of(areas.frame.geometry)).frame["rate"]
    np.testing.assert_allclose(areas.frame[CHILDREN.local], found * 10_000 / 3)
    assert not areas.frame[CHILDREN.local].dropna().equals(areas.frame[CHILDREN.smoothed].dropna())
