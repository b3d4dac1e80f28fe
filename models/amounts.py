"""What a map of people, places, distances or other figures shows, in a sentence."""

import pandas as pd

from data.indicators import Group, Kind
from models.classes import Classes
from models.levels import Level
from models.schemes import FIFTHS, place_kind
from models.words import Part, a, all_of, distance, joined, noun, number, percent, value_words, where, who


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
        return _distance_sentence(classes, inside, known)
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


def _distance_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    kind = place_kind(classes.indicator)
    group = group_of(classes, inside, known)
    furthest = known["value"].idxmax()
    middle, most = distance(known["value"].median()), distance(known.at[furthest, "value"])
    on_average = " on average" if classes.level is not Level.AREA else ""
    if len(known) == 1:
        rest = f" is {most}{on_average} from {a(kind.singular)}, as the crow flies."
        return (Part(f"The only {group}", True), Part(rest))
    near = f" are{on_average} within {middle} of {a(kind.singular)}, as the crow flies; "
    return (
        Part(f"Half of the {group}", True),
        Part(f"{near}the furthest is {known.at[furthest, 'name']}, {most}."),
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
