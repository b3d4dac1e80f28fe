"""Numbers, values and nouns as words: the same everywhere on screen, in a report and in a workbook."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.indicators import Indicator, Kind, indicators
from data.provenance import Provenance, Status
from models.levels import Level, LevelData, stem_of

HIDDEN: Final = "Hidden"
NO_DATA: Final = "No data"


@dataclass(frozen=True)
class Part:
    """A run of words, set in bold or not."""

    text: str
    bold: bool = False


def value_words(value: float, status: str, column: str) -> str:
    """Write a value as text: a suppressed one is "Hidden", a missing one "No data", never 0 or blank.

    Examples
    --------
    >>> value_words(4687.0, "observed", "pop_0_15")
    '4,687'
    >>> value_words(float("nan"), "suppressed", "pop_0_15")
    'Hidden'
    """
    if status == Status.SUPPRESSED:
        return HIDDEN
    if pd.isna(value):
        return NO_DATA
    if column.endswith("_share"):
        return percent(value)
    entry = indicators().get(column)
    if entry is not None and entry.kind is Kind.SCORE:
        return f"{value:.1%}" if entry.unit == "share of 1" else f"{value:,.2f}"
    return number(value)


def source_words(provenance: Provenance) -> str:
    """Name a source once: "English indices of deprivation 2025 (2025)" does not say the year twice."""
    if provenance.vintage and provenance.vintage not in provenance.source:
        return f"{provenance.source}, {provenance.vintage}"
    return provenance.source


def number(value: float) -> str:
    """Write a whole number with thousands separators."""
    return f"{round(value):,}"


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
    """Write how far the national ranks of each ward's small areas range; empty for anything else.

    Returns
    -------
    dict
        By ward code: "352 to 13,890", or "Hidden" or "No data".
    """
    if data.level is not Level.WARD or indicator.kind is not Kind.RANK:
        return {}
    most, least = (f"{stem_of(indicator.id)}_{end}_deprived_rank" for end in ("most", "least"))
    low = zip(data.frame[most], data.status[most], strict=True)
    high = zip(data.frame[least], data.status[least], strict=True)
    ends = (
        (value_words(*first, most), value_words(*last, least)) for first, last in zip(low, high, strict=True)
    )
    texts = (first if first == last else f"{first} to {last}" for first, last in ends)
    return dict(zip(data.frame.index, texts, strict=True))
