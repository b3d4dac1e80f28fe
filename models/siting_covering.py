"""A covering made smaller: points that are covered wherever others are, and sites that another one betters.

Dominated rows and columns of a set covering are left out in turn (Garfinkel and Nemhauser 1972).
"""

from typing import Final

import numpy as np

from models.siting import Marks, Rows

MOST: Final = 4_000
"""Of more points or sites than these no two are compared."""


def what_decides(points: Rows, point: Rows, site: Rows, free: Marks) -> tuple[Rows, Rows]:
    """Return the points and the sites that decide whether a choice of so many sites covers some points.

    A point that every site serves that serves another one is covered wherever that other one is. A site that
    serves no point that another one does not serve as well is not needed.

    Parameters
    ----------
    points
        The points that are to be covered, sorted.
    point, site
        Which site serves which point, one a pair.
    free
        Of each site, whether another one may stand in for it.

    Examples
    --------
    >>> import numpy as np
    >>> what_decides(np.array([0, 1]), np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([True, True]))
    (array([1]), array([1]))
    """
    sites = np.arange(len(free))
    if max(len(points), len(sites)) > MOST:
        return points, sites
    ours = np.isin(point, points)
    served = np.zeros((len(points), len(free)), dtype=bool)
    served[np.searchsorted(points, point[ours]), site[ours]] = True
    before = (-1, -1)
    while served.shape != before and served.size:
        before = served.shape
        kept = ~_have_another(served)
        points, served = points[kept], served[kept]
        kept = ~(_lie_in_another(served.T) & free[sites])
        sites, served = sites[kept], served[:, kept]
    return points, sites


def _have_another(sets: Marks) -> Marks:
    """Say of each set, a row, whether another one lies in it: of two that are the same, an earlier one."""
    inside = _inside(sets)
    return np.any(inside & (~inside.T | _earlier(len(sets))), axis=0)


def _lie_in_another(sets: Marks) -> Marks:
    """Say of each set, a row, whether it lies in another one: of two that are the same, in an earlier one."""
    inside = _inside(sets)
    return np.any(inside & (~inside.T | _earlier(len(sets)).T), axis=1)


def _inside(sets: Marks) -> Marks:
    """Say of each set (row) whether it lies in each other one (column)."""
    some = sets.astype(np.float32)
    inside: Marks = some @ some.T >= some.sum(axis=1)[:, None]
    np.fill_diagonal(inside, False)
    return inside


def _earlier(count: int) -> Marks:
    """Say of each place (row) whether it comes before each other one (column)."""
    return np.arange(count)[:, None] < np.arange(count)
