"""The figures that are derived from counts of referrals: rates, steadied rates, and what is expected.

They are made of the counts as they stand, which in a shared build are the protected ones, and of columns that
are public: a count that is hidden or missing takes every figure derived from it along.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from data.indicators import Indicator, Kind, indicators
from data.provenance import Provenance, Status, join_provenance
from geo.aggregate import least_certain
from geo.area_table import AreaTable
from geo.neighbours import neighbours_of
from models.demand_measures import MEASURES, PER, Measure, child_column, measures_in, own_children
from models.expected import Expectation, expect_counts
from models.levels import Level, level_data
from models.moran import moran_of
from models.over_expected import Comparison, compare
from models.smoothing import smooth, smooth_locally

if TYPE_CHECKING:
    from libpysal.graph import Graph

DEPRIVATION: Final = ("need_idaci", "need_imd")
"""The indices that expectation is made of, the better first."""

ENOUGH: Final = 0.9
"""The share of the areas with a count that must have an index for it to make the expectation."""

NO_DIFFERENCE: Final = (
    "The rates differ no more than chance would make them: every area has the common rate, and the map shows "
    "no real difference."
)
BY_CHILDREN_ALONE: Final = (
    "No index of deprivation is there for enough areas, so what is expected comes from the number of "
    "children alone."
)


@dataclass(frozen=True)
class Fitted:
    """What one measure is held against, and what came of it.

    Attributes
    ----------
    measure
        What is counted.
    expectation
        The expected counts: of every area whose children and deprivation are known, hidden counts included.
    comparison
        The areas against them.
    children
        The column that counts children.
    people
        Their number, by area.
    deprivation
        The column of deprivation, or None where the number of children stands alone.
    sure
        Whether each area's number of children can be trusted enough to name it as above or below.
    """

    measure: Measure
    expectation: Expectation
    comparison: Comparison
    children: str
    people: pd.Series
    deprivation: str | None
    sure: pd.Series


def with_demand(areas: AreaTable) -> AreaTable:
    """Add the figures that are derived from the counts of referrals.

    Parameters
    ----------
    areas
        Areas with some of the counts of `models.demand_measures.MEASURES`; figures derived earlier are made
        anew. Without a number of children nothing can be derived, and the areas come back without.

    Returns
    -------
    AreaTable
        With, for each count, the columns of `Measure.derived`.
    """
    plain = without_derived(areas)
    children = child_column(plain.frame)
    if children is None:
        return plain
    beside = neighbours_of(plain.frame.geometry)
    values: dict[str, pd.Series] = {}
    status: dict[str, pd.Series] = {}
    provenance: dict[str, Provenance] = {}
    own: list[Indicator] = []
    for measure in measures_in(plain.indicators):
        fitted = fit_measure(plain, measure)
        if fitted is None:
            continue
        columns = _columns(plain, fitted, beside)
        values |= columns
        status |= _statuses(plain, fitted, columns)
        provenance |= _provenance(plain, fitted)
        own += _own_entries(plain, fitted, columns)
    index = plain.frame.index
    frame = pd.DataFrame(values, index=index)
    made = plain.overlaid(frame, pd.DataFrame(status, index=index), provenance, own)
    return _with_likeness(made, beside)


def _with_likeness(areas: AreaTable, beside: Graph) -> AreaTable:
    """Say with every figure over expected whether neighbours are alike on it."""
    data, provenance = level_data(areas, Level.AREA), dict(areas.provenance)
    for measure in measures_in(areas.indicators):
        if measure.ratio in provenance and (found := moran_of(data, beside, measure.ratio)):
            words = "".join(part.text for part in found.sentence)
            provenance[measure.ratio] = provenance[measure.ratio].with_step(words.removesuffix("."))
    return replace(areas, provenance=provenance)


def without_derived(areas: AreaTable) -> AreaTable:
    """Return areas without the figures that were derived from counts of referrals."""
    return areas.without({column for measure in MEASURES for column in measure.derived})


def fit_measure(areas: AreaTable, measure: Measure, with_councils: bool = True) -> Fitted | None:
    """Fit what is expected of each area on one measure; None without counts or a number of children.

    Parameters
    ----------
    areas
        The areas with their counts.
    measure
        What is counted.
    with_councils
        Whether each council has a level of its own.
    """
    children = child_column(areas.frame)
    if children is None or measure.column not in areas.frame.columns:
        return None
    counts = areas.frame[measure.column].astype("float64")
    people = areas.frame[children].astype("float64")
    deprivation = deprivation_column(areas, counts.notna())
    sure = own_children(areas.status[children])
    expectation = expect_counts(
        counts,
        people,
        None if deprivation is None else areas.frame[deprivation].astype("float64"),
        areas.frame["la_code"] if with_councils else None,
        sure,
        areas.status[measure.column].eq(Status.SUPPRESSED.value),
    )
    comparison = compare(counts, expectation.expected, expectation.dispersion, sure)
    by = deprivation if expectation.by_deprivation else None
    return Fitted(measure, expectation, comparison, children, people, by, sure)


def deprivation_column(areas: AreaTable, counted: pd.Series) -> str | None:
    """Return the column of deprivation that knows most of the areas counted: IDACI before IMD."""
    for stem in DEPRIVATION:
        known = {
            column: float(areas.frame.loc[counted, column].notna().mean())
            for column in (f"{stem}_rank", f"{stem}_score")
            if column in areas.frame.columns and counted.any()
        }
        best = max(known, key=lambda column: known[column], default=None)
        if best is not None and known[best] >= ENOUGH:
            return best
    return None


def _columns(areas: AreaTable, fitted: Fitted, beside: Graph) -> dict[str, pd.Series]:
    """Make the derived columns; a figure of an area without a count is missing.

    So is one of an area whose number of children cannot be trusted: it could be twenty times too high. What
    is expected there stays, for the sums of wards: a number shared out wrongly among neighbours is theirs.
    """
    measure, found = fitted.measure, fitted.comparison.frame
    counts = areas.frame[measure.column].astype("float64")
    counted = counts.notna() & (fitted.people > 0)
    known = counted & fitted.sure
    people = fitted.people.where(known)
    per_year = PER / measure.years
    made = {
        measure.rate: counts / people * per_year,
        measure.smoothed: smooth(counts, people).frame["rate"] * per_year,
        measure.local: smooth_locally(counts, people, beside).frame["rate"] * per_year,
        measure.expected: fitted.expectation.expected,
        measure.ratio: found["ratio"],
        measure.low: found["low"],
        measure.high: found["high"],
        measure.signal: found["signal"],
    }
    there = {measure.expected: counted}
    return {name: column.where(there.get(name, known)).rename(name) for name, column in made.items()}


def _statuses(areas: AreaTable, fitted: Fitted, made: Mapping[str, pd.Series]) -> dict[str, pd.Series]:
    """Return the statuses of derived columns: none is surer than its parts, and an estimate is modelled."""
    measure = fitted.measure
    rate = areas.status[[measure.column, fitted.children]]
    steadied = rate.assign(model=Status.MODELLED.value)
    index = {} if fitted.deprivation is None else {"deprivation": areas.status[fitted.deprivation]}
    against = steadied.assign(**index)
    parts = {measure.rate: rate, measure.smoothed: steadied, measure.local: steadied}
    found: dict[tuple[int, bytes], pd.Series] = {}
    statuses = {}
    for name, values in made.items():
        mine = parts.get(name, against)
        key = (id(mine), values.notna().to_numpy().tobytes())  # most columns are missing in the same areas
        if key not in found:
            found[key] = least_certain(mine, values)
        statuses[name] = found[key].rename(name)
    return statuses


def _provenance(areas: AreaTable, fitted: Fitted) -> Mapping[str, Provenance]:
    measure = fitted.measure
    of_rate = [measure.column, fitted.children]
    of_expected = [*of_rate, *([fitted.deprivation] if fitted.deprivation else [])]
    rate, expected = (
        join_provenance([areas.provenance[c] for c in columns], f"LSOA {areas.vintage}").with_step(
            *areas.provenance[measure.column].steps
        )
        for columns in (of_rate, of_expected)
    )
    label = areas.dictionary[fitted.children].label[0].lower() + areas.dictionary[fitted.children].label[1:]
    a_year = (
        f"divided by {measure.months // 12} years and by {label}"
        if measure.months > 12
        else (f"divided by {label}")
    )
    by_bayes = "by empirical Bayes (Marshall 1991), the variance between areas never below 0"
    expects = _expected_step(areas, fitted)
    spread = f"{fitted.expectation.dispersion:.2f} times that of chance alone"
    against = f"divided by what is expected; the variance of counts is {spread}"
    return {
        measure.rate: rate.with_step(a_year),
        measure.smoothed: rate.with_step(a_year, f"drawn towards the common rate {by_bayes}"),
        measure.local: rate.with_step(a_year, f"drawn towards the rate of the neighbourhood {by_bayes}"),
        measure.expected: expected.with_step(expects),
        measure.ratio: expected.with_step(expects, against),
        measure.low: expected.with_step(expects, against, "low end of the 95 % range"),
        measure.high: expected.with_step(expects, against, "high end of the 95 % range"),
        measure.signal: expected.with_step(
            expects,
            against,
            "named where negative-binomial tails pass a false-discovery rate of 5 %",
        ),
    }


def _expected_step(areas: AreaTable, fitted: Fitted) -> str:
    by = areas.dictionary[fitted.children].label
    if fitted.deprivation is not None:
        by = f"{areas.dictionary[fitted.deprivation].label} and {by}"
    councils = fitted.expectation.councils
    effect = f", with a level for each of {councils} councils" if councils > 1 else ""
    fitted_on = f"fitted on {fitted.expectation.fitted:,} small areas"
    hidden = areas.status[fitted.measure.column].eq(Status.SUPPRESSED.value).any()
    filled = ", with hidden counts by what they are likely to be" if hidden else ""
    return f"expected by a count regression on {by}{effect}, {fitted_on}{filled}"


def _own_entries(areas: AreaTable, fitted: Fitted, made: Mapping[str, pd.Series]) -> Iterable[Indicator]:
    """Return entries of the dictionary that say more than the built-in ones: who is counted, and caveats."""
    for name, values in made.items():
        entry = indicators()[name]
        caveats = list(_caveats(areas, fitted, name, values))
        changed = replace(entry, caveat=" ".join(caveats))
        if entry.kind is Kind.RATE and entry.denominator in ("pop_0_17",) and fitted.children != "pop_0_17":
            changed = replace(
                changed,
                denominator=fitted.children,
                unit=entry.unit.replace("children", "children aged 0–15"),
                meaning=entry.meaning.replace("children who live", "children aged 0–15 who live"),
            )
        if changed != entry:
            yield changed


def _caveats(areas: AreaTable, fitted: Fitted, name: str, values: pd.Series) -> Iterable[str]:
    if name == fitted.measure.smoothed and values.notna().sum() > 1 and values.nunique() == 1:
        yield NO_DIFFERENCE
    if name in (fitted.measure.ratio, fitted.measure.expected) and fitted.deprivation is None:
        yield BY_CHILDREN_ALONE
