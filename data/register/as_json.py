"""Records as plain values that JSON can hold, as the history and suggestions keep them, and back."""

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from operator import attrgetter
from typing import Any, Final

from data.register.records import Contact, Opening, Organisation, Place, Service, State

_OF_PLACE: Final = tuple(field.name for field in fields(Place) if field.name not in ("services", "contacts"))
_OF_SERVICE: Final = tuple(field.name for field in fields(Service) if field.name != "openings")
_OF_CONTACT: Final = tuple(field.name for field in fields(Contact))
_OF_ORGANISATION: Final = tuple(field.name for field in fields(Organisation))
_MOMENTS: Final = ("created_at", "updated_at", "consented_at")
_NOT_PLAIN: Final = ("state", "last_confirmed", "created_at", "updated_at")
_values_of_service = attrgetter(*_OF_SERVICE)
_values_of_place = attrgetter(*_OF_PLACE)
KEPT_BY_STORE: Final = ("version", "created_at", "updated_at")
"""What changes with every change, and is no news in a comparison of two versions."""


def to_json(place: Place) -> dict[str, Any]:
    """Write a place without its contacts, which are personal data and stand apart.

    Examples
    --------
    >>> to_json(Place("p", 1, State.PUBLISHED, "Mill Library", "library"))["state"]
    'published'
    """
    written: dict[str, Any] = dict(zip(_OF_PLACE, _values_of_place(place), strict=True))
    written |= {name: _plain(written[name]) for name in _NOT_PLAIN}
    written["services"] = [_service_to_json(service) for service in place.services]
    return written


def from_json(written: Mapping[str, Any], contacts: Iterable[Mapping[str, Any]] = ()) -> Place:
    """Read a place that `to_json` wrote, with contacts that `contacts_to_json` wrote."""
    values = {name: written[name] for name in _OF_PLACE if name in written}
    values |= {name: _moment(values[name]) for name in _MOMENTS if name in values}
    confirmed = values.get("last_confirmed")
    return Place(
        **values
        | {
            "state": State(written["state"]),
            "last_confirmed": date.fromisoformat(confirmed) if confirmed else None,
            "services": services_from_json(written.get("services", ())),
            "contacts": contacts_from_json(contacts),
        }
    )


def services_from_json(written: Iterable[Mapping[str, Any]]) -> tuple[Service, ...]:
    """Read services; what a service does not say has its default."""
    return tuple(_service_from_json(service) for service in written)


def contacts_to_json(contacts: Iterable[Contact]) -> list[dict[str, Any]]:
    """Write contacts."""
    return [{name: _plain(getattr(contact, name)) for name in _OF_CONTACT} for contact in contacts]


def contacts_from_json(written: Iterable[Mapping[str, Any]]) -> tuple[Contact, ...]:
    """Read contacts; what a contact does not say has its default."""
    return tuple(
        Contact(**_known(contact, _OF_CONTACT) | {"consented_at": _moment(contact.get("consented_at"))})
        for contact in written
    )


def organisation_to_json(organisation: Organisation) -> dict[str, Any]:
    """Write an organisation."""
    return {name: getattr(organisation, name) for name in _OF_ORGANISATION}


def organisation_from_json(written: Mapping[str, Any]) -> Organisation:
    """Read an organisation that `organisation_to_json` wrote."""
    return Organisation(**_known(written, _OF_ORGANISATION))


def changed_keys(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Return the keys whose values differ between two versions of a record, in the order of its fields.

    Examples
    --------
    >>> changed_keys({"version": 1, "name": "Mill"}, {"version": 2, "name": "Mill Library"})
    ('name',)
    """
    old, new = before or {}, after or {}
    keys = dict.fromkeys([*new, *old])
    return tuple(key for key in keys if key not in KEPT_BY_STORE and old.get(key) != new.get(key))


def _service_to_json(service: Service) -> dict[str, Any]:
    written: dict[str, Any] = dict(zip(_OF_SERVICE, _values_of_service(service), strict=True))
    written["accessibility"] = list(service.accessibility)
    written["openings"] = openings_to_json(service.openings)
    return written


def openings_to_json(openings: Iterable[Opening]) -> list[list[Any]]:
    """Write when a service is open: [[0, "09:30", "17:00"]]."""
    return [[opening.day, opening.opens, opening.closes] for opening in openings]


def openings_from_json(written: Iterable[Iterable[Any]]) -> tuple[Opening, ...]:
    """Read when a service is open."""
    return tuple(Opening(*opening) for opening in written)


def _service_from_json(written: Mapping[str, Any]) -> Service:
    return Service(
        **_known(written, _OF_SERVICE)
        | {
            "accessibility": tuple(written.get("accessibility", ())),
            "openings": openings_from_json(written.get("openings", ())),
        }
    )


def _known(written: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    return {name: written[name] for name in names if name in written}


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _plain(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, date):  # a time is one too
        return value.isoformat()
    return value.value if isinstance(value, State) else value
