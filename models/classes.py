"""One indicator in classes: five of them, a comparator, and two kinds of "no value"."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.errors import GeographyError
from data.indicators import Group, Indicator, Kind
from data.provenance import Status
from geo.area_table import AreaTable
from models.demand_measures import MAIN_COLUMN, is_shown, measure_of
from models.levels import DOMAIN_PREFIX, NEED_INDEX, Level, LevelData, stem_of
from models.nearness import is_minutes, near_words
from models.schemes import (
    Comparator,
    Scheme,
    fifth_of_england,
    fifth_of_these,
    is_against_expected,
    place_against_expected,
    place_in_bands,
    place_kind,
    scheme_of,
)
from models.words import joined, sentence_case, where

SUPPRESSED: Final = "s"
MISSING: Final = "m"
OUTSIDE: Final = "."
IDENTITY: Final = ("name", "ward_code", "ward_name", "la_code", "la_name")
NO_VALUE_WORDS: Final = {SUPPRESSED: "hidden, small count", MISSING: "no data"}

GROUPS_IN_ORDER: Final = (
    Group.NEED,
    Group.DEMAND,
    Group.PEOPLE,
    Group.ASSETS,
    Group.ACCESS,
    Group.EVENTS,
    Group.OWN,
)
"""How indicators stand in a list: what is published for all of England first, a council's own files last."""

FIRST_IN_GROUP: Final = (NEED_INDEX, MAIN_COLUMN)
"""Those that stand first in their group."""


@dataclass(frozen=True, kw_only=True)
class Classed:
    """Shapes placed in classes.

    Attributes
    ----------
    level
        What one shape is.
    frame
        One row a shape, indexed by code, with `class`, a character.
    labels
        The words of each class, in the order of the legend.
    spoken
        The words of each class where they stand alone, as in a tooltip.
    title, note
        The two parts of the legend's first line.
    """

    level: Level
    frame: pd.DataFrame
    labels: Mapping[str, str]
    spoken: Mapping[str, str]
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


@dataclass(frozen=True, kw_only=True)
class Classes(Classed):
    """One indicator placed in classes.

    `frame` has `name, ward_code, ward_name, la_code, la_name`, `value` (a rank, an average rank, a score, a
    count or minutes) and `status` beside the class.

    Attributes
    ----------
    indicator
        What is shown.
    comparator
        England, the areas shown, or bands that are always the same.
    """

    indicator: Indicator
    comparator: Comparator

    @property
    def is_need(self) -> bool:
        """Whether the map shows deprivation rather than an amount or reach."""
        return self.indicator.group is Group.NEED

    def characters(self, codes: tuple[str, ...]) -> str:
        """Return one character a shape in the order of a map layer; shapes without a row have no data."""
        return characters_of(self.frame, codes)


def characters_of(frame: pd.DataFrame, codes: tuple[str, ...]) -> str:
    """Return the `class` of each code as one text; a code without a row has no data."""
    return "".join(frame["class"].reindex(list(codes)).fillna(MISSING))


def offered_indicators(areas: AreaTable) -> list[Indicator]:
    """Return the indicators that a map can show, by group and within it in the order of the dictionary.

    An index of deprivation is offered once: by its rank, or by its score when it has no rank. Populations
    that exist only as the weights of the indices are not offered, nor are the domains of combined need, which
    stands first. What is expected of referrals, and how sure their comparison is, stand beside it.
    """
    return offered_among(set(areas.indicators), areas.dictionary)


def offered_among(present: set[str], dictionary: Mapping[str, Indicator]) -> list[Indicator]:
    """Return those present that a map can show, in order: see `offered_indicators`."""
    entries = [entry for entry in dictionary.values() if entry.id in present]
    offered = [entry for entry in entries if _is_offered(entry, present)]
    return sorted(offered, key=lambda e: (GROUPS_IN_ORDER.index(e.group), e.id not in FIRST_IN_GROUP))


def _is_offered(entry: Indicator, present: set[str]) -> bool:
    if entry.id.startswith(DOMAIN_PREFIX):
        return False
    if entry.group is Group.DEMAND:
        return is_shown(entry.id)
    if entry.group is not Group.NEED:
        return not entry.id.startswith("pop_iod_")
    if entry.kind is Kind.SCORE:
        return f"{stem_of(entry.id)}_rank" not in present
    return entry.kind is not Kind.DECILE


def classify(data: LevelData, indicator: Indicator, council: str | None = None) -> Classes:
    """Place every shape of a level in the class of one indicator.

    Parameters
    ----------
    data
        The values at one level; several small areas are placed by their average rank.
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
    scheme = scheme_of(indicator, values.where(inside))
    no_value = pd.Series(MISSING, index=frame.index).mask(frame["status"].eq(Status.SUPPRESSED), SUPPRESSED)
    placed = _place(data, indicator, scheme, values.where(inside))
    title, note = _legend_words(data, indicator, scheme, frame[inside])
    return Classes(
        indicator=indicator,
        level=data.level,
        frame=frame.assign(**{"class": placed.where(values.notna(), no_value).where(inside, OUTSIDE)}),
        labels={**scheme.labels, **NO_VALUE_WORDS},
        spoken={**scheme.spoken, **NO_VALUE_WORDS},
        comparator=scheme.comparator,
        title=title,
        note=note,
    )


def _place(data: LevelData, indicator: Indicator, scheme: Scheme, values: pd.Series) -> pd.Series:
    if scheme.comparator is Comparator.ENGLAND:
        return fifth_of_england(values, data.ranked_in(data.column_of(indicator)).areas)
    if is_against_expected(indicator):
        signal = measure_of(indicator.id)
        none = pd.Series(0.0, index=values.index)
        known = data.frame[signal.signal] if signal and signal.signal in data.frame.columns else none
        return place_against_expected(values, known)
    if scheme.comparator is Comparator.BANDS:
        return place_in_bands(indicator, values)
    return fifth_of_these(values)


def _legend_words(
    data: LevelData, indicator: Indicator, scheme: Scheme, inside: pd.DataFrame
) -> tuple[str, str]:
    plural = data.level.plural
    shapes = joined(data.level.singular if len(inside) == 1 else plural, where(inside))
    if scheme.comparator is Comparator.THESE:
        return f"Fifths of these {plural}", f"{len(inside):,} {shapes}; equal values together."
    if is_against_expected(indicator):
        return "Number against what is expected", f"from deprivation and child numbers. Counts are {shapes}."
    if scheme.comparator is Comparator.BANDS:
        kind = place_kind(indicator)
        if indicator.group is Group.ASSETS:
            return sentence_case(f"{kind.plural} inside"), f"Counts are {shapes}."
        average = f" The average over each {data.level.singular}." if data.is_added_up else ""
        if is_minutes(indicator):
            return indicator.label, f"{average.strip()} Counts are {shapes}.".strip()
        return f"Homes near {kind.plural}", f"{near_words(indicator)}.{average} Counts are {shapes}."
    ranked = data.ranked_in(data.column_of(indicator))
    england = f"{ranked.areas:,} small areas ({ranked.lsoa_year})"
    average = f"; a {data.level.singular} by the average rank of its small areas" if data.is_added_up else ""
    return "Fifths of England", f"{england}{average}. Counts are {shapes}."
