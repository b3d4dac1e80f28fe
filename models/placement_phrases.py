"""The phrases that sentences on placements are made of: names of sites, whom they are for, and wards."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.area_table import AreaTable
from geo.travel import Floats
from models.candidates import MIDDLE
from models.placement import Placed
from models.placement_goal import way_of, whose_words
from models.reach_phrases import NEXT_TO_NOTHING, Near, People, children_of
from models.siting import Rows
from models.words import Part, a, few, number, percent, sentence_case, where, who

MOST_NAMED: Final = 3
"""How many sites a sentence names before it counts them."""

NOT_SAID: Final = "It does not say that a building is free, or that families would come."
NO_BUILDING: Final = "It does not say that there is a building, or that families would come."

WORST: Final = "England’s two most deprived fifths"

ALL_CHILDREN: Final = "pop_0_17"
PLAIN: Final = People("child", "children")
"""All children are called that; others are told by their ages."""


@dataclass(frozen=True, eq=False)
class Phrases:
    """How a placement is spoken of.

    Attributes
    ----------
    placed
        The placement.
    areas
        The area table of its build.
    """

    placed: Placed
    areas: AreaTable

    @cached_property
    def near(self) -> Near:
        """What near is: a kind of place and the minutes to it."""
        reach = self.placed.problem.reach
        return Near(reach.asked, reach.costs.means)

    @cached_property
    def people(self) -> People:
        """Whom the sentences count: the children whom the kind of place serves."""
        column = self.placed.problem.reach.children_column
        if column is None or column == ALL_CHILDREN:
            return PLAIN
        return children_of(who(self.areas.dictionary[column]))

    @cached_property
    def there(self) -> str:
        """Where those live who count: " in Trafford"; empty where the build is of one council."""
        frame, counted = self.areas.frame, self.placed.problem.counted
        if frame["la_name"].nunique() < 2:
            return ""
        words = where(frame.loc[counted.index[counted], ["la_name"]])
        return f" {words}" if words else ""

    @property
    def way(self) -> str:
        """What a journey is called: "walk", or "journey" where supplied times do not say how it is made."""
        return way_of(self.placed.problem)

    @property
    def whose(self) -> str:
        """Of whom a mean way is, where it is not of all children alike: see `whose_words`."""
        return whose_words(self.placed.problem)

    @property
    def singular(self) -> str:
        """The kind of place with its article: "a library"."""
        return a(self.near.singular)

    @property
    def candidates(self) -> str:
        """How many candidates there are: "86 candidate buildings"."""
        frame = self.placed.problem.candidates.frame
        what = "middle of an area" if frame["kind"].eq(MIDDLE).all() else "candidate building"
        several = "middles of areas" if what == "middle of an area" else "candidate buildings"
        return f"{number(len(frame))} {what if len(frame) == 1 else several}"

    @property
    def site_names(self) -> list[str]:
        """The names of the chosen sites, those that gain most first, as a sentence begins with them."""
        sites = self.placed.sites
        middles = sites["kind"].eq(MIDDLE)
        told = [f"the middle of {n}" if m else str(n) for n, m in zip(sites["name"], middles, strict=True)]
        return [sentence_case(name) if not at else name for at, name in enumerate(told)]

    @property
    def not_said(self) -> str:
        """What a choice of sites does not say."""
        kinds = self.placed.problem.candidates.frame["kind"]
        return NO_BUILDING if kinds.eq(MIDDLE).any() else NOT_SAID

    @cached_property
    def ward_names(self) -> pd.Series:
        """The name of each area's ward, by area code: its own where it is in no ward."""
        frame = self.areas.frame
        return frame["ward_name"].astype("object").fillna(frame["area_name"].astype("object"))

    def wards_of(self, people: Floats) -> pd.Series:
        """Add up what starts count by the name of their ward, the most first; those with nobody are left out.

        Parameters
        ----------
        people
            One number a start of `placed.problem.minutes.starts`.
        """
        of_start, names = self._ward_of_start
        sums = np.bincount(of_start, people, len(names))
        order = np.argsort(-sums, kind="stable")
        order = order[sums[order] > 0]
        return pd.Series(sums[order], pd.Index(names[order], name="name"), name="people")

    @cached_property
    def _ward_of_start(self) -> tuple[Rows, npt.NDArray[np.object_]]:
        """The number of the ward of each start, and the name of each ward, in the order of their codes."""
        code = self.placed.problem.minutes.starts["area_code"].to_numpy(dtype=object)
        frame = self.areas.frame
        key = frame["ward_code"].astype("object").fillna(pd.Series(frame.index, frame.index)).reindex(code)
        of_start, _ = pd.factorize(key.to_numpy(dtype=object), sort=True)
        first = pd.Series(range(len(of_start))).groupby(of_start).first()
        names = self.ward_names.reindex(code[first]).to_numpy(dtype=object)
        return of_start.astype(np.intp), names


