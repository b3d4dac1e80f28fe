"""Say in words what a result means, how sure it is and what it does not say.

The page, the alternative text, the report and the workbook all print these sentences.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import Kind, indicators
from data.provenance import Status
from models.classes import FIFTHS, MISSING, SUPPRESSED, Classes, Comparator
from models.levels import Level, LevelData
from models.words import Part, all_of, joined, noun, number, percent, where, who

NEED_IS_NOT_DEMAND: Final = "Need is deprivation, not demand: referrals play no part in it."
RANKS_ARE_ROUGH: Final = "Ranks are published without a margin: areas close in rank are much alike."
WARDS_ARE_MIXED: Final = "A ward's average can hide pockets: the table shows how far its small areas range."
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
    elif classes.comparator is Comparator.ENGLAND:
        sentence = _deprived_sentence(classes, inside, known, population)
    elif classes.indicator.kind is Kind.COUNT:
        sentence = _count_sentence(classes, inside, known)
    else:
        sentence = _score_sentence(classes, inside, known)
    caveats = tuple(_caveats(classes, data, inside, population))
    return Explanation(sentence, caveats, tuple(_method(classes, data, inside)))


def _nothing_known(classes: Classes, inside: pd.DataFrame) -> tuple[Part, ...]:
    hidden = int(inside["class"].eq(SUPPRESSED).sum())
    state = "has no figure to show" if hidden else "has no data"
    label = classes.indicator.label
    return (Part(f"{label} {state}", True), Part(f" for {all_of(classes.level, inside)}."))


def _deprived_sentence(
    classes: Classes, inside: pd.DataFrame, known: pd.DataFrame, population: pd.Series | None
) -> tuple[Part, ...]:
    worst = known[known["class"] == FIFTHS[0]]
    known_words = "" if len(known) == len(inside) else " with a figure"
    group = joined(f"{noun(classes.level, len(known))}{known_words}", where(inside))
    ward = classes.level is Level.WARD
    one, several = ("has an average rank", "have an average rank") if ward else ("is", "are")
    if len(known) == 1:
        verb = one if len(worst) else ("does not have an average rank" if ward else "is not")
        head = f"The only {group}"
    else:
        verb = one if len(worst) == 1 else several
        head = f"{number(len(worst)) if len(worst) else 'None'} of the {number(len(known))} {group}"
    said = (Part(head, True), Part(f" {verb} in England’s most deprived fifth."))
    return (*said, *_children_sentence(classes.level, worst, inside, population))


def _children_sentence(
    level: Level, worst: pd.DataFrame, inside: pd.DataFrame, population: pd.Series | None
) -> tuple[Part, ...]:
    if population is None or worst.empty or population.isna().any() or population.sum() == 0:
        return ()
    there = population.reindex(worst.index).sum()
    several = "in these councils" if where(inside) else f"in these {level.plural}"
    here = where(inside) if inside["la_name"].nunique() == 1 and where(inside) else several
    share = percent(there / population.sum())
    return (Part(f" {number(there)} {_people(population)} live there, {share} of all {here}."),)


def _count_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    total = known["value"].sum()
    partial = "" if len(known) == len(inside) else "at least "
    head = Part(f"{partial.capitalize()}{number(total)} {who(classes.indicator)}", True)
    live = Part(f" live in {all_of(classes.level, inside)}.")
    top = known[known["class"] == FIFTHS[0]]
    if top.empty or total == 0:
        return (head, live)
    share = percent(top["value"].sum() / total)
    verb = "holds" if len(top) == 1 else "hold"
    tail = f" The {number(len(top))} {noun(classes.level, len(top))} with most {verb} {share} of them."
    return (head, live, Part(tail))


def _score_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    high_is_worse = classes.indicator.polarity == "high_is_worse"
    first = known["value"].idxmax() if high_is_worse else known["value"].idxmin()
    name = str(known.at[first, "name"])
    here = all_of(classes.level, inside)
    end = "highest" if high_is_worse else "lowest"
    tail = f" is {end} in {name} among {here}. It is compared with them, not with England."
    return (Part(classes.indicator.label, True), Part(tail))


def _caveats(
    classes: Classes, data: LevelData, inside: pd.DataFrame, population: pd.Series | None
) -> Iterable[str]:
    if classes.is_need:
        yield NEED_IS_NOT_DEMAND
    hidden = int(inside["class"].eq(SUPPRESSED).sum())
    missing = int(inside["class"].eq(MISSING).sum())
    if hidden:
        yield f"{_count(classes.level, hidden)} hidden because the count is small."
    if missing:
        yield f"{_count(classes.level, missing)} without data. That is not the same as none."
    if classes.indicator.kind is Kind.COUNT:
        yield from _count_caveats(classes, data, inside)
    elif data.level is Level.AREA:
        yield from _estimates(inside["status"], f"{len(inside):,} figures")
    if classes.comparator is Comparator.ENGLAND:
        yield RANKS_ARE_ROUGH if data.level is Level.AREA else WARDS_ARE_MIXED
    if classes.comparator is Comparator.ENGLAND:
        yield from _children_caveats(data, inside, population)


def _method(classes: Classes, data: LevelData, inside: pd.DataFrame) -> Iterable[str]:
    yield from data.caveats
    averaged = data.level is Level.WARD and classes.is_need
    if averaged and inside["status"].eq(Status.APPORTIONED.value).any():
        yield AVERAGES_ARE_NEAR


def _count_caveats(classes: Classes, data: LevelData, inside: pd.DataFrame) -> Iterable[str]:
    """Say of which year a count is, and how much of it is estimated."""
    status = inside.loc[inside["value"].notna(), "status"]
    year = data.provenance[data.column_of(classes.indicator)].vintage
    states = [words for state, words in ESTIMATES.items() if len(status) and status.eq(state.value).all()]
    if states:
        yield f"{year} figures, {states[0]}."
    elif len(status):
        yield f"{year} figures."
        yield from _estimates(status, f"{len(inside):,} figures")


def _estimates(status: pd.Series, of_what: str) -> Iterable[str]:
    for state, words in ESTIMATES.items():
        affected = int(status.eq(state.value).sum())
        if affected:
            yield f"{affected:,} of {of_what} are {words}."


def _children_caveats(data: LevelData, inside: pd.DataFrame, population: pd.Series | None) -> Iterable[str]:
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
    yield f"{indicators()[column].label}: {data.provenance[column].vintage} figures{estimated}."


def _count(level: Level, number: int) -> str:
    return f"{number:,} {noun(level, number)} {'is' if number == 1 else 'are'}"


def _people(population: pd.Series) -> str:
    return who(indicators()[str(population.name)])
