"""What lines of a road network are: whose layout it is, and which of them nobody walks on.

The words are those of OS Open Roads (today's columns and the older ones), of OpenStreetMap's tags, and of
Geofabrik's Shapefiles of them. Columns are compared by their letters and figures alone.
"""

import re
from collections.abc import Sequence
from typing import Final

import pandas as pd

OS_ROADS: Final = "os_open_roads"
OSM: Final = "osm"
PLAIN: Final = "roads"

_NAMES: Final = {
    "highway": ("highway", "fclass"),
    "foot": ("foot",),
    "access": ("access",),
    "motorroad": ("motorroad",),
    "railway": ("railway",),
    "waterway": ("waterway",),
    "class": ("class", "roadclass", "roadclassification", "roadtype"),
    "function": ("function", "roadfunction"),
    "form": ("formofway",),
    "number": ("roadnumber", "roadclassificationnumber"),
    "start": ("startnode",),
    "end": ("endnode",),
    "street": ("roadname", "streetname", "usrn"),
    "fictitious": ("fictitious",),
    "other": ("othertags",),
}
"""What columns hold, and what they are called."""

READ: Final = (
    *("highway", "foot", "access", "motorroad", "railway", "waterway", "other"),
    *("class", "function", "form", "number"),
)
"""What is read of each line."""

_IN_OTHER: Final = ("foot", "access", "motorroad")
_ROAD_NAMES: Final = (
    *("roadclass", "roadclassification", "roadtype", "roadfunction", "formofway", "roadnumber"),
)
_TELLING: Final = (*_ROAD_NAMES, *_NAMES["street"])
"""Columns that nothing else than roads has."""

_LEAST_CUT: Final = 7
_DBF_NAME: Final = 10
"""A Shapefile cuts the names of columns to this length."""


_HIGHWAYS: Final = frozenset(
    [
        *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link", "secondary"),
        *("secondary_link", "tertiary", "tertiary_link", "unclassified", "residential", "living_street"),
        *("service", "pedestrian", "track", "footway", "path", "steps", "bridleway", "cycleway", "road"),
        *("construction", "proposed", "unknown", *(f"track_grade{grade}" for grade in range(1, 6))),
    ]
)
_CLASSES: Final = frozenset(
    [
        *("motorway", "a road", "b road", "minor road", "local road", "local access road", "unclassified"),
        *("classified unnumbered", "not classified", "restricted local access road", "secondary access road"),
    ]
)
_MOTORWAYS: Final = frozenset(["motorway", "motorway_link", "motorway link", "motorway slip road"])
_NOT_THERE: Final = frozenset(
    ["construction", "proposed", "planned", "abandoned", "razed", "demolished", "removed"]
)
_NOT_FOR_FEET: Final = frozenset(["raceway", "bus_guideway", "busway", "escape", "guided busway"])
_NO: Final = frozenset(["no", "private"])
_WELCOME: Final = frozenset(["yes", "designated", "permissive", "destination", "customers", "official"])
_MOTORWAY_NUMBER: Final = r"(?:m\d+\w*|a\d+\s*\(m\))"


def columns_of(names: Sequence[str]) -> dict[str, str]:
    """Return the column of a file that holds each thing, of those that are there; the first of several.

    Examples
    --------
    >>> columns_of(["formOfWay", "road_class", "name"])
    {'class': 'road_class', 'form': 'formOfWay'}
    """
    found: dict[str, str] = {}
    for cut in (False, True):
        for what, called in _NAMES.items():
            free = [name for name in names if name not in found.values()]
            mine = next((n for c in called for n in free if _is_called(n, c, cut)), None)
            if mine is not None:
                found.setdefault(what, mine)
    return found


