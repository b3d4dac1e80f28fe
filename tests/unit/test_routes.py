"""Routes: what is listed is served compressed and for ever, and nothing else is served at all."""

import json
from collections import OrderedDict
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.layers import WebLayers, web_layers
from tests.asking import ask
from tests.small_builds import make_build, varied_areas
from views.routes import OWN_SCRIPTS, asset_address, assets, shapes_address


@pytest.fixture
def layers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WebLayers:
    build = make_build(tmp_path / "build", varied_areas())
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return web_layers(build)


@pytest.mark.parametrize("name", sorted(assets()))
def test_an_asset_is_served_compressed_and_for_ever(name: str) -> None:
    answer = ask(asset_address(name))
    assert answer.status == 200
    assert answer.headers["content-encoding"] == "gzip"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_what_the_style_sheet_names_stands_beside_it() -> None:
    styles = ask(asset_address("map.css")).content.decode()
    assert 'url("source-sans.woff2")' in styles
    assert ask(asset_address("map.css").replace("map.css", "source-sans.woff2")).status == 200


def test_our_scripts_name_no_other_host() -> None:
    for name in (*OWN_SCRIPTS, "map.css"):
        assert "http" not in ask(asset_address(name)).content.decode()


def test_shapes_are_served_as_they_were_made(layers: WebLayers) -> None:
    answer = ask(shapes_address(layers.areas.name))
    assert answer.status == 200
    assert len(json.loads(answer.content)["features"]) == 32
    assert int(answer.headers["content-length"]) == len(layers.areas.packed)


def test_places_are_served_as_they_were_made(layers: WebLayers) -> None:
    answer = ask(shapes_address(layers.places.name))
    assert answer.status == 200
    assert set(json.loads(answer.content)) == {"kinds", "councils", "places"}


def test_a_browser_that_cannot_unpack_gets_it_plain(layers: WebLayers) -> None:
    answer = ask(shapes_address(layers.areas.name), accept="identity")
    assert "content-encoding" not in answer.headers
    assert len(json.loads(answer.content)["features"]) == 32


@pytest.mark.parametrize(
    "address",
    [
        "/atlas/shapes/unknown.geojson",
        "/atlas/shapes/..%2f..%2fapp.py",
        "/atlas/shapes/../../app.py",
        "/atlas/shapes/",
        "/app/static/0000/map.js",
        "/app/static/map.js",
        "/app/static/../views/map/map.js",
        asset_address("map.js").replace("map.js", "..%2fmain.py"),
        asset_address("map.js").replace("map.js", "leaflet-src.js"),
    ],
)
def test_anything_else_is_not_found(layers: WebLayers, address: str) -> None:
    assert ask(address).status == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00?#"), min_size=1, max_size=30))
def test_no_name_leads_to_a_file(layers: WebLayers, name: str) -> None:
    served = {layer.name for layer in layers.named.values()}
    address = f"/atlas/shapes/{name}"
    # An address that ends in a slash is sent on to the one without, and found missing there.
    assert name in served or ask(address).status in (404, 307)


def test_after_a_restart_the_shapes_are_made_again(
    layers: WebLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("views.routes.find_layer", lambda name: None)
    assert ask(shapes_address(layers.areas.name)).status == 200


def test_after_a_restart_the_shapes_of_one_council_are_made_again_too(
    layers: WebLayers, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = shapes_address(layers.of_council("areas", "E08000002").name)
    monkeypatch.setattr("geo.layers._made", OrderedDict())
    answer = ask(address)
    assert answer.status == 200
    assert "immutable" in answer.headers["cache-control"]
    assert len(json.loads(answer.content)["features"]) == 16


def test_without_a_build_there_are_no_shapes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(tmp_path))
    assert ask(shapes_address("0123.geojson")).status == 404


def test_an_asset_that_is_not_listed_has_no_address() -> None:
    with pytest.raises(KeyError):
        asset_address("main.py")
