"""What the register publishes as files: CSV, Excel workbook, GeoJSON, GeoPackage, Open Referral UK.

Each holds published places alone, with source, licence, attribution, date and tier. Text that people typed is
text in each of them: no spreadsheet runs it.
"""

import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from data.register.open_referral_files import zip_feed
from data.register.open_referral_pages import make_feed
from data.settings import settings
from data.sources.base import readable
from models.register_table import NUMBERS, OPEN, RegisterTables, make_tables
from views.register_forms import Form
from views.tables import write_csv

if TYPE_CHECKING:
    import geopandas as gpd
    from xlsxwriter.workbook import Format, Workbook

    from data.register.store import Register

TITLE: Final = "Places of the asset register"
ABOUT: Final = (
    "Published places only: none whose location is confidential or that waits for an editor, and no contact "
    "without consent."
)
LONGEST_CELL: Final = 32_767
"""What a cell of a workbook holds at most."""

GRID, DEGREES = "EPSG:27700", "EPSG:4326"
_WIDTHS: Final = {
    "name": 34,
    "kind_name": 24,
    "address": 34,
    "description": 50,
    "attribution": 50,
    "open": 34,
}


_NAMED: Final = {
    Form.CSV: ("csv", "text/csv"),
    Form.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Form.GEOJSON: ("geojson", "application/geo+json"),
    Form.GPKG: ("gpkg", "application/geopackage+sqlite3"),
    Form.OPEN_REFERRAL: ("zip", "application/zip"),
}


@dataclass(frozen=True)
class Exported:
    """A file to take away: its content, the name it is offered under, its type, how many places it has."""

    content: bytes
    name: str
    mime: str
    places: int


def export_bytes(
    form: Form | str,
    register: "Register",
    day: date,
    councils: Mapping[str, str] | None = None,
    stale_months: int | None = None,
) -> Exported:
    """Write what a register publishes in one of the forms.

    Parameters
    ----------
    form
        Which form.
    register
        The register.
    day
        The day that the file bears, on which places not confirmed for long are stale.
    councils
        The name of the council of each ward, by the ward's code: see `councils_of`.
    stale_months
        As the settings say when not given.
    """
    form = Form(form)
    months = settings().stale_months if stale_months is None else stale_months
    told = (register.published(), register.organisations(), register.sources(), day, months, councils)
    tables = make_tables(*told)
    if form is Form.OPEN_REFERRAL:
        content = zip_feed(make_feed(*told), datetime(day.year, day.month, day.day, tzinfo=UTC))
    else:
        content = _WRITERS[form](tables)
    ending, mime = _NAMED[form]
    stem = "openreferral" if form is Form.OPEN_REFERRAL else "places"
    return Exported(content, f"{stem}_{day.isoformat()}.{ending}", mime, len(tables.places))


def councils_of(areas: pd.DataFrame) -> dict[str, str]:
    """Return the name of the council of each ward, by the ward's code, from the small areas of a build."""
    wards = areas[["ward_code", "la_name"]].dropna().drop_duplicates("ward_code")
    return dict(zip(wards["ward_code"].astype(str), wards["la_name"].astype(str), strict=True))


def to_csv(tables: RegisterTables) -> bytes:
    """Write the places as CSV with the mark that Excel needs to read it as UTF-8."""
    return write_csv(tables.places.astype(object))


