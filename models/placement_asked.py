"""What is asked when support is to be placed: what, for whom, how near, where, and under which conditions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from geo.travel import Mode
from models.reach_asked import Asked

EVEN: Final = 0.5
"""How much children of higher need count by themselves in a fair choice, unless it is said."""


class Objective(StrEnum):
    """What is made as good as can be.

    - COVER: as many as possible within the minutes (maximal covering, Church and ReVelle 1974).
    - MEDIAN: the way to the nearest as short as possible, all ways added up (p-median, Hakimi 1964).
    - CENTRE: the longest way as short as possible (p-centre, Hakimi 1964).
    - FAIR: as COVER, where the share of children of higher need counts beside the share of all.
    """

    COVER = "cover"
    MEDIAN = "median"
    CENTRE = "centre"
    FAIR = "fair"


class For(StrEnum):
    """Whom a choice is made for: what each start counts."""

    CHILDREN = "children"
    NEED = "need"
    DEMAND = "demand"


@dataclass(frozen=True)
class Wanted:
    """What is to be placed, and under which conditions; it can be compared, kept and put in an address.

    Attributes
    ----------
    kind
        What is placed: an id of `data/asset_kinds.toml`. Its places that are there already serve as well.
    sites
        How many new sites there may be at most; exactly as many where `exactly`.
    minutes, mode
        How near is near enough, and how people travel.
    objective, people, fairness
        What is made as good as can be, and for whom; the fairness, from 0 to 1, is what the share of
        children of higher need counts in `Objective.FAIR`.
    council
        The council whose people and buildings are looked at; all of them where empty.
    buildings
        The kinds of building that could house it: ids of `data/asset_kinds.toml`, sorted.
    middles
        Whether the middles of small areas stand in for buildings.
    required, excluded
        Ids of candidates that are chosen in any case, and of those that cannot be; sorted.
    closed
        Ids of places that are there today and are taken to close; sorted.
    wards
        Codes of wards each of which has to have one of the new sites; sorted.
    cost_gbp, budget_gbp
        What a new site costs where a candidate does not say it itself, and what all may cost together;
        missing where money does not count.
    capacity
        How many children a new site can serve where a candidate does not say it itself; missing where that
        does not count.
    """

    kind: str
    sites: int = 2
    exactly: bool = False
    minutes: float = 15.0
    mode: Mode = Mode.WALK
    objective: Objective = Objective.COVER
    people: For = For.CHILDREN
    fairness: float = EVEN
    council: str = ""
    buildings: tuple[str, ...] = ()
    middles: bool = False
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    closed: tuple[str, ...] = ()
    wards: tuple[str, ...] = ()
    cost_gbp: float | None = None
    budget_gbp: float | None = None
    capacity: float | None = None

    @property
    def has_conditions(self) -> bool:
        """Whether a choice has to keep more than the number of its sites."""
        return bool(self.required or self.wards) or self.budget_gbp is not None

    @property
    def asked(self) -> Asked:
        """What is asked of the places that are there today."""
        return Asked(self.kind, self.mode, self.minutes)
