"""What a map of people, places, reach or other figures shows, in a sentence."""

from typing import Final

import pandas as pd

from data.indicators import Group, Kind
from geo.reach_columns import PLACES, ReachColumn, read_column
from models.classes import Classes
from models.levels import Level
from models.nearness import journey_of, minutes_in_words, near_words
from models.schemes import FIFTHS, place_kind
from models.words import (
    Part,
    a,
    all_of,
    joined,
    noun,
    number,
    percent,
    sentence_case,
    value_words,
    where,
    who,
)

HALF: Final = 0.5


def amount_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    """Say what a map of an indicator shows.

    Parameters
    ----------
    classes
        The indicator in classes.
    inside
        The shapes that are shown, as in `classes.inside`.
    known
        Those of them that have a value; at least one.
    """
    indicator = classes.indicator
    if indicator.group is Group.ASSETS:
        return _places_sentence(classes, inside, known)
    if indicator.group is Group.ACCESS:
        tell = {
            ReachColumn.MINUTES: _minutes_sentence,
            ReachColumn.SHARE: _share_sentence,
            ReachColumn.PER_1K: _supply_sentence,
        }[read_column(indicator.id)[1]]
        return tell(classes, inside, known)
    if indicator.kind is Kind.COUNT:
        return _count_sentence(classes, inside, known)
    if indicator.polarity == "neutral":
        return _range_sentence(classes, inside, known)
    return _score_sentence(classes, inside, known)


def group_of(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> str:
    """Name the shapes that have a figure: "small areas with a figure in Trafford", when some have none."""
    known_words = "" if len(known) == len(inside) else " with a figure"
    return joined(f"{noun(classes.level, len(known))}{known_words}", where(inside))


def _places_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    kind = place_kind(classes.indicator)
    holders, total = int(known["value"].gt(0).sum()), known["value"].sum()
    group = group_of(classes, inside, known)
    if len(known) == 1:
        head = f"The only {group}"
        rest = f" has {a(kind.singular) if holders else f'no {kind.singular}'} inside."
    else:
        head = f"{number(holders) if holders else 'None'} of the {number(len(known))} {group}"
        rest = f" {'have' if holders > 1 else 'has'} {a(kind.singular)} inside."
    in_all = f" There {'is' if total == 1 else 'are'} {number(total)} in all." if holders else ""
    return (Part(head, True), Part(rest + in_all))


def _minutes_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    indicator, kind = classes.indicator, place_kind(classes.indicator)
    group = group_of(classes, inside, known)
    furthest = known["value"].idxmax()
    middle, most = known["value"].median(), known.at[furthest, "value"]
    on_average = " on average" if classes.level is not Level.AREA else ""
    if len(known) == 1:
        rest = f" is{on_average} {journey_of(most, indicator)} from {a(kind.singular)}."
        return (Part(f"The only {group}", True), Part(rest))
    near = f" are{on_average} within {journey_of(middle, indicator)} of {a(kind.singular)}; "
    return (
        Part(f"Half of the {group}", True),
        Part(f"{near}the furthest is {known.at[furthest, 'name']}, {minutes_in_words(most)}."),
    )


def _share_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    group, level = group_of(classes, inside, known), classes.level
    near = f"{near_words(classes.indicator)} of {a(place_kind(classes.indicator).singular)}"
    if len(known) == 1:
        homes = percent(known["value"].iloc[0])
        return (Part(f"{sentence_case(homes)} of homes", True), Part(f" in the only {group} are {near}."))
    few, none = int(known["value"].lt(HALF).sum()), int(known["value"].eq(0).sum())
    if not few:
        head = f"In each of the {number(len(known))} {group}"
        return (Part(head, True), Part(f" half of the homes or more are {near}."))
    head = f"In {number(few)} of the {number(len(known))} {group}"
    last = f", and in {number(none)} {noun(level, none)} no home is" if none else ""
    return (Part(head, True), Part(f" fewer than half of the homes are {near}{last}."))


def _supply_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    indicator, plural = classes.indicator, place_kind(classes.indicator).plural
    group = group_of(classes, inside, known)
    least = known["value"].idxmin()
    middle, low = (value_words(v, "", indicator) for v in (known["value"].median(), known.at[least, "value"]))
    unit = indicator.unit.partition(" for each ")[0]
    what = plural if unit == PLACES else f"{unit} of {plural}"
    reached = f"{what} for each 1,000 children within reach"
    if len(known) == 1:
        return (Part(f"The only {group}", True), Part(f" has {low} {reached}."))
    return (
        Part(f"Half of the {group}", True),
        Part(f" have at most {middle} {reached}; the fewest has {known.at[least, 'name']}, {low}."),
    )


def _count_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    people = classes.indicator.group is Group.PEOPLE
    total = known["value"].sum()
    partial = "" if len(known) == len(inside) else "at least "
    if people:
        head = f"{partial.capitalize()}{number(total)} {who(classes.indicator)}"
    else:
        head = f"{classes.indicator.label}: {partial}{number(total)}"
    said = (Part(head, True), Part(f" {'live in' if people else 'in'} {all_of(classes.level, inside)}."))
    top = known[known["class"] == FIFTHS[0]]
    if top.empty or total <= 0:
        return said
    share = percent(top["value"].sum() / total)
    verb = "holds" if len(top) == 1 else "hold"
    return (
        *said,
        Part(f" The {number(len(top))} {noun(classes.level, len(top))} with most {verb} {share} of them."),
    )


def _score_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    high_is_worse = classes.indicator.polarity == "high_is_worse"
    first = known["value"].idxmax() if high_is_worse else known["value"].idxmin()
    name = str(known.at[first, "name"])
    end = "highest" if high_is_worse else "lowest"
    tail = f" is {end} in {name} among {all_of(classes.level, inside)}. {_NOT_WITH_ENGLAND}"
    return (Part(classes.indicator.label, True), Part(tail))


def _range_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    indicator, values = classes.indicator, known["value"]
    low, high = values.idxmin(), values.idxmax()
    least, middle, most = (
        value_words(value, "", indicator) for value in (values.min(), values.median(), values.max())
    )
    if least == most:
        tail = f" is {least} throughout {all_of(classes.level, inside)}."
    else:
        ends = f"runs from {least} in {known.at[low, 'name']} to {most} in {known.at[high, 'name']}"
        tail = f" {ends} among {all_of(classes.level, inside)}; half of them are at {middle} or below."
    return (Part(indicator.label, True), Part(f"{tail} {_NOT_WITH_ENGLAND}"))


_NOT_WITH_ENGLAND = "It is compared with them, not with England."
