"""What the Place support page works out: candidates, the problem and the choice, each kept a while.

The ways from homes to candidates are measured once for whatever does not touch them: one more site, another
budget or another fairness asks the same problem again under other conditions.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from threading import RLock
from time import monotonic
from typing import Final

from data.errors import AtlasError, InfeasibleError
from geo.builds import Build
from models.candidates import Candidates, candidates_of
from models.placement import Placed, ward_names
from models.placement_asked import EVEN, Objective, Wanted
from models.placement_check import check_wanted
from models.placement_curve import Curve, curve_in
from models.placement_infeasible import check_feasible
from models.placement_problem import Problem, problem_of
from models.placement_run import solve_within
from models.siting import Answer
from models.siting_curve import curve_of
from views.keeping import kept
from views.reach_figures import reading

_KEPT_PROBLEMS: Final = 4
_KEPT_CURVES: Final = 8
_KEPT: Final = 40
CURVE_SITES: Final = (8, 12, 16, 20, 30)
"""What each further site adds is told up to the first of these that holds one more than are chosen."""

CURVE_S: Final = 1.5

_candidates: "OrderedDict[tuple[Hashable, ...], Candidates]" = OrderedDict()
_problems: "OrderedDict[tuple[Hashable, ...], Problem]" = OrderedDict()
_placed: "OrderedDict[tuple[Hashable, ...], Placed | AtlasError]" = OrderedDict()
_curves: "OrderedDict[tuple[Hashable, ...], tuple[Answer, ...]]" = OrderedDict()
_lock = RLock()


def candidates_for(build: Build, wanted: Wanted) -> Candidates:
    """Return where a site could be, found once a revision of the places."""
    where = (wanted.kind, wanted.council, wanted.buildings, wanted.middles)
    with _lock:
        key = (*reading(build), *where)
        return kept(_candidates, key, _KEPT, lambda: candidates_of(build, wanted))


def problem_for(build: Build, wanted: Wanted) -> Problem:
    """Return the problem, its ways measured once for all conditions that do not touch them.

    Raises
    ------
    AtlasError
        When there is no candidate, or what is asked does not fit the build.
    """
    check_wanted(build, wanted)
    ground = ground_of(wanted)
    with _lock:
        key = (*reading(build), ground)
        found = kept(
            _problems, key, _KEPT_PROBLEMS, lambda: problem_of(build, ground, candidates_for(build, ground))
        )
    return replace(found, wanted=wanted)


def placed_for(build: Build, wanted: Wanted) -> Placed | None:
    """Return the best choice of sites; None where it takes longer than a reader waits for a page.

    Raises
    ------
    AtlasError
        When the conditions cannot all be kept, or the build does not hold what they take.
    """
    held = _held(key_for(build, wanted))
    if held is None:
        problem = problem_for(build, wanted)
        check_feasible(problem, ward_names(build))
        answer = solve_within(problem)
        if answer is None:
            return None
        held = keep_answer(build, problem, answer)
    if isinstance(held, AtlasError):
        raise held
    return held


def keep_answer(build: Build, problem: Problem, answer: Answer) -> Placed | AtlasError:
    """Keep what a search found, and return it: a choice, or that there is none."""
    if answer.chosen is None:
        return _keep(key_for(build, problem.wanted), no_choice(answer))
    return _keep(key_for(build, problem.wanted), Placed(problem, answer.chosen, answer))


def no_choice(answer: Answer) -> InfeasibleError:
    """Say why a search found no choice: there is none, or it was stopped before."""
    if answer.stopped:
        return InfeasibleError(
            "No choice of sites was found in the time that a search may take.",
            "Look at fewer kinds of building or at one council, or ask for less.",
        )
    return InfeasibleError(
        "No choice of sites keeps all of these conditions.",
        "Allow more sites or a larger budget, or ask for fewer sites and wards.",
    )


def curve_for(build: Build, placed: Placed) -> Curve:
    """Return what each further site adds, found once for any number of sites.

    It is told as far as that is found within `CURVE_S`, and nobody else waits for it.
    """
    problem, wanted = placed.problem, placed.problem.wanted
    upto = next((most for most in CURVE_SITES if most > wanted.sites), CURVE_SITES[-1])
    key = (*key_for(build, replace(wanted, sites=1, exactly=False)), upto)
    with _lock:
        held = _curves.get(key)
    if held is None:
        end = monotonic() + CURVE_S
        held = curve_of(problem.siting, upto, lambda loss, bound: monotonic() > end, placed.answer)
    found = held
    with _lock:
        answers = kept(_curves, key, _KEPT_CURVES, lambda: found)
    return curve_in(problem, answers)


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


def key_for(build: Build, wanted: Wanted) -> tuple[Hashable, ...]:
    """Return what a choice is known by: all that it hangs on."""
    return (*reading(build), wanted)


def _held(key: tuple[Hashable, ...]) -> Placed | AtlasError | None:
    with _lock:
        return kept(_placed, key, _KEPT, lambda: _placed[key]) if key in _placed else None


def _keep(key: tuple[Hashable, ...], found: Placed | AtlasError) -> Placed | AtlasError:
    with _lock:
        return kept(_placed, key, _KEPT, lambda: found)
