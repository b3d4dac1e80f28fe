"""How a place stands in words: when it was confirmed, and what became of a submission."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from data.register.records import Place, State
from geo.periods import month_number, month_words


@dataclass(frozen=True)
class Standing:
    """How a submission stands: a short name, and what that means for who submitted it."""

    name: str
    meaning: str


def month_of(day: date) -> str:
    """Write the month of a day: "March 2026"."""
    return month_words(month_number(day.isoformat()[:7]))


def ward_words(ward: str) -> str:
    """Name a ward as one; an empty text for none.

    Examples
    --------
    >>> ward_words("Castle Quay"), ward_words("North Ward"), ward_words("")
    ('Castle Quay ward', 'North Ward', '')
    """
    return ward if not ward or "ward" in ward.lower().split() else f"{ward} ward"


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
        return Standing(
            "The same as another", "An editor found that it was listed already, and joined the two."
        )
    if place.held and state is State.SUBMITTED:
        return Standing("An editor looks at it first", held_words(place.held))
    if state is State.PUBLISHED and place.confidential:
        return Standing("Kept confidential", "It is known, and where it is is shown to nobody.")
    return _STANDINGS[state]


def held_words(reason: str) -> str:
    """Say calmly why an editor looks first, and that the location is safe meanwhile."""
    return f"That is because {reason}. Until that is settled, nobody is shown where it is."


_STANDINGS: Final = {
    State.SUBMITTED: Standing("Waiting for an editor", "An editor checks it before anyone else sees it."),
    State.NEEDS_INFORMATION: Standing("The editor has a question", "Answer it by changing what you sent."),
    State.PUBLISHED: Standing("Published", "Everyone can find it."),
    State.STALE: Standing(
        "Published, and getting old", "Nobody has confirmed it for a long time. Is it still open?"
    ),
    State.RETIRED: Standing("No longer listed", "It was taken off the list."),
    State.REJECTED: Standing("Not taken on", "An editor decided against listing it."),
}
