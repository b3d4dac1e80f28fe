"""Who reaches a kind of place within some minutes, and who does not: by area, ward, fifth and car."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.area_table import AreaTable
from geo.builds import Build
from geo.journeys import costs_of, longest_min, means_of, measured_starts, shares_of
from geo.overlay import where_known
from geo.reach import Nearest, demand_within, nearest_of, number_within, share_supply, steps
from geo.travel import Floats, TravelCosts, sorted_costs
from geo.weighted import Weighted, is_half
from models.reach_asked import Asked
from models.reach_need import Fifths, fifths_of
from models.reach_notes import means_words, notes_of
from models.reach_supply import Supply, children_for, supply_of

FURTHEST_MIN: Final = 60.0
"""How far the nearest place is looked for: further than that nobody walks."""

REACHED: Final = "reached"
LOWER_NEED: Final = "out, lower need"
HIGHER_NEED: Final = "out, higher need"
UNKNOWN_NEED: Final = "out, need unknown"
GAPS: Final = (REACHED, LOWER_NEED, HIGHER_NEED, UNKNOWN_NEED)
"""Whether at least half of an area's homes are within reach, and how deprived it is where they are not."""

HIGHER: Final = 2
"""The most deprived fifths of England, up to this one, are those of higher need."""

NO_CAR: Final = "pop_households_no_car"
"""The column of households without a car."""

PER: Final = 1_000.0
"""The score is told for so many children."""


@dataclass(frozen=True, eq=False)
class Reach:
    """The reach of one kind of place.

    Attributes
    ----------
    asked
        What was asked.
    areas
        One row a small area, index area code. All but what is of the area itself is missing in a council
        where no place of the kind is known.

        - `nearest_min`: how far the nearest place is at most for half of its homes, missing where it is
          beyond the cut-off (which `reached_share`, then not missing, tells from not known);
          `nearest_from_min`, `nearest_to_min`: for the homes that are nearest and furthest;
          `nearest_id`: the place that is the nearest of most of its homes.
        - `within`: how many places are within the minutes, the mean over its homes; `reached_share`: the
          share of its homes that have any.
        - `score`: what it has of the supply for each 1,000 children (E2SFCA).
        - `children`, `households_no_car`: how many live there, missing where unknown; `children_out`,
          `households_no_car_out`: of them out of reach.
        - `fifth`: of England, 1 the most deprived; missing where unknown. `gap`: one of `GAPS`.
    places
        One row a counted place of the kind, index place id: `name`, `la_code` (missing outside the build's
        areas), `inside` them or not, `supply`, `children_within` its minutes, `ratio` of its supply to the
        weighted children of its catchment.
    costs
        The travel costs they were found by.
    measured
        Of each start, whether ways from it are known.
    shares
        The share of its area's homes that each start stands for, those measured standing for all; 0 where
        none is.
    children_column
        The column of children who are served; None where none was loaded.
    fifths
        How the deprivation of areas is told; None where nothing was loaded that tells it.
    supply
        What the places supply.
    means_words
        What minutes are measured by, in a sentence.
    notes
        What else has to be known, in sentences.
    """

    asked: Asked
    areas: pd.DataFrame
    places: pd.DataFrame
    costs: TravelCosts
    measured: npt.NDArray[np.bool_]
    shares: Floats
    children_column: str | None
    fifths: Fifths | None
    supply: Supply
    means_words: str
    notes: tuple[str, ...]

    @cached_property
    def nearest(self) -> Nearest:
        """The nearest place of each start."""
        return nearest_of(self.costs)

    @cached_property
    def homes(self) -> Weighted:
        """The homes of each area from which ways are known."""
        return Weighted.by(self.costs.starts["area_code"].where(self.measured), self.shares)

    @property
    def known(self) -> pd.Series:
        """Say of each area whether its reach is known."""
        return self.areas["reached_share"].notna()

    def of(self, codes: pd.Index) -> "Reach":
        """Return the reach of some of the areas alone; the places are the same."""
        return replace(self, areas=self.areas.loc[self.areas.index.intersection(codes)])


