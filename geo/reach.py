"""Who reaches what: the nearest place, how many there are within a time, and what share of them is left.

The two-step floating catchment area is that of Luo and Wang (2003), with the weights by distance of Luo and
Qi (2009), "enhanced". Supply is conserved: what all people have of a place adds up to what it supplies.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from data.settings import Steps, settings
from geo.travel import Floats, Rows, TravelCosts

STEPS: Final[Steps] = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
"""Those of Luo and Qi (2009), as pysal's `access` has them; `ATLAS_REACH_STEPS` sets others."""


def steps() -> Steps:
    """Return the steps in force: minutes, and the weight of places up to so far away, nearest first."""
    return settings().reach_steps


@dataclass(frozen=True)
class Nearest:
    """The nearest place of each start: its position among the places, -1 where none is within the cut-off."""

    place: Rows
    minutes: Floats


@dataclass(frozen=True)
class Share:
    """What the two-step floating catchment area method finds.

    Attributes
    ----------
    score
        What each start has of the supply, for each unit of demand there.
    ratio
        What each place supplies for each weighted unit of demand within its catchment; missing where there
        is none.
    reached
        The supply that somebody reaches: that of places with demand in their catchment.
    """

    score: Floats
    ratio: Floats
    reached: float


def nearest_of(costs: TravelCosts) -> Nearest:
    """Find the nearest place of each start; of those equally near the first by id."""
    count = len(costs.starts)
    place, minutes = np.full(count, -1, dtype=np.int64), np.full(count, np.nan)
    if not len(costs.start):
        return Nearest(place, minutes)
    first = np.flatnonzero(np.diff(costs.start, prepend=-1))
    reaching = costs.start[first]
    minutes[reaching] = np.minimum.reduceat(costs.minutes, first)
    by_id = np.argsort(costs.places.to_numpy(dtype=str), kind="stable")
    rank = np.argsort(by_id)[costs.place]
    further = costs.minutes > minutes[costs.start]
    place[reaching] = by_id[np.minimum.reduceat(np.where(further, len(by_id), rank), first)]
    return Nearest(place, minutes)


def number_within(costs: TravelCosts, minutes: float) -> npt.NDArray[np.int64]:
    """Count the places within some minutes of each start."""
    return np.bincount(costs.start[costs.within(minutes)], minlength=len(costs.starts)).astype(np.int64)


def demand_within(costs: TravelCosts, demand: Floats, minutes: float) -> Floats:
    """Add up the demand within some minutes of each place: its catchment, those of others included.

    Parameters
    ----------
    costs
        Minutes from starts to places.
    demand
        Of each start; what is missing counts for nothing here and has to be told by the caller.
    minutes
        How far away is near enough.

    Raises
    ------
    ValueError
        When there is not one demand a start, one is below 0 or infinite, or more minutes are asked for than
        are stored.
    """
    near = costs.within(minutes)
    people = _known(demand, len(costs.starts), "demand")
    return _add_up(costs.place[near], people[costs.start[near]], len(costs.places))


def share_supply(costs: TravelCosts, demand: Floats, supply: Floats, steps: Steps = STEPS) -> Share:
    """Share the supply of places out among those who reach them (E2SFCA).

    Parameters
    ----------
    costs
        Minutes from starts to places.
    demand
        Of each start, such as children; what is missing counts for nothing here and has to be told by the
        caller.
    supply
        Of each place, such as sessions a week; likewise.
    steps
        Minutes and weights.

    Raises
    ------
    ValueError
        When there is not one demand a start and one supply a place, one is below 0 or infinite, or the
        widest step is further than what is stored.
    """
    weights = weigh(costs, steps)
    people = _known(demand, len(costs.starts), "demand")
    offered = _known(supply, len(costs.places), "supply")
    wanted = _add_up(costs.place, weights * people[costs.start], len(costs.places))
    sought = wanted > 0
    ratio = np.divide(offered, wanted, out=np.full(len(offered), np.nan), where=sought)
    given = weights * np.where(sought, ratio, 0.0)[costs.place]
    score = _add_up(costs.start, given, len(costs.starts))
    return Share(score, ratio, float(offered[sought].sum()))


def weigh(costs: TravelCosts, steps: Steps) -> Floats:
    """Return the weight of each pair: that of the first step that holds it, 0 beyond the last.

    Raises
    ------
    ValueError
        When the widest step is further than what is stored.
    """
    ends = np.array([end for end, _ in steps])
    if ends[-1] > costs.cutoff_min:
        raise ValueError(f"Weights reach to {ends[-1]:g} minutes, and {costs.cutoff_min:g} are stored.")
    weights = np.array([weight for _, weight in steps] + [0.0])
    found: Floats = weights[np.searchsorted(ends, costs.minutes, side="left")]
    return found


def _add_up(where: Rows, what: Floats, count: int) -> Floats:
    """Add up what falls into each of so many places; missing as soon as one is."""
    return np.asarray(np.bincount(where, weights=what, minlength=count), dtype=np.float64)


def _known(values: Floats, count: int, what: str) -> Floats:
    """Return values with 0 where one is missing, so that it adds nothing."""
    if values.shape != (count,):
        raise ValueError(f"One {what} each of {count:,} is needed, and {values.shape} are there.")
    if np.any(values < 0) or np.any(np.isinf(values)):
        raise ValueError(f"A {what} is below 0 or infinite.")
    return np.nan_to_num(values)
