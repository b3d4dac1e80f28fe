"""Whether what is counted is rising or falling, where there are enough events to say so.

The logarithm of the counts of a place over its periods is a straight line, shifted by the season of the whole
and by a new level from each break in what is counted: no trend is fitted across a break without one. Where a
place has too few events, the trend of the ward, locality or council that it lies in stands in its place, and
it is said. The counts of siblings swing together: how far they spread is measured on all places of a level.

Sources: McCullagh and Nelder (1989), chapter 6 (counts with a dispersion); Benjamini and Hochberg (1995).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.definition_breaks import Break
from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.demand import Demand, Grain
from geo.periods import month_number
from models.demand_series import (
    breaks_for,
    councils_of,
    grain_of,
    is_too_recent,
    names_of,
    segments_of,
    straddling,
    unit_counts,
    units_of,
)
from models.expected import fit_poisson
from models.levels import Level
from models.over_expected import FALSE_SHARE, discoveries

FEWEST_EVENTS: Final = 100
FEWEST_A_YEAR: Final = 20
FEWEST_YEARS: Final = 2.0
"""A place needs so many events in all, so many in each year on average, and so many years, for a trend."""

UPWARDS: Final = {
    Level.AREA: (Level.WARD, Level.LOCALITY, Level.COUNCIL),
    Level.WARD: (Level.LOCALITY, Level.COUNCIL),
    Level.LOCALITY: (Level.COUNCIL,),
}
"""Where the trend of a place with too few events is looked for, the nearest first."""

COLUMNS: Final = ("change", "low", "high", "p")


@dataclass(frozen=True)
class Trends:
    """The trends of all places of a level.

    Attributes
    ----------
    level
        What one place is.
    kind
        What is counted.
    frame
        One row a place, indexed by code: `name`, `events` (in all periods), `change` (a year, as a share:
        0.08 is 8 % more each year), `low`, `high` (its 95 % range), `p`, `signal` (1 rising, -1 falling
        beyond chance, 0 where that cannot be told), `from_level` and `from_code` (whose trend it is: its own,
        or that of a larger place); missing where there is none.
    breaks
        The breaks that gave some place a new level.
    dispersion
        How many times wider than chance alone the counts spread round the trends of places of this level.
    """

    level: Level
    kind: EventKind
    frame: pd.DataFrame
    breaks: tuple[Break, ...]
    dispersion: float

    @property
    def own(self) -> pd.Series:
        """Whether each place has a trend of its own."""
        return self.frame["from_level"].eq(self.level.value)


@dataclass(frozen=True)
class _Line:
    """A fitted line: its slope in the logarithm a year, its variance before dispersion, and its fit."""

    slope: float
    variance: float
    pearson: float
    free: int


def trends_at(
    demand: Demand,
    areas: AreaTable,
    level: Level,
    kind: EventKind = EventKind.REFERRAL,
    breaks: Sequence[Break] | None = None,
) -> Trends:
    """Fit the trend of every place of a level, pooled upwards where it has too few events.

    Parameters
    ----------
    demand
        What is kept of referrals.
    areas
        The areas of the build.
    level
        Small area, ward, locality or council.
    kind
        What is counted.
    breaks
        Breaks in what is counted; those of `data/definition_breaks.toml` when not given.
    """
    mine = _fit_level(demand, areas, level, kind, breaks)
    frame = mine.frame
    lacking = frame["change"].isna()
    keys = pd.DataFrame({"unit": units_of(areas, level)})
    for parent in UPWARDS.get(level, ()):
        if not lacking.any() or units_of(areas, parent).isna().all():
            continue
        above = _fit_level(demand, areas, parent, kind, breaks).frame
        parents = units_of(areas, parent).groupby(keys["unit"]).first().reindex(frame.index)
        found = above.reindex(parents.to_numpy()).set_axis(frame.index)
        take = lacking & found["change"].notna()
        for column in (*COLUMNS, "signal", "from_level", "from_code"):
            frame[column] = frame[column].where(~take, found[column])
        lacking = frame["change"].isna()
    names = names_of(areas, level)
    frame.insert(0, "name", [names.get(str(code), str(code)) for code in frame.index])
    return Trends(level, kind, frame, mine.breaks, mine.dispersion)


def _fit_level(
    demand: Demand, areas: AreaTable, level: Level, kind: EventKind, breaks: Sequence[Break] | None
) -> Trends:
    """Fit the trends of the places of one level that have enough events."""
    counts = unit_counts(demand, areas, level, kind)
    grain = grain_of(demand, kind)
    starts = list(counts.columns)
    if kind is EventKind.ASSESSMENT:  # those that follow the last month's referrals are still to come
        starts = [start for start in starts if not is_too_recent(start, grain, demand.last)]
    return fit_counts(counts[starts], grain, level, kind, councils_of(areas, level), demand.last, breaks)


def fit_counts(
    counts: pd.DataFrame,
    grain: Grain,
    level: Level,
    kind: EventKind,
    councils: Mapping[str, str],
    last: str,
    breaks: Sequence[Break] | None = None,
) -> Trends:
    """Fit the trends of counts: of those places of one level that have enough events.

    Parameters
    ----------
    counts
        A row a place, by code, a column a period, by its first month; every count is known.
    grain
        How long a period is.
    level, kind
        What a place is, and what is counted.
    councils
        The council of each place, by its code.
    last
        The last month that is counted.
    breaks
        Breaks in what is counted; those of `data/definition_breaks.toml` when not given.

    Returns
    -------
    Trends
        Without names, and with nothing pooled upwards.
    """
    starts = list(counts.columns)
    years = len(starts) * (grain.months or 0) / 12
    season = _season(counts, starts, grain, breaks_for(kind, None, breaks))
    lines: dict[str, _Line] = {}
    used: set[Break] = set()
    for code, row in counts.iterrows():
        events = int(row.sum())
        if years < FEWEST_YEARS or events < max(FEWEST_EVENTS, FEWEST_A_YEAR * years):
            continue
        touching = breaks_for(kind, councils.get(str(code)), breaks)
        line = _fit_line(row.to_numpy(dtype="float64"), starts, grain, touching, season)
        if line is not None:
            lines[str(code)] = line
            used |= {b for b in touching if b.rebase and starts[0] < b.month <= last}
    frame, dispersion = _frame(counts, lines, level)
    return Trends(level, kind, frame, tuple(sorted(used, key=lambda b: (b.month, b.label))), dispersion)


def _design(
    starts: Sequence[str], grain: Grain, breaks: Sequence[Break]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return an intercept, years, and a level from each break; and the periods that no break cuts in two."""
    whole = ~np.array(straddling(starts, grain, breaks), dtype=bool)
    years = np.array([month_number(start) for start in starts], dtype="float64") / 12
    segments = np.array(segments_of(starts, breaks))
    levels = [(segments == n).astype(float) for n in sorted(set(segments[whole].tolist()))[1:]]
    return np.column_stack([np.ones(len(starts)), years - years.mean(), *levels]), whole


