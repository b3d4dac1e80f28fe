"""Sites that somebody puts down by hand: whom they reach, beside the best choice of as many, and one more."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.area_table import CRS
from geo.builds import Build
from geo.journeys import costs_to_points
from geo.places import find_areas
from geo.travel import Floats, TravelCosts, sorted_costs
from models.candidates import COLUMNS, Candidates
from models.placement import Placed
from models.placement_asked import Objective
from models.placement_problem import Problem, fair_weight

NEAR_M: Final = 250.0
"""Up to how far away a building is named as what a spot may mean."""

OWN: Final = "own"
"""The beginning of the id of a site that was put down on the map."""

ON_MAP: Final = "on the map"
"""The kind of such a site."""

Spot = str | tuple[float, float]
"""The id of a candidate, or an easting and a northing in EPSG:27700."""


class Dropped(Placed):
    """A choice whose sites keep the order in which they were put down."""

    @cached_property
    def sites(self) -> pd.DataFrame:
        """As `Placed.sites`, in that order."""
        sites = super().sites.loc[self.problem.candidates.frame.index]
        return sites.assign(number=np.arange(1, len(sites) + 1))


@dataclass(frozen=True, eq=False)
class ByHand:
    """Sites that somebody put down, and who is reached by them.

    Attributes
    ----------
    problem
        The problem with its candidates, of which the best choice is made.
    placed
        Those sites alone, in the order in which they were put down, and who is reached by them.
    near
        One row a site, in that order, index its id: `near_id`, `near_name` and `near_m` of the nearest
        candidate up to `NEAR_M` away that it is not itself, missing where there is none; `outside` (in none
        of the areas that are looked at) and `cut_off` (no way to it is known).
    """

    problem: Problem
    placed: Dropped
    near: pd.DataFrame

    @cached_property
    def sites(self) -> pd.DataFrame:
        """One row a site in the order in which they were put down: as `Placed.sites`, and `near`."""
        return self.placed.sites.join(self.near)

    @cached_property
    def saved(self) -> float:
        """How much better it is with them, by the objective."""
        return saved_of(self.placed)

    @cached_property
    def one_more(self) -> "OneMore | None":
        """The candidate that adds most to them, the first of those that add as much; None where none adds."""
        gains = gains_of(self.problem, self.placed)
        if not len(gains) or gains.max() <= 0:
            return None
        frame, best = self.problem.candidates.frame, int(gains.argmax())
        children, higher = (
            reached_more(self.problem, self.placed, people)[best]
            for people in (self.problem.children, self.problem.higher_need)
        )
        name = str(frame["name"].iloc[best])
        return OneMore(str(frame.index[best]), name, float(children), float(higher), float(gains[best]))

    def share_of(self, best: Placed) -> float:
        """Return how much of what the best choice saves they save; missing where that is nothing."""
        possible = saved_of(best)
        return self.saved / possible if possible > 0 else float("nan")


@dataclass(frozen=True)
class OneMore:
    """The best single addition to some sites.

    Attributes
    ----------
    candidate_id, name
        The candidate.
    children, higher_need
        Children whom it newly brings within reach, and those of them in areas of higher need.
    saved
        How much better it is with it, by the objective.
    """

    candidate_id: str
    name: str
    children: float
    higher_need: float
    saved: float


def by_hand(problem: Problem, build: Build, spots: Sequence[Spot]) -> ByHand:
    """Find who is reached by sites that are put down by hand.

    Ways to a candidate are those of the problem; ways to a point are measured as they are to a place that
    opens there. The conditions of the problem (a budget, wards, sites that are required) do not bind them;
    how many children a site has room for does.

    Parameters
    ----------
    problem
        The problem.
    build
        The build.
    spots
        Candidates by their ids, and points; one that comes again counts once.

    Raises
    ------
    SourceError
        When an id is that of no candidate.
    """
    problem.positions([spot for spot in spots if isinstance(spot, str)])
    merged = problem.candidates.ids_of
    asked = list(dict.fromkeys(merged([spot])[0] if isinstance(spot, str) else spot for spot in spots))
    frame = _own_frame(problem, build, asked)
    costs = _own_costs(problem, build, frame)
    free = replace(
        problem.wanted, sites=len(frame), exactly=False, required=(), excluded=(), wards=(), budget_gbp=None
    )
    own = replace(problem, wanted=free, candidates=Candidates(frame, from_build=False), minutes=costs)
    near = _nearest(problem.candidates.frame, frame)
    near["outside"] = ~frame["area_code"].isin(problem.reach.areas.index)
    near["cut_off"] = ~np.isin(np.arange(len(frame)), costs.place)
    return ByHand(problem, Dropped(own, np.arange(len(frame), dtype=np.intp)), near)


def saved_of(placed: Placed) -> float:
    """Return how much better it is than without the sites, by the objective: never below 0.

    What counts and comes within reach; for `Objective.MEDIAN` the minutes that all ways get shorter, each
    times what its start counts; for `Objective.CENTRE` the minutes that the longest way gets shorter.
    """
    problem = placed.problem
    objective, cutoff_min = problem.wanted.objective, problem.minutes.cutoff_min
    if objective in (Objective.COVER, Objective.FAIR):
        return float(counted(problem) @ (placed.within - (problem.today_min <= problem.wanted.minutes)))
    now = np.minimum(problem.today_min, cutoff_min)
    if objective is Objective.MEDIAN:
        return float(problem.weight @ (now - placed.ways_min))
    lived, then = problem.weight > 0, np.minimum(placed.after_min, cutoff_min)
    return float(now[lived].max(initial=0.0) - then[lived].max(initial=0.0))


def counted(problem: Problem) -> Floats:
    """Return what each start counts by the objective."""
    return fair_weight(problem) if problem.wanted.objective is Objective.FAIR else problem.weight


def gains_of(problem: Problem, placed: Placed) -> Floats:
    """Return how much better it gets with each candidate alone in addition, by the objective.

    Where sites have room for only so many, those whom the sites serve already are not shared out anew.

    Parameters
    ----------
    problem
        The problem with its candidates.
    placed
        The sites that are there already.
    """
    objective, costs = problem.wanted.objective, problem.minutes
    if objective is Objective.CENTRE:
        return _shortened(problem, placed.after_min)
    if objective is not Objective.MEDIAN:
        return reached_more(problem, placed, counted(problem))
    shorter = np.maximum(placed.ways_min[costs.start] - costs.minutes, 0.0)
    return _by_candidate(problem, problem.weight[costs.start] * shorter)


def reached_more(problem: Problem, placed: Placed, people: Floats) -> Floats:
    """Return how many of some people, one number a start, each candidate alone brings within reach."""
    near, out = problem.minutes.within(problem.wanted.minutes), 1.0 - placed.within
    there = np.where(near, out[problem.minutes.start], 0.0)
    found = _by_candidate(problem, people[problem.minutes.start] * there)
    if problem.capacity is None:
        return found
    children = _by_candidate(problem, problem.children[problem.minutes.start] * there)
    return found * np.minimum(problem.capacity / np.maximum(children, 1e-12), 1.0)


def _by_candidate(problem: Problem, of_pairs: Floats) -> Floats:
    count = len(problem.candidates.frame)
    sums: Floats = np.bincount(problem.minutes.place, weights=of_pairs, minlength=count).astype(float)
    return sums


def _shortened(problem: Problem, after_min: Floats) -> Floats:
    """Return by how many minutes each candidate makes the longest way shorter."""
    costs, lived = problem.minutes, problem.weight > 0
    now = np.where(lived, np.minimum(after_min, costs.cutoff_min), 0.0)
    order = np.argsort(costs.place, kind="stable")
    ends = np.searchsorted(costs.place[order], np.arange(len(problem.candidates.frame) + 1))
    longest = np.zeros(len(ends) - 1)
    for place in range(len(longest)):
        pairs = order[ends[place] : ends[place + 1]]
        after = now.copy()
        np.minimum.at(after, costs.start[pairs], costs.minutes[pairs])
        longest[place] = after.max(initial=0.0)
    return np.maximum(now.max(initial=0.0) - longest, 0.0)


def _own_frame(problem: Problem, build: Build, spots: Sequence[Spot]) -> gpd.GeoDataFrame:
    """Return one row a site, as `Candidates.frame` has it; those put down on the map are named by number."""
    there = problem.candidates.frame
    ids = [spot if isinstance(spot, str) else f"{OWN}-{n}" for n, spot in enumerate(spots, start=1)]
    points = [there.geometry[s] if isinstance(s, str) else shapely.Point(*s) for s in spots]
    frame = gpd.GeoDataFrame(
        there.drop(columns="geometry").reindex(ids),
        geometry=gpd.GeoSeries(points, index=pd.Index(ids, dtype="object"), crs=CRS),
    )
    dropped = frame.index[[not isinstance(spot, str) for spot in spots]]
    area = find_areas(frame.geometry.loc[dropped], build.areas.frame.geometry)
    frame.loc[dropped, "name"] = [f"Site {ids.index(id_) + 1}" for id_ in dropped]
    frame.loc[dropped, "kind"] = ON_MAP
    frame.loc[dropped, "area_code"] = area
    frame.loc[dropped, "ward_code"] = problem.ward_of.reindex(area).to_numpy()
    frame.index.name = there.index.name
    return frame[[*COLUMNS, "geometry"]]


def _own_costs(problem: Problem, build: Build, frame: gpd.GeoDataFrame) -> TravelCosts:
    """Return minutes from each start to each site: those of the problem, or measured to a point."""
    known, wanted = problem.minutes, problem.wanted
    own = frame["kind"].eq(ON_MAP).to_numpy(dtype=bool)
    column = np.full(len(known.places), -1)
    column[known.places.get_indexer(frame.index[~own])] = np.flatnonzero(~own)
    mine = column[known.place] >= 0
    start, place, minutes = known.start[mine], column[known.place[mine]], known.minutes[mine]
    if own.any():
        found = costs_to_points(build, frame.geometry[own], wanted.mode, known.cutoff_min)
        start = np.concatenate([start, found.start])
        place = np.concatenate([place, np.flatnonzero(own)[found.place]])
        minutes = np.concatenate([minutes, found.minutes])
    return sorted_costs(known.starts, frame.index, start, place, minutes, known.cutoff_min, known.means)


def _nearest(candidates: gpd.GeoDataFrame, frame: gpd.GeoDataFrame) -> pd.DataFrame:
    """Find the candidate nearest to each point that was put down, the first by id of those equally near."""
    near = pd.DataFrame({"near_id": None, "near_name": None, "near_m": np.nan}, index=frame.index)
    if candidates.empty:
        return near
    for site in frame.index[frame["kind"].eq(ON_MAP)]:
        away_m = candidates.geometry.distance(frame.geometry[site])
        if away_m.min() <= NEAR_M:
            nearest = away_m.idxmin()
            near.loc[site] = [nearest, candidates.at[nearest, "name"], away_m.min()]
    return near
