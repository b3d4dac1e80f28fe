"""What fields of the register may hold: hostile text, links, numbers; and places as JSON and back."""

import json
import math
import time
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from register_made import a_contact, a_place, a_service, made_id, new_id

from data.asset_kinds import asset_kinds
from data.register.as_json import contacts_from_json, contacts_to_json
from data.register.cleaning import clean_text
from data.register.fields import (
    ACCESSIBILITY,
    LONGEST_NAME,
    LONGEST_TEXT,
    MOST_CONTACTS,
    MOST_SERVICES,
    FieldsError,
    changed_keys,
    check_place,
    from_json,
    to_json,
)
from data.register.records import Contact, Opening, Place, State


def faults_of(place: Place) -> dict[str, str]:
    with pytest.raises(FieldsError) as told:
        check_place(place)
    return told.value.faults


def test_a_sound_place_is_as_it_was() -> None:
    place = a_place()
    assert check_place(place) == place


@given(st.text())
def test_cleaned_text_is_clean_and_stays_so(text: str) -> None:
    for lines in (False, True):
        cleaned = clean_text(text, lines)
        assert clean_text(cleaned, lines) == cleaned
        assert not set(cleaned) & set(
            "\x00\x1b\r\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\ufeff"
        )
        assert cleaned.encode("utf-8").decode("utf-8") == cleaned
        assert lines or "\n" not in cleaned


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Mill \t Lane\r\nLibrary ", "Mill Lane Library"),
        ("Mill\u202eyrarbiL", "MillyrarbiL"),
        ("Mi\u200bll", "Mill"),
        ("e\u0301cole", "école"),
        ("👨\u200d👩\u200d👧 club", "👨\u200d👩\u200d👧 club"),
        ('<b>Mill</b> & Sons\' "Hall"', '<b>Mill</b> & Sons\' "Hall"'),
        ("=1+1", "=1+1"),
        ("\x00\x00", ""),
    ],
)
def test_text_is_kept_without_what_nobody_sees(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


def test_lines_stay_in_long_texts_alone() -> None:
    place = check_place(
        a_place(name="Mill\nHall", services=(a_service(description="One.\r\nTwo.\n\n Three. "),))
    )
    assert (place.name, place.services[0].description) == ("Mill Hall", "One.\nTwo.\n\nThree.")


def test_a_name_of_a_megabyte_is_refused_at_once() -> None:
    for sign in ("x", "\u202e", "é", " "):
        place = a_place(name=sign * 1_000_000)
        took = []
        for _ in range(5):
            start = time.perf_counter()
            assert "longer than 200 characters" in faults_of(place)["name"]
            took.append(time.perf_counter() - start)
        assert min(took) < 0.001


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": ""}, "name"),
        ({"name": "\u200d --- \x00"}, "name"),
        ({"name": "x" * (LONGEST_NAME + 1)}, "name"),
        ({"name": None}, "name"),
        ({"name": ["x"]}, "name"),
        ({"id": "1"}, "id"),
        ({"id": "../../etc/passwd"}, "id"),
        ({"kind": "nonsense"}, "kind"),
        ({"kind": ["library"]}, "kind"),
        ({"postcode": "nowhere"}, "postcode"),
        ({"organisation_id": "x"}, "organisation_id"),
        ({"confidential": 1}, "confidential"),
        ({"easting_m": 700_001.0}, "easting_m"),
        ({"easting_m": -1.0}, "easting_m"),
        ({"easting_m": math.nan}, "easting_m"),
        ({"easting_m": True}, "easting_m"),
        ({"easting_m": None}, "easting_m"),
        ({"northing_m": math.inf}, "northing_m"),
        ({"northing_m": 1_300_001}, "northing_m"),
        ({"located_by": "magic"}, "located_by"),
        ({"ward_code": "ward 1"}, "ward_code"),
        ({"address": "x" * 301}, "address"),
        ({"services": (a_service(),) * 2}, "services"),
        ({"services": tuple(a_service() for _ in range(MOST_SERVICES + 1))}, "services"),
        ({"contacts": tuple(a_contact() for _ in range(MOST_CONTACTS + 1))}, "contacts"),
        ({"contacts": (a_contact(id=made_id(1)), a_contact(id=made_id(1)))}, "contacts"),
    ],
)
def test_a_fault_of_a_place_is_told_by_its_key(changes: dict[str, object], key: str) -> None:
    assert list(faults_of(a_place(**changes))) == [key]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": " "}, "name"),
        ({"kind": ""}, "kind"),
        ({"minimum_age": -1}, "minimum_age"),
        ({"maximum_age": 121}, "maximum_age"),
        ({"minimum_age": 4.5}, "minimum_age"),
        ({"minimum_age": 12, "maximum_age": 11}, "maximum_age"),
        ({"description": "x" * (LONGEST_TEXT + 1)}, "description"),
        ({"free": "yes"}, "free"),
        ({"free": 1}, "free"),
        ({"accessibility": ("lift",)}, "accessibility"),
        ({"sessions_a_week": 0}, "sessions_a_week"),
        ({"sessions_a_week": -2.0}, "sessions_a_week"),
        ({"sessions_a_week": 10_000}, "sessions_a_week"),
        ({"openings": (Opening(7, "09:00", "10:00"),)}, "openings"),
        ({"openings": (Opening(True, "09:00", "10:00"),)}, "openings"),
        ({"openings": (Opening(0, "9:00", "10:00"),)}, "openings"),
        ({"openings": (Opening(0, "09:00", "24:00"),)}, "openings"),
        ({"openings": (Opening(0, "10:00", "10:00"),)}, "openings"),
        ({"openings": (Opening(0, 9, [10]),)}, "openings"),
        ({"openings": (Opening(0, "09:00", "10:00"),) * 71}, "openings"),
    ],
)
def test_a_fault_of_a_service_is_told_by_its_key(changes: dict[str, object], key: str) -> None:
    faults = faults_of(a_place(services=(a_service(), a_service(**changes))))
    assert list(faults) == [f"services.1.{key}"]
    assert faults[f"services.1.{key}"].count("of service 2") == 1


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\x00script:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "file:///etc/passwd",
        "ftp://mill.example",
        "https://",
        "https://mill",
        "https://user:secret@mill.example",
        "https://council.gov.uk@evil.example",
        "https://mill.example/a b",
        'https://mill.example/"onmouseover="alert(1)',
        "https://mill.example/<script>",
        "https://[::1",
        "https://mill.example:port/",
        "//mill.example",
        "not a link",
        "https://mill.example/" + "x" * 500,
    ],
)
def test_what_is_no_link_is_refused(link: str) -> None:
    assert list(faults_of(a_place(website=link))) == ["website"]


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("mill.example", "https://mill.example"),
        ("www.mill.example/opening?day=1#now", "https://www.mill.example/opening?day=1#now"),
        ("http://mill.example:8080/a", "http://mill.example:8080/a"),
        ("https://bücher.example/ä", "https://bücher.example/ä"),
        ("https://mill.example/\u202egpj.exe", "https://mill.example/gpj.exe"),
    ],
)
def test_links_are_written_in_one_way(link: str, kept: str) -> None:
    assert check_place(a_place(website=link)).website == kept


