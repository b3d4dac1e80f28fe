"""A place in words: who it is for, what it costs, when it was confirmed, and how it stands."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from data.register.records import Place, Service, State
from geo.periods import month_number, month_words

@dataclass(frozen=True)
class Standing:
    """How a submission stands: a short name, and what that means for who submitted it."""

    name: str
    meaning: str


def age_words(minimum: int | None, maximum: int | None) -> str:
    """Say who a place is for.

    Examples
    --------
    >>> age_words(0, 4), age_words(5, 11), age_words(18, None), age_words(None, None)
    ('under 5', 'ages 5 to 11', 'ages 18 and over', '')
    """
    if minimum is None and maximum is None:
        return ""
    if not minimum and maximum is not None:
        return f"under {maximum + 1}"
    if maximum is None:
        return f"ages {minimum} and over"
    return f"age {minimum}" if minimum == maximum else f"ages {minimum} to {maximum}"


def cost_words(service: Service) -> str:
    """Say what a service costs; an empty text where nobody said."""
    if service.free:
        return "free"
    return service.cost or ("paid" if service.free is False else "")


def day_words(day: date) -> str:
    """Write a day: "3 March 2026"."""
    return f"{day.day} {month_of(day)}"


def month_of(day: date) -> str:
    """Write the month of a day: "March 2026"."""
    return month_words(month_number(day.isoformat()[:7]))


def confirmed_words(place: Place, today: date, stale_months: int) -> str:
    """Say when somebody last said that a place is there.

    Examples
    --------
    >>> place = Place("p", 1, State.PUBLISHED, "Mill Library", "library", last_confirmed=date(2026, 3, 2))
    >>> confirmed_words(place, date(2026, 11, 28), 12), confirmed_words(place, date(2027, 11, 28), 12)
    ('confirmed March 2026', 'not confirmed since March 2026')
    """
    if place.last_confirmed is None:
        return "never confirmed"
    stale = place.state_on(today, stale_months) is State.STALE
    return f"{'not confirmed since' if stale else 'confirmed'} {month_of(place.last_confirmed)}"


def standing_of(place: Place, today: date, stale_months: int) -> Standing:
    """Say how a place stands, to who submitted it."""
    state = place.state_on(today, stale_months)
    if place.merged_into:
        return Standing("The same as another", "An editor found that it was listed already, and joined the two.")
    if place.held and state is State.SUBMITTED:
        return Standing(
            "An editor looks first",
            f"{place.held[:1].upper()}{place.held[1:]}. Where it is is shown to nobody meanwhile.",
        )
    if state is State.PUBLISHED and place.confidential:
        return Standing("Kept confidential", "It is known, and where it is is shown to nobody.")
    return _STANDINGS[state]


_STANDINGS: Final = {
    State.SUBMITTED: Standing("Waiting for an editor", "An editor checks it before anyone else sees it."),
    State.NEEDS_INFORMATION: Standing("The editor has a question", "Answer it by changing what you sent."),
    State.PUBLISHED: Standing("Published", "Everyone can find it."),
    State.STALE: Standing("Published, and getting old", "Nobody has confirmed it for a long time. Is it still open?"),
    State.RETIRED: Standing("No longer listed", "It was taken off the list."),
    State.REJECTED: Standing("Not taken on", "An editor decided against listing it."),
}