def listed(names: Sequence[str]) -> str:
    """Join names: "A", "A and B", "A, B and C".

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B and C'
    """
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def named(names: Sequence[str]) -> tuple[Part, ...]:
    """Name some sites, each in bold, and count those beyond the first three.

    Examples
    --------
    >>> "".join(part.text for part in named(["A", "B", "C", "D", "E"]))
    'A, B, C and two others'
    """
    told = list(names) if len(names) <= MOST_NAMED + 1 else list(names[:MOST_NAMED])
    parts: list[Part] = []
    for at, name in enumerate(told):
        last = at == len(told) - 1 and len(told) == len(names)
        parts += [Part("" if not at else " and " if last else ", "), Part(name, True)]
    rest = len(names) - len(told)
    return (*parts[1:], *((Part(f" and {few(rest)} others"),) if rest else ()))


def reach_words(before: float, after: float, there: str = "") -> str:
    """Say what becomes of a share within reach, as the end of a sentence; a decimal more where it takes one.

    Parameters
    ----------
    before, after
        The share today, and with new sites.
    there
        Where: " in Trafford".

    Examples
    --------
    >>> reach_words(0.06, 0.21), reach_words(0.971, 0.974), reach_words(0.97, 0.97)
    (', taking reach from 6% to 21%', ', taking reach from 97.1% to 97.4%', '; reach stays at 97%')
    """
    change = change_words(before, after)
    return f", taking reach{there} {change}" if change else f"; reach{there} stays at {percent(after)}"


def change_words(before: float, after: float) -> str:
    """Write how a share changes: "from 6% to 21%"; empty where a tenth of a percent does not tell it.

    Examples
    --------
    >>> change_words(0.9951, 0.9999), change_words(0.5, 0.5001)
    ('from 99.5% to more than 99.9%', '')
    """
    for write in (percent, _tenths):
        first, last = write(before), write(after)
        if first != last:
            return f"from {first} to {last}"
    return ""


def _tenths(share: float) -> str:
    """Write a share to a tenth of a percent; only nothing is 0% and only everything 100%."""
    if 0 < share < 0.001:
        return "less than 0.1%"
    return "more than 99.9%" if 0.999 < share < 1 else f"{share:.1%}"


def minutes_alike(*minutes: float) -> tuple[str, ...]:
    """Write minutes of one sentence alike: whole where that tells all of them, else each to a tenth.

    Examples
    --------
    >>> minutes_alike(33.0, 22.2), minutes_alike(33.0, 22.04)
    (('33.0', '22.2'), ('33', '22'))
    """
    tenths = [round(one, 1) for one in minutes]
    whole = all(one.is_integer() for one in tenths)
    return tuple(f"{one:.0f}" if whole else f"{one:.1f}" for one in tenths)


def gained_words(phrases: Phrases) -> str:
    """Say what becomes of reach by those who gain, as the end of a sentence.

    Nothing is said where others lose theirs: what both come to is said with these.
    """
    figures = phrases.placed.figures
    if figures.lost >= NEXT_TO_NOTHING:
        return ""
    return reach_words(figures.share_before, figures.share_after, phrases.there)


def lost_words(phrases: Phrases) -> Iterator[Part]:
    """Say who falls out of reach because places close, and what becomes of reach by all that changes."""
    figures, wanted = phrases.placed.figures, phrases.placed.problem.wanted
    if not wanted.closed:
        return
    closing = "the place that closes" if len(wanted.closed) == 1 else "the places that close"
    if figures.lost < NEXT_TO_NOTHING:
        yield Part(f"Nobody would fall out of reach by {closing}.")
        return
    yield Part(phrases.people.of(figures.lost), True)
    change = change_words(figures.share_before, figures.share_after)
    reach = f"goes {change}" if change else f"stays at {percent(figures.share_after)}"
    yield Part(f" would fall out of reach by {closing}; in all, reach{phrases.there} {reach}.")


def higher_need_words(phrases: Phrases) -> Iterator[Part]:
    """Say how many of those who come within reach live in the most deprived fifths, as far as is known."""
    areas, figures = phrases.placed.areas, phrases.placed.figures
    gaining = areas[areas["children_gained"] > 0]
    if phrases.placed.problem.reach.fifths is None or gaining["fifth"].isna().all():
        return
    count, worst = round(figures.gained), round(figures.gained_higher)
    at_least = "At least " if gaining["fifth"].isna().any() else ""
    if count == 1:
        yield Part(f" That child {'lives' if worst else 'does not live'} in {WORST}.")
    elif not worst and not at_least:
        yield Part(f" None of them live in {WORST}.")
    elif worst >= count:
        yield Part(f" All of them live in {WORST}.")
    elif worst:
        yield Part(f" {at_least}{number(worst)} of them {'lives' if worst == 1 else 'live'} in {WORST}.")
