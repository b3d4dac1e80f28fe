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
from models.shortlist_smaa import Spread, block_rows, spread_of
from models.shortlist_values import Compared, compare_shapes
from models.shortlist_weights import draw_weights

Array = npt.NDArray[np.float64]

DRAWS: Final = 10_000
LIKELY: Final = (0.05, 0.95)
APART: Final = 0.9
"""The share of draws in which all above a line stand above all below it, for the line to end a tier."""

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
        highest; equal ones in the order of their codes); `tier` (1 the surest: see `APART`); `chance_top`
        (0 to 1, the share of draws in which it is among the first so many); `rank_low`, `rank_high`,
        `value_low`, `value_high` (the 5 to 95 % range over draws) and `chosen`.
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
        When no shape is left, or there are more than 5,000.
    """
    asked_from(as_document(asked), "What is asked")
    compared = compare_shapes(data, asked)
    if len(compared.figures) > MOST_COMPARED:
        raise InfeasibleError(
            f"{len(compared.figures):,} {data.level.plural} are more than can be ranked against each other.",
            f"Choose one council, or ask of wards: up to {MOST_COMPARED:,} can be.",
        )
    values, weights = compared.values, asked.weights
    order = _order(values @ pd.Series(weights))
    spread = spread_of(_blocks(compared, asked, order, seed, draws), len(order))
    chosen = choose_top(values, weights, asked)
    frame = _frame(data, compared, asked, order, spread).assign(chosen=order.isin(chosen))
    acceptability = pd.DataFrame(
        spread.acceptability, index=order, columns=pd.RangeIndex(1, len(order) + 1, name="rank")
    )
    return Shortlist(
        asked=asked,
        level=data.level,
        tier=data.tier,
        names=frame["name"],
        frame=frame,
        values=values.loc[order],
        acceptability=acceptability,
        weights=weights,
        out=compared.out,
        without=_without(values, asked, chosen),
        sentence=_sentence(frame),
        caveats=data.caveats,
    )


def choose_top(values: pd.DataFrame, weights: Mapping[str, float], asked: Asked) -> list[str]:
    """Return the codes that are chosen under weights."""
    if asked.spread is not None or asked.budget is not None:
        raise InfeasibleError("A spread rule and a budget cannot be kept yet.", "Leave them out.")
    return list(_order(values @ pd.Series(weights))[: asked.top])


def _order(value: pd.Series) -> pd.Index:
    """Return codes from the highest value to the lowest; equal ones in the order of their codes."""
    return value.round(12).sort_index().sort_values(ascending=False, kind="stable").index


def _blocks(compared: Compared, asked: Asked, order: pd.Index, seed: int, draws: int) -> Iterator[Array]:
    weights = draw_weights(asked, draws, seed)
    values = np.ascontiguousarray(compared.values.loc[order].to_numpy().T)
    rows = block_rows(len(order))
    for start in range(0, draws, rows):
        yield weights[start : start + rows] @ values


def _frame(
    data: LevelData, compared: Compared, asked: Asked, order: pd.Index, spread: Spread
) -> pd.DataFrame:
    named = data.frame.loc[order, ["name", "la_name", "ward_name"]]
    value = (compared.values @ pd.Series(asked.weights)).loc[order]
    return named.assign(
        value=value * 100,
        rank=np.arange(1, len(order) + 1),
        tier=1 + np.concatenate([[0], np.cumsum(spread.held >= APART)]),
        chance_top=spread.chance_in(asked.top),
        rank_low=spread.rank_at(LIKELY[0]),
        rank_high=spread.rank_at(LIKELY[1]),
        value_low=spread.value_at(LIKELY[0]) * 100,
        value_high=spread.value_at(LIKELY[1]) * 100,
    )


def _without(values: pd.DataFrame, asked: Asked, chosen: list[str]) -> pd.DataFrame:
    """Choose again with each criterion left out; its floors stay, and a criterion that is alone has none."""
    rows = {}
    for indicator, own in asked.weights.items():
        rest = {name: weight / (1 - own) for name, weight in asked.weights.items() if name != indicator}
        if own < 1:
            others = choose_top(values[list(rest)], rest, asked)
            enter, leave = (
                [c for c in one if c not in two] for one, two in ((others, chosen), (chosen, others))
            )
            rows[indicator] = (tuple(enter), tuple(leave), len(enter))
    found = pd.DataFrame.from_dict(rows, orient="index", columns=["enter", "leave", "changed"])
    return found.rename_axis("indicator")


def _sentence(frame: pd.DataFrame) -> str:
    return f"{', '.join(frame.loc[frame['chosen'], 'name'])} come out top."
