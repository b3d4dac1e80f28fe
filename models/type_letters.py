"""Which letter a type has: by need in a first run, and the letter it had before in every later one."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd

from models.type_pipeline import Ints
from models.type_stability import crossed, jaccard_of, matched

STILL: Final = 1 / 3
"""A type is still the one it was when it shares at least this part of the areas of both."""

_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letter_at(position: int) -> str:
    """Return the letter at a position: A to Z, then A2 to Z2, and so on.

    Examples
    --------
    >>> letter_at(0), letter_at(25), letter_at(26)
    ('A', 'Z', 'A2')
    """
    turn, at = divmod(position, len(_LETTERS))
    return _LETTERS[at] + (str(turn + 1) if turn else "")


def first_letters(order_by: pd.Series) -> list[str]:
    """Give types their letters by a figure of each, the highest A; `order_by` has one value a type."""
    rank = (-order_by).rank(method="first").astype(int) - 1
    return [letter_at(int(at)) for at in rank]


def kept_letters(labels: pd.Series, k: int, earlier: pd.Series, order_by: pd.Series) -> list[str]:
    """Give types the letters that they had, and new letters to those that are new.

    Types are matched so that as many areas as can be keep their letter (the assignment of Kuhn, 1955). One
    that shares less than a third of its areas with its match is new; letters used before are not given again.

    Parameters
    ----------
    labels
        The position of the type of each area, by area code.
    k
        How many types.
    earlier
        The letter of each area before, by area code.
    order_by
        A figure of each type, by which new letters are given, the highest first.
    """
    both = labels.index.intersection(earlier.dropna().index).sort_values()
    old = sorted(earlier.dropna().unique(), key=lambda letter: (len(letter), letter))
    was = pd.Categorical(earlier[both], categories=old).codes.astype(np.int64)
    counts: Ints = crossed(was, labels[both].to_numpy(dtype=np.int64), len(old), k)
    row_of, overlap = matched(counts), jaccard_of(counts)
    letters: dict[int, str] = {
        at: old[row] for at, row in enumerate(row_of) if row >= 0 and overlap[row, at] >= STILL
    }
    fresh = (letter for n in range(len(old) + k) if (letter := letter_at(n)) not in old)
    for at in np.argsort(-order_by.to_numpy(), kind="stable").tolist():
        if at not in letters:
            letters[at] = next(fresh)
    return [letters[at] for at in range(k)]


def titled(letter: str, name: str) -> str:
    """Return the letter of a type with its name; the name alone where it is only "Type" and the letter.

    Examples
    --------
    >>> titled("A", "High need"), titled("A", "Type A")
    ('A · High need', 'Type A')
    """
    return name if name == names_for([letter], {})[letter] else f"{letter} · {name}"


def names_for(letters: list[str], before: Mapping[str, str]) -> dict[str, str]:
    """Return the name of each type: the one that its letter had, or "Type" and the letter."""
    return {letter: before.get(letter, f"Type {letter}") for letter in sorted(letters)}
