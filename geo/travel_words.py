"""How travel was measured, in words that stand beside figures of it."""

from typing import Final

from data.settings import settings
from geo.travel import Means, Mode, speed_kmh

TRAVEL: Final = "travel"
"""What a journey is called when nobody has said that it is on foot: supplied times may be of any way."""

ON_FOOT: Final = {Mode.WALK: "walk", Mode.PRAM: "walk with a pram"}


def journey_words(means: Means, mode: Mode = Mode.WALK) -> str:
    """Name a journey, to stand after minutes: "walk".

    Examples
    --------
    >>> journey_words(Means.LINE), journey_words(Means.MATRIX)
    ('walk', 'travel')
    """
    return TRAVEL if means is Means.MATRIX else ON_FOOT[mode]


def method_words(means: Means, mode: Mode = Mode.WALK) -> str:
    """Say in a sentence what minutes were measured by, and what that does not see.

    Examples
    --------
    >>> method_words(Means.MATRIX)
    'Minutes are those of the travel times that were loaded.'
    """
    if means is Means.MATRIX:
        return "Minutes are those of the travel times that were loaded."
    pace = f"at {speed_kmh(mode):g} km an hour"
    if means is Means.NETWORK:
        return f"Minutes are along the roads that were loaded, {pace}."
    return (
        f"Minutes are estimated from a straight line, made {settings().detour:g} times as long for the "
        f"streets, {pace}: a river or a railway in the way is not seen."
    )
