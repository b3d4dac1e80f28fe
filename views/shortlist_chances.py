"""The classes of a shortlist: what is chosen, what could be and how likely, and what is out."""

from typing import Final

import pandas as pd

from models.classes import MISSING
from models.shortlist import Shortlist
from models.shortlist_values import LACKING

SURE, LESS_SURE, LIKELY, POSSIBLE, HARDLY, OUT = "012345"
NEARLY_SURE: Final = 0.9
EVEN: Final = 0.5
A_TENTH: Final = 0.1
LABELS: Final = {
    SURE: "chosen, nearly sure",
    LESS_SURE: "chosen, less sure",
    LIKELY: "not chosen, an even chance or better",
    POSSIBLE: "not chosen, could be",
    HARDLY: "hardly",
    OUT: "out by a limit",
    MISSING: "a figure is lacking",
}
SHARES: Final = {
    SURE: "90% or more",
    LESS_SURE: "under 90%",
    LIKELY: "50% or more",
    POSSIBLE: "10% to 50%",
    HARDLY: "under 10%",
}


def classes_of(found: Shortlist) -> pd.Series:
    """Return the class of each shape that was compared or is out, by code."""
    ranked, out = found.frame, found.out
    chance = ranked["chance_top"]
    classes = pd.Series(HARDLY, index=ranked.index, dtype=object)
    classes = classes.mask(chance.ge(A_TENTH), POSSIBLE).mask(chance.ge(EVEN), LIKELY)
    chosen = ranked["chosen"].astype(bool)
    classes = classes.mask(chosen, LESS_SURE).mask(chosen & chance.ge(NEARLY_SURE), SURE)
    gone = out["why"].map(lambda why: MISSING if why == LACKING else OUT).astype(object)
    return pd.concat([classes, gone])
