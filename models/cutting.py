"""The cheapest pattern of a block by integer programme, with the gap where time runs out.

Each need that a pattern leaves unmet yields a cut: the duals of the programme that looks how far the cell can
go say which cells could let it go further, and the pattern has to withhold enough of these (Fischetti and
Salazar-Gonzalez, 2001). Cuts are gathered on patterns in fractions first, then on whole ones.
"""

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from models.patterns import Cut, Master
from models.protection import REACHED, Block, Need, OpenPart, unmet
from models.secondary import Exchanges, cost_of, protect, prune, start_pattern
from models.solver import Floats, Solver

if TYPE_CHECKING:
    from collections.abc import Callable

VIOLATED: Final = 1e-3
_SMALL: Final = 1e-7
_MOST_ROUNDS: Final = 60
_STALLED: Final = 6
"""How many rounds on patterns in fractions may pass with hardly any gain."""

_GAIN: Final = 2e-4


@dataclass(frozen=True)
class Found:
    """A pattern for a block, what it costs, and what any pattern costs at least."""

    pattern: Floats
    cost: float
    bound: float
    cuts: int
    seconds: float

    @property
    def gap(self) -> float:
        """How far the cost may be above the least there is, as a share of it."""
        return max(0.0, (self.cost - self.bound) / self.cost) if self.cost > _SMALL else 0.0


def find_cuts(block: Block, pattern: Floats) -> list[Cut]:
    """Return the cuts that a pattern, in fractions or whole, does not keep to."""
    cuts: list[Cut] = []
    seen: set[int] = set()
    for part in block.parts(pattern):
        needs = part.needs()
        seen.update(need.place for need in needs)
        for amount in sorted({need.amount for need in needs}):
            cuts += _cuts_of(part, [need for need in needs if need.amount == amount], pattern)
    nothing = np.zeros(block.equal.shape[0]), np.zeros(block.at_most.shape[0])
    for need in block.needs:
        if need.place not in seen:
            signs = (need.sign,) if need.sign else (1.0, -1.0)
            cut = _cut(block, need, [(sign, *nothing) for sign in signs])
            cuts += [cut] if cut is not None else []
    return list(dict.fromkeys(cuts))


def _cuts_of(part: OpenPart, needs: list[Need], pattern: Floats) -> list[Cut]:
    """Return the cuts of needs of one amount: no cell goes further than that amount in an exchange for it."""
    block, amount = part.block, needs[0].amount
    solver = part.solver()
    low, high = _capped(block, amount, pattern)
    low, high = low[part.columns], high[part.columns]
    every = np.arange(len(part.columns))
    solver.limit(every, low, high)
    place = {int(cell): n for n, cell in enumerate(part.columns)}
    out = []
    met: set[tuple[int, float]] = set()
    for need in needs:
        if (need.place, need.sign) in met:
            continue
        column, far = place[need.place], 0.0
        sides = []
        for sign in (need.sign,) if need.sign else (1.0, -1.0):
            cost = np.zeros(len(part.columns))
            cost[column] = -sign
            solver.aim(cost)
            found = solver.solve()
            if found is None:
                break
            met |= {
                (n.place, n.sign)
                for n in needs
                if n.sign and n.sign * found[place[n.place]] > amount - REACHED
            }
            far += sign * found[column]
            sides.append((sign, *_duals_of(part, solver)))
        if far >= amount - REACHED:
            continue
        cut = _cut(block, need, sides)
        if cut is not None and cut.least - _times(cut, pattern) > VIOLATED * cut.least:
            out.append(cut)
    return out


def _duals_of(part: OpenPart, solver: Solver) -> tuple[Floats, Floats]:
    """Return what each equation and each inequality of the block is worth at the last solution."""
    block, duals = part.block, solver.row_duals()
    equations = block.equal.shape[0]
    is_equal = part.rows < equations
    equal, at_most = np.zeros(equations), np.zeros(block.at_most.shape[0])
    equal[part.rows[is_equal]] = duals[is_equal]
    at_most[part.rows[~is_equal] - equations] = np.minimum(duals[~is_equal], 0.0)
    return equal, at_most


def _capped(block: Block, amount: float, pattern: Floats) -> tuple[Floats, Floats]:
    """Return the limits of cells under a pattern, where none goes further than an amount."""
    high = np.minimum(block.hidden_high, np.maximum(amount, block.shown_high))
    low = np.maximum(block.hidden_low, np.minimum(-amount, block.shown_low))
    return (
        block.shown_low + pattern * (low - block.shown_low),
        block.shown_high + pattern * (high - block.shown_high),
    )


def _times(cut: Cut, pattern: Floats) -> float:
    return float(np.dot(cut.weights, pattern[list(cut.columns)]))


