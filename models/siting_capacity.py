"""The best choice of sites that can serve only so many each, with a proof.

People of a point can be shared among the chosen sites, as in the covering problem of Current and Storbeck
1988 and in the p-median problem with capacities. Branch and bound: which part is looked at next is the one
whose bound is lowest. Its linear programme tells which sites are chosen in part and what serving each point
is worth, and a second routine tells from that worth what all points lose at least.

Sources
-------
J. R. Current and J. E. Storbeck, Capacitated covering models, Environment and Planning B 15, 1988.
"""

import heapq
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.siting import Answer, Floats, Marks, Rows, Siting, no_sites
from models.siting_capacity_check import CapacityLedger, Shares
from models.siting_capacity_lp import Programme
from models.siting_capacity_price import priced
from models.siting_capacity_swaps import Choices
from models.siting_tree import Watch

LENGTHS: Final = (1.0, 0.5, 0.25, 0.12, 0.06)
"""How long the first steps are towards a first bound, each time with the sites that are left."""

BROKEN: Final = 1e-6
"""How much of a site is chosen at least where it is chosen in part."""


@dataclass(frozen=True, eq=False)
class Served:
    """The best choice of sites, and which share of each point each of them serves.

    Attributes
    ----------
    answer
        The choice, what all points lose with it, and how much better another could be at most.
    point, site, share
        One a pair of a point and a chosen site that serves a share of it, above 0 and up to 1; sorted by
        site and point. What is left of a point loses what it loses today.
    """

    answer: Answer
    point: Rows
    site: Rows
    share: Floats


@dataclass(frozen=True, eq=False)
class _Part:
    """A part of all choices: its number in the ledger, and the sites that may and have to be chosen."""

    name: int
    may: Marks
    must: Marks

    @property
    def free(self) -> Rows:
        return np.flatnonzero(self.may & ~self.must)


Queue = list[tuple[float, int, _Part, int]]
"""Parts with their bounds and numbers, the lowest bound first, and the site to split each by."""


def solve_with_capacity(
    siting: Siting, weight: Floats, capacity: Floats, watch: Watch | None = None
) -> Served:
    """Return the best choice of sites that can serve only so many each.

    Parameters
    ----------
    siting
        The problem; the loss of a pair is what its point loses when the site serves all of it.
    weight
        How many people each point holds, 0 or more.
    capacity
        How many people each site can serve; infinite where that does not count.
    watch
        Is told the least loss and the bound so far, and says whether to stop.

    Returns
    -------
    The best choice and its shares. Unless the search was stopped it is proven: its bound, recomputed by a
    second routine, meets its loss.

    Raises
    ------
    ValueError
        When weights or capacities do not fit the problem, or one is missing or below 0.
    ProofError
        When the second routine finds a fault in what the search concludes.
    """
    counts = len(siting.ceiling), siting.sites
    for name, amount, count in zip(("weight", "capacity"), (weight, capacity), counts, strict=True):
        if len(amount) != count or not (amount >= 0).all():
            raise ValueError(f"there has to be a {name} of 0 or more for each of {count}")
    return _Search(siting, weight, capacity, watch or (lambda loss, bound: False)).run()


