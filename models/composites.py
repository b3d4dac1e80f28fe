"""Composites: the few figures by which neighbourhoods are told apart, each made of several indicators.

Types and operating models are made of these and of nothing else. A composite that the build has no data for
is left out and said, never filled in; an area that lacks one which others have is missing there.

Source of the practice: few composites rather than many raw columns, as in the Output Area Classification.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.provenance import Tier
from geo.area_table import AreaTable
from geo.builds import Build
from models.composite_demand import demand_made, trend_made
from models.composite_parts import Made, children_of, need_made, no_car_made, rurality_made, young_made
from models.composite_places import access_made, assets_made
from models.levels import NEED_INDEX
from models.need import overlay_need
from models.places_laid import lay_places

ON_REFERRALS: Final = ("demand", "trend")
"""How the composites and measures begin that are made of referrals."""

FEWEST_KNOWN: Final = 0.5
"""The share of the areas that must have a composite for it to be used at all."""


@dataclass(frozen=True)
class Composite:
    """One composite.

    Attributes
    ----------
    id
        Its column.
    label
        What it is called where people read it.
    meaning
        What it says of an area, in a sentence.
    high_name, low_name
        What an area high or low on it has, as part of a name.
    """

    id: str
    label: str
    meaning: str
    high_name: str
    low_name: str


COMPOSITES: Final = (
    Composite(
        "need",
        "Need",
        "How much hardship there is, from several domains and the number of children.",
        "high need",
        "low need",
    ),
    Composite(
        "assets",
        "Community places",
        "How many community places there are for each 1,000 children who can reach them.",
        "many community places",
        "few community places",
    ),
    Composite(
        "access",
        "Services nearby",
        "How close the nearest of each kind of service for families is, averaged over the kinds.",
        "services close by",
        "services further away",
    ),
    Composite(
        "demand",
        "Demand over expected",
        "How many were referred for each one expected, steadied.",
        "more referred than expected",
        "fewer referred than expected",
    ),
    Composite(
        "trend",
        "Trend in referrals",
        "How much faster referrals rise in a year than in all areas together.",
        "referrals rising faster",
        "referrals rising less",
    ),
    Composite(
        "rurality",
        "Open land",
        "How much land there is for each 100 people, in hectares.",
        "open land",
        "close-built",
    ),
    Composite(
        "young",
        "Young families",
        "How many of the people who live there are children: under five where those are counted.",
        "young families",
        "fewer young families",
    ),
)
"""The composites, in their order."""

COMPOSITE: Final[Mapping[str, Composite]] = {one.id: one for one in COMPOSITES}


@dataclass(frozen=True)
class Composites:
    """The composites of a build.

    Attributes
    ----------
    frame
        One row an area, index `area_code`, sorted; a column a composite that the build has, by id, more being
        more of what it is called; missing where an area lacks it.
    left_out
        Why the build lacks a composite, in a sentence, by id.
    sources
        What each composite is made of, in words, by id.
    tier
        That of the build.
    measures
        What the rules of operating models are made of, on the same index: `<id>_place` for each composite (0
        to 100, the place of the area: see `within`), `demand_signal` and `trend_signal` (1 above or rising
        beyond chance, -1 below, 0 where that cannot be told), `people_per_km2`, `within_reach_percent`
        (homes within reach of services for families, averaged over the kinds) and `no_car_percent` of
        households. A column is absent where the build cannot have it.
    within
        What the places of each composite are among: "England" or "these areas".
    weights
        Children in each area, or people where most areas lack children; missing where that is not known.
    """

    frame: pd.DataFrame
    left_out: Mapping[str, str]
    sources: Mapping[str, str]
    tier: Tier
    measures: pd.DataFrame
    within: Mapping[str, str]
    weights: pd.Series


def rests_on_referrals(composites: Composites) -> bool:
    """Say whether types and ways of working rest on referrals that have not been released.

    What is made of them then stays inside the council. Those of a shared build are made of what has been
    released.
    """
    made_of = {*composites.frame, *composites.measures}
    return composites.tier is not Tier.SHARED and any(name.startswith(ON_REFERRALS) for name in made_of)


def composites_of(build: Build, areas: AreaTable | None = None) -> Composites:
    """Make the composites of a build.

    Parameters
    ----------
    build
        The build, internal or shared: in a shared one the figures of referrals are the protected ones, and a
        hidden count leaves an area without its composite.
    areas
        Its areas, or those of one council, with need and places laid over them, where the caller has them:
        what is not laid yet is laid here.
    """
    given = build.areas if areas is None else areas
    if NEED_INDEX not in given.frame:
        given = overlay_need(given)
    if not any(column.startswith("access_") for column in given.indicators):
        given = lay_places(given, build)
    index = given.frame.index.sort_values()
    makers: Mapping[str, Callable[[], Made | str]] = {
        "need": lambda: need_made(given),
        "assets": lambda: assets_made(given, build),
        "access": lambda: access_made(given),
        "demand": lambda: demand_made(given),
        "trend": lambda: trend_made(given, build),
        "rurality": lambda: rurality_made(given),
        "young": lambda: young_made(given),
    }
    frame, measures = pd.DataFrame(index=index), pd.DataFrame(index=index)
    left_out: dict[str, str] = {}
    sources: dict[str, str] = {}
    within: dict[str, str] = {}
    for one in COMPOSITES:
        made = makers[one.id]()
        reason = made if isinstance(made, str) else _too_few(made.values)
        if isinstance(made, str) or reason:
            left_out[one.id] = reason
            continue
        for name, values in made.measures.items():
            measures[name] = values.reindex(index).astype("float64")
        alike = made.alike or _alike(made.values)
        if alike:
            left_out[one.id] = alike
            continue
        frame[one.id] = made.values.reindex(index).astype("float64")
        sources[one.id] = made.source
        place = made.place if made.place is not None else place_among(made.values)
        within[one.id] = "these areas" if made.place is None else "England"
        measures[f"{one.id}_place"] = place.reindex(index)
    no_car = no_car_made(given)
    if no_car is not None:
        measures["no_car_percent"] = no_car.reindex(index)
    return Composites(frame, left_out, sources, given.tier, measures, within, _weights(given, index))


def place_among(values: pd.Series) -> pd.Series:
    """Return the place of each value among all that are known, above 0 to below 100; equals share one.

    Examples
    --------
    >>> place_among(pd.Series([5.0, 1.0, float("nan"), 5.0, 9.0])).tolist()
    [50.0, 12.5, nan, 50.0, 87.5]
    """
    known = int(values.notna().sum())
    return (values.rank() - 0.5) / max(known, 1) * 100


def _too_few(values: pd.Series) -> str:
    """Say that too few areas have a composite; empty where enough do."""
    known = int(values.notna().sum())
    if known and known >= FEWEST_KNOWN * len(values):
        return ""
    return f"It is known for {known:,} of {len(values):,} small areas only."


def _alike(values: pd.Series) -> str:
    """Say that a composite is the same everywhere; empty where it is not."""
    known = values.dropna().to_numpy(dtype=float)
    if np.ptp(known) > 1e-9 * max(float(np.abs(known).max()), 1e-9):
        return ""
    return "It is the same in every small area, so it tells none from another."


def _weights(areas: AreaTable, index: pd.Index) -> pd.Series:
    weights = children_of(areas)
    if weights is None:
        weights = areas.frame.get("pop_total", pd.Series(np.nan, areas.frame.index))
    return weights.reindex(index).astype("float64").rename("weight")
