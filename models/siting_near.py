"""Other choices of sites that do nearly as well as the best one."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from models.siting import Answer, Rows, Siting
from models.siting_near_look import Look, Stop
from models.siting_table import mark

SAME: Final = 1e-9
"""The share of what is lost by which two choices that are as good as each other may differ by rounding."""


@dataclass(frozen=True, eq=False)
class Near:
    """A choice that does nearly as well as any.

    Attributes
    ----------
    chosen
        Positions of the sites, sorted.
    loss
        What all points lose together with them.
    short
        By which share it may fall short of the best that can be at most; see `near_sets`.
    """

    chosen: Rows
    loss: float
    short: float


@dataclass(frozen=True, eq=False)
class NearSets:
    """Choices that do nearly as well as any.

    Attributes
    ----------
    told
        Some of them, best first: the best one, and those that differ most.
    found, others
        How many were found, and how many of them are not the one that was given: one that is not proven may
        not come so near itself.
    complete
        Whether those are all that there are.
    bound
        What all points lose at least with any choice: what the shares are measured from.
    """

    told: tuple[Near, ...]
    found: int
    others: int
    complete: bool
    bound: float


def near_sets(
    siting: Siting,
    answer: Answer,
    within: float = 0.01,
    most: int = 10,
    already: float | None = 0.0,
    stop: Stop | None = None,
) -> NearSets:
    """Find choices that come within some share of the best that can be.

    In covering, what is covered altogether counts, by today's sites and new ones: a choice comes within 1 %
    when it covers at least 99 % of what the bound lets any choice cover,

        short = (loss - bound) / (already + all ceilings - bound).

    Otherwise what is lost counts: the way to the nearest site is at most 1 % longer than the bound,

        short = (loss - bound) / bound.

    A choice with a site that could be left out at no loss is not counted beside the one without it, unless it
    is the best one that is given.

    Parameters
    ----------
    siting
        The problem.
    answer
        Its best choice, and the bound.
    within
        The share that a choice may fall short of the bound at most, 0.01 for 1 %.
    most
        How many are told at most. Of more than that the best is told, and in turn the one that shares fewest
        sites with those told before.
    already
        What today's sites cover; None where what is lost is to be counted.
    stop
        Is asked now and then whether to take those that were found so far.

    Returns
    -------
    The choices, best first, and of those as good as the best one that is given this one first; none where not
    even that comes so near to its bound. A best choice that is proven always does.
    """
    chosen = answer.chosen
    if chosen is None:
        return NearSets((), 0, 0, True, answer.bound)
    whole = answer.bound if already is None else already + float(siting.ceiling.sum()) - answer.bound
    limit = answer.bound + within * max(whole, 0.0)
    if answer.proven:
        limit = max(limit, answer.loss)
    look = Look(siting, limit, stop or (lambda: False))
    complete = look.at_all()
    if not complete:
        look.around(chosen)
    found = [(loss, sites) for sites, loss in look.found.values()]
    if answer.loss <= limit and chosen.tobytes() not in look.found:
        found.append((answer.loss, chosen))
    best = min((loss for loss, _ in found), default=0.0) * (1.0 + SAME)
    found.sort(key=lambda one: (max(one[0], best), not np.array_equal(one[1], chosen), *one[1]))
    near = [Near(sites, loss, _short(loss - answer.bound, whole)) for loss, sites in found]
    others = sum(not np.array_equal(one.chosen, chosen) for one in near)
    told = tuple(_most_different(near, most, siting.sites))
    return NearSets(told, len(near), others, complete, answer.bound)


def _short(more: float, whole: float) -> float:
    """Return the share by which a choice falls short; none where it is the bound."""
    return max(more, 0.0) / whole if whole > 0 else 0.0


def _most_different(near: list[Near], most: int, sites: int) -> list[Near]:
    """Return the best, and in turn the one that shares fewest sites with any of those before; best first."""
    if len(near) <= most:
        return near
    has = np.array([mark(one.chosen, sites) for one in near], dtype=np.int32)
    shared = np.zeros(len(near), dtype=np.int32)
    told: list[int] = []
    for _ in range(most):
        place = int(shared.argmin())
        told.append(place)
        shared = np.maximum(shared, has @ has[place])
        shared[told] = np.iinfo(np.int32).max
    return [near[place] for place in sorted(told)]
