"""Opening times as people write them, and as the register keeps them.

"Tuesdays 10 to 12, term time" becomes Tuesday from 10:00 to 12:00 and the words that days and times cannot
say. What is not understood for certain stays in words: nobody is sent to a closed door by a guess.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from data.register.records import Opening

DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_EVERY: Final = {"weekday": range(5), "weekend": range(5, 7), "every day": range(7), "daily": range(7)}
_DAY: Final = (
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?"
    r"|sun(?:day)?"
)
_TIME: Final = r"(?:12\s+)?(?:noon|midday)\b|(?:\d{4}|\d{1,2}(?:[:.]\d{2})?)\s*(?:[ap]\.?m\b\.?)?"
_TO: Final = r"\s*(?:-|–|—|\bto\b|\buntil\b|\btill?\b)\s*"
_BESIDE: Final = (
    r"(?:in |during )?term[ -]?times?(?: only)?|(?:in |during )?(?:the )?school holidays(?: only| too)?"
)
"""What can stand beside days and times without changing them."""

_TOKENS: Final = re.compile(
    rf"(?P<beside>\b(?:{_BESIDE})\b)"
    rf"|(?P<every>\b(?:weekday|weekend|every day|daily)s?\b)"
    rf"|(?P<span>\b(?:{_DAY})\b{_TO}\b(?:{_DAY})\b)"
    rf"|(?P<day>\b(?:{_DAY})s?\b)"
    rf"|(?P<hours>(?<![\d:.])(?:{_TIME}){_TO}(?:{_TIME})(?![\d:]))"
    r"|(?P<filler>[\s,&/()]+|\b(?:and|on|from|open|between|every|each)\b)"
    r"|(?P<unknown>\S+?(?=[\s,;&/()]|$))",
    re.IGNORECASE,
)
_PART: Final = re.compile(rf"({_TIME})", re.IGNORECASE)
_AFTERNOON_FROM: Final = 7
"""An hour below it, without am or pm, is taken for the afternoon: "1 to 3"."""


@dataclass(frozen=True)
class Hours:
    """What was understood: days and times, and the words that are left."""

    openings: tuple[Opening, ...]
    note: str


def parse_hours(text: str) -> Hours:
    """Read opening times out of a text.

    Each part between semicolons or lines is understood as a whole or left in words as a whole.

    Parameters
    ----------
    text
        As somebody wrote it.

    Examples
    --------
    >>> parse_hours("Tues and Thurs 10-12, term time")
    Hours(openings=(Opening(day=1, opens='10:00', closes='12:00'), \
Opening(day=3, opens='10:00', closes='12:00')), note='term time')
    >>> parse_hours("first Monday of the month 10 to 12").note
    'first Monday of the month 10 to 12'
    """
    openings, notes = set[Opening](), []
    for part in re.split(r"[;\n]+", text):
        understood = _parse_part(part)
        if understood is None:
            notes.append(" ".join(part.split()))
        else:
            openings.update(understood.openings)
            notes.append(understood.note)
    ordered = sorted(openings, key=lambda o: (o.day, o.opens, o.closes))
    return Hours(tuple(ordered), "; ".join(note for note in notes if note))


def _parse_part(part: str) -> Hours | None:
    """Understand days with times after them, or times with days after them; None for anything else."""
    days, hours, found, beside = list[int](), list[tuple[str, str]](), list[Opening](), list[str]()
    times_first = False
    for kind, words in _tokens(part):
        if kind == "unknown":
            return None
        if kind == "beside":
            beside.append(words)
        elif kind == "hours":
            if times_first and days and hours:
                found += _cross(days, hours)
                days, hours = [], []
            times_first = times_first or not (days or found)
            read = read_span(words)
            if read is None:
                return None
            hours.append(read)
        elif kind in ("day", "span", "every"):
            if days and hours and not times_first:
                found += _cross(days, hours)
                days, hours = [], []
            days += _days_of(kind, words)
    if bool(days) != bool(hours):
        return None
    return Hours((*found, *_cross(days, hours)), ", ".join(beside))


def _tokens(part: str) -> Iterator[tuple[str, str]]:
    for match in _TOKENS.finditer(part):
        yield str(match.lastgroup), match[0]


def _cross(days: Iterable[int], hours: Sequence[tuple[str, str]]) -> list[Opening]:
    return [Opening(day, opens, closes) for day in days for opens, closes in hours]


def _days_of(kind: str, words: str) -> list[int]:
    if kind == "every":
        return list(_EVERY[words.lower().removesuffix("s")])
    if kind == "day":
        return [_day_number(words)]
    first, last = (_day_number(name) for name in re.findall(rf"\b(?:{_DAY})\b", words, re.IGNORECASE))
    return [day % 7 for day in range(first, (last if last >= first else last + 7) + 1)]


def _day_number(word: str) -> int:
    return next(n for n, name in enumerate(DAYS) if name.lower().startswith(word.lower()[:3]))


def read_span(words: str) -> tuple[str, str] | None:
    """Read "10-12", "9.30am to 1" or "6pm until 8pm"; None where it is no span within one day.

    Examples
    --------
    >>> read_span("10 to 2"), read_span("1-3pm"), read_span("9.30am to 12 noon"), read_span("10pm to 2am")
    (('10:00', '14:00'), ('13:00', '15:00'), ('09:30', '12:00'), None)
    """
    first, *others = [_read_time(match[0]) for match in _PART.finditer(words)] or [None]
    if first is None or len(others) != 1 or others[0] is None:
        return None
    (start, start_half), (end, end_half) = first, others[0]
    if not start_half:
        start = _start_like(start, end, end_half)
    if not end_half and end <= start and end < 12 * 60:
        end += 12 * 60
    if not start < end < 24 * 60:
        return None
    return _clock(start), _clock(end)


def _start_like(start: int, end: int, end_half: str) -> int:
    """Give a start without am or pm the half of the day that its end asks for."""
    noon = 12 * 60
    if start >= noon:
        return start
    if end_half == "p" and start + noon < end:
        return start + noon
    if not end_half and start < _AFTERNOON_FROM * 60 and end < noon:
        return start + noon
    return start


def _read_time(words: str) -> tuple[int, str] | None:
    """Return minutes after midnight, and "a", "p", "h" (24 hours, or noon) or "" for which half was said."""
    text = words.lower()
    if "n" in text or "mid" in text:
        return 12 * 60, "h"
    half = "a" if "a" in text else "p" if "p" in text else ""
    digits = re.findall(r"\d+", text)
    hour, minute = (digits[0][:2], digits[0][2:]) if len(digits[0]) == 4 else (digits[0], (*digits, "0")[1])
    hours, minutes = int(hour), int(minute)
    if minutes > 59 or hours > 23 or (half and not 1 <= hours <= 12):
        return None
    if half:
        hours = hours % 12 + (12 if half == "p" else 0)
    elif hour.startswith("0") or hours > 12:
        half = "h"
    return hours * 60 + minutes, half


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def write_hours(openings: Sequence[Opening], note: str = "") -> str:
    """Write opening times as `parse_hours` reads them: days with the same times together.

    Examples
    --------
    >>> write_hours([Opening(d, "09:30", "12:00") for d in (0, 1, 2, 4)], "term time")
    'Monday to Wednesday and Friday 9:30am to 12 noon; term time'
    """
    by_day = {
        day: tuple((o.opens, o.closes) for o in sorted(openings, key=lambda o: o.opens) if o.day == day)
        for day in sorted({o.day for o in openings})
    }
    same: dict[tuple[tuple[str, str], ...], list[int]] = {}
    for day, hours in by_day.items():
        same.setdefault(hours, []).append(day)
    parts = [f"{_write_days(days)} {' and '.join(map(_write_span, hours))}" for hours, days in same.items()]
    return "; ".join([*parts, *([note] if note else [])])


def _write_days(days: Sequence[int]) -> str:
    runs = [
        [day for _, day in run] for _, run in groupby(enumerate(days), key=lambda pair: pair[1] - pair[0])
    ]
    words = []
    for run in runs:
        names = [DAYS[day] for day in run]
        words += [f"{names[0]} to {names[-1]}"] if len(run) > 2 else names
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _write_span(hours: tuple[str, str]) -> str:
    return " to ".join(map(_write_time, hours))


def _write_time(clock: str) -> str:
    hours, minutes = int(clock[:2]), clock[3:]
    if clock == "12:00":
        return "12 noon"
    shown = f"{hours % 12 or 12}{'' if minutes == '00' else f':{minutes}'}"
    return f"{shown}{'am' if hours < 12 else 'pm'}"
