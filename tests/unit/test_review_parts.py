"""Parts of the review that need no page: whom to ask, what is told of a file and of a suggestion."""

from dataclasses import replace
from datetime import date

from data.register.records import Contact, Place, State
from models.record_words import NO_NAMES
from tests.small_builds import HOSTILE
from tests.small_register import file_source
from views.review_files import describe_source
from views.review_list import next_after
from views.review_stale import addresses_of
from views.review_suggestions import say_suggested

PLACE = Place("p", 2, State.PUBLISHED, "Mill Pantry", "food", postcode="ZE1 1AA")


def with_emails(name: str, *emails: str) -> Place:
    return replace(PLACE, name=name, id=name, contacts=tuple(Contact(e, email=e) for e in emails))


def test_each_address_is_told_once_and_who_has_none_is_named() -> None:
    places = [
        with_emails("a", "z@a.example", "b@a.example"),
        with_emails("b", "b@a.example", ""),
        with_emails("c"),
    ]
    emails, without = addresses_of(places)
    assert emails == ["b@a.example", "z@a.example"]
    assert [place.name for place in without] == ["c"]


def test_a_file_is_told_with_its_age_and_its_counts() -> None:
    source = replace(file_source(HOSTILE), counts={"read": 12, "added": 10, "rejected": 0})
    told = describe_source(source, date(2026, 11, 28))
    assert told["Date"] == "31 March 2026 (7 months ago)"
    assert told["Rows"] == "Read 12, Added 10"
    assert told["SHA-256"] == "cdcdcdcdcdcd…"
    assert told["Publisher"] == f"Publisher of {HOSTILE}"
    assert "Licence" not in describe_source(replace(source, licence=""), date(2026, 11, 28))


def test_what_a_suggestion_would_change_is_told_against_the_place_as_it_stands() -> None:
    contact = {"id": "c", "name": "Ada", "phone": "", "email": "", "role": "", "consent": True}
    changes = {"name": "Mill Larder", "postcode": "ZE1 1AA", "contacts": [contact]}
    told = {one.label: (one.before, one.after) for one in say_suggested(PLACE, changes, NO_NAMES)}
    assert told == {
        "Name": ("Mill Pantry", "Mill Larder"),
        "Contact": ("", "Ada"),
        "Contact, agreed to be published": ("", "yes"),
    }
    assert say_suggested(replace(PLACE, name="Mill Larder"), {"name": "Mill Larder"}, NO_NAMES) == ()


def test_the_next_of_a_list_is_there_whatever_was_asked_for() -> None:
    assert next_after(["a", "b"], "z") == ""
    assert next_after([], "a") == ""
