"""Road networks: recognised by a look at a few rows, and read within a box when a place is built.

OS Open Roads holds all roads of Great Britain in one file of more than a gigabyte.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyproj
import shapely

from data.errors import SourceError
from data.sources.base import Source, SourceKind, readable
from data.sources.boundaries import CRS, find_crs
from data.sources.layer import Bounds, Layer
from data.sources.referrals import is_child_level
from data.sources.road_rules import PLAIN, READ, are_nodes, columns_of, tell_layout, why_not_walked

_LINES = (shapely.GeometryType.LINESTRING.value, shapely.GeometryType.MULTILINESTRING.value)


@dataclass(frozen=True)
class RoadLines:
    """Lines that people walk on.

    Attributes
    ----------
    lines
        Lines of one part, in EPSG:27700.
    read
        How many rows of the file lie in the box.
    left_out
        How many of them are no way on foot, by reason.
    """

    lines: npt.NDArray[np.object_]
    read: int
    left_out: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class RoadSource(Source):
    """A road network, of which no row is read before `within` is asked: `frame` is empty.

    Attributes
    ----------
    layer
        Where its lines are.
    crs
        Their coordinate system, as pyproj takes it.
    """

    layer: Layer = field(kw_only=True)
    crs: Any = field(kw_only=True)

    def within(self, bounds: Bounds) -> RoadLines:
        """Read the lines that people walk on in a box.

        Parameters
        ----------
        bounds
            West, south, east and north in EPSG:27700.

        Raises
        ------
        SourceError
            When the file is damaged.
        """
        rows = self._read_box(bounds)
        shapes = rows.geometry.to_numpy()
        drawn = np.isin(shapely.get_type_id(shapes), _LINES) & ~shapely.is_empty(shapes)
        xy, shape = shapely.get_coordinates(shapes, return_index=True)
        drawn[shape[~np.isfinite(xy).all(axis=1)]] = False
        reasons = why_not_walked(pd.DataFrame(rows.drop(columns=rows.geometry.name)))
        reasons[~drawn] = "without a line"
        lines = shapely.get_parts(shapely.force_2d(shapes[reasons.isna().to_numpy()]))
        left_out = {str(reason): int(n) for reason, n in reasons.value_counts().items()}
        return RoadLines(lines, len(rows), left_out)

    def _read_box(self, bounds: Bounds) -> gpd.GeoDataFrame:
        columns = columns_of([str(name) for name in self.layer.first_rows.columns])
        asked = [column for what, column in columns.items() if what in READ]
        there = pyproj.Transformer.from_crs(CRS, self.crs, always_xy=True)
        rows = self.layer.within(there.transform_bounds(*bounds), asked)
        located = rows.set_crs(self.crs, allow_override=True).to_crs(CRS)
        return located[shapely.intersects(located.geometry.to_numpy(), shapely.box(*bounds))]


def recognise(layer: Layer, said: bool = False) -> RoadSource | None:
    """List a layer if it is lines of roads, by a look at its first rows, else return None.

    Parameters
    ----------
    layer
        The layer.
    said
        Whether a person said that its lines are roads; else its columns have to.

    Raises
    ------
    AtlasError
        When the file is damaged, or lies in no known coordinate system.
    """
    if not layer.may_be_lines:
        return None
    first = layer.first_rows
    names = [str(name) for name in first.columns]
    told = tell_layout(first) or ((PLAIN, "lines, which a person said are roads") if said else None)
    if told is None or is_child_level(names):
        return None
    entry, why = told
    crs, note = _find_crs(layer)
    return RoadSource(
        path=layer.path,
        part=layer.name,
        kind=SourceKind.ROADS,
        entry=entry,
        edition="",
        area_kind=None,
        frame=pd.DataFrame(index=pd.Index([], name="area_code", dtype="string")),
        rows=layer.rows,
        rejected=pd.DataFrame({"row": [], "value": [], "reason": []}),
        notes=(note,) if note else (),
        why=readable(why),
        layer=layer,
        crs=crs,
    )


def are_junctions(layer: Layer) -> bool:
    """Say whether a layer is the junctions of a road network, which its lines tell as well."""
    return "Point" in layer.shapes and are_nodes([str(name) for name in layer.first_rows.columns])


def left_out_words(left_out: Mapping[str, int]) -> str:
    """Say why lines are no way on foot, and how many are not for each reason; the most frequent first.

    Examples
    --------
    >>> left_out_words({"railways": 2, "motorways and their slip roads": 1_000})
    'motorways and their slip roads 1,000, railways 2'
    """
    ranked = sorted(left_out.items(), key=lambda item: (-item[1], item[0]))
    return ", ".join(f"{reason} {n:,}" for reason, n in ranked)


def _find_crs(layer: Layer) -> tuple[Any, str]:
    """Find the coordinate system of a layer, and a note when it was inferred."""
    if layer.bounds is not None:
        return find_crs(np.array(layer.bounds), layer.crs, layer.path)
    if layer.crs is not None:
        return layer.crs, ""
    raise SourceError(
        f"{layer.path.name} declares no coordinate system.",
        "Export it in British National Grid (EPSG:27700) or longitude and latitude (EPSG:4326).",
    )
