"""A second look at every bound that a search concludes from, by a routine that shares nothing with the first.

The ledger holds its own list of the parts that all choices were split into, and recomputes each bound from
the losses as they were given. A bound of the whole is the least of those under which a part was closed or is
still open: where parts are lost or closed too early that bound is lower than the search thinks, and nothing
is proven. What no sound search does at all is refused.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from data.errors import AtlasError
from models.siting import WITHIN_BUDGET, Floats, Marks, Rows, Siting

DIFFERS: Final = 1e-9
"""By which share of all losses two routines may differ by rounding."""


FAILED: Final = "The search failed its own check, and nothing that it found is shown."
REPORT: Final = "Ask for a little less or more, and tell who looks after this tool what was asked."


class ProofError(AtlasError):
    """A search concludes what does not follow: its answer is not to be used."""

    def __init__(self, fault: str, hint: str = REPORT) -> None:
        super().__init__(fault if fault.startswith(FAILED) else f"{FAILED} {fault}", hint)


@dataclass
class Claim:
    """What is known of a part: the sites it may choose among, those it has to, and its best bound."""

    may: Marks
    must: Marks
    bound: float


class Ledger:
    """The parts of all choices that are open, and the least bound under which one was closed."""

    def __init__(self, siting: Siting) -> None:
        from scipy.sparse import csr_array

        self._siting, self._rules = siting, siting.rules
        shape = (siting.sites, len(siting.ceiling))
        self._losses = csr_array((siting.loss, siting.point, siting.starts), shape)
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
        """Split a part into the choices without a site and those with it, and name them."""
        claim = self._claim(name)
        self._require_free(claim, np.array([site]))
        del self._open[name]
        without, having = self.parts, self.parts + 1
        self.parts += 2
        self._open[without] = Claim(_with(claim.may, [site], False), claim.must, claim.bound)
        self._open[having] = Claim(claim.may, _with(claim.must, [site], True), claim.bound)
        return without, having

    def raise_to(self, name: int, worth: Floats, price: float) -> None:
        """Take note of a worth of serving each point and a price of cost that give a part a bound."""
        claim = self._claim(name)
        base, saved = self._base(worth, price), self._saved(claim, worth, price)
        claim.bound = max(claim.bound, base + self._cheapest(claim, saved))

    def drop(self, name: int, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Leave out the choices of a part with a site that is gone, or without one that is forced.

        Each such choice loses at least what the cheapest with the best of the sites does, whatever that
        costs: in a choice a site can be exchanged for another of its group, or of none, but for a budget.
        """
        claim = self._claim(name)
        self._require_free(claim, np.concatenate([gone, forced]))
        base, saved = self._base(worth, price), self._saved(claim, worth, price)
        for site in self._best_of(gone, saved):
            having = Claim(claim.may, _with(claim.must, [site], True), 0.0)
            self._close(base + self._cheapest(having, saved))
        for site in self._best_of(forced, -saved):
            without = Claim(_with(claim.may, [site], False), claim.must, 0.0)
            self._close(base + self._cheapest(without, saved))
        claim.may, claim.must = _with(claim.may, gone, False), _with(claim.must, forced, True)

    def close(self, name: int) -> None:
        """Close a part under its bound."""
        self._close(self._claim(name).bound)
        del self._open[name]

    def settle(self, name: int) -> None:
        """Close a part in which one choice at most is left."""
        claim = self._claim(name)
        if (claim.may & ~claim.must).any():
            raise ProofError("A part is settled in which there is something to choose.")
        chosen = np.flatnonzero(claim.must)
        self._close(self._lost(chosen) if self._rules.allow(chosen) else float("inf"))
        del self._open[name]

    def rule_out(self, name: int) -> None:
        """Close a part of which the rules allow nothing."""
        if self._possible(self._claim(name)):
            raise ProofError("A part is ruled out of which the rules allow a choice.")
        del self._open[name]

    def certify(self, chosen: Rows | None, loss: float) -> float:
        """Return the bound of the whole, after a look at the choice that a search ends with.

        Parameters
        ----------
        chosen
            The choice; None where the search found none.
        loss
            What all points lose with it, as the search says.

        Raises
        ------
        ProofError
            When the rules do not allow the choice, when it loses something else, or when it loses less than
            the bound.
        """
        if chosen is None:
            return self.bound
        slack = DIFFERS * max(float(self._siting.ceiling.sum()), abs(loss))
        if not self._rules.allow(chosen) or not abs(self._lost(chosen) - loss) <= slack:
            raise ProofError("A choice may not be made, or loses something else than the search says.")
        if self.bound > loss + slack:
            raise ProofError("A choice loses less than the bound of all choices.")
        return self.bound

    def _claim(self, name: int) -> Claim:
        if name not in self._open:
            raise ProofError(f"There is no open part {name}.")
        return self._open[name]

    def _require_free(self, claim: Claim, sites: Rows) -> None:
        free = claim.may & ~claim.must
        if not free[sites].all() or len(np.unique(sites)) < len(sites):
            raise ProofError("A site is decided on twice.")

    def _close(self, bound: float) -> None:
        self._closed = min(self._closed, max(bound, 0.0))  # nobody loses less than nothing

    def _base(self, worth: Floats, price: float) -> float:
        sound = (worth <= self._siting.ceiling).all() and 0 <= price < np.inf
        if not sound or not np.isfinite(worth).all():
            raise ProofError("A worth above the ceiling of its point, or a price below 0, bounds nothing.")
        paid_back = price * self._rules.budget * WITHIN_BUDGET if self._rules.spending is not None else 0.0
        return float(worth.sum()) - paid_back

    def _saved(self, claim: Claim, worth: Floats, price: float) -> Floats:
        """Return what each site of a part saves, below 0, and 0 for the others."""
        sites = np.flatnonzero(claim.may)
        losses = self._losses[sites]
        losses.data = np.minimum(losses.data - worth[losses.indices], 0.0)
        saved = np.zeros(self._siting.sites)
        saved[sites] = losses.sum(axis=1)
        cost = self._rules.spending
        return saved if cost is None else saved + price * cost

    def _cheapest(self, claim: Claim, saved: Floats) -> float:
        """Return what the cheapest choice of a part saves, whatever it costs; infinite if there is none."""
        return self._least(claim, saved) if self._enough(claim) else float("inf")

    def _least(self, claim: Claim, value: Floats) -> float:
        """Return the least sum of a value of each site in a choice of a part."""
        free = claim.may & ~claim.must
        total, taken = float(value[claim.must].sum()), int(claim.must.sum())
        for group in self._rules.one_of:
            if not claim.must[group].any():
                able = group[free[group]]
                member = able[value[able].argmin()]
                free[member] = False
                total, taken = total + float(value[member]), taken + 1
        rest = np.sort(value[free])[: self._rules.most - taken]
        owed = max(self._rules.least - taken, 0)
        return total + float(rest[:owed].sum()) + float(np.minimum(rest[owed:], 0.0).sum())

    def _possible(self, claim: Claim) -> bool:
        """Say whether the rules allow a choice of a part: then they allow the one that costs least."""
        cost = self._rules.spending
        if cost is None or not self._enough(claim):
            return self._enough(claim)
        return self._least(claim, cost) <= self._rules.budget * WITHIN_BUDGET

    def _enough(self, claim: Claim) -> bool:
        """Say whether a part has the sites, and the room for them, that the rules ask for."""
        rules = self._rules
        owed = [group for group in rules.one_of if not claim.must[group].any()]
        if any(not claim.may[group].any() for group in owed):
            return False
        needed = max(int(claim.must.sum()) + len(owed), rules.least)
        return needed <= rules.most and int(claim.may.sum()) >= rules.least

    def _best_of(self, sites: Rows, value: Floats) -> list[int]:
        """Return of each group, and of the sites in none, the one of some sites with the least value."""
        groups = self._rules.one_of
        rest = np.setdiff1d(sites, np.concatenate(groups)) if groups else sites
        members = [rest, *(np.intersect1d(sites, group) for group in groups)]
        return [int(some[value[some].argmin()]) for some in members if len(some)]

    def _lost(self, chosen: Rows) -> float:
        """Return what all points lose with a choice."""
        least = self._siting.ceiling.copy()
        losses = self._losses[chosen]
        np.minimum.at(least, losses.indices, losses.data)
        return float(least.sum())


def _with(marks: Marks, sites: Rows | list[int], value: bool) -> Marks:
    """Return marks of which those of some sites have a value."""
    changed = marks.copy()
    changed[sites] = value
    return changed
