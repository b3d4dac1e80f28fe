"""Nothing that tells where a confidential or a held place is leaves by any exit.

A part that makes a new exit adds it to `EXITS`: a name, and what gives its content as texts.
"""

import gzip
import io
import logging
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import geopandas as gpd
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from data.register.records import COMMAND_LINE, Contact, Place, Service, State
from data.register.store import Register, open_register
from geo.builds import Build, open_build
from geo.layers import web_layers
from geo.overlay import overlay_assets
from geo.register_places import open_in_force
from models.exported_places import export_of_places
from models.levels import Level, level_data
from models.publish import publish as make_release
from models.register_effect import effect_of_place
from tests.asking import ask
from tests.conftest import PROJECT
from tests.contract.test_no_trace import text_of
from tests.register_exits import REGISTER_EXITS, texts_of_file
from tests.small_demand_builds import internal_build
from tests.small_register import place_in, publish
from views import session
from views.access_log import log_path
from views.export_files import layer_to_parquet, layer_to_zip
from views.export_gpkg import layers_to_gpkg
from views.exports import level_layer
from views.register_forms import Form
from views.routes import shapes_address

MAIN: Final = PROJECT / "views" / "pages" / "main.py"
SECTIONS: Final = ("Files", "Rejected rows", "Reconciliation", "Methods", "Attribution")
OPEN: Final = "Open Pantry"
CONFIDENTIAL: Final = "Zephyrine House"
HELD: Final = "Quillwort refuge"


@dataclass(frozen=True)
class Town:
    """A build with referrals, and its register: one open place, a confidential one and a held one."""

    build: Build
    register: Register
    secrets: tuple[Place, ...]
    folder: Path

    @property
    def in_force(self) -> Build:
        """The build with the places that the app shows."""
        return open_in_force(self.build.path, date.today())


def secret_place(build: Build, name: str, at: int, postcode: str, phone: str) -> Place:
    """A place with everything that could give it away, off the middle of its area."""
    where = build.areas.frame.geometry.iloc[at].centroid
    contact = Contact(
        str(uuid5(NAMESPACE_URL, phone)),
        name=f"Keeper of {name}",
        phone=phone,
        email=f"{name.split()[0].lower()}@example.org",
        consent=True,
        consented_at=datetime.now(UTC),
    )
    offered = Service(str(uuid5(NAMESPACE_URL, name + "s")), f"Shelter at {name}", "advice")
    return place_in(
        build.areas,
        build.areas.frame.index[at],
        name,
        "food",
        detail=f"Detail of {name}",
        address=f"17 {name} Lane",
        postcode=postcode,
        website=f"https://{name.split()[0].lower()}.example.org/",
        easting_m=where.x + 137.31,
        northing_m=where.y - 213.77,
        contacts=(contact,),
        services=(offered,),
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    folder = tmp_path_factory.mktemp("town")
    build = internal_build(folder / "build")
    register = open_register(build.path)
    publish(register, place_in(build.areas, build.areas.frame.index[0], OPEN, address="1 Open Street"))
    confidential = secret_place(build, CONFIDENTIAL, 9, "ZE9 9ZX", "01632 960983")
    held = secret_place(build, HELD, 13, "ZE8 8QW", "01632 960471")
    publish(register, confidential, confidential=True)
    kept = register.submit(COMMAND_LINE, replace(held, id=str(uuid5(NAMESPACE_URL, HELD)))).place
    assert kept.held
    assert {place.name for place in register.published()} == {OPEN}
    return Town(build, register, (confidential, held), folder)


def tells_of(place: Place) -> list[str]:
    """Every text that would give a place away: name, postcode, telephone, and coordinates, rounded too."""
    assert place.easting_m is not None
    assert place.northing_m is not None
    (point,) = gpd.GeoSeries.from_xy([place.easting_m], [place.northing_m], crs=27700).to_crs(4326)
    metres = [round(place.easting_m), round(place.northing_m), int(place.easting_m), int(place.northing_m)]
    degrees = [f"{value:.{places}f}" for value in (point.x, point.y) for places in (3, 4, 5, 6)]
    compact = (place.postcode.replace(" ", ""), place.contacts[0].phone.replace(" ", ""))
    word = place.name.split()[0]
    return [word, place.postcode, place.contacts[0].phone, *compact, *map(str, metres), *degrees]


def traces(texts: Iterable[str], town: Town) -> list[str]:
    whole = "\n".join(texts).lower()
    return [told for place in town.secrets for told in tells_of(place) if told.lower() in whole]


def _frame(town: Town) -> Iterable[str]:
    places = town.in_force.places
    yield places.frame.to_csv()
    yield repr(dict(places.provenance))
    yield places.frame.to_crs(4326).to_json()


def _layers(town: Town) -> Iterable[str]:
    for layer in web_layers(town.in_force).named.values():
        yield gzip.decompress(layer.packed).decode()


def _served_places(town: Town) -> Iterable[str]:
    answer = ask(shapes_address(session.current_layers().places.name))
    assert answer.status == 200
    yield answer.content.decode()


def _page(script: str = "", **session_state: object) -> Iterable[str]:
    """Everything that a page sends, and every file that it offers, as a click would make it."""
    files: dict[str, object] = {}

    def keep(_: str, data: object, name: str = "", *__: object, **___: object) -> bool:
        files[name] = data
        return False

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st, "download_button", keep)
        page = AppTest.from_file(str(MAIN), default_timeout=60)
        page.query_params["points"] = "food,advice"
        page.query_params["count"] = "all"
        page.run()
        if script:
            page.switch_page(script)
            files.clear()  # Those of Explore are looked through where it is asked for.
        for key, value in session_state.items():
            page.session_state[key] = value
        page.run()
    assert not page.exception
    yield "\n".join(repr(element.proto) for element in page.main)
    for data in files.values():
        content = data() if callable(data) else data
        yield content.decode("utf-8-sig", "replace") if isinstance(content, bytes) else str(content)


