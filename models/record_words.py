"""The register in words: what a place is, what a change changed, how long something has waited.

A record and a line of the history are turned into the same labelled texts, so that a page and a test say it
alike. All of it is plain text: whoever shows it escapes it.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.register.as_json import contacts_to_json, openings_from_json
from data.register.fields import ACCESSIBILITY, to_json
from data.register.records import Place
from models.opening_words import write_hours
from models.register_times import day_words
from models.words import distance, sentence_case

LABELS: Final = {
    "state": "State",
    "name": "Name",
    "kind": "Kind of place",
    "detail": "More exactly",
    "held": "Held because",
    "confidential": "Location confidential",
    "organisation_id": "Run by",
    "address": "Address",
    "postcode": "Postcode",
    "point": "Point on the map",
    "ward_name": "Ward",
    "website": "Website",
    "last_confirmed": "Last confirmed",
    "reason": "Reason given",
    "merged_into": "Merged into",
    "submitted_by": "Submitted by",
    "description": "Description",
    "minimum_age": "From age",
    "maximum_age": "To age",
    "cost": "Cost",
    "free": "Free of charge",
    "accessibility": "Access",
    "openings": "Open",
    "opening_note": "About its hours",
    "sessions_a_week": "Sessions a week",
    "role": "Role",
    "phone": "Phone",
    "email": "Email",
    "consent": "Agreed to be published",
    "scheme": "Kind of number",
    "identifier": "Number",
    "expires_at": "Valid until",
    "revoked_at": "Revoked",
    "dated": "Date of the file",
    "note": "Note",
}
"""What each field is called on screen, in the order in which fields are listed."""

UNSPOKEN: Final = frozenset(
    {
        *("id", "version", "easting_m", "northing_m", "located_by", "ward_code", "source_id", "source_key"),
        *("created_at", "updated_at", "services", "contacts", "position", "place_id", "consented_at"),
        *("imported_at", "imported_by", "counts", "sha256", "licence", "attribution", "place_version"),
        *("made_at", "made_by", "secret_hash", "changes"),
    }
)
"""Fields that are the register's own book-keeping, or are told in a line of their own."""

PARTS: Final = {"services": "Service", "contacts": "Contact"}
LOCATED: Final = {
    "postcode": "the middle of its postcode",
    "point": "pointed at on a map",
    "coordinates": "coordinates of a file",
    "shape": "the middle of its shape in a file",
}
STATE_WORDS: Final = {
    "submitted": "waiting to be checked",
    "needs information": "waiting for an answer",
    "published": "published",
    "stale": "published, not confirmed lately",
    "retired": "retired",
    "rejected": "rejected",
}


@dataclass(frozen=True)
class Difference:
    """What one field was and became, as text; an empty text where there was, or is, nothing."""

    label: str
    before: str
    after: str

    @property
    def sentence(self) -> str:
        """The difference in a line.

        Examples
        --------
        >>> Difference("Postcode", "ZE1 1AA", "ZE1 1AB").sentence
        'Postcode: from “ZE1 1AA” to “ZE1 1AB”'
        >>> Difference("Website", "", "https://mill.example").sentence
        'Website: “https://mill.example” added'
        """
        if not self.before:
            return f"{self.label}: “{self.after}” added"
        if not self.after:
            return f"{self.label}: “{self.before}” taken out"
        return f"{self.label}: from “{self.before}” to “{self.after}”"


@dataclass(frozen=True)
class Names:
    """The names behind the ids of organisations and places."""

    organisations: Mapping[str, str] = field(default_factory=dict)
    places: Mapping[str, str] = field(default_factory=dict)

    def of(self, key: str, value: str) -> str:
        """Return the name that an id in a field stands for; of an unknown one the start of the id."""
        known = self.places if key == "merged_into" else self.organisations
        return known.get(value) or f"not known here ({value[:8]})"


NO_NAMES: Final = Names()


def describe_change(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None, names: Names = NO_NAMES
) -> tuple[Difference, ...]:
    """Say what differs between two states of a record, as `data.register.fields.to_json` writes them.

    Parameters
    ----------
    before, after
        The record before and after; None where there was none.
    names
        The names behind ids.
    """
    numbers = number_parts(before or {}, after or {})
    old, new = tell_record(before or {}, names, numbers), tell_record(after or {}, names, numbers)
    labels = dict.fromkeys([*old, *new])
    order = {label: number for number, label in enumerate(LABELS.values())}
    differing = sorted(
        (label for label in labels if old.get(label) != new.get(label)),
        key=lambda label: order.get(label, len(order)),
    )
    return tuple(Difference(label, old.get(label, ""), new.get(label, "")) for label in differing)


def compare_places(one: Place, other: Place, names: Names = NO_NAMES) -> tuple[Difference, ...]:
    """Say what differs between two versions of a place, its contacts included."""
    contacts = {"contacts": contacts_to_json(one.contacts)}, {"contacts": contacts_to_json(other.contacts)}
    return describe_change(to_json(one) | contacts[0], to_json(other) | contacts[1], names)


