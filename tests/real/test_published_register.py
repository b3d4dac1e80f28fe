"""Every published file of places of Greater Manchester in the register: counts add up, nothing is lost.

The day on which all is imported is fixed, as files that tell no day are dated by it.
"""

import json
from collections import Counter
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from data.register.records import COMMAND_LINE, Place, State
from data.register.store import Register, open_register
from geo.builds import Build
from geo.register_counts import COUNTED, Imported
from geo.register_import import import_files
from geo.register_places import places_of
from geo.register_start import start_from_build
from tests.conftest import FULL_PROOFS

pytestmark = pytest.mark.real

TODAY = date(2026, 11, 28)
Imports = tuple[Register, Imported, Imported, tuple[int, int]]


@pytest.fixture(scope="module")
def files(greater_manchester: Path) -> list[Path]:
    return sorted((greater_manchester / "assets").iterdir())


@pytest.fixture(scope="module")
def imports(gm_build: Build, files: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Imports:
    """All files, imported twice into one register."""
    register = open_register(tmp_path_factory.mktemp("register") / "gm")
    first = import_files(register, gm_build, COMMAND_LINE, files, today=TODAY)
    before = register.revision()
    second = import_files(register, gm_build, COMMAND_LINE, files, today=TODAY)
    return register, first, second, (before, register.revision())


@pytest.fixture(scope="module")
def everything(imports: Imports) -> tuple[Place, ...]:
    return imports[0].everything(COMMAND_LINE)


def rows_of(path: Path) -> int:
    """How many rows a file has, without our readers."""
    if path.suffix == ".geojson":
        return len(json.loads(path.read_text(encoding="utf-8"))["features"])
    return len(pd.read_csv(path, dtype=str))


def test_what_became_of_the_rows_of_every_file_adds_up(imports: Imports, files: list[Path]) -> None:
    _, first, second, _ = imports
    assert [file.file for file in first.files] == [path.name for path in files]
    assert len(files) == 31
    for done in (first, second):
        for file, path in zip(done.files, files, strict=True):
            assert file.read == rows_of(path), file.file
            assert file.read == sum(getattr(file, name) for name in COUNTED[1:]), file.file
    assert all(file.updated == file.unchanged == 0 for file in first.files)
    rejected = Counter(row.file for row in first.rejected)
    assert {file.file: file.rejected for file in first.files if file.rejected} == rejected


def test_a_second_import_changes_nothing(imports: Imports) -> None:
    _, first, second, (before, after) = imports
    assert before == after
    for once, again in zip(first.files, second.files, strict=True):
        assert (again.added, again.updated, again.unchanged) == (0, 0, once.added), once.file
        assert (again.duplicates, again.rejected, again.held) == (
            once.duplicates,
            once.rejected,
            once.held,
        ), once.file


def test_what_was_added_is_there_with_its_source(imports: Imports, everything: tuple[Place, ...]) -> None:
    register, first, _, _ = imports
    of = {source.id: source.file for source in register.sources()}
    added = Counter(of[place.source_id] for place in everything if not place.held)
    assert {file.file: file.added for file in first.files if file.added} == added
    assert {source.file: source.sha256 for source in register.sources()} == {
        file.file: file.sha256 for file in first.files
    }


def test_a_file_in_two_formats_counts_once(imports: Imports) -> None:
    counts = {file.file: file for file in imports[1].files}
    for name in (
        "gm_libraries",
        "gm_pharmacies",
        "trafford_schools_and_colleges",
        "trafford_childrens_centres",
    ):
        assert (
            counts[f"{name}.csv"].added == counts[f"{name}.geojson"].duplicates == counts[f"{name}.csv"].read
        )


def test_places_whose_kind_nobody_tells_and_charities_are_rejected(imports: Imports) -> None:
    counts = {file.file: file for file in imports[1].files}
    for name in ("charities_operating_in_trafford.csv", "gm_polling_stations.csv", "gm_jobcentreplus.csv"):
        assert counts[name].rejected == counts[name].read


def test_held_places_are_located_nowhere_in_any_output(
    imports: Imports, everything: tuple[Place, ...], gm_build: Build
) -> None:
    register, first, _, _ = imports
    held = [place for place in everything if place.held]
    assert len(held) == first.total["held"] > 5
    assert all(place.state is State.SUBMITTED for place in held)
    assert all(
        (p.easting_m, p.northing_m, p.postcode, p.address, p.source_key) == (None, None, "", "", "")
        for p in held
    )
    names = {place.name for place in held}
    assert not names & {place.name for place in register.published()}
    assert not names & set(places_of(register, gm_build, TODAY, 12).frame["name"])
    told = json.dumps(first.to_json(), ensure_ascii=False)
    assert not [name for name in names if name in told]
    history = [
        c.after for c in register.history(COMMAND_LINE, limit=100_000) if c.after and c.after.get("held")
    ]
    assert len(history) == len(held)
    assert all(after["easting_m"] is None and after["postcode"] == "" for after in history)


def test_large_care_homes_and_counselling_are_public(everything: tuple[Place, ...]) -> None:
    homes = [p for p in everything if "home" in p.detail.lower()]
    assert 5 < sum(bool(home.held) for home in homes) < len(homes) / 2
    minds = [p for p in everything if p.kind == "health" and not p.detail]
    assert sum(bool(place.held) for place in minds) <= 3


def test_closed_establishments_are_rejected_as_plain_pandas_counts_them(
    gm_build: Build, greater_manchester: Path, tmp_path: Path
) -> None:
    """The pack lists open ones only: a published file gets the publisher's column of statuses."""
    table = pd.read_csv(greater_manchester / "assets" / "trafford_schools_and_colleges.csv", dtype=str)
    statuses = ["Open", "Closed", "Open, but proposed to close", "Proposed to open"]
    table["EstablishmentStatus (name)"] = [statuses[n % 4] for n in range(len(table))]
    table.to_csv(tmp_path / "schools_20260901.csv", index=False)
    done = import_files(
        open_register(tmp_path / "build"),
        gm_build,
        COMMAND_LINE,
        [tmp_path / "schools_20260901.csv"],
        today=TODAY,
    )
    told = Counter(row.reason for row in done.rejected)
    expected = table["EstablishmentStatus (name)"].value_counts()
    assert told == {"closed": expected["Closed"], "not open yet": expected["Proposed to open"]}
    assert done.total["added"] == len(table) - done.total["rejected"]


@pytest.mark.proof
@pytest.mark.parametrize("which", ["gm", "northmere"] if FULL_PROOFS else ["northmere"])
def test_a_register_that_starts_from_a_build_shows_what_the_build_shows(
    which: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    build: Build = request.getfixturevalue(f"{which}_build")
    register = open_register(tmp_path / which)
    done = start_from_build(register, build, COMMAND_LINE)
    own = build.places.frame["kind"].value_counts()
    held = Counter(place.kind for place in register.queue(COMMAND_LINE))
    shown = places_of(register, build, TODAY, 12).frame["kind"].value_counts()
    assert {kind: shown.get(kind, 0) + held[kind] for kind in own.index} == own.to_dict()
    assert done.total["read"] == len(build.places.frame)
    assert set(held) <= {"other", "health"}
    revision = register.revision()
    start_from_build(register, build, COMMAND_LINE)
    assert register.revision() == revision
