"""A part of a release whose pattern is looked for by itself: its cells, and what each must be able to be.

Tables that a pattern leaves possible are held as differences from the true one.

Model: Fischetti and Salazar-Gonzalez (2001), Solving the cell suppression problem on tabular data with linear
constraints, Management Science 47(7).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from models.attack import Knowledge, rounded_limits, split
from models.release_cells import Cells, Flags, Ids
from models.release_rule import Rule
from models.solver import EXACT, FAR, Floats, Solver

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix, csr_matrix

REACHED: Final = 1e-5


@dataclass(frozen=True)
class Need:
    """One end that a cell must be able to reach: `amount` above (`sign` 1) or below (-1) its true count.

    Where `sign` is 0, the two ends that it can reach must be `amount` apart, wherever they are.
    """

    place: int
    sign: float
    amount: float


@dataclass(frozen=True)
class Block:
    """Cells that hang together when all of them are withheld, as differences from their true counts.

    Attributes
    ----------
    cells
        Their places among all cells.
    equal, at_most, slack
        What ties the differences: `equal` times them is 0, `at_most` times them at most `slack`.
    choice
        Which cells may be withheld beside those that have to be.
    cost
        What withholding each costs.
    shown_low, shown_high
        How far a cell can be from its true count where it is shown.
    hidden_low, hidden_high
        The same where it is withheld, or never shown.
    needs
        The ends that have to stay within reach.
    """

    cells: Ids
    equal: "csr_matrix"
    at_most: "csr_matrix"
    slack: Floats
    choice: Flags
    cost: Floats
    shown_low: Floats
    shown_high: Floats
    hidden_low: Floats
    hidden_high: Floats
    needs: tuple[Need, ...] = ()

    def limits(self, pattern: Floats) -> tuple[Floats, Floats]:
        """Return how far each cell can be below and above, where a pattern (0 to 1 a cell) withholds it."""
        low = self.shown_low + pattern * (self.hidden_low - self.shown_low)
        high = self.shown_high + pattern * (self.hidden_high - self.shown_high)
        return low, high

    @cached_property
    def ties(self) -> "csc_matrix":
        """The equations, and below them the inequalities."""
        from scipy.sparse import vstack

        return vstack([self.equal, self.at_most], format="csc")

    @cached_property
    def needing(self) -> Ids:
        """The places of the cells with needs."""
        return np.unique(np.array([need.place for need in self.needs], dtype="int64"))

    def parts(self, pattern: Floats, within: Ids | None = None) -> Iterator["OpenPart"]:
        """Return the open cells of a pattern that hang together, each with the ties between them.

        Parameters
        ----------
        pattern
            How far each cell is withheld.
        within
            Parts without any of these cells are left out; the cells with needs when not given.
        """
        from scipy.sparse import csr_matrix
        from scipy.sparse.csgraph import connected_components

        low, high = self.limits(pattern)
        columns = np.flatnonzero(high - low > EXACT)
        ties = self.ties[:, columns]
        ends = np.repeat(np.arange(len(columns)), np.diff(ties.indptr))
        size = len(columns) + ties.shape[0]
        links = csr_matrix((np.ones(len(ends)), (ends, len(columns) + ties.indices)), shape=(size, size))
        _, label = connected_components(links, directed=False)
        label = label[: len(columns)]
        wanted = np.isin(columns, self.needing if within is None else within)
        for mark in np.unique(label[wanted]):
            mine = np.flatnonzero(label == mark)
            inside = ties[:, mine].tocsr()
            rows = np.flatnonzero(np.diff(inside.indptr))
            yield OpenPart(self, columns[mine], rows, inside[rows], low, high)


@dataclass(frozen=True)
class OpenPart:
    """Open cells of a block that hang together under a pattern."""

    block: Block
    columns: Ids
    rows: Ids
    ties: "csr_matrix"
    low: Floats
    high: Floats

    def solver(self) -> Solver:
        """Return the programme of all differences that the part leaves possible."""
        equations = self.block.equal.shape[0]
        is_equal = self.rows < equations
        row_high = np.zeros(len(self.rows))
        row_high[~is_equal] = self.block.slack[self.rows[~is_equal] - equations]
        row_low = np.where(is_equal, 0.0, -np.inf)
        return Solver(self.ties, row_low, row_high, self.low[self.columns], self.high[self.columns])

    def needs(self) -> list[Need]:
        """Return the needs of the part's own cells."""
        inside = set(self.columns.tolist())
        return [need for need in self.block.needs if need.place in inside]


