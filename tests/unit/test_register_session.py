"""The places in force: those of the register once it holds any, read again when it has changed."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from data.register.backup import back_up
from data.register.records import COMMAND_LINE
from data.register.restore import restore
from data.register.store import Register
from geo.builds import Build
from geo.layers import web_layers
from geo.places import Places
from tests.small_builds import make_build, provenance, varied_areas
from tests.small_places import varied_places
from tests.small_register import place_in, publish
from views import register_session, session
from views.register_session import current_register

AREAS = varied_areas()
FIRST, SECOND, *_ = AREAS.frame.index


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Build:
    """A build with places of files, which the app shows."""
    places = varied_places(AREAS)
    told = {file: provenance(file) for file in places["file"].unique()}
    build = make_build(tmp_path / "build", AREAS, Places(places, told))
    monkeypatch.setenv("ATLAS_BUILD", str(build.path))
    return build


def names() -> list[str]:
    return session.current_build().places.frame["name"].tolist()


def test_reading_makes_no_register(build: Build) -> None:
    assert session.current_build().places.revision == build.places.revision
    assert current_register().revision() == 0
    assert not list(build.path.parent.glob("*.db*"))


def test_the_first_published_place_replaces_those_of_files_and_the_next_one_is_seen(build: Build) -> None:
    register = current_register()
    register.submit(COMMAND_LINE, replace(place_in(AREAS, FIRST), id="0" * 8 + "-0000-4000-8000-" + "0" * 12))
    assert len(names()) == len(build.places.frame)
    pantry = publish(register, place_in(AREAS, FIRST, "Pantry"))
    assert names() == ["Pantry"]
    assert session.areas_of(session.current_build()).frame.loc[FIRST, "asset_food"] == 1
    hall = publish(register, place_in(AREAS, SECOND, "Hall"))
    assert sorted(names()) == ["Hall", "Pantry"]
    register.retire(COMMAND_LINE, hall.id, hall.version, "It closed.")
    assert names() == ["Pantry"]
    register.retire(COMMAND_LINE, pantry.id, pantry.version, "It closed.")
    assert len(names()) == len(build.places.frame)


def test_after_a_restore_a_revision_that_comes_again_is_read_again(build: Build, tmp_path: Path) -> None:
    register = current_register()
    publish(register, place_in(AREAS, FIRST, "Pantry"))
    back_up(register.engine, tmp_path / "backup.zip")
    publish(register, place_in(AREAS, SECOND, "Hall"))
    assert sorted(names()) == ["Hall", "Pantry"]
    revision = register.revision()
    restore(register.engine, COMMAND_LINE, tmp_path / "backup.zip", tmp_path / "kept.zip")
    register.submit(COMMAND_LINE, replace(place_in(AREAS, SECOND, "Shed"), id=str(uuid4())))
    assert register.revision() == revision
    assert names() == ["Pantry"]


def test_a_register_that_did_not_change_is_not_read_again(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(current_register(), place_in(AREAS, FIRST, "Pantry"))
    first = session.current_build()
    read: list[int] = []
    monkeypatch.setattr(Register, "published", lambda self: read.append(1) or ())
    assert session.current_build() is first
    assert not read
    assert build.path == first.path


def test_another_day_is_another_reading(build: Build) -> None:
    publish(current_register(), place_in(AREAS, FIRST, "Pantry"))
    today = register_session.in_force(build, "making", date.today())
    later = register_session.in_force(build, "making", date.today().replace(year=date.today().year + 2))
    assert len(today.places.counted) == 1
    assert len(later.places.counted) == 0
    assert len(session.counting(later, True).places.counted) == 1
    assert len(session.counting(later, False).places.counted) == 0


def test_what_counts_is_another_reading_of_the_same_places(build: Build) -> None:
    publish(current_register(), place_in(AREAS, FIRST, "Pantry"))
    later = register_session.in_force(build, "making", date.today().replace(year=date.today().year + 2))
    every = session.counting(later, True)
    assert "asset_food" not in session.areas_of(later).frame
    assert session.areas_of(every).frame["asset_food"].sum() == 1
    assert web_layers(later) is web_layers(every)


def test_a_change_of_the_places_keeps_the_shapes_of_the_map(build: Build) -> None:
    before = web_layers(session.current_build())
    publish(current_register(), place_in(AREAS, FIRST, "Pantry"))
    after = web_layers(session.current_build())
    assert after.places.name != before.places.name
    assert after.areas is before.areas
    assert after.of_council("areas", "E08000001") is before.of_council("areas", "E08000001")
