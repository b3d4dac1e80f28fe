"""A register that starts from a build holds what the build shows, and nothing twice."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from data.errors import RegisterError
from data.register.records import COMMAND_LINE, Place, State
from data.register.store import Register, open_register
from geo.builds import REPORT_FILE, Build
from geo.places import SESSIONS, TEXT, Places
from geo.register_editions import edition_key, place_id
from geo.register_places import places_of
from geo.register_start import start_from_build
from tests.small_builds import make_build, provenance, varied_areas
from tests.small_places import make_places, varied_places
from tests.small_register import publish
from tests.unit.conftest import Run

AREAS = varied_areas()
TODAY = date(2026, 11, 28)
FIRST, *_, LAST = AREAS.frame.index


def build_of(folder: Path, *more: tuple[str, str, str | None, str | None]) -> Build:
    frame = make_places(AREAS, more) if more else varied_places(AREAS)
    frame = frame[frame["area_code"].notna()]
    labels = sorted(frame["file"].unique())
    told = {f: replace(provenance(f), sha256=f"{n}" * 64, file=f) for n, f in enumerate(labels)}
    made = make_build(folder, AREAS, Places(frame.assign(unconfirmed_since=None), told))
    return replace(made, report={"made": "2026-03-04T10:00:00+00:00"})


def with_some_sessions(build: Build) -> Build:
    sessions = [float(n) if n % 2 else None for n in range(len(build.places.frame))]
    frame = build.places.frame.assign(**{SESSIONS: sessions})
    return replace(build, places=replace(build.places, frame=frame))


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return open_register(tmp_path / "build", f"sqlite:///{tmp_path / 'register.db'}")


def test_it_holds_what_the_build_shows(register: Register, tmp_path: Path) -> None:
    build = with_some_sessions(build_of(tmp_path / "build"))
    done = start_from_build(register, build, COMMAND_LINE)
    own = build.places.frame
    assert done.total["read"] == done.total["added"] == len(own)
    here = places_of(register, build, TODAY, 12).frame
    compared = [SESSIONS, *(c for c in TEXT if c != "file")]
    order = ["kind", "name", "area_code"]
    a, b = (
        f[compared].sort_values(order).reset_index(drop=True).astype("string").fillna("") for f in (own, here)
    )
    assert a.to_dict("list") == b.to_dict("list")
    assert (
        own.sort_values(order)
        .geometry.reset_index(drop=True)
        .distance(here.sort_values(order).geometry.reset_index(drop=True))
        < 0.01
    ).all()
    assert {s.sha256 for s in register.sources()} == {p.sha256 for p in build.places.provenance.values()}
    assert {place.last_confirmed for place in register.published()} == {date(2026, 3, 4)}


def test_starting_again_changes_nothing(register: Register, tmp_path: Path) -> None:
    build = build_of(tmp_path / "build")
    start_from_build(register, build, COMMAND_LINE)
    revision = register.revision()
    again = start_from_build(register, build, COMMAND_LINE)
    assert again.total["unchanged"] == again.total["read"] == len(build.places.frame)
    assert register.revision() == revision


def test_what_people_added_before_is_not_added_again(register: Register, tmp_path: Path) -> None:
    build = build_of(
        tmp_path / "build", ("library", "Mill Library", None, FIRST), ("food", "Pantry", None, LAST)
    )
    middle = AREAS.frame.geometry[FIRST].centroid
    publish(
        register,
        replace(_draft("The Mill Library"), easting_m=middle.x + 20, northing_m=middle.y, located_by="point"),
    )
    done = start_from_build(register, build, COMMAND_LINE)
    assert (done.total["read"], done.total["added"], done.total["duplicates"]) == (2, 1, 1)
    assert sorted(place.name for place in register.published()) == ["Pantry", "The Mill Library"]


def test_what_may_be_confidential_waits_for_an_editor(register: Register, tmp_path: Path) -> None:
    build = build_of(tmp_path / "build", ("other", "12 Mill Road", "Residential homes", FIRST))
    done = start_from_build(register, build, COMMAND_LINE)
    assert (done.total["added"], done.total["held"]) == (0, 1)
    (held,) = register.queue(COMMAND_LINE)
    assert (held.state, held.easting_m) == (State.SUBMITTED, None)


def test_the_next_edition_of_a_sheet_is_known_as_one(register: Register, tmp_path: Path) -> None:
    build = build_of(tmp_path / "build", ("food", "Pantry", None, FIRST))
    (label,) = build.places.provenance
    sheet = f"{label} (Sheet 1)"
    places = replace(
        build.places,
        frame=build.places.frame.assign(file=sheet),
        provenance={sheet: build.places.provenance[label]},
    )
    told = {"path": "food/pantries_20250301.xlsx", "sha256": build.places.provenance[label].sha256}
    build = replace(build, places=places, report={**build.report, "files": [told]})
    start_from_build(register, build, COMMAND_LINE)
    (source,) = register.sources()
    assert (source.file, source.dated) == ("pantries_20250301.xlsx", date(2025, 3, 1))
    assert edition_key(source) == edition_key(replace(source, file="pantries_20260301.xlsx"))
    (place,) = register.published()
    assert place.id == place_id(edition_key(source), place.source_key)


def test_a_build_without_places_is_told(register: Register, tmp_path: Path) -> None:
    with pytest.raises(RegisterError, match="has no places"):
        start_from_build(register, make_build(tmp_path / "build", AREAS), COMMAND_LINE)


def test_the_command_starts_it_and_says_what_was_done(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    build = build_of(tmp_path / "build")
    (build.path / REPORT_FILE).write_text(json.dumps(build.report))
    status, out, _ = run("register", "start", "--build", build.path, "--json")
    made = json.loads(out)
    assert (status, made["read"], made["added"]) == (0, len(build.places.frame), len(build.places.frame))
    status, out, _ = run("register", "start", "--build", build.path)
    assert (status, f"{made['read']} unchanged" in out) == (0, True)


def _draft(name: str) -> Place:
    return Place("", 0, State.SUBMITTED, name, "library")
