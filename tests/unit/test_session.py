"""The session: places are laid over the areas once a revision, and only a few readings are kept."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from geo.builds import Build
from geo.kind_reach import reach_of_kind
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


@pytest.mark.parametrize(
    ("setting", "value", "column"),
    [
        ("ATLAS_WALK_KMH", "2.4", "access_library_min"),
        ("ATLAS_DETOUR", "2", "access_library_min"),
        ("ATLAS_REACH_MIN", "30", "access_library_share"),
        ("ATLAS_REACH_STEPS", "30:1", "access_library_per_1k"),
    ],
)
def test_a_setting_that_changes_figures_is_another_reading(
    build: Build, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, column: str
) -> None:
    before = session.data_at(build, Level.AREA)
    monkeypatch.setenv(setting, value)
    after = session.data_at(build, Level.AREA)
    assert not after.frame[column].equals(before.frame[column])
    assert session.areas_of(build).frame[column].equals(after.frame[column])
    monkeypatch.delenv(setting)
    assert session.data_at(build, Level.AREA).frame[column].equals(before.frame[column])


def test_what_places_usually_supply_makes_another_reading(build: Build) -> None:
    before = session.data_at(build, Level.AREA).frame["access_library_per_1k"]
    said = replace(build, report={"places": {"sessions_a_week": {"library": 5.0}}})
    after = session.data_at(said, Level.AREA).frame["access_library_per_1k"]
    assert before.max() > 0
    pd.testing.assert_series_equal(after, before * 5)


def test_where_people_set_out_from_makes_another_reading(build: Build) -> None:
    before = session.data_at(build, Level.AREA).frame["access_library_min"]
    starts = build.starts.set_geometry(build.starts.geometry.translate(400.0, 0.0))
    after = session.data_at(replace(build, starts=starts), Level.AREA).frame["access_library_min"]
    assert not after.equals(before)


def test_only_the_kinds_whose_places_changed_are_measured_again(
    build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    areas = varied_areas()
    rows = [("library", "One", None, areas.frame.index[0]), ("school", "Two", None, areas.frame.index[3])]
    pedigrees = {file: provenance(file) for file in ("library.csv", "school.csv")}
    session.areas_of(replace(build, places=Places(make_places(areas, rows), pedigrees)))
    asked = []

    def measured(*given: object) -> object:
        asked.append(given[0].places.frame.at[given[1][0], "kind"])  # type: ignore[attr-defined, index]
        return reach_of_kind(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(session, "reach_of_kind", measured)
    more = [*rows, ("school", "Three", None, areas.frame.index[9])]
    session.areas_of(replace(build, places=Places(make_places(areas, more), pedigrees)))
    assert asked == ["school"]


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