class _Search:
    """A search that is going on: the best choice so far, and the parts of all choices that are left."""

    def __init__(self, siting: Siting, weight: Floats, capacity: Floats, watch: Watch) -> None:
        self.ledger = CapacityLedger(siting, weight, capacity)
        useful = (weight[siting.point] == 0) | (capacity[siting.site] > 0)
        self.siting, self.rules = _of_pairs(siting, useful), siting.rules
        self.weight, self.capacity, self.watch = weight, capacity, watch
        self.best = Choices(self.siting, weight, capacity, self.ledger, self._stop)
        self.stopped = False

    def run(self) -> Served:
        """Return the best choice."""
        queue: Queue = []
        may, must = np.ones(self.siting.sites, dtype=bool), np.zeros(self.siting.sites, dtype=bool)
        must[self.rules.required] = True
        whole = _Part(0, may, must)
        self._start(whole)
        if self._stop():
            return self._served()
        self.programme = Programme(_of_pairs(self.siting, may[self.siting.site]), self.weight, self.capacity)
        self._look(whole, queue)
        while queue and not self._stop():
            bound, name, part, site = heapq.heappop(queue)
            if bound >= self.best.aim:
                self.ledger.close(name)
                continue
            for half in self._halves(part, site):
                self._look(half, queue)
        return self._served()

    def _served(self) -> Served:
        best = self.best
        served = best.share > 0
        shares = Shares(self.siting.point[served], self.siting.site[served], best.share[served])
        bound = self.ledger.bound
        if best.chosen is not None:
            bound = self.ledger.certify_shares(best.chosen, shares, best.loss)
        parts, total = self.ledger.parts, self.siting.total
        answer = Answer(best.chosen, best.loss, min(bound, best.loss), parts, self.stopped, total)
        return Served(answer, shares.point, shares.site, shares.share)

    def _stop(self) -> bool:
        self.stopped = self.stopped or self.watch(self.best.loss, self.ledger.bound)
        return self.stopped

    def _start(self, whole: _Part) -> None:
        """Find a first choice and a first bound, and leave out sites that no better choice has."""
        self.best.start()
        if self.best.chosen is not None:
            self.ledger.raise_to(whole.name, self.best.judge(self.best.chosen)[1], 0.0)
        self.best.build_up()
        if self.best.chosen is None or self.stopped:
            return
        worth = self.best.judge(self.best.chosen)[1]
        self.ledger.raise_to(whole.name, worth, 0.0)
        for length in LENGTHS:
            if self.ledger.bound_of(whole.name) >= self.best.aim or self.stopped:
                return
            left = _of_pairs(self.siting, whole.may[self.siting.site])
            worth = priced(
                left, self.weight, self.capacity, worth, self.best.loss, length, self._seen, self._stop
            )
            self.ledger.raise_to(whole.name, worth, 0.0)
            if not self.stopped:
                self._decide(whole, worth, 0.0)

    def _seen(self, chosen: Rows) -> None:
        """Judge a choice."""
        self.best.judge(chosen)

    def _decide(self, part: _Part, worth: Floats, price: float) -> None:
        """Leave out sites that no better choice of a part has, and hold those that each of them has."""
        if self.ledger.bound_of(part.name) < self.best.aim:
            gone, forced = self.ledger.decided(part.name, worth, price, self.best.aim)
            self.ledger.drop(part.name, worth, price, gone, forced)
            part.may[gone], part.must[forced] = False, True

    def _look(self, part: _Part, queue: Queue) -> None:
        """Raise the bound of a part; queue it with the site to split by unless nothing better is in it."""
        if self.stopped:
            return
        if self.ledger.bound_of(part.name) >= self.best.aim:
            self.ledger.close(part.name)
            return
        solved = self.programme.solve_part(part.may, part.must, self._stop) if len(part.free) else None
        if solved is None:
            self._settle(part)
            return
        self.ledger.raise_to(part.name, solved.worth, solved.price)
        if solved.stopped:
            return
        self.best.improve(self._rounded(part, solved.part))
        self._decide(part, solved.worth, solved.price)
        bound = self.ledger.bound_of(part.name)
        if bound >= self.best.aim:
            self.ledger.close(part.name)
        elif not len(part.free):
            self._settle(part)
        else:
            broken = np.abs(solved.part[part.free] - 0.5)
            heapq.heappush(queue, (bound, part.name, part, int(part.free[broken.argmin()])))

    def _settle(self, part: _Part) -> None:
        """Close a part in which one choice at most is left, or none that the rules allow."""
        chosen = np.flatnonzero(part.must)
        if len(part.free) or not self.rules.allow(chosen):
            self.ledger.rule_out(part.name)
            return
        self.ledger.raise_to(part.name, self.best.judge(chosen)[1], 0.0)
        self.ledger.close(part.name)

    def _halves(self, part: _Part, site: int) -> tuple[_Part, _Part]:
        """Split a part into the choices with a site and those without it."""
        without, having = self.ledger.split(part.name, site)
        may, must = part.may.copy(), part.must.copy()
        may[site], must[site] = False, True
        return _Part(having, part.may.copy(), must), _Part(without, may, part.must.copy())

    def _rounded(self, part: _Part, chosen: Floats) -> Rows:
        """Return a choice of the sites that are chosen most in part, as far as the rules allow more."""
        order = np.lexsort((-chosen, ~part.must))
        order = order[part.may[order]]
        first = [next(int(site) for site in order if site in group) for group in self.rules.one_of]
        taken = no_sites()
        for site in [*np.flatnonzero(part.must), *first, *order]:
            more = np.append(taken, site)
            owed = len(taken) < self.rules.least or site in first
            if site in taken or (chosen[site] < BROKEN and not owed):
                continue
            if len(more) <= self.rules.most and self.rules.afford(more):
                taken = more
        return np.sort(taken)


def _of_pairs(siting: Siting, kept: Marks) -> Siting:
    """Return a problem of some of its pairs."""
    point, site, loss = siting.point[kept], siting.site[kept], siting.loss[kept]
    return replace(siting, point=point, site=site, loss=loss)
