"""A second look at the least radius that a search concludes, by a routine that shares nothing with the first.

That a covering of some points by some sites cannot be is proven by its own bound (`models.siting_check`).
Here it is looked at whether the radius follows from it: that those points have to be covered, that no site
that was left out reaches any of them better than one that was kept, and that no way is longer than the radius
that was refused and shorter than the bound.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.siting import Floats, Marks, Rows, Siting
from models.siting_check import ProofError

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Ways:
    """Minutes from points to sites, each pair once; a pair that is not there is too far apart."""

    point: Rows
    site: Rows
    minutes: Floats


@dataclass(frozen=True, eq=False)
class Refused:
    """A radius within which the rules allow no covering.

    Attributes
    ----------
    radius
        In minutes.
    covering
        The covering that cannot be: every point with a ceiling would have to lose nothing.
    """

    radius: float
    covering: Siting


def check_radius(
    ways: Ways,
    today: Floats,
    counts: Marks,
    cutoff: float,
    free: Marks,
    refused: Refused | None,
    bound: float,
) -> None:
    """Look at whether no choice has a radius below a bound.

    Parameters
    ----------
    ways, today, counts, cutoff
        The problem: see `models.siting_centre.solve_centre`.
    free
        Of each site, whether another one may stand in for it under the rules.
    refused
        The greatest radius that was refused; None where there was none.
    bound
        The bound, in minutes.

    Raises
    ------
    ProofError
        When the bound does not follow.
    """
    reached = counts & (_nearest(ways, today) <= cutoff)
    if refused is None:
        if bound > _nearest(ways, today)[reached].max(initial=0.0):
            raise ProofError("A radius was never refused, and is said to be out of reach.")
        return
    lengths = np.concatenate([ways.minutes[reached[ways.point]], today[reached]])
    if ((lengths > refused.radius) & (lengths < min(bound, cutoff))).any():
        raise ProofError("A radius between the one that was refused and the bound was left out.")
    asked = np.flatnonzero(refused.covering.ceiling)
    if not reached[asked].all() or (today[asked] <= refused.radius).any():
        raise ProofError("Somebody is to be reached who need not be.")
    _check_sites(ways, free, refused)


def _check_sites(ways: Ways, free: Marks, refused: Refused) -> None:
    """Refuse a covering in which a site, or the one that stands in for it, reaches less than it does."""
    covering = refused.covering
    near = (ways.minutes <= refused.radius) & (covering.ceiling[ways.point] > 0)
    shape = (covering.sites, len(covering.ceiling))
    reaches = _marked(ways.site[near], ways.point[near], shape)
    told = _marked(covering.site, covering.point, shape)
    count = reaches.sum(axis=1)
    short = np.flatnonzero(count > reaches.multiply(told).sum(axis=1))
    stands_in = (reaches[short] @ told.T).max(axis=1).toarray().ravel() if len(short) else np.zeros(0)
    if not free[short].all() or (count[short] > stands_in).any():
        raise ProofError("A site was left out, or cut short, that no other one can stand in for.")


def _marked(row: Rows, column: Rows, shape: tuple[int, int]) -> "csr_array":
    from scipy.sparse import csr_array

    return csr_array((np.ones(len(row), dtype=np.float32), (row, column)), shape)


def _nearest(ways: Ways, today: Floats) -> Floats:
    """Return minutes from each point to the nearest of all sites and of those that are there today."""
    order = np.lexsort((ways.minutes, ways.point))
    points, first = np.unique(ways.point[order], return_index=True)
    nearest = today.copy()
    nearest[points] = np.minimum(nearest[points], ways.minutes[order][first])
    return nearest
