"""Types as a layer: every area with its type, in the colours of the page, whatever somebody calls a type."""

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, datetime

import geopandas as gpd
import jsonschema
import pytest

from data.register.records import Role
from data.type_overrides import Override, Overrides
from models.classes import MISSING
from models.exported import ExportLayer
from models.type_findings import with_overrides
from tests.small_exports import MADE
from tests.small_type_scenes import type_scene
from tests.unit.test_exported import CSVW
from views import types_look
from views.export_answers import types_layer
from views.export_document import describe_layer
from views.export_files import layer_to_parquet
from views.export_gpkg import layers_to_gpkg
from views.export_qml import write_qml
from views.export_styles import styles_of
from views.types_beside import Beside
from views.types_rows import facts_of
from views.types_scene import TypesScene

AWKWARD = "=1+1 <b>\x07 & co"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> TypesScene:
    return type_scene(tmp_path_factory.mktemp("answers") / "build")


@pytest.fixture(scope="module")
def layer(scene: TypesScene) -> ExportLayer:
    return types_layer(scene, facts_of(scene))


def test_every_area_has_its_type_and_way_of_working(scene: TypesScene, layer: ExportLayer) -> None:
    found = gpd.read_parquet(io.BytesIO(layer_to_parquet(layer, "types.parquet", MADE)))
    types = scene.found.types
    assert types is not None
    expected = types.frame.sort_index()
    assert found.index.equals(expected.index)
    assert found["type"].fillna("").tolist() == expected["type"].fillna("").tolist()
    assert found["margin"].equals(expected["margin"].astype("float64"))
    models = scene.found.models
    labels = models.frame["model"].sort_index().map(models.label_of)
    assert found["way_of_working"].tolist() == labels.tolist()
    assert found.geometry.geom_equals(scene.areas.frame.geometry.loc[found.index]).all()
    jsonschema.validate(describe_layer(layer, "types.csv", MADE), CSVW)


def test_types_are_drawn_in_the_colours_of_the_page(scene: TypesScene, layer: ExportLayer) -> None:
    by_type, by_model = styles_of(layer)
    types = scene.found.types
    assert types is not None
    names = [scene.found.title_of(letter) for letter in sorted(types.names)]
    colours = types_look.kind_colours(len(names), dark=False)
    drawn = [(entry.value, entry.fill) for entry in by_type.entries if entry.fill != MISSING]
    assert drawn == list(zip(names, colours, strict=True))
    for style in (by_type, by_model):
        assert set(layer.frame[style.column]) <= {entry.value for entry in style.entries}
    assert layers_to_gpkg([layer], "types.gpkg", datetime.now(UTC)).startswith(b"SQLite format 3")


def test_a_name_that_somebody_typed_breaks_no_style(scene: TypesScene) -> None:
    given = Override(
        Overrides.TYPE_NAME, "A", AWKWARD, "Because", Role.VIEWER, datetime(2026, 1, 1, tzinfo=UTC), among=4
    )
    named = replace(scene, found=with_overrides(scene.found, (given,)), beside=Beside(overrides=(given,)))
    layer = types_layer(named, facts_of(named))
    root = ET.fromstring(write_qml(styles_of(layer)[0]))
    labels = [category.attrib["label"] for category in root.iter("category")]
    assert any("=1+1 <b>" in label for label in labels)
    assert set(layer.frame["type_name"]) <= set(labels)
