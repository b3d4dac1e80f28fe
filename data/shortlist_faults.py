"""What is wrong with a document of criteria for a shortlist, fault by fault."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from data.errors import first_few
from data.shortlist_terms import (
    FIGURES,
    LEVELS,
    MOST_CHOSEN,
    MOST_COSTS,
    MOST_CRITERIA,
    MOST_SWING,
    MOST_TOLERANCE,
    PLACES,
    Counts,
    Curve,
    Direction,
)

_LARGEST: Final = 1e12
_LONGEST: Final = 120
_TOP: Final = ("level", "top", "counts", "tolerance", "within", "criterion", "spread", "budget")


def faults_of(document: Mapping[str, Any]) -> Iterable[str]:
    """Name every fault of a document of criteria: see `data.shortlist_criteria.asked_from`."""
    yield from (f"{_short(name)} is not known" for name in sorted(set(document) - set(_TOP)))
    level = document.get("level", "ward")
    if level not in LEVELS:
        yield f"level is none of {', '.join(LEVELS)}"
    if not _is_whole(document.get("top", 5), 1, MOST_CHOSEN):
        yield f"top is not a whole number from 1 to {MOST_CHOSEN}"
    if document.get("counts", Counts.SWINGS) not in list(Counts):
        yield f"counts is none of {', '.join(Counts)}"
    if not _is_number(document.get("tolerance", 0.25), 0, MOST_TOLERANCE):
        yield f"tolerance is not a number from 0 to {MOST_TOLERANCE:g}"
    if not _is_text(document.get("within", ""), empty=True):
        yield "within is not the code of a council"
    yield from _spread_faults(document.get("spread"), level)
    yield from _budget_faults(document.get("budget"))
    yield from _criteria_faults(document.get("criterion"))


def _criteria_faults(entries: Any) -> Iterable[str]:  # noqa: ANN401
    if not isinstance(entries, list) or not entries or not all(isinstance(e, Mapping) for e in entries):
        yield "it has no [[criterion]]"
        return
    if len(entries) > MOST_CRITERIA:
        yield f"it has {len(entries)} criteria; {MOST_CRITERIA} at most can be weighed against each other"
        return
    names = [e["indicator"] for e in entries if _is_text(e.get("indicator"))]
    twice = sorted({name for name in names if names.count(name) > 1})
    yield from (f"the criterion {_short(name)} stands twice" for name in twice)
    swings = [e.get("swing") for e in entries]
    if all(_is_number(swing, 0, MOST_SWING) for swing in swings) and not any(swings):
        yield "no swing is above 0"
    for place, entry in enumerate(entries, 1):
        named = _is_text(entry.get("indicator"))
        called = _short(entry["indicator"]) if named else f"criterion {place}"
        yield from (f"{called}: {fault}" for fault in _criterion_faults(entry))


def _criterion_faults(entry: Mapping[str, Any]) -> Iterable[str]:
    known = {"indicator", "swing", "direction", "curve", *FIGURES}
    yield from (f"{_short(name)} is not known" for name in sorted(set(entry) - known))
    if not _is_text(entry.get("indicator")):
        yield "it names no indicator"
    if not _is_number(entry.get("swing"), 0, MOST_SWING):
        yield f"its swing is not a number from 0 to {MOST_SWING:g}"
    direction, curve = entry.get("direction"), entry.get("curve", Curve.LINEAR)
    if direction not in list(Direction):
        yield f"its direction is none of {', '.join(Direction)}"
    if curve not in list(Curve):
        yield f"its curve is none of {', '.join(Curve)}"
    figures = {name: entry[name] for name in FIGURES if entry.get(name) is not None}
    wrong = [name for name, figure in figures.items() if not _is_number(figure, -_LARGEST, _LARGEST)]
    yield from (f"{name} is not a number" for name in wrong)
    if not wrong and direction in list(Direction) and curve in list(Curve):
        yield from _figure_faults(figures, Direction(direction), Curve(curve))


def _figure_faults(figures: Mapping[str, float], direction: Direction, curve: Curve) -> Iterable[str]:
    worst, best, at = (figures.get(name) for name in ("worst", "best", "at"))
    sign = 1 if direction is Direction.MORE else -1
    if worst is not None and best is not None and (best - worst) * sign <= 0:
        yield f"{direction.value} counts, so that best has to be {'above' if sign > 0 else 'below'} worst"
    elif curve is Curve.DIMINISHING and at is not None:
        if worst is not None and (at - worst) * sign <= 0:
            yield "at, the figure worth half, has to lie between worst and best"
        elif worst is not None and best is not None and abs(at - worst) > abs(best - worst) / 2:
            yield (
                "at, the figure worth half, has to lie nearer to worst than to best, or the first steps "
                "would count least"
            )
    if at is None and curve is not Curve.LINEAR:
        yield f"a {curve.value} value takes at, the figure {_AT[curve]}"
    if at is not None and curve is Curve.LINEAR:
        yield "at belongs to a threshold or a diminishing value; a linear one has none"
    below, above = figures.get("veto_below"), figures.get("veto_above")
    if below is not None and above is not None and below > above:
        yield "veto_below is above veto_above, so that every shape would be out"


_AT: Final = {Curve.THRESHOLD: "from which it counts", Curve.DIMINISHING: "that is worth half"}


def _spread_faults(spread: Any, level: Any) -> Iterable[str]:  # noqa: ANN401
    if spread is None:
        return
    if not isinstance(spread, Mapping):
        yield "spread is no table"
        return
    yield from (f"{_short(n)} is not known in spread" for n in sorted(set(spread) - {"most", "within"}))
    if not _is_whole(spread.get("most"), 1, MOST_CHOSEN):
        yield f"most in spread is not a whole number from 1 to {MOST_CHOSEN}"
    within = spread.get("within", "locality")
    if within not in PLACES:
        yield f"within in spread is none of {', '.join(PLACES)}"
    elif within == level or (level == "locality" and within == "ward"):
        yield f"a spread within a {within} says nothing of a shortlist of {level}s"


def _budget_faults(budget: Any) -> Iterable[str]:  # noqa: ANN401
    if budget is None:
        return
    if not isinstance(budget, Mapping):
        yield "budget is no table"
        return
    yield from (f"{_short(n)} is not known in budget" for n in sorted(set(budget) - {"gbp", "cost_gbp"}))
    if not _is_number(budget.get("gbp"), 0, _LARGEST) or not budget["gbp"]:
        yield "gbp in budget is not a number of pounds above 0"
    cost = budget.get("cost_gbp")
    if not isinstance(cost, Mapping):
        if not _is_number(cost, 0, _LARGEST):
            yield "cost_gbp in budget is neither pounds for each nor a table of pounds by code"
        return
    if len(cost) > MOST_COSTS:
        yield f"cost_gbp in budget has more than {MOST_COSTS:,} codes"
        return
    wrong = [code for code, one in cost.items() if not _is_text(code) or not _is_number(one, 0, _LARGEST)]
    if wrong:
        yield f"{len(wrong)} costs in budget are no pounds from 0: {first_few(map(_short, wrong))}"


def _is_number(value: Any, least: float, most: float) -> bool:  # noqa: ANN401
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_whole(value: Any, least: int, most: int) -> bool:  # noqa: ANN401
    return isinstance(value, int) and _is_number(value, least, most)


def _is_text(value: Any, *, empty: bool = False) -> bool:  # noqa: ANN401
    if not isinstance(value, str) or len(value) > _LONGEST or not value.isprintable():
        return False
    return empty or bool(value.strip())


def _short(name: object) -> str:
    """Return what stands in a file as it may be told: on one line, and not without end."""
    text = "".join(sign if sign.isprintable() else " " for sign in str(name))
    return text if len(text) <= 60 else f"{text[:60]}…"
