"""How sure types are, in words: how far each comes out again, and what a second method makes of the areas."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from models.type_stability import BOOTSTRAPS
from models.type_structure import REFERENCES, Structure
from models.types import Types
from models.words import number, percent

CLEAR: Final = 0.8
"""The mixture is clear of an area where it gives one type at least so much of the chance."""

_OVERLAPS: Final = ((0.85, "surely"), (0.75, "well"), (0.6, "in part"), (0.0, "hardly"))
"""Hennig (2007): 0.85 is highly stable, 0.75 valid, from 0.6 a pattern, and below not to be trusted."""


@dataclass(frozen=True)
class Soft:
    """What a Gaussian mixture makes of the areas, all of them and by letter.

    Attributes
    ----------
    same
        The share of areas of which it finds the same type the most likely.
    clear
        The share of areas of which it gives one type at least four fifths of the chance.
    frame
        The same by letter of the type: `areas`, `between`, `same` and `clear`.
    """

    same: float
    clear: float
    frame: pd.DataFrame


def again_words(jaccard: float) -> str:
    """Say how far a type comes out again by its mean overlap.

    Examples
    --------
    >>> again_words(0.97), again_words(0.64)
    ('surely', 'in part')
    """
    return next(word for least, word in _OVERLAPS if jaccard >= least)


def overlap_note() -> str:
    """Say how far a type comes out again, and what the words for it stand for."""
    return (
        f"Comes out again: areas are drawn anew {BOOTSTRAPS} times and sorted again. It is the share that a "
        "type then has in common with the one most like it, on average: from 0.85 surely, from 0.75 well, "
        "from 0.6 in part. What hardly comes out again should not be relied on."
    )


def soft_of(types: Types) -> Soft:
    """Return what the Gaussian mixture makes of the areas that have a type."""
    letters = types.frame["type"].dropna()
    chances = types.membership.loc[letters.index]
    found = pd.DataFrame(
        {
            "areas": 1,
            "between": types.frame.loc[letters.index, "between"].astype(bool),
            "same": chances.idxmax(axis=1).eq(letters),
            "clear": chances.max(axis=1) >= CLEAR,
        }
    )
    by_letter = found.groupby(letters).agg(
        areas=("areas", "sum"), between=("between", "sum"), same=("same", "mean"), clear=("clear", "mean")
    )
    return Soft(float(found["same"].mean()), float(found["clear"].mean()), by_letter)


def soft_words(soft: Soft) -> str:
    """Say what the mixture makes of the areas in a sentence."""
    return (
        "A second method that allows for shades (a Gaussian mixture) finds the same type the most likely for "
        f"{percent(soft.same)} of the areas. For {percent(soft.clear)} it gives one type four fifths of the "
        "chance or more."
    )


def between_words(types: Types) -> str:
    """Say how many areas lie between two types."""
    count = int(types.frame["type"].notna().sum())
    between = int(types.frame["between"].sum())
    if not between:
        return f"None of the {number(count)} areas lies between two types."
    return (
        f"{number(between)} of {number(count)} areas ({percent(between / count)}) lie between two types: "
        "read their second type too."
    )


def chance_words(structure: Structure) -> str:
    """Say how many clouds without kinds stand out as much as the areas do."""
    clouds = round(structure.chance * (REFERENCES + 1)) - 1
    many = "None" if clouds == 0 else number(clouds)
    return (
        f"{many} of {REFERENCES} clouds that were drawn with the same spread, and without kinds in them, "
        f"{'stands' if clouds < 2 else 'stand'} out as much as these areas do. Kinds are told where none "
        "does."
    )
