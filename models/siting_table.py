"""The losses of points by site, as a full table or as a list of pairs, whichever is quicker to go through.

The savings of all swaps at once: M. G. C. Resende and R. F. Werneck, A hybrid heuristic for the p-median
problem, Journal of Heuristics 10, 2004.
"""

from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from models.siting import Floats, Marks, Rows, Siting

FULL_FROM: Final = 0.15
"""From this share of all pairs on, a full table is quicker than a list of pairs."""


@dataclass(frozen=True, eq=False)
class Served:
    """By which of the chosen sites each point is served.

    Attributes
    ----------
    by
        The place in the choice of the site that serves it; -1 where it loses what it loses today.
    least, second
        What it loses, and would lose if that site were not there.
    """

    by: Rows
    least: Floats
    second: Floats


class Table(Protocol):
    """Losses of points by site: a row is a place in `sites`, a column one in `points`."""

    sites: Rows
    points: Rows
    ceiling: Floats

    def only(self, rows: Rows) -> "Table":
        """Return the table of some of its sites."""

    def below(self, ceiling: Floats) -> "Table":
        """Return the table with lower ceilings, of the points alone that a site still serves."""

    @property
    def pairs(self) -> int:
        """How many pairs of a site and a point are gone through."""

    def listed(self) -> tuple[Rows, Rows, Floats]:
        """Return row, column and loss of each pair below the ceiling of its point."""

    def losses(self, row: int) -> Floats:
        """Return what each point loses when it is served by one site, the ceiling at most."""

    def reduced(self, worth: Floats) -> Floats:
        """Return what each site saves, below 0, when serving a point is worth so much: its reduced cost."""

    def served(self, rows: Rows, worth: Floats) -> Floats:
        """Return of each point by how many of some sites it is served for less than it is worth."""

    def gains(self, now: Floats) -> Floats:
        """Return by how much less all points lose when each site is added to what they lose now."""

    def serve(self, rows: Rows) -> Served:
        """Return how a choice serves each point."""

    def swaps(self, now: Served, count: int) -> Floats:
        """Return what a swap of each of `count` chosen sites (rows) against each site saves."""


def table_of(siting: Siting) -> Table:
    """Return the losses of a problem in the form that is quicker to go through."""
    points = len(siting.ceiling)
    if len(siting.loss) < FULL_FROM * points * siting.sites:
        return PairTable(
            np.arange(siting.sites), np.arange(points), siting.ceiling, siting.point, siting.site, siting.loss
        )
    loss = np.tile(siting.ceiling, (siting.sites, 1))
    loss[siting.site, siting.point] = siting.loss
    return FullTable(np.arange(siting.sites), np.arange(points), siting.ceiling, loss)


class FullTable:
    """A loss for every site (row) and point (column)."""

    def __init__(self, sites: Rows, points: Rows, ceiling: Floats, loss: Floats) -> None:
        self.sites, self.points, self.ceiling, self.loss = sites, points, ceiling, loss
        self._room = np.empty_like(loss)

    def only(self, rows: Rows) -> "FullTable":
        """Keep the rows of some sites."""
        return FullTable(self.sites[rows], self.points, self.ceiling, self.loss[rows])

    def below(self, ceiling: Floats) -> Table:
        """Keep the columns that a site serves for less; as pairs where few of their losses are less."""
        served = self.loss < ceiling
        kept = np.flatnonzero(served.any(axis=0))
        served = served[:, kept]
        points, ceiling = self.points[kept], ceiling[kept]
        if served.sum() < FULL_FROM * served.size:
            row, point = np.nonzero(served)
            return PairTable(self.sites, points, ceiling, point, row, self.loss[row, kept[point]])
        return FullTable(self.sites, points, ceiling, np.minimum(self.loss[:, kept], ceiling))

    @property
    def pairs(self) -> int:
        """All of them."""
        return self.loss.size

    def listed(self) -> tuple[Rows, Rows, Floats]:
        """Look for the losses that are below the ceiling."""
        row, point = np.nonzero(self.loss < self.ceiling)
        return row, point, self.loss[row, point]

    def losses(self, row: int) -> Floats:
        """Take the row of the site."""
        return self.loss[row]

    def reduced(self, worth: Floats) -> Floats:
        """Sum up along each row what a loss is below the worth: the losses above it count as it."""
        np.minimum(self.loss, worth, out=self._room)
        return self._room.sum(axis=1) - worth.sum()

    def served(self, rows: Rows, worth: Floats) -> Floats:
        """Count along each column the losses below the worth."""
        return (self.loss[rows] < worth).sum(axis=0).astype(float)

    def gains(self, now: Floats) -> Floats:
        """Take what all points lose now as the worth of serving them."""
        return -self.reduced(now)

    def serve(self, rows: Rows) -> Served:
        """Look in each column for the least loss and, without it, for the next."""
        loss = np.vstack([self.ceiling, self.loss[rows]])
        points = np.arange(loss.shape[1])
        by = loss.argmin(axis=0)
        least = loss[by, points]
        loss[by, points] = np.inf
        second = np.minimum(loss.min(axis=0), self.ceiling) if len(rows) else self.ceiling
        return Served(by - 1, least, second)

    def swaps(self, now: Served, count: int) -> Floats:
        """Look only at the losses that are below the second one of their point."""
        row, point = np.divmod(np.flatnonzero(self.loss < now.second), len(self.points))
        return _swaps(row, point, self.loss[row, point], now, count, len(self.sites))


