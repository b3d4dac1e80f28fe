"""Say in words what a choice of sites does, why each is among them, and what another choice gives up."""

from collections.abc import Iterator
from typing import Final

import pandas as pd

from geo.builds import Build
from models.explain import Explanation
from models.placement import Placed
from models.placement_asked import For, Objective
from models.placement_caveats import caveats_of
from models.placement_goal import whose_words
from models.placement_method import method_of
from models.placement_phrases import (
    Phrases,
    change_words,
    gained_words,
    higher_need_words,
    listed,
    lost_words,
    minutes_alike,
    named,
)
from models.reach_phrases import NEXT_TO_NOTHING, spaced
from models.words import Part, figure, number, percent

WARDS_NAMED: Final = 2
WORTH_NAMING: Final = 0.1
"""A second ward is named where at least this share of those whom a site reaches live there."""

FELT_MIN: Final = 0.05
"""A way that becomes shorter by less than this is the same in words."""


def explain_placed(
    placed: Placed, build: Build, near: int | None = None, within: float = 0.01, every: bool = True
) -> Explanation:
    """Say who is reached by the new sites, how sure it is that none are better, and how that was found.

    Parameters
    ----------
    placed
        The choice.
    build
        The build that it was made for.
    near
        How many other choices come within a share of the best; None where they were not looked for.
    within
        That share.
    every
        Whether those are all that there are.
    """
    phrases = Phrases(placed, build.areas)
    sentence = tuple(_sentence(phrases))
    caveats = tuple(caveats_of(phrases, near, within, every))
    return Explanation(sentence, caveats, tuple(method_of(phrases, build)))


def reasons(placed: Placed, build: Build) -> pd.Series:
    """Say of each chosen site in a few words what it is there for, by candidate id.

    It names the wards where most children live whom the site newly brings within reach, and whom it keeps
    within reach where a place closes; where it does neither, those whose way it shortens.
    """
    phrases, problem = Phrases(placed, build.areas), placed.problem
    found = {}
    for id_ in placed.sites.index:
        place = int(problem.candidates.frame.index.get_loc(id_))
        gained, kept = (
            phrases.wards_of(problem.children * share)
            for share in (placed.gain_of(place), placed.taken_over_by(place))
        )
        if kept.sum() >= NEXT_TO_NOTHING:
            new = f"Reaches {_wards(gained)}, takes" if gained.sum() >= NEXT_TO_NOTHING else "Takes"
            found[id_] = f"{new} over in {_wards(kept)}"
            continue
        if gained.sum() >= NEXT_TO_NOTHING:
            found[id_] = f"Reaches {_wards(gained)}"
            continue
        others = problem.after_min(placed.chosen[placed.chosen != place])
        nearer = phrases.wards_of(problem.children * (placed.after_min < others))
        found[id_] = (
            f"Shortens ways in {_wards(nearer)}" if nearer.sum() >= NEXT_TO_NOTHING else "Reaches nobody new"
        )
    return pd.Series(found, dtype="object")


def explain_swap(best: Placed, other: Placed) -> tuple[Part, ...]:
    """Say what another choice of sites gives up and gains beside the best one.

    Parameters
    ----------
    best, other
        Two choices of one problem.
    """
    frame = best.problem.candidates.frame
    kept = set(best.chosen) & set(other.chosen)
    out, into = (
        [str(frame["name"].iloc[site]) for site in one.chosen if site not in kept] for one in (best, other)
    )
    if not out and not into:
        return (Part("The same sites."),)
    head: tuple[Part, ...]
    if out and into:
        head = (*named(into), Part(" in place of "), *named(out))
    else:
        head = (Part("Also ") if into else Part("Without "), *named(into or out))
    return (*head, Part(f": {listed(list(_differences(best, other)))}."))


def explain_beyond(placed: Placed, build: Build) -> tuple[Part, ...]:
    """Say who lives further away than the minutes from every candidate and every place of today.

    Nothing is said where nobody does.
    """
    phrases, problem = Phrases(placed, build.areas), placed.problem
    every = problem.after_min(pd.RangeIndex(len(problem.candidates.frame)).to_numpy())
    far = problem.children * (every > problem.wanted.minutes)
    count = float(far.sum())
    if count < NEXT_TO_NOTHING:
        return ()
    share = percent(count / float(problem.children.sum()))
    verb = "lives" if round(count) == 1 else "live"
    stays = "that stays" if problem.wanted.closed else "of today"
    most = f", most in {_wards(phrases.wards_of(far))}" if round(count) > 1 else ""
    return (
        Part(f"{phrases.people.of(count)} ({share})", True),
        Part(f" {verb} more than {phrases.near.minutes} from every candidate and every place {stays}{most}."),
    )


def _sentence(phrases: Phrases) -> Iterator[Part]:
    placed = phrases.placed
    figures = placed.figures
    if not len(placed.chosen):
        yield from _no_site(phrases)
        return
    names = named(phrases.site_names)
    objective = placed.problem.wanted.objective
    if objective is Objective.MEDIAN:
        before, after = figures.mean_before_min, figures.mean_after_min
        first = _shorter(phrases, names, "average", before, after, whose=phrases.whose)
    elif objective is Objective.CENTRE:
        first = _longest(phrases, names)
    else:
        first = ()
    reach = _gained(phrases, () if first else names)
    yield from spaced([tuple(first), tuple(reach), tuple(_need(phrases)), tuple(lost_words(phrases))])


