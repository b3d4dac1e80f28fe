"""First choices of sites: one after the other, then made better by swaps as long as one helps (interchange).

Sources
-------
M. B. Teitz and P. Bart, Heuristic methods for estimating the generalized vertex median of a weighted graph,
Operations Research 16, 1968. The savings of all swaps are found at once, as in M. G. C. Resende and
R. F. Werneck, A hybrid heuristic for the p-median problem, Journal of Heuristics 10, 2004.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from models.siting import WITHIN_BUDGET, Floats, Marks, Rows, Rules
from models.siting_table import Table, mark

HELPS: Final = 1e-9
"""The share of all losses that a swap has to save at least."""

Stop = Callable[[], bool]
"""Is asked at every step whether to end with what there is."""


def never() -> bool:
    """Go on."""
    return False


def choose_greedily(table: Table, rules: Rules, stop: Stop = never) -> Rows | None:
    """Return a choice of the rows of a table, each the best addition; None if it ends badly."""
    return complete(table, rules, np.flatnonzero(np.isin(table.sites, rules.required)), stop)


def complete(table: Table, rules: Rules, chosen: Rows, stop: Stop = never) -> Rows | None:
    """Return a choice with the best additions to it that the rules allow; None where they allow none.

    Once it is told to stop, what each addition saves is not worked out again.
    """
    chosen = np.asarray(chosen)
    gains: Floats = np.zeros(0)
    owed = [rows for rows in groups_of(table, rules) if not np.isin(rows, chosen).any()]
    while len(chosen) < rules.most:
        may = _affordable(table, rules, chosen)
        may[chosen] = False
        if owed:
            may &= mark(np.concatenate(owed), len(may))
        if not may.any():
            break
        if not len(gains) or not stop():
            gains = table.gains(table.serve(chosen).least)
        value = gains if rules.spending is None else gains / np.maximum(rules.spending[table.sites], 1e-12)
        best = int(np.where(may, value, -1.0).argmax())
        if gains[best] <= 0 and not owed and len(chosen) >= rules.least:
            break
        chosen = np.append(chosen, best)
        owed = [rows for rows in owed if best not in rows]
    return np.sort(chosen) if rules.allow(np.sort(table.sites[chosen])) else None


def interchange(table: Table, rules: Rules, chosen: Rows, stop: Stop = never) -> Rows:
    """Return a choice that no swap of one site, and no addition of one, makes better.

    Once it is told to stop, it is the best one so far.

    Parameters
    ----------
    table
        The losses by the sites that may be chosen.
    rules
        Which choices may be made.
    chosen
        The rows of a choice that may be made.
    stop
        Is asked before each swap whether to stop.

    Returns
    -------
    The rows of a choice that may be made and under which no more is lost than under the first, sorted.
    """
    chosen = np.sort(chosen)
    total = max(float(table.ceiling.sum()), 1e-300)
    groups = groups_of(table, rules)
    required = np.isin(table.sites, rules.required)
    while not stop():
        now = table.serve(chosen)
        saved = table.swaps(now, len(chosen)) if len(chosen) else np.zeros((0, len(table.sites)))
        if len(chosen) < rules.most:
            saved = np.vstack([saved, table.gains(now.least)])
        saved[~_allowed(table, rules, chosen, groups, required, len(saved))] = -np.inf
        if not saved.size:
            break
        leaves, enters = divmod(int(saved.argmax()), saved.shape[1])
        if not saved[leaves, enters] > HELPS * total:
            break
        stay = chosen if leaves == len(chosen) else np.delete(chosen, leaves)
        chosen = np.sort(np.append(stay, enters))
    return chosen


def groups_of(table: Table, rules: Rules) -> list[Rows]:
    """Return the rows of a table that are in each group of which one has to be chosen."""
    return [np.flatnonzero(np.isin(table.sites, group)) for group in rules.one_of]


def _allowed(
    table: Table, rules: Rules, chosen: Rows, groups: list[Rows], required: Marks, rows: int
) -> Marks:
    """Return which swaps the rules allow; a row beyond the chosen sites is an addition."""
    count = len(table.sites)
    may = np.ones((rows, count), dtype=bool)
    may[:, chosen] = False
    may[: len(chosen)][required[chosen]] = False
    for group in groups:
        held = np.flatnonzero(np.isin(chosen, group))
        if len(held) == 1:
            may[held[0]] &= mark(group, count)
    if rules.spending is not None:
        cost = rules.spending[table.sites]
        left = rules.budget * WITHIN_BUDGET - cost[chosen].sum()
        freed = np.append(cost[chosen], 0.0)[:rows]
        may &= cost[None, :] <= left + freed[:, None]
    return may


def _affordable(table: Table, rules: Rules, chosen: Rows) -> Marks:
    if rules.spending is None:
        return np.ones(len(table.sites), dtype=bool)
    cost = rules.spending[table.sites]
    return cost <= rules.budget * WITHIN_BUDGET - cost[chosen].sum()
