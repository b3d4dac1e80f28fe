"""How far weights have to move before one ward is ahead of others: balls of weights, and programmes in them.

Weights are 0 or more and sum to 1. A shift moves some weight from criteria to others; its size is how much
moves, half the sum of all changes. A *lead* is a row of differences, one a criterion: the ward's values less
a rival's, so that lead times weights is by how much the ward is ahead. All weights within a shift of given
ones are a ball; what a lead comes to at best in a ball is known at once: weight moves to the criterion where
the lead is highest, from those where it is lowest first.

Leads are counted in units of the ball's size, so that a shift of a millionth is found as exactly as one of
a half.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from models.shortlist_whole import SHARP, Marks
from models.solver import Floats, Ids, Solver

FAR: Final = 1e3
"""A lead that no weights come to, in units of a ball."""

LAST_DIGIT: Final = 1e-14
"""A weight that changes by less does not change."""

HALVINGS: Final = 30
"""How often an interval is halved in which a shift lies."""

NEARER: Final = 1e-6
"""By which share of a shift a better one is smaller at least."""


@dataclass(frozen=True, eq=False)
class Ball:
    """All weights within a shift of those given.

    Attributes
    ----------
    weights
        The weights in the middle; 0 or more, sum 1.
    size
        The shift, 0 to 1; all weights there are within 1.
    """

    weights: Floats
    size: float

    def best(self, leads: Floats) -> Floats:
        """Return what each lead comes to at best.

        Parameters
        ----------
        leads
            One row a rival, one column a criterion.
        """
        order = np.argsort(leads, axis=1)
        ranked, held = np.take_along_axis(leads, order, axis=1), self.weights[order]
        taken = np.clip(self.size - np.cumsum(held, axis=1) + held, 0.0, held)
        gain = taken.sum(axis=1) * ranked[:, -1] - (taken * ranked).sum(axis=1)
        return np.asarray(leads @ self.weights + gain)

    def worst(self, leads: Floats) -> Floats:
        """Return what each lead comes to at worst."""
        return -self.best(-leads)

    def at(self, shift: Floats) -> Floats:
        """Return the weights after a shift in units of the ball: 0 or more, sum 1."""
        moved = np.clip(self.weights + self.size * shift, 0.0, None)
        return np.asarray(moved / moved.sum())


@dataclass(frozen=True, eq=False)
class Race:
    """A ward that has to be ahead of some of its rivals.

    Attributes
    ----------
    leads
        One row a rival, one column a criterion.
    weights
        The weights that are given.
    need
        Of how many rivals it has to be ahead.
    margin
        By how much, in value from 0 to 1.
    spare
        What programmes ask for beyond the margin, as they may miss it by a little.
    """

    leads: Floats
    weights: Floats
    need: int
    margin: float
    spare: float = 2 * SHARP

    @property
    def asked(self) -> float:
        """What programmes ask for."""
        return self.margin + self.spare

    def size(self, weights: Floats) -> float:
        """Return how far weights are from those given."""
        return float(np.maximum(weights - self.weights, 0.0).sum())

    def least_alone(self, size: float) -> float:
        """Return a shift that no weights are nearer than that win, from what each rival takes by itself.

        Parameters
        ----------
        size
            A shift that it is not above.
        """
        low, high = 0.0, size
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            enough = (Ball(self.weights, middle).best(self.leads) >= self.margin).sum() >= self.need
            low, high = (low, middle) if enough else (middle, high)
        return low

    def against(self, rows: Ids) -> "Race":
        """Return the race against some of the rivals, who may stay ahead as many as before."""
        return replace(self, leads=self.leads[rows], need=self.need - len(self.leads) + len(rows))

    @cached_property
    def everything(self) -> Ball:
        """All weights there are."""
        return Ball(self.weights, 1.0)

    def ahead(self, weights: Floats) -> Marks:
        """Tell of whom the ward is ahead by the margin."""
        return np.asarray(self.leads @ weights >= self.margin)

    def finished(self, weights: Floats) -> Floats:
        """Return the nearest weights at which the ward is ahead of the same rivals, to the last digit.

        Parameters
        ----------
        weights
            Weights at which the ward is ahead of as many as it needs.
        """
        ahead = np.argsort(-(self.leads @ weights), kind="stable")[: self.need]
        near = Ball(self.weights, max(self.size(weights), LAST_DIGIT) * (1 + 10 * NEARER))
        shift = ShiftProgramme(replace(self, spare=LAST_DIGIT), ahead, near).least_shift()
        closer = weights if shift is None else near.at(shift)
        return self._stopped(closer if self.ahead(closer).sum() >= self.need else weights)

    def _stopped(self, weights: Floats) -> Floats:
        """Return the weights on the way to others at which the ward is ahead of enough for the first time."""
        way = weights - self.weights
        way[np.abs(way) < LAST_DIGIT] = 0.0
        now, gain = self.leads @ self.weights, self.leads @ way
        stays = self.ahead(weights) & self.ahead(self.weights)
        gets = self.ahead(weights) & ~stays
        parts = np.sort((self.margin + LAST_DIGIT - now[gets]) / gain[gets])
        part = min(float(parts[self.need - int(stays.sum()) - 1]), 1.0)
        return np.clip(self.weights + part * way, 0.0, None)


class ShiftProgramme(Solver):
    """The programme of shifts in a ball, with the leads over some rivals.

    Columns are how much each criterion gains, how much it loses, and the smallest lead beyond what is asked;
    rows are the leads, the balance of gains and losses, and the size.

    Parameters
    ----------
    race
        The race.
    rows
        The rivals that are in it.
    ball
        The ball.
    """

    def __init__(self, race: Race, rows: Ids, ball: Ball) -> None:
        from scipy import sparse

        leads, count = race.leads[rows], len(race.weights)
        self._count, self._rows = count, len(rows)
        self._asked = (race.asked - leads @ race.weights) / ball.size
        gains, losses, none = np.ones(count), np.zeros(count), [0.0]
        matrix = np.vstack(
            [
                np.hstack([leads, -leads, -np.ones((len(rows), 1))]),
                np.concatenate([gains, -gains, none]),
                np.concatenate([gains, losses, none]),
            ]
        )
        super().__init__(
            sparse.csr_matrix(matrix),
            np.concatenate([self._asked, [0.0, -np.inf]]),
            np.concatenate([np.full(len(rows), np.inf), [0.0, 1.0 - NEARER]]),
            np.concatenate([np.zeros(2 * count), [-FAR]]),
            np.concatenate([np.full(count, np.inf), race.weights / ball.size, [FAR]]),
        )
        for feasible in ("primal_feasibility_tolerance", "dual_feasibility_tolerance"):
            self._highs.setOptionValue(feasible, SHARP)
        self._out: frozenset[int] = frozenset()
        self._lead = np.array([2 * count])

    def leave_out(self, rows: Collection[int]) -> None:
        """Leave out some of the rivals, and none else: they may be ahead."""
        out = frozenset(rows)
        for row in sorted(out ^ self._out):
            self._highs.changeRowBounds(row, -np.inf if row in out else self._asked[row], np.inf)
        self._out = out

    def most_lead(self) -> tuple[float, Floats]:
        """Return the smallest lead beyond what is asked at best, in units of the ball, and what it rests on.

        What it rests on is a share of each rival: their mix is ahead of the ward by as much whatever the
        weights in the ball, where the lead is below 0.
        """
        self.limit(self._lead, np.array([-FAR]), np.array([FAR]))
        self.aim(np.concatenate([np.zeros(2 * self._count), [-1.0]]))
        found = self.solve()
        if found is None:
            raise AssertionError("no shift at all is always possible")
        return float(found[-1]), np.maximum(self.row_duals()[: self._rows], 0.0)

    def least_shift(self) -> Floats | None:
        """Return the smallest shift to a lead over all who are in, in units of the ball; None if none is."""
        self.limit(self._lead, np.zeros(1), np.zeros(1))
        self.aim(np.concatenate([np.ones(self._count), np.zeros(self._count + 1)]))
        found = self.solve()
        return None if found is None else found[: self._count] - found[self._count : 2 * self._count]


def no_lesser_than(leads: Floats) -> npt.NDArray[np.int64]:
    """Count for each lead how many others are no higher on any criterion.

    A lead over one rival that is no lower than that over another is there as soon as the other is. Of leads
    that are equal, each counts those before it.
    """
    below = np.ones((len(leads), len(leads)), dtype=bool)
    for column in leads.T:
        below &= column[None, :] <= column[:, None]
    same = below & below.T
    return np.asarray(below.sum(axis=1) - same.sum(axis=1) + np.tril(same, -1).sum(axis=1), dtype=np.int64)


def on_lines(race: Race) -> Floats | None:
    """Return the weights nearest to those given, among moves between two criteria or towards one, that win.

    It is a start for a search, not the smallest shift; None where no such move wins.
    """
    count, best, found = len(race.weights), np.inf, None
    each = np.eye(count)
    for to in range(count):
        moves = [(each[to] - each[off], race.weights[off]) for off in range(count) if off != to]
        for way, longest in [*moves, (each[to] - race.weights, 1.0)]:
            part = _first_win(race, way, float(longest))
            size = part * float(np.maximum(way, 0.0).sum())
            if size < best:
                best, found = size, race.weights + part * way
    return found


def _first_win(race: Race, way: Floats, longest: float) -> float:
    """Return how far along a way the ward is ahead of enough for the first time; endless if never."""
    now, gain = race.leads @ race.weights - race.asked, race.leads @ way
    crossing = np.divide(-now, gain, out=np.full(len(now), np.inf), where=gain != 0)
    starts = np.where(now >= 0, 0.0, np.where(gain > 0, crossing, np.inf))
    ends = np.where(gain < 0, np.where(now >= 0, crossing, -np.inf), np.inf)
    there = np.isfinite(starts) & (starts <= longest) & (starts <= ends)
    first, last = np.sort(starts[there]), np.sort(ends[there])
    held = np.arange(1, len(first) + 1) - np.searchsorted(last, first, side="left")
    wins = np.flatnonzero(held >= race.need)
    return float(first[wins[0]]) if len(wins) else np.inf
