"""The linear programmes of a choice of sites with capacities: which share of each point which site serves.

A site that is chosen in part may serve that part of a point and fill that part of its capacity. Said of each
pair and of each site, that makes the bound as good as the Lagrangian one.

Sources
-------
G. Cornuejols, R. Sridharan and J. M. Thizy, A comparison of heuristics and relaxations for the capacitated
plant location problem, European Journal of Operational Research 50, 1991.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.siting import Floats, Marks, Rows, Siting
from models.siting_swaps import Stop, never
from models.siting_table import mark
from models.solver import Solver

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

A_WHILE_S: Final = 0.3
"""After so many seconds of one programme it is asked for the first time whether to go on."""

LONGEST_S: Final = 1.5
"""And after so many at the latest from then on."""

SLACK: Final = 1e-9
"""The share by which a programme may go beyond a budget: the rules themselves are kept exactly."""

SHARP: Final = 1e-10
"""By how much of a unit two costs differ at least that are told apart: the least that HiGHS takes."""

FULL: Final = 1e-9
"""What may be missing of a whole share by rounding."""


@dataclass(frozen=True, eq=False)
class Solved:
    """A solution of the programme in which sites are chosen in part.

    Attributes
    ----------
    part
        Which part of each site is chosen.
    worth, price
        What serving each point is worth, from 0 to its ceiling, and what a unit of cost is.
    stopped
        Whether it was stopped before the best solution: worth and price give a bound all the same.
    """

    part: Floats
    worth: Floats
    price: float
    stopped: bool


class Stoppable(Solver):
    """A programme that can be stopped while it is solved."""

    def run(self, stop: Stop) -> object:
        """Solve from where it stands until there is an answer or it is to be stopped; return the status."""
        statuses, again, wait_s = self._kit.HighsModelStatus, False, A_WHILE_S
        while True:
            self._highs.setOptionValue("time_limit", self._highs.getRunTime() + wait_s)
            self._highs.run()
            status = self._highs.getModelStatus()
            if status in (statuses.kOptimal, statuses.kInfeasible):
                return status
            if status == statuses.kTimeLimit:
                if stop():
                    return status
                wait_s = min(wait_s * 1.5, LONGEST_S)  # a large programme is slow to take its first step
            elif again:
                raise RuntimeError(f"the programme ended with {self._highs.modelStatusToString(status)}")
            else:
                self._highs.clearSolver()
                again = True

    def sharpen(self) -> None:
        """Have it see differences of cost that are small beside those of most columns."""
        self._highs.setOptionValue("dual_feasibility_tolerance", SHARP)

    def table(self, stop: Stop) -> Floats | None:
        """Return the columns of a best table; None where it is stopped before. There has to be a table."""
        status = self.run(stop)
        if status == self._kit.HighsModelStatus.kInfeasible:
            raise AssertionError("there is always a table")
        optimal = status == self._kit.HighsModelStatus.kOptimal
        return np.asarray(self._highs.getSolution().col_value) if optimal else None


class Programme(Stoppable):
    """The choice of sites in part.

    Columns are the pairs, then the sites; losses are counted in mean ceilings, people in capacities.
    """

    def __init__(self, siting: Siting, weight: Floats, capacity: Floats) -> None:
        self._siting = siting
        self._unit = _unit_of(siting)
        matrix, low, high = _rows_of(siting, weight, capacity)
        super().__init__(matrix, low, high, np.zeros(matrix.shape[1]), np.ones(matrix.shape[1]))
        gain = siting.ceiling[siting.point] - siting.loss
        self.aim(np.concatenate([-gain / self._unit, np.zeros(siting.sites)]))

    def solve_part(self, may: Marks, must: Marks, stop: Stop) -> Solved | None:
        """Return the best solution that has some sites, and others only among some; None where there is none.

        Parameters
        ----------
        may, must
            Which sites may be chosen, and which have to be.
        stop
            Is asked every now and then whether to stop.
        """
        siting, pairs, points = self._siting, len(self._siting.loss), len(self._siting.ceiling)
        self.limit(self.columns[pairs:], must.astype(float), may.astype(float))
        status = self.run(stop)
        if status == self._kit.HighsModelStatus.kInfeasible:
            return None
        solution = self._highs.getSolution()
        dual = np.asarray(solution.row_dual)
        worth = np.clip(siting.ceiling + dual[:points] * self._unit, 0.0, siting.ceiling)
        price = max(-float(dual[points]) * self._unit, 0.0) / _budget_of(siting)
        stopped = status == self._kit.HighsModelStatus.kTimeLimit
        return Solved(np.asarray(solution.col_value)[pairs:], worth, price, stopped)


def shares_of(
    siting: Siting, weight: Floats, capacity: Floats, chosen: Rows, stop: Stop = never
) -> tuple[Floats, Floats]:
    """Return which share of its point each pair serves at best with some sites, and what serving is worth.

    Shares keep the capacities and add up to 1 a point at most; they are 0 for the sites that are not chosen.
    When it is told to stop, they are good ones, and serving is worth a ceiling, which bounds little.
    """
    from scipy import sparse

    pairs = np.flatnonzero(mark(chosen, siting.sites)[siting.site])
    point, site = siting.point[pairs], siting.site[pairs]
    share, worth = np.zeros(len(siting.loss)), siting.ceiling.copy()
    if not len(pairs):
        return share, worth
    points, row = np.unique(point, return_inverse=True)
    place = np.unique(site, return_inverse=True)[1]
    people = weight[point]
    number = np.arange(len(pairs))
    filled = np.divide(people, capacity[site], out=np.zeros(len(pairs)), where=people > 0)
    matrix = sparse.csr_matrix(
        (
            np.concatenate([np.ones(len(pairs)), filled]),
            (np.concatenate([row, len(points) + place]), np.concatenate([number, number])),
        )
    )
    rows = matrix.shape[0]
    solver = Stoppable(
        matrix, np.full(rows, -np.inf), np.ones(rows), np.zeros(len(pairs)), np.ones(len(pairs))
    )
    solver.sharpen()
    unit = _unit_of(siting)
    solver.aim((siting.loss[pairs] - siting.ceiling[point]) / unit)
    found = None if stop() else solver.table(stop)
    if found is None:
        gain = np.full(len(pairs), np.inf)
        np.divide(siting.ceiling[point] - siting.loss[pairs], people, out=gain, where=people > 0)
        share[pairs] = _kept(_shared_out(gain, row, place, filled), row, place, filled)
        return share, worth
    share[pairs] = _kept(found, row, place, filled)
    worth[points] += np.minimum(solver.row_duals()[: len(points)], 0.0) * unit
    return share, np.maximum(worth, 0.0)


def loss_of(siting: Siting, share: Floats) -> float:
    """Return what all points lose together when each pair serves a share of its point."""
    left = 1.0 - np.bincount(siting.point, weights=share, minlength=len(siting.ceiling))
    left[left < FULL] = 0.0
    return float(siting.ceiling @ left + siting.loss @ share)


def _shared_out(gain: Floats, point: Rows, site: Rows, filled: Floats) -> Floats:
    """Return the share of each pair where those that gain most a head are served first, one by one."""
    share = np.zeros(len(gain))
    left, room = [1.0] * (int(point.max()) + 1), [1.0] * (int(site.max()) + 1)
    order = np.argsort(-gain, kind="stable")
    listed = (each[order].tolist() for each in (point, site, filled))
    for pair, home, place, fill in zip(order.tolist(), *listed, strict=True):
        if left[home] > 0 and room[place] > 0:
            served = min(left[home], room[place] / fill if fill > 0 else 1.0)
            share[pair] = served
            left[home] -= served
            room[place] -= served * fill
    return share


def _kept(share: Floats, point: Rows, site: Rows, filled: Floats) -> Floats:
    """Return shares that keep to their limits exactly, and are whole where only rounding is missing."""
    share = np.clip(share, 0.0, 1.0)
    share = np.where(share < FULL, 0.0, share)
    total = np.bincount(point, weights=share)[point]
    share = np.where(total > 1.0 - FULL, share / np.where(total > 0, total, 1.0), share)
    full = np.bincount(site, weights=share * filled)[site]
    return share / np.where(full > 1.0 + FULL, full, 1.0)


def _unit_of(siting: Siting) -> float:
    """Return what losses are counted in: the mean of the ceilings that are above 0."""
    some = siting.ceiling[siting.ceiling > 0]
    return float(some.mean()) if len(some) else 1.0


def _budget_of(siting: Siting) -> float:
    """Return what costs are counted in."""
    budget = siting.rules.budget
    return budget if 0 < budget < np.inf else 1.0


def _rows_of(siting: Siting, weight: Floats, capacity: Floats) -> tuple["csr_matrix", Floats, Floats]:
    """Return the rows of the programme and their limits.

    Points, the budget, capacities and pairs come first; then how many sites, and one of each group.
    """
    from scipy import sparse

    rules, pairs, points = siting.rules, len(siting.loss), len(siting.ceiling)
    number = np.arange(pairs)
    people, room = weight[siting.point], capacity[siting.site]
    share = np.divide(people, room, out=np.zeros(pairs), where=people > 0)
    linked = np.flatnonzero(people <= room)
    by_point = sparse.csr_matrix((np.ones(pairs), (siting.point, number)), (points, pairs))
    by_site = sparse.csr_matrix((share, (siting.site, number)), (siting.sites, pairs))
    by_pair = sparse.csr_matrix((np.ones(pairs), (number, number)), (pairs, pairs))
    chosen = sparse.csr_matrix((np.ones(pairs), (number, siting.site)), (pairs, siting.sites))
    cost = np.zeros(siting.sites) if rules.spending is None else rules.spending / _budget_of(siting)
    within = np.inf if rules.spending is None else rules.budget / _budget_of(siting) + SLACK
    groups = np.zeros((len(rules.one_of), siting.sites))
    for row, group in enumerate(rules.one_of):
        groups[row, group] = 1.0
    matrix = sparse.block_array(
        [
            [by_point, None],
            [None, sparse.csr_matrix(cost[None, :])],
            [by_site, -sparse.identity(siting.sites)],
            [by_pair[linked], -chosen[linked]],
            [None, sparse.csr_matrix(np.vstack([np.ones(siting.sites), groups]))],
        ],
        format="csr",
    )
    joined = siting.sites + len(linked)
    low = np.concatenate([np.full(points + 1 + joined, -np.inf), [rules.least], np.ones(len(groups))])
    high = np.concatenate(
        [np.ones(points), [within], np.zeros(joined), [rules.most], np.full(len(groups), np.inf)]
    )
    return sparse.csr_matrix(matrix), low, high
