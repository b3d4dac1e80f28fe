"""The map of a shortlist in classes: what is chosen, what could be and how likely, and what is out."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from models.classes import OUTSIDE, Classed
from models.shortlist import Shortlist
from models.words import joined, where
from views.shortlist_chances import (
    HARDLY,
    LABELS,
    LESS_SURE,
    LIKELY,
    POSSIBLE,
    SHARES,
    SURE,
    classes_of,
)
from views.shortlist_look import chance_colours
from views.shortlist_scene import ShortlistScene
from views.shortlist_words import chance_words, range_words

ALWAYS: Final = (SURE, LESS_SURE, LIKELY, POSSIBLE, HARDLY)


@dataclass(frozen=True, kw_only=True)
class ShortlistClasses(Classed):
    """A shortlist in classes.

    Attributes
    ----------
    palette
        The colour of each class that is a digit.
    entries
        Class, words and count of what stands in the legend.
    told
        What the tooltip of each shape says after the words of its class, by code.
    """

    palette: tuple[str, ...]
    entries: tuple[tuple[str, str, str], ...]
    told: pd.Series


def classify(scene: ShortlistScene, found: Shortlist) -> ShortlistClasses:
    """Place the shapes of the level in the classes of a shortlist."""
    frame = scene.data.frame[["name", "ward_name", "la_code", "la_name"]].sort_index()
    placed = frame.assign(**{"class": classes_of(found).reindex(frame.index).fillna(OUTSIDE)})
    counts = placed["class"].value_counts()
    entries = tuple(
        (key, joined(label, f"({SHARES[key]})" if key in SHARES else ""), f"{int(counts.get(key, 0)):,}")
        for key, label in LABELS.items()
        if key in ALWAYS or counts.get(key, 0)
    )
    top = found.asked.top
    shapes = joined(scene.level.plural, where(scene.shown))
    return ShortlistClasses(
        level=scene.level,
        frame=placed,
        labels=LABELS,
        spoken=LABELS,
        title=f"Chance to be among the first {top:,}" if top > 1 else "Chance to come first",
        note=f"over the weightings that fit what was said. Counts are {shapes}.",
        palette=chance_colours(scene.dark),
        entries=entries,
        told=told_of(found),
    )


def told_of(found: Shortlist) -> pd.Series:
    """Return what a tooltip says of each shape after the words of its class, by code."""
    rows = found.frame
    ranked = [
        f": rank {rank:,}, {range_words(low, high)}; {chance_words(chance)}"
        for rank, low, high, chance in zip(
            rows["rank"], rows["rank_low"], rows["rank_high"], rows["chance_top"], strict=True
        )
    ]
    told = pd.Series(ranked, index=rows.index, dtype=object)
    return pd.concat([told, (": " + found.out["words"]).astype(object)])
