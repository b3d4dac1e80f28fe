"""Localities: which small area belongs to which of a council's own neighbourhoods, by where its homes are."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.choices import SetAside
from data.folder import Folder
from data.provenance import Provenance
from data.sources.base import BoundarySource, SourceKind
from geo.area_table import LOCALITY
from geo.homes import Homes

_WHOLE = 0.95


@dataclass(frozen=True)
class Localities:
    """The locality of each small area.

    Attributes
    ----------
    frame
        Index area code; `locality_code`, `locality_name`, missing outside every locality.
    source
        The file that draws them; None where the folder has none.
    provenance
        Of both columns.
    set_aside
        The other files of localities.
    notes
        How many areas are split between two.
    """

    frame: pd.DataFrame
    source: BoundarySource | None
    provenance: dict[str, Provenance]
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...]


def find_localities(folder: Folder, areas: gpd.GeoSeries, homes: Homes) -> Localities:
    """Put each small area into the locality that holds most of its postcodes.

    Parameters
    ----------
    folder
        The folder, which may hold layers of localities. The one that takes in most areas is used.
    areas
        Polygons of the build in EPSG:27700, index area code.
    homes
        The live postcodes of the place, asked for only where there are localities.
    """
    layers = [s for s in folder.of_kind(SourceKind.LOCALITIES) if isinstance(s, BoundarySource)]
    placed = {s: share_by_postcodes(areas, s.shapes.geometry, homes.points) for s in layers}
    ranked = sorted(placed, key=lambda s: (-len(placed[s]), s.label))
    if not ranked or placed[ranked[0]].empty:
        why = "no small area of the build lies in it"
        return Localities(
            pd.DataFrame(index=areas.index), None, {}, tuple(SetAside(s, why) for s in ranked), ()
        )
    best, *others = ranked
    shares = placed[best]
    names = best.frame["name"]
    frame = pd.DataFrame(
        {"locality_code": shares["part"], "locality_name": shares["part"].map(names)},
        index=areas.index,
    )
    steps = ("each small area is in the locality that holds most of its postcodes",)
    provenance = {column: best.provenance("localities", *steps) for column in LOCALITY}
    split = int((shares["share"] < _WHOLE).sum())
    note = (
        f"{len(shares):,} small areas lie in {shares['part'].nunique():,} localities of {best.label}; "
        f"{split:,} have more than one home in twenty outside theirs."
    )
    aside = tuple(SetAside(s, f"{best.label} takes in as many small areas or more") for s in others)
    return Localities(frame, best, provenance, aside, (note,))


def share_by_postcodes(areas: gpd.GeoSeries, parts: gpd.GeoSeries, homes: gpd.GeoSeries) -> pd.DataFrame:
    """Find the part that holds most of each area's postcodes.

    Parameters
    ----------
    areas, parts
        Polygons in EPSG:27700, index code.
    homes
        Postcodes as points in EPSG:27700. An area without one is placed by a point inside it.

    Returns
    -------
    pandas.DataFrame
        Index area code, for areas with more homes inside some part than outside every one: `part`, its
        code; `share`, of the area's postcodes that lie in it. Ties go to the lower code.
    """
    polygons = gpd.GeoDataFrame({"area": areas.index}, geometry=areas.to_numpy(), crs=areas.crs)
    inside = gpd.sjoin(homes.to_frame("geometry"), polygons, predicate="within")[["area", "geometry"]]
    without = areas.index.difference(inside["area"])
    points = areas.loc[without].representative_point()
    stand_in = gpd.GeoDataFrame({"area": without}, geometry=points.to_numpy(), crs=areas.crs)
    every = pd.concat([inside, stand_in], ignore_index=True)
    drawn = gpd.GeoDataFrame({"part": parts.index}, geometry=parts.to_numpy(), crs=parts.crs)
    joined = gpd.sjoin(gpd.GeoDataFrame(every, crs=areas.crs), drawn, predicate="within")
    if not len(joined):
        return pd.DataFrame({"part": [], "share": []}, index=pd.Index([], name="area_code", dtype="string"))
    ordered = joined.sort_values("part", kind="stable")
    first = ordered[~ordered.index.duplicated()]
    counts = first.groupby(["area", "part"]).size().rename("points").reset_index()
    counts["share"] = counts["points"] / counts["area"].map(every["area"].value_counts())
    ranked = counts.sort_values(["area", "points", "part"], ascending=[True, False, True])
    best = ranked.drop_duplicates("area").set_index("area")[["part", "share"]].rename_axis("area_code")
    inside_any = counts.groupby("area")["share"].sum()
    return best[inside_any.reindex(best.index) > 0.5]