@pytest.mark.parametrize(
    "phone", ["0161 496 0000", "+44 161 496 0000", "(0161) 496-0000", "111", "116 123", "0800 1111"]
)
def test_telephone_numbers(phone: str) -> None:
    assert check_place(a_place(contacts=(a_contact(phone=phone),))).contacts[0].phone == phone


@pytest.mark.parametrize("phone", ["call me", "12", "0161 496 0000 0000 0000", "<b>0161</b>", "0" * 50])
def test_what_is_no_telephone_number_is_refused(phone: str) -> None:
    assert list(faults_of(a_place(contacts=(a_contact(phone=phone),)))) == ["contacts.0.phone"]


@pytest.mark.parametrize(
    "email", ["mill", "a@b", "a b@mill.example", "<a@mill.example>", "a@mill.example\nBcc: b@c.example"]
)
def test_what_is_no_email_is_refused(email: str) -> None:
    assert list(faults_of(a_place(contacts=(a_contact(email=email),)))) == ["contacts.0.email"]


def test_a_contact_that_says_nothing_is_left_out() -> None:
    empty = Contact(new_id(), role="manager", consent=True)
    assert check_place(a_place(contacts=(empty, a_contact(email="")))).contacts[0].name
    assert check_place(a_place(contacts=(empty,))).contacts == ()


