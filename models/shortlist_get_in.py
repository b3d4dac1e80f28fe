"""The smallest shift of weights that brings a ward ahead of all rivals but a few: a search that proves it.

Every choice of the few who may stay ahead is a linear programme. The search starts with nobody staying ahead.
Where no shift below the best one known gives the lead over all who are left, the programme's duals name a
handful of rivals a mix of whom is ahead whatever the weights: one of them has to stay ahead, and each in turn
is tried (Matousek 1995; the choice among few is a combinatorial Benders cut, Codato and Fischetti 2006).
As soon as more such handfuls with nobody in common are found than rivals may stay ahead, a branch is closed.

Sources
-------
J. Matousek, On geometric optimization with few violated constraints, Discrete and Computational Geometry 14,
1995. G. Codato and M. Fischetti, Combinatorial Benders' cuts for mixed-integer linear programming, Operations
Research 54, 2006.
"""

from dataclasses import dataclass
from time import monotonic
from typing import Final

import numpy as np

from models.shortlist_shift import Ball, Race, ShiftProgramme, no_lesser_than
from models.shortlist_whole import SHARP
from models.solver import Floats, Ids

MOST_COMPARED: Final = 4_000
"""More rivals than these are not compared with one another before the search."""


@dataclass(frozen=True, eq=False)
class Won:
    """What a search came to.

    Attributes
    ----------
    weights
        The nearest weights that win; None where none were found.
    proven
        Whether none are nearer, or there are none at all.
    at_least
        How far any weights that win are at least.
    """

    weights: Floats | None
    proven: bool
    at_least: float


@dataclass(frozen=True)
class _Branch:
    """Who stays ahead, and who must not."""

    ahead: frozenset[int]
    behind: frozenset[int]


def get_in(race: Race, seconds: float) -> Won:
    """Find the nearest weights at which a ward is ahead of as many rivals as it needs.

    Parameters
    ----------
    race
        The race; it suits one in which few may stay ahead.
    seconds
        How long to look.
    """
    return _Search(race, monotonic() + seconds).run()


def groups_ahead(race: Race, most: int) -> tuple[tuple[int, ...], ...]:
    """Return groups of rivals, nobody in two, in each of which one is no lower whatever the weights.

    Single rivals come first. A mix of a group's rivals is no lower than the ward on any criterion, so that
    at any weights one of them is no lower.

    Parameters
    ----------
    race
        The race; rivals are told by their row.
    most
        How many groups to look for.
    """
    alone = np.flatnonzero(race.leads.max(axis=1) < race.margin)
    groups: list[tuple[int, ...]] = [(int(row),) for row in alone]
    rest = np.setdiff1d(np.arange(len(race.leads)), alone)
    if len(groups) >= most or not len(rest):
        return tuple(groups)
    programme = ShiftProgramme(race, rest, race.everything)
    out: list[int] = []
    while len(groups) < most and len(out) < len(rest):
        programme.leave_out(out)
        lead, shares = programme.most_lead()
        if lead >= 0:
            break
        found = np.flatnonzero(shares > SHARP)
        groups.append(tuple(int(row) for row in rest[found]))
        out += found.tolist()
    return tuple(groups)


class _Search:
    """The search: branches still to look at, and the best weights so far."""

    def __init__(self, race: Race, until: float) -> None:
        self.spare = len(race.leads) - race.need
        kept = np.arange(len(race.leads))
        if len(kept) <= MOST_COMPARED:  # who is behind as soon as more than may stay ahead are, is behind
            kept = np.flatnonzero(no_lesser_than(race.leads) <= self.spare)
        self.until = until
        self.race = race.against(kept)
        self.best: Floats | None = None
        self._look_within(1.0)

    def run(self) -> Won:
        """Look at branches until none is left or time is up."""
        branches = [_Branch(frozenset(), frozenset())]
        while branches:
            if monotonic() > self.until:
                return Won(self.best, proven=False, at_least=self.race.least_alone(self.size))
            branches += self._look_at(branches.pop())
        return Won(self.best, proven=True, at_least=self.size if self.best is not None else 1.0)

    def _look_within(self, size: float) -> None:
        """Set up the programme of a ball: who can be both ahead and behind in it."""
        ball = Ball(self.race.weights, size)
        self.size, self.ball = size, ball
        self.never = ball.best(self.race.leads) < self.race.asked
        self.open = np.flatnonzero((ball.worst(self.race.leads) < self.race.asked) & ~self.never)
        self.place = {int(row): at for at, row in enumerate(self.open)}
        self.programme = ShiftProgramme(self.race, self.open, ball)

    def _look_at(self, branch: _Branch) -> list[_Branch]:
        """Return the branches that a branch falls into; none where it holds nothing nearer."""
        while True:
            if any(self.never[row] for row in branch.behind):
                return []
            out = [self.place[row] for row in branch.ahead if row in self.place]
            spare = self.spare - int(self.never.sum()) - len(out)
            if spare < 0:
                return []
            self.programme.leave_out(out)
            lead, shares = self.programme.most_lead()
            if lead < 0:
                return self._fall_apart(branch, out, spare, shares)
            if not self._take():
                return []

    def _take(self) -> bool:
        """Take the nearest weights of the programme for the best; say whether they are nearer."""
        shift = self.programme.least_shift()
        if shift is None:
            return False
        self.best = self.ball.at(shift)
        self._look_within(self.race.size(self.best))
        return True

    def _fall_apart(self, branch: _Branch, out: list[int], spare: int, shares: Floats) -> list[_Branch]:
        """Return a branch for each who may stay ahead of the smallest of some groups, one of whom has to."""
        smallest: list[tuple[float, int]] | None = None
        for more in range(spare + 1):
            if more:
                self.programme.leave_out(out)
                lead, shares = self.programme.most_lead()
                if lead >= 0:
                    break
            group = self._free(shares, branch)
            if not group:
                return []
            if smallest is None or len(group) < len(smallest):
                smallest = group
            out = [*out, *(self.place[row] for _, row in group)]
        else:
            return []
        if spare == 0 or smallest is None:
            return []
        return _branches(branch, [row for _, row in sorted(smallest, reverse=True)])

    def _free(self, shares: Floats, branch: _Branch) -> list[tuple[float, int]]:
        """Return who of a group may stay ahead, with what the group rests on them."""
        group: Ids = np.flatnonzero(shares > SHARP)
        rows = self.open[group].tolist()
        return [
            (float(share), row)
            for share, row in zip(shares[group], rows, strict=True)
            if row not in branch.behind
        ]


def _branches(branch: _Branch, rows: list[int]) -> list[_Branch]:
    """Return the branches in which the first of some stays ahead, else the second, and so on; last first."""
    found = [
        _Branch(branch.ahead | {row}, branch.behind | frozenset(rows[:at])) for at, row in enumerate(rows)
    ]
    return found[::-1]
