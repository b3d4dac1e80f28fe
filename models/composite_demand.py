"""Composites made of referrals: demand over expected, steadied, and the trend of referrals."""

from typing import Final

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
COLUMNS: Final = ("change", "low", "high", "signal", "from_level", "events")

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
    if steadied.no_difference:
        return "Referrals differ from what is expected no more than chance would make them."
    return Made(
        steadied.frame["rate"],
        f"{measure.noun[0].upper()}{measure.noun[1:]} over {measure.months} months for each one expected, "
        "steadied.",
        measures={"demand_signal": frame[measure.signal].astype("float64")},
    )


def trend_made(areas: AreaTable, build: Build) -> Made | str:
    """Make the composite of trend: the change of referrals a year, less that of all areas together.

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
    change = found["change"].astype("float64")
    weight = found["events"].astype("float64").where(change.notna())
    if not weight.sum() > 0:
        return "There are too few referrals, or too few years of them, to tell a trend."
    common = float((change * weight).sum() / weight.sum())
    low, high = (found[column].astype("float64") - common for column in ("low", "high"))
    signal = found["signal"].astype("float64")
    near = found["from_level"].isin(NEAR)
    sure = near & (((signal > 0) & (low > 0)) | ((signal < 0) & (high < 0)))
    return Made(
        change - common,
        f"Change of referrals a year, less the {common:+.1%} of all areas together; pooled upwards where an "
        "area has too few.",
        measures={"trend_signal": signal.where(sure, 0.0).where(change.notna())},
    )


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
        On the index of the areas: `change`, `low`, `high`, `signal`, `from_level`, and `events` (those of the
        ward or council, shared equally among its areas).
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
        mine["events"] = mine["events"] / units.map(units.value_counts())
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
