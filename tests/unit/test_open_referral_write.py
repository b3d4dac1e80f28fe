"""What leaves as Open Referral: only what is published, with identifiers that stay and nothing made up."""

import json
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import pytest

from data.errors import RegisterError
from data.register.open_referral_files import feed_files
from data.register.open_referral_pages import LISTS, MOST_PER_PAGE, PER_PAGE, Feed, make_feed
from data.register.open_referral_terms import as_uuid, service_id_of, stand_in_id, terms
from data.register.open_referral_write import web_address
from data.register.records import Place
from tests.register_places import (
    CHARITY,
    EVERYTHING,
    LIBRARY,
    PANTRY,
    SECRET,
    SOURCE,
    STALE,
    STALE_MONTHS,
    TODAY,
    hostile_places,
    key,
)

COUNCILS = {"E05900001": "Elmshire", "E05900002": "Elmshire"}


def feed_of(*places: Place) -> Feed:
    return make_feed(places, (CHARITY,), (SOURCE,), TODAY, STALE_MONTHS, COUNCILS)


def service(feed: Feed, service_id: str) -> dict[str, Any]:
    found = feed.one("services", service_id)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def feed() -> Feed:
    return feed_of(*EVERYTHING)


def test_published_services_alone_are_listed(feed: Feed) -> None:
    page = feed.page("services", {})
    assert page is not None
    names = sorted(item["name"] for item in page["contents"])
    assert names == ["Eastham Library", "Money advice", "Old Town Hall", "Weekly pantry"]


def test_nothing_of_a_confidential_or_held_place_stands_in_any_file(feed: Feed) -> None:
    everything = b"".join(text for _, text in feed_files(feed)).decode()
    assert "Eastham Library" in everything
    assert not [word for word in SECRET if word in everything]
    assert not [place for place in EVERYTHING[3:] if place.id in everything]


def test_a_contact_without_consent_stands_in_no_file(feed: Feed) -> None:
    everything = b"".join(text for _, text in feed_files(feed)).decode()
    assert "01632 960123" in everything
    assert not [word for word in ("Jo Private", "900456", "jo@private") if word in everything]


def test_identifiers_are_uuids_and_the_same_again(feed: Feed) -> None:
    for name in LISTS:
        assert feed.keys(name) == feed_of(*reversed(EVERYTHING)).keys(name)
        assert all(str(UUID(k)) == k for k in feed.keys(name))
    assert service(feed, service_id_of(LIBRARY.id))["name"] == "Eastham Library"


def test_a_service_says_all_that_is_known(feed: Feed) -> None:
    found = service(feed, PANTRY.services[0].id)
    assert (found["status"], found["minimum_age"], found["maximum_age"]) == ("active", 16, 99)
    assert (found["fees"], found["assured_date"]) == ("£3.50 a shop", "2026-11-01")
    assert found["last_modified"] == "2026-11-01T12:30:00Z"
    days = {s["byday"]: (s["opens_at"], s["closes_at"], s["description"]) for s in found["schedules"]}
    assert days == {
        "MO,WE": ("09:30", "12:00", "Term time only"),
        "FR": ("13:00", "15:30", "Term time only"),
    }
    location = found["service_at_locations"][0]["location"]
    assert location["addresses"][0] == location["addresses"][0] | {
        "address_1": "Old Mill, Mill Lane",
        "city": "Eastham",
        "state_province": "Elmshire",
        "postal_code": "ZE1 2BB",
        "country": "GB",
    }
    assert [a["accessibility"] for a in location["accessibility"]] == ["step-free entrance", "hearing loop"]
    assert found["organization"]["organization_identifiers"][0]["identifier_scheme"] == "GB-CHC"
    assert found["contacts"] == [
        {
            "id": key("desk"),
            "title": "Front desk",
            "email": "hello@pantry.example.org",
            "phones": [{"id": found["contacts"][0]["phones"][0]["id"], "number": "01632 960123"}],
        }
    ]
    assert found["attributes"][0]["taxonomy_term"]["id"] == terms()["food"]["id"]


