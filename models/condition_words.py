"""Conditions in words: as a part of a sentence, as an option of a list, and the unit of their number."""

from textwrap import shorten
from typing import Final

import pandas as pd

from data.indicators import Group, Indicator, Kind
from geo.reach_columns import ReachColumn
from models.conditions import PARTS, SHARE_OF_1, SIGNALS, WORST_PARTS, Comparison, Condition
from models.demand_measures import demand_words, measure_of
from models.levels import Level, LevelData
from models.nearness import is_minutes, journey_of, near_words, reach_of
from models.schemes import is_national_rank, place_kind
from models.words import a, figure, number, sentence_case, value_words, who

PART_WORDS: Final = {10: "tenth", 5: "fifth", 3: "third", 2: "half"}
SHOWN_UNITS: Final = {
    "people": "people",
    "households": "households",
    "percent": "%",
    SHARE_OF_1: "%",
}
SIGNAL_WORDS: Final = {Comparison.ABOVE_FOR_SURE: "more", Comparison.BELOW_FOR_SURE: "fewer"}
LONGEST_NAME: Final = 40
MORE_OR_LESS: Final = {Comparison.OVER: "more than", Comparison.UNDER: "less than"}
PERCENT: Final = 0.01


def verb(condition: Condition, level: Level, count: int) -> str:
    """Return the verb that goes with a condition: so many shapes *are* far away, or *have* no library."""
    one, several = ("is", "are") if _is_state(condition, level) else ("has", "have")
    return one if count == 1 else several


def phrase(condition: Condition, level: Level) -> str:
    """Write a condition without its verb: "more than 15 minutes’ walk from a library"."""
    indicator, comparison = condition.indicator, condition.comparison
    added_up = level is not Level.AREA
    if comparison in PARTS:
        average = "an average rank " if added_up else ""
        return f"{average}{part_words(comparison)} for {subject(indicator)}"
    if comparison in SIGNALS:
        measure = measure_of(indicator.id)
        what = f"{measure.noun} over {measure.months} months" if measure else subject(indicator)
        return f"{SIGNAL_WORDS[comparison]} {what} than expected, beyond chance"
    if comparison in (Comparison.HIGHEST, Comparison.LOWEST):
        return _fifth_phrase(condition, level)
    if is_minutes(indicator):
        on_average = "on average " if added_up else ""
        far = f"{MORE_OR_LESS[comparison]} {bound_words(condition)} from {a(place_kind(indicator).singular)}"
        return f"{on_average}{far}"
    if comparison is Comparison.NONE:
        return f"no {place_kind(indicator).singular} inside"
    return _number_phrase(condition)


def brief(condition: Condition, level: Level) -> str:
    """Write a condition that has been told before: "in England’s most deprived fifth for IDACI"."""
    if condition.comparison in PARTS:
        return f"{part_words(condition.comparison)} for {short_name(condition.indicator)}"
    return phrase(condition, level)


def _is_state(condition: Condition, level: Level) -> bool:
    """Whether shapes *are* what is asked, rather than *have* it."""
    if condition.comparison in PARTS:
        return level is Level.AREA
    fifth = condition.comparison in (Comparison.HIGHEST, Comparison.LOWEST)
    return fifth or is_minutes(condition.indicator)


def part_words(comparison: Comparison) -> str:
    """Write a part of England: "in England’s most deprived fifth"."""
    end = "most" if comparison in WORST_PARTS else "least"
    return f"in England’s {end} deprived {PART_WORDS[PARTS[comparison]]}"


def _fifth_phrase(condition: Condition, level: Level) -> str:
    indicator, high = condition.indicator, condition.comparison is Comparison.HIGHEST
    these = f"fifth of these {level.plural}"
    if is_minutes(indicator):
        end = "furthest from" if high else "nearest to"
        return f"in the {these} {end} {a(place_kind(indicator).singular)}"
    if indicator.kind is Kind.COUNT and indicator.group in (Group.ASSETS, Group.PEOPLE):
        return f"in the {these} with the {'most' if high else 'fewest'} {subject(indicator)}"
    return f"in the {'highest' if high else 'lowest'} {these} for {subject(indicator)}"


def _number_phrase(condition: Condition) -> str:
    indicator, bound = condition.indicator, condition.bound or 0
    how = f"at {condition.comparison.value}"
    if indicator.group is Group.ASSETS:
        kind = place_kind(indicator)
        return f"{how} {number(bound)} {kind.singular if bound == 1 else kind.plural} inside"
    if indicator.group is Group.PEOPLE:
        return f"{how} {number(bound)} {who(indicator)}"
    reach = reach_of(indicator)
    between = "of " if reach is ReachColumn.SHARE else "" if reach is ReachColumn.PER_1K else "for "
    return f"{how} {bound_words(condition)} {between}{subject(indicator)}"


def bound_words(condition: Condition) -> str:
    """Write the number of a condition with its unit, as its values are written."""
    indicator, bound = condition.indicator, condition.bound or 0
    if is_minutes(indicator):
        return minutes_bound(bound, indicator)
    if indicator.kind is Kind.OTHER:
        return figure(bound)
    unit = "%" if SHOWN_UNITS.get(indicator.unit) == "%" and indicator.unit != SHARE_OF_1 else ""
    return f"{value_words(bound, '', indicator)}{unit}"


