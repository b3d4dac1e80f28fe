"""Days and how long ago they were, as a reader would say them."""

from datetime import date, datetime


def day_words(day: date) -> str:
    """Write a day: "3 May 2026".

    Examples
    --------
    >>> day_words(date(2026, 5, 3))
    '3 May 2026'
    """
    return f"{day.day} {day:%B %Y}"


def moment_words(moment: datetime) -> str:
    """Write a time in UTC: "3 May 2026, 14:05"."""
    return f"{day_words(moment)}, {moment:%H:%M}"


def ago_words(day: date, today: date) -> str:
    """Say how long ago a day was, in the largest unit that says enough.

    Examples
    --------
    >>> today = date(2026, 11, 28)
    >>> [ago_words(date(2026, m, 27), today) for m in (11, 10, 1)]
    ['yesterday', '4 weeks ago', '10 months ago']
    """
    days = (today - day).days
    if days < 1:
        return "today"
    if days == 1:
        return "yesterday"
    return f"{length_words(days)} ago"


def length_words(days: int) -> str:
    """Write a number of days as a reader would say it: days, then weeks, months, years.

    Examples
    --------
    >>> [length_words(days) for days in (1, 13, 20, 90, 800)]
    ['1 day', '13 days', '2 weeks', '2 months', '2 years']
    """
    for unit, size, least in (("year", 365.25, 730), ("month", 30.44, 61), ("week", 7, 14)):
        if days >= least:
            return _so_many(int(days / size), unit)
    return _so_many(days, "day")


def _so_many(count: int, unit: str) -> str:
    return f"{count:,} {unit}{'' if count == 1 else 's'}"
