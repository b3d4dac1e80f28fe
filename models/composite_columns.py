"""Which columns of the areas composites and the rules of operating models are made of."""

from typing import Final

from geo.area_table import AreaTable
from models.composite_parts import CHILD_COLUMNS, NATIONAL, NO_CAR
from models.composites import Composites
from models.demand_measures import MEASURES
from models.levels import NEED_INDEX

REFERRED: Final = tuple(measure.column for measure in MEASURES)
MADE_OF: Final = {
    "need": (NEED_INDEX, *NATIONAL),
    "demand": REFERRED,
    "trend": REFERRED,
    "rurality": ("pop_total",),
    "young": ("pop_0_4", *CHILD_COLUMNS, "pop_total"),
    "no_car_percent": (NO_CAR,),
}
"""Columns of the areas that composites and measures of rules are made of, where a build has them; the others
are made of places."""


def columns_of(composites: Composites, areas: AreaTable) -> list[str]:
    """Return the columns of the areas that composites are made of, as far as their source is known."""
    used = (*composites.sources, *composites.measures)
    wanted = [column for id_ in used for column in MADE_OF.get(id_, ())]
    return [column for column in dict.fromkeys(wanted) if column in areas.provenance]
