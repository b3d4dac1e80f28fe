"""Counting of rows in bounded memory: cells, distinct children and children who came before.

Every function takes the rows as arrays and gives counts; no array of rows is kept.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt

CHUNK: Final = 1 << 20
"""Rows that are counted at once."""

AGAIN_DAYS: Final = 365
"""A child who is referred again within so many days is re-referred (Department for Education: 12 months)."""

Counts = npt.NDArray[np.int64]
Places = npt.NDArray[np.integer]
Mask = npt.NDArray[np.bool_]


def count_cells(
    rows: int, shape: tuple[int, ...], place: Callable[[slice], tuple[Places, ...]], keep: Mask | None = None
) -> Counts:
    """Count rows by several things at once, a million rows at a time.

    Parameters
    ----------
    rows
        How many rows there are.
    shape
        How many values each of the things has.
    place
        Gives, for a slice of the rows, the value of each thing; a row with any below 0 is not counted.
    keep
        Which rows are counted, all when not given.

    Returns
    -------
    numpy.ndarray
        Counts of that shape.
    """
    size = int(np.prod(shape))
    counts = np.zeros(size, dtype=np.int64)
    for start in range(0, rows, CHUNK):
        part = slice(start, start + CHUNK)
        key = np.zeros(min(CHUNK, rows - start), dtype=np.int64)
        sound = np.ones(len(key), dtype=bool) if keep is None else keep[part].copy()
        for many, values in zip(shape, place(part), strict=True):
            sound &= values >= 0
            key = key * many + values
        counts += np.bincount(key[sound], minlength=size)
    return counts.reshape(shape)


def share_in_ones(counts: npt.NDArray[np.integer]) -> float:
    """Return the share of the events that sit in cells of 1; 0 where there are none.

    Examples
    --------
    >>> share_in_ones(np.array([0, 1, 1, 6]))
    0.25
    """
    total = int(counts.sum())
    return float((counts == 1).sum() / total) if total else 0.0


def rank_people(person: npt.NDArray[np.uint64], day: npt.NDArray[np.int32]) -> tuple[Counts, Mask]:
    """Give every child a number from 0, and say whose child was referred in the 12 months before.

    Parameters
    ----------
    person
        A number of each row's child, 0 where it is not known.
    day
        Days since 1 January 1970.

    Returns
    -------
    tuple of numpy.ndarray
        On the rows: the number of the child, and whether the same child has a row of an earlier day, at
        most `AGAIN_DAYS` before. A row of the same day is not earlier. Where the child is not known the
        number is -1, and nothing came before.
    """
    order = np.lexsort((day, person))
    sorted_person, sorted_day = person[order], day[order]
    other_child = np.ones(len(order), dtype=bool)
    other_child[1:] = sorted_person[1:] != sorted_person[:-1]
    new_day = other_child.copy()
    new_day[1:] |= sorted_day[1:] != sorted_day[:-1]
    starts = np.flatnonzero(new_day)
    since = np.zeros(len(starts), dtype=np.int32)
    since[1:] = np.diff(sorted_day[starts])
    came_before = ~other_child[starts] & (since <= AGAIN_DAYS)
    number = np.empty(len(order), dtype=np.int64)
    again = np.empty(len(order), dtype=bool)
    number[order] = np.cumsum(other_child) - 1
    again[order] = came_before[np.cumsum(new_day) - 1]
    unknown = person == 0
    number[unknown], again[unknown] = -1, False
    return number, again


def count_children(area: Places, child: Counts, areas: int) -> Counts:
    """Count the distinct children of each area; a row whose child is not known counts as a child of its own.

    Parameters
    ----------
    area
        The area of each row, from 0.
    child
        The number of its child, as `rank_people` gives it.
    areas
        How many areas there are.
    """
    known = child >= 0
    pairs = (area[known].astype(np.int64) << 32) | child[known]
    pairs.sort()
    first = np.ones(len(pairs), dtype=bool)
    first[1:] = pairs[1:] != pairs[:-1]
    distinct = np.bincount(pairs[first] >> 32, minlength=areas)
    return np.asarray(distinct + np.bincount(area[~known], minlength=areas))
