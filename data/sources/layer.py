"""One layer of shapes: read whole, or only looked at where it is large and a part of it will do."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd

from data.errors import SourceError

Bounds = tuple[float, float, float, float]
"""West, south, east, north."""

LOOKED_AT: Final = 200
"""How many rows are read to tell what a layer is without reading it."""

_UNNAMED: Final = "Unknown"
_T = TypeVar("_T")


@dataclass(frozen=True)
class Layer:
    """One layer of shapes that GDAL opens, read only when `frame` is asked for.

    Attributes
    ----------
    path
        The file.
    name
        The layer, where the file has several.
    source
        What GDAL opens.
    listed
        The type of its shapes as the list of layers names it; empty where it was not listed.
    """

    path: Path
    name: str | None
    source: str
    listed: str = ""

    @cached_property
    def frame(self) -> gpd.GeoDataFrame:
        """Every feature, with the columns of the file."""
        shapes = self._opened(self._load)
        return shapes if isinstance(shapes.index, pd.RangeIndex) else shapes.reset_index()

    @cached_property
    def first_rows(self) -> pd.DataFrame:
        """The first rows, read without the others; with shapes only where `shapes` names no type."""
        unnamed = self.shapes == _UNNAMED
        return self._opened(lambda: self._read(max_features=LOOKED_AT, read_geometry=unnamed))

    @property
    def shapes(self) -> str:
        """The type of its shapes as GDAL names it: "Unknown" where they may be of any."""
        return self.listed or str(self._info["geometry_type"])

    @property
    def may_be_lines(self) -> bool:
        """Whether its shapes are lines, of which a few may be of another type."""
        if self.shapes != _UNNAMED:
            return "LineString" in self.shapes
        first = self.first_rows
        if not isinstance(first, gpd.GeoDataFrame):
            return False
        return bool(first.geometry.dropna().geom_type.isin(["LineString", "MultiLineString"]).mean() >= 0.5)

    @property
    def crs(self) -> Any:  # noqa: ANN401  # whatever pyproj takes for one
        """The coordinate system that it declares; None where it declares none."""
        return self._info["crs"]

    @property
    def bounds(self) -> Bounds | None:
        """How far its shapes reach, in its own coordinates; None where that is not stated."""
        return _bounds_of(self._info["total_bounds"])

    @property
    def rows(self) -> int:
        """How many features it has; 0 where only reading them all would tell."""
        return max(0, int(self._info["features"]))

    def within(self, bounds: Bounds, columns: Sequence[str]) -> gpd.GeoDataFrame:
        """Read the features that meet bounds in the layer's own coordinates, with some of the columns."""
        return self._opened(lambda: self._read(bbox=bounds, columns=list(columns)))

    @property
    def _inner(self) -> str | None:
        return None if self.source.startswith("/vsizip/") else self.name

    def _load(self) -> gpd.GeoDataFrame:
        return gpd.read_file(self.source, layer=self._inner, engine="pyogrio")

    def _read(self, **how: Any) -> gpd.GeoDataFrame:  # noqa: ANN401  # what pyogrio takes
        import pyogrio

        return pyogrio.read_dataframe(self.source, layer=self._inner, **how)

    @cached_property
    def _info(self) -> dict[str, Any]:
        import pyogrio

        ask = {"force_feature_count": True, "force_total_bounds": True}
        return self._opened(lambda: dict(pyogrio.read_info(self.source, layer=self._inner, **ask)))

    def _opened(self, read: Callable[[], _T]) -> _T:
        """Read something, and say in our own words when that fails."""
        try:
            return read()
        except Exception as error:  # GDAL and Arrow raise many kinds for a damaged file
            raise SourceError(
                f"{self.path.name} cannot be read as a layer of shapes: {error}.",
                "Export or download it again.",
            ) from error


@dataclass(frozen=True)
class OsmLayer(Layer):
    """The roads of an extract of OpenStreetMap, which is read from its beginning to its end."""

    @property
    def crs(self) -> str:
        """Longitude and latitude, always."""
        return "EPSG:4326"

    @property
    def bounds(self) -> None:
        """Nothing: it does not state them."""

    @property
    def rows(self) -> int:
        """0: only reading it would tell."""
        return 0

    def _load(self) -> gpd.GeoDataFrame:
        return self._read()

    def _read(self, **how: Any) -> gpd.GeoDataFrame:  # noqa: ANN401  # what pyogrio takes
        import pyogrio

        how.pop("columns", None)
        roads = "SELECT * FROM lines WHERE highway IS NOT NULL"
        return pyogrio.read_dataframe(self.source, sql=roads, **how)


@dataclass(frozen=True)
class ParquetLayer(Layer):
    """A GeoParquet file."""

    @cached_property
    def first_rows(self) -> pd.DataFrame:
        """The first rows, without shapes where the file names their types."""
        if self.shapes == _UNNAMED:
            return self.frame.head(LOOKED_AT)
        return self._opened(self._first_batch)

    @property
    def shapes(self) -> str:
        """The types of its shapes: "Unknown" where they may be of any."""
        return " ".join(self._about.get("geometry_types") or [_UNNAMED])

    @property
    def crs(self) -> Any:  # noqa: ANN401  # whatever pyproj takes for one
        """The coordinate system that it declares: longitude and latitude where it is silent."""
        return self._about.get("crs", "OGC:CRS84")

    @property
    def bounds(self) -> Bounds | None:
        """How far its shapes reach, in its own coordinates; None where that is not stated."""
        return _bounds_of(self._about.get("bbox"))

    @property
    def rows(self) -> int:
        """How many features it has."""
        import pyarrow.parquet as pq

        return int(self._opened(lambda: pq.read_metadata(self.path).num_rows))

    def within(self, bounds: Bounds, columns: Sequence[str]) -> gpd.GeoDataFrame:
        """Read the features that meet bounds in the layer's own coordinates, with some of the columns."""
        box = bounds if "covering" in self._about else None
        asked = [*columns, self._geometry]
        shapes = self._opened(lambda: gpd.read_parquet(self.path, columns=asked, bbox=box))
        return shapes.cx[bounds[0] : bounds[2], bounds[1] : bounds[3]]

    def _load(self) -> gpd.GeoDataFrame:
        return gpd.read_parquet(self.path)

    @cached_property
    def _metadata(self) -> dict[str, Any]:
        import pyarrow.parquet as pq

        return self._opened(lambda: dict(json.loads(pq.read_schema(self.path).metadata[b"geo"])))

    @property
    def _geometry(self) -> str:
        return str(self._metadata["primary_column"])

    @property
    def _about(self) -> dict[str, Any]:
        return self._opened(lambda: dict(self._metadata["columns"][self._geometry]))

    def _first_batch(self) -> pd.DataFrame:
        import pyarrow.parquet as pq

        with pq.ParquetFile(self.path) as file:
            plain = [name for name in file.schema_arrow.names if name not in self._metadata["columns"]]
            batches = file.iter_batches(batch_size=LOOKED_AT, columns=plain)
            first = next(batches, None)
        return pd.DataFrame(columns=plain) if first is None else first.to_pandas()


def _bounds_of(known: Sequence[float] | None) -> Bounds | None:
    """Return the bounds in the plane of some in the plane or in space; None where they are not finite."""
    if known is None or len(known) not in (4, 6) or not np.isfinite(known).all():
        return None
    half = len(known) // 2
    return float(known[0]), float(known[1]), float(known[half]), float(known[half + 1])
