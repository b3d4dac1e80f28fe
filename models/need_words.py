"""Combined need in words: what a map shows, how sure its ranks are, and what other weights change."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from geo.area_table import AreaTable
from models.classes import Classes
from models.levels import DOMAIN_PREFIX, NEED_INDEX, LevelData
from models.schemes import FIFTHS
from models.words import Part, all_of, joined, noun, number, percent, sentence_case, where, who

RANK: Final = "need_index_rank"
LOW: Final = "need_index_rank_low"
HIGH: Final = "need_index_rank_high"
STANDARD: Final = "need_index_standard_rank"
POINTS: Final = "need_index_points_"
IMD: Final = "need_imd_rank"

WEIGHTS_ARE_JUDGEMENTS: Final = (
    "The likely range of a rank is where it stays in nine of ten weightings, each weight up to a quarter "
    "more or less. The weights themselves are a judgement: change them under “Weights”."
)
NO_NEED: Final = "There is none: it takes three domains, and this build holds fewer and no published index."
HOW_IT_IS_MADE: Final = (
    "Each indicator’s national rank is transformed as the Indices of Deprivation transform theirs, so that "
    "being among the worst on one thing is not cancelled by doing well on another; the share of children is "
    "ranked among the areas of this build. The score is the average of the domains by their weights. Ranks "
    "are among all areas of the build."
)


def has_ranks(data: LevelData) -> bool:
    """Say whether need has been ranked at this level: see `models.need_ranks.with_need`."""
    return RANK in data.frame.columns


def need_sentence(
    classes: Classes, data: LevelData, known: pd.DataFrame, population: pd.Series | None
) -> tuple[Part, ...]:
    """Say where combined need is highest and how many children live there.

    Parameters
    ----------
    classes
        Need in classes.
    data
        The values with their ranks.
    known
        The shapes shown that have a score; at least one.
    population
        Children of each shape shown; None when they are not known.
    """
    inside = classes.inside
    top = known[known["class"] == FIFTHS[0]]
    first = str(known["value"].idxmax())
    rank = f"{known.at[first, 'name']}, {rank_words(data, first)}"
    if population is None or top.empty or population.isna().any() or population.sum() == 0:
        return (
            Part(f"Need is highest in {rank}", True),
            Part(f", among {all_of(classes.level, inside)}."),
        )
    there = population.reindex(top.index).sum()
    people = who(data.dictionary[str(population.name)])
    group = f"The {number(len(top))} {noun(classes.level, len(top))} with the highest need"
    here = where(inside) or f"in these {classes.level.plural}"
    verb = "holds" if len(top) == 1 else "hold"
    return (
        Part(group, True),
        Part(f" {verb} {number(there)} {people}, {percent(there / population.sum())} of all {here}. "),
        Part(f"Highest is {rank}."),
    )


def rank_words(data: LevelData, code: str) -> str:
    """Write the rank of a shape with its likely range: "ranked 12 of 130, likely 8 to 17"."""
    row = data.frame.loc[code]
    of = number(data.frame[RANK].notna().sum())
    return f"ranked {number(row[RANK])} of {of}{likely_words(row[LOW], row[HIGH], ', likely ')}"


def likely_words(low: float, high: float, before: str = "") -> str:
    """Write the likely range of a rank; nothing where it keeps to one."""
    return "" if low == high else f"{before}{number(low)} to {number(high)}"


def rank_cells(data: LevelData) -> pd.Series:
    """Write each rank with its likely range for a table: "12 (8–17)"; missing where there is no rank."""
    frame = data.frame[[RANK, LOW, HIGH]].dropna()
    texts = [
        number(rank) if low == high else f"{number(rank)} ({number(low)}–{number(high)})"
        for rank, low, high in frame.itertuples(index=False)
    ]
    return pd.Series(texts, index=frame.index, dtype=object).reindex(data.frame.index)


def need_caveats(classes: Classes, data: LevelData) -> Iterable[str]:
    """Say what moves when the reader has changed the weights, and what the range of a rank means."""
    inside = data.frame.loc[classes.inside.index]
    moved = (inside[STANDARD] - inside[RANK]).dropna()
    if (moved != 0).any():
        yield _moved_words(classes, inside, moved)
    yield WEIGHTS_ARE_JUDGEMENTS


def _moved_words(classes: Classes, inside: pd.DataFrame, moved: pd.Series) -> str:
    count = int((moved != 0).sum())
    most = str(moved.abs().idxmax())
    before, after = number(inside.at[most, STANDARD]), number(inside.at[most, RANK])
    shapes = f"{number(count)} of {all_of(classes.level, classes.inside)}"
    verb = "has" if count == 1 else "have"
    return (
        f"With your weights {shapes} {verb} another rank than with the standard ones; "
        f"{inside.at[most, 'name']} moves most, from {before} to {after}."
    )


def need_method(data: LevelData) -> Iterable[str]:
    """Say how need is made, of which domains, and how it agrees with the published index."""
    yield HOW_IT_IS_MADE
    if IMD in data.frame.columns:
        both = data.frame[[NEED_INDEX, IMD]].dropna().rank()
        if len(both) > 2:
            agreement = -both[NEED_INDEX].corr(both[IMD])
            yield (
                f"Its ranks go with those of the published Index of Multiple Deprivation at a correlation of "
                f"{agreement:.2f}: it leaves out work and gives more to children’s poverty and child "
                "numbers, so it is close to that index and not the same."
            )


def describe_need(areas: AreaTable) -> list[str]:
    """Say how need is made in a build, a sentence each; or why the published index stands in its place."""
    if NEED_INDEX in areas.provenance:
        return [HOW_IT_IS_MADE, *(f"{sentence_case(step)}." for step in areas.provenance[NEED_INDEX].steps)]
    caveats = (areas.dictionary[c].caveat for c in areas.indicators if c.startswith("need_imd_"))
    return list(dict.fromkeys(caveat for caveat in caveats if caveat)) or [NO_NEED]


def top_domains(data: LevelData, code: str, most: int = 2) -> list[tuple[str, float]]:
    """Return the labels of the domains that give most of a score, each with its points, the most first."""
    points = data.frame.loc[code].filter(like=POINTS).astype("float64").dropna()
    ordered = points.sort_values(ascending=False, kind="stable").head(most)
    return [
        (domain_label(data, str(column).removeprefix(POINTS)), value) for column, value in ordered.items()
    ]


def domain_label(data: LevelData, domain: str) -> str:
    """Return what a domain of need is called."""
    return data.dictionary[f"{DOMAIN_PREFIX}{domain}_score"].label.removeprefix("Need: ")


def area_need_sentence(data: LevelData, code: str) -> tuple[Part, ...]:
    """Say where one shape ranks on need, how sure that is, and what makes most of it."""
    rank = rank_words(data, code)
    named = joined(*(f"{label} ({value:.0f} points)," for label, value in top_domains(data, code)))
    of = f" Of its score of {data.frame.at[code, NEED_INDEX]:.1f}, most is {named.rstrip(',')}."
    return (Part("Combined need: "), Part(rank, True), Part(f".{of}"))
