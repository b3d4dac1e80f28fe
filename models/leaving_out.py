"""Cells that are left out of a release altogether, since even to say that they are zero or not would tell.

A total of 3 whose parts are shown as "withheld, withheld, 0" is at least 2: a withheld count is at least 1.
So the parts of a total that the rule withholds are not told at all, zeros among them, and neither is anything
that says of one of them whether it is zero. Outsiders know this too: a withheld total whose parts are told is
then above what the rule withholds, and one whose parts are not told is not.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from models.cell_maker import KEY
from models.release_cells import Cells, Flags, Ids
from models.release_rule import Rule

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix


def leave_out(cells: Cells, rule: Rule) -> tuple[Cells, Flags]:
    """Return the cells with those taken from the release that must not be told at all, and which these are.

    Parameters
    ----------
    cells
        The cells of a release as it is declared.
    rule
        Which counts are withheld.
    """
    parts = parts_of(cells)
    told_parts = parts @ cells.now.astype("int64")
    primary = cells.now & np.isin(cells.values, rule.hidden)
    totals = primary & (told_parts > 0)
    out = np.zeros(len(cells), dtype=bool)
    found = totals
    twins = _twins(cells)
    while found.any():
        below = (parts.T @ found.astype("int64")) > 0
        beside = np.zeros(len(cells), dtype=bool)
        beside[twins[below & (twins >= 0)]] = True
        found = (below | beside) & ~out
        out |= found
    out &= cells.now
    lower = cells.lower.copy()
    shown_parts = (parts @ (cells.now & ~out).astype("int64")) > 0
    lower[cells.now & ~primary & shown_parts] = rule.largest_suppressed + 1.0
    upper = np.where(totals & ~out, np.minimum(cells.upper, rule.largest_suppressed), cells.upper)
    lower[out] = 0.0
    return replace(cells, now=cells.now & ~out, lower=np.minimum(lower, cells.values), upper=upper), out


def parts_of(cells: Cells) -> "csr_matrix":
    """Return which cells are parts of which: shape (cells, cells), 1 where the column is part of the row."""
    from scipy.sparse import csr_matrix

    rows = cells.equal.tocoo()
    minus = rows.data < 0
    counts = np.bincount(rows.row[minus], minlength=cells.equal.shape[0])
    total = np.full(cells.equal.shape[0], -1, dtype="int64")
    total[rows.row[minus]] = rows.col[minus]
    mine = ~minus & (counts[rows.row] == 1)
    shape = (len(cells), len(cells))
    return csr_matrix((np.ones(int(mine.sum())), (total[rows.row[mine]], rows.col[mine])), shape=shape)


def _twins(cells: Cells) -> Ids:
    """Return for each cell the place of the other measure in the same place and window; -1 without one."""
    key = [k for k in KEY if k != "measure"]
    frame = cells.frame[[*key, "measure"]].assign(place=np.arange(len(cells)))
    plain = frame[frame["by"] == ""]
    halves = [plain[plain["measure"] == m].set_index(key)["place"] for m in ("referrals", "children")]
    twins = np.full(len(cells), -1, dtype="int64")
    both = halves[0].index.intersection(halves[1].index)
    one, other = halves[0].loc[both].to_numpy(), halves[1].loc[both].to_numpy()
    twins[one], twins[other] = other, one
    return twins
