"""What stands below a sentence on reach, and the method that is one click away."""

from collections.abc import Iterator
from typing import Final

from geo.reach import steps
from geo.travel import Means
from models.reach import Reach
from models.reach_phrases import AREAS, HOUSEHOLDS, NEXT_TO_NOTHING
from models.reach_told import Told
from models.words import a, figure, number, source_words, where

ABSENT: Final = "A place that is not listed is not counted."
EDGE: Final = (
    "Children beyond the border are not counted, so places near it are shared among fewer than in truth."
)


def caveats_of(told: Told) -> Iterator[str]:
    """Yield what has to be known of the sentence, the shortest way; first those without a car."""
    if cars_words(told.reach):
        yield cars_words(told.reach)
    yield told.reach.means_words
    yield from _unknown(told)
    yield from told.reach.notes
    yield ABSENT


def cars_words(reach: Reach) -> str:
    """Say how many households without a car are out of reach; nothing unless that is known of all areas."""
    cars = reach.areas.loc[reach.known, ["households_no_car", "households_no_car_out"]]
    total, out = (float(cars[column].sum()) for column in cars)
    if cars.isna().any(axis=None) or total < NEXT_TO_NOTHING:
        return ""
    if out < NEXT_TO_NOTHING:
        return f"No {HOUSEHOLDS.one} lives out of reach."
    return f"Of {HOUSEHOLDS.of(total)}, {number(out)} {HOUSEHOLDS.verb(out)} out of reach."


def _unknown(told: Told) -> Iterator[str]:
    """Say what is not known of some of the areas: reach, children, deprivation."""
    known, near = told.reach.known, told.near
    silent = known.index[~known & told.measured]
    if known.any() and len(silent):
        there = where(told.areas.frame.loc[silent, ["la_name"]]) or "elsewhere"
        yield f"No {near.singular} is known {there}, so who reaches one there is not known."
    roadless = int((~told.measured).sum())
    if roadless and told.reach.costs.means is Means.NETWORK:
        some = _of_areas(roadless, len(known))
        yield f"No road is near the homes of {some}, so who reaches {a(near.singular)} there is not known."
    counted = told.frame["out"].notna()
    lacking = int((known & ~counted).sum())
    if lacking:
        some = _of_areas(lacking, int(known.sum()))
        yield f"The number of children is not known for {some}, which sums leave out."
    elif known.any() and told.people is AREAS:
        yield "No number of children was loaded, so areas are counted: as out of reach if most homes are."
    unplaced = int((counted & told.frame["fifth"].isna()).sum())
    if unplaced and told.reach.fifths is not None:
        yield f"How deprived {_of_areas(unplaced, int(counted.sum()))} are is not known."


def _of_areas(some: int, all_of_them: int) -> str:
    return f"{number(some)} of {number(all_of_them)} small areas"


def method_of(told: Told) -> Iterator[str]:
    """Yield how the figures were made."""
    costs, near = told.reach.costs, told.near
    areas, starts = costs.starts["area_code"].nunique(), len(costs.starts)
    yield (
        f"People set out from {number(starts)} points in {number(areas)} small areas, where live postcodes "
        "stand, so an area can be partly within reach: its children out of reach are all its children times "
        "the share of its homes that are."
    )
    yield (
        f"The nearest is looked for up to {figure(costs.cutoff_min)} minutes away. Minutes to it are those "
        "that half of an area’s homes, or half of the children of a ward or council, do not exceed."
    )
    if costs.means is Means.NETWORK:
        yield from costs.notes
    outside = int((~told.reach.places["inside"]).sum())
    counted = len(told.reach.places)
    noun = near.singular if counted == 1 else near.plural
    if counted:
        across = number(outside) if outside else "none"
        yield f"Counted: {number(counted)} {noun}, {across} of them across the border."
    if told.reach.children_column and counted:
        yield from _shares(told)
    if told.reach.children_column:
        source = told.areas.provenance[told.reach.children_column]
        label = told.areas.dictionary[told.reach.children_column].label
        yield f"{label}: {source_words(source)}."
    if told.reach.fifths is not None:
        fifths = told.reach.fifths
        yield (
            f"Deprivation is by {fifths.words}, {fifths.year}, in fifths of England’s small areas; of higher "
            "need are the two most deprived."
        )


def _shares(told: Told) -> Iterator[str]:
    """Say how supply is shared out."""
    (first, weight), *rest = steps()
    further = "".join(f", {figure(w)} up to {figure(end)}" for end, w in rest)
    yield (
        "The share of supply is by the enhanced two-step floating catchment area method (Luo and Qi, 2009): "
        f"each place is shared among the children around it, who count {figure(weight)} up to "
        f"{figure(first)} minutes away{further}. An area has what it gets of all places, for 1,000 children."
    )
    yield from (note for note in told.reach.supply.notes if note not in told.reach.notes)
    yield EDGE
