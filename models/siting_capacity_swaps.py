"""Good choices of sites that can serve only so many: one after the other, then made better by swaps.

What serving each point is worth with some sites tells what another could save at most beside them. What it
does save is judged by a linear programme, for the sites alone that promise most.
"""

from typing import Final

import numpy as np

from models.siting import WITHIN_BUDGET, Floats, Marks, Rows, Siting, no_sites, told_of
from models.siting_capacity_check import CapacityLedger
from models.siting_capacity_lp import loss_of, shares_of
from models.siting_swaps import Stop, choose_greedily, interchange
from models.siting_table import mark, table_of
from models.siting_tree import CLOSE

TRIES: Final = 5
"""So many sites are tried in place of each that is chosen."""

KEPT: Final = 5_000_000
"""Of so many points altogether it is kept what serving them is worth: those judged first are forgotten."""


class Choices:
    """The choices that were judged, and the best of them.

    Attributes
    ----------
    chosen
        The sites of the best one that the rules allow; None while there is none.
    loss
        What all points lose with it; infinite while there is none.
    share
        Which share of its point each pair serves.
    """

    def __init__(
        self,
        siting: Siting,
        weight: Floats,
        capacity: Floats,
        ledger: CapacityLedger,
        stop: Stop,
    ) -> None:
        self._siting, self._rules, self._weight, self._capacity = siting, siting.rules, weight, capacity
        self._ledger, self._stop = ledger, stop
        self.chosen: Rows | None = None
        self.loss = float("inf")
        self.share = np.zeros(len(siting.loss))
        self._swapped = float("inf")
        self._judged: dict[bytes, tuple[float, Floats]] = {}

    @property
    def aim(self) -> float:
        """The bound from which on nothing better than the best choice is worth a look."""
        close = CLOSE * told_of(self.loss, self._siting.total)
        return self.loss if self.chosen is None else self.loss - close

    def judge(self, chosen: Rows) -> tuple[float, Floats]:
        """Return what all points lose with some sites, and what serving is worth; keep the best choice."""
        key = chosen.tobytes()
        if key not in self._judged:
            share, worth = shares_of(self._siting, self._weight, self._capacity, chosen, self._stop)
            loss = loss_of(self._siting, share)
            if (len(self._judged) + 1) * len(worth) > KEPT and self._judged:
                del self._judged[next(iter(self._judged))]
            self._judged[key] = loss, worth
            if loss < self.loss and self._rules.allow(chosen):
                self.chosen, self.loss, self.share = chosen, loss, share
        return self._judged[key]

    def start(self) -> None:
        """Find a good choice by additions and swaps as if there were no capacities; or none."""
        table = table_of(self._siting)
        free = choose_greedily(table, self._rules, self._stop)
        if free is not None:
            self.judge(table.sites[interchange(table, self._rules, free, self._stop)])

    def build_up(self) -> None:
        """Find good choices by additions and swaps with capacities."""
        self.improve(self._added())

    def _added(self) -> Rows:
        """Return a choice of the best additions one after the other; the rules may not allow it."""
        rules = self._rules
        chosen = np.sort(rules.required)
        while len(chosen) < rules.most and not self._stop():
            owed = [group for group in rules.one_of if not np.isin(group, chosen).any()]
            saved = self._ledger.saved_by(self.judge(chosen)[1])
            may = self._affordable(chosen) & ~mark(chosen, len(saved))
            if owed:
                may &= mark(np.concatenate(owed), len(saved))
            if not may.any():
                break
            value = saved if rules.spending is None else saved / np.maximum(rules.spending, 1e-12)
            best = int(np.where(may, value, np.inf).argmin())
            if saved[best] >= 0 and not owed and len(chosen) >= rules.least:
                break
            chosen = np.sort(np.append(chosen, best))
        return chosen

    def improve(self, chosen: Rows) -> None:
        """Judge a choice, and look for better ones by swaps of the best one that was not swapped yet."""
        if self.chosen is not None and self._stop():
            return
        self.judge(chosen)
        while self.loss < self._swapped and not self._stop():
            self._swapped = self.loss
            self._swap()

    def _swap(self) -> None:
        """Look for one better choice by a swap: first where the worth of serving points promises most."""
        chosen = no_sites() if self.chosen is None else self.chosen
        for leaving in np.setdiff1d(chosen, self._rules.required):
            if self._stop():
                return
            stay = chosen[chosen != leaving]
            loss, worth = self.judge(stay)
            promised = np.where(self._affordable(stay), loss + self._ledger.saved_by(worth), np.inf)
            promised[chosen] = np.inf
            for enters in np.argsort(promised, kind="stable")[:TRIES]:
                if promised[enters] >= self.aim or self._stop():
                    break
                before = self.loss
                self.judge(np.sort(np.append(stay, enters)))
                if self.loss < before:
                    return

    def _affordable(self, chosen: Rows) -> Marks:
        """Return which sites are within the budget beside some."""
        cost = self._rules.spending
        if cost is None:
            return np.ones(self._siting.sites, dtype=bool)
        return cost <= self._rules.budget * WITHIN_BUDGET - cost[chosen].sum()
