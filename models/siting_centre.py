"""The p-centre: sites so that the way of whoever is furthest from one is shortest (Hakimi 1964).

Some choice leaves nobody further away than a radius where a covering of everybody within it loses nothing
(Minieka 1970). The radii that can be best are the lengths of ways: the least that can be covered is found by
bisection, and a radius is given up as soon as the bound of its covering is above 0.
"""

from dataclasses import dataclass
from itertools import count
from typing import Final

import numpy as np

from models.siting import Answer, Floats, Marks, Rows, Rules, Siting
from models.siting_covering import what_decides
from models.siting_tree import Watch, solve

SOME: Final = 1e-3
"""A covering that loses at least so much, of 1 a point, does not reach everybody."""

LOOKS: Final = 50
"""How often a search is looked at for few who are left beyond the cut-off, where some have to be."""


@dataclass(frozen=True, eq=False)
class Ways:
    """Minutes from points to sites, each pair once; a pair that is not there is too far apart."""

    point: Rows
    site: Rows
    minutes: Floats


@dataclass(frozen=True, eq=False)
class Centre:
    """The sites that leave nobody further away than need be.

    Attributes
    ----------
    answer
        The choice; its loss is the radius and its bound the least radius that there could be, both in
        minutes.
    beyond
        The points that count and that neither a site of today nor any that could be chosen reaches within the
        cut-off, sorted. The radius is that of all others.
    """

    answer: Answer
    beyond: Rows

    @property
    def radius(self) -> float:
        """Minutes from the point that is furthest away: the cut-off where some are further away than that."""
        return self.answer.loss


def solve_centre(
    ways: Ways,
    today: Floats,
    counts: Marks,
    sites: int,
    rules: Rules,
    cutoff: float,
    watch: Watch | None = None,
) -> Centre:
    """Return the choice of sites with the least radius, and the least radius that there could be.

    Parameters
    ----------
    ways
        Minutes from points to candidate sites.
    today
        Minutes from each point to the nearest site that is there already; infinite where there is none.
    counts
        Which points count: those where nobody lives do not.
    sites
        How many candidate sites there are.
    rules
        Which choices may be made.
    cutoff
        In minutes: who is further away counts as that far, and as few as can be are.
    watch
        Is told the least radius and its bound so far, and says whether to stop.

    Returns
    -------
    The choice. Unless the search was stopped it is proven: its radius is the bound.
    """
    near = (ways.minutes <= cutoff) & counts[ways.point]
    ways = Ways(ways.point[near], ways.site[near], ways.minutes[near])
    nearest = np.where(today <= cutoff, today, np.inf)
    np.minimum.at(nearest, ways.point, ways.minutes)
    reached = counts & np.isfinite(nearest)
    search = _Radii(ways, today, reached, sites, rules, watch or (lambda radius, bound: False))
    answer = search.run(cutoff, float(nearest[reached].max(initial=0.0)))
    return Centre(answer, np.flatnonzero(counts & ~reached))


class _Radii:
    """A search that is going on: the best choice so far, and the radii that may still be reached."""

    def __init__(
        self, ways: Ways, today: Floats, counts: Marks, sites: int, rules: Rules, watch: Watch
    ) -> None:
        self.ways, self.today, self.counts = ways, today, counts
        self.sites, self.rules, self.watch = sites, rules, watch
        self.free = np.full(sites, rules.spending is None and not rules.one_of)
        self.free[rules.required] = False
        self.chosen: Rows | None = None
        self.radius = self.least = float("inf")
        self.parts = 0
        self.stopped = False

    def run(self, cutoff: float, least: float) -> Answer:
        """Return the best choice, looked for from the least radius that any choice could have."""
        radii = np.unique(np.concatenate([self.ways.minutes, self.today[self.counts], [least]]))
        radii = radii[(radii >= least) & (radii <= cutoff)]
        self.least = least
        first = self._cover(float(radii[-1]))
        self.chosen = first.chosen
        if first.chosen is None:
            return Answer(None, float("inf"), first.bound, self.parts, self.stopped)
        if first.bound > 0:
            self.chosen = self._leave_few(float(radii[-1]), first.chosen)
        self.radius = cutoff if first.loss > 0 else self._radius_of(first.chosen)
        if first.bound > 0:
            self.least = cutoff
        while self.least < self.radius and not self.stopped:
            left = radii[(radii >= self.least) & (radii < self.radius)]
            self._halve(left)
        return Answer(self.chosen, self.radius, self.least, self.parts, self.stopped)

    def _halve(self, radii: Floats) -> None:
        """Find out whether the middle one of some radii can be reached, and keep the half that is left."""
        middle = (len(radii) - 1) // 2
        found = self._cover(float(radii[middle]))
        if found.chosen is not None and found.loss == 0:
            self.chosen, self.radius = found.chosen, self._radius_of(found.chosen)
        elif found.bound > 0:
            self.least = float(radii[middle + 1]) if middle + 1 < len(radii) else self.radius

    def _cover(self, radius: float) -> Answer:
        """Return a choice that leaves nobody further away than a radius, or only some.

        Points and sites that do not decide it are left out: what is lost then is 0 where it is without that.
        """
        near = self.ways.minutes <= radius
        point, site = self.ways.point[near], self.ways.site[near]
        beyond = np.flatnonzero(self.counts & (self.today > radius))
        points, sites = what_decides(beyond, point, site, self.free)
        helps = np.isin(site, sites)
        found = solve(self._covering(points, point[helps], site[helps]), self._enough)
        self.parts += found.parts
        return found

    def _leave_few(self, radius: float, chosen: Rows) -> Rows:
        """Return a choice that leaves few further away than a radius, where some have to be left."""
        near = self.ways.minutes <= radius
        beyond = np.flatnonzero(self.counts & (self.today > radius))
        looks = count()
        found = solve(
            self._covering(beyond, self.ways.point[near], self.ways.site[near]),
            lambda loss, bound: self._enough(loss, bound) or next(looks) >= LOOKS,
        )
        self.parts += found.parts
        return chosen if found.chosen is None else found.chosen

    def _covering(self, beyond: Rows, point: Rows, site: Rows) -> Siting:
        """Return the covering of some points, each of which loses 1 where no site serves it."""
        ceiling = np.zeros(len(self.counts))
        ceiling[beyond] = 1.0
        return Siting.of_pairs(ceiling, point, site, np.zeros(len(point)), self.sites, self.rules)

    def _enough(self, beyond: float, bound: float) -> bool:
        """Say whether a radius is known not to be reached, or the search is to stop."""
        if bound > SOME:
            return True
        self.stopped = self.stopped or self.watch(self.radius, self.least)
        return self.stopped

    def _radius_of(self, chosen: Rows) -> float:
        """Return minutes from the point that is furthest from a choice and from what is there today."""
        nearest = self.today.copy()
        ours = np.isin(self.ways.site, chosen)
        np.minimum.at(nearest, self.ways.point[ours], self.ways.minutes[ours])
        return float(nearest[self.counts].max(initial=0.0))