def _cut(block: Block, need: Need, sides: list[tuple[float, Floats, Floats]]) -> Cut | None:
    """Return the cut that duals give, valid for every pattern; None where they give none.

    Parameters
    ----------
    block
        The block.
    need
        The need that is not met.
    sides
        For each end: its sign, and the duals of equations and inequalities.
    """
    shown, hidden, fixed = np.zeros(len(block.cells)), np.zeros(len(block.cells)), 0.0
    for sign, equal, at_most in sides:
        pull = equal @ block.equal + at_most @ block.at_most
        pull[need.place] += sign
        pull[np.abs(pull) < _SMALL] = 0.0
        up, down = np.maximum(pull, 0.0), np.maximum(-pull, 0.0)
        shown += up * block.shown_high - down * block.shown_low
        hidden += up * block.hidden_high - down * block.hidden_low
        fixed -= float(at_most @ block.slack)
    least = need.amount - fixed - float(shown.sum())
    if least <= VIOLATED:
        return None
    gain = np.where(block.choice, np.minimum(hidden - shown, least), 0.0)
    columns = np.flatnonzero(gain > _SMALL)
    weights = np.round(gain[columns] / least, 9)
    return Cut(tuple(columns.tolist()), tuple(weights.tolist()), 1.0)


def cheapest_pattern(
    block: Block,
    seconds: float,
    check: "Callable[[Floats], list[tuple[int, float]]]",
    exchanges: Exchanges | None = None,
) -> Found:
    """Return the cheapest pattern of a block, or the best found in time with a bound.

    Parameters
    ----------
    block
        The block.
    seconds
        How long to look.
    check
        Attacks a whole pattern by whole numbers and returns what it finds: places of cells, and the
        differences from their true counts that are not possible though they have to be.
    exchanges
        The programme of its exchanges, where it is there already.
    """
    return _Search(block, seconds, check, exchanges or Exchanges(block)).run()


@dataclass
class _Search:
    block: Block
    seconds: float
    check: "Callable[[Floats], list[tuple[int, float]]]"
    exchanges: Exchanges
    _best: Floats = field(init=False)
    _cost: float = field(init=False, default=np.inf)

    def run(self) -> Found:
        self._started = time.perf_counter()
        self._master = Master(self.block)
        self._bound = 0.0
        first = start_pattern(self.block)
        self._take(protect(self.block, self.exchanges, first, unmet(self.block, first)))
        self._in_fractions()
        self._whole()
        spent = time.perf_counter() - self._started
        return Found(self._best, self._cost, min(self._bound, self._cost), len(self._master.cuts), spent)

    def _left(self) -> float:
        return self.seconds - (time.perf_counter() - self._started)

    def _take(self, pattern: Floats) -> None:
        """Prune a pattern, mend what whole numbers still give away, and keep it if it is the cheapest."""
        pattern = self._mend(prune(self.block, pattern))
        cost = cost_of(self.block, pattern)
        if cost < self._cost - _SMALL:
            self._best, self._cost = pattern, cost

    def _mend(self, pattern: Floats) -> Floats:
        for _ in range(len(self.block.needs) + 1):
            wrong = self.check(pattern)
            if not wrong:
                break
            before = pattern.sum()
            for place, off in wrong:
                need = Need(place, 1.0 if off > 0 else -1.0, abs(off))
                price = np.where(pattern > 0, 0.0, self.block.cost)
                moved = self.exchanges.cheapest(need, price, whole=True)
                if moved is not None:
                    pattern[moved & self.block.choice] = 1.0
            if pattern.sum() == before:
                break
        return pattern

    def _in_fractions(self) -> None:
        """Gather cuts on patterns in fractions while they raise the bound."""
        stalled = 0
        pattern, bound = self._master.solve()
        for _ in range(_MOST_ROUNDS):
            cuts = find_cuts(self.block, pattern)
            if not sum([self._master.add(cut) for cut in cuts]) or self._left() < self.seconds / 3:
                break
            pattern, now = self._master.solve()
            stalled = 0 if now > bound * (1 + _GAIN) + _SMALL else stalled + 1
            bound = max(bound, now)
            if stalled >= _STALLED:
                break
        self._bound = bound
        self._round(pattern)

    def _round(self, pattern: Floats) -> None:
        """Make a whole pattern of one in fractions: what it holds is cheap for exchanges."""
        if self._bound >= self._cost - _SMALL:
            return
        leaning = self.block.cost * (1.0 - 0.95 * np.where(self.block.choice, pattern, 0.0))
        whole = np.where(self.block.choice, (pattern > 0.9).astype("float64"), 1.0)
        self._take(protect(self.block, self.exchanges, whole, unmet(self.block, whole), leaning))

    def _whole(self) -> None:
        """Solve for whole patterns and cut off those that fail, until one stands or time is up."""
        while self._bound < self._cost - 1e-6 and self._left() > 0:
            pattern, bound = self._master.solve_whole(self._left())
            self._bound = max(self._bound, bound)
            if pattern is None:
                break
            cuts = find_cuts(self.block, pattern)
            if not cuts and self.check(pattern):
                others = np.flatnonzero(self.block.choice & (pattern < 0.5))
                cuts = [Cut(tuple(others.tolist()), (1.0,) * len(others), 1.0)] if len(others) else []
            if not cuts or not sum([self._master.add(cut) for cut in cuts]):
                self._take(pattern)
                break
            self._take(protect(self.block, self.exchanges, pattern, unmet(self.block, pattern)))
