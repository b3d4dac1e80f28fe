"""The phrases that all sentences on reach are made of: minutes, kinds of place, people and names."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.asset_kinds import asset_kinds
from geo.travel import Means, Mode
from models.nearness import minutes_in_words
from models.reach_asked import Asked
from models.words import Part, a, figure, number, percent

NEXT_TO_NOTHING: Final = 0.5
"""Fewer people than this are written as none."""

_NO_ONE: Final = 1e-6


@dataclass(frozen=True)
class People:
    """Whom or what a sentence counts: children, or small areas where no children are known.

    Attributes
    ----------
    one, many
        "child aged 0–17" and "children aged 0–17".
    live
        What they do, of several: "live" or "lie".
    """

    one: str
    many: str
    live: str = "live"

    def of(self, count: float) -> str:
        """Write a number of them: "1 child", "1,200 children"."""
        return f"{number(count)} {self.one if round(count) == 1 else self.many}"

    def verb(self, count: float) -> str:
        """Return what so many of them do: "lives", "live"."""
        return f"{self.live}s" if round(count) == 1 else self.live


AREAS: Final = People("small area", "small areas", "lie")
HOUSEHOLDS: Final = People("household without a car", "households without a car")


def children_of(label: str) -> People:
    """Return the people that a population column counts, by its label within a sentence.

    Examples
    --------
    >>> children_of("children aged 0–4").one
    'child aged 0–4'
    """
    return People(label.replace("children", "child", 1), label)


@dataclass(frozen=True)
class Near:
    """What near is: a kind of place, and the minutes to it by what they are measured by."""

    asked: Asked
    means: Means

    @property
    def singular(self) -> str:
        """The kind, of one: "children’s centre"."""
        return asset_kinds()[self.asked.kind].singular.replace("'", "’")

    @property
    def plural(self) -> str:
        """The kind, of several."""
        return asset_kinds()[self.asked.kind].plural.replace("'", "’")

    @property
    def minutes(self) -> str:
        """The minutes, with how people travel unless a supplied table of times says that.

        Examples
        --------
        >>> Near(Asked("library", Mode.PRAM, 15.0), Means.LINE).minutes
        '15 minutes’ walk with a pram'
        """
        minutes = f"{figure(self.asked.minutes)} {'minute' if self.asked.minutes == 1 else 'minutes'}"
        if self.means is Means.MATRIX:
            return minutes
        walk = f"{minutes}’{'s' if self.asked.minutes == 1 else ''} walk"
        return f"{walk} with a pram" if self.asked.mode is Mode.PRAM else walk

    @property
    def within(self) -> str:
        """Where those are who reach one: "within 15 minutes’ walk of a library"."""
        return f"within {self.minutes} of {a(self.singular)}"

    @property
    def beyond(self) -> str:
        """Where the others are: "more than 15 minutes’ walk from a library"."""
        return f"more than {self.minutes} from {a(self.singular)}"


def share_parts(out: float, total: float, people: People, near: Near, place: str = "") -> tuple[Part, ...]:
    """Say how many of all have no place within reach, without the stop at the end.

    Parameters
    ----------
    out, total
        How many, and of how many.
    people
        Whom.
    near
        What near is.
    place
        Where they live: "in Trafford"; nothing where it goes without saying.
    """
    where = f" {place}" if place else ""
    if total < NEXT_TO_NOTHING:
        nobody = f"No {people.many}"
        return Part(nobody, True), Part(f" {people.live} {place or 'here'}")
    all_of_them = f"The only {people.one}" if round(total) == 1 else f"All {people.of(total)}"
    if out < _NO_ONE:
        return Part(all_of_them, True), Part(f"{where} {people.verb(total)} {near.within}")
    if total - out < _NO_ONE:
        return Part(all_of_them, True), Part(f"{where} {people.verb(total)} {near.beyond}")
    if out < NEXT_TO_NOTHING:
        return Part(f"Almost none of {people.of(total)}", True), Part(f"{where} {people.live} {near.beyond}")
    if round(out) == round(total):
        return Part(f"Almost all of {people.of(total)}", True), Part(f"{where} {people.live} {near.beyond}")
    told = f"{number(out)} of {people.of(total)} ({percent(out / total)})"
    return Part(told, True), Part(f"{where} {people.verb(out)} {near.beyond}")


def minutes_words(minutes: float, cutoff_min: float) -> str:
    """Write how far the nearest place is: "12 minutes", or "over 60 minutes" beyond the cut-off."""
    if pd.isna(minutes):
        return f"over {figure(cutoff_min)} minutes"
    return minutes_in_words(minutes)


def spaced(sentences: Iterable[Sequence[Part]]) -> tuple[Part, ...]:
    """Join sentences of parts, with a space between two; an empty one is left out."""
    said = [sentence for sentence in sentences if sentence]
    return tuple(p for at, one in enumerate(said) for p in ((Part(" "),) if at else ()) + tuple(one))
