"""The second look at bounds where a site serves only so many: what a site saves fills it, best points first.

The bound that pays for serving each point once (`models/siting_bound.py`) holds here as well, only that a
site cannot save on all points at once: as people of a point may be shared among sites, it takes those first
on whom it saves most a head, until it is full (the continuous knapsack of Dantzig 1957; Beasley 1988 bounds
the choice of sites with capacities in this way).
"""

import numpy as np

from models.siting import Floats, Siting
from models.siting_check import Claim, Ledger


class CapacityLedger(Ledger):
    """The parts of all choices that are open, and the least bound under which one was closed."""

    def __init__(self, siting: Siting, weight: Floats, capacity: Floats) -> None:
        super().__init__(siting)
        self._people, self._capacity = weight[siting.point], capacity

    def bound_of(self, name: int) -> float:
        """Return what all points lose at least with any choice of an open part."""
        return self._open[name].bound

    def saved_by(self, worth: Floats) -> Floats:
        """Return what each site saves at most, 0 or below, when serving a point is worth so much."""
        siting = self._siting
        less = siting.loss - worth[siting.point]
        helps = np.flatnonzero(less < 0)
        less, people, site = less[helps], self._people[helps], siting.site[helps]
        each = np.full(len(helps), -np.inf)
        np.divide(less, people, out=each, where=people > 0)
        order = np.lexsort((each, site))
        less, people, site = less[order], people[order], site[order]
        before = _before(people, site)
        room = self._capacity[site] - before
        share = (room >= people).astype(float)
        np.divide(room, people, out=share, where=(room > 0) & (room < people))
        return np.bincount(site, weights=less * share, minlength=siting.sites)

    def _saved(self, claim: Claim, worth: Floats, price: float) -> Floats:
        saved = np.where(claim.may, self.saved_by(worth), 0.0)
        cost = self._siting.rules.cost
        return saved if cost is None else saved + price * cost

    def _possible(self, claim: Claim) -> bool:
        rules = self._siting.rules
        if not super()._possible(claim):
            return False
        if rules.cost is None:
            return True
        return self._cheapest_cost(claim, rules.cost) <= rules.budget * (1 + 1e-12)

    def _cheapest_cost(self, claim: Claim, cost: Floats) -> float:
        """Return what the sites of a part cost at least together."""
        free = claim.may & ~claim.must
        total, taken = float(cost[claim.must].sum()), int(claim.must.sum())
        for group in self._siting.rules.one_of:
            if not claim.must[group].any():
                member = min((int(site) for site in group if free[site]), key=lambda site: cost[site])
                free[member] = False
                total, taken = total + float(cost[member]), taken + 1
        owed = max(self._siting.rules.least - taken, 0)
        return total + float(np.sort(cost[free])[:owed].sum())


def _before(people: Floats, site: np.ndarray) -> Floats:
    """Return how many people of the same site come before each, where those of a site stand together."""
    sums = np.concatenate([[0.0], np.cumsum(people)])
    first = np.concatenate([[True], np.diff(site) > 0])[: len(site)]
    return sums[:-1] - sums[np.flatnonzero(first)][np.cumsum(first) - 1]
