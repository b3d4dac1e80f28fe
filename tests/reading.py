"""Write a table or a layer and read it back through one reader."""

from pathlib import Path
from types import ModuleType

import geopandas as gpd
import pandas as pd

from data.sources import boundaries
from data.sources.base import Source
from data.sources.layers import open_layers
from data.tables import read_tables


def read_csv(frame: pd.DataFrame, path: Path, reader: ModuleType) -> Source:
    """Read a table that the reader must take."""
    frame.to_csv(path, index=False)
    (table,) = read_tables(path)
    source = reader.recognise(table)
    assert isinstance(source, Source)
    return source


def read_layer(layer: gpd.GeoDataFrame, path: Path) -> Source | None:
    """Read a layer of shapes that may or may not be boundaries."""
    layer.to_parquet(path)
    (opened,) = open_layers(path)
    return boundaries.recognise(opened)
