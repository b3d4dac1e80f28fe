"""What a change of the register does for children, in a sentence: who has a place near by, who no more."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd

from data.asset_kinds import OTHER, asset_kinds
from data.register.records import Place
from geo.builds import Build
from geo.places import Places
from geo.register_places import with_place, without_places
from models.explain import Explanation
from models.levels import CHILDREN
from models.near_places import Measure, Reach, changed_kinds, on_foot, reach_of
from models.words import Part, a, few, number, sentence_case, who

MOST_KINDS: Final = 3
"""How many kinds have a sentence of their own."""

DECILES: Final = {
    "need_idaci_decile": "income deprivation affecting children (IDACI)",
    "need_imd_decile": "overall deprivation (IMD)",
}
"""What the most deprived tenth is told by: that of children, else that of all."""

WITHHELD: Final = "Its location is withheld, so it is not counted and changes no figure."
OUT_OF_REACH: Final = "It lies too far outside the areas of this build to change a figure."
NOTHING: Final = "No figure of how near places are {}."


def effect_of(
    before: Places, after: Places, build: Build, measure: Measure | None = None, planned: bool = False
) -> Explanation:
    """Say what a change of the places does for children.

    Parameters
    ----------
    before, after
        The places in force before and after it.
    build
        The build, for its areas, their children and how deprived they are.
    measure
        How far homes are from places; minutes on foot up to `ATLAS_REACH_MIN` when not given.
    planned
        Whether the change is still to be made.

    Returns
    -------
    Explanation
        A sentence for each kind whose counted places are not the same, those that concern most children
        first, and what has to be known of them.
    """
    by = measure or on_foot(build)
    kinds = changed_kinds(before, after)
    found = [reach_of(kind, before, after, build, by) for kind in kinds if kind != OTHER]
    words = _Words(build, by, planned, _concerned(found))
    found.sort(key=words.weight, reverse=True)
    said = [words.sentence(reach) for reach in found[:MOST_KINDS]]
    if len(found) > MOST_KINDS:
        names = ", ".join(asset_kinds()[reach.kind].plural for reach in found[MOST_KINDS:])
        said.append((Part(f"Changed, too: {names}."),))
    if OTHER in kinds:
        said.append(_others(before, after))
    if not said:
        return Explanation((Part(NOTHING.format("would change" if planned else "has changed")),), ())
    return Explanation(tuple(_spaced(said)), words.caveats(found[:MOST_KINDS]))


def effect_of_place(
    place: Place,
    build: Build,
    places: Places,
    today: date,
    gone: Collection[str] = (),
    measure: Measure | None = None,
) -> Explanation:
    """Say what publishing a place would do for children, before it is published.

    Parameters
    ----------
    place
        The place as it would be published, whatever its state is now.
    build
        The build.
    places
        The places in force; where the place is among them, it stands in its own stead.
    today
        The day of publication.
    gone
        Ids of places that it would take the place of, as a merge does.
    measure
        As in `effect_of`.
    """
    if place.withheld:
        return Explanation((Part(WITHHELD),), ())
    kept = without_places(places, (place.id, *gone))
    after = with_place(kept, place, build, today)
    if len(after.frame) == len(kept.frame) == len(places.frame):
        return Explanation((Part(OUT_OF_REACH),), ())
    return _if("If published: ", effect_of(places, after, build, measure, planned=True))


def _if(opening: str, told: Explanation) -> Explanation:
    first, *rest = told.sentence
    lower = first.text[:1].lower() + first.text[1:]
    return replace(told, sentence=(Part(opening), Part(lower, first.bold), *rest))


def _concerned(found: Iterable[Reach]) -> pd.Index:
    """Return the areas that gain or lose anything."""
    codes = pd.Index([], dtype="object")
    for reach in found:
        codes = codes.union(reach.gained.index).union(reach.lost.index)
    return codes


class _Words:
    """The sentences on one change: children where their number is known, else areas.

    Of an area that is concerned in part, the share of its homes counts. Children and deprivation are told by
    the columns that know most of the areas concerned.
    """

    def __init__(self, build: Build, measure: Measure, planned: bool, codes: pd.Index) -> None:
        self._areas = build.areas
        self._measure = measure
        self._planned = planned
        self._column = self._best(CHILDREN, codes)
        frame = build.areas.frame
        self._children = frame[self._column] if self._column else pd.Series(float("nan"), frame.index)
        self._tenth = self._best(DECILES, codes)

    def _best(self, columns: Iterable[str], codes: pd.Index) -> str | None:
        frame = self._areas.frame
        there = [c for c in columns if c in frame.columns and frame[c].notna().any()]
        known = {c: int(frame.loc[codes, c].notna().sum()) for c in there}
        return max(known, key=lambda c: known[c]) if known else None

    def weight(self, reach: Reach) -> float:
        """Return how many children a change concerns, and how many areas where that is not known."""
        shares = pd.concat([reach.gained, reach.lost])
        children = self._children.reindex(shares.index).fillna(1).to_numpy()
        return float((children * shares.to_numpy()).sum())

    def sentence(self, reach: Reach) -> tuple[Part, ...]:
        """Say who has a kind of place near by now, and who has none any more."""
        noun = f"{a(asset_kinds()[reach.kind].singular)} {self._measure.within}"
        parts: list[Part] = []
        if len(reach.gained):
            verb = "would then have" if self._planned else "now have"
            parts += self._said(reach.gained, verb, noun)
        if len(reach.lost):
            verb = "would no longer have" if self._planned else "no longer have"
            parts += [Part(" ")] if parts else []
            parts += self._said(reach.lost, verb, "one so near" if parts else noun)
        return tuple(parts) or tuple(self._no_change(reach, noun))

    def _said(self, shares: pd.Series, verb: str, noun: str) -> Iterator[Part]:
        who_, one = self._subject(shares)
        yield from who_
        yield Part(f" {verb.replace('have', 'has') if one and 'would' not in verb else verb} {noun}")
        yield Part(f"{self._in_worst_tenth(shares)}.")

    def _subject(self, shares: pd.Series) -> tuple[tuple[Part, ...], bool]:
        """Return who is meant, in bold, and whether that is one alone."""
        areas = f"{few(len(shares))} {'area' if len(shares) == 1 else 'areas'}"
        living = self._living(shares)
        if not living:
            return (Part(sentence_case(areas), True),), len(shares) == 1
        children = f"{number(living)} {'child' if living == 1 else 'children'}"
        return (Part(children, True), Part(f" in {areas}")), living == 1

    def _living(self, shares: pd.Series) -> int | None:
        there = self._children.reindex(shares.index) * shares
        return None if there.isna().any() else round(float(there.sum()))

    def _in_worst_tenth(self, shares: pd.Series) -> str:
        if self._tenth is None:
            return ""
        deciles = self._areas.frame[self._tenth].reindex(shares.index)
        if deciles.isna().any():
            return ""
        worst = shares[(deciles == 1).to_numpy(dtype=bool)]
        all_, there = self._living(shares), self._living(worst)
        if not all_:
            all_, there = len(shares), len(worst)
        if all_ == 1:
            return (
                f", and {'lives' if self._living(shares) else 'lies'} in the most deprived tenth"
                if there
                else ""
            )
        live = "live" if self._living(shares) else "lie"
        how_many = "none" if not there else "all" if there == all_ else number(there)
        return f"; {how_many} of them {live if there != 1 else f'{live}s'} in the most deprived tenth"

    def _no_change(self, reach: Reach, noun: str) -> Iterator[Part]:
        gain = "would gain or lose" if self._planned else "gains or loses"
        yield Part(f"No area {gain} {noun}")
        for codes, words in ((reach.closer, "closer"), (reach.further, "further away")):
            if len(codes):
                (first, *rest), _ = self._subject(pd.Series(1.0, codes))
                yield Part("; for ")
                yield Part(first.text[:1].lower() + first.text[1:], True)
                yield from rest
                yield Part(f" the nearest {'would be' if self._planned else 'is'} {words} than before")
        yield Part(".")

    def caveats(self, found: Iterable[Reach]) -> tuple[str, ...]:
        """Return what has to be known of the sentences."""
        told = list(found)
        if not told:
            return ()
        codes = _concerned(told)
        partly = any((shares < 1).any() for reach in told for shares in (reach.gained, reach.lost))
        of_children = self._of_children(codes, partly)
        return tuple(c for c in (self._measure.method, of_children, self._of_tenth(codes)) if c)

    def _of_children(self, codes: pd.Index, partly: bool) -> str:
        if self._column is None:
            return "No number of children was loaded, so areas are counted."
        unknown = int(self._children.reindex(codes).isna().sum())
        if unknown:
            of = f"{number(unknown)} of these {number(len(codes))}"
            return f"The number of children is not known for {of} areas, so areas are counted."
        year = self._areas.provenance[self._column].vintage
        label = who(self._areas.dictionary[self._column])
        if not len(codes):
            return ""
        part = "; of an area that is concerned in part, by the share of its homes" if partly else ""
        return f"Counted are all {label} who live in these areas ({year} figures){part}."

    def _of_tenth(self, codes: pd.Index) -> str:
        if self._tenth is None or not len(codes):
            return ""
        unknown = int(self._areas.frame[self._tenth].reindex(codes).isna().sum())
        if unknown:
            return f"How deprived {number(unknown)} of these {number(len(codes))} areas are is not known."
        return f"The most deprived tenth is that of England’s small areas, by {DECILES[self._tenth]}."


def _others(before: Places, after: Places) -> tuple[Part, ...]:
    was, now = (int(p.counted["kind"].eq(OTHER).sum()) for p in (before, after))
    return (Part(f"Other places: {number(was)} before, {number(now)} after; how near they are is not told."),)


def _spaced(sentences: Iterable[Iterable[Part]]) -> Iterator[Part]:
    for at, sentence in enumerate(sentences):
        if at:
            yield Part(" ")
        yield from sentence
