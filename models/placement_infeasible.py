"""Why no choice of sites keeps all conditions, whom no candidate reaches, and what would help."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd

from data.errors import InfeasibleError, first_few
from geo.travel import Floats
from models.placement_problem import Marks, Problem, rules_of
from models.reach_phrases import NEXT_TO_NOTHING, Near
from models.siting import WITHIN_BUDGET, Rows, Rules
from models.siting_table import mark
from models.solver import EXACT, Solver
from models.words import number

A_WHILE_S: Final = 2.0
"""How long the number of sites is looked for that reach everybody who can be reached."""

Fault = tuple[str, str]
"""What is wrong, and what would help."""


def check_feasible(problem: Problem, ward_names: Mapping[str, str] | None = None) -> None:
    """Refuse conditions that no choice of sites keeps.

    Parameters
    ----------
    problem
        The problem.
    ward_names
        The names of wards by code; a ward without one is told by its code.

    Raises
    ------
    InfeasibleError
        With all that is in the way, and for each the smallest change that helps.
    """
    faults = list(_faults(problem, ward_names or {}))
    if faults:
        raise InfeasibleError(
            " ".join(message for message, _ in faults), " ".join(dict.fromkeys(hint for _, hint in faults))
        )


def _faults(problem: Problem, ward_names: Mapping[str, str]) -> Iterator[Fault]:
    wanted, rules = problem.wanted, rules_of(problem)
    empty = [code for code, group in zip(wanted.wards, rules.one_of, strict=True) if not len(group)]
    if empty:
        names = first_few(ward_names.get(code, code) for code in empty)
        yield (
            f"No candidate site lies in {names}, where there has to be one.",
            f"Choose more kinds of building, or leave the {'ward' if len(empty) == 1 else 'wards'} out.",
        )
    yield from _faults_of_counts(problem)
    if rules.spending is not None:
        yield from _faults_of_budget(rules, rules.spending)


def _faults_of_counts(problem: Problem) -> Iterator[Fault]:
    """Tell more sites that are needed than there may be, and fewer candidates than exactly so many sites."""
    wanted, rules = problem.wanted, rules_of(problem)
    count, required, wards = len(problem.candidates.frame), len(rules.required), len(_owed(rules))
    if wanted.exactly and count < wanted.sites:
        there = "is only one candidate" if count == 1 else f"are only {number(count)} candidates"
        yield (
            f"Exactly {number(wanted.sites)} sites are asked for, and there {there}.",
            f"Ask for {_sites(count)}, or choose more kinds of building.",
        )
    needed = required + wards
    if needed > wanted.sites:
        needs = [f"{_sites(required)} {_are(required)} required"] if required else []
        if wards:
            more = "more " if required else ""
            needs.append(f"{number(wards)} {more}{'ward has' if wards == 1 else 'wards have'} to have one")
        sites = f", which takes {_sites(needed)}" if required and wards else ""
        asked = f"{_sites(wanted.sites)} {_are(wanted.sites)} asked for"
        yield (
            f"{' and '.join(needs).capitalize()}{sites}, but {asked}.",
            f"Ask for {_sites(needed)}, or leave out {number(needed - wanted.sites)} of these conditions.",
        )


def _faults_of_budget(rules: Rules, cost: Floats) -> Iterator[Fault]:
    """Tell a budget that is too small for what has to be chosen, or for any site at all."""
    needed = _cheapest(rules, cost)
    alone, spent = float(cost[rules.required].sum()), float(cost[needed].sum())
    if alone > rules.budget * WITHIN_BUDGET:
        spent = alone
        what = (
            "The required site alone costs" if len(rules.required) == 1 else "The required sites alone cost"
        )
    elif len(needed) == 1:
        what = "The cheapest site that could be chosen costs"
    else:
        what = f"The cheapest {number(len(needed))} sites that keep the other conditions cost"
    if spent > rules.budget * WITHIN_BUDGET:
        short = _pounds(spent - rules.budget)
        yield (
            f"{what} {_pounds(spent)}, which is {short} more than the budget of {_pounds(rules.budget)}.",
            f"Raise the budget by {short}, or ask for cheaper or fewer sites.",
        )


def _cheapest(rules: Rules, cost: Floats) -> Rows:
    """Return the cheapest sites that keep all conditions but the budget, one at least."""
    chosen = [int(site) for site in rules.required]
    chosen += [int(group[cost[group].argmin()]) for group in _owed(rules) if len(group)]
    rest = [int(site) for site in np.argsort(cost, kind="stable") if int(site) not in chosen]
    return np.array(chosen + rest[: max(rules.least - len(chosen), 0 if chosen else 1)], dtype=np.intp)


def _owed(rules: Rules) -> list[Rows]:
    """Return the candidates of each ward that has to have a site and no required one."""
    return [group for group in rules.one_of if not np.isin(group, rules.required).any()]


def _sites(count: int) -> str:
    return f"{number(count)} {'site' if count == 1 else 'sites'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _pounds(amount: float) -> str:
    return f"£{amount:,.0f}" if float(amount).is_integer() else f"£{amount:,.2f}"


@dataclass(frozen=True, eq=False)
class Unreachable:
    """Whom neither a place that is there nor any candidate reaches, and what would help.

    Attributes
    ----------
    areas
        Children beyond reach, of those areas that are looked at where there are any; index area code.
    near
        How near is near enough.
    minutes_needed
        Within how many minutes all of them would have a candidate, but for those who have none at all within
        the cut-off; missing where that is nobody.
    children_beyond
        How many of the children have no candidate at all within the cut-off.
    sites_needed
        How many new sites would reach everybody whom a candidate can reach, with those that are required; 0
        where nobody has to be reached.
    sites_exact
        Whether so many are enough; at least so many are needed otherwise. With 0 sites nothing was found out
        in time that the conditions do not say themselves.
    closing
        Whether some places of today are taken to close: then it is told of those that stay.
    """

    areas: pd.Series
    near: Near
    minutes_needed: float | None
    children_beyond: float
    sites_needed: int
    sites_exact: bool
    closing: bool = False

    @property
    def children(self) -> float:
        """How many children are beyond reach."""
        return float(self.areas.sum())

    @property
    def notes(self) -> tuple[str, ...]:
        """What has to be known of it, in sentences; none where candidates reach everybody."""
        if not len(self.areas):
            return ()
        many = f"{number(self.children)} {'child' if round(self.children) == 1 else 'children'}"
        areas = "a small area" if len(self.areas) == 1 else f"{number(len(self.areas))} small areas"
        place = f"no place {'that stays' if self.closing else 'of today'}"
        said = [f"No candidate and {place} is within {self.near.minutes} of {many} in {areas}."]
        if self.minutes_needed is not None:
            whole = replace(self.near.asked, minutes=float(np.ceil(self.minutes_needed)))
            left = f" but {number(self.children_beyond)}" if self.children_beyond >= NEXT_TO_NOTHING else ""
            said.append(
                f"Within {replace(self.near, asked=whole).minutes} all{left} of them would have a candidate."
            )
        return tuple(said)

    @property
    def sites_words(self) -> str:
        """How many sites reach everybody who can be reached, in a sentence; empty where it tells nothing."""
        if not self.sites_needed:
            return ""
        least = "" if self.sites_exact else "At least "
        many = f"{least}{number(self.sites_needed)} new {'site' if self.sites_needed == 1 else 'sites'}"
        return f"{many} would reach everybody whom candidates can reach."


def out_of_any_reach(problem: Problem, seconds: float = A_WHILE_S) -> Unreachable:
    """Tell whom no candidate reaches within the minutes, and what would reach all who can be reached.

    Parameters
    ----------
    problem
        The problem; only children of areas where their number is known count.
    seconds
        How long the number of sites is looked for.
    """
    wanted, costs = problem.wanted, problem.minutes
    nearest = np.full(len(problem.children), np.inf)
    np.minimum.at(nearest, costs.start, costs.minutes)
    lacking = (problem.children > 0) & (problem.today_min > wanted.minutes)
    out = lacking & (nearest > wanted.minutes)
    children = pd.Series(problem.children[out]).groupby(costs.starts["area_code"].to_numpy()[out]).sum()
    some = nearest[out & np.isfinite(nearest)]
    sites, exact = sites_to_reach_all(problem, lacking & ~out, seconds)
    return Unreachable(
        areas=children.rename("children").rename_axis("area_code"),
        near=Near(wanted.asked, costs.means),
        minutes_needed=float(some.max()) if len(some) else None,
        children_beyond=float(problem.children[out & ~np.isfinite(nearest)].sum()),
        sites_needed=sites,
        sites_exact=exact,
        closing=bool(wanted.closed),
    )


def sites_to_reach_all(problem: Problem, lacking: Marks, seconds: float) -> tuple[int, bool]:
    """Return how many sites reach all of some starts, or at least how many, and which of both it is.

    At least 0 where no more are known to be needed than the conditions ask for.
    """
    from scipy import sparse

    if not lacking.any():
        return 0, True
    rules, costs, count = rules_of(problem), problem.minutes, len(problem.candidates.frame)
    near = lacking[costs.start] & costs.within(problem.wanted.minutes)
    start, place = costs.start[near], costs.place[near]
    groups = [group for group in rules.one_of if len(group)]
    owed = np.repeat(np.arange(len(groups)), [len(group) for group in groups])
    rows = np.unique(np.concatenate([start, len(lacking) + owed]), return_inverse=True)[1]
    columns = np.concatenate([place, *groups]).astype(np.intp)
    matrix = sparse.csr_matrix((np.ones(len(rows)), (rows, columns)), (int(rows.max()) + 1, count))
    low, high = np.ones(matrix.shape[0]), np.full(matrix.shape[0], np.inf)
    solver = Solver(matrix, low, high, mark(rules.required, count).astype(float), np.ones(count))
    solver.aim(np.ones(count))
    least, exact = solver.least_whole(seconds)
    asked = max(len(rules.required) + len(_owed(rules)), 1)
    needed = int(np.ceil(max(least, asked) - EXACT))
    return (needed if exact or needed > asked else 0), exact
