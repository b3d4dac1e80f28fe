"""What stands beside the area table in a build: localities, places, figures over time, events and roads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import geopandas as gpd
import pandas as pd

from data.asset_kinds import CHARITY
from data.choices import SetAside
from data.folder import Folder
from data.postcodes import PostcodeDirectory
from data.sources.base import AssetSource, Source, SourceKind
from geo.area_table import CRS, AreaTable
from geo.find_roads import FoundRoads, find_roads
from geo.find_times import FoundTimes, find_times
from geo.homes import Homes
from geo.localities import Localities
from geo.place_tallies import FileTally
from geo.places import PlacesDraft, find_areas, label_files, make_places
from geo.series import gather_series
from geo.starts import starts_of


@dataclass(frozen=True)
class Beside:
    """What stands beside the area table in a build: localities, places, series, events and roads.

    Attributes
    ----------
    localities
        The locality of each small area, and the file that draws them.
    places
        The places of the folder, each once, with what became of every row.
    starts
        The points that the people of each area set out from: see `geo.starts`.
    series, events
        Figures over time by council, and counts of dated events by area and year.
    used
        The files that the series, the events and the places came from.
    tallies
        What became of the rows of each file of places.
    roads
        The road network.
    times
        The travel times that somebody supplies.
    """

    localities: Localities
    places: PlacesDraft
    starts: gpd.GeoDataFrame
    series: pd.DataFrame
    events: pd.DataFrame
    used: tuple[Source, ...]
    tallies: Mapping[Source, FileTally]
    roads: FoundRoads
    times: FoundTimes


def find_beside(
    folder: Folder,
    areas: AreaTable,
    homes: Homes,
    localities: Localities,
    events: list[Source],
    counts: pd.DataFrame,
) -> Beside:
    """Place the places, gather figures over time, and make the road network."""
    sources = [s for s in folder.of_kind(SourceKind.ASSETS) if isinstance(s, AssetSource)]
    directory = PostcodeDirectory(folder.of_kind(SourceKind.POSTCODES))
    places = make_places(sources, directory, areas, folder.settings.asset_buffer_m)
    labelled = label_files(sources)
    tallies: dict[Source, FileTally] = {labelled[tally.file]: tally for tally in places.tallies}
    told = sources or folder.of_kind(SourceKind.POSTCODES)
    points = homes.points if told else gpd.GeoSeries([], crs=CRS)
    held = find_areas(points, areas.frame.geometry)
    starts = starts_of(areas, points, held)
    councils = pd.Index(areas.frame["la_code"].dropna().unique())
    series, over_time = gather_series(folder.of_kind(SourceKind.SERIES), councils)
    of_places = [source for source, tally in tallies.items() if tally.used or tally.duplicate]
    roads, times = find_roads(folder, areas, starts), find_times(folder, areas)
    used = (*over_time, *events, *of_places, *roads.used, *times.used)
    return Beside(localities, places, starts, series, counts, used, tallies, roads, times)


def not_used(folder: Folder, beside: Beside) -> Iterator[SetAside]:
    """Set aside what no part of the build takes anything from, each with its own reason."""
    yield from beside.roads.set_aside
    yield from beside.times.set_aside
    for source in folder.left_out:
        yield SetAside(source, "place.toml says to leave it out")
    for source in folder.of_kind(SourceKind.SERIES):
        if source not in beside.used:
            yield SetAside(source, "it holds no council of the build")
    for source, tally in beside.tallies.items():
        if source not in beside.used:
            yield SetAside(source, *_why_no_place(source, tally, folder.settings.asset_buffer_m))


def _why_no_place(source: Source, tally: FileTally, buffer_m: float) -> tuple[str, str]:
    """Say why none of a file's rows is a place of the build, and what to do about it."""
    if tally.set_aside and source.frame["kind"].eq(CHARITY).any():
        return "a charity's contact postcode is often somebody's home, so none is put on the map", ""
    if tally.set_aside:
        return (
            "its content does not say what kind of place these are",
            "Say what they are on the Data and methods page, or in place.toml.",
        )
    if tally.outside:
        return f"all of its places lie further than {buffer_m:,.0f} m outside the areas", ""
    return "none of its rows can be placed", "Ask its publisher for coordinates or postcodes."
