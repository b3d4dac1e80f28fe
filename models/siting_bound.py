"""What all points lose at least with any choice of sites in a part of all choices: a Lagrangian bound.

That each point is served once is not asked for, but paid for: serving a point is worth so much, whatever it is
worth the bound holds, and the best worth is looked for by a deflected subgradient (Narula, Ogbu and Samuelsson
1977; Beasley 1993). A budget is paid for in the same way. What a site would have to save at least so as to be
part of a better choice tells which sites can be left out, and which cannot (reduced-cost fixing).
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final, Protocol

import numpy as np

from models.siting import Floats, Rows, Rules
from models.siting_table import Table, mark

DEFLECTED: Final = 0.6
"""The share of the step before that goes into a step."""

NEAR: Final = 0.3
"""Sites are looked at for leaving out while a bound is within this share of the gap below the best one."""


FEW: Final = 0.02
"""Up to this share of its sites a part is not made smaller: a second routine has to agree each time."""

OFTEN: Final = 20
"""After so many steps the search is shown the choice that a bound rests on."""


@dataclass(frozen=True, eq=False)
class Part:
    """A part of all choices: those that have some sites, and others only among those that are free.

    Attributes
    ----------
    name
        The number under which the ledger knows it.
    held
        The sites that are in every choice.
    table
        The losses by the sites that are free, of the points alone that one of them could serve better than
        those held do.
    limits
        What each point of the problem loses at most, served by a site that is held or as today.
    worth, price
        The worth of serving each point of the table, and the price of cost, that gave the best bound so far.
    bound
        That bound.
    """

    name: int
    held: Rows
    table: Table
    limits: Floats
    worth: Floats
    price: float
    bound: float

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose."""
        return not len(self.table.sites)

    @cached_property
    def fixed(self) -> float:
        """What the points lose that are not in the table."""
        return float(self.limits.sum() - self.limits[self.table.points].sum())

    def worth_of_all(self, worth: Floats) -> Floats:
        """Return the worth of serving each point of the problem: those not in the table are worth their loss."""
        every = self.limits.copy()
        every[self.table.points] = worth
        return every

    def narrowed(self, gone: Rows, forced: Rows) -> "Part":
        """Return the part without some rows of its table, and with others held."""
        ceiling = self.table.ceiling
        for row in forced:
            ceiling = np.minimum(ceiling, self.table.losses(row))
        stays = np.flatnonzero(~mark(np.concatenate([gone, forced]), len(self.table.sites)))
        limits = self.worth_of_all(ceiling)
        held = np.union1d(self.held, self.table.sites[forced])
        table = self.table.only(stays).below(ceiling)
        worth = np.minimum(self.worth_of_all(self.worth), limits)[table.points]
        return replace(self, held=held, table=table, limits=limits, worth=worth)


@dataclass(frozen=True)
class Effort:
    """How long a bound is looked for: most steps, the first length, and when and how it is shortened."""

    steps: int
    length: float
    patience: int
    shorter: float
    shortest: float


AT_FIRST: Final = Effort(steps=1_500, length=1.0, patience=20, shorter=0.7, shortest=0.002)
IN_A_PART: Final = Effort(steps=60, length=0.5, patience=8, shorter=0.6, shortest=0.02)


