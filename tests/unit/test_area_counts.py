"""Counts of referrals as columns of the areas: observed where a council is covered, missing elsewhere."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_builds import COUNCILS, make_areas
from small_demand import KEEP_DAYS, TODAY, chosen, draw_rows, extracts_of, plain

from data.provenance import Status
from geo.area_counts import area_counts, windows_of
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.demand_tables import count_demand
from geo.overdue import without_demand
from geo.periods import span_words

COLUMNS = ["demand_referrals_12m", "demand_referrals_36m", "demand_children_12m", "demand_children_36m"]
NONE_IN = 3
"""An area of a council covered that has no referral."""


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    return make_areas({"pop_0_17": [300.0] * 32}, councils=COUNCILS)


@pytest.fixture(scope="module")
def demand(areas: AreaTable, tmp_path_factory: pytest.TempPathFactory) -> Demand:
    """The referrals of one council of two, none of them in one of its areas."""
    rows = draw_rows(areas, 6_000)
    mine = areas.frame["la_code"].to_numpy()[rows.area] == "E08000001"
    rows = chosen(rows, np.flatnonzero(mine & (rows.area != NONE_IN)))
    counted = count_demand(extracts_of(rows, tmp_path_factory.mktemp("x")), areas, TODAY, KEEP_DAYS)
    assert counted is not None
    return counted


def over(demand: Demand, areas: AreaTable, tmp_path: Path) -> AreaTable:
    sources = [file.source for file in extracts_of(draw_rows(areas, 60), tmp_path).files]
    values, status, provenance = area_counts(demand, areas, sources)
    return areas.overlaid(values, status, provenance, ())


def test_a_covered_area_has_counts_and_true_zeros_and_others_have_none(
    areas: AreaTable, demand: Demand, tmp_path: Path
) -> None:
    table = over(demand, areas, tmp_path)
    assert table.indicators == ["pop_0_17", *COLUMNS]
    covered = areas.frame["la_code"] == "E08000001"
    for column in COLUMNS:
        assert table.frame[column].notna().equals(covered)
        assert table.frame[column].iloc[NONE_IN] == 0
        assert set(table.status.loc[covered, column]) == {Status.OBSERVED.value}
        assert set(table.status.loc[~covered, column]) == {Status.MISSING.value}
    assert (table.frame.loc[covered, COLUMNS[0]] <= table.frame.loc[covered, COLUMNS[1]]).all()
    assert (table.frame.loc[covered, COLUMNS[2]] <= table.frame.loc[covered, COLUMNS[0]]).all()


def test_the_sum_of_a_column_is_the_number_of_rows(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 6_000)
    counted = count_demand(extracts_of(rows, tmp_path), areas, TODAY, KEEP_DAYS)
    assert counted is not None
    table = over(counted, areas, tmp_path).frame
    frame = plain(rows)
    assert table[COLUMNS[1]].sum() == 6_000
    assert table[COLUMNS[0]].sum() == (frame["month"] >= "2024-04").sum()


def test_a_column_says_where_it_came_from_and_of_which_months(
    areas: AreaTable, demand: Demand, tmp_path: Path
) -> None:
    table = over(demand, areas, tmp_path)
    pedigrees = {column: table.provenance[column] for column in COLUMNS}
    assert pedigrees[COLUMNS[0]].vintage == "April 2024 to March 2025"
    assert pedigrees[COLUMNS[3]].vintage == "April 2022 to March 2025"
    for pedigree in pedigrees.values():
        assert (pedigree.file, pedigree.geography) == ("extract.csv", "LSOA 2021")
        assert "personal data" in pedigree.licence
        assert pedigree.steps
    assert "distinct children" in pedigrees[COLUMNS[2]].steps[0]
    assert {m: span_words(s) for m, s in windows_of(demand).items()} == {
        12: pedigrees[COLUMNS[0]].vintage,
        36: pedigrees[COLUMNS[1]].vintage,
    }


def test_only_windows_that_there_are_make_columns(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 6_000, first="2023-10-01")
    counted = count_demand(extracts_of(rows, tmp_path), areas, TODAY, KEEP_DAYS)
    assert counted is not None
    assert over(counted, areas, tmp_path).indicators == ["pop_0_17", COLUMNS[0], COLUMNS[2]]


def test_the_table_saves_and_opens_with_them(areas: AreaTable, demand: Demand, tmp_path: Path) -> None:
    table = over(demand, areas, tmp_path)
    table.save(tmp_path / "areas.parquet")
    opened = AreaTable.open(tmp_path / "areas.parquet")
    assert opened.content_hash == table.content_hash
    pd.testing.assert_frame_equal(opened.frame[COLUMNS], table.frame[COLUMNS])


def test_without_demand_the_table_is_as_it_was_before(
    areas: AreaTable, demand: Demand, tmp_path: Path
) -> None:
    report = {"demand": {"rows": 1}, "notes": ["first"], "areas": 32}
    table, said = without_demand(over(demand, areas, tmp_path), report, "gone")
    assert table.content_hash == areas.content_hash
    assert said == {
        "demand": None,
        "notes": ["first", "gone"],
        "areas": 32,
        "indicators": areas.indicators,
        "coverage": areas.coverage,
        "content_hash": areas.content_hash,
    }
