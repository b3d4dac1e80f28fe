"""The best choice of sites that can serve only so many each, with a proof.

Children of a point can be shared among the chosen sites (the capacitated p-median and covering problems with
divisible demand; Current and Storbeck 1988). Branch and bound: which part is looked at next is the one whose
bound is lowest. Its linear programme tells which sites are chosen in part and what serving each point is
worth, and a second routine tells from that worth what all points lose at least.
"""

import heapq
from dataclasses import dataclass
from typing import Final

import numpy as np

from models.siting import Answer, Floats, Marks, Rows, Siting, no_sites
from models.siting_capacity_check import CapacityLedger
from models.siting_capacity_lp import FULL, Programme, shares_of
from models.siting_tree import Watch

CLOSE: Final = 5e-7
"""The share of the loss below which nothing better is looked for, half of what a proof allows."""

BROKEN: Final = 1e-6
"""How much of a site has to be chosen at least, and left out, for it to be chosen in part."""


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
    def settled(self) -> bool:
        return not (self.may & ~self.must).any()


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
        pairs = siting.point[useful], siting.site[useful], siting.loss[useful]
        self.siting = Siting.of_pairs(siting.ceiling, *pairs, siting.sites, siting.rules)
        self.rules, self.weight, self.capacity, self.watch = siting.rules, weight, capacity, watch
        self.programme = Programme(self.siting, weight, capacity)
        self.chosen: Rows | None = None
        self.share = np.zeros(len(self.siting.loss))
        self.loss = float("inf")
        self.stopped = False
        self._tried: dict[bytes, Floats] = {}

    @property
    def aim(self) -> float:
        return self.loss - CLOSE * abs(self.loss)

    def run(self) -> Served:
        queue: list[tuple[float, int, _Part, int]] = []
        may, must = np.ones(self.siting.sites, dtype=bool), np.zeros(self.siting.sites, dtype=bool)
        must[self.rules.required] = True
        self._look(_Part(0, may, must), queue)
        while queue and not self._stop():
            bound, name, part, site = heapq.heappop(queue)
            if bound >= self.aim:
                self.ledger.close(name)
                continue
            for half in self._halves(part, site):
                self._look(half, queue)
        served = self.share > 0
        bound = min(self.ledger.bound, self.loss)
        answer = Answer(self.chosen, self.loss, bound, self.ledger.parts, self.stopped)
        return Served(answer, self.siting.point[served], self.siting.site[served], self.share[served])

    def _stop(self) -> bool:
        self.stopped = self.stopped or self.watch(self.loss, self.ledger.bound)
        return self.stopped

    def _look(self, part: _Part, queue: list[tuple[float, int, _Part, int]]) -> None:
        """Raise the bound of a part; queue it with the site to split by unless nothing better is in it."""
        if self.stopped:
            return
        if part.settled:
            self._settle(part)
            return
        solved = self.programme.solve_part(part.may, part.must, self._stop)
        if solved is None:
            self.ledger.rule_out(part.name)
            return
        self.ledger.raise_to(part.name, solved.worth, solved.price)
        if solved.stopped:
            return
        self._take(self._rounded(part, solved.part))
        bound = self.ledger.bound_of(part.name)
        if bound >= self.aim:
            self.ledger.close(part.name)
            return
        free = np.flatnonzero(part.may & ~part.must)
        broken = np.abs(solved.part[free] - 0.5)
        heapq.heappush(queue, (bound, part.name, part, int(free[broken.argmin()])))

    def _settle(self, part: _Part) -> None:
        """Close a part in which one choice at most is left."""
        chosen = np.flatnonzero(part.must)
        if not self.rules.allow(chosen):
            self.ledger.rule_out(part.name)
            return
        self.ledger.raise_to(part.name, self._take(chosen), 0.0)
        self.ledger.close(part.name)

    def _halves(self, part: _Part, site: int) -> tuple[_Part, _Part]:
        without, having = self.ledger.split(part.name, site)
        may, must = part.may.copy(), part.must.copy()
        may[site], must[site] = False, True
        return _Part(having, part.may, must), _Part(without, may, part.must)

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

    def _take(self, chosen: Rows) -> Floats:
        """Keep a choice if it is the best one so far; return what serving each point is worth with it."""
        key = chosen.tobytes()
        if key in self._tried:
            return self._tried[key]
        share, worth = shares_of(self.siting, self.weight, self.capacity, chosen)
        self._tried[key] = worth
        if self.rules.allow(chosen):
            loss = loss_of(self.siting, share)
            if loss < self.loss:
                self.chosen, self.loss, self.share = chosen, loss, share
        return worth


def loss_of(siting: Siting, share: Floats) -> float:
    """Return what all points lose together when each pair serves a share of its point."""
    left = 1.0 - np.bincount(siting.point, weights=share, minlength=len(siting.ceiling))
    left[left < FULL] = 0.0
    return float(siting.ceiling @ left + siting.loss @ share)
