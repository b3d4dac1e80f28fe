"""What is left of a choice of sites once most of it is decided: a small linear programme, solved exactly.

Steps towards the best worth of serving each point become slow where many choices are nearly as good. Where
few sites and points are left, the programme in which sites are chosen in part has that worth in its duals,
and shows by the parts which site is in doubt. The bound itself is computed from the worth as everywhere else.

Source
------
S. Garcia, M. Labbe and A. Marin, Solving large p-median problems with a radius formulation, INFORMS Journal
on Computing 23, 2011.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from models.siting import Floats, Rows, Rules
from models.siting_part import Choosing, Part
from models.siting_table import Table
from models.solver import Solver

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Condition = tuple[Rows, Floats, float, float]
"""Sites, the weight of each, and what their weighted sum is at least and at most."""

FEW: Final = 2_000
FEW_COVERED: Final = 12_000
"""Up to so many pairs of site and point little is left; more in a covering, where a point has one level."""

LEAST_UNIT: Final = 1e-300
"""So that the unit of losses is above 0."""


@dataclass(frozen=True, eq=False)
class Solved:
    """The best choice of sites in part.

    Attributes
    ----------
    worth, price
        What serving each point of the part is worth, and what a unit of cost is.
    share
        Which part of each site is chosen.
    """

    worth: Floats
    price: float
    share: Floats


def solve_rest(part: Part, rules: Rules) -> Solved | None:
    """Choose the free sites of a part in part, so that what all points lose is least.

    A point loses what its nearest site costs, and for each further level of loss the difference to the level
    before for the share that is not served by then.

    Parameters
    ----------
    part
        The part, of which the rules allow a choice and in which something is left to choose.
    rules
        Which choices may be made.

    Returns
    -------
    The worth of serving each point that gives the best bound; None where the rules allow no choice, even in
    part.
    """
    levels, choosing = _Levels(part.table), Choosing(part, rules)
    count, sites = len(levels.loss), choosing.count
    unit = max(float(levels.step.mean()), LEAST_UNIT)
    conditions = list(_conditions(choosing))
    programme = Solver(
        _matrix(levels, conditions, sites),
        np.concatenate([levels.first, [least for _, _, least, _ in conditions]]),
        np.concatenate([np.full(count, np.inf), [most for _, _, _, most in conditions]]),
        np.zeros(count + sites),
        np.concatenate([np.full(count, np.inf), np.ones(sites)]),
    )
    programme.aim(np.concatenate([levels.step / unit, np.zeros(sites)]))
    found = programme.solve()
    if found is None:
        return None
    duals = programme.row_duals()
    price = 0.0 if choosing.cost is None else max(-float(duals[-1]) * unit / choosing.typical, 0.0)
    return Solved(levels.worth(duals[:count] * unit), price, found[count:])


class _Levels:
    """The losses that each point of a table can have, the least first: a level is one of one point.

    Attributes
    ----------
    site, level
        Of each pair of a site and a point.
    point, loss, first
        Of each level: its point, the loss, and whether it is the least of that point.
    step
        By how much more the point loses at its next level, or unserved.
    """

    def __init__(self, table: Table) -> None:
        site, point, loss = table.listed()
        order = np.lexsort((loss, point))
        self.site, point, loss = site[order], point[order], loss[order]
        starts = (np.diff(point, prepend=-1) != 0) | (np.diff(loss, prepend=-1.0) != 0)
        self.level = np.cumsum(starts) - 1
        self.point, self.loss = point[starts], loss[starts]
        self.first = np.diff(self.point, prepend=-1) != 0
        self.ceiling = table.ceiling
        last, after = np.append(self.first[1:], True), np.append(self.loss[1:], 0.0)
        self.step = np.where(last, table.ceiling[self.point], after) - self.loss

    def worth(self, duals: Floats) -> Floats:
        """Return what serving each point is worth: what a whole site at its first level would spare."""
        worth, points = self.ceiling.copy(), self.point[self.first]
        worth[points] = np.clip(self.loss[self.first] + duals[self.first], 0.0, self.ceiling[points])
        return worth


def _conditions(choosing: Choosing) -> Iterator[Condition]:
    """Yield how many sites are chosen, that one is of each group that is owed one, and what they cost."""
    sites = np.arange(choosing.count)
    yield sites, np.ones(len(sites)), max(choosing.least, 0), choosing.room
    for rows in choosing.owed:
        yield rows, np.ones(len(rows)), 1.0, np.inf
    if choosing.cost is not None:
        yield sites, choosing.cost / choosing.typical, -np.inf, choosing.left / choosing.typical


def _matrix(levels: _Levels, conditions: list[Condition], sites: int) -> "csr_matrix":
    """Return a row for each level, then one for each condition, over the levels and then the sites.

    At its first level a point is unserved unless it is served there, at a later one by as much as before it.
    """
    from scipy.sparse import bmat, coo_matrix, csr_matrix

    count = len(levels.loss)
    every, later = np.arange(count), np.flatnonzero(~levels.first)
    signs = np.concatenate([np.ones(count), np.full(len(later), -1.0)])
    places = np.concatenate([every, later]), np.concatenate([every, later - 1])
    unserved = coo_matrix((signs, places), (count, count))
    served = coo_matrix((np.ones(len(levels.site)), (levels.level, levels.site)), (count, sites))
    rows = np.repeat(np.arange(len(conditions)), [len(of) for of, *_ in conditions])
    columns = np.concatenate([of for of, *_ in conditions])
    weights = np.concatenate([weight for _, weight, *_ in conditions])
    asked = coo_matrix((weights, (rows, columns)), (len(conditions), sites))
    return csr_matrix(bmat([[unserved, served], [None, asked]]))
