"""Say what is known of one selected shape, from a small area to a region."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import Group, Indicator, Kind
from data.provenance import Status
from geo.reach_columns import ReachColumn
from models.classes import NO_VALUE_WORDS, Classes
from models.demand_figures import area_demand_sentence, rates_beside, times
from models.levels import NEED_INDEX, WIDE, Level, LevelData, stem_of
from models.nearness import is_minutes, journey_of, near_words, reach_of
from models.need_words import RANK, STANDARD, area_need_sentence, has_ranks
from models.schemes import Comparator, is_against_expected, place_kind
from models.words import (
    HIDDEN,
    NO_DATA,
    Part,
    a,
    number,
    percent,
    rank_spread,
    sentence_case,
    value_words,
)

AMOUNT_FIFTHS: Final = {
    "4": "the fifth of these {plural} with the most",
    "3": "the fifth of these {plural} with the second most",
    "2": "the middle fifth of these {plural}",
    "1": "the fifth of these {plural} with the second fewest",
    "0": "the fifth of these {plural} with the fewest",
}
SCORE_FIFTHS: Final = {
    "4": "the highest fifth of these {plural}",
    "3": "the second highest fifth of these {plural}",
    "2": "the middle fifth of these {plural}",
    "1": "the second lowest fifth of these {plural}",
    "0": "the lowest fifth of these {plural}",
}

COUNTED_SHARES: Final = ("_worst_fifth_share", "_worst_decile_share")


@dataclass(frozen=True)
class Figure:
    """One labelled figure of a selected area, as text."""

    label: str
    value: str


@dataclass(frozen=True)
class SelectedArea:
    """What is said of one selected area."""

    code: str
    name: str
    place: str
    sentence: tuple[Part, ...]
    figures: tuple[Figure, ...]


def explain_area(classes: Classes, data: LevelData, code: str) -> SelectedArea:
    """Say what is known of one selected shape.

    Parameters
    ----------
    classes
        The indicator in classes; its `frame` must hold `code`.
    data
        The values it was made from.
    code
        The area that is selected.
    """
    row = classes.frame.loc[code]
    place = _place_of(data, row)
    children = data.children_column(pd.Index([code]))
    companions = _companions(classes.indicator, data.is_added_up)
    wanted = [*companions, *([children] if children else []), "pop_total"]
    columns = [c for c in dict.fromkeys(wanted) if c in data.frame.columns and c != classes.indicator.id]
    figures = [Figure(_figure_label(data, code, column), _value_at(data, code, column)) for column in columns]
    beside = [Figure(label, words) for label, words in rates_beside(data, code, classes.indicator.id)]
    figures = [*beside, *figures]
    if classes.indicator.id == NEED_INDEX and _moved(data, code):
        figures.insert(0, Figure("Rank by the standard weights", number(data.frame.at[code, STANDARD])))
    if spread := rank_spread(data, classes.indicator):
        figures.insert(0, Figure("Its small areas rank", spread[code]))
    return SelectedArea(code, str(row["name"]), place, _area_sentence(classes, data, row), tuple(figures))


def _moved(data: LevelData, code: str) -> bool:
    """Say whether the reader's weights give a shape another rank on need than the standard ones."""
    if not has_ranks(data):
        return False
    now, usual = data.frame.loc[code, [RANK, STANDARD]]
    return bool(pd.notna(now) and pd.notna(usual) and now != usual)


def _place_of(data: LevelData, row: pd.Series) -> str:
    """Say what a shape lies in; of a council or a region how many small areas lie in it."""
    if data.level in WIDE:
        areas = int(data.frame.at[row.name, "areas"])
        return f"{number(areas)} {Level.AREA.singular if areas == 1 else Level.AREA.plural}"
    return ", ".join(row[["la_name"] if data.is_added_up else ["ward_name", "la_name"]].dropna())


def _value_at(data: LevelData, code: str, column: str) -> str:
    value, status = float(data.frame.at[code, column]), str(data.status.at[code, column])
    words = value_words(value, status, data.dictionary.get(column))
    if words in (HIDDEN, NO_DATA):
        return words
    if column.endswith("_decile"):
        return f"{words} of 10"
    if column.endswith(COUNTED_SHARES):
        areas = int(data.frame.at[code, "areas"])
        return f"{round(value * areas):,} of {areas:,}"
    return words


