"""What all points lose at least with any choice of sites in a part of all choices: a Lagrangian bound.

That each point is served once is not asked for, but paid for: serving a point is worth so much, whatever it is
worth the bound holds, and the best worth is looked for by a deflected subgradient (Narula, Ogbu and Samuelsson
1977; Beasley 1993). A budget is paid for in the same way. What a site would have to save at least so as to be
part of a better choice tells which sites can be left out, and which cannot (reduced-cost fixing).
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from models.siting import Floats, Marks, Rows, Rules
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
    """A part of all choices: those among some sites, of which some are in each.

    Attributes
    ----------
    name
        The number under which the ledger knows it.
    table
        The losses by those sites that may be chosen.
    must
        Which of them are in every choice.
    worth, price
        The worth of serving each point, and the price of cost, that gave the best bound so far.
    bound
        That bound.
    """

    name: int
    table: Table
    must: Marks
    worth: Floats
    price: float
    bound: float

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose."""
        return bool(self.must.all())


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
        """Look at the rows that a bound rests on, and say whether to stop."""


class Choosing:
    """The cheapest choice of sites by what each saves, under the rules, within a part."""

    def __init__(self, table: Table, must: Marks, rules: Rules) -> None:
        self.must, self.rules = must, rules
        self.free = np.flatnonzero(~must)
        self.held = int(must.sum())
        groups = [np.flatnonzero(np.isin(table.sites, group)) for group in rules.one_of]
        self.owed = [rows for rows in groups if not must[rows].any()]
        self.cost = None if rules.cost is None else rules.cost[table.sites]
        self.typical = 1.0 if rules.cost is None else max(float(rules.cost.mean()), 1e-12)

    @property
    def possible(self) -> bool:
        """Whether the rules allow any choice at all, as far as can be told at once."""
        if self.held > self.rules.most or len(self.must) < self.rules.least:
            return False
        if any(not len(rows) for rows in self.owed) or self.held + len(self.owed) > self.rules.most:
            return False
        if self.cost is None:
            return True
        least = sum(float(self.cost[rows].min()) for rows in self.owed)
        return bool(self.cost[self.must].sum() + least <= self.rules.budget * (1 + 1e-12))

    def best(self, saved: Floats) -> Rows:
        """Return the rows of the cheapest choice; a saving is below 0."""
        room = self.rules.most - self.held
        if not self.owed and self.cost is None:
            if room >= len(self.free):
                return np.arange(len(self.must))
            if room == 0:
                return np.flatnonzero(self.must)
            first = self.free[np.argpartition(saved[self.free], room - 1)[:room]]
            return np.concatenate([np.flatnonzero(self.must), first])
        owed = np.array([rows[saved[rows].argmin()] for rows in self.owed], dtype=np.intp)
        rest = self.free[~np.isin(self.free, owed)]
        rest = rest[np.argsort(saved[rest], kind="stable")][: room - len(owed)]
        needed = self.rules.least - self.held - len(owed)
        taken = rest[(saved[rest] < 0) | (np.arange(len(rest)) < needed)]
        return np.concatenate([np.flatnonzero(self.must), owed, taken])


def raise_bound(part: Part, rules: Rules, effort: Effort, search: Search) -> Part:
    """Look for a better bound of a part, and leave out sites that no better choice has.

    Ends as soon as the bound reaches the aim of the search, or one choice at most is left.
    """
    choosing = Choosing(part.table, part.must, rules)
    worth, price, length, waited = part.worth, part.price, effort.length, 0
    before: Floats | float = 0.0
    before_price = 0.0
    for taken in range(effort.steps):
        saved = _priced(part.table.reduced(worth), price, choosing)
        chosen = choosing.best(saved)
        bound = _bound_of(worth, price, saved, chosen, choosing)
        if bound > part.bound:
            waited = 0 if bound > part.bound + 1e-3 * abs(search.goal - part.bound) else waited
            part = replace(part, worth=worth, price=price, bound=bound)
            if bound >= search.aim:
                return part
        waited += 1
        if bound > part.bound - NEAR * (search.goal - part.bound):
            gone, forced = _decided(choosing, saved, bound, chosen, search.aim)
            if len(gone) + len(forced) > FEW * len(saved):
                search.drop(part, worth, price, part.table.sites[gone], part.table.sites[forced])
                part = _without(part, gone, forced)
                choosing = Choosing(part.table, part.must, rules)
                if part.settled or not choosing.possible:
                    return part
                continue
        if (taken + 1) % OFTEN == 0 and search.pulse(part, chosen):
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
    choosing = Choosing(part.table, part.must, rules)
    saved = _priced(part.table.reduced(part.worth), part.price, choosing)
    return choosing.best(saved), saved


def _priced(saved: Floats, price: float, choosing: Choosing) -> Floats:
    return saved if choosing.cost is None else saved + price * choosing.cost


def _bound_of(worth: Floats, price: float, saved: Floats, chosen: Rows, choosing: Choosing) -> float:
    bound = float(worth.sum() + saved[chosen].sum())
    return bound if choosing.cost is None else bound - price * choosing.rules.budget


def _overspent(chosen: Rows, choosing: Choosing) -> float:
    """Return by how many typical costs a choice is over the budget."""
    if choosing.cost is None:
        return 0.0
    return float(choosing.cost[chosen].sum() - choosing.rules.budget) / choosing.typical


def _decided(
    choosing: Choosing, saved: Floats, bound: float, chosen: Rows, aim: float
) -> tuple[Rows, Rows]:
    """Return the rows that no better choice has, and those that every better one has."""
    if not len(choosing.free):
        return choosing.free, choosing.free
    full = len(chosen) >= choosing.rules.most
    inside = mark(chosen, len(saved))
    free_inside = inside & ~choosing.must
    outside = ~inside
    dearest = float(saved[free_inside].max()) if free_inside.any() else np.inf
    cheapest = float(saved[outside].min()) if outside.any() else np.inf
    leaves = dearest if full else max(dearest, 0.0) if np.isfinite(dearest) else 0.0
    if full and not free_inside.any():
        gone = np.flatnonzero(outside)
    else:
        gone = np.flatnonzero(outside & (bound + saved - leaves >= aim))
    needed = len(chosen) <= choosing.rules.least
    comes = cheapest if needed else min(cheapest, 0.0)
    forced = np.flatnonzero(free_inside & (bound - saved + comes >= aim))
    return gone, forced


def _without(part: Part, gone: Rows, forced: Rows) -> Part:
    must = part.must | mark(forced, len(part.must))
    kept = np.flatnonzero(~mark(gone, len(must)))
    if len(kept) == len(must):
        return replace(part, must=must)
    return replace(part, table=part.table.only(kept), must=must[kept])
