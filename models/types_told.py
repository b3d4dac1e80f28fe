"""What types are and are not, in words."""

from typing import Final

import pandas as pd

from models.type_frozen import THIN
from models.type_inputs import TypeInputs, label_of
from models.type_structure import Structure
from models.words import number

STABLE: Final = 0.75
"""The share of bootstraps below which an area is between types, and the adjusted Rand index of soft types."""

SLIGHTLY: Final = "slices of a gradient more than separate kinds of place"
"""What types are where the areas are little more clumped than a single cloud."""

UNNAMED: Final = 0.6
"""Types that come out again less than this should not be named."""


def kinds_sentence(frame: pd.DataFrame, k: int, structure: Structure) -> str:
    """Say how many types there are, and whether they are kinds of place."""
    count = int(frame["type"].notna().sum())
    between = int(frame["between"].sum())
    return f"{count:,} areas in {k} types, {between:,} of them between two types. {structure.sentence}"


def kinds_caveats(frame: pd.DataFrame, inputs: TypeInputs, stability: float, draws: int) -> tuple[str, ...]:
    """Say what to bear in mind: what a type is, what lies between two, and what is not sure or not used."""
    caveats = [
        "A type is what its areas share on average. It says nothing of any one family, and an area can "
        "differ from it.",
        f"An area is between types where its own is less than {THIN:.0%} nearer than the second, or "
        f"where fewer than {STABLE:.0%} of {draws} fresh draws of areas give it the same type.",
    ]
    if stability < UNNAMED:
        caveats.append(
            f"When areas are drawn anew, other types come out ({stability:.2f}, where 1 is the same): do not "
            "rely on these, and give them no names."
        )
    elif stability < STABLE:
        caveats.append(
            "When areas are drawn anew, the same types come out only in part "
            f"({stability:.2f}, where 1 is the same)."
        )
    known = frame["known"]
    some = int((frame["type"].notna() & (known < inputs.frame.shape[1])).sum())
    none = int(frame["type"].isna().sum())
    if some:
        caveats.append(f"Placed by fewer composites, since they lack others: {number(some)} of the areas.")
    if none:
        caveats.append(f"Without a type, since they have too few composites: {number(none)} of the areas.")
    caveats += [f"{label_of(id_)} is not used. {reason}" for id_, reason in inputs.left_out.items()]
    return tuple(caveats)
