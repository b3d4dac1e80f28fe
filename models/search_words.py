"""What a search found, in a sentence that reads the question back; and what would find some."""

from collections.abc import Iterable
from itertools import pairwise
from typing import Final

import pandas as pd

from data.indicators import Group
from models.classes import MISSING, SUPPRESSED
from models.condition_words import brief, phrase, value_name, verb, words_at
from models.conditions import PARTS
from models.demand_words import DEMAND_IS_NOT_NEED
from models.explain import (
    ABSENT_FROM_A_FILE,
    AVERAGES_HIDE,
    NEED_IS_NOT_DEMAND,
    RANKS_ARE_ROUGH,
    Explanation,
    children_caveats,
    children_sentence,
    said_beside,
)
from models.levels import LevelData
from models.search import MATCH, NO_MATCH, Found, Wider, widen
from models.selected import Figure, SelectedArea
from models.words import Part, joined, noun, number, sentence_case, where

ANSWERS: Final = {
    MATCH: "match",
    NO_MATCH: "do not match",
    SUPPRESSED: "cannot be told: hidden, small count",
    MISSING: "cannot be told: no data",
}
SPOKEN_ANSWERS: Final = {**ANSWERS, MATCH: "matches", NO_MATCH: "does not match"}
MOST_SUGGESTED: Final = 2


def explain_search(found: Found, data: LevelData) -> Explanation:
    """Read the question back with its answer, say how many children live there, and what decides most.

    Parameters
    ----------
    found
        What was asked and found.
    data
        The values that were searched; the number of children is read from them when there is one.
    """
    inside = found.inside
    children = data.children_column(inside.index)
    population = data.frame.loc[inside.index, children] if children else None
    sentence = (
        *_answer(found, inside),
        *children_sentence(found.level, found.matches, inside, population, data.dictionary),
        *(_what_decides(found) if len(found.matches) else _what_would_match(found, widen(found, data))),
    )
    return Explanation(
        sentence, tuple(_caveats(found, data, inside, population)), tuple(_method(found, data))
    )


def question(found: Found) -> str:
    """Write what was asked as one text: "over 1.5 km from a library; in England’s most deprived fifth"."""
    return "; ".join(phrase(condition, found.level) for condition in found.conditions)


def _answer(found: Found, inside: pd.DataFrame) -> tuple[Part, ...]:
    count, level = len(found.matches), found.level
    group = joined(noun(level, len(inside)), where(inside))
    if count:
        head = f"{number(count)} of the {number(len(inside))} {group}"
    else:
        head = joined(f"No {level.singular}", where(inside))
    verbs = [verb(condition, level, count or 1) for condition in found.conditions]
    phrases = [phrase(condition, level) for condition in found.conditions]
    same_as_before = [one == before for before, one in pairwise(["", *verbs])]
    clauses = [
        words if told else f"{does} {words}"
        for does, words, told in zip(verbs, phrases, same_as_before, strict=True)
    ]
    last = f" and {clauses[-1]}" if len(clauses) > 1 else clauses[-1]
    return (Part(head, True), Part(f" {', '.join(clauses[:-1])}{last}."))


def _what_decides(found: Found) -> tuple[Part, ...]:
    """Say which condition leaves out most: how many would match without it."""
    if len(found.conditions) == 1 or max(found.without) == len(found.matches):
        return ()
    return (Part(_without_most(found)),)


def _without_most(found: Found) -> str:
    most = max(found.without)
    return f" Without condition {found.without.index(most) + 1}, {number(most)} would match."


def _what_would_match(found: Found, wider: tuple[Wider, ...]) -> tuple[Part, ...]:
    """Say which condition alone leaves none, and the nearest that would find some."""
    several = len(found.conditions) > 1
    never = [c for c, alone in zip(found.conditions, found.alone, strict=True) if not alone]
    words = " or ".join(f"“{brief(condition, found.level)}”" for condition in never)
    said = f" No {found.level.singular} at all meets {words}." if never and several else ""
    offers = [
        f"“{brief(one.condition, found.level)}” instead would find {number(one.matches)}"
        for one in wider[:MOST_SUGGESTED]
    ]
    if offers:
        said += f" Asking for {'; asking for '.join(offers)}."
    elif several and max(found.without):
        said += _without_most(found)
    elif several and not never:
        said += " More than one condition has to give way."
    return (Part(said),) if said else ()


def _caveats(
    found: Found, data: LevelData, inside: pd.DataFrame, population: pd.Series | None
) -> Iterable[str]:
    yield from _untold(found)
    groups = {indicator.group for indicator in found.indicators}
    if Group.DEMAND in groups:
        yield DEMAND_IS_NOT_NEED
    elif Group.NEED in groups:
        yield NEED_IS_NOT_DEMAND
    yield from said_beside(found.indicators)
    if groups & {Group.ACCESS, Group.ASSETS}:
        yield ABSENT_FROM_A_FILE
    yield from children_caveats(data, inside, population)


def _method(found: Found, data: LevelData) -> Iterable[str]:
    if any(condition.comparison in PARTS for condition in found.conditions):
        yield AVERAGES_HIDE.format(data.level.singular) if data.is_added_up else RANKS_ARE_ROUGH
    yield from data.caveats


def _untold(found: Found) -> Iterable[str]:
    hidden, missing = found.counts[SUPPRESSED], found.counts[MISSING]
    if not hidden + missing:
        return
    reasons = [f"{hidden:,} hidden because the count is small"] if hidden else []
    reasons += [f"{missing:,} without data"] if missing else []
    shapes = noun(found.level, hidden + missing)
    yield f"{hidden + missing:,} more {shapes} cannot be told and may match: {', '.join(reasons)}."


def explain_found_area(found: Found, data: LevelData, code: str) -> SelectedArea:
    """Say of one selected shape whether it meets each condition, and with which value.

    Parameters
    ----------
    found
        What was asked and found; its `met` must hold `code`.
    data
        The values that were searched.
    code
        The shape that is selected.
    """
    row = found.frame.loc[code]
    place = ", ".join(row[["la_name"] if data.is_added_up else ["ward_name", "la_name"]].dropna())
    sentence = [Part(f"{sentence_case(SPOKEN_ANSWERS[row['class']])}.", True)]
    for position, condition in enumerate(found.conditions):
        met = found.met.at[code, position]
        answer = "cannot be told" if pd.isna(met) else "yes" if met else "no"
        sentence.append(Part(f" {sentence_case(phrase(condition, found.level))}: {answer}."))
    asked = [*found.indicators]
    children = data.children_column(pd.Index([code]))
    if children and data.dictionary[children] not in asked:
        asked.append(data.dictionary[children])
    figures = [
        Figure(value_name(indicator, data), words_at(indicator, data, pd.Index([code]))[code])
        for indicator in asked
    ]
    return SelectedArea(code, str(row["name"]), place, tuple(sentence), tuple(figures))
