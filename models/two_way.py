"""Two indicators at once: every shape in one of nine classes, by its third on the one and on the other."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from data.indicators import Group, Indicator, Kind
from data.provenance import Status
from models.classes import IDENTITY, MISSING, NO_VALUE_WORDS, OUTSIDE, SUPPRESSED
from models.condition_words import short_name
from models.levels import Level, LevelData
from models.nearness import is_minutes, whole_minutes
from models.schemes import is_national_rank

THIRDS: Final = "210"
"""The three classes of one indicator as they stand in a legend: the one to worry about first."""

BOTH_WORST: Final = "8"
LOW_IS_WORSE: Final = "low_is_worse"
HIDDEN_NEED: Final = "high need, low demand"
"""What it is to be in the third to worry about on both, where need stands beside demand."""


@dataclass(frozen=True)
class Axis:
    """One of the two indicators in thirds.

    Attributes
    ----------
    indicator
        What is compared.
    frame
        One row a shape: `value`, `status`, and `third`: "2" for the third to worry about (the most deprived,
        the furthest, the fewest places; of figures that are neither good nor bad the highest) to "0";
        missing where there is no value or the shape is not shown.
    labels
        The words of each third.
    national
        Whether they are thirds of England rather than of the shapes shown.
    compared_with
        What they are thirds of, in words.
    """

    indicator: Indicator
    frame: pd.DataFrame
    labels: Mapping[str, str]
    national: bool
    compared_with: str

    @property
    def low_is_worse(self) -> bool:
        """Whether the lowest values are the ones to worry about."""
        return low_is_worse(self.indicator)


@dataclass(frozen=True)
class TwoWay:
    """Two indicators in nine classes.

    Attributes
    ----------
    level
        What one shape is.
    frame
        One row a shape, indexed by code: `name, ward_code, ward_name, la_code, la_name` and `class`: "0" to
        "8", three times the third of the first indicator and the third of the second; or suppressed or
        missing, where either is.
    first, second
        The two indicators.
    """

    level: Level
    frame: pd.DataFrame
    first: Axis
    second: Axis

    @property
    def inside(self) -> pd.DataFrame:
        """The shapes of the chosen council, or all of them."""
        return self.frame[self.frame["class"] != OUTSIDE]

    @property
    def known(self) -> pd.DataFrame:
        """Those of them that have both values."""
        inside = self.inside
        return inside[~inside["class"].isin([SUPPRESSED, MISSING])]

    @property
    def worst_on_both(self) -> pd.DataFrame:
        """The shapes in the third to worry about on both."""
        return self.frame[self.frame["class"] == BOTH_WORST]

    @property
    def seeks_hidden_need(self) -> bool:
        """Whether need stands beside demand: then low demand is the third to worry about."""
        return {axis.indicator.group for axis in self.axes} == {Group.NEED, Group.DEMAND}

    @property
    def counts(self) -> dict[str, int]:
        """How many shapes are in each of the nine classes, and how many lack a value."""
        found = self.inside["class"].value_counts()
        return {key: int(found.get(key, 0)) for key in ("0", *"12345678", SUPPRESSED, MISSING)}

    @property
    def by_chance(self) -> float:
        """How many would be in the worst third on both if the two had nothing to do with each other.

        As in a test of independence: the share of one, times the share of the other, of all with both values.
        """
        known = self.known.index
        worst = [int(axis.frame.loc[known, "third"].eq(THIRDS[0]).sum()) for axis in self.axes]
        return worst[0] * worst[1] / max(len(known), 1)

    @property
    def axes(self) -> tuple[Axis, Axis]:
        """Both indicators."""
        return self.first, self.second

    @property
    def spoken(self) -> dict[str, str]:
        """The words of each class where they stand alone, as in a tooltip."""
        names = [short_name(axis.indicator) for axis in self.axes]
        words = {
            class_of(one, other): f"{names[0]}: {self.first.labels[one]} third · "
            f"{names[1]}: {self.second.labels[other]} third"
            for one in THIRDS
            for other in THIRDS
        }
        if self.seeks_hidden_need:
            words[BOTH_WORST] = f"{HIDDEN_NEED}: {words[BOTH_WORST]}"
        return {**words, **NO_VALUE_WORDS}


def class_of(first: str, second: str) -> str:
    """Return the class of a shape that is in these thirds.

    Examples
    --------
    >>> class_of("2", "2"), class_of("2", "0"), class_of("0", "1")
    ('8', '6', '1')
    """
    return str(3 * int(first) + int(second))


def cross(data: LevelData, first: Indicator, second: Indicator, council: str | None = None) -> TwoWay:
    """Place every shape of a level in one of nine classes by two indicators.

    Parameters
    ----------
    data
        The values, by small area or added up; several areas are placed by their average rank.
    first, second
        Two of `offered_indicators(areas)`. Beside need, it is low demand that is to be worried about: class
        "8" is then hidden need, "6" or "2" high need with high demand.
    council
        Code of the one council to show; all others are `OUTSIDE`. None shows them all.
    """
    identity = data.frame[list(IDENTITY)]
    ours = identity["la_code"].eq(council).fillna(False).astype(bool) if council else None
    inside = pd.Series(True, index=identity.index) if ours is None else ours
    one, other = _paired(first, second)
    axes = _axis(data, one, inside), _axis(data, other, inside)
    thirds = [axis.frame["third"] for axis in axes]
    hidden = pd.concat([axis.frame["status"] for axis in axes], axis=1).eq(Status.SUPPRESSED).any(axis=1)
    both = thirds[0].notna() & thirds[1].notna()
    classes = pd.Series(MISSING, index=identity.index).mask(hidden, SUPPRESSED)
    classes[both] = [class_of(a, b) for a, b in zip(*(t[both] for t in thirds), strict=True)]
    frame = identity.assign(**{"class": classes.where(inside, OUTSIDE)})
    return TwoWay(data.level, frame, *axes)


def _paired(first: Indicator, second: Indicator) -> tuple[Indicator, Indicator]:
    """Return two indicators as they are worried about side by side: beside need, low demand is."""
    if {first.group, second.group} != {Group.NEED, Group.DEMAND}:
        return first, second
    one, other = (
        replace(entry, polarity=LOW_IS_WORSE) if entry.group is Group.DEMAND else entry
        for entry in (first, second)
    )
    return one, other


def _axis(data: LevelData, indicator: Indicator, inside: pd.Series) -> Axis:
    column = data.column_of(indicator)
    values = data.frame[column].astype("float64")
    national = is_national_rank(indicator)
    ranked = data.ranked_in(column)
    if national:
        third = third_of_england(values, ranked.areas)
        average = f", each {data.level.singular} by its average rank" if data.is_added_up else ""
        compared_with = f"thirds of England ({ranked.areas:,} small areas, {ranked.lsoa_year}){average}"
    else:
        shown = values.where(inside)
        third = third_of_these(whole_minutes(shown) if is_minutes(indicator) else shown)
        if indicator.group is Group.DEMAND and shown.nunique() == 1:  # Nobody's demand is low.
            third = third.mask(third.notna(), THIRDS[1])
        third = third.map({"2": "0", "1": "1", "0": "2"}) if low_is_worse(indicator) else third
        compared_with = f"thirds of these {data.level.plural}, equal values together"
    frame = pd.DataFrame({"value": values, "status": data.status[column].astype(str)})
    return Axis(
        indicator, frame.assign(third=third.where(inside)), third_words(indicator), national, compared_with
    )


def third_of_england(ranks: pd.Series, areas: int) -> pd.Series:
    """Place national ranks in thirds of England's small areas: "2" for the most deprived to "0".

    Examples
    --------
    >>> third_of_england(pd.Series([1, 11_251, 11_252, 33_755]), 33_755).tolist()
    ['2', '2', '1', '0']
    """
    position = np.ceil(ranks * 3 / areas).clip(1, 3)
    return (3 - position).map(_digit, na_action="ignore")


def third_of_these(values: pd.Series) -> pd.Series:
    """Place values in thirds of the values given, the highest in "2". Equal values share a class.

    Examples
    --------
    >>> third_of_these(pd.Series([10, 20, 20, 30, 40, 50])).tolist()
    ['0', '0', '0', '1', '2', '2']
    """
    position = np.floor((values.rank(method="min") - 1) * 3 / max(int(values.notna().sum()), 1))
    return position.map(_digit, na_action="ignore")


def third_words(indicator: Indicator) -> dict[str, str]:
    """Return the words of the three classes of an indicator."""
    if is_national_rank(indicator):
        worst, best = "most deprived", "least deprived"
    elif is_minutes(indicator):
        worst, best = "furthest", "nearest"
    elif indicator.group is Group.ASSETS:
        worst, best = "fewest", "most"
    elif indicator.kind is Kind.COUNT:
        worst, best = ("fewest", "most") if low_is_worse(indicator) else ("most", "fewest")
    else:
        worst, best = ("lowest", "highest") if low_is_worse(indicator) else ("highest", "lowest")
    return {"2": worst, "1": "middle", "0": best}


def low_is_worse(indicator: Indicator) -> bool:
    """Say whether low values are the ones to worry about: few places are a gap."""
    return indicator.polarity == LOW_IS_WORSE or indicator.group is Group.ASSETS


def _digit(number: float) -> str:
    return str(int(number))
