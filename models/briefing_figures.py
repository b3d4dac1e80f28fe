"""How a figure of a briefing is printed: once, so that page, document and workbook say the same."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from data.indicators import Indicator, Kind
from data.provenance import Status
from geo.reach_columns import ReachColumn
from models.classes import MISSING, NO_VALUE_WORDS, SUPPRESSED
from models.levels import NEED_INDEX
from models.nearness import reach_of, short_minutes
from models.words import HIDDEN as PAGE_HIDDEN
from models.words import NO_DATA as PAGE_NO_DATA
from models.words import TIMES_EXPECTED, Values, figure, number, percent

NO_DATA: Final = NO_VALUE_WORDS[MISSING]
HIDDEN: Final = NO_VALUE_WORDS[SUPPRESSED]

_SAID: Final = {PAGE_HIDDEN: HIDDEN, PAGE_NO_DATA: NO_DATA}
_NOUGHT: Final = re.compile(r"-[0.]+%?")
"""Less than nothing by so little that none of it is printed."""

_FIGURE: Final = re.compile(r"(-?)(£?)(\d{1,3}(?:,\d{3})*|\d+)(\.\d+)?(%| min)?", re.ASCII)


class Form(StrEnum):
    """How the figures of a column are written."""

    TEXT = "text"
    WHOLE = "whole"
    MINUTES = "minutes"
    PERCENT = "percent"
    TENTHS = "tenths of a per cent"
    ONE = "one decimal"
    TWO = "two decimals"
    OPEN = "as many digits as it takes"
    POUNDS = "pounds"


@dataclass(frozen=True)
class Printed:
    """A figure as it is printed.

    Attributes
    ----------
    words
        What is read.
    value
        The number that these words say, a share of 1 for a percentage; None for words that say none.
    pattern
        How a spreadsheet writes that number to have the same words; empty for words.
    """

    words: str
    value: float | None = None
    pattern: str = ""


Cell = str | float | int | Printed | None
"""What a table holds: words, a number of its column's form, or what has been printed already.

A number that is missing is "no data".
"""


def print_figure(cell: Cell, form: Form) -> Printed:
    """Print a cell of a table: see `Form`.

    What a workbook holds is the figure as it is printed and not a more exact one: so the two agree, and a
    figure is told no more exactly by a file than by the page.

    Parameters
    ----------
    cell
        Words, or a number.
    form
        How its column is written.

    Examples
    --------
    >>> print_figure(4687.4, Form.WHOLE)
    Printed(words='4,687', value=4687.0, pattern='#,##0')
    >>> print_figure(0.084, Form.PERCENT)
    Printed(words='8%', value=0.08, pattern='0%')
    >>> print_figure(None, Form.WHOLE).words, print_figure(0.001, Form.PERCENT).words
    ('no data', 'less than 1%')
    """
    if isinstance(cell, Printed):
        return cell
    if isinstance(cell, str):
        return Printed(cell)
    if cell is None or pd.isna(cell):
        return Printed(NO_DATA)
    words = _WRITERS[form](float(cell))
    return read_figure(words.removeprefix("-") if _NOUGHT.fullmatch(words) else words)


def read_figure(words: str) -> Printed:
    """Return printed words with the number that they say, where they say one.

    Examples
    --------
    >>> read_figure("£1,250"), read_figure("12 min").pattern
    (Printed(words='£1,250', value=1250.0, pattern='£#,##0'), '#,##0" min"')
    """
    found = _FIGURE.fullmatch(words)
    if found is None:
        return Printed(words)
    sign, pound, whole, decimals, unit = (part or "" for part in found.groups())
    digits = f"{whole.replace(',', '')}{decimals}"
    shown = len(decimals) - 1 if decimals else 0
    value = float(f"{sign}{digits}")
    if unit == "%":
        value = round(value / 100, shown + 2)
    grouped = "0" if unit == "%" else "#,##0"
    decimals_pattern = f".{'0' * shown}" if shown else ""
    suffix = {"": "", "%": "%", " min": '" min"'}[unit]
    return Printed(words, value, f"{pound}{grouped}{decimals_pattern}{suffix}")


def form_of(entry: Indicator | None) -> Form:
    """Return how the figures of an indicator are written: as `models.words.value_words` writes them."""
    if entry is None or entry.kind in (Kind.COUNT, Kind.RANK, Kind.DECILE):
        return Form.WHOLE
    reach = reach_of(entry)
    if reach is ReachColumn.MINUTES:
        return Form.MINUTES
    if reach is ReachColumn.SHARE:
        return Form.PERCENT
    if entry.unit == "share of 1":
        return Form.TENTHS
    if entry.id == NEED_INDEX:
        return Form.ONE
    if entry.unit == TIMES_EXPECTED or reach is ReachColumn.PER_1K or entry.kind is Kind.SCORE:
        return Form.TWO
    return Form.OPEN


def cell_at(values: Values, code: str, column: str) -> Cell:
    """Return one value of a table as a cell: words where it is hidden or missing, never 0."""
    return cell_of(values.frame.at[code, column], str(values.status.at[code, column]))


def cell_of(value: float, status: str) -> Cell:
    """Return a value as a cell: words where it is hidden or missing, never 0."""
    if status == Status.SUPPRESSED:
        return HIDDEN
    return NO_DATA if pd.isna(value) else float(value)


def words_cell(words: str) -> Printed:
    """Return a figure that a page has written already as a cell, with what is hidden or missing as here.

    Examples
    --------
    >>> words_cell("Hidden").words, words_cell("4,687").value
    ('hidden, small count', 4687.0)
    """
    return read_figure(_SAID.get(words, words))


_WRITERS: Final[Mapping[Form, Callable[[float], str]]] = {
    Form.TEXT: figure,
    Form.WHOLE: number,
    Form.MINUTES: short_minutes,
    Form.PERCENT: percent,
    Form.TENTHS: lambda value: f"{value:.1%}",
    Form.ONE: lambda value: f"{value:,.1f}",
    Form.TWO: lambda value: f"{value:,.2f}",
    Form.OPEN: figure,
    Form.POUNDS: lambda value: f"£{number(value)}",
}
