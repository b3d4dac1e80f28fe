"""Every answer of the feed against the standard's own schemas, and the standard's own examples read in.

They are stricter here than they are themselves: formats are checked, and a name that the standard does not
know is allowed only where it is listed below.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from data.register.open_referral_files import feed_files
from data.register.open_referral_load import is_open_referral
from data.register.open_referral_pages import LISTS, make_feed
from data.register.open_referral_read import read_open_referral
from data.register.records import COMMAND_LINE
from tests.feed_server import make_register, running_feed
from tests.register_places import (
    CHARITY,
    EVERYTHING,
    LIBRARY,
    PANTRY,
    SOURCE,
    STALE_MONTHS,
    TODAY,
    hostile_places,
    key,
)

pytestmark = pytest.mark.real

OWN = {
    "service.contacts": {"email", "phones"},
    "service_at_location": {"name", "status"},
    "service_at_location.service.contacts": {"email", "phones"},
}
"""Names beyond the UK profile: how HSDS itself writes a contact, and what the profile's own description of
`/service_at_locations/{id}` asks for."""

NUMBERS = ("total_items", "total_pages", "page_number", "size")
FLAGS = ("first_page", "last_page", "empty")
PAGE = {
    "type": "object",
    "required": [*NUMBERS, *FLAGS, "contents"],
    "properties": {
        **{name: {"type": "integer"} for name in NUMBERS},
        **{name: {"type": "boolean"} for name in FLAGS},
    },
}
FORMATS = FormatChecker(["uuid", "email"])


@FORMATS.checks("uri")
def is_uri(value: object) -> bool:
    """An absolute address in ASCII, of the web."""
    text = str(value)
    parts = urlsplit(text)
    return text.isascii() and text.isprintable() and " " not in text and bool(parts.scheme and parts.netloc)


@FORMATS.checks("date-time", raises=ValueError)
def is_moment(value: object) -> bool:
    return datetime.fromisoformat(str(value)).tzinfo is not None


@pytest.fixture(scope="session")
def standard(realdata: Path) -> Path:
    """The folder of the standard's own schemas and examples."""
    folder = realdata.parent / "openreferral"
    if not folder.is_dir():
        pytest.skip(f"the schemas of Open Referral UK are not at {folder}")
    return folder


@pytest.fixture(scope="session")
def schemas(standard: Path) -> Mapping[str, Draft202012Validator]:
    """The schema of each list's items and of each list's records."""
    compiled = standard / "schema" / "compiled"
    files = {
        "services": compiled / "service_list.json",
        "services/": compiled / "service.json",
        "service_at_locations": compiled / "service_at_location_list.json",
        "service_at_locations/": compiled / "service_at_location.json",
        "organizations": compiled / "organization_list.json",
        "organizations/": compiled / "organization.json",
        "taxonomies": standard / "schema" / "taxonomy.json",
        "taxonomies/": standard / "schema" / "taxonomy.json",
        "taxonomy_terms": standard / "schema" / "taxonomy_term.json",
        "taxonomy_terms/": standard / "schema" / "taxonomy_term.json",
    }
    return {name: validator_of(path, standard) for name, path in files.items()}


def validator_of(path: Path, standard: Path) -> Draft202012Validator:
    """A validator of a schema; what it refers to stands beside it."""
    schema = json.loads(path.read_text(encoding="utf-8"))
    terms = schema.get("properties", {}).get("taxonomy_terms")
    if terms:
        term = (standard / "schema" / "taxonomy_term.json").read_text(encoding="utf-8")
        terms["items"] = json.loads(term)
    assert "$ref" not in json.dumps(schema)
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FORMATS)


def unknown_names(record: object, schema: Mapping[str, Any], where: str) -> set[str]:
    """Names that a schema does not know, with where they stand; those of `OWN` are left out."""
    if isinstance(record, list):
        return {name for item in record for name in unknown_names(item, schema.get("items", {}), where)}
    if not isinstance(record, dict):
        return set()
    known = schema.get("properties", {})
    found = {f"{where}.{name}" for name in record if name not in known and name not in OWN.get(where, ())}
    for name, value in record.items():
        if name in known:
            found |= unknown_names(value, known[name], f"{where}.{name}")
    return found


def faults(validator: Draft202012Validator, record: object, what: str) -> list[str]:
    told = [f"{'.'.join(map(str, e.path))}: {e.message}" for e in validator.iter_errors(record)]
    return told + sorted(unknown_names(record, validator.schema, what))  # type: ignore[arg-type]


def what_of(name: str) -> str:
    return name.removesuffix("/").removesuffix("s") if name != "taxonomies/" else "taxonomy"


def check(schemas: Mapping[str, Draft202012Validator], name: str, record: object) -> None:
    assert faults(schemas[name], record, what_of(name)) == [], name


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    folder = tmp_path_factory.mktemp("valid")
    many = [replace(LIBRARY, id=key(f"valid {n}"), name=f"Library {n}") for n in range(60)]
    register = make_register(folder, tuple(many))
    draft = register.submit(COMMAND_LINE, PANTRY).place
    register.publish(COMMAND_LINE, draft.id, draft.version)
    with running_feed(folder) as address, httpx.Client(base_url=f"{address}/", timeout=30) as made:
        yield made


@pytest.mark.parametrize("name", LISTS)
def test_every_page_and_every_record_of_the_live_feed_is_valid(
    client: httpx.Client, schemas: Mapping[str, Draft202012Validator], name: str
) -> None:
    number, last, seen = 0, False, 0
    while not last:
        number += 1
        page = client.get(name, params={"page": number}).raise_for_status().json()
        Draft202012Validator(PAGE).validate(page)
        for item in page["contents"]:
            check(schemas, name, item)
            if seen % 9 == 0 or "antry" in item.get("name", ""):
                check(schemas, f"{name}/", client.get(f"{name}/{item['id']}").raise_for_status().json())
            seen += 1
        last = page["last_page"]
    assert seen == page["total_items"] > 0


