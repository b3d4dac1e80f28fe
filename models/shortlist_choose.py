"""The wards of most value that keep to a spread and a budget, and what those rules give up.

At most `count` wards are chosen, at most so many of them in one place, all together within a budget, so that
their values add up to as much as can be. Without a budget the rules are a matroid (at most so many of each
place, at most so many of all), and taking the ward of most value that still fits, one by one, is exact
(Edmonds 1971). With a budget it is a multiple-choice knapsack, and an integer programme is solved.

Sources
-------
J. Edmonds, Matroids and the greedy algorithm, Mathematical Programming 1, 1971. H. Kellerer, U. Pferschy and
D. Pisinger, Knapsack Problems, Springer 2004. On choosing a portfolio by additive value: A. Salo, J. Keisler
and A. Morton, Portfolio Decision Analysis, Springer 2011.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from math import inf
from time import monotonic
from typing import Final

import numpy as np
import pandas as pd

from models.shortlist_choose_checks import check_rules
from models.shortlist_rules import Rules, Wards, wards_of
from models.shortlist_whole import SHARP, Marks, Table, WholeProgramme
from models.solver import Floats

A_WHILE_S: Final = 5.0
"""How long the wards of most value are looked for, with what each rule gives up."""


class Rule(StrEnum):
    """A rule whose price is told."""

    SPREAD = "spread"
    BUDGET = "budget"
    REQUIRED = "required"


@dataclass(frozen=True)
class GivenUp:
    """What rules give up beside the choice without them.

    Attributes
    ----------
    rules
        The rules that are left out of the other choice.
    value
        By how much the other choice has more value; never below 0.
    comes_in, stays_out
        Who is chosen only with the rules, and who only without them: codes, the most value first.
    proven
        Whether neither choice can be better.
    """

    rules: tuple[Rule, ...]
    value: float
    comes_in: tuple[str, ...]
    stays_out: tuple[str, ...]
    proven: bool


@dataclass(frozen=True)
class Chosen:
    """The wards that are chosen.

    Attributes
    ----------
    codes
        Their codes, the most value first and by code where values are equal.
    value
        What their values add up to.
    cost_gbp
        What they cost together in pounds; None where no costs are known.
    proven
        Whether no other wards that keep to the rules have more value.
    gap
        By how much other wards could have more value at most; 0 where it is proven.
    rules
        What they keep to.
    without_cost, without_value
        Who could not be chosen as their cost, or their value, is missing; by code.
    together
        What all rules together give up; None where there is none to leave out.
    alone
        What each rule gives up where the others stay; empty unless there are several.
    """

    codes: tuple[str, ...]
    value: float
    cost_gbp: float | None
    proven: bool
    gap: float
    rules: Rules = field(repr=False)
    without_cost: tuple[str, ...] = ()
    without_value: tuple[str, ...] = ()
    together: GivenUp | None = None
    alone: tuple[GivenUp, ...] = ()


def choose(
    value: pd.Series, rules: Rules, names: Mapping[str, str] | None = None, *, seconds: float = A_WHILE_S
) -> Chosen:
    """Choose the wards whose values add up to the most within the rules.

    Among choices of equal value the cheaper one is taken, then the one of more wards, then the one whose
    codes come first. Values that differ by less than a billionth of the highest are equal. The order of rows
    does not matter.

    Parameters
    ----------
    value
        The value of each ward, 0 or more; index code. Who lacks one cannot be chosen.
    rules
        The rules.
    names
        The names of wards by code, for what is said where nobody can be chosen.
    seconds
        How long to look where there is a budget.

    Raises
    ------
    InfeasibleError
        When nobody can be chosen under the rules: with every rule that is in the way, and what would help.

    Examples
    --------
    >>> places = pd.Series({"a": "north", "b": "north", "c": "south"})
    >>> chosen = choose(pd.Series({"a": 90.0, "b": 80.0, "c": 20.0}), Rules(2, in_one=1, places=places))
    >>> chosen.codes, chosen.value, chosen.together.stays_out
    (('a', 'c'), 110.0, ('b',))
    """
    wards = wards_of(value, rules)
    check_rules(wards, rules, names or {})
    until = monotonic() + seconds
    best = _best(wards, rules, until)
    chosen = Chosen(
        codes=best.codes(wards),
        value=best.value,
        cost_gbp=wards.cost_of(best.picked) if wards.priced else None,
        proven=best.gap == 0,
        gap=best.gap,
        rules=rules,
        without_cost=wards.without_cost,
        without_value=wards.without_value,
    )
    active = _active(rules)
    if not active:
        return chosen
    together = _given_up(wards, rules, best, active, until)
    alone = [_given_up(wards, rules, best, [rule], until) for rule in active] if len(active) > 1 else []
    return replace(chosen, together=together, alone=tuple(alone))


@dataclass(frozen=True, eq=False)
class _Best:
    """The places in the table of those who are chosen, what their values add up to, and the gap."""

    picked: tuple[int, ...]
    value: float
    gap: float

    def codes(self, wards: Wards) -> tuple[str, ...]:
        return wards.codes_of(self.picked)


def _active(rules: Rules) -> list[Rule]:
    there = {
        Rule.SPREAD: rules.in_one is not None,
        Rule.BUDGET: rules.budget_gbp is not None,
        Rule.REQUIRED: bool(rules.required),
    }
    return [rule for rule, is_there in there.items() if is_there]


def _given_up(wards: Wards, rules: Rules, best: _Best, left_out: Sequence[Rule], until: float) -> GivenUp:
    """Compare the choice with the one in which some rules are left out."""
    looser = replace(
        rules,
        in_one=None if Rule.SPREAD in left_out else rules.in_one,
        budget_gbp=None if Rule.BUDGET in left_out else rules.budget_gbp,
    )
    free = wards.whatever_they_cost() if Rule.BUDGET in left_out else wards
    if Rule.REQUIRED in left_out:
        free = replace(free, required=np.zeros_like(wards.required))
    other = _best(free, looser, until)
    if other.value <= best.value * (1 + SHARP):  # the choice itself keeps to the looser rules
        other = _Best(best.picked, best.value, max(other.value + other.gap - best.value, 0.0))
    only_here = set(best.picked) - set(other.picked)
    only_there = set(other.picked) - set(best.picked)
    return GivenUp(
        tuple(left_out),
        other.value - best.value,
        wards.codes_of(only_here),
        wards.codes_of(only_there),
        best.gap == 0 and other.gap == 0,
    )


def _best(wards: Wards, rules: Rules, until: float) -> _Best:
    picked = _one_by_one(wards, rules)
    if rules.budget_gbp is None or wards.cost_of(picked) <= rules.spendable:
        return _Best(picked, wards.value_of(picked), 0.0)
    return _Knapsack(wards, rules).solve(until)


def _one_by_one(wards: Wards, rules: Rules) -> tuple[int, ...]:
    """Take who has to be chosen, then the ward of most value that fits: exact where there is no budget."""
    order = np.lexsort((np.arange(len(wards.value)), wards.cost_or_nothing, -wards.value))
    picked = [n for n in range(len(wards.value)) if wards.required[n]]
    held = Counter(wards.place[n] for n in picked)
    most = len(wards.value) if rules.in_one is None else rules.in_one
    for n in order.tolist():
        if len(picked) == rules.count:
            break
        worth = wards.value[n] > 0 or wards.cost_or_nothing[n] == 0
        if wards.may[n] and not wards.required[n] and held[wards.place[n]] < most and worth:
            picked.append(n)
            held[wards.place[n]] += 1
    return tuple(picked)


def _never_needed(wards: Wards, rules: Rules) -> Marks:
    """Tell who can always be replaced by somebody of the same place who is no worse in any respect.

    Where as many others as may be chosen there have no less value, cost no more and come first where both
    are equal, one of them is always free to take a ward's part.
    """
    needless = np.zeros(len(wards.value), dtype=bool)
    in_one = len(wards.value) if rules.in_one is None else rules.in_one
    place = wards.place if rules.in_one is not None else np.zeros_like(wards.place)
    spare = wards.may & ~wards.required
    for each in np.unique(place[spare]):
        here = np.flatnonzero(spare & (place == each))
        ranked = here[np.lexsort((here, wards.cost[here], -wards.value[here]))]
        cost = wards.cost[ranked]
        cheaper = np.tril(cost[None, :] <= cost[:, None], -1).sum(axis=1)
        needless[ranked[cheaper >= min(in_one, rules.count)]] = True
    return needless


class _Knapsack:
    """The programme of a budget: a column for each ward that may be chosen, a row for each rule."""

    def __init__(self, wards: Wards, rules: Rules) -> None:
        self.wards, self.rules = wards, rules
        self.wards_in = np.flatnonzero(wards.may & ~_never_needed(wards, rules))
        value, cost = wards.value[self.wards_in], wards.cost_or_nothing[self.wards_in]
        self.unit = float(value.max()) if value.size and value.max() > 0 else 1.0
        self.value, self.cost = value / self.unit, cost / (rules.spendable or 1.0)
        self.rows = [np.ones(len(value)), self.cost]
        self.low, self.high = [-inf, -inf], [float(rules.count), 1.0 if rules.spendable else 0.0]
        if rules.in_one is not None:
            place = wards.place[self.wards_in]
            for each, many in sorted(Counter(place.tolist()).items()):
                if many > rules.in_one:
                    self._limit((place == each).astype(float), high=float(rules.in_one))

    def solve(self, until: float) -> _Best:
        """Return the choice of most value; then the cheapest of those, then by number and code."""
        first = self._least(-self.value, until)
        if first.columns is None:
            picked = self._by_hand()
            value = self.wards.value_of(picked)
            return _Best(picked, value, max(-first.bound * self.unit - value, 0.0))
        columns = first.columns
        if first.proven:
            for row, aim in ((-self.value, self.cost), (self.cost, self._in_order())):
                self._limit(row, high=float(row @ columns) + SHARP)
                later = self._least(aim, until)
                if later.columns is None:
                    break
                columns = later.columns
        picked = tuple(self.wards_in[columns > 0.5].tolist())
        value = self.wards.value_of(picked)
        gap = 0.0 if first.proven else max(-first.bound * self.unit - value, 0.0)
        return _Best(picked, value, gap)

    def _limit(self, row: Floats, low: float = -inf, high: float = inf) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def _in_order(self) -> Floats:
        """Return the aim that takes more wards first, and among as many those whose codes come first."""
        count = len(self.value)
        return (np.arange(count) / count - self.rules.count) / self.rules.count

    def _least(self, aim: Floats, until: float) -> Table:
        """Return a table of least aim whose cost is within the budget to the penny, not to a tolerance."""
        from scipy import sparse

        while True:
            low = self.wards.required[self.wards_in].astype(float)
            whole = np.ones(len(low), dtype=bool)
            matrix = sparse.csr_matrix(np.vstack(self.rows))
            programme = WholeProgramme(
                matrix, np.array(self.low), np.array(self.high), low, np.ones(len(low)), whole
            )
            table = programme.least(aim, until - monotonic())
            if table is None:
                raise AssertionError("the rules were checked before")
            if table.columns is None or self._affords(table.columns):
                return table
            chosen = (table.columns > 0.5).astype(float)
            self._limit(chosen, high=float(chosen.sum()) - 1)

    def _affords(self, columns: Floats) -> bool:
        picked = self.wards_in[columns > 0.5].tolist()
        return self.wards.cost_of(picked) <= self.rules.spendable

    def _by_hand(self) -> tuple[int, ...]:
        """Take who is required, then the most value a pound while it fits: where time was too short."""
        wards, rules = self.wards, self.rules
        picked = [int(n) for n in self.wards_in if wards.required[n]]
        held = Counter(wards.place[n] for n in picked)
        most = len(wards.value) if rules.in_one is None else rules.in_one
        spare = self.wards_in[~wards.required[self.wards_in]]
        a_pound = wards.value[spare] / np.maximum(wards.cost_or_nothing[spare], SHARP)
        for n in spare[np.argsort(-a_pound, kind="stable")].tolist():
            fits = wards.cost_of([*picked, n]) <= rules.spendable
            if fits and len(picked) < rules.count and held[wards.place[n]] < most:
                picked.append(n)
                held[wards.place[n]] += 1
        return tuple(picked)
