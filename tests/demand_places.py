"""Small areas with counts of referrals that are drawn by a known rule, for the tests of what demand means."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from small_builds import make_areas

from data.provenance import Status
from geo.area_table import AreaTable

COUNCILS = {"E08000001": "Eastham", "E08000002": "Westham"}
COUNTS = ("demand_children_36m", "demand_referrals_36m", "demand_children_12m", "demand_referrals_12m")


def demand_values(count: int = 160, seed: int = 1, level: float = 40.0) -> dict[str, list[float]]:
    """Children, deprivation and counts whose expectation rises sixfold from least to most deprived."""
    draw = np.random.default_rng(seed)
    rank = draw.permutation(count) * 200.0 + 1
    children = draw.integers(150, 500, count).astype(float)
    shape = children * np.exp(1.8 * (1 - rank / rank.max()))
    mean = level * shape / shape.mean()
    of_year = [draw.poisson(mean / 3) for _ in range(3)]
    return {
        "need_idaci_rank": rank.tolist(),
        "pop_0_17": children.tolist(),
        "demand_children_36m": np.sum(of_year, axis=0).astype(float).tolist(),
        "demand_children_12m": of_year[2].astype(float).tolist(),
        "demand_referrals_36m": (np.sum(of_year, axis=0) + draw.poisson(mean / 5)).astype(float).tolist(),
    }


def demand_areas(
    count: int = 160,
    seed: int = 1,
    level: float = 40.0,
    lifted: Mapping[int, float] | None = None,
    hidden: Sequence[int] = (),
    without: Sequence[str] = (),
    councils: Mapping[str, str] | None = None,
    **more: Sequence[float | None],
) -> AreaTable:
    """An area table with counts of referrals.

    Parameters
    ----------
    count, seed, level
        How many areas, the draw, and the mean count of children over 36 months.
    lifted
        Areas by position whose counts are multiplied.
    hidden
        Areas by position whose counts are suppressed.
    without
        Columns left out.
    councils
        Councils by code; two when not given.
    more
        Further columns.
    """
    values: dict[str, list[float | None]] = {
        name: list(cells)
        for name, cells in {**demand_values(count, seed, level), **more}.items()
        if name not in without
    }
    counts = [name for name in values if name in COUNTS]
    for name in counts:
        cells = pd.Series(values[name], dtype="float64")
        for position, times in (lifted or {}).items():
            cells[position] = round(cells[position] * times)
        cells[list(hidden)] = np.nan
        values[name] = list(cells)
    states = {name: dict.fromkeys(hidden, Status.SUPPRESSED) for name in counts}
    return make_areas(values, states, councils=councils or COUNCILS)
