"""Buildings that could house support: each once, of the kinds asked for, those of a list with costs."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from data.errors import SourceError
from data.register.store import open_register
from geo.builds import Build
from geo.places import Places
from geo.register_places import open_in_force
from models.candidate_buildings import LIKELY, POSSIBLE
from models.candidate_files import candidates_from_file, existing_from_file
from models.candidates import buildings_in, candidates_of, default_buildings
from models.placement import place
from models.placement_asked import Wanted
from models.placement_words import explain_placed
from tests.small_builds import COUNCILS, HOSTILE, make_areas, make_build, provenance
from tests.small_placements import BUILDINGS, Building, line_table, placing_build, with_postcodes
from tests.small_places import make_places
from tests.small_register import TODAY, bring_in, file_source, place_in, publish

HUB = Wanted("family_hub", buildings=("library", "school"))
Write = Callable[..., Path]


def kinds_and_names(build: Build, wanted: Wanted = HUB) -> list[tuple[str, str, str]]:
    frame = candidates_of(build, wanted).frame
    return list(zip(frame["name"], frame["kinds"], frame["also"], strict=True))


def test_one_name_and_postcode_or_one_point_is_one_building() -> None:
    buildings: list[Building] = [
        ("school", "Oak  School", 10.0, 0),
        ("library", "OAK SCHOOL.", 11.0, 0),
        ("school", "Ash School", 30.0, 1),
        ("library", "Elm Library", 30.0, 1),
        ("school", "Oak School", 60.0, 2),
    ]
    build = with_postcodes(placing_build(buildings=buildings), ["A1 1AA", "A1 1AA", None, None, "B1 1BB"])
    assert kinds_and_names(build) == [
        ("OAK SCHOOL.", "library school", ""),
        ("Elm Library", "library school", "Ash School"),
        ("Oak School", "school", ""),
    ]
    made = candidates_of(build, HUB)
    assert made.merged == {"p000": "p001", "p002": "p003"}
    assert made.ids_of(["p000", "p004"]) == ["p001", "p004"]
    assert place(build, replace(HUB, sites=1, required=("p002",))).sites.index.tolist() == ["p003"]
    assert (
        "p001" not in place(build, replace(HUB, sites=3, excluded=("p000",))).problem.candidates.frame.index
    )


def test_buildings_without_a_postcode_are_not_one_for_their_name() -> None:
    buildings: list[Building] = [("school", "School", 10.0, 0), ("school", "School", 30.0, 1)]
    assert len(kinds_and_names(placing_build(buildings=buildings))) == 2


def test_what_is_there_already_or_across_the_border_is_no_candidate() -> None:
    across: list[Building] = [("school", "Across", 99.0, None), ("family_hub", "Hub", 1.0, 0)]
    build = placing_build(buildings=[*BUILDINGS, *across])
    wanted = replace(HUB, buildings=("family_hub", "school"))
    assert [name for name, *_ in kinds_and_names(build, wanted)] == ["Middle School", "East School"]


def test_likely_buildings_are_looked_at_unless_none_is_known() -> None:
    build = placing_build()
    assert default_buildings(build, "family_hub") == ("community_centre", "library", "school")
    assert default_buildings(build, "library") == ("community_centre", "school")
    assert buildings_in(build, "family_hub") == ("library", "school", "community_centre")
    few = placing_build(buildings=[("faith", "Chapel", 5.0, 0), ("green_space", "Park", 9.0, 0)])
    assert default_buildings(few, "family_hub") == ("faith",)
    assert not {"green_space", "transport", "other"} & {*LIKELY, *POSSIBLE}


def test_a_council_has_its_own_buildings() -> None:
    build = placing_build(line_table(councils=["Eastham", "Eastham", "Westham", "Westham"]))
    west = replace(HUB, council="E08000001")
    assert [name for name, *_ in kinds_and_names(build, west)] == ["East School"]
    assert default_buildings(build, "family_hub", "E08000001") == ("community_centre", "school")
    assert candidates_of(build, HUB).notes == ("Libraries are known in 1 of 2 councils only.",)
    assert candidates_of(build, replace(HUB, buildings=("library",))).notes == (
        "Buildings to choose from are known in 1 of 2 councils only: nothing could be placed elsewhere.",
    )
    assert candidates_of(build, west).notes == ("None known here: libraries.",)


def test_a_place_that_nobody_confirmed_is_no_candidate_unless_it_counts() -> None:
    build = placing_build()
    since = pd.Series(["2020-01-01", None, None, None, None], build.places.frame.index, dtype="string")
    places = replace(build.places, frame=build.places.frame.assign(unconfirmed_since=since))
    assert len(kinds_and_names(replace(build, places=places))) == 2
    assert len(kinds_and_names(replace(build, places=places.all_counted))) == 3


@pytest.mark.parametrize(
    ("buildings", "words"),
    [
        ((), r"No kind of building is chosen.*HINT: Choose among library, school, community_centre\."),
        (("family_hub",), "No kind of building is chosen"),
        (("faith", "food"), "food banks and pantries, places of worship were looked for"),
    ],
)
def test_without_a_building_it_says_which_there_are(buildings: tuple[str, ...], words: str) -> None:
    with pytest.raises(SourceError, match=f"(?s){words}"):
        candidates_of(placing_build(), replace(HUB, buildings=buildings))


@pytest.fixture(scope="module")
def squares(tmp_path_factory: pytest.TempPathFactory) -> Build:
    """Six rows of four areas in two councils, with a library and a hub of a hostile name."""
    areas = make_areas({"pop_0_17": [100.0] * 24}, councils=COUNCILS)
    codes = areas.frame.index
    rows = [("library", "Corner Library", None, codes[3]), ("family_hub", HOSTILE, None, codes[0])]
    places = Places(make_places(areas, rows), {f"{k}.csv": provenance("Places") for k, *_ in rows})
    return make_build(tmp_path_factory.mktemp("candidates") / "build", areas, places)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write rows as a CSV file."""

    def call(*rows: dict[str, object]) -> Path:
        pd.DataFrame(list(rows)).to_csv(tmp_path / "list.csv", index=False)
        return tmp_path / "list.csv"

    return call


