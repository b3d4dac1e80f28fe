"""What two indicators have to do with each other, in a sentence, and what is known of one area on both."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from data.indicators import Group, Kind
from models.classes import SUPPRESSED, Classes
from models.condition_words import short_name, subject
from models.demand_words import DEMAND_IS_NOT_NEED, HIDDEN_NEED
from models.explain import (
    ABSENT_FROM_A_FILE,
    AVERAGES_HIDE,
    NEED_IS_NOT_DEMAND,
    RANKS_ARE_ROUGH,
    Explanation,
    children_caveats,
    children_sentence,
    no_value_caveats,
    said_beside,
)
from models.levels import Level, LevelData
from models.nearness import is_minutes
from models.schemes import place_kind
from models.selected import Figure, SelectedArea, explain_area
from models.two_way import THIRDS, Axis, TwoWay
from models.words import Part, a, all_of, joined, noun, number, where

BY_CHANCE: Final = "“By chance alone” means as if the two had nothing to do with each other."
NOT_CAUSING: Final = (
    "Going together is not causing: areas beside each other are often alike in much that is not on the map."
)
ALIKE: Final = 0.5
"""A count within half an area of what chance would give is as expected."""


def explain_two_way(two: TwoWay, data: LevelData) -> Explanation:
    """Say what a map of two indicators shows: how many shapes are worst on both, and how many by chance.

    Parameters
    ----------
    two
        The two indicators in nine classes.
    data
        The values it was made from; the number of children is read from them when there is one.
    """
    inside, known = two.inside, two.known
    children = data.children_column(inside.index)
    population = data.frame.loc[inside.index, children] if children else None
    if known.empty:
        names = " and ".join(short_name(axis.indicator) for axis in two.axes)
        sentence: tuple[Part, ...] = (
            Part(f"{names} cannot be compared", True),
            Part(f": none of {all_of(two.level, inside)} has a figure for both."),
        )
    else:
        sentence = (
            *_worst_sentence(two, inside, known),
            *_hidden_sentence(two),
            *children_sentence(two.level, two.worst_on_both, inside, population, data.dictionary),
            *_untold_sentence(two),
        )
    return Explanation(sentence, tuple(_caveats(two, data, inside, population)), tuple(_method(two, data)))


def _worst_sentence(two: TwoWay, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    worst = len(two.worst_on_both)
    known_words = "" if len(known) == len(inside) else " with both figures"
    group = joined(f"{noun(two.level, len(known))}{known_words}", where(inside))
    head = f"{number(worst) if worst else 'None'} of the {number(len(known))} {group}"
    does = [_worst_words(axis, two.level, worst) for axis in two.axes]
    if does[0].split(" ")[0] == does[1].split(" ")[0]:
        does[1] = does[1].split(" ", 1)[1]
    said = (Part(head, True), Part(f" {does[0]} and {does[1]}."))
    if not two.by_chance:
        return said
    return (
        *said,
        Part(" By chance alone "),
        Part(_expected(two.by_chance, worst), True),
        Part(" would."),
    )


def _hidden_sentence(two: TwoWay) -> tuple[Part, ...]:
    """Say what it may be to have high need with low demand."""
    if not two.seeks_hidden_need or two.worst_on_both.empty:
        return ()
    return (Part(" High need with low demand may be "), Part("hidden need", True), Part("."))


def _untold_sentence(two: TwoWay) -> tuple[Part, ...]:
    """Say of how many shapes hidden need cannot be told, for their counts are hidden."""
    hidden = two.counts[SUPPRESSED]
    if not two.seeks_hidden_need or not hidden:
        return ()
    counts = "its count is" if hidden == 1 else "their counts are"
    head = f" Of {number(hidden)} {noun(two.level, hidden)} it cannot be told"
    return (Part(head, True), Part(f": {counts} hidden."))


def _expected(by_chance: float, worst: int) -> str:
    if by_chance < 1:
        return "fewer than 1"
    return "about as many" if abs(by_chance - worst) <= ALIKE else f"about {number(by_chance)}"


def _worst_words(axis: Axis, level: Level, count: int) -> str:
    """Write what it is to be in the worst third: "are in England’s most deprived third for crime"."""
    indicator, end = axis.indicator, axis.labels[THIRDS[0]]
    if axis.national:
        verbs = ("is", "are") if level is Level.AREA else ("has an average rank", "have an average rank")
        return f"{verbs[count != 1]} in England’s {end} third for {subject(indicator)}"
    verb = "is" if count == 1 else "are"
    if is_minutes(indicator):
        return f"{verb} in the third {end} from {a(place_kind(indicator).singular)}"
    if indicator.kind is Kind.COUNT:
        return f"{verb} in the third with the {end} {subject(indicator)}"
    return f"{verb} in the {end} third for {subject(indicator)}"


def _caveats(
    two: TwoWay, data: LevelData, inside: pd.DataFrame, population: pd.Series | None
) -> Iterable[str]:
    if two.by_chance:
        yield BY_CHANCE
    yield NOT_CAUSING
    groups = {axis.indicator.group for axis in two.axes}
    if two.seeks_hidden_need:
        yield HIDDEN_NEED
    if Group.DEMAND in groups:
        yield DEMAND_IS_NOT_NEED
    elif Group.NEED in groups:
        yield NEED_IS_NOT_DEMAND
    yield from no_value_caveats(two.level, inside)
    yield from said_beside(axis.indicator for axis in two.axes)
    yield from children_caveats(data, inside, population)


def _method(two: TwoWay, data: LevelData) -> Iterable[str]:
    if {axis.indicator.group for axis in two.axes} & {Group.ACCESS, Group.ASSETS}:
        yield ABSENT_FROM_A_FILE
    if any(axis.national for axis in two.axes):
        yield AVERAGES_HIDE.format(data.level.singular) if data.is_added_up else RANKS_ARE_ROUGH
    yield from data.caveats


def explain_area_on_both(first: Classes, second: Classes, data: LevelData, code: str) -> SelectedArea:
    """Say what is known of one selected shape on two indicators.

    Parameters
    ----------
    first, second
        The indicators in classes of their own.
    data
        The values they were made from.
    code
        The shape that is selected.
    """
    one, other = (explain_area(classes, data, code) for classes in (first, second))
    figures = [*_told_apart(one, first, other), *_told_apart(other, second, one)]
    sentence = (*one.sentence, Part(" "), *other.sentence)
    return SelectedArea(code, one.name, one.place, sentence, tuple(dict.fromkeys(figures)))


def _told_apart(area: SelectedArea, classes: Classes, other: SelectedArea) -> list[Figure]:
    """Name the indicator in those labels that the other indicator has too, with another figure."""
    taken = {figure.label for figure in other.figures if figure not in area.figures}
    name = short_name(classes.indicator)
    return [
        Figure(f"{name}: {figure.label[0].lower()}{figure.label[1:]}", figure.value)
        if figure.label in taken
        else figure
        for figure in area.figures
    ]
