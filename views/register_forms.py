"""The forms in which the register can be taken, and what each is called."""

from enum import StrEnum
from typing import Final


class Form(StrEnum):
    """The forms in which the register can be taken."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"
    OPEN_REFERRAL = "openreferral"


FORM_WORDS: Final = {
    Form.CSV: "Table (CSV)",
    Form.XLSX: "Excel workbook",
    Form.GEOJSON: "GeoJSON, for maps on the web",
    Form.GPKG: "GeoPackage, for QGIS and ArcGIS",
    Form.OPEN_REFERRAL: "Open Referral UK 3.0",
}
"""What each is called where people choose."""
