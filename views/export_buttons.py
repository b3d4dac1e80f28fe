"""The buttons that download a layer in the formats of other tools, each made when it is pressed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import streamlit as st

from models.exported import ExportLayer
from views import look

LABEL: Final = "Other formats"
GEOPACKAGE: Final = "GeoPackage, with styles for QGIS"
GEOPARQUET: Final = "GeoParquet"
CSV: Final = "CSV and its metadata (zip)"


def show_formats(make: Callable[[], ExportLayer], stem: str, told: str) -> None:
    """Show the buttons behind one, so that they take no room before somebody wants them.

    Parameters
    ----------
    make
        Makes the layer; it is called when a button is pressed, and not before.
    stem
        What the names of the files begin with.
    told
        What the files hold.
    """
    with st.popover(LABEL, icon=":material/file_save:"):
        look.show_note(told)
        for label, ending, mime, write in (
            (CSV, "zip", "application/zip", _zip),
            (GEOPACKAGE, "gpkg", "application/geopackage+sqlite3", _gpkg),
            (GEOPARQUET, "parquet", "application/vnd.apache.parquet", _parquet),
        ):
            st.download_button(
                label,
                _made(write, make, stem),
                f"{stem}.{ending}",
                mime=mime,
                icon=":material/download:",
                on_click="ignore",
                key=f"{stem}.{ending}",
            )


Write = Callable[[ExportLayer, str, datetime], bytes]


def _made(write: Write, make: Callable[[], ExportLayer], stem: str) -> Callable[[], bytes]:
    return lambda: write(make(), stem, datetime.now(UTC))


def _zip(layer: ExportLayer, stem: str, made: datetime) -> bytes:
    from views.export_files import layer_to_zip

    return layer_to_zip(layer, f"{stem}.csv", made)


def _gpkg(layer: ExportLayer, stem: str, made: datetime) -> bytes:
    from views.export_gpkg import layers_to_gpkg

    return layers_to_gpkg([layer], f"{stem}.gpkg", made)


def _parquet(layer: ExportLayer, stem: str, made: datetime) -> bytes:
    from views.export_files import layer_to_parquet

    return layer_to_parquet(layer, f"{stem}.parquet", made)
