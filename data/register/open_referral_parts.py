"""Reads the parts of a record of Open Referral, of either shape: words, times, costs, ages, places, contacts.

Nothing is trusted to be of the type it should be: what is of another type counts as not said.
"""

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date
from html.parser import HTMLParser
from typing import Any, Final

from data.register.fields import ACCESSIBILITY, OLDEST
from data.register.open_referral_terms import CHARGED, DAYS
from data.register.records import Opening

Record = Mapping[str, Any]
_MARKUP: Final = re.compile(r"</?(?:p|br|ul|ol|li|strong|em|b|i|a|div|span|h[1-6])\b[^<>]*>", re.IGNORECASE)
_TIME: Final = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_ISO: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ].*)?")
_SLASHED: Final = re.compile(r"(\d\d)/(\d\d)/(\d{4})(?: .*)?")
_NOT: Final = re.compile(
    r"\b(?:no|not|non|without|unsuitable|unavailable|isn'?t|lacks?|limited|partial(?:ly)?)\b"
)
_FOR_FREE: Final = frozenset(
    {"free", "free of charge", "no charge", "no cost", "free to attend", "free to all"}
)
_PERSONAL: Final = re.compile(r"[a-z]+[._][a-z]+\d*@.*", re.IGNORECASE)
_DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_ACCESS_WORDS: Final = {
    "step_free": ("step free", "stepfree", "level access", "wheelchair access", "ramp", "wheelchair user"),
    "accessible_toilet": ("accessible toilet", "disabled toilet", "accessible wc", "adapted toilet"),
    "changing_place": ("changing places",),
    "baby_change": ("baby chang", "nappy chang"),
    "parking": ("accessible parking", "disabled parking", "blue badge"),
    "hearing_loop": ("hearing loop", "induction loop"),
    "quiet_space": ("quiet space", "quiet room", "sensory room"),
    "sign_language": ("sign language", "bsl"),
}
"""What tells each of `ACCESSIBILITY` in a description in words, beside its own name."""


def text_of(record: Record, *names: str) -> str:
    """Return the first text that stands under any of some names, without white space at its ends."""
    for name in names:
        value = record.get(name)
        if isinstance(value, str) and value.strip():
            return value.strip()
    return ""


def items_of(record: Record, *names: str) -> list[Record]:
    """Return the records of the lists under some names; a record that stands alone counts as a list of it."""
    found: list[Record] = []
    for name in names:
        value = record.get(name)
        listed = value if isinstance(value, list) else [value]
        found += [item for item in listed if isinstance(item, dict)]
    return found


def record_of(record: Record, name: str) -> Record:
    """Return the record under a name; an empty one where there is none."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def number_of(record: Record, name: str) -> float | None:
    """Return a number, perhaps written as text; None where there is none."""
    value = record.get(name)
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value) if not isinstance(value, str) or len(value) < 40 else math.nan
    except (ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def without_markup(text: str) -> str:
    """Return a text without the markup that 1.0 allows in descriptions; other signs stay as they are.

    Examples
    --------
    >>> without_markup("<p>Ages 5 &amp; over</p>"), without_markup("a < b")
    ('Ages 5 & over', 'a < b')
    """
    if not _MARKUP.search(text):
        return text
    reader = _Words()
    reader.feed(text)
    reader.close()
    lines = (" ".join(line.split()) for line in "".join(reader.found).split("\n"))
    return "\n".join(line for line in lines if line)


def shorten(text: str, most: int) -> str:
    """Cut a text that is too long at a word, with three dots."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rsplit(' ', 1)[0]}…"


def day_of(text: str) -> date | None:
    """Return a day written as 2026-01-31 or, in 1.0, 31/01/2026; None for anything else."""
    if iso := _ISO.fullmatch(text):
        year, month, day = iso.groups()
    elif slashed := _SLASHED.fullmatch(text):
        day, month, year = slashed.groups()
    else:
        return None
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def ages_of(service: Record) -> tuple[int | None, int | None]:
    """Return the lowest and highest age: of the service in 3.0, of what it says who is eligible in 1.0."""
    told = [service, *items_of(service, "eligibilitys", "eligibilities")]
    lowest = [age for record in told if (age := _age(record, "minimum_age")) is not None]
    highest = [age for record in told if (age := _age(record, "maximum_age")) is not None]
    low, high = min(lowest, default=None), max(highest, default=None)
    return (None, None) if low is not None and high is not None and low > high else (low, high)


def costs_of(service: Record) -> tuple[str, bool | None]:
    """Return the cost in words, and whether it is free; None where nobody said."""
    options = items_of(service, "cost_options")
    amounts = [amount for option in options if (amount := number_of(option, "amount")) is not None]
    words = text_of(service, "fees")
    if not words:
        words = "; ".join(dict.fromkeys(filter(None, map(_cost_words, options))))
    if any(text_of(option, "option") == CHARGED for option in options) or any(a > 0 for a in amounts):
        return words, False
    plain = words.casefold().strip(" .!")
    free = plain in _FOR_FREE
    return ("" if plain == "free" else words), True if free or amounts else None


