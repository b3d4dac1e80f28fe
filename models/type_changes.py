"""What has changed since types were kept: which areas have another type, and how far the data has moved."""

from dataclasses import dataclass

import pandas as pd

from data.errors import SourceError
from models.composites import Composites
from models.type_drift import Drift, drift_of
from models.type_frozen import FrozenTypes, score_types
from models.type_letters import names_for
from models.types import Types
from models.words import joined, number, percent


@dataclass(frozen=True)
class TypeChanges:
    """What has changed since types were kept.

    Attributes
    ----------
    frame
        One row an area that has another type than then, sorted by code: `then` and `now`, letters; `as_then`,
        the letter that the kept model gives it by the data of today, missing where it gives none.
    flows
        How many areas of each type of then (rows, by letter) have each type of now (columns).
    same, both
        How many areas have the same type, under the same name where it had one; and how many had a type then
        and have one now.
    added, gone
        How many areas have a type now and had none then, and the other way.
    drift
        How far the data has moved; None where the kept model cannot be laid over it.
    fault
        Why it cannot; empty where it can.
    sentence
        What has changed, in words.
    """

    frame: pd.DataFrame
    flows: pd.DataFrame
    same: int
    both: int
    added: int
    gone: int
    drift: Drift | None
    fault: str
    sentence: str


def changes_of(kept: FrozenTypes, types: Types, composites: Composites) -> TypeChanges:
    """Say what has changed since types were kept.

    Parameters
    ----------
    kept
        The types as they were kept.
    types
        The types of now, with their letters matched to those that were kept.
    composites
        What the types of now are made of.
    """
    now = types.frame["type"].dropna().rename("now")
    then = pd.Series(kept.assigned, dtype="str", name="then").rename_axis(now.index.name)
    both = pd.concat([then, now], axis=1, join="inner").sort_index()
    then_named = both["then"].map(kept.names)
    unnamed = then_named.eq(both["then"].map(names_for(list(kept.letters), {})))
    named = unnamed | then_named.eq(both["now"].map(types.names))
    same = (both["then"].eq(both["now"]) & named).to_numpy(dtype=bool)
    drift, scored, fault = _laid_over(kept, composites)
    frame = both[~same].assign(as_then=scored.reindex(both.index[~same]))
    flows = pd.crosstab(both["then"], both["now"])
    added, gone = len(now.index.difference(then.index)), len(then.index.difference(now.index))
    count = int(same.sum())
    return TypeChanges(
        frame=frame,
        flows=flows,
        same=count,
        both=len(both),
        added=added,
        gone=gone,
        drift=drift,
        fault=fault,
        sentence=_sentence(count, len(both), added, gone),
    )


def _laid_over(kept: FrozenTypes, composites: Composites) -> tuple[Drift | None, pd.Series, str]:
    """Lay the kept model over the data of today: how far that moved, the letters, and why it cannot be."""
    try:
        return drift_of(kept, composites), score_types(kept, composites)["type"], ""
    except SourceError as error:
        return None, pd.Series(dtype="str"), joined(error.message, error.hint or "")


def _sentence(same: int, both: int, added: int, gone: int) -> str:
    if not both:
        return "None of the areas had a type when types were kept: these are of another place."
    if same == both:
        told = f"All {number(both)} areas have the same type and name as when types were kept."
    else:
        told = (
            f"{number(same)} of {number(both)} areas ({percent(same / both)}) have the same type and name as "
            f"when types were kept, and {number(both - same)} {_have(both - same)} another."
        )
    more = f"{number(added)} {_have(added)} a type that had none then." if added else ""
    less = (
        f"{number(gone)} that had one {_have(gone)} none now, or {_are(gone)} not in this build."
        if gone
        else ""
    )
    return joined(told, more, less)


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"
