"""The register behind `Places`: in the form of places of files, none withheld, each once a kind."""

from dataclasses import replace
from pathlib import Path

import pytest
import shapely

from data.errors import RegisterError
from data.provenance import Tier
from data.register.records import State
from geo.builds import Build
from geo.overlay import overlay_assets
from geo.places import NEVER, REGISTER, SESSIONS, TEXT, Places
from geo.register_places import label_sources, places_of, with_register
from tests.small_builds import make_build, provenance, varied_areas
from tests.small_places import varied_places
from tests.small_register import LONG_AGO, TODAY, Given, file_source, place_in, service

AREAS = varied_areas()
FIRST, SECOND, *_, LAST = AREAS.frame.index


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Build:
    places = varied_places(AREAS)
    told = {file: provenance(file) for file in places["file"].unique()}
    return make_build(tmp_path_factory.mktemp("of") / "build", AREAS, Places(places, told))


def in_force(register: Given, build: Build) -> Places:
    return places_of(register, build, TODAY, 12)


def test_it_has_the_form_of_places_of_files(build: Build) -> None:
    rows = [place_in(AREAS, LAST, "Quay", "library", postcode="ZE1 1AA"), place_in(AREAS, FIRST)]
    found = in_force(Given(rows), build)
    assert list(found.frame.columns) == [*TEXT, SESSIONS, "geometry"]
    assert found.frame.dtypes.astype(str).to_dict() == build.places.frame.dtypes.astype(str).to_dict()
    assert list(found.frame.index) == ["id-Mill Pantry", "id-Quay"]
    assert found.frame["area_code"].tolist() == [FIRST, LAST]
    assert found.frame["la_code"].tolist() == AREAS.frame.loc[[FIRST, LAST], "la_code"].tolist()
    assert found.frame["postcode"].isna().tolist() == [True, False]
    assert found.frame.crs == build.places.frame.crs


def test_it_is_the_same_in_whatever_order_places_are_given_out(build: Build) -> None:
    rows = [place_in(AREAS, code, f"Hall {code}") for code in AREAS.frame.index[:5]]
    one, other = in_force(Given(rows), build), in_force(Given(rows[::-1], number=9), build)
    assert one.revision == other.revision
    assert in_force(Given(rows[:4]), build).revision != one.revision


def test_a_place_counts_once_in_each_of_its_kinds(build: Build) -> None:
    offered = (service("food", "Pantry"), service("food", "Meals"), service("advice"), service("library"))
    found = in_force(Given([place_in(AREAS, FIRST, "Hub", "library", services=offered)]), build)
    assert found.frame["kind"].to_dict() == {
        "id-Hub": "library",
        "id-Hub-food": "food",
        "id-Hub-advice": "advice",
    }
    areas = overlay_assets(AREAS, replace(build, places=found)).frame
    assert areas.loc[FIRST, ["asset_library", "asset_food", "asset_advice"]].tolist() == [1, 1, 1]


def test_the_sessions_of_a_place_are_those_of_its_services_of_the_kind(build: Build) -> None:
    offered = (
        replace(service("food", "Pantry"), sessions_a_week=2.0),
        replace(service("food", "Meals"), sessions_a_week=1.5),
        service("food", "Parcels"),
        replace(service("arcade"), sessions_a_week=4.0),
        service("advice"),
    )
    rows = [
        place_in(AREAS, FIRST, "Hub", "library", services=offered),
        place_in(AREAS, LAST, "Quay", "other"),
    ]
    sessions = in_force(Given(rows), build).frame[SESSIONS]
    assert sessions.fillna(-1).to_dict() == {
        "id-Hub": -1,
        "id-Hub-food": 3.5,
        "id-Hub-other": 4.0,
        "id-Hub-advice": -1,
        "id-Quay": -1,
    }


def test_a_kind_that_is_known_no_more_is_another_place(build: Build) -> None:
    assert in_force(Given([place_in(AREAS, FIRST, kind="arcade")]), build).frame["kind"].tolist() == ["other"]


def test_places_beyond_the_reach_of_the_build_are_left_out(build: Build) -> None:
    west, south, *_ = AREAS.frame.total_bounds
    near = place_in(AREAS, FIRST, "Near", easting_m=west - 2_900, northing_m=south + 500)
    far = place_in(AREAS, FIRST, "Far", easting_m=west - 3_100, northing_m=south + 500)
    frame = in_force(Given([near, far]), build).frame
    assert frame["name"].tolist() == ["Near"]
    assert frame[["area_code", "la_code"]].isna().all(axis=None)
    report = {**build.report, "places": {"beyond_m": 100.0}}
    assert in_force(Given([near, far]), replace(build, report=report)).frame.empty


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidential": True},
        {"held": "the word refuge"},
        {"state": State.SUBMITTED},
    ],
)
def test_a_place_that_is_withheld_stops_all_of_it(build: Build, wrong: dict[str, object]) -> None:
    rows = [place_in(AREAS, FIRST, "Open"), place_in(AREAS, LAST, "Secret House", **wrong)]
    with pytest.raises(RegisterError, match="1 of 2 places of the register are given out") as told:
        in_force(Given(rows), build)
    assert "Secret" not in str(told.value)


def test_a_place_without_a_location_stands_on_no_map(build: Build) -> None:
    rows = [place_in(AREAS, FIRST), place_in(AREAS, FIRST, "Nowhere", easting_m=None, northing_m=None)]
    assert in_force(Given(rows), build).frame["name"].tolist() == ["Mill Pantry"]