def unmet(block: Block, pattern: Floats, first_only: bool = False) -> list[Need]:
    """Return the needs that a pattern does not meet.

    Parameters
    ----------
    block
        The block.
    pattern
        1 where a cell is withheld or never shown, else 0.
    first_only
        Whether to stop at the first part that does not meet one.
    """
    seen: set[int] = set()
    missing: list[Need] = []
    for part in block.parts(pattern):
        seen.update(part.columns.tolist())
        needs = part.needs()
        if needs:
            missing += unmet_in(part, needs, first_only)
        if first_only and missing:
            return missing
    return missing + [need for need in block.needs if need.place not in seen]


def unmet_in(part: OpenPart, needs: Sequence[Need], first_only: bool = False) -> list[Need]:
    """Return which needs of an open part are not met: tables that meet many at once are looked for first."""
    solver = part.solver()
    place = {int(cell): n for n, cell in enumerate(part.columns)}
    low, high = part.low[part.columns], part.high[part.columns]
    cost = np.zeros(len(part.columns))
    open_needs = list(needs)
    for sign in (1.0, -1.0):
        mine = [need for need in open_needs if need.sign == sign]
        if len(mine) > 1:
            columns = np.array([place[need.place] for need in mine])
            ends = sign * np.array([need.amount for need in mine])
            solver.limit(columns, np.minimum(low[columns], 0.0), high[columns])
            capped = np.where(sign > 0, np.minimum(high[columns], ends), high[columns])
            floor = np.where(sign < 0, np.maximum(low[columns], ends), low[columns])
            solver.limit(columns, floor, capped)
            many = cost.copy()
            many[columns] = -sign
            solver.aim(many)
            found = solver.solve()
            solver.limit(columns, low[columns], high[columns])
            if found is not None:
                open_needs = [n for n in open_needs if n.sign * found[place[n.place]] < n.amount - REACHED]
    missing = []
    for need in open_needs:
        if reach(solver, place[need.place], need, low, high) < need.amount - REACHED:
            missing.append(need)
            if first_only:
                break
    return missing


def reach(solver: Solver, column: int, need: Need, low: Floats, high: Floats) -> float:
    """Return how far a cell can go towards a need, which is as far as is asked."""
    if need.sign == 0:
        far = 0.0
        for sign in (1.0, -1.0):
            left = Need(need.place, sign, need.amount - far)
            far += reach(solver, column, left, low, high) if left.amount > REACHED else 0.0
        return far
    one = np.array([column])
    if need.sign > 0:
        solver.limit(one, low[one], np.minimum(high[one], need.amount))
    else:
        solver.limit(one, np.maximum(low[one], -need.amount), high[one])
    cost = np.zeros(len(low))
    cost[column] = -need.sign
    solver.aim(cost)
    found = solver.solve()
    solver.limit(one, low[one], high[one])
    return 0.0 if found is None else float(need.sign * found[column])


def make_blocks(cells: Cells, rule: Rule, known: Knowledge, primary: Flags, between: Flags) -> list[Block]:
    """Return the blocks of a release that have cells to protect.

    Parameters
    ----------
    cells
        The cells.
    rule
        The rule.
    known
        What is known when all is withheld that may be.
    primary
        Cells that the rule withholds.
    between
        Cells that nobody publishes, and whose count the rule would withhold.
    """
    values = cells.values.astype("float64")
    shown_low, shown_high = rounded_limits(values, rule)
    choosable = cells.now & ~primary & ~cells.always_shown & (values > 0)
    out = []
    for part in split(cells, known):
        mine = part.cells
        if not (primary | between)[mine].any():
            continue
        own = values[mine]
        free = choosable[mine]
        hidden_low, hidden_high = known.low[mine] - own, np.minimum(known.high[mine], FAR) - own
        block = Block(
            cells=mine,
            equal=part.equal,
            at_most=part.at_most,
            slack=part.limit - part.at_most @ own,
            choice=free,
            cost=np.where(free, cells.worth[mine], 0.0),
            shown_low=np.where(free, shown_low[mine] - own, hidden_low),
            shown_high=np.where(free, shown_high[mine] - own, hidden_high),
            hidden_low=hidden_low,
            hidden_high=hidden_high,
        )
        out.append(with_needs(block, rule, own, primary[mine], between[mine]))
    return out


def with_needs(block: Block, rule: Rule, own: Floats, primary: Flags, between: Flags) -> Block:
    """Return a block with the ends that its cells must be able to reach."""
    needs: list[Need] = []
    for place in np.flatnonzero(primary):
        needs += _ends(int(place), own[place] - rule.smallest, rule.largest_suppressed - own[place])
    apart = rule.largest_suppressed - float(rule.smallest)
    needs += [Need(int(place), 0.0, apart) for place in np.flatnonzero(between)]
    return replace(block, needs=tuple(needs))


def _ends(place: int, below: float, above: float) -> Iterable[Need]:
    return [Need(place, s, float(a)) for s, a in ((-1.0, below), (1.0, above)) if a > 0]
