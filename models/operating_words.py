"""The words of operating models: why a rule fits, what is lacking, and what was left out."""

import math
from collections.abc import Mapping, Sequence
from typing import Final

from data.operating_models import MEASURES, Condition, OperatingModel
from models.words import joined, number, sentence_case

Measured = Mapping[str, float]
"""The measures of one area, by name."""

NONE_NEAR: Final = "No rule fits, and none is near."
TAKES: Final = {
    "at_least": "{} or more",
    "at_most": "{} or less",
    "above": "more than {}",
    "below": "less than {}",
}

SIGNALS: Final = {
    "demand_signal": {
        1: "more are referred than expected, beyond chance",
        0: "demand is not clearly above or below what is expected",
        -1: "fewer are referred than expected, beyond chance",
    },
    "trend_signal": {
        1: "referrals rise faster than usual, beyond chance",
        0: "referrals do not clearly rise or fall",
        -1: "referrals fall, beyond chance",
    },
}
PLURAL: Final = ("assets_place", "access_place", "young_place")
"""Measures whose name is a plural."""


def condition_words(model: OperatingModel, measures: Measured) -> str:
    """Say why a rule fits an area: the measures of those of its conditions that hold."""
    met = list(model.every)
    met += next((list(group) for group in model.groups if _all_met(group, measures)), [])
    nearest = {c.measure: c for c in sorted(met, key=lambda c: -abs(measures[c.measure] - c.cut_off))}
    said = [_measure_words(nearest[id_], measures) for id_ in dict.fromkeys(c.measure for c in met)]
    return sentence_case(f"{_and(said)}.")


def nearest_words(conditions: Sequence[Condition], measures: Measured) -> str:
    """Say that no rule fits, and by which of its conditions the nearest is missed."""
    missed = [c for c in conditions if not _met(c, measures)]
    said = [f"{_measure_words(c, measures)}, and it takes {_takes_words(c)}" for c in missed]
    return f"No rule fits wholly. This is the nearest: {'; '.join(said)}."


def lacking_words(model: OperatingModel, measures: Measured) -> str:
    """Say what an area lacks that the first undecided rule would need."""
    absent = dict.fromkeys(MEASURES[c.measure] for c in model.conditions if math.isnan(measures[c.measure]))
    return f"Not known here: {_and(list(absent))}."


def left_out_words(model: OperatingModel, lacking: Sequence[str], whole: bool) -> str:
    """Say what of a rule was left out, as the whole build has no data for it."""
    what = _and(list(lacking))
    if whole:
        return f"“{model.label}” is left out: the build has no data on {what}."
    return f"“{model.label}” is judged without {what}: the build has no data on that."


def places_words(within: Mapping[str, str]) -> str:
    """Say what the places of 0 to 100 are among."""
    in_england = [MEASURES[f"{id_}_place"] for id_, among in within.items() if among == "England"]
    if not in_england:
        return "A place of 0 to 100 is among these small areas: 100 is the most of what it is called."
    return (
        f"A place of 0 to 100 is among England's small areas for {_and(in_england)}, and among these small "
        "areas for all else: 100 is the most of what it is called."
    )


def _met(condition: Condition, measures: Measured) -> bool:
    value, cut_off = float(measures[condition.measure]), condition.cut_off
    return {
        "at_least": value >= cut_off,
        "at_most": value <= cut_off,
        "above": value > cut_off,
        "below": value < cut_off,
    }[condition.comparison]


def _all_met(conditions: Sequence[Condition], measures: Measured) -> bool:
    return all(_met(condition, measures) for condition in conditions)


def _measure_words(condition: Condition, measures: Measured) -> str:
    value, id_ = float(measures[condition.measure]), condition.measure
    if id_ in SIGNALS:
        return SIGNALS[id_][int(value)]
    said = _apart(value, condition.cut_off)
    if id_ == "people_per_km2":
        return f"{said} people live on a square kilometre"
    if id_ == "within_reach_percent":
        return f"services for families are within reach of {said}% of homes"
    if id_ == "no_car_percent":
        return f"{said}% of households have no car"
    more = "are more" if id_ in PLURAL else "is higher"
    return f"{MEASURES[id_]} {more} than in {said}% of areas"


def _apart(value: float, cut_off: float) -> str:
    """Write a value with no more decimals than keep it from reading as the cut-off that it is not."""
    if round(value) != round(cut_off) or value == cut_off:
        return number(value)
    return next((f"{value:,.{n}f}" for n in (1, 2, 3) if round(value, n) != cut_off), f"{value:,}")


def _takes_words(condition: Condition) -> str:
    if condition.measure in SIGNALS:
        return "another sign" if condition.wants_more else "no such sign"
    unit = "%" if condition.measure.endswith(("_place", "_percent")) else ""
    return TAKES[condition.comparison].format(f"{condition.cut_off:g}{unit}")


def _and(words: list[str]) -> str:
    return joined(", ".join(words[:-1]), f"and {words[-1]}") if len(words) > 1 else "".join(words)
