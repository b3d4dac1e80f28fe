"""What the address of the Place support page may ask: read tolerantly, and what is not known is told."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeVar

import pandas as pd

from data.asset_kinds import OTHER
from data.settings import settings
from geo.travel import Mode
from models.levels import Level
from models.placement_asked import EVEN, For, Objective, Wanted
from views.place_spots import Spot, parse_spots
from views.reach_state import MINUTES, OPENING_KIND
from views.state import EVERY_PLACE, Possible, find_area

Value = TypeVar("Value")

NAMES: Final = (
    *("kind", "for", "minutes", "sites", "how", "objective", "fair", "mode", "council", "buildings"),
    *("middles", "exactly", "required", "excluded", "closed", "wards", "cost", "budget", "capacity"),
    *("area", "site", "spots", "tab", "count"),
)
"""Names in the address; in the session they are `views.place_state.key_of(name)`."""

LISTS: Final = ("buildings", "required", "excluded", "closed", "wards")
AMOUNTS: Final = ("cost", "budget", "capacity")
MOST_SITES: Final = 30
MOST_AMOUNT: Final = 1_000_000_000
NOT_PLACED: Final = ("green_space", "transport", OTHER)
"""Kinds of place that no council places as support."""

YES: Final = "yes"
NONE: Final = "none"
_WHOLE: Final = re.compile(r"\d{1,10}", re.ASCII)


class How(StrEnum):
    """Whether the best sites are found, or the reader drops them by hand."""

    BEST = "best"
    HAND = "hand"


class Tab(StrEnum):
    """What stands below the map."""

    SITES = "sites"
    AREAS = "areas"
    TRADE_OFFS = "tradeoffs"
    SURE = "sure"


TAB_WORDS: Final = {
    Tab.SITES: "Sites",
    Tab.AREAS: "Small areas",
    Tab.TRADE_OFFS: "Trade-offs",
    Tab.SURE: "How sure",
}


@dataclass(frozen=True)
class Sought:
    """What is asked and how it is shown. An empty text is no choice.

    `area` and `site` are what is selected: a small area, or the id of a candidate. `spots` are the sites that
    the reader put down by hand.
    """

    wanted: Wanted
    how: How = How.BEST
    tab: Tab = Tab.SITES
    area: str = ""
    site: str = ""
    spots: tuple[Spot, ...] = ()
    count_all: bool = False


@dataclass(frozen=True)
class Offered:
    """What can be chosen.

    Attributes
    ----------
    kinds
        What can be placed.
    people
        Returns for whom a kind of place can be placed.
    modes
        Ways to travel; none where a supplied matrix says how.
    places
        The places that count: `kind`, `la_code`, by place id.
    possible
        What Explore offers of places on the map.
    wards
        `name` and `la_code` of each ward, by its code; no row where wards are not known.
    buildings, usual
        Return the kinds of building that could house a kind of place, and those that are looked at first.
    candidates
        Returns the ids of the candidates of what is wanted.
    """

    kinds: tuple[str, ...]
    people: Callable[[str], tuple[For, ...]]
    modes: tuple[Mode, ...]
    places: pd.DataFrame
    possible: Possible
    wards: pd.DataFrame
    buildings: Callable[[str], tuple[str, ...]]
    usual: Callable[[str], tuple[str, ...]]
    candidates: Callable[[Wanted], pd.Index]

    @property
    def minutes(self) -> tuple[int, ...]:
        """The times that are offered: that of the settings is among them."""
        return tuple(sorted({*MINUTES, round(settings().reach_min)}))

    @property
    def councils(self) -> dict[str, str]:
        """Names of the councils that can be chosen, by code; none where there is only one."""
        return dict(self.possible.councils) if len(self.possible.councils) > 1 else {}

    def wards_of(self, council: str) -> pd.DataFrame:
        """Return the wards of a council, or all of them where it is empty."""
        return self.wards[self.wards["la_code"].eq(council).fillna(False)] if council else self.wards


def parse_sought(asked: Mapping[str, str], offered: Offered) -> tuple[Sought, dict[str, str]]:
    """Turn texts into what can be asked.

    Returns
    -------
    What is asked, and what is not known of the texts, by name: that is left out.
    """
    found = _Reading(asked)
    kind = found.one("kind", offered.kinds, opening_kind(offered.kinds))
    councils = offered.councils
    whole = next(iter(councils), "") if offered.possible.is_large else ""
    council = found.one("council", councils, whole)
    people = offered.people(kind) or (For.CHILDREN,)
    wanted = Wanted(
        kind=kind,
        sites=found.whole("sites", 1, MOST_SITES) or Wanted.sites,
        exactly=found.yes("exactly"),
        minutes=float(found.one("minutes", [str(m) for m in offered.minutes], str(_usual_minutes()))),
        mode=Mode(found.one("mode", offered.modes, Mode.WALK)),
        objective=Objective(found.one("objective", list(Objective), Objective.COVER)),
        people=For(found.one("for", people, people[0])),
        fairness=found.share("fair", EVEN),
        council=council,
        buildings=_buildings(found, offered, kind),
        middles=found.yes("middles"),
        cost_gbp=found.whole("cost", 0, MOST_AMOUNT),
        budget_gbp=found.whole("budget", 0, MOST_AMOUNT),
        capacity=found.whole("capacity", 1, MOST_AMOUNT),
    )
    candidates = offered.candidates(wanted)
    mine = offered.places.index[offered.places["kind"] == kind]
    area = find_area(found.text("area"), Level.AREA, council, offered.possible) if found.text("area") else ""
    wanted = replace(
        wanted,
        required=found.several("required", candidates),
        excluded=found.several("excluded", candidates),
        closed=found.several("closed", mine),
        wards=found.several("wards", offered.wards_of(council).index),
    )
    if found.text("area") and not area:
        found.strange["area"] = found.text("area")
    sought = Sought(
        wanted=wanted,
        how=How(found.one("how", list(How), How.BEST)),
        tab=Tab(found.one("tab", list(Tab), Tab.SITES)),
        area=area or "",
        site=found.one("site", candidates, ""),
        spots=found.spots("spots", candidates),
        count_all=found.one("count", (EVERY_PLACE,), "") == EVERY_PLACE,
    )
    return sought, found.strange


def opening_kind(kinds: Collection[str]) -> str:
    """Return the kind that the page opens with."""
    return OPENING_KIND if OPENING_KIND in kinds else next(iter(kinds), "")


class _Reading:
    """Texts that are read one by one, and those of them that are not understood."""

    def __init__(self, asked: Mapping[str, str]) -> None:
        self.asked = asked
        self.strange: dict[str, str] = {}

    def text(self, name: str) -> str:
        return self.asked.get(name, "")

    def one(self, name: str, known: Collection[str], otherwise: str) -> str:
        return self._kept(name, self.text(name) in known, self.text(name), otherwise)

    def yes(self, name: str) -> bool:
        return self.one(name, (YES,), "") == YES

    def whole(self, name: str, least: int, most: int) -> int | None:
        text = self.text(name)
        number = int(text) if _WHOLE.fullmatch(text) else None
        fits = number is not None and least <= number <= most
        return self._kept(name, fits, number, None)

    def share(self, name: str, otherwise: float) -> float:
        """Read a share that is written in hundredths."""
        percent = self.whole(name, 0, 100)
        return otherwise if percent is None else percent / 100

    def several(self, name: str, known: Collection[str]) -> tuple[str, ...]:
        """Read what commas part, sorted; what of it is not known is left out."""
        texts = [text for text in self.text(name).split(",") if text]
        unknown = [text for text in texts if text not in known]
        if unknown:
            self.strange[name] = ",".join(unknown)
        return tuple(sorted(set(texts) - set(unknown)))

    def spots(self, name: str, candidates: Collection[str]) -> tuple[Spot, ...]:
        """Read sites that were put down by hand."""
        spots, unknown = parse_spots(self.text(name), candidates)
        if unknown:
            self.strange[name] = unknown
        return spots

    def _kept(self, name: str, fits: bool, value: Value, otherwise: Value) -> Value:
        if fits:
            return value
        if self.text(name):
            self.strange[name] = self.text(name)
        return otherwise


def _buildings(found: _Reading, offered: Offered, kind: str) -> tuple[str, ...]:
    """Read the kinds of building: those that are usual where none is named, and none where that is said."""
    if found.text("buildings") == NONE:
        return ()
    return found.several("buildings", offered.buildings(kind)) or offered.usual(kind)


def _usual_minutes() -> int:
    return round(settings().reach_min)
