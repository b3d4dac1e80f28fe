"""How travel was measured, in words that stand beside figures of it."""

from typing import Final

from data.settings import settings
from geo.builds import BuildParts
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


def method_words(build: BuildParts, mode: Mode = Mode.WALK) -> str:
    """Say in a sentence what the minutes of a build are measured by, and what that does not see."""
    if build.times is not None:
        return (
            f"Minutes are those of {build.times.provenance.file}, which does not say by which way of travel."
        )
    speed = f"at {speed_kmh(mode):g} km an hour"
    if build.roads is not None:
        return f"Minutes are along the roads of {build.roads.provenance.file}, {speed}."
    detour = settings().detour
    longer = "" if detour == 1 else f" made {detour:g} times as long"
    return f"Minutes are along straight lines{longer}, {speed}: rivers and railways are not seen."
