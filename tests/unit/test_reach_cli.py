"""`atlas reach`: exit status, the words and the object, and the places, roads and times of a file."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from data.register.store import open_register
from geo.area_table import CRS
from geo.builds import Build
from geo.places import Places
from tests.small_builds import COUNCILS, HOSTILE, make_areas, make_build, provenance, without_places
from tests.small_places import make_places
from tests.small_register import bring_in, file_source, place_in, publish
from tests.unit.conftest import Run

COUNT = 24
CHILDREN = [100.0 + n for n in range(COUNT)]
CORNER = 3
"""The area at the end of the first row, where the library stands: its neighbours are 2 and 7."""

BY_LINE, BY_ROAD = {2, 3, 7}, {2, 3}
"""Who is within 20 minutes: 1 km is 16 minutes along a line, and 12.5 along a straight road."""

ANSWER = {
    *("kind", "sentence", "gaps", "caveats", "method", "measured_by", "places_counted", "children"),
    *("children_out", "share", "children_column", "households_no_car", "households_no_car_out", "supply"),
    *("by_ward", "by_fifth"),
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Six rows of four areas, a library and a hub of a hostile name; of one area no children are known."""
    ranks = [1.0 + n * 33_754 // (COUNT - 1) for n in range(COUNT)]
    children = [None if n == 11 else count for n, count in enumerate(CHILDREN)]
    areas = make_areas({"need_idaci_rank": ranks, "pop_0_17": children})
    codes = areas.frame.index
    rows = [("library", "Corner Library", None, codes[CORNER]), ("family_hub", HOSTILE, None, codes[0])]
    places = Places(make_places(areas, rows), {f"{k}.csv": provenance("Places") for k, *_ in rows})
    return make_build(tmp_path_factory.mktemp("reach") / "build", areas, places)


@pytest.fixture
def ask(run: Run, build: Build) -> Callable[..., dict[str, Any]]:
    """Ask, and give the one object that is printed."""

    def call(*arguments: object) -> dict[str, Any]:
        status, out, err = run("reach", build.path, *arguments, "--json")
        assert (status, err) == (0, "")
        return json.loads(out)

    return call


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write rows as a CSV file."""

    def call(*rows: dict[str, object], name: str = "list.csv") -> Path:
        pd.DataFrame(list(rows)).to_csv(tmp_path / name, index=False)
        return tmp_path / name

    return call


def place(name: str, number: int, **more: object) -> dict[str, object]:
    """A row of a list of places in the middle of an area."""
    east, north = 400_500 + number % 4 * 1_000, 300_500 + number // 4 * 1_000
    return {"Name": name, "Easting": east, "Northing": north, **more}


def near(answer: dict[str, Any]) -> set[int]:
    """The numbers of the areas that are within reach."""
    return {n for n, area in enumerate(answer["areas"]) if area["reached_share"] == 1.0}


def test_what_is_printed_adds_up_to_a_hand_count(ask: Callable[..., dict[str, Any]], build: Build) -> None:
    told = ask("--kind", "library", "--minutes", "20")
    (answer,) = told["kinds"]
    assert set(told) == {"build", "made", "tier", "mode", "minutes", "means", "assets", "kinds"}
    assert (told["build"], told["tier"]) == (str(build.path), "internal")
    assert (told["mode"], told["minutes"], told["means"], told["assets"]) == ("walk", 20.0, "line", None)
    assert set(answer) == {*ANSWER, "areas", "places"}
    assert near(answer) == BY_LINE
    total = sum(CHILDREN) - CHILDREN[11]
    out = total - sum(CHILDREN[n] for n in BY_LINE)
    assert (answer["children"], answer["children_out"]) == (total, out)
    assert answer["share"] == round(out / total, 4)
    for part in ("by_ward", "by_fifth"):
        assert sum(row["children_out"] for row in answer[part]) == out
        assert sum(row["areas"] for row in answer[part]) == COUNT
    assert [area["children_out"] for area in answer["areas"]][11] is None
    assert answer["households_no_car"] is None
    (library,) = answer["places"]
    assert (library["name"], library["children_within"]) == (
        "Corner Library",
        sum(CHILDREN[n] for n in BY_LINE),
    )
    assert f"{out:,.0f} of {total:,.0f} children" in answer["sentence"]


def test_fewer_minutes_and_a_pram_reach_less(ask: Callable[..., dict[str, Any]]) -> None:
    told = [ask("--kind", "library", *more)["kinds"][0] for more in (("--minutes", 20, "--mode", "pram"), ())]
    assert [near(answer) for answer in told] == [BY_LINE, {CORNER}]
    assert "with a pram" in told[0]["sentence"]


def test_all_kinds_have_a_line_each_and_one_has_its_wards_and_fifths(run: Run, build: Build) -> None:
    status, out, err = run("reach", build.path)
    assert (status, err) == (0, "")
    hubs, libraries = out.splitlines()
    assert hubs.startswith("Family hubs and children's centres (1): ")
    assert libraries.startswith("Libraries (1): ")
    status, out, err = run("reach", build.path, "--kind", "libraries", "--minutes", 20)
    assert (status, err) == (0, "")
    for title in (
        "What has to be known",
        "Need without reach",
        "Wards with most children out of reach",
        "By fifth of England",
        "How it was found",
    ):
        assert title in out
    assert "Ward 3: " in out


def test_all_kinds_as_an_object_leave_areas_and_places_out(ask: Callable[..., dict[str, Any]]) -> None:
    told = ask()
    assert [answer["kind"] for answer in told["kinds"]] == ["family_hub", "library"]
    assert all(set(answer) == ANSWER for answer in told["kinds"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--kind", "librery"], "The nearest is library."),
        (["--kind", "zzz"], "There are family_hub"),
        (["--minutes", "0"], "more than 0, and 60 at most"),
        (["--minutes", "-5"], "more than 0, and 60 at most"),
        (["--minutes", "nan"], "more than 0, and 60 at most"),
        (["--minutes", "60.1"], "more than 0, and 60 at most"),
        (["--mode", "car"], "none of walk, pram"),
        (["--network", "a", "--matrix", "b"], "not both"),
    ],
)
def test_a_wrong_word_ends_with_2_and_says_what_is_right(
    run: Run, build: Build, arguments: list[str], says: str
) -> None:
    status, out, err = run("reach", build.path, *arguments)
    assert (status, out) == (2, "")
    assert says in " ".join(err.replace("│", " ").split())


@pytest.mark.parametrize("option", ["--assets", "--network", "--matrix"])
def test_a_file_that_is_none_ends_with_1_and_a_hint(run: Run, build: Build, option: str) -> None:
    status, out, err = run("reach", build.path, option, build.path / "nothing.csv", "--json")
    assert (status, out) == (1, "")
    assert "nothing.csv" in err
    assert "HINT: " in err


def test_a_folder_that_is_no_build_ends_with_1(run: Run, tmp_path: Path) -> None:
    status, out, err = run("reach", tmp_path)
    assert (status, out) == (1, "")
    assert "is not a build" in err


def test_the_places_of_a_list_stand_in_for_those_of_the_build(
    ask: Callable[..., dict[str, Any]], write: Callable[..., Path], run: Run, build: Build
) -> None:
    rows = [
        place("Oak Library", 20, Type="Library", **{"Sessions a week": 4}),
        place("Ash Library", 8, Type="Library", **{"Sessions a week": 2}),
        place("Ash Library", 8, Type="Library", **{"Sessions a week": 2}),
        place("Far Library", 800, Type="Library", **{"Sessions a week": 1}),
        place("Oak Women's Refuge", 21, Type="Library", **{"Sessions a week": 1}),
    ]
    file = write(*rows)
    told = ask("--assets", file, "--kind", "library")
    (answer,) = told["kinds"]
    assert near(answer) == {8, 20}
    assert {row["name"]: row["supply"] for row in answer["places"]} == {"Oak Library": 4, "Ash Library": 2}
    assert answer["supply"] == {"unit": "sessions a week", "told": 2}
    (fates,) = told["assets"]["files"]
    assert [fates[name] for name in ("rows", "used", "duplicate", "outside", "rejected")] == [5, 2, 1, 1, 1]
    assert "Refuge" not in json.dumps(told)
    status, out, _ = run("reach", build.path, "--assets", file)
    assert status == 0
    assert out.startswith("Libraries (2): ")
    assert "of 5 rows, 2 used, 1 the same place as another row, 1 too far outside, 1 rejected" in " ".join(
        out.split()
    )


def test_the_kind_of_a_list_is_told_by_its_content_or_else_has_to_be_said(
    ask: Callable[..., dict[str, Any]], write: Callable[..., Path], run: Run, build: Build
) -> None:
    halls = write(*(place(f"{name} Rooms", n, Type="Venue") for n, name in enumerate(("Elm", "Oak", "Ash"))))
    status, out, err = run("reach", build.path, "--assets", halls)
    assert (status, out) == (1, "")
    assert "does not say of which kind" in err
    assert "--kind" in err
    (answer,) = ask("--assets", halls, "--kind", "community_centre")["kinds"]
    assert near(answer) == {0, 1, 2}
    libraries = write(place("Oak Library", 1, Type="Library"), place("Elm Library", 2, Type="Library"))
    status, _, err = run("reach", build.path, "--assets", libraries, "--kind", "food")
    assert status == 1
    assert "holds no food bank or pantry: it holds libraries (2)" in " ".join(err.split())


def test_a_list_of_which_nothing_lies_here_is_refused_and_says_why(
    write: Callable[..., Path], run: Run, build: Build
) -> None:
    status, _, err = run("reach", build.path, "--assets", write(place("Far Library", 900, Type="Library")))
    assert status == 1
    assert "1 lies too far outside" in " ".join(err.split())


def test_what_is_hostile_is_printed_as_text(run: Run, build: Build, write: Callable[..., Path]) -> None:
    name = "[bold red]Hub[/bold red]\x1b[31m"
    status, out, _ = run(
        "reach", build.path, "--assets", write(place(name, 1, Type="Library"), name="[bold]list.csv")
    )
    assert status == 0
    assert "[bold]list.csv" in out
    assert "\x1b" not in out


def test_roads_of_a_file_are_followed(ask: Callable[..., dict[str, Any]], tmp_path: Path) -> None:
    rows = [[(400_500 + x * 1_000, 300_500 + y * 1_000) for x in range(4)] for y in range(6)]
    lines = [shapely.LineString(row) for row in rows] + [shapely.LineString([row[0] for row in rows])]
    gpd.GeoDataFrame(geometry=lines, crs=CRS).to_file(tmp_path / "roads.gpkg")
    told = ask("--kind", "library", "--minutes", "20", "--network", tmp_path / "roads.gpkg")
    (answer,) = told["kinds"]
    assert (told["means"], near(answer)) == ("network", BY_ROAD)
    assert "along the roads of roads.gpkg" in answer["measured_by"]


def test_times_of_a_file_are_taken_as_they_are(
    ask: Callable[..., dict[str, Any]], build: Build, write: Callable[..., Path], run: Run
) -> None:
    codes = list(build.areas.frame.index)
    times = [{"from": code, "to": codes[CORNER], "minutes": 2 * n} for n, code in enumerate(codes)]
    told = ask("--kind", "library", "--minutes", "20", "--matrix", write(*times))
    assert (told["means"], near(told["kinds"][0])) == ("matrix", set(range(11)))
    older = [{**row, "from": f"E0199{n:04}", "to": f"E0199{n:04}"} for n, row in enumerate(times)]
    status, _, err = run("reach", build.path, "--kind", "library", "--matrix", write(*older))
    assert status == 1
    assert "none of its areas is in the build" in err


def test_the_register_counts_and_what_it_withholds_does_not(run: Run, tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", make_areas({"pop_0_17": CHILDREN}))
    codes, register = build.areas.frame.index, open_register(build.path)
    bring_in(register, file_source("List"), place_in(build.areas, codes[5], "Mill Library", "library"))
    publish(register, place_in(build.areas, codes[6], "Haven", "library"), confidential=True)
    status, out, _ = run("reach", build.path, "--kind", "library", "--json")
    (answer,) = json.loads(out)["kinds"]
    assert (status, near(answer)) == (0, {5})
    assert [row["name"] for row in answer["places"]] == ["Mill Library"]
    assert "Haven" not in out


def test_without_places_or_wards_it_says_what_is_not_known(run: Run, tmp_path: Path) -> None:
    areas = make_areas({"pop_0_17": CHILDREN}, councils=COUNCILS)
    build = make_build(tmp_path / "build", without_places(areas, "ward_code", "ward_name"))
    status, out, _ = run("reach", build.path)
    assert (status, "No place of any kind is known here" in out) == (0, True)
    status, out, _ = run("reach", build.path, "--kind", "library")
    assert (status, out.startswith("No library is known here, so who reaches one is not known.")) == (0, True)
    status, out, _ = run("reach", build.path, "--kind", "library", "--json")
    (answer,) = json.loads(out)["kinds"]
    assert (answer["children_out"], answer["share"], answer["by_ward"]) == (None, None, [])
