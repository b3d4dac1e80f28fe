"""Outlines of wards and councils: from their own boundary files, else joined from the small areas."""

from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.choices import SetAside
from data.choosing import choose_outlines
from data.codes import AreaKind, latest_council_code
from data.errors import first_few
from data.folder import Folder
from data.sources.base import Source
from geo.area_table import CRS

COLUMNS = ["level", "code", "name", "la_code", "geometry"]


@dataclass(frozen=True)
class Outlines:
    """Outlines to draw, the files they came from, and what an analyst should know."""

    frame: gpd.GeoDataFrame
    used: tuple[Source, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...]


def draw_outlines(folder: Folder, areas: gpd.GeoDataFrame) -> Outlines:
    """Find the outline of every ward and council of the build.

    Parameters
    ----------
    folder
        The folder as read.
    areas
        The areas of the build with their identity columns, in EPSG:27700.
    """
    parts: list[gpd.GeoDataFrame] = []
    used: list[Source] = []
    aside: list[SetAside] = []
    notes: list[str] = []
    for level, kind, prefix in (("ward", AreaKind.WARD, "ward"), ("council", AreaKind.COUNCIL, "la")):
        wanted = _wanted(areas, prefix)
        choice = choose_outlines(folder, kind, wanted.index)
        aside += choice.set_aside
        drawn = _empty()
        for source in [s for s in (choice.source, *choice.further) if s is not None]:
            here = _from_file(source, wanted)
            drawn = pd.concat([drawn, here[~here["code"].isin(drawn["code"])]])
            notes += _strays(source, wanted, level)
            used.append(source)
        missing = wanted.index.difference(drawn["code"])
        if len(missing):
            drawn = pd.concat([drawn, _joined(areas, prefix, wanted.loc[missing])])
            notes.append(f"{len(missing):,} {level} outlines are joined from their small areas.")
        parts.append(drawn.assign(level=level).sort_values("code")[COLUMNS])
    frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    return Outlines(frame, tuple(used), tuple(aside), tuple(notes))


def _wanted(areas: gpd.GeoDataFrame, prefix: str) -> pd.DataFrame:
    columns = [f"{prefix}_code", f"{prefix}_name", "la_code"]
    plain = pd.DataFrame(areas[list(dict.fromkeys(columns))]).dropna(subset=[f"{prefix}_code"])
    first = plain.drop_duplicates(f"{prefix}_code").set_index(f"{prefix}_code", drop=False)
    names = pd.DataFrame({"name": first[f"{prefix}_name"], "la_code": first["la_code"]})
    return names.rename_axis("code").sort_index()


def _from_file(source: Source, wanted: pd.DataFrame) -> gpd.GeoDataFrame:
    shapes = gpd.GeoDataFrame(source.frame)
    if source.area_kind is AreaKind.COUNCIL:
        now = latest_council_code(shapes.index.to_series())
        back = dict(zip(latest_council_code(wanted.index.to_series()), wanted.index, strict=True))
        shapes = shapes.set_axis(pd.Index(now.map(back).fillna(now)))
    here = shapes[shapes.index.isin(wanted.index) & ~shapes.index.duplicated()]
    return gpd.GeoDataFrame(
        {
            "code": here.index,
            "name": wanted["name"].reindex(here.index).to_numpy(),
            "la_code": wanted["la_code"].reindex(here.index).to_numpy(),
        },
        geometry=here.geometry.to_numpy(),
        crs=CRS,
    )


def _joined(areas: gpd.GeoDataFrame, prefix: str, wanted: pd.DataFrame) -> gpd.GeoDataFrame:
    members = areas[areas[f"{prefix}_code"].isin(wanted.index)]
    shapes = members[[f"{prefix}_code", "geometry"]].dissolve(by=f"{prefix}_code").geometry
    return gpd.GeoDataFrame(
        {
            "code": shapes.index,
            "name": wanted["name"].reindex(shapes.index).to_numpy(),
            "la_code": wanted["la_code"].reindex(shapes.index).to_numpy(),
        },
        geometry=shapes.to_numpy(),
        crs=CRS,
    )


def _strays(source: Source, wanted: pd.DataFrame, level: str) -> list[str]:
    """Name the wards of the build's councils that won no small area: best fit can leave one without."""
    parents = source.frame["parent_code"]
    if level != "ward" or parents.isna().all():
        return []
    councils = latest_council_code(wanted["la_code"].dropna())
    mine = source.frame.index[latest_council_code(parents).isin(councils)]
    lost = mine.difference(wanted.index)
    if not len(lost):
        return []
    names = source.frame["name"].loc[lost]
    return [f"{len(lost):,} wards hold no small area by best fit, so no figure: {first_few(names)}."]


def _empty() -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"code": [], "name": [], "la_code": []}, geometry=[], crs=CRS)
