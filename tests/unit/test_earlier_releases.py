"""What earlier releases showed is known: windows that overlap are not given away by subtraction."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from data.errors import DisclosureError
from data.ledger import LedgerEntry
from geo.demand import Demand, Grain
from geo.periods import month_number, month_text
from models.audit import audit
from models.disclosure import Release, release
from models.earlier import Earlier, find_earlier, without_overlapping_children
from models.leaving_out import leave_out
from models.release_cells import make_cells
from models.release_counts import DemandCounts
from models.release_rule import ReleasePlan, ReleaseTable, Rule, release_plan
from models.suppression import suppress
from tests.small_builds import make_areas
from tests.small_releases import HIERARCHY, demand_of, random_counts

PLAN = ReleasePlan(HIERARCHY, Rule(), seconds=3.0)
AREAS = make_areas({"pop_0_17": [300.0] * 16})
PLACES = pd.DataFrame(AREAS.frame.drop(columns="geometry"))


def monthly(seed: int = 1, months: int = 60, mean: float = 12.0) -> np.ndarray:
    return random_counts(seed, 16, mean / 12, months)


def until(counts: np.ndarray, left_off: int, last: str = "2025-03", grain: Grain = Grain.MONTH) -> Demand:
    """A demand that ends some periods before the last one."""
    months = (grain.months or 12) * left_off
    text = month_text(month_number(last) - months)
    kept = counts[:, : counts.shape[1] - left_off] if left_off else counts
    return demand_of(PLACES, kept, last=text, grain=grain)


def published(demand: Demand, *earlier: LedgerEntry, plan: ReleasePlan = PLAN) -> Release:
    return release(demand, AREAS, "Oakmere", plan, earlier)


def test_the_same_release_again_withholds_the_same() -> None:
    demand = until(monthly(), 0)
    first = published(demand)
    second = published(demand, first.entry)
    pd.testing.assert_frame_equal(first.released.frame, second.released.frame)
    assert second.cost["beside"] == first.cost["beside"]


def test_a_year_later_what_was_withheld_stays_withheld() -> None:
    counts = monthly()
    first = published(until(counts, 12))
    second = published(until(counts, 0), first.entry)
    key = ["level", "code", "measure", "start", "months", "by", "category"]
    both = first.released.frame.merge(second.released.frame, on=key, suffixes=("_1", "_2"))
    assert len(both) > 30
    assert set(both["months"]) == {12}
    alone = published(until(counts, 0))
    # What only the second shows must not give away what the first withheld: its audit knew both.
    assert second.audit.attacked > alone.audit.attacked


def test_subtraction_of_years_a_month_apart_is_caught() -> None:
    """Year 2 of April is 8, of May 6, and the April between year 2 and year 3 is 0: that April had 2."""
    counts = np.zeros((16, 60), dtype=int)
    counts += random_counts(5, 16, 9.0, 60)
    counts[0] = 0
    end = 60  # the second release: years begin 36, 24 and 12 months before the end
    counts[0, end - 25] = 2  # in year 2 of the first release alone
    counts[0, end - 20] = 6  # in year 2 of both
    counts[0, end - 30] = 7  # in year 1 of both
    first, second = until(counts, 1), until(counts, 0)
    entry = published(first, plan=_referrals()).entry
    shown = [t for t in entry.tables if t.level == "area" and t.start == "2023-03" and t.months == 12]
    assert "E01000000" in shown[0].published
    now = DemandCounts.of(second, PLACES)
    tables = _referrals().tables
    earlier = find_earlier([entry], now, tables)
    cells, _ = make_cells(now, tables, None, earlier.cells)
    cells, _ = leave_out(cells, Rule())
    alone = suppress(make_cells(now, tables)[0], Rule(), seconds=3)
    naive = np.zeros(len(cells), dtype=bool)
    small = cells.now & np.isin(cells.values, Rule().hidden)
    naive |= small
    found = audit(cells, Rule(), naive, earlier)
    month = (cells.frame["code"] == "E01000000") & (cells.frame["months"] == 1) & (cells.frame["value"] == 2)
    (place,) = np.flatnonzero(month)
    assert not all(found.proven[int(place)].possible)
    assert found.proven[int(place)].least == found.proven[int(place)].greatest == 2
    assert "referrals by area, 1 months" in found.failing
    # Without the ledger the release would show the year that gives the month away; with it, it does not.
    frame = make_cells(now, tables)[0].frame
    year = (frame["code"] == "E01000000") & (frame["value"] == 6) & (frame["months"] == 12)
    assert not alone.withheld[np.flatnonzero(year)[0]]
    made = published(second, entry, plan=_referrals())
    row = made.released.frame
    mine = row[(row["code"] == "E01000000") & (row["months"] == 12) & (row["start"] == "2023-04")]
    assert mine["status"].tolist() == ["suppressed"]


def _referrals() -> ReleasePlan:
    return ReleasePlan(tuple(t for t in HIERARCHY if t.measure == "referrals"), Rule(), 3.0)


def test_children_over_overlapping_months_are_left_out_and_said() -> None:
    counts = monthly()
    first = published(until(counts, 12))
    second = published(until(counts, 0), first.entry)
    frame = second.released.frame
    assert set(frame.loc[frame["measure"] == "children", "months"]) == {12}
    assert any("children by small area, 36 months" in line for line in second.left_out)
    third = published(until(counts, 0), second.entry)
    assert set(third.released.frame.loc[third.released.frame["measure"] == "children", "months"]) >= {12}


def test_windows_apart_do_not_matter() -> None:
    counts = monthly(months=84)
    first = published(until(counts, 36))
    second = published(until(counts, 0), first.entry)
    alone = published(until(counts, 0))
    pd.testing.assert_frame_equal(second.released.frame, alone.released.frame)


def test_what_cannot_be_counted_anew_is_refused() -> None:
    counts = monthly()
    entry = published(until(counts, 12)).entry
    short = until(counts[:, 24:], 0)
    with pytest.raises(DisclosureError, match="does not reach back so far") as caught:
        published(short, entry)
    assert "multiple of 12 months" in str(caught.value)
    by_year = demand_of(PLACES, random_counts(2, 16, 20.0, 5), grain=Grain.YEAR, last="2025-06")
    with pytest.raises(DisclosureError, match=r"not fine enough|reach back"):
        published(by_year, entry)


def test_wards_drawn_otherwise_are_refused() -> None:
    demand = until(monthly(), 0)
    entry = published(demand).entry
    frame = PLACES.copy()
    frame.loc["E01000000", ["ward_code", "ward_name"]] = ["E05000001", "Ward 2"]
    with pytest.raises(DisclosureError, match="drawn otherwise now: E05000000, E05000001"):
        find_earlier([entry], DemandCounts.of(demand, frame), PLAN.tables)


def test_another_council_in_the_ledger_does_not_matter() -> None:
    demand = until(monthly(), 0)
    entry = published(demand).entry
    frame = PLACES.set_axis(pd.Index([f"E0109{n:04}" for n in range(16)], name="area_code"))
    frame = frame.assign(la_code="E06000999", ward_code=frame["ward_code"].str.replace("E0500", "E0509"))
    other = demand_of(frame, monthly())
    assert find_earlier([entry], DemandCounts.of(other, frame), PLAN.tables) == Earlier()


def test_a_count_corrected_to_a_small_one_is_refused_where_the_others_are_known() -> None:
    """A count of 20 that is corrected to 4 is the total less the others, which an earlier release showed."""
    counts = monthly(mean=40.0)
    entry = published(until(counts, 0)).entry
    corrected = counts.copy()
    corrected[3, -12:] = 0
    corrected[3, -1] = 4
    with pytest.raises(DisclosureError, match="referrals by area, 12 months") as caught:
        published(until(corrected, 0), entry)
    assert "E0100" not in str(caught.value)


def test_earlier_children_clash_only_where_they_overlap() -> None:
    counts = DemandCounts.of(until(monthly(), 0), PLACES)
    tables = [ReleaseTable("area", "children", 12), ReleaseTable("area", "children", 36)]
    kept, left_out = without_overlapping_children(tables, Earlier(), counts)
    assert kept == tables
    assert left_out == []


def test_what_is_not_kept_so_long_or_so_finely_is_left_out_and_said() -> None:
    counts = random_counts(3, 16, 9.0, 12)
    year = published(demand_of(PLACES, counts))
    assert set(year.released.frame["months"]) == {12}
    assert year.released.facts["first"] == "2024-04"
    assert len([line for line in year.left_out if "36 months" in line]) == 5
    whole = published(demand_of(PLACES, random_counts(3, 16, 3.0, 36)))
    assert set(whole.released.frame["months"]) == {12, 36}
    assert whole.left_out == ()


def test_areas_outside_every_ward_are_protected_with_their_council() -> None:
    """They add up to the council beside its wards, whose breakdowns then do not add up to it."""
    frame = AREAS.frame.copy()
    frame[["ward_code", "ward_name"]] = frame[["ward_code", "ward_name"]].astype("object")
    frame.loc[frame.index[:3], ["ward_code", "ward_name"]] = None
    places = pd.DataFrame(frame.drop(columns="geometry"))
    demand = demand_of(places, monthly(mean=10.0, months=36))
    counts = DemandCounts.of(demand, places)
    cells, _ = make_cells(counts, release_plan().tables)
    cells, _ = leave_out(cells, Rule())
    by = cells.frame["by"] != ""
    assert set(cells.frame.loc[by & cells.now, "level"]) == {"ward"}
    found = suppress(cells, Rule(), seconds=3)
    assert audit(cells, Rule(), found.withheld).passed


def test_tables_that_contradict_each_other_are_refused() -> None:
    demand = demand_of(PLACES, monthly(months=36))
    need = demand.tables["ward_need"].copy()
    need.loc[0, "referrals"] += 1
    wrong = replace(demand, tables={**demand.tables, "ward_need": need})
    with pytest.raises(DisclosureError, match="contradict each other"):
        release(wrong, AREAS, "Oakmere", replace(release_plan(), seconds=1.0))
