"""Gathering the cells of a release, and the rows that tie them together."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from models.release_counts import Counts, Window

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

KEY: Final = ("level", "code", "measure", "start", "months", "by", "category")
Ids = npt.NDArray[np.int64]


@dataclass
class CellMaker:
    """Gathers cells and rows; an id is the place of a cell in the order of making."""

    parts: list[pd.DataFrame] = field(default_factory=list)
    known: dict[tuple[Any, ...], Ids] = field(default_factory=dict)
    equations: list[tuple[Ids, Ids, npt.NDArray[np.float64], int]] = field(default_factory=list)
    limits: list[tuple[Ids, Ids, npt.NDArray[np.float64], int]] = field(default_factory=list)
    count: int = 0

    def add(self, key: tuple[Any, ...], codes: pd.Index, values: Counts) -> Ids:
        """Add the cells of one level, measure, window and category, one a unit; known ones are not added."""
        if key in self.known:
            return self.known[key]
        level, measure, window, by, category = key
        ids = np.arange(self.count, self.count + len(codes))
        columns = (level, codes, measure, window.start, window.months, by, category, values)
        self.parts.append(
            pd.DataFrame(dict(zip((*KEY, "value"), columns, strict=True)), index=pd.RangeIndex(len(codes)))
        )
        self.known[key] = ids
        self.count += len(codes)
        return ids

    def sum_to(self, total: Ids, parts: Sequence[tuple[Ids, Ids]]) -> None:
        """Say that each total is the sum of parts: pairs of (place of the total, id of the part)."""
        rows = [np.arange(len(total)), *(place for place, _ in parts)]
        columns = [total, *(part for _, part in parts)]
        signs = [np.full(len(total), -1.0), *(np.ones(len(part)) for _, part in parts)]
        self.equations.append(
            (np.concatenate(rows), np.concatenate(columns), np.concatenate(signs), len(total))
        )

    def limit(self, *terms: tuple[float, Ids]) -> None:
        """Say that a sum of signed cells is at most 0, unit by unit."""
        count = len(terms[0][1])
        rows = np.tile(np.arange(count), len(terms))
        signs = np.repeat([sign for sign, _ in terms], count)
        self.limits.append((rows, np.concatenate([ids for _, ids in terms]), signs, count))

    def add_over_time(
        self,
        key: tuple[str, str, str, str],
        codes: pd.Index,
        windows: set[Window],
        value: Callable[[Window], Counts],
    ) -> None:
        """Add the cells of windows and of the stretches between their ends, and say how they add up."""
        level, measure, by, category = key
        stretches = split_time(windows)
        for stretch in stretches:
            self.add((level, measure, stretch, by, category), codes, value(stretch))
        everyone = np.arange(len(codes))
        for window in sorted(windows.difference(stretches)):
            inside = [s for s in stretches if window.start <= s.start and s.end <= window.end]
            total = self.add((level, measure, window, by, category), codes, value(window))
            parts = [(everyone, self.known[level, measure, s, by, category]) for s in inside]
            self.sum_to(total, parts)


def split_time(windows: Iterable[Window]) -> list[Window]:
    """Return the stretches that the ends of windows cut time into, inside the windows.

    Examples
    --------
    >>> split_time([Window(0, 12), Window(1, 12)])
    [Window(start=0, months=1), Window(start=1, months=11), Window(start=12, months=1)]
    """
    windows = sorted(windows)
    ends = sorted({w.start for w in windows} | {w.end for w in windows})
    stretches = [Window(a, b - a) for a, b in pairwise(ends)]
    return [s for s in stretches if any(w.start <= s.start and s.end <= w.end for w in windows)]


def stack_rows(rows: list[tuple[Ids, Ids, npt.NDArray[np.float64], int]], cells: int) -> "csr_matrix":
    """Return gathered rows as one sparse matrix of shape (rows, cells)."""
    from scipy.sparse import csr_matrix

    if not rows:
        return csr_matrix((0, cells))
    starts = np.cumsum([0, *(count for *_, count in rows)])
    row = np.concatenate([r + start for (r, *_), start in zip(rows, starts, strict=False)])
    column = np.concatenate([c for _, c, *_ in rows])
    sign = np.concatenate([s for *_, s, _ in rows])
    return csr_matrix((sign, (row, column)), shape=(int(starts[-1]), cells))
