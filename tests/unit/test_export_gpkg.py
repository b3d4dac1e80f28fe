"""The GeoPackage of an export: rows, shapes and metadata as GDAL reads them, styles as QGIS keeps them."""

import json
import sqlite3
import warnings
import xml.etree.ElementTree as ET
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import pytest

from geo.builds import Build
from geo.places import Places
from models.classes import MISSING, SUPPRESSED, classify
from models.exported import CLASS
from models.exported_places import export_of_places
from models.levels import Level, level_data
from tests.small_builds import provenance
from tests.small_exports import MADE, build_of, layer_at
from tests.small_places import varied_places
from views import look
from views.export_document import describe_layer
from views.export_gpkg import layers_to_gpkg
from views.export_qml import write_qml
from views.export_styles import INKS, SHAPES, styles_of
from views.markers import MARKERS

MAP = Path(look.__file__).parent / "map"


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return build_of(tmp_path_factory.mktemp("gpkg") / "build")


@pytest.fixture(scope="module")
def file(build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    frame = varied_places(build.areas)
    places = Places(frame, {name: provenance(name) for name in frame["file"].unique()})
    layers = [layer_at(build), layer_at(build, Level.WARD), export_of_places(places, build.areas)]
    path = tmp_path_factory.mktemp("made") / "eastham.gpkg"
    path.write_bytes(layers_to_gpkg(layers, path.name, MADE))
    return path


def rows(path: Path, query: str) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(path)) as opened:
        return opened.execute(query).fetchall()


def test_gdal_opens_every_layer_in_the_national_grid(file: Path, build: Build) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kinds = dict(pyogrio.list_layers(file))
        areas = pyogrio.read_dataframe(file, layer="areas", fid_as_index=False)
    assert kinds == {
        "areas": "MultiPolygon",
        "wards": "MultiPolygon",
        "places": "Point",
        "layer_styles": None,
    }
    assert areas.crs == "EPSG:27700"
    expected = layer_at(build).frame
    found = gpd.GeoDataFrame(areas).set_index("area_code")
    assert found.geometry.geom_equals(expected.geometry).all()
    pd.testing.assert_frame_equal(
        pd.DataFrame(found.drop(columns="geometry")),
        pd.DataFrame(expected.drop(columns="geometry")),
        check_dtype=False,
        check_index_type=False,
        check_exact=True,
    )


def test_a_hidden_value_is_null_and_never_0(file: Path) -> None:
    query = "SELECT typeof(need_idaci_rank), need_idaci_rank_status, need_idaci_rank_class FROM areas"
    hidden = rows(file, f"{query} WHERE area_code IN ('E01000002', 'E01000009')")
    assert hidden == [
        ("null", "hidden, small count", "hidden, small count"),
        ("null", "no data", "no data"),
    ]


def test_each_layer_has_one_style_that_is_used_when_it_is_opened(file: Path) -> None:
    query = "SELECT f_table_name, f_geometry_column, f_table_schema, styleName FROM layer_styles"
    assert rows(file, f"{query} WHERE useAsDefault") == [
        ("areas", "geom", "", "Income deprivation affecting children (IDACI)"),
        (
            "wards",
            "geom",
            "",
            "Income deprivation affecting children (IDACI): average rank of its small areas",
        ),
        ("places", "geom", "", "Kinds of place"),
    ]
    assert len(rows(file, f"{query} WHERE f_table_name = 'areas'")) == 4


def test_every_style_is_sound_and_names_a_column_of_its_layer(file: Path) -> None:
    for table, text in rows(file, "SELECT f_table_name, styleQML FROM layer_styles"):
        renderer = ET.fromstring(text).find("renderer-v2")
        assert renderer is not None
        assert renderer.attrib["type"] == "categorizedSymbol"
        values = {category.attrib["value"] for category in renderer.iter("category")}
        column = renderer.attrib["attr"]
        assert {value for (value,) in rows(file, f'SELECT DISTINCT "{column}" FROM "{table}"')} <= values
        symbols = {s.attrib["name"] for s in renderer.findall("symbols/symbol")}
        assert [c.attrib["symbol"] for c in renderer.iter("category")] == sorted(symbols, key=int)