def _explore(town: Town) -> Iterable[str]:
    yield from _page(places=True, sources=True)


def _explore_area(town: Town) -> Iterable[str]:
    for place in town.secrets:
        yield from _page(area=_area_of(town, place))


def _profile(town: Town) -> Iterable[str]:
    choices = {"profile_area": _area_of(town, town.secrets[0]), "profile_touched": True}
    yield from _page("area_profile.py", **choices, profile_others=True, profile_sources=True)


def _reach(town: Town) -> Iterable[str]:
    choices = {"reach_kind": "food", "reach_count": True, "reach_touched": True}
    confidential, held = town.secrets
    opened = {"reach_places": True, "reach_sources": True, "reach_area": _area_of(town, confidential)}
    yield from _page("reach.py", **choices, **opened)
    yield from _page("reach.py", **choices, reach_view="whatif", reach_closed=held.id)


def _place_support(town: Town) -> Iterable[str]:
    """The kind of the withheld places as what is placed, and as the buildings that it could be placed in."""
    area = _area_of(town, town.secrets[0])
    opened = {"place_minutes": 45, "place_count": True, "place_touched": True, "place_sources": True}
    for kind, buildings in (("food", ["advice"]), ("library", ["food", "advice"])):
        for tab in ("Sites", "Small areas"):
            asked = {"place_kind": kind, "place_buildings": buildings, "place_tab": tab, "place_area": area}
            yield from _page("place_support.py", **opened, **asked)


def _area_of(town: Town, place: Place) -> str:
    at = gpd.points_from_xy([place.easting_m], [place.northing_m])[0]
    areas = town.build.areas.frame
    return str(areas.index[areas.geometry.contains(at)][0])


def _shortlist(town: Town) -> Iterable[str]:
    opened = {"shortlist_touched": True, "shortlist_sources": True, "shortlist_level": "area"}
    yield from _page("shortlist.py", **opened, shortlist_area=_area_of(town, town.secrets[0]))


def _printed(town: Town) -> Iterable[str]:
    wards = town.build.areas.frame.loc[[_area_of(town, place) for place in town.secrets], "ward_code"]
    for level, codes in (("area", [_area_of(town, p) for p in town.secrets]), ("ward", wards)):
        for code in codes:
            yield ask("/atlas/profile", query=f"level={level}&area={code}&count=all").content.decode()


def _data_and_methods(town: Town) -> Iterable[str]:
    for section in SECTIONS:
        yield from _page("data_and_methods.py", section=section)


