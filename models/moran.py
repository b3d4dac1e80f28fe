"""Whether places that lie beside each other are alike: Moran's I, on the right quantity.

It is measured on how far counts are from what is expected of them (Pearson residuals), so that neither the
pattern of deprivation nor that of child numbers is counted as likeness; on raw rates it measures both. It is
never measured on steadied values: those are drawn together by what was done to them.

Sources: Moran (1950), Notes on continuous stochastic phenomena, Biometrika 37; Anselin (1995), Local
indicators of spatial association, Geographical Analysis 27 (the permutations).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from data.errors import GeographyError
from models.demand_figures import own_number
from models.demand_measures import Measure, measure_of
from models.levels import LevelData
from models.neighbour_pairs import neighbour_pairs
from models.words import Part

if TYPE_CHECKING:
    from libpysal.graph import Graph

FEWEST_PLACES: Final = 20
PERMUTATIONS: Final = 499
BEYOND_CHANCE: Final = 0.05
WEAK: Final = 0.1
"""Below this, likeness is slight even where it is beyond chance."""


@dataclass(frozen=True)
class Likeness:
    """Moran's I of one quantity.

    Attributes
    ----------
    moran_i
        From about -1 (neighbours unlike) over nearly 0 (no pattern) to 1 (neighbours alike).
    p
        Two-sided, from permutations.
    places
        How many places it was measured on: those with a value and with a neighbour that has one.
    islands
        How many with a value have no such neighbour, and are left out.
    sentence
        What it says.
    """

    moran_i: float
    p: float
    places: int
    islands: int
    sentence: tuple[Part, ...] = ()


def moran_of(data: LevelData, beside: Graph, indicator_id: str, seed: int = 1) -> Likeness | None:
    """Measure whether neighbours are alike on an indicator of demand.

    Parameters
    ----------
    data
        The values at one level.
    beside
        Which shapes of that level lie beside which: see `geo.neighbours.neighbours_of`.
    indicator_id
        Observed over expected, which is measured on its residuals, or a raw rate, measured as it stands.
    seed
        Of the permutations.

    Returns
    -------
    Likeness or None
        None with fewer than 20 places that have neighbours, or where all values are equal.

    Raises
    ------
    GeographyError
        When the indicator is steadied, or no figure of demand that can be measured.
    """
    measure = measure_of(indicator_id)
    if measure is not None and indicator_id in (measure.smoothed, measure.local):
        raise GeographyError(
            "Likeness of neighbours is not measured on steadied rates: steadying draws them together.",
            "Measure it on observed over expected, or on the raw rate.",
        )
    if measure is None or indicator_id not in (measure.ratio, measure.rate):
        raise GeographyError(f"Likeness of neighbours cannot be measured on {indicator_id}.")
    against = indicator_id == measure.ratio
    values = residuals_of(data, measure) if against else data.frame[measure.rate].astype("float64")
    found = likeness(values, beside, seed)
    return None if found is None else replace(found, sentence=_sentence(found, data, against))


def residuals_of(data: LevelData, measure: Measure) -> pd.Series:
    """Return how many standard deviations each count lies from what is expected of it.

    Small areas whose number of children is shared out from others have none: what is wrong with it would be
    taken for likeness.
    """
    counts, expected = (data.frame[c].astype("float64") for c in (measure.column, measure.expected))
    rough = ~own_number(data, measure).reindex(data.frame.index, fill_value=True)
    return ((counts - expected) / np.sqrt(expected.where(expected > 0))).mask(rough)


def likeness(
    values: pd.Series, beside: Graph, seed: int = 1, permutations: int = PERMUTATIONS
) -> Likeness | None:
    """Measure Moran's I of values, each neighbour of a place counting alike; see `moran_of`."""
    from scipy.sparse import csr_array

    known = values.dropna().sort_index()
    focal, other = neighbour_pairs(beside, known.index)
    number = np.bincount(focal, minlength=len(known))
    placed = number > 0
    if placed.sum() < FEWEST_PLACES or known[placed].nunique() < 2:
        return None
    weights = csr_array((1.0 / number[focal], (focal, other)), shape=(len(known), len(known)))
    weights = weights[placed][:, placed]
    z = known[placed].to_numpy() - known[placed].mean()
    moran_i = float(z @ (weights @ z) / (z @ z))
    dealt = np.random.default_rng(seed).permuted(np.tile(z, (permutations, 1)), axis=1).T
    draws = (dealt * (weights @ dealt)).sum(axis=0) / (z @ z)
    beyond = min(int((draws >= moran_i).sum()), int((draws <= moran_i).sum()))
    p = min(1.0, 2 * (beyond + 1) / (permutations + 1))
    return Likeness(moran_i, p, int(placed.sum()), int((~placed).sum()))


def _sentence(found: Likeness, data: LevelData, against_expected: bool) -> tuple[Part, ...]:
    """Say in one sentence whether neighbours are alike, and what may lie behind it."""
    several = f"Neighbouring {data.level.plural}"
    figures = f" (Moran’s I {found.moran_i:.2f})"
    if found.p > BEYOND_CHANCE:
        return (Part(f"{several} are no more alike than chance would make them", True), Part(f"{figures}."))
    if found.moran_i < 0:
        return (Part(f"{several} are less alike than chance would make them", True), Part(f"{figures}."))
    how = "slightly more alike" if found.moran_i < WEAK else "more alike"
    reason = (
        "something that they share, beyond deprivation and child numbers, may lie behind it."
        if against_expected
        else "deprivation, which neighbours share, is part of it."
    )
    return (
        Part(f"{several} are {how} than chance would make them", True),
        Part(f"{figures}: {reason}"),
    )
