"""What is withheld protects, and costs no more than it has to."""

from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from models.attack import known_of
from models.audit import audit
from models.leaving_out import leave_out
from models.protection import Block, make_blocks, unmet
from models.release_cells import Cells
from models.release_rule import ReleaseTable, Rule
from models.suppression import describe_cost, suppress
from tests.conftest import FULL_PROOFS
from tests.small_releases import HIERARCHY, random_cells

BY_NEED = (
    ReleaseTable("ward", "referrals", 36, worth=12.0),
    ReleaseTable("ward", "referrals", 36, "need", worth=2.0),
    ReleaseTable("council", "referrals", 36, worth=1000.0),
    ReleaseTable("council", "referrals", 36, "need", worth=200.0),
)


def protected_cells(seed: int, areas: int, per_ward: int, rule: Rule, mean: float = 5.0) -> Cells:
    return leave_out(random_cells(seed, areas, per_ward, mean=mean), rule)[0]


def least_cost_by_trying(cells: Cells, rule: Rule) -> float | None:
    """The cheapest pattern that the audit passes, by trying all in the order of cost; None with too many."""
    small = cells.now & np.isin(cells.values, rule.hidden)
    choice = np.flatnonzero(cells.now & ~small & (cells.values > 0) & ~cells.always_shown)
    if len(choice) > (12 if FULL_PROOFS else 9):
        return None
    patterns = [c for n in range(len(choice) + 1) for c in combinations(choice, n)]
    for pattern in sorted(patterns, key=lambda c: cells.worth[list(c)].sum()):
        withheld = small.copy()
        withheld[list(pattern)] = True
        if audit(cells, rule, withheld).passed:
            return float(cells.worth[list(pattern)].sum())
    return None


@pytest.mark.proof
def test_small_tables_cost_what_trying_all_patterns_finds() -> None:
    compared = costly = 0
    tables = tuple(t for t in HIERARCHY if t.measure == "referrals" and t.level != "ward")
    rule = Rule()
    for seed in range(400) if FULL_PROOFS else (*range(10), 111):
        cells, _ = leave_out(random_cells(seed, 3 + seed % 2, 4, tables, mean=5.0), rule)
        best = least_cost_by_trying(cells, rule)
        if best is None:
            continue
        found = suppress(cells, rule, seconds=30)
        assert audit(cells, rule, found.withheld).passed
        assert found.cost == pytest.approx(best, abs=1e-6), seed
        assert found.gap < 1e-6
        compared += 1
        costly += best > 0
    assert compared >= 4
    assert costly >= 2


def least_cost_by_one_programme(block: Block) -> float:
    """The least cost of a block by one large integer programme that holds a table for each need."""
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import bmat, csr_matrix, diags, eye, vstack

    assert all(need.sign for need in block.needs)
    cells, needs = len(block.cells), len(block.needs)
    ties = vstack([block.equal, block.at_most], format="csr")
    top = np.concatenate([np.zeros(block.equal.shape[0]), block.slack])
    bottom = np.where(np.arange(ties.shape[0]) < block.equal.shape[0], 0.0, -np.inf)
    far = 12.0  # three times what any need asks for: a larger one costs the solver its exactness
    rise, fall = np.minimum(block.hidden_high, far), np.minimum(-block.hidden_low, far)
    closed = block.choice
    rise_closed, fall_closed = np.where(closed, 0.0, rise), np.where(closed, 0.0, fall)
    rows, lower, upper = [], [], []
    for n in range(needs):
        blank: list[csr_matrix | None] = [None] * needs
        for matrix, pattern, low, high in (
            (ties, csr_matrix((ties.shape[0], cells)), bottom, top),
            (
                eye(cells, format="csr"),
                -diags(np.where(closed, rise, 0.0)),
                np.full(cells, -np.inf),
                rise_closed,
            ),
            (
                -eye(cells, format="csr"),
                -diags(np.where(closed, fall, 0.0)),
                np.full(cells, -np.inf),
                fall_closed,
            ),
        ):
            mine = list(blank)
            mine[n] = matrix
            rows.append(
                [pattern, *(m if m is not None else csr_matrix((matrix.shape[0], cells)) for m in mine)]
            )
            lower.append(low)
            upper.append(high)
    size = cells * (1 + needs)
    least, most = np.full(size, -far * 10), np.full(size, far * 10)
    least[:cells], most[:cells] = 0.0, 1.0
    for n, need in enumerate(block.needs):
        at = cells * (n + 1) + need.place
        least[at] = most[at] = need.sign * need.amount
    whole = np.zeros(size)
    whole[:cells] = 1
    cost = np.concatenate([block.cost, np.zeros(cells * needs)])
    limits = LinearConstraint(bmat(rows, format="csr"), np.concatenate(lower), np.concatenate(upper))
    found = milp(cost, constraints=limits, bounds=Bounds(least, most), integrality=whole)
    assert found.success
    return float(found.fun)


