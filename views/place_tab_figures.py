"""What the tabs of the Place support page work out, each kept a while: it takes up to some seconds."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from threading import RLock
from typing import Final

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

_KEPT: Final = 16
_near: "OrderedDict[tuple[Hashable, ...], NearSets]" = OrderedDict()
_prices: "OrderedDict[tuple[Hashable, ...], Price]" = OrderedDict()
_moves: "OrderedDict[tuple[Hashable, ...], pd.DataFrame]" = OrderedDict()
_trials: "OrderedDict[tuple[Hashable, ...], Trials]" = OrderedDict()
_out: "OrderedDict[tuple[Hashable, ...], Unreachable]" = OrderedDict()
_lock = RLock()


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
    with _lock:
        key = (*_key(build, best), within)
        return kept(_near, key, _KEPT, lambda: alternatives(best.problem, answer, within, MOST_NEAR + 1))


def price_for(build: Build, best: Placed) -> Price:
    """Return what it costs to count children of higher need more than others."""
    wanted = replace(best.problem.wanted, objective=Objective.FAIR)
    with _lock:
        key = (*reading(build), wanted)
        return kept(_prices, key, _KEPT, lambda: price_of_equity(best.problem))


def moves_for(build: Build, best: Placed) -> pd.DataFrame:
    """Return what closing each place of today loses, and where it would best be moved."""
    problem = best.problem

    def make() -> pd.DataFrame:
        return moves_frame(closing(problem), relocations(problem))

    with _lock:
        return kept(_moves, _key(build, best), _KEPT, make)


def trials_for(build: Build, best: Placed) -> Trials:
    """Return how often each site is chosen when what is not quite known is drawn anew.

    Raises
    ------
    SourceError
        For a p-centre.
    """
    problem = best.problem

    def make() -> Trials:
        return how_often(trials_of(problem, TRIALS), best.chosen)

    with _lock:
        return kept(_trials, _key(build, best), _KEPT, make)


def unreachable_for(build: Build, best: Placed) -> Unreachable:
    """Return whom no candidate reaches within the minutes, and what would help."""
    with _lock:
        return kept(_out, _key(build, best), _KEPT, lambda: out_of_any_reach(best.problem))


def _key(build: Build, best: Placed) -> tuple[Hashable, ...]:
    return (*reading(build), best.problem.wanted)
