"""What else could be chosen: nearly as good sites, one site more, a choice that is fairer or reaches more."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from geo.travel import Floats
from models.placement import Placed
from models.placement_asked import For, Objective
from models.placement_problem import Problem, fair_weight
from models.siting import Answer, Rows, Siting, no_sites
from models.siting_near import NearSets, near_sets
from models.siting_table import table_of
from models.siting_tree import Watch, solve


@dataclass(frozen=True)
class Addition:
    """One site more.

    Attributes
    ----------
    site
        The position of the candidate.
    saved
        By how much less all lose together with it, by what the placement is asked to better.
    children, higher_need
        How many children it newly brings within reach, and how many of them in areas of higher need.
    """

    site: int
    saved: float
    children: float
    higher_need: float


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
    def children(self) -> float:
        """How many children fewer the fair choice reaches."""
        return float(self.frame.at["efficient", "children"] - self.frame.at["fair", "children"])

    @property
    def higher_need(self) -> float:
        """How many children in areas of higher need more it reaches."""
        return float(self.frame.at["fair", "higher_need"] - self.frame.at["efficient", "higher_need"])


def alternatives(problem: Problem, answer: Answer, within: float = 0.01, most: int = 10) -> NearSets:
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
    """
    wanted = problem.wanted
    if wanted.objective is Objective.CENTRE:
        return _near_centres(problem, answer, within, most)
    if wanted.objective is Objective.MEDIAN:
        return near_sets(problem.siting, answer, within, most, already=None)
    weight = fair_weight(problem) if wanted.objective is Objective.FAIR else problem.weight
    already = float(weight[problem.today_min <= wanted.minutes].sum())
    return near_sets(problem.siting, answer, within, most, already)


def savings_of(problem: Problem, chosen: Rows) -> Floats:
    """Return what each candidate saves in addition to a choice, by what the placement is asked to better.

    One a candidate, 0 for those that are chosen: children, or what else counts, that come within reach;
    minutes times these in the p-median; minutes of the longest way in the p-centre.
    """
    if problem.wanted.objective is Objective.CENTRE:
        ways, counts = problem.minutes, problem.weight > 0
        now = np.minimum(problem.after_min(chosen), ways.cutoff_min)
        with_each = np.tile(now, (len(ways.places), 1))
        with_each[ways.place, ways.start] = np.minimum(now[ways.start], ways.minutes)
        return (now - with_each)[:, counts].max(axis=1, initial=0.0)
    table = table_of(problem.siting)
    return table.gains(table.serve(np.asarray(chosen, dtype=np.intp)).least)


def best_next(problem: Problem, chosen: Rows) -> Addition | None:
    """Return the best single addition to a choice; None where no candidate that can be afforded helps.

    How many sites are asked for does not count.
    """
    saved, rules = savings_of(problem, chosen), problem.siting.rules
    if rules.cost is not None:
        saved[rules.cost[chosen].sum() + rules.cost > rules.budget * (1 + 1e-12)] = 0.0
    site = int(saved.argmax()) if len(saved) else 0
    if not saved[site : site + 1].any():
        return None
    return addition_of(problem, chosen, site)


def addition_of(problem: Problem, chosen: Rows, site: int) -> Addition:
    """Return what one candidate adds to a choice that it is not part of."""
    minutes = problem.wanted.minutes
    new = problem.after_min(np.append(chosen, site)) <= minutes
    new &= problem.after_min(chosen) > minutes
    return Addition(
        site,
        float(savings_of(problem, chosen)[site]),
        float(problem.children[new].sum()),
        float(problem.higher_need[new].sum()),
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
    efficient = replace(problem, wanted=wanted, weight=problem.children)
    fair = replace(efficient, wanted=replace(wanted, objective=Objective.FAIR))
    both = {"efficient": _placed(efficient, watch), "fair": _placed(fair, watch)}
    frame = pd.DataFrame.from_dict({name: _told(placed) for name, placed in both.items()}, orient="index")
    return Price(both["efficient"], both["fair"], frame)


def _placed(problem: Problem, watch: Watch | None) -> Placed:
    answer = solve(problem.siting, watch)
    return Placed(problem, no_sites() if answer.chosen is None else answer.chosen, answer)


def _told(placed: Placed) -> dict[str, object]:
    """Return a row of `Price.frame`."""
    problem = placed.problem
    near = placed.after_min <= problem.wanted.minutes
    wards = placed.by_ward["share"]
    known = wards[wards.index.notna()].dropna().sort_index()
    return {
        "children": float(problem.children[near].sum()),
        "higher_need": float(problem.higher_need[near].sum()),
        "worst_ward": known.index[int(known.to_numpy().argmin())] if len(known) else pd.NA,
        "worst_share": float(known.min()),
        "gini": placed.gini,
    }


def _near_centres(problem: Problem, answer: Answer, within: float, most: int) -> NearSets:
    """Find the choices with which nobody is further away than a little more than the least radius.

    Those whom no candidate reaches either are left out, as the radius is that of all others.
    """
    if answer.chosen is None:
        return NearSets((), 0, True, answer.bound)
    ways, radius = problem.minutes, answer.bound * (1.0 + within)
    every = problem.after_min(np.arange(len(ways.places)))
    counts = (problem.weight > 0) & (every <= ways.cutoff_min)
    ceiling = np.where(counts & (problem.today_min > radius), 1.0, 0.0)
    near = ways.minutes <= radius
    start, place = ways.start[near].astype(np.intp), ways.place[near].astype(np.intp)
    loss = np.zeros(len(start))
    siting = Siting.of_pairs(ceiling, start, place, loss, len(ways.places), problem.siting.rules)
    covered = near_sets(siting, replace(answer, loss=0.0, bound=0.0), 0.0, most)
    longest = [float(problem.after_min(one.chosen)[counts].max(initial=0.0)) for one in covered.told]
    told = [
        replace(one, loss=longest_min, short=_share(longest_min - answer.bound, answer.bound))
        for one, longest_min in zip(covered.told, longest, strict=True)
    ]
    told.sort(key=lambda one: one.loss)
    return replace(covered, told=tuple(told), bound=answer.bound)


def _share(part: float, whole: float) -> float:
    return max(part / whole, 0.0) if whole > 0 else 0.0
