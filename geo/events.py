"""Dated events as counts by small area and year: no single event is kept."""

import geopandas as gpd
import pandas as pd

from data.indicators import Group, Indicator, Kind
from data.sources.base import Source
from geo.area_table import CRS

COLUMNS = ["event", "area_code", "year", "rows", "events"]


def count_events(sources: list[Source], areas: gpd.GeoSeries) -> pd.DataFrame:
    """Count the rows and the distinct events of each file by small area and year.

    Parameters
    ----------
    sources
        Files of dated points: `frame` with `easting_m`, `northing_m`, `year` and `event`, a number that the
        rows of one event share.
    areas
        Polygons of the build in EPSG:27700, index area code.

    Returns
    -------
    pandas.DataFrame
        `event` (the id of the file's indicator), `area_code`, `year`, `rows`, `events`. Events without a
        number of their own count one a row. Every area stands in every year of its file, with 0 for none.
    """
    return pd.concat([_empty(), *(_count(s, areas) for s in sources)], ignore_index=True)


def event_columns(sources: list[Source], counts: pd.DataFrame, areas: pd.Index) -> pd.DataFrame:
    """Return the rows of each file over all its years, by area: one column an indicator."""
    totals = {
        entry.id: counts[counts["event"] == entry.id].groupby("area_code")["rows"].sum().reindex(areas)
        for source in sources
        for entry in (event_indicator(source),)
    }
    return pd.DataFrame(totals, index=areas).astype("float64")


def event_indicator(source: Source) -> Indicator:
    """Return the dictionary entry of a file of events: its count over all years."""
    label = source.own[0].label if source.own else "Events"
    years = source.frame["year"].dropna()
    span = f"{int(years.min())} to {int(years.max())}" if len(years) else "no year"
    slug = "".join(c if c.isalnum() else "_" for c in label.lower())
    return Indicator(
        id=f"event_{slug}_{source.sha256[:4]}",
        label=f"{label}, {span}",
        meaning=f"Rows of the file whose point lies in the area, {span}",
        unit="rows",
        polarity="neutral",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.EVENTS,
        caveat="The first and the last year may be part of a year. Counts this small vary by chance.",
    )


def _count(source: Source, areas: gpd.GeoSeries) -> pd.DataFrame:
    frame = source.frame
    points = gpd.GeoDataFrame(
        {"year": frame["year"].to_numpy(), "event": frame["event"].to_numpy()},
        geometry=gpd.points_from_xy(frame["easting_m"], frame["northing_m"]),
        crs=CRS,
    )
    polygons = gpd.GeoDataFrame({"area_code": areas.index}, geometry=areas.to_numpy(), crs=areas.crs)
    joined = gpd.sjoin(points, polygons, predicate="intersects").sort_values("area_code", kind="stable")
    placed = joined[~joined.index.duplicated()]
    numbered = placed["event"].astype("string").fillna("row " + placed.index.to_series().astype("string"))
    groups = placed.assign(event=numbered).groupby(["area_code", "year"])["event"]
    years = sorted(int(y) for y in frame["year"].dropna().unique())
    every = pd.MultiIndex.from_product([areas.index, years], names=["area_code", "year"])
    counts = pd.DataFrame({"rows": groups.size(), "events": groups.nunique()})
    counts = counts.reindex(every, fill_value=0).reset_index()
    return counts.assign(event=event_indicator(source).id)[COLUMNS]


def _empty() -> pd.DataFrame:
    types = {"event": "string", "area_code": "string", "year": "int64", "rows": "int64", "events": "int64"}
    return pd.DataFrame({name: pd.Series(dtype=kind) for name, kind in types.items()})
