"""What may leave a page as a file: of an internal build everything but figures of referrals.

One function decides; every download, the printed profile and its route ask it.
"""

from collections.abc import Iterable
from typing import Any, Final

from data.indicators import Group, Indicator
from data.provenance import Tier
from geo.builds import Build
from models.composites import Composites, rests_on_referrals
from models.exported import is_of_referrals
from models.levels import LevelData

WHY_INSIDE: Final = "Figures of referrals stay inside an internal build. Publish one to share: atlas publish."


def stays_inside(build: Build | LevelData, indicator: Indicator) -> bool:
    """Say whether the figures of an indicator must not leave a page as a file.

    Parameters
    ----------
    build
        The build, or its values at one level. What a shared build holds has been released.
    indicator
        What the figures are of.
    """
    return _tier_of(build) is not Tier.SHARED and indicator.group is Group.DEMAND


def why_inside(build: Build | LevelData, indicators: Iterable[Indicator]) -> str:
    """Say why several indicators are not to be downloaded together; an empty text where they are.

    One that stays inside keeps all of them: which areas a file lists, and in which class, would tell of it.
    """
    return WHY_INSIDE if any(stays_inside(build, indicator) for indicator in indicators) else ""


def columns_inside(data: LevelData) -> list[str]:
    """Return the columns of a level that must not leave in a file that leaves: those of referrals."""
    return [c for c in data.status.columns if _tier_of(data) is not Tier.SHARED and is_of_referrals(c)]


def held_indicators(build: Build) -> list[Indicator]:
    """Return the indicators that a build has, to ask `why_inside` of all of them at once."""
    return [build.areas.dictionary[column] for column in build.areas.indicators]


def types_stay_inside(composites: Composites) -> bool:
    """Say whether types and ways of working must not leave a page as a file: they rest on referrals.

    Parameters
    ----------
    composites
        What they are made of. Those of a shared build are made of what has been released.
    """
    return rests_on_referrals(composites)


def holds_back(build: Build) -> bool:
    """Say whether something of the report of a build stays inside: what was read of referrals."""
    return _tier_of(build) is not Tier.SHARED and bool(build.report.get("demand"))


def shareable_report(build: Build) -> dict[str, Any]:
    """Return the report of a build as it may leave a page."""
    return {**build.report, "demand": WHY_INSIDE} if holds_back(build) else dict(build.report)


def _tier_of(build: Build | LevelData) -> Tier:
    return build.areas.tier if isinstance(build, Build) else build.tier
