"""An exported layer as a file: a CSV with its metadata beside it or packed with it, and GeoParquet."""

import io
import json
import zipfile
from datetime import datetime
from typing import Final

import pandas as pd

from models.exported import NUMBER, ExportLayer
from views.export_document import describe_layer, document_text
from views.tables import write_csv

METADATA_ENDING: Final = "-metadata.json"
"""What CSV on the Web puts behind the name of a file for that of its metadata."""

PARQUET_KEY: Final = b"prevention_atlas"
LONGEST_WHOLE: Final = 1e15
"""Up to here every whole number is told apart from the next."""


def layer_to_csv(layer: ExportLayer) -> bytes:
    """Write a layer without its shapes as a CSV file that a spreadsheet opens without running anything."""
    plain = layer.plain
    numbers = [column.name for column in layer.columns if column.datatype == NUMBER]
    return write_csv(plain.assign(**{name: plain[name].map(_digits) for name in numbers}))


def layer_to_metadata(layer: ExportLayer, name: str, made: datetime) -> bytes:
    """Write what is known of a layer, to stand beside its CSV file of a name."""
    return document_text(describe_layer(layer, name, made)).encode()


def layer_to_zip(layer: ExportLayer, name: str, made: datetime) -> bytes:
    """Pack a CSV file of a name with its metadata."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, layer_to_csv(layer))
        packed.writestr(name + METADATA_ENDING, layer_to_metadata(layer, name, made))
    return buffer.getvalue()


def layer_to_parquet(layer: ExportLayer, name: str, made: datetime) -> bytes:
    """Write a layer with its shapes as GeoParquet 1.1, what is known of it under a key of its schema.

    Source: https://geoparquet.org/releases/v1.1.0/.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    first, second = pa.BufferOutputStream(), pa.BufferOutputStream()
    layer.frame.to_parquet(
        first, index=True, compression="zstd", schema_version="1.1.0", write_covering_bbox=True
    )
    table = pq.read_table(pa.BufferReader(first.getvalue()))
    told = json.dumps(describe_layer(layer, name, made), ensure_ascii=False)
    stamped = table.replace_schema_metadata({**(table.schema.metadata or {}), PARQUET_KEY: told.encode()})
    pq.write_table(stamped, second, compression="zstd")
    return second.getvalue().to_pybytes()


def _digits(value: float) -> str:
    """Write a number so that it is read back as it was; an empty text for none.

    Examples
    --------
    >>> _digits(1204.0), _digits(0.1 + 0.2), _digits(float("nan"))
    ('1204', '0.30000000000000004', '')
    """
    if pd.isna(value):
        return ""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < LONGEST_WHOLE else repr(number)
