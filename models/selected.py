"""Say what is known of one selected small area or ward."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import Indicator, Kind, indicators
from data.provenance import Status
from models.classes import NO_VALUE_WORDS, Classes, Comparator
from models.levels import Level, LevelData, stem_of
from models.words import HIDDEN, NO_DATA, Part, rank_spread, value_words

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
    """Say what is known of one selected small area or ward.

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
    wards = data.level is Level.WARD
    place = ", ".join(row[["la_name"] if wards else ["ward_name", "la_name"]].dropna())
    children = data.children_column(pd.Index([code]))
    wanted = [*_companions(classes.indicator, data.level), *([children] if children else []), "pop_total"]
    columns = [c for c in dict.fromkeys(wanted) if c in data.frame.columns and c != classes.indicator.id]
    figures = [Figure(_figure_label(data, code, column), _value_at(data, code, column)) for column in columns]
    if spread := rank_spread(data, classes.indicator):
        figures.insert(0, Figure("Its small areas rank", spread[code]))
    return SelectedArea(code, str(row["name"]), place, _area_sentence(classes, data, row), tuple(figures))


def _value_at(data: LevelData, code: str, column: str) -> str:
    value, status = float(data.frame.at[code, column]), str(data.status.at[code, column])
    words = value_words(value, status, column)
    if words in (HIDDEN, NO_DATA):
        return words
    if column.endswith("_decile"):
        return f"{words} of 10"
    if column.endswith("_share"):
        areas = int(data.frame.at[code, "areas"])
        return f"{round(value * areas):,} of {areas:,}"
    return words


def _area_sentence(classes: Classes, data: LevelData, row: pd.Series) -> tuple[Part, ...]:
    label = classes.indicator.label
    if row["class"] in NO_VALUE_WORDS:
        return (Part(f"{label}: "), Part(NO_VALUE_WORDS[row["class"]], True), Part("."))
    if classes.comparator is Comparator.THESE:
        value = value_words(row["value"], row["status"], classes.indicator.id)
        fifths = AMOUNT_FIFTHS if classes.indicator.kind is Kind.COUNT else SCORE_FIFTHS
        place = fifths[row["class"]].format(plural=classes.level.plural)
        return (Part(f"{label}: "), Part(value, True), Part(f", in {place}."))
    place = classes.labels[row["class"]]
    ranked = data.ranked_in(data.column_of(classes.indicator))
    rank = f"{round(row['value']):,} of {ranked.areas:,}"
    kind = "Average rank" if classes.level is Level.WARD else "Ranked"
    fifth = {"second": "second most deprived", "fourth": "second least deprived"}.get(place, place)
    return (Part(f"{label}: "), Part(f"{kind.lower()} {rank}", True), Part(f", in England’s {fifth} fifth."))


def _companions(indicator: Indicator, level: Level) -> list[str]:
    stem = stem_of(indicator.id)
    if indicator.kind is Kind.COUNT:
        return []
    if level is Level.WARD:
        return [f"{stem}_score", f"{stem}_worst_fifth_share", f"{stem}_worst_decile_share"]
    return [f"{stem}_score", f"{stem}_decile"]


def _figure_label(data: LevelData, code: str, column: str) -> str:
    level = data.level
    if column.startswith("pop_"):
        estimated = str(data.status.at[code, column]) in (Status.APPORTIONED, Status.MODELLED)
        year = data.provenance[column].vintage
        return f"{indicators()[column].label}, {year}{', estimated' if estimated else ''}"
    if column.endswith("_worst_fifth_share"):
        return "Small areas in the most deprived fifth"
    if column.endswith("_worst_decile_share"):
        return "Small areas in the most deprived tenth"
    if column.endswith("_decile"):
        return "Tenth of England"
    if column.endswith("_score"):
        return "Average score" if level is Level.WARD else "Score"
    return indicators()[column].label
