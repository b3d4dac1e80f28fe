"""Composites made of referrals: demand over expected, steadied, and the trend of referrals."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.builds import Build
from geo.demand import Grain
from geo.released import Released
from models.composite_parts import Made
from models.demand_measures import measures_in
from models.demand_over_time import YEAR_MONTHS
from models.demand_series import councils_of, units_of
from models.demand_trend import fit_counts, trends_at
from models.levels import Level
from models.smoothing import smooth

NO_REFERRALS: Final = "The build holds no figures of referrals."
DEMAND_ALIKE: Final = "Referrals differ from what is expected no more than chance would make them."
TRENDS_ALIKE: Final = "Trends of referrals differ no more than chance would make them."
COLUMNS: Final = ("change", "low", "high", "signal", "from_level", "from_code")

NORMAL_95: Final = 1.959963984540054
"""Half the width of a 95 % range in standard errors."""

CHANCE: Final = 0.05
"""Trends that would differ so much by chance in this share of cases, or more, are not told apart."""

NEAR: Final = (Level.AREA.value, Level.WARD.value)
"""Whose trend may name an area as rising: its own or its ward's. That of a whole council says too little."""


def demand_made(areas: AreaTable) -> Made | str:
    """Make the composite of demand: observed over expected, drawn towards that of all areas together.

    It is made of the count of the longest window, each child once where the build knows that. In a shared
    build that count is the protected one. The rules take whether the area is above beyond chance.
    """
    measure = next((m for m in measures_in(areas.indicators) if m.ratio in areas.frame), None)
    if measure is None:
        return NO_REFERRALS
    frame = areas.frame
    known = frame[measure.ratio].notna()
    counts = frame[measure.column].astype("float64").where(known)
    expected = frame[measure.expected].astype("float64").where(known)
    steadied = smooth(counts, expected)
    return Made(
        steadied.frame["rate"],
        f"{measure.noun[0].upper()}{measure.noun[1:]} over {measure.months} months for each one expected, "
        "steadied.",
        measures={"demand_signal": frame[measure.signal].astype("float64")},
        alike=DEMAND_ALIKE if steadied.no_difference else "",
    )


def trend_made(areas: AreaTable, build: Build) -> Made | str:
    """Make the composite of trend: the steadied change of referrals a year beside that of all areas.

    An area with too few referrals has the trend of its ward, locality or council; in a shared build, where
    what is known of years is protected, each has that of its ward or council. It is named as rising or
    falling where its own trend or its ward's does so beyond chance, and its range clears the common change.
    """
    if build.demand is not None:
        found = trends_at(build.demand, areas, Level.AREA).frame.reindex(areas.frame.index)
    elif build.released is not None:
        found = released_trends(build.released, areas)
    else:
        return NO_REFERRALS
    if found["change"].isna().all():
        return "There are too few referrals, or too few years of them, to tell a trend."
    steadied = steady_trends(found)
    known = found["change"].notna()
    low, high = (np.log1p(found[column].astype("float64")) - steadied.common for column in ("low", "high"))
    signal = found["signal"].astype("float64")
    near = found["from_level"].isin(NEAR)
    sure = near & (((signal > 0) & (low > 0)) | ((signal < 0) & (high < 0)))
    return Made(
        np.expm1(steadied.values - steadied.common),
        f"Change of referrals a year beside the {np.expm1(steadied.common):+.1%} of all areas together, "
        "steadied; that of a larger place where an area has too few.",
        measures={"trend_signal": signal.where(sure, 0.0).where(known)},
        alike=TRENDS_ALIKE if steadied.chance >= CHANCE else "",
    )


@dataclass(frozen=True)
class SteadiedTrends:
    """Trends drawn towards a common one, as logarithms of the change in a year.

    Attributes
    ----------
    values
        That of each area; missing where there is none.
    common
        What they are drawn to.
    between
        Their variance between places, never below 0.
    chance
        How likely trends are to differ so much, or more, by chance alone.
    """

    values: pd.Series
    common: float
    between: float
    chance: float


def steady_trends(found: pd.DataFrame) -> SteadiedTrends:
    """Draw each trend towards the common one, as far as it may be chance.

    Every place whose trend it is counts once, however many areas have it.

    Parameters
    ----------
    found
        One row an area: `change`, `low`, `high` (shares a year, the range of 95 %), `from_code`.

    Notes
    -----
    The variance between places is that of DerSimonian and Laird (1986); chance is told by Cochran's Q.
    """
    from scipy.special import chdtrc

    known = found[found["change"].notna()]
    units = known.drop_duplicates("from_code").set_index("from_code").sort_index()
    change, low, high = (np.log1p(units[c].astype("float64")) for c in ("change", "low", "high"))
    variance = ((high - low) / (2 * NORMAL_95)) ** 2
    weight = 1 / variance
    mean = (weight * change).sum() / weight.sum()
    spread, free = float((weight * (change - mean) ** 2).sum()), len(units) - 1
    scale = weight.sum() - (weight**2).sum() / weight.sum()
    between = max((spread - free) / float(scale), 0.0) if free else 0.0
    chance = float(chdtrc(free, spread)) if free else 1.0
    weight = 1 / (variance + between)
    common = float((weight * change).sum() / weight.sum())
    steadied = common + (change - common) * between / (variance + between)
    return SteadiedTrends(found["from_code"].map(steadied).astype("float64"), common, between, chance)


def released_trends(released: Released, areas: AreaTable) -> pd.DataFrame:
    """Return the trend of each area's ward, or else of its council, from the protected figures of years.

    Parameters
    ----------
    released
        The figures of a shared build. A place of which one year is hidden has no trend of its own.
    areas
        The areas.

    Returns
    -------
    pandas.DataFrame
        On the index of the areas: `change`, `low`, `high`, `signal`, `from_level` and `from_code`, as in
        `models.demand_trend.Trends`.
    """
    codes = {level: units_of(areas, level) for level in (Level.WARD, Level.COUNCIL)}
    found = pd.DataFrame(index=areas.frame.index, columns=list(COLUMNS), dtype="object")
    for level, units in codes.items():
        counts = _years_of(released, level)
        if counts.shape[1] < 2:
            continue
        councils = councils_of(areas, level)
        fitted = fit_counts(counts, Grain.YEAR, level, EventKind.REFERRAL, councils, released.facts["last"])
        mine = fitted.frame.reindex(units.to_numpy()).set_axis(areas.frame.index)
        take = found["change"].isna() & mine["change"].notna()
        for column in COLUMNS:
            found[column] = found[column].where(~take, mine[column])
    return found


def _years_of(released: Released, level: Level) -> pd.DataFrame:
    """Return the referrals of each year, a row a place of a level, of those of which no year is hidden."""
    cells = released.frame
    mine = cells[
        cells["level"].eq(level.value)
        & cells["measure"].eq("referrals")
        & cells["months"].eq(YEAR_MONTHS)
        & cells["by"].eq("")
    ]
    wide = mine.pivot_table(index="code", columns="start", values="value", aggfunc="sum", min_count=1)
    return wide.astype("float64").dropna().sort_index(axis=1)