def test_everything_is_written_in_one_way() -> None:
    service = a_service(
        accessibility=("hearing_loop", "step_free", "hearing_loop"),
        openings=(Opening(3, "09:00", "10:00"), Opening(0, "13:00", "14:00"), Opening(3, "09:00", "10:00")),
        sessions_a_week=3,
    )
    place = a_place(postcode=" ze11ab ", easting_m=400_000, northing_m=300_000.123456, id=made_id(1).upper())
    checked = check_place(replace(place, services=(service,)))
    assert (checked.postcode, checked.easting_m, checked.northing_m) == ("ZE1 1AB", 400_000.0, 300_000.12)
    assert checked.id == made_id(1)
    assert checked.services[0].accessibility == ("step_free", "hearing_loop")
    assert checked.services[0].openings == (Opening(0, "13:00", "14:00"), Opening(3, "09:00", "10:00"))
    assert check_place(checked) == checked


def test_all_faults_are_told_at_once() -> None:
    place = a_place(name="", kind="x", website="javascript:1", services=(a_service(minimum_age=-1),))
    with pytest.raises(FieldsError) as told:
        check_place(place)
    assert set(told.value.faults) == {"name", "kind", "website", "services.0.minimum_age"}
    for fault in told.value.faults.values():
        assert fault in told.value.message


some_text = st.text(max_size=20)
services = st.builds(
    a_service,
    name=some_text,
    minimum_age=st.none() | st.integers(0, 120),
    free=st.none() | st.booleans(),
    accessibility=st.lists(st.sampled_from(sorted(ACCESSIBILITY)), unique=True).map(tuple),
    openings=st.lists(st.builds(Opening, st.integers(0, 6), st.just("09:00"), st.just("17:30"))).map(tuple),
    sessions_a_week=st.none() | st.floats(0.5, 100),
)
contacts = st.builds(
    a_contact,
    name=some_text,
    consent=st.booleans(),
    consented_at=st.none() | st.datetimes(timezones=st.just(UTC)),
)
places = st.builds(
    a_place,
    version=st.integers(1, 99),
    state=st.sampled_from([state for state in State if state is not State.STALE]),
    name=some_text,
    kind=st.sampled_from(sorted(asset_kinds())),
    confidential=st.booleans(),
    easting_m=st.none() | st.floats(0, 700_000),
    last_confirmed=st.none() | st.dates(),
    created_at=st.none() | st.datetimes(timezones=st.just(UTC)),
    services=st.lists(services, max_size=3).map(tuple),
    contacts=st.lists(contacts, max_size=3).map(tuple),
)


@given(places)
def test_a_place_is_the_same_after_json(place: Place) -> None:
    written = json.loads(json.dumps(to_json(place)))
    assert "contacts" not in written
    told = json.loads(json.dumps(contacts_to_json(place.contacts)))
    assert from_json(written, told) == place
    assert contacts_from_json(told) == place.contacts


def test_changed_keys_leave_out_what_changes_always() -> None:
    place = a_place(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    later = replace(place, version=9, updated_at=datetime(2026, 2, 1, tzinfo=UTC))
    moved = replace(later, name="Mill Hall", last_confirmed=date(2026, 2, 1), services=())
    assert changed_keys(to_json(place), to_json(later)) == ()
    assert changed_keys(to_json(place), to_json(moved)) == ("name", "last_confirmed", "services")
    assert "name" in changed_keys(None, to_json(place))
