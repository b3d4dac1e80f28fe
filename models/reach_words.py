"""Say in words who reaches a kind of place, who does not, and where need is without reach."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd

from geo.area_table import AreaTable
from geo.weighted import Weighted
from models.explain import Explanation
from models.levels import Level
from models.reach import HIGHER, Reach
from models.reach_levels import added_up
from models.reach_method import caveats_of, method_of
from models.reach_phrases import NEXT_TO_NOTHING, minutes_words, share_parts, spaced
from models.reach_told import Told
from models.words import Part, number

MOST_NAMED: Final = 3
"""How many wards a sentence names."""

WORST: Final = "England’s two most deprived fifths"

SIZE_OF_A_GAP: Final = (
    "Gaps are named by how many are out of reach times the minutes by which the nearest place is too far."
)


def explain_reach(
    reach: Reach, areas: AreaTable, council: str = "", level: Level = Level.AREA
) -> Explanation:
    """Say how many children have no place of the kind within reach.

    Parameters
    ----------
    reach
        The reach of all areas.
    areas
        Their table.
    council
        The code of the one council that is told of; all when empty.
    level
        What the furthest is named of: wards for small areas.
    """
    told = Told.of(reach, areas, council, level)
    return _explain(told, _reach_sentence(told))


def explain_gaps(reach: Reach, areas: AreaTable, council: str = "", level: Level = Level.AREA) -> Explanation:
    """Say where need is without reach: who lives in the two most deprived fifths and out of reach, and where.

    The parameters are those of `explain_reach`.
    """
    told = Told.of(reach, areas, council, level)
    found = _explain(told, _gaps_sentence(told))
    return replace(found, method=(*found.method, SIZE_OF_A_GAP))


def _explain(told: Told, sentence: tuple[Part, ...]) -> Explanation:
    return Explanation(sentence, tuple(caveats_of(told)), tuple(method_of(told)))


def _reach_sentence(told: Told) -> tuple[Part, ...]:
    if not told.reach.known.any():
        return _nobody_knows(told)
    total, out = float(told.frame["all"].sum()), float(told.frame["out"].sum())
    head = share_parts(out, total, told.people, told.near, told.where)
    if out < NEXT_TO_NOTHING:
        return (*head, Part("."))
    return spaced([(*head, *_in_the_worst_fifth(told, out), Part(".")), tuple(_furthest(told))])


def _gaps_sentence(told: Told) -> tuple[Part, ...]:
    if not told.reach.known.any():
        return _nobody_knows(told)
    if told.reach.fifths is None or told.frame["fifth"].isna().all():
        return (Part("How deprived these areas are is not known", True), Part(": gaps cannot be told."))
    worst = told.frame[told.frame["fifth"].le(HIGHER).fillna(False).to_numpy(dtype=bool)].dropna()
    if worst.empty:
        return (Part("None of these areas", True), Part(f" is in {WORST}."))
    out = float(worst["out"].sum())
    several = told.areas.frame["la_code"].nunique() > 1
    place = f"{told.where} in {WORST}".strip() if several else f"in {WORST}"
    head = share_parts(out, float(worst["all"].sum()), told.people, told.near, place)
    return spaced([(*head, Part(".")), _largest_gaps(told, worst) if out >= NEXT_TO_NOTHING else ()])


def _nobody_knows(told: Told) -> tuple[Part, ...]:
    councils = told.councils.dropna().unique()
    there = f"in {councils[0]}" if len(councils) == 1 else "here"
    if not told.measured.any():
        return (
            Part(f"No way from homes {there} is known", True),
            Part(", so what they reach is not, either."),
        )
    return (
        Part(f"No {told.near.singular} is known {there}", True),
        Part(", so who reaches one is not known. That does not mean that there is none."),
    )


def _in_the_worst_fifth(told: Told, out: float) -> tuple[Part, ...]:
    """Say how many of those live in the most deprived fifth; "at least" where not all is known."""
    fifth, mine = told.frame["fifth"], told.frame["out"]
    worst = float(mine[fifth.eq(1).fillna(False).to_numpy(dtype=bool)].sum())
    unplaced = float(mine[fifth.isna()].sum()) >= NEXT_TO_NOTHING
    there = "in the most deprived fifth of England"
    if worst < NEXT_TO_NOTHING:
        none = told.reach.fifths is None or unplaced or round(out) == 1
        return () if none else (Part(f"; none of them {there}"),)
    if round(worst) == round(out):
        return (Part(f", {there}" if round(out) == 1 else f"; all of them {there}"),)
    at_least = "at least " if unplaced else ""
    return (Part(f"; {at_least}"), Part(number(worst), True), Part(f" of them {there}"))


def _furthest(told: Told) -> Iterator[Part]:
    """Name the ward that is furthest from any; if half of each has one near, that with most who have not."""
    far = added_up(told.reach, told.keys)
    far = far[far["reached_share"].notna()]
    if len(far) < 2:
        return
    out = told.frame["out"].groupby(told.keys.to_numpy(dtype=object)).sum()
    far = far[out.reindex(far.index) >= NEXT_TO_NOTHING]
    if far.empty:
        return
    by_far = far.assign(by=far["nearest_min"].fillna(float("inf")), out=out).sort_index()
    code = by_far.sort_values(["by", "out"], ascending=False, kind="stable").index[0]
    minutes, others = far.at[code, "nearest_min"], int(far["nearest_min"].isna().sum()) - 1
    if minutes <= told.reach.asked.minutes:
        most = by_far.sort_values("out", ascending=False, kind="stable").index[0]
        yield from (Part("The most in "), Part(told.name(most), True), Part(f": {number(out[most])}."))
        return
    yield from (Part("Furthest: "), Part(told.name(code), True))
    yield Part(f" and {number(others)} more" if others > 0 else "")
    yield Part(f", {minutes_words(minutes, told.reach.costs.cutoff_min)}.")


def _largest_gaps(told: Told, worst: pd.DataFrame) -> tuple[Part, ...]:
    """Name the wards where most are out of reach by most minutes, with how many and how far."""
    gaps = _gaps_by_name(told, worst)
    first = gaps[gaps["out"] >= NEXT_TO_NOTHING].head(MOST_NAMED)
    if first.empty:
        return ()
    parts = [Part("Largest gap: " if len(first) == 1 else "Largest gaps: ")]
    for at, (code, gap) in enumerate(first.iterrows()):
        joint = "" if not at else " and " if at == len(first) - 1 else ", "
        minutes = minutes_words(gap["minutes"], told.reach.costs.cutoff_min)
        name = told.name(code, with_ward=len(first) == 1)
        parts += [Part(joint), Part(name, True), Part(f" ({number(gap['out'])}; {minutes})")]
    return (*parts, Part("."))


def _gaps_by_name(told: Told, worst: pd.DataFrame) -> pd.DataFrame:
    """Return what is named with `out`, who is out of reach there, and their `minutes`, the largest gap first.

    The size of a gap is how many are out of reach times the minutes by which the nearest place is too far.
    """
    reach, codes = told.reach, told.reach.costs.starts["area_code"]
    living = worst["all"].reindex(codes).to_numpy(dtype=float) * reach.shares
    beyond = reach.measured & ~(reach.nearest.minutes <= reach.asked.minutes) & (living > 0)
    too_far = np.fmin(reach.nearest.minutes, reach.costs.cutoff_min) - reach.asked.minutes
    of = Weighted.by(told.keys.reindex(codes).where(beyond), living)
    out = worst["out"].groupby(told.keys.loc[worst.index].to_numpy(dtype=object)).sum()
    gaps = pd.DataFrame({"size": of.total(living * too_far), "minutes": of.middle(reach.nearest.minutes)})
    return gaps.assign(out=out).sort_values("size", ascending=False, kind="stable")
