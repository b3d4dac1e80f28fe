"""Whom a kind of place serves, by the column that counts them, and what its places supply."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pandas as pd
import places
import pytest

from geo.build_folder import build_folder
from geo.builds import Build, open_build
from geo.places import SESSIONS, Places
from models.data_words import describe_methods
from models.reach_supply import Supply, children_for, children_note, supply_of
from tests.small_builds import make_areas, make_build, provenance
from tests.small_places import make_places

FOUR = [10.0, 20.0, 30.0, 40.0]


@pytest.mark.parametrize(
    ("kind", "loaded", "column"),
    [
        ("early_years", ("pop_0_4", "pop_0_17"), "pop_0_4"),
        ("early_years", ("pop_0_15", "pop_iod_0_15"), "pop_0_15"),
        ("library", ("pop_0_4", "pop_iod_0_15", "pop_0_15", "pop_0_17"), "pop_0_17"),
        ("library", ("pop_iod_0_15", "pop_0_15"), "pop_0_15"),
        ("library", ("pop_iod_0_15",), "pop_iod_0_15"),
        ("library", ("pop_0_4", "pop_total"), None),
    ],
)
def test_children_of_the_ages_served_are_taken_before_all_children(
    kind: str, loaded: tuple[str, ...], column: str | None
) -> None:
    assert children_for(kind, make_areas(dict.fromkeys(loaded, FOUR))) == column


def test_a_column_known_for_few_areas_gives_way_to_one_known_for_most() -> None:
    areas = make_areas({"pop_0_17": [10.0, None, None, None], "pop_0_15": FOUR})
    assert children_for("library", areas) == "pop_0_15"
    assert children_for("library", make_areas({"pop_0_17": [None] * 4})) is None


def test_the_note_says_where_others_are_counted_than_those_served() -> None:
    assert children_note("early_years", "pop_0_4") == ""
    assert "serve ages 0 to 4; children aged 0 to 17" in children_note("early_years", "pop_0_17")
    assert children_note("library", "pop_iod_0_15").startswith("Libraries serve ages 0 to 17")


def build_with(
    folder: Path, sessions: Sequence[float | None], usual: Mapping[str, float] | None = None, silent: int = 0
) -> Build:
    """A build with libraries that tell their sessions, the last not confirmed lately; and a school."""
    areas = make_areas({"pop_0_17": FOUR})
    codes = list(areas.frame.index)
    rows = [("library", f"Library {n}", None, codes[n % 4]) for n in range(len(sessions))]
    frame = make_places(areas, [*rows, ("school", "School", None, codes[0])])
    frame[SESSIONS] = [*sessions, 9.0]
    frame.iloc[len(sessions) - silent : len(sessions), frame.columns.get_loc("unconfirmed_since")] = (
        "2025-01-01"
    )
    made = make_build(folder, areas, Places(frame, {file: provenance() for file in frame["file"].unique()}))
    return replace(made, report={"places": {"sessions_a_week": usual}} if usual else {})


def supplied(build: Build) -> Supply:
    counted = build.places.counted
    return supply_of(build, counted.index[counted["kind"] == "library"])


def test_sessions_count_as_the_places_tell_them(tmp_path: Path) -> None:
    found = supplied(build_with(tmp_path / "build", [2.0, 5.0], {"library": 3.0}))
    assert found.values.to_dict() == {"p000": 2.0, "p001": 5.0}
    assert (found.unit, found.known) == ("sessions a week", 2)
    assert found.notes == ("2 of 2 libraries say how many sessions a week they hold.",)


@pytest.mark.parametrize(
    ("sessions", "usual", "expected", "unit", "note"),
    [
        ([2.0, None, None], {"library": 4.0}, [2, 4, 4], "sessions a week", "count as 4, as place.toml says"),
        (
            [None, None],
            {"library": 4.0},
            [4, 4],
            "sessions a week",
            "at the 2 libraries: each counts as 4, as place.toml says.",
        ),
        (
            [2.0, 6.0, None],
            {"school": 4.0},
            [2, 6, 4],
            "sessions a week",
            "the other counts as 4, the mid",
        ),
        (
            [2.0, None],
            None,
            [2, 2],
            "sessions a week",
            "1 of 2 libraries says how many sessions a week it holds; the other counts as 2",
        ),
        ([2.0, None, None], None, [1, 1, 1], "places", "1 of 3 libraries says how many"),
        ([None], None, [1], "places", "at the library: it counts as one place."),
        (
            [None, None],
            None,
            [1, 1],
            "places",
            "at the 2 libraries: each counts as one place.",
        ),
    ],
)
def test_units_are_never_mixed(
    sessions: list[float | None],
    usual: dict[str, float] | None,
    expected: list[float],
    unit: str,
    note: str,
    tmp_path: Path,
) -> None:
    found = supplied(build_with(tmp_path / "build", sessions, usual))
    assert found.values.tolist() == expected
    assert (found.unit, found.known) == (unit, sum(s is not None for s in sessions))
    assert note in found.notes[0]


def test_a_place_that_nobody_confirmed_supplies_nothing_unless_it_is_counted(tmp_path: Path) -> None:
    build = build_with(tmp_path / "build", [2.0, 5.0, 7.0], silent=1)
    found = supplied(build)
    assert found.values.tolist() == [2.0, 5.0]
    assert found.notes[1] == "1 place has not been confirmed for a year and is not counted."
    all_ = supplied(replace(build, places=build.places.all_counted))
    assert all_.values.tolist() == [2.0, 5.0, 7.0]
    assert "counts all the same" in all_.notes[1]


def test_no_place_supplies_nothing(tmp_path: Path) -> None:
    build = build_with(tmp_path / "build", [2.0])
    found = supply_of(build, build.places.frame.index[:0])
    assert (len(found.values), found.known, found.notes) == (0, 0, ())


def test_what_a_folder_says_of_supply_is_known_to_whoever_opens_the_build(tmp_path: Path) -> None:
    folder = places.simple_folder(tmp_path / "folder")
    places.postcodes().to_csv(folder / "postcodes.csv", index=False)
    rows = {
        "name": [f"Elm {n} Library" for n in range(3)],
        "type": "Library",
        "Sessions a week": [None, 7, None],
    }
    spots = {"easting": [places.WEST + 900 * n + 100 for n in range(3)], "northing": places.SOUTH + 500}
    pd.DataFrame(rows | spots).to_csv(folder / "libraries.csv", index=False)
    (folder / "place.toml").write_text("[capacity]\nlibrary = 4.5\nfood = 1\n", encoding="utf-8")
    build_folder(folder, tmp_path / "build")
    build = open_build(tmp_path / "build")
    named = build.places.frame["name"]
    found = supplied(build).values.rename(index=named).to_dict()
    assert found == {"Elm 0 Library": 4.5, "Elm 1 Library": 7.0, "Elm 2 Library": 4.5}
    said = describe_methods(build.report)["Places and postcodes"]
    assert (
        "Where a place does not say how many sessions a week it holds, place.toml does: libraries 4.5, food "
        "banks and pantries 1." in said
    )
