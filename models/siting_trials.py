"""How often each site is chosen when what is not quite known is drawn anew many times."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Final

import numpy as np

from models.siting import Floats, Rows, Siting
from models.siting_short import Short
from models.siting_swaps import Stop, interchange
from models.siting_table import table_of
from models.siting_tree import solve

SAME: Final = 1e-9
"""The share of the loss by which a choice has to be better so that rounding is not taken for it."""

WORK: Final = 2_000_000
"""How many pairs of a point and a site the best choice of one trial is looked for through at most."""

Told = Callable[[int], bool]
"""Is told how many trials are done, and says whether to stop; is asked at every step of a trial as well."""


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

    Each is given a short effort, the same on every machine: small problems are solved to a proof, large ones
    as far as that goes and by swaps from the first choice. The first choice is kept unless another is better.

    Parameters
    ----------
    trials
        Problems that differ in what is lost alone: the sites and the rules are the same.
    start
        The first choice, which the rules allow.
    watch
        Is told how many trials are done, and says whether to stop. A trial that is broken off does not count,
        but for the first one: of it there is the best choice so far.

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

    def stops() -> bool:
        return watch is not None and watch(len(kept))

    for trial in chain([first], all_trials):
        chosen, share, whole = _solve(trial, start, stops)
        if kept and not whole:
            break
        came[tuple(chosen.tolist())] += 1
        kept.append(share)
        if not whole or stops():
            break
    ordered = sorted(came.items(), key=lambda one: (-one[1], one[0]))
    times = np.zeros(first.sites)
    for sites, often in ordered:
        times[list(sites)] += often
    sets = tuple((np.array(sites, dtype=np.intp), often) for sites, often in ordered)
    return Trials(len(kept), times / len(kept), sets, np.array(kept))


def _solve(trial: Siting, start: Rows, stop: Stop) -> tuple[Rows, float, bool]:
    """Return the best choice that was found, which share of what it saves the first one does, and if all was.

    The last is whether the trial came to its end.
    """
    told_to: list[bool] = []

    def stops() -> bool:
        if not told_to and stop():
            told_to.append(True)
        return bool(told_to)

    table = table_of(trial)
    first = trial.loss_of(start)
    near = table.sites[interchange(table, trial.rules, start, stops)]
    found = solve(trial, Short(len(trial.loss), WORK), stops)
    best, least = start, first
    for chosen, loss in ((near, trial.loss_of(near)), (found.chosen, found.loss)):
        if chosen is not None and loss < least - SAME * max(least, 1.0):
            best, least = chosen, loss
    whole = float(trial.ceiling.sum())
    return best, (whole - first) / (whole - least) if whole > least else 1.0, not told_to
