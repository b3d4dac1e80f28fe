"""What else could be chosen: sites that do nearly as well, and a choice that is fairer or reaches more."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from data.errors import SourceError
from models.placement import Placed
from models.placement_asked import For, Objective
from models.placement_problem import Problem, fair_weight
from models.placement_solve import work_of
from models.placement_weights import Weighing
from models.siting import Answer, Siting, no_sites
from models.siting_near import NearSets, near_sets
from models.siting_near_look import Stop
from models.siting_tree import Watch


@dataclass(frozen=True, eq=False)
class Price:
    """What it costs to count children of higher need more than others.

    Attributes
    ----------
    efficient, fair
        The choice that reaches most children, and the one that counts the share of children of higher need
        beside that of all.
    frame
        One row each, index "efficient" and "fair": `children` and `higher_need` within reach, with the places
        of today; `worst_ward`, the code of the ward with the smallest share of children within reach, and
        `worst_share`, missing without wards; `gini` of reach over children.
    """

    efficient: Placed
    fair: Placed
    frame: pd.DataFrame

    @property
    def proven(self) -> bool:
        """Whether both are proven to be the best."""
        return all(one.answer is not None and one.answer.proven for one in (self.efficient, self.fair))

    @property
    def children(self) -> float:
        """How many children fewer the fair choice reaches."""
        return float(self.frame.at["efficient", "children"] - self.frame.at["fair", "children"])

    @property
    def higher_need(self) -> float:
        """How many children in areas of higher need more it reaches."""
        return float(self.frame.at["fair", "higher_need"] - self.frame.at["efficient", "higher_need"])


def alternatives(
    problem: Problem, answer: Answer, within: float = 0.01, most: int = 10, stop: Stop | None = None
) -> NearSets:
    """Find other choices that do nearly as well.

    Parameters
    ----------
    problem
        The problem.
    answer
        Its best choice, and the bound.
    within
        The share that a choice may be worse than the bound at most. In covering, of what is within reach
        altogether, by today's places and new ones; in the p-median, of all ways to the nearest place; in the
        p-centre, of the longest way.
    most
        How many are told at most.
    stop
        Is asked now and then whether to take those that were found so far.

    Raises
    ------
    SourceError
        Where sites have room for only so many.
    """
    refuse_room(problem)
    wanted = problem.wanted
    if wanted.objective is Objective.CENTRE:
        return _near_centres(problem, answer, within, most, stop)
    if wanted.objective is Objective.MEDIAN:
        return near_sets(problem.siting, answer, within, most, already=None, stop=stop)
    weight = fair_weight(problem) if wanted.objective is Objective.FAIR else problem.weight
    already = float(weight[problem.today_min <= wanted.minutes].sum())
    return near_sets(problem.siting, answer, within, most, already, stop)


def refuse_room(problem: Problem) -> None:
    """Refuse a problem whose sites have room for only so many: swaps of sites alone say nothing of it.

    Raises
    ------
    SourceError
        Where any has.
    """
    if problem.capacity is not None:
        raise SourceError(
            "Choices nearly as good, and how sure one is, are not told where sites have room for so many.",
            "Leave out how many children a site can serve.",
        )


def price_of_equity(problem: Problem, watch: Watch | None = None) -> Price:
    """Set the choice that reaches most children beside the fair one, under the same conditions.

    Parameters
    ----------
    problem
        The problem; its fairness is used, and neither its objective nor for whom it is asked.
    watch
        Is asked every few steps of each of the two searches whether to stop.
    """
    wanted = replace(problem.wanted, people=For.CHILDREN, objective=Objective.COVER)
    efficient = replace(problem, wanted=wanted, weight=problem.children, weighing=_children_alone(problem))
    fair = replace(efficient, wanted=replace(wanted, objective=Objective.FAIR))
    both = {"efficient": _placed(efficient, watch), "fair": _placed(fair, watch)}
    frame = pd.DataFrame.from_dict({name: _told(placed) for name, placed in both.items()}, orient="index")
    return Price(both["efficient"], both["fair"], frame)


def _placed(problem: Problem, watch: Watch | None) -> Placed:
    solver, arguments = work_of(problem)
    answer = solver(*arguments, watch=watch)
    return Placed(problem, no_sites() if answer.chosen is None else answer.chosen, answer)


def _children_alone(problem: Problem) -> Weighing:
    """Return a weighing by children; what may not leave with the problem's own may not with this one."""
    children = problem.reach.areas["children"]
    method = "What counts are the children of an area."
    return replace(problem.weighing, people=For.CHILDREN, values=children, unit="children", method=method)


def _told(placed: Placed) -> dict[str, object]:
    """Return a row of `Price.frame`."""
    figures = placed.figures
    ward, share = figures.worst_ward_after or (pd.NA, float("nan"))
    return {
        "children": figures.after,
        "higher_need": figures.higher_after,
        "worst_ward": ward,
        "worst_share": share,
        "gini": figures.gini_after,
    }


def _near_centres(problem: Problem, answer: Answer, within: float, most: int, stop: Stop | None) -> NearSets:
    """Find the choices with which nobody is further away than a little more than the least radius.

    Those whom no candidate reaches are left out, as the radius is that of all others. Where the least radius
    is the cut-off, choices are near with which no more starts are further away than that.
    """
    if answer.chosen is None:
        return NearSets((), 0, 0, True, answer.bound)
    ways, cutoff_min = problem.minutes, problem.minutes.cutoff_min
    radius_min = min(answer.bound * (1.0 + within), cutoff_min)
    counts = (problem.weight > 0) & (problem.after_min(np.arange(len(ways.places))) <= cutoff_min)
    ceiling = np.where(counts & (problem.today_min > radius_min), 1.0, 0.0)
    near = ways.minutes <= radius_min
    start, place = ways.start[near].astype(np.intp), ways.place[near].astype(np.intp)
    rules = problem.siting.rules
    siting = Siting.of_pairs(ceiling, start, place, np.zeros(len(start)), len(ways.places), rules)
    beyond = siting.loss_of(answer.chosen)
    bound = beyond if radius_min >= cutoff_min else 0.0
    found = near_sets(siting, replace(answer, loss=beyond, bound=bound), 0.0, most, stop=stop)
    told = []
    for one in found.told:
        longest_min = min(float(problem.after_min(one.chosen)[counts].max(initial=0.0)), cutoff_min)
        more_min = max(longest_min - answer.bound, 0.0)
        short = more_min / answer.bound if answer.bound > 0 else 0.0
        told.append(replace(one, loss=longest_min, short=short))
    told.sort(key=lambda one: one.loss)
    return replace(found, told=tuple(told), bound=answer.bound)