def test_the_root_is_as_the_description_of_the_standard_has_it(client: httpx.Client, standard: Path) -> None:
    described = json.loads((standard / "openapi30.json").read_text(encoding="utf-8"))
    answer = described["paths"]["/"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    Draft202012Validator(answer, format_checker=FORMATS).validate(client.get("").json())


def test_every_address_that_the_standard_describes_answers(client: httpx.Client, standard: Path) -> None:
    described = json.loads((standard / "openapi30.json").read_text(encoding="utf-8"))
    for path, told in described["paths"].items():
        name = path.strip("/").split("/")[0]
        asked = {p["$ref"].rsplit("/", 1)[1] for p in told["get"].get("parameters", ())}
        if "{id}" in path:
            first = client.get(name).json()["contents"][0]["id"]
            assert client.get(f"{name}/{first}").status_code == 200
        else:
            values = {"day": "MO", "start_time": "09:00", "end_time": "17:00", "search": "a", "proximity": ""}
            query = {p: values.get(p, "1") for p in asked}
            assert client.get(name, params=query).status_code == 200, (path, query)


def test_a_service_at_a_location_is_valid_by_either_reading(
    client: httpx.Client, schemas: Mapping[str, Draft202012Validator]
) -> None:
    """The compiled schema has it one way, the description of the addresses another: as a service."""
    first = client.get("service_at_locations").json()["contents"][0]["id"]
    record = client.get(f"service_at_locations/{first}").json()
    check(schemas, "service_at_locations/", record)
    assert list(schemas["services/"].iter_errors(record)) == []


def test_every_file_is_valid_whatever_people_typed(schemas: Mapping[str, Draft202012Validator]) -> None:
    places = (*EVERYTHING, *hostile_places())
    councils = {"E05900002": '<script>alert("council")</script>'}
    organisations = (CHARITY, replace(CHARITY, id="not a uuid", website="javascript:alert(1)", scheme=""))
    feed = make_feed(places, organisations, (SOURCE,), TODAY, STALE_MONTHS, councils)
    files = {file.removesuffix(".json"): json.loads(text) for file, text in feed_files(feed)}
    written = {name.split("/")[0] for name in files if "/" in name}
    assert written == {"services", "service_at_locations", "organizations", "taxonomies", "taxonomy_terms"}
    for name, told in files.items():
        if name == "index":
            continue
        if "/" in name:
            check(schemas, f"{name.split('/')[0]}/", told)
        else:
            Draft202012Validator(PAGE).validate(told)
            for item in told["contents"]:
                check(schemas, name, item)


def test_the_check_itself_finds_what_is_wrong(schemas: Mapping[str, Draft202012Validator]) -> None:
    feed = make_feed((PANTRY,), (CHARITY,), (), TODAY, STALE_MONTHS)
    sound = feed.one("services", PANTRY.services[0].id)
    assert sound is not None
    broken = [
        sound | {"id": "17"},
        sound | {"status": "open"},
        sound | {"url": "example org"},
        sound | {"last_modified": "2026-01-01"},
        sound | {"colour": "blue"},
        {name: value for name, value in sound.items() if name != "name"},
    ]
    for record in broken:
        assert faults(schemas["services/"], record, "service")
    assert faults(schemas["services/"], sound, "service") == []


def test_the_examples_of_the_standard_are_read_or_rejected_with_a_reason(standard: Path) -> None:
    """Its sample lies at latitude 100, longitude 101: without a sound postcode it is nowhere."""
    for name in ("service_full", "service_at_location_full", "organization_full"):
        path = standard / "examples" / f"{name}.json"
        assert is_open_referral(path)
        found = read_open_referral(path, date(2026, 11, 1))
        assert found.places == ()
        assert [r.reason for r in found.rejected] == [
            "its latitude and longitude (100, 101) are not in Great Britain, and no postcode"
        ]
    listed = read_open_referral(standard / "examples" / "service_list.json", date(2026, 11, 1))
    assert [r.reason for r in listed.rejected] == ["no location"]


def test_an_example_that_is_somewhere_is_read_whole(standard: Path, tmp_path: Path) -> None:
    told = json.loads((standard / "examples" / "service_full.json").read_text(encoding="utf-8"))
    location = told["service_at_locations"][0]["location"]
    location |= {"latitude": 53.5, "longitude": -2.2}
    del told["schedules"][0]["valid_to"]  # it ended in 2005
    path = tmp_path / "service.json"
    path.write_text(json.dumps(told), encoding="utf-8")
    (place,) = read_open_referral(path, date(2026, 11, 1)).places
    (service,) = place.services
    assert (place.name, place.website) == (location["name"], told["url"])
    assert (service.name, service.minimum_age, service.maximum_age) == (told["name"], 12, 100)
    assert [(o.day, o.opens, o.closes) for o in service.openings] == [
        (3, "10:00", "18:00"),
        (4, "10:00", "18:00"),
    ]
    assert (service.free, service.cost) == (False, told["fees"])
    assert service.accessibility == ("step_free", "hearing_loop")
    assert (service.kind, place.kind) == ("health", "health")
    assert place.last_confirmed == date(2005, 1, 1)
    consents = {contact.name: contact.consent for contact in place.contacts}
    assert consents == {told["contacts"][0]["name"]: False, "": True}
