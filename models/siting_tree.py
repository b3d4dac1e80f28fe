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

from models.siting import Answer, Floats, Rows, Siting, no_sites
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
            self._take(self.table.sites[interchange(self.table, self.rules, first)])
        queue: list[tuple[float, int, Part]] = []
        self._look(self._all(), AT_FIRST, queue)
        if queue:  # what was left out is in no better choice
            left = np.union1d(queue[0][2].held, queue[0][2].table.sites)
            self.table = self.table.only(np.flatnonzero(np.isin(self.table.sites, left)))
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
            self._improve(part, chosen)
        self.stopped = self.stopped or self.watch(self.loss, self.ledger.bound)
        return self.stopped

    def _all(self) -> Part:
        """Return the part that holds every choice, with the worth that the choice found first suggests."""
        table, limits = self.table, self.siting.ceiling
        worth = limits if self.chosen is None else table.serve(self.chosen).second
        part = Part(0, no_sites(), table, limits, worth, 0.0, -float("inf"))
        return part.narrowed(no_sites(), self.rules.required)

    def _look(self, part: Part, effort: Effort, queue: list[tuple[float, int, Part]]) -> None:
        """Raise the bound of a part, and queue it unless nothing better is in it."""
        if Choosing(part, self.rules).possible and not part.settled:
            part = raise_bound(part, self.rules, effort, self)
        if part.settled:
            self._take(part.held)
            self.ledger.settle(part.name)
        elif not Choosing(part, self.rules).possible:
            self.ledger.rule_out(part.name)
        else:
            self.ledger.raise_to(part.name, part.worth_of_all(part.worth), part.price)
            if part.bound >= self.aim:
                self.ledger.close(part.name)
            else:
                heapq.heappush(queue, (part.bound, part.name, part))

    def _halves(self, part: Part) -> tuple[Part, Part]:
        """Split a part by the site that saves most of those that its bound rests on."""
        chosen, saved = choice_of(part, self.rules)
        if not part.name % 5:
            self._improve(part, part.table.sites[chosen])
        rows = chosen if len(chosen) else np.arange(len(saved))
        row = rows[np.lexsort((part.table.sites[rows], saved[rows]))[:1]]
        without, having = self.ledger.split(part.name, int(part.table.sites[row[0]]))
        return (
            replace(part, name=without).narrowed(row, no_sites()),
            replace(part, name=having).narrowed(no_sites(), row),
        )

    def _improve(self, part: Part, free: Rows) -> None:
        """Make a choice of a part allowed and better by swaps, and keep it where it is the best."""
        sites = np.union1d(part.held, free)
        key = sites.tobytes()
        if key in self._tried:
            return
        self._tried.add(key)
        rows = np.flatnonzero(np.isin(self.table.sites, self._affordable(sites)))
        whole = complete(self.table, self.rules, rows)
        if whole is not None:
            self._take(self.table.sites[interchange(self.table, self.rules, whole)])

    def _affordable(self, sites: Rows) -> Rows:
        """Return of a choice those sites, dearest last, that are required or within the budget."""
        if self.rules.cost is None:
            return sites
        cost = self.rules.cost[sites]
        order = np.lexsort((cost, ~np.isin(sites, self.rules.required)))
        return sites[order][np.cumsum(cost[order]) <= self.rules.budget * (1 + 1e-12)]

    def _take(self, sites: Rows) -> None:
        """Keep a choice if it is the best one so far."""
        sites = np.sort(sites)
        if self.rules.allow(sites):
            loss = self.siting.loss_of(sites)
            if loss < self.loss:
                self.chosen, self.loss = sites, loss
