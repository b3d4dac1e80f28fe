"""The register as files, each opened by another program's reader: nothing runs, nothing hidden is in it."""

import csv
import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely

from data.register.records import Organisation, Place, Source
from models.register_table import PLACE_COLUMNS, SERVICE_COLUMNS, make_tables
from tests.register_places import (
    CHARITY,
    EVERYTHING,
    HOSTILE_TEXTS,
    LIBRARY,
    PANTRY,
    SECRET,
    SOURCE,
    STALE,
    STALE_MONTHS,
    TODAY,
    hostile_places,
)
from tests.small_builds import make_areas
from views.register_files import Exported, councils_of, export_bytes
from views.register_forms import FORM_WORDS, Form
from views.tables import FORMULA_STARTS, formula_safe

COUNCILS = {"E05900001": "Elmshire", "E05900002": "Elmshire"}
RUNS = ("=", "+", "-", "@", "\t", "\r", "\n")


@dataclass
class Given:
    """What a register gives out; a fault of it that gives out too much is to be withstood too."""

    places: Sequence[Place]

    def published(self) -> tuple[Place, ...]:
        return tuple(self.places)

    def organisations(self) -> tuple[Organisation, ...]:
        return (CHARITY,)

    def sources(self) -> tuple[Source, ...]:
        return (SOURCE,)


def export(form: Form, *places: Place) -> Exported:
    return export_bytes(form, Given(places), TODAY, COUNCILS, STALE_MONTHS)  # type: ignore[arg-type]


