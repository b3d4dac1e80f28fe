"""The best choice of sites with a proof: branch and bound on a Lagrangian bound.

Which part is looked at next is the one whose bound is lowest, so that a search that is stopped still tells how
much better another choice could be at most. A part is split by the site that saves most at the best worth of
serving each point (Narula, Ogbu and Samuelsson 1977).
"""

import heapq
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from models.siting import Answer, Floats, Rows, Siting
from models.siting_bound import AT_FIRST, IN_A_PART, Choosing, Effort, Part, choice_of, raise_bound
from models.siting_check import Ledger
from models.siting_swaps import choose_greedily, complete, interchange
from models.siting_table import Table, table_of

WHOLE: Final = 1.0 - 1e-6
"""By how much the loss of a better choice is lower at least, where all losses are whole numbers."""

CLOSE: Final = 5e-7
"""The share of the loss below which nothing better is looked for, half of what a proof allows."""

Watch = Callable[[float, float], bool]
"""Is told the least loss and the bound so far, and says whether to stop."""


def solve(siting: Siting, watch: Watch | None = None) -> Answer:
    """Return the best choice of sites, and how much better another could be at most.

    Parameters
    ----------
    siting
        The problem.
    watch
        Is asked every few steps whether to stop.

    Returns
    -------
    The best choice. Unless the search was stopped it is proven: its bound, recomputed by a second routine,
    meets its loss.
    """
    return _Search(siting, watch or (lambda loss, bound: False)).run()


class _Search:
    """A search that is going on: the best choice so far, and the parts of all choices that are left."""

    def __init__(self, siting: Siting, watch: Watch) -> None:
        self.siting, self.rules, self.watch = siting, siting.rules, watch
        self.ledger = Ledger(siting)
        self.table: Table = table_of(siting)
        self.chosen: Rows | None = None
        self.loss = float("inf")
        self.stopped = False
        self._tried: set[bytes] = set()

    @property
    def aim(self) -> float:
        return self.loss - (WHOLE if self.siting.is_whole else CLOSE * abs(self.loss))

    @property
    def goal(self) -> float:
        return min(self.loss, float(self.siting.ceiling.sum()))

    def run(self) -> Answer:
        first = choose_greedily(self.table, self.rules)
        if first is not None:
            self._improve(self.table, first)
        queue: list[tuple[float, int, Part]] = []
        self._look(self._all(), AT_FIRST, queue)
        if queue:
            self.table = queue[0][2].table  # what was left out is in no better choice
        while queue and not self.stopped:
            part = heapq.heappop(queue)[2]
            if part.bound >= self.aim:
                self.ledger.close(part.name)
                continue
            for half in self._halves(part):
                self._look(half, IN_A_PART, queue)
        bound = self.ledger.bound
        if self.siting.is_whole and np.isfinite(bound):
            bound = float(np.ceil(bound - 1e-6))
        return Answer(self.chosen, self.loss, min(bound, self.loss), self.ledger.parts, self.stopped)

    def drop(self, part: Part, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        self.ledger.drop(part.name, worth, price, gone, forced)

    def pulse(self, part: Part, chosen: Rows) -> bool:
        if part.name == 0:
            self._improve(part.table, chosen)
        self.stopped = self.stopped or self.watch(self.loss, self.ledger.bound)
        return self.stopped

    def _all(self) -> Part:
        """Return the part that holds every choice, with the worth that the choice found first suggests."""
        must = np.isin(self.table.sites, self.rules.required)
        if self.chosen is None:
            worth = self.siting.ceiling
        else:
            worth = self.table.serve(self.chosen).second
        return Part(0, self.table, must, worth, 0.0, -float("inf"))

    def _look(self, part: Part, effort: Effort, queue: list[tuple[float, int, Part]]) -> None:
        """Raise the bound of a part, and queue it unless nothing better is in it."""
        if Choosing(part.table, part.must, self.rules).possible and not part.settled:
            part = raise_bound(part, self.rules, effort, self)
        if part.settled:
            self._settle(part)
        elif not Choosing(part.table, part.must, self.rules).possible:
            self.ledger.rule_out(part.name)
        else:
            self.ledger.raise_to(part.name, part.worth, part.price)
            if part.bound >= self.aim:
                self.ledger.close(part.name)
            else:
                heapq.heappush(queue, (part.bound, part.name, part))

    def _settle(self, part: Part) -> None:
        """Close a part in which one choice is left."""
        self._take(part.table.sites)
        self.ledger.settle(part.name)

    def _halves(self, part: Part) -> tuple[Part, Part]:
        """Split a part by the site that saves most of those that its bound rests on."""
        chosen, saved = choice_of(part, self.rules)
        if not part.name % 5:
            self._improve(part.table, chosen)
        free = np.flatnonzero(~part.must)
        inside = free[np.isin(free, chosen)]
        row = int(min(inside if len(inside) else free, key=lambda r: (saved[r], part.table.sites[r])))
        without, having = self.ledger.split(part.name, int(part.table.sites[row]))
        kept = np.flatnonzero(np.arange(len(part.must)) != row)
        must = part.must.copy()
        must[row] = True
        return (
            replace(part, name=without, table=part.table.only(kept), must=part.must[kept]),
            replace(part, name=having, must=must),
        )

    def _improve(self, table: Table, rows: Rows) -> None:
        """Make a choice of rows allowed and better by swaps, and keep it where it is the best."""
        key = np.sort(table.sites[rows]).tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        whole = complete(table, self.rules, self._affordable(table, rows))
        if whole is not None:
            self._take(table.sites[interchange(table, self.rules, whole)])

    def _affordable(self, table: Table, rows: Rows) -> Rows:
        """Return of a choice those sites, dearest last, that are required or within the budget."""
        if self.rules.cost is None:
            return rows
        cost = self.rules.cost[table.sites[rows]]
        required = np.isin(table.sites[rows], self.rules.required)
        order = np.lexsort((cost, ~required))
        return rows[order][np.cumsum(cost[order]) <= self.rules.budget * (1 + 1e-12)]

    def _take(self, sites: Rows) -> None:
        sites = np.sort(sites)
        if self.rules.allow(sites):
            loss = self.siting.loss_of(sites)
            if loss < self.loss:
                self.chosen, self.loss = sites, loss
