"""The uncertainty of the figures themselves, drawn beside that of the weights.

Two kinds of figures have one. Combined need hangs on the weights of its domains: each is multiplied by a
uniform 0.75 to 1.25, as for the ranges of `models.need_ranks`, the same draw for all shapes at once. Figures
of referrals are counts, of which chance alone would have made others: each is drawn about its own figure, so
that half of the draws lie on either side and its 95 % range holds 95 % of them (two halves of a normal
distribution, each as wide as its side of the range). Others have no range that anybody states, and are taken
as they are.

Source of the two-sided draw: Wallis (2014), The two-piece normal, binormal, or double Gaussian distribution,
Statistical Science 29, in the variant that keeps the median.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.need_weights import standard_weights
from models.demand_measures import PER, Measure, child_column, measure_of
from models.levels import DOMAIN_PREFIX, NEED_INDEX, LevelData
from models.need_ranks import SPREAD, domains_of

Array = npt.NDArray[np.float64]

HALF_RANGE: Final = 1.959963984540054
"""How many standard deviations either half of a 95 % range is."""


@dataclass(frozen=True)
class NeedRange:
    """Combined need as the average of its domains.

    Attributes
    ----------
    scores
        Domains x shapes.
    shares
        The standard share of each domain.
    """

    scores: Array
    shares: Array

    def draw(self, rows: int, rng: np.random.Generator) -> Array:
        """Return draws x shapes: combined need under domain weights that are drawn."""
        drawn = rng.uniform(1 - SPREAD, 1 + SPREAD, (rows, len(self.shares))) * self.shares
        return np.asarray(drawn / drawn.sum(axis=1, keepdims=True) @ self.scores)


@dataclass(frozen=True)
class CountRange:
    """A figure of referrals with its 95 % range, for each shape.

    Attributes
    ----------
    middle, low, high
        By shape; a shape without a range has its figure in all three.
    count
        What is counted: figures of one count are high or low together.
    """

    middle: Array
    low: Array
    high: Array
    count: str

    def at(self, normal: Array) -> Array:
        """Return the figures at standard normal draws (draws x shapes)."""
        wide = np.where(normal < 0, self.middle - self.low, self.high - self.middle)
        return np.maximum(self.middle + wide * normal / HALF_RANGE, 0.0)


@dataclass(frozen=True)
class Unsure:
    """What has a range among the criteria.

    Attributes
    ----------
    need
        Combined need, where it is a criterion and is made of its domains by the standard weights.
    counts
        Figures of referrals, by indicator.
    """

    need: NeedRange | None
    counts: Mapping[str, CountRange]

    @property
    def indicators(self) -> tuple[str, ...]:
        """The criteria whose figures have a range."""
        return (*([NEED_INDEX] if self.need else []), *self.counts)

    def draw(self, rows: int, shapes: int, rng: np.random.Generator) -> dict[str, Array]:
        """Return figures by indicator, each draws x shapes."""
        drawn = {} if self.need is None else {NEED_INDEX: self.need.draw(rows, rng)}
        normal = {
            count: rng.standard_normal((rows, shapes))
            for count in sorted({one.count for one in self.counts.values()})
        }
        return drawn | {name: one.at(normal[one.count]) for name, one in self.counts.items()}


NOTHING_UNSURE: Final = Unsure(None, {})


def unsure_of(data: LevelData, figures: pd.DataFrame) -> Unsure:
    """Find the ranges of criteria.

    Parameters
    ----------
    data
        Values at the level.
    figures
        The figures that are compared, codes x indicators: ranges are in the order of these codes.
    """
    counts = {}
    for indicator in sorted(figures.columns):
        measure = measure_of(indicator)
        found = None if measure is None else _count_range(data, figures[indicator], measure)
        if found is not None:
            counts[indicator] = found
    return Unsure(_need_range(data, figures), counts)


def _need_range(data: LevelData, figures: pd.DataFrame) -> NeedRange | None:
    """Return the domains of combined need; None where the figures are not their average."""
    domains = domains_of(data)
    if NEED_INDEX not in figures or not domains:
        return None
    columns = [f"{DOMAIN_PREFIX}{domain.id}_score" for domain in domains]
    scores = data.frame.loc[figures.index, columns].to_numpy(dtype="float64").T
    weights = np.array([standard_weights(domains)[domain.id] for domain in domains], dtype="float64")
    shares = weights / weights.sum()
    same = np.allclose(shares @ scores, figures[NEED_INDEX].to_numpy(), rtol=0, atol=1e-6)
    return NeedRange(scores, shares) if same else None


def _count_range(data: LevelData, figures: pd.Series, measure: Measure) -> CountRange | None:
    """Return the range of a figure of referrals: that of observed over expected, in the figure's own unit."""
    if not {measure.low, measure.high, measure.expected} <= set(data.frame.columns):
        return None
    frame = data.frame.loc[figures.index]
    unit = _unit(frame, measure, str(figures.name))
    if unit is None:
        return None
    middle = figures.to_numpy(dtype="float64")
    low, high = (
        (frame[column].astype("float64") * unit).to_numpy(dtype="float64")
        for column in (measure.low, measure.high)
    )
    known = ~(np.isnan(low) | np.isnan(high))
    if not known.any():
        return None
    low = np.where(known, np.minimum(low, middle), middle)
    high = np.where(known, np.maximum(high, middle), middle)
    return CountRange(middle, low, high, measure.column)


def _unit(frame: pd.DataFrame, measure: Measure, indicator: str) -> pd.Series | None:
    """Return what observed over expected is multiplied by to be the figure; None where that has no range."""
    children = child_column(frame)
    if indicator == measure.ratio:
        return pd.Series(1.0, index=frame.index)
    if indicator == measure.column:
        return frame[measure.expected].astype("float64")
    if indicator == measure.rate and children is not None:
        return (
            frame[measure.expected].astype("float64")
            * PER
            / measure.years
            / frame[children].replace(0, np.nan)
        )
    return None