def tell_layout(rows: pd.DataFrame) -> tuple[str, str] | None:
    """Say whose layout lines have by their columns and first values, and how it was told; None for no roads.

    Invented roads, which say so in each row, are no publisher's.
    """
    names = [str(name) for name in rows.columns]
    columns = columns_of(names)
    if _are_mostly(rows, columns.get("highway"), _HIGHWAYS):
        return OSM, f"lines with kinds of road in “{columns['highway']}”, as OpenStreetMap has them"
    if {"form", "start", "end"} <= columns.keys() and {"class", "function"} & columns.keys():
        why = f"lines from “{columns['start']}” to “{columns['end']}” with “{columns['form']}”"
        invented = _text(rows, columns.get("fictitious")).isin(["true", "1"]).all() and len(rows)
        return (PLAIN, why) if invented else (OS_ROADS, f"{why}, as OS Open Roads has them")
    for what in ("class", "function"):
        if _are_mostly(rows, columns.get(what), _CLASSES | _HIGHWAYS):
            return PLAIN, f"lines with classes of road in “{columns[what]}”"
    telling = _called_any(names, _TELLING)
    return None if telling is None else (PLAIN, f"lines with “{telling}”")


def are_nodes(names: Sequence[str]) -> bool:
    """Say whether columns are those of the junctions that come beside road links, which nobody needs."""
    return _called_any(names, ("formofroadnode", "junctionnumber")) is not None


def _called_any(names: Sequence[str], called: Sequence[str]) -> str | None:
    return next((n for n in names for c in called for cut in (False, True) if _is_called(n, c, cut)), None)


def _is_called(name: str, called: str, cut: bool) -> bool:
    """Say whether a column has a name, written in any way; or the beginning of it, as a Shapefile cuts it."""
    plain = re.sub(r"[^a-z0-9]", "", name.lower())
    if not cut:
        return plain == called
    return len(name) == _DBF_NAME and len(plain) >= _LEAST_CUT and called.startswith(plain)


def _are_mostly(rows: pd.DataFrame, column: str | None, words: frozenset[str]) -> bool:
    known = _text(rows, column).dropna()
    return len(known) > 0 and bool(known.isin(words).mean() >= 0.5)


def why_not_walked(rows: pd.DataFrame) -> pd.Series:
    """Say of each line why nobody walks on it, missing where people do.

    Parameters
    ----------
    rows
        The lines, with the columns of their file.
    """
    columns = columns_of([str(name) for name in rows.columns])
    tags = {what: _text(rows, columns.get(what)) for what in READ}
    for what in _IN_OTHER:
        tags[what] = tags[what].fillna(_tag(_text(rows, columns.get("other"), lower=False), what))
    highway, road_class = tags["highway"], tags["class"]
    welcome = tags["foot"].isin(_WELCOME)
    motorway = highway.isin(_MOTORWAYS) | road_class.isin(_MOTORWAYS) | tags["function"].isin(_MOTORWAYS)
    slip = tags["form"].eq("slip road") & tags["number"].str.fullmatch(_MOTORWAY_NUMBER)
    no_road = highway.isna() & (tags["railway"].notna() | tags["waterway"].notna())
    rules = {
        "railways": no_road & tags["railway"].notna(),
        "rivers and canals": no_road,
        "not built or no longer there": highway.isin(_NOT_THERE) | road_class.isin(_NOT_THERE),
        "motorways and their slip roads": motorway | slip | (tags["motorroad"].eq("yes") & ~welcome),
        "for buses or races alone": highway.isin(_NOT_FOR_FEET) | tags["form"].isin(_NOT_FOR_FEET),
        "closed to people on foot": tags["foot"].isin(_NO),
        "private": tags["access"].isin(_NO) & ~welcome,
    }
    reasons = pd.Series(pd.NA, index=rows.index, dtype="string")
    for reason, applies in rules.items():
        reasons[reasons.isna() & applies.fillna(False).astype(bool)] = reason
    return reasons


def _text(rows: pd.DataFrame, column: str | None, lower: bool = True) -> pd.Series:
    """Return a column as trimmed text, in lower case if wanted; nothing at all where there is none."""
    if column is None:
        return pd.Series(pd.NA, index=rows.index, dtype="string")
    cells = rows[column]
    if cells.dtype == object:
        cells = cells.map(str, na_action="ignore")
    text = cells.astype("string").str.strip()
    return text.str.lower() if lower else text


def _tag(other: pd.Series, name: str) -> pd.Series:
    """Find a tag in what GDAL writes of all that have no column: `"foot"=>"no","lit"=>"yes"`."""
    found = other.str.extract(rf'(?:^|,)"{name}"=>"((?:[^"\\]|\\.)*)"', expand=False)
    return found.astype("string").str.lower()
