"""Reading what others publish: both shapes, what is no place, and files that mean harm."""

import json
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import hypothesis.strategies as st
import pytest
from hypothesis import given

from data.errors import SourceError
from data.register.fields import check_place
from data.register.open_referral_load import is_open_referral
from data.register.open_referral_parts import access_of, costs_of, day_of, openings_of, without_markup
from data.register.open_referral_read import OpenReferral, read_open_referral
from data.register.records import Opening, State
from data.settings import settings
from tests.register_places import HOSTILE_TEXTS, key

DATED = date(2026, 10, 1)
NOT_HERE = "its latitude and longitude ({}, {}) are not in Great Britain, and no postcode"
Read = Callable[[object], OpenReferral]

OLD = {
    "id": "11",
    "name": "Tuesday Club",
    "description": "<p>Lunch &amp; games.</p><ul><li>For all</li></ul>",
    "url": "https://club.example.org",
    "email": "hello@club.example.org",
    "status": "active",
    "assured_date": "14/08/2026 00:00:00",
    "organization": {
        "id": "o1",
        "name": "Eastham Trust",
        "description": "<p>A charity.</p>",
        "url": "https://trust.example.org",
    },
    "service_at_locations": [
        {
            "id": "sl1",
            "location": {
                "id": "l1",
                "name": "Eastham Community Centre",
                "latitude": "53.5123",
                "longitude": -2.2456,
                "physical_addresses": [
                    {
                        "id": "a1",
                        "address_1": "2 Mill Road",
                        "city": "Eastham",
                        "state_province": "Elmshire",
                        "postal_code": "m11ae",
                        "country": "United Kingdom",
                    }
                ],
                "accessibility_for_disabilities": [
                    {"accessibility": "Wheelchair access"},
                    {"accessibility": "No hearing loop"},
                ],
            },
            "regular_schedule": [
                {"byday": "FR", "freq": "WEEKLY", "opens_at": "10:00", "closes_at": "11:00"}
            ],
        }
    ],
    "regular_schedules": [
        {"byday": "TU", "freq": "WEEKLY", "interval": "1", "opens_at": "12:00:00", "closes_at": "14:30:00"},
        {"byday": "2MO", "freq": "MONTHLY", "opens_at": "09:00", "closes_at": "10:00"},
        {"byday": "SA", "freq": "WEEKLY", "opens_at": "20:00", "closes_at": "01:00"},
        {
            "byday": "SU",
            "freq": "WEEKLY",
            "opens_at": "10:00",
            "closes_at": "11:00",
            "valid_to": "2020-01-31",
        },
    ],
    "eligibilitys": [
        {"eligibility": "adult", "minimum_age": 60, "maximum_age": 120},
        {"minimum_age": "55"},
    ],
    "cost_options": [{"amount": 0, "option": "Members"}, {"amount": 2.5, "amount_description": "a visit"}],
    "contacts": [
        {"id": "c1", "name": "Jo Bloggs", "title": "Organiser", "phones": [{"number": "01632 960555"}]},
        {"id": "c2", "phones": [{"number": "01632 960111"}]},
    ],
    "service_taxonomys": [
        {"id": "t", "taxonomy": {"id": "x", "name": "Community centre", "vocabulary": "v"}}
    ],
}


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads what is given, as the content of a file."""

    def read_content(content: object) -> OpenReferral:
        path = tmp_path / "feed.json"
        path.write_text(json.dumps(content), encoding="utf-8")
        return read_open_referral(path, DATED)

    return read_content


def new(number: int = 1, **others: Any) -> dict[str, Any]:  # noqa: ANN401
    """A service in the shape of 3.0, at a library."""
    location = {
        "id": key(f"location {number}"),
        "location_type": "physical",
        "name": "Eastham Library",
        "latitude": 53.5,
        "longitude": -2.2,
    } | others.pop("location", {})
    made = {
        "id": key(f"service {number}"),
        "name": f"Story time {number}",
        "status": "active",
        "organization": {"id": key("org"), "name": "Eastham Council", "description": "The council"},
        "service_at_locations": [{"id": key(f"at {number}"), "location": location}],
    }
    return made | others


def reasons(found: OpenReferral) -> list[str]:
    return [rejected.reason for rejected in found.rejected]


def test_the_shape_of_1_0_is_read_whole(read: Read) -> None:
    found = read({"totalElements": 1, "first": True, "content": [OLD]})
    assert (found.version, found.rejected, found.notes, found.read) == ("1.0", (), (), 1)
    (place,), (organisation,) = found.places, found.organisations
    assert (place.name, place.kind, place.address) == (
        "Eastham Community Centre",
        "community_centre",
        "2 Mill Road, Eastham",
    )
    assert (place.postcode, place.website) == ("M1 1AE", "https://club.example.org")
    assert abs((place.easting_m or 0) - 383_800) < 50
    assert abs((place.northing_m or 0) - 401_750) < 50
    assert place.last_confirmed == date(2026, 8, 14)
    assert (organisation.name, organisation.description) == ("Eastham Trust", "A charity.")
    assert place.organisation_id == organisation.id
    (service,) = place.services
    assert service.description == "Lunch & games.\nFor all"
    assert service.openings == (Opening(1, "12:00", "14:30"), Opening(4, "10:00", "11:00"))
    assert service.opening_note == "second Monday each month 09:00 to 10:00; Saturday 20:00 to 01:00"
    assert (service.minimum_age, service.maximum_age) == (55, 120)
    assert (service.cost, service.free) == ("Members; £2.50 a visit", False)
    assert service.accessibility == ("step_free",)
    told = {(c.name, c.phone or c.email): c.consent for c in place.contacts}
    assert told == {
        ("Jo Bloggs", "01632 960555"): False,
        ("", "01632 960111"): True,
        ("", "hello@club.example.org"): True,
    }


@pytest.mark.parametrize(
    ("service", "reason"),
    [
        (new(status="defunct"), "not active (“defunct”)"),
        (new(status="temporarily closed"), "not active (“temporarily closed”)"),
        (new(service_at_locations=[]), "no location"),
        (new(service_at_locations="here"), "no location"),
        (new(service_at_locations=[{"id": "x"}, 7, None]), "no location"),
        (new(location={"location_type": "virtual"}), "only virtual: there is no place to go to"),
        (new(location={"location_type": "postal"}), "only a postal address, which may be somebody's home"),
        (new(location={"latitude": 100, "longitude": 101}), NOT_HERE.format(100, 101)),
        (new(location={"latitude": None}), "no latitude and longitude, and no postcode"),
        (new(location={"latitude": True}), "no latitude and longitude, and no postcode"),
        (new(location={"latitude": "1e999"}), "no latitude and longitude, and no postcode"),
        (new(location={"latitude": 0, "longitude": 0}), NOT_HERE.format(0, 0)),
        (new(name=""), "the name of service 1 is missing"),
        (new(name=["Story"]), "the name of service 1 is missing"),
        (new(name="x", location={"name": "\u202e\u200b"}), "the name is missing"),
    ],
)
def test_what_is_no_place_is_rejected_with_its_reason(read: Read, service: object, reason: str) -> None:
    found = read([service, new(2)])
    assert len(found.places) == 1
    assert reasons(found) == [reason]
    assert found.read == 2


def test_a_place_without_a_sound_point_is_left_to_its_postcode(read: Read) -> None:
    address = [{"id": key("a"), "address_1": "1 High Street", "city": "Eastham", "postal_code": "M1 1AE"}]
    (place,) = read(new(location={"latitude": 100, "longitude": 101, "addresses": address})).places
    assert (place.easting_m, place.located_by, place.postcode) == (None, "", "M1 1AE")


def test_services_of_one_organisation_at_one_location_are_one_place(read: Read) -> None:
    shared = {"id": key("hall"), "name": "Town Hall"}
    other = {"id": key("advice"), "name": "Citizens Advice", "description": "d"}
    services = [new(1, location=shared), new(2, location=shared), new(3, location=shared, organization=other)]
    found = read({"contents": services})
    assert [(place.name, len(place.services)) for place in sorted(found.places, key=lambda p: p.name)] == [
        ("Citizens Advice, Town Hall", 1),
        ("Eastham Council, Town Hall", 2),
    ]
    assert len(found.organisations) == 2


def test_identifiers_stay_and_no_part_has_one_twice(read: Read) -> None:
    """One service at two locations is a service at each, as each place has its own."""
    first = new(1)
    first["service_at_locations"] += new(2)["service_at_locations"]
    places = read(first).places
    parts = [part.id for place in places for part in (*place.services, *place.contacts)]
    assert len(places) == 2
    assert len(set(parts)) == len(parts) == 2
    assert read(first).places == places
    assert all(check_place(place) == place for place in places)


def test_a_person_never_comes_with_consent(read: Read) -> None:
    contacts = [
        {"id": key("1"), "name": "Jo Bloggs", "email": "office@example.org"},
        {"id": key("2"), "title": "Reception", "email": "jo.bloggs@example.org"},
        {"id": key("3"), "title": "Reception", "phones": [{"number": "01632 960001"}]},
    ]
    (place,) = read(new(contacts=contacts, email="not an address")).places
    assert [contact.consent for contact in place.contacts] == [False, False, True]


@pytest.mark.parametrize("words", ["Women's Refuge", "children's home", "Safe House", "supervised contact"])
def test_words_of_a_confidential_place_hold_it_for_an_editor(read: Read, words: str) -> None:
    where = [
        new(name=words),
        new(description=f"A {words} for families"),
        new(location={"name": words}),
        new(location={"description": words}),
        new(organization={"id": key("o"), "name": words, "description": "d"}),
        new(attributes=[{"id": key("a"), "taxonomy_term": {"id": key("t"), "name": words}}]),
    ]
    for service in where:
        (place,) = read(service).places
        assert place.state is State.SUBMITTED
        assert place.held


@pytest.mark.parametrize(
    ("service", "kind"),
    [
        (new(attributes=[{"taxonomy_term": {"name": "Food bank"}}], location={"name": "1 High St"}), "food"),
        (new(name="Brambley Food Bank", location={"name": ""}), "food"),
        (new(description="Debt advice for all", location={"name": ""}), "advice"),
        (new(attributes=[{"taxonomy_term": {"name": "Widgets"}}], location={"name": "Unit 7"}), "other"),
        (new(attributes="library", location={"name": ""}), "other"),
    ],
)
def test_words_of_other_taxonomies_tell_the_kind(read: Read, service: object, kind: str) -> None:
    (place,) = read(service).places
    assert place.kind == kind


def test_a_part_that_cannot_be_kept_is_left_out_and_counted(read: Read) -> None:
    found = read([new(1, url="javascript:alert(1)"), new(2, url="ftp://x", email="nobody", fees="x" * 900)])
    assert all(place.website == "" for place in found.places)
    assert len(found.places[0].services[0].cost) <= 200
    assert found.notes == (
        "1 × the e-mail address of contact 1 is no e-mail address such as name@example.org",
        "2 × the website is no web address that starts with https:// or http://",
    )


def test_a_place_of_very_many_services_keeps_fifty(read: Read) -> None:
    hall = {"id": key("hall"), "name": "Hall"}
    found = read([new(n, location=hall) for n in range(60)])
    assert len(found.places[0].services) == 50
    assert reasons(found) == ["its place has 50 services already"] * 10


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_kept_as_text_or_rejected(read: Read, text: str) -> None:
    content = new(name=text, description=text, fees=text, url=text, email=text, location={"name": text})
    found = read(content | {"contacts": [{"name": text, "title": text, "phones": [{"number": text}]}]})
    assert found.read == 1
    for place in found.places:
        assert check_place(place) == place
        assert place.website in ("", "https://elif.exe")


def test_identifiers_of_half_characters_are_read(read: Read) -> None:
    """JSON may hold them, and nothing else may."""
    half = "\ud800"
    content = new(
        id=half, organization={"id": half, "name": half, "description": half}, location={"id": half}
    )
    assert read(content | {"contacts": [{"name": half}]}).read == 1


NAMES = st.sampled_from(sorted(new() | OLD))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-200, 200) | st.floats() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(NAMES, JSON, max_size=8), st.booleans())
def test_whatever_types_stand_where_a_place_is_read_or_rejected(
    tmp_path_factory: pytest.TempPathFactory, changed: dict[str, object], old: bool
) -> None:
    content = ((OLD if old else new()) | changed) | {"id": "1", "name": "Q"}
    path = tmp_path_factory.mktemp("odd") / "feed.json"
    path.write_text(json.dumps({"contents": [content, 7, "x", None, [content]]}), encoding="utf-8")
    found = read_open_referral(path, DATED)
    assert found.read >= 4
    assert reasons(found).count("it is no record") == 3
    assert all(check_place(place) == place for place in found.places)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"not json",
        b"[" * 200_000,
        b'{"a":' * 100_000,
        b"\xff\xfe\x00",
        b"9" * 5_000,
        json.dumps({"type": "FeatureCollection", "features": []}).encode(),
        json.dumps([{"id": 1, "name": "Eastham", "status": "fine"}]).encode(),
    ],
)
def test_what_is_no_open_referral_is_refused_in_words(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "odd.json"
    path.write_bytes(text)
    assert not is_open_referral(path)
    with pytest.raises(SourceError, match="no services"):
        read_open_referral(path, DATED)


def test_one_broken_file_of_a_folder_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "1.json").write_text(json.dumps(new(1)), encoding="utf-8-sig")
    (tmp_path / "services" / "2.json").write_text('{"id": ', encoding="utf-8")
    (tmp_path / "services" / "notes.txt").write_text("not read", encoding="utf-8")
    assert is_open_referral(tmp_path)
    found = read_open_referral(tmp_path, DATED)
    assert len(found.places) == 1
    assert [rejected.key for rejected in found.rejected] == ["services/2.json"]


def test_a_zip_file_that_unpacks_without_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"{number}.json", json.dumps(new(number)) + " " * 900_000)
    monkeypatch.setattr(settings(), "max_unpacked_mb", 2)
    with pytest.raises(SourceError, match="more than 2 MB"):
        read_open_referral(path, DATED)
    monkeypatch.setattr(settings(), "max_unpacked_mb", 3)
    assert len(read_open_referral(path, DATED).places) == 3
    monkeypatch.setattr(settings(), "max_file_mb", 0)
    with pytest.raises(SourceError, match="larger than 0 MB"):
        read_open_referral(path, DATED)


def test_a_damaged_zip_file_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "feed.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("1.json", json.dumps(new(1)) * 50)
    whole = bytearray(path.read_bytes())
    whole[60:90] = b"\0" * 30
    path.write_bytes(bytes(whole))
    assert not is_open_referral(path)
    with pytest.raises(SourceError, match=r"feed\.zip"):
        read_open_referral(path, DATED)


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ({"fees": "Free"}, ("", True)),
        ({"fees": "Free of charge."}, ("Free of charge.", True)),
        ({"fees": "£3"}, ("£3", None)),
        ({"cost_options": [{"amount": 0}]}, ("", True)),
        ({"cost_options": [{"amount": "4", "option": "Adult"}]}, ("Adult £4", False)),
        ({"cost_options": {"amount": 12.5}}, ("£12.50", False)),
        ({"fees": 3, "cost_options": 3}, ("", None)),
    ],
)
def test_costs_are_read_as_words_and_as_yes_or_no(
    service: dict[str, Any], told: tuple[str, bool | None]
) -> None:
    assert costs_of(service) == told


def test_times_of_any_kind_are_read_or_told_in_words() -> None:
    schedules = [
        {"byday": "MO,TU,MO", "opens_at": "9:00", "closes_at": "17:00Z"},
        {"byday": "WE", "freq": "WEEKLY", "interval": 2, "opens_at": "09:00", "closes_at": "10:00"},
        {"byday": "TH", "description": "Ring first"},
        {"byday": "XX", "opens_at": "09:00", "closes_at": "10:00"},
        {"opens_at": "09:00", "closes_at": "10:00", "notes": "Any weekday"},
    ]
    openings, note = openings_of(schedules, DATED)
    assert openings == (Opening(0, "09:00", "17:00"), Opening(1, "09:00", "17:00"))
    assert note == "Wednesday every 2 weeks 09:00 to 10:00; Thursday; Ring first; Any weekday"


def test_what_a_place_lacks_is_not_what_it_has() -> None:
    told = [
        {"accessibility": "Step-free. There is no accessible toilet; quiet room"},
        {"details": "BSL on request"},
    ]
    assert access_of({"accessibility": told}) == ("step_free", "quiet_space", "sign_language")
    assert access_of({"accessibility": "ramp"}) == ()


def test_days_and_markup_are_read_as_people_write_them() -> None:
    days = ["2026-02-28T10:00:00Z", "28/02/2026", "2026-02-30", "soon", "31/12/26"]
    assert [day_of(text) for text in days] == [date(2026, 2, 28), date(2026, 2, 28), None, None, None]
    assert without_markup("<p>a</p><script>b</script>c<br>d &lt;e&gt;") == "a\nc\nd <e>"
    assert without_markup("<script>a</script>") == "<script>a</script>"
