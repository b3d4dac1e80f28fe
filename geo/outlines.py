"""What a map draws beside the small areas: outlines of wards, councils, regions, localities and green spaces.

Wards and councils come from their own boundary files, else they are joined from the small areas; regions are
joined from the councils.
"""

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.choices import SetAside
from data.choosing import choose_outlines
from data.codes import AreaKind, latest_council_code
from data.errors import first_few
from data.folder import Folder
from data.sources.base import AssetSource, Source, SourceKind
from geo.area_table import CRS, REGION
from geo.localities import Localities

GREEN = "green_space"
_LARGE_M2 = 20_000.0
COLUMNS = ["level", "code", "name", "la_code", "geometry"]


@dataclass(frozen=True)
class Outlines:
    """Outlines to draw, the files they came from, and what an analyst should know."""

    frame: gpd.GeoDataFrame
    used: tuple[Source, ...]
    set_aside: tuple[SetAside, ...]
    notes: tuple[str, ...]


def draw_outlines(folder: Folder, areas: gpd.GeoDataFrame, localities: Localities) -> Outlines:
    """Find the outline of every ward, council, region and locality of the build, and its larger green spaces.

    Parameters
    ----------
    folder
        The folder as read.
    areas
        The areas of the build with their identity columns, in EPSG:27700.
    localities
        The localities of the areas.
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
    parts.append(_region_outlines(areas, parts[-1]))
    parts += [_locality_outlines(areas, localities), _green_spaces(folder, areas.geometry)]
    if localities.source is not None:
        used.append(localities.source)
    frame = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), geometry="geometry", crs=CRS)
    return Outlines(frame, tuple(used), tuple(aside), tuple(notes))


def _region_outlines(areas: gpd.GeoDataFrame, councils: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Join the councils of each region."""
    if REGION[0] not in areas.columns:
        return _empty()[COLUMNS]
    whole = areas.dropna(subset=["la_code"]).groupby("la_code")[list(REGION)].first()
    of_council = councils.join(whole, on="code")
    joined = dissolve(of_council.dropna(subset=[REGION[0]]), REGION[0])
    names = whole.drop_duplicates(REGION[0]).set_index(REGION[0])[REGION[1]]
    rows = {"level": "region", "code": joined.index, "name": names.reindex(joined.index).to_numpy()}
    return gpd.GeoDataFrame({**rows, "la_code": pd.NA}, geometry=joined.to_numpy(), crs=CRS)[COLUMNS]


def dissolve(shapes: gpd.GeoDataFrame, key: str) -> gpd.GeoSeries:
    """Join polygons that share a key, and return one shape a key, sorted.

    Neighbours that share their edges to the letter are joined by leaving those out, which takes a fraction of
    the time; where that gives no sound shape of the same size, they are joined in full.
    """
    geometries = pd.Series(shapes.geometry.to_numpy(), index=shapes.index)
    joined = geometries.groupby(shapes[key].to_numpy()).agg(_join)
    return gpd.GeoSeries(joined, crs=CRS).rename_axis("code")


def _join(parts: pd.Series) -> shapely.Geometry:
    shapes = parts.to_numpy()
    try:
        joined = shapely.coverage_union_all(shapes)
    except shapely.errors.GEOSException:  # their edges are not the same to the letter
        return shapely.union_all(shapes)
    sound = joined.is_valid and np.isclose(joined.area, shapely.area(shapes).sum(), rtol=1e-9)
    return joined if sound else shapely.union_all(shapes)


def _locality_outlines(areas: gpd.GeoDataFrame, localities: Localities) -> gpd.GeoDataFrame:
    """Return the localities that hold an area of the build."""
    if localities.source is None:
        return _empty()[COLUMNS]
    shapes = localities.source.shapes
    here = shapes[shapes.index.isin(localities.frame["locality_code"])].sort_index()
    rows = {
        "level": "locality",
        "code": here.index,
        "name": here["name"].to_numpy(),
        "la_code": _only_councils(areas, localities).reindex(here.index).to_numpy(),
    }
    return gpd.GeoDataFrame(rows, geometry=here.geometry.to_numpy(), crs=CRS)[COLUMNS]


def _only_councils(areas: gpd.GeoDataFrame, localities: Localities) -> pd.Series:
    """Return the council of each locality that lies in one."""
    councils = areas["la_code"].groupby(localities.frame["locality_code"])
    return councils.first().where(councils.nunique() == 1)


def _green_spaces(folder: Folder, areas: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return the green spaces of the place that are large enough to recognise it by: nobody lives there."""
    drawn = []
    for source in folder.of_kind(SourceKind.ASSETS):
        shapes = source.shapes if isinstance(source, AssetSource) else None
        if shapes is not None:
            green = source.frame["kind"].eq(GREEN).reindex(shapes.index, fill_value=False)
            large = shapes[green.to_numpy(dtype=bool) & (shapes.area >= _LARGE_M2).to_numpy()]
            drawn.append(
                gpd.GeoDataFrame({"name": source.frame["name"]}, geometry=large, crs=CRS).loc[large.index]
            )
    if not drawn:
        return _empty()[COLUMNS]
    spaces = pd.concat(drawn, ignore_index=True)
    spaces = spaces[spaces.intersects(areas.union_all())]
    codes = [f"green {number}" for number in range(1, len(spaces) + 1)]
    rows = {"level": "greenspace", "code": codes, "name": spaces["name"].to_numpy(), "la_code": pd.NA}
    return gpd.GeoDataFrame(rows, geometry=spaces.geometry.to_numpy(), crs=CRS)[COLUMNS]


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
    shapes = dissolve(members, f"{prefix}_code")
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
    return gpd.GeoDataFrame({"level": [], "code": [], "name": [], "la_code": []}, geometry=[], crs=CRS)
