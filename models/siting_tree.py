"""The best choice of sites with a proof: branch and bound on a Lagrangian bound.

Which part is looked at next is the one whose bound is lowest, so that a search that is stopped still tells
how much better another choice could be at most. The bounds are those of `models.siting_bound`.
"""

import heapq
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from models.siting import WITHIN_BUDGET, Answer, Floats, Rows, Siting, no_sites, told_of
from models.siting_bound import AT_FIRST, IN_A_PART, Effort, choice_of, raise_bound
from models.siting_check import Ledger
from models.siting_part import Choosing, Part
from models.siting_rest import FEW, FEW_COVERED, solve_rest
from models.siting_swaps import Stop, choose_greedily, complete, interchange, never
from models.siting_table import Table, table_of

ROUNDED: Final = 1e-5
"""What rounding may take from a bound where all losses are whole numbers."""

WHOLE: Final = 1.0 - 10 * ROUNDED
"""By how much the loss of a better choice is lower at least, where all losses are whole numbers."""

CLOSE: Final = 5e-7
"""The share of what is told below which nothing better is looked for, half of what a proof allows."""

IMPROVED: Final = 5
"""The choice that the bound of a part rests on is made better by swaps for one part in so many."""

FEWER: Final = 0.7
"""Choices are looked for among fewer sites once this share of them is left."""

IN_PART: Final = 1e-6
"""By how much a share of a site that is chosen in part is off a whole one at least."""

TOLD: Final = 0.1
"""The share of the gap by which a bound has to be better so that it is recomputed while it is looked for."""

Watch = Callable[[float, float], bool]
"""Is told the least loss and the bound so far, and says whether to stop."""

Queue = list[tuple[float, int, Part]]
"""Parts, the one with the lowest bound first."""


def solve(siting: Siting, watch: Watch | None = None, stop: Stop = never) -> Answer:
    """Return the best choice of sites, and how much better another could be at most.

    Parameters
    ----------
    siting
        The problem.
    watch
        Is asked every few steps whether to stop: as often on every machine.
    stop
        Is asked at every step, also where a first choice is looked for; where problems are large many seconds
        pass from one time that the watch is asked to the next.

    Returns
    -------
    The best choice; none where the rules allow none. Unless the search was stopped it is proven: its bound,
    recomputed by a second routine, meets its loss.

    Raises
    ------
    ProofError
        When the second routine finds a fault in what the search concludes.
    """
    return _Search(siting, watch or (lambda loss, bound: False), stop).run()


