"""What is counted over time: the periods of a place, and the months from which they are counted otherwise."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.definition_breaks import Break, definition_breaks
from data.referral_rows import EventKind
from geo.area_table import AreaTable
from geo.demand import Demand, Grain
from geo.periods import month_number, month_text, month_words
from models.levels import CODE_COLUMNS, Level

NAME_COLUMNS: Final = {
    Level.AREA: "area_name",
    Level.WARD: "ward_name",
    Level.LOCALITY: "locality_name",
    Level.COUNCIL: "la_name",
    Level.REGION: "region_name",
}
TOO_RECENT: Final = (
    "{} is too recent to judge: what becomes of its referrals is not known yet, which is not the same as no "
    "further action."
)
ADDED_UP: Final = "Figures before and after “{}” ({}) are counted differently and are not to be compared."


@dataclass(frozen=True)
class DemandSeries:
    """The periods of one place.

    Attributes
    ----------
    kind
        What is counted.
    level, code, name
        Of which place.
    grain
        How long a period is.
    frame
        One row a period, the earliest first, indexed by its first month ("2024-04"): `count`, `words` ("April
        to June 2024"), `segment` (0, and one more from each break that rebases), `straddles` (whether such a
        break falls within it) and `too_recent`.
    breaks
        The breaks that touch this place within its periods or after them.
    caveats
        What has to be said beside a chart of them.
    """

    kind: EventKind
    level: Level
    code: str
    name: str
    grain: Grain
    frame: pd.DataFrame
    breaks: tuple[Break, ...]
    caveats: tuple[str, ...]


def series_of(
    demand: Demand,
    areas: AreaTable,
    level: Level,
    code: str,
    kind: EventKind = EventKind.REFERRAL,
    breaks: Sequence[Break] | None = None,
) -> DemandSeries | None:
    """Return the periods of one place for a chart; None where nothing of that kind is kept of it.

    Parameters
    ----------
    demand
        What is kept of referrals.
    areas
        The areas of the build, which say what lies in what.
    level, code
        The place.
    kind
        What is counted.
    breaks
        Breaks in what is counted; those of `data/definition_breaks.toml` when not given.
    """
    counts = unit_counts(demand, areas, level, kind)
    if code not in counts.index:
        return None
    grain = grain_of(demand, kind)
    council = councils_of(areas, level).get(code)
    touching = breaks_for(kind, council, breaks)
    starts = list(counts.columns)
    row = counts.loc[code]
    frame = pd.DataFrame(
        {
            "count": row.astype("int64").to_numpy(),
            "words": [period_words(start, grain) for start in starts],
            "segment": segments_of(starts, touching),
            "straddles": straddling(starts, grain, touching),
            "too_recent": [is_too_recent(start, grain, demand.last) for start in starts],
        },
        index=pd.Index(starts, name="start"),
    )
    caveats = [
        ADDED_UP.format(b.label, month_words(month_number(b.month)))
        for b in touching
        if b.rebase and starts[0] < b.month <= demand.last
    ]
    if frame["too_recent"].any():
        caveats.append(TOO_RECENT.format(month_words(month_number(demand.last))))
    name = str(names_of(areas, level).get(code, code))
    within = tuple(b for b in touching if b.month > starts[0])
    return DemandSeries(kind, level, code, name, grain, frame, within, tuple(caveats))


def grain_of(demand: Demand, kind: EventKind) -> Grain:
    """Return how long the periods of a kind are."""
    return demand.grains.get(f"periods:{kind.value}", Grain.WHOLE)


def unit_counts(demand: Demand, areas: AreaTable, level: Level, kind: EventKind) -> pd.DataFrame:
    """Return the counts of every place of a level that the extracts cover: a row a place, a column a period.

    A cell that is not kept is a count of none. Places outside the councils covered are left out; so is all
    where nothing of the kind is kept over time.
    """
    table = demand.tables["periods"]
    mine = table[table["kind"].astype(str) == kind.value]
    grain = grain_of(demand, kind)
    covered = areas.frame.index[covered_areas(demand, areas)]
    if mine.empty or grain.months is None or not len(covered):
        return pd.DataFrame()
    numbers = mine["start"].astype(str).map(month_number)
    starts = [month_text(n) for n in range(int(numbers.min()), int(numbers.max()) + 1, grain.months)]
    keys = units_of(areas, level).reindex(covered).dropna()
    here = mine[mine["area_code"].astype(str).isin(keys.index)]
    units = here["area_code"].astype(str).map(keys)
    counted = here["count"].groupby([units, here["start"].astype(str)]).sum().unstack(fill_value=0)
    every = pd.Index(sorted(keys.unique()), name="code")
    return counted.reindex(index=every, columns=starts, fill_value=0).astype("int64")


def covered_areas(demand: Demand, areas: AreaTable) -> pd.Series:
    """Say which small areas the extracts cover: all of them where no council is named."""
    if not demand.councils:
        return pd.Series(True, index=areas.frame.index)
    return areas.frame["la_code"].isin(demand.councils)


def units_of(areas: AreaTable, level: Level) -> pd.Series:
    """Return which place of a level each small area is part of; missing where it is in none."""
    if level is Level.AREA:
        return areas.frame.index.to_series()
    column = CODE_COLUMNS[level]
    if column not in areas.frame.columns:
        return pd.Series(pd.NA, index=areas.frame.index, dtype="string")
    return areas.frame[column]


def names_of(areas: AreaTable, level: Level) -> Mapping[str, str]:
    """Return the name of each place of a level by its code."""
    column = NAME_COLUMNS[level]
    if column not in areas.frame.columns:
        return {}
    found = areas.frame[column].groupby(units_of(areas, level)).first()
    return {str(code): str(name) for code, name in found.dropna().items()}


def councils_of(areas: AreaTable, level: Level) -> Mapping[str, str]:
    """Return the council that each place of a level lies in; none for a place that lies in several."""
    pairs = pd.DataFrame({"unit": units_of(areas, level), "la": areas.frame["la_code"]}).dropna()
    several = pairs.groupby("unit")["la"].nunique() > 1
    first = pairs.groupby("unit")["la"].first()
    return {str(code): str(la) for code, la in first[~several].items()}


def breaks_for(
    kind: EventKind, council: str | None, breaks: Sequence[Break] | None = None
) -> tuple[Break, ...]:
    """Return the breaks that touch what is counted of a council, the earliest first."""
    every = definition_breaks() if breaks is None else breaks
    return tuple(sorted((b for b in every if b.touches(kind, council)), key=lambda b: (b.month, b.label)))


def segments_of(starts: Sequence[str], breaks: Sequence[Break]) -> list[int]:
    """Return how many breaks that rebase lie at or before each period's first month."""
    months = sorted({b.month for b in breaks if b.rebase})
    return [sum(month <= start for month in months) for start in starts]


def straddling(starts: Sequence[str], grain: Grain, breaks: Sequence[Break]) -> list[bool]:
    """Say of each period whether a break that rebases falls within it, after its first month."""
    length = grain.months or 0
    months = [month_number(b.month) for b in breaks if b.rebase]
    return [any(n < month < n + length for month in months) for n in map(month_number, starts)]


def is_too_recent(start: str, grain: Grain, last: str) -> bool:
    """Say whether a period holds the last complete month: its events lie within 30 days of the last ones."""
    return month_number(start) + (grain.months or 0) > month_number(last)


def period_words(start: str, grain: Grain) -> str:
    """Write a period.

    Examples
    --------
    >>> period_words("2024-04", Grain.MONTH), period_words("2024-11", Grain.QUARTER)
    ('April 2024', 'November 2024 to January 2025')
    """
    first = month_number(start)
    last = first + (grain.months or 1) - 1
    one, other = month_words(first), month_words(last)
    if first == last:
        return one
    month, year = one.split(" ")
    return f"{month} to {other}" if year == other.split(" ")[1] else f"{one} to {other}"
