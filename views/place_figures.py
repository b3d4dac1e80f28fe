"""What the Place support page works out: candidates, the problem and the choice, each kept a while.

The ways from homes to candidates are measured once for whatever does not touch them: one more site, another
budget or another fairness asks the same problem again under other conditions.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from threading import RLock
from typing import Final

from data.errors import SourceError
from geo.builds import Build
from models.candidates import Candidates, candidates_of
from models.placement import Placed
from models.placement_asked import EVEN, Objective, Wanted
from models.placement_problem import Problem, problem_of
from models.siting_tree import solve
from views import session
from views.keeping import kept
from views.reach_figures import reading

_KEPT_PROBLEMS: Final = 4
_KEPT: Final = 40
_candidates: "OrderedDict[tuple[Hashable, ...], Candidates]" = OrderedDict()
_problems: "OrderedDict[tuple[Hashable, ...], Problem]" = OrderedDict()
_placed: "OrderedDict[tuple[Hashable, ...], Placed]" = OrderedDict()
_lock = RLock()


def candidates_for(build: Build, wanted: Wanted) -> Candidates:
    """Return where a site could be, found once a revision of the places."""
    where = (wanted.kind, wanted.council, wanted.buildings, wanted.middles)
    with _lock:
        key = (*reading(build), *where)
        return kept(_candidates, key, _KEPT, lambda: candidates_of(build, wanted))


def problem_for(build: Build, wanted: Wanted) -> Problem:
    """Return the problem, its ways measured once for all conditions that do not touch them."""
    ground = ground_of(wanted)
    with _lock:
        key = (*reading(build), ground)
        found = kept(
            _problems, key, _KEPT_PROBLEMS, lambda: problem_of(build, ground, candidates_for(build, ground))
        )
    return replace(found, wanted=wanted)


def placed_for(build: Build, wanted: Wanted) -> Placed:
    """Return the best choice of sites, found once.

    Raises
    ------
    AtlasError
        When the conditions cannot all be kept, or the build does not hold what they take.
    """
    with _lock:
        return kept(_placed, (*reading(build), wanted), _KEPT, lambda: _solve(problem_for(build, wanted)))


def _solve(problem: Problem) -> Placed:
    answer = solve(problem.siting)
    if answer.chosen is None:
        raise SourceError(
            "No choice of sites keeps all of these conditions.",
            "Allow more sites or a larger budget, or ask for fewer sites and wards.",
        )
    return Placed(problem, answer.chosen, answer)


def ground_of(wanted: Wanted) -> Wanted:
    """Return what of a wish the ways and the people hang on, all other conditions left out."""
    return replace(
        wanted,
        sites=1,
        exactly=False,
        objective=Objective.COVER,
        fairness=EVEN,
        required=(),
        wards=(),
        cost_gbp=None,
        budget_gbp=None,
        capacity=None,
    )
