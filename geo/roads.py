"""A road network: lines made into a graph, points put on it, and the shortest way between them."""

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from data.provenance import Provenance
from geo.travel import Mode, TravelCosts


@dataclass(frozen=True)
class Roads:
    """A road network that people walk along.

    Attributes
    ----------
    edges
        One row a stretch between two junctions: `u`, `v` (numbers of junctions), `metres`, lines in
        EPSG:27700.
    provenance
        Where it comes from.
    notes
        What was noticed when it was made, in sentences.
    """

    edges: gpd.GeoDataFrame
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def save(self, path: Path) -> None:
        """Write it to one file, with its provenance."""
        raise NotImplementedError

    @classmethod
    def open(cls, path: Path) -> "Roads":
        """Read what `save` wrote."""
        raise NotImplementedError


def costs_by_roads(
    starts: gpd.GeoDataFrame, places: gpd.GeoSeries, roads: Roads, mode: Mode, cutoff_min: float
) -> TravelCosts:
    """Measure the shortest ways along roads."""
    raise NotImplementedError
