"""The metadata that travels with an export: a description of its table as CSV on the Web has it.

Source: Model for Tabular Data and Metadata on the Web and Metadata Vocabulary for Tabular Data, W3C
Recommendations of 17 December 2015 (https://www.w3.org/TR/tabular-metadata/). What the vocabulary has no word
for is told in Dublin Core, PROV and schema.org, whose prefixes it knows.
"""

import json
from datetime import datetime
from importlib.metadata import version
from typing import Any, Final

from data.provenance import Provenance, Tier, attribution_lines
from models.exported import ExportColumn, ExportLayer

CONTEXT: Final = "http://www.w3.org/ns/csvw"
TOOL: Final = "Prevention Atlas"
TIER_WORDS: Final = {
    Tier.INTERNAL: "internal: stays inside the council",
    Tier.SHARED: "shared: small counts are protected, and it may leave the council",
}
EMPTY: Final = "An empty value is not 0: it is hidden or not known, as the column of its status says."
INERT: Final = "A text that a spreadsheet would run as a formula has an apostrophe before it."


def describe_layer(layer: ExportLayer, url: str, made: datetime) -> dict[str, Any]:
    """Return what is known of a layer and its columns as one object of plain values.

    Parameters
    ----------
    layer
        The layer.
    url
        The name of the file that holds it, as seen from the metadata file.
    made
        When the file is made.
    """
    sources = layer.sources
    return {
        "@context": [CONTEXT, {"@language": "en"}],
        "url": url,
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "quoteChar": '"'},
        "dc:title": layer.title,
        "dc:description": " ".join((*layer.notes, EMPTY, INERT)),
        "dc:accessRights": TIER_WORDS[layer.tier],
        "dc:created": made.isoformat(timespec="seconds"),
        "dc:creator": f"{TOOL} {version('prevention-atlas')}",
        "dc:spatial": f"small areas (LSOA) of {layer.vintage}",
        "dc:rights": attribution_lines(sources),
        "dc:source": [_describe(source) for source in sources],
        "prov:wasDerivedFrom": f"area table with SHA-256 {layer.revision}",
        "tableSchema": {
            "primaryKey": layer.columns[0].name,
            "columns": [_column(column) for column in layer.columns],
        },
    }


def document_text(document: dict[str, Any]) -> str:
    """Write a description as the text of a file."""
    return json.dumps(document, ensure_ascii=False, indent=1)


def _column(column: ExportColumn) -> dict[str, Any]:
    source = column.source
    told: dict[str, Any] = {
        "name": column.name,
        "titles": list(dict.fromkeys((column.name, column.title))),
        "dc:description": column.description,
        "datatype": column.datatype,
        "null": "",
    }
    if column.unit:
        told["schema:unitText"] = column.unit
    if source is not None:
        told |= _short(source) | ({"dc:provenance": list(source.steps)} if source.steps else {})
    return told


def _short(source: Provenance) -> dict[str, Any]:
    told = {
        "dc:source": source.source,
        "dc:publisher": source.publisher,
        "dc:license": source.licence,
        "schema:temporalCoverage": source.vintage,
    }
    return {key: text for key, text in told.items() if text}


def _describe(source: Provenance) -> dict[str, Any]:
    told = {
        "dc:title": source.source,
        "dc:publisher": source.publisher,
        "dc:license": source.licence,
        "dc:date": source.vintage,
        "dc:rights": source.attribution,
        "schema:fileName": source.file,
        "schema:sha256": source.sha256,
    }
    return {key: text for key, text in told.items() if text}
