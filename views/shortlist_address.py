"""What the address of the Shortlist page may ask: read tolerantly, and what is not known is told."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from data.errors import SourceError
from data.indicators import Indicator
from data.shortlist_criteria import (
    Asked,
    Budget,
    Counts,
    Criterion,
    Curve,
    Direction,
    Spread,
    as_document,
    asked_from,
)
from data.shortlist_terms import MOST_CHOSEN, MOST_CRITERIA, MOST_TOLERANCE
from models.levels import Level
from views.state import Possible, find_area

NAMES: Final = (*("c", "level", "council", "top", "sure", "spread", "budget", "cost"), "area", "tab")
"""Names in the address; in the session they are `views.shortlist_state.key_of(name)`."""

WORDS: Final = {
    "c": "criterion",
    "top": "number to choose",
    "sure": "sureness of the weights",
    "spread": "spread rule",
    "cost": "cost of each",
    "tab": "part of the page",
}
OPENING_TOP: Final = 5
OPENING_SURE: Final = "25"
"""Swings may be off by a quarter, either way."""

OWN_COSTS: Final = "own"
"""The cost in an address where costs came from a file: they are not in the address."""

MOST_GBP: Final = 1_000_000_000
LONGEST_TEXT: Final = 3_000
"""Characters of criteria in an address: twelve with the longest names and every figure."""

NONE: Final = "none"
"""The criteria in an address that asks for none: else it would mean those that the page opens with."""

BETWEEN: Final = "~~"
WITHIN: Final = "~"
LESS: Final = "l"
CURVES: Final = {"t": Curve.THRESHOLD, "d": Curve.DIMINISHING}
FIGURES: Final = {"w": "worst", "b": "best", "a": "at", "vb": "veto_below", "va": "veto_above"}
"""How the figures of a criterion begin in the address."""

_ID: Final = re.compile(r"[a-z0-9_]{1,120}", re.ASCII)
_SWING: Final = re.compile(r"\d{1,3}(\.\d{1,6})?", re.ASCII)
_FIGURE: Final = re.compile(r"(vb|va|w|b|a)(-?\d{1,12}(\.\d{1,6})?)", re.ASCII)
_WHOLE: Final = re.compile(r"\d{1,10}", re.ASCII)


@dataclass(frozen=True)
class Sought:
    """What is asked and how it is shown. An empty text is no choice.

    `gbp` and `cost` are the budget and what each costs as they were given: one without the other says nothing
    yet, and is kept while the reader finds the other.
    """

    asked: Asked
    area: str = ""
    tab: str = ""
    gbp: int | None = None
    cost: str = ""


@dataclass(frozen=True)
class Offered:
    """What can be chosen.

    Attributes
    ----------
    levels
        What can be compared, that which the page opens with first.
    possible
        What Explore offers of places on the map.
    criteria
        Returns what the columns that can be criteria at a level mean, by column.
    opening
        Returns the criteria that the page opens with at a level.
    spreads
        Returns in what a spread rule can count at a level.
    tabs
        The parts below the map that unfold, as they stand in an address.
    costs
        What each shape costs in pounds, by code, as a file told it; None where there is none.
    """

    levels: tuple[Level, ...]
    possible: Possible
    criteria: Callable[[Level], Mapping[str, Indicator]]
    opening: Callable[[Level], tuple[Criterion, ...]]
    spreads: Callable[[Level], tuple[str, ...]]
    tabs: tuple[str, ...] = ()
    costs: Mapping[str, float] | None = None

    @property
    def councils(self) -> dict[str, str]:
        """Names of the councils that can be chosen, by code; none where there is only one."""
        return dict(self.possible.councils) if len(self.possible.councils) > 1 else {}

    @property
    def opening_council(self) -> str:
        """The council that the page opens with: the first of a large place, whose shapes are too many."""
        return next(iter(self.councils), "") if self.possible.is_large else ""


def parse_sought(asked: Mapping[str, str], offered: Offered) -> tuple[Sought, dict[str, str]]:
    """Turn texts into what can be asked.

    Returns
    -------
    What is asked, and what is not known of the texts, by name: that is left out.
    """
    strange: dict[str, str] = {}

    def one(name: str, known: Collection[str], otherwise: str) -> str:
        text = asked.get(name, "")
        if text and text not in known:
            strange[name] = text
        return text if text in known else otherwise

    level = Level(one("level", offered.levels, offered.levels[0]))
    council = one("council", offered.councils, offered.opening_council)
    criteria, unknown = read_criteria(asked.get("c", ""))
    known = tuple(c for c in criteria if c.indicator in offered.criteria(level))
    unknown = (*unknown, *(c.indicator for c in criteria if c not in known))
    if unknown:
        strange["c"] = ", ".join(unknown)
    counts, tolerance = _read_sure(asked.get("sure", ""), strange)
    gbp, cost = _read_whole("budget", 1, MOST_GBP, asked, strange), _read_cost(asked, offered, strange)
    found = Asked(
        level=level.value,
        criteria=known or (() if asked.get("c") == NONE else offered.opening(level)),
        top=_read_whole("top", 1, MOST_CHOSEN, asked, strange) or OPENING_TOP,
        counts=counts,
        tolerance=tolerance,
        spread=_read_spread(asked.get("spread", ""), offered.spreads(level), strange),
        budget=None if gbp is None or not cost else Budget(float(gbp), cost_of(cost, offered)),
        within=council,
    )
    area = find_area(asked.get("area", ""), level, council, offered.possible) or ""
    if asked.get("area") and not area:
        strange["area"] = asked["area"]
    tab = one("tab", offered.tabs, next(iter(offered.tabs), ""))
    return Sought(found, area, tab, gbp, cost), strange


def write_sought(sought: Sought, offered: Offered) -> dict[str, str]:
    """Return what stands in the address; what is as the page opens is not named, but for criteria."""
    asked = sought.asked
    texts = {
        "c": write_criteria(asked.criteria) or NONE,
        "level": "" if asked.level == offered.levels[0] else asked.level,
        "council": "" if asked.within == offered.opening_council else asked.within,
        "top": "" if asked.top == OPENING_TOP else str(asked.top),
        "sure": "" if write_sure(asked) == OPENING_SURE else write_sure(asked),
        "spread": write_spread(asked.spread),
        "budget": "" if sought.gbp is None else str(sought.gbp),
        "cost": sought.cost,
        "area": sought.area,
        "tab": "" if sought.tab == next(iter(offered.tabs), "") else sought.tab,
    }
    return {name: text for name, text in texts.items() if text}


def write_criteria(criteria: Sequence[Criterion]) -> str:
    """Write criteria as one text of the address.

    Examples
    --------
    >>> write_criteria([Criterion("access_library_min", 60, Direction.MORE, Curve.THRESHOLD, at=15)])
    'access_library_min~60~t~a15'
    """
    return BETWEEN.join(_write_one(criterion) for criterion in criteria)


def _write_one(criterion: Criterion) -> str:
    letters = {curve: letter for letter, curve in CURVES.items()}
    figures = {start: getattr(criterion, name) for start, name in FIGURES.items()}
    parts = [criterion.indicator, write_number(criterion.swing)]
    parts += [LESS] if criterion.direction is Direction.LESS else []
    parts += [letters[criterion.curve]] if criterion.curve in letters else []
    parts += [f"{start}{write_number(figure)}" for start, figure in figures.items() if figure is not None]
    return WITHIN.join(parts)


def read_criteria(text: str) -> tuple[tuple[Criterion, ...], tuple[str, ...]]:
    """Return the criteria that a text of the address asks for, and the parts that are not understood.

    Whether a build holds their indicators is not asked here. One that is longer than any criteria are is not
    looked into.

    Examples
    --------
    >>> [found, strange] = read_criteria("pop_0_17~60~l~~need_crime_rank~over")
    >>> [(c.indicator, c.swing, c.direction.value) for c in found], strange
    ([('pop_0_17', 60.0, 'less')], ('need_crime_rank~over',))
    """
    if text == NONE:
        return (), ()
    if len(text) > LONGEST_TEXT:
        return (), (text,)
    found: dict[str, Criterion] = {}
    strange = []
    for part in text.split(BETWEEN) if text else ():
        criterion = _read_one(part)
        if criterion is None or criterion.indicator in found or len(found) == MOST_CRITERIA:
            strange.append(part)
        else:
            found[criterion.indicator] = criterion
    return tuple(found.values()), tuple(strange)


def _read_one(text: str) -> Criterion | None:
    id_, *rest = text.split(WITHIN)
    if not rest or not _ID.fullmatch(id_) or not _SWING.fullmatch(rest[0]):
        return None
    criterion = Criterion(id_, float(rest[0]), Direction.MORE)
    for part in rest[1:]:
        figure = _FIGURE.fullmatch(part)
        if part == LESS:
            criterion = replace(criterion, direction=Direction.LESS)
        elif part in CURVES:
            criterion = replace(criterion, curve=CURVES[part])
        elif figure:
            given: dict[str, Any] = {FIGURES[figure[1]]: float(figure[2])}
            criterion = replace(criterion, **given)
        else:
            return None
    return None if fault_of(criterion) else criterion


def fault_of(criterion: Criterion) -> str:
    """Say what is wrong with a criterion as it stands alone; an empty text where nothing is."""
    entry = replace(criterion, swing=criterion.swing or 1.0)  # a swing of nothing is a fault of all together
    try:
        asked_from(as_document(Asked("ward", (entry,))), criterion.indicator)
    except SourceError as error:
        return error.message
    return ""


def write_number(number: float) -> str:
    """Write a number as it stands in an address: six digits after the point at most."""
    return f"{number:.6f}".rstrip("0").rstrip(".")


def write_sure(asked: Asked) -> str:
    """Write how sure the weights are: "25" where each swing may be off by a quarter, "order" or "any"."""
    return f"{round(100 * asked.tolerance)}" if asked.counts is Counts.SWINGS else asked.counts.value


def _read_sure(text: str, strange: dict[str, str]) -> tuple[Counts, float]:
    usual = int(OPENING_SURE) / 100
    if text in (Counts.ORDER, Counts.ANY):
        return Counts(text), usual
    if _WHOLE.fullmatch(text) and int(text) <= 100 * MOST_TOLERANCE:
        return Counts.SWINGS, int(text) / 100
    if text:
        strange["sure"] = text
    return Counts.SWINGS, usual


def write_spread(spread: Spread | None) -> str:
    """Write a spread rule: "2.locality"."""
    return "" if spread is None else f"{spread.most}.{spread.within}"


def _read_spread(text: str, known: Collection[str], strange: dict[str, str]) -> Spread | None:
    most, _, within = text.partition(".")
    if _WHOLE.fullmatch(most) and 1 <= int(most) <= MOST_CHOSEN and within in known:
        return Spread(int(most), within)
    if text:
        strange["spread"] = text
    return None


def cost_of(cost: str, offered: Offered) -> Mapping[str, float] | float:
    """Return what each costs, or what all cost by code, from the text of an address."""
    return offered.costs or {} if cost == OWN_COSTS else float(cost)


def _read_cost(asked: Mapping[str, str], offered: Offered, strange: dict[str, str]) -> str:
    """Read what each costs. Costs of a file that is not there any more are told as not known."""
    if asked.get("cost") == OWN_COSTS and offered.costs is not None:
        return OWN_COSTS
    cost = _read_whole("cost", 0, MOST_GBP, asked, strange)
    return "" if cost is None else str(cost)


def _read_whole(
    name: str, least: int, most: int, asked: Mapping[str, str], strange: dict[str, str]
) -> int | None:
    text = asked.get(name, "")
    if _WHOLE.fullmatch(text) and least <= int(text) <= most:
        return int(text)
    if text:
        strange[name] = text
    return None
