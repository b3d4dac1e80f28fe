"""What an outsider can prove of withheld counts: linear programmes, and whole numbers where those decide.

The outsider knows every figure that is shown, that counts are whole, that a withheld count is at least 1, how
cells add up, and that there are no more children than referrals. What is known is put in first; what is left
falls into parts that have no cell in common, and each part is attacked by itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from models.release_cells import Cells, Flags, Ids
from models.release_rule import Rule
from models.solver import EXACT, FAR, Floats, Solver

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

_ROUNDS: Final = 6
"""How many tables are looked for at first that put many cells at their ends at once."""


@dataclass(frozen=True)
class Knowledge:
    """The least and the most that an outsider knows of each cell before any reckoning."""

    low: Floats
    high: Floats


@dataclass(frozen=True)
class Proven:
    """What can be proven of one cell that is not shown.

    Attributes
    ----------
    cell
        Its place among the cells.
    possible
        For each count that the rule withholds, whether it stays possible. Of a cell that nobody publishes:
        true for as many counts as stay possible, whichever they are, up to as many as the rule withholds.
    least, greatest
        Bounds from the linear programmes: no count outside can be true. `greatest` is infinite where there is
        no limit.
    """

    cell: int
    possible: tuple[bool, ...]
    least: float
    greatest: float


def known_of(
    cells: Cells, rule: Rule, withheld: Flags, shown_before: Flags | None = None, before: Flags | None = None
) -> Knowledge:
    """Return what a release shows, and what earlier ones showed.

    Parameters
    ----------
    cells
        The cells.
    rule
        The rule, which outsiders know.
    withheld
        Which cells of this release are withheld; entries of other cells do not matter.
    shown_before, before
        Which cells an earlier release showed, and which it held at all.
    """
    nothing = np.zeros(len(cells), dtype=bool)
    shown_before = nothing if shown_before is None else shown_before
    before = nothing if before is None else before
    values = cells.values.astype("float64")
    now_shown = cells.now & ~withheld
    low = np.where(before, np.maximum(cells.lower, np.minimum(1.0, values)), cells.lower)
    high = cells.upper.copy()
    shown_low, shown_high = rounded_limits(values, rule)
    low, high = np.where(now_shown, shown_low, low), np.where(now_shown, shown_high, high)
    return Knowledge(np.where(shown_before, values, low), np.where(shown_before, values, high))


def rounded_limits(values: Floats, rule: Rule) -> tuple[Floats, Floats]:
    """Return the least and the greatest count that is shown as each count is."""
    if not rule.round_to:
        return values, values
    half = rule.round_to // 2
    shown = round_counts(values, rule)
    low = np.maximum(shown - half, rule.largest_suppressed + 1)
    return np.where(values == 0, 0.0, low), np.where(values == 0, 0.0, np.maximum(shown + half, low))


def round_counts(values: Floats, rule: Rule) -> Floats:
    """Return counts as they are shown."""
    return np.round(values / rule.round_to) * rule.round_to if rule.round_to else values


@dataclass(frozen=True)
class Part:
    """Open cells that hang together: `equal` and `at_most` times their counts, against what is known."""

    cells: Ids
    equal: "csr_matrix"
    equal_to: Floats
    at_most: "csr_matrix"
    limit: Floats


def split(cells: Cells, known: Knowledge) -> Iterator[Part]:
    """Put in what is known and return the parts that are left, in the order of their first cells."""
    from scipy.sparse import bmat
    from scipy.sparse.csgraph import connected_components

    is_open = known.low < known.high
    columns = np.flatnonzero(is_open)
    fixed = np.where(is_open, 0.0, known.low)
    equal, equal_to = cells.equal.tocsc()[:, columns].tocsr(), -(cells.equal @ fixed)
    at_most, limit = cells.at_most.tocsc()[:, columns].tocsr(), -(cells.at_most @ fixed)
    ties = abs(bmat([[equal], [at_most]], format="csr"))
    _, label = connected_components(bmat([[None, ties], [ties.T, None]], format="csr"), directed=False)
    of_row, of_column = label[: ties.shape[0]], label[ties.shape[0] :]
    rows_of = _places_by(of_row)
    for mark, mine in sorted(_places_by(of_column).items(), key=lambda item: int(item[1][0])):
        rows = rows_of.get(mark, np.array([], dtype="int64"))
        first, second = rows[rows < equal.shape[0]], rows[rows >= equal.shape[0]] - equal.shape[0]
        yield Part(
            columns[mine], equal[first][:, mine], equal_to[first], at_most[second][:, mine], limit[second]
        )


def _places_by(labels: Ids) -> dict[int, Ids]:
    if not len(labels):
        return {}
    order = np.argsort(labels, kind="stable")
    marks, starts = np.unique(labels[order], return_index=True)
    return dict(zip(marks.tolist(), np.split(order, starts[1:]), strict=True))


def table_solver(part: Part, known: Knowledge) -> Solver:
    """Return the programme of all tables that a part may be."""
    from scipy.sparse import vstack

    matrix = vstack([part.equal, part.at_most], format="csr")
    low = np.concatenate([part.equal_to, np.full(len(part.limit), -np.inf)])
    high = np.concatenate([part.equal_to, part.limit])
    return Solver(matrix, low, high, known.low[part.cells], np.minimum(known.high[part.cells], FAR))


@dataclass
class PartAttack:
    """One part under attack: every whole table that is found speaks for all its cells."""

    part: Part
    known: Knowledge
    rule: Rule
    targets: Ids
    wide: Ids = field(default_factory=lambda: np.array([], dtype="int64"))
    seed: int = 0

    def __post_init__(self) -> None:
        self._solver = table_solver(self.part, self.known)
        place = {int(cell): n for n, cell in enumerate(self.part.cells)}
        self._places = np.array([place[int(t)] for t in self.targets], dtype="int64")
        self._wide_places = [place[int(t)] for t in self.wide]
        self._low = self.known.low[self.part.cells]
        self._high = np.minimum(self.known.high[self.part.cells], FAR)
        self._counts = np.array(self.rule.hidden, dtype="float64")
        self._possible = np.zeros((len(self.targets), len(self._counts)), dtype=bool)

    def prove(self) -> list[Proven]:
        """Return what can be proven of each target."""
        self._look_for_many()
        out = []
        for n, (cell, place) in enumerate(zip(self.targets, self._places, strict=True)):
            for m in np.flatnonzero(~self._possible[n]):
                if not self._possible[n, m]:
                    self._possible[n, m] = self._try(place, self._counts[m])
            whole = bool(self._possible[n].all())
            least, greatest = (1.0, np.inf) if whole else self.bounds(place)
            out.append(Proven(int(cell), tuple(self._possible[n].tolist()), least, greatest))
        wide = zip(self.wide, self._wide_places, strict=True)
        return out + [self._prove_wide(int(cell), place) for cell, place in wide]

    def _prove_wide(self, cell: int, place: int) -> Proven:
        """Count how many counts stay possible of a cell that nobody publishes."""
        least, greatest = self.bounds(place)
        asked, found = len(self._counts), 0
        count = np.ceil(least - EXACT)
        while count <= greatest + EXACT and found < asked and count < least + 4 * asked:
            found += self._try(place, count)
            count += 1.0
        return Proven(cell, tuple(n < found for n in range(asked)), least, greatest)

    def bounds(self, place: int) -> tuple[float, float]:
        """Return the least and the greatest that the linear programme leaves a cell of the part."""
        ends = []
        for sign in (1.0, -1.0):
            cost = np.zeros(len(self.part.cells))
            cost[place] = sign
            self._solver.aim(cost)
            found = self._solver.solve()
            if found is None:
                raise RuntimeError("the true table is not among the possible ones")
            ends.append(float(found[place]))
        self._solver.aim(np.zeros(len(self.part.cells)))
        return ends[0], np.inf if ends[1] >= FAR / 2 else ends[1]

    def _look_for_many(self) -> None:
        """Find tables that put many cells at 1, or at the greatest withheld count or beyond, at once."""
        if not len(self.targets):
            return
        chance = np.random.default_rng(self.seed)
        top = self._counts[-1]
        own_high = self._high[self._places].copy()
        own_low = self._low[self._places].copy()
        self._solver.limit(self._places, own_low, np.minimum(own_high, top))
        for turn in range(_ROUNDS):
            missing = ~self._possible
            if not missing.any():
                break
            wants = np.where(missing[:, 0], 1.0, 0.0) - np.where(missing[:, -1], 1.0, 0.0)
            cost = np.zeros(len(self.part.cells))
            cost[self._places] = (wants + (turn > 0) * chance.normal(size=len(wants))) * (-1.0) ** (turn // 3)
            self._solver.aim(cost)
            found = self._solver.solve()
            if found is not None:
                self._note(found)
        self._solver.limit(self._places, own_low, own_high)
        self._solver.aim(np.zeros(len(self.part.cells)))

    def _try(self, place: int, count: float) -> bool:
        """Say whether a cell can be a count in a table of whole numbers."""
        if not self._low[place] <= count <= self._high[place]:
            return False
        one = np.array([place])
        self._solver.limit(one, np.array([count]), np.array([count]))
        found = self._solver.solve()
        if found is not None and not _is_whole(found):
            found = self._solver.solve_whole()
        self._solver.limit(one, self._low[one], self._high[one])
        if found is None:
            return False
        self._note(found)
        return True

    def _note(self, table: Floats) -> None:
        """Take down which counts a table of whole numbers shows to be possible."""
        if _is_whole(table):
            self._possible |= np.abs(table[self._places][:, None] - self._counts[None, :]) < EXACT


def _is_whole(table: Floats) -> bool:
    return bool((np.abs(table - np.round(table)) < EXACT).all())


def prove_all(
    cells: Cells, known: Knowledge, rule: Rule, targets: Flags, wide: Flags | None = None
) -> dict[int, Proven]:
    """Return what can be proven of each target cell, by its place.

    Parameters
    ----------
    cells
        The cells and what ties them.
    known
        What is known of each.
    rule
        The rule: which counts are withheld.
    targets
        Which cells must be able to be any of these counts.
    wide
        Which cells must be able to be as many counts, whichever they are.
    """
    wide = np.zeros(len(cells), dtype=bool) if wide is None else wide
    out: dict[int, Proven] = {}
    for cell in np.flatnonzero((targets | wide) & (known.low >= known.high)):
        value = float(known.low[cell])
        possible = tuple(value == v if targets[cell] else n == 0 for n, v in enumerate(rule.hidden))
        out[int(cell)] = Proven(int(cell), possible, value, value)
    for part in split(cells, known):
        mine, others = part.cells[targets[part.cells]], part.cells[wide[part.cells]]
        if len(mine) or len(others):
            out |= {p.cell: p for p in PartAttack(part, known, rule, mine, others).prove()}
    return out
