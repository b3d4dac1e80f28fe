"""Pen portraits of types in plain words: what is higher and lower there than on average, and by how much.

A portrait is made of the composites that made the types and of a few figures of the profile. It says what the
figures say and no more: names describe and do not judge.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.area_table import AreaTable
from models.composite_parts import children_of
from models.composites import COMPOSITE, COMPOSITES, Composite, Composites
from models.portrait_words import LEVELS, figure_words, portrait_sentences
from models.type_lacking import Lacking, kinds_lacking

MOST_WARDS: Final = 5
NAMED_FROM: Final = 0.35
"""How many standard deviations from the average a composite must be to stand in a name."""

ABOUT: Final = "about average"
MAY_BE_CHANCE: Final = "That referrals here differ from what is expected may be chance."

MIDDLING: Final = 0.4
"""Need is middling where it lies no more standard deviations from the average than this."""


@dataclass(frozen=True)
class Trait:
    """How a type is on one composite.

    Attributes
    ----------
    composite
        The composite.
    value, average
        Its average there and in all areas, each area counting by its children, in the composite's own unit.
    gap
        How many standard deviations of all areas the one lies above the other.
    level
        "much higher", "higher", "a little higher", "about average", and so on down.
    words
        The two averages in words, in units that people know.
    """

    composite: Composite
    value: float
    average: float
    gap: float
    level: str
    words: str


@dataclass(frozen=True)
class Portrait:
    """One type in words.

    Attributes
    ----------
    type
        Its letter.
    name
        A name made of what stands out; no two types of one run have the same.
    sentences
        The portrait: what is higher, what is lower, what is as everywhere.
    traits
        How it is on each composite, in their order: the bars of its profile.
    areas
        How many small areas it has.
    children
        How many children live there; missing where that is not known of each of its areas.
    wards
        The wards with most of its areas, with how many, the most first.
    lacking
        Kinds of place that fewer homes have within reach than on average.
    """

    type: str
    name: str
    sentences: tuple[str, ...]
    traits: tuple[Trait, ...]
    areas: int
    children: float
    wards: tuple[tuple[str, int], ...]
    lacking: tuple[Lacking, ...]


def portraits_of(composites: Composites, types: pd.Series, areas: AreaTable) -> Mapping[str, Portrait]:
    """Draw the portrait of every type.

    Parameters
    ----------
    composites
        The composites that the types were made of.
    types
        The letter of each area's type, by area code; missing for an area without one.
    areas
        The areas with places laid over them, for wards and for what is lacking.

    Returns
    -------
    Mapping
        The portraits by letter, in the order of the letters.
    """
    index = composites.frame.index
    mine = types.reindex(index)
    weights = _weights(composites)
    traits = {
        letter: tuple(_traits(composites, mine.eq(letter).fillna(False), weights))
        for letter in sorted(mine.dropna().unique())
    }
    names = suggest_names(traits)
    children = children_of(areas)
    portraits = {}
    for letter, its in traits.items():
        inside = mine.eq(letter).fillna(False).astype(bool)
        codes = index[inside]
        lacking = kinds_lacking(areas, codes, weights)
        portraits[letter] = Portrait(
            letter,
            names[letter],
            portrait_sentences(its, areas, codes, weights),
            its,
            len(codes),
            float("nan") if children is None else float(children[codes].sum(min_count=len(codes))),
            _wards(areas, codes),
            lacking,
        )
    return portraits


def sentences_of_area(composites: Composites, code: str, areas: AreaTable) -> tuple[str, ...]:
    """Write what one small area is like beside all: the words of its profile.

    Parameters
    ----------
    composites
        The composites of the build.
    code
        The area.
    areas
        The areas.
    """
    weights = _weights(composites)
    weights.loc[code] = weights.fillna(1.0).loc[code]
    inside = pd.Series(weights.index == code, weights.index)
    traits = tuple(_traits(composites, inside, weights))
    told = portrait_sentences(traits, areas, pd.Index([code]), weights)
    signal = composites.measures.get("demand_signal", pd.Series(np.nan, weights.index)).loc[code]
    unsure = signal == 0 and any(t.composite.id == "demand" and t.level != ABOUT for t in traits)
    return (*told, MAY_BE_CHANCE) if unsure else told


def _weights(composites: Composites) -> pd.Series:
    """Return what each area counts by: its children, or each alike where nobody's are known."""
    weights = composites.weights.where(composites.weights > 0)
    return pd.Series(1.0, weights.index) if weights.isna().all() else weights


