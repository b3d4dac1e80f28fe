"""What closing a place of today loses, and where one would best be moved."""

from dataclasses import replace

import numpy as np
import pandas as pd

from geo.travel import TravelCosts, sorted_costs
from models.placement_problem import Marks, Problem, siting_of
from models.siting import Rules, Siting
from models.siting_table import table_of


def closing(problem: Problem) -> pd.DataFrame:
    """Say of each place of today what is lost if it alone closes.

    Returns
    -------
    One row a place that stays, of those in the areas that are looked at, index place id: `name`;
    `children_lost`, how many children fall out of reach, and `higher_need_lost` of them in areas of higher
    need; `children_further`, whose way to the nearest place becomes longer, and `minutes_lost`, by how much
    all these ways become longer together, where a way beyond the cut-off counts as that.
    """
    costs = _staying(problem)
    minutes, count = problem.wanted.minutes, len(costs.places)
    far = np.full(len(problem.today_min), np.inf)
    start, place = costs.start.astype(np.intp), costs.place.astype(np.intp)
    siting = Siting.of_pairs(far, start, place, costs.minutes, count, Rules(most=count))
    now = table_of(siting).serve(np.arange(count))
    ours = now.by >= 0
    by, least, second = now.by[ours], now.least[ours], now.second[ours]
    falls = (least <= minutes) & (second > minutes)
    longer = np.minimum(second, costs.cutoff_min) - least
    children, higher_need = problem.children[ours], problem.higher_need[ours]
    counted = {
        "children_lost": children * falls,
        "higher_need_lost": higher_need * falls,
        "children_further": children * (longer > 0),
        "minutes_lost": children * longer,
    }
    sums = {name: np.bincount(by, values, count) for name, values in counted.items()}
    frame = pd.DataFrame({"name": _names(problem, costs), **sums}, index=costs.places)
    return frame[_is_mine(problem, costs)]


def relocations(problem: Problem) -> pd.DataFrame:
    """Say of each place of today where it would best be moved, all others staying where they are.

    What is best is told by what the placement is asked to better, whether or not there is room; of a p-centre
    by all ways together.

    Returns
    -------
    One row a place that stays, of those in the areas that are looked at, index place id: `name`; `to` and
    `to_name`, the candidate that it would best be moved to; `children_gained`, who come within reach,
    `children_lost`, who fall out of it, and `children_net`; `higher_need_net`, of those in areas of higher
    need.
    """
    costs, ways = _staying(problem), problem.minutes
    every = np.arange(len(costs.places))
    nobody = np.full(len(problem.today_min), np.inf)
    both = replace(problem, minutes=_side_by_side(costs, ways), today_min=nobody)
    table = table_of(siting_of(both))
    saved = table.swaps(table.serve(every), len(every))[:, len(every) :]
    mine = np.flatnonzero(_is_mine(problem, costs))
    best = saved[mine].argmax(axis=1)
    minutes = problem.wanted.minutes
    today = problem.today_min <= minutes
    moved = [
        both.after_min(np.append(np.delete(every, place), len(every) + to)) <= minutes
        for place, to in zip(mine, best, strict=True)
    ]
    gained = np.array([problem.children[after & ~today].sum() for after in moved], dtype=float)
    lost = np.array([problem.children[today & ~after].sum() for after in moved], dtype=float)
    higher = np.array([problem.higher_need @ (1.0 * after - today) for after in moved], dtype=float)
    return pd.DataFrame(
        {
            "name": _names(problem, costs)[mine],
            "to": ways.places[best],
            "to_name": problem.candidates.frame["name"].to_numpy()[best],
            "children_gained": gained,
            "children_lost": lost,
            "children_net": gained - lost,
            "higher_need_net": higher,
        },
        index=costs.places[mine],
    )


def _staying(problem: Problem) -> TravelCosts:
    """Return the ways to the places of today that do not close."""
    costs = problem.reach.costs
    stays = ~costs.places.isin(list(problem.wanted.closed))
    there = np.cumsum(stays) - 1
    kept = stays[costs.place]
    return replace(
        costs,
        places=costs.places[stays],
        start=costs.start[kept],
        place=there[costs.place[kept]],
        minutes=costs.minutes[kept],
    )


def _side_by_side(costs: TravelCosts, ways: TravelCosts) -> TravelCosts:
    """Return the ways to the places of today and, after these, to the candidates."""
    return sorted_costs(
        ways.starts,
        costs.places.append(ways.places),
        np.concatenate([costs.start, ways.start]),
        np.concatenate([costs.place, ways.place + len(costs.places)]),
        np.concatenate([costs.minutes, ways.minutes]),
        ways.cutoff_min,
        ways.means,
    )


def _is_mine(problem: Problem, costs: TravelCosts) -> Marks:
    """Say of each place whether it is in the areas that are looked at."""
    places, council = problem.reach.places.loc[costs.places], problem.wanted.council
    mine = places["la_code"].eq(council).fillna(False) if council else places["inside"]
    return mine.to_numpy(dtype=bool)


def _names(problem: Problem, costs: TravelCosts) -> pd.Series:
    return problem.reach.places["name"].loc[costs.places].to_numpy()
