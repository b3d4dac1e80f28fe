"""A place that is there already is told to who adds it, with the reason; another place is not."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.register.records import Contact, Place, State
from geo.register_duplicates import LISTED, SAME, Alike, find_alike

NUMBER = itertools.count()


def place(name: str, kind: str = "library", east: float | None = 1_000.0, **more: object) -> Place:
    north = None if east is None else 2_000.0
    made = Place(f"p{next(NUMBER)}", 1, State.PUBLISHED, name, kind, easting_m=east, northing_m=north)
    return replace(made, **more)  # type: ignore[arg-type]


def told(candidate: Place, *others: Place) -> Alike | None:
    found = find_alike(candidate, others)
    return found[0] if found else None


@pytest.mark.parametrize(
    ("first", "second", "east"),
    [
        ("Mill Lane Library", "mill lane library", 1_090.0),
        ("Mill Lane Library", "Mill Lane", 1_000.0),
        ("St Anne's Church", "Saint Annes Church", 1_030.0),
        ("Oak Park (Oakmere)", "Oak Park", 1_080.0),
    ],
)
def test_the_same_place_is_told(first: str, second: str, east: float) -> None:
    found = told(place(first), place(second, east=east))
    assert found is not None
    assert found.score >= SAME


@pytest.mark.parametrize(
    ("first", "second", "more"),
    [
        ("Mill Lane Infant School", "Mill Lane Junior School", {"kind": "school"}),
        ("Mill Lane Surgery", "Mill Lane Pharmacy", {"kind": "health"}),
        ("1st Oakmere Scouts", "2nd Oakmere Scouts", {"kind": "youth_sport"}),
        ("Mill Lane Ladies Bowling Club", "Mill Lane Bowling Club", {"kind": "youth_sport"}),
    ],
)
def test_places_that_tell_themselves_apart_are_not_the_same(
    first: str, second: str, more: dict[str, str]
) -> None:
    here = {"postcode": "ZE1 1AA", **more}
    found = told(place(first, **here), place(second, **here))
    assert found is None or found.score < SAME


def test_a_finer_kind_tells_two_of_one_name_apart() -> None:
    here = {"kind": "health", "postcode": "ZE1 1AA"}
    two = told(
        place("Castle Quay", detail="Dentist", **here), place("Castle Quay", detail="Pharmacy", **here)
    )
    assert two is None or two.score < SAME


def test_the_same_name_far_away_is_another_place() -> None:
    assert told(place("Boots"), place("Boots", east=9_000.0)) is None
    assert (
        told(place("Boots", postcode="ZE1 1AA"), place("Boots", east=1_300.0, postcode="ZE1 2AA")).score
        < SAME
    )


def test_a_place_of_another_kind_is_told_with_its_kind() -> None:
    found = told(place("Mill Lane Library", "food"), place("Mill Lane Library", "library", east=1_040.0))
    assert found is not None
    assert found.score >= SAME
    assert found.why == "the same name, 40 m away, listed under libraries"


def test_without_a_location_the_name_alone_is_looked_for_everywhere() -> None:
    far = place("Mill Lane Pantry", "food", east=90_000.0)
    found = told(place("Mill lane pantry", "food", east=None), far)
    assert found is not None
    assert LISTED <= found.score < SAME
    assert found.distance_m is None
    assert told(place("Another Name", "food", east=None), far) is None


def test_a_telephone_number_in_any_form_tells_a_place_that_moved() -> None:
    old = place("Mill Pantry", "food", east=50_000.0, contacts=(Contact("c", phone="01632 960 123"),))
    new = place("The Mill Pantry", "food", contacts=(Contact("d", phone="+44 1632 960123"),))
    found = told(new, old)
    assert found is not None
    assert found.score >= SAME
    assert "the same telephone number" in found.why
    assert told(replace(new, contacts=(Contact("d", phone="nobody knows"),)), old) is None


def test_the_likeliest_come_first_and_no_more_than_asked_for() -> None:
    others = [place("Mill Lane Library", east=1_000.0 + 60 * n) for n in range(8)]
    found = find_alike(place("Mill Lane Library"), others, limit=3)
    assert [alike.place.id for alike in found] == [other.id for other in others[:3]]
    assert find_alike(place("Mill Lane Library"), others, limit=0) == ()
    assert find_alike(others[0], others[:1]) == ()
    assert find_alike(place("   "), others) == ()
    assert find_alike(place("Mill Lane Library"), ()) == ()


def test_a_changed_place_is_found_as_it_is_now() -> None:
    before = place("Mill Lane Library", east=1_050.0)
    asked = place("Mill Lane Library")
    assert told(asked, before) is not None
    assert told(asked, replace(before, version=2, name="Quay School")) is None


TEXT = st.text(max_size=20)


@given(TEXT, TEXT, st.sampled_from(["", "ZE1 1AA", "x"]), st.one_of(st.none(), st.integers(0, 2_000)))
def test_whatever_is_typed_is_answered_with_scores_in_bounds(
    first: str, second: str, postcode: str, east: int | None
) -> None:
    asked = place(first, east=None if east is None else float(east), postcode=postcode)
    for alike in find_alike(asked, (place(second, postcode=postcode), place(first))):
        assert LISTED <= alike.score <= 100
        assert alike.why
