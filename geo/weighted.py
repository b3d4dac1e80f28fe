"""Weighted groups: shares, means and middle values of what is known of starts, by area or above."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.travel import Floats, Rows

HALF: Final = 0.5
_ROUNDING: Final = 1e-9


@dataclass(frozen=True)
class Weighted:
    """Starts and how much each counts, in groups: areas, or what areas are added up to.

    Attributes
    ----------
    index
        The codes of the groups.
    group
        Which of them each start is in, as a position; -1 is none, and is left out.
    weight
        How much each start counts: homes, or children.
    """

    index: pd.Index
    group: Rows
    weight: Floats

    @classmethod
    def by(cls, keys: pd.Series, weight: Floats) -> "Weighted":
        """Group starts by the keys of each; those without a key are in no group."""
        group, codes = pd.factorize(keys, sort=True)
        return cls(pd.Index(codes, name=keys.name), group.astype(np.int64), weight)

    def total(self, values: Floats) -> pd.Series:
        """Add values up; missing in a group as soon as one is."""
        there = self.group >= 0
        sums = np.bincount(self.group[there], values[there], minlength=len(self.index))
        return pd.Series(sums, self.index)

    def mean(self, values: Floats) -> pd.Series:
        """Return the weighted mean; missing in a group as soon as one value is, or where nothing counts."""
        whole = self.total(self.weight)
        return self.total(values * self.weight) / whole.where(whole > 0)

    def middle(self, values: Floats) -> pd.Series:
        """Return the value that half of what counts does not exceed; a missing one is the largest."""
        order = self._ordered(values)
        group, upto = self.group[order], np.cumsum(self.weight[order])
        whole = self.total(self.weight).to_numpy()
        firsts = np.searchsorted(group, np.arange(len(self.index)))
        before = np.where(firsts > 0, upto[firsts - 1], 0.0)
        enough = upto - before[group] >= (HALF - _ROUNDING) * whole[group]
        groups, first = np.unique(group[enough], return_index=True)
        found = np.full(len(self.index), np.nan)
        found[groups] = values[order][enough][first]
        return pd.Series(found, self.index)

    def least(self, values: Floats) -> pd.Series:
        """Return the least value of each group, missing where none is known."""
        there = (self.group >= 0) & ~np.isnan(values)
        found = np.full(len(self.index), np.inf)
        np.minimum.at(found, self.group[there], values[there])
        return pd.Series(np.where(np.isinf(found), np.nan, found), self.index)

    def most(self, values: Floats) -> pd.Series:
        """Return the largest value of each group; missing as soon as one is."""
        there = self.group >= 0
        found = np.full(len(self.index), -np.inf)
        np.maximum.at(found, self.group[there], np.nan_to_num(values[there], nan=np.inf))
        return pd.Series(np.where(np.isinf(found), np.nan, found), self.index)

    def commonest(self, choice: Rows) -> npt.NDArray[np.int64]:
        """Return which choice counts most in each group, the lower of two alike; -1 where none has any."""
        made = (self.group >= 0) & (choice >= 0)
        plain = pd.DataFrame({"group": self.group[made], "choice": choice[made], "weight": self.weight[made]})
        sums = plain.groupby(["group", "choice"], as_index=False)["weight"].sum()
        sums["weight"] = sums["weight"].round(9)
        first = sums.sort_values(["group", "weight", "choice"], ascending=[True, False, True])
        best = first.drop_duplicates("group")
        found = np.full(len(self.index), -1, dtype=np.int64)
        found[best["group"].to_numpy()] = best["choice"].to_numpy()
        return found

    def share(self, yes: npt.NDArray[np.bool_]) -> pd.Series:
        """Return what share counts for which something holds, from 0 to 1; missing where nothing counts."""
        share = self.mean(yes.astype(float))
        return share.where(share.isna(), share.clip(0.0, 1.0).round(9))

    def _ordered(self, values: Floats) -> npt.NDArray[np.int64]:
        """Return starts in groups, by group and then by value, the missing last."""
        kept = np.flatnonzero(self.group >= 0)
        return kept[np.lexsort((values[kept], self.group[kept]))]


def is_half(share: pd.Series) -> pd.Series:
    """Say whether a share is at least half, but for the rounding of sums."""
    return share >= HALF - _ROUNDING
