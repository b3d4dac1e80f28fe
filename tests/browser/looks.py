"""The looks in which every state of a page is shown to axe.

Each width and each scheme once, which is what faults depend on; all four pairs when everything is proved.
"""

from tests.conftest import FULL_PROOFS

_EVERY = [(1280, "light"), (390, "dark"), (390, "light"), (1280, "dark")]
LOOKS = _EVERY if FULL_PROOFS else _EVERY[:2]

WIDE_AND_NARROW = [1280, 390]
WIDE = WIDE_AND_NARROW if FULL_PROOFS else [1280]
"""The width of a slow journey whose sibling is taken at the other: both when everything is proved."""

NARROW = WIDE_AND_NARROW if FULL_PROOFS else [390]
