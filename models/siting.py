"""Choosing sites: everybody is served by the chosen site that costs them least, or loses what they do today.

The one shape of the p-median problem (Hakimi 1964: a point loses the way to the nearest site), of maximal
covering (Church and ReVelle 1974: a point out of reach loses its weight, one within reach nothing) and of any
mixture of such losses. Sites that exist already lower what the points that they serve lose today.

Sources
-------
S. L. Hakimi, Optimum locations of switching centers and the absolute centers and medians of a graph,
Operations Research 12, 1964. R. Church and C. ReVelle, The maximal covering location problem, Papers of the
Regional Science Association 32, 1974.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]
Marks = npt.NDArray[np.bool_]

PROVEN_WITHIN: Final = 1e-6
"""The share by which the loss, or what is told instead, may be off its bound in a proof."""

LEAST_TOLD: Final = 1e-6
"""The share of all there is that counts as told at least: closer than that to nothing is rounding."""

WITHIN_BUDGET: Final = 1 + 1e-12
"""So that a choice that costs all of a budget is not refused for rounding."""

COUNTED_TO: Final = 1e8
"""Up to this sum of all losses whole numbers are told apart in sums of shares of them."""


def no_sites() -> Rows:
    """Return a choice of no site."""
    return np.array([], dtype=np.intp)


def told_of(loss: float, total: float) -> float:
    """Return what closeness is a share of: the loss, or what is left of a total where that is less.

    Parameters
    ----------
    loss
        What all points lose together.
    total
        What there is altogether, where what is not lost is told; infinite where the loss itself is.
    """
    return min(loss, max(total - loss, LEAST_TOLD * total)) if np.isfinite(total) else loss


@dataclass(frozen=True, eq=False)
class Rules:
    """Which choices of sites may be made.

    Attributes
    ----------
    most, least
        How many sites are chosen at most and at least; no more than a budget pays for of the cheapest.
    required
        Positions of sites that are part of every choice, sorted.
    one_of
        Groups of sites, no site in two of them, from each of which at least one is chosen.
    cost
        What each site costs, never below 0; None where cost does not count.
    budget
        What the chosen sites may cost together.

    Raises
    ------
    ValueError
        When a site is in two groups: what a search concludes would not hold.
    """

    most: int
    least: int = 0
    required: Rows = field(default_factory=no_sites)
    one_of: tuple[Rows, ...] = ()
    cost: Floats | None = None
    budget: float = float("inf")

    def __post_init__(self) -> None:
        grouped = np.concatenate([no_sites(), *self.one_of])
        if len(np.unique(grouped)) < len(grouped):
            raise ValueError("a site is in two groups from each of which one is chosen")
        if self.spending is not None:
            together = np.cumsum(np.sort(self.spending))
            paid = int(np.searchsorted(together, self.budget * WITHIN_BUDGET**2, side="right"))
            object.__setattr__(self, "most", min(self.most, paid))

    @property
    def spending(self) -> Floats | None:
        """What each site costs, where a budget limits what is chosen."""
        return self.cost if np.isfinite(self.budget) else None

    def allow(self, chosen: Rows) -> bool:
        """Say whether a choice may be made."""
        return (
            self.least <= len(chosen) <= self.most
            and bool(np.isin(self.required, chosen).all())
            and all(np.isin(group, chosen).any() for group in self.one_of)
            and self.afford(chosen)
        )

    def afford(self, chosen: Rows) -> bool:
        """Say whether a choice is within the budget."""
        return self.spending is None or bool(self.spending[chosen].sum() <= self.budget * WITHIN_BUDGET)


@dataclass(frozen=True, eq=False)
class Siting:
    """Which sites are chosen so that what all points lose together is least.

    Attributes
    ----------
    ceiling
        What each demand point loses where no chosen site serves it better, never below 0.
    point, site, loss
        What a point loses when a site serves it, one a pair, each pair once, sorted by site and point; only
        pairs below the ceiling of their point, and none below 0.
    sites
        How many candidate sites there are.
    rules
        Which choices may be made.
    total
        What there is altogether, where what of it is not lost is told, as in a covering; infinite where the
        loss itself is told. A proof holds for what is told.
    """

    ceiling: Floats
    point: Rows
    site: Rows
    loss: Floats
    sites: int
    rules: Rules
    total: float = float("inf")

    @classmethod
    def of_pairs(
        cls,
        ceiling: Floats,
        point: Rows,
        site: Rows,
        loss: Floats,
        sites: int,
        rules: Rules,
        total: float = float("inf"),
    ) -> "Siting":
        """Return the problem of pairs in any order, each there once, without those that help nobody."""
        helps = loss < ceiling[point]
        point, site, loss = point[helps], site[helps], loss[helps]
        order = np.lexsort((point, site))
        return cls(ceiling, point[order], site[order], loss[order], sites, rules, total)

    @classmethod
    def of_table(cls, loss: Floats, rules: Rules, ceiling: Floats | None = None) -> "Siting":
        """Return the problem of a full table, one row a site and one column a point.

        Without a ceiling a point that nothing serves loses as much as it would with its worst site.
        """
        most = loss.max(axis=0) if ceiling is None else ceiling
        site, point = np.nonzero(loss < most)
        return cls(most, point, site, loss[site, point], len(loss), rules)

    @cached_property
    def is_whole(self) -> bool:
        """Whether every loss is a whole number: then a better choice is better by 1 at least."""
        whole = np.all(self.ceiling == np.rint(self.ceiling)) and np.all(self.loss == np.rint(self.loss))
        return bool(whole) and float(self.ceiling.sum()) <= COUNTED_TO

    @cached_property
    def is_covering(self) -> bool:
        """Whether a site that serves a point at all leaves it nothing to lose."""
        return not self.loss.any()

    @cached_property
    def starts(self) -> Rows:
        """Where the pairs of each site start, and at last where those of the last one end."""
        return np.searchsorted(self.site, np.arange(self.sites + 1))

    def loss_of(self, chosen: Rows) -> float:
        """Return what all points lose together with some sites."""
        least = self.ceiling.copy()
        for site in chosen:
            pairs = slice(self.starts[site], self.starts[site + 1])
            np.minimum.at(least, self.point[pairs], self.loss[pairs])
        return float(least.sum())


@dataclass(frozen=True, eq=False)
class Answer:
    """The best choice that was found, and how much better another could be at most.

    Attributes
    ----------
    chosen
        Positions of the sites, sorted; None where no choice was found that the rules allow.
    loss
        What all points lose together with them; infinite where there is none.
    bound
        What they lose at least with any choice that the rules allow, as a second routine recomputed it;
        infinite where it was shown that there is none.
    parts
        Into how many parts all choices were split.
    stopped
        Whether the search was stopped, or its time was up, before it had seen to every part.
    total
        What there is altogether, where what of it is not lost is told; infinite where the loss itself is.
    """

    chosen: Rows | None
    loss: float
    bound: float
    parts: int
    stopped: bool
    total: float = float("inf")

    @property
    def gap(self) -> float:
        """By which share of the loss another choice could be better at most."""
        if self.loss <= self.bound:
            return 0.0
        return (self.loss - self.bound) / self.loss if np.isfinite(self.loss) else float("inf")

    @property
    def proven(self) -> bool:
        """Whether no choice is better by more than rounding in what is told, or there is no choice at all."""
        if self.loss <= self.bound:
            return True
        apart = self.loss - self.bound
        return bool(np.isfinite(apart)) and apart <= PROVEN_WITHIN * told_of(self.loss, self.total)
