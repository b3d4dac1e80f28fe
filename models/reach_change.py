"""Who comes within reach if a place opens at a point, and who falls out of it if one closes."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from geo.area_table import AreaTable
from geo.builds import Build
from geo.journeys import costs_to
from geo.reach import nearest_of
from geo.travel import Floats
from models.explain import Explanation
from models.reach import Reach, gap_of
from models.reach_change_words import explain_closing, explain_opening, explain_unmeasured
from models.reach_need import FIFTHS, UNPLACED

FELT_MIN: Final = 1.0
"""From how many minutes on a place that is nearer, or further away, is noticed."""


@dataclass(frozen=True, eq=False)
class Change:
    """What a place that opens or closes changes.

    Attributes
    ----------
    areas
        One row a small area, index area code: `before_share`, `after_share` (of its homes within reach),
        `before_min`, `after_min` (to the nearest place, as in `Reach.areas`), `children_gained` and
        `households_no_car_gained` (who come within reach; below 0 who fall out of it; missing where unknown),
        `fifth`, and `before_gap`, `after_gap` (of `models.reach.GAPS`).
    by_fifth
        Index 1, the most deprived, to 5, and missing if there is any: `areas` (where anybody comes within
        reach or falls out of it), `children_gained`, `households_no_car_gained`.
    explanation
        What that comes to, in a sentence.
    """

    areas: pd.DataFrame
    by_fifth: pd.DataFrame
    explanation: Explanation


def with_place_at(build: Build, areas: AreaTable, reach: Reach, spot_xy: tuple[float, float]) -> Change:
    """Find who comes within reach if a place of the kind opens at a point.

    Parameters
    ----------
    build
        The build.
    areas
        Its area table.
    reach
        The reach as it is, of all areas or of those that are told of.
    spot_xy
        The point: easting and northing in EPSG:27700.
    """
    found = costs_to(build, shapely.Point(spot_xy), reach.asked.mode, reach.costs.cutoff_min)
    now = reach.nearest.minutes
    if found is None:
        changed = _areas(reach, now)
        return Change(changed, _by_fifth(changed), explain_unmeasured(reach))
    there = np.full(len(now), np.nan)
    there[found.start] = found.minutes
    changed = _areas(reach, np.fmin(now, there))
    around = reach.homes.share(there <= reach.asked.minutes).reindex(changed.index)
    return Change(changed, _by_fifth(changed), explain_opening(reach, areas, changed, around))


def without_place(areas: AreaTable, reach: Reach, place_id: str) -> Change:
    """Find who falls out of reach if a place closes.

    Parameters
    ----------
    areas
        The area table of the build.
    reach
        The reach as it is, of all areas or of those that are told of.
    place_id
        The id of a place of `reach.places`.

    Raises
    ------
    KeyError
        When no counted place of the kind has that id.
    """
    costs = reach.costs
    kept = costs.place != costs.places.get_loc(place_id)
    others = replace(costs, start=costs.start[kept], place=costs.place[kept], minutes=costs.minutes[kept])
    changed = _areas(reach, nearest_of(others).minutes)
    name = str(reach.places.at[place_id, "name"])
    return Change(changed, _by_fifth(changed), explain_closing(reach, areas, changed, name))


def _areas(reach: Reach, after: Floats) -> pd.DataFrame:
    """Compare what is with what would be, by area."""
    before, mine = reach.nearest.minutes, reach.areas
    homes = reach.homes
    felt = ~(np.abs(after - before) < FELT_MIN) & ~(np.isnan(after) & np.isnan(before))
    would = pd.DataFrame(
        {
            "after_share": homes.share(after <= reach.asked.minutes),
            "after_min": homes.middle(after),
            "felt_share": homes.share(felt),
        }
    )
    would = would.reindex(mine.index).where(reach.known)
    gained = would["after_share"] - mine["reached_share"]
    return pd.DataFrame(
        {
            "before_share": mine["reached_share"],
            "after_share": would["after_share"],
            "before_min": mine["nearest_min"],
            "after_min": would["after_min"],
            "felt_share": would["felt_share"],
            "children_gained": mine["children"] * gained,
            "households_no_car_gained": mine["households_no_car"] * gained,
            "fifth": mine["fifth"],
            "before_gap": mine["gap"],
            "after_gap": gap_of(would["after_share"], mine["fifth"]),
        }
    )


def _by_fifth(changed: pd.DataFrame) -> pd.DataFrame:
    """Add a change up by fifth; a sum of nothing that is known is missing."""
    fifths, gained = changed["fifth"], changed["after_share"] - changed["before_share"]
    each = changed[["children_gained", "households_no_car_gained"]].assign(
        areas=gained.ne(0) & gained.notna()
    )
    keys = fifths.astype("object").where(fifths.notna(), UNPLACED).to_numpy()
    unknown = [UNPLACED] if fifths.isna().any() else []
    added = each.groupby(keys).sum(min_count=1).reindex([*FIFTHS, *unknown])
    added["areas"] = added["areas"].fillna(0).astype("int64")
    added.index = pd.Index(pd.array([*FIFTHS, *(pd.NA for _ in unknown)], dtype="Int64"), name="fifth")
    return added[["areas", "children_gained", "households_no_car_gained"]]
