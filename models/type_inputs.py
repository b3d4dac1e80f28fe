"""Which composites types are made of, and which areas have enough of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.errors import AtlasError, first_few
from models.composites import COMPOSITE, Composites

FEWEST_AREAS: Final = 60
"""Among fewer areas types would be made of a handful of places each."""

FEWEST_COMPOSITES: Final = 2
KNOWN_FOR: Final = 0.8
"""The share of the areas that must have a composite: types are made among the areas that have them all."""

SAME: Final = 0.98
"""A composite of whose variance the ones before it explain so much would count them twice."""

ENOUGH_KNOWN: Final = 0.6
"""An area with this share of the composites is placed by those that it has; one with less has no type."""


class TooFewAreas(AtlasError):  # noqa: N818
    """There are too few areas to make types of: the rules of operating models stand alone."""


@dataclass(frozen=True)
class TypeInputs:
    """What types are made of.

    Attributes
    ----------
    frame
        One row an area, index `area_code`, sorted; one column a composite that is used.
    left_out
        Why a composite is not used, in a sentence, by id.
    """

    frame: pd.DataFrame
    left_out: Mapping[str, str]

    @property
    def whole(self) -> pd.DataFrame:
        """The areas that have every composite."""
        return self.frame.loc[self.frame.notna().all(axis=1)]

    @property
    def placed(self) -> pd.Series:
        """Whether an area has enough composites to be given a type."""
        return self.frame.notna().mean(axis=1) >= ENOUGH_KNOWN


def inputs_of(composites: Composites) -> TypeInputs:
    """Choose the composites that types are made of.

    A composite that too few areas have, that is the same everywhere, or that says what others say already,
    is left out with its reason.

    Raises
    ------
    TooFewAreas
        Fewer than 60 areas, or fewer than 60 that have every composite.
    AtlasError
        Fewer than two composites are left, codes repeat, or a value is infinite.
    """
    frame = composites.frame.sort_index()
    _require_sound(frame)
    if len(frame) < FEWEST_AREAS:
        raise _too_few(f"There are {len(frame):,} areas", "Look at the rules instead, or load more areas.")
    left_out = dict(composites.left_out)
    used: list[str] = []
    for id_ in frame.columns:
        reason = _unfit(frame, used, id_)
        if reason:
            left_out[id_] = reason
        else:
            used.append(id_)
    if len(used) < FEWEST_COMPOSITES:
        reasons = " ".join(f"{label_of(id_)}: {reason}" for id_, reason in left_out.items())
        raise AtlasError(
            f"Types take at least {FEWEST_COMPOSITES} composites, and {len(used)} can be used. {reasons}",
            "Add data for the composites that are left out, or look at the rules instead.",
        )
    inputs = TypeInputs(frame[used], left_out)
    whole = len(inputs.whole.drop_duplicates())
    if whole < FEWEST_AREAS:
        raise _too_few(
            f"There are {whole:,} different areas that have every composite",
            "Look at the rules instead, or add data for the composites that areas lack.",
        )
    return inputs


def label_of(id_: str) -> str:
    """Return what a composite is called where people read it."""
    return COMPOSITE[id_].label if id_ in COMPOSITE else id_


def _require_sound(frame: pd.DataFrame) -> None:
    if not frame.index.is_unique:
        repeated = frame.index[frame.index.duplicated()].unique()
        raise AtlasError(f"Areas stand more than once among the composites: {first_few(repeated)}.")
    endless = frame.index[np.isinf(frame.to_numpy(dtype=np.float64)).any(axis=1)]
    if len(endless):
        raise AtlasError(f"{len(endless):,} areas have an infinite composite: {first_few(endless)}.")


def _too_few(what: str, hint: str) -> TooFewAreas:
    return TooFewAreas(
        f"{what}, and types take at least {FEWEST_AREAS}: among fewer, types are not to be relied on. The "
        "rules say what each area is.",
        hint,
    )


def _unfit(frame: pd.DataFrame, used: list[str], id_: str) -> str:
    """Say why a composite is not used beside those before it; empty where it is."""
    values = frame[id_]
    known = int(values.notna().sum())
    if known == 0:
        return "No area has it."
    if known < KNOWN_FOR * len(values):
        return f"Only {known:,} of {len(values):,} areas have it."
    if np.ptp(values.dropna().to_numpy()) <= 1e-9 * float(values.abs().max()):
        return "It is the same in every area, so it tells none from another."
    both = frame[[*used, id_]].dropna()
    if used and len(both) > len(used) + 1 and _explained(both[used], both[id_]) >= SAME:
        names = ", ".join(label_of(other) for other in used if _explained(both[[other]], both[id_]) >= SAME)
        if names:
            return f"It says what {names} says already."
        return "It follows from the composites before it together."
    return ""


def _explained(by: pd.DataFrame, values: pd.Series) -> float:
    """Return the share of the variance of values that a linear combination of columns explains."""
    spread = by.std().where(lambda s: s > 0, 1.0)
    standard = ((by - by.mean()) / spread).to_numpy()
    target = (values - values.mean()).to_numpy()
    total = float(target @ target)
    if total == 0:
        return 0.0
    fitted = standard @ np.linalg.lstsq(standard, target, rcond=None)[0]
    return 1.0 - float(((target - fitted) ** 2).sum()) / total
