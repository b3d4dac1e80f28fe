"""What all points lose at least with any choice of sites in a part of all choices: a Lagrangian bound.

That each point is served once is not asked for, but paid for: serving a point is worth so much, whatever it
is worth the bound holds, and the best worth is looked for by a deflected subgradient. A budget is paid for in
the same way. What a site would have to save at least so as to be part of a better choice tells which sites
can be left out, and which cannot (reduced-cost fixing).

Sources
-------
S. C. Narula, U. I. Ogbu and H. M. Samuelsson, An algorithm for the p-median problem, Operations Research 25,
1977. J. E. Beasley, Lagrangean heuristics for location problems, European Journal of Operational Research
65, 1993. The deflected step: P. M. Camerini, L. Fratta and F. Maffioli, On improving relaxation methods by
modified gradient techniques, Mathematical Programming Study 3, 1975.
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol

import numpy as np

from models.siting import Floats, Rows, Rules
from models.siting_part import Choosing, Part

DEFLECTED: Final = 0.6
"""The share of the step before that goes into a step."""

FEW: Final = 0.05
"""Up to this share of its sites a part is not made smaller: a second routine has to agree each time."""

MUCH: Final = 1e-3
"""The share of the gap by which a bound has to be better so that steps are not thought too long."""

LEAST: Final = 1e-9
"""The share of the least loss that a step goes for at least."""

OFTEN: Final = 40
"""After so many steps the search is shown the choice that a bound rests on."""


@dataclass(frozen=True)
class Effort:
    """How long a bound is looked for.

    Attributes
    ----------
    steps
        How many steps are taken at most.
    length, shortest
        How long a step is at first, and at last: the share of the way to the least loss that is known.
    patience, shorter
        After how many steps without a better bound steps become shorter, and by which factor.
    """

    steps: int
    length: float
    patience: int
    shorter: float
    shortest: float


AT_FIRST: Final = Effort(steps=1_500, length=1.0, patience=15, shorter=0.6, shortest=0.01)
IN_A_PART: Final = Effort(steps=60, length=0.5, patience=8, shorter=0.6, shortest=0.02)


class Search(Protocol):
    """The search that a bound is looked for in."""

    @property
    def loss(self) -> float:
        """The least loss that is known."""

    @property
    def aim(self) -> float:
        """The bound from which on a part needs no further look."""

    def drop(self, part: Part, worth: Floats, price: float, gone: Rows, forced: Rows) -> None:
        """Take note that choices with the sites gone, or without those forced, are no better."""

    def stop(self) -> bool:
        """Say at every step whether to stop."""

    def pulse(self, part: Part, chosen: Rows) -> bool:
        """Look at the free sites that a bound rests on, and say whether to stop."""


def raise_bound(part: Part, rules: Rules, effort: Effort, search: Search) -> Part:
    """Look for a better bound of a part, and leave out sites that no better choice has.

    Ends as soon as the bound reaches the aim of the search, or one choice at most is left.

    Parameters
    ----------
    part
        The part, of which the rules allow a choice and in which something is left to choose.
    rules
        Which choices may be made.
    effort
        How long to look.
    search
        The search: it knows the least loss, is told what is left out, and may stop the look.

    Returns
    -------
    The part with the best bound that was found, and the worth and the price that it rests on.
    """
    return _Ascent(part, rules, effort, search).run()


def choice_of(part: Part, rules: Rules) -> tuple[Rows, Floats, float]:
    """Return the rows that the worth of a part leads to, what each row saves, and the bound they give."""
    choosing = Choosing(part, rules)
    saved = choosing.priced(part.table.reduced(part.worth), part.price)
    chosen = choosing.best(saved)
    total = float(part.worth.sum() + saved[chosen].sum())
    return chosen, saved, part.fixed + total - choosing.refunded(part.price)


class _Ascent:
    """A look for the worth that gives the best bound: where it stands, and which way it goes."""

    def __init__(self, part: Part, rules: Rules, effort: Effort, search: Search) -> None:
        self.part, self.rules, self.effort, self.search = part, rules, effort, search
        self.choosing = Choosing(part, rules)
        self.length, self.waited = effort.length, 0
        self._start_again()

    def run(self) -> Part:
        """Take steps until the aim is reached, nothing is left to choose, or steps are of no more use."""
        for taken in range(1, self.effort.steps + 1):
            self._look()
            if self.part.bound >= self.search.aim or self.search.stop():
                break
            if self._leave_out():
                if self.part.settled or not self.choosing.possible:
                    break
                continue
            if taken % OFTEN == 0 and self.search.pulse(self.part, self.part.table.sites[self.chosen]):
                break
            if not self._move():
                break
        return self.part

    def _start_again(self) -> None:
        """Go back to where the best bound was found."""
        self.worth, self.price = self.part.worth, self.part.price
        self.way, self.price_way = np.zeros(len(self.worth)), 0.0

    def _look(self) -> None:
        """Find the bound where the look stands, and keep it where it is the best one."""
        self.saved = self.choosing.priced(self.part.table.reduced(self.worth), self.price)
        self.chosen = self.choosing.best(self.saved)
        total = float(self.worth.sum() + self.saved[self.chosen].sum())
        self.bound = self.part.fixed + total - self.choosing.refunded(self.price)
        self.waited += 1
        self.better = self.bound > self.part.bound
        if self.better:
            if self.bound > self.part.bound + MUCH * abs(self.search.loss - self.part.bound):
                self.waited = 1
            self.part = replace(self.part, worth=self.worth, price=self.price, bound=self.bound)

    def _leave_out(self) -> bool:
        """Make the part smaller where a better bound decides on enough sites, and say whether it did."""
        if not self.better:
            return False
        gone, forced = self.choosing.decided(self.saved, self.bound, self.chosen, self.search.aim)
        if len(gone) + len(forced) <= FEW * len(self.saved):
            return False
        before = self.part.table
        worth = self.part.worth_of_all(self.worth)
        self.search.drop(self.part, worth, self.price, before.sites[gone], before.sites[forced])
        self.part = self.part.narrowed(gone, forced)
        self.choosing = Choosing(self.part, self.rules)
        kept = np.searchsorted(before.points, self.part.table.points)
        self.worth = np.minimum(self.worth[kept], self.part.table.ceiling)
        self.way = self.way[kept]
        return True

    def _move(self) -> bool:
        """Take a step, or go back and make steps shorter, and say whether that was of use."""
        if self.waited >= self.effort.patience:
            self.length, self.waited = self.length * self.effort.shorter, 0
            self._start_again()
            return self.length >= self.effort.shortest
        table = self.part.table
        unserved = 1.0 - table.served(self.chosen, self.worth)
        over = self.choosing.overspent(self.chosen)
        norm = float(unserved @ unserved) + over**2
        if norm == 0:
            return False
        self.way, self.price_way = unserved + DEFLECTED * self.way, over + DEFLECTED * self.price_way
        loss = self.search.loss
        far = self.length * max(loss - self.bound, LEAST * abs(loss)) / norm
        self.worth = np.clip(self.worth + far * self.way, 0.0, table.ceiling)
        self.price = max(self.price + far * self.price_way / self.choosing.typical, 0.0)
        return True
