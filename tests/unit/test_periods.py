"""Months, quarters and years: which are complete, and that they are counted back from the last."""

import numpy as np
import pandas as pd
import pytest
from small_demand import day_of

from geo.demand import Grain
from geo.periods import (
    Span,
    cut_periods,
    find_span,
    month_number,
    month_of,
    month_text,
    month_words,
    span_words,
    start_texts,
)


def days(first: str, last: str, each: int = 3) -> np.ndarray:
    """So many events on every day."""
    return np.repeat(np.arange(day_of(first), day_of(last) + 1), each).astype(np.int32)


def test_the_month_of_a_day_is_that_of_the_calendar() -> None:
    some = np.array([-800, 0, 30, 31, 59, 60, 11_015, 19_782, 20_000], dtype=np.int32)
    theirs = pd.Series(some.astype("datetime64[D]").astype("datetime64[s]"))
    assert [month_text(m) for m in month_of(some)] == theirs.dt.strftime("%Y-%m").tolist()
    assert [month_number(month_text(m)) for m in month_of(some)] == month_of(some).tolist()
    assert not len(month_of(np.zeros(0, dtype=np.int32)))


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2022-04-01", "2025-03-31", "April 2022 to March 2025"),
        ("2022-04-03", "2025-03-29", "April 2022 to March 2025"),
        ("2022-04-04", "2025-03-28", "May 2022 to February 2025"),
        ("2024-01-31", "2024-03-01", "February 2024"),
        ("2024-02-02", "2024-02-27", "February 2024"),
        ("2024-02-02", "2024-02-26", "no complete month"),
    ],
)
def test_a_month_is_complete_to_within_three_days_of_its_ends(first: str, last: str, words: str) -> None:
    assert span_words(find_span(days(first, last))) == words


def test_no_event_covers_no_month() -> None:
    assert find_span(np.zeros(0, dtype=np.int32)) is None
    assert span_words(None) == "no complete month"


def test_old_rows_of_open_cases_and_stray_late_ones_do_not_stretch_the_months() -> None:
    whole = days("2023-04-01", "2024-11-30")
    old = np.arange(day_of("2009-01-01"), day_of("2023-03-31"), 20, dtype=np.int32)
    late = np.array([day_of("2025-02-14")], dtype=np.int32)
    span = find_span(np.concatenate([late, whole, old]))
    assert span_words(span) == "April 2023 to November 2024"
    assert span is not None
    assert span.window(36) is None
    assert span.months == 20


def test_a_gap_ends_the_months_that_are_covered() -> None:
    both = np.concatenate([days("2020-01-01", "2021-06-30"), days("2021-09-01", "2022-12-31")])
    assert span_words(find_span(both)) == "September 2021 to December 2022"


def test_few_events_are_no_gap() -> None:
    few = np.array([day_of(d) for d in ("2024-01-01", "2024-01-20", "2024-04-30")], dtype=np.int32)
    assert span_words(find_span(few)) == "January 2024 to April 2024"


@pytest.mark.parametrize("grain", list(Grain))
@pytest.mark.parametrize("length", [1, 2, 3, 11, 12, 13, 35, 36, 40])
@pytest.mark.parametrize("late", [0, 1, 2, 5])
def test_periods_are_whole_do_not_overlap_and_end_with_the_last_month(
    grain: Grain, length: int, late: int
) -> None:
    """Counted back from `late` months after the span's end, they keep in step with that month."""
    span = Span(600, 600 + length - 1)
    periods = cut_periods(span, grain, span.last + late)
    months = [start + step for start in periods.starts for step in range(periods.months)]
    assert months == sorted(set(months))
    assert all(span.first <= month <= span.last for month in months)
    if grain.months is None:
        assert months == list(range(span.first, span.last + 1))
        return
    ends = [start + periods.months - 1 for start in periods.starts]
    assert all((span.last + late - end) % grain.months == 0 for end in ends)
    assert span.months - len(months) < 2 * grain.months
    if late == 0 and periods.starts:
        assert ends[-1] == span.last
        assert span.months - len(months) < grain.months


def test_three_years_back_are_the_window_of_36_months() -> None:
    span = Span(month_number("2021-11"), month_number("2025-03"))
    years = cut_periods(span, Grain.YEAR)
    assert start_texts(years) == ["2022-04", "2023-04", "2024-04"]
    assert span.window(36) == Span(years.starts[0], span.last)
    assert span.window(12) == Span(years.starts[-1], span.last)


def test_a_month_has_the_number_of_the_period_that_holds_it() -> None:
    periods = cut_periods(Span(100, 106), Grain.QUARTER)
    months = np.arange(98, 109, dtype=np.int32)
    assert periods.number(months).tolist() == [-1, -1, -1, 0, 0, 0, 1, 1, 1, -1, -1]
    assert cut_periods(Span(100, 100), Grain.YEAR).number(months).tolist() == [-1] * len(months)


def test_months_have_words() -> None:
    assert month_words(month_number("1969-12")) == "December 1969"
    assert month_words(month_number("2024-02")) == "February 2024"