def option_words(indicator: Indicator, comparison: Comparison) -> str:
    """Write a comparison as an option of a list; three dots stand where the number goes."""
    if comparison in PARTS:
        return part_words(comparison)
    if comparison in SIGNALS:
        return f"{SIGNAL_WORDS[comparison]} than expected, beyond chance"
    high = comparison is Comparison.HIGHEST
    if comparison in (Comparison.HIGHEST, Comparison.LOWEST):
        if is_minutes(indicator):
            return f"in the {'furthest' if high else 'nearest'} fifth of these"
        if indicator.kind is Kind.COUNT:
            return f"in the fifth of these with the {'most' if high else 'fewest'}"
        return f"in the {'highest' if high else 'lowest'} fifth of these"
    if comparison is Comparison.NONE:
        return "none inside"
    how = MORE_OR_LESS.get(comparison, f"at {comparison.value}")
    return f"{how} … {unit_words(indicator)}".strip()


def unit_words(indicator: Indicator) -> str:
    """Return the unit in which a reader gives a number: minutes of a walk, percent for a share."""
    if indicator.group is Group.ASSETS:
        return "inside"
    if is_minutes(indicator):
        return indicator.unit
    if reach_of(indicator) is ReachColumn.SHARE:
        return "% of homes"
    return SHOWN_UNITS.get(indicator.unit, "")


def factor(indicator: Indicator) -> float:
    """Return what one of the reader's units is in the unit of the indicator."""
    share = indicator.unit == SHARE_OF_1 or reach_of(indicator) is ReachColumn.SHARE
    return PERCENT if share else 1.0


def subject(indicator: Indicator) -> str:
    """Name an indicator within a sentence.

    A label of a council's own file is quoted as it stands.

    Examples
    --------
    >>> from data.indicators import indicators
    >>> subject(indicators()["need_idaci_rank"])
    'income deprivation affecting children (IDACI)'
    """
    if is_minutes(indicator):
        return f"{indicator.unit} to {a(place_kind(indicator).singular)}"
    if reach_of(indicator) is ReachColumn.SHARE:
        return f"homes {near_words(indicator)} of {a(place_kind(indicator).singular)}"
    if reach_of(indicator) is ReachColumn.PER_1K:
        return indicator.label[:1].lower() + indicator.label[1:]
    if indicator.group is Group.ASSETS:
        return f"{place_kind(indicator).plural} inside"
    if indicator.group is Group.PEOPLE:
        return who(indicator)
    if indicator.group is Group.DEMAND and measure_of(indicator.id):
        return demand_words(indicator.id)
    if indicator.group is Group.NEED:
        return indicator.label[:1].lower() + indicator.label[1:]
    return f"“{indicator.label}”"


def short_name(indicator: Indicator) -> str:
    """Name an indicator over a column: the letters that it is known by, where its label has some.

    A long label of a council's own file is cut short.

    Examples
    --------
    >>> from data.indicators import indicators
    >>> short_name(indicators()["need_idaci_rank"]), short_name(indicators()["need_crime_rank"])
    ('IDACI', 'Crime')
    """
    if indicator.group is Group.ASSETS:
        return sentence_case(place_kind(indicator).plural)
    if indicator.group is Group.ACCESS:
        return indicator.label.partition(":")[0].removesuffix(" within reach")
    if measure := measure_of(indicator.id):
        return f"{_demand_name(indicator)}: {measure.what}, {measure.months} months"
    _, _, letters = indicator.label.partition("(")
    known = letters.removesuffix(")")
    if known.isupper() and letters.endswith(")"):
        return known
    return shorten(sentence_case(indicator.label), LONGEST_NAME, placeholder="…")


def _demand_name(indicator: Indicator) -> str:
    """Name a figure of referrals by its kind alone: "Steadied rate"."""
    _, _, kind = indicator.label.partition(": ")
    return sentence_case(kind or "number")


def minutes_bound(minutes: float, indicator: Indicator) -> str:
    """Write the minutes of a condition: as they were given, where somebody gave half a one."""
    if float(minutes).is_integer():
        return journey_of(minutes, indicator)
    return f"{figure(minutes)} {indicator.unit}"


def value_name(indicator: Indicator, data: LevelData) -> str:
    """Name the values of an indicator over a column: "IDACI rank", "Nearest library"."""
    name = _demand_name(indicator) if measure_of(indicator.id) else short_name(indicator)
    if is_national_rank(indicator):
        return f"{name} {'average ' if data.is_added_up else ''}rank"
    return name


def words_at(indicator: Indicator, data: LevelData, shown: pd.Index) -> pd.Series:
    """Write values as they are compared."""
    column = data.column_of(indicator)
    values, states = data.frame.loc[shown, column], data.status.loc[shown, column]
    pairs = zip(values, states, strict=True)
    return pd.Series([value_words(value, str(state), indicator) for value, state in pairs], index=shown)
