"""The form about a place: into a record and back, all faults at once, and two tellings beside each other."""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from data.errors import RegisterError
from data.register.records import Contact, Opening, Place, Service, State
from geo.register_locate import Located
from models.place_answers import (
    Answers,
    ages_told,
    answers_of,
    keeps_location,
    read_answers,
    where_fault,
)
from models.place_differences import combine, differences

NOW = datetime(2026, 11, 28, tzinfo=UTC)
WHERE = Located(
    430_500.0, 560_500.0, "ZE1 1AA", "E01000001", "Oakmere 001A", "E05009000", "Ward A", "Oakmere"
)
FULL = Answers(
    name="Mill Lane pantry",
    kind="food",
    postcode="ZE1 1AA",
    description="A parcel and a cup of tea",
    ages=("under_5", "5_11"),
    cost="paid",
    price="£2 a child",
    opening="Tuesday 10am to 12 noon; term time",
    contact="01632 960001 hello@example.org",
    consent=True,
    contact_name="Jo",
    accessibility=("step_free",),
    sessions="2.5",
    website="https://mill.example",
    address="1 Mill Lane",
)


def new_draft() -> Place:
    return Place(str(uuid4()), 0, State.SUBMITTED, "", "")


def test_everything_that_was_told_comes_back_as_it_was_told() -> None:
    told = read_answers(FULL, WHERE, new_draft(), NOW)
    assert told.faults == {}
    assert answers_of(told.place) == FULL
    again = read_answers(answers_of(told.place), None, told.place, NOW)
    assert again.place == told.place
    (service,), (contact,) = told.place.services, told.place.contacts
    assert (service.openings, service.opening_note) == ((Opening(1, "10:00", "12:00"),), "term time")
    assert (service.minimum_age, service.maximum_age, service.sessions_a_week) == (0, 11, 2.5)
    assert (contact.phone, contact.email, contact.consented_at) == ("01632 960001", "hello@example.org", NOW)


def test_everything_that_is_wrong_is_told_by_question() -> None:
    wrong = replace(
        FULL,
        name=" ",
        kind="",
        contact="ask at the bar",
        sessions="two",
        website="javascript:x",
        youngest=9,
        oldest=3,
    )
    told = read_answers(wrong, WHERE, new_draft(), NOW)
    assert set(told.faults) == {"name", "kind", "contact", "sessions", "website", "ages"}
    assert all(fault.endswith((".", "?")) for fault in told.faults.values())


@pytest.mark.parametrize(
    ("ages", "told"),
    [
        ((), (None, None)),
        (("everyone", "under_5"), (None, None)),
        (("under_5", "12_17"), (0, 17)),
        (("adults", "12_17"), (12, None)),
    ],
)
def test_pills_of_ages_become_a_range(ages: tuple[str, ...], told: tuple[int | None, int | None]) -> None:
    assert ages_told(Answers(ages=ages)) == told


def test_ages_that_no_pill_says_are_kept_exactly() -> None:
    service = Service(str(uuid4()), "Club", "other", minimum_age=7, maximum_age=19)
    answers = answers_of(replace(new_draft(), name="Club", kind="other", services=(service,)))
    assert (answers.ages, answers.youngest, answers.oldest) == ((), 7, 19)
    assert ages_told(answers) == (7, 19)


def test_a_location_stays_unless_another_is_told() -> None:
    there = replace(new_draft(), postcode="ZE1 1AA", easting_m=1.0, northing_m=2.0)
    assert keeps_location(Answers(postcode="ze11aa"), there)
    assert not keeps_location(Answers(postcode="ZE1 1AB"), there)
    held = replace(new_draft(), held="it has the word “refuge”")
    assert keeps_location(Answers(), held)
    assert not keeps_location(Answers(postcode="ZE1 1AA"), held)
    assert where_fault(Answers(), None, None, held) == ""
    assert (
        where_fault(Answers(), None, None, new_draft())
        == "Type a postcode, or point at the place on the map."
    )
    assert where_fault(Answers(), None, RegisterError("No.", "Try."), there) == "No. Try."


def test_what_the_form_does_not_ask_for_stays() -> None:
    told = read_answers(FULL, WHERE, new_draft(), NOW).place
    second = Service(str(uuid4()), "Debt advice", "advice")
    private = Contact(str(uuid4()), "Sam", phone="01632 960002")
    place = replace(
        told, services=(*told.services, second), contacts=(*told.contacts, private), detail="Pantry"
    )
    changed = read_answers(replace(answers_of(place), name="Mill pantry"), None, place, NOW).place
    assert (changed.services[1], changed.contacts[1], changed.detail) == (second, private, "Pantry")
    assert (changed.name, changed.services[0].name) == ("Mill pantry", "Mill pantry")


def test_two_tellings_are_laid_beside_each_other_and_combined_by_question() -> None:
    theirs = replace(FULL, name="Mill pantry", cost="free", price="", consent=False)
    differing = differences(FULL, theirs)
    assert differing == {
        "name": ("Mill Lane pantry", "Mill pantry"),
        "cost": ("Paid: £2 a child", "Free"),
        "contact": (f"{FULL.contact} (shown to everyone)", f"{FULL.contact} (not shown)"),
    }
    assert combine(FULL, theirs, {"cost", "contact"}) == replace(FULL, name="Mill pantry")
    assert combine(FULL, theirs, set(differing)) == FULL
