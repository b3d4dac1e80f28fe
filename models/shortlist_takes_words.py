"""Say in words what it would take to get a ward in, or that no weights do and what is ahead of it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from data.shortlist_criteria import Asked
from models.shortlist_choose_words import named
from models.shortlist_takes import Takes, Way
from models.words import few

GROUPS_NAMED: Final = 2
"""So many groups are named of whom one is always ahead; the others are counted."""

NOTHING: Final = 0.0005
"""A weight that changes by less is not named; it reads as 0.0 points."""


def takes_words(takes: Takes, names: Mapping[str, str], labels: Mapping[str, str]) -> tuple[str, ...]:
    """Say what the smallest shift of weights is that changes whether a ward is in, or why there is none.

    Parameters
    ----------
    takes
        What it would take.
    names
        The names of wards by code; one without a name is told by its code.
    labels
        What each criterion is called within a sentence, by criterion.

    Returns
    -------
    tuple
        Sentences.

    Examples
    --------
    >>> import pandas as pd
    >>> from models.shortlist_takes import takes_of
    >>> values = pd.DataFrame({"need": [0.8, 0.2], "reach": [0.3, 0.7]}, index=["a", "b"])
    >>> takes = takes_of(values, pd.Series({"need": 0.7, "reach": 0.3}), 1, "b")
    >>> for sentence in takes_words(takes, {"a": "Ashfield", "b": "Birch"}, {"reach": "minutes’ walk"}):
    ...     print(sentence)
    Birch would come first if 30.0 of 100 points of weight moved from need to minutes’ walk.
    It would get ahead of Ashfield.
    """
    return tuple(_sentences(takes, names, labels))


def takes_caveats(takes: Takes, asked: Asked) -> tuple[str, ...]:
    """Say what has to be known of it: what moves, and which rules it does not look at.

    Parameters
    ----------
    takes
        What it would take.
    asked
        What was asked of the shortlist.
    """
    if asked.spread is None and asked.budget is None:
        return takes.caveats
    top = "who comes first" if takes.top == 1 else _top(takes)
    return (*takes.caveats, f"It tells of {top} by value: the spread and the budget are not looked at.")


def points(share: float) -> str:
    """Write a share of the weight in points of 100.

    Examples
    --------
    >>> points(0.0712), points(0.0001)
    ('7.1', 'less than 0.1')
    """
    return f"{share * 100:.1f}" if share >= NOTHING else "less than 0.1"


def _sentences(takes: Takes, names: Mapping[str, str], labels: Mapping[str, str]) -> Iterator[str]:
    name = names.get(takes.code, takes.code)
    if takes.shift is None:
        yield from _never(takes, name, names)
        return
    moved = f"{points(takes.shift)} of 100 points of weight moved{_moves(takes, labels)}"
    if takes.way is Way.IN:
        yield f"{name} would {'come first' if takes.top == 1 else f'be in {_top(takes)}'} if {moved}."
        yield f"It would get ahead of {named(takes.passed, names)}."
    else:
        yield f"{name} is {_in(takes)}, and would be out if {moved}."
        yield f"{named(takes.passed, names)} would get ahead of it."
    if takes.level:
        yield f"At the weights of today it is level with {named(takes.level, names)}: a tie is not a lead."
    if not takes.proven:
        yield (
            "Time was up before it was known whether a smaller shift does: "
            f"none below {points(takes.at_least)} points does."
        )


def _never(takes: Takes, name: str, names: Mapping[str, str]) -> Iterator[str]:
    if not takes.proven:
        what = "bring it in" if takes.way is Way.IN else "put it out"
        where = f"not {_in(takes)}" if takes.way is Way.IN else _in(takes)
        yield f"{name} is {where}. Time was up before weights were found that {what}, or known that none do."
        return
    if takes.way is Way.OUT:
        yield f"{name} is {_in(takes)} whatever the weights."
        return
    yield f"No weights bring {name} in: {_proof(takes, names)}."


def _proof(takes: Takes, names: Mapping[str, str]) -> str:
    """Say who is ahead of a ward whatever the weights: some alone, and one each of some groups."""
    alone = [group[0] for group in takes.groups if len(group) == 1]
    mixed = [group for group in takes.groups if len(group) > 1]
    told = []
    if alone:
        told.append(f"{named(alone, names)} {_are(alone)} at least as good on every criterion")
    if mixed:
        each = _one_each(mixed, names)
        several = f"{few(len(mixed))} {'more' if alone else 'others'} are at least as good: {each}"
        told.append(f"whatever the weights, {f'{each} is at least as good' if len(mixed) == 1 else several}")
    if len(takes.groups) < takes.top:
        others = " else" if told else ""
        told.append(f"every choice of who{others} may be ahead of it was looked at")
    return ", and ".join(told)


def _one_each(groups: Sequence[Sequence[str]], names: Mapping[str, str]) -> str:
    """Name one of each of some groups, and count the groups beyond the first two."""
    told = []
    for group in groups if len(groups) <= GROUPS_NAMED + 1 else groups[:GROUPS_NAMED]:
        each = [names.get(code, code) for code in group]
        told.append(f"one of {', '.join(each[:-1])} or {each[-1]}")
    rest = len(groups) - len(told)
    return _listed([*told, f"one each of {few(rest)} more groups"] if rest else told)


def _moves(takes: Takes, labels: Mapping[str, str]) -> str:
    """Say from which criteria to which the weight moves, and how much where there are several."""
    change = takes.change
    if change is None:
        return ""
    told = change[change.abs() >= NOTHING]
    told = change[change != 0] if not (told > 0).any() or not (told < 0).any() else told
    ordered = told.iloc[np.argsort(-told.abs().to_numpy(), kind="stable")]
    sides = [(word, ordered[ordered * sign > 0].abs()) for word, sign in (("from", -1), ("to", 1))]
    several = max(len(side) for _, side in sides) > 1
    parts = [
        f"{word} "
        + _listed(
            [
                f"{labels.get(criterion, criterion)}"
                + (f" ({points(moved)})" if several and len(side) > 1 else "")
                for criterion, moved in side.items()
            ]
        )
        for word, side in sides
    ]
    return f" {' '.join(parts)}"


def _top(takes: Takes) -> str:
    return f"the top {few(takes.top)}"


def _in(takes: Takes) -> str:
    return "first" if takes.top == 1 else f"in {_top(takes)}"


def _listed(told: Sequence[str]) -> str:
    return told[0] if len(told) == 1 else f"{', '.join(told[:-1])} and {told[-1]}"


def _are(told: Sequence[object]) -> str:
    return "is" if len(told) == 1 else "are"
