"""The ground that patches are made of, and its borders: areas go over to the group they are more like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]

_LEAST_GAIN: Final = 1e-9


@dataclass(frozen=True)
class Ground:
    """What groups are made of: areas as positions from 0.

    Attributes
    ----------
    values
        One row an area: what areas are compared by, on one scale, without gaps.
    people
        The people of each area.
    beside
        A symmetric matrix, 1 where two areas lie beside each other.
    least, most
        The bounds of people of a group.
    """

    values: Array
    people: Array
    beside: csr_array
    least: float
    most: float

    def neighbours(self, area: int) -> Positions:
        """Return the areas that lie beside one."""
        start, end = self.beside.indptr[area : area + 2]
        return np.asarray(self.beside.indices[start:end], dtype=np.intp)

    def fits(self, people: Array) -> Flags:
        """Say which numbers of people are within the bounds."""
        return (people >= self.least) & (people <= self.most)


def first_member(groups: Positions) -> Positions:
    """Name each group by its first area."""
    _, first, which = np.unique(groups, return_index=True, return_inverse=True)
    return np.asarray(first[which], dtype=np.intp)


def settled(ground: Ground, groups: Positions) -> Positions:
    """Let areas on a border go over to the group they are more like, until none gains by it.

    Every group stays whole and within its bounds: Ward's sum of squares falls with each step, so it ends.

    Parameters
    ----------
    ground
        The areas.
    groups
        The group of each, as a position.

    Returns
    -------
    numpy.ndarray
        The group of each area, named by its first area.
    """
    size = len(groups)
    people: Array = np.bincount(groups, ground.people, minlength=size).astype(np.float64)
    counts: Array = np.bincount(groups, minlength=size).astype(np.float64)
    sums = np.zeros((size, ground.values.shape[1]))
    np.add.at(sums, groups, ground.values)
    groups, moved = groups.copy(), True
    while moved:
        moved = False
        for area in range(size):
            mine = int(groups[area])
            to = _better_group(ground, groups, area, people, counts, sums)
            if to is None or not _whole_without(ground, groups, area):
                continue
            groups[area] = to
            for total, amount in ((people, ground.people[area]), (counts, 1.0), (sums, ground.values[area])):
                total[mine] -= amount
                total[to] += amount
            moved = True
    return first_member(groups)


def _better_group(
    ground: Ground, groups: Positions, area: int, people: Array, counts: Array, sums: Array
) -> int | None:
    """Return the group beside an area that it is more like than its own, if both stay within the bounds."""
    mine, weight, value = groups[area], ground.people[area], ground.values[area]
    if counts[mine] < 2 or people[mine] - weight < ground.least:
        return None
    near = np.unique(groups[ground.neighbours(area)])
    near = near[(near != mine) & (people[near] + weight <= ground.most)]
    if not len(near):
        return None
    gained = ((value - sums[mine] / counts[mine]) ** 2).sum() * counts[mine] / (counts[mine] - 1)
    gaps = ((value - sums[near] / counts[near, None]) ** 2).sum(axis=1)
    costs = gaps * counts[near] / (counts[near] + 1)
    best = int(np.argmin(costs))
    return int(near[best]) if costs[best] < gained - _LEAST_GAIN else None


def _whole_without(ground: Ground, groups: Positions, area: int) -> bool:
    """Say whether the rest of an area's group hangs together without it."""
    rest = set(np.flatnonzero(groups == groups[area]).tolist()) - {area}
    reached, front = set[int](), {min(rest)}
    while front:
        reached |= front
        front = {int(n) for place in front for n in ground.neighbours(place)} & (rest - reached)
    return reached == rest