def read_csv(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def read_gpkg(content: bytes, folder: Path, layer: str = "places") -> pd.DataFrame:
    path = folder / "places.gpkg"
    path.write_bytes(content)
    return pyogrio.read_dataframe(path, layer=layer)


def contents(form: Form, exported: Exported) -> str:
    """All the text in a file, unpacked."""
    if form in (Form.XLSX, Form.OPEN_REFERRAL):
        with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
            return "".join(archive.read(name).decode() for name in archive.namelist())
    return exported.content.decode("utf-8", "replace")


@pytest.mark.parametrize("form", list(Form))
def test_nothing_confidential_held_or_unconsented_is_in_a_file(form: Form) -> None:
    text = contents(form, export(form, *EVERYTHING))
    assert "Eastham Library" in text
    assert "01632 960123" in text
    assert not [word for word in (*SECRET, "Jo Private", "900456", "jo@private") if word in text]
    assert not [place.id for place in EVERYTHING[3:] if place.id in text]


@pytest.mark.parametrize("form", list(Form))
def test_every_file_says_source_licence_date_and_tier(form: Form) -> None:
    exported = export(form, *EVERYTHING)
    text = contents(form, exported)
    assert SOURCE.licence in text
    assert SOURCE.attribution in text
    assert exported.places == 3
    assert "2026-11-28" in exported.name
    if form is not Form.OPEN_REFERRAL:
        assert "open" in text
        assert "2026-11-28" in text
    assert set(FORM_WORDS) == set(Form)


@pytest.mark.parametrize("form", list(Form))
def test_an_empty_register_is_a_sound_file_without_places(form: Form, tmp_path: Path) -> None:
    exported = export(form)
    assert exported.places == 0
    if form is Form.CSV:
        assert exported.content.decode("utf-8-sig").strip() == ",".join(PLACE_COLUMNS)
    elif form is Form.XLSX:
        assert openpyxl.load_workbook(io.BytesIO(exported.content))["Places"].max_row == 1
    elif form is Form.GEOJSON:
        assert json.loads(exported.content)["features"] == []
    elif form is Form.GPKG:
        assert len(read_gpkg(exported.content, tmp_path)) == 0
    else:
        with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
            assert json.loads(archive.read("services.json"))["empty"] is True


def test_a_table_has_a_row_a_place_with_all_that_is_known() -> None:
    rows = {row["name"]: row for row in read_csv(export(Form.CSV, *EVERYTHING).content)}
    assert list(rows) == ["Eastham Library", "Mill Lane Pantry", "Old Town Hall"]
    pantry = rows["Mill Lane Pantry"]
    told = {
        "kind": "food",
        "kind_name": "Food bank or pantry",
        "organisation": "Eastham Community Trust",
        "organisation_number": "GB-CHC-1234567",
        "council": "Elmshire",
        "easting_m": "382000.0",
        "services": "Weekly pantry; Money advice",
        "open": "Monday and Wednesday 9:30am to 12 noon; Friday 1pm to 3:30pm; Term time only",
        "ages": "16 to 99",
        "cost": "£3.50 a shop; Free",
        "access": "step-free entrance; hearing loop",
        "contact": "Front desk",
        "phone": "01632 960123",
        "state": "published",
        "source": "Asset register",
        "tier": "open",
        "exported": "2026-11-28",
    }
    assert {name: pantry[name] for name in told} == told
    assert rows["Old Town Hall"]["state"] == "stale"
    assert rows["Eastham Library"]["source_dated"] == "2026-03-01"


@pytest.mark.parametrize("text", [*HOSTILE_TEXTS, "-inf", "+1_000", "＝1+1", "\n=1+1", "+nan"])
def test_no_cell_of_a_table_begins_as_a_formula(text: str) -> None:
    place = replace(PANTRY, name=text, detail=text, address=text, organisation_id="")
    for row in read_csv(export(Form.CSV, place).content):
        for name, cell in row.items():
            assert not cell.startswith(FORMULA_STARTS) or name == "longitude", (name, cell)
    assert formula_safe("-0.75") == "-0.75"
    assert formula_safe("+1.5e3") == "+1.5e3"


def test_what_people_typed_is_text_in_every_cell_of_a_workbook() -> None:
    """A cell of the type of text is never worked out, whatever it begins with."""
    exported = export(Form.XLSX, *EVERYTHING, *hostile_places())
    book = openpyxl.load_workbook(io.BytesIO(exported.content))
    assert book.sheetnames == ["Places", "Services", "Sources", "About"]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert not [cell for cell in cells if cell.hyperlink]
    names = {row[1].value for row in book["Places"].iter_rows(min_row=2)}
    assert '=HYPERLINK("http://evil.example","x")' in names
    formulas = [cell for cell in cells if isinstance(cell.value, str) and cell.value.startswith(RUNS)]
    assert formulas
    assert all(cell.quotePrefix for cell in formulas)
    with zipfile.ZipFile(io.BytesIO(exported.content)) as archive:
        assert not [n for n in archive.namelist() if b"<f>" in archive.read(n) or "externalLink" in n]


def test_the_sheets_of_a_workbook_hold_numbers_where_numbers_stand() -> None:
    book = openpyxl.load_workbook(io.BytesIO(export(Form.XLSX, *EVERYTHING).content))
    headers = {s.title: [cell.value for cell in s[1]] for s in book}
    assert headers["Places"] == list(PLACE_COLUMNS)
    assert headers["Services"] == list(SERVICE_COLUMNS)
    services = {row[3].value: row for row in book["Services"].iter_rows(min_row=2)}
    assert services["Weekly pantry"][headers["Services"].index("minimum_age")].value == 16
    assert services["Money advice"][headers["Services"].index("minimum_age")].value is None
    counted = {row[0].value: row[-1].value for row in book["Sources"].iter_rows(min_row=2)}
    assert counted == {"Asset register": 2, "Libraries in England": 1}


def test_geojson_is_in_longitude_and_latitude() -> None:
    whole = json.loads(export(Form.GEOJSON, *EVERYTHING).content)
    assert whole["type"] == "FeatureCollection"
    assert whole["tier"] == "open"
    assert [source["source"] for source in whole["sources"]] == ["Asset register", "Libraries in England"]
    by_name = {feature["properties"]["name"]: feature for feature in whole["features"]}
    longitude, latitude = by_name["Eastham Library"]["geometry"]["coordinates"]
    assert (round(longitude, 2), round(latitude, 2)) == (-2.28, 53.52)
    assert "easting_m" not in by_name["Eastham Library"]["properties"]


def test_geojson_is_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "places.geojson"
    path.write_bytes(export(Form.GEOJSON, *EVERYTHING, *hostile_places()).content)
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg() == 4326
    assert set(HOSTILE_TEXTS) <= set(frame["name"])
    there = frame[frame["name"] == "Eastham Library"].to_crs(27700).geometry.iloc[0]
    assert there.distance(shapely.Point(LIBRARY.easting_m, LIBRARY.northing_m)) < 1


def test_a_geopackage_holds_points_of_the_grid_and_the_other_tables(tmp_path: Path) -> None:
    content = export(Form.GPKG, *EVERYTHING, *hostile_places()).content
    frame: Any = read_gpkg(content, tmp_path)
    assert frame.crs.to_epsg() == 27700
    library = frame[frame["name"] == "Eastham Library"].geometry.iloc[0]
    assert (library.x, library.y) == (LIBRARY.easting_m, LIBRARY.northing_m)
    assert set(HOSTILE_TEXTS) <= set(frame["name"])
    assert list(frame.columns) == [*PLACE_COLUMNS, "geometry"]
    layers = dict(pyogrio.list_layers(tmp_path / "places.gpkg").tolist())
    assert layers == {"places": "Point", "services": None, "sources": None}
    assert "Weekly pantry" in set(read_gpkg(content, tmp_path, "services")["name"])
    assert set(read_gpkg(content, tmp_path, "sources")["licence"]) >= {SOURCE.licence}


def test_a_place_without_a_point_is_in_every_table(tmp_path: Path) -> None:
    nowhere = replace(STALE, easting_m=None, northing_m=None)
    assert json.loads(export(Form.GEOJSON, nowhere).content)["features"][0]["geometry"] is None
    assert read_gpkg(export(Form.GPKG, nowhere, LIBRARY).content, tmp_path).geometry.isna().sum() == 1
    assert read_csv(export(Form.CSV, nowhere).content)[0]["latitude"] == ""
    assert make_tables((nowhere,), (), (), TODAY, STALE_MONTHS).places["latitude"].isna().all()


def test_the_council_of_a_ward_is_that_of_its_areas() -> None:
    areas = make_areas({"pop_0_17": [300.0] * 16}).frame
    councils = councils_of(areas)
    for ward, council in zip(areas["ward_code"], areas["la_name"], strict=True):
        assert pd.isna(ward) or councils[ward] == council
