"""What is given up and gained by another choice of sites, in rows and in words."""

from math import isnan

import numpy as np
import pandas as pd

from models.placement_curve import reached_by
from models.placement_others import Price
from models.placement_phrases import listed
from models.placement_problem import Problem
from models.reach_phrases import NEXT_TO_NOTHING
from models.siting import Rows
from models.siting_near import NearSets
from models.words import Part, few, number, percent, sentence_case

SAME_CHOICE = "The same sites are best both ways"
SAME_FOUND = "The same sites are the best found so far both ways"


def near_frame(problem: Problem, near: NearSets, chosen: Rows) -> pd.DataFrame:
    """Say of other choices what each swaps, and what it gives up.

    Parameters
    ----------
    problem
        The problem.
    near
        Choices that do nearly as well as any.
    chosen
        The choice that they are set beside; it is left out where it is one of them.

    Returns
    -------
    pandas.DataFrame
        One row a choice, best first: `ids` of its sites; `leaves` and `takes`, the names of sites that are in
        one choice only; `children` and `higher_need`, how many more are within reach than with the choice
        that they are set beside; `short` of the best that can be, as a share.
    """
    frame = problem.candidates.frame
    names = frame["name"].to_numpy()
    others = [one for one in near.told if not np.array_equal(one.chosen, chosen)]
    reached, higher = reached_by(problem, chosen), higher_reached_by(problem, chosen)
    rows = [
        {
            "ids": tuple(frame.index[one.chosen]),
            "leaves": listed(list(names[np.setdiff1d(chosen, one.chosen)])),
            "takes": listed(list(names[np.setdiff1d(one.chosen, chosen)])),
            "children": reached_by(problem, one.chosen) - reached,
            "higher_need": higher_reached_by(problem, one.chosen) - higher,
            "short": one.short,
        }
        for one in others
    ]
    return pd.DataFrame(rows, columns=["ids", "leaves", "takes", "children", "higher_need", "short"])


def near_words(near: NearSets, shown: int, within: float) -> tuple[Part, ...]:
    """Say how many other choices do nearly as well.

    Parameters
    ----------
    near
        The choices.
    shown
        How many of them are shown.
    within
        The share that they may fall short of the best that can be at most.
    """
    others = near.others
    nearly = f"within {percent(within)} of the best that can be"
    if not others:
        return (
            Part("No other choice", True),
            Part(f" {'comes' if near.complete else 'was found'} {nearly}."),
        )
    least = "" if near.complete else "at least "
    count = f"{least}{few(others)} other {'choice' if others == 1 else 'choices'}"
    told = f" {'comes' if others == 1 else 'come'} {nearly}."
    more = f" Those {few(shown)} are shown that differ most." if shown < others else ""
    return Part(sentence_case(count), True), Part(f"{told}{more}")


def higher_reached_by(problem: Problem, chosen: Rows) -> float:
    """Return how many children in areas of higher need are within the minutes; missing without any rank."""
    return float(problem.higher_need @ (problem.after_min(chosen) <= problem.wanted.minutes))


def price_words(price: Price) -> tuple[Part, ...]:
    """Say what it costs to count children of higher need more than others."""
    more, fewer = price.higher_need, price.children
    so_far = "" if price.proven else " found so far"
    if np.array_equal(price.efficient.chosen, price.fair.chosen):
        if not price.proven:
            return (Part(SAME_FOUND, True), Part(": whether being fair costs anything is not proven."))
        return (Part(SAME_CHOICE, True), Part(": being fair costs nothing here."))
    if abs(more) < NEXT_TO_NOTHING and abs(fewer) < NEXT_TO_NOTHING:
        both = f"The two choices{so_far} reach as many children"
        return (Part(both, True), Part(", and as many of higher need."))
    gain = f"{number(max(more, 0.0))} more children of higher need"
    cost = f"{number(fewer)} fewer children altogether" if fewer >= NEXT_TO_NOTHING else "no fewer altogether"
    return Part(f"The fair choice{so_far}"), Part(f" reaches {gain}", True), Part(f", and {cost}.")


def moves_frame(closed: pd.DataFrame, moved: pd.DataFrame) -> pd.DataFrame:
    """Put beside each other what closing each place of today loses, and what moving it gains.

    Parameters
    ----------
    closed, moved
        As `models.placement_today.closing` and `relocations` return them.

    Returns
    -------
    pandas.DataFrame
        One row a place, index place id, the one whose move brings most children within reach first: `name`,
        `children_lost` and `higher_need_lost` if it closes, `to_name`, `children_net` and `higher_need_net`
        if it moves there.
    """
    both = closed[["name", "children_lost", "higher_need_lost"]].join(
        moved[["to_name", "children_net", "higher_need_net"]]
    )
    return both.sort_values(["children_net", "children_lost"], ascending=False, kind="stable")


def moves_words(moves: pd.DataFrame) -> tuple[Part, ...]:
    """Say which move of a place of today helps most, and whose closing loses most."""
    best, worst = moves.iloc[0], moves.loc[moves["children_lost"].idxmax()]
    lost = worst["children_lost"]
    closing = (
        f" Closing {worst['name']} would put {number(lost)} children out of reach."
        if lost >= NEXT_TO_NOTHING
        else " Closing any one would put nobody out of reach."
    )
    if best["children_net"] < NEXT_TO_NOTHING:
        return (
            Part("No move of one place", True),
            Part(f" brings more children within reach.{closing}"),
        )
    return (
        Part(f"Moving {best['name']} to {best['to_name']} would bring "),
        Part(f"{number(best['children_net'])} more children", True),
        Part(f" within reach, those who lose it taken off{_need_words(best['higher_need_net'])}.{closing}"),
    )


def _need_words(higher_need: float) -> str:
    """Say what a move does to children of higher need, as it may be paid for by them, where it is known."""
    if isnan(higher_need) or abs(higher_need) < NEXT_TO_NOTHING:
        return ""
    many = number(abs(higher_need))
    return f", and {many} more of higher need" if higher_need > 0 else f", but {many} fewer of higher need"
