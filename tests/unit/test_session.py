"""The session: places are laid over the areas once a revision, and only a few readings are kept."""

from dataclasses import replace
from pathlib import Path

import pytest

from geo.builds import Build
from geo.places import Places
from models.levels import Level
from tests.small_builds import make_build, provenance, varied_areas
from tests.small_places import make_places
from views import session


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A build with one library."""
    return make_build(tmp_path / "build", varied_areas(), libraries(1))


def libraries(count: int) -> Places:
    """So many libraries in the first area."""
    areas = varied_areas()
    rows = [("library", f"Library {number}", None, areas.frame.index[0]) for number in range(count)]
    return Places(make_places(areas, rows), {"library.csv": provenance("Libraries")})


def test_places_are_laid_over_the_areas_once(build: Build) -> None:
    areas = session.areas_of(build)
    assert areas.frame["asset_library"].iloc[0] == 1
    assert session.areas_of(build) is areas
    assert session.data_at(build, Level.WARD) is session.data_at(build, Level.WARD)
    assert session.data_at(build, Level.WARD).frame["asset_library"].iloc[0] == 1


def test_another_revision_of_the_places_is_another_reading(build: Build) -> None:
    before = session.data_at(build, Level.AREA)
    later = replace(build, places=libraries(3))
    assert session.data_at(later, Level.AREA).frame["asset_library"].iloc[0] == 3
    assert session.data_at(build, Level.AREA) is before


def test_never_more_than_a_few_are_kept(build: Build) -> None:
    for count in range(1, 9):
        session.data_at(replace(build, places=libraries(count)), Level.AREA)
    assert len(session._areas) <= 2
    assert len(session._levels) <= 6


def test_the_build_itself_is_never_changed(build: Build) -> None:
    session.areas_of(build)
    assert not any(column.startswith(("asset_", "access_")) for column in build.areas.frame.columns)


def test_a_rebuilt_build_is_opened_afresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = make_build(tmp_path / "build", varied_areas(), libraries(1))
    monkeypatch.setenv("ATLAS_BUILD", str(first.path))
    assert len(session.current_build().places.frame) == 1
    make_build(tmp_path / "build", varied_areas(), libraries(2))
    assert len(session.current_build().places.frame) == 2
