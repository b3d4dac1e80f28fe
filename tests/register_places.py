"""Places of a register for the tests of what leaves it: one of every kind of thing that a place may hold."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import NAMESPACE_DNS, uuid5

from data.register.records import Contact, Opening, Organisation, Place, Service, Source, State

TODAY = date(2026, 11, 28)
STALE_MONTHS = 12
HOSTILE_TEXTS = (
    '<script>alert("x")</script>',
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    '=HYPERLINK("http://evil.example","x")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1,2)",
    "\t=1+1",
    "\r=1+1",
    "'; DROP TABLE place; --",
    "\u202eelif.exe",
    "{{7*7}} ${7*7} %0d%0aSet-Cookie: a=b",
)
SECRET = ("Rowan House", "99 Hidden Lane", "ZZ9 9ZZ", "412345.67", "412345")
"""What is said of the confidential and the held place alone: it may stand in nothing that leaves."""


def key(word: str) -> str:
    """The same UUID for the same word."""
    return str(uuid5(NAMESPACE_DNS, word))


SOURCE = Source(
    id=key("source"),
    sha256="ab" * 32,
    file="libraries.csv",
    title="Libraries in England",
    publisher="Example Council",
    licence="Open Government Licence v3.0",
    attribution="Contains public sector information of Example Council.",
    dated=date(2026, 3, 1),
    imported_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    imported_by="command line",
)
CHARITY = Organisation(
    id=key("charity"),
    version=1,
    name="Eastham Community Trust",
    description="Runs places of support in Eastham.",
    website="https://trust.example.org",
    scheme="GB-CHC",
    identifier="1234567",
)
LIBRARY = Place(
    id=key("library"),
    version=1,
    state=State.PUBLISHED,
    name="Eastham Library",
    kind="library",
    address="1 High Street, Eastham",
    postcode="ZE1 1AA",
    easting_m=381_234.5,
    northing_m=402_345.25,
    located_by="coordinates",
    ward_code="E05900001",
    ward_name="Eastham North",
    source_id=SOURCE.id,
    source_key="7",
    last_confirmed=date(2026, 3, 1),
    updated_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
)
PANTRY = Place(
    id=key("pantry"),
    version=3,
    state=State.PUBLISHED,
    name="Mill Lane Pantry",
    kind="food",
    detail="Pantry",
    organisation_id=CHARITY.id,
    address="Old Mill, Mill Lane, Eastham",
    postcode="ZE1 2BB",
    easting_m=382_000.0,
    northing_m=401_000.0,
    located_by="postcode",
    ward_code="E05900002",
    ward_name="Eastham South",
    website="https://pantry.example.org/visit?day=1",
    last_confirmed=date(2026, 11, 1),
    updated_at=datetime(2026, 11, 1, 12, 30, tzinfo=UTC),
    services=(
        Service(
            id=key("pantry service"),
            name="Weekly pantry",
            kind="food",
            description="Food for members, chosen from the shelves.",
            minimum_age=16,
            maximum_age=99,
            cost="£3.50 a shop",
            free=False,
            accessibility=("step_free", "hearing_loop"),
            openings=(
                Opening(0, "09:30", "12:00"),
                Opening(2, "09:30", "12:00"),
                Opening(4, "13:00", "15:30"),
            ),
            opening_note="Term time only",
            sessions_a_week=3.0,
        ),
        Service(id=key("advice service"), name="Money advice", kind="advice", free=True),
    ),
    contacts=(
        Contact(
            key("desk"),
            role="Front desk",
            phone="01632 960123",
            email="hello@pantry.example.org",
            consent=True,
        ),
        Contact(key("private"), name="Jo Private", phone="07700 900456", email="jo@private.example.org"),
    ),
)
STALE = replace(
    LIBRARY,
    id=key("stale"),
    name="Old Town Hall",
    kind="community_centre",
    source_id="",
    source_key="",
    postcode="",
    address="",
    ward_code="",
    ward_name="",
    last_confirmed=date(2025, 5, 3),
    updated_at=None,
)
CONFIDENTIAL = replace(
    PANTRY,
    id=key("confidential"),
    name=SECRET[0],
    address=SECRET[1],
    postcode=SECRET[2],
    easting_m=412_345.67,
    northing_m=412_345.0,
    confidential=True,
    services=(),
    contacts=(),
)
HELD = replace(CONFIDENTIAL, id=key("held"), confidential=False, held="it may be a confidential place")
DRAFT = replace(CONFIDENTIAL, id=key("draft"), confidential=False, state=State.SUBMITTED)
EVERYTHING = (LIBRARY, PANTRY, STALE, CONFIDENTIAL, HELD, DRAFT)
"""Three places that may leave, and three that may not, as a register would never give them out."""


def hostile_places() -> tuple[Place, ...]:
    """Return published places with hostile text in every field that people type."""
    made = []
    for number, text in enumerate(HOSTILE_TEXTS):
        word = f"hostile {number}"
        service = replace(PANTRY.services[0], id=key(f"{word} s"), name=text, description=text, cost=text)
        contact = Contact(key(f"{word} c"), name=text, role=text, phone=text, email=text, consent=True)
        made.append(
            replace(
                PANTRY,
                id=key(word),
                name=text,
                detail=text,
                address=text,
                postcode=text,
                website=text,
                ward_name=text,
                services=(replace(service, opening_note=text),),
                contacts=(contact,),
            )
        )
    return tuple(made)
