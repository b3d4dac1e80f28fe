"""How often each site is chosen when what is not quite known is drawn anew many times."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain

import numpy as np

from models.siting import Floats, Rows, Siting
from models.siting_swaps import choose_greedily, interchange
from models.siting_table import Table, table_of

Told = Callable[[int], bool]
"""Is told how many trials are done, and says whether to stop."""


@dataclass(frozen=True, eq=False)
class Trials:
    """What was chosen in many trials.

    Attributes
    ----------
    count
        How many trials there were.
    share
        In which share of them each site was chosen, one a site of the problem.
    sets
        The choices that came, and in how many trials each: the commonest first.
    kept
        One a trial: what the first choice saves, as a share of what the choice found for it saves; 1 where no
        better one was found.
    """

    count: int
    share: Floats
    sets: tuple[tuple[Rows, int], ...]
    kept: Floats

    def often(self, chosen: Rows) -> int:
        """Return in how many trials a choice came, as a whole."""
        return sum(times for sites, times in self.sets if np.array_equal(sites, np.sort(chosen)))


def how_often(trials: Iterable[Siting], start: Rows, watch: Told | None = None) -> Trials:
    """Choose sites in each trial, and count how often each one is chosen.

    Each is solved by swaps from the first choice and from one made site by site, without a proof. The first
    choice is kept unless another loses less.

    Parameters
    ----------
    trials
        Problems that differ in what is lost alone: the sites and the rules are the same.
    start
        The first choice, which the rules allow.
    watch
        Is told how many trials are done, and says whether to stop; one at least is done.

    Raises
    ------
    ValueError
        When there is no trial.
    """
    all_trials = iter(trials)
    first = next(all_trials, None)
    if first is None:
        raise ValueError("There is no trial.")
    start = np.sort(start)
    came: Counter[tuple[int, ...]] = Counter()
    kept: list[float] = []
    for trial in chain([first], all_trials):
        chosen, share = _solve(trial, start)
        came[tuple(chosen.tolist())] += 1
        kept.append(share)
        if watch is not None and watch(len(kept)):
            break
    ordered = sorted(came.items(), key=lambda one: (-one[1], one[0]))
    times = np.zeros(first.sites)
    for sites, often in ordered:
        times[list(sites)] += often
    sets = tuple((np.array(sites, dtype=np.intp), often) for sites, often in ordered)
    return Trials(len(kept), times / len(kept), sets, np.array(kept))


def _solve(trial: Siting, start: Rows) -> tuple[Rows, float]:
    """Return the best choice that swaps lead to, and which share of what it saves the first choice saves."""
    table = table_of(trial)
    best, least = start, _loss(table, start)
    first = least
    for other in (start, choose_greedily(table, trial.rules)):
        if other is not None:
            chosen = interchange(table, trial.rules, other)
            loss = _loss(table, chosen)
            if loss < least - 1e-9 * max(least, 1.0):
                best, least = chosen, loss
    whole = float(trial.ceiling.sum())
    return best, (whole - first) / (whole - least) if whole > least else 1.0


def _loss(table: Table, chosen: Rows) -> float:
    return float(table.serve(chosen).least.sum())
