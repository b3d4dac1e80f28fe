"""Words of a confidential place hold a record, however they are typed; public places are not held."""

from dataclasses import replace

import pytest

from data.register.records import Contact, Place, Service, State
from data.register.screen import hold_reason, screen_import


def place(name: str, **more: object) -> Place:
    return replace(Place("p", 1, State.SUBMITTED, name, "other"), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "name",
    [
        "REFUGE",
        "Brambley Refuges",
        "Women's re-fuge",
        "R.E.F.U.G.E.",
        "r e f u g e",
        "réfuge",
        "re\u00adfuge",
        "ref\u200buge",
        "ｒｅｆｕｇｅ",
        "Brook_Refuge_House",
        "WomensRefuge",
        "Safe-House",
        "safehouse",
        "safe\u00a0house",
        "Children's Home",
        "childrens' home",
        "children s homes",
        "Childrenʼs Home",
        "CHILDREN HOME",
        "Oakmere Contact Centre",
        "child contact center",
        "Supported living at Mill Lane",
        "crisis house",
        "Mill Street Refuge, Refuge Street",
    ],
)
def test_words_of_a_confidential_place_are_found_however_they_are_typed(name: str) -> None:
    assert hold_reason(place(name)).startswith("it may be a confidential place: it has the word “")


@pytest.mark.parametrize(
    "name",
    [
        "Mill Library",
        "Support for refugees",
        "Refugee Welcome Centre",
        "Wildlife refuge",
        "Hall in Refuge Street",
        "Customer contact centre",
        "Children's Centre",
        "Home Start for children",
        "House of safety equipment",
        "McDonald's",
        "",
    ],
)
def test_public_places_are_not_held(name: str) -> None:
    assert hold_reason(place(name)) == ""


@pytest.mark.parametrize(
    "told",
    [
        {"detail": "Women's refuge"},
        {"address": "The Refuge, 3 Mill Lane"},
        {"website": "https://oakmere-refuge.example"},
        {"services": (Service("s", "A safe house", "other"),)},
        {"services": (Service("s", "Help", "other", description="for women in our refuge"),)},
        {"services": (Service("s", "Help", "other", opening_note="ring the refuge first"),)},
        {"contacts": (Contact("c", "Ann", "Refuge manager"),)},
    ],
)
def test_everything_that_is_written_is_looked_at(told: dict[str, object]) -> None:
    assert hold_reason(place("Mill House", **told))


def test_who_runs_it_is_looked_at() -> None:
    assert hold_reason(place("Mill House"), "Oakmere Women's Aid")
    assert not hold_reason(place("Mill House"), "Oakmere Council")


def test_a_home_of_somebody_is_held_by_its_name_and_not_by_what_it_helps_with() -> None:
    assert "somebody's home" in hold_reason(place("Ann's childminder service"))
    offered = (Service("s", "Advice", "advice", description="how to find a childminder"),)
    assert hold_reason(place("Advice Centre", services=offered)) == ""


@pytest.mark.parametrize(
    ("name", "detail", "more"),
    [
        ("12 Mill Road", "Residential homes", ()),
        ("Ashby Lane", "Residential homes", ()),
        ("Oak House", "Residential homes", ("for young people who left care",)),
        ("Oak House", "Nursing homes", ("learning disabilities",)),
        ("Oak House", "Mental health", ("a place to stay overnight in a crisis",)),
        ("Calm Recovery House", "", ("mental health",)),
    ],
)
def test_homes_where_vulnerable_people_may_live_are_held_in_an_import(
    name: str, detail: str, more: tuple[str, ...]
) -> None:
    assert screen_import(place(name, detail=detail), *more).startswith("it may be where vulnerable")
    assert hold_reason(place(name, detail=detail), *more) == ""


@pytest.mark.parametrize(
    ("name", "detail", "more"),
    [
        ("Oak Manor Care Home", "Residential homes", ("for older people",)),
        ("Oak Manor", "Nursing homes", ()),
        ("The Counselling Rooms", "Mental health", ("Counselling for young people aged 11 to 25",)),
        ("Steady", "", ("Peer support groups for parents with anxiety and depression",)),
        ("12 Mill Road", "General practice", ()),
    ],
)
def test_public_homes_and_services_are_not_held_in_an_import(
    name: str, detail: str, more: tuple[str, ...]
) -> None:
    assert screen_import(place(name, detail=detail), *more) == ""
