"""The second look at bounds where a site serves only so many: what it saves fills it, the best points first.

The bound that pays for serving each point once (`models.siting_bound`) holds here as well, only that a site
cannot save on all points at once. As people of a point may be shared among sites, it takes those first on
whom it saves most a head, until it is full (the continuous knapsack problem): so Beasley 1988 bounds the
choice of sites with capacities.

Sources
-------
G. B. Dantzig, Discrete-variable extremum problems, Operations Research 5, 1957. J. E. Beasley, An algorithm
for solving large capacitated warehouse location problems, European Journal of Operational Research 33, 1988.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from models.siting import Floats, Rows, Siting, no_sites
from models.siting_check import DIFFERS, Claim, Ledger, ProofError
from models.siting_table import mark


@dataclass(frozen=True, eq=False)
class Shares:
    """Which share of a point a site serves, one a pair, above 0 and up to 1, sorted by site and point."""

    point: Rows
    site: Rows
    share: Floats


class CapacityLedger(Ledger):
    """The parts of all choices that are open, and the least bound under which one was closed."""

    def __init__(self, siting: Siting, weight: Floats, capacity: Floats) -> None:
        super().__init__(siting)
        self._weight, self._capacity = weight, capacity

    def bound_of(self, name: int) -> float:
        """Return what all points lose at least with any choice of an open part."""
        return self._claim(name).bound

    def saved_by(self, worth: Floats) -> Floats:
        """Return what each site saves, below 0, when serving a point is worth so much."""
        siting = self._siting
        pairs, share = fill(siting, self._weight, self._capacity, worth)
        less = siting.loss[pairs] - worth[siting.point[pairs]]
        return np.bincount(siting.site[pairs], weights=less * share, minlength=siting.sites).astype(float)

    def decided(self, name: int, worth: Floats, price: float, aim: float) -> tuple[Rows, Rows]:
        """Return the sites that no choice of a part below an aim has, and those that each of them has."""
        claim = self._claim(name)
        base, saved = self._base(worth, price), self._saved(claim, worth, price)
        gone, forced = [], []
        for site in np.flatnonzero(claim.may & ~claim.must):
            one = mark(np.array([site]), len(saved))
            if base + self._cheapest(Claim(claim.may, claim.must | one, 0.0), saved) >= aim:
                gone.append(site)
            elif base + self._cheapest(Claim(claim.may & ~one, claim.must, 0.0), saved) >= aim:
                forced.append(site)
        return np.array(gone, dtype=np.intp), np.array(forced, dtype=np.intp)

    def certify_shares(self, chosen: Rows, shares: Shares, loss: float) -> float:
        """Return the bound of the whole, after a look at the choice and the shares that a search ends with.

        Raises
        ------
        ProofError
            When the rules do not allow the choice, a limit is not kept, or it loses something else than is
            said or less than the bound.
        """
        siting, point, site, share = self._siting, shares.point, shares.site, shares.share
        points = len(siting.ceiling)
        of_point = np.bincount(point, weights=share, minlength=points)
        of_site = np.bincount(site, weights=share * self._weight[point], minlength=siting.sites)
        slack = DIFFERS * max(float(siting.ceiling.sum()), abs(loss))
        pairs = np.searchsorted(siting.site * points + siting.point, site * points + point)
        lost = float(siting.ceiling @ (1.0 - of_point) + siting.loss[pairs] @ share)
        keeps = (siting.site[pairs] == site).all() and (siting.point[pairs] == point).all()
        keeps &= mark(chosen, siting.sites)[site].all() and (share > 0).all()
        keeps &= (of_point <= 1 + DIFFERS).all() and (of_site <= self._capacity * (1 + 10 * DIFFERS)).all()
        if not keeps or not self._rules.allow(chosen):
            raise ProofError("A choice may not be made, or its sites serve more than they can.")
        if not abs(lost - loss) <= 10 * slack or self.bound > loss + slack:
            raise ProofError("A choice loses something else than the search says, or less than the bound.")
        return self.bound

    def _saved(self, claim: Claim, worth: Floats, price: float) -> Floats:
        saved = np.where(claim.may, self.saved_by(worth), 0.0)
        cost = self._rules.spending
        return saved if cost is None else saved + price * cost


def fill(siting: Siting, weight: Floats, capacity: Floats, worth: Floats) -> tuple[Rows, Floats]:
    """Return the pairs by which a site saves, and which share of its point each takes.

    Parameters
    ----------
    siting, weight, capacity
        The problem, the people of each point, and how many each site can serve.
    worth
        What serving each point is worth; a pair saves where it loses less.
    """
    pairs = np.flatnonzero(siting.loss < worth[siting.point])
    point, site = siting.point[pairs], siting.site[pairs]
    people, a_head = weight[point], np.full(len(pairs), -np.inf)
    np.divide(siting.loss[pairs] - worth[point], people, out=a_head, where=people > 0)
    order = _sorted_within(a_head, np.searchsorted(site, np.arange(siting.sites + 1)))
    pairs, people = pairs[order], people[order]  # each stays within its site
    room = capacity[site] - _before(people, site)
    share = (room >= people).astype(float)
    np.divide(room, people, out=share, where=(room > 0) & (room < people))
    return pairs, share


def _sorted_within(values: Floats, starts: Rows) -> Rows:
    """Return the places of values sorted within each run between two starts: quicker than all by two keys."""
    runs = pairwise(starts)
    places = [first + np.argsort(values[first:end], kind="stable") for first, end in runs]
    return np.concatenate([no_sites(), *places])


def _before(people: Floats, site: Rows) -> Floats:
    """Return how many people of the same site come before each, where those of a site stand together."""
    sums = np.concatenate([[0.0], np.cumsum(people)])[:-1]
    first = np.flatnonzero(np.diff(site, prepend=-1))
    return sums - np.repeat(sums[first], np.diff(first, append=len(site)))
