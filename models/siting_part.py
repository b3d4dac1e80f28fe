"""A part of all choices of sites, and the cheapest choice in it by what each site saves."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from models.siting import WITHIN_BUDGET, Floats, Rows, Rules
from models.siting_table import Table, mark


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
    share
        Which part of each free site the best choice in part has; None where that was not looked for.
    """

    name: int
    held: Rows
    table: Table
    limits: Floats
    worth: Floats
    price: float
    bound: float
    share: Floats | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to choose."""
        return not len(self.table.sites)

    @cached_property
    def fixed(self) -> float:
        """What the points lose that are not in the table."""
        return float(self.limits.sum() - self.limits[self.table.points].sum())

    def worth_of_all(self, worth: Floats) -> Floats:
        """Return the worth of serving each point of the problem: those not in the table at their loss."""
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
        return replace(self, held=held, table=table, limits=limits, worth=worth, share=None)


class Choosing:
    """The cheapest choice of the free sites of a part by what each saves, under the rules but for a budget.

    From each group that is owed a site comes its cheapest one, then what is cheapest of all: no other choice
    is cheaper, since the groups have no site in common.
    """

    def __init__(self, part: Part, rules: Rules) -> None:
        sites, held = part.table.sites, part.held
        groups = [group for group in rules.one_of if not np.isin(group, held).any()]
        self.room, self.least = rules.most - len(held), rules.least - len(held)
        self.owed = [np.flatnonzero(np.isin(sites, group)) for group in groups]
        self.count = len(sites)
        self.cost: Floats | None = None
        self.left, self.typical = float("inf"), 1.0
        if rules.spending is not None:
            self.cost = rules.spending[sites]
            self.left = rules.budget * WITHIN_BUDGET - float(rules.spending[held].sum())
            self.typical = max(float(rules.spending.sum()) / max(len(rules.spending), 1), 1e-12)

    @property
    def possible(self) -> bool:
        """Whether the rules allow any choice: as many sites as they ask for, and those that cost least."""
        if self.room < max(len(self.owed), self.least) or self.count < self.least:
            return False
        if any(not len(rows) for rows in self.owed):
            return False
        return self.cost is None or float(self.cost[self.best(self.cost)].sum()) <= self.left

    def best(self, saved: Floats) -> Rows:
        """Return the rows of the cheapest choice; what a site saves is below 0."""
        if not self.owed and self.cost is None:
            if self.room >= self.count:
                return np.arange(self.count)
            return np.argpartition(saved, max(self.room - 1, 0))[: self.room]
        return cheapest_of(saved, self.owed, self.room, self.least)

    def decided(self, saved: Floats, bound: float, chosen: Rows, aim: float) -> tuple[Rows, Rows]:
        """Return the rows that no better choice has, and those that every better one has.

        A choice with another site is at least as much dearer than the cheapest one as that site is dearer
        than the dearest that could leave for it, or than none where there is room; one without a site of the
        cheapest, as much as the cheapest that could come for it is dearer than that site. This is how choices
        are exchanged where they are limited in number, as a whole and by groups without common sites
        (generalized matroids: K. Murota, Discrete Convex Analysis, 2003, section 4.7).
        """
        inside = mark(chosen, self.count)
        dearest = float(saved[inside].max(initial=-np.inf))
        cheapest = float(saved[~inside].min(initial=np.inf))
        leaves = dearest if len(chosen) >= self.room else max(dearest, 0.0)
        comes = cheapest if len(chosen) <= self.least else min(cheapest, 0.0)
        gone = ~inside & (bound + saved - leaves >= aim)
        forced = inside & (bound - saved + comes >= aim)
        return np.flatnonzero(gone), np.flatnonzero(forced)

    def priced(self, saved: Floats, price: float) -> Floats:
        """Return what each site saves where its cost has to be paid for at a price."""
        return saved if self.cost is None else saved + price * self.cost

    def refunded(self, price: float) -> float:
        """Return what the budget that is left pays back at a price."""
        return 0.0 if self.cost is None else price * self.left

    def overspent(self, chosen: Rows) -> float:
        """Return by how many typical costs a choice is over what is left of the budget."""
        return 0.0 if self.cost is None else float(self.cost[chosen].sum() - self.left) / self.typical


def cheapest_of(saved: Floats, owed: list[Rows], room: int, least: int) -> Rows:
    """Return the rows that save most: one of each group that is owed one, and no more than there is room for.

    Parameters
    ----------
    saved
        What each row saves, below 0.
    owed
        The rows of each group that is owed one; no row is in two, and none is empty.
    room, least
        How many rows there are at most and at least.
    """
    first = np.array([rows[saved[rows].argmin()] for rows in owed], dtype=np.intp)
    rest = np.flatnonzero(~mark(first, len(saved)))
    rest = rest[np.argsort(saved[rest], kind="stable")][: room - len(first)]
    taken = (saved[rest] < 0) | (np.arange(len(rest)) < least - len(first))
    return np.concatenate([first, rest[taken]])
