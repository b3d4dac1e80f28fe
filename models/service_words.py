"""What is offered at a place, and whom to ask, each in a line as a reader would say it."""

from collections.abc import Iterator

from data.register.as_json import openings_to_json
from data.register.fields import ACCESSIBILITY
from data.register.records import Contact, Service
from models.record_words import value_words
from models.words import joined


def service_words(service: Service) -> str:
    """Write a service in a line: its name, then what is known of it.

    Examples
    --------
    >>> service_words(Service("s", "Stay and play", "early_years", minimum_age=0, maximum_age=4, free=True))
    'Stay and play: nursery or early years provider; ages 0 to 4; free'
    """
    return f"{service.name}: {'; '.join(part for part in _parts(service) if part)}"


def _parts(service: Service) -> Iterator[str]:
    yield value_words("kind", service.kind)
    yield ages_words(service)
    yield value_words("openings", openings_to_json(service.openings))
    yield service.opening_note
    yield cost_words(service)
    if service.sessions_a_week is not None:
        sessions = "session" if service.sessions_a_week == 1 else "sessions"
        yield f"{service.sessions_a_week:g} {sessions} a week"
    yield ", ".join(ACCESSIBILITY.get(key, key) for key in service.accessibility)
    yield service.description


def ages_words(service: Service) -> str:
    """Say which ages a service is for; an empty text where nobody said.

    Examples
    --------
    >>> [ages_words(Service("s", "Club", "other", *("",), *ages)) for ages in ((5, 9), (None, 4), (16, None))]
    ['ages 5 to 9', 'up to age 4', 'from age 16']
    """
    low, high = service.minimum_age, service.maximum_age
    if low is None and high is None:
        return ""
    if low is None:
        return f"up to age {high}"
    return f"from age {low}" if high is None else f"ages {low} to {high}"


def cost_words(service: Service) -> str:
    """Say what a service costs; an empty text where nobody said."""
    if service.free is None:
        return service.cost
    return joined("free" if service.free else "not free", f"({service.cost})" if service.cost else "")


def contact_words(contact: Contact) -> str:
    """Write a contact in a line."""
    role = f"({contact.role})" if contact.name and contact.role else contact.role
    return ", ".join(word for word in (joined(contact.name, role), contact.phone, contact.email) if word)
