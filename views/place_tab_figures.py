"""What the tabs of the Place support page work out, each kept a while: it takes up to some seconds."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import replace
from threading import Lock
from time import monotonic
from typing import Final, TypeVar

import pandas as pd

from geo.builds import Build
from models.placement import Placed
from models.placement_asked import Objective
from models.placement_infeasible import Unreachable, out_of_any_reach
from models.placement_others import Price, alternatives, price_of_equity
from models.placement_today import closing, relocations
from models.placement_trade_words import moves_frame
from models.placement_trials import trials_of
from models.siting_near import NearSets
from models.siting_trials import Trials, how_often
from views.keeping import kept
from views.reach_figures import reading

TRIALS: Final = 200
"""How many times what is not quite known is drawn anew."""

MOST_NEAR: Final = 8
"""How many other choices are told at most."""

SECONDS: Final = 4.0
"""How long the trials take at most, and so the two searches for the price of fairness together."""

Found = TypeVar("Found")

_KEPT: Final = 16
_near: "OrderedDict[tuple[Hashable, ...], NearSets]" = OrderedDict()
_prices: "OrderedDict[tuple[Hashable, ...], Price]" = OrderedDict()
_moves: "OrderedDict[tuple[Hashable, ...], pd.DataFrame]" = OrderedDict()
_trials: "OrderedDict[tuple[Hashable, ...], Trials]" = OrderedDict()
_out: "OrderedDict[tuple[Hashable, ...], Unreachable]" = OrderedDict()
_lock = Lock()


def near_for(build: Build, best: Placed, within: float) -> NearSets:
    """Return other choices that come within a share of the best that can be, and the best itself.

    Raises
    ------
    ValueError
        When the choice was made by hand.
    """
    answer = best.answer
    if answer is None:
        raise ValueError("A choice that was made by hand has no bound.")
    key = (*_key(build, best), within)
    return _once(_near, key, lambda: alternatives(best.problem, answer, within, MOST_NEAR + 1))


def price_for(build: Build, best: Placed) -> Price:
    """Return what it costs to count children of higher need more than others, as far as it is soon found."""
    key = (*reading(build), replace(best.problem.wanted, objective=Objective.FAIR))
    return _once(_prices, key, lambda: price_of_equity(best.problem, _until(SECONDS)))


def moves_for(build: Build, best: Placed) -> pd.DataFrame:
    """Return what closing each place of today loses, and where it would best be moved."""
    problem = best.problem
    return _once(_moves, _key(build, best), lambda: moves_frame(closing(problem), relocations(problem)))


def trials_for(build: Build, best: Placed) -> Trials:
    """Return how often each site is chosen when what is not quite known is drawn anew.

    Raises
    ------
    SourceError
        For a p-centre.
    """
    trials = trials_of(best.problem, TRIALS)
    stop = _until(SECONDS)
    return _once(_trials, _key(build, best), lambda: how_often(trials, best.chosen, stop))


def unreachable_for(build: Build, best: Placed) -> Unreachable:
    """Return whom no candidate reaches within the minutes, and what would help."""
    return _once(_out, _key(build, best), lambda: out_of_any_reach(best.problem))


def _key(build: Build, best: Placed) -> tuple[Hashable, ...]:
    bound = None if best.answer is None else best.answer.bound
    return (*reading(build), best.problem.wanted, best.chosen.tobytes(), bound)


def _until(seconds: float) -> Callable[..., bool]:
    """Return what ends work once it has taken so long in all."""
    end = monotonic() + seconds
    return lambda *_: monotonic() > end


def _once(
    held: "OrderedDict[tuple[Hashable, ...], Found]", key: tuple[Hashable, ...], make: Callable[[], Found]
) -> Found:
    """Return what is held under a key, or make it while nobody else waits."""
    with _lock:
        found = held.get(key)
    if found is None:
        found = make()
    with _lock:
        return kept(held, key, _KEPT, lambda: found)
