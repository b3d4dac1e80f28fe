"""What serving each point is worth where sites serve only so many: looked for by a deflected subgradient.

Quicker than a linear programme where there are many pairs, and good enough to leave out most of the sites.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from models.siting import Floats, Rows, Rules, Siting
from models.siting_capacity_check import fill
from models.siting_part import cheapest_of
from models.siting_swaps import Stop
from models.siting_table import mark

STEPS: Final = 60
"""So many steps are made at most from one worth."""

OFTEN: Final = 10
"""After so many steps the choice that a bound rests on is shown."""

PATIENCE: Final = 10
"""After so many steps without a better bound they are shortened."""

SHORTER: Final = 0.6
DEFLECTED: Final = 0.6
"""The share of the step before that goes into a step."""


def priced(
    siting: Siting,
    weight: Floats,
    capacity: Floats,
    worth: Floats,
    loss: float,
    length: float,
    look: Callable[[Rows], None],
    stop: Stop,
) -> Floats:
    """Return the worth of serving each point that gives the best bound.

    Parameters
    ----------
    siting, weight, capacity
        The problem, the people of each point, and how many each site can serve.
    worth
        The worth to set out from.
    loss
        About where the best bound lies at most.
    length
        How long the first steps are: 1 would lead to the loss if a bound were flat.
    look
        Is shown every few steps the choice that a bound rests on.
    stop
        Is asked at every step whether to stop.
    """
    best, best_worth, waited = -np.inf, worth, 0
    before: Floats = np.zeros(len(worth))
    for taken in range(STEPS):
        pairs, share = fill(siting, weight, capacity, worth)
        point, site = siting.point[pairs], siting.site[pairs]
        saved = np.bincount(site, weights=(siting.loss[pairs] - worth[point]) * share, minlength=siting.sites)
        chosen = _cheapest(siting.rules, saved.astype(float))
        bound = float(worth.sum() + saved[chosen].sum())
        waited += 1
        if bound > best:
            best, best_worth, waited = bound, worth, 0
        served = share * mark(chosen, siting.sites)[site]
        step = np.ones(len(worth))
        step -= np.bincount(point, weights=served, minlength=len(worth))
        norm = float(step @ step)
        if taken % OFTEN == 0 and not stop():
            look(chosen)
        if norm == 0 or best >= loss or stop():
            break
        if waited >= PATIENCE:
            length, waited, before, worth = length * SHORTER, 0, np.zeros(len(worth)), best_worth
            continue
        before = step + DEFLECTED * before
        far = length * max(loss - bound, 1e-9 * abs(loss)) / norm
        worth = np.clip(worth + far * before, 0.0, siting.ceiling)
    return best_worth


def _cheapest(rules: Rules, saved: Floats) -> Rows:
    """Return the sites that save most under all rules but a budget."""
    free = np.flatnonzero(~mark(rules.required, len(saved)))
    groups = [group for group in rules.one_of if not np.isin(group, rules.required).any()]
    owed = [np.searchsorted(free, group) for group in groups]
    taken = len(rules.required)
    best = cheapest_of(saved[free], owed, rules.most - taken, rules.least - taken)
    return np.sort(np.concatenate([rules.required, free[best]]))
