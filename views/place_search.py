"""The search of `atlas place`: where it takes long it can be stopped, by Ctrl+C or when time is up."""

from math import isfinite
from time import monotonic
from typing import Final

from data.errors import AtlasError, InfeasibleError
from data.folder import Progress as Tell
from models.placement_goal import goal_of, share_words
from models.placement_problem import Problem
from models.placement_run import AT_ONCE_S, Progress, solve_within, start
from models.siting import Answer, Rows
from models.words import figure

LOOK_S: Final = 0.2
"""How often it is said how far a search is."""

SHORTEST_S: Final = 0.02
"""How long is waited at least before a look at how far a search is."""


def find_best(problem: Problem, tell: Tell, end: float = float("inf")) -> tuple[Rows, Answer]:
    """Return the best choice and its answer; when time is up, or at Ctrl+C, the best so far.

    Parameters
    ----------
    problem
        The problem.
    tell
        Is told how far the search is.
    end
        When it has to end, on the clock of `time.monotonic`.

    Raises
    ------
    InfeasibleError
        When no choice keeps all the conditions.
    AtlasError
        When it is stopped before there is any choice.
    """
    tell("Looking for the best choice", 0, 1)
    answer = solve_within(problem, max(min(end - monotonic(), AT_ONCE_S), 0.0))
    if answer is None:
        answer = _search(problem, tell, end)
    if answer.chosen is not None:
        return answer.chosen, answer
    if answer.stopped:
        raise AtlasError("The search was stopped before it found any choice.", "Give it more time.")
    raise InfeasibleError(
        "No choice of sites keeps all the conditions that were set.",
        "Allow more sites or a larger budget, require fewer of them, or look at more buildings.",
    )


def _search(problem: Problem, tell: Tell, end: float) -> Answer:
    with start(problem) as run:
        try:
            while not run.wait(max(min(LOOK_S, end - monotonic()), SHORTEST_S)):
                tell(progress_words(problem, run.poll()), 0, 1)
                if monotonic() >= end:
                    run.stop()
        except KeyboardInterrupt:
            run.stop()
        return run.result()


def progress_words(problem: Problem, at: Progress) -> str:
    """Say how far a search is, and how much better than the best so far another choice could be at most."""
    far = ""
    if isfinite(at.loss):
        gap = goal_of(problem, at.loss, at.bound).gap
        far = f", another at most {share_words(gap)} better" if isfinite(gap) else ""
    return f"Looking for the best choice: {figure(round(at.seconds))} s{far} (Ctrl+C takes the best so far)"
