"""The road network of a place: read around its areas and made one graph, of the files that fit best."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np

from data.choices import SetAside
from data.errors import AtlasError, SourceError, first_few
from data.folder import Folder
from data.place_settings import PlaceSettings
from data.provenance import join_provenance
from data.sources import roads as reader
from data.sources.base import Source, SourceKind, readable
from data.sources.layers import is_layer_file, open_layers
from data.sources.road_rules import PLAIN
from data.sources.roads import RoadLines, RoadSource, left_out_words
from geo.area_table import CRS, AreaTable
from geo.road_graph import LOOSE_M, split_lines, without_loose
from geo.road_ways import SNAP_MOST_M
from geo.roads import Roads, snapped

BEYOND_M: Final = 1_000.0
"""How much further out than places roads are read: ways to places beyond the border go round."""

_TAKEN: Final = (
    "Roads are read from GeoPackage, GeoParquet, GeoJSON, Shapefile or OpenStreetMap's .osm and .pbf."
)

LEAST_NEAR: Final = 0.5
"""The least share of the points that people set out from which a network comes near."""


@dataclass(frozen=True)
class FoundRoads:
    """The road network of a folder.

    Attributes
    ----------
    roads
        The network; None where the folder has none that reaches the areas.
    used
        The files that it is made of.
    set_aside
        The other road files, with reasons.
    notes
        What an analyst should know, in sentences.
    """

    roads: Roads | None = None
    used: tuple[RoadSource, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any] | None:
        """Return what a report says of it as plain values; None where there is none."""
        if self.roads is None:
            return None
        return {
            "files": [source.label for source in self.used],
            "km": round(self.roads.km, 1),
            "junctions": self.roads.graph.junctions,
            "edges": len(self.roads.edges),
        }


def find_roads(folder: Folder, areas: AreaTable, starts: gpd.GeoDataFrame) -> FoundRoads:
    """Make the road network of a folder.

    The files of one publisher are joined, as tiles are; one whose publisher is not known stands alone. Of
    several networks that one is used whose roads come near most of the points that people set out from, and
    of those equally near the one with more roads.

    Parameters
    ----------
    folder
        The folder.
    areas
        The areas of the build.
    starts
        The points that their people set out from.
    """
    sources = [s for s in folder.of_kind(SourceKind.ROADS) if isinstance(s, RoadSource)]
    if not sources:
        return FoundRoads()
    read, aside = _read_around(sources, areas, folder.settings.asset_buffer_m + BEYOND_M)
    joined = _join(read)
    networks = {key: make_roads({source: read[source] for source in mine}) for key, mine in joined.items()}
    near = {key: len(roads.snap(starts.geometry).on) for key, roads in networks.items()}
    ranked = sorted(networks, key=lambda key: (-near[key], -networks[key].km, key))
    if not ranked or near[ranked[0]] < max(1.0, LEAST_NEAR * len(starts)):
        aside += [
            SetAside(source, _why_far(near[key], len(starts)), "Add roads that cover the areas.")
            for key in ranked
            for source in joined[key]
        ]
        return FoundRoads(set_aside=tuple(aside))
    best, *others = ranked
    roads, used = networks[best], tuple(joined[best])
    why = f"the roads of {first_few(s.label for s in used)} come near as many homes, or more"
    aside += [SetAside(source, why) for key in others for source in joined[key]]
    return FoundRoads(roads, used, tuple(aside), _describe(roads, used, areas, starts))


def read_network(path: Path, areas: AreaTable, starts: gpd.GeoDataFrame, buffer_m: float) -> Roads:
    """Read a road network that a person names.

    Parameters
    ----------
    path
        A file of lines; where its columns do not tell that they are roads, the person has.
    areas
        The areas of the build.
    starts
        The points that their people set out from.
    buffer_m
        How far beyond the areas places are kept, in metres.

    Raises
    ------
    AtlasError
        When the file is no road network, is damaged, or has no road near most of the starts.
    """
    if not path.is_file():
        raise SourceError(f"{path} is not a file.", "Name a file of roads.")
    if not is_layer_file(path):
        raise SourceError(f"{readable(path.name)} is not a layer of shapes.", _TAKEN)
    listed = [reader.recognise(layer, said=True) for layer in open_layers(path)]
    sources: list[Source] = [source for source in listed if source is not None]
    if not sources:
        raise SourceError(f"{readable(path.name)} holds no lines.", _TAKEN)
    folder = Folder(path.parent, sources, [], settings=PlaceSettings(asset_buffer_m=buffer_m))
    found = find_roads(folder, areas, starts)
    if found.roads is None:
        aside = found.set_aside[0]
        raise SourceError(f"{aside.source.label} cannot be used: {aside.reason}.", aside.hint)
    return found.roads


def make_roads(read: Mapping[RoadSource, RoadLines]) -> Roads:
    """Make one network of the lines of one or several files, which are told of in its notes."""
    edges, loose = without_loose(split_lines(np.concatenate([part.lines for part in read.values()])))
    left_out: Counter[str] = Counter()
    for part in read.values():
        left_out.update(part.left_out)
    notes = [f"Lines that nobody walks on are left out: {left_out_words(left_out)}."] if left_out else []
    if loose:
        pieces = "1 piece" if loose == 1 else f"{loose:,} pieces"
        notes.append(
            f"{pieces} of road shorter than {LOOSE_M:,.0f} m, which no other road joins, "
            f"{'is' if loose == 1 else 'are'} left out."
        )
    pedigree = join_provenance([source.provenance("lines") for source in read], "lines")
    return Roads(edges, pedigree.with_step("split into stretches where lines join", *notes), tuple(notes))


def _read_around(
    sources: Sequence[RoadSource], areas: AreaTable, beyond_m: float
) -> tuple[dict[RoadSource, RoadLines], list[SetAside]]:
    """Read the roads in the box around the areas; set aside what is damaged, or has none there."""
    west, south, east, north = areas.frame.total_bounds
    box = (west - beyond_m, south - beyond_m, east + beyond_m, north + beyond_m)
    read: dict[RoadSource, RoadLines] = {}
    aside: list[SetAside] = []
    for source in sources:
        try:
            found = source.within(box)
        except AtlasError as error:
            aside.append(SetAside(source, readable(error.message), error.hint or ""))
            continue
        if len(found.lines):
            read[source] = found
        else:
            aside.append(SetAside(source, _why_none(found), "Add roads that cover the areas."))
    return read, aside


def _join(sources: Iterable[RoadSource]) -> dict[str, list[RoadSource]]:
    """Put together what is one network: the files of a known publisher, the layers of any other file."""
    joined: dict[str, list[RoadSource]] = {}
    for source in sources:
        key = str(source.path) if source.entry == PLAIN else source.entry
        joined.setdefault(key, []).append(source)
    return joined


def _why_none(found: RoadLines) -> str:
    if not found.left_out:
        return "none of its lines lies near the areas"
    return f"nobody walks on its lines near the areas: {left_out_words(found.left_out)}"


def _why_far(near: int, starts: int) -> str:
    return f"of {starts:,} points where people set out {near:,} lie within {SNAP_MOST_M:,.0f} m of its roads"


def _describe(
    roads: Roads, used: Sequence[RoadSource], areas: AreaTable, starts: gpd.GeoDataFrame
) -> tuple[str, ...]:
    """Say what ways follow, what is left out, and whom the roads do not reach."""
    files = first_few(source.label for source in used)
    said = snapped(starts, gpd.GeoSeries([], crs=CRS), roads)
    return (
        f"Ways on foot follow {roads.km:,.0f} km of roads around the areas, of {files}.",
        *roads.notes,
        *said.gaps(areas.frame["area_name"]),
    )