class PairTable:
    """A loss for each pair of a site and a point that it can serve, sorted by site."""

    def __init__(
        self, sites: Rows, points: Rows, ceiling: Floats, point: Rows, row: Rows, loss: Floats
    ) -> None:
        self.sites, self.points, self.ceiling = sites, points, ceiling
        self.point, self.row, self.loss = point, row, loss
        self._starts = np.searchsorted(row, np.arange(len(sites) + 1))

    def only(self, rows: Rows) -> "PairTable":
        """Keep the pairs of some sites."""
        there = np.full(len(self.sites), -1)
        there[rows] = np.arange(len(rows))
        row = there[self.row]
        kept = row >= 0
        point, loss = self.point[kept], self.loss[kept]
        return PairTable(self.sites[rows], self.points, self.ceiling, point, row[kept], loss)

    def below(self, ceiling: Floats) -> "PairTable":
        """Keep the pairs that are less, and their points."""
        pairs = self.loss < ceiling[self.point]
        point, row, loss = self.point[pairs], self.row[pairs], self.loss[pairs]
        kept, place = np.unique(point, return_inverse=True)
        return PairTable(self.sites, self.points[kept], ceiling[kept], place, row, loss)

    @property
    def pairs(self) -> int:
        """Those below a ceiling."""
        return len(self.loss)

    def listed(self) -> tuple[Rows, Rows, Floats]:
        """Return the pairs as they are."""
        return self.row, self.point, self.loss

    def losses(self, row: int) -> Floats:
        """Set the pairs of the site into the ceilings."""
        loss = self.ceiling.copy()
        pairs = slice(self._starts[row], self._starts[row + 1])
        loss[self.point[pairs]] = self.loss[pairs]
        return loss

    def reduced(self, worth: Floats) -> Floats:
        """Sum up over the pairs of each site what a loss is below the worth."""
        less = np.minimum(self.loss - worth[self.point], 0.0)
        return _added(self.row, less, len(self.sites))

    def served(self, rows: Rows, worth: Floats) -> Floats:
        """Count over the pairs of the sites the losses below the worth."""
        ours = mark(rows, len(self.sites))[self.row] & (self.loss < worth[self.point])
        return _added(self.point, ours, len(self.ceiling))

    def gains(self, now: Floats) -> Floats:
        """Take what all points lose now as the worth of serving them."""
        return -self.reduced(now)

    def serve(self, rows: Rows) -> Served:
        """Sort the pairs of the chosen sites by point and loss: the first two of each point count."""
        pairs = self._pairs_of(rows)
        place = np.repeat(np.arange(len(rows)), self._starts[rows + 1] - self._starts[rows])
        order = np.lexsort((self.loss[pairs], self.point[pairs]))
        point, loss, place = self.point[pairs][order], self.loss[pairs][order], place[order]
        by = np.full(len(self.ceiling), -1)
        least, second = self.ceiling.copy(), self.ceiling.copy()
        starts = np.diff(point, prepend=-1) > 0
        first = np.flatnonzero(starts)
        again = np.flatnonzero(~starts[1:] & starts[:-1]) + 1
        by[point[first]], least[point[first]] = place[first], loss[first]
        second[point[again]] = loss[again]
        return Served(by, least, second)

    def swaps(self, now: Served, count: int) -> Floats:
        """Look only at the pairs that are below the second loss of their point."""
        near = np.flatnonzero(self.loss < now.second[self.point])
        return _swaps(self.row[near], self.point[near], self.loss[near], now, count, len(self.sites))

    def _pairs_of(self, rows: Rows) -> Rows:
        lengths = self._starts[rows + 1] - self._starts[rows]
        shift = np.repeat(self._starts[rows] - (np.cumsum(lengths) - lengths), lengths)
        return np.arange(lengths.sum()) + shift


def _swaps(row: Rows, point: Rows, loss: Floats, now: Served, count: int, sites: int) -> Floats:
    """Add up what swaps save, from the losses below the second one of their point.

    It is what the new site gains, less what the points of the old one lose without it; those that the new
    site serves better than their second lose less.
    """
    by, least, second = now.by[point], now.least[point], now.second[point]
    ours = by >= 0
    spared = second - np.maximum(loss, least)
    saved = _added(by[ours] * sites + row[ours], spared[ours], count * sites).reshape(count, sites)
    saved += _added(row, np.maximum(least - loss, 0.0), sites)
    served = now.by >= 0
    saved -= _added(now.by[served], (now.second - now.least)[served], count)[:, None]
    return saved


def _added(places: Rows, values: Floats | Marks, count: int) -> Floats:
    """Return the sum of the values of each of `count` places: of no values too, floats."""
    return np.bincount(places, weights=values, minlength=count).astype(float, copy=False)


def mark(rows: Rows, count: int) -> Marks:
    """Return which of `count` places are among some rows."""
    marks = np.zeros(count, dtype=bool)
    marks[rows] = True
    return marks
