"""Who reaches what: the nearest place, how many there are within a time, and what share of them is left.

The two-step floating catchment area is that of Luo and Wang (2003), with the weights by distance of Luo and
Qi (2009), "enhanced". Supply is conserved: what all people have of a place adds up to what it supplies.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.travel import Floats, Rows, TravelCosts

Steps = tuple[tuple[float, float], ...]
"""Minutes, and the weight of places up to so far away, nearest first."""

STEPS: Final[Steps] = ((10.0, 1.0), (20.0, 0.68), (30.0, 0.22))
"""Those of Luo and Qi (2009), as pysal's `access` has them; `ATLAS_REACH_STEPS` sets others."""


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
    rank = np.empty(len(costs.places), dtype=np.int64)
    rank[np.argsort(costs.places.to_numpy(dtype=str), kind="stable")] = np.arange(len(costs.places))
    order = np.lexsort((rank[costs.place], costs.minutes, costs.start))
    starts, first = np.unique(costs.start[order], return_index=True)
    place[starts], minutes[starts] = costs.place[order][first], costs.minutes[order][first]
    return Nearest(place, minutes)


def number_within(costs: TravelCosts, minutes: float) -> npt.NDArray[np.int64]:
    """Count the places within some minutes of each start."""
    return np.bincount(costs.start[costs.within(minutes)], minlength=len(costs.starts)).astype(np.int64)


def demand_within(costs: TravelCosts, demand: Floats, minutes: float) -> Floats:
    """Add up the demand within some minutes of each place: its catchment, those of others included.

    Parameters
    ----------
    demand
        Of each start; what is missing counts for nothing here and has to be told by the caller.
    """
    near = costs.within(minutes)
    known = np.nan_to_num(demand[costs.start[near]])
    total: Floats = np.bincount(costs.place[near], known, minlength=len(costs.places))
    return total


def share_supply(costs: TravelCosts, demand: Floats, supply: Floats, steps: Steps = STEPS) -> Share:
    """Share the supply of places out among those who reach them (E2SFCA).

    Parameters
    ----------
    costs
        Minutes from starts to places.
    demand
        Of each start, such as children; missing counts for nothing.
    supply
        Of each place, such as sessions a week.
    steps
        Minutes and weights.

    Raises
    ------
    ValueError
        When the widest step is further than what is stored.
    """
    weights = weigh(costs, steps)
    people = np.nan_to_num(demand)
    wanted = np.bincount(costs.place, weights * people[costs.start], minlength=len(costs.places))
    sought = wanted > 0
    ratio = np.divide(supply, wanted, out=np.full(len(supply), np.nan), where=sought)
    given = weights * np.nan_to_num(ratio)[costs.place]
    score: Floats = np.bincount(costs.start, given, minlength=len(costs.starts))
    return Share(score, ratio, float(supply[sought].sum()))


def weigh(costs: TravelCosts, steps: Steps) -> Floats:
    """Return the weight of each pair: that of the first step that holds it, 0 beyond the last."""
    ends = np.array([end for end, _ in steps])
    if ends[-1] > costs.cutoff_min:
        raise ValueError(f"Weights reach to {ends[-1]:g} minutes, and {costs.cutoff_min:g} are stored.")
    weights = np.array([weight for _, weight in steps] + [0.0])
    found: Floats = weights[np.searchsorted(ends, costs.minutes, side="left")]
    return found


def average_by_area(costs: TravelCosts, values: Floats) -> pd.Series:
    """Return the mean of values of starts over the homes of each area; missing as soon as one is."""
    codes = costs.starts["area_code"]
    weighted = pd.Series(values * costs.weights, index=codes.index)
    return weighted.groupby(codes.to_numpy(), sort=True).agg(lambda mine: mine.sum(skipna=False))