def colours_in(symbol: ET.Element) -> list[str]:
    """The colours of the layers of a symbol, those within patterns after their own."""
    told = [
        o.attrib["value"] for o in symbol.iter("Option") if o.attrib.get("name") in ("color", "line_color")
    ]
    return ["#{:02X}{:02X}{:02X}".format(*map(int, text.split(",")[:3])) for text in told]


@pytest.mark.parametrize("id_", ["need_idaci_rank", "pop_total", "pop_0_17"])
def test_the_classes_and_colours_of_a_style_are_those_of_the_legend(build: Build, id_: str) -> None:
    data = level_data(build.areas, Level.AREA)
    classes = classify(data, data.dictionary[id_])
    style = next(s for s in styles_of(layer_at(build)) if s.column == id_ + CLASS)
    root = ET.fromstring(write_qml(style))
    drawn = {s.attrib["name"]: s for s in root.findall("renderer-v2/symbols/symbol")}
    palette = look.palette_of(classes, dark=False)
    shown = {key: words for key, words in classes.labels.items() if key.isdigit() or classes.counts[key]}
    categories = root.findall("renderer-v2/categories/category")
    assert [c.attrib["label"] for c in categories] == list(shown.values())
    for key, category in zip(shown, categories, strict=True):
        symbol = drawn[category.attrib["symbol"]]
        kinds = [layer.attrib["class"] for layer in symbol.findall("layer")]
        if key in (SUPPRESSED, MISSING):
            assert colours_in(symbol) == [look.HATCH.paper, look.HATCH.ink]
            assert kinds[1] == {SUPPRESSED: "LinePatternFill", MISSING: "PointPatternFill"}[key]
        else:
            assert (kinds, colours_in(symbol)) == (["SimpleFill"], [palette[int(key)]])
            assert palette[int(key)] in look.swatch(key, palette, dark=False)


def test_settings_stand_in_both_forms_that_qgis_has_had(build: Build) -> None:
    root = ET.fromstring(write_qml(styles_of(layer_at(build))[0]))
    for layer in root.iter("layer"):
        options = {o.attrib["name"]: o.attrib["value"] for o in layer.findall("Option/Option")}
        assert options == {p.attrib["k"]: p.attrib["v"] for p in layer.findall("prop")}


def test_markers_have_the_inks_of_the_map() -> None:
    text = (MAP / "map_markers.js").read_text(encoding="utf-8")
    pale = text[text.index("const INKS") :].split("dark:", 1)[0]
    assert all(f'{ink}: "{colour}"' in pale for ink, colour in INKS.items())
    assert {marker.ink for marker in MARKERS.values()} <= set(INKS)
    assert {marker.glyph for marker in MARKERS.values()} == set(SHAPES)


def test_metadata_stands_where_a_geopackage_has_it(file: Path, build: Build) -> None:
    found = rows(
        file,
        "SELECT r.table_name, m.mime_type, m.metadata FROM gpkg_metadata m"
        " JOIN gpkg_metadata_reference r ON r.md_file_id = m.id ORDER BY m.id",
    )
    assert [(table, kind) for table, kind, _ in found] == [
        (table, "application/json") for table in ("areas", "wards", "places")
    ]
    assert json.loads(found[0][2]) == describe_layer(layer_at(build), file.name, MADE)
    told = rows(file, "SELECT description FROM gpkg_contents WHERE data_type = 'features'")
    assert all(text.startswith("internal: stays inside the council.") for (text,) in told)
    extended = rows(file, "SELECT table_name FROM gpkg_extensions WHERE extension_name = 'gpkg_metadata'")
    assert extended == [("gpkg_metadata",), ("gpkg_metadata_reference",)]
    assert rows(file, "PRAGMA integrity_check") == [("ok",)]
    assert rows(file, "PRAGMA foreign_key_check") == []
