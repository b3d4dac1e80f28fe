"""The looks in which every state of a page is shown to axe.

Each width and each scheme once, which is what faults depend on; all four pairs when everything is proved.
Where a page has many states, each is shown in one of the two looks, in turn.
"""

from collections.abc import Iterable

from tests.conftest import FULL_PROOFS

_EVERY = [(1280, "light"), (390, "dark"), (390, "light"), (1280, "dark")]
LOOKS = _EVERY if FULL_PROOFS else _EVERY[:2]

WIDE_AND_NARROW = [1280, 390]
WIDE = WIDE_AND_NARROW if FULL_PROOFS else [1280]
"""The width of a slow journey whose sibling is taken at the other: both when everything is proved."""

NARROW = WIDE_AND_NARROW if FULL_PROOFS else [390]

SCHEMES = ["light", "dark"]
LIGHT = SCHEMES if FULL_PROOFS else ["light"]
"""The scheme of a state whose sibling on another page is shown in the other."""

DARK = SCHEMES if FULL_PROOFS else ["dark"]


def in_turn(states: Iterable[str]) -> list[tuple[str, int, str]]:
    """States of a page with the width and the scheme that each is shown in."""
    if FULL_PROOFS:
        return [(state, *look) for state in states for look in LOOKS]
    return [(state, *LOOKS[number % len(LOOKS)]) for number, state in enumerate(states)]
