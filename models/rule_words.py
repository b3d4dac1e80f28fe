"""The rules of operating models in words, with their cut-offs, so that they can be followed with a pencil."""

from collections.abc import Sequence
from typing import Final

from data.operating_models import MEASURES, Condition, OperatingModel
from models.operating_words import PLURAL, SIGNALS
from models.words import joined, sentence_case

TAKES: Final = {"at_least": "at least", "at_most": "at most", "above": "more than", "below": "less than"}

NOT_ABOVE: Final = {
    "demand_signal": "no more children are referred than expected, beyond chance",
    "trend_signal": "referrals do not rise faster than usual, beyond chance",
}
NOT_BELOW: Final = {
    "demand_signal": "no fewer children are referred than expected, beyond chance",
    "trend_signal": "referrals do not fall, beyond chance",
}


def rule_words(model: OperatingModel) -> str:
    """Write what a rule takes.

    Examples
    --------
    >>> need, reach = Condition("need_place", "above", 33), Condition("access_place", "at_most", 33)
    >>> few = Condition("people_per_km2", "at_most", 300)
    >>> rule_words(OperatingModel("x", "X", "", "", "", "", (need,), ((few,), (reach,))))
    'Need is more than 33 of 100; and either at most 300 people live on a square kilometre, or services \
nearby are at most 33 of 100.'
    """
    every = _and(conditions_words(model.every))
    groups = [_and(conditions_words(group)) for group in model.groups]
    either = f"{'either ' if len(groups) > 1 else ''}{', or '.join(groups)}" if groups else ""
    return sentence_case(joined(f"{every}; and" if every and either else every, either)) + "."


def conditions_words(conditions: Sequence[Condition]) -> list[str]:
    """Write what conditions take, each as a part of a sentence; those on one measure together.

    Examples
    --------
    >>> conditions_words([Condition("need_place", "above", 33), Condition("need_place", "below", 67)])
    ['need is more than 33 and less than 67 of 100']
    """
    signals = [_signal_takes(one) for one in conditions if one.measure in SIGNALS]
    by_measure: dict[str, list[str]] = {}
    for one in conditions:
        if one.measure not in SIGNALS:
            by_measure.setdefault(one.measure, []).append(f"{TAKES[one.comparison]} {one.cut_off:g}")
    return [*(_measure_takes(id_, " and ".join(takes)) for id_, takes in by_measure.items()), *signals]


def _measure_takes(id_: str, takes: str) -> str:
    if id_ == "people_per_km2":
        return f"{takes} people live on a square kilometre"
    if id_ == "within_reach_percent":
        return f"services for families are within reach of {takes}% of homes"
    if id_ == "no_car_percent":
        return f"{takes}% of households have no car"
    return f"{MEASURES[id_]} {'are' if id_ in PLURAL else 'is'} {takes} of 100"


def _signal_takes(condition: Condition) -> str:
    """Write which signs a condition allows: above or rising, cannot be told, below or falling."""
    id_, cut_off = condition.measure, condition.cut_off
    allowed = tuple(
        sign
        for sign in (1, 0, -1)
        if {
            "at_least": sign >= cut_off,
            "at_most": sign <= cut_off,
            "above": sign > cut_off,
            "below": sign < cut_off,
        }[condition.comparison]
    )
    if len(allowed) == 1:
        return SIGNALS[id_][allowed[0]]
    several = {(0, -1): NOT_ABOVE[id_], (1, 0): NOT_BELOW[id_], (1, 0, -1): f"{MEASURES[id_]} is known"}
    return several.get(allowed, "it never fits")


def _and(words: list[str]) -> str:
    return joined(", ".join(words[:-1]), f"and {words[-1]}") if len(words) > 1 else "".join(words)
