"""Places laid over the areas: how many of each kind stand in an area, and who reaches them."""

from collections.abc import Callable
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from data.asset_kinds import OTHER, AssetKind, asset_kinds
from data.errors import GeographyError, first_few
from data.indicators import Group, Indicator, Kind
from data.provenance import Provenance, join_provenance
from geo.area_table import AreaTable, make_status
from geo.builds import BuildParts
from geo.journeys import means_of
from geo.kind_reach import KindReach, Served, reach_of_kind
from geo.overlay_words import councils_of, cut_off_words, joined, off_words, silent_words, uneven_words
from geo.places import Places
from geo.reach_columns import ReachColumn, minutes_indicator, per_1k_indicator, share_indicator
from geo.travel_words import method_words

COUNTED = "places in each area counted by their points, a place told twice once"
MEASURED = "time on foot from the area's homes to the nearest place, those outside the areas counted. {}"
SHARED_OUT = "supply shared out by enhanced two-step floating catchment areas (Luo and Qi 2009)"
BEYOND = "Children beyond the border are not known: near it, supply is shared among fewer than there are."
UNKNOWN = "missing in a council where none is known"

NO_REACH: Final = (OTHER,)
"""Kinds that are no one thing that people look for."""

NOT_SHARED: Final = (*NO_REACH, "transport")
"""Kinds of which a child who uses one leaves no less for others."""

Reaching = Callable[[BuildParts, pd.Index, Served | None], KindReach]
Serving = Callable[[str, pd.Index], Served | None]


def overlay_assets(
    areas: AreaTable, build: BuildParts, serving: Serving | None = None, reaching: Reaching = reach_of_kind
) -> AreaTable:
    """Lay the places of a build over areas: how many of each kind stand in each, and who reaches them.

    Of each kind there are `asset_<kind>`, its number; `access_<kind>_min`, how far the nearest one is;
    `access_<kind>_share`, the share of homes that have one within reach; and, where it is known whom it
    serves, `access_<kind>_per_1k`, what there is of it for each 1,000 children.

    A kind of which no place is known in a council is missing there, not 0: that a file has none says
    nothing of the ground. Where the places of one council alone are known, 0 is 0. Kinds without any place
    get no columns; `other` has no reach. Places that nobody has confirmed lately are left out, and said to
    be, unless they count too.

    Parameters
    ----------
    areas
        The areas: those of the build, or some of them.
    build
        The build, for its places, its starts and what travel is measured by.
    serving
        Says of a kind, by its id and those of its places, whom it serves and what its places supply.
    reaching
        As `reach_of_kind`: something may be kept of what it found from one reading to the next.

    Raises
    ------
    GeographyError
        When an area has no start.
    """
    _require_starts(areas, build.starts)
    counted, codes, means = build.places.counted, areas.frame.index, means_of(build)
    any_children = next((c for c in ("pop_0_17", "pop_0_15") if c in areas.frame), None)
    method = method_words(build)
    step = MEASURED.format(method)
    parts = [_Columns(), *(_Columns() for _ in ReachColumn)]
    numbers, minutes, shares, supplies = parts
    for kind in _kinds_in(counted):
        mine = counted[(counted["kind"] == kind.id).to_numpy()]
        known = pd.Series(where_known(areas, build.places, mine), codes)
        uneven = uneven_words(kind, mine, len(councils_of(areas, build.places)))
        caveat = joined(uneven, silent_words(kind, build.places))
        source = _source(build, mine, areas.vintage)
        counts = _count_inside(areas, mine).where(known)
        numbers.add(_count_indicator(kind, caveat), counts, source.with_step(COUNTED, UNKNOWN))
        if kind.id in NO_REACH:
            continue
        served = serving(kind.id, mine.index) if serving else None
        children = served.column if served else any_children
        shared = served if kind.id not in NOT_SHARED else None
        reached = reaching(build, mine.index, shared)
        found, off = reached.frame.reindex(codes).where(known, axis=0), off_words(kind, reached.off, means)
        measured = _source(build, mine, areas.vintage, travelled=True).with_step(step, UNKNOWN)
        middle = found[ReachColumn.MINUTES]
        share = found[ReachColumn.SHARE]
        lost = cut_off_words(kind, int((middle.isna() & share.notna()).sum()))
        minutes.add(
            minutes_indicator(kind, means, method, children, joined(caveat, off, lost)), middle, measured
        )
        shares.add(share_indicator(kind, means, method, children, joined(caveat, off)), share, measured)
        if shared is not None:
            noted = joined(uneven, off, *shared.notes, BEYOND)
            entry = per_1k_indicator(kind, method, shared.column, shared.unit, noted)
            supplies.add(entry, found[ReachColumn.PER_1K], measured.with_step(SHARED_OUT))
    frame = pd.DataFrame({id_: values for part in parts for id_, values in part.values.items()}, codes)
    provenance = {id_: p for part in parts for id_, p in part.provenance.items()}
    own = [entry for part in parts for entry in part.entries]
    return areas.overlaid(frame, make_status(frame), provenance, own)


