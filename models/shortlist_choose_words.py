"""Say in words who is chosen under a spread and a budget, and what those rules give up."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from models.levels import Level
from models.shortlist_choose import Chosen, GivenUp, Rule
from models.shortlist_choose_checks import pounds
from models.shortlist_rules import Rules
from models.words import few, noun, number, sentence_case

MOST_NAMED: Final = 5
"""How many wards a sentence names before it counts them."""

SAME: Final = 0.05
"""A value that is less than this apart reads the same."""


def chosen_words(chosen: Chosen, names: Mapping[str, str], level: Level = Level.WARD) -> tuple[str, ...]:
    """Say who is chosen, for how much, how sure it is that none are better, and who could not be chosen.

    Parameters
    ----------
    chosen
        The choice.
    names
        The names by code; one without a name is told by its code.
    level
        What is chosen.

    Returns
    -------
    tuple
        Sentences.

    Examples
    --------
    >>> from models.shortlist_choose import choose
    >>> import pandas as pd
    >>> chosen = choose(pd.Series({"E05000001": 71.0, "E05000002": 40.0}), Rules(1))
    >>> chosen_words(chosen, {"E05000001": "Ashfield"})
    ('Ashfield is chosen: a value of 71.0.',)
    """
    return tuple(_chosen_sentences(chosen, names, level))


def rule_words(chosen: Chosen, names: Mapping[str, str], within: str = "locality") -> tuple[str, ...]:
    """Say what the rules give up together, and where there are several what each gives up by itself.

    Parameters
    ----------
    chosen
        The choice.
    names
        The names by code.
    within
        What one place of the spread is called.

    Returns
    -------
    tuple
        Sentences; none where there is no rule.
    """
    compared = [] if chosen.together is None else [chosen.together, *chosen.alone]
    return tuple(_rule_sentence(each, chosen.rules, names, within) for each in compared)


def named(codes: Iterable[str], names: Mapping[str, str]) -> str:
    """Name a few and count the rest, in the order given: "Ashfield, Larkbeck and 2 more"."""
    told = [names.get(code, code) for code in codes]
    if len(told) > MOST_NAMED:
        told = [*told[: MOST_NAMED - 1], f"{number(len(told) - MOST_NAMED + 1)} more"]
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _chosen_sentences(chosen: Chosen, names: Mapping[str, str], level: Level) -> Iterator[str]:
    rules, count = chosen.rules, len(chosen.codes)
    one = count == 1
    if not count:
        yield f"No {noun(level, 1)} is chosen: those that fit the rules have no value."
    else:
        cost = "" if chosen.cost_gbp is None else f" for {pounds(chosen.cost_gbp)}"
        budget = "" if rules.budget_gbp is None else f" of the {pounds(rules.budget_gbp)} there is"
        yield (
            f"{named(chosen.codes, names)} {'is' if one else 'are'} chosen{cost}{budget}: "
            f"a value of {chosen.value:,.1f}{'' if one else ' together'}."
        )
    if 0 < count < rules.count:
        yield f"{sentence_case(few(count))} {noun(level, count)}, though {few(rules.count)} may be chosen."
    if not chosen.proven:
        yield (
            "Time was up before it was known whether others are better: "
            f"none within the rules has more than {chosen.gap:,.1f} more."
        )
    for codes, what in ((chosen.without_cost, "cost"), (chosen.without_value, "value")):
        if codes:
            its = "its" if len(codes) == 1 else "their"
            yield f"{named(codes, names)} could not be chosen: {its} {what} is not known."


def _rule_sentence(given: GivenUp, rules: Rules, names: Mapping[str, str], within: str) -> str:
    what = sentence_case(" and ".join(_rule(rule, rules, names, within) for rule in given.rules))
    if not given.comes_in and not given.stays_out:
        return (
            f"{what} changes nothing." if given.proven else f"{what} changes nothing that was found in time."
        )
    lost = "gives up no value" if given.value < SAME else f"gives up a value of {given.value:,.1f}"
    least = "" if given.proven else ", as far as was found in time"
    return f"{what} {lost}{least}: {_swap(given, names)}."


def _swap(given: GivenUp, names: Mapping[str, str]) -> str:
    if given.comes_in and given.stays_out:
        verb = "is" if len(given.comes_in) == 1 else "are"
        return f"{named(given.comes_in, names)} {verb} in, and {named(given.stays_out, names)} not"
    codes, where = (given.comes_in, "in") if given.comes_in else (given.stays_out, "not in")
    return f"{named(codes, names)} {'is' if len(codes) == 1 else 'are'} {where}"


def _rule(rule: Rule, rules: Rules, names: Mapping[str, str], within: str) -> str:
    if rule is Rule.SPREAD and rules.in_one is not None:
        return f"choosing at most {few(rules.in_one)} in one {within}"
    if rule is Rule.BUDGET and rules.budget_gbp is not None:
        return f"keeping to a budget of {pounds(rules.budget_gbp)}"
    return f"requiring {named(sorted(rules.required, key=lambda code: (names.get(code, code), code)), names)}"
