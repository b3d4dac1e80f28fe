"""A first pattern for a block: the cheapest exchange for each cell in turn, less what proves needless.

An exchange is a set of cells that can rise and fall together while everything that is shown stays as it is.
It is found by a linear programme whose aim is the cost of the cells that are not withheld yet (Kelly, Golden
and Assad, 1992; Fischetti and Salazar-Gonzalez, 2001).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.protection import Block, Need, unmet_in
from models.release_cells import Flags
from models.solver import EXACT, Floats, Solver

FAR_OFF: Final = 400.0
"""How far a cell is let go in one exchange: far more than any count that is withheld."""


@dataclass
class Exchanges:
    """The programme that finds the cheapest exchange of a block: each cell may rise, and may fall."""

    block: Block

    def __post_init__(self) -> None:
        from scipy.sparse import hstack, vstack

        ties = vstack([self.block.equal, self.block.at_most], format="csr")
        equations = self.block.equal.shape[0]
        row_high = np.concatenate([np.zeros(equations), self.block.slack])
        row_low = np.where(np.arange(ties.shape[0]) < equations, 0.0, -np.inf)
        self._count = ties.shape[1]
        self._rise = np.minimum(self.block.hidden_high, FAR_OFF)
        self._fall = np.minimum(-self.block.hidden_low, FAR_OFF)
        both = hstack([ties, -ties], format="csr")
        zeros = np.zeros(2 * self._count)
        self._solver = Solver(both, row_low, row_high, zeros, np.concatenate([self._rise, self._fall]))

    def cheapest(self, need: Need, cost: Floats, whole: bool = False) -> Flags | None:
        """Return the cells of the cheapest exchange that meets a need; None where none does.

        Parameters
        ----------
        need
            What has to be reached.
        cost
            What a cell costs for each one that it rises or falls.
        whole
            Whether the exchange has to be in whole numbers.
        """
        two = np.array([need.place, need.place + self._count])
        ends = np.array([need.amount, 0.0] if need.sign > 0 else [0.0, need.amount])
        self._solver.limit(two, ends, ends)
        self._solver.aim(np.concatenate([cost, cost]))
        found = self._solver.solve_whole() if whole else self._solver.solve()
        self._solver.limit(two, np.zeros(2), np.array([self._rise[need.place], self._fall[need.place]]))
        if found is None:
            return None
        moved: Flags = np.abs(found[: self._count] - found[self._count :]) > EXACT
        return moved


def start_pattern(block: Block) -> Floats:
    """Return the pattern that withholds only what has to be withheld."""
    return np.where(block.choice, 0.0, 1.0)


def protect(
    block: Block, exchanges: Exchanges, pattern: Floats, needs: Sequence[Need], cost: Floats | None = None
) -> Floats:
    """Return a pattern that withholds as many further cells as meet the given needs.

    Parameters
    ----------
    block
        The block.
    exchanges
        Its programme.
    pattern
        Where to start from.
    needs
        What is not met yet.
    cost
        What cells cost for the choice of exchanges; their own cost when not given.
    """
    pattern = pattern.copy()
    price = block.cost if cost is None else cost
    for need in sorted(needs, key=lambda n: (-n.amount, n.place, n.sign)):
        open_price = np.where(pattern > 0, 0.0, price)
        found = [
            (float(price @ (moved & block.choice & (pattern == 0))), n, moved)
            for n, ends in enumerate(_ways(need, block))
            if (moved := _moved(exchanges, ends, open_price)) is not None
        ]
        if found:
            pattern[min(found, key=lambda f: f[:2])[2] & block.choice] = 1.0
    return pattern


def _ways(need: Need, block: Block) -> list[list[Need]]:
    """Return the ways to meet a need: one, but where two ends may lie anywhere so far apart."""
    if need.sign:
        return [[need]]
    most = int(min(need.amount, -block.hidden_low[need.place]))
    pairs = [((-1.0, float(n)), (1.0, need.amount - n)) for n in range(most + 1)]
    return [[Need(need.place, sign, amount) for sign, amount in pair if amount > 0] for pair in pairs]


def _moved(exchanges: Exchanges, needs: Sequence[Need], price: Floats) -> Flags | None:
    """Return the cells of the cheapest exchanges for all of some needs; None where one has none."""
    out = np.zeros(len(price), dtype=bool)
    for need in needs:
        moved = exchanges.cheapest(need, np.where(out, 0.0, price))
        if moved is None:
            return None
        out |= moved
    return out


def prune(block: Block, pattern: Floats) -> Floats:
    """Return a pattern without the cells that no need asks for, the dearest tried first."""
    pattern = pattern.copy()
    chosen = np.flatnonzero((pattern > 0) & block.choice)
    for place in sorted(chosen, key=lambda n: (-block.cost[n], n)):
        if pattern[place] == 0 or not _is_needed(block, pattern, int(place)):
            pattern[place] = 0.0
    return pattern


def _is_needed(block: Block, pattern: Floats, place: int) -> bool:
    """Say whether showing a cell would leave a need of its part unmet."""
    part = next(block.parts(pattern, np.array([place])))
    needs = part.needs()
    without = pattern.copy()
    without[place] = 0.0
    met: set[int] = set()
    for smaller in block.parts(without, np.array([need.place for need in needs])):
        mine = smaller.needs()
        if unmet_in(smaller, mine, first_only=True):
            return True
        met.update(need.place for need in mine)
    return any(need.place not in met for need in needs)


def cost_of(block: Block, pattern: Floats) -> float:
    """Return what the cells that a pattern withholds beside those of the rule cost."""
    return float(block.cost @ (pattern * block.choice))
