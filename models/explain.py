"""Say in words what a result means, how sure it is and what it does not say.

The page, the alternative text, the report and the workbook all print these sentences.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import Group, Indicator, Kind
from data.provenance import Status
from models.amounts import amount_sentence, group_of
from models.classes import MISSING, SUPPRESSED, Classes
from models.demand_words import demand_caveats, demand_method, demand_sentence
from models.levels import NEED_INDEX, WIDE, Level, LevelData
from models.need_words import has_ranks, need_caveats, need_method, need_sentence
from models.schemes import FIFTHS, Comparator
from models.words import Part, all_of, noun, number, percent, sentence_case, where, who

NEED_IS_NOT_DEMAND: Final = "Need is deprivation, not demand: referrals play no part in it."
RANKS_ARE_ROUGH: Final = "Ranks are published without a margin: areas close in rank are much alike."
AVERAGES_HIDE: Final = "A {}'s average can hide pockets: the table shows how far its small areas range."
ABSENT_FROM_A_FILE: Final = (
    "A place that is not listed is not counted: that does not mean that it is not there."
)
AVERAGES_ARE_NEAR: Final = (
    "Averages are weighted by populations carried across from other boundaries, so they can differ a little "
    "from published ones."
)
ESTIMATES: Final = {
    Status.APPORTIONED: "carried across from other boundaries, so estimated",
    Status.MODELLED: "modelled, so estimated",
    Status.STALE: "older than the rest",
}


@dataclass(frozen=True)
class Explanation:
    """A sentence in parts, the caveats that stand under it, and the method, which is one click away."""

    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]
    method: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The sentence as plain text."""
        return "".join(part.text for part in self.sentence)


def explain_map(classes: Classes, data: LevelData) -> Explanation:
    """Say what a map of one indicator shows.

    Parameters
    ----------
    classes
        The indicator in classes.
    data
        The values it was made from; the number of children is read from them when there is one.
    """
    inside = classes.inside
    children = data.children_column(inside.index)
    population = data.frame.loc[inside.index, children] if children else None
    known = inside[inside["value"].notna()]
    if known.empty:
        sentence = _nothing_known(classes, inside)
    elif _is_ranked_need(classes, data):
        sentence = need_sentence(classes, data, known, population)
    elif classes.comparator is Comparator.ENGLAND:
        sentence = _deprived_sentence(classes, inside, known, population, data.dictionary)
    else:
        sentence = demand_sentence(classes, data, inside, known) or amount_sentence(classes, inside, known)
    caveats = tuple(_caveats(classes, data, inside, population))
    return Explanation(sentence, caveats, tuple(_method(classes, data, inside)))


def _is_ranked_need(classes: Classes, data: LevelData) -> bool:
    return classes.indicator.id == NEED_INDEX and has_ranks(data)


def _nothing_known(classes: Classes, inside: pd.DataFrame) -> tuple[Part, ...]:
    hidden = int(inside["class"].eq(SUPPRESSED).sum())
    state = "has no figure to show" if hidden else "has no data"
    label = classes.indicator.label
    return (Part(f"{label} {state}", True), Part(f" for {all_of(classes.level, inside)}."))


def _deprived_sentence(
    classes: Classes,
    inside: pd.DataFrame,
    known: pd.DataFrame,
    population: pd.Series | None,
    dictionary: Mapping[str, Indicator],
) -> tuple[Part, ...]:
    worst = known[known["class"] == FIFTHS[0]]
    group = group_of(classes, inside, known)
    average = classes.level is not Level.AREA
    one, several = ("has an average rank", "have an average rank") if average else ("is", "are")
    if len(known) == 1:
        verb = one if len(worst) else ("does not have an average rank" if average else "is not")
        head = f"The only {group}"
    else:
        verb = one if len(worst) == 1 else several
        head = f"{number(len(worst)) if len(worst) else 'None'} of the {number(len(known))} {group}"
    said = (Part(head, True), Part(f" {verb} in England’s most deprived fifth."))
    nearest = _nearest_to_worst(known) if classes.level in WIDE and worst.empty and len(known) > 1 else ()
    return (*said, *nearest, *children_sentence(classes.level, worst, inside, population, dictionary))


def _nearest_to_worst(known: pd.DataFrame) -> tuple[Part, ...]:
    """Name the most deprived of councils or regions: their averages seldom reach a fifth at either end."""
    first = known.sort_index()["value"].idxmin()
    return (
        Part(" The most deprived is "),
        Part(str(known.at[first, "name"]), True),
        Part(f", with an average rank of {number(known.at[first, 'value'])}."),
    )


