"""Trafford's area table leaves in each format and comes back value by value."""

import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geo.builds import Build
from models.classes import classify
from models.exported import CLASS, STATUS, STATUS_WORDS, ExportLayer
from models.levels import Level, level_data
from tests.small_exports import MADE
from views.export_files import layer_to_csv, layer_to_parquet
from views.export_gpkg import layers_to_gpkg
from views.exports import level_layer

pytestmark = pytest.mark.real


@pytest.fixture(scope="module")
def layer(trafford_build: Build) -> ExportLayer:
    return level_layer(trafford_build, level_data(trafford_build.areas, Level.AREA))


def read(layer: ExportLayer, form: str, folder: Path) -> pd.DataFrame:
    """Read a file with nothing of ours."""
    if form == "csv":
        return pd.read_csv(io.BytesIO(layer_to_csv(layer)), encoding="utf-8-sig")
    if form == "parquet":
        return pd.DataFrame(
            gpd.read_parquet(io.BytesIO(layer_to_parquet(layer, "t.parquet", MADE)))
        ).reset_index()
    path = folder / "t.gpkg"
    path.write_bytes(layers_to_gpkg([layer], path.name, MADE))
    return pd.DataFrame(gpd.read_file(path, layer="areas"))


@pytest.mark.parametrize("form", ["csv", "gpkg", "parquet"])
def test_every_value_of_trafford_comes_back(
    trafford_build: Build, layer: ExportLayer, tmp_path: Path, form: str
) -> None:
    areas = trafford_build.areas
    found = read(layer, form, tmp_path).set_index("area_code")
    assert found.index.equals(areas.frame.index)
    kept = [column for column in areas.indicators if not column.startswith("demand_")]
    assert len(kept) < len(areas.indicators)
    assert not [column for column in found.columns if "demand" in column]
    for column in kept:
        values = areas.frame[column].to_numpy(dtype=float)
        np.testing.assert_array_equal(found[column].to_numpy(dtype=float), values, column)
        words = areas.status[column].astype(str).map(STATUS_WORDS)
        told = found.get(column + STATUS, pd.Series(np.nan, found.index))
        assert [word for word in told if isinstance(word, str)] == words.dropna().tolist()
        assert told.notna().tolist() == words.notna().tolist()


def test_the_classes_of_trafford_are_those_of_its_map(trafford_build: Build, layer: ExportLayer) -> None:
    data = level_data(trafford_build.areas, Level.AREA)
    assert len(layer.classes) > 50
    for column in layer.classes:
        classes = classify(data, data.dictionary[column.removesuffix(CLASS)])
        assert layer.frame[column].value_counts().to_dict() == {
            classes.labels[key]: count for key, count in classes.counts.items() if count
        }
