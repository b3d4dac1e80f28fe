"""Composites made of the area table alone: need, open land, young families."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import pandas as pd

from data.indicators import national_list
from geo.area_table import AreaTable
from models.levels import NEED_INDEX
from models.need import CHILD_SHARE, ENOUGH, overlay_child_share

NATIONAL: Final = ("need_imd_rank", "need_idaci_rank")
"""The ranks by which need is placed in England, the broader first."""

UNDER_FIVES: Final = "Children under five among everyone."
CHILDREN: Final = "Children among everyone."
"""What young families are told by: the better source first."""

CHILD_COLUMNS: Final = ("pop_0_17", "pop_0_15", "pop_iod_0_15")
"""Columns that count children, the better one first."""

NO_CAR: Final = "pop_no_car_share"
M2_A_HECTARE: Final = 10_000.0
M2_A_KM2: Final = 1_000_000.0


@dataclass(frozen=True)
class Made:
    """One composite as it was made.

    Attributes
    ----------
    values
        By area code; missing where an area lacks it.
    source
        What it is made of, in words.
    place
        Its place in England, 0 to 100, where that is known.
    measures
        What else the rules of operating models take from it, by name.
    alike
        Why it tells no area from another, in a sentence; empty where it does. What the rules take from it is
        taken all the same.
    """

    values: pd.Series
    source: str
    place: pd.Series | None = None
    measures: Mapping[str, pd.Series] = field(default_factory=dict)
    alike: str = ""


def need_made(areas: AreaTable) -> Made | str:
    """Make the composite of need: combined need, else the published IMD, else IDACI.

    Its place in England is that of the areas' deprivation, dealt out in the order of the composite: the
    area with the most combined need takes the place of the most deprived one, and so on. So the two agree,
    and a borough without hardship has no area that is high in England.
    """
    national = [column for column in NATIONAL if _known(areas, column)]
    if _known(areas, NEED_INDEX):
        values, source = areas.frame[NEED_INDEX].astype("float64"), "Combined need (score 0 to 100)."
    elif national:
        values = _place_in_england(areas, national[0])
        source = f"{areas.dictionary[national[0]].label}, as a place in England: combined need is not known."
    else:
        return "There is no measure of deprivation for most areas."
    if not national:
        return Made(values, source)
    both = values.notna() & areas.frame[national[0]].notna()
    places = _place_in_england(areas, national[0])[both].sort_values().to_numpy()
    order = values[both].rank(method="first").astype(int) - 1
    dealt = pd.Series(places[order.to_numpy()], index=order.index)
    level = dealt.groupby(values[both].to_numpy()).transform("mean")
    return Made(values, source, level.reindex(values.index))


def rurality_made(areas: AreaTable) -> Made | str:
    """Make the composite of open land: hectares for each 100 people, and people for each square kilometre."""
    if not _known(areas, "pop_total"):
        return "The number of people is not known for most areas."
    people = areas.frame["pop_total"].astype("float64")
    people = people.where(people > 0)
    ground = pd.Series(areas.frame.geometry.area.to_numpy(), index=areas.frame.index)
    per_km2 = people / (ground / M2_A_KM2).where(ground > 0)
    return Made(
        ground / M2_A_HECTARE / people * 100,
        "Land within the boundary for each 100 people.",
        measures={"people_per_km2": per_km2},
    )


def young_made(areas: AreaTable) -> Made | str:
    """Make the composite of young families: the share of under-fives, else that of children."""
    if _known(areas, "pop_0_4") and _known(areas, "pop_total"):
        everyone = areas.frame["pop_total"].astype("float64")
        share = areas.frame["pop_0_4"].astype("float64") / everyone.where(everyone > 0)
        return Made(share, UNDER_FIVES)
    with_share = areas if CHILD_SHARE in areas.frame else overlay_child_share(areas)
    if not _known(with_share, CHILD_SHARE):
        return "The number of children and of everyone is not known from one source for most areas."
    return Made(with_share.frame[CHILD_SHARE].astype("float64"), CHILDREN)


def children_of(areas: AreaTable) -> pd.Series | None:
    """Return how many children live in each area, by what most areas have; None where most lack it."""
    known = {
        column: int(areas.frame[column].notna().sum()) for column in CHILD_COLUMNS if column in areas.frame
    }
    best = max(known, key=lambda column: known[column], default=None)
    return areas.frame[best].astype("float64") if best is not None and _known(areas, best) else None


def no_car_made(areas: AreaTable) -> pd.Series | None:
    """Return the per cent of households without a car; None where most areas lack it."""
    return areas.frame[NO_CAR].astype("float64") * 100 if _known(areas, NO_CAR) else None


def _known(areas: AreaTable, column: str) -> bool:
    return column in areas.frame and float(areas.frame[column].notna().mean()) >= ENOUGH


def _place_in_england(areas: AreaTable, column: str) -> pd.Series:
    """Return the place of each area in England on a rank, above 0 to 100, where 100 is the most deprived."""
    of = national_list(areas.provenance[column].vintage, areas.vintage).areas
    return ((of + 1 - areas.frame[column].astype("float64")) / of * 100).clip(0, 100)
