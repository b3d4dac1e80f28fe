"""The ways of looking at Explore, as they stand in the address: one indicator, two, or a search."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from data.indicators import Group, Indicator
from models.conditions import Condition, parse_conditions, write_conditions
from models.search import opening_conditions


class Show(StrEnum):
    """What the page shows. Its text is how it stands in an address."""

    ONE = "one"
    TWO = "two"
    FIND = "find"


class Way(StrEnum):
    """How two indicators are drawn: on one map, or on two side by side."""

    BOTH = "both"
    SIDE = "side"


BESIDE_FIRST: Final = ("access_library_min", "access_family_hub_min", "need_crime_rank", "need_imd_rank")
"""What an indicator is compared with until another is chosen."""

DEMAND_FIRST: Final = (
    "demand_children_36m_smoothed_per_10k",
    "demand_referrals_36m_smoothed_per_10k",
    "demand_children_36m_per_10k",
    "demand_referrals_36m_per_10k",
)
"""What need is compared with: demand by the rate that chance moves least."""

NEED_FIRST: Final = ("need_index_score", "need_idaci_rank", "need_imd_rank")

Strange = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Shown:
    """How the reader looks at the build: see `views.state.Chosen`."""

    show: Show = Show.ONE
    other: str = ""
    way: Way = Way.BOTH
    find: tuple[Condition, ...] = ()

    def indicators(self, indicator: str) -> list[str]:
        """Return everything that is shown at once; every level of the map has to have them all."""
        if self.show is Show.FIND:
            return [condition.indicator.id for condition in self.find]
        return [indicator, self.other] if self.show is Show.TWO else [indicator]


def ways_to_show(offered: Mapping[str, Indicator]) -> list[Show]:
    """Return the ways of looking that there are: two indicators only where there are two."""
    return [show for show in Show if show is not Show.TWO or len(offered) > 1]


def parse_shown(
    asked: Mapping[str, str], indicator: str, offered: Mapping[str, Indicator]
) -> tuple[Shown, Strange]:
    """Return how to look at the build, and the names and texts in the address that are not understood.

    Parameters
    ----------
    asked
        Texts of the address by name.
    indicator
        The indicator that is shown.
    offered
        The indicators that a map can show, by id.
    """
    allowed = {
        "show": [show.value for show in ways_to_show(offered)],
        "with": beside(indicator, offered),
        "way": [way.value for way in Way],
    }
    known = {name: asked[name] for name, values in allowed.items() if asked.get(name) in values}
    strange = [(name, asked[name]) for name in allowed if asked.get(name) and name not in known]
    find, strange_parts = parse_conditions(asked.get("find", ""), offered)
    strange += [("find", ", ".join(strange_parts))] if strange_parts else []
    show = Show(known.get("show", Show.ONE))
    if show is Show.TWO:
        other = known.get("with") or allowed["with"][0]
        return Shown(show, other=other, way=Way(known.get("way", Way.BOTH))), tuple(strange)
    if show is Show.FIND:
        return Shown(show, find=find or opening_conditions(list(offered.values()))), tuple(strange)
    return Shown(), tuple(strange)


def beside(indicator: str, offered: Mapping[str, Indicator]) -> list[str]:
    """Return the indicators that another can be compared with, the one to begin with first.

    Need is compared with demand and demand with need, where there are both.
    """
    group = offered[indicator].group if indicator in offered else None
    others = {Group.NEED: DEMAND_FIRST, Group.DEMAND: NEED_FIRST}.get(group, ()) if group else ()
    first = [id_ for id_ in (*others, *BESIDE_FIRST) if id_ in offered]
    return [id_ for id_ in dict.fromkeys([*first, *offered]) if id_ != indicator]


def shown_texts(shown: Shown) -> dict[str, str]:
    """Return what stands in the address; one indicator on its own is not named there."""
    if shown.show is Show.TWO:
        return {"show": shown.show.value, "with": shown.other, "way": shown.way.value}
    if shown.show is Show.FIND:
        return {"show": shown.show.value, "find": write_conditions(shown.find)}
    return {}
