"""What each home counts when support is placed: its children, those in need, or the demand to be expected."""

from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.errors import SourceError
from data.provenance import Provenance, Tier
from geo.area_table import AreaTable
from geo.builds import Build
from models.demand_columns import fit_measure
from models.demand_measures import MEASURES, child_column
from models.need import place_of, transform_place
from models.placement_asked import For
from models.reach_supply import children_for

IDACI: Final = "need_idaci_score"
"""The share of children in families of low income, by small area."""

IDACI_RANK: Final = "need_idaci_rank"
"""Where an area stands in England by that share, 1 the highest."""

DEMAND: Final = MEASURES[0]
"""What is expected is told of the children referred over 36 months, each once: the steadiest measure."""


@dataclass(frozen=True, eq=False)
class Weighing:
    """What each small area counts.

    Attributes
    ----------
    people
        For whom the choice is made.
    values
        What each area counts, index area code; missing where it is not known.
    unit
        What that is, of several: "children in families of low income".
    internal
        Whether it rests on referrals that may not leave the council.
    sources
        Where it comes from.
    method
        How it is made, in a sentence.
    """

    people: For
    values: pd.Series
    unit: str
    internal: bool
    sources: tuple[Provenance, ...]
    method: str


def offered_people(build: Build, kind: str) -> tuple[For, ...]:
    """Return for whom a kind of place can be placed in a build, the plainest first.

    Parameters
    ----------
    build
        The build.
    kind
        What is placed: it decides which children are served.
    """
    areas = build.areas
    children = children_for(kind, areas)
    offered = []
    if children is not None and areas.frame[children].notna().any():
        offered.append(For.CHILDREN)
        if _need_column(areas) is not None:
            offered.append(For.NEED)
    counted = areas.frame[DEMAND.column].sum() if DEMAND.column in areas.frame else 0.0
    if counted > 0 and child_column(areas.frame) is not None:
        offered.append(For.DEMAND)
    return tuple(offered)


def weighing_of(build: Build, people: For, kind: str) -> Weighing:
    """Return what each area counts.

    Parameters
    ----------
    build
        The build.
    people
        For whom places are chosen.
    kind
        What is placed.

    Raises
    ------
    SourceError
        When the build does not hold what that takes.
    """
    if people is For.DEMAND:
        return _by_demand(build)
    areas = build.areas
    column = children_for(kind, areas)
    if column is None or not areas.frame[column].notna().any():
        raise SourceError(
            "How many children live where is not known, so nothing can be placed for them.",
            "Add population estimates by age to the folder and run atlas build again.",
        )
    children = areas.frame[column].astype("float64")
    if people is For.CHILDREN:
        told = "What counts are the children of an area."
        return Weighing(people, children, "children", False, (areas.provenance[column],), told)
    return _by_need(areas, column, children)


def _need_column(areas: AreaTable) -> str | None:
    """Return what tells how deprived the children of areas are: the score if it is known, else the rank."""
    return next((c for c in (IDACI, IDACI_RANK) if c in areas.frame and areas.frame[c].notna().any()), None)


def _by_need(areas: AreaTable, column: str, children: pd.Series) -> Weighing:
    """Weigh children by income deprivation (IDACI): by the share of those it affects, else by its rank."""
    need = _need_column(areas)
    if need is None:
        raise SourceError(
            "Neither score nor rank of income deprivation affecting children (IDACI) is loaded.",
            "Add the Indices of Deprivation (File 7) to the folder, or place for all children.",
        )
    if need == IDACI:
        each, unit = areas.frame[IDACI].astype("float64"), "children in families of low income"
        how = "times its share of children in families of low income (IDACI score)"
    else:
        each, unit = transform_place(place_of(areas, need)) / 100.0, "children weighted by need"
        how = (
            "times a weight from 0 to 1 for how deprived it is: its national rank of income deprivation "
            "affecting children (IDACI), transformed as the Indices of Deprivation transform ranks"
        )
    return Weighing(
        people=For.NEED,
        values=children * each,
        unit=unit,
        internal=False,
        sources=(areas.provenance[column], areas.provenance[need]),
        method=f"What counts are the children of an area {how}.",
    )


def _by_demand(build: Build) -> Weighing:
    """Weigh areas by the number of children whom deprivation leads one to expect to be referred.

    It is never the number observed: that would follow where support is offered and reported.
    """
    fitted = fit_measure(build.areas, DEMAND)
    if fitted is None or not fitted.expectation.expected.sum() > 0:
        raise SourceError(
            "No referrals were counted, so the demand to be expected is not known.",
            "Add an extract of referrals to the folder, or place for all children.",
        )
    by = "deprivation and its number of children" if fitted.deprivation else "its number of children"
    columns = (DEMAND.column, fitted.children, *([fitted.deprivation] if fitted.deprivation else ()))
    return Weighing(
        people=For.DEMAND,
        values=fitted.expectation.expected,
        unit="children expected to be referred in three years",
        internal=build.areas.tier is Tier.INTERNAL,
        sources=tuple(build.areas.provenance[column] for column in columns),
        method=(
            f"What counts are the children expected to be referred in three years: what {by} lead one to "
            "expect of an area, not how many were."
        ),
    )
