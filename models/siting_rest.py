"""What is left of a choice of sites once most of it is decided: a small linear programme, solved exactly.

Steps towards the best worth of serving each point become slow where many choices are nearly as good. Where few
sites and points are left, the programme in which sites are chosen in part has that worth in its duals, and
shows by the parts which site is in doubt. The bound itself is computed from the worth as everywhere else.

Source
------
S. Garcia, M. Labbe and A. Marin, Solving large p-median problems with a radius formulation, INFORMS Journal on
Computing 23, 2011.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.siting import Floats, Rules
from models.siting_part import Choosing, Part
from models.solver import Solver

FEW: Final = 2_000
FEW_COVERED: Final = 12_000
"""Up to so many pairs of a site and a point little is left; more in a covering, where a point has one level."""


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
    from scipy.sparse import csr_matrix

    row, point, loss = part.table.listed()
    order = np.lexsort((loss, point))
    row, point, loss = row[order], point[order], loss[order]
    starts = (np.diff(point, prepend=-1) != 0) | (np.diff(loss, prepend=-1.0) != 0)
    level = np.cumsum(starts) - 1
    of, at = point[starts], loss[starts]
    first = np.diff(of, prepend=-1) != 0
    last = np.append(first[1:], True)
    step = np.where(last, part.table.ceiling[of], np.append(at[1:], 0.0)) - at
    levels, sites = len(at), len(part.table.sites)
    unit = max(float(step.mean()), 1e-300)

    choosing = Choosing(part, rules)
    numbers = np.arange(levels)
    later = numbers[~first]
    every = np.arange(sites)
    cells = [(level, levels + row, 1.0), (numbers, numbers, 1.0), (later, later - 1, -1.0)]
    low, high = [first.astype(float)], [np.full(levels, np.inf)]
    count = levels
    conditions: list[tuple[Floats, Floats | float, float, float]] = [
        (every, 1.0, max(choosing.least, 0), choosing.room)
    ]
    conditions += [(rows, 1.0, 1.0, np.inf) for rows in choosing.owed]
    if choosing.cost is not None:
        conditions.append(
            (every, choosing.cost / choosing.typical, -np.inf, choosing.left / choosing.typical)
        )
    for rows, weight, least, most in conditions:
        cells.append((np.full(len(rows), count), levels + rows, weight))
        low.append(np.array([least]))
        high.append(np.array([most]))
        count += 1
    values = np.concatenate([np.broadcast_to(np.asarray(v, dtype=float), len(r)) for r, _, v in cells])
    places = np.concatenate([r for r, _, _ in cells]), np.concatenate([c for _, c, _ in cells])
    matrix = csr_matrix((values, places), shape=(count, levels + sites))
    programme = Solver(
        matrix, np.concatenate(low), np.concatenate(high), np.zeros(levels + sites), np.ones(levels + sites)
    )
    programme.aim(np.concatenate([step / unit, np.zeros(sites)]))
    found = programme.solve()
    if found is None:
        return None
    duals = programme.row_duals() * unit
    worth = part.table.ceiling.copy()
    worth[of[first]] = np.clip(at[first] + duals[:levels][first], 0.0, part.table.ceiling[of[first]])
    price = 0.0 if choosing.cost is None else max(-float(duals[-1]) / choosing.typical, 0.0)
    return Solved(worth, price, found[levels:])