def _season(
    counts: pd.DataFrame, starts: Sequence[str], grain: Grain, breaks: Sequence[Break]
) -> npt.NDArray[np.float64]:
    """Return the season of the whole as an offset for each period: the same months of every year alike."""
    flat: npt.NDArray[np.float64] = np.zeros(len(starts))
    parts = 12 // (grain.months or 12)
    total = counts.sum().to_numpy(dtype="float64")
    if parts < 2 or len(starts) < 2 * parts or not (total > 0).all():
        return flat
    design, whole = _design(starts, grain, breaks)
    place = np.array([month_number(start) % 12 for start in starts])
    seasons = [(place == n).astype(float) for n in sorted(set(place.tolist()))[1:]]
    full = np.column_stack([design, *seasons])
    if np.linalg.matrix_rank(full[whole]) < full.shape[1]:
        return flat
    fitted = fit_poisson(full[whole], total[whole], flat[whole], np.ones(int(whole.sum())))
    return np.asarray(np.column_stack(seasons) @ fitted[design.shape[1] :])


def _fit_line(
    y: npt.NDArray[np.float64],
    starts: Sequence[str],
    grain: Grain,
    breaks: Sequence[Break],
    season: npt.NDArray[np.float64],
) -> _Line | None:
    """Fit one place; None where the periods between breaks are too few for a slope."""
    design, whole = _design(starts, grain, breaks)
    x, events, offset = design[whole], y[whole], season[whole]
    free = len(events) - x.shape[1]
    if free < 1 or np.linalg.matrix_rank(x) < x.shape[1] or not events.sum() > 0:
        return None
    coefficients = fit_poisson(x, events, offset, np.ones(len(events)))
    mu = np.exp(x @ coefficients + offset)
    covariance = np.linalg.inv((x * mu[:, None]).T @ x)
    return _Line(
        float(coefficients[1]), float(covariance[1, 1]), float(((events - mu) ** 2 / mu).sum()), free
    )


def _frame(counts: pd.DataFrame, lines: dict[str, _Line], level: Level) -> tuple[pd.DataFrame, float]:
    """Put fitted lines together: ranges with the dispersion of all, and those beyond chance."""
    from scipy.special import stdtr, stdtrit

    codes = pd.Index(sorted(lines), dtype=object)
    free = sum(line.free for line in lines.values())
    dispersion = max(sum(line.pearson for line in lines.values()) / free, 1.0) if free else 1.0
    slope = np.array([lines[code].slope for code in codes])
    error = np.sqrt(np.array([lines[code].variance for code in codes]) * dispersion)
    reach = float(stdtrit(free, 0.975)) * error if free else error
    p = 2 * stdtr(free, -np.abs(slope) / error) if free else error
    named, _ = discoveries(p, np.ones(len(codes), dtype=bool), FALSE_SHARE)
    fitted = pd.DataFrame(
        {
            "change": np.expm1(slope),
            "low": np.expm1(slope - reach),
            "high": np.expm1(slope + reach),
            "p": p,
            "signal": np.where(named, np.sign(slope), 0.0),
        },
        index=codes,
        dtype="float64",
    ).reindex(counts.index)
    own = fitted["change"].notna()
    fitted.insert(0, "events", counts.sum(axis=1).astype("int64"))
    fitted["from_level"] = pd.Series(level.value, index=counts.index, dtype=object).where(own)
    fitted["from_code"] = counts.index.to_series().astype(object).where(own)
    return fitted, dispersion
