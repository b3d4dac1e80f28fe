"""One organisation at one location, as Open Referral tells it: its name, its point, its contacts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from data.register.fields import EASTMOST_M, LONGEST_NAME, MOST_CONTACTS, NORTHMOST_M
from data.register.open_referral_kinds import own_kind, terms_of
from data.register.open_referral_parts import is_personal, items_of, number_of, text_of
from data.register.open_referral_terms import stable_id
from data.register.records import Contact, Place, State
from data.register.screen import screen_import

if TYPE_CHECKING:
    from pyproj import Transformer

Record = Mapping[str, Any]
CLOSED: Final = ("inactive", "defunct", "temporarily closed")
LATITUDES: Final = (49.0, 61.5)
LONGITUDES: Final = (-9.0, 2.5)
"""Degrees within which Great Britain lies."""

_TEXTS: Final = ("description", "cost", "opening_note")
_LISTS: Final = ("openings", "accessibility")
_AGES: Final = ("minimum_age", "maximum_age")


@dataclass
class Spot:
    """What one organisation offers at one location.

    Attributes
    ----------
    key
        What tells it in the publication.
    location, runner
        The location and the organisation as the publication has them.
    shared
        Whether other organisations are at the same location.
    services
        Key, service, and the service at this location.
    """

    key: str
    location: Record
    runner: Record
    shared: bool = False
    services: list[tuple[str, Record, Record]] = field(default_factory=list)


def unusable(service: Record, locations: Sequence[Record]) -> str:
    """Say why a service is at no place; "" where it is at one."""
    status = text_of(service, "status").casefold()
    if status in CLOSED:
        return f"not active (“{status}”)"
    if not locations:
        return "no location"
    if any(is_visited(location) for location in locations):
        return ""
    if any(text_of(location, "location_type") == "postal" for location in locations):
        return "only a postal address, which may be somebody's home"
    return "only virtual: there is no place to go to"


def is_visited(location: Record) -> bool:
    """Say whether people can go to a location."""
    return text_of(location, "location_type").casefold() in ("", "physical")


def name_of(spot: Spot) -> str:
    """Return what a place is called: as its location, with who runs it where several do."""
    location, runner = text_of(spot.location, "name"), text_of(spot.runner, "name")
    if location and spot.shared and not own_kind(spot.location):
        return f"{runner}, {location}" if runner and runner != location else location
    if location:
        return location
    first = text_of(spot.services[0][1], "name")
    return first if len(spot.services) == 1 else runner or first


def point_of(location: Record) -> tuple[float | None, float | None, str]:
    """Return easting and northing in metres, and what is wrong where there is no point."""
    latitude, longitude = number_of(location, "latitude"), number_of(location, "longitude")
    if latitude is None or longitude is None:
        return None, None, "no latitude and longitude"
    fault = f"its latitude and longitude ({latitude:g}, {longitude:g}) are not in Great Britain"
    inside = LATITUDES[0] <= latitude <= LATITUDES[1] and LONGITUDES[0] <= longitude <= LONGITUDES[1]
    if not inside:
        return None, None, fault
    easting, northing = (round(float(value), 2) for value in _to_metres().transform(longitude, latitude))
    if not (0 < easting < EASTMOST_M and 0 < northing < NORTHMOST_M):
        return None, None, fault
    return easting, northing, ""


def contacts_of(spot: Spot, place_id: str) -> tuple[Contact, ...]:
    """Return how to reach a place, each way once.

    A person comes without consent; so does an e-mail address that seems to be somebody's own. What stands
    without a name is the organisation's, and public.
    """
    told: dict[tuple[str, str, str, str], None] = {}
    for _, service, _ in spot.services:
        for person in items_of(service, "contacts"):
            phone = next((n for p in items_of(person, "phones") if (n := text_of(p, "number"))), "")
            told[
                text_of(person, "name"), text_of(person, "title", "role"), phone, text_of(person, "email")
            ] = None
    emails = {email for *_, email in told}
    for record in (spot.runner, spot.location, *(service for _, service, _ in spot.services)):
        numbers = [text_of(phone, "number") for phone in items_of(record, "phones")]
        email = text_of(record, "email")
        for phone in (*numbers, *([""] if email and email not in emails else [])):
            told["", "", phone, "" if phone else email] = None
    found = []
    for name, role, phone, email in told:
        if phone or email or name:
            key = stable_id("contact", place_id, name, role, phone, email)
            found.append(Contact(key, name, role, phone, email, consent=not name and not is_personal(email)))
    return tuple(found[:MOST_CONTACTS])


def hold(place: Place, spot: Spot) -> Place:
    """Return a place, held for an editor and submitted where it may be a confidential one."""
    told = [text_of(spot.runner, "name"), *(text_of(spot.location, part) for part in ("name", "description"))]
    for _, service, _ in spot.services:
        told += [*terms_of(service), *(text_of(service, part) for part in ("name", "description", "alert"))]
    reason = screen_import(place, *(text[: 25 * LONGEST_NAME] for text in told))
    return replace(place, held=reason, state=State.SUBMITTED) if reason else place


def without(place: Place, faults: Mapping[str, str]) -> Place | None:
    """Return a place without the parts that cannot be kept; None where it is nothing without them.

    Parameters
    ----------
    place
        The place.
    faults
        What is wrong, by key, as `check_place` says it: "website", "services.0.cost", "contacts.1.phone".
    """
    services, gone = list(place.services), set()
    blank: dict[str, Any] = {}
    for key in faults:
        part, number, name = [*key.split("."), "", ""][:3]
        if part in ("website", "address", "detail", "postcode"):
            blank[part] = ""
        elif part == "contacts" and number:
            gone.add(int(number))
        elif part == "services" and name in (*_TEXTS, *_LISTS, *_AGES):
            empty: dict[str, Any] = {name: "" if name in _TEXTS else () if name in _LISTS else None}
            services[int(number)] = replace(services[int(number)], **empty)
        else:
            return None
    contacts = tuple(contact for n, contact in enumerate(place.contacts) if n not in gone)
    return replace(place, **blank, services=tuple(services), contacts=contacts)


@cache
def _to_metres() -> "Transformer":
    from pyproj import Transformer

    return Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
