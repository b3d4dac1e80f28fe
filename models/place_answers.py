"""A place as somebody tells it in a form: text and choices, read into a record and written back from one.

Everything that is wrong is told at once, by the question that it answers, in words that stand beside it.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.errors import RegisterError
from data.postcode_text import squeeze
from data.register.fields import FieldsError, check_place
from data.register.records import Contact, Place, Service
from geo.register_locate import Located
from models.opening_words import parse_hours, write_hours
from models.place_ages import Ages, pills_for, range_of

QUESTIONS: Final = {
    "name": "Name",
    "kind": "What kind of place",
    "where": "Where it is",
    "description": "What happens there",
    "ages": "Who it is for",
    "cost": "What it costs",
    "opening": "When it is open",
    "contact": "Phone or email",
    "accessibility": "Accessibility",
    "sessions": "Sessions a week",
    "website": "Website",
    "address": "Address",
    "contact_name": "Who to ask for",
}
"""What each question is called where an answer is wrong, or differs from another."""

_QUESTION_OF: Final = {
    "services.0.kind": "kind",
    "services.0.name": "name",
    "services.0.description": "description",
    "services.0.minimum_age": "ages",
    "services.0.maximum_age": "ages",
    "services.0.cost": "cost",
    "services.0.openings": "opening",
    "services.0.opening_note": "opening",
    "services.0.accessibility": "accessibility",
    "services.0.sessions_a_week": "sessions",
    "contacts.0.phone": "contact",
    "contacts.0.email": "contact",
    "contacts.0.name": "contact_name",
    "postcode": "where",
    "easting_m": "where",
}


@dataclass(frozen=True)
class Answers:
    """What was typed and chosen.

    Attributes
    ----------
    ages
        Keys of `models.place_ages.AGES`.
    youngest, oldest
        Exact ages, which count before `ages`.
    cost
        "free", "paid" or "" where nobody said; `price` says how much, in words.
    opening
        As people write it: see `models.opening_words`.
    contact
        A phone number, an email address, or both.
    consent
        Whether whose they are agreed to their being shown.
    accessibility
        Keys of `data.register.fields.ACCESSIBILITY`.
    sessions
        A number as text.
    """

    name: str = ""
    kind: str = ""
    postcode: str = ""
    description: str = ""
    ages: tuple[str, ...] = ()
    youngest: int | None = None
    oldest: int | None = None
    cost: str = ""
    price: str = ""
    opening: str = ""
    contact: str = ""
    consent: bool = False
    contact_name: str = ""
    accessibility: tuple[str, ...] = ()
    sessions: str = ""
    website: str = ""
    address: str = ""


@dataclass(frozen=True)
class Told:
    """A place as told, and what is wrong with it by question: a key of `QUESTIONS`."""

    place: Place
    faults: Mapping[str, str]


def read_answers(answers: Answers, where: Located | None, base: Place, now: datetime) -> Told:
    """Read a form into a place, all faults at once.

    Parameters
    ----------
    answers
        What was typed.
    where
        Where it lies; None where the location of `base` stays as it is.
    base
        The place before: a new draft, or the one that is changed. What the form does not ask for stays.
    now
        When it was said, for consent.
    """
    faults = dict(_own_faults(answers))
    place = replace(
        base,
        name=answers.name,
        kind=answers.kind if answers.kind in asset_kinds() else base.kind,
        website=answers.website,
        address=answers.address,
        **_location(answers, where),
        services=(_service(answers, base), *base.services[1:]),
        contacts=_contacts(answers, base, now),
    )
    try:
        checked = check_place(replace(place, kind=place.kind or next(iter(asset_kinds()))))
    except FieldsError as error:
        for key, words in error.faults.items():
            faults.setdefault(_QUESTION_OF.get(key, key), _sentence(words))
        return Told(place, faults)
    return Told(checked if answers.kind else place, faults)


def where_fault(answers: Answers, where: Located | None, error: RegisterError | None, base: Place) -> str:
    """Say what is wrong with where a place is told to be; an empty text where nothing is.

    Parameters
    ----------
    answers
        What was typed.
    where
        Where that lies, if it was found.
    error
        Why it was not.
    base
        The place before.
    """
    if error is not None:
        return " ".join(filter(None, (error.message, error.hint)))
    found = where is not None or keeps_location(answers, base)
    return "" if found else "Type a postcode, or point at the place on the map."


def keeps_location(answers: Answers, base: Place) -> bool:
    """Say whether a place is told to lie where it lay before: its postcode is as it was.

    Where the location is withheld nobody sees it in the form: an empty postcode leaves it as it is.
    """
    typed = squeeze(answers.postcode)
    if base.withheld:
        return not typed
    return base.easting_m is not None and typed == squeeze(base.postcode)


def answers_of(place: Place) -> Answers:
    """Write a place as the form would have it."""
    service = place.services[0] if place.services else None
    contact = place.contacts[0] if place.contacts else None
    low, top = (service.minimum_age, service.maximum_age) if service else (None, None)
    ages = pills_for((low, top))
    return Answers(
        name=place.name,
        kind=place.kind,
        postcode=place.postcode,
        description=service.description if service else "",
        ages=ages,
        youngest=None if ages else low,
        oldest=None if ages else top,
        cost={True: "free", False: "paid", None: ""}[service.free] if service else "",
        price=service.cost if service else "",
        opening=write_hours(service.openings, service.opening_note) if service else "",
        contact=" ".join(filter(None, (contact.phone, contact.email))) if contact else "",
        consent=contact.consent if contact else False,
        contact_name=contact.name if contact else "",
        accessibility=service.accessibility if service else (),
        sessions=f"{service.sessions_a_week:g}" if service and service.sessions_a_week else "",
        website=place.website,
        address=place.address,
    )


def ages_told(answers: Answers) -> Ages:
    """Return the ages from and to that were told: exact ones before pills; None where all are welcome."""
    exact = (answers.youngest, answers.oldest)
    return range_of(answers.ages) if exact == (None, None) else exact


def _own_faults(answers: Answers) -> dict[str, str]:
    faults = {}
    if not answers.name.strip():
        faults["name"] = "What is the place called?"
    if answers.kind not in asset_kinds():
        faults["kind"] = "Choose the kind that fits best."
    if answers.sessions.strip() and _number(answers.sessions) is None:
        faults["sessions"] = "Type a number, such as 2 or 0.5."
    if _reaching(answers.contact) is None:
        faults["contact"] = "This is neither a phone number nor an email address."
    return faults


def _location(answers: Answers, where: Located | None) -> dict[str, Any]:
    if where is None:
        return {}
    return {
        "postcode": answers.postcode or where.postcode,
        "easting_m": where.easting_m,
        "northing_m": where.northing_m,
        "located_by": "postcode" if where.postcode else "point",
        "ward_code": where.ward_code,
        "ward_name": where.ward_name,
    }


def _service(answers: Answers, base: Place) -> Service:
    before = base.services[0] if base.services else Service(_within(base.id, "service"), "", "")
    hours = parse_hours(answers.opening)
    lowest, highest = ages_told(answers)
    return replace(
        before,
        name=answers.name if before.name in ("", base.name) else before.name,
        kind=answers.kind if before.kind in ("", base.kind) else before.kind,
        description=answers.description,
        minimum_age=lowest,
        maximum_age=highest,
        free={"free": True, "paid": False}.get(answers.cost),
        cost=answers.price if answers.cost != "free" else "",
        openings=hours.openings,
        opening_note=hours.note,
        accessibility=tuple(answers.accessibility),
        sessions_a_week=_number(answers.sessions),
    )


def _contacts(answers: Answers, base: Place, now: datetime) -> tuple[Contact, ...]:
    phone, email = _reaching(answers.contact) or ("", "")
    if not (phone or email or answers.contact_name.strip()):
        return base.contacts[1:]
    before = base.contacts[0] if base.contacts else Contact(_within(base.id, "contact"))
    agreed = before.consent and before.consented_at
    return (
        replace(
            before,
            name=answers.contact_name,
            phone=phone,
            email=email,
            consent=answers.consent,
            consented_at=(agreed or now) if answers.consent else None,
        ),
        *base.contacts[1:],
    )


def _reaching(text: str) -> tuple[str, str] | None:
    """Return the phone number and the email address in a text; None where it is neither."""
    emails = [part.strip(",;") for part in text.split() if "@" in part]
    phone = " ".join(part for part in text.split() if "@" not in part).strip(" ,;")
    if len(emails) > 1 or (phone and not any(sign.isdigit() for sign in phone)):
        return None
    return phone, emails[0] if emails else ""


def _number(text: str) -> float | None:
    try:
        return float(text) if text.strip() else None
    except ValueError:
        return None


def _within(place_id: str, what: str) -> str:
    """Make the id of a part of a place: the same each time that the form is read."""
    return str(uuid.uuid5(uuid.UUID(place_id), what))


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
