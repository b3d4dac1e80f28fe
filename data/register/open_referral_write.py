"""Writes what places offer as the records of Open Referral UK (HSDS-UK 3.0).

Lists show what a record has one of, the address of one record all that belongs to it. What nobody said is
left out. The standard has no field for how many sessions a week there are.
"""

import re
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote, urlsplit, urlunsplit

from data.register.fields import ACCESSIBILITY
from data.register.open_referral_offers import Offer
from data.register.open_referral_terms import (
    CHARGED,
    DAYS,
    FREE,
    PLACE_TYPE,
    SCHEMES,
    SERVICE_TYPE,
    as_uuid,
    stable_id,
    term_of,
)
from data.register.records import Contact, Opening, Organisation, Place, Service

Record = dict[str, Any]
_PLAIN_SIGNS: Final = "%/:?#[]@!$&'()*+,;=~-._"
"""What stands in an address of the web as it is; anything else is written by its number."""

_HOST: Final = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+")
_EMAIL: Final = re.compile(r"[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


def write_service(offer: Offer, whole: bool = True, with_places: bool = True) -> Record:
    """Write a service: with all that belongs to it, or only what it has one of, as lists show it."""
    place, service = offer.place, offer.service
    record: Record = {
        "id": as_uuid(service.id),
        "name": service.name or place.name,
        "description": service.description,
        "url": web_address(place.website),
        "email": next((c.email for c in _consented(place) if _EMAIL.fullmatch(c.email)), ""),
        "status": "active",
        "fees": service.cost or (FREE if service.free else ""),
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "assured_date": place.last_confirmed.isoformat() if place.last_confirmed else "",
        "alert": _alert(offer),
        "last_modified": moment(place.updated_at),
    }
    record["organization"] = write_organisation(offer.organisation, whole)
    if whole:
        record |= _belongings(offer)
    if whole and with_places:
        record["service_at_locations"] = [{"id": link_id(offer), "location": write_location(offer)}]
    return _told(record, keep=("name",))


def write_link(offer: Offer, whole: bool = True) -> Record:
    """Write a service at a location.

    The standard's own description of this address asks for a service there, so that it has its name and
    status too: it is valid by either reading.
    """
    record: Record = {
        "id": link_id(offer),
        "location": write_location(offer, whole),
        "service": write_service(offer, whole, with_places=False),
    }
    own = {"name": record["service"]["name"], "status": record["service"]["status"]} if whole else {}
    return record | own


def write_organisation(organisation: Organisation, whole: bool = True) -> Record:
    """Write an organisation, with its number where it has one."""
    key = as_uuid(organisation.id)
    record: Record = {
        "id": key,
        "name": organisation.name,
        "description": organisation.description or organisation.name,
        "website": web_address(organisation.website),
    }
    if whole and organisation.identifier:
        scheme = organisation.scheme
        record["organization_identifiers"] = [
            _told(
                {
                    "id": stable_id("number", key),
                    "identifier_scheme": scheme,
                    "identifier_type": SCHEMES.get(scheme, scheme or "Number"),
                    "identifier": organisation.identifier,
                }
            )
        ]
    return _told(record, keep=("name", "description"))


def write_location(offer: Offer, whole: bool = True) -> Record:
    """Write where a place is, with its address where all is asked for."""
    place, key = offer.place, as_uuid(offer.place.id)
    record: Record = {
        "id": key,
        "location_type": "physical",
        "name": place.name,
        "description": place.detail,
        "latitude": offer.latitude,
        "longitude": offer.longitude,
    }
    if whole:
        record["addresses"] = [_address(offer)]
        record["accessibility"] = [
            {
                "id": stable_id("access", as_uuid(offer.service.id), word),
                "accessibility": ACCESSIBILITY.get(word, word),
            }
            for word in offer.service.accessibility
        ]
        record["attributes"] = [_attribute(key, PLACE_TYPE, place.kind)]
    return _told(record)


def link_id(offer: Offer) -> str:
    """Return the identifier of a service at its location."""
    return stable_id("at", as_uuid(offer.service.id), as_uuid(offer.place.id))


def web_address(text: str) -> str:
    """Return an address of the web as the standard writes one; "" where it is none.

    Examples
    --------
    >>> web_address("www.example.org"), web_address("javascript:alert(1)")
    ('https://www.example.org', '')
    """
    whole = text.strip()
    if whole and "://" not in whole:
        whole = f"https://{whole}"
    try:
        parts = urlsplit(whole)
        host = (parts.hostname or "").encode("idna").decode()
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not _HOST.fullmatch(host):
        return ""
    rest = (quote(part, safe=_PLAIN_SIGNS) for part in (parts.path, parts.query, parts.fragment))
    return urlunsplit((parts.scheme, host + port, *rest))


def moment(at: datetime | None) -> str:
    """Write a moment in UTC, to the second."""
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else ""


def _belongings(offer: Offer) -> Record:
    """Return what a service may have many of."""
    key = as_uuid(offer.service.id)
    return {
        "schedules": _schedules(offer.service, key),
        "cost_options": _costs(offer.service, key),
        "contacts": [_contact(contact) for contact in _consented(offer.place)],
        "attributes": [_attribute(key, SERVICE_TYPE, offer.service.kind)],
    }


def _schedules(service: Service, key: str) -> list[Record]:
    """Write the openings, days with the same times together; a note alone where no times are known."""
    days: dict[tuple[str, str], list[Opening]] = {}
    for opening in service.openings:
        days.setdefault((opening.opens, opening.closes), []).append(opening)
    if not days:
        note = {"id": stable_id("note", key), "description": service.opening_note}
        return [note] if service.opening_note else []
    return [
        _told(
            {
                "id": stable_id("open", key, opens, closes),
                "freq": "WEEKLY",
                "byday": ",".join(DAYS[o.day] for o in sorted(openings, key=lambda o: o.day)),
                "opens_at": opens,
                "closes_at": closes,
                "description": service.opening_note,
            }
        )
        for (opens, closes), openings in sorted(days.items())
    ]


def _costs(service: Service, key: str) -> list[Record]:
    if service.free is None and not service.cost:
        return []
    option = {None: "", True: FREE, False: CHARGED}[service.free]
    cost = {"id": stable_id("cost", key), "option": option, "amount_description": service.cost}
    return [_told(cost | ({"amount": 0} if service.free else {}))]


def _contact(contact: Contact) -> Record:
    key = as_uuid(contact.id)
    phones = [{"id": stable_id("phone", key), "number": contact.phone}] if contact.phone else []
    email = contact.email if _EMAIL.fullmatch(contact.email) else ""
    return _told({"id": key, "name": contact.name, "title": contact.role, "email": email, "phones": phones})


def _consented(place: Place) -> list[Contact]:
    return [contact for contact in place.contacts if contact.consent]


def _attribute(key: str, about: str, kind: str) -> Record:
    term = term_of(kind)
    return {
        "id": stable_id("attribute", about, key),
        "link_id": key,
        "link_type": about,
        "taxonomy_term_id": term["id"],
        "taxonomy_term": term,
    }


def _address(offer: Offer) -> Record:
    """Write the address; the standard asks for a town, which is the last part of what was typed."""
    street, town = split_address(offer.place.address)
    return {
        "id": stable_id("address", as_uuid(offer.place.id)),
        "address_1": street or offer.place.name,
        "city": town or offer.province,
        "state_province": offer.province,
        "postal_code": offer.place.postcode,
        "country": "GB",
        "address_type": "physical",
    }


def split_address(text: str) -> tuple[str, str]:
    """Split an address before its last part.

    Examples
    --------
    >>> split_address("Old Mill, 3 Quay Road, Eastham"), split_address("3 Quay Road")
    (('Old Mill, 3 Quay Road', 'Eastham'), ('3 Quay Road', ''))
    """
    street, comma, town = text.strip().rpartition(",")
    return (street.strip(), town.strip()) if comma else (town.strip(), "")


def _alert(offer: Offer) -> str:
    if not offer.unconfirmed:
        return ""
    since = offer.place.last_confirmed
    when = f"since {since.day} {since:%B %Y}" if since else "by anyone"
    return f"Not confirmed {when}: please check before you go."


def _told(record: Record, keep: tuple[str, ...] = ()) -> Record:
    """Leave out what nobody said."""
    return {name: value for name, value in record.items() if name in keep or value not in ("", None, [])}
