"""One class scheme for every map of one indicator: five classes, a comparator, and two kinds of "no value".

Ranks of the Indices of Deprivation are placed in the fifths of England's small areas, so that a colour
means the same in every council. Counts have no national list beside them here: they are placed in fifths of
the areas shown, and the legend says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from data.errors import GeographyError
from data.indicators import Indicator, Kind, indicators
from data.provenance import Status
from geo.area_table import AreaTable
from models.levels import Level, LevelData, stem_of
from models.words import joined, where

SUPPRESSED: Final = "s"
MISSING: Final = "m"
OUTSIDE: Final = "."
FIFTHS: Final = "43210"
"""The five classes as they stand in a legend: the most first."""

DEPRIVATION_WORDS: Final = {
    "4": "most deprived",
    "3": "second",
    "2": "middle",
    "1": "fourth",
    "0": "least deprived",
}
AMOUNT_WORDS: Final = {"4": "most", "3": "second", "2": "middle", "1": "fourth", "0": "fewest"}
SCORE_WORDS: Final = {**AMOUNT_WORDS, "4": "highest", "0": "lowest"}
IDENTITY: Final = ("name", "ward_code", "ward_name", "la_code", "la_name")
NO_VALUE_WORDS: Final = {SUPPRESSED: "hidden, small count", MISSING: "no data"}


class Comparator(StrEnum):
    """What a value is held against."""

    ENGLAND = "england"
    THESE = "these"


@dataclass(frozen=True)
class Classes:
    """One indicator placed in classes.

    Attributes
    ----------
    indicator
        What is shown.
    level
        Small areas or wards.
    frame
        One row a shape, indexed by code: `name, ward_code, ward_name, la_code, la_name`, `value` (a rank,
        an average rank, a score or a count), `class` (a character) and `status`.
    labels
        The words of each class, in the order of the legend.
    comparator
        England or the areas shown.
    title, note
        The two parts of the legend's first line.
    """

    indicator: Indicator
    level: Level
    frame: pd.DataFrame
    labels: Mapping[str, str]
    comparator: Comparator
    title: str
    note: str

    @property
    def inside(self) -> pd.DataFrame:
        """The shapes of the chosen council, or all of them."""
        return self.frame[self.frame["class"] != OUTSIDE]

    @property
    def counts(self) -> dict[str, int]:
        """How many shapes are in each class of the legend."""
        found = self.inside["class"].value_counts()
        return {key: int(found.get(key, 0)) for key in self.labels}

    @property
    def is_need(self) -> bool:
        """Whether the map shows deprivation rather than a number of people."""
        return self.indicator.polarity != "neutral"

    def characters(self, codes: tuple[str, ...]) -> str:
        """Return one character a shape in the order of a map layer; shapes without a row have no data."""
        return "".join(self.frame["class"].reindex(list(codes)).fillna(MISSING))


def offered_indicators(areas: AreaTable) -> list[Indicator]:
    """Return the indicators that a map can show, in the order of the dictionary.

    An index of deprivation is offered once: by its rank, or by its score when it has no rank. Populations
    that exist only as the weights of the indices are not offered.
    """
    present = set(areas.indicators)
    return [entry for entry in indicators().values() if entry.id in present and _is_offered(entry, present)]


def _is_offered(entry: Indicator, present: set[str]) -> bool:
    if entry.kind is Kind.RANK:
        return True
    if entry.kind is Kind.SCORE:
        return f"{stem_of(entry.id)}_rank" not in present
    return entry.kind is Kind.COUNT and not entry.id.startswith("pop_iod_")


def fifth_of_england(ranks: pd.Series, areas: int) -> pd.Series:
    """Place national ranks in fifths of England's small areas.

    Parameters
    ----------
    ranks
        Ranks within England, 1 the most deprived; an average of ranks may lie between two.
    areas
        Small areas of England that the ranks are out of.

    Returns
    -------
    pandas.Series
        "4" for the most deprived fifth to "0" for the least; missing where there is no rank. As MHCLG
        cuts its deciles: rank r of N is in fifth ceil(5 r / N), counted from 1, the most deprived.

    Examples
    --------
    >>> fifth_of_england(pd.Series([1, 6751, 6752, 33755]), 33_755).tolist()
    ['4', '4', '3', '0']
    """
    position = np.ceil(ranks * 5 / areas).clip(1, 5)
    return (5 - position).map(_digit, na_action="ignore")


def fifth_of_these(values: pd.Series) -> pd.Series:
    """Place values in fifths of the values given, the highest in "4". Equal values share a class.

    Examples
    --------
    >>> fifth_of_these(pd.Series([10, 20, 30, 40, 50])).tolist()
    ['0', '1', '2', '3', '4']
    """
    position = np.floor((values.rank(method="min") - 1) * 5 / max(int(values.notna().sum()), 1))
    return position.map(_digit, na_action="ignore")


def _digit(number: float) -> str:
    return str(int(number))


def classify(data: LevelData, indicator: Indicator, council: str | None = None) -> Classes:
    """Place every small area or ward in the class of one indicator.

    Parameters
    ----------
    data
        The values, by small area or by ward; a ward is placed by the average rank of its areas.
    indicator
        One of `offered_indicators(areas)`.
    council
        Code of the one council to show; all others are `OUTSIDE`. None shows them all.
    """
    column = data.column_of(indicator)
    if column not in data.frame.columns:
        raise GeographyError(f"There is no {column} for {data.level.plural}.")
    values = data.frame[column].astype("float64")
    frame = data.frame[list(IDENTITY)].assign(value=values, status=data.status[column].astype(str))
    inside = frame["la_code"].eq(council) if council else pd.Series(True, index=frame.index)
    comparator = Comparator.ENGLAND if indicator.kind is Kind.RANK else Comparator.THESE
    if comparator is Comparator.ENGLAND:
        placed = fifth_of_england(values, data.ranked_in(column).areas)
    else:
        placed = fifth_of_these(values.where(inside))
    no_value = pd.Series(MISSING, index=frame.index).mask(frame["status"].eq(Status.SUPPRESSED), SUPPRESSED)
    title, note = _legend_words(data, column, comparator, frame[inside])
    return Classes(
        indicator=indicator,
        level=data.level,
        frame=frame.assign(**{"class": placed.where(values.notna(), no_value).where(inside, OUTSIDE)}),
        labels={**_class_words(indicator), **NO_VALUE_WORDS},
        comparator=comparator,
        title=title,
        note=note,
    )


def _class_words(indicator: Indicator) -> dict[str, str]:
    if indicator.kind is Kind.RANK:
        return dict(DEPRIVATION_WORDS)
    words = AMOUNT_WORDS if indicator.kind is Kind.COUNT else SCORE_WORDS
    return dict(words)


def _legend_words(
    data: LevelData, column: str, comparator: Comparator, inside: pd.DataFrame
) -> tuple[str, str]:
    plural = data.level.plural
    shapes = joined(plural, where(inside))
    if comparator is Comparator.THESE:
        return f"Fifths of these {plural}", f"{len(inside):,} {shapes}; equal values together."
    ranked = data.ranked_in(column)
    england = f"{ranked.areas:,} small areas ({ranked.lsoa_year})"
    ward = "; a ward by the average rank of its small areas" if data.level is Level.WARD else ""
    return "Fifths of England", f"{england}{ward}. Counts are {shapes}."