def openings_of(schedules: Iterable[Record], day: date) -> tuple[tuple[Opening, ...], str]:
    """Return when a service is open every week, and in words what days and times cannot say.

    Parameters
    ----------
    schedules
        Of either shape.
    day
        Schedules that ended before are left out.
    """
    found: set[Opening] = set()
    notes: list[str] = []
    for schedule in schedules:
        ended = day_of(text_of(schedule, "valid_to"))
        if ended is not None and ended < day:
            continue
        openings, words = _weekly(schedule)
        found |= set(openings)
        notes += [words, *(text_of(schedule, name) for name in ("description", "notes"))]
    ordered = sorted(found, key=lambda opening: (opening.day, opening.opens, opening.closes))
    return tuple(ordered), "; ".join(dict.fromkeys(filter(None, notes)))


def access_of(location: Record) -> tuple[str, ...]:
    """Return what a location says of access, in the words of the register; not what it says it lacks."""
    told: list[str] = []
    for record in items_of(location, "accessibility", "accessibility_for_disabilities", "accessibilities"):
        told += [text_of(record, name) for name in ("accessibility", "description", "details")]
    sentences = [s for text in told for s in re.split(r"[.;\n]", text.casefold().replace("-", " "))]
    said = [sentence for sentence in sentences if not _NOT.search(sentence)]
    return tuple(
        key
        for key, name in ACCESSIBILITY.items()
        if any(word in sentence for word in _access_words(key, name) for sentence in said)
    )


def address_of(location: Record, name: str) -> tuple[str, str]:
    """Return the address on one line, without the name of the place, and the postcode as it is typed."""
    addresses = items_of(location, "addresses", "physical_addresses")
    visited = [a for a in addresses if text_of(a, "address_type") in ("", "physical")]
    if not visited:
        return "", ""
    address = visited[0]
    parts = [text_of(address, key) for key in ("address_1", "address_2", "city")]
    known = dict.fromkeys(part for part in parts if part and part.casefold() != name.casefold())
    return ", ".join(known), text_of(address, "postal_code", "postcode")


def is_personal(email: str) -> bool:
    """Say whether an e-mail address seems to be somebody's own: two words before the sign.

    Examples
    --------
    >>> is_personal("jo.bloggs@example.org"), is_personal("hello@example.org")
    (True, False)
    """
    return _PERSONAL.fullmatch(email) is not None


def _age(record: Record, name: str) -> int | None:
    age = number_of(record, name)
    return None if age is None or not 0 <= age <= OLDEST else int(age)


def _cost_words(option: Record) -> str:
    amount = number_of(option, "amount")
    pounds = f"£{amount:,.2f}".removesuffix(".00") if amount else ""
    about = (text_of(option, "option"), pounds, text_of(option, "amount_description"))
    return " ".join(part for part in about if part and part != CHARGED)


def _weekly(schedule: Record) -> tuple[list[Opening], str]:
    """Return the weekly openings of a schedule, or what it says in words."""
    opens, closes = _time(text_of(schedule, "opens_at")), _time(text_of(schedule, "closes_at"))
    days = [part.strip().upper() for part in text_of(schedule, "byday").split(",") if part.strip()]
    weekly = text_of(schedule, "freq").upper() in ("", "WEEKLY") and number_of(schedule, "interval") in (
        None,
        1,
    )
    if not days or not set(days) <= {*DAYS, *_monthly(days)}:
        return [], ""
    if weekly and set(days) <= set(DAYS) and opens < closes:
        return [Opening(DAYS.index(day), opens, closes) for day in dict.fromkeys(days)], ""
    named = ", ".join(_day_words(day) for day in dict.fromkeys(days))
    every = number_of(schedule, "interval")
    often = "" if weekly else (f" every {every:.0f} weeks" if every and every > 1 else " each month")
    return [], f"{named}{often}" + (f" {opens} to {closes}" if opens and closes else "")


def _monthly(days: Iterable[str]) -> set[str]:
    return {day for day in days if re.fullmatch(r"[+-]?[1-5](?:MO|TU|WE|TH|FR|SA|SU)", day)}


def _day_words(day: str) -> str:
    name = _DAY_NAMES[DAYS.index(day[-2:])]
    count = {
        "": "",
        "1": "first ",
        "2": "second ",
        "3": "third ",
        "4": "fourth ",
        "5": "fifth ",
        "-1": "last ",
    }
    return f"{count.get(day[:-2].removeprefix('+'), '')}{name}"


def _time(text: str) -> str:
    found = _TIME.fullmatch(text)
    return f"{int(found[1]):02d}:{found[2]}" if found else ""


def _access_words(key: str, name: str) -> tuple[str, ...]:
    return (name.casefold().replace("-", " "), *_ACCESS_WORDS.get(key, ()))


class _Words(HTMLParser):
    """Takes the words out of markup, a line for each block; what scripts and styles hold is no word."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a line where a block begins."""
        self._silent = tag in ("script", "style")
        if tag in ("p", "br", "li", "div", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6"):
            self.found.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End a line where a block ends."""
        self._silent = False
        if tag in ("p", "li", "div", "h1", "h2", "h3", "h4", "h5", "h6"):
            self.found.append("\n")

    def handle_data(self, data: str) -> None:
        """Keep words."""
        if not self._silent:
            self.found.append(data)
