"""The attack finds what trying all tables finds, and recovers counts from what is protected naively."""

import numpy as np
import pytest

from models.attack import known_of, prove_all, round_counts, rounded_limits
from models.audit import audit
from models.cell_maker import split_time
from models.leaving_out import leave_out
from models.release_cells import Cells
from models.release_counts import Window
from models.release_rule import Rule
from tests.conftest import FULL_PROOFS
from tests.small_releases import base_of, places_of, possible_by_force, random_cells

TABLES = 1_000 if FULL_PROOFS else 30
MOST_OPEN = 5 if FULL_PROOFS else 4


def few_withheld(cells: Cells, seed: int) -> np.ndarray:
    """Withhold some cells: few enough of those that others are sums of for all tables to be tried."""
    draw = np.random.default_rng(seed)
    base = base_of(cells)
    positive = cells.values > 0
    withheld = positive & (draw.random(len(cells)) < draw.choice([0.3, 0.6, 0.9]))
    open_base = base[withheld[base]]
    for cell in draw.permutation(open_base)[MOST_OPEN:]:
        withheld[cell] = False
    return withheld


@pytest.mark.proof
def test_what_is_possible_is_what_trying_all_tables_finds() -> None:
    found = exact = 0
    for seed in range(TABLES):
        areas, per_ward = (3, 2) if seed % 2 else (4, 2)
        cells = random_cells(seed, areas, per_ward)
        rule = Rule()
        withheld = few_withheld(cells, seed)
        known = known_of(cells, rule, withheld)
        targets = withheld & (cells.values <= 5)
        ward_of = places_of(areas, per_ward)["ward_code"].to_dict()
        force = possible_by_force(cells, known, ward_of, np.flatnonzero(targets))
        proven = prove_all(cells, known, rule, targets)
        assert set(proven) == set(np.flatnonzero(targets))
        for cell, counts in force.items():
            ours = {v for v, there in zip(rule.hidden, proven[cell].possible, strict=True) if there}
            assert ours == counts, (seed, cells.frame.iloc[cell].to_dict())
            found += 1
            exact += len(counts) == 1
    assert found > 3 * TABLES
    assert exact > TABLES / 10  # tables that give nothing away would prove nothing


def test_counts_are_recovered_where_only_small_ones_are_withheld() -> None:
    cells = random_cells(3, 24, 4)
    rule = Rule()
    small = cells.now & np.isin(cells.values, rule.hidden)
    found = audit(cells, rule, small)
    recovered = [p for p in found.proven.values() if p.least == p.greatest]
    assert found.exact == len(recovered) >= 5
    assert not found.passed
    assert all(p.least == cells.values[p.cell] for p in recovered)
    assert sum(found.failing.values()) >= found.exact


def test_bounds_hold_the_true_count() -> None:
    for seed in range(8):
        cells = random_cells(seed, 8, 3)
        rule = Rule()
        small = cells.now & np.isin(cells.values, rule.hidden)
        for proven in audit(cells, rule, small).proven.values():
            value = cells.values[proven.cell]
            assert proven.least <= value <= proven.greatest
            assert proven.possible[value - 1]


def test_a_shown_count_of_children_bounds_withheld_referrals() -> None:
    """Four children were referred: at least four referrals there were."""
    cells = random_cells(0, 2, 2)
    frame = cells.frame
    child = (frame["level"] == "area") & (frame["measure"] == "children") & (frame["months"] == 12)
    for cell in np.flatnonzero(child & (frame["value"] >= 2)):
        code = frame["code"][cell]
        twin = np.flatnonzero(
            (frame["code"] == code)
            & (frame["measure"] == "referrals")
            & (frame["start"] == frame["start"][cell])
            & (frame["months"] == 12)
        )
        withheld = np.ones(len(cells), dtype=bool)
        withheld[cell] = False
        known = known_of(cells, Rule(largest_suppressed=20), withheld)
        targets = np.zeros(len(cells), dtype=bool)
        targets[twin] = True
        proven = prove_all(cells, known, Rule(largest_suppressed=20), targets)[int(twin[0])]
        value = int(frame["value"][cell])
        assert proven.possible[: value - 1] == (False,) * (value - 1)
        assert proven.possible[value - 1]
        return
    raise AssertionError("no area with two children")


def test_rounding_leaves_an_interval() -> None:
    rule = Rule(round_to=5)
    counts = np.array([0.0, 6.0, 7.0, 8.0, 12.0, 13.0, 100.0])
    low, high = rounded_limits(counts, rule)
    assert low.tolist() == [0, 6, 6, 8, 8, 13, 98]
    assert high.tolist() == [0, 7, 7, 12, 12, 17, 102]
    assert ((low <= counts) & (counts <= high)).all()
    shown = round_counts(counts, rule)
    assert shown.tolist() == [0, 5, 5, 10, 10, 15, 100]
    every = np.arange(6.0, 200.0)
    low, high = rounded_limits(every, rule)
    same = np.array([(round_counts(every, rule) == s).sum() for s in round_counts(every, rule)])
    assert (high - low + 1)[:190].tolist() == same[:190].tolist()


def test_the_parts_of_a_small_total_are_not_told() -> None:
    """Years of 3, 2 and 0 under a withheld 5 would say that it is at least 2."""
    rule = Rule()
    seen = 0
    for seed in range(12):
        declared = random_cells(seed, 12, 3, mean=1.5)
        cells, out = leave_out(declared, rule)
        frame = cells.frame
        totals = (
            (frame["level"] == "area")
            & (frame["measure"] == "referrals")
            & (frame["months"] == 36)
            & cells.now
        )
        for cell in np.flatnonzero(totals):
            years = np.flatnonzero(
                (frame["code"] == frame["code"][cell])
                & (frame["measure"] == "referrals")
                & (frame["months"] == 12)
            )
            if frame["value"][cell] in rule.hidden:
                assert out[years].all()
                assert cells.upper[cell] == 5
                seen += 1
            elif not out[years].all():
                assert cells.lower[cell] == min(6, frame["value"][cell])
        assert not (out & cells.now).any()
    assert seen > 10


def test_time_is_cut_where_windows_end() -> None:
    years = [Window(n, 12) for n in (0, 12, 24)]
    assert split_time([*years, Window(0, 36)]) == years
    assert split_time([Window(0, 12), Window(3, 12)]) == [Window(0, 3), Window(3, 9), Window(12, 3)]
    assert split_time([Window(0, 2), Window(5, 2)]) == [Window(0, 2), Window(5, 2)]