def test_latitude_and_longitude_are_where_the_place_is(feed: Feed) -> None:
    """The Ordnance Survey's own example: easting 651 409.903, northing 313 177.270 is 52.65798, 1.71605."""
    caister = replace(LIBRARY, easting_m=651_409.903, northing_m=313_177.270)
    location = service(feed_of(caister), service_id_of(LIBRARY.id))["service_at_locations"][0]["location"]
    assert abs(location["latitude"] - 52.65798) < 2e-5
    assert abs(location["longitude"] - 1.71605) < 3e-5


def test_a_stale_place_is_active_with_a_warning(feed: Feed) -> None:
    old = service(feed, service_id_of(STALE.id))
    assert (old["status"], old["alert"]) == (
        "active",
        "Not confirmed since 3 May 2025: please check before you go.",
    )
    assert "alert" not in service(feed, PANTRY.services[0].id)
    never = service(feed_of(replace(STALE, last_confirmed=None)), service_id_of(STALE.id))
    assert never["alert"].startswith("Not confirmed by anyone")
    assert "assured_date" not in never


def test_who_runs_a_place_is_the_publisher_where_nobody_said(feed: Feed) -> None:
    library = service(feed, service_id_of(LIBRARY.id))["organization"]
    assert (library["id"], library["name"]) == (stand_in_id("Example Council"), "Example Council")
    assert "not recorded" in library["description"]
    assert service(feed, service_id_of(STALE.id))["organization"]["name"] == "Not recorded"
    assert len(feed.keys("organizations")) == 3


def test_a_place_without_address_or_council_has_what_the_standard_asks_for(feed: Feed) -> None:
    address = service(feed, service_id_of(STALE.id))["service_at_locations"][0]["location"]["addresses"][0]
    told = {name: address[name] for name in ("address_1", "city", "state_province", "postal_code")}
    assert told == {
        "address_1": "Old Town Hall",
        "city": "England",
        "state_province": "England",
        "postal_code": "",
    }


def test_pages_hold_every_item_once() -> None:
    many = [replace(LIBRARY, id=key(f"many {n}")) for n in range(123)]
    feed = feed_of(*many)
    first = feed.page("services", {})
    assert first is not None
    assert (first["total_items"], first["total_pages"], first["size"]) == (123, 3, PER_PAGE)
    seen = []
    for number in (1, 2, 3):
        page = feed.page("services", {"page": str(number)})
        assert page is not None
        assert page["page_number"] == number
        assert page["size"] == len(page["contents"])
        assert (page["first_page"], page["last_page"], page["empty"]) == (number == 1, number == 3, False)
        seen += [item["id"] for item in page["contents"]]
    assert sorted(seen) == sorted(service_id_of(place.id) for place in many)
    assert feed.page("services", {"page": "4"}) is None


