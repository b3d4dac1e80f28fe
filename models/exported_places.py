"""The places of a build as a layer of points: what their table says of each, and whom it comes from.

They are the places in force: those of the asset register that are published, or those of the folder. What is
withheld or confidential is in neither, and no contact of a person is.
"""

from typing import Final

import geopandas as gpd
import pandas as pd

from data.asset_kinds import asset_kinds
from data.codes import is_invented
from data.provenance import Provenance
from geo.area_table import CRS, AreaTable
from geo.places import SESSIONS, Places
from models.exported import NUMBER, ExportColumn, ExportLayer, invented_words
from models.places import places_table

COLUMNS: Final = {
    "name": ("Name", "Name of the place."),
    "kind": (
        "Kind of place",
        "What kind of support it is: the places of each kind are one class of the map.",
    ),
    "detail": ("Detail", "What its file says more closely."),
    "address": ("Address", "Where it is, as its file says."),
    "postcode": ("Postcode", "Its postcode."),
    "located_by": ("Located by", "How its point was found."),
    "area_code": ("Code of the small area", "The small area that holds its point."),
    "area_name": ("Small area", "Name of that small area."),
    "ward_name": ("Ward", "The ward of that small area."),
    "la_name": ("Council", "The council of that small area."),
    "confirmed": ("Confirmed", "Empty, or how long nobody has confirmed that it is there."),
    "file": ("Source", "The file or register that it comes from."),
}
"""The columns of text, with their titles and what they mean."""

OF_POINTS: Final = {
    SESSIONS: ("Sessions a week", "How much there is; empty where nobody told.", "sessions"),
    "easting_m": ("Easting", "Of the British National Grid.", "metres"),
    "northing_m": ("Northing", "Of the British National Grid.", "metres"),
}


def export_of_places(places: Places, areas: AreaTable) -> ExportLayer:
    """Make the layer of the places that lie inside the areas.

    Parameters
    ----------
    places
        The places in force.
    areas
        The small areas that they lie in.
    """
    rows = places_table(places.frame, set(asset_kinds()), areas, "").sort_index()
    points = places.frame.geometry.loc[rows.index]
    cells: dict[str, pd.Series] = {name: rows[name].astype("string") for name in COLUMNS}
    cells |= {SESSIONS: rows[SESSIONS], "easting_m": points.x, "northing_m": points.y}
    told = [ExportColumn("place_id", "Number of the place", "What the place is known by.")]
    told += [ExportColumn(name, *words) for name, words in COLUMNS.items()]
    told += [
        ExportColumn(name, title, means, NUMBER, unit) for name, (title, means, unit) in OF_POINTS.items()
    ]
    frame = gpd.GeoDataFrame(pd.DataFrame(cells, index=rows.index), geometry=points, crs=CRS)
    councils = areas.frame["la_code"].dropna().unique()
    names = " and ".join(sorted(areas.frame["la_name"].dropna().unique())[:2])
    return ExportLayer(
        name="places",
        title="Places of support",
        frame=frame,
        columns=tuple(told),
        classes={},
        tier=areas.tier,
        vintage=areas.vintage,
        revision=areas.content_hash,
        notes=(invented_words(names),) if is_invented(councils) else (),
        more_sources=_sources(places, rows["file"]),
    )


def _sources(places: Places, files: pd.Series) -> tuple[Provenance, ...]:
    return tuple(places.provenance[file] for file in sorted(files.unique()) if file in places.provenance)
