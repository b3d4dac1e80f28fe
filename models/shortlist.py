"""A shortlist: which shapes come first by what was asked, how sure that is, and what hangs on one criterion.

The value of a shape is the sum of what its figures are worth, each times the weight of its criterion
(additive multi-attribute value). How sure its rank is comes from weighing all shapes anew under weightings
that are consistent with what was said (SMAA): see `models.shortlist_smaa`.

Sources: Keeney and Raiffa (1976), Decisions with Multiple Objectives (additive value, swing weights);
Lahdelma, Hokkanen and Salminen (1998), EJOR 106; Lahdelma and Salminen (2001), Operations Research 49.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import InfeasibleError
from data.provenance import Tier
from data.shortlist_criteria import Asked, as_document, asked_from
from models.levels import Level, LevelData
from models.shortlist_choose import Chosen
from models.shortlist_chosen import choosing_of, value_of
from models.shortlist_smaa import Spread, block_rows, spread_of
from models.shortlist_unsure import NOTHING_UNSURE, Unsure, unsure_of
from models.shortlist_values import Compared, Scale, compare_shapes
from models.shortlist_weights import draw_weights
from models.shortlist_words import shortlist_caveats, shortlist_sentence

Array = npt.NDArray[np.float64]

DRAWS: Final = 10_000
LIKELY: Final = (0.05, 0.95)
APART: Final = 0.9
"""The share of draws in which one beats another from which they can be told apart."""

MOST_COMPARED: Final = 5_000


@dataclass(frozen=True)
class Shortlist:
    """Shapes in the order of their value, and how sure that order is.

    Attributes
    ----------
    asked, level, tier
        What was asked, of what, and who may see it: that of the build.
    names
        What each shape that was compared is called, by code.
    frame
        Index code, ordered by rank: `name`, `la_name`, `ward_name`; `value` (0 to 100); `rank` (1 the
        highest; equal ones in the order of their codes); `tier` (1 the highest: see `Spread.tiers`);
        `chance_top` (0 to 1, the share of draws in which it is among the first so many); `rank_low`,
        `rank_high`, `value_low`, `value_high` (the 5 to 95 % range over draws) and `chosen`.
    values
        Codes x indicators: what each figure is worth, 0 to 1.
    acceptability
        Codes x ranks: the share of draws in which a shape takes a rank.
    weights
        By indicator; they sum to 1.
    out
        Index code: `name`, `why` ("lacking" a figure, below a "floor", or by "veto") and `words`.
    without
        Index indicator: `enter` and `leave` (codes) when the criterion counts for nothing, and `changed`.
    sentence, caveats
        In words.
    choice
        Those chosen, with what a spread and a budget give up: see `models.shortlist_choose`.
    figures
        Codes x indicators: the figures as they stand, in the unit of each.
    scales
        What each criterion's values are made by, by indicator.
    """

    asked: Asked
    level: Level
    tier: Tier
    names: pd.Series
    frame: pd.DataFrame
    values: pd.DataFrame
    acceptability: pd.DataFrame
    weights: Mapping[str, float]
    out: pd.DataFrame
    without: pd.DataFrame
    sentence: str
    caveats: tuple[str, ...]
    choice: Chosen
    figures: pd.DataFrame
    scales: Mapping[str, Scale]

    @property
    def chosen(self) -> list[str]:
        """The codes of those chosen, in the order of their rank."""
        return [str(code) for code in self.frame.index[self.frame["chosen"]]]


def shortlist_of(
    data: LevelData, asked: Asked, seed: int = 0, draws: int = DRAWS, *, uncertain: bool = True
) -> Shortlist:
    """Rank the shapes of a level by several criteria.

    Parameters
    ----------
    data
        Values at the level that is asked for: see `models.shortlist_laid.laid_for`.
    asked
        Criteria, and what is to be chosen.
    seed
        Of the draws.
    draws
        How many weightings are drawn.
    uncertain
        Whether figures that have a range are drawn within it too.

    Raises
    ------
    SourceError, GeographyError
        See `data.shortlist_criteria.asked_from` and `models.shortlist_values.compare_shapes`.
    InfeasibleError
        When no shape is left, there are more than 5,000, or nobody can be chosen under the rules.

    Notes
    -----
    A tier ends before the first shape that the one who heads it beats in at least nine of ten draws: those in
    a tier cannot be told apart from its head, and the order within it is that of the stated weights and no
    more. Lines across which no two were alike would put nearly all of many wards into one tier.
    """
    asked_from(as_document(asked), "What is asked")
    compared = compare_shapes(data, asked)
    if len(compared.figures) > MOST_COMPARED:
        raise InfeasibleError(
            f"{len(compared.figures):,} {data.level.plural} are more than can be ranked against each other.",
            f"Choose one council, or ask of wards: up to {MOST_COMPARED:,} can be.",
        )
    values, weights = compared.values, asked.weights
    value = value_of(values, weights)
    order = value.sort_index().sort_values(ascending=False, kind="stable").index
    names = tell_apart(data.frame.loc[order])
    unsure = unsure_of(data, compared.figures.loc[order]) if uncertain else NOTHING_UNSURE
    spread = spread_of(_blocks(compared, asked, order, unsure, seed, draws), len(order), asked.top)
    choosing = choosing_of(data, asked, order, names)
    choice = choosing.choose(value)
    frame = _frame(data, asked, value.loc[order], spread).assign(chosen=order.isin(choice.codes))
    return Shortlist(
        asked=asked,
        level=data.level,
        tier=data.tier,
        names=names,
        frame=frame,
        values=values.loc[order],
        acceptability=pd.DataFrame(
            spread.acceptability, index=order, columns=pd.RangeIndex(1, len(order) + 1, name="rank")
        ),
        weights=weights,
        out=compared.out,
        without=choosing.without_each(values, weights, choice.codes),
        sentence=shortlist_sentence(frame, names, asked, data.level, _rivals(frame, spread)),
        caveats=shortlist_caveats(
            data, asked, compared, choice, names, unsure.indicators if uncertain else None, spread
        ),
        choice=choice,
        figures=compared.figures.loc[order],
        scales=compared.scales,
    )


def tell_apart(frame: pd.DataFrame) -> pd.Series:
    """Return what shapes are called by code: with the council, or else the code, where names are the same."""
    names = frame["name"].astype("object")
    where = frame["la_name"].astype("object")
    twice = names.duplicated(keep=False)
    names = names.mask(twice & where.notna(), names.astype(str) + " (" + where.astype(str) + ")")
    again = names.duplicated(keep=False)
    return names.mask(again, names.astype(str) + " (" + names.index.astype(str) + ")").rename("name")


def _blocks(
    compared: Compared, asked: Asked, order: pd.Index, unsure: Unsure, seed: int, draws: int
) -> Iterator[Array]:
    """Yield the values of all shapes in some draws at once: draws x shapes, 0 to 1."""
    weights = draw_weights(asked, draws, seed)
    names = [criterion.indicator for criterion in asked.criteria]
    drawn = [at for at, name in enumerate(names) if name in unsure.indicators]
    sure = [at for at in range(len(names)) if at not in drawn]
    fixed = compared.values.loc[order, [names[at] for at in sure]].to_numpy().T
    rng = np.random.default_rng([seed, 1])
    rows = block_rows(len(order))
    for start in range(0, draws, rows):
        mine = weights[start : start + rows]
        value = mine[:, sure] @ fixed
        for name, figures in unsure.draw(len(mine), len(order), rng).items():
            value += mine[:, [names.index(name)]] * compared.scales[name].value_of(figures)
        yield value


def _frame(data: LevelData, asked: Asked, value: pd.Series, spread: Spread) -> pd.DataFrame:
    order = value.index
    return data.frame.loc[order, ["name", "la_name", "ward_name"]].assign(
        value=value,
        rank=np.arange(1, len(order) + 1),
        tier=spread.tiers(APART),
        chance_top=spread.chance_in(asked.top),
        rank_low=spread.rank_at(LIKELY[0]),
        rank_high=spread.rank_at(LIKELY[1]),
        value_low=spread.value_at(LIKELY[0]) * 100,
        value_high=spread.value_at(LIKELY[1]) * 100,
    )


def _rivals(frame: pd.DataFrame, spread: Spread) -> pd.Index:
    """Return those left out that the last of those chosen does not beat in nine of ten draws."""
    chosen = frame["chosen"].to_numpy(dtype=bool)
    if not chosen.any():
        return frame.index[:0]
    last = int(np.flatnonzero(chosen)[-1])
    return frame.index[~chosen & (spread.beats(last, slice(None)) < APART)]
