"""Layers that leave in files: values, statuses and classes, what each column means, and what stays inside."""

import csv
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import jsonschema
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from data.errors import DisclosureError, GeographyError
from geo.builds import Build
from geo.places import Places
from models.classes import classify, offered_indicators
from models.exported import CLASS, STATUS, ExportLayer
from models.exported_places import export_of_places
from models.levels import Level, level_data
from tests.small_builds import HOSTILE, make_areas, provenance, varied_areas
from tests.small_exports import MADE, build_of, layer_at, with_referrals
from tests.small_places import varied_places
from views.export_document import describe_layer
from views.export_files import layer_to_csv, layer_to_parquet, layer_to_zip
from views.inside import WHY_INSIDE

TEXTS = {"type": "array", "minItems": 1, "items": {"type": "string"}}
CSVW = {
    "type": "object",
    "required": ["@context", "url", "tableSchema"],
    "propertyNames": {"pattern": "^(@context|url|dialect|tableSchema|(dc|prov|schema):[A-Za-z]+)$"},
    "properties": {
        "@context": {"prefixItems": [{"const": "http://www.w3.org/ns/csvw"}, {"type": "object"}]},
        "url": {"type": "string"},
        "dialect": {
            "type": "object",
            "propertyNames": {"enum": ["encoding", "header", "delimiter", "quoteChar"]},
        },
        "tableSchema": {
            "type": "object",
            "required": ["columns", "primaryKey"],
            "additionalProperties": False,
            "properties": {
                "primaryKey": {"type": "string"},
                "columns": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["name", "titles", "datatype", "dc:description"],
                        "propertyNames": {
                            "pattern": "^(name|titles|datatype|null|(dc|prov|schema):[A-Za-z]+)$"
                        },
                        "properties": {
                            "name": {"type": "string", "pattern": "^[A-Za-z0-9][A-Za-z0-9_.]*$"},
                            "titles": TEXTS,
                            "datatype": {"enum": ["string", "number"]},
                            "null": {"type": "string"},
                        },
                    },
                },
            },
        },
    },
}
"""What a description of one table has to be, of sections 5.4 to 5.6 of the W3C Recommendation."""


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("export") / "build")


@pytest.fixture(scope="module")
def layer(build: Build) -> ExportLayer:
    return layer_at(build)


def read_by(document: dict[str, object], content: bytes) -> pd.DataFrame:
    """Read a CSV file by nothing but its metadata."""
    columns = document["tableSchema"]["columns"]  # type: ignore[index]
    types = {c["name"]: "float64" if c["datatype"] == "number" else "string" for c in columns}
    frame = pd.read_csv(
        io.BytesIO(content),
        dtype=types,
        encoding="utf-8-sig",
        keep_default_na=False,
        na_values={c["name"]: [c["null"]] for c in columns},
    )
    return frame.set_index(document["tableSchema"]["primaryKey"])  # type: ignore[index]


def test_a_csv_file_read_by_its_metadata_holds_every_value_and_status(layer: ExportLayer) -> None:
    areas = varied_areas()
    document = describe_layer(layer, "areas.csv", MADE)
    found = read_by(document, layer_to_csv(layer))
    assert found.index.tolist() == areas.frame.index.tolist()
    for column in areas.indicators:
        pd.testing.assert_series_equal(
            found[column], areas.frame[column], check_names=False, check_exact=True, check_index_type=False
        )
    states = found["need_idaci_rank" + STATUS]
    assert states.iloc[[2, 9, 4]].tolist() == [
        "hidden, small count",
        "no data",
        "shared out from larger areas",
    ]
    assert states.notna().sum() == 3
    assert "need_crime_rank" + STATUS not in found


def test_the_class_of_each_row_is_that_of_the_map(build: Build, layer: ExportLayer) -> None:
    data = level_data(build.areas, Level.AREA)
    offered = offered_indicators(build.areas)
    assert list(layer.classes) == [entry.id + CLASS for entry in offered]
    for entry in offered:
        classes = classify(data, entry)
        expected = classes.frame["class"].map(classes.labels)
        assert layer.frame[entry.id + CLASS].tolist() == expected.tolist()


def test_the_metadata_is_csv_on_the_web(layer: ExportLayer) -> None:
    document = describe_layer(layer, "areas.csv", MADE)
    jsonschema.validate(document, CSVW)
    columns = document["tableSchema"]["columns"]
    header = next(csv.reader(io.StringIO(layer_to_csv(layer).decode("utf-8-sig"))))
    assert [column["name"] for column in columns] == header
    assert all(column["name"] in column["titles"] for column in columns)
    idaci = next(column for column in columns if column["name"] == "need_idaci_rank")
    assert idaci["dc:publisher"] == "Publisher of English indices of deprivation 2025"
    assert (idaci["dc:license"], idaci["schema:temporalCoverage"]) == ("Open Government Licence v3.0", "2025")
    assert idaci["schema:unitText"] == "rank in England"
    assert document["dc:accessRights"].startswith("internal")
    assert document["dc:created"] == "2026-03-04T05:06:07+00:00"
    assert document["dc:creator"].startswith("Prevention Atlas ")
    assert document["prov:wasDerivedFrom"].endswith(varied_areas().content_hash)
    assert "Attribution of English indices of deprivation 2025." in document["dc:rights"]


def test_a_zip_holds_the_table_and_its_metadata(layer: ExportLayer) -> None:
    with zipfile.ZipFile(io.BytesIO(layer_to_zip(layer, "areas.csv", MADE))) as packed:
        assert packed.namelist() == ["areas.csv", "areas.csv-metadata.json"]
        assert packed.read("areas.csv") == layer_to_csv(layer)
        assert json.loads(packed.read("areas.csv-metadata.json")) == describe_layer(layer, "areas.csv", MADE)


