"""The profile of one shape in words: its sentence, its four leading figures, and what to bear in mind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.asset_kinds import asset_kinds
from data.indicators import Indicator
from geo.reach_columns import ReachColumn
from models.explain import NEED_IS_NOT_DEMAND, Explanation
from models.levels import NEED_INDEX, Level, LevelData
from models.nearness import journey_of, journey_word
from models.need_words import HIGH, LOW, RANK, has_ranks, likely_words
from models.profile_setting import Setting
from models.words import (
    HIDDEN,
    NO_DATA,
    Part,
    joined,
    number,
    percent,
    sentence_case,
    value_words,
    where,
    who,
    words_at,
)

HUB: Final = "family_hub"
NAMED_IN_SENTENCE: Final = (HUB, "library")
POVERTY: Final = {
    "need_idaci_rank": "child poverty (IDACI)",
    "need_income_rank": "low income",
    "need_imd_rank": "deprivation",
}
"""The ranks that may stand for child poverty, the best first, and what a heading calls them."""

UNDER_FIVE: Final = "pop_0_4"
POCKETS: Final = "A {}'s average can hide pockets of need and of plenty."
NEED_FIFTHS: Final = ("High need", "Fairly high need", "Middling need", "Fairly low need", "Low need")
MANY: Final = 10
"""So many shapes are needed for one to be called high or low among them."""

NOT_EACH_FAMILY: Final = "What is true of an area is not true of each family in it."
LIKELY: Final = "A likely rank is where it stays in nine of ten ways of weighting need."
OF_AREAS: Final = "A small area is home to 1,000 to 3,000 people."


@dataclass(frozen=True)
class Tile:
    """One leading figure of a profile: what it is, its value, and what it is to be read against."""

    label: str
    value: str
    note: str = ""


def explain_profile(data: LevelData, code: str) -> Explanation:
    """Say in a few sentences what a shape is like.

    Parameters
    ----------
    data
        Values at the level of the shape, with need ranked where there is any.
    code
        The shape.
    """
    told = (_need_parts, _children_parts, _poverty_parts, _places_parts)
    sentences = [parts for tell in told if (parts := list(tell(data, code)))]
    if not sentences:
        sentences = [
            [
                Part(str(data.frame.at[code, "name"]), True),
                Part(" has no figure to sum up: what there is stands under “Every other indicator”."),
            ]
        ]
    parts = [part for sentence in sentences for part in (*sentence, Part(" "))]
    return Explanation(tuple(parts[:-1]), tuple(_caveats(data, code)))


def _need_parts(data: LevelData, code: str) -> Iterable[Part]:
    if not has_ranks(data) or pd.isna(data.frame.at[code, RANK]):
        return
    row, of = data.frame.loc[code], int(data.frame[RANK].notna().sum())
    if of == 1:
        return
    if of >= MANY:
        yield Part(f"{NEED_FIFTHS[min(int((row[RANK] - 1) * 5 / of), 4)]}: ", True)
    ranked = "ranked" if of >= MANY else "Ranked"
    rank = f"{ranked} {number(row[RANK])}{likely_words(row[LOW], row[HIGH], ', likely ')}"
    shapes = joined(f"{number(of)} {data.level.plural}", where(data.frame))
    between = "," if row[LOW] != row[HIGH] else ""
    yield Part(f"{rank}{between} of {shapes} for combined need, where 1 is the highest.")


def _children_parts(data: LevelData, code: str) -> Iterable[Part]:
    column = data.children_column(pd.Index([code]))
    if column and pd.notna(data.frame.at[code, column]):
        count, year = data.frame.at[code, column], data.provenance[column].vintage
        people, verb = who(data.dictionary[column]), "live"
        if round(count) == 1:
            people, verb = people.replace("children", "child"), "lives"
        yield Part(f"{number(count)} {people}", True)
        yield Part(f" {verb} here{f' ({year} figures)' if year else ''}.")


def _poverty_parts(data: LevelData, code: str) -> Iterable[Part]:
    column = poverty_column(data)
    if column is None or pd.isna(data.frame.at[code, data.column_of(data.dictionary[column])]):
        return
    entry = data.dictionary[column]
    its = data.column_of(entry)
    of = data.ranked_in(its).areas
    worse = (of - float(data.frame.at[code, its])) / of
    average = " on average" if data.is_added_up else ""
    label = entry.label.split(" (")[0]
    yield Part(f"{label} is{average} worse than in ")
    yield Part(percent(worse), True)
    yield Part(" of England’s small areas.")


def poverty_column(data: LevelData) -> str | None:
    """Return the rank that stands for child poverty, or the nearest to it that there is."""
    found = (c for c in POVERTY if c in data.dictionary and data.column_of(data.dictionary[c]) in data.frame)
    return next(found, None)


def _places_parts(data: LevelData, code: str) -> Iterable[Part]:
    told = [
        f"{asset_kinds()[kind].singular} is {journey_of(float(data.frame.at[code, entry.id]), entry)} away"
        for kind, entry in _near_told(data, code).items()
    ]
    if told:
        average = " on average" if data.is_added_up else ""
        yield Part(f"The nearest {' and the nearest '.join(told)}{average}.")


def _near_told(data: LevelData, code: str) -> dict[str, Indicator]:
    """Return the minutes to the kinds that a sentence names, where they are known."""
    columns = {kind: ReachColumn.MINUTES.of(kind) for kind in NAMED_IN_SENTENCE}
    known = {kind: c for kind, c in columns.items() if c in data.frame and pd.notna(data.frame.at[code, c])}
    return {kind: data.dictionary[column] for kind, column in known.items()}


def _caveats(data: LevelData, code: str) -> Iterable[str]:
    yield NEED_IS_NOT_DEMAND
    if data.is_added_up:
        yield POCKETS.format(data.level.singular)
    else:
        yield OF_AREAS
    yield NOT_EACH_FAMILY
    if has_ranks(data) and data.frame.at[code, LOW] < data.frame.at[code, HIGH]:
        yield LIKELY
    yield from dict.fromkeys(entry.method for entry in _near_told(data, code).values())


def tiles_of(data: LevelData, code: str, settings: Sequence[Setting]) -> list[Tile]:
    """Return the leading figures of a shape: children, need, child poverty and the nearest family hub."""
    tiles = [
        _children_tile(data, code),
        _need_tile(data, code),
        _poverty_tile(data, code),
        _hub_tile(data, code, settings),
    ]
    return [tile for tile in tiles if tile is not None]


def _children_tile(data: LevelData, code: str) -> Tile | None:
    column = data.children_column(pd.Index([code]))
    if column is None:
        return None
    year = data.provenance[column].vintage
    notes = [_young_words(data, code, column), f"{year} figures" if year else ""]
    return Tile(data.dictionary[column].label, words_at(data, code, column), "; ".join(filter(None, notes)))


def _young_words(data: LevelData, code: str, column: str) -> str:
    """Say how many of the children are under five, where the same file says so."""
    young = data.provenance.get(UNDER_FIVE)
    if young is None or young.file != data.provenance[column].file:
        return ""
    words = words_at(data, code, UNDER_FIVE)
    return "" if words in (HIDDEN, NO_DATA) else f"{words} of them under five"


def _need_tile(data: LevelData, code: str) -> Tile | None:
    if NEED_INDEX not in data.frame.columns:
        return None
    if not has_ranks(data) or pd.isna(data.frame.at[code, RANK]):
        return Tile("Rank for combined need", value_words(np.nan, str(data.status.at[code, NEED_INDEX])))
    row, of = data.frame.loc[code], int(data.frame[RANK].notna().sum())
    if of == 1:
        return None
    likely = likely_words(row[LOW], row[HIGH], "likely ") or "the same in nine of ten weightings"
    note = f"of {number(of)} {data.level.plural}; 1 is the highest need; {likely}"
    return Tile("Rank for combined need", number(row[RANK]), note)


def _poverty_tile(data: LevelData, code: str) -> Tile | None:
    column = poverty_column(data)
    if column is None:
        return None
    its = data.column_of(data.dictionary[column])
    what = "Average rank" if data.is_added_up else "Rank"
    note = f"of {number(data.ranked_in(its).areas)} in England; 1 is the most deprived"
    return Tile(f"{what} for {POVERTY[column]}", words_at(data, code, its), note)


def _hub_tile(data: LevelData, code: str, settings: Sequence[Setting]) -> Tile | None:
    column = ReachColumn.MINUTES.of(HUB)
    if column not in data.frame.columns:
        return None
    average = ", on average" if data.is_added_up else ""
    entry = data.dictionary[column]
    wider = ((s.name, words_at(s, s.code, column, entry)) for s in reversed(settings))
    notes = (f"{name}: {words} on average" for name, words in wider if words not in (HIDDEN, NO_DATA))
    head = f"{sentence_case(journey_word(entry))} to the nearest family hub{average}"
    return Tile(head, words_at(data, code, column, entry), next(notes, ""))


def place_words(data: LevelData, code: str) -> str:
    """Say what and where a shape is: "Small area E01990011 in Castle Quay ward, Northmere"."""
    row = data.frame.loc[code]
    kind = "Small area" if data.level is Level.AREA else data.level.singular.capitalize()
    ward = f"{row['ward_name']} ward" if data.level is Level.AREA and pd.notna(row["ward_name"]) else None
    council = row["la_name"] if data.level is not Level.COUNCIL and pd.notna(row["la_name"]) else None
    where = ", ".join(str(part) for part in (ward, council) if part)
    called = kind if code == row["name"] else f"{kind} {code}"
    return f"{called}{f' in {where}' if where else ''}"