def tell_place(place: Place, names: Names = NO_NAMES) -> dict[str, str]:
    """Return what is told of a place under labels, without what is empty and without its contacts."""
    return tell_record(to_json(place), names)


def number_parts(*records: Mapping[str, Any]) -> dict[str, int]:
    """Give a number to the services and contacts of records by their ids, each the same in all of them."""
    numbers: dict[str, int] = {}
    for part_of in PARTS:
        ids = dict.fromkeys(str(part.get("id")) for record in records for part in record.get(part_of) or ())
        numbers |= {id_: number if len(ids) > 1 else 0 for number, id_ in enumerate(ids, 1)}
    return numbers


def tell_record(
    record: Mapping[str, Any], names: Names = NO_NAMES, numbers: Mapping[str, int] | None = None
) -> dict[str, str]:
    """Return a record as labelled texts, without what is empty; its services and contacts one by one.

    Parameters
    ----------
    record
        As `data.register.fields.to_json` writes it.
    names
        The names behind ids.
    numbers
        The numbers of its services and contacts, as `number_parts` returns them; by their order when not
        given.

    Examples
    --------
    >>> tell_record({"name": "Mill Library", "kind": "library", "free": True, "address": "", "version": 3})
    {'Name': 'Mill Library', 'Kind of place': 'library', 'Free of charge': 'yes'}
    """
    keys = [key for key in (*LABELS, *(k for k in record if k not in LABELS)) if key in record]
    told = {label_of(key): value_words(key, record[key], names) for key in keys if key not in UNSPOKEN}
    told[LABELS["point"]] = point_words(record)
    numbers = number_parts(record) if numbers is None else numbers
    for part_of, word in PARTS.items():
        for part in record.get(part_of) or ():
            number = numbers.get(str(part.get("id")), 0)
            told |= _tell_part(f"{word} {number}" if number else word, part, names)
    return {label: text for label, text in told.items() if text}


def _tell_part(prefix: str, part: Mapping[str, Any], names: Names) -> dict[str, str]:
    """Return one service or contact, its name under the prefix alone."""
    told = tell_record(part, names)
    name = told.pop(LABELS["name"], "")
    return {prefix: name, **{f"{prefix}, {label.lower()}": text for label, text in told.items()}}


def label_of(key: str) -> str:
    """Return what a field is called on screen."""
    return LABELS.get(key) or sentence_case(key.replace("_", " "))


def value_words(key: str, value: Any, names: Names = NO_NAMES) -> str:  # noqa: ANN401
    """Write the value of a field as text; an empty text for nothing, or for a no that goes without saying.

    Examples
    --------
    >>> value_words("openings", [[0, "09:30", "12:00"], [4, "13:00", "15:00"]])
    'Monday 9:30am to 12 noon; Friday 1pm to 3pm'
    """
    if value is None or value == "" or value == [] or value == ():
        return ""
    if key == "confidential":
        return "yes" if value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    write = _WRITERS.get(key)
    if write is not None:
        return write(value)
    if key in ("organisation_id", "merged_into"):
        return names.of(key, str(value))
    return f"{value:g}" if isinstance(value, float) else str(value)


def _openings_words(openings: Iterable[Iterable[Any]]) -> str:
    return write_hours(openings_from_json(openings))


def _kind_words(kind: str) -> str:
    known = asset_kinds().get(kind)
    return known.singular if known else kind


def _day_words(value: str | date) -> str:
    return day_words(value if isinstance(value, date) else datetime.fromisoformat(value))


_WRITERS: Final[Mapping[str, Callable[[Any], str]]] = {
    "openings": _openings_words,
    "kind": _kind_words,
    "state": lambda state: STATE_WORDS.get(str(state), str(state)),
    "accessibility": lambda keys: ", ".join(ACCESSIBILITY.get(key, key) for key in keys),
    "last_confirmed": _day_words,
    "expires_at": _day_words,
    "revoked_at": _day_words,
    "dated": _day_words,
}


def point_words(record: Mapping[str, Any]) -> str:
    """Say where a record's point is, to the metre, and how it was found; an empty text where it has none."""
    if record.get("easting_m") is None or record.get("northing_m") is None:
        return ""
    how = LOCATED.get(str(record.get("located_by")))
    at = f"{round(record['easting_m']):,} E, {round(record['northing_m']):,} N"
    return f"{at} ({how})" if how else at


def moved_words(one: Place, other: Place) -> str:
    """Say how far apart the points of two records are; an empty text where one has none."""
    if one.easting_m is None or other.easting_m is None or one.northing_m is None or other.northing_m is None:
        return ""
    far = ((one.easting_m - other.easting_m) ** 2 + (one.northing_m - other.northing_m) ** 2) ** 0.5
    return "the same point" if far < 1 else f"{distance(far) if far >= 5 else f'{far:.0f} m'} apart"
