"""What is asked of reach: a kind of place, a way of travel, and minutes."""

from dataclasses import dataclass

from geo.travel import Mode


@dataclass(frozen=True)
class Asked:
    """What is asked: a kind of place, how people travel, and how far away is near enough."""

    kind: str
    mode: Mode = Mode.WALK
    minutes: float = 15.0