def row(name: str, number: int, **more: object) -> dict[str, object]:
    """A row of a list in the middle of an area; 800 is far outside."""
    east, north = 400_500 + number % 4 * 1_000, 300_500 + number // 4 * 1_000
    return {"Name": name, "Easting": east, "Northing": north, **more}


def test_a_list_tells_what_its_buildings_cost_and_have_room_for(squares: Build, write: Write) -> None:
    file = write(
        row("Oak Library", 1, Type="Library", Cost="£12,500", Capacity=300),
        row(HOSTILE, 6, Type="School", Cost="", Capacity=40),
        row("Oak Library", 1, Type="Library", Cost=9_000, Capacity=200),
        row("Beyond Library", 800, Type="Library", Cost=1, Capacity=1),
        row("Oak Women's Refuge", 2, Type="Library", Cost=1, Capacity=1),
        row("Nowhere Library", 1, Type="Library", Cost=1, Capacity=1) | {"Easting": "", "Northing": ""},
    )
    made = candidates_from_file(file, squares, HUB)
    told = made.frame.set_index("name")[["cost_gbp", "capacity"]]
    assert told.loc["Oak Library"].tolist() == [12_500.0, 200.0]
    assert told.loc[HOSTILE].tolist() == pytest.approx([float("nan"), 40.0], nan_ok=True)
    assert len(told) == 2
    assert not made.from_build
    assert made.notes[0] == "1 row of list.csv lies too far outside the areas."
    assert made.notes[1].startswith("2 rows of list.csv cannot be used: ")
    assert "Refuge" not in " ".join(made.notes)
    placed = place(squares, replace(HUB, sites=1), made)
    assert any("list.csv" in line for line in explain_placed(placed, squares).method)
    assert placed.sites["name"].tolist() == ["Oak Library"]
    assert placed.sites["children"].tolist() == pytest.approx([100.0])


def test_a_building_that_a_list_has_under_two_kinds_counts_once_at_its_dearest(
    squares: Build, write: Write
) -> None:
    one, other = row("Oak Hall", 1, Postcode="M33 3ES", Cost=5), row("Ash Hall", 1, Cost=6)
    file = write(
        one | {"Type": "Library"},
        one | {"Type": "School", "Cost": 9, "Capacity": 30},
        other | {"Type": "Library"},
        row("Elm Hall", 2, Type="Library", Cost=6),
        row("Fir Hall", 2, Type="Library", Cost=6),
    )
    frame = candidates_from_file(file, squares, HUB).frame.set_index("name")
    assert sorted(frame.index) == ["Ash Hall", "Elm Hall", "Oak Hall"]
    assert frame.loc["Oak Hall", ["kinds", "cost_gbp", "capacity"]].tolist() == ["library school", 9.0, 30.0]
    assert frame.loc["Elm Hall", ["also", "cost_gbp"]].tolist() == ["Fir Hall", 6.0]