@pytest.mark.proof
def test_tables_of_up_to_200_cells_cost_the_optimum() -> None:
    rule = Rule()
    sizes = []
    for seed in range(60 if FULL_PROOFS else 6):
        cells = protected_cells(100 + seed, 9 + seed % 4, 3, rule, mean=10.0)
        if (~cells.now & np.isin(cells.values, rule.hidden)).any():
            continue  # two ends anywhere so far apart are not in the one programme
        sizes.append(int(cells.now.sum()))
        small = cells.now & np.isin(cells.values, rule.hidden)
        known = known_of(cells, rule, cells.now & (cells.values > 0) & (small | ~cells.always_shown))
        blocks = make_blocks(cells, rule, known, small, np.zeros(len(cells), dtype=bool))
        best = sum(least_cost_by_one_programme(block) for block in blocks)
        found = suppress(cells, rule, seconds=60)
        assert found.cost == pytest.approx(best, rel=1e-6)
        assert audit(cells, rule, found.withheld).passed
    assert 80 <= max(sizes) <= 200


@pytest.mark.parametrize("rule", [Rule(), Rule(largest_suppressed=10), Rule(round_to=5)], ids=str)
def test_every_rule_passes_its_audit(rule: Rule) -> None:
    for seed in range(2):
        cells = protected_cells(seed, 16, 4, rule, mean=9.0)
        found = suppress(cells, rule, seconds=3)
        result = audit(cells, rule, found.withheld)
        assert result.passed, result.failing
        assert result.attacked >= found.small.sum() > 0
        assert all(len(p.possible) == rule.largest_suppressed for p in result.proven.values())
        assert not (found.withheld & (cells.values == 0)).any()
        assert (found.withheld >= found.small).all()


def test_rounding_withholds_fewer_beside() -> None:
    cells = {r: protected_cells(4, 16, 4, Rule(round_to=r), mean=9.0) for r in (0, 5)}
    cost = {r: suppress(cells[r], Rule(round_to=r), seconds=3).cost for r in (0, 5)}
    assert cost[5] < cost[0]


def test_breakdowns_of_wards_are_protected_one_way_each() -> None:
    rule = Rule()
    cells, _ = leave_out(random_cells(2, 12, 2, (*HIERARCHY, BY_NEED[1], BY_NEED[3]), mean=6.0), rule)
    found = suppress(cells, rule, seconds=3)
    assert audit(cells, rule, found.withheld).passed
    needs = (cells.frame["by"] == "need").to_numpy()
    assert (found.withheld & needs).any()
    assert not audit(cells, rule, found.small).passed


def test_withholding_more_never_unprotects() -> None:
    rule = Rule()
    cells = protected_cells(6, 12, 3, rule)
    small = cells.now & np.isin(cells.values, rule.hidden)
    known = known_of(cells, rule, cells.now & (cells.values > 0) & (small | ~cells.always_shown))
    draw = np.random.default_rng(1)
    for block in make_blocks(cells, rule, known, small, ~cells.now & np.isin(cells.values, rule.hidden)):
        pattern = np.where(block.choice, 0.0, 1.0)
        missing = len(unmet(block, pattern))
        for place in draw.permutation(np.flatnonzero(block.choice)):
            pattern[place] = 1.0
            now = len(unmet(block, pattern))
            assert now <= missing
            missing = now
        assert missing == 0


def test_cells_in_another_order_are_withheld_alike() -> None:
    """The same council with its areas named the other way round costs the same."""
    rule = Rule()
    one = protected_cells(9, 12, 3, rule)
    turned = np.random.default_rng(0).permutation(len(one))
    frame = one.frame.iloc[turned].reset_index(drop=True)
    other = Cells(
        frame,
        one.equal[:, turned],
        one.at_most[:, turned],
        one.upper[turned],
        one.lower[turned],
        one.now[turned],
        one.worth[turned],
    )
    first, second = (suppress(c, rule, seconds=30) for c in (one, other))
    assert first.cost == pytest.approx(second.cost)
    assert max(first.gap, second.gap) < 1e-9


def test_the_report_adds_up() -> None:
    rule = Rule()
    cells = protected_cells(7, 24, 4, rule)
    found = suppress(cells, rule, seconds=5)
    said = describe_cost(cells, found)
    tables = pd.DataFrame(said["tables"]).T
    assert tables["cells"].sum() == cells.now.sum()
    assert tables["small"].sum() == said["small"] == found.small.sum()
    assert tables["beside"].sum() == said["beside"] == (found.withheld & ~found.small).sum()
    assert tables["share_withheld"].between(0, 1).all()