def to_xlsx(tables: RegisterTables) -> bytes:
    """Write places, services and sources as sheets of a workbook; every text is text, never a formula."""
    from xlsxwriter.workbook import Workbook

    buffer = BytesIO()
    workbook = Workbook(
        buffer,
        {
            **{"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
            **{"strings_to_numbers": False, "nan_inf_to_errors": False},
        },
    )
    workbook.set_properties({"title": TITLE, "comments": ABOUT, "created": _midnight(tables.made)})
    about = pd.DataFrame({"about": [TITLE, ABOUT, f"Taken on {tables.made.isoformat()}.", f"Tier: {OPEN}."]})
    sheets = {
        "Places": tables.places,
        "Services": tables.services,
        "Sources": tables.sources,
        "About": about,
    }
    for name, frame in sheets.items():
        _write_sheet(workbook, name, frame)
    workbook.close()
    return buffer.getvalue()


def to_geojson(tables: RegisterTables) -> bytes:
    """Write the places as GeoJSON: longitude and latitude as it asks for, who may be thanked beside them."""
    plain = ("latitude", "longitude", "easting_m", "northing_m")
    features = []
    for row in tables.places.to_dict("records"):
        there = pd.notna(row["longitude"])
        point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if there else None
        told = {str(name): value for name, value in row.items() if name not in plain}
        features.append({"type": "Feature", "id": row["place_id"], "geometry": point, "properties": told})
    whole = {"type": "FeatureCollection", "name": TITLE, **_pedigree(tables), "features": features}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")


def to_gpkg(tables: RegisterTables) -> bytes:
    """Write a GeoPackage: places as points of the British National Grid, services and sources as tables."""
    import pyogrio

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.gpkg"
        told = {name: json.dumps(value) for name, value in _pedigree(tables).items()}
        points = _points(tables.places)
        pyogrio.write_dataframe(
            points, path, layer="places", driver="GPKG", geometry_type="Point", dataset_metadata=told
        )
        for name, frame in (("services", tables.services), ("sources", tables.sources)):
            pyogrio.write_dataframe(_plain(frame), path, layer=name, driver="GPKG", append=True)
        return path.read_bytes()


_WRITERS: Final[Mapping[Form, Callable[[RegisterTables], bytes]]] = {
    Form.CSV: to_csv,
    Form.XLSX: to_xlsx,
    Form.GEOJSON: to_geojson,
    Form.GPKG: to_gpkg,
}


def _pedigree(tables: RegisterTables) -> dict[str, Any]:
    sources = [
        {name: row[name] for name in ("source", "publisher", "licence", "attribution", "dated")}
        for row in tables.sources.to_dict("records")
    ]
    return {"about": ABOUT, "tier": OPEN, "exported": tables.made.isoformat(), "sources": sources}


def _write_sheet(workbook: "Workbook", name: str, frame: pd.DataFrame) -> None:
    """Write one sheet with a heading that stays; a quotation mark before it keeps text a text when edited."""
    sheet = workbook.add_worksheet(name)
    heading = workbook.add_format({"bold": True, "bottom": 1})
    text = workbook.add_format({"quote_prefix": True})
    for column, label in enumerate(frame.columns):
        sheet.write_string(0, column, str(label), heading)
        sheet.set_column(column, column, _WIDTHS.get(str(label), 16))
        for row, value in enumerate(frame[label], start=1):
            _write_cell(sheet, row, column, value, text, number=label in NUMBERS)
    sheet.freeze_panes(1, 0)


def _write_cell(sheet: Any, row: int, column: int, value: Any, text: "Format", number: bool) -> None:  # noqa: ANN401
    if number:
        if pd.notna(value):
            sheet.write_number(row, column, float(value))
    elif value:
        sheet.write_string(row, column, _visible(str(value))[:LONGEST_CELL], text)


def _visible(text: str) -> str:
    """Return a text without signs that a workbook cannot hold, its lines kept."""
    return "\n".join(readable(line) for line in text.split("\n"))


def _points(places: pd.DataFrame) -> "gpd.GeoDataFrame":
    import geopandas as gpd

    points = gpd.GeoSeries.from_xy(places["easting_m"], places["northing_m"], crs=GRID)
    nowhere = places["easting_m"].isna() | places["northing_m"].isna()
    return gpd.GeoDataFrame(_plain(places), geometry=points.where(~nowhere.to_numpy(), None), crs=GRID)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return text columns as text, so that an empty table has its types too."""
    return frame.astype({name: "string" for name in frame.columns if name not in NUMBERS})


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)