class Search(Protocol):
    """The search that a bound is looked for in."""

    @property
    def aim(self) -> float:
        """The bound from which on a part needs no further look."""

    @property
    def goal(self) -> float:
        """About where the best bound lies at most."""

    def drop(self, part: Part, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Take note that choices with the sites gone, or without those forced, are no better."""

    def pulse(self, part: Part, chosen: Rows) -> bool:
        """Look at the free sites that a bound rests on, and say whether to stop."""


class Choosing:
    """The cheapest choice of the free sites of a part by what each saves, under the rules."""

    def __init__(self, part: Part, rules: Rules) -> None:
        sites, held = part.table.sites, part.held
        self.room, self.owed_sites = rules.most - len(held), rules.least - len(held)
        groups = [group for group in rules.one_of if not np.isin(group, held).any()]
        self.owed = [np.flatnonzero(np.isin(sites, group)) for group in groups]
        self.count = len(sites)
        self.cost: Floats | None = None
        self.left, self.typical = float("inf"), 1.0
        if rules.cost is not None:
            self.cost = rules.cost[sites]
            self.left = rules.budget - float(rules.cost[held].sum())
            self.typical = max(float(rules.cost.mean()), 1e-12)
            self.slack = rules.budget * 1e-12

    @property
    def possible(self) -> bool:
        """Whether the rules allow any choice at all, as far as can be told at once."""
        if self.room < len(self.owed) or self.count < self.owed_sites:
            return False
        if any(not len(rows) for rows in self.owed):
            return False
        if self.cost is None:
            return True
        return sum(float(self.cost[rows].min()) for rows in self.owed) <= self.left + self.slack

    def best(self, saved: Floats) -> Rows:
        """Return the rows of the cheapest choice; a saving is below 0."""
        if not self.owed and self.cost is None:
            if self.room >= self.count:
                return np.arange(self.count)
            if self.room == 0:
                return np.array([], dtype=np.intp)
            return np.argpartition(saved, self.room - 1)[: self.room]
        owed = np.array([rows[saved[rows].argmin()] for rows in self.owed], dtype=np.intp)
        rest = np.flatnonzero(~mark(owed, self.count))
        rest = rest[np.argsort(saved[rest], kind="stable")][: self.room - len(owed)]
        taken = (saved[rest] < 0) | (np.arange(len(rest)) < self.owed_sites - len(owed))
        return np.concatenate([owed, rest[taken]])

    def decided(self, saved: Floats, bound: float, chosen: Rows, aim: float) -> tuple[Rows, Rows]:
        """Return the rows that no better choice has, and those that every better one has."""
        inside = mark(chosen, self.count)
        dearest = float(saved[inside].max()) if len(chosen) else -np.inf
        cheapest = float(saved[~inside].min()) if len(chosen) < self.count else np.inf
        leaves = dearest if len(chosen) >= self.room else max(dearest, 0.0)
        comes = cheapest if len(chosen) <= self.owed_sites else min(cheapest, 0.0)
        gone = ~inside & (bound + saved - leaves >= aim)
        forced = inside & (bound - saved + comes >= aim)
        return np.flatnonzero(gone), np.flatnonzero(forced)


def raise_bound(part: Part, rules: Rules, effort: Effort, search: Search) -> Part:
    """Look for a better bound of a part, and leave out sites that no better choice has.

    Ends as soon as the bound reaches the aim of the search, or one choice at most is left.
    """
    choosing = Choosing(part, rules)
    worth, price, length, waited = part.worth, part.price, effort.length, 0
    before: Floats | float = 0.0
    before_price = 0.0
    for taken in range(effort.steps):
        saved = _priced(part.table.reduced(worth), price, choosing)
        chosen = choosing.best(saved)
        bound = _bound_of(part, worth, price, saved, chosen, choosing)
        if bound > part.bound:
            waited = 0 if bound > part.bound + 1e-3 * abs(search.goal - part.bound) else waited
            part = replace(part, worth=worth, price=price, bound=bound)
            if bound >= search.aim:
                return part
        waited += 1
        if bound > part.bound - NEAR * (search.goal - part.bound):
            gone, forced = choosing.decided(saved, bound, chosen, search.aim)
            if len(gone) + len(forced) > FEW * len(saved):
                search.drop(
                    part, part.worth_of_all(worth), price, part.table.sites[gone], part.table.sites[forced]
                )
                points = part.table.points
                part = part.narrowed(gone, forced)
                choosing = Choosing(part, rules)
                if part.settled or not choosing.possible:
                    return part
                kept = np.searchsorted(points, part.table.points)
                worth = np.minimum(worth[kept], part.table.ceiling)
                before = before if isinstance(before, float) else before[kept]
                continue
        if (taken + 1) % OFTEN == 0 and search.pulse(part, part.table.sites[chosen]):
            return part
        if waited >= effort.patience:
            length, waited = length * effort.shorter, 0
            worth, price, before, before_price = part.worth, part.price, 0.0, 0.0
            if length < effort.shortest:
                return part
            continue
        step = 1.0 - part.table.served(chosen, worth)
        over = _overspent(chosen, choosing)
        norm = float(step @ step) + over**2
        if norm == 0:
            return part
        before, before_price = step + DEFLECTED * before, over + DEFLECTED * before_price
        far = length * max(search.goal - bound, 1e-9 * abs(search.goal)) / norm
        worth = np.clip(worth + far * before, 0.0, part.table.ceiling)
        price = max(price + far * before_price / choosing.typical, 0.0)
    return part


def choice_of(part: Part, rules: Rules) -> tuple[Rows, Floats]:
    """Return the rows that the bound of a part rests on, and what each row saves."""
    choosing = Choosing(part, rules)
    saved = _priced(part.table.reduced(part.worth), part.price, choosing)
    return choosing.best(saved), saved


def _priced(saved: Floats, price: float, choosing: Choosing) -> Floats:
    return saved if choosing.cost is None else saved + price * choosing.cost


def _bound_of(
    part: Part, worth: Floats, price: float, saved: Floats, chosen: Rows, choosing: Choosing
) -> float:
    bound = part.fixed + float(worth.sum() + saved[chosen].sum())
    return bound if choosing.cost is None else bound - price * choosing.left


def _overspent(chosen: Rows, choosing: Choosing) -> float:
    """Return by how many typical costs a choice is over what is left of the budget."""
    if choosing.cost is None:
        return 0.0
    return float(choosing.cost[chosen].sum() - choosing.left) / choosing.typical
