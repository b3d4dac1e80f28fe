"""How types were made and of which columns of the areas, in words."""

from typing import Final

from geo.area_table import AreaTable
from models.composite_parts import CHILD_COLUMNS, NATIONAL, NO_CAR
from models.composites import Composites
from models.demand_measures import MEASURES
from models.levels import NEED_INDEX

METHOD: Final = (
    "Types: each composite by its inverse hyperbolic sine, brought to one range, and k-means with many "
    "starts. Whether there are kinds of place is told by the gap statistic against a normal cloud with the "
    "same covariance; how many types, by how surely they come out again among fresh draws of areas (adjusted "
    "Rand index). The silhouette never decides. Letters "
    "go by need, A the highest, and stay with their types once these are kept."
)
RULES: Final = (
    "Ways of working: the first rule that fits an area. The rules stand in data/operating_models.toml "
    "and can be edited."
)
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