def suggest_names(traits: Mapping[str, tuple[Trait, ...]]) -> dict[str, str]:
    """Name types by their need and by what else stands out most; as much of it as keeps them apart.

    Parameters
    ----------
    traits
        The traits of each type, by its letter.

    Returns
    -------
    dict
        The names by letter. Types that differ in nothing that may be named are told apart by their letter.
    """
    parts = {letter: _name_parts(its) for letter, its in traits.items()}
    names = {letter: _name(its[:2]) for letter, its in parts.items()}
    for length in range(3, 3 + len(COMPOSITES)):
        twice = _twice(names)
        names = {k: _name(parts[k][:length]) if k in twice else name for k, name in names.items()}
    twice = _twice(names)
    return {k: f"{name} ({k})" if k in twice else name for k, name in names.items()}


def _twice(names: Mapping[str, str]) -> set[str]:
    given = list(names.values())
    return {letter for letter, name in names.items() if given.count(name) > 1}


def _name(parts: list[str]) -> str:
    words = ", ".join(parts)
    return words[:1].upper() + words[1:]


def _name_parts(traits: tuple[Trait, ...]) -> list[str]:
    """Return the parts of a name, need first and then what stands out most."""
    by_id = {trait.composite.id: trait for trait in traits}
    need = by_id.get("need")
    parts = []
    if need is not None:
        middling = abs(need.gap) < MIDDLING
        parts = ["middling need"] if middling else [_side(need)]
    others = sorted((t for t in traits if t is not need), key=lambda t: (-abs(t.gap), t.composite.id))
    parts += [_side(t) for t in others if abs(t.gap) >= NAMED_FROM]
    return parts or ["much as elsewhere"]


def _side(trait: Trait) -> str:
    return trait.composite.high_name if trait.gap > 0 else trait.composite.low_name


def _traits(composites: Composites, inside: pd.Series, weights: pd.Series) -> Iterable[Trait]:
    for id_ in composites.frame.columns:
        values = composites.frame[id_]
        average, spread = weighted_moments(values, weights)
        value, _ = weighted_moments(values[inside], weights[inside])
        if np.isnan(value) or not spread > 0:
            continue
        gap = (value - average) / spread
        yield Trait(
            COMPOSITE[id_],
            value,
            average,
            gap,
            level_of(gap),
            figure_words(composites, id_, inside, weights),
        )


def level_of(gap: float) -> str:
    """Say in words how far a type lies from the average, in standard deviations of all areas.

    Examples
    --------
    >>> level_of(1.3), level_of(-0.3), level_of(0.1)
    ('much higher', 'a little lower', 'about average')
    """
    size = next((words for least, words in LEVELS if abs(gap) >= least), None)
    return ABOUT if size is None else f"{size} {'higher' if gap > 0 else 'lower'}".strip()


def weighted_moments(values: pd.Series, weights: pd.Series) -> tuple[float, float]:
    """Return the weighted mean and standard deviation of what is known; missing where nothing is."""
    known = values.notna() & weights.notna()
    x, w = values[known].to_numpy(dtype=float), weights[known].to_numpy(dtype=float)
    if not w.sum() > 0:
        return float("nan"), float("nan")
    mean = float(np.average(x, weights=w))
    return mean, float(np.sqrt(np.average((x - mean) ** 2, weights=w)))


def _wards(areas: AreaTable, codes: pd.Index) -> tuple[tuple[str, int], ...]:
    names = areas.frame.loc[codes, ["ward_code", "ward_name"]].dropna()
    counted = names.groupby(["ward_code", "ward_name"]).size().reset_index(name="count")
    first = counted.sort_values(["count", "ward_code"], ascending=[False, True]).head(MOST_WARDS)
    return tuple((str(row.ward_name), int(row.count)) for row in first.itertuples())
