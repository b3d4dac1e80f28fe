"""Composites made of the places in force: community places for each child, and services close by."""

from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from data.settings import settings
from geo.area_table import AreaTable
from geo.builds import Build
from geo.overlay_words import councils_of, uneven_words
from geo.reach_columns import ReachColumn
from models.composite_parts import Made
from models.need import ENOUGH
from models.reach_supply import supply_of

COMMUNITY: Final = (
    "family_hub",
    "early_years",
    "library",
    "community_centre",
    "food",
    "youth_sport",
    "faith",
    "advice",
    "green_space",
)
"""Kinds of place where people of a neighbourhood meet and help: its strengths."""

FOR_FAMILIES: Final = (
    "family_hub",
    "school",
    "early_years",
    "library",
    "community_centre",
    "health",
    "food",
    "youth_sport",
    "advice",
)
"""Kinds of place that serve families."""


def assets_made(areas: AreaTable, build: Build) -> Made | str:
    """Make the composite of community places: what the kinds offer for each 1,000 children, added up.

    Supply is shared out by how many children can reach it, so that a place just over the border of an area
    counts. A kind that is told in sessions a week is brought to places by its own average, so that a place
    with twice the sessions counts as two. Places that nobody confirmed lately do not count, and neither does
    a kind of which some councils' files tell more types than others': its numbers cannot be compared.
    """
    columns, absent = _columns(areas, COMMUNITY, ReachColumn.PER_1K)
    counted = build.places.counted
    councils = len(councils_of(areas, build.places))
    for kind in list(columns):
        mine = counted[(counted["kind"] == kind).to_numpy()]
        if uneven_words(asset_kinds()[kind], mine, councils):
            absent[kind] = columns.pop(kind)
    if not columns:
        return f"No community place is known alike in most of these areas{_absent_words(absent)}."
    parts = {}
    for kind, column in columns.items():
        supply = supply_of(build, counted.index[(counted["kind"] == kind).to_numpy()]).values
        parts[kind] = areas.frame[column].astype("float64") / float(supply.mean())
    values = pd.DataFrame(parts).sum(axis=1, min_count=len(parts))
    return Made(values, f"Places for each 1,000 children: {_names(columns)}{_absent_words(absent)}.")


def access_made(areas: AreaTable) -> Made | str:
    """Make the composite of services close by: how near the nearest of each kind is, averaged over the kinds.

    A service at the door counts 1, one at the walk that is within reach a half, one three times as far a
    quarter: 1 / (1 + minutes / reach). One that no way leads to counts 0.
    """
    columns, absent = _columns(areas, FOR_FAMILIES, ReachColumn.SHARE)
    if not columns:
        return f"No place that serves families is known in most of these areas{_absent_words(absent)}."
    reach = settings().reach_min
    parts = {}
    for kind, share in columns.items():
        minutes = areas.frame[ReachColumn.MINUTES.of(kind)].astype("float64")
        parts[kind] = (1 / (1 + minutes / reach)).fillna(0.0).where(areas.frame[share].notna())
    values = pd.DataFrame(parts).mean(axis=1, skipna=False)
    within = areas.frame[list(columns.values())].astype("float64").mean(axis=1, skipna=False)
    return Made(
        values,
        f"1 at the door, a half at {reach:g} minutes, averaged over the nearest of {_names(columns)}"
        f"{_absent_words(absent)}.",
        measures={"within_reach_percent": within * 100},
    )


def _columns(
    areas: AreaTable, kinds: tuple[str, ...], what: ReachColumn
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the columns of kinds that most areas have, and of those known in some councils alone."""
    held = {kind: column for kind in kinds if (column := what.of(kind)) in areas.frame}
    share = {kind: float(areas.frame[column].notna().mean()) for kind, column in held.items()}
    used = {kind: column for kind, column in held.items() if share[kind] >= ENOUGH}
    absent = {kind: column for kind, column in held.items() if kind not in used and share[kind] > 0}
    return used, absent


def _names(kinds: dict[str, str]) -> str:
    return ", ".join(asset_kinds()[kind].plural for kind in kinds)


def _absent_words(absent: dict[str, str]) -> str:
    return (
        f"; known better in some councils than in others, so not counted: {_names(absent)}" if absent else ""
    )
