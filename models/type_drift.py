"""How far data has moved from what a frozen model of types was made of, and whether to make them anew."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.composites import Composites
from models.type_frozen import FrozenTypes, score_types
from models.type_inputs import label_of
from models.type_pipeline import distances_to

MOVED: Final = 0.5
"""Data has moved where a composite's mean did by half of the spread that it had among areas."""

OTHER: Final = 0.2
"""Data has moved where so much of all areas has another type than the shares at the time say."""

SPREAD: Final = 1.5
"""Data has moved where areas lie so many times as far from the middle of their type as they did."""


@dataclass(frozen=True)
class Drift:
    """How far data has moved from what a model was made of.

    Attributes
    ----------
    frame
        One row a composite, index its id: `then` and `now`, its mean in its own unit among the areas that are
        given a type; `moved`, the change in spreads of the time; `outside`, the share of areas beyond the
        range of the time.
    sizes
        One row a type, index its letter: the share of areas `then` and `now`.
    apart
        How far areas lie from the middle of their type, over what it was at the time: 1 is the same.
    large
        Whether the types should be made anew.
    sentence
        What that means, in words.
    """

    frame: pd.DataFrame
    sizes: pd.DataFrame
    apart: float
    large: bool
    sentence: str


def drift_of(frozen: FrozenTypes, composites: Composites) -> Drift:
    """Say how far data has moved from what a model was made of.

    Raises
    ------
    SourceError
        The data lacks a composite that the model was made of, as a whole.
    """
    scored = score_types(frozen, composites)
    placed = scored["type"].notna().to_numpy()
    frame = composites.frame.sort_index()[list(frozen.composites)][placed]
    ids = pd.Index(frozen.composites, name="composite")
    then, spread = (pd.Series(values, index=ids) for values in (frozen.means, frozen.deviations))
    now = frame.mean().rename_axis("composite")
    drawn = np.arcsinh((frame - np.asarray(frozen.middle)) / np.asarray(frozen.spread))
    beyond = (drawn < np.asarray(frozen.low)) | (drawn > np.asarray(frozen.high))
    outside = beyond.where(frame.notna()).mean().rename_axis("composite").astype("float64")
    moved = (now - then) / spread.where(spread > 0)
    table = pd.DataFrame({"then": then, "now": now, "moved": moved, "outside": outside})
    sizes = pd.DataFrame({"then": pd.Series(frozen.shares, dtype="float64")}).rename_axis("type")
    sizes["now"] = scored["type"].value_counts(normalize=True).reindex(sizes.index).fillna(0.0)
    near = distances_to(np.asarray(frozen.centres), frozen.prepare(frame)).min(axis=1)
    apart = float(near.mean()) / frozen.apart if frozen.apart > 0 and placed.any() else math.nan
    changed = float((sizes["now"] - sizes["then"]).abs().sum() / 2)
    far = [label_of(str(id_)) for id_ in table.index[table["moved"].abs() >= MOVED]]
    large = bool(far) or changed >= OTHER or apart >= SPREAD
    return Drift(table, sizes, apart, large, _drift_sentence(far, changed, apart))


def _drift_sentence(far: list[str], changed: float, apart: float) -> str:
    moves = f"{changed:.0%} of the areas would have to change type for the types to be as large as they were"
    if far:
        return (
            f"The data has moved since the types were made ({', '.join(far)}); {moves}. Make the types anew."
        )
    if changed >= OTHER:
        return f"The types have other sizes than when they were made: {moves}. Make the types anew."
    if apart >= SPREAD:
        return (
            f"Areas are less like the middle of their type than when the types were made ({apart:.1f} times "
            f"as far from it); {moves}. Make the types anew."
        )
    return f"The data is much as it was when the types were made: {moves}."
