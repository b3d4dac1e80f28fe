"""Records as rows of the tables, and what a line of the history says of them."""

from dataclasses import fields
from operator import attrgetter
from typing import Any, Final

from data.register.as_json import contacts_to_json, openings_to_json, to_json
from data.register.records import Place

_REFERS: Final = ("organisation_id", "source_id", "merged_into")
_PLACE_COLUMNS: Final = tuple(
    field.name for field in fields(Place) if field.name not in ("services", "contacts")
)

_values_of = attrgetter(*_PLACE_COLUMNS)


def place_row(place: Place) -> dict[str, Any]:
    """Return the row of a place."""
    row = dict(zip(_PLACE_COLUMNS, _values_of(place), strict=True))
    return row | {"state": place.state.value} | {name: row[name] or None for name in _REFERS}


def new_values(place: Place) -> dict[str, Any]:
    """Return what a changed place is updated with: not its id, which others refer to."""
    row = place_row(place)
    del row["id"]
    return row


def service_rows(place: Place) -> list[dict[str, Any]]:
    """Return the rows of a place's services."""
    return [
        {field.name: getattr(service, field.name) for field in fields(service)}
        | {
            "place_id": place.id,
            "position": position,
            "accessibility": list(service.accessibility),
            "openings": openings_to_json(service.openings),
        }
        for position, service in enumerate(place.services)
    ]


def contact_rows(place: Place) -> list[dict[str, Any]]:
    """Return the rows of a place's contacts."""
    return [
        {field.name: getattr(contact, field.name) for field in fields(contact)}
        | {"place_id": place.id, "position": position}
        for position, contact in enumerate(place.contacts)
    ]


def part_ids(place: Place) -> list[str]:
    """Return the ids of a place's services and contacts."""
    return [*(service.id for service in place.services), *(contact.id for contact in place.contacts)]


def place_line(before: Place | None, after: Place) -> dict[str, Any]:
    """Return what a line of the history says of a change of a place."""
    return {
        "entity": "place",
        "entity_id": after.id,
        "version": after.version,
        "before": to_json(before) if before else None,
        "after": to_json(after),
        "contacts_before": contacts_to_json(before.contacts) if before else None,
        "contacts_after": contacts_to_json(after.contacts),
    }
