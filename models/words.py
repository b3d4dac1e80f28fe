"""Numbers, values and nouns as words: the same everywhere on screen, in a report and in a workbook."""

from dataclasses import dataclass
from typing import Final, Protocol

import pandas as pd

from data.indicators import Indicator, Kind
from data.provenance import Provenance, Status
from geo.reach_columns import ReachColumn
from models.levels import NEED_INDEX, Level, LevelData, stem_of
from models.nearness import reach_of, short_minutes

HIDDEN: Final = "Hidden"
NO_DATA: Final = "No data"
FEW: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
TIMES_EXPECTED: Final = "times expected"


@dataclass(frozen=True)
class Part:
    """A run of words, set in bold or not."""

    text: str
    bold: bool = False


def value_words(value: float, status: str, entry: Indicator | None = None) -> str:
    """Write a value as text: a suppressed one is "Hidden", a missing one "No data", never 0 or blank.

    Parameters
    ----------
    value
        The value, in the unit of its indicator.
    status
        Its status.
    entry
        What the value means; a value without an entry is written as a whole number.

    Examples
    --------
    >>> value_words(4687.0, "observed")
    '4,687'
    >>> value_words(float("nan"), "suppressed")
    'Hidden'
    """
    if status == Status.SUPPRESSED:
        return HIDDEN
    if pd.isna(value):
        return NO_DATA
    if entry is None or entry.kind in (Kind.COUNT, Kind.RANK, Kind.DECILE):
        return number(value)
    reach = reach_of(entry)
    if reach is ReachColumn.MINUTES:
        return short_minutes(value)
    if reach is ReachColumn.SHARE:
        return percent(value)
    if entry.unit == "share of 1":
        return f"{value:.1%}"
    if entry.id == NEED_INDEX:
        return f"{value:.1f}"
    if entry.unit == TIMES_EXPECTED or reach is ReachColumn.PER_1K:
        return f"{value:.2f}"
    return f"{value:,.2f}" if entry.kind is Kind.SCORE else figure(value)


class Values(Protocol):
    """Values with the status of each, on the same codes and columns."""

    @property
    def frame(self) -> pd.DataFrame:
        """The values."""

    @property
    def status(self) -> pd.DataFrame:
        """Their statuses."""


def words_at(values: Values, code: str, column: str, entry: Indicator | None = None) -> str:
    """Write one value of a table as text: see `value_words`."""
    return value_words(values.frame.at[code, column], str(values.status.at[code, column]), entry)


def source_words(provenance: Provenance) -> str:
    """Name a source once: "English indices of deprivation 2025 (2025)" does not say the year twice."""
    if provenance.vintage and provenance.vintage not in provenance.source:
        return f"{provenance.source}, {provenance.vintage}"
    return provenance.source


def number(value: float) -> str:
    """Write a whole number with thousands separators."""
    return f"{round(value):,}"


def figure(value: float) -> str:
    """Write a figure of unknown scale: whole ones as they are, others to three digits.

    Examples
    --------
    >>> figure(12.0), figure(0.04567), figure(1234.5)
    ('12', '0.0457', '1,234')
    """
    if abs(value) >= 100 or float(value).is_integer():
        return number(value)
    return f"{value:.3g}"


def distance(metres: float) -> str:
    """Write a distance to the nearest 10 m below a kilometre, and to the nearest 100 m from there.

    Examples
    --------
    >>> distance(447.2), distance(997.0), distance(4210.0)
    ('450 m', '1.0 km', '4.2 km')
    """
    tens = round(metres / 10) * 10
    return f"{tens} m" if tens < 1_000 else f"{metres / 1_000:,.1f} km"


def percent(share: float) -> str:
    """Write a share as a whole percentage; only nothing is 0% and only everything 100%.

    Examples
    --------
    >>> percent(0.08), percent(0.001), percent(0.999)
    ('8%', 'less than 1%', 'more than 99%')
    """
    if 0 < share < 0.01:
        return "less than 1%"
    return "more than 99%" if 0.99 < share < 1 else f"{share:.0%}"


def joined(*words: str) -> str:
    """Join those words that are there, with a space between two."""
    return " ".join(word for word in words if word)


def sentence_case(words: str) -> str:
    """Begin with a capital and leave the rest: "GP surgeries" keeps its own.

    Examples
    --------
    >>> sentence_case("early years settings")
    'Early years settings'
    """
    return words[:1].upper() + words[1:]


def a(noun_words: str) -> str:
    """Put the indefinite article before a noun.

    Examples
    --------
    >>> a("library"), a("early years setting")
    ('a library', 'an early years setting')
    """
    return f"{'an' if noun_words[:1].lower() in 'aeio' else 'a'} {noun_words}"


def few(count: int) -> str:
    """Write a small number as a word.

    Examples
    --------
    >>> few(0), few(5), few(1_200)
    ('no', 'five', '1,200')
    """
    return FEW[count] if count < len(FEW) else number(count)


def where(inside: pd.DataFrame) -> str:
    """Name the one council, or say how many there are; nothing unless the council of each is known."""
    names = inside["la_name"].unique()
    if not len(names) or inside["la_name"].isna().any():
        return ""
    return f"in {names[0]}" if len(names) == 1 else f"in {len(names)} councils"


def noun(level: Level, count: int) -> str:
    """Return the word for so many shapes of a level."""
    return level.singular if count == 1 else level.plural


def all_of(level: Level, inside: pd.DataFrame) -> str:
    """Say how many shapes there are and where: "the 139 small areas in Trafford"."""
    return joined(f"the {number(len(inside))} {noun(level, len(inside))}", where(inside))


def who(indicator: Indicator) -> str:
    """Say whom a population indicator counts, within a sentence."""
    return "people" if indicator.id == "pop_total" else indicator.label[0].lower() + indicator.label[1:]


def rank_spread(data: LevelData, indicator: Indicator) -> dict[str, str]:
    """Write how far the national ranks of each ward's or locality's small areas range.

    Returns
    -------
    dict
        By code: "352 to 13,890", or "Hidden" or "No data". Empty for small areas and for anything else
        than a rank.
    """
    most, least = (f"{stem_of(indicator.id)}_{end}_deprived_rank" for end in ("most", "least"))
    if not data.is_added_up or indicator.kind is not Kind.RANK or most not in data.frame.columns:
        return {}
    low = zip(data.frame[most], data.status[most], strict=True)
    high = zip(data.frame[least], data.status[least], strict=True)
    ends = ((value_words(*first), value_words(*last)) for first, last in zip(low, high, strict=True))
    texts = (first if first == last else f"{first} to {last}" for first, last in ends)
    return dict(zip(data.frame.index, texts, strict=True))
