"""The search of `atlas place`: where it takes long it can be stopped, by Ctrl+C or when time is up."""

from typing import Final

from data.errors import AtlasError, InfeasibleError
from data.folder import Progress as Tell
from models.placement_problem import Problem
from models.placement_run import AT_ONCE_S, Progress, solve_within, start
from models.siting import Answer, Rows
from models.words import figure, percent

LOOK_S: Final = 0.2
"""How often it is said how far a search is."""


def find_best(problem: Problem, tell: Tell, seconds: float | None = None) -> tuple[Rows, Answer]:
    """Return the best choice and its answer; after some seconds, or at Ctrl+C, the best so far.

    Raises
    ------
    InfeasibleError
        When no choice keeps all the conditions.
    AtlasError
        When it is stopped before there is any choice.
    """
    tell("Looking for the best choice", 0, 1)
    answer = solve_within(problem, AT_ONCE_S if seconds is None else min(seconds, AT_ONCE_S))
    if answer is None:
        answer = _search(problem, tell, seconds)
    if answer.chosen is not None:
        return answer.chosen, answer
    if answer.stopped:
        raise AtlasError("The search was stopped before it found any choice.", "Give it more time.")
    raise InfeasibleError(
        "No choice of sites keeps all the conditions that were set.",
        "Allow more sites or a larger budget, require fewer of them, or look at more buildings.",
    )


def _search(problem: Problem, tell: Tell, seconds: float | None) -> Answer:
    with start(problem) as run:
        try:
            while not run.wait(LOOK_S):
                at = run.poll()
                tell(progress_words(at), 0, 1)
                if seconds is not None and at.seconds >= seconds:
                    run.stop()
        except KeyboardInterrupt:
            run.stop()
        return run.result()


def progress_words(at: Progress) -> str:
    """Say how far a search is."""
    far = "" if at.gap >= 1 else f", {percent(at.gap)} left to prove"
    return f"Looking for the best choice: {figure(round(at.seconds))} s{far} (Ctrl+C takes the best so far)"
