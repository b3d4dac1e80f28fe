"""The badges beside a page's title, which belong in every screenshot, and what is overdue."""

from dataclasses import dataclass
from typing import Final, Literal

from data.provenance import Tier
from geo.builds import DEMAND_FILES, Build
from geo.demand import MARKING
from views import session

Colour = Literal["orange", "violet", "green", "red"]

DO_NOT_FORWARD: Final = "May hold figures that a shared build must not show. Do not forward screenshots."
HOLDS_REFERRALS: Final = (
    "Holds counts of a few children. Openings of its pages are logged. Do not forward screenshots: publish a "
    "shared build instead, with atlas publish."
)
RELEASED: Final = "Cleared for partners: small counts are hidden, and so is all that would give them away."


@dataclass(frozen=True)
class Badge:
    """One badge: its words, its icon (a Material name) and colour, and what it says when pointed at."""

    label: str
    icon: str
    colour: Colour
    help: str


@dataclass(frozen=True)
class Marking:
    """What stands beside a title: badges, and a warning when figures should have been deleted."""

    badges: tuple[Badge, ...]
    overdue: str = ""


def marking_of(build: Build) -> Marking:
    """Return the badges of a build, and a warning when its figures of referrals are past their date."""
    return Marking((_tier_badge(build), *_invented_badge(build)), _overdue(build))


def marking_of_places(build: Build) -> Marking:
    """Return the badges of a page that shows places and no figures, to those who may see none."""
    return Marking(_invented_badge(build))


def _invented_badge(build: Build) -> tuple[Badge, ...]:
    invented = session.invented_place(build)
    if not invented:
        return ()
    words = "An invented borough with invented figures, to try the tool on."
    return (Badge(f"{invented} is not a real place", "theater_comedy", "violet", words),)


def holds_demand(build: Build) -> bool:
    """Say whether a build has figures of referrals."""
    return build.demand is not None or any(c.startswith("demand_") for c in build.areas.indicators)


def _tier_badge(build: Build) -> Badge:
    if build.areas.tier is Tier.SHARED:
        return Badge("Shared build", "groups", "green", RELEASED)
    if holds_demand(build):
        return Badge(f"Internal build: {MARKING}", "lock", "red", HOLDS_REFERRALS)
    return Badge("Internal build", "lock", "orange", DO_NOT_FORWARD)


def _overdue(build: Build) -> str:
    """Warn where a build on disk still has what it was opened without: figures past their date."""
    if build.demand is not None or not any((build.path / name).exists() for name in DEMAND_FILES):
        return ""
    return (
        "The figures of referrals in this build are past the date on which they were to be deleted, so they "
        f"are not shown. Delete them with: atlas purge {build.path}"
    )
