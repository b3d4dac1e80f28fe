"""A road network that people walk along: kept with a build, and the travel costs along it."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from data.provenance import Provenance
from data.settings import settings
from geo.road_graph import Floats, RoadGraph, make_graph
from geo.road_snaps import Snapped, describe_snaps
from geo.road_ways import Entered, Snaps, enter, nearest_way, snap, ways_between
from geo.stamped import geo_table, metadata_text, open_stamped, save_stamped
from geo.travel import Means, Mode, TravelCosts, metres_of, minutes_of, sorted_costs

FORMAT: Final = 1
_ABOVE: Final = 1.0 + 1e-9
"""The limit in metres is this much above that in minutes, which decides."""


@dataclass(frozen=True)
class Roads:
    """A road network that people walk along.

    Attributes
    ----------
    edges
        One row a stretch between two junctions: `u`, `v` (numbers of junctions), `metres`, lines in
        EPSG:27700. See `geo.road_graph.split_lines`.
    provenance
        Where it comes from.
    notes
        What was noticed when it was made, in sentences.
    """

    edges: gpd.GeoDataFrame
    provenance: Provenance
    notes: tuple[str, ...] = ()

    @cached_property
    def graph(self) -> RoadGraph:
        """Its junctions, and what lies between them."""
        return make_graph(self.edges)

    @cached_property
    def km(self) -> float:
        """How long all roads are together."""
        return float(self.edges["metres"].sum() / 1_000)

    @cached_property
    def shapes(self) -> npt.NDArray[np.object_]:
        """The lines of the edges."""
        shapes: npt.NDArray[np.object_] = self.edges.geometry.to_numpy()
        return shapes

    @cached_property
    def tree(self) -> shapely.STRtree:
        """The lines of the edges, to find the nearest."""
        return shapely.STRtree(self.shapes)

    @cached_property
    def revision(self) -> str:
        """SHA-256 of its edges and of what is known of them."""
        digest = hashlib.sha256(_metadata_json(self).encode())
        for column in ("u", "v", "metres"):
            digest.update(self.edges[column].to_numpy().tobytes())
        xy, edge = shapely.get_coordinates(self.shapes, return_index=True)
        digest.update(xy.tobytes())
        digest.update(edge.tobytes())
        return digest.hexdigest()

    def snap(self, points: gpd.GeoSeries) -> Snaps:
        """Put points on the nearest roads."""
        return snap(points.to_numpy(), self.shapes, self.tree)

    def save(self, path: Path) -> None:
        """Write it to one GeoParquet file. The caller makes the write atomic."""
        save_stamped(path, geo_table(self.edges, index=False), "roads", _metadata_json(self), self.revision)

    @classmethod
    def open(cls, path: Path) -> "Roads":
        """Read what `save` wrote.

        Raises
        ------
        SourceError
            When the file does not hold roads, is damaged, or was made by another version.
        """

        def read(metadata: dict[str, Any]) -> "Roads":
            provenance = Provenance.from_json(metadata["provenance"])
            return cls(gpd.read_parquet(path), provenance, tuple(metadata["notes"]))

        return open_stamped(path, "roads", FORMAT, read, lambda roads: roads.revision)


def _metadata_json(roads: Roads) -> str:
    content: dict[str, Any] = {
        "format": FORMAT,
        "provenance": roads.provenance.to_json(),
        "notes": list(roads.notes),
    }
    return metadata_text(content)


def snapped(starts: gpd.GeoDataFrame, points: gpd.GeoSeries, roads: Roads) -> Snapped:
    """Say how starts and places were put on roads, and which starts the rest of the roads does not reach."""
    return describe_snaps(starts, roads.snap(starts.geometry), roads.snap(points), roads.graph)


def costs_by_roads(
    starts: gpd.GeoDataFrame,
    points: gpd.GeoSeries,
    roads: Roads,
    mode: Mode,
    cutoff_min: float,
    names: Mapping[str, str] | None = None,
) -> TravelCosts:
    """Measure the shortest ways along roads.

    A way goes in a straight line to the nearest spot on a road, lengthened by the detour of `ATLAS_DETOUR`,
    then along roads, and so to the place. Dijkstra's method, exactly: see `geo.road_ways`.

    Parameters
    ----------
    starts
        Where people set out from.
    points
        Places in EPSG:27700, by place id.
    roads
        The roads.
    mode
        How they travel.
    cutoff_min
        The most that is kept, in minutes.
    names
        What areas are called in the notes, by their codes; the codes alone when not given.
    """
    of_starts, of_places = roads.snap(starts.geometry), roads.snap(points)
    from_, to = _entered(of_starts, roads), _entered(of_places, roads)
    ways = ways_between(roads.graph, from_, to, metres_of(cutoff_min, mode) * _ABOVE)
    notes = describe_snaps(starts, of_starts, of_places, roads.graph).sentences(names)
    minutes = minutes_of(ways.metres, mode)
    return sorted_costs(starts, points.index, ways.from_, ways.to, minutes, cutoff_min, Means.NETWORK, notes)


def nearest_by_roads(
    starts: gpd.GeoDataFrame, points: gpd.GeoSeries, roads: Roads, mode: Mode, cutoff_min: float
) -> Floats:
    """Return the minutes from each start to the nearest place, missing where none is within the cut-off.

    The same as `nearest_of(costs_by_roads(...)).minutes`, by one search from all places at once.
    """
    from_, to = _entered(roads.snap(starts.geometry), roads), _entered(roads.snap(points), roads)
    metres = nearest_way(roads.graph, from_, to, metres_of(cutoff_min, mode) * _ABOVE)
    minutes = np.full(len(starts), np.nan)
    minutes[from_.at] = minutes_of(metres, mode)
    return np.where(minutes <= cutoff_min, minutes, np.nan)


def _entered(snaps: Snaps, roads: Roads) -> Entered:
    return enter(snaps, roads.graph, settings().detour)
