"""Where support could be placed: buildings that are there, or the middles of areas on request."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import geopandas as gpd
import pandas as pd

from data.asset_kinds import asset_kinds
from data.errors import SourceError, first_few
from data.provenance import Provenance
from geo.area_table import CRS
from geo.builds import Build
from models.candidate_buildings import LIKELY, POSSIBLE, one_each
from models.placement_asked import Wanted
from models.words import number, sentence_case

COLUMNS: Final = (
    *("name", "kind", "kinds", "also", "postcode"),
    *("area_code", "ward_code", "cost_gbp", "capacity"),
)

MIDDLE: Final = "middle of an area"
"""The kind of a candidate that is no building."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """Where support could be placed.

    Attributes
    ----------
    frame
        One row a candidate, indexed by its id, sorted: `name`; `kind` (an id of `data/asset_kinds.toml`, or
        `MIDDLE`); `kinds`, all kinds that it is listed under, with a space between two; `also`, the names of
        what else stands at the same point, empty where nothing does; `postcode`, `area_code`, `ward_code`;
        `cost_gbp` and `capacity` (missing where it does not say so itself); points in EPSG:27700.
    from_build
        Whether they are places of the build, so that supplied travel times lead to them by their ids.
    notes
        What has to be known of them, in sentences.
    merged
        The candidate that stands for a place, for each that is listed twice, by its id.
    sources
        Where they come from, unless they are places of the build, which tells that itself.
    """

    frame: gpd.GeoDataFrame
    from_build: bool
    notes: tuple[str, ...] = ()
    merged: Mapping[str, str] = field(default_factory=dict)
    sources: tuple[Provenance, ...] = ()

    def ids_of(self, named: Sequence[str]) -> list[str]:
        """Return the ids of the candidates that stand for places, which may be their own."""
        return [self.merged.get(one, one) for one in named]


def buildings_in(build: Build, kind: str, council: str = "") -> tuple[str, ...]:
    """Return the kinds of building that could house a kind of place and are known here, likely ones first."""
    known = set(_places_of(build, council)["kind"])
    return tuple(one for one in (*LIKELY, *POSSIBLE) if one in known and one != kind)


def default_buildings(build: Build, kind: str, council: str = "") -> tuple[str, ...]:
    """Return the kinds of building that are looked at unless somebody chooses, sorted.

    They are the likely ones; where none of them is known, all that are possible.
    """
    known = buildings_in(build, kind, council)
    return tuple(sorted([one for one in known if one in LIKELY] or known))


def candidates_of(build: Build, wanted: Wanted) -> Candidates:
    """Return the buildings of the wanted kinds within the areas that are looked at, each once.

    Places of the kind that is to be placed are no candidates: they are there already. A building under two
    kinds, or two at the same point, are one candidate.

    Raises
    ------
    SourceError
        When there is none.
    """
    if wanted.middles:
        return _middles(build, wanted)
    places = build.places.counted
    kinds = [kind for kind in wanted.buildings if kind != wanted.kind]
    mine = places[places["kind"].isin(kinds).to_numpy(dtype=bool)]
    inside = _inside(mine, wanted.council)
    if not inside.any():
        raise _no_building(build, wanted, kinds)
    found, merged = one_each(mine.loc[inside, ["name", "kind", "postcode", "area_code", "geometry"]])
    notes = tuple(_notes(build, wanted, kinds, mine[inside]))
    return Candidates(completed(found, build), from_build=True, notes=notes, merged=merged)


def completed(frame: gpd.GeoDataFrame, build: Build) -> gpd.GeoDataFrame:
    """Return candidates in their columns, sorted by id, each with its ward."""
    wards = build.areas.frame["ward_code"]
    frame = frame.assign(ward_code=wards.reindex(frame["area_code"]).to_numpy())
    for column in ("cost_gbp", "capacity"):
        if column not in frame:
            frame[column] = float("nan")
    frame.index.name = "candidate_id"
    return frame[[*COLUMNS, "geometry"]].sort_index()


def _middles(build: Build, wanted: Wanted) -> Candidates:
    """Return a point inside each small area."""
    areas = build.areas.frame
    if wanted.council:
        areas = areas[areas["la_code"].eq(wanted.council).fillna(False)]
    frame = gpd.GeoDataFrame(
        {
            "name": areas["area_name"],
            "kind": MIDDLE,
            "kinds": MIDDLE,
            "also": "",
            "postcode": pd.Series(pd.NA, areas.index, dtype="string"),
            "area_code": areas.index,
        },
        geometry=areas.geometry.representative_point(),
        crs=CRS,
    )
    note = "The middles of areas stand in for buildings: whether there is one near is not known."
    return Candidates(completed(frame, build), from_build=False, notes=(note,))


def _places_of(build: Build, council: str) -> gpd.GeoDataFrame:
    places = build.places.counted
    return places[_inside(places, council)]


def _inside(places: gpd.GeoDataFrame, council: str) -> pd.Series:
    """Say of each place whether it lies in the areas that are looked at."""
    there = places["area_code"].notna()
    return there & places["la_code"].eq(council).fillna(False) if council else there


def _no_building(build: Build, wanted: Wanted, kinds: Sequence[str]) -> SourceError:
    known = buildings_in(build, wanted.kind, wanted.council)
    there = f"Choose among {', '.join(known)}." if known else "Add a list of buildings to the folder."
    if not kinds:
        return SourceError("No kind of building is chosen that it could be placed in.", there)
    told = first_few(asset_kinds()[kind].plural for kind in kinds)
    return SourceError(f"No building to place it in is known here: {told} were looked for.", there)


def _notes(build: Build, wanted: Wanted, kinds: Sequence[str], mine: gpd.GeoDataFrame) -> Iterator[str]:
    """Yield which kinds are not known everywhere: nothing can be placed in what is not listed."""
    councils = {wanted.council} if wanted.council else set(build.areas.frame["la_code"].dropna())
    silent = [kind for kind in kinds if kind not in set(mine["kind"])]
    if silent:
        yield f"None known here: {first_few(asset_kinds()[kind].plural for kind in silent)}."
    everywhere = mine["la_code"].dropna().nunique()
    if 0 < everywhere < len(councils):
        yield (
            f"Buildings to choose from are known in {number(everywhere)} of {number(len(councils))} councils "
            "only: nothing could be placed elsewhere."
        )
    for kind in kinds:
        told = mine.loc[(mine["kind"] == kind).to_numpy(dtype=bool), "la_code"].dropna().nunique()
        if 0 < told < everywhere:
            plural = sentence_case(asset_kinds()[kind].plural)
            yield f"{plural} are known in {number(told)} of {number(len(councils))} councils only."
