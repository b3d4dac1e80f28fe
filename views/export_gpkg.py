"""Exported layers as one GeoPackage that QGIS opens in the classes and colours of the map.

QGIS keeps styles in a table of the file, `layer_styles`, and looks there for the one that is to be used when
a layer is opened. What is known of the layers stands where a GeoPackage has it, in `gpkg_metadata`.

Source: OGC GeoPackage 1.3, clauses 1.1.3 and F.8 (metadata); QGIS, `QgsOgrProviderMetadata::saveStyle`.
"""

import sqlite3
import tempfile
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.errors import SourceError
from data.provenance import attribution_lines
from models.exported import ExportLayer
from views.export_document import CONTEXT, TIER_WORDS, describe_layer, document_text
from views.export_qml import write_qml
from views.export_styles import styles_of

GEOMETRY: Final = "geom"
PLACES: Final = "places"
VERSION: Final = "1.3"
"""Older versions of QGIS warn of later ones."""

MOST_COLUMNS: Final = 1_900
"""What SQLite takes, less a few: it takes 2,000 a table."""

LAYER_STYLES: Final = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256),
  f_table_schema TEXT(256),
  f_table_name TEXT(256),
  f_geometry_column TEXT(256),
  styleName TEXT,
  styleQML TEXT,
  styleSLD TEXT,
  useAsDefault BOOLEAN,
  description TEXT,
  owner TEXT(30),
  ui TEXT(30),
  update_time DATETIME DEFAULT CURRENT_TIMESTAMP
);
"""
METADATA_TABLES: Final = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (
  table_name TEXT,
  column_name TEXT,
  extension_name TEXT NOT NULL,
  definition TEXT NOT NULL,
  scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name)
);
CREATE TABLE gpkg_metadata (
  id INTEGER CONSTRAINT m_pk PRIMARY KEY ASC NOT NULL,
  md_scope TEXT NOT NULL DEFAULT 'dataset',
  md_standard_uri TEXT NOT NULL,
  mime_type TEXT NOT NULL DEFAULT 'text/xml',
  metadata TEXT NOT NULL DEFAULT ''
);
CREATE TABLE gpkg_metadata_reference (
  reference_scope TEXT NOT NULL,
  table_name TEXT,
  column_name TEXT,
  row_id_value INTEGER,
  timestamp DATETIME NOT NULL DEFAULT (strftime('%Y-%m-%dT%H:%M:%fZ','now')),
  md_file_id INTEGER NOT NULL,
  md_parent_id INTEGER,
  CONSTRAINT crmr_mfi_fk FOREIGN KEY (md_file_id) REFERENCES gpkg_metadata(id),
  CONSTRAINT crmr_mpi_fk FOREIGN KEY (md_parent_id) REFERENCES gpkg_metadata(id)
);
"""
EXTENSION: Final = ("gpkg_metadata", "http://www.geopackage.org/spec120/#extension_metadata", "read-write")


def layers_to_gpkg(layers: Sequence[ExportLayer], name: str, made: datetime) -> bytes:
    """Write layers with their styles and metadata as one GeoPackage in EPSG:27700.

    Parameters
    ----------
    layers
        The layers, each of another name; at least one.
    name
        The name of the file, for its metadata.
    made
        When it is made, with a time zone.

    Raises
    ------
    SourceError
        When a layer has more columns than a GeoPackage takes.
    """
    _require_columns(layers)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export.gpkg"
        for layer in layers:
            _write_rows(path, layer)
        with closing(sqlite3.connect(path)) as file, file:
            file.executescript(LAYER_STYLES + METADATA_TABLES)
            _register_tables(file)
            for layer in layers:
                _write_styles(file, layer, made)
                _write_metadata(file, layer, name, made)
        return path.read_bytes()


def _require_columns(layers: Sequence[ExportLayer]) -> None:
    wide = [layer.name for layer in layers if len(layer.columns) > MOST_COLUMNS]
    if wide:
        raise SourceError(
            f"A GeoPackage takes {MOST_COLUMNS:,} columns, and there are more for {', '.join(wide)}.",
            "Name the indicators that are wanted with --indicator.",
        )


def _write_rows(path: Path, layer: ExportLayer) -> None:
    import pyogrio

    kinds = set(layer.frame.geom_type.dropna())
    points = kinds == {"Point"} or (not kinds and layer.name == PLACES)
    pyogrio.write_dataframe(
        layer.frame.reset_index(),
        path,
        layer=layer.name,
        driver="GPKG",
        append=path.exists(),
        geometry_type="Point" if points else "MultiPolygon",
        promote_to_multi=not points,
        dataset_options={} if path.exists() else {"VERSION": VERSION},
        layer_options={
            "GEOMETRY_NAME": GEOMETRY,
            "IDENTIFIER": layer.title,
            "DESCRIPTION": _told(layer),
            "SPATIAL_INDEX": "YES",
        },
    )


def _told(layer: ExportLayer) -> str:
    """Say in one text who may see a layer, what is to be known of it, and who is to be credited."""
    return " ".join([f"{TIER_WORDS[layer.tier]}.", *layer.notes, *attribution_lines(layer.sources)])


def _register_tables(file: sqlite3.Connection) -> None:
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description)"
        " VALUES ('layer_styles', 'attributes', 'layer_styles', 'Styles of the layers, as QGIS keeps them')"
    )
    file.executemany(
        "INSERT INTO gpkg_extensions VALUES (?, NULL, ?, ?, ?)",
        [(table, *EXTENSION) for table in ("gpkg_metadata", "gpkg_metadata_reference")],
    )


def _write_styles(file: sqlite3.Connection, layer: ExportLayer, made: datetime) -> None:
    """Write the styles of a layer, of which the first is used when it is opened."""
    stamp = _stamp(made)
    file.executemany(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, f_geometry_column,"
        " styleName, styleQML, styleSLD, useAsDefault, description, owner, update_time)"
        " VALUES ('', '', ?, ?, ?, ?, '', ?, ?, '', ?)",
        [
            (layer.name, GEOMETRY, style.title, write_qml(style), at == 0, style.description, stamp)
            for at, style in enumerate(styles_of(layer))
        ],
    )


def _write_metadata(file: sqlite3.Connection, layer: ExportLayer, name: str, made: datetime) -> None:
    text = document_text(describe_layer(layer, name, made))
    added = file.execute(
        "INSERT INTO gpkg_metadata (md_scope, md_standard_uri, mime_type, metadata)"
        " VALUES ('dataset', ?, 'application/json', ?)",
        (CONTEXT, text),
    )
    file.execute(
        "INSERT INTO gpkg_metadata_reference (reference_scope, table_name, timestamp, md_file_id)"
        " VALUES ('table', ?, ?, ?)",
        (layer.name, _stamp(made), added.lastrowid),
    )


def _stamp(made: datetime) -> str:
    """Write a time as a GeoPackage does."""
    return made.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
