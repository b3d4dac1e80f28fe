"""How a placement was found, one click away from its sentence: method, candidates and sources."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from data.asset_kinds import asset_kinds
from data.provenance import NOT_STATED, Provenance
from geo.builds import Build
from geo.travel import Means
from models.placement_asked import Objective
from models.placement_phrases import Phrases
from models.words import figure, number, source_words

OBJECTIVES: Final = {
    Objective.COVER: (
        "Maximal covering (Church and ReVelle, 1974): as many as possible have the nearest place within "
        "{minutes} minutes."
    ),
    Objective.MEDIAN: (
        "The p-median (Hakimi, 1964): all ways to the nearest place together are as short as can be."
    ),
    Objective.CENTRE: (
        "The p-centre (Hakimi, 1964): the longest way to the nearest place is as short as can be."
    ),
    Objective.FAIR: (
        "Maximal covering (Church and ReVelle, 1974) of two shares added up: that of all, and that of "
        "children in England’s two most deprived fifths."
    ),
}

PROOF: Final = (
    "A choice is proven when a bound on every other choice meets it to a millionth. The bound is Lagrangian, "
    "with branch and bound (Narula, Ogbu and Samuelsson, 1977), and a second routine recomputes it."
)
PROOF_OF_CENTRE: Final = (
    "A choice is proven when no choice has everybody within the next shorter way; each such covering is "
    "proven by a bound that a second routine recomputes."
)
PROOF_WITH_ROOM: Final = (
    "Who is served by which site is found by a linear programme (HiGHS) with branch and bound; a choice is "
    "proven when its bound, which a second routine recomputes, meets it to a millionth."
)
PARTLY: Final = (
    "People set out from {starts} points in {areas} small areas, where live postcodes stand, so an area can "
    "be partly within reach: its children within reach are all its children times the share of its homes "
    "that are."
)


def method_of(phrases: Phrases, build: Build) -> Iterator[str]:
    """Yield how the figures were made and what they rest on, with source, date and licence."""
    placed = phrases.placed
    problem, objective = placed.problem, placed.problem.wanted.objective
    yield OBJECTIVES[objective].format(minutes=figure(problem.wanted.minutes))
    yield _proof(phrases)
    yield problem.weighing.method
    starts = problem.minutes.starts
    yield PARTLY.format(starts=number(len(starts)), areas=number(starts["area_code"].nunique()))
    yield problem.reach.means_words
    if problem.minutes.means is Means.NETWORK:
        yield from problem.minutes.notes
    yield from _today(phrases)
    yield from _candidates(phrases)
    yield from dict.fromkeys(_sources(phrases, build))


def _proof(phrases: Phrases) -> str:
    problem = phrases.placed.problem
    if problem.wanted.objective is Objective.CENTRE:
        return PROOF_OF_CENTRE
    return PROOF if problem.capacity is None else PROOF_WITH_ROOM


def _today(phrases: Phrases) -> Iterator[str]:
    places, near = phrases.placed.problem.reach.places, phrases.near
    if len(places):
        outside = int((~places["inside"]).sum())
        noun = near.singular if len(places) == 1 else near.plural
        across = number(outside) if outside else "none"
        yield f"There today: {number(len(places))} {noun}, {across} of them across the border."
        costs = phrases.placed.problem.reach.costs
        idle = len(costs.places) - len(np.unique(costs.place))
        if idle:
            some = f"{number(idle)} of those there today {'is' if idle == 1 else 'are'}"
            yield f"{some} within {figure(costs.cutoff_min)} minutes of no home, or no way there is known."


def _candidates(phrases: Phrases) -> Iterator[str]:
    """Say how many candidates there are of each kind, and how many buildings were listed twice."""
    candidates = phrases.placed.problem.candidates
    counts = candidates.frame["kind"].value_counts()
    kinds = [kind for kind in asset_kinds() if kind in counts.index]
    if kinds:
        yield f"Candidates: {', '.join(_count(kind, int(counts[kind])) for kind in kinds)}."
    twice = len(candidates.merged)
    if twice:
        yield (
            f"{number(twice)} {'place stands' if twice == 1 else 'places stand'} at the point, or under the "
            "name and postcode, of another candidate: these are one."
        )


def _count(kind: str, count: int) -> str:
    words = asset_kinds()[kind]
    return f"{number(count)} {words.singular if count == 1 else words.plural}"


def _sources(phrases: Phrases, build: Build) -> Iterator[str]:
    problem, areas = phrases.placed.problem, phrases.areas
    for pedigree in problem.weighing.sources:
        yield source_line(pedigree)
    if problem.reach.children_column:
        yield source_line(areas.provenance[problem.reach.children_column])
    if problem.reach.fifths is not None:
        fifths = problem.reach.fifths
        yield (
            f"Deprivation is by {fifths.words}, {fifths.year}, in fifths of England’s small areas; of higher "
            "need are the two most deprived."
        )
        yield source_line(areas.provenance[fifths.column])
    ids = problem.reach.places.index
    if problem.candidates.from_build:
        ids = ids.union(problem.candidates.frame.index)
    files = build.places.frame.loc[build.places.frame.index.intersection(ids), "file"].unique()
    for file in sorted(str(file) for file in files):
        if file in build.places.provenance:
            yield source_line(build.places.provenance[file])
    for pedigree in problem.candidates.sources:
        yield source_line(pedigree)


def source_line(pedigree: Provenance) -> str:
    """Write a source with its date, its file and its licence.

    Examples
    --------
    >>> source_line(Provenance("Libraries", "A council", "OGL v3.0", "2024", "", "l.csv", ""))
    'Source: Libraries, 2024 (l.csv). Licence: OGL v3.0.'
    """
    licence, file = pedigree.licence or NOT_STATED, f" ({pedigree.file})" if pedigree.file else ""
    return f"Source: {source_words(pedigree)}{file}. Licence: {licence.rstrip('.')}."
