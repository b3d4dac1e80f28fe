"""Say in words who comes within reach where a place opens, and who falls out of it where one closes."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import pandas as pd

from geo.area_table import AreaTable
from models.explain import Explanation
from models.levels import Level
from models.reach import Reach
from models.reach_method import method_of
from models.reach_phrases import HOUSEHOLDS, NEXT_TO_NOTHING, Near, People, children_of
from models.reach_told import Told
from models.words import Part, a, few, number, who

HOMES: Final = (
    "Those who come within reach, or fall out of it, are the children of an area times the share of its "
    "homes that do. How supply is shared out is not worked out anew."
)
WORST: Final = "in the most deprived fifth of England"
_NOTHING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class _Homes:
    """Some of the homes of some areas, and the children in them where they are known.

    Attributes
    ----------
    share
        The share of its homes, by area; none is 0.
    children, cars
        Children and households without a car that live there, missing where unknown.
    fifth
        The fifth of England of each area.
    people
        Whom the sentences count.
    """

    share: pd.Series
    children: pd.Series
    cars: pd.Series
    fifth: pd.Series
    people: People

    @classmethod
    def of(cls, told: Told, share: pd.Series) -> "_Homes":
        """Return the homes of the areas of which any share is meant."""
        there = share[share > _NOTHING]
        mine = told.reach.areas.loc[there.index]
        column = told.reach.children_column
        people = children_of(who(told.areas.dictionary[column])) if column else People("child", "children")
        children, cars = (mine[c] * there for c in ("children", "households_no_car"))
        return cls(there, children, cars, mine["fifth"], people)

    @cached_property
    def count(self) -> float:
        """How many children there are, as far as they are known."""
        return float(self.children.sum())

    @property
    def unknown(self) -> int:
        """In how many of the areas the number of children is not known."""
        return int(self.children.isna().sum())

    @property
    def anybody(self) -> bool:
        """Whether anybody lives there, as far as is known."""
        return self.count >= NEXT_TO_NOTHING or (self.unknown > 0 and self.count == 0)

    @property
    def in_areas(self) -> str:
        """The areas in words: "five areas"."""
        return f"{few(len(self.share))} {'area' if len(self.share) == 1 else 'areas'}"

    @property
    def subject(self) -> tuple[Part, ...]:
        """Who lives there: "640 children in five areas"."""
        if self.unknown == len(self.share):
            return (Part(f"homes in {self.in_areas}", True),)
        at_least = "at least " if self.unknown else ""
        return Part(f"{at_least}{self.people.of(self.count)}", True), Part(f" in {self.in_areas}")

    @property
    def in_the_worst_fifth(self) -> str:
        """How many of them live in the most deprived fifth; nothing where that is not known of all."""
        if self.fifth.isna().any():
            return ""
        worst = self.fifth.eq(1).to_numpy(dtype=bool)
        if self.unknown:
            some = int(worst.sum())
            return f"; {_of_them(some, len(worst), few(some), 'the areas', 'lie')} {WORST}"
        there = round(float(self.children[worst].sum()))
        if round(self.count) == 1:
            return f", and lives {WORST}" if there else ""
        return f"; {_of_them(there, round(self.count), number(there), 'them', 'live')} {WORST}"


def explain_opening(reach: Reach, areas: AreaTable, changed: pd.DataFrame, around: pd.Series) -> Explanation:
    """Say who comes within reach.

    Parameters
    ----------
    reach
        The reach as it is.
    areas
        The area table of the build.
    changed
        As `models.reach_change.Change.areas`.
    around
        The share of each area's homes from which the new place is within reach.
    """
    told = Told.of(reach, areas, "", Level.AREA)
    gained = _Homes.of(told, changed["after_share"] - changed["before_share"])
    near, unknown = told.near, _Homes.of(told, around.where(~reach.known))
    opening = Part(f"If {a(near.singular)} opened here, ")
    if gained.anybody:
        ending = Part(f" would come within {near.minutes}{gained.in_the_worst_fifth}.")
        sentence = (opening, *gained.subject, ending)
    elif unknown.anybody and not (around.where(reach.known) > _NOTHING).any():
        return Explanation(_living_around(told, unknown), (reach.means_words,), (HOMES, *method_of(told)))
    else:
        nobody = (opening, Part("nobody more", True), Part(f" would come within {near.minutes} of one"))
        closer = _Homes.of(told, changed["felt_share"])
        sentence = (*nobody, *_felt(closer, "it would be nearer than any is today"), Part("."))
    caveats = tuple(_caveats(told, gained, unknown, "come within reach"))
    return Explanation(sentence, caveats, (HOMES, *method_of(told)))


def explain_closing(reach: Reach, areas: AreaTable, changed: pd.DataFrame, name: str) -> Explanation:
    """Say who falls out of reach; the parameters are those of `explain_opening`, and the place's name."""
    told = Told.of(reach, areas, "", Level.AREA)
    lost = _Homes.of(told, changed["before_share"] - changed["after_share"])
    opening, within = Part(f"If {name} closed, "), told.near.within
    if lost.anybody:
        ending = Part(f" would no longer be {within}{lost.in_the_worst_fifth}.")
        sentence = (opening, *lost.subject, ending)
    else:
        nobody = (opening, Part("nobody", True), Part(f" who is {within} today would be so no longer"))
        further = _Homes.of(told, changed["felt_share"])
        sentence = (*nobody, *_felt(further, "the nearest would be further away"), Part("."))
    caveats = tuple(_caveats(told, lost, _Homes.of(told, lost.share * 0.0), "fall out of reach"))
    return Explanation(sentence, caveats, (HOMES, *method_of(told)))


def explain_unmeasured(reach: Reach) -> Explanation:
    """Say that supplied times do not lead to a new place."""
    singular = Near(reach.asked, reach.costs.means).singular
    sentence = (
        Part(f"Who would reach {a(singular)} here cannot be told", True),
        Part(": the supplied times lead only to places that are known."),
    )
    return Explanation(sentence, (reach.means_words,))


def _living_around(told: Told, homes: _Homes) -> tuple[Part, ...]:
    """Say who lives near a new place where it is not known who reaches one today."""
    verb = homes.people.verb(homes.count) if homes.unknown < len(homes.share) else "are"
    return (
        Part(f"Within {told.near.minutes} of here {verb} "),
        *homes.subject,
        Part(f". Who of them reaches {a(told.near.singular)} today is not known."),
    )


def _felt(homes: _Homes, words: str) -> Iterator[Part]:
    """Say for whom the nearest place would be another, where nobody gains or loses."""
    if homes.anybody:
        yield Part("; for ")
        yield from homes.subject
        yield Part(f" {words}")


def _caveats(told: Told, homes: _Homes, unknown: _Homes, verb: str) -> Iterator[str]:
    cars = float(homes.cars.sum())
    if homes.cars.notna().all() and cars >= NEXT_TO_NOTHING:
        yield f"{HOUSEHOLDS.of(cars)} would {verb}."
    yield told.reach.means_words
    if homes.unknown > 0:
        some = f"{few(homes.unknown)} of these {few(len(homes.share))}"
        yield f"The number of children is not known for {some} areas."
    if len(unknown.share):
        yield f"Who reaches one today is not known in {unknown.in_areas} near by, so none there is counted."


def _of_them(some: int, all_of_them: int, words: str, whom: str, verb: str) -> str:
    how_many = "none" if not some else "all" if some == all_of_them else words
    return f"{how_many} of {whom} {verb}{'s' if some == 1 < all_of_them else ''}"
