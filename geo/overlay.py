"""Places laid over the areas: how many of each kind stand in an area, and how far the nearest is."""

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd

from data.asset_kinds import OTHER, AssetKind, asset_kinds
from data.errors import GeographyError, first_few
from data.indicators import Group, Indicator, Kind
from data.provenance import MOST_NAMED, Provenance, join_provenance
from geo.area_table import AreaTable, make_status
from geo.nearest import distance_to_nearest
from geo.places import REGISTER, Places

COUNTED = "places in each area counted by their points, a place told twice once"
MEASURED = (
    "straight line from the middle of the area's homes to the nearest place, those outside the areas counted"
)
UNKNOWN = "missing in a council where none is known"


def overlay_assets(areas: AreaTable, places: Places, origins: gpd.GeoSeries) -> AreaTable:
    """Lay places over areas: `asset_<kind>`, how many stand in each; `access_<kind>_m`, how far the nearest.

    A kind of which no place is known in a council is missing there, not 0: that a file has none says
    nothing of the ground. Where the places of one council alone are known, 0 is 0. Kinds without any place
    get no columns; `other` has no distance, as it is no one thing that people look for. Places that nobody
    has confirmed lately are left out, and said to be, unless they count too.

    Parameters
    ----------
    areas
        The areas.
    places
        The places, in the areas and around them.
    origins
        For each area the point from which distances are measured: see `geo.origins`.

    Raises
    ------
    GeographyError
        When an area has no origin.
    """
    lacking = areas.frame.index.difference(origins.index)
    if len(lacking):
        raise GeographyError(
            f"{len(lacking):,} of {len(areas.frame):,} areas have no origin to measure from: "
            f"{first_few(lacking)}.",
            "Run atlas build again.",
        )
    starts = origins.reindex(areas.frame.index)
    counted, councils = places.counted, len(_councils(areas, places))
    present, unconfirmed = set(counted["kind"].unique()), places.frame["unconfirmed_since"].notna()
    values: dict[str, pd.Series] = {}
    own: list[Indicator] = []
    provenance: dict[str, Provenance] = {}
    for kind in [k for k in asset_kinds().values() if k.id in present]:
        mine = counted[counted["kind"] == kind.id]
        known = _known(areas, mine, councils)
        silent = int((unconfirmed & places.frame["kind"].eq(kind.id)).sum())
        caveat = _join(_uneven(kind, mine, councils), _unconfirmed(kind, silent, places.with_unconfirmed))
        pedigrees = [places.provenance[file] for file in sorted(mine["file"].unique())]
        source = join_provenance(pedigrees, f"LSOA {areas.vintage}")
        count = _count_indicator(kind, caveat)
        values[count.id] = _count_inside(areas, mine).where(known)
        provenance[count.id] = source.with_step(COUNTED, UNKNOWN)
        own.append(count)
        if kind.id != OTHER:
            reach = _reach_indicator(kind, caveat, areas)
            values[reach.id] = distance_to_nearest(starts, mine.geometry).where(known)
            provenance[reach.id] = source.with_step(MEASURED, UNKNOWN)
            own.append(reach)
    frame = pd.DataFrame(values, index=areas.frame.index)
    return areas.overlaid(frame, make_status(frame), provenance, own)


def where_known(areas: AreaTable, places: Places, mine: gpd.GeoDataFrame) -> np.ndarray:
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
    return _known(areas, mine, len(_councils(areas, places)))


def _count_inside(areas: AreaTable, mine: gpd.GeoDataFrame) -> pd.Series:
    counts = mine["area_code"].dropna().astype(str).value_counts()
    return counts.reindex(areas.frame.index, fill_value=0).astype(float)


def _councils(areas: AreaTable, places: Places) -> set[str]:
    """Return every council of the areas or of the places: a table may be one council of a wider build."""
    return {*areas.frame["la_code"].dropna().unique(), *places.frame["la_code"].dropna().unique()}


