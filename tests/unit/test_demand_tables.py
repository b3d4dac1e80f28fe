"""The tables that are kept: they balance, are never too fine, and count what a plain count counts."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from small_builds import COUNCILS, make_areas, without_places
from small_demand import KEEP_DAYS, TODAY, chosen, day_of, draw_rows, extracts_of, plain, shuffled

from data.errors import GeographyError
from data.referral_rows import EventKind, EventRows
from geo.area_table import AreaTable
from geo.demand import MOST_IN_ONES, NO_CATEGORY, SCHEMAS, WINDOWS, Demand, Grain
from geo.demand_areas import covered_councils, find_parents
from geo.demand_counts import count_cells, count_children, rank_people, share_in_ones
from geo.demand_tables import OUTSIDE_COUNCILS, OUTSIDE_MONTHS, count_demand

AREAS = 32
SIZES = [60, 400, 1_500, 6_000, 40_000]


@pytest.fixture(scope="module")
def areas() -> AreaTable:
    """32 areas in four wards and two councils."""
    return make_areas({"pop_0_17": [300.0] * AREAS}, councils=COUNCILS)


def count(rows: EventRows, areas: AreaTable, tmp_path: Path) -> Demand:
    demand = count_demand(extracts_of(rows, tmp_path), areas, TODAY, KEEP_DAYS)
    assert demand is not None
    return demand


def cells_of(demand: Demand) -> dict[str, Sequence[pd.Series]]:
    """The counts of every table that stand for events, each as it is judged."""
    tables = demand.tables
    return {
        **{f"periods:{kind}": [part["count"]] for kind, part in tables["periods"].groupby("kind", sort=True)},
        **{f"windows:{m}": [part["referrals"]] for m, part in tables["windows"].groupby("months")},
        **{f"children:{m}": [part["children"].fillna(0)] for m, part in tables["windows"].groupby("months")},
        "ward_source": [tables["ward_source"]["referrals"]],
        "ward_need": [tables["ward_need"]["referrals"]],
        "rereferrals": [tables["rereferrals"]["referrals"], tables["rereferrals"]["again"]],
    }


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_in_no_table_do_too_many_sit_in_cells_of_1(
    areas: AreaTable, tmp_path: Path, size: int, seed: int
) -> None:
    rows = draw_rows(areas, size, seed, kinds=list(EventKind))
    demand = count(rows, areas, tmp_path)
    for name, counts in cells_of(demand).items():
        for cells in counts:
            assert share_in_ones(cells.to_numpy(dtype="int64")) <= MOST_IN_ONES, name
    assert {name: tuple(table.columns) for name, table in demand.tables.items()} == SCHEMAS


@pytest.mark.parametrize("size", SIZES)
def test_each_table_is_as_fine_as_it_may_be(areas: AreaTable, tmp_path: Path, size: int) -> None:
    """One step finer, counted by pandas, more than a fifth would sit in cells of 1."""
    rows = draw_rows(areas, size)
    demand = count(rows, areas, tmp_path)
    frame = plain(rows)
    first = pd.Period(demand.first, "M")
    frame["step"] = [(pd.Period(m, "M") - first).n for m in frame["month"]]
    wards = areas.frame["ward_code"].to_dict()
    frame["ward"] = frame["area_code"].map(wards)
    keys = {
        "periods:referrals": ["area_code"],
        "ward_source": ["ward", "source"],
        "ward_need": ["ward", "need"],
    }
    ladder = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12, Grain.WHOLE: 36}
    for name, by in keys.items():
        kept = demand.grains[name]
        finer = [grain for grain in ladder if ladder[grain] < ladder[kept]]
        finest = finer[1:] if name != "periods:referrals" else finer
        for grain in finest:
            cells = frame.groupby([*by, frame["step"] // ladder[grain]]).size().to_numpy()
            assert share_in_ones(cells) > MOST_IN_ONES, (name, grain)


def test_more_rows_are_kept_finer(areas: AreaTable, tmp_path: Path) -> None:
    ladder = list(Grain)
    kept = [count(draw_rows(areas, size), areas, tmp_path).grains["periods:referrals"] for size in SIZES]
    places = [ladder.index(grain) for grain in kept]
    assert all(later <= earlier for earlier, later in pairwise(places))
    assert {Grain.MONTH, Grain.QUARTER} <= set(kept)


@pytest.mark.parametrize("size", [6_000, 40_000])
def test_all_tables_add_up_to_the_rows(areas: AreaTable, tmp_path: Path, size: int) -> None:
    rows = draw_rows(areas, size)
    demand = count(rows, areas, tmp_path)
    assert demand.left_out == {}
    assert demand.tables["periods"]["count"].sum() == size
    assert demand.tables["ward_source"]["referrals"].sum() == size
    assert demand.tables["ward_need"]["referrals"].sum() == size
    windows = demand.tables["windows"].set_index(["months", "area_code"])["referrals"]
    frame = plain(rows)
    assert (
        windows[36].to_dict()
        == frame.groupby("area_code").size().reindex(windows[36].index, fill_value=0).to_dict()
    )
    latest = frame[frame["month"] >= "2024-04"].groupby("area_code").size()
    assert windows[12].to_dict() == latest.reindex(windows[12].index, fill_value=0).to_dict()


def test_tables_are_what_pandas_counts(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 40_000)
    demand = count(rows, areas, tmp_path)
    assert demand.grains["periods:referrals"] is Grain.MONTH
    frame = plain(rows)
    by_month = frame.groupby(["area_code", "month"]).size()
    mine = demand.tables["periods"].set_index(["area_code", "start"])["count"]
    assert mine.to_dict() == by_month.to_dict()
    assert demand.grains["ward_source"] is Grain.QUARTER
    frame["ward"] = frame["area_code"].map(areas.frame["ward_code"].to_dict())
    quarter = pd.PeriodIndex(frame["month"], freq="M").asfreq("Q-DEC").asfreq("M", how="start").astype(str)
    for what in ("source", "need"):
        theirs = frame.groupby(["ward", quarter, what]).size()
        own = demand.tables[f"ward_{what}"].set_index(["ward_code", "start", "category"])["referrals"]
        assert own.to_dict() == theirs.to_dict()
    assert NO_CATEGORY in set(demand.tables["ward_source"]["category"])


@pytest.mark.parametrize("months", WINDOWS)
def test_distinct_children_are_those_of_pandas_and_no_more_than_referrals(
    areas: AreaTable, tmp_path: Path, months: int
) -> None:
    rows = draw_rows(areas, 9_000)
    table = count(rows, areas, tmp_path).tables["windows"]
    table = table[table["months"] == months].set_index("area_code")
    frame = plain(rows)
    inside = frame if months == 36 else frame[frame["month"] >= "2024-04"]
    theirs = inside.groupby("area_code")["person"].nunique().reindex(table.index, fill_value=0)
    assert table["children"].astype("int64").to_dict() == theirs.to_dict()
    assert (table["children"] <= table["referrals"]).all()
    assert list(table.index) == list(areas.frame.index)


def brute_force_again(frame: pd.DataFrame) -> list[bool]:
    """Whether a child has a row of an earlier day, at most 365 days before: every pair looked at."""
    days = frame.groupby("person")["day"].apply(list).to_dict()
    return [
        any(0 < (day - other).days <= 365 for other in days[person])
        for person, day in zip(frame["person"], frame["day"], strict=True)
    ]


def test_rereferrals_are_those_of_a_brute_force(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000)
    demand = count(rows, areas, tmp_path)
    assert demand.grains["rereferrals"] is Grain.YEAR
    frame = plain(rows).assign(day=lambda f: pd.to_datetime(f["day"]))
    frame["again"] = brute_force_again(frame)
    frame["ward"] = frame["area_code"].map(areas.frame["ward_code"].to_dict())
    frame["start"] = np.where(frame["month"] >= "2024-04", "2024-04", "2023-04")
    theirs = frame[frame["month"] >= "2023-04"].groupby(["ward", "start"])["again"].agg(["size", "sum"])
    mine = demand.tables["rereferrals"].set_index(["ward_code", "start"])
    assert mine["referrals"].to_dict() == theirs["size"].to_dict()
    assert mine["again"].to_dict() == theirs["sum"].to_dict()
    assert (mine["again"] < mine["referrals"]).all()
    assert any("April 2023 to March 2025" in note for note in demand.notes)


@pytest.mark.parametrize(
    ("days", "again"),
    [
        ([0, 365], [False, True]),
        ([0, 366], [False, False]),
        ([5, 5], [False, False]),
        ([5, 5, 6, 6], [False, False, True, True]),
        ([400, 0, 30], [False, False, True]),
    ],
)
def test_again_is_within_365_days_of_an_earlier_day(days: list[int], again: list[bool]) -> None:
    person = np.full(len(days), 7, dtype=np.uint64)
    assert rank_people(person, np.array(days, dtype=np.int32))[1].tolist() == again


def test_a_row_without_a_child_counts_as_a_child_of_its_own_and_never_came_before() -> None:
    person = np.array([0, 0, 9, 9], dtype=np.uint64)
    child, again = rank_people(person, np.array([1, 2, 3, 4], dtype=np.int32))
    assert again.tolist() == [False, False, False, True]
    assert count_children(np.array([1, 1, 1, 1]), child, 2).tolist() == [0, 3]


def test_the_order_of_rows_plays_no_part(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000, kinds=list(EventKind))
    one, other = count(rows, areas, tmp_path), count(shuffled(rows), areas, tmp_path)
    for name in SCHEMAS:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])
    assert replace(one, tables={}) == replace(other, tables={})


def test_the_order_of_the_areas_plays_no_part(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000)
    order = np.random.default_rng(3).permutation(AREAS)
    moved = replace(rows, areas=rows.areas[order], area=np.argsort(order)[rows.area].astype(np.int32))
    one, other = count(rows, areas, tmp_path), count(moved, areas, tmp_path)
    for name in SCHEMAS:
        pd.testing.assert_frame_equal(one.tables[name], other.tables[name])


def test_counting_a_million_rows_at_a_time_is_counting_all(monkeypatch: pytest.MonkeyPatch) -> None:
    draw = np.random.default_rng(0)
    one, other = draw.integers(-1, 5, 1_000), draw.integers(0, 3, 1_000)
    keep = draw.random(1_000) < 0.5
    monkeypatch.setattr("geo.demand_counts.CHUNK", 64)
    counts = count_cells(1_000, (5, 3), lambda part: (one[part], other[part]), keep)
    theirs = pd.crosstab(one[keep & (one >= 0)], other[keep & (one >= 0)])
    assert counts.tolist() == theirs.to_numpy().tolist()


def test_a_council_with_a_few_rows_is_not_covered_and_has_no_zeros(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000)
    council = areas.frame["la_code"].to_numpy()[rows.area]
    strays = np.flatnonzero(council == "E08000002")[:12]
    rows = chosen(rows, np.append(np.flatnonzero(council == "E08000001"), strays))
    demand = count(rows, areas, tmp_path)
    assert demand.councils == ("E08000001",)
    assert demand.left_out == {OUTSIDE_COUNCILS: 12}
    mine = set(areas.frame.index[areas.frame["la_code"] == "E08000001"])
    assert set(demand.tables["windows"]["area_code"]) == mine
    assert set(demand.tables["periods"]["area_code"]) <= mine
    assert demand.tables["periods"]["count"].sum() == len(rows.area) - 12


def test_the_fullest_council_is_covered_and_no_event_covers_none(areas: AreaTable) -> None:
    parents = find_parents(areas.frame.index, areas)
    alone = np.zeros(AREAS, dtype=np.int64)
    assert covered_councils(alone, parents) == ()
    alone[0] = 1
    assert covered_councils(alone, parents) == ("E08000001",)


def test_windows_that_are_not_covered_whole_are_not_kept(areas: AreaTable, tmp_path: Path) -> None:
    demand = count(draw_rows(areas, 9_000, first="2023-08-01"), areas, tmp_path)
    assert set(demand.tables["windows"]["months"]) == {12}
    assert any("no figures over 36 months" in note and "20 whole" in note for note in demand.notes)
    short = count(draw_rows(areas, 3_000, first="2024-09-01"), areas, tmp_path)
    assert short.tables["windows"].empty
    assert short.tables["rereferrals"].empty
    assert short.tables["periods"]["count"].sum() == 3_000


def test_rows_of_months_that_are_not_whole_are_left_out_and_counted(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000, last="2025-04-17")
    demand = count(rows, areas, tmp_path)
    late = int((rows.day >= day_of("2025-04-01")).sum())
    assert demand.last == "2025-03"
    assert demand.left_out == {OUTSIDE_MONTHS: late}
    assert demand.tables["periods"]["count"].sum() == 9_000 - late


def test_quarters_that_are_not_whole_are_left_out_and_said(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 700, first="2023-08-01")
    demand = count(rows, areas, tmp_path)
    assert demand.grains["periods:referrals"] is Grain.QUARTER
    assert demand.tables["periods"]["start"].min() == "2023-10"
    inside = int((rows.day >= day_of("2023-10-01")).sum())
    assert demand.tables["periods"]["count"].sum() == inside
    assert any("2 of 20 months make no whole period" in note for note in demand.notes)


def test_without_numbers_of_children_only_referrals_are_counted(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000)
    council = areas.frame["la_code"].to_numpy()[rows.area]
    person = np.where(council == "E08000002", 0, rows.person).astype(np.uint64)
    demand = count(replace(rows, person=person), areas, tmp_path)
    table = demand.tables["windows"].set_index("area_code")
    there = table["children"].notna()
    theirs = set(areas.frame.index[areas.frame["la_code"] == "E08000001"])
    assert set(table.index[there]) == theirs
    assert table["referrals"].notna().all()
    wards = areas.frame.loc[sorted(theirs), "ward_code"]
    assert set(demand.tables["rereferrals"]["ward_code"]) == set(wards)
    assert any("no number of the child" in note and "Westham" in note for note in demand.notes)


def test_contacts_that_one_council_lacks_are_not_kept(areas: AreaTable, tmp_path: Path) -> None:
    """Its zeros would say that it has none."""
    rows = draw_rows(areas, 9_000, kinds=[EventKind.CONTACT, EventKind.REFERRAL])
    council = areas.frame["la_code"].to_numpy()[rows.area]
    rows = chosen(rows, np.flatnonzero((council == "E08000001") | (rows.kind == 1)))
    demand = count(rows, areas, tmp_path)
    assert set(demand.tables["periods"]["kind"]) == {"referrals"}
    assert "periods:contacts" not in demand.grains
    assert any(note.startswith("Contacts by small area: not kept") for note in demand.notes)
    assert sum(demand.left_out.values()) + demand.tables["periods"]["count"].sum() == len(rows.area)


def test_assessments_alone_make_no_referrals(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000, kinds=[EventKind.ASSESSMENT])
    demand = count(rows, areas, tmp_path)
    assert demand.tables["periods"]["kind"].unique().tolist() == ["assessments"]
    assert all(demand.tables[name].empty for name in SCHEMAS if name != "periods")


def test_without_wards_or_councils_small_areas_are_still_counted(areas: AreaTable, tmp_path: Path) -> None:
    bare = without_places(areas, "ward_code", "ward_name", "la_code", "la_name")
    demand = count(draw_rows(bare, 9_000), bare, tmp_path)
    assert demand.councils == ()
    assert len(demand.tables["windows"]) == 2 * AREAS
    assert demand.tables["ward_source"].empty
    assert any("no wards" in note for note in demand.notes)


def test_what_has_no_source_or_need_is_not_kept_by_it(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 9_000)
    demand = count(replace(rows, source=np.full(9_000, -1, dtype=np.int8)), areas, tmp_path)
    assert demand.tables["ward_source"].empty
    assert not demand.tables["ward_need"].empty
    assert any("no extract says the source" in note for note in demand.notes)


def test_no_row_and_no_complete_month_make_no_demand(areas: AreaTable, tmp_path: Path) -> None:
    none = chosen(draw_rows(areas, 60), np.zeros(0, dtype=int))
    assert count_demand(extracts_of(none, tmp_path), areas, TODAY, KEEP_DAYS) is None
    short = draw_rows(areas, 60, first="2025-03-05", last="2025-03-20")
    assert count_demand(extracts_of(short, tmp_path), areas, TODAY, KEEP_DAYS) is None


def test_rows_placed_in_other_areas_are_refused(areas: AreaTable, tmp_path: Path) -> None:
    rows = draw_rows(areas, 60)
    other = replace(rows, areas=rows.areas[:-1].append(pd.Index(["E01099999"])))
    with pytest.raises(GeographyError, match="other areas"):
        count_demand(extracts_of(other, tmp_path), areas, TODAY, KEEP_DAYS)


def test_demand_opens_as_it_was_saved(areas: AreaTable, tmp_path: Path) -> None:
    demand = count(draw_rows(areas, 1_500, kinds=list(EventKind)), areas, tmp_path)
    demand.save(tmp_path)
    opened = Demand.open(tmp_path)
    assert opened is not None
    for name in SCHEMAS:
        pd.testing.assert_frame_equal(opened.tables[name], demand.tables[name])
    assert replace(opened, tables={}) == replace(demand, tables={})
    assert all(p.stat().st_mode & 0o777 == 0o600 for p in tmp_path.glob("demand_*"))
    assert (demand.delete_after - demand.made).days == KEEP_DAYS
