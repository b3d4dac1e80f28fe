"""A look for choices of sites that lose no more than a limit.

All of them are looked for at first: a choice is built up site by site, and is given up as soon as the best
sites that could still be added do not save enough. What a site saves can only become less as others are
added, so nothing is missed. Whatever serving each point is worth, a choice loses at least what all points are
worth together less what each of its sites saves at that worth: the worth that gives the best bound tells of
most sites at once that no near choice has them. Where there is too much to look at, swaps of the best choice,
and of those found without one of its sites, lead to others.

Sources
-------
That a site saves less beside others: G. Cornuejols, M. L. Fisher and G. L. Nemhauser, Location of bank
accounts to optimize float, Management Science 23, 1977.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from models.siting import Floats, Rows, Siting, no_sites
from models.siting_bound import AT_FIRST, raise_bound
from models.siting_part import Choosing, Part
from models.siting_swaps import choose_greedily, interchange
from models.siting_table import Table, mark, table_of

LOOKS: Final = 5_000
"""How many choices are looked at at most, by each of the two ways."""

WORK: Final = 300_000_000
"""How many pairs of a point and a site are gone through by each at most, which takes about a second."""

MOST_FOUND: Final = 5_000
"""With so many choices found no more are looked for."""

DEEPEST: Final = 200
"""Choices of more sites are not built up one by one: there are too many, and each site is a call deeper."""

IDLE: Final = 1e-12
"""The share of all losses below which a site saves nothing."""


Stop = Callable[[], bool]
"""Is asked now and then whether to stop."""


class Look:
    """A look for choices that lose no more than a limit."""

    def __init__(self, siting: Siting, limit: float, stop: Stop) -> None:
        self.siting, self.rules, self.stop = siting, siting.rules, stop
        self.limit = limit
        self.table: Table = table_of(siting)
        self.slack = IDLE * float(siting.ceiling.sum())
        self.found: dict[bytes, tuple[Rows, float]] = {}
        self.left = 0
        worth = _worth_of(siting, self.table, stop)
        self.base, self.saved = float(worth.sum()), self.table.reduced(worth)

    @property
    def ended(self) -> bool:
        """Whether enough was looked at or found, or time is up."""
        return self.left <= 0 or len(self.found) >= MOST_FOUND or self.stop()

    def at_all(self) -> bool:
        """Look at every choice that may be near; say whether that came to an end."""
        required = self.rules.required
        if self.rules.most - len(required) > DEEPEST:
            return False
        self.left = self._looks()
        free = np.flatnonzero(~mark(required, self.siting.sites))
        self._build_up(required, self.table.serve(required).least, free)
        return not self.ended

    def around(self, chosen: Rows) -> None:
        """Look at the swaps, additions and omissions of choices, the best first, from several starts."""
        self.left = self._looks()
        for sites in (chosen, *self._other_starts(chosen)):
            self.take(sites)
        queue = [(loss, key) for key, (_, loss) in self.found.items()]
        heapq.heapify(queue)
        while queue and not self.ended:
            self.left -= 1
            for sites in self._beside(self.found[heapq.heappop(queue)[1]][0]):
                if self.ended:
                    break
                if self.take(sites):
                    key = np.sort(sites).tobytes()
                    heapq.heappush(queue, (self.found[key][1], key))

    def take(self, sites: Rows) -> bool:
        """Keep a choice if it is new, allowed and near, and has no idle site; say whether it was kept."""
        self.left -= 1
        sites = np.sort(sites)
        key = sites.tobytes()
        if key in self.found or not self.rules.allow(sites):
            return False
        loss = self.siting.loss_of(sites)
        if loss > self.limit or self._has_idle(sites):
            return False
        self.found[key] = sites, loss
        return True

    def _looks(self) -> int:
        return min(LOOKS, WORK // max(len(self.siting.loss), 1) + 1)

    def _build_up(self, held: Rows, now: Floats, free: Rows) -> None:
        """Take every near choice of the sites that are held and some of those that are free."""
        loss = float(now.sum())
        if loss <= self.limit:
            self.take(held)
        room = self.rules.most - len(held)
        if not room or not len(free):
            return
        self.left -= 1
        gains = self.table.gains(now)[free]
        least = self.base + float(self.saved[held].sum()) + _lowest(self.saved[free], room - 1)
        may = least + self.saved[free] <= self.limit + self.slack
        free, gains = free[may], gains[may]
        if self._is_enough(held):
            free, gains = free[gains > self.slack], gains[gains > self.slack]
        order = np.argsort(-gains, kind="stable")
        free, gains = free[order], gains[order]
        before = np.concatenate([[0.0], np.cumsum(gains)])
        best = loss - (before[np.minimum(np.arange(len(free)) + room, len(free))] - before[:-1])
        for place in np.flatnonzero(best <= self.limit + self.slack):
            if self.ended:
                return
            more = np.append(held, free[place])
            if room == 1:
                self.take(more)
            elif self.rules.afford(more):
                after = np.minimum(now, self.table.losses(int(free[place])))
                self._build_up(more, after, free[place + 1 :])

    def _beside(self, sites: Rows) -> Iterator[Rows]:
        """Yield the choices that may be near and differ by one site: swapped, added or left out."""
        now = self.table.serve(sites)
        loss = float(now.least.sum()) - self.limit - self.slack
        saved = np.vstack([self.table.swaps(now, len(sites)), self.table.gains(now.least)])
        saved[:, sites] = -np.inf
        saved[:-1][np.isin(sites, self.rules.required)] = -np.inf
        leaves, enters = np.nonzero(saved >= loss)
        for place in np.argsort(-saved[leaves, enters], kind="stable"):
            stay = sites if leaves[place] == len(sites) else np.delete(sites, leaves[place])
            yield np.append(stay, enters[place])
        for left_out in np.flatnonzero(self._alone(sites) <= -loss):
            yield np.delete(sites, left_out)

    def _other_starts(self, chosen: Rows) -> Iterator[Rows]:
        """Yield choices that were found without each of the sites of a choice in turn."""
        for site in np.setdiff1d(chosen, self.rules.required):
            table = self.table.only(np.delete(np.arange(self.siting.sites), site))
            first = choose_greedily(table, self.rules)
            if self.stop():
                return
            if first is not None:
                yield table.sites[interchange(table, self.rules, first)]

    def _alone(self, sites: Rows) -> Floats:
        """Return what each site of a choice saves beside the others."""
        now = self.table.serve(sites)
        ours = now.by >= 0
        more = (now.second - now.least)[ours]
        return np.bincount(now.by[ours], weights=more, minlength=len(sites)).astype(float)

    def _has_idle(self, sites: Rows) -> bool:
        """Say whether one of the sites could be left out at no loss."""
        idle = np.flatnonzero(self._alone(sites) <= self.slack)
        return any(self.rules.allow(np.delete(sites, place)) for place in idle)

    def _is_enough(self, held: Rows) -> bool:
        """Say whether the rules ask for no more sites."""
        return len(held) >= self.rules.least and all(np.isin(one, held).any() for one in self.rules.one_of)


def _worth_of(siting: Siting, table: Table, stop: Stop) -> Floats:
    """Return what serving each point is worth where that gives the best bound that is soon found."""
    part = Part(0, no_sites(), table, siting.ceiling, siting.ceiling, 0.0, -float("inf"))
    part = part.narrowed(no_sites(), siting.rules.required)
    first = choose_greedily(table, siting.rules)
    effort = replace(AT_FIRST, steps=min(AT_FIRST.steps, WORK // max(len(siting.loss), 1) + 1))
    loss = float(siting.ceiling.sum()) if first is None else siting.loss_of(first)
    if not part.settled and Choosing(part, siting.rules).possible:
        part = raise_bound(part, siting.rules, effort, _NoSearch(loss, stop))
    return part.worth_of_all(part.worth)


@dataclass(frozen=True)
class _NoSearch:
    """Looks for the best bound alone: no site is left out, and no choice is taken note of."""

    loss: float
    stop: Stop
    aim: float = float("inf")

    def drop(self, part: Part, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Leave nothing out."""

    def pulse(self, part: Part, chosen: Rows) -> bool:
        """Say whether time is up."""
        return self.stop()


def _lowest(saved: Floats, count: int) -> float:
    """Return what the best of some sites save together, so many at most."""
    return float(np.sort(saved)[:count].sum()) if count > 0 else 0.0
