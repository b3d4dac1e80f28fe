"""What a choice of sites comes to, and how good any could be, in people or minutes."""

from dataclasses import dataclass

from models.placement_asked import Objective
from models.placement_problem import Problem, fair_weight
from models.siting import Answer


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


def goal_of(problem: Problem, answer: Answer) -> Goal:
    """Return what an answer comes to by the objective.

    A solver counts what is lost; covering is told by who is within reach, with the places of today.
    """
    whole, of = float(problem.weight.sum()), problem.weighing.unit
    if problem.wanted.objective is Objective.CENTRE:
        return Goal("minutes, the longest way to the nearest place", answer.loss, answer.bound, more=False)
    if problem.wanted.objective is Objective.MEDIAN:
        unit = f"minutes, the mean way of {of} to the nearest place"
        return Goal(unit, answer.loss / whole, answer.bound / whole, more=False)
    if problem.wanted.objective is Objective.FAIR:
        whole = float(fair_weight(problem).sum())
        unit = f"share of {of} within reach, that of higher need counted beside that of all"
        return Goal(unit, 1.0 - answer.loss / whole, 1.0 - answer.bound / whole, more=True)
    return Goal(f"{of} within reach", whole - answer.loss, whole - answer.bound, more=True)
