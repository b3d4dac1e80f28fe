"""What the briefing of a shape is made of, and what several of its sections ask of that."""

from dataclasses import dataclass

import pandas as pd

from geo.area_table import AreaTable
from geo.builds import Build
from models.classes import Classes
from models.levels import LevelData
from models.profile_setting import members_of
from models.profile_sheet import Sheet
from models.profile_types import TypesHere


@dataclass(frozen=True, eq=False)
class AreaFacts:
    """What the briefing of a shape is made of.

    Attributes
    ----------
    build
        The build, with the places in force.
    areas
        Its small areas, with places and need laid over them.
    sheet
        The profile of the shape.
    data
        The values at its level, with need ranked.
    classes
        What its map shows, in classes.
    inside
        The small areas with need ranked, and the same indicator in classes; None for a small area.
    types
        What is told of types in it; None where that stays inside, or is not known.
    left_out
        What does not stand in the briefing, and why; with it goes what is known of referrals.
    """

    build: Build
    areas: AreaTable
    sheet: Sheet
    data: LevelData
    classes: Classes
    inside: tuple[LevelData, Classes] | None = None
    types: TypesHere | None = None
    left_out: str = ""


def places_beside(sheet: Sheet) -> tuple[str, ...]:
    """Return the headings of the shape and of what it lies in; names that are the same are told apart."""
    names = ["Here", *(setting.name for setting in sheet.settings)]
    return tuple(
        name if names.index(name) == at else f"{name} ({sheet.settings[at - 1].level})"
        for at, name in enumerate(names)
    )


def places_inside(facts: AreaFacts) -> pd.DataFrame:
    """Return the places in the small areas of the shape."""
    places = facts.build.places.frame
    members = members_of(facts.areas, facts.sheet.level, facts.sheet.code)
    return places[places["area_code"].isin(list(members))]