def test_the_capacity_of_a_register_of_schools_counts_pupils(squares: Build, write: Write) -> None:
    school = row("Oak School", 1, Type="School", Capacity=420)
    assert candidates_from_file(write(school), squares, HUB).frame["capacity"].tolist() == [420.0]
    registered = school | {"Unique reference number": "106167", "Lowest admission age": 3}
    assert candidates_from_file(write(registered), squares, HUB).frame["capacity"].isna().all()


def test_what_lies_in_another_council_is_told(squares: Build, write: Write) -> None:
    file = write(row("Here Hall", 1, Type="Village hall"), row("There Hall", 9, Type="Village hall"))
    made = candidates_from_file(file, squares, replace(HUB, council="E08000001"))
    assert made.frame["name"].tolist() == ["Here Hall"]
    assert made.notes == ("1 of list.csv lies outside the areas that are looked at: There Hall.",)
    with pytest.raises(SourceError, match=r"No place of list\.csv lies in the areas that are looked at"):
        candidates_from_file(write(row("There", 9)), squares, replace(HUB, council="E08000001"))


def test_a_list_need_not_say_of_which_kind_its_buildings_are(squares: Build, write: Write) -> None:
    made = candidates_from_file(write(row("Room One", 1), row("Room Two", 2)), squares, HUB)
    assert made.frame["kind"].tolist() == ["other", "other"]


def test_amounts_that_cannot_be_are_all_told_at_once(squares: Build, write: Write) -> None:
    file = write(
        row("A Library", 1, Type="Library", Cost="dear", Capacity=3),
        row("B Library", 2, Type="Library", Cost=-5, Capacity=0),
        row("C Library", 3, Type="Library", Cost=5, Capacity="many"),
    )
    with pytest.raises(SourceError) as told:
        candidates_from_file(file, squares, HUB)
    assert told.value.message == (
        "list.csv cannot be used as it is: 2 of its rows tell no cost that can be used: “dear” in row 1, "
        "“-5” in row 2; 2 of its rows tell no number of children that can be used: “0” in row 2, “many” in "
        "row 3."
    )


def test_a_list_of_what_is_there_today_stands_in_for_one_kind_alone(squares: Build, write: Write) -> None:
    file = write(
        row("New Hub", 5, Type="Family hub"),
        row("A School", 6, Type="School"),
        row("Far Hub", 800, Type="Family hub"),
    )
    made, notes = existing_from_file(file, squares, "family_hub")
    frame = made.places.frame
    assert sorted(frame["name"]) == ["Corner Library", "New Hub"]
    assert frame.index.is_monotonic_increasing
    assert set(made.places.provenance) == {"library.csv", "list.csv"}
    assert notes == ("1 row of list.csv lies too far outside the areas.",)
    with pytest.raises(SourceError, match="holds no library"):
        existing_from_file(file, squares, "library")
    with pytest.raises(SourceError, match=r"No place of list\.csv that is meant lies in or near the areas"):
        existing_from_file(
            write(row("Far", 800, Type="Family hub"), row("A School", 6, Type="School")),
            squares,
            "family_hub",
        )


def test_a_list_named_like_a_file_of_the_build_leaves_the_others_their_pedigree(
    squares: Build, tmp_path: Path
) -> None:
    named = tmp_path / "library.csv"
    pd.DataFrame([row("New Hub", 5, Type="Family hub")]).to_csv(named, index=False)
    places = existing_from_file(named, squares, "family_hub")[0].places
    label = places.frame.set_index("name")["file"]
    assert label["Corner Library"] == "library.csv"
    assert places.provenance["library.csv"] == squares.places.provenance["library.csv"]
    assert label["New Hub"] == "library.csv (given as it is today)"
    assert places.provenance[label["New Hub"]].sha256 != squares.places.provenance["library.csv"].sha256
    assert set(places.provenance) == set(label)


def test_what_the_register_withholds_is_no_candidate_and_is_not_named(tmp_path: Path) -> None:
    build = make_build(tmp_path / "build", make_areas({"pop_0_17": [100.0] * 8}))
    codes, register = build.areas.frame.index, open_register(build.path)
    bring_in(register, file_source("List"), place_in(build.areas, codes[5], "Mill Library", "library"))
    publish(register, place_in(build.areas, codes[6], "Haven", "library"), confidential=True)
    made = candidates_of(open_in_force(build.path, TODAY), HUB)
    assert made.frame["name"].tolist() == ["Mill Library"]
    assert "Haven" not in " ".join(made.notes)
