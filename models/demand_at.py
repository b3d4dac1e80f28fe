"""Demand at a level above small areas: wards, localities, councils and regions.

Counts and expected counts add up; their ratio, its range, whether it is beyond chance and the steadied rate
are made anew of the sums. Where figures have been released, wards and councils have the released counts: a
ward can be shown where one of its small areas is hidden, and be hidden where they are shown.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

import pandas as pd

from data.provenance import Provenance, Status
from geo.aggregate import least_certain
from geo.area_table import AreaTable, make_status
from geo.released import Released
from models.demand_columns import Fitted, fit_measure, without_derived
from models.demand_measures import PER, Measure, measures_in
from models.expected import pearson, robust_dispersion
from models.levels import CODE_COLUMNS, WIDE, Level, LevelData, level_data
from models.over_expected import Comparison, compare
from models.smoothing import smooth

RELEASED_LEVELS: Final = (Level.WARD, Level.COUNCIL)
MOST_UNSURE: Final = 0.1
"""A unit is not named as above or below where more than this of what is expected is of redrawn areas."""

FEWEST_UNITS: Final = 20
"""With so many units or more, how far they spread is measured on them as well as on small areas."""


def demand_at(
    areas: AreaTable, level: Level, released: Released | None = None, data: LevelData | None = None
) -> LevelData:
    """Return the values of a build at one level, its figures of demand made anew for that level.

    Parameters
    ----------
    areas
        The small areas, with `models.demand_columns.with_demand` applied or not.
    level
        What one shape is. Small areas come back as they stand.
    released
        The released figures of a shared build.
    data
        The values at that level, where they have been made already.

    Returns
    -------
    LevelData
        Of `data`, with the columns of `Measure.derived` for the counts that the areas have: all but the rate
        that is steadied towards neighbours, which is of small areas alone.
    """
    values = level_data(areas, level) if data is None else data
    if level is Level.AREA:
        return values
    plain = without_derived(areas)
    keys = plain.frame[CODE_COLUMNS[level]]
    frame, status, provenance = values.frame.copy(), values.status.copy(), dict(values.provenance)
    for measure in measures_in(plain.indicators):
        alone = (
            level in WIDE and plain.frame.loc[plain.frame[measure.column].notna(), "la_code"].nunique() > 1
        )
        fitted = fit_measure(plain, measure, with_councils=not alone)
        if fitted is None or fitted.children not in frame.columns:
            continue
        counts, hidden = _counts(values, measure, level, released)
        made = _figures(fitted, counts, frame[fitted.children], keys)
        parts = _parts(status, measure, fitted, counts, hidden)
        states = {name: _status(parts, name, measure, column) for name, column in made.items()}
        # Neighbours of small areas say nothing of larger ones.
        gone = [measure.local, *made]
        frame, status = _put(frame, made, gone), _put(status, states, gone)
        provenance.pop(measure.local, None)
        for name in made:
            provenance[name] = _pedigree(values.provenance, areas, measure, fitted, name, level)
    return replace(values, frame=frame, status=status, provenance=provenance)


def _put(table: pd.DataFrame, columns: Mapping[str, pd.Series], gone: Sequence[str]) -> pd.DataFrame:
    """Return a table with columns in the place of others, all at once: one by one is slow in a wide table."""
    kept = table.drop(columns=list(gone), errors="ignore")
    return pd.concat([kept, pd.DataFrame(columns, index=table.index)], axis=1)


def released_counts(released: Released, level: Level, measure: Measure) -> pd.DataFrame:
    """Return the released counts of the last window of a measure: `value` and `status`, by code.

    A code without a row has not been released.
    """
    cells = released.frame
    mine = cells[
        cells["level"].eq(level.value)
        & cells["measure"].eq(measure.what)
        & cells["months"].eq(measure.months)
        & cells["by"].eq("")
    ]
    last = mine[mine["start"].eq(mine["start"].max())]
    return last.set_index("code")[["value", "status"]]


def compare_units(
    counts: pd.Series, expected: pd.Series, dispersion: float, sure: pd.Series | None = None
) -> Comparison:
    """Compare units made of many small areas with what is expected of them.

    Units differ by more than the chance of small areas where whole neighbourhoods do: with enough of them
    their own spread, measured robustly, is used if it is the wider one.
    """
    both = counts.notna() & (expected > 0)
    spread = dispersion
    if both.sum() >= FEWEST_UNITS:
        y, mu = (column[both].to_numpy(dtype="float64") for column in (counts, expected))
        spread = max(dispersion, robust_dispersion(pearson(y, mu)))
    return compare(counts, expected, spread, sure)


def _counts(
    values: LevelData, measure: Measure, level: Level, released: Released | None
) -> tuple[pd.Series, pd.Series]:
    """Return counts by unit, and which of them are hidden rather than missing."""
    index = values.frame.index
    if released is not None and level in RELEASED_LEVELS:
        cells = released_counts(released, level, measure).reindex(index)
        return cells["value"].astype("float64"), cells["status"].eq(Status.SUPPRESSED.value)
    counts = values.frame[measure.column].astype("float64")
    return counts, values.status[measure.column].eq(Status.SUPPRESSED.value)


def _figures(fitted: Fitted, counts: pd.Series, people: pd.Series, keys: pd.Series) -> dict[str, pd.Series]:
    measure, index = fitted.measure, counts.index
    expected_of_area = fitted.expectation.expected.mask(fitted.people.eq(0), 0.0)
    lacking = expected_of_area.isna().groupby(keys).any()
    expected = expected_of_area.groupby(keys).sum().mask(lacking).reindex(index)
    children = people.astype("float64").where(lambda n: n > 0)
    per_year = PER / measure.years
    unsure = (expected_of_area.where(~fitted.sure, 0.0).groupby(keys).sum().reindex(index)) / expected
    found = compare_units(counts, expected, fitted.expectation.dispersion, unsure <= MOST_UNSURE).frame
    known = counts.notna() & children.notna()
    made = {
        measure.column: counts,
        measure.rate: counts / children * per_year,
        measure.smoothed: smooth(counts, children).frame["rate"] * per_year,
        measure.expected: expected.where(known),
        measure.ratio: found["ratio"],
        measure.low: found["low"],
        measure.high: found["high"],
        measure.signal: found["signal"],
    }
    return {
        name: column.where(known | (name == measure.column)).rename(name) for name, column in made.items()
    }


def _parts(
    status: pd.DataFrame, measure: Measure, fitted: Fitted, counts: pd.Series, hidden: pd.Series
) -> pd.DataFrame:
    """Return the statuses that the figures of a unit are made of."""
    of_count = make_status(counts.to_frame("count"))["count"].astype(str)
    kept = status[measure.column].astype(str).where(status[measure.column].ne(Status.SUPPRESSED.value))
    of_count = kept.where(kept.notna() & counts.notna(), of_count).mask(hidden, Status.SUPPRESSED.value)
    return pd.DataFrame({"count": of_count, "children": status[fitted.children].astype(str)})


def _status(parts: pd.DataFrame, name: str, measure: Measure, values: pd.Series) -> pd.Series:
    if name == measure.column:
        return least_certain(parts[["count"]], values)
    if name == measure.rate:
        return least_certain(parts, values)
    return least_certain(parts.assign(model=Status.MODELLED.value), values)


def _pedigree(
    provenance: Mapping[str, Provenance],
    areas: AreaTable,
    measure: Measure,
    fitted: Fitted,
    name: str,
    level: Level,
) -> Provenance:
    if name == measure.column:
        return provenance[name]
    of_area = areas.provenance.get(name, areas.provenance[measure.column])
    return of_area.with_step(
        f"counts and expected counts added up by {level.value}, and the figure made anew"
    )
