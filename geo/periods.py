"""Months that an extract covers whole, and quarters and years counted back from the last of them.

A month is a whole number here: months since January 1970.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from geo.demand import Grain

EDGE_DAYS: Final = 3
"""How near the ends of a month its first and its last event have to lie for it to be complete."""

GAP_SHARE: Final = 0.1
"""A month with less than this share of a usual month's events is not covered."""

FEWEST_A_MONTH: Final = 30
"""Where a usual month has fewer events than this, a thin month is chance and not a gap."""

_USUAL_MONTHS: Final = 12
_EPOCH_YEAR: Final = 1970
_NAMES: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

Days = npt.NDArray[np.int32]
Months = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Span:
    """Complete months without a gap, from `first` to `last`, both in it."""

    first: int
    last: int

    @property
    def months(self) -> int:
        """How many months it has."""
        return self.last - self.first + 1

    def window(self, months: int) -> "Span | None":
        """Return its last so many months; None where it has fewer."""
        return Span(self.last - months + 1, self.last) if months <= self.months else None


@dataclass(frozen=True)
class Periods:
    """Periods of one length, the earliest first, that end with the last month of a span.

    Attributes
    ----------
    starts
        The first month of each.
    months
        The months of each.
    """

    starts: tuple[int, ...]
    months: int

    def number(self, months: Months) -> npt.NDArray[np.int16]:
        """Return which period each month lies in, counted from 0; -1 for none."""
        if not self.starts or not len(months):
            return np.full(len(months), -1, dtype=np.int16)
        place = (months - self.starts[0]) // self.months
        return np.where((place >= 0) & (place < len(self.starts)), place, -1).astype(np.int16)


def month_of(day: Days) -> Months:
    """Return the month of each day, in months since January 1970.

    Parameters
    ----------
    day
        Days since 1 January 1970.
    """
    if not len(day):
        return np.zeros(0, dtype=np.int32)
    earliest = int(day.min())
    days = np.arange(earliest, int(day.max()) + 1)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    return np.asarray(months[day - earliest])


def find_span(day: Days) -> Span | None:
    """Find the months that events cover whole: an unbroken run that ends with the last complete month.

    Extracts of a case system hold a few old rows (cases that are still open) and end on any day. A month
    counts as covered where it has at least a tenth of the events of a usual month, which is the median of
    the twelve busiest. The last covered month is complete when its last event falls on one of its last three
    days, else the month before it is; the first likewise.

    Parameters
    ----------
    day
        Days of the events, since 1 January 1970, in any order.

    Returns
    -------
    Span or None
        None where no month is complete.

    Examples
    --------
    >>> days = np.arange(np.datetime64("2024-04-01"), np.datetime64("2025-03-20")).astype("int32")
    >>> span_words(find_span(days))
    'April 2024 to February 2025'
    """
    if not len(day):
        return None
    months = month_of(day)
    start = int(months.min())
    counts = np.bincount(months - start)
    covered = _covered(counts)
    last = int(np.flatnonzero(covered)[-1])
    gaps = np.flatnonzero(~covered[:last])
    first = int(gaps[-1]) + 1 if len(gaps) else 0
    begun = int(day[months == start + first].min()) - _first_day(start + first)
    left = _first_day(start + last + 1) - 1 - int(day[months == start + last].max())
    span = Span(start + first + (begun >= EDGE_DAYS), start + last - (left >= EDGE_DAYS))
    return span if span.months > 0 else None


def cut_periods(span: Span, grain: Grain, last: int | None = None) -> Periods:
    """Cut a span into complete periods, counted back from a month.

    Parameters
    ----------
    span
        The months that are covered.
    grain
        Their length; `WHOLE` is the span as one.
    last
        The month that they are counted back from; the last of the span when not given. Those that reach
        beyond the span are left out.
    """
    if grain.months is None:
        return Periods((span.first,), span.months)
    end = span.last if last is None else last
    latest = end - grain.months * max(0, -(-(end - span.last) // grain.months))
    count = max(0, (latest - span.first + 1) // grain.months)
    starts = (latest - grain.months * back + 1 for back in range(count, 0, -1))
    return Periods(tuple(starts), grain.months)


def month_text(month: int) -> str:
    """Return a month as the tables have it: "2024-04"."""
    return f"{_EPOCH_YEAR + month // 12}-{month % 12 + 1:02d}"


def month_number(text: str) -> int:
    """Return the number of a month that `month_text` wrote.

    Examples
    --------
    >>> month_text(month_number("2024-04"))
    '2024-04'
    """
    year, month = text.split("-")
    return (int(year) - _EPOCH_YEAR) * 12 + int(month) - 1


def month_words(month: int) -> str:
    """Return a month in words: "April 2024"."""
    return f"{_NAMES[month % 12]} {_EPOCH_YEAR + month // 12}"


def span_words(span: Span | None) -> str:
    """Return a span in words: "April 2024 to March 2025"."""
    if span is None:
        return "no complete month"
    first, last = month_words(span.first), month_words(span.last)
    return first if first == last else f"{first} to {last}"


def start_texts(periods: Periods) -> Sequence[str]:
    """Return the first month of each period as the tables have it."""
    return [month_text(start) for start in periods.starts]


def _covered(counts: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Say which months have enough events to be covered; all where events are few."""
    usual = float(np.median(np.sort(counts[counts > 0])[-_USUAL_MONTHS:]))
    if usual < FEWEST_A_MONTH:
        return np.ones(len(counts), dtype=bool)
    return np.asarray(counts >= GAP_SHARE * usual)


def _first_day(month: int) -> int:
    return int(np.datetime64(month, "M").astype("datetime64[D]").astype(int))