def reach_in(build: Build, areas: AreaTable, asked: Asked, costs: TravelCosts | None = None) -> Reach:
    """Find who reaches a kind of place.

    Parameters
    ----------
    build
        The build, with the places in force.
    areas
        Its area table.
    asked
        What is asked.
    costs
        Those of `costs_for`, where they are at hand; they are found when not given.
    """
    found = costs_for(build, asked) if costs is None else costs
    column = children_for(asked.kind, areas)
    supply = supply_of(build, found.places)
    children = _column(areas, column)
    measured = measured_starts(build)
    shares = shares_of(found.starts, measured)
    demand = children.reindex(found.starts["area_code"]).to_numpy(dtype=float) * shares
    supplied = supply.values.reindex(found.places).to_numpy(dtype=float)
    shared = share_supply(found, demand, supplied, steps())
    mine = build.places.counted.loc[found.places]
    within = demand_within(found, demand, asked.minutes)
    places = pd.DataFrame(
        {
            "name": mine["name"],
            "la_code": mine["la_code"],
            "inside": mine["area_code"].notna(),
            "supply": supplied,
            "children_within": within if column else np.nan,
            "ratio": shared.ratio,
        },
        index=found.places,
    )
    known = where_known(areas, build.places, mine) if len(mine) else np.zeros(len(areas.frame), dtype=bool)
    fifths = fifths_of(areas)
    homes = Weighted.by(found.starts["area_code"].where(measured), shares)
    frame = _of_areas(found, asked.minutes, shared.score * PER, homes).reindex(areas.frame.index)
    frame["score"] = frame["score"].where(children.notna())
    frame = frame.where(pd.Series(known, frame.index))
    frame["children"], frame["households_no_car"] = children, _column(areas, NO_CAR)
    for people in ("children", "households_no_car"):
        frame[f"{people}_out"] = frame[people] * (1.0 - frame["reached_share"])
    frame["fifth"] = fifths.values if fifths else pd.array([pd.NA] * len(frame), dtype="Int64")
    frame["gap"] = gap_of(frame["reached_share"], frame["fifth"])
    return Reach(
        asked=asked,
        areas=frame,
        places=places,
        costs=found,
        measured=measured,
        shares=shares,
        children_column=column,
        fifths=fifths,
        supply=supply,
        means_words=means_words(build, asked.mode, found),
        notes=tuple(notes_of(build, asked, found, column)),
    )


def costs_for(build: Build, asked: Asked) -> TravelCosts:
    """Return the travel costs that an answer needs: the same for any number of minutes."""
    counted = build.places.counted
    ids = counted.index[(counted["kind"] == asked.kind).to_numpy(dtype=bool)]
    cutoff_min = max(min(FURTHEST_MIN, longest_min(build)), asked.minutes, steps()[-1][0])
    if len(ids):
        return costs_of(build, ids, asked.mode, cutoff_min)
    none = np.array([], dtype=np.int64)
    return sorted_costs(build.starts, ids, none, none, none.astype(float), cutoff_min, means_of(build))


def gap_of(reached_share: pd.Series, fifth: pd.Series) -> pd.Series:
    """Return which of `GAPS` each area is; missing where its reach is not known."""
    need = fifth.astype("float64")
    out = np.where(need.isna(), UNKNOWN_NEED, np.where(need <= HIGHER, HIGHER_NEED, LOWER_NEED))
    gap = pd.Series(np.where(is_half(reached_share), REACHED, out), reached_share.index, dtype="object")
    return gap.where(reached_share.notna())


def _of_areas(costs: TravelCosts, minutes: float, score: Floats, homes: Weighted) -> pd.DataFrame:
    """Return what is found of starts by area."""
    nearest = nearest_of(costs)
    ids = np.array([*costs.places, None], dtype=object)
    return pd.DataFrame(
        {
            "nearest_min": homes.middle(nearest.minutes),
            "nearest_from_min": homes.least(nearest.minutes),
            "nearest_to_min": homes.most(nearest.minutes),
            "nearest_id": pd.Series(ids[homes.commonest(nearest.place)], homes.index, dtype="object"),
            "within": homes.mean(number_within(costs, minutes).astype(float)),
            "reached_share": homes.share(nearest.minutes <= minutes),
            "score": homes.mean(score),
        }
    )


def _column(areas: AreaTable, column: str | None) -> pd.Series:
    """Return a column; all missing where it was not loaded."""
    none = pd.Series(np.nan, index=areas.frame.index)
    return areas.frame[column].astype("float64") if column in areas.frame else none