class _Columns:
    """Columns of one sort, in the order of the kinds."""

    def __init__(self) -> None:
        self.values: dict[str, pd.Series] = {}
        self.provenance: dict[str, Provenance] = {}
        self.entries: list[Indicator] = []

    def add(self, entry: Indicator, values: pd.Series, source: Provenance) -> None:
        """Add a column with what it means and where it comes from."""
        self.values[entry.id], self.provenance[entry.id] = values, source
        self.entries.append(entry)


def _require_starts(areas: AreaTable, starts: gpd.GeoDataFrame) -> None:
    lacking = areas.frame.index.difference(pd.Index(starts["area_code"]))
    if len(lacking):
        raise GeographyError(
            f"{len(lacking):,} of {len(areas.frame):,} areas have no point to set out from: "
            f"{first_few(lacking)}.",
            "Run atlas build again.",
        )


def _kinds_in(counted: gpd.GeoDataFrame) -> list[AssetKind]:
    present = set(counted["kind"].unique())
    return [kind for kind in asset_kinds().values() if kind.id in present]


def _source(build: BuildParts, mine: gpd.GeoDataFrame, vintage: str, travelled: bool = False) -> Provenance:
    """Return where places come from, and what travel to them was measured by."""
    pedigrees = [build.places.provenance[file] for file in sorted(mine["file"].unique())]
    ways = build.times or build.roads
    if travelled and ways is not None:
        pedigrees.append(ways.provenance)
    return join_provenance(pedigrees, f"LSOA {vintage}")


def where_known(areas: AreaTable, places: Places, mine: gpd.GeoDataFrame) -> npt.NDArray[np.bool_]:
    """Say for each area whether any place of a kind is known in its council.

    Parameters
    ----------
    areas
        The areas.
    places
        All places.
    mine
        Those of the kind that count.
    """
    if len(councils_of(areas, places)) <= 1:
        return np.ones(len(areas.frame), dtype=bool)
    return areas.frame["la_code"].isin(mine["la_code"].dropna().unique()).to_numpy(dtype=bool)


def _count_inside(areas: AreaTable, mine: gpd.GeoDataFrame) -> pd.Series:
    counts = mine["area_code"].dropna().astype(str).value_counts()
    return counts.reindex(areas.frame.index, fill_value=0).astype(float)


def _count_indicator(kind: AssetKind, caveat: str) -> Indicator:
    return Indicator(
        id=f"asset_{kind.id}",
        label=f"{kind.plural[:1].upper()}{kind.plural[1:]}: number",
        meaning=f"How many {kind.plural} are known in the area",
        unit="places",
        polarity="neutral",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.ASSETS,
        caveat=caveat,
    )
