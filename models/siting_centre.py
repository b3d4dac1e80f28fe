"""The p-centre: sites so that the way of whoever is furthest from one is shortest (Hakimi 1964).

Some choice leaves nobody further away than a radius where a covering of everybody within it loses nothing
(Minieka 1970). The radii that can be best are the lengths of ways: the least that can be covered is found by
bisection, and a radius is given up as soon as the bound of its covering is above 0. One that is hard to tell
is put off, so that a search that is stopped has a bound that is near.
"""

from itertools import count
from typing import Final

import numpy as np

from models.siting import Answer, Floats, Marks, Rows, Rules, Siting
from models.siting_centre_check import Refused, Ways, check_radius
from models.siting_covering import what_decides
from models.siting_tree import Watch, solve

SOME: Final = 1e-3
"""A covering that loses at least so much, of 1 a point, does not reach everybody."""

LOOKS: Final = 50
"""How often a search is looked at for few who are left beyond the cut-off, where some have to be."""

AT_FIRST: Final = 1
"""How often the search for a covering is looked at before its radius is put off."""

MORE: Final = 4
"""How many times as often it is looked at when the turn of such a radius comes again."""


def solve_centre(
    ways: Ways,
    today: Floats,
    counts: Marks,
    sites: int,
    rules: Rules,
    cutoff: float,
    watch: Watch | None = None,
) -> Answer:
    """Return the choice of sites with the least radius, and the least radius that there could be.

    Points that neither a site of today nor any that could be chosen reaches within the cut-off do not count.

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
        In minutes: who is further away counts as that far. Where some have to be, the choice is one that
        leaves few there; that they are as few as can be is not proven.
    watch
        Is told the least radius and its bound so far, and says whether to stop.

    Returns
    -------
    The choice; its loss is the radius and its bound the least radius that there could be, both in minutes.
    Unless the search was stopped it is proven: the radius is the bound, which a second routine looked at.

    Raises
    ------
    ProofError
        When the second routine finds a fault in what the search concludes.
    """
    every = ways
    near = (ways.minutes <= cutoff) & counts[ways.point]
    ways = Ways(ways.point[near], ways.site[near], ways.minutes[near])
    nearest = np.where(today <= cutoff, today, np.inf)
    np.minimum.at(nearest, ways.point, ways.minutes)
    reached = counts & np.isfinite(nearest)
    search = _Radii(ways, today, reached, sites, rules, watch or (lambda radius, bound: False))
    answer = search.run(cutoff, float(nearest[reached].max(initial=0.0)))
    if answer.chosen is not None:
        check_radius(every, today, counts, cutoff, search.free, search.refused, answer.bound)
    return answer


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
        self.refused: Refused | None = None
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
        looks = AT_FIRST
        while self.least < self.radius and not self.stopped:
            self._narrow(radii, looks)
            looks *= MORE
        return Answer(self.chosen, self.radius, self.least, self.parts, self.stopped)

    def _narrow(self, radii: Floats, looks: int) -> None:
        """Go by halves to the least radius that can be reached; one that is hard to tell is put off.

        First to where no radius below can be reached, as if those put off could be; then on from those to the
        least that a choice is found for.
        """
        doubtful = -float("inf")
        left = radii[(radii >= self.least) & (radii < self.radius)]
        while len(left) and not self.stopped:
            middle = left[(len(left) - 1) // 2]
            found = self._try(radii, middle, looks)
            doubtful = max(doubtful, middle) if found is None else doubtful
            left = left[left >= self.least] if found is False else left[left < min(middle, self.radius)]
        left = radii[(radii > doubtful) & (radii >= self.least) & (radii < self.radius)]
        while len(left) and not self.stopped:
            middle = left[(len(left) - 1) // 2]
            found = self._try(radii, middle, looks)
            left = left[left < self.radius] if found else left[left > middle]

    def _try(self, radii: Floats, radius: float, looks: int) -> bool | None:
        """Say whether a radius can be reached, and take note of it; None where that is hard to tell."""
        found = self._cover(radius, looks)
        if found.chosen is not None and found.loss == 0:
            self.chosen, self.radius = found.chosen, self._radius_of(found.chosen)
            return True
        if found.bound > 0:
            above = radii[radii > radius]
            self.least = min(float(above[0]), self.radius) if len(above) else self.radius
            return False
        return None

    def _cover(self, radius: float, looks: float = float("inf")) -> Answer:
        """Return a choice that leaves nobody further away than a radius, or only some.

        Points and sites that do not decide it are left out: what is lost then is 0 where it is without that.
        """
        near = self.ways.minutes <= radius
        point, site = self.ways.point[near], self.ways.site[near]
        beyond = np.flatnonzero(self.counts & (self.today > radius))
        points, sites = what_decides(beyond, point, site, self.free)
        helps = np.isin(site, sites)
        looked = count(1)
        covering = self._covering(points, point[helps], site[helps])
        found = solve(covering, lambda loss, bound: self._enough(bound) or next(looked) > looks)
        self.parts += found.parts
        if found.bound > 0 and (self.refused is None or radius > self.refused.radius):
            self.refused = Refused(radius, covering)
        return found

    def _leave_few(self, radius: float, chosen: Rows) -> Rows:
        """Return a choice that leaves few further away than a radius, where some have to be left."""
        near = self.ways.minutes <= radius
        beyond = np.flatnonzero(self.counts & (self.today > radius))
        looked = count(1)
        found = solve(
            self._covering(beyond, self.ways.point[near], self.ways.site[near]),
            lambda loss, bound: self._stops() or next(looked) > LOOKS,
        )
        self.parts += found.parts
        return chosen if found.chosen is None else found.chosen

    def _covering(self, beyond: Rows, point: Rows, site: Rows) -> Siting:
        """Return the covering of some points, each of which loses 1 where no site serves it."""
        ceiling = np.zeros(len(self.counts))
        ceiling[beyond] = 1.0
        return Siting.of_pairs(ceiling, point, site, np.zeros(len(point)), self.sites, self.rules)

    def _enough(self, bound: float) -> bool:
        """Say whether a radius is known not to be reached, or the search is to stop."""
        return bound > SOME or self._stops()

    def _stops(self) -> bool:
        self.stopped = self.stopped or self.watch(self.radius, self.least)
        return self.stopped

    def _radius_of(self, chosen: Rows) -> float:
        """Return minutes from the point that is furthest from a choice and from what is there today."""
        nearest = self.today.copy()
        ours = np.isin(self.ways.site, chosen)
        np.minimum.at(nearest, self.ways.point[ours], self.ways.minutes[ours])
        return float(nearest[self.counts].max(initial=0.0))