def test_where_each_comes_from_is_said(build: Build) -> None:
    food, other = file_source("Food banks"), file_source("Pantries", "ef" * 32)
    rows = [place_in(AREAS, FIRST, "One", source_id=food.id), place_in(AREAS, LAST, "Two")]
    found = in_force(Given(rows, [food, other]), build)
    assert found.frame["file"].to_dict() == {"id-One": f"{REGISTER}: Food banks", "id-Two": REGISTER}
    assert set(found.provenance) == {f"{REGISTER}: Food banks", REGISTER}
    imported, own = found.provenance[f"{REGISTER}: Food banks"], found.provenance[REGISTER]
    assert (imported.publisher, imported.sha256) == ("Publisher of Food banks", "cd" * 32)
    assert (imported.licence, imported.vintage) == ("Open Government Licence v3.0", "2026-03-31")
    assert imported.attribution == "Attribution of Food banks."
    assert own.publisher == "Eastham, Westham"
    assert own.attribution == "Contains places from the asset register of Eastham, Westham."


def test_sources_of_one_title_are_told_apart() -> None:
    sources = [
        file_source("Schools", "aa" * 32, "a.csv"),
        file_source("Schools", "bb" * 32, "b.csv"),
        file_source("Schools", "cc" * 32, "b.csv"),
        file_source("Libraries"),
    ]
    assert list(label_sources(sources[::-1]).values()) == [
        f"{REGISTER}: Libraries",
        f"{REGISTER}: Schools (a.csv)",
        f"{REGISTER}: Schools (b.csv) (bbbbbbbbbbbb)",
        f"{REGISTER}: Schools (b.csv) (cccccccccccc)",
    ]


def test_one_that_nobody_confirmed_lately_does_not_count_unless_the_reader_says_so(build: Build) -> None:
    rows = [
        place_in(AREAS, FIRST, "Fresh"),
        place_in(AREAS, FIRST, "Old", last_confirmed=LONG_AGO),
        place_in(AREAS, SECOND, "Silent", last_confirmed=None),
    ]
    found = in_force(Given(rows), build)
    assert found.frame["unconfirmed_since"].fillna("").tolist() == ["", "2025-06-03", NEVER]
    assert found.counted["name"].tolist() == ["Fresh"]
    some = overlay_assets(AREAS, replace(build, places=found))
    every = overlay_assets(AREAS, replace(build, places=found.all_counted))
    assert some.frame["asset_food"].sum() == 1
    assert every.frame["asset_food"].sum() == 3
    assert some.frame.loc[SECOND, "access_food_min"] > every.frame.loc[SECOND, "access_food_min"] == 0
    assert (
        "Not counted: 2 food banks and pantries not confirmed lately." in some.dictionary["asset_food"].caveat
    )
    assert "Counted too: 2" in every.dictionary["access_food_min"].caveat
    assert found.all_counted.revision == found.revision
    assert places_of(Given(rows), build, TODAY, 36).counted["name"].tolist() == ["Fresh", "Old"]


def test_confirming_what_counts_already_changes_no_figure(build: Build) -> None:
    before = in_force(Given([place_in(AREAS, FIRST)]), build)
    after = in_force(Given([place_in(AREAS, FIRST, last_confirmed=TODAY)]), build)
    assert before.revision == after.revision


def test_what_people_added_says_nothing_of_whole_councils(build: Build) -> None:
    food = file_source("Food banks")
    listed = [
        place_in(AREAS, code, f"Bank {code}", detail="Food bank", source_id=food.id) for code in (FIRST, LAST)
    ]
    added = place_in(AREAS, SECOND, "Fridge", detail="Community fridge")
    assert AREAS.frame.loc[FIRST, "la_code"] != AREAS.frame.loc[LAST, "la_code"]
    told = overlay_assets(AREAS, replace(build, places=in_force(Given([*listed, added], [food]), build)))
    assert told.dictionary["asset_food"].caveat == ""
    alone = overlay_assets(AREAS, replace(build, places=in_force(Given([added]), build)))
    assert (
        alone.dictionary["asset_food"].caveat == "Food banks and pantries are known in 1 of 2 councils only."
    )


def test_the_register_replaces_the_files_once_it_holds_any(build: Build) -> None:
    assert with_register(build, Given(), TODAY, 12) is build
    replaced = with_register(build, Given([place_in(AREAS, FIRST)]), TODAY, 12)
    assert replaced.places.frame["name"].tolist() == ["Mill Pantry"]
    assert build.places.frame["name"].tolist() != ["Mill Pantry"]
    far = place_in(AREAS, FIRST, easting_m=0.0)
    assert with_register(build, Given([far]), TODAY, 12) is build


def test_it_is_saved_and_opened_as_any_places(build: Build, tmp_path: Path) -> None:
    found = in_force(Given([place_in(AREAS, FIRST, last_confirmed=LONG_AGO)]), build)
    found.save(tmp_path / "places.parquet")
    again = Places.open(tmp_path / "places.parquet")
    assert again.revision == found.revision
    assert len(again.counted) == 0
    assert again.tier is Tier.INTERNAL
    assert shapely.equals(again.frame.geometry.iloc[0], found.frame.geometry.iloc[0])