def test_a_geoparquet_file_holds_rows_shapes_and_metadata(layer: ExportLayer) -> None:
    content = layer_to_parquet(layer, "areas.parquet", MADE)
    found = gpd.read_parquet(io.BytesIO(content))
    expected = pd.DataFrame(layer.frame.drop(columns="geometry"))
    pd.testing.assert_frame_equal(
        pd.DataFrame(found[expected.columns]), expected, check_dtype=False, check_index_type=False
    )
    assert found.crs == "EPSG:27700"
    assert shapely.equals(found.geometry.to_numpy(), layer.frame.geometry.to_numpy()).all()
    metadata = pq.read_schema(io.BytesIO(content)).metadata
    assert json.loads(metadata[b"geo"])["version"] == "1.1.0"
    assert json.loads(metadata[b"prevention_atlas"]) == describe_layer(layer, "areas.parquet", MADE)


def test_wards_and_councils_have_their_own_outlines_and_average_ranks(build: Build) -> None:
    wards, councils = layer_at(build, Level.WARD), layer_at(build, Level.COUNCIL)
    assert (len(wards.frame), len(councils.frame)) == (4, 2)
    outlines = build.outlines.set_index("code").geometry
    for layer in (wards, councils):
        assert layer.frame.geometry.geom_equals(outlines.reindex(layer.frame.index)).all()
    assert wards.frame["need_crime_average_rank"].tolist() == pytest.approx(
        varied_areas().aggregate("ward").frame["need_crime_average_rank"].tolist(), abs=0
    )
    assert "need_crime_average_rank" + CLASS in wards.classes
    assert councils.columns[1].title == "Council"
    assert wards.title == "Wards of 2 councils"


def test_rows_do_not_depend_on_their_order(build: Build, layer: ExportLayer) -> None:
    data = level_data(build.areas, Level.AREA)
    turned = replace(data, frame=data.frame.iloc[::-1], status=data.status.iloc[::-1])
    from views.exports import level_layer

    assert layer_to_csv(level_layer(build, turned)) == layer_to_csv(layer)


def test_what_is_asked_for_is_exported_alone(build: Build) -> None:
    layer = layer_at(build, Level.WARD, "need_crime_rank", "pop_total")
    columns = [column.name for column in layer.columns]
    assert columns[-4:] == [
        *("need_crime_average_rank", "need_crime_average_rank_class"),
        *("pop_total", "pop_total_class"),
    ]
    with pytest.raises(GeographyError, match="need_bogus"):
        layer_at(build, Level.AREA, "need_bogus")


def test_one_council_is_exported_alone_in_its_own_fifths(build: Build) -> None:
    layer = layer_at(build, Level.AREA, shown="pop_total", council="E08000002")
    assert set(layer.frame["la_code"]) == {"E08000002"}
    assert layer.title == "Small areas of Westham"
    assert next(iter(layer.classes)) == "pop_total" + CLASS
    assert layer.frame["pop_total" + CLASS].value_counts().to_dict() == {
        "most": 3,
        "second": 3,
        "middle": 3,
        "fourth": 3,
        "fewest": 4,
    }


def test_a_name_is_inert_in_a_spreadsheet(tmp_path: Path) -> None:
    build = build_of(tmp_path / "build", make_areas({"pop_total": [1.0, 2.0]}, names={0: "=1+1", 1: HOSTILE}))
    rows = list(csv.DictReader(io.StringIO(layer_to_csv(layer_at(build)).decode("utf-8-sig"))))
    assert [row["name"] for row in rows] == ["'=1+1", HOSTILE]


def test_figures_of_referrals_stay_in_an_internal_build_and_that_is_said(tmp_path: Path) -> None:
    internal = layer_at(with_referrals(tmp_path / "internal", is_shared=False))
    shared = layer_at(with_referrals(tmp_path / "shared", is_shared=True))
    assert not [column.name for column in internal.columns if "demand" in column.name]
    assert WHY_INSIDE in internal.notes
    assert WHY_INSIDE in describe_layer(internal, "a.csv", MADE)["dc:description"]
    assert WHY_INSIDE not in shared.notes
    assert describe_layer(shared, "a.csv", MADE)["dc:accessRights"].startswith("shared")
    count = shared.frame["demand_referrals_36m"]
    assert shared.frame["demand_referrals_36m" + STATUS].dropna().tolist() == ["hidden, small count"]
    assert count.isna().sum() == 1
    assert count.index[count.isna()].tolist() == ["E01000003"]


def test_a_figure_of_referrals_asked_for_by_name_is_refused(tmp_path: Path) -> None:
    build = with_referrals(tmp_path / "build", is_shared=False)
    with pytest.raises(DisclosureError, match="atlas publish"):
        layer_at(build, Level.AREA, "pop_total", "demand_referrals_36m")


def test_places_are_exported_with_where_they_come_from(tmp_path: Path) -> None:
    areas = varied_areas()
    frame = varied_places(areas)
    places = Places(frame, {file: provenance(file) for file in frame["file"].unique()})
    layer = export_of_places(places, areas)
    inside = frame[frame["area_code"].notna()]
    assert layer.frame.index.tolist() == inside.index.tolist()
    assert layer.frame["easting_m"].tolist() == inside.geometry.x.tolist()
    assert "'=HYPERLINK(1)" in layer_to_csv(layer).decode("utf-8-sig")
    document = describe_layer(layer, "places.csv", MADE)
    jsonschema.validate(document, CSVW)
    assert "Attribution of library.csv." in document["dc:rights"]
    assert not {"contact", "phone", "email"} & {column.name for column in layer.columns}
