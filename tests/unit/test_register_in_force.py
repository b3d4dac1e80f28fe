"""What is said of the register in force: revision and number, and which files of the folder it has not."""

from typing import Any

import pytest

from geo.area_table import AreaTable
from geo.builds import Build
from geo.places import Places
from geo.register_places import places_of
from models.data_words import describe_methods
from models.register_in_force import describe_left_out, describe_register, files_left_out
from models.shared_report import with_places_of_register
from tests.small_builds import HOSTILE, make_build, provenance, varied_areas
from tests.small_places import varied_places
from tests.small_register import LONG_AGO, TODAY, Given, file_source, place_in

AREAS: AreaTable = varied_areas()
FIRST, SECOND, THIRD, *_ = AREAS.frame.index
FOOD = file_source("Food banks", "aa" * 32)
TALLY = {"rows": 5, "used": 5, "located_by": {"postcode": 5}}


def asset_file(path: str, sha256: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    return {"path": path, "kind": "assets", "used": True, "sha256": sha256, "tally": TALLY, "rows": 5, **more}


REPORT = {
    "files": [
        asset_file("food.csv", "aa" * 32),
        asset_file(f"{HOSTILE}.csv", "bb" * 32),
        asset_file("spare.csv", "cc" * 32, used=False),
        {"path": "file7.csv", "kind": "deprivation", "used": True, "sha256": "dd" * 32},
    ],
    "places": {"count": 9, "inside": 9, "kinds": {"food": 9}, "beyond_m": 3_000.0, "measured_from": "homes"},
    "attribution": ["Attribution of the folder."],
}


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    return make_build(tmp_path_factory.mktemp("of") / "build", AREAS)


@pytest.fixture(scope="module")
def places(build: Build) -> Places:
    rows = [
        place_in(AREAS, FIRST, "Bank", source_id=FOOD.id),
        place_in(AREAS, SECOND, "Pantry"),
        place_in(AREAS, THIRD, "Silent", last_confirmed=LONG_AGO),
    ]
    return places_of(Given(rows, [FOOD]), build, TODAY, 12)


def test_where_places_come_from_is_said(places: Places) -> None:
    assert describe_register(places, 1_234, 12) == [
        "Places come from the asset register, revision 1,234, and not from the files of the folder.",
        "It has 3 places in these areas and round them, each counted once in each of its kinds: from 1 "
        "imported file and from people who added them.",
        "1 place has not been confirmed for a year and is not counted.",
    ]
    assert "the asset register, and not" in describe_register(places, 0, 12)[0]


def test_of_places_of_files_nothing_is_said() -> None:
    frame = varied_places(AREAS)
    own = Places(frame, {file: provenance(file) for file in frame["file"].unique()})
    assert describe_register(own, 7, 12) == []
    assert files_left_out(own, REPORT, []) == []
    assert with_places_of_register(REPORT, own) is REPORT


def test_files_that_the_register_has_not_taken_in_are_named(places: Places) -> None:
    left = files_left_out(places, REPORT, {"aa" * 32})
    assert left == [f"{HOSTILE}.csv"]
    assert files_left_out(places, REPORT, {"aa" * 32, "bb" * 32}) == []
    both = describe_left_out(["a.csv", "b.csv"])
    assert both.startswith("a.csv, b.csv are not in the asset register, so none of their places is shown")
    assert describe_left_out([]) == ""


def test_methods_tell_of_the_register_in_the_stead_of_files(places: Places) -> None:
    of_files = " ".join(describe_methods(REPORT)["Places and postcodes"])
    said = " ".join(describe_methods(REPORT, describe_register(places, 1, 12))["Places and postcodes"])
    assert "15 rows in 3 files of places" in of_files
    assert "rows in" not in said
    assert "revision 1," in said
    for words in ("3.0 km beyond the areas", "begin at homes"):
        assert words in said
        assert words in of_files


def test_a_shared_report_tells_of_the_places_in_force(places: Places) -> None:
    told = with_places_of_register(REPORT, places)
    assert [file["path"] for file in told["files"]] == ["food.csv", "file7.csv"]
    assert not any("tally" in file for file in told["files"])
    assert told["places"] == {
        "count": 3,
        "inside": 3,
        "kinds": {"food": 3},
        "beyond_m": 3_000.0,
        "measured_from": "homes",
    }
    assert told["attribution"] == [
        "Attribution of the folder.",
        *(source.attribution for source in places.provenance.values()),
    ]