def test_an_empty_register_is_a_feed_without_items() -> None:
    empty = feed_of()
    for name in ("services", "service_at_locations", "organizations"):
        page = empty.page(name, {})
        assert page is not None
        assert page["contents"] == []
        assert (page["total_items"], page["empty"], page["first_page"], page["last_page"]) == (
            0,
            True,
            True,
            True,
        )
    assert len(empty.keys("taxonomy_terms")) == len(terms())


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"search": "PANTRY weekly"}, ["Weekly pantry"]),
        ({"search": "library elsewhere"}, []),
        ({"taxonomy_term_id": terms()["advice"]["id"]}, ["Money advice"]),
        ({"taxonomy_term_id": terms()["food"]["id"].upper()}, ["Money advice", "Weekly pantry"]),
        ({"taxonomy_id": key("another")}, []),
        ({"organization_id": CHARITY.id}, ["Money advice", "Weekly pantry"]),
        ({"minimum_age": "10"}, ["Weekly pantry"]),
        ({"minimum_age": "17"}, []),
        ({"maximum_age": "99"}, ["Weekly pantry"]),
        ({"day": "WE"}, ["Weekly pantry"]),
        ({"day": "friday", "start_time": "13:00"}, ["Weekly pantry"]),
        ({"day": "MO", "start_time": "13:00"}, []),
        ({"end_time": "12:00:00"}, ["Weekly pantry"]),
        ({"modified_after": "2026-11-01T12:30:00Z"}, ["Money advice", "Weekly pantry"]),
        ({"modified_after": "2026-11-01T13:30:00+01:00"}, ["Money advice", "Weekly pantry"]),
        ({"modified_after": "2026-11-02"}, []),
        ({"postcode": "ZE1 1AA", "proximity": "500"}, ["Eastham Library", "Old Town Hall"]),
        (
            {"colour": "blue", "search": " "},
            ["Eastham Library", "Money advice", "Old Town Hall", "Weekly pantry"],
        ),
    ],
)
def test_a_list_is_narrowed_by_what_is_asked_for(feed: Feed, query: dict[str, str], names: list[str]) -> None:
    for name in ("services", "service_at_locations"):
        page = feed.page(name, query, lambda _: (381_200.0, 402_300.0))
        assert page is not None
        items = page["contents"] if name == "services" else [item["service"] for item in page["contents"]]
        assert sorted(item["name"] for item in items) == names
        assert page["total_items"] == len(names)


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "two"},
        {"page": "9" * 30},
        {"page": "²"},
        {"per_page": str(MOST_PER_PAGE + 1)},
        {"per_page": "1e3"},
        {"minimum_age": "nan"},
        {"maximum_age": "old"},
        {"day": "someday"},
        {"start_time": "25:00"},
        {"modified_after": "yesterday"},
        {"proximity": "100"},
        {"proximity": "-5", "postcode": "ZE1 1AA"},
        {"proximity": "100", "postcode": "no such"},
        {"search": "x" * 500},
    ],
)
def test_what_cannot_be_understood_is_refused_by_name(feed: Feed, query: dict[str, str]) -> None:
    with pytest.raises(RegisterError, match=f"parameter {'|'.join(query)}") as refusal:
        feed.page("services", query, lambda _: None)
    assert refusal.value.hint
    assert "x" * 300 not in str(refusal.value)


def test_the_records_of_a_list_are_told_with_their_credits(feed: Feed) -> None:
    root = feed.root()
    assert root["version"] == "HSDS-UK-3.0"
    assert [credit["licence"] for credit in root["sources"]] == [SOURCE.licence]
    assert feed_of(PANTRY).credits == ()
    assert feed.one("services", key("nothing")) is None
    taxonomy = feed.one("taxonomies", feed.keys("taxonomies")[0])
    assert taxonomy is not None
    assert len(taxonomy["taxonomy_terms"]) == len(terms())


def test_hostile_text_stays_text_and_no_link(feed: Feed) -> None:
    hostile = feed_of(*hostile_places())
    for name, text in feed_files(hostile):
        told = json.loads(text)
        for record in told.get("contents", [told]):
            link = record.get("url", "https://")
            assert link.startswith(("https://", "http://")), name
            assert "@" in record.get("email", "@")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("https://example.org/a b?q=ü#x", "https://example.org/a%20b?q=%C3%BC#x"),
        ("http://exämple.org", "http://xn--exmple-cua.org"),
        ("example.org:8080/x", "https://example.org:8080/x"),
        ("javascript:alert(1)//example.org", ""),
        ("https://user:word@example.org", ""),
        ("https://", ""),
        ("not a link", ""),
        ("data:text/html,x", ""),
        ("https://example.org:99999", ""),
    ],
)
def test_links_are_addresses_of_the_web_or_none(typed: str, written: str) -> None:
    assert web_address(typed) == written


def test_keys_that_are_no_uuid_become_one_that_stays() -> None:
    assert UUID(as_uuid("NM-17")) == UUID(as_uuid("NM-17"))
    assert as_uuid("NM-17") != as_uuid("NM-18")
    assert as_uuid(key("a").upper()) == key("a")


def test_the_day_alone_makes_a_place_stale() -> None:
    day = date(2026, 11, 28)
    fresh = replace(LIBRARY, last_confirmed=date(2025, 11, 28))
    feeds = [make_feed((fresh,), (), (), on, STALE_MONTHS) for on in (day, date(2026, 11, 29))]
    alerts = ["alert" in service(feed, service_id_of(fresh.id)) for feed in feeds]
    assert alerts == [False, True]
