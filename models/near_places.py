"""Which areas have a kind of place near by, and how a change of the places changes that.

How far people are from a place is a `Measure`: minutes on foot here. Another can take its place, and no
sentence changes but for its "within".
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from data.settings import settings
from geo.builds import Build
from geo.journeys import means_of, measured_starts, shares_of
from geo.nearest import minutes_to_nearest
from geo.places import Places
from geo.reach_columns import within_words
from geo.travel import Floats
from geo.travel_words import method_words
from geo.weighted import Weighted

FELT: Final = 0.01
"""By what share of what is near the nearest place has to come closer for it to be said."""


@dataclass(frozen=True)
class Measure:
    """How far homes are from places, and what is near enough.

    Attributes
    ----------
    near
        The most that is near, in the unit of `far`.
    within
        That in words: "within 15 minutes’ walk".
    method
        What has to be known of it, in a sentence.
    far
        How far the nearest of some places of a build is from each of its starts; missing where there is none.
    """

    near: float
    within: str
    method: str
    far: Callable[[Build, pd.Index], Floats]


@dataclass(frozen=True, eq=False)
class Reach:
    """What a change does for one kind of place.

    Attributes
    ----------
    kind
        The kind.
    gained, lost
        The areas with homes that have one near by now, and with homes that have none any more: the share of
        their homes, above 0, by area code.
    closer, further
        The other areas whose nearest one is closer than it was, and further away, for half of their homes.
    """

    kind: str
    gained: pd.Series
    lost: pd.Series
    closer: pd.Index
    further: pd.Index


def on_foot(build: Build) -> Measure:
    """Return the measure by minutes on foot: near is what is within reach (`ATLAS_REACH_MIN`)."""
    means = means_of(build)
    return Measure(settings().reach_min, within_words(means), method_words(means), minutes_to_nearest)


def changed_kinds(before: Places, after: Places) -> list[str]:
    """Return the kinds whose counted places do not stand where they stood, in the order of the kinds."""
    one, other = _spots(before), _spots(after)
    return [kind for kind in asset_kinds() if one.get(kind) != other.get(kind)]


def _spots(places: Places) -> dict[str, bytes]:
    frame = places.counted
    points = shapely.get_coordinates(frame.geometry.to_numpy())
    plain = pd.DataFrame({"kind": frame["kind"].to_numpy(), "x": points[:, 0], "y": points[:, 1]})
    ordered = plain.sort_values(["kind", "x", "y"])
    return {str(kind): mine[["x", "y"]].to_numpy().tobytes() for kind, mine in ordered.groupby("kind")}


def reach_of(kind: str, before: Places, after: Places, build: Build, measure: Measure) -> Reach:
    """Return what a change of the places does for the reach of one kind from the areas of a build."""
    was, now = (_far(kind, replace(build, places=places), measure) for places in (before, after))
    measured = measured_starts(build)
    homes = Weighted.by(build.starts["area_code"].where(measured), shares_of(build.starts, measured))
    near_before, near_now = was <= measure.near, now <= measure.near
    here = homes.index.isin(build.areas.frame.index)
    gained = homes.share(near_now & ~near_before)[here]
    lost = homes.share(near_before & ~near_now)[here]
    same, felt = gained.add(lost).eq(0), FELT * measure.near
    middle_was, middle_now = homes.middle(was)[here], homes.middle(now)[here]
    return Reach(
        kind=kind,
        gained=gained[gained > 0],
        lost=lost[lost > 0],
        closer=gained.index[same & (middle_now < middle_was - felt)],
        further=gained.index[same & (middle_was < middle_now - felt)],
    )


def _far(kind: str, build: Build, measure: Measure) -> Floats:
    counted = build.places.counted
    ids = counted.index[(counted["kind"] == kind).to_numpy(dtype=bool)]
    return np.nan_to_num(measure.far(build, ids), nan=np.inf)
