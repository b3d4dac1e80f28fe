"""Places, organisations and people of the tests of the register. Nothing in it is real."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from hashlib import sha256
from itertools import count
from uuid import UUID, uuid4

from data.register.records import Actor, Contact, Opening, Organisation, Place, Role, Service, Source, State
from data.register.store import Register

EDITOR = Actor("editor@elmshire.example", Role.EDITOR)
ADMIN = Actor("admin@elmshire.example", Role.ADMIN)
ANALYST = Actor("analyst@elmshire.example", Role.ANALYST)
VIEWER = Actor("viewer@elmshire.example", Role.VIEWER)
DAY = date(2026, 11, 28)
_numbers: Iterator[int] = count(1)


def new_id() -> str:
    return str(uuid4())


def made_id(number: int) -> str:
    """The same id for the same number."""
    return str(UUID(int=number, version=4))


def a_service(**values: object) -> Service:
    service = Service(
        new_id(),
        "Story time",
        "library",
        "Stories and songs",
        0,
        4,
        "free of charge",
        True,
        ("step_free", "hearing_loop"),
        (Opening(0, "09:30", "11:00"), Opening(3, "13:00", "14:30")),
        "term time only",
        2.0,
    )
    return replace(service, **values)


def a_contact(**values: object) -> Contact:
    number = next(_numbers)
    contact = Contact(
        new_id(),
        f"Robin Ashdown {number}",
        "manager",
        f"0161 496 0{number % 1000:03}",
        f"robin{number}@mill.example",
    )
    return replace(contact, **values)


def a_place(**values: object) -> Place:
    """A draft as a form would hand it in."""
    place = Place(
        new_id(),
        0,
        State.SUBMITTED,
        f"Mill Lane Library {next(_numbers)}",
        "library",
        address="1 Mill Lane, Elmton",
        postcode="ZE1 1AB",
        easting_m=400_123.25,
        northing_m=300_456.5,
        located_by="postcode",
        ward_code="E05000001",
        ward_name="Elmton East",
        website="https://mill.example/library",
        services=(a_service(),),
        contacts=(a_contact(consent=True), a_contact()),
    )
    return replace(place, **values)


def a_source(content: str = "rows", dated: date = date(2026, 3, 1)) -> Source:
    return Source(
        new_id(),
        sha256(content.encode()).hexdigest(),
        "libraries.csv",
        "Libraries",
        "Elmshire Council",
        "OGL v3.0",
        "Contains public sector information",
        dated,
        datetime(2026, 1, 1, tzinfo=UTC),
        "",
    )


def add_organisation(register: Register, name: str = "Elmton Trust") -> Organisation:
    return register.save_organisation(EDITOR, Organisation(new_id(), 0, name))


def a_partner(register: Register, name: str = "Elmton Trust") -> Actor:
    organisation = add_organisation(register, name)
    return Actor(f"partner of {name}", Role.PARTNER, organisation.id)


def add_published(register: Register, actor: Actor = EDITOR, **values: object) -> Place:
    """A place that somebody submitted and an editor published."""
    place = register.submit(actor, a_place(**values)).place
    return register.publish(EDITOR, place.id, place.version, confidential=place.confidential)
