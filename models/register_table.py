"""What the register publishes as tables: places, the services at them, and the sources they come from.

A confidential or held place is in none of them, nor a contact without consent. Every row says where it comes
from, under which licence, and when it was last confirmed: rows are copied out of their file.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.register.fields import ACCESSIBILITY
from data.register.open_referral_offers import degrees_of, may_leave
from data.register.records import Contact, Organisation, Place, Service, Source, State
from models.opening_words import write_hours
from models.words import sentence_case

OPEN: Final = "open"
"""The tier of what is in the open feed too: neither internal, nor figures that went through the release."""

REGISTER: Final = "Asset register"
NOT_STATED: Final = "Not stated: ask the council before you publish"
PLACE_COLUMNS: Final = (
    *("place_id", "name", "kind", "kind_name", "detail", "organisation", "organisation_number"),
    *("address", "postcode", "ward_code", "ward_name", "council"),
    *("latitude", "longitude", "easting_m", "northing_m", "located_by"),
    *("website", "contact", "phone", "email"),
    *("services", "open", "ages", "cost", "access"),
    *("state", "last_confirmed", "source", "source_dated", "licence", "attribution", "tier", "exported"),
)
SERVICE_COLUMNS: Final = (
    *("service_id", "place_id", "place", "name", "kind", "kind_name", "description"),
    *("minimum_age", "maximum_age", "free", "cost", "open", "access", "sessions_a_week"),
    *("source", "licence", "tier"),
)
SOURCE_COLUMNS: Final = ("source", "publisher", "licence", "attribution", "dated", "file", "sha256", "places")
NUMBERS: Final = frozenset(
    {
        *("latitude", "longitude", "easting_m", "northing_m", "sessions_a_week", "places"),
        *("minimum_age", "maximum_age"),
    }
)
"""The columns that hold numbers; all others hold text."""


@dataclass(frozen=True)
class RegisterTables:
    """The published part of the register on a day.

    Attributes
    ----------
    places
        One row a place, `PLACE_COLUMNS`; text is "" where nobody said, a number missing.
    services
        One row a service, `SERVICE_COLUMNS`.
    sources
        One row a source, `SOURCE_COLUMNS`, with how many of the places come from it.
    made
        The day.
    """

    places: pd.DataFrame
    services: pd.DataFrame
    sources: pd.DataFrame
    made: date


def make_tables(
    places: Iterable[Place],
    organisations: Iterable[Organisation],
    sources: Iterable[Source],
    day: date,
    stale_months: int,
    councils: Mapping[str, str] | None = None,
) -> RegisterTables:
    """Make the tables of what is published.

    Parameters
    ----------
    places
        As `Register.published` gives them.
    organisations, sources
        Who runs them, and where they come from.
    day, stale_months
        The day on which places not confirmed for so many months are stale.
    councils
        The name of the council of each ward, by the ward's code.
    """
    shown = sorted(filter(may_leave, places), key=lambda place: (place.name, place.id))
    running = {one.id: one for one in organisations}
    known = {source.id: source for source in sources}
    told = [
        _place_row(place, point, running, known, councils or {}) | _standing(place, day, stale_months)
        for place, point in zip(shown, degrees_of(shown), strict=True)
    ]
    offered = [_service_row(place, service, known) for place in shown for service in place.services]
    return RegisterTables(
        _frame(told, PLACE_COLUMNS),
        _frame(offered, SERVICE_COLUMNS),
        _frame(_source_rows(shown, known), SOURCE_COLUMNS),
        day,
    )


def _place_row(
    place: Place,
    point: tuple[float | None, float | None],
    running: Mapping[str, Organisation],
    known: Mapping[str, Source],
    councils: Mapping[str, str],
) -> dict[str, Any]:
    runner = running.get(place.organisation_id)
    agreed = [contact for contact in place.contacts if contact.consent]
    return {
        "place_id": place.id,
        "name": place.name,
        "kind": place.kind,
        "kind_name": _kind_name(place.kind),
        "detail": place.detail,
        "organisation": runner.name if runner else "",
        "organisation_number": f"{runner.scheme}-{runner.identifier}" if runner and runner.identifier else "",
        "address": place.address,
        "postcode": place.postcode,
        "ward_code": place.ward_code,
        "ward_name": place.ward_name,
        "council": councils.get(place.ward_code, ""),
        "latitude": point[0],
        "longitude": point[1],
        "easting_m": place.easting_m,
        "northing_m": place.northing_m,
        "located_by": place.located_by,
        "website": place.website,
        "contact": _once(map(_called, agreed)),
        "phone": _once(contact.phone for contact in agreed),
        "email": _once(contact.email for contact in agreed),
        **_offer(place.services),
        **_pedigree(place, known),
    }


def _offer(services: Sequence[Service]) -> dict[str, str]:
    """Say in one cell each what the services of a place are, have in common or differ in."""
    return {
        "services": _once(service.name for service in services),
        "open": _once(write_hours(s.openings, s.opening_note) for s in services),
        "ages": _once(map(_ages, services)),
        "cost": _once(map(_cost, services)),
        "access": _once(map(_access, services)),
    }


def _standing(place: Place, day: date, stale_months: int) -> dict[str, str]:
    stale = place.state is State.STALE or place.state_on(day, stale_months) is State.STALE
    return {
        "state": (State.STALE if stale else State.PUBLISHED).value,
        "last_confirmed": place.last_confirmed.isoformat() if place.last_confirmed else "",
        "exported": day.isoformat(),
    }


def _pedigree(place: Place, known: Mapping[str, Source]) -> dict[str, str]:
    source = known.get(place.source_id)
    if source is None:
        told = {"source": REGISTER, "source_dated": "", "licence": NOT_STATED, "attribution": ""}
        return told | {"tier": OPEN}
    return {
        "source": source.title or source.file,
        "source_dated": source.dated.isoformat(),
        "licence": source.licence,
        "attribution": source.attribution,
        "tier": OPEN,
    }


def _service_row(place: Place, service: Service, known: Mapping[str, Source]) -> dict[str, Any]:
    pedigree = _pedigree(place, known)
    return {
        "service_id": service.id,
        "place_id": place.id,
        "place": place.name,
        "name": service.name,
        "kind": service.kind,
        "kind_name": _kind_name(service.kind),
        "description": service.description,
        "minimum_age": service.minimum_age,
        "maximum_age": service.maximum_age,
        "free": {True: "yes", False: "no", None: ""}[service.free],
        "cost": service.cost,
        "open": write_hours(service.openings, service.opening_note),
        "access": _access(service),
        "sessions_a_week": service.sessions_a_week,
        **{name: pedigree[name] for name in ("source", "licence", "tier")},
    }


def _source_rows(shown: Iterable[Place], known: Mapping[str, Source]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for place in shown:
        key = place.source_id if place.source_id in known else ""
        counts[key] = counts.get(key, 0) + 1
    rows: list[dict[str, Any]] = []
    for key in sorted(counts, key=lambda key: (known[key].title, key) if key else ("", "")):
        source = known.get(key)
        if source is None:
            rows.append({"source": REGISTER, "licence": NOT_STATED, "places": counts[key]})
            continue
        own = {name: getattr(source, name) for name in SOURCE_COLUMNS if hasattr(source, name)}
        told = {"source": source.title or source.file, "dated": source.dated.isoformat()}
        rows.append(own | told | {"places": counts[key]})
    return rows


def _frame(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> pd.DataFrame:
    """Return rows in the order of their columns, typed even where there are none."""
    frame = pd.DataFrame(list(rows), columns=list(columns))
    types = {name: "float64" if name in NUMBERS else "object" for name in columns}
    typed = frame.astype(types)
    text = [name for name in columns if name not in NUMBERS]
    typed[text] = typed[text].where(typed[text].notna(), "")
    return typed


def _once(texts: Iterable[str]) -> str:
    """Join texts, each once, those that say nothing left out."""
    return "; ".join(dict.fromkeys(filter(None, texts)))


def _called(contact: Contact) -> str:
    return ", ".join(filter(None, (contact.name, contact.role)))


def _ages(service: Service) -> str:
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return ""
    if high is None:
        return f"{low} and over"
    return f"up to {high}" if low is None else f"{low} to {high}"


def _cost(service: Service) -> str:
    return service.cost or {True: "Free", False: "There is a charge", None: ""}[service.free]


def _access(service: Service) -> str:
    return _once(ACCESSIBILITY.get(word, word) for word in service.accessibility)


def _kind_name(kind: str) -> str:
    known = asset_kinds().get(kind)
    return sentence_case(known.singular) if known else kind
