"""Where support could be placed: buildings that are there, or the middles of areas where that is asked for."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import pandas as pd

from geo.area_table import CRS
from geo.builds import Build
from models.placement_asked import Wanted

COLUMNS: Final = ("name", "kind", "postcode", "area_code", "ward_code", "cost_gbp", "capacity")

MIDDLE: Final = "middle of an area"
"""The kind of a candidate that is no building."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Where support could be placed.

    Attributes
    ----------
    frame
        One row a candidate, indexed by its id, sorted: `name`, `kind` (an id of `data/asset_kinds.toml`, or
        `MIDDLE`), `postcode`, `area_code`, `ward_code`, `cost_gbp` and `capacity` (missing where it does not
        say so itself); points in EPSG:27700.
    from_build
        Whether they are places of the build, so that supplied travel times lead to them by their ids.
    notes
        What has to be known of them, in sentences.
    """

    frame: gpd.GeoDataFrame
    from_build: bool
    notes: tuple[str, ...] = ()


def candidates_of(build: Build, wanted: Wanted) -> Candidates:
    """Return the buildings of the wanted kinds within the areas that are looked at.

    Places of the kind that is to be placed are no candidates: they are there already.
    """
    if wanted.middles:
        return _middles(build, wanted)
    places = build.places.counted
    mine = places["kind"].isin([kind for kind in wanted.buildings if kind != wanted.kind])
    mine &= places["area_code"].notna()
    if wanted.council:
        mine &= places["la_code"].eq(wanted.council).fillna(False)
    found = places.loc[mine.to_numpy(dtype=bool), ["name", "kind", "postcode", "area_code", "geometry"]]
    return Candidates(_completed(found.sort_index(), build), from_build=True)


def _middles(build: Build, wanted: Wanted) -> Candidates:
    """Return a point inside each small area."""
    areas = build.areas.frame
    if wanted.council:
        areas = areas[areas["la_code"].eq(wanted.council).fillna(False)]
    frame = gpd.GeoDataFrame(
        {"name": areas["area_name"], "kind": MIDDLE, "postcode": pd.NA, "area_code": areas.index},
        geometry=areas.geometry.representative_point(),
        crs=CRS,
    )
    note = "The middles of areas stand in for buildings: whether there is one near is not known."
    return Candidates(_completed(frame.sort_index(), build), from_build=False, notes=(note,))


def _completed(frame: gpd.GeoDataFrame, build: Build) -> gpd.GeoDataFrame:
    """Add the ward of each candidate, and cost and capacity where they are not told."""
    wards = build.areas.frame.get("ward_code", pd.Series(pd.NA, build.areas.frame.index))
    frame = frame.assign(ward_code=wards.reindex(frame["area_code"]).to_numpy())
    for column in ("cost_gbp", "capacity"):
        if column not in frame:
            frame[column] = float("nan")
    frame.index.name = "candidate_id"
    return frame[[*COLUMNS, "geometry"]]
