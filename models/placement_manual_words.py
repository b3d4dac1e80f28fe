"""Say in words whom sites reach that somebody put down by hand, and how near they come to the best choice."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from geo.area_table import AreaTable
from geo.builds import Build
from geo.travel import Means
from models.explain import Explanation
from models.placement import Placed
from models.placement_asked import For, Objective
from models.placement_caveats import unknown_words
from models.placement_manual import ByHand, saved_of
from models.placement_method import method_of
from models.placement_phrases import Phrases, gained_words, higher_need_words, lost_words
from models.placement_problem import Problem
from models.reach_phrases import NEXT_TO_NOTHING, spaced
from models.words import Part, distance, few, figure, number, percent

FREE_OF_CONDITIONS: Final = "A budget and other conditions bind the best choice, not your sites."
AT_M: Final = 10.0
"""Nearer than this to a building is at it."""

FELT_MIN: Final = 0.05
"""A way that changes by less than this is the same in words."""

EVEN: Final = 1e-6
"""The share of what is possible from which on there is no difference."""


def explain_by_hand(hand: ByHand, build: Build, best: Placed | None) -> Explanation:
    """Say whom the sites reach, how much of what is possible that is, and how both are worked out.

    Parameters
    ----------
    hand
        The sites; none is what there is today.
    build
        The build that they are put down in.
    best
        The best choice of as many; None where it is not known.
    """
    phrases = Phrases(hand.placed, build.areas)
    means = hand.problem.reach.means_words
    offered = Phrases(Placed(hand.problem, np.empty(0, dtype=np.intp)), build.areas)
    method = tuple(method_of(offered, build))
    if not len(hand.near):
        return Explanation(tuple(_today(hand, phrases)), (means, *unknown_words(phrases)), method)
    by_minutes = hand.problem.wanted.objective in (Objective.MEDIAN, Objective.CENTRE)
    first = tuple((_minutes_of if by_minutes else _gained)(hand, phrases))
    beside = () if best is None else tuple(_beside(hand, best))
    caveats = (*_caveats(hand, best), means, *unknown_words(phrases), phrases.not_said)
    return Explanation(spaced([first, tuple(lost_words(phrases)), beside]), caveats, method)


def one_more_words(hand: ByHand) -> tuple[Part, ...]:
    """Say which candidate adds most to the sites."""
    more = hand.one_more
    if more is None:
        return (Part("No candidate adds anything to that."),)
    named = Part("Best for one more: "), Part(more.name, True)
    objective = hand.problem.wanted.objective
    if objective is Objective.MEDIAN:
        return *named, Part(f", {_minutes(more.saved / hand.problem.weight.sum())} less on average.")
    if objective is Objective.CENTRE:
        return *named, Part(f", {_minutes(more.saved)} less for those furthest away.")
    return *named, Part(
        f", {number(more.children)} more {'child' if round(more.children) == 1 else 'children'}."
    )


def site_words(hand: ByHand, site_id: str, areas: AreaTable) -> str:
    """Say where a site lies, or what is the matter with it."""
    site = hand.sites.loc[site_id]
    if trouble := _trouble(hand, site_id):
        return trouble
    if site["near_id"]:
        away = "at" if site["near_m"] < AT_M else f"{distance(site['near_m'])} from"
        return f"{away} {site['near_name']}"
    return str(areas.frame.at[site["area_code"], "area_name"])


def _trouble(hand: ByHand, site_id: str) -> str:
    """Say why nobody, or not everybody, who would reach a site is counted; nothing where nothing is amiss."""
    site, means = hand.near.loc[site_id], hand.problem.minutes.means
    if site["cut_off"]:
        if means is Means.NETWORK:
            return "no road leads here from any home"
        return "no supplied times lead here" if means is Means.MATRIX else "no home is near enough"
    return "outside the areas that are looked at, beyond which no children count" if site["outside"] else ""


def _today(hand: ByHand, phrases: Phrases) -> Iterator[Part]:
    """Say who is within reach without a new site, and how one is put down."""
    figures = hand.placed.figures
    if figures.children > 0:
        yield Part(
            f"{percent(figures.share_after)} of {phrases.people.of(figures.children)}{phrases.there}", True
        )
        yield Part(f" live {phrases.near.within} today. ")
    yield Part("Press the map where one could open, or choose a building by name.")


def _gained(hand: ByHand, phrases: Phrases) -> Iterator[Part]:
    """Say how many children come within reach, and how many of them are of higher need."""
    problem, figures = hand.problem, hand.placed.figures
    yield Part(_ours(hand, "bring", "brings"))
    within = f" within {phrases.near.minutes} of {phrases.singular}"
    if figures.gained < NEXT_TO_NOTHING:
        yield Part("nobody more", True)
        yield Part(f"{within}.")
        return
    one = round(figures.gained) == 1
    yield Part(f"{number(figures.gained)} more {phrases.people.one if one else phrases.people.many}", True)
    yield Part(f"{within}{gained_words(phrases)}.")
    if problem.wanted.people is not For.CHILDREN:
        yield Part(f" That is {number(float(problem.weight @ hand.placed.newly))} {problem.weighing.unit}.")
        return
    yield from higher_need_words(phrases)


def _minutes_of(hand: ByHand, phrases: Phrases) -> Iterator[Part]:
    """Say how long the way to the nearest is on average, or at most."""
    figures = hand.placed.figures
    at_most = hand.problem.wanted.objective is Objective.CENTRE
    now, then = (
        (figures.longest_before_min, figures.longest_after_min)
        if at_most
        else (figures.mean_before_min, figures.mean_after_min)
    )
    yield Part(_ours(hand, "make", "makes"))
    which = "longest way" if at_most else f"average way{phrases.whose}"
    yield Part(f"the {which} to {phrases.singular} ")
    felt = abs(now - then) >= FELT_MIN
    by = f"{_minutes(abs(now - then))} {'shorter' if now > then else 'longer'}"
    yield Part(by if felt else "no shorter", True)
    cut_off = at_most and then >= hand.problem.minutes.cutoff_min
    yield Part(f": {figure(then)} minutes or more." if cut_off else f": {_minutes(then)}.")


def _beside(hand: ByHand, best: Placed) -> Iterator[Part]:
    """Compare with the best choice of as many sites."""
    problem, count = hand.problem, len(hand.near)
    share = hand.share_of(best)
    if np.isnan(share):
        yield Part("No candidate would do any better.")
        return
    proven = best.answer is None or best.answer.proven
    best_of, found = f"{_best(problem)} {few(count) if count > 1 else 'single'}", "" if proven else " found"
    do = "do" if count > 1 else "does"
    if share >= 1 - EVEN:
        yield Part(f"The {best_of} candidate{'s' if count > 1 else ''}{found} ")
        yield Part(f"{do} no better" if share < 1 + EVEN else f"{do} less", True)
        yield Part(".")
        return
    one = "" if count > 1 else " site"
    yield Part(f"The {best_of}{one}{found} would {_of_best(problem, best)}: yours {do} ")
    yield Part(f"{percent(share)} of what is possible", True)
    yield Part(".")


def _best(problem: Problem) -> str:
    return "fairest" if problem.wanted.objective is Objective.FAIR else "best"


def _of_best(problem: Problem, best: Placed) -> str:
    """Say what the best choice does, in the unit of what is asked for."""
    wanted, saved = problem.wanted, saved_of(best)
    gained = round(float(problem.children @ best.newly))
    if wanted.objective is Objective.MEDIAN:
        return f"save {_minutes(saved / problem.weight.sum())}"
    if wanted.objective is Objective.CENTRE:
        return f"save {_minutes(saved)}"
    if wanted.objective is Objective.FAIR:
        if problem.reach.fifths is None:
            return f"bring {number(gained)}"
        higher = round(float(problem.higher_need @ best.newly))
        some = "all" if 0 < higher == gained else number(higher) if higher else "none"
        return f"bring {number(gained)}, {some} of them of higher need"
    if wanted.people is For.CHILDREN:
        return f"reach {number(gained)}"
    return f"reach {number(float(problem.weight @ best.newly))} {problem.weighing.unit}"


def _caveats(hand: ByHand, best: Placed | None) -> Iterator[str]:
    for number_, site_id in enumerate(hand.near.index, start=1):
        if trouble := _trouble(hand, site_id):
            yield f"Site {number_}: {trouble}."
    if best is not None and best.answer is not None and not best.answer.proven:
        yield "Whether the best choice that was found is the best is not proven."
    wanted = hand.problem.wanted
    if best is not None and wanted.has_conditions:
        yield FREE_OF_CONDITIONS


def _ours(hand: ByHand, several: str, one: str) -> str:
    count = len(hand.near)
    return f"Your {few(count)} sites {several} " if count > 1 else f"Your site {one} "


def _minutes(minutes: float) -> str:
    shown = f"{minutes:.1f}"
    return f"{shown} minute{'' if shown == '1.0' else 's'}"
