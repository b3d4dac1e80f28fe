"""What drives demand, in words: what goes together, how sure it is, and what it does not say."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from data.provenance import Tier
from models.moran import BEYOND_CHANCE, Likeness
from models.words import Part, number, percent

ALIKE: Final = 0.7
"""Two characteristics that are so correlated cannot well be told apart."""

NEVER_CAUSE: Final = (
    "This is association between areas, never cause: it does not say that changing one of these would change "
    "referrals, and it says nothing of any one family."
)
WHO_REFERS: Final = (
    "Referrals also follow how schools, police and health visitors refer, which is not looked at here."
)
SUPPORT_FOLLOWS_NEED: Final = (
    "Support is often placed where referrals are many, so more places beside more referrals does not mean "
    "that places bring them."
)
QUIET_LEFT_OUT: Final = (
    "{} with hidden counts are left out. They are quiet ones, so effects may look smaller than they are."
)
INSIDE: Final = "Made from counts that are not protected: for use inside the council."


def ratio_words(ratio: float, low: float, high: float) -> str:
    """Write an effect as times as many, with its range.

    Examples
    --------
    >>> ratio_words(1.424, 1.353, 1.5)
    '1.42 times as many (95 % range 1.35 to 1.50)'
    """
    return f"{ratio:.2f} times as many (95 % range {low:.2f} to {high:.2f})"


def driver_sentence(frame: pd.DataFrame, noun: str) -> tuple[Part, ...]:
    """Say which characteristic goes most together with demand.

    Parameters
    ----------
    frame
        That of `models.drivers.Drivers`.
    noun
        What is counted.
    """
    clear = frame[frame["clear"]]
    if clear.empty:
        head = f"None of the characteristics looked at clearly goes together with {noun}"
        return (Part(head, True), Part("."))
    first = clear.iloc[0]
    words = ratio_words(first["ratio"], first["low"], first["high"])
    return (
        Part(f"{first['label']} goes most together with {noun}", True),
        Part(
            f": where it is one step (one standard deviation) higher, all else equal, there are {words}. "
            f"{number(len(clear))} of {number(len(frame))} characteristics are clear of chance."
        ),
    )


def driver_caveats(
    frame: pd.DataFrame, used: pd.DataFrame, skill: float, found: Likeness | None, hidden: int, tier: Tier
) -> Iterable[str]:
    """Say what the figures do not say, and how far they can be trusted.

    Parameters
    ----------
    frame
        That of `models.drivers.Drivers`.
    used
        The characteristics of the areas.
    skill
        The share of differences in unseen wards that is told.
    found
        Whether neighbours are alike in what is not told.
    hidden
        How many counts are hidden.
    tier
        That of the build.
    """
    yield NEVER_CAUSE
    yield WHO_REFERS
    if frame.index.str.contains("asset|access").any():
        yield SUPPORT_FOLLOWS_NEED
    yield _skill_words(skill)
    if found is not None and found.p <= BEYOND_CHANCE and found.moran_i > 0:
        yield (
            f"Neighbours are still alike in what is not told (Moran’s I {found.moran_i:.2f}): something that "
            "they share is not among what was looked at, so ranges may be too narrow."
        )
    yield from _tied(frame, used)
    if hidden:
        yield QUIET_LEFT_OUT.format("1 area" if hidden == 1 else f"{number(hidden)} areas")
    if tier is Tier.INTERNAL:
        yield INSIDE


def _skill_words(skill: float) -> str:
    if skill <= 0:
        return "In wards that were left out, the characteristics together told nothing of the differences."
    return (
        f"In wards that were left out, the characteristics together told {percent(skill)} of the "
        "differences between areas, beyond numbers of children and the council’s level."
    )


def _tied(frame: pd.DataFrame, used: pd.DataFrame) -> Iterable[str]:
    tied = used.corr().abs().gt(ALIKE)
    left = list(tied.columns)
    while left:
        group = [left.pop(0)]
        for one in group:
            group += [name for name in left if tied.at[one, name]]
            left = [name for name in left if name not in group]
        alike = sorted(str(frame.at[name, "label"]) for name in group)
        if len(alike) > 1:
            yield (
                f"{', '.join(alike[:-1])} and {alike[-1]} are closely tied to each other, so which of them "
                "matters cannot well be told."
            )
