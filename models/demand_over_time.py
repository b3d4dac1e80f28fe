"""Referrals of one place over time: the bars of a chart, its trend in words, and where counting changed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.definition_breaks import Break
from data.provenance import Status
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.periods import month_number, month_words
from geo.released import Released
from models.demand_series import DemandSeries, series_of
from models.demand_trend import Trends
from models.levels import Level
from models.trend_words import trend_sentence
from models.words import Part, number

YEAR_MONTHS: Final = 12
RELEASED_LEVELS: Final = (Level.AREA, Level.WARD, Level.COUNCIL)


@dataclass(frozen=True)
class Bar:
    """One period: its words, how many, and what has to be said of it.

    `count` is None where it is hidden; `breaks` names what is counted otherwise from it on.
    """

    words: str
    count: int | None
    breaks: tuple[str, ...] = ()
    too_recent: bool = False


@dataclass(frozen=True)
class TimeHere:
    """Referrals over time.

    Attributes
    ----------
    name
        Of which place: the one that was asked for, or the larger one whose trend stands in its place.
    sentence
        Whether they rise or fall.
    bars
        Its periods, the earliest first.
    notes
        What has to be said beside them.
    """

    name: str
    sentence: tuple[Part, ...]
    bars: tuple[Bar, ...]
    notes: tuple[str, ...]


def time_of_kept(demand: Demand, areas: AreaTable, trends: Trends, code: str) -> TimeHere | None:
    """Return the referrals over time of a place, or of the larger one whose trend stands in its place.

    Parameters
    ----------
    demand
        What an internal build keeps.
    areas
        The areas of the build.
    trends
        The trends of the level of the place.
    code
        The place.
    """
    if code not in trends.frame.index:
        return None
    row = trends.frame.loc[code]
    own = pd.isna(row["from_code"])
    level = trends.level if own else Level(str(row["from_level"]))
    series = series_of(demand, areas, level, code if own else str(row["from_code"]))
    if series is None:
        return None
    notes = dict.fromkeys((*series.caveats, *_break_notes(series)))
    return TimeHere(series.name, trend_sentence(trends, areas, code), tuple(_bars(series)), tuple(notes))


def _bars(series: DemandSeries) -> Iterable[Bar]:
    length = series.grain.months or 0
    for start, row in series.frame.iterrows():
        first = month_number(str(start))
        begun = tuple(b.label for b in series.breaks if 0 <= month_number(b.month) - first < length)
        yield Bar(str(row["words"]), int(row["count"]), begun, bool(row["too_recent"]))


def _break_notes(series: DemandSeries) -> Iterable[str]:
    for b in series.breaks:
        yield f"{break_words(b)}: {b.note}" if b.note else f"{break_words(b)}."


def break_words(b: Break) -> str:
    """Name a break with its month: "Families First Partnership, April 2025"."""
    return f"{b.label}, {month_words(month_number(b.month))}"


def time_of_released(released: Released, level: Level, code: str, name: str) -> TimeHere | None:
    """Return the released referrals of a place by year; None where none were released of it."""
    if level not in RELEASED_LEVELS:
        return None
    cells = released.frame
    mine = cells[
        cells["level"].eq(level.value)
        & cells["code"].eq(code)
        & cells["measure"].eq("referrals")
        & cells["months"].eq(YEAR_MONTHS)
        & cells["by"].eq("")
    ].sort_values("start")
    if mine.empty:
        return None
    bars = [
        Bar(
            f"Year to {month_words(month_number(start) + YEAR_MONTHS - 1)}",
            None if status == Status.SUPPRESSED or pd.isna(value) else int(value),
        )
        for start, value, status in zip(mine["start"], mine["value"], mine["status"], strict=True)
    ]
    return TimeHere(name, tuple(_years_sentence(bars)), tuple(bars), ())


def _years_sentence(bars: list[Bar]) -> Iterable[Part]:
    last = bars[-1]
    year = f"{last.words[0].lower()}{last.words[1:]}"
    if last.count is None:
        yield Part(f"Referrals in the {year}: ")
        yield Part("hidden, small count", True)
        yield Part(".")
        return
    yield Part(f"{number(last.count)} {'referral' if last.count == 1 else 'referrals'}", True)
    yield Part(f" in the {year}.")