def _no_site(phrases: Phrases) -> Iterator[Part]:
    """Say why no site is chosen: everybody has one, the conditions allow none, or none helps."""
    placed, figures = phrases.placed, phrases.placed.figures
    if placed.answer is not None and placed.answer.chosen is None:
        yield Part("No choice of sites keeps all conditions", True)
        yield Part(".")
    elif figures.children - figures.before < NEXT_TO_NOTHING:
        yield Part(f"All {phrases.people.of(figures.children)}{phrases.there}", True)
        yield Part(f" already live {phrases.near.within}.")
    else:
        yield Part("No new site", True)
        yield Part(f" would bring more {phrases.people.many} {phrases.near.within}.")


def _gained(phrases: Phrases, names: tuple[Part, ...]) -> Iterator[Part]:
    """Say how many come within reach, and how many of them live where children are most deprived."""
    figures, people, near = phrases.placed.figures, phrases.people, phrases.near
    if figures.gained < NEXT_TO_NOTHING:
        if figures.children - figures.before < NEXT_TO_NOTHING and figures.lost < NEXT_TO_NOTHING:
            yield Part(f"All {people.of(figures.children)}{phrases.there}", True)
            yield Part(f" already live {near.within}.")
        elif names:
            yield from (*names, Part(" would bring "), Part(f"no more {people.many}", True))
            yield Part(f" {near.within}.")
        else:
            yield from (Part(f"No more {people.many}", True), Part(f" would come within {near.minutes}."))
        return
    more = f"{number(figures.gained)} more {people.one if round(figures.gained) == 1 else people.many}"
    if names:
        yield from names
        yield Part(f" would bring {phrases.singular} within {near.minutes} of ")
        yield Part(more, True)
    else:
        yield Part(more, True)
        yield Part(f" would come within {near.minutes}")
    yield Part(f"{gained_words(phrases)}.")
    yield from higher_need_words(phrases)


def _need(phrases: Phrases) -> Iterator[Part]:
    """Say what reach becomes among those whom the choice is made for, where these are not all children."""
    figures, people = phrases.placed.figures, phrases.placed.problem.wanted.people
    if people is For.CHILDREN or not figures.weight > 0:
        return
    before, after = (part / figures.weight for part in (figures.weight_before, figures.weight_after))
    change = change_words(before, after)
    whom = phrases.placed.problem.weighing.unit
    yield Part(f"Among {whom}, reach {f'goes {change}' if change else f'stays at {percent(after)}'}.")


def _longest(phrases: Phrases, names: tuple[Part, ...]) -> tuple[Part, ...]:
    """Say how much shorter the longest way becomes; where some stay beyond the cut-off, how many do."""
    placed, figures = phrases.placed, phrases.placed.figures
    problem, cutoff_min = placed.problem, placed.problem.minutes.cutoff_min
    before, after = figures.longest_before_min, figures.longest_after_min
    beyond_now, beyond = (
        float(problem.children @ (there > cutoff_min)) for there in (problem.before_min, placed.after_min)
    )
    if beyond < NEXT_TO_NOTHING:
        return _shorter(phrases, names, "longest", before, after, beyond_now >= NEXT_TO_NOTHING)
    far = f"more than {figure(cutoff_min)} minutes from {phrases.singular}"
    change = round(beyond - beyond_now)
    than_today = f", {number(abs(change))} {'more' if change > 0 else 'fewer'} than today" if change else ""
    return (
        *names,
        Part(" would leave "),
        Part(phrases.people.of(beyond), True),
        Part(f" {far}{than_today}."),
    )


def _shorter(
    phrases: Phrases,
    names: tuple[Part, ...],
    which: str,
    before: float,
    after: float,
    over: bool = False,
    whose: str = "",
) -> tuple[Part, ...]:
    """Say by how much the average or the longest way to the nearest place becomes shorter.

    Where the way today is longer than is looked for, `over` says so: it is longer than `before`; `whose` says
    of whom it is, where not of all children alike.
    """
    way = f"the {which} {phrases.way}{whose} to {phrases.singular}"
    near = float(round(after)) if over and round(after) < before else after
    first, last = minutes_alike(before, near)
    if over:
        first = f"over {first}"
    there = f"{last} {'minute' if last == '1' else 'minutes'}"
    if before - after < FELT_MIN:
        return (*names, Part(f" would leave {way} at "), Part(there, True), Part("."))
    return (*names, Part(f" would cut {way} "), Part(f"from {first} to {there}", True), Part("."))


def _wards(people: pd.Series) -> str:
    """Name the ward with most, and a second one where enough live there."""
    enough = people[people >= WORTH_NAMING * people.sum()]
    return listed([str(name) for name in enough.index[:WARDS_NAMED]] or [str(people.index[0])])


def _differences(best: Placed, other: Placed) -> Iterator[str]:
    """Yield what another choice does more or less of than the best one."""
    ours, theirs, objective = best.figures, other.figures, best.problem.wanted.objective
    if objective in (Objective.MEDIAN, Objective.CENTRE):
        which = "average" if objective is Objective.MEDIAN else "longest"
        way = f"way{whose_words(best.problem)}" if objective is Objective.MEDIAN else "way"
        longer = (
            theirs.mean_after_min - ours.mean_after_min
            if objective is Objective.MEDIAN
            else theirs.longest_after_min - ours.longest_after_min
        )
        if abs(longer) < FELT_MIN:
            yield f"the {which} {way} is as long"
        else:
            (size,) = minutes_alike(abs(longer))
            unit = "minute" if size == "1" else "minutes"
            yield f"the {which} {way} is {size} {unit} {'longer' if longer > 0 else 'shorter'}"
    yield f"{_more(theirs.after - ours.after)} within reach"
    if best.problem.reach.fifths is not None:
        yield f"{_more(theirs.higher_after - ours.higher_after)} of higher need"


def _more(change: float) -> str:
    """Write how many children more or fewer."""
    count = abs(round(change))
    if not count:
        return "as many children"
    noun = "child" if count == 1 else "children"
    return f"{number(count)} {'more' if change > 0 else 'fewer'} {noun}"
