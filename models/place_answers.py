"""A place as somebody tells it in a form: text and choices, read into a record and written back from one.

Everything that is wrong is told at once, by the question that it answers, in words that stand beside it.
"""

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from data.asset_kinds import asset_kinds
from data.errors import RegisterError
from data.postcode_text import squeeze
from data.register.fields import ACCESSIBILITY, FieldsError, check_place
from data.register.records import Contact, Place, Service
from geo.register_locate import Located
from models.opening_words import parse_hours, write_hours
from models.service_words import ages_words

EVERYONE: Final = "everyone"
AGES: Final[Mapping[str, tuple[str, int | None, int | None]]] = {
    EVERYONE: ("Everyone", None, None),
    "under_5": ("Under 5", 0, 4),
    "5_11": ("5 to 11", 5, 11),
    "12_17": ("12 to 17", 12, 17),
    "18_25": ("18 to 25", 18, 25),
    "adults": ("Parents and carers", 18, None),
}
"""Who a place is for, as pills: words, and the ages from and to."""

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
        Keys of `AGES`.
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
    ages, exact = _ages_of(service)
    return Answers(
        name=place.name,
        kind=place.kind,
        postcode=place.postcode,
        description=service.description if service else "",
        ages=ages,
        youngest=exact[0],
        oldest=exact[1],
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


def ages_told(answers: Answers) -> tuple[int | None, int | None]:
    """Return the ages from and to that were told: exact ones before pills; None where all are welcome."""
    if answers.youngest is not None or answers.oldest is not None:
        return answers.youngest, answers.oldest
    chosen = [AGES[key][1:] for key in answers.ages if key in AGES and key != EVERYONE]
    if not chosen or EVERYONE in answers.ages:
        return None, None
    tops = [top for _, top in chosen]
    return min(low for low, _ in chosen if low is not None), None if None in tops else max(filter(None, tops))


def differences(yours: Answers, theirs: Answers) -> dict[str, tuple[str, str]]:
    """Return by question what two tellings of a place say, in words, where they differ."""
    one, other = _in_words(yours), _in_words(theirs)
    return {
        question: (one[question], other[question]) for question in one if one[question] != other[question]
    }


def combine(yours: Answers, theirs: Answers, mine: Collection[str]) -> Answers:
    """Take the answers to some questions from one telling, and the rest from another."""
    taken = [name for question in mine for name in _ANSWERS_TO.get(question, (question,))]
    return replace(theirs, **{name: getattr(yours, name) for name in taken})


_ANSWERS_TO: Final = {
    "where": ("postcode",),
    "ages": ("ages", "youngest", "oldest"),
    "cost": ("cost", "price"),
    "contact": ("contact", "consent"),
}


def _in_words(answers: Answers) -> dict[str, str]:
    kinds = asset_kinds()
    cost = {"free": "Free", "paid": "Paid"}.get(answers.cost, "")
    shown = "shown to everyone" if answers.consent else "not shown"
    words = {
        "name": answers.name,
        "kind": kinds[answers.kind].singular if answers.kind in kinds else "",
        "where": answers.postcode,
        "ages": ages_words(Service("", "", "", "", *ages_told(answers))),
        "cost": ": ".join(filter(None, (cost, answers.price))),
        "contact": f"{answers.contact} ({shown})" if answers.contact else "",
        "accessibility": ", ".join(ACCESSIBILITY[k] for k in answers.accessibility if k in ACCESSIBILITY),
    }
    return {question: words.get(question, getattr(answers, question, "")) for question in QUESTIONS}


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


def _ages_of(service: Service | None) -> tuple[tuple[str, ...], tuple[int | None, int | None]]:
    """Return pills that say a service's ages, and the ages themselves where no pills do."""
    if service is None:
        return (), (None, None)
    told = (service.minimum_age, service.maximum_age)
    if told == (None, None):
        return (), told
    low, top = told
    keys = [
        key
        for key, (_, start, end) in AGES.items()
        if start is not None
        and start >= (low or 0)
        and (top is None or (end is not None and end <= top))
        and (end is not None or top is None)
    ]
    fits = ages_told(Answers(ages=tuple(keys))) == told
    return (tuple(keys), (None, None)) if fits else ((), told)


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
