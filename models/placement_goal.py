"""What a choice of sites comes to, and how much better any could be, in people or minutes.

A solver tells what is lost; who is within reach is what is told, and what a gap is a share of.
"""

from dataclasses import dataclass
from typing import Final

from geo.travel import Means
from models.placement_asked import For, Objective
from models.placement_problem import Problem, fair_weight

_LEAST: Final = 0.0005


@dataclass(frozen=True)
class Goal:
    """What a choice comes to by what is made as good as can be, and how good any choice could be.

    Attributes
    ----------
    unit
        What is counted or measured.
    value, bound
        Of the choice, and of any choice at best.
    more
        Whether more is better.
    """

    unit: str
    value: float
    bound: float
    more: bool

    @property
    def gap(self) -> float:
        """By which share of the value another choice could be better at most."""
        apart = abs(self.bound - self.value)
        return apart / abs(self.value) if self.value else (float("inf") if apart else 0.0)


def goal_of(problem: Problem, loss: float, bound: float) -> Goal:
    """Return what a choice comes to by the objective; who is within reach counts the places of today too.

    Parameters
    ----------
    problem
        The problem.
    loss
        What all lose together with the choice, as its solver counts it.
    bound
        What they lose at least with any choice; nothing less than 0 can be lost.
    """
    bound = max(bound, 0.0)
    whole, of = float(problem.weight.sum()), problem.weighing.unit
    if problem.wanted.objective is Objective.CENTRE:
        return Goal("minutes, the longest way to the nearest place", loss, bound, more=False)
    if problem.wanted.objective is Objective.MEDIAN:
        unit = f"minutes, the mean way of {of} to the nearest place"
        return Goal(unit, loss / whole, bound / whole, more=False)
    if problem.wanted.objective is Objective.FAIR:
        whole = float(fair_weight(problem).sum())
        unit = f"share of {of} within reach, that of higher need counted beside that of all"
        return Goal(unit, 1.0 - loss / whole, 1.0 - bound / whole, more=True)
    return Goal(f"{of} within reach", whole - loss, whole - bound, more=True)


def could_words(problem: Problem, goal: Goal) -> str:
    """Say how much better another choice could be at most: "could reach at most 1.0% more children"."""
    objective, most = problem.wanted.objective, share_words(goal.gap)
    if objective is Objective.CENTRE:
        return f"could shorten the longest {way_of(problem)} by at most {most}"
    if objective is Objective.MEDIAN:
        return f"could shorten the average {way_of(problem)}{whose_words(problem)} by at most {most}"
    if not goal.value > 0:
        return "may be better"
    if objective is Objective.FAIR:
        return f"could be at most {most} better by this weighing"
    return f"could reach at most {most} more {problem.weighing.unit}"


def share_words(share: float) -> str:
    """Write a share that is left to prove: a small one is never written as none."""
    return f"{max(share, _LEAST):,.1%}"


def way_of(problem: Problem) -> str:
    """Return what a way is called: "walk", or "journey" where supplied times do not say how it is made."""
    return "journey" if problem.minutes.means is Means.MATRIX else "walk"


def whose_words(problem: Problem) -> str:
    """Say of whom a mean is that is weighed: " of children in families of low income"; else nothing."""
    return "" if problem.wanted.people is For.CHILDREN else f" of {problem.weighing.unit}"
