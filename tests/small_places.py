"""Small sets of places for the tests of the map and the page, and areas with columns of places over them."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd
import shapely

from data.asset_kinds import asset_kinds
from data.indicators import Group, Indicator, Kind
from geo.area_table import CRS, AreaTable, make_status
from geo.places import SESSIONS
from geo.reach_columns import PLACES, minutes_indicator, per_1k_indicator, share_indicator
from geo.travel import Means
from tests.small_builds import HOSTILE, provenance

BY_LINE = "Minutes are along straight lines."
"""How the minutes of these areas were measured."""

Row = tuple[str, str, str | None, str | None]


def make_places(areas: AreaTable, rows: Sequence[Row]) -> gpd.GeoDataFrame:
    """Make places in the middle of their areas.

    Parameters
    ----------
    areas
        The small areas.
    rows
        Kind, name, detail and area code of each place; one without a code stands far away.
    """
    codes = [code for *_, code in rows]
    middles = areas.frame.geometry.centroid
    columns = {
        "name": [name for _, name, _, _ in rows],
        "kind": [kind for kind, *_ in rows],
        "detail": [detail for _, _, detail, _ in rows],
        "address": [None for _ in rows],
        "postcode": [None for _ in rows],
        "located_by": ["coordinates" for _ in rows],
        "file": [f"{kind}.csv" for kind, *_ in rows],
        "area_code": codes,
        "la_code": [areas.frame.at[code, "la_code"] if code else None for code in codes],
        "unconfirmed_since": [None for _ in rows],
    }
    index = pd.Index([f"p{number:03}" for number in range(len(rows))], name="place_id")
    points = [middles[code] if code else shapely.Point(500_000, 400_000) for code in codes]
    plain = pd.DataFrame(columns, index=index, dtype="string").assign(**{SESSIONS: float("nan")})
    return gpd.GeoDataFrame(plain, geometry=points, crs=CRS)


def varied_places(areas: AreaTable) -> gpd.GeoDataFrame:
    """A few places of three kinds in two councils, one with a hostile name and one outside every area."""
    codes = list(areas.frame.index)
    return make_places(
        areas,
        [
            ("library", "Eastham Library", "Central library", codes[0]),
            ("library", "=HYPERLINK(1)", None, codes[0]),
            ("library", "Westham Library", None, codes[8]),
            ("school", HOSTILE, "Primary", codes[7]),
            ("school", "Far School", None, None),
            ("family_hub", "Hub", None, codes[1]),
        ],
    )


def with_places(
    areas: AreaTable,
    numbers: Mapping[str, Sequence[float | None]] | None = None,
    minutes: Mapping[str, Sequence[float | None]] | None = None,
    shares: Mapping[str, Sequence[float | None]] | None = None,
    supply: Mapping[str, Sequence[float | None]] | None = None,
) -> AreaTable:
    """Lay numbers of places and how they are reached over areas, by kind of place, as `geo.overlay` does."""
    values, entries = {}, []
    near = {"access_{}_min": minutes, "access_{}_share": shares, "access_{}_per_1k": supply}
    for column, cells_by_kind in {"asset_{}": numbers, **near}.items():
        for kind, cells in (cells_by_kind or {}).items():
            entry = indicator_of(column.format(kind), kind)
            values[entry.id] = pd.Series(cells, index=areas.frame.index, dtype="float64")
            entries.append(entry)
    frame = pd.DataFrame(values, index=areas.frame.index)
    pedigree = {column: provenance("Places") for column in frame.columns}
    return areas.overlaid(frame, make_status(frame), pedigree, entries)


def indicator_of(column: str, kind: str) -> Indicator:
    """The dictionary entry of a number of places or of how they are reached, of which averages are plain."""
    words = asset_kinds()[kind]
    if column.endswith("_per_1k"):
        return replace(per_1k_indicator(words, BY_LINE, "", PLACES, ""), denominator=None)
    if column.endswith("_share"):
        return share_indicator(words, Means.LINE, BY_LINE, None, "")
    if column.endswith("_min"):
        return minutes_indicator(words, Means.LINE, BY_LINE, None, "")
    return Indicator(
        *(column, words.plural, f"What {words.plural} mean", "places", "neutral"),
        *(Kind.COUNT, None, None, Group.ASSETS),
    )


def own_indicator(column: str, kind: Kind, group: Group = Group.OWN, caveat: str = "") -> Indicator:
    """The dictionary entry of a column of a council's own file."""
    return Indicator(column, f"Own {column}", "What it says", "", "neutral", kind, None, None, group, caveat)


def with_own(areas: AreaTable, entry: Indicator, cells: Sequence[float | None]) -> AreaTable:
    """Add a column that the table's own dictionary explains."""
    values = pd.DataFrame({entry.id: pd.Series(cells, index=areas.frame.index, dtype="float64")})
    return areas.overlaid(values, make_status(values), {entry.id: provenance("Own file")}, [entry])
