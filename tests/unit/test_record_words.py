"""Records and changes in words: only what changed, names for ids, and nothing of the register's own books."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from data.register.as_json import to_json
from data.register.fields import LOCATION
from data.register.records import Contact, Opening, Place, Service, State
from models.record_words import LABELS, Names, compare_places, describe_change, moved_words, tell_place
from models.register_times import ago_words, moment_words
from models.register_waiting import Waiting, count_waiting, waited_words, waits_as
from models.service_words import contact_words, service_words
from tests.small_builds import HOSTILE

TODAY = date(2026, 11, 28)
GROUP = Service("s1", "Stay and play", "early_years", minimum_age=0, maximum_age=4, free=True)
PLACE = Place(
    "p1",
    3,
    State.PUBLISHED,
    "Mill Hall",
    "community_centre",
    organisation_id="o1",
    address="1 Mill Lane",
    postcode="ZE1 1AA",
    easting_m=400_000.0,
    northing_m=300_000.0,
    located_by="postcode",
    ward_code="E05000001",
    ward_name="Mill",
    last_confirmed=date(2026, 3, 2),
    services=(GROUP,),
)
NAMES = Names({"o1": "Brambley Trust", "o2": "Cragwick Trust"}, {"p2": "Old Hall"})


def sentences(one: Place, other: Place) -> list[str]:
    return [difference.sentence for difference in compare_places(one, other, NAMES)]


def test_only_what_changed_is_told() -> None:
    changed = replace(
        PLACE, version=4, updated_at=datetime.now(UTC), postcode="ZE1 1AB", website="https://a.example"
    )
    assert sentences(PLACE, changed) == [
        "Postcode: from “ZE1 1AA” to “ZE1 1AB”",
        "Website: “https://a.example” added",
    ]
    assert sentences(PLACE, replace(PLACE, version=9, ward_code="E05000002")) == []


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"organisation_id": "o2"}, "Run by: from “Brambley Trust” to “Cragwick Trust”"),
        ({"organisation_id": "unheard-of"}, "Run by: from “Brambley Trust” to “not known here (unheard-)”"),
        ({"confidential": True}, "Location confidential: “yes” added"),
        ({"merged_into": "p2"}, "Merged into: “Old Hall” added"),
        ({"state": State.RETIRED}, "State: from “published” to “retired”"),
        ({"kind": "library"}, "Kind of place: from “community centre” to “library”"),
        ({"last_confirmed": None}, "Last confirmed: “2 March 2026” taken out"),
        (
            {"easting_m": 400_003.4, "located_by": "point"},
            "Point on the map: from “400,000 E, 300,000 N (the middle of its postcode)” to “400,003 E, "
            "300,000 N (pointed at on a map)”",
        ),
    ],
)
def test_a_change_of_a_field_is_a_sentence(changes: dict[str, object], told: str) -> None:
    assert sentences(PLACE, replace(PLACE, **changes)) == [told]  # type: ignore[arg-type]


def test_services_are_told_apart_by_their_ids_and_not_by_their_places() -> None:
    cafe = Service("s0", "Café", "food", openings=(Opening(1, "10:00", "12:00"),))
    assert sentences(PLACE, replace(PLACE, services=(cafe, GROUP))) == [
        "Service 2: “Café” added",
        "Service 2, kind of place: “food bank or pantry” added",
        "Service 2, open: “Tuesday 10am to 12 noon” added",
    ]
    assert sentences(PLACE, replace(PLACE, services=(replace(GROUP, maximum_age=7, free=None),))) == [
        "Service, to age: from “4” to “7”",
        "Service, free of charge: “yes” taken out",
    ]


def test_contacts_differ_in_words_between_versions_and_stand_in_no_line_of_the_history() -> None:
    asked = Contact("c1", name="Ada", phone="01632 960001")
    assert sentences(PLACE, replace(PLACE, contacts=(asked,))) == [
        "Contact: “Ada” added",
        "Contact, phone: “01632 960001” added",
        "Contact, agreed to be published: “no” added",
    ]
    line = to_json(replace(PLACE, contacts=(asked,)))
    assert "Ada" not in str(describe_change(None, line, NAMES))


def test_a_record_that_was_made_or_is_gone_is_told_whole() -> None:
    told = {one.label: one.after for one in describe_change(None, to_json(PLACE), NAMES)}
    assert told == tell_place(PLACE, NAMES)
    assert told["Name"] == "Mill Hall"
    assert told["Ward"] == "Mill"
    gone = describe_change(to_json(PLACE), None, NAMES)
    assert {one.label: one.before for one in gone} == told
    assert describe_change(None, None) == ()


def test_every_field_of_where_a_place_is_has_one_name_so_that_none_is_told_unasked() -> None:
    told = tell_place(replace(PLACE, **{name: None if name.endswith("_m") else "" for name in LOCATION}))
    assert not {LABELS[key] for key in ("address", "postcode", "point")} & set(told)


def test_hostile_text_is_text() -> None:
    hostile = replace(PLACE, name=HOSTILE, website="javascript:alert(1)")
    assert f"Name: from “Mill Hall” to “{HOSTILE}”" in sentences(PLACE, hostile)


def test_an_unknown_field_is_told_under_its_own_name() -> None:
    (told,) = describe_change({"colour_of_door": "red"}, {"colour_of_door": "blue"})
    assert told.sentence == "Colour of door: from “red” to “blue”"


def test_services_and_contacts_have_a_line_each() -> None:
    line = service_words(
        replace(GROUP, cost="£1 for a snack", sessions_a_week=1, accessibility=("step_free",))
    )
    assert line == (
        "Stay and play: nursery or early years provider; ages 0 to 4; free (£1 for a snack); 1 session a "
        "week; step-free entrance"
    )
    assert contact_words(Contact("c", "Ada", "manager", "01632 960001")) == "Ada (manager), 01632 960001"
    assert contact_words(Contact("c", role="manager")) == "manager"


def test_how_far_two_points_are_apart_is_said_where_both_are_known() -> None:
    assert moved_words(PLACE, replace(PLACE, easting_m=400_140.0)) == "140 m apart"
    assert moved_words(PLACE, replace(PLACE, easting_m=400_003.0)) == "3 m apart"
    assert moved_words(PLACE, PLACE) == "the same point"
    assert moved_words(PLACE, replace(PLACE, easting_m=None, northing_m=None)) == ""


def test_times_are_said_as_readers_say_them() -> None:
    assert moment_words(datetime(2026, 5, 3, 9, 5, tzinfo=UTC)) == "3 May 2026, 09:05"
    assert [ago_words(date(2026, 11, day), TODAY) for day in (28, 27, 20, 13)] == [
        "today",
        "yesterday",
        "8 days ago",
        "2 weeks ago",
    ]


def test_what_waits_is_told_apart_and_since_when() -> None:
    sent, answered = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 27, tzinfo=UTC)
    new = replace(PLACE, version=1, state=State.SUBMITTED, created_at=sent, updated_at=sent)
    changed = replace(new, version=3, updated_at=answered)
    held = replace(changed, held="it has the word “refuge”", state=State.NEEDS_INFORMATION)
    asked = replace(new, version=2, state=State.NEEDS_INFORMATION, updated_at=answered)
    queue = [new, changed, held, asked, new]
    assert list(map(waits_as, queue[:4])) == [Waiting.NEW, Waiting.CHANGED, Waiting.HELD, Waiting.ASKED]
    assert count_waiting(queue) == {Waiting.NEW: 2, Waiting.CHANGED: 1, Waiting.HELD: 1, Waiting.ASKED: 1}
    assert [waited_words(place, TODAY) for place in (new, changed)] == ["waiting 3 weeks", "waiting 1 day"]
    assert waited_words(replace(new, created_at=None), TODAY) == ""
