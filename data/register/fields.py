"""What every field of a place may hold, and a place as the history writes it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.errors import RegisterError
from data.register.as_json import changed_keys, from_json, to_json
from data.register.cleaning import Cleaner, clean_text
from data.register.records import Contact, Opening, Organisation, Place, Service

__all__ = [
    "ACCESSIBILITY",
    "FieldsError",
    "changed_keys",
    "check_note",
    "check_organisation",
    "check_place",
    "from_json",
    "to_json",
]

ACCESSIBILITY: Final = {
    "step_free": "step-free entrance",
    "accessible_toilet": "accessible toilet",
    "changing_place": "Changing Places toilet",
    "baby_change": "baby changing",
    "parking": "accessible parking",
    "hearing_loop": "hearing loop",
    "quiet_space": "quiet space",
    "sign_language": "British Sign Language",
}
"""What may stand in `Service.accessibility`, in the order in which it is shown, and what it is called."""

LOCATED_BY: Final = ("", "postcode", "point", "coordinates", "shape")
LOCATION: Final = ("address", "postcode", "easting_m", "northing_m", "located_by")
"""The fields that say where a place is, which go together; the first four are withheld where need be."""
WITHHELD: Final = ("address", "postcode", "easting_m", "northing_m", "source_key")
"""The fields that are blank in what is given out of a confidential or held place. What tells a row in its
source may be made of its postcode."""

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 5_000
LONGEST_NOTE: Final = 1_000
LONGEST_ADDRESS: Final = 300
OLDEST: Final = 120
MOST_SESSIONS: Final = 1_000
MOST_SERVICES: Final = 50
MOST_CONTACTS: Final = 20
MOST_OPENINGS: Final = 70
EASTMOST_M: Final = 700_000
NORTHMOST_M: Final = 1_300_000
"""The British National Grid: a point with a greater easting or northing is not in Great Britain."""

_TIME: Final = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_CODE: Final = re.compile(r"[A-Z]\d{8}")
_SCHEME: Final = re.compile(r"[A-Z]{2}-[A-Z]{2,8}")


class FieldsError(RegisterError):
    """What was typed cannot be kept. `faults` says what is wrong by key: "name", "services.0.maximum_age"."""

    def __init__(self, what: str, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(
            f"{what} cannot be kept: {'; '.join(self.faults.values())}.", "Put it right and try again."
        )


def check_place(place: Place) -> Place:
    """Clean every field of a place that somebody types, and refuse what cannot be kept.

    Returns
    -------
    Place
        Cleaned: text without what cannot be seen, postcode and links written in one way, openings and
        accessibility sorted and each once, contacts that say nothing left out.

    Raises
    ------
    FieldsError
        With everything that is wrong.
    """
    clean = Cleaner()
    name = clean.needed("name", "name", place.name, LONGEST_NAME)
    cleaned = replace(
        place,
        id=clean.key("id", "id", place.id),
        name=name,
        kind=clean.choice("kind", "kind of place", place.kind, asset_kinds()),
        detail=clean.text("detail", "finer kind", place.detail, LONGEST_NAME),
        website=clean.link("website", "website", place.website),
        organisation_id=place.organisation_id
        and clean.key("organisation_id", "organisation", place.organisation_id),
        confidential=clean.flag("confidential", "answer whether it is confidential", place.confidential),
        held=clean.text("held", "reason to hold it", place.held, LONGEST_NOTE),
        reason=clean.text("reason", "reason", place.reason, LONGEST_NOTE, lines=True),
        source_key=clean.text("source_key", "key in its source", place.source_key, LONGEST_NOTE),
        **_check_location(clean, place),
        services=_check_services(clean, place.services),
        contacts=_check_contacts(clean, place.contacts),
    )
    if clean.faults:
        raise FieldsError(f"“{name[:60]}”" if name else "The place", clean.faults)
    return cleaned


def check_organisation(organisation: Organisation) -> Organisation:
    """Clean an organisation and refuse what cannot be kept, all faults in one error.

    Raises
    ------
    FieldsError
        With everything that is wrong.
    """
    clean = Cleaner()
    scheme = clean.text("scheme", "scheme", organisation.scheme, 11).upper()
    identifier = clean.text("identifier", "number", organisation.identifier, 50)
    cleaned = replace(
        organisation,
        id=clean.key("id", "id", organisation.id),
        name=clean.needed("name", "name", organisation.name, LONGEST_NAME),
        description=clean.text(
            "description", "description", organisation.description, LONGEST_TEXT, lines=True
        ),
        website=clean.link("website", "website", organisation.website),
        scheme=scheme,
        identifier=identifier,
    )
    if scheme and not _SCHEME.fullmatch(scheme):
        clean.fault("scheme", "scheme", "is none such as GB-CHC or GB-COH")
    if bool(scheme) != bool(identifier):
        clean.fault("identifier", "number", "and its scheme go together: give both or neither")
    if clean.faults:
        raise FieldsError("The organisation", clean.faults)
    return cleaned


def check_note(text: str, needed: bool = False) -> str:
    """Clean what somebody writes beside a change, and refuse what is too long or, where needed, missing."""
    cleaned = clean_text(text, lines=True) if len(text) <= 4 * LONGEST_NOTE else text
    if len(cleaned) > LONGEST_NOTE:
        raise RegisterError(f"The reason is longer than {LONGEST_NOTE:,} characters.", "Shorten it.")
    if needed and not cleaned:
        raise RegisterError("A reason is missing.", "Say why: who submitted the place sees it.")
    return cleaned


def _check_location(clean: Cleaner, place: Place) -> dict[str, Any]:
    easting = clean.number("easting_m", "easting", place.easting_m, 0, EASTMOST_M)
    northing = clean.number("northing_m", "northing", place.northing_m, 0, NORTHMOST_M)
    if (place.easting_m is None) != (place.northing_m is None):
        clean.fault("easting_m", "point on the map", "has only one of its two coordinates")
    code = clean.text("ward_code", "code of its ward", place.ward_code, 9)
    if code and not _CODE.fullmatch(code):
        clean.fault("ward_code", "code of its ward", "is none such as E05000001")
    return {
        "address": clean.text("address", "address", place.address, LONGEST_ADDRESS),
        "postcode": clean.postcode("postcode", "postcode", place.postcode),
        "easting_m": easting if easting is None else round(float(easting), 2),
        "northing_m": northing if northing is None else round(float(northing), 2),
        "located_by": clean.choice("located_by", "way it was located", place.located_by, LOCATED_BY),
        "ward_code": code,
        "ward_name": clean.text("ward_name", "name of its ward", place.ward_name, LONGEST_NAME),
    }


def _check_services(clean: Cleaner, services: Iterable[Service]) -> tuple[Service, ...]:
    services = tuple(services)
    if len(services) > MOST_SERVICES:
        clean.fault("services", "list of services", f"has more than {MOST_SERVICES}")
        return ()
    checked = []
    for number, service in enumerate(services):
        clean.within(f"services.{number}.", f"service {number + 1}")
        checked.append(_check_service(clean, service))
    clean.within("", "")
    if len({service.id for service in checked}) < len(checked):
        clean.fault("services", "list of services", "has an id twice")
    return tuple(checked)


def _check_service(clean: Cleaner, service: Service) -> Service:
    lowest = clean.number("minimum_age", "lowest age", service.minimum_age, 0, OLDEST, whole=True)
    highest = clean.number("maximum_age", "highest age", service.maximum_age, 0, OLDEST, whole=True)
    if lowest is not None and highest is not None and lowest > highest:
        clean.fault("maximum_age", "highest age", "is below the lowest")
    sessions = clean.number(
        "sessions_a_week", "number of sessions a week", service.sessions_a_week, 0, MOST_SESSIONS
    )
    if sessions == 0:
        clean.fault("sessions_a_week", "number of sessions a week", "is 0: leave it empty where nobody knows")
    for key in service.accessibility:
        clean.choice("accessibility", "accessibility", key, ACCESSIBILITY)
    return replace(
        service,
        id=clean.key("id", "id", service.id),
        name=clean.needed("name", "name", service.name, LONGEST_NAME),
        kind=clean.choice("kind", "kind", service.kind, asset_kinds()),
        description=clean.text("description", "description", service.description, LONGEST_TEXT, lines=True),
        minimum_age=lowest,
        maximum_age=highest,
        cost=clean.text("cost", "cost", service.cost, LONGEST_NAME),
        free=clean.flag("free", "answer whether it is free", service.free, unsaid=True),
        accessibility=tuple(key for key in ACCESSIBILITY if key in service.accessibility),
        openings=_check_openings(clean, service.openings),
        opening_note=clean.text("opening_note", "note on its times", service.opening_note, LONGEST_NOTE),
        sessions_a_week=None if sessions is None else float(sessions),
    )


def _check_openings(clean: Cleaner, openings: Iterable[Opening]) -> tuple[Opening, ...]:
    openings = tuple(openings)
    if len(openings) > MOST_OPENINGS:
        clean.fault("openings", "list of times", f"has more than {MOST_OPENINGS}")
        return ()
    for opening in openings:
        times = (opening.opens, opening.closes)
        clean.number("openings", "day it is open", opening.day, 0, 6, whole=True)
        if not all(isinstance(time, str) and _TIME.fullmatch(time) for time in times):
            clean.fault("openings", "time it is open", "is not written as 09:30")
        elif opening.opens >= opening.closes:
            clean.fault("openings", "time it closes", "is not after the time it opens")
    if any(key.endswith("openings") for key in clean.faults):
        return ()
    return tuple(sorted(set(openings), key=lambda opening: (opening.day, opening.opens, opening.closes)))


def _check_contacts(clean: Cleaner, contacts: Iterable[Contact]) -> tuple[Contact, ...]:
    contacts = tuple(contacts)
    if len(contacts) > MOST_CONTACTS:
        clean.fault("contacts", "list of contacts", f"has more than {MOST_CONTACTS}")
        return ()
    checked = []
    for number, contact in enumerate(contacts):
        clean.within(f"contacts.{number}.", f"contact {number + 1}")
        cleaned = replace(
            contact,
            id=clean.key("id", "id", contact.id),
            name=clean.text("name", "name", contact.name, LONGEST_NAME),
            role=clean.text("role", "role", contact.role, LONGEST_NAME),
            phone=clean.phone("phone", "telephone number", contact.phone),
            email=clean.email("email", "e-mail address", contact.email),
            consent=clean.flag("consent", "consent", contact.consent),
        )
        if cleaned.name or cleaned.phone or cleaned.email:
            checked.append(cleaned)
    clean.within("", "")
    if len({contact.id for contact in checked}) < len(checked):
        clean.fault("contacts", "list of contacts", "has an id twice")
    return tuple(checked)
