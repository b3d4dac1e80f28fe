"""Conditions to search areas by: an indicator, a comparison that suits its kind, and perhaps a number."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from data.indicators import Group, Indicator, Kind
from geo.reach_columns import ReachColumn
from models.demand_measures import measure_of
from models.levels import LevelData
from models.nearness import is_minutes, reach_of, whole_minutes, whole_shares
from models.schemes import FIFTHS, fifth_of_these, is_against_expected, is_national_rank

MOST_CONDITIONS: Final = 5
LONGEST_TEXT: Final = 800
"""Characters of a search in an address: five conditions on the longest names there are."""

BETWEEN: Final = "~"
SHARE_OF_1: Final = "share of 1"
_NUMBER: Final = re.compile(r"-?[0-9]{1,9}(\.[0-9]{1,6})?")


class Comparison(StrEnum):
    """What a condition asks of a value. Its text is how it stands in an address."""

    WORST_TENTH = "tenth.worst"
    WORST_FIFTH = "fifth.worst"
    WORST_THIRD = "third.worst"
    WORST_HALF = "half.worst"
    BEST_HALF = "half.best"
    BEST_THIRD = "third.best"
    BEST_FIFTH = "fifth.best"
    BEST_TENTH = "tenth.best"
    OVER = "over"
    UNDER = "under"
    NONE = "none"
    LEAST = "least"
    MOST = "most"
    HIGHEST = "fifth.high"
    LOWEST = "fifth.low"
    ABOVE_FOR_SURE = "sure.above"
    BELOW_FOR_SURE = "sure.below"


PARTS: Final[Mapping[Comparison, int]] = {
    Comparison.WORST_TENTH: 10,
    Comparison.WORST_FIFTH: 5,
    Comparison.WORST_THIRD: 3,
    Comparison.WORST_HALF: 2,
    Comparison.BEST_HALF: 2,
    Comparison.BEST_THIRD: 3,
    Comparison.BEST_FIFTH: 5,
    Comparison.BEST_TENTH: 10,
}
"""Into how many parts of England a comparison of ranks cuts."""

WORST_PARTS: Final = tuple(PARTS)[:4]
BEST_PARTS: Final = tuple(PARTS)[:3:-1]
"""From the narrowest to the widest."""

FIFTHS_OF_THESE: Final = (Comparison.HIGHEST, Comparison.LOWEST)
SIGNALS: Final = {Comparison.ABOVE_FOR_SURE: 1.0, Comparison.BELOW_FOR_SURE: -1.0}
"""What a figure against what is expected is asked first: its size alone may be chance."""

WITH_A_NUMBER: Final = (Comparison.OVER, Comparison.UNDER, Comparison.LEAST, Comparison.MOST)


@dataclass(frozen=True)
class Condition:
    """One thing that an area has to meet.

    Attributes
    ----------
    indicator
        What is compared.
    comparison
        How it is compared.
    bound
        The number that it is compared with, in the unit of the indicator; None for a comparison without a
        number.
    """

    indicator: Indicator
    comparison: Comparison
    bound: float | None = None

    @property
    def text(self) -> str:
        """The condition as it stands in an address: "access_library_min.over.15"."""
        number = "" if self.bound is None else f".{_write_number(self.bound)}"
        return f"{self.indicator.id}.{self.comparison.value}{number}"


def comparisons_of(indicator: Indicator) -> tuple[Comparison, ...]:
    """Return the comparisons that suit an indicator, the one that is asked most first."""
    if is_national_rank(indicator):
        return (Comparison.WORST_FIFTH, *(part for part in PARTS if part is not Comparison.WORST_FIFTH))
    if is_minutes(indicator):
        return (Comparison.OVER, Comparison.UNDER, *FIFTHS_OF_THESE)
    if indicator.group is Group.ASSETS:
        return (Comparison.NONE, Comparison.LEAST, Comparison.MOST, *FIFTHS_OF_THESE)
    if is_against_expected(indicator):
        return (*SIGNALS, Comparison.LEAST, Comparison.MOST)
    worse = FIFTHS_OF_THESE[::-1] if indicator.polarity == "low_is_worse" else FIFTHS_OF_THESE
    return (*worse, Comparison.LEAST, Comparison.MOST)


def write_conditions(conditions: tuple[Condition, ...]) -> str:
    """Write a search as one text of the address."""
    return BETWEEN.join(condition.text for condition in conditions)


def parse_conditions(
    text: str, offered: Mapping[str, Indicator]
) -> tuple[tuple[Condition, ...], tuple[str, ...]]:
    """Return the conditions that a text of the address asks for, and the parts that are not understood.

    Parameters
    ----------
    text
        Conditions with "~" between two. One that is longer than any search is not looked into.
    offered
        The indicators of the build, by id.

    Examples
    --------
    >>> from data.indicators import indicators
    >>> asked = "need_idaci_rank.fifth.worst~need_crime_rank.over.3"
    >>> [found, strange] = parse_conditions(asked, indicators())
    >>> [condition.text for condition in found], strange
    (['need_idaci_rank.fifth.worst'], ('need_crime_rank.over.3',))
    """
    if len(text) > LONGEST_TEXT:
        return (), (text,)
    found: dict[Condition, None] = {}
    strange = []
    for part in text.split(BETWEEN) if text else ():
        condition = _parse_one(part, offered)
        if condition is None or (len(found) == MOST_CONDITIONS and condition not in found):
            strange.append(part)
        else:
            found[condition] = None
    return tuple(found), tuple(strange)


def _parse_one(text: str, offered: Mapping[str, Indicator]) -> Condition | None:
    id_, _, rest = text.partition(".")
    if id_ not in offered:
        return None
    suited = comparisons_of(offered[id_])
    if rest in suited and rest not in WITH_A_NUMBER:
        return Condition(offered[id_], Comparison(rest))
    word, _, number = rest.partition(".")
    if word not in suited or word not in WITH_A_NUMBER or not _NUMBER.fullmatch(number):
        return None
    if not is_sound_bound(offered[id_], float(number)):
        return None
    return Condition(offered[id_], Comparison(word), float(number) + 0.0)


def is_sound_bound(indicator: Indicator, bound: float) -> bool:
    """Say whether a number can bound an indicator: no time is below nothing, and no count."""
    counted = indicator.kind is Kind.COUNT or indicator.group is Group.ACCESS
    return bound >= 0 or not counted


def values_of(indicator: Indicator, data: LevelData, shown: pd.Index) -> pd.Series:
    """Return the values of an indicator as a search compares them: as they are shown.

    Minutes and counts are compared whole, a share of homes to the percent, another percentage to one decimal.
    Without this, an area that reads "at least 300" could be one of 299.6. Ranks are compared as they are.
    """
    values = data.frame.loc[shown, data.column_of(indicator)].astype("float64")
    reach = reach_of(indicator)
    if reach is ReachColumn.MINUTES:
        return whole_minutes(values)
    if reach is ReachColumn.SHARE:
        return whole_shares(values)
    if indicator.kind is Kind.COUNT:
        return values.round()
    if indicator.unit == SHARE_OF_1:
        return values.round(3)
    two_decimals = indicator.kind is Kind.SCORE or is_against_expected(indicator) or reach is not None
    return values.round(2) if two_decimals else values


def meets(condition: Condition, data: LevelData, shown: pd.Index) -> pd.Series:
    """Say of each shape whether it meets a condition; missing where its value is suppressed or missing.

    Parameters
    ----------
    condition
        What is asked.
    data
        The values at one level.
    shown
        Codes of the shapes that are searched: fifths "of these" are fifths of them.

    Returns
    -------
    pandas.Series
        Boolean with missing values, on `shown`.
    """
    values = values_of(condition.indicator, data, shown)
    if condition.comparison in PARTS:
        areas = data.ranked_in(data.column_of(condition.indicator)).areas
        met = _in_part(condition.comparison, values, areas)
    elif condition.comparison in SIGNALS:
        met = _signals_of(condition.indicator, data).reindex(shown).eq(SIGNALS[condition.comparison])
    elif condition.comparison in FIFTHS_OF_THESE:
        end = FIFTHS[0] if condition.comparison is Comparison.HIGHEST else FIFTHS[-1]
        met = fifth_of_these(values).eq(end)
    else:
        met = _against_number(condition, values)
    return met.astype("boolean").mask(values.isna())


def _signals_of(indicator: Indicator, data: LevelData) -> pd.Series:
    """Return 1 where a figure is above what is expected beyond chance, -1 where it is below, else 0."""
    measure = measure_of(indicator.id)
    if measure is None or measure.signal not in data.frame.columns:
        return pd.Series(0.0, index=data.frame.index)
    return data.frame[measure.signal]


def _in_part(comparison: Comparison, ranks: pd.Series, areas: int) -> pd.Series:
    parts = PARTS[comparison]
    position = np.ceil(ranks * parts / areas).clip(1, parts)
    return position.eq(1 if comparison in WORST_PARTS else parts)


def _against_number(condition: Condition, values: pd.Series) -> pd.Series:
    if condition.comparison is Comparison.NONE:
        return values.eq(0)
    if condition.comparison is Comparison.OVER:
        return values.gt(condition.bound)
    if condition.comparison is Comparison.UNDER:
        return values.lt(condition.bound)
    return (
        values.ge(condition.bound) if condition.comparison is Comparison.LEAST else values.le(condition.bound)
    )


def _write_number(number: float) -> str:
    return f"{number:.6f}".rstrip("0").rstrip(".")
