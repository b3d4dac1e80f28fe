"""What of a build goes into a file: which layers and columns, and what stays inside and is said to."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

import geopandas as gpd

from data.errors import DisclosureError
from geo.builds import Build
from geo.layers import outlines_of
from models.exported import ExportLayer
from models.exported_levels import LAYERS, columns_for, export_of_level
from models.levels import Level, LevelData
from views.export_files import METADATA_ENDING, layer_to_csv, layer_to_metadata, layer_to_parquet
from views.inside import WHY_INSIDE, columns_inside

PLACES: Final = "places"
LEVELS_BY_LAYER: Final = {name: level for level, name in LAYERS.items()}
FORMATS: Final = (".csv", ".gpkg", ".parquet")


def shapes_of(build: Build, level: Level) -> gpd.GeoSeries:
    """Return the outlines of a level by code; of a level that the build has no outlines of, none."""
    return build.areas.frame.geometry if level is Level.AREA else outlines_of(build, level.value).geometry


def level_layer(
    build: Build,
    data: LevelData,
    indicators: Collection[str] = (),
    shown: str = "",
    council: str | None = None,
) -> ExportLayer:
    """Return the layer of one level of a build, without what stays inside it.

    Parameters
    ----------
    build
        The build.
    data
        Its values at that level.
    indicators
        Those that are wanted; none stands for all.
    shown
        The indicator whose classes a map opens with.
    council
        The code of the one council that is wanted; None for all.

    Raises
    ------
    DisclosureError
        When one is asked for by name that stays inside.
    GeographyError
        When there is no such indicator.
    """
    inside = set(columns_inside(data))
    columns = columns_for(data, indicators)
    kept = [column for column in columns if column not in inside]
    if indicators and len(kept) < len(columns):
        what, _, how = WHY_INSIDE.partition(". ")
        raise DisclosureError(f"{what}.", how)
    layer = export_of_level(
        data, shapes_of(build, data.level), kept, build.areas.content_hash, shown, council
    )
    return layer.with_notes([WHY_INSIDE] if len(kept) < len(columns) else [])


def layers_to_files(layers: Sequence[ExportLayer], name: str, made: datetime) -> dict[str, bytes]:
    """Write layers as a file of a name, and what stands beside it, by the names of the files.

    Parameters
    ----------
    layers
        The layers: several in a GeoPackage, one in any other file.
    name
        The name of the file, which ends in one of `FORMATS`.
    made
        When it is made.
    """
    if name.lower().endswith(".gpkg"):
        from views.export_gpkg import layers_to_gpkg

        return {name: layers_to_gpkg(layers, name, made)}
    (layer,) = layers
    if name.lower().endswith(".parquet"):
        return {name: layer_to_parquet(layer, name, made)}
    return {name: layer_to_csv(layer), name + METADATA_ENDING: layer_to_metadata(layer, name, made)}
