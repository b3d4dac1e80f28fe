"""Why nobody can be chosen under some rules, and what would help."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import numpy as np

from data.errors import InfeasibleError, first_few
from models.shortlist_rules import Rules, Wards
from models.words import few, number

Fault = tuple[str, str]
"""What is wrong, and what would help."""


def check_rules(wards: Wards, rules: Rules, names: Mapping[str, str]) -> None:
    """Refuse rules under which nobody can be chosen, or not all who have to be.

    Parameters
    ----------
    wards
        The wards.
    rules
        The rules.
    names
        The names of wards by code; a ward without one is told by its code.

    Raises
    ------
    InfeasibleError
        With all that is in the way, and for each the smallest change that helps.
    """
    faults = list(_faults(wards, rules, names))
    if faults:
        raise InfeasibleError(
            " ".join(message for message, _ in faults), " ".join(dict.fromkeys(hint for _, hint in faults))
        )


def pounds(amount: float) -> str:
    """Write an amount in pounds, with pence only where there are some.

    Examples
    --------
    >>> pounds(12000.0), pounds(0.5)
    ('£12,000', '£0.50')
    """
    return f"£{amount:,.0f}" if float(amount).is_integer() else f"£{amount:,.2f}"


def _faults(wards: Wards, rules: Rules, names: Mapping[str, str]) -> Iterator[Fault]:
    yield from _faults_of_required(wards, rules, names)
    yield from _faults_of_budget(wards, rules)


def _faults_of_required(wards: Wards, rules: Rules, names: Mapping[str, str]) -> Iterator[Fault]:
    unknown = rules.required - set(wards.codes)
    if unknown:
        yield (
            f"{first_few(unknown)} has to be in, but is not among those compared.",
            "Choose a code that is among them, or do not require it.",
        )
    lacking = (
        (rules.out, "and must not be in", "Leave out one of the two."),
        (wards.without_value, "but lacks a figure of some criterion", "Do not require it."),
        (wards.without_cost, "but what it costs is not known", "Give its cost, or do not require it."),
    )
    for codes, what, hint in lacking:
        both = rules.required & set(codes)
        if both:
            told = first_few(names.get(code, code) for code in both)
            yield f"{told} {'has' if len(both) == 1 else 'have'} to be in, {what}.", hint
    if len(rules.required) > rules.count:
        yield (
            f"{number(len(rules.required))} have to be in, but {few(rules.count)} can be chosen.",
            f"Choose {number(len(rules.required))}, or require fewer.",
        )
    held = Counter(wards.place[wards.required].tolist())
    most = max(held.values(), default=0)
    if rules.in_one is not None and most > rules.in_one:
        crowded = next(place for place in sorted(held) if held[place] == most)
        inside = np.flatnonzero(wards.required & (wards.place == crowded))
        told = first_few(_named(inside, wards, names))
        yield (
            f"{told} have to be in and lie in one place, where at most {few(rules.in_one)} can be chosen.",
            f"Allow {few(most)} in one place, or require fewer of them.",
        )


def _faults_of_budget(wards: Wards, rules: Rules) -> Iterator[Fault]:
    """Tell a budget that is too small for who has to be in, or for anybody; and where nobody is left."""
    if not wards.may.any():
        why = "none is left that has all figures, is not ruled out"
        cost = " and has a cost" if wards.priced else ""
        yield f"Nobody can be chosen: {why}{cost}.", "Rule out fewer, or give the figures that are missing."
        return
    if rules.budget_gbp is None:
        return
    must = wards.required & wards.may
    spent = wards.cost_of(np.flatnonzero(must).tolist()) if must.any() else float(wards.cost[wards.may].min())
    if spent > rules.spendable:
        what = "Those who have to be in cost" if must.any() else "The cheapest that could be chosen costs"
        over = pounds(round(spent - rules.budget_gbp, 2))
        yield (
            f"{what} {pounds(spent)}, which is {over} more than the budget of {pounds(rules.budget_gbp)}.",
            f"The smallest budget that is enough is {pounds(spent)}.",
        )


def _named(places: Iterable[int], wards: Wards, names: Mapping[str, str]) -> Iterator[str]:
    return (names.get(wards.codes[place], wards.codes[place]) for place in places)
