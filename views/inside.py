"""What may leave a page as a file: of an internal build everything but figures of referrals.

One function decides; every download, the printed profile and its route ask it.
"""

from collections.abc import Iterable
from typing import Final

from data.indicators import Group, Indicator
from data.provenance import Tier
from geo.builds import Build
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


def any_stays_inside(build: Build | LevelData, indicators: Iterable[Indicator]) -> bool:
    """Say whether one of several indicators stays inside: a file that any of them decides stays as well."""
    return any(stays_inside(build, indicator) for indicator in indicators)


def shareable_report(build: Build) -> dict[str, object]:
    """Return the report of a build as it may leave a page: what was read of referrals stays inside."""
    if _tier_of(build) is Tier.SHARED or "demand" not in build.report:
        return dict(build.report)
    return {**build.report, "demand": WHY_INSIDE}


def _tier_of(build: Build | LevelData) -> Tier:
    return build.areas.tier if isinstance(build, Build) else build.tier
