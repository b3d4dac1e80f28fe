"""The classes of the Reach page: how many minutes the nearest place is away, and who is out of reach."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import pandas as pd

from data.asset_kinds import asset_kinds
from models.classes import MISSING, OUTSIDE, Classed
from models.levels import WIDE, Level
from models.nearness import whole_minutes
from models.reach import HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED
from models.reach_change import Change
from models.words import joined, sentence_case, where
from views.reach_figures import LevelReach
from views.reach_state import Sought

ENDS: Final = (5, 10, 15, 30)
"""Where the classes of minutes end; the minutes that are asked for take the place of the nearest."""

NOT_KNOWN: Final = "not known"
GAP_KEYS: Final = {REACHED: "0", LOWER_NEED: "2", HIGHER_NEED: "3", UNKNOWN_NEED: "4"}
GAP_WORDS: Final = {
    "3": "out of reach, higher need",
    "2": "out of reach, lower need",
    "4": "out of reach, need unknown",
    "0": "within reach",
    MISSING: NOT_KNOWN,
}
CHANGE_WORDS: Final = {
    "1": "newly within reach",
    "5": "no longer within reach",
    **GAP_WORDS,
    "0": "within reach today",
}
CROSSED: Final = ("1", "5")
"""The classes of shapes that a change brings within reach, or puts out of it."""

NEED_MEANS: Final = "Higher need: England’s two most deprived fifths."


@dataclass(frozen=True, kw_only=True)
class ReachClasses(Classed):
    """A map of reach in classes. `frame` has the columns of `LevelReach.frame` beside the class.

    Attributes
    ----------
    always
        The classes that stand in the legend also where no shape is in them.
    """

    always: str


def classify_minutes(found: LevelReach, sought: Sought) -> ReachClasses:
    """Place the shapes of a level by how far the nearest place is."""
    furthest = round(found.reach.costs.cutoff_min)
    ends = [end for end in ends_of(sought.minutes) if end < furthest] + [furthest]
    minutes = whole_minutes(found.frame["nearest_min"])
    keys = pd.Series(np.searchsorted(ends, minutes, side="left"), index=minutes.index).astype(str)
    spans = [f"{low + 1} to {high}" for low, high in pairwise(ends)]
    texts = [f"up to {ends[0]}", *spans, f"none within {furthest}"]
    labels = {str(number): text for number, text in enumerate(texts)}
    spoken = {key: f"{text} minutes" for key, text in labels.items()} | {MISSING: NOT_KNOWN}
    half = "Half of the homes" if found.level is Level.AREA else "Half of the children"
    return ReachClasses(
        level=found.level,
        frame=_with_class(found, sought, keys),
        labels={**labels, MISSING: NOT_KNOWN},
        spoken=spoken,
        title=f"Minutes to the nearest {asset_kinds()[sought.kind].singular}",
        note=joined(f"{half} are as near.", _counts_words(found, sought)),
        always="".join(labels),
    )


def classify_gaps(found: LevelReach, sought: Sought) -> ReachClasses:
    """Place the shapes of a level by whether they are within reach, and where not by their need."""
    keys = found.frame["gap"].map(GAP_KEYS)
    return ReachClasses(
        level=found.level,
        frame=_with_class(found, sought, keys),
        labels=_without_need(GAP_WORDS, found),
        spoken=_without_need(GAP_WORDS, found),
        title=_within_words(sought),
        note=_gap_note(found, sought),
        always="0" if found.reach.fifths is None else "320",
    )


def classify_change(found: LevelReach, change: Change, sought: Sought) -> ReachClasses:
    """Place small areas by what a change does: newly within reach, no longer, or as they were."""
    was, now = change.areas["before_gap"].eq(REACHED), change.areas["after_gap"].eq(REACHED)
    keys = change.areas["after_gap"].map(GAP_KEYS).mask(now & ~was, "1").mask(was & ~now, "5")
    words = _without_need(CHANGE_WORDS, found)
    return ReachClasses(
        level=found.level,
        frame=_with_class(found, sought, keys.reindex(found.frame.index)),
        labels=words,
        spoken=words,
        title=_within_words(sought),
        note=_gap_note(found, sought),
        always="0" if found.reach.fifths is None else "320",
    )


def ends_of(minutes: int) -> list[int]:
    """Return where the classes of minutes end: the minutes asked for are among them.

    Examples
    --------
    >>> ends_of(15), ends_of(20), ends_of(45)
    ([5, 10, 15, 30], [5, 10, 20, 30], [5, 10, 15, 45])
    """
    nearest = min(ENDS, key=lambda end: (abs(end - minutes), end))
    return sorted({minutes, *ENDS} - {nearest} | {minutes})


def _without_need(words: Mapping[str, str], found: LevelReach) -> dict[str, str]:
    """Speak of no need where nothing was loaded that tells it."""
    return dict(words) if found.reach.fifths else {**words, "4": "out of reach"}


def _within_words(sought: Sought) -> str:
    return f"{sentence_case(asset_kinds()[sought.kind].singular)} within {sought.minutes} minutes"


def _gap_note(found: LevelReach, sought: Sought) -> str:
    half = (
        "of at least half of the homes" if found.level is Level.AREA else "of at least half of the children"
    )
    return joined(f"{half}.", NEED_MEANS if found.reach.fifths else "", _counts_words(found, sought))


def _with_class(found: LevelReach, sought: Sought, keys: pd.Series) -> pd.DataFrame:
    known = found.frame["reached_share"].notna()
    placed = keys.where(known & keys.notna(), MISSING).astype(object)
    ours = found.frame.index.isin(found.inside(sought.council).index)
    return found.frame.assign(**{"class": placed.where(ours, OUTSIDE)})


def _counts_words(found: LevelReach, sought: Sought) -> str:
    inside = found.inside(sought.council)
    return f"Counts are {joined(found.level.plural, '' if found.level in WIDE else where(inside))}."
