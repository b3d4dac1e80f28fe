"""Files of places come into the register: every row is accounted for, and nothing is half done."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from uuid import uuid4

import pandas as pd
import places
import pytest
from typer.testing import CliRunner

from data.errors import AtlasError, RegisterError, SourceError
from data.register.records import COMMAND_LINE, Actor, Place, Role, State
from data.register.store import Register, open_register
from geo.builds import Build
from geo.register_counts import COUNTED, Imported
from geo.register_import import Said, import_files
from views.cli import app

TODAY = date(2026, 11, 28)
WEST, SOUTH = places.WEST, places.SOUTH
CODES = places.postcodes()["pcds"]


def library(name: str, at: int = 0, **more: object) -> dict[str, object]:
    """A row of a list of libraries, in the square that is so many to the right."""
    east, north = WEST + 500 + 1_000 * at, SOUTH + 500
    return {"Name": name, "Type": "Library", "Address": "1 Mill Lane", "Postcode": CODES[4 * at]} | {
        "Easting": east,
        "Northing": north,
        **more,
    }


@pytest.fixture
def register(empty_register: Path, tmp_path: Path) -> Register:
    path = Path(shutil.copyfile(empty_register, tmp_path / "register.db"))
    return open_register(tmp_path / "build", f"sqlite:///{path}")


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def made(name: str, *rows: dict[str, object]) -> Path:
        pd.DataFrame(rows).to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return made


@pytest.fixture
def bring(register: Register, elmshire: Build) -> Callable[..., Imported]:
    def brought(*paths: Path, **said: object) -> Imported:
        done = import_files(
            register,
            elmshire,
            COMMAND_LINE,
            paths,
            Said(**said),  # type: ignore[arg-type]
            today=TODAY,
        )
        for counts in (done.total, *(vars(file) for file in done.files)):
            assert counts["read"] == sum(counts[name] for name in COUNTED[1:])
        assert len(done.rejected) == done.total["rejected"]
        return done

    return brought


def counts(done: Imported) -> dict[str, int]:
    return {name: n for name, n in done.total.items() if n}


def named(register: Register) -> dict[str, Place]:
    return {place.name: place for place in register.everything(COMMAND_LINE)}


def test_rows_become_published_places_with_their_source(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    file = write("libraries_20250301.csv", library("Mill Library"), library("Quay Library", 1))
    assert counts(bring(file)) == {"read": 2, "added": 2}
    mill = named(register)["Mill Library"]
    assert (mill.state, mill.kind, mill.held) == (State.PUBLISHED, "library", "")
    assert (mill.easting_m, mill.northing_m, mill.located_by) == (WEST + 500, SOUTH + 500, "coordinates")
    assert (mill.ward_name, mill.postcode, mill.address) == ("Ward A", CODES[0], "1 Mill Lane")
    (source,) = register.sources()
    assert mill.source_id == source.id
    assert mill.last_confirmed == source.dated == date(2025, 3, 1)
    assert source.file == "libraries_20250301.csv"


def test_sessions_a_week_become_a_service_of_the_place(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [library("Mill Library", **{"Sessions a week": 4}), library("Quay Library", 1)]
    file = write("libraries_20250301.csv", *rows)
    bring(file)
    (told,) = named(register)["Mill Library"].services
    assert (told.name, told.kind, told.sessions_a_week) == ("Mill Library", "library", 4.0)
    assert named(register)["Quay Library"].services == ()
    rows[0]["Sessions a week"] = 6
    assert counts(bring(write("libraries_20260301.csv", *rows))) == {"read": 2, "updated": 1, "unchanged": 1}
    (now,) = named(register)["Mill Library"].services
    assert now == replace(told, sessions_a_week=6.0)


def test_the_same_file_again_changes_nothing(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [
        library("Mill Library"),
        library("Mill Library"),
        library("Quay Library", 1),
        library("Refuge", 2),
    ]
    file = write(
        "libraries.csv", *rows, library("Lost Library", 3, Postcode="nowhere", Easting="", Northing="")
    )
    first = bring(file)
    assert counts(first) == {"read": 5, "added": 2, "duplicates": 1, "rejected": 1, "held": 1}
    revision, before = register.revision(), named(register)
    again = bring(file)
    assert counts(again) == {"read": 5, "unchanged": 2, "duplicates": 1, "rejected": 1, "held": 1}
    assert register.revision() == revision
    assert named(register) == before


def test_a_newer_edition_updates_confirms_and_adds(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries_20250301.csv", library("Mill Library"), library("Quay Library", 1)))
    ids = {name: place.id for name, place in named(register).items()}
    newer = [
        library("Mill Library", Address="2 Mill Lane"),
        library("Quay Library", 1),
        library("New Library", 2),
    ]
    done = bring(write("libraries_20260301.csv", *newer))
    assert counts(done) == {"read": 3, "added": 1, "updated": 1, "unchanged": 1}
    found = named(register)
    assert {name: found[name].id for name in ids} == ids
    assert found["Mill Library"].address == "2 Mill Lane"
    assert {place.last_confirmed for place in found.values()} == {date(2026, 3, 1)}


def test_a_place_that_an_edition_spells_anew_is_the_same_place(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries_20250301.csv", library("St Anne's Library")))
    (before,) = register.published()
    done = bring(write("libraries_20260301.csv", library("Saint Annes Library")))
    assert counts(done) == {"read": 1, "updated": 1}
    (after,) = register.published()
    assert (after.id, after.name) == (before.id, "Saint Annes Library")


def test_an_older_edition_is_refused_and_the_same_one_again_is_not(
    bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    old = write("libraries_20250301.csv", library("Mill Library"))
    bring(old)
    bring(write("libraries_20260301.csv", library("Mill Library"), library("Quay Library", 1)))
    assert counts(bring(old)) == {"read": 1, "unchanged": 1}
    other = write("libraries_20240301.csv", library("Mill Library", 3))
    with pytest.raises(RegisterError, match=r"is of 2024-03-01, and .* of 2026-03-01 was imported before"):
        bring(other)
    assert counts(bring(other, dated=TODAY)) == {"read": 1, "added": 1}


def test_what_people_wrote_stays(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries_20250301.csv", library("Mill Library")))
    (place,) = register.published()
    register.edit(COMMAND_LINE, replace(place, name="Mill Lane Community Library"))
    done = bring(write("libraries_20260301.csv", library("Mill Library", Address="2 Mill Lane")))
    assert counts(done) == {"read": 1, "unchanged": 1}
    (place,) = register.published()
    assert (place.name, place.last_confirmed) == ("Mill Lane Community Library", date(2026, 3, 1))


def test_another_list_of_the_same_places_leaves_them_alone(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries.csv", library("Mill Library")))
    before = named(register)
    done = bring(write("council_buildings.csv", library("The Mill Library", Address="9 Else Road")))
    assert counts(done) == {"read": 1, "duplicates": 1}
    assert named(register) == before


def test_a_place_that_was_retired_does_not_come_back_from_another_list(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries.csv", library("Mill Library")))
    (place,) = register.published()
    register.retire(COMMAND_LINE, place.id, place.version, "it closed")
    done = bring(write("council_buildings.csv", library("Mill Library")))
    assert counts(done) == {"read": 1, "rejected": 1}
    assert done.rejected[0].reason == "it was retired or rejected in the register"
    assert register.published() == ()


@pytest.mark.parametrize("rejected", [False, True])
def test_what_somebody_only_sent_keeps_no_place_of_a_file_away(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path], rejected: bool
) -> None:
    bring(write("libraries_20250301.csv", library("Mill Library")))
    (place,) = register.published()
    sent = register.submit(COMMAND_LINE, replace(place, id=str(uuid4()), name="Quay Library")).place
    if rejected:
        register.reject(COMMAND_LINE, sent.id, sent.version, "it is on its way from the council's own list")
    done = bring(write("council_buildings.csv", library("Quay Library")))
    assert counts(done) == {"read": 1, "added": 1}
    assert sorted(place.name for place in register.published()) == ["Mill Library", "Quay Library"]


def test_a_place_that_was_merged_away_counts_for_the_one_that_was_kept(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries_20250301.csv", library("Mill Library"), library("Mill Lane Reading Rooms")))
    kept, gone = named(register)["Mill Library"], named(register)["Mill Lane Reading Rooms"]
    register.merge(COMMAND_LINE, kept, gone.id, gone.version)
    done = bring(write("libraries_20260301.csv", library("Mill Lane Reading Rooms")))
    assert counts(done) == {"read": 1, "unchanged": 1}
    (place,) = register.published()
    assert (place.id, place.last_confirmed) == (kept.id, date(2026, 3, 1))


def test_confidential_rows_are_held_and_nobody_is_told_where(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [
        library("Mill Library"),
        library("Brambley Refuge", 1),
        library("Quay", 2, Description="a safe house"),
    ]
    done = bring(write("libraries.csv", *rows))
    assert counts(done) == {"read": 3, "added": 1, "held": 2}
    found = named(register)
    for name in ("Brambley Refuge", "Quay"):
        held = found[name]
        assert held.state is State.SUBMITTED
        assert held.held
        assert (held.easting_m, held.northing_m, held.postcode, held.address) == (None, None, "", "")
        assert held.ward_name == "Ward A"
    assert [place.name for place in register.published()] == ["Mill Library"]
    told = json.dumps(done.to_json())
    assert "Brambley" not in told
    assert CODES[4] not in told
    other = bring(write("other.csv", library("Brambley Refuge", 1), library("Quay", 2)))
    assert counts(other) == {"read": 2, "duplicates": 2}


def test_a_held_place_that_an_editor_published_is_held_no_more(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    bring(write("libraries_20250301.csv", library("Refuge Library")))
    (held,) = register.queue(COMMAND_LINE)
    register.publish(COMMAND_LINE, held.id, held.version)
    done = bring(write("libraries_20260301.csv", library("Refuge Library", Type="library")))
    assert counts(done) == {"read": 1, "unchanged": 1}
    assert [place.name for place in register.published()] == ["Refuge Library"]


def test_rows_that_are_no_places_are_rejected_with_the_reason(
    bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [
        library("Open Library", Status="Open"),
        library("Shut Library", 1, Status="Closed"),
        library("Mill", 2, Status="Open", Type="Childminder"),
        library("Far Library", 3, Status="Open", Easting=WEST - 9_000, Northing=SOUTH - 9_000),
        library("Near Library", 0, Status="Open", Easting=WEST - 900, Northing=SOUTH, Postcode=""),
    ]
    done = bring(write("libraries.csv", *rows))
    assert counts(done) == {"read": 5, "added": 2, "rejected": 3}
    assert [(row.row, row.reason) for row in done.rejected] == [
        (2, "closed"),
        (3, "a private home, such as a childminder's"),
        (4, "more than 3,000 m outside Ashby Vale, Oakmere"),
    ]
    assert not {"Shut", "Mill", "Far"} & set(json.dumps(done.to_json()["rejected_rows"]).split())


def test_what_the_file_does_not_say_is_asked_for(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [
        {**library(f"{name} Rooms", at), "Type": "Venue"} for at, name in enumerate(("Elm", "Oak", "Ash"))
    ]
    file = write("venues.csv", *rows)
    done = bring(file)
    assert counts(done) == {"read": 3, "rejected": 3}
    assert done.rejected[0].reason.endswith("say so with --kind")
    with pytest.raises(SourceError, match="“pub” is not a kind of place"):
        bring(file, kind="pub")


def test_the_kind_title_and_publisher_that_are_said_count(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    rows = [
        {**library(f"{name} Rooms", at), "Type": "Venue"} for at, name in enumerate(("Elm", "Oak", "Ash"))
    ]
    said = {"title": "Venues", "publisher": "Oakmere", "licence": "OGL", "dated": date(2026, 1, 2)}
    done = bring(write("venues.csv", *rows), kind="community_centre", **said)
    assert counts(done) == {"read": 3, "added": 3}
    assert {place.kind for place in register.published()} == {"community_centre"}
    (source,) = register.sources()
    assert (source.title, source.publisher, source.licence) == ("Venues", "Oakmere", "OGL")
    assert source.dated == date(2026, 1, 2)
    with pytest.raises(RegisterError, match="2027-01-01 is still to come"):
        bring(write("others.csv", *rows), kind="community_centre", dated=date(2027, 1, 1))


def test_charities_never_become_places_whatever_is_said(
    bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    row = {"charity_name": "Ann's Trust", "charity_contact_postcode": CODES[0]}
    done = bring(write("charities.csv", row, {**row, "charity_name": "B Trust"}), kind="community_centre")
    assert counts(done) == {"read": 2, "rejected": 2}
    assert "often somebody's home" in done.rejected[0].reason


def test_the_day_of_a_file_is_found(bring: Callable[..., Imported], write: Callable[..., Path]) -> None:
    inside = [
        library("Elm Library", 2, last_updated="2025-05-04"),
        library("Oak Library", 3, last_updated=""),
    ]
    told = [
        bring(write(name, *rows)).files[0]
        for name, rows in (
            ("a 01.02.2025.csv", [library("Mill Library")]),
            ("b_20251399_99999999.csv", [library("Quay Library", 1)]),
            ("c.csv", inside),
        )
    ]
    assert [file.dated for file in told] == [date(2025, 2, 1), TODAY, date(2025, 5, 4)]
    assert [file.dated_by[:12] for file in told] == ["by its name", "today, as ne", "by the newes"]


def test_a_folder_is_imported_and_what_is_no_place_passed_over(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path], tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name, at in (("a.csv", 0), ("b.csv", 1)):
        write(name, library(f"{name} Library", at)).rename(folder / name)
    (folder / "again.csv").write_bytes((folder / "a.csv").read_bytes())
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    (folder / "notes.txt").write_text("Nothing of note.")
    done = bring(folder)
    assert counts(done) == {"read": 2, "added": 2}
    assert sorted(file for file, _ in done.passed_over) == ["again.csv", "notes.txt", "postcodes.csv"]
    with pytest.raises(RegisterError, match="said of one file"):
        bring(folder, kind="library")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("damaged.xlsx", b"PK\x03\x04" + b"\x00" * 40, "damaged.xlsx"),
        ("postcodes.csv", places.postcodes().to_csv(index=False).encode(), "holds postcodes, not places"),
        ("figures.csv", b"a,b,c\n1,2,3\n4,5,6\n", "holds no places"),
        (
            "children.csv",
            b"Child Unique ID,Date of referral,Postcode\n1,2025-01-02,ZE1 1AA\n2,2025-02-03,ZE1 1AA\n",
            "children",
        ),
    ],
)
def test_a_wrong_file_is_told_and_nothing_at_all_is_imported(
    register: Register,
    bring: Callable[..., Imported],
    write: Callable[..., Path],
    tmp_path: Path,
    name: str,
    content: bytes,
    told: str,
) -> None:
    wrong = tmp_path / name
    wrong.write_bytes(content)
    with pytest.raises(AtlasError, match=told) as error:
        bring(write("libraries.csv", library("Mill Library")), wrong)
    assert error.value.hint
    assert ".." not in error.value.message
    assert register.revision() == 0


def test_what_is_not_there_or_holds_no_places_is_told(bring: Callable[..., Imported], tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="There is no file"):
        bring(tmp_path / "nothing.csv")
    (tmp_path / "some").mkdir()
    places.postcodes().to_csv(tmp_path / "some" / "postcodes.csv", index=False)
    with pytest.raises(RegisterError, match="holds no file of places"):
        bring(tmp_path / "some")


def test_hostile_text_is_kept_as_text(
    register: Register, bring: Callable[..., Imported], write: Callable[..., Path]
) -> None:
    names = [
        "<script>alert(1)</script>",
        '=HYPERLINK("http://x")',
        "a\u202eb",
        "x" * 5_000,
        "'; DROP TABLE place; --",
    ]
    done = bring(
        write("libraries.csv", *(library(name, 0, Easting=WEST + 200 * n) for n, name in enumerate(names)))
    )
    assert counts(done) == {"read": 5, "added": 5}
    kept = sorted(len(place.name) for place in register.published())
    assert kept[-1] == 200
    assert "<script>alert(1)</script>" in named(register)


def test_those_who_may_not_import_are_refused(
    register: Register, elmshire: Build, write: Callable[..., Path]
) -> None:
    file = write("libraries.csv", library("Mill Library"))
    with pytest.raises(RegisterError, match="you may not"):
        import_files(register, elmshire, Actor("p", Role.PARTNER), [file], today=TODAY)
    assert register.published() == ()


def test_the_command_counts_and_ends_well_with_rejected_rows(
    elmshire: Build, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("ATLAS_DATABASE_URL", f"sqlite:///{tmp_path / 'cli.db'}")
    file = write(
        "libraries.csv", library("Mill Library"), library("Lost", 1, Postcode="", Easting="", Northing="")
    )
    asked = ["register", "import", str(file), "--build", str(elmshire.path), "--dated", "2026-01-02"]
    told = CliRunner().invoke(app, [*asked, "--json"])
    assert told.exit_code == 0, told.output
    made = json.loads(told.stdout)
    assert {name: made[name] for name in COUNTED} == {
        "read": 2,
        "added": 1,
        "updated": 0,
        "unchanged": 0,
        "duplicates": 0,
        "rejected": 1,
        "held": 0,
    }
    assert made["files"][0]["dated"] == "2026-01-02"
    assert made["rejected_rows"][0]["row"] == 2
    people = CliRunner().invoke(app, asked)
    assert people.exit_code == 0
    assert "2 rows: 1 unchanged, 1 rejected." in people.stdout