def _shared_build(town: Town) -> Iterable[str]:
    made = make_release(town.in_force, town.folder / "shared", "Eastham")
    for path in [*made.path.iterdir(), made.ledger]:
        yield text_of(path)
    shared = open_build(made.path)
    yield shared.places.frame.to_csv()
    yield repr(shared.report)


def _effect(town: Town) -> Iterable[str]:
    for place in town.secrets:
        withheld = replace(place, confidential=True, state=State.SUBMITTED)
        yield effect_of_place(withheld, town.in_force, town.in_force.places, date.today()).text


def _log(town: Town) -> Iterable[str]:
    yield log_path().read_text(encoding="utf-8")


def _exports(town: Town) -> Iterable[str]:
    """The layer of places in every format, and the areas with what is laid over them."""
    build = town.in_force
    areas = overlay_assets(build.areas, build)
    layers = [export_of_places(build.places, areas), level_layer(build, level_data(areas, Level.AREA))]
    made = datetime.now(UTC)
    with zipfile.ZipFile(io.BytesIO(layer_to_zip(layers[0], "places.csv", made))) as packed:
        yield from (packed.read(name).decode("utf-8-sig") for name in packed.namelist())
    yield from texts_of_file(Form.GPKG, layers_to_gpkg(layers, "places.gpkg", made))
    yield gpd.read_parquet(io.BytesIO(layer_to_parquet(layers[0], "places.parquet", made))).to_csv()


def _assets(town: Town) -> Iterable[str]:
    yield from _page("assets.py")


EXITS: dict[str, Callable[[Town], Iterable[str]]] = {
    "places": _frame,
    "map layers": _layers,
    "places as they are served": _served_places,
    "Explore with its table and files": _explore,
    "Explore at its area": _explore_area,
    "profile": _profile,
    "Reach with its table and files": _reach,
    "Place support with its tables and files": _place_support,
    "Shortlist with its table and files": _shortlist,
    "printed profile": _printed,
    "Data and methods with its files": _data_and_methods,
    "shared build": _shared_build,
    "effect": _effect,
    "access log": _log,
    "Assets": _assets,
    "exports": _exports,
    **{name: lambda town, give=give: give(town.register) for name, give in REGISTER_EXITS.items()},  # type: ignore[misc]
}
"""Every way out, by name: it gives its content as texts."""

NAMING: Final = (
    *("places", "map layers", "places as they are served", "Explore with its table and files"),
    *("Reach with its table and files", "Place support with its tables and files"),
    *("shared build", "Assets", "exports"),
    *REGISTER_EXITS,
)
"""The exits that name places, so that the open one has to be found there."""


@pytest.mark.parametrize("name", EXITS)
def test_nothing_of_a_withheld_place_leaves(
    town: Town, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(town.build.path))
    with caplog.at_level(logging.DEBUG):
        texts = list(EXITS[name](town))
    assert traces(texts, town) == []
    assert traces([caplog.text], town) == []
    assert any(text for text in texts)
    if name in NAMING:
        assert any(OPEN in text for text in texts)


def test_the_search_finds_what_is_planted(town: Town) -> None:
    for place in town.secrets:
        for told in tells_of(place):
            assert traces([f"{{x:{told.upper()}}}"], town)


def test_no_figure_has_it(town: Town) -> None:
    """The overlay is that of a register without them, in every column."""
    places = town.in_force.places
    found = overlay_assets(town.build.areas, replace(town.build, places=places))
    alone = replace(places, frame=places.frame[places.frame["name"] == OPEN])
    expected = overlay_assets(town.build.areas, replace(town.build, places=alone))
    assert found.frame.drop(columns="geometry").equals(expected.frame.drop(columns="geometry"))
    assert "asset_advice" not in found.frame


def test_a_place_that_becomes_confidential_is_gone_at_once(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_BUILD", str(town.build.path))
    extra = publish(town.register, place_in(town.build.areas, town.build.areas.frame.index[2], "Later House"))
    address = shapes_address(session.current_layers().places.name)
    before = ask(address)
    assert b"Later House" in before.content
    assert before.headers["cache-control"].startswith("private")
    town.register.publish(COMMAND_LINE, extra.id, extra.version, confidential=True)
    assert b"Later House" not in ask(shapes_address(session.current_layers().places.name)).content
    assert ask(address).status == 404
