"""Say what is known of one selected small area or ward."""

from dataclasses import dataclass

import pandas as pd

from data.codes import LSOA_COUNT
from data.indicators import Indicator, Kind, indicators
from data.provenance import Status
from models.classes import NO_VALUE_WORDS, Classes, Comparator
from models.levels import Level, LevelData, stem_of
from models.words import HIDDEN, NO_DATA, Part, rank_spread, value_words


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
    place = str(row["la_name"]) if wards else f"{row['ward_name']}, {row['la_name']}"
    children = data.children_column(pd.Index([code]))
    wanted = [*_companions(classes.indicator, data.level), *([children] if children else []), "pop_total"]
    columns = [c for c in dict.fromkeys(wanted) if c in data.frame.columns and c != classes.indicator.id]
    figures = [Figure(_figure_label(data, code, column), _value_at(data, code, column)) for column in columns]
    if spread := rank_spread(data, classes.indicator):
        figures.insert(0, Figure("Its small areas rank", spread[code]))
    return SelectedArea(
        code, str(row["name"]), place, _area_sentence(classes, row, data.vintage), tuple(figures)
    )


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


def _area_sentence(classes: Classes, row: pd.Series, vintage: str) -> tuple[Part, ...]:
    label = classes.indicator.label
    if row["class"] in NO_VALUE_WORDS:
        return (Part(f"{label}: "), Part(NO_VALUE_WORDS[row["class"]], True), Part("."))
    place = classes.labels[row["class"]]
    if classes.comparator is Comparator.THESE:
        value = value_words(row["value"], row["status"], classes.indicator.id)
        return (
            Part(f"{label}: "),
            Part(value, True),
            Part(f", in the fifth of {classes.level.plural} with the {place}."),
        )
    rank = f"{round(row['value']):,} of {LSOA_COUNT[vintage]:,}"
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
        carried = str(data.status.at[code, column]) == Status.APPORTIONED
        year = data.provenance[column].vintage
        return f"{indicators()[column].label}, {year}{', estimated' if carried else ''}"
    if column.endswith("_worst_fifth_share"):
        return "Small areas in the most deprived fifth"
    if column.endswith("_worst_decile_share"):
        return "Small areas in the most deprived tenth"
    if column.endswith("_decile"):
        return "Tenth of England"
    if column.endswith("_score"):
        return "Average score" if level is Level.WARD else "Score"
    return indicators()[column].label
