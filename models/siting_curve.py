"""What each further site adds: the best choice of no site, of one, of two, and so on."""

from dataclasses import replace
from typing import Final

import numpy as np

from models.siting import Answer, Siting
from models.siting_short import Short
from models.siting_swaps import complete, interchange
from models.siting_table import Table, table_of
from models.siting_tree import Watch, solve

WORK: Final = 200_000_000
"""How many pairs of a point and a site the bound of one number of sites is looked for through at most."""


def curve_of(
    siting: Siting, upto: int, watch: Watch | None = None, known: Answer | None = None
) -> tuple[Answer, ...]:
    """Return the best choice of at most 0, 1, ... sites, each with its bound.

    How many sites the rules ask for does not count; all else that they ask for does, so that required sites
    and groups make a smallest number, below which there is no choice. Each number is given a short effort,
    the same on every machine, and the choice before with its best addition is looked at as well: more sites
    never lose more, and no bound is above that of fewer sites.

    Parameters
    ----------
    siting
        The problem.
    upto
        The largest number of sites, at least 0.
    watch
        Is told the least loss and the bound of the number that is looked at, and says whether to stop.
    known
        The best choice that the rules allow, where it was found before; it is of no use where they ask for a
        number of sites.

    Returns
    -------
    One answer a number of sites, from 0 on. After a stop those of the numbers that were looked at.
    """
    answers: list[Answer] = []
    table = table_of(siting)
    fewest = siting.loss_of(np.arange(siting.sites))
    for number in range(upto + 1):
        before = answers[-1] if answers else None
        if known is not None and number == siting.rules.most and not siting.rules.least:
            answers.append(_better(known, before))
        elif before is not None and before.chosen is not None and before.loss <= fewest:
            answers.append(replace(before, bound=before.loss))
        else:
            look = Short(len(siting.loss), WORK, watch)
            answers.append(_best(siting, number, before, table, look))
            if look.told_to_stop or (watch is not None and watch(answers[-1].loss, answers[-1].bound)):
                break
    return _tightened(answers)


def _best(siting: Siting, number: int, before: Answer | None, table: Table, look: Watch) -> Answer:
    """Return the best choice of at most so many sites, no worse than the one before with an addition."""
    rules = replace(siting.rules, most=min(number, siting.sites), least=0)
    found = solve(replace(siting, rules=rules), look)
    if before is None or before.chosen is None:
        return found
    first = complete(table, rules, before.chosen)
    other = before.chosen if first is None else interchange(table, rules, first)
    return _better(found, replace(before, chosen=other, loss=siting.loss_of(other)))


def _better(answer: Answer, other: Answer | None) -> Answer:
    """Return an answer with the choice of another where that loses less."""
    if other is None or not other.loss < answer.loss:
        return answer
    return replace(answer, chosen=other.chosen, loss=other.loss)


def _tightened(answers: list[Answer]) -> tuple[Answer, ...]:
    """Raise each bound to that of more sites, since fewer sites lose no less; none is above its loss."""
    out: list[Answer] = []
    least = 0.0
    for answer in reversed(answers):
        least = max(answer.bound, least)
        out.append(replace(answer, bound=min(least, answer.loss)))
    return tuple(reversed(out))
