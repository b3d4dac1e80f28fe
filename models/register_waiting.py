"""What waits for an editor, why, and since when."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from data.register.records import Place, State
from models.register_times import length_words


class Waiting(StrEnum):
    """Why a place waits, as it stands in the address."""

    NEW = "new"
    CHANGED = "changed"
    HELD = "held"
    ASKED = "asked"


WAITING_WORDS: Final = {
    Waiting.NEW: "New",
    Waiting.CHANGED: "Changed since",
    Waiting.HELD: "Held",
    Waiting.ASKED: "You asked",
}
WAITING_MEANS: Final = {
    Waiting.NEW: "Sent, and looked at by nobody yet.",
    Waiting.CHANGED: "Changed after it was sent: often the answer to a question.",
    Waiting.HELD: "It may be a confidential place, so nobody is told where it is until you decide.",
    Waiting.ASKED: "A question was asked, and there is no answer yet.",
}


def waits_as(place: Place) -> Waiting:
    """Say why a place of the queue waits: a held one is held, whatever else."""
    if place.held:
        return Waiting.HELD
    if place.state is State.NEEDS_INFORMATION:
        return Waiting.ASKED
    return Waiting.NEW if place.version == 1 else Waiting.CHANGED


def count_waiting(queue: Iterable[Place]) -> dict[Waiting, int]:
    """Count the places of the queue by why they wait, in the order of `Waiting`."""
    counts = Counter(map(waits_as, queue))
    return {waiting: counts[waiting] for waiting in Waiting if counts[waiting]}


def waiting_since(place: Place) -> datetime | None:
    """Return since when a place waits for its present turn: for a new one since it was sent."""
    return place.created_at if place.version == 1 else place.updated_at


def waited_words(place: Place, today: date) -> str:
    """Say how long a place has waited: "waiting since today", "waiting 3 weeks"."""
    since = waiting_since(place)
    if since is None:
        return ""
    days = (today - since.date()).days
    return f"waiting {length_words(days)}" if days > 0 else "waiting since today"