def children_sentence(
    level: Level,
    worst: pd.DataFrame,
    inside: pd.DataFrame,
    population: pd.Series | None,
    dictionary: Mapping[str, Indicator],
) -> tuple[Part, ...]:
    """Say how many children live in some of the shapes shown; nothing unless they are known for all.

    Parameters
    ----------
    level
        What one shape is.
    worst
        The shapes in question.
    inside
        All that are shown.
    population
        Children in each of those shown, named after its column.
    dictionary
        What that column means.
    """
    if population is None or worst.empty or population.isna().any() or population.sum() == 0:
        return ()
    there = population.reindex(worst.index).sum()
    several = "in these councils" if where(inside) else f"in these {level.plural}"
    here = where(inside) if inside["la_name"].nunique() == 1 and where(inside) else several
    share = percent(there / population.sum())
    people = who(dictionary[str(population.name)])
    return (Part(f" {number(there)} {people} live there, {share} of all {here}."),)


def _caveats(
    classes: Classes, data: LevelData, inside: pd.DataFrame, population: pd.Series | None
) -> Iterable[str]:
    indicator = classes.indicator
    if classes.is_need:
        yield NEED_IS_NOT_DEMAND
    if indicator.group is Group.DEMAND:
        yield from demand_caveats(classes, data, inside)
    yield from no_value_caveats(classes.level, inside)
    yield from said_beside([indicator])
    if indicator.group in (Group.ASSETS, Group.ACCESS):
        yield ABSENT_FROM_A_FILE
    elif indicator.kind is Kind.COUNT:
        yield from _count_caveats(classes, data, inside)
    elif data.level is Level.AREA and indicator.group is not Group.DEMAND:
        yield from _estimates(inside["status"], f"{len(inside):,} figures")
    if _is_ranked_need(classes, data) and inside["value"].notna().any():
        yield from need_caveats(classes, data)
        yield from children_caveats(data, inside, population)
    if classes.comparator is Comparator.ENGLAND:
        yield AVERAGES_HIDE.format(data.level.singular) if data.is_added_up else RANKS_ARE_ROUGH
        yield from children_caveats(data, inside, population)


def no_value_caveats(level: Level, inside: pd.DataFrame) -> Iterable[str]:
    """Say how many shapes are hidden or without data, by their `class`."""
    hidden = int(inside["class"].eq(SUPPRESSED).sum())
    missing = int(inside["class"].eq(MISSING).sum())
    if hidden:
        yield f"{_count(level, hidden)} hidden because the count is small."
    if missing:
        yield f"{_count(level, missing)} without data. That is not the same as none."


def said_beside(shown: Iterable[Indicator]) -> Iterable[str]:
    """Return what is said beside indicators: the caveat of each, and once how they were measured."""
    every = list(shown)
    yield from (indicator.caveat for indicator in every if indicator.caveat)
    yield from dict.fromkeys(indicator.method for indicator in every if indicator.method)


def _method(classes: Classes, data: LevelData, inside: pd.DataFrame) -> Iterable[str]:
    yield from data.caveats
    if classes.indicator.group is Group.DEMAND:
        yield from demand_method(classes, data)
    if _is_ranked_need(classes, data):
        yield from need_method(data)
    averaged = data.is_added_up and classes.is_need
    if averaged and inside["status"].eq(Status.APPORTIONED.value).any():
        yield AVERAGES_ARE_NEAR


def _count_caveats(classes: Classes, data: LevelData, inside: pd.DataFrame) -> Iterable[str]:
    """Say of which year a count is, and how much of it is estimated."""
    status = inside.loc[inside["value"].notna(), "status"]
    year = data.provenance[data.column_of(classes.indicator)].vintage
    states = [words for state, words in ESTIMATES.items() if len(status) and status.eq(state.value).all()]
    if states:
        yield f"{sentence_case(f'{year} figures'.strip())}, {states[0]}."
    elif len(status):
        if year:
            yield f"{year} figures."
        yield from _estimates(status, f"{len(inside):,} figures")


def _estimates(status: pd.Series, of_what: str) -> Iterable[str]:
    for state, words in ESTIMATES.items():
        affected = int(status.eq(state.value).sum())
        if affected:
            yield f"{affected:,} of {of_what} are {words}."


def children_caveats(data: LevelData, inside: pd.DataFrame, population: pd.Series | None) -> Iterable[str]:
    """Say of which year the number of children is, how much of it is estimated, or that it is not known."""
    if population is None:
        yield "No number of children was loaded, so the children who live there are not counted."
        return
    column = str(population.name)
    unknown = int(population.isna().sum())
    if unknown:
        yield (
            f"The number of children is not known for {unknown:,} of {len(inside):,} {data.level.plural}, "
            "so it is not added up."
        )
        return
    status = data.status.loc[inside.index, column].astype(str)
    states = [words for state, words in ESTIMATES.items() if status.eq(state.value).any()]
    estimated = f", {states[0]}" if states else ""
    yield f"{data.dictionary[column].label}: {data.provenance[column].vintage} figures{estimated}."


def _count(level: Level, number: int) -> str:
    return f"{number:,} {noun(level, number)} {'is' if number == 1 else 'are'}"