class _Search:
    """A search that is going on: the best choice so far, and the parts of all choices that are left."""

    def __init__(self, siting: Siting, watch: Watch, stop: Stop) -> None:
        self.siting, self.rules, self.watch, self._stop = siting, siting.rules, watch, stop
        self.ledger = Ledger(siting)
        self.table: Table = table_of(siting)
        self.chosen: Rows | None = None
        self.loss = float("inf")
        self.stopped = False
        self._tried: set[bytes] = set()

    @property
    def aim(self) -> float:
        """The bound from which on nothing better than the best choice is worth a look."""
        close = CLOSE * told_of(self.loss, self.siting.total)
        return self.loss - (WHOLE if self.siting.is_whole else close)

    def run(self) -> Answer:
        """Return the best choice."""
        whole = self._all()
        if not Choosing(whole, self.rules).possible:
            self.ledger.rule_out(whole.name)
            return self._answer()
        self._start(whole)
        queue: Queue = []
        self._look(replace(whole, worth=self._worth_of(whole)), AT_FIRST, queue)
        if queue:
            self._leave_out(queue[0][2])
        while queue and not self._stops():
            part = heapq.heappop(queue)[2]
            if part.bound >= self.aim:
                self.ledger.close(part.name)
                continue
            for half in self._halves(part):
                self._look(half, IN_A_PART, queue)
        return self._answer()

    def drop(self, part: Part, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Have the ledger leave out choices of a part."""
        self.ledger.drop(part.name, worth, price, gone, forced)

    def pulse(self, part: Part, chosen: Rows) -> bool:
        """Make the choice that the first bound rests on better, and ask whether to stop."""
        if part.name == 0:
            if len(part.table.sites) < FEWER * len(self.table.sites):
                self._leave_out(part)
            self._improve(part, chosen)
            if part.bound - self.ledger.bound > TOLD * (self.loss - self.ledger.bound):
                self.ledger.raise_to(part.name, part.worth_of_all(part.worth), part.price)
        return self._stops()

    def stop(self) -> bool:
        """Say at every step whether to stop."""
        self.stopped = self.stopped or self._stop()
        return self.stopped

    def _leave_out(self, part: Part) -> None:
        """Look for better choices only among what is left of the first part: the rest is in none."""
        left = np.union1d(part.held, part.table.sites)
        self.table = self.table.only(np.flatnonzero(np.isin(self.table.sites, left)))

    def _stops(self) -> bool:
        self.stopped = self.stop() or self.watch(self.loss, self.ledger.bound)
        return self.stopped

    def _answer(self) -> Answer:
        bound = self.ledger.certify(self.chosen, self.loss)
        if self.siting.is_whole and np.isfinite(bound):
            bound = float(np.ceil(bound - ROUNDED))
        parts, total = self.ledger.parts, self.siting.total
        return Answer(self.chosen, self.loss, min(bound, self.loss), parts, self.stopped, total)

    def _all(self) -> Part:
        """Return the part that holds every choice."""
        ceiling = self.siting.ceiling
        part = Part(0, no_sites(), self.table, ceiling, ceiling, 0.0, -float("inf"))
        return part.narrowed(no_sites(), self.rules.required)

    def _start(self, part: Part) -> None:
        """Find a first choice: one good site after the other, or where that ends badly the cheapest."""
        first = choose_greedily(self.table, self.rules, self.stop)
        if first is None:
            choosing = Choosing(part, self.rules)
            cheapest = choosing.best(np.zeros(choosing.count) if choosing.cost is None else choosing.cost)
            sites = np.union1d(part.held, part.table.sites[cheapest])
            first = np.flatnonzero(np.isin(self.table.sites, sites))
        self._take(self.table.sites[interchange(self.table, self.rules, first, self.stop)])

    def _worth_of(self, part: Part) -> Floats:
        """Return the worth that the first choice suggests: what a point loses where its site is not there."""
        chosen = no_sites() if self.chosen is None else self.chosen
        rows = np.flatnonzero(np.isin(self.table.sites, chosen))
        worth = np.minimum(self.table.serve(rows).second, part.limits)
        return worth[part.table.points]

    def _look(self, part: Part, effort: Effort, queue: Queue) -> None:
        """Raise the bound of a part, and queue it unless nothing better is in it."""
        if Choosing(part, self.rules).possible and not part.settled:
            part = self._sharpen(raise_bound(part, self.rules, effort, self))
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

    def _sharpen(self, part: Part) -> Part:
        """Raise a bound to the best there is where little is left, and leave out what that decides."""
        few = FEW_COVERED if self.siting.is_covering else FEW
        while part.bound < self.aim and 0 < part.table.pairs <= few and not self.stop():
            solved = solve_rest(part, self.rules)
            if solved is None:
                break
            if np.abs(solved.share - np.rint(solved.share)).max() < IN_PART:
                self._take(np.union1d(part.held, part.table.sites[solved.share > 0.5]))
            sharp = replace(part, worth=solved.worth, price=solved.price)
            chosen, saved, bound = choice_of(sharp, self.rules)
            better = sharp if bound > part.bound else part
            part = replace(better, bound=max(bound, part.bound), share=solved.share)
            gone, forced = Choosing(part, self.rules).decided(saved, bound, chosen, self.aim)
            if part.bound >= self.aim or not len(gone) + len(forced):
                break
            worth, sites = part.worth_of_all(solved.worth), part.table.sites
            self.drop(part, worth, solved.price, sites[gone], sites[forced])
            part = part.narrowed(gone, forced)
        return part

    def _halves(self, part: Part) -> tuple[Part, Part]:
        """Split a part by a site.

        It is the one that is most in doubt where parts of sites were looked at. Elsewhere it is the one that
        saves most, which most choices need; in a covering, where that one is seldom in doubt, the one that
        saves least.
        """
        chosen, saved, _ = choice_of(part, self.rules)
        if not part.name % IMPROVED:
            self._improve(part, part.table.sites[chosen])
        if part.share is not None:
            rows, first = np.arange(len(saved)), np.abs(part.share - 0.5).round(9)
        else:
            rows = chosen if len(chosen) else np.arange(len(saved))
            first = -saved[rows] if self.siting.is_covering else saved[rows]
        row = rows[np.lexsort((part.table.sites[rows], first))[:1]]
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
        whole = complete(self.table, self.rules, rows, self.stop)
        if whole is not None:
            self._take(self.table.sites[interchange(self.table, self.rules, whole, self.stop)])

    def _affordable(self, sites: Rows) -> Rows:
        """Return of a choice those sites, dearest last, that are required or within the budget."""
        if self.rules.spending is None:
            return sites
        cost = self.rules.spending[sites]
        order = np.lexsort((cost, ~np.isin(sites, self.rules.required)))
        return sites[order][np.cumsum(cost[order]) <= self.rules.budget * WITHIN_BUDGET]

    def _take(self, sites: Rows) -> None:
        """Keep a choice if it is the best one so far."""
        sites = np.sort(sites)
        if self.rules.allow(sites):
            loss = self.siting.loss_of(sites)
            if loss < self.loss:
                self.chosen, self.loss = sites, loss
