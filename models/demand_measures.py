"""The measures of demand: what is counted over how many months, and what its columns are called."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.provenance import Status
from models.levels import CHILDREN

PER: Final = 10_000
"""Rates are for so many children."""

ENDINGS: Final = (
    "_per_10k",
    "_smoothed_per_10k",
    "_local_per_10k",
    "_expected",
    "_over_expected",
    "_over_expected_low",
    "_over_expected_high",
    "_signal",
)
"""How the columns end that are derived from a count, in their order."""

SHOWN_ENDINGS: Final = ("", "_per_10k", "_smoothed_per_10k", "_over_expected")
"""Those that a map shows; the others stand beside them."""


LAST_CODE_OF_2011: Final = 1_033_768
"""The number in the last code of LSOA 2011: areas with a later one were drawn in 2021."""


@dataclass(frozen=True)
class Measure:
    """One count of demand: referrals, or children referred, over 12 or 36 months."""

    what: str
    months: int

    @property
    def column(self) -> str:
        """The column of the count."""
        return f"demand_{self.what}_{self.months}m"

    @property
    def noun(self) -> str:
        """What is counted, in words."""
        return "children referred" if self.what == "children" else "referrals"

    @property
    def rate(self) -> str:
        """A year's rate per 10,000 children."""
        return f"{self.column}_per_10k"

    @property
    def smoothed(self) -> str:
        """The rate, steadied."""
        return f"{self.column}_smoothed_per_10k"

    @property
    def local(self) -> str:
        """The rate, steadied towards that of the area and its neighbours: of small areas alone."""
        return f"{self.column}_local_per_10k"

    @property
    def expected(self) -> str:
        """The number to be expected."""
        return f"{self.column}_expected"

    @property
    def ratio(self) -> str:
        """Observed over expected."""
        return f"{self.column}_over_expected"

    @property
    def low(self) -> str:
        """The low end of the range of observed over expected."""
        return f"{self.column}_over_expected_low"

    @property
    def high(self) -> str:
        """The high end of it."""
        return f"{self.column}_over_expected_high"

    @property
    def signal(self) -> str:
        """1 where above expected beyond chance, -1 where below, 0 where that cannot be told."""
        return f"{self.column}_signal"

    @property
    def derived(self) -> tuple[str, ...]:
        """Every column that is derived from the count."""
        return tuple(f"{self.column}{ending}" for ending in ENDINGS)

    @property
    def years(self) -> float:
        """The length of the window in years."""
        return self.months / 12


MEASURES: Final = tuple(Measure(what, months) for months in (36, 12) for what in ("children", "referrals"))
"""The measures, the steadiest first: most months, and each child once."""

MAIN_COLUMN: Final = MEASURES[0].ratio
"""What a map of demand opens on."""


def measures_in(columns: Iterable[str]) -> tuple[Measure, ...]:
    """Return the measures whose counts are among some columns.

    Examples
    --------
    >>> [m.column for m in measures_in(["pop_0_17", "demand_referrals_12m"])]
    ['demand_referrals_12m']
    """
    present = set(columns)
    return tuple(m for m in MEASURES if m.column in present)


def measure_of(indicator_id: str) -> Measure | None:
    """Return the measure that an indicator belongs to, or None when it is no measure of demand.

    Examples
    --------
    >>> measure_of("demand_children_36m_over_expected")
    Measure(what='children', months=36)
    """
    return next((m for m in MEASURES if indicator_id in (m.column, *m.derived)), None)


def demand_words(indicator_id: str) -> str:
    """Name an indicator of demand within a sentence.

    Examples
    --------
    >>> demand_words("demand_children_36m_over_expected")
    'children referred against what is expected (36 months)'
    """
    measure = measure_of(indicator_id)
    if measure is None:
        return indicator_id
    if indicator_id == measure.column:
        return f"{measure.noun} over {measure.months} months"
    words = {
        measure.rate: f"rate of {measure.noun}",
        measure.smoothed: f"steadied rate of {measure.noun}",
        measure.ratio: f"{measure.noun} against what is expected",
    }.get(indicator_id, measure.noun)
    return f"{words} ({measure.months} months)"


def is_shown(indicator_id: str) -> bool:
    """Say whether a map offers an indicator of demand.

    Examples
    --------
    >>> is_shown("demand_children_36m"), is_shown("demand_children_36m_signal")
    (True, False)
    """
    measure = measure_of(indicator_id)
    return measure is None or indicator_id.removeprefix(measure.column) in SHOWN_ENDINGS


def own_children(status: pd.Series) -> pd.Series:
    """Say of each area whether its number of children is its own rather than shared out.

    A number carried from LSOA 2011 is exact where the area did not change, and rough where it did. Every
    carried number bears the same status, but a changed area has a code of its own: the Office for National
    Statistics gave new codes, above all earlier ones, to each area that was redrawn in 2021.

    Parameters
    ----------
    status
        The status of the number of children, indexed by the codes of small areas.
    """
    drawn_in_2021 = status.index.str[1:].astype("int64") > LAST_CODE_OF_2011
    return ~(status.eq(Status.APPORTIONED.value) & drawn_in_2021)


def child_column(frame: pd.DataFrame) -> str | None:
    """Return the column that counts the children of most areas, 0-17 before 0-15 where both know as many."""
    known = {column: int(frame[column].notna().sum()) for column in CHILDREN if column in frame.columns}
    best = max(known, key=lambda column: known[column], default=None)
    return best if best is not None and known[best] else None