def _area_sentence(classes: Classes, data: LevelData, row: pd.Series) -> tuple[Part, ...]:
    indicator = classes.indicator
    label = indicator.label
    if row["class"] in NO_VALUE_WORDS:
        return (Part(f"{label}: "), Part(NO_VALUE_WORDS[row["class"]], True), Part("."))
    if indicator.id == NEED_INDEX and has_ranks(data):
        return area_need_sentence(data, str(row.name))
    if is_minutes(indicator):
        on_average = " on average" if data.is_added_up else ""
        rest = f"{on_average} to the nearest {place_kind(indicator).singular}."
        return (Part(journey_of(row["value"], indicator), True), Part(rest))
    if reach_of(indicator) is ReachColumn.SHARE:
        near = f" are {near_words(indicator)} of {a(place_kind(indicator).singular)}."
        return (Part(f"{sentence_case(percent(row['value']))} of homes", True), Part(near))
    if is_against_expected(indicator):
        said = area_demand_sentence(data, str(row.name), indicator.id)
        return said or (Part(f"{label}: "), Part(times(row["value"]), True), Part("."))
    if classes.comparator is Comparator.BANDS:
        return (Part(places_words(indicator, row["value"]), True), Part(" inside."))
    if classes.comparator is Comparator.THESE:
        value = value_words(row["value"], row["status"], indicator)
        fifths = AMOUNT_FIFTHS if indicator.kind is Kind.COUNT else SCORE_FIFTHS
        place = fifths[row["class"]].format(plural=classes.level.plural)
        return (Part(f"{label}: "), Part(value, True), Part(f", in {place}."))
    place = classes.labels[row["class"]]
    ranked = data.ranked_in(data.column_of(classes.indicator))
    rank = f"{round(row['value']):,} of {ranked.areas:,}"
    kind = "Average rank" if data.is_added_up else "Ranked"
    fifth = {"second": "second most deprived", "fourth": "second least deprived"}.get(place, place)
    return (Part(f"{label}: "), Part(f"{kind.lower()} {rank}", True), Part(f", in England’s {fifth} fifth."))


def places_words(indicator: Indicator, value: float) -> str:
    """Write a number of places with their kind: "No library", "1 library", "3 libraries"."""
    kind = place_kind(indicator)
    if value == 0:
        return f"No {kind.singular}"
    return f"{number(value)} {kind.singular if value == 1 else kind.plural}"


def _companions(indicator: Indicator, added_up: bool) -> list[str]:
    stem = stem_of(indicator.id)
    if indicator.group in (Group.ASSETS, Group.ACCESS):
        kind = place_kind(indicator).id
        return [ReachColumn.MINUTES.of(kind), ReachColumn.SHARE.of(kind), f"asset_{kind}"]
    if indicator.group is not Group.NEED:
        return []
    if added_up:
        return [f"{stem}_score", f"{stem}_worst_fifth_share", f"{stem}_worst_decile_share"]
    return [f"{stem}_score", f"{stem}_decile"]


def _figure_label(data: LevelData, code: str, column: str) -> str:
    entry = data.dictionary.get(column)
    if entry is not None and entry.group is Group.PEOPLE:
        estimated = str(data.status.at[code, column]) in (Status.APPORTIONED, Status.MODELLED)
        year = data.provenance[column].vintage
        return f"{entry.label}, {year}{', estimated' if estimated else ''}"
    if entry is not None and entry.group is Group.ACCESS:
        average = ", on average" if data.is_added_up else ""
        if is_minutes(entry):
            return f"Nearest {place_kind(entry).singular}{average}"
        return f"Homes {near_words(entry)}{average}"
    if entry is not None and entry.group is Group.ASSETS:
        return sentence_case(f"{place_kind(entry).plural} inside")
    if column.endswith("_worst_fifth_share"):
        return "Small areas in the most deprived fifth"
    if column.endswith("_worst_decile_share"):
        return "Small areas in the most deprived tenth"
    if column.endswith("_decile"):
        return "Tenth of England"
    return "Average score" if data.is_added_up else "Score"
