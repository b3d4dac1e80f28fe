"""Who reaches one kind of place: how long it takes, who has one near, and what there is for each child."""

import hashlib
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
import shapely

from data.settings import settings
from geo.builds import BuildParts
from geo.journeys import costs_of, measured_starts, shares_of, travel_key
from geo.nearest import minutes_to_nearest
from geo.reach import share_supply, steps
from geo.reach_columns import ReachColumn
from geo.times import keys_of
from geo.travel import Mode
from geo.weighted import Weighted

PER: Final = 1_000.0
"""What there is of a kind is told for so many children."""


@dataclass(frozen=True, eq=False)
class Served:
    """Whom a kind of place serves, and what its places supply.

    Attributes
    ----------
    column
        The column of the children.
    children
        How many live in each area, by code; missing where that is not known.
    supply
        What each place supplies, by id, above 0.
    unit
        What it is counted in: "places".
    notes
        What has to be known of it, in sentences: of places that do not count, too.
    """

    column: str
    children: pd.Series
    supply: pd.Series
    unit: str
    notes: tuple[str, ...] = ()


def kind_key(build: BuildParts, ids: pd.Index, served: Served | None = None) -> tuple[Hashable, ...]:
    """Return what `reach_of_kind` depends on, for one area table: a key of whatever is kept of it."""
    mine = build.places.frame.loc[ids]
    digest = hashlib.sha256("\n".join(ids).encode())
    digest.update(shapely.get_coordinates(mine.geometry.to_numpy()).tobytes())
    for column in ("postcode", "area_code"):
        digest.update("\n".join(mine[column].fillna("")).encode())
    if served is not None:
        digest.update(served.supply.reindex(ids).to_numpy(dtype=float).tobytes())
    column = served.column if served else ""
    return travel_key(build), settings().reach_min, steps(), column, digest.hexdigest()


@dataclass(frozen=True, eq=False)
class KindReach:
    """Who reaches a kind of place.

    Attributes
    ----------
    frame
        Indexed by area code, a column a `ReachColumn`: of the homes from which ways are known, which stand
        for all; missing where none is, with supplied travel times that say nothing of an area, or roads
        that are near nobody.

        - Minutes on foot to the nearest place that half of the homes do not exceed; missing where no way
          leads to any.
        - The share of homes with one within `ATLAS_REACH_MIN`.
        - Where it is known whom they serve, what the area has of the supply for each 1,000 children (E2SFCA:
          see `geo.reach`); missing where its children are not known.
    off
        How many of the places have no way to them: those that lie off the roads, or are not among the
        destinations of supplied travel times.
    """

    frame: pd.DataFrame
    off: int = 0


def reach_of_kind(build: BuildParts, ids: pd.Index, served: Served | None = None) -> KindReach:
    """Measure how well the homes of each area reach some places of one kind, on foot.

    Parameters
    ----------
    build
        The build, for its starts, its places and what travel is measured by.
    ids
        Ids of its places, at least one.
    served
        Whom they serve and what they supply.
    """
    starts = build.starts
    measured = measured_starts(build)
    shares = shares_of(starts, measured)
    homes = Weighted.by(starts["area_code"].where(measured), shares)
    far = minutes_to_nearest(build, ids)
    found = {
        ReachColumn.MINUTES.value: homes.middle(far),
        ReachColumn.SHARE.value: homes.share(far <= settings().reach_min),
    }
    if served is not None:
        costs = costs_of(build, ids, Mode.WALK, steps()[-1][0])
        living = served.children.reindex(starts["area_code"]).to_numpy(dtype=float)
        supply = served.supply.reindex(ids).to_numpy(dtype=float)
        score = share_supply(costs, living * shares, supply, steps()).score * PER
        found[ReachColumn.PER_1K.value] = homes.mean(np.where(np.isnan(living), np.nan, score))
    frame = pd.DataFrame(found).reindex(pd.Index(starts["area_code"].unique(), name="area_code"))
    return KindReach(frame, _count_off(build, ids))


def _count_off(build: BuildParts, ids: pd.Index) -> int:
    if build.times is not None:
        keys = keys_of(build.places, ids, build.times.to)
        return int((~keys.isin(build.times.frame["to"].cat.categories)).sum())
    if build.roads is not None:
        return int(np.isnan(build.roads.snap(build.places.frame.geometry.loc[ids]).off_m).sum())
    return 0
