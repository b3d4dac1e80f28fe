"""Map layers: the order of the table, the shapes of the build, small, and named by their content."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.layers import (
    WebLayers,
    _make_layers,
    find_layer,
    make_places_layer,
    outlines_of,
    web_layers,
)
from geo.web_layer import WebLayer, make_layer, simplify_each, simplify_shapes
from tests.small_builds import COUNCILS, HOSTILE, make_build, varied_areas
from tests.small_places import make_places, varied_places


def features_of(packed: bytes) -> list[dict[str, Any]]:
    features: list[dict[str, Any]] = json.loads(gzip.decompress(packed))["features"]
    return features


@pytest.fixture
def layers(tmp_path: Path) -> WebLayers:
    return web_layers(make_build(tmp_path / "build", varied_areas()))


def test_features_stand_in_the_order_of_the_table(layers: WebLayers) -> None:
    areas = varied_areas()
    codes = [feature["properties"]["c"] for feature in features_of(layers.areas.packed)]
    assert codes == list(areas.frame.index) == list(layers.areas.codes)


def test_shapes_are_those_of_the_table_to_a_metre(layers: WebLayers) -> None:
    drawn = gpd.GeoDataFrame.from_features(features_of(layers.areas.packed), crs=4326).to_crs(27700)
    frame = varied_areas().frame
    apart = shapely.hausdorff_distance(drawn.geometry.to_numpy(), frame.geometry.to_numpy())
    assert apart.max() < 1.5


def test_wards_and_councils_have_a_point_inside_for_their_name(layers: WebLayers) -> None:
    for layer in (layers.wards, layers.councils):
        for feature in features_of(layer.packed):
            latitude, longitude = feature["properties"]["p"]
            assert shapely.from_geojson(json.dumps(feature["geometry"])).contains(
                shapely.Point(longitude, latitude)
            )


def test_a_layer_is_named_by_its_content(tmp_path: Path, layers: WebLayers) -> None:
    again = web_layers(make_build(tmp_path / "again", varied_areas()))
    assert again.areas.name == layers.areas.name
    assert len({layers.areas.name, layers.wards.name, layers.councils.name}) == 3
    assert again.places.name == layers.places.name
    shapes = varied_areas().frame.geometry
    renamed = make_layer(shapes, {"n": pd.Series("other", index=shapes.index)})
    assert renamed.name != layers.areas.name


def test_layers_are_made_once(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", varied_areas())
    assert web_layers(build) is web_layers(build)


def test_a_layer_is_found_by_its_name_and_no_other(layers: WebLayers) -> None:
    assert find_layer(layers.wards.name) == layers.wards.packed
    assert find_layer("../../etc/passwd") is None


def test_a_hostile_name_is_only_text(layers: WebLayers) -> None:
    names = [feature["properties"]["n"] for feature in features_of(layers.areas.packed)]
    assert HOSTILE in names


def test_properties_out_of_order_are_refused() -> None:
    shapes = varied_areas().frame.geometry
    with pytest.raises(ValueError, match="order"):
        make_layer(shapes, {"n": pd.Series("x", index=shapes.index[::-1])})


def test_a_build_without_outlines_has_empty_layers(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", varied_areas())
    bare = replace(build, outlines=build.outlines.iloc[:0])
    assert web_layers(bare).wards.codes == ()
    assert outlines_of(bare, "ward").empty


def wavy_squares(corners: int) -> np.ndarray:
    """Two neighbours that share a wavy edge with many corners."""
    down = np.linspace(0, 1_000, corners)
    edge = np.column_stack([1_000 + 3 * np.sin(down / 20), down])
    left = shapely.Polygon([(0, 0), *edge, (0, 1_000)])
    right = shapely.Polygon([*edge, (2_000, 1_000), (2_000, 0)])
    return np.array([left, right])


def test_few_corners_are_left_alone() -> None:
    shapes = wavy_squares(400)
    assert simplify_shapes(shapes, budget=10_000) is shapes


def test_simplified_neighbours_still_meet() -> None:
    simplified = simplify_shapes(wavy_squares(2_000), budget=100)
    assert shapely.get_num_coordinates(simplified).sum() <= 100
    left, right = simplified
    assert left.intersection(right).area == pytest.approx(0, abs=1e-6)
    assert shapely.union_all(simplified).area == pytest.approx(2_000_000, rel=1e-6)


def test_places_are_served_with_their_kind_council_name_and_point() -> None:
    areas = varied_areas()
    places = varied_places(areas)
    layer = make_places_layer(places)
    content = json.loads(gzip.decompress(layer.packed))
    assert layer.codes == tuple(places.index)
    kinds, councils, rows = content["kinds"], content["councils"], content["places"]
    assert [kinds[row[0]][0] for row in rows] == places["kind"].tolist()
    assert {words for _, words in kinds} >= {"Library"}
    assert [row[2] for row in rows] == places["name"].tolist()
    assert [row[1] for row in rows].count(-1) == 1
    assert {councils[row[1]] for row in rows if row[1] >= 0} == set(places["la_code"].dropna())
    middles = places.geometry.to_crs(4326)
    assert [row[4:] for row in rows] == [[round(p.x, 5), round(p.y, 5)] for p in middles]
    assert HOSTILE in [row[2] for row in rows]
    assert [row[3] for row in rows][1] == ""


def test_a_place_that_nobody_confirmed_lately_says_so_and_the_others_need_no_byte_more() -> None:
    places = varied_places(varied_areas())
    plain = json.loads(gzip.decompress(make_places_layer(places).packed))
    some = places.assign(unconfirmed_since=places["unconfirmed_since"].mask(places["kind"] == "school", "x"))
    some.loc[places["kind"] == "school", "unconfirmed_since"] = ["2025-06-03", "never"]
    content = json.loads(gzip.decompress(make_places_layer(some).packed))
    assert content["unconfirmed"] == ["not confirmed since June 2025", "never confirmed"]
    ends = [row[6:] for row in content["places"]]
    assert sorted(end for end in ends if end) == [[0], [1]]
    assert [row[:6] for row in content["places"]] == plain["places"]
    assert "unconfirmed" not in plain


def test_a_build_without_places_has_an_empty_layer_of_them() -> None:
    content = json.loads(gzip.decompress(make_places_layer(make_places(varied_areas(), [])).packed))
    assert content == {"kinds": [], "councils": [], "places": []}


def test_green_spaces_lose_corners_one_by_one_and_keep_their_size() -> None:
    angles = np.linspace(0, 2 * np.pi, 5_000)
    ring = shapely.Polygon(np.column_stack([300 * np.cos(angles), 300 * np.sin(angles)]))
    (simplified,) = simplify_each(np.array([ring]), budget=200)
    assert shapely.get_num_coordinates(simplified) <= 200
    assert simplified.area == pytest.approx(ring.area, rel=0.05)


def test_one_council_has_layers_of_its_own(layers: WebLayers) -> None:
    frame = varied_areas().frame
    mine = layers.of_council("areas", "E08000002")
    assert list(mine.codes) == frame.index[frame["la_code"] == "E08000002"].tolist()
    assert [f["properties"]["c"] for f in features_of(mine.packed)] == list(mine.codes)
    wards = layers.of_council("wards", "E08000002")
    assert {f["properties"]["l"] for f in features_of(wards.packed)} == {"E08000002"}
    names = {layers.of_council(what, code).name for what in ("areas", "wards") for code in COUNCILS}
    assert len(names | {layer.name for layer in layers.named.values()}) == 4 + len(layers.named)


def test_the_layer_of_a_council_is_found_before_anybody_asked_for_it(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", varied_areas())
    wanted = web_layers(build).of_council("areas", "E08000001")
    afresh = _make_layers(build).find(wanted.name)
    assert afresh is not None
    assert afresh.packed == wanted.packed
    assert _make_layers(build).find("0123.geojson") is None


def test_a_layer_is_made_when_it_is_asked_for_and_once(layers: WebLayers) -> None:
    made: list[int] = []

    def make() -> bytes:
        made.append(1)
        return b"shapes"

    layer = WebLayer("name.geojson", (), make)
    assert not made
    assert layer.packed == layer.packed == b"shapes"
    assert len(made) == 1


def test_shapes_of_few_corners_are_kept_however_many_they_are() -> None:
    squares = np.array([shapely.box(n, 0, n + 1, 1) for n in range(50)])
    assert simplify_shapes(squares, budget=10) is squares
