"""The ladder over time: rows counted by month, then kept as fine as few enough sit in cells of 1."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.referral_rows import KINDS, EventKind, EventRows
from geo.demand import MOST_IN_ONES, SCHEMAS, Grain
from geo.demand_areas import Parents
from geo.demand_counts import Counts, Mask, Places, count_cells, share_in_ones
from geo.periods import Periods, Span, cut_periods, month_of

Axis = tuple[int, Callable[[slice], Places]]
"""How many values a thing has, and the value of each row of a slice."""

_GRAIN_WORDS = {
    Grain.MONTH: "by month",
    Grain.QUARTER: "by quarter",
    Grain.YEAR: "by year",
    Grain.WHOLE: "over the whole time",
}


@dataclass(frozen=True)
class Counting:
    """What is counted: the rows, where they lie, and the months and councils that are covered."""

    rows: EventRows
    parents: Parents
    span: Span
    councils: tuple[str, ...]

    @cached_property
    def month(self) -> npt.NDArray[np.int32]:
        """The month of each row."""
        return month_of(self.rows.day)

    @cached_property
    def covered(self) -> Mask:
        """Whether each area lies in a council covered."""
        return self.parents.lies_in(self.councils)

    @cached_property
    def referrals(self) -> Mask:
        """Whether each row is a referral in the months and the councils covered."""
        return self.within(EventKind.REFERRAL, self.span)

    def of_kind(self, kind: EventKind) -> Mask:
        """Say of each row whether it is of a kind."""
        return np.asarray(self.rows.kind == KINDS.index(kind))

    def within(self, kind: EventKind, span: Span) -> Mask:
        """Say of each row whether it is of a kind, in a council covered and in some months."""
        inside = (self.month >= span.first) & (self.month <= span.last)
        return np.asarray(self.of_kind(kind) & inside & self.covered[self.rows.area])

    def by_month(self, keep: Mask, span: Span, *axes: Axis) -> Counts:
        """Count rows by month, and by other things.

        Returns
        -------
        numpy.ndarray
            Counts by the first thing, the month of the span, then the other things.
        """
        months: Axis = (span.months, lambda part: self.month[part] - span.first)
        ordered = (axes[0], months, *axes[1:])
        shape = tuple(size for size, _ in ordered)
        return count_cells(len(keep), shape, lambda part: tuple(values(part) for _, values in ordered), keep)

    def by_area(self) -> Axis:
        """Return the small area of each row."""
        return len(self.parents.council), lambda part: self.rows.area[part]

    def by_ward(self) -> Axis:
        """Return the ward of each row."""
        return len(self.parents.wards), lambda part: self.parents.ward[self.rows.area[part]]


@dataclass(frozen=True)
class Counted:
    """One table, with what has to be known of it.

    Attributes
    ----------
    frame
        The table, which may be empty.
    grains
        How fine it is kept, by the name that `Demand.grains` has.
    notes
        In words.
    left_out
        Rows that are used and not in it, by reason.
    """

    frame: pd.DataFrame
    grains: Mapping[str, Grain] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """The counts of a table at the finest grain that may be kept; `periods` is None where none may.

    `note` is what has to be said of it, empty where nothing has.
    """

    grain: Grain
    periods: Periods | None
    counts: tuple[Counts, ...]
    note: str


def keep_finest(
    title: str, cubes: Sequence[Counts], span: Span, grains: Sequence[Grain], last: int | None = None
) -> Kept:
    """Fold counts by month into the finest periods of which at most a fifth of the events sit in cells of 1.

    Parameters
    ----------
    title
        What is counted, for the note: "Referrals by small area".
    cubes
        Counts with months on their second axis. Each has to hold for itself.
    span
        Their months.
    grains
        What is tried, the finest first.
    last
        The month that periods are counted back from; the last of the span when not given.
    """
    tried: list[str] = []
    for grain in grains:
        periods = cut_periods(span, grain, last)
        if not periods.starts:
            continue
        folded = tuple(fold(cube, periods, span) for cube in cubes)
        worst = max(map(share_in_ones, folded))
        if worst <= MOST_IN_ONES:
            return Kept(grain, periods, folded, _kept_words(title, grain, periods, span, tried))
        tried.append(f"{_GRAIN_WORDS[grain]} {worst:.0%}")
    return Kept(Grain.WHOLE, None, (), f"{title}: not kept. {_too_many(tried)}")


def fold(cube: Counts, periods: Periods, span: Span) -> Counts:
    """Add months up to periods.

    Parameters
    ----------
    cube
        Counts with the months of the span on the second axis.
    periods
        Complete periods inside the span.
    span
        The months.
    """
    begin = periods.starts[0] - span.first
    many = len(periods.starts)
    whole = cube[:, begin : begin + many * periods.months]
    return np.asarray(whole.reshape(len(cube), many, periods.months, *cube.shape[2:]).sum(axis=2))


def empty_table(name: str) -> pd.DataFrame:
    """Return a table without a row, in the columns and types of the others."""
    counts = ("count", "referrals", "again", "months")
    kinds = {c: "Int64" if c == "children" else "int64" if c in counts else "str" for c in SCHEMAS[name]}
    return pd.DataFrame({column: pd.Series(dtype=kind) for column, kind in kinds.items()})


def table_of(name: str, columns: Mapping[str, object]) -> pd.DataFrame:
    """Return a table in the columns and types of its schema."""
    return pd.DataFrame(dict(columns))[list(SCHEMAS[name])].astype(empty_table(name).dtypes.to_dict())


def take(values: Sequence[str], places: npt.NDArray[np.intp]) -> npt.NDArray[np.object_]:
    """Return the values at some places."""
    return np.asarray(np.array(values, dtype=object)[places])


def _kept_words(title: str, grain: Grain, periods: Periods, span: Span, tried: list[str]) -> str:
    """Say why a table is coarser than wished or lacks months; nothing where it is neither."""
    lost = span.months - len(periods.starts) * periods.months
    words = [f"{title}: kept {_GRAIN_WORDS[grain]}."] if tried or lost else []
    if tried:
        words.append(_too_many(tried))
    if lost:
        words.append(f"{lost} of {span.months} months make no whole period, so they are not in it.")
    return " ".join(words)


def _too_many(tried: list[str]) -> str:
    return f"Of them {', '.join(tried)} would sit in cells of 1; at most {MOST_IN_ONES:.0%} may."
