"""Small areas with counts of referrals that are drawn by a known rule, for the tests of what demand means."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import numpy as np
import pandas as pd
from small_builds import make_areas

from data.provenance import Status
from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.demand import Demand, Grain
from geo.periods import month_number, month_text

COUNCILS = {"E08000001": "Eastham", "E08000002": "Westham"}
Rate = Callable[[int, int], float]
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


def demand_of(
    areas: AreaTable,
    rate: Rate,
    grain: Grain = Grain.QUARTER,
    seed: int | None = 1,
    kind: EventKind = EventKind.REFERRAL,
    councils: Sequence[str] = ("E08000001", "E08000002"),
) -> Demand:
    """What is kept of referrals that come at a rate by the position of the area and the period."""
    draw = np.random.default_rng(seed)
    assert grain.months is not None
    numbers = range(month_number("2022-04"), month_number("2025-03") + 1, grain.months)
    rows = []
    for place, (code, la) in enumerate(areas.frame["la_code"].items()):
        for n, month in enumerate(numbers):
            count = round(rate(place, n)) if seed is None else int(draw.poisson(rate(place, n)))
            if count and la in councils:
                rows.append((kind.value, code, month_text(month), count))
    periods = pd.DataFrame(rows, columns=["kind", "area_code", "start", "count"])
    return Demand(
        tables={"periods": periods},
        grains={f"periods:{kind.value}": grain},
        first="2022-04",
        last="2025-03",
        councils=tuple(councils),
        vintage="2021",
        made=date(2025, 6, 1),
        delete_after=date(2026, 6, 1),
        files=("extract.csv",),
    )
