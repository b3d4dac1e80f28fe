"""A second look at every bound that a search concludes from, by a routine that shares nothing with the first.

The ledger holds its own list of the parts that all choices were split into, and recomputes each bound from the
losses as they were given. A bound of the whole is the least of those under which a part was closed or is still
open: where parts are lost, counted twice or closed too early, it says so instead of the search.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from scipy.sparse import csr_array

from models.siting import Floats, Marks, Rows, Siting

DIFFERS: Final = 1e-9
"""By which share of all losses two routines may differ by rounding."""


@dataclass
class Claim:
    """What is known of a part: the sites it may choose among, those it has to, and its best bound."""

    may: Marks
    must: Marks
    bound: float


class Ledger:
    """The parts of all choices that are open, and the least bound under which one was closed."""

    def __init__(self, siting: Siting) -> None:
        self._siting = siting
        self._losses = csr_array(
            (siting.loss, siting.point, siting.starts), (siting.sites, len(siting.ceiling))
        )
        must = np.zeros(siting.sites, dtype=bool)
        must[siting.rules.required] = True
        self._open = {0: Claim(np.ones(siting.sites, dtype=bool), must, 0.0)}
        self._closed = float("inf")
        self.parts = 1

    @property
    def bound(self) -> float:
        """What all points lose at least with any choice."""
        return min([self._closed, *(claim.bound for claim in self._open.values())])

    def split(self, name: int, site: int) -> tuple[int, int]:
        """Split a part into the choices without a site and those with it."""
        claim = self._open.pop(name)
        if claim.must[site] or not claim.may[site]:
            raise AssertionError("a part is split by a site that is decided")
        without, having = self.parts, self.parts + 1
        self.parts += 2
        may = claim.may.copy()
        may[site] = False
        self._open[without] = Claim(may, claim.must, claim.bound)
        must = claim.must.copy()
        must[site] = True
        self._open[having] = Claim(claim.may, must, claim.bound)
        return without, having

    def raise_to(self, name: int, worth: Floats, price: float) -> None:
        """Take note of a worth of serving and a price of cost that give a part a bound."""
        claim = self._open[name]
        saved = self._saved(claim, worth, price)
        claim.bound = max(claim.bound, self._base(worth, price) + self._cheapest(claim, saved))

    def drop(self, name: int, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Leave out the choices of a part with a site that is gone, or without one that is forced."""
        claim = self._open[name]
        saved, base = self._saved(claim, worth, price), self._base(worth, price)
        may, must = claim.may.copy(), claim.must.copy()
        for site in self._weakest(gone, saved):
            having = Claim(may, must.copy(), 0.0)
            having.must[site] = True
            self._close(base + self._cheapest(having, saved))
        for site in self._weakest(forced, -saved):
            without = Claim(may.copy(), must, 0.0)
            without.may[site] = False
            self._close(base + self._cheapest(without, saved))
        may[gone], must[forced] = False, True
        claim.may, claim.must = may, must

    def _weakest(self, sites: Rows, saved: Floats) -> list[int]:
        """Return of each group, and of the sites in none, the one whose choices may lose least."""
        groups = [*self._siting.rules.one_of]
        rest = np.setdiff1d(sites, np.concatenate(groups)) if groups else sites
        members = [rest, *(np.intersect1d(sites, group) for group in groups)]
        return [int(some[saved[some].argmin()]) for some in members if len(some)]

    def close(self, name: int) -> None:
        """Close a part under its bound."""
        self._close(self._open.pop(name).bound)

    def settle(self, name: int) -> None:
        """Close a part in which one choice at most is left."""
        claim = self._open.pop(name)
        if (claim.may & ~claim.must).any():
            raise AssertionError("a part is settled while there is something to choose")
        chosen = np.flatnonzero(claim.must)
        self._close(self._siting.loss_of(chosen) if self._siting.rules.allow(chosen) else float("inf"))

    def rule_out(self, name: int) -> None:
        """Close a part of which the rules allow nothing."""
        claim = self._open.pop(name)
        if self._possible(claim):
            raise AssertionError("a part is ruled out of which a choice is allowed")

    def _close(self, bound: float) -> None:
        self._closed = min(self._closed, max(bound, 0.0))  # nobody loses less than nothing

    def _base(self, worth: Floats, price: float) -> float:
        if (worth > self._siting.ceiling).any() or price < 0:
            raise AssertionError("a worth above the ceiling of its point, or a price below 0, bounds nothing")
        rules = self._siting.rules
        return float(worth.sum()) - (price * rules.budget if rules.cost is not None else 0.0)

    def _saved(self, claim: Claim, worth: Floats, price: float) -> Floats:
        """Return what each site of a part saves, 0 for the others."""
        sites = np.flatnonzero(claim.may)
        losses = self._losses[sites]
        less = worth[losses.indices] - losses.data
        less[less < 0] = 0.0
        saved = np.zeros(self._siting.sites)
        saved[sites] = -(csr_array((less, losses.indices, losses.indptr), losses.shape).sum(axis=1))
        cost = self._siting.rules.cost
        return saved if cost is None else saved + price * cost

    def _cheapest(self, claim: Claim, saved: Floats) -> float:
        """Return what the cheapest choice of a part saves, infinite where there is none."""
        rules = self._siting.rules
        if not self._possible(claim):
            return float("inf")
        free = claim.may & ~claim.must
        total, taken = float(saved[claim.must].sum()), int(claim.must.sum())
        for group in rules.one_of:
            if not claim.must[group].any():
                member = min((int(s) for s in group if free[s]), key=lambda s: (saved[s], s))
                free[member] = False
                total, taken = total + float(saved[member]), taken + 1
        rest = np.sort(saved[free])[: rules.most - taken]
        owed = max(rules.least - taken, 0)
        return total + float(rest[:owed].sum()) + float(np.minimum(rest[owed:], 0.0).sum())

    def _possible(self, claim: Claim) -> bool:
        """Say whether the rules may allow a choice of a part: a budget is looked at as far as that is easy."""
        rules = self._siting.rules
        owed = [group for group in rules.one_of if not claim.must[group].any()]
        if any(not claim.may[group].any() for group in owed):
            return False
        if claim.must.sum() + len(owed) > rules.most or claim.may.sum() < rules.least:
            return False
        if rules.cost is None:
            return True
        spent = float(rules.cost[claim.must].sum())
        spent += sum(float(rules.cost[group[claim.may[group]]].min()) for group in owed)
        return spent <= rules.budget * (1 + 1e-12)