def _known(areas: AreaTable, mine: gpd.GeoDataFrame, councils: int) -> np.ndarray:
    """Say for each area whether any place of a kind is known in its council."""
    if councils <= 1:
        return np.ones(len(areas.frame), dtype=bool)
    return areas.frame["la_code"].isin(mine["la_code"].dropna().unique()).to_numpy(dtype=bool)


def _uneven(kind: AssetKind, mine: gpd.GeoDataFrame, councils: int) -> str:
    """Say which details of a kind are known in some councils only.

    A file tells of the councils where it has any place of the kind: a detail that it has in few of them is
    rare there, and not unknown. What people added one by one tells of no council as a whole.
    """
    if councils <= 1:
        return ""
    mine = mine[mine["la_code"].notna()]
    anywhere = mine["la_code"].nunique()
    mine = mine[mine["file"] != REGISTER]
    told = mine.groupby("file")["la_code"].agg(frozenset)
    unstated = f"{kind.plural} of no stated type"
    files = mine["file"].astype(object).groupby(mine["detail"].fillna(unstated).astype(object)).unique()
    known = {str(d): len(frozenset().union(*(told[f] for f in names))) for d, names in files.items()}
    return describe_uneven(kind.plural, anywhere, known, councils)


def _unconfirmed(kind: AssetKind, silent: int, counted: bool) -> str:
    """Say how many places of a kind nobody has confirmed lately, and whether they count."""
    if not silent:
        return ""
    which = f"{silent:,} {kind.singular if silent == 1 else kind.plural} not confirmed lately"
    return f"Counted too: {which}." if counted else f"Not counted: {which}."


def _join(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def describe_uneven(plural: str, anywhere: int, known: Mapping[str, int], councils: int) -> str:
    """Say in words how unevenly a kind of place is known.

    Parameters
    ----------
    plural
        What the kind is called.
    anywhere
        In how many councils any of the kind is known.
    known
        In how many councils the files tell of each of its details.
    councils
        How many there are.

    Examples
    --------
    >>> describe_uneven("health services", 10, {"General practice": 1, "Dentist": 10}, 10)
    'General practice is known in 1 of 10 councils only, so numbers there are not comparable.'
    >>> describe_uneven("libraries", 2, {"Branch": 1, "Mobile library": 2}, 10)
    'Libraries are known in 2 of 10 councils only.'
    >>> describe_uneven("libraries", 10, {"Branch": 10}, 10)
    ''
    """
    if anywhere < councils:
        return f"{_capital(plural)} are known in {anywhere} of {councils} councils only."
    some = sorted((n, detail) for detail, n in known.items() if n < councils)
    if len(some) == 1:
        (n, detail) = some[0]
        where = f"is known in {n} of {councils} councils only"
        return f"{_capital(detail)} {where}, so numbers there are not comparable."
    if not some:
        return ""
    named = ", ".join(f"{detail} ({n})" for n, detail in some[:MOST_NAMED])
    more = f" and {len(some) - MOST_NAMED} more types" if len(some) > MOST_NAMED else ""
    return f"Known in some of {councils} councils only: {named}{more}. Numbers there are not comparable."


def _count_indicator(kind: AssetKind, caveat: str) -> Indicator:
    return Indicator(
        id=f"asset_{kind.id}",
        label=f"{_capital(kind.plural)}: number",
        meaning=f"How many {kind.plural} are known in the area",
        unit="places",
        polarity="neutral",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.ASSETS,
        caveat=caveat,
    )


def _reach_indicator(kind: AssetKind, caveat: str, areas: AreaTable) -> Indicator:
    children = (c for c in ("pop_0_17", "pop_0_15") if c in areas.frame)
    return Indicator(
        id=f"access_{kind.id}_m",
        label=f"Nearest {kind.singular}",
        meaning="Straight-line distance from the middle of the area's homes to the nearest "
        f"{kind.singular}, in metres",
        unit="m",
        polarity="high_is_worse",
        kind=Kind.RATE,
        denominator=next(children, None),
        published_name=None,
        group=Group.ACCESS,
        caveat=caveat,
    )


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
