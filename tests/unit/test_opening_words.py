"""Opening times as people write them: what is understood, what is left in words, and that nothing is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.register.records import Opening
from models.opening_words import parse_hours, read_span, write_hours

UNDERSTOOD = {
    "Tuesdays 10 to 12": "Tuesday 10am to 12 noon",
    "tue 10-12, thu 1-3": "Tuesday 10am to 12 noon; Thursday 1pm to 3pm",
    "10-12 Tue, 1-3 Thu": "Tuesday 10am to 12 noon; Thursday 1pm to 3pm",
    "Mon-Fri 9-5; Sat 10am-1pm": "Monday to Friday 9am to 5pm; Saturday 10am to 1pm",
    "weekdays 09:30 to 17.00": "Monday to Friday 9:30am to 5pm",
    "Tue & Thu 0930-1130 term time only": "Tuesday and Thursday 9:30am to 11:30am; term time only",
    "Sat to Mon 10-4": "Monday, Saturday and Sunday 10am to 4pm",
    "Monday 10am-12pm and 2pm-4pm": "Monday 10am to 12 noon and 2pm to 4pm",
    "12-2 on Fridays (in school holidays)": "Friday 12 noon to 2pm; in school holidays",
    "Mondays 6pm until 8pm": "Monday 6pm to 8pm",
}
LEFT_IN_WORDS = (
    "every second Tuesday 10-12",
    "first Monday of the month 10 to 12",
    "closed Mondays",
    "Tuesdays",
    "10 to 12",
    "by appointment",
    "Mon 10pm to 2am",
    "Mon 9:00 - 24:00",
    "Mon 10-12 except bank holidays",
    "Mon 25-26",
)


@pytest.mark.parametrize("text", UNDERSTOOD)
def test_days_and_times_are_understood(text: str) -> None:
    hours = parse_hours(text)
    assert write_hours(hours.openings, hours.note) == UNDERSTOOD[text]


@pytest.mark.parametrize("text", LEFT_IN_WORDS)
def test_what_is_not_certain_stays_in_words(text: str) -> None:
    assert parse_hours(text) == parse_hours(f"{text};")
    assert (parse_hours(text).openings, parse_hours(text).note) == ((), text)


def test_a_part_that_is_not_understood_leaves_the_others() -> None:
    hours = parse_hours("Mon 10-2; every other Friday 1-2")
    assert hours.openings == (Opening(0, "10:00", "14:00"),)
    assert hours.note == "every other Friday 1-2"


CLOCKS = st.integers(0, 24 * 60 - 2).flatmap(
    lambda start: st.tuples(st.just(start), st.integers(start + 1, 24 * 60 - 1))
)


def clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


@given(st.lists(st.tuples(st.integers(0, 6), CLOCKS), min_size=1, max_size=8, unique_by=lambda one: one))
def test_what_is_written_is_read_again(times: list[tuple[int, tuple[int, int]]]) -> None:
    openings = {Opening(day, clock(start), clock(end)) for day, (start, end) in times}
    ordered = tuple(sorted(openings, key=lambda o: (o.day, o.opens, o.closes)))
    assert parse_hours(write_hours(ordered, "ring first")) == parse_hours(
        write_hours(ordered) + "; ring first"
    )
    assert parse_hours(write_hours(ordered)).openings == ordered


@given(st.text(max_size=300))
def test_any_text_is_read_without_losing_a_word_that_is_not_understood(text: str) -> None:
    hours = parse_hours(text)
    assert hours.openings or "".join(hours.note.split()).replace(";", "") == "".join(text.split()).replace(
        ";", ""
    )
    assert all(opening.opens < opening.closes for opening in hours.openings)


def test_a_span_is_within_one_day() -> None:
    assert [read_span(text) for text in ("9", "13-1", "9-9", "1-3pm", "11-1pm")] == [
        None,
        None,
        ("09:00", "21:00"),
        ("13:00", "15:00"),
        ("11:00", "13:00"),
    ]
