"""How sure a choice of sites is, in words: its proof or its gap, and how often each site is chosen."""

from typing import Final

import numpy as np
import pandas as pd

from models.placement import Placed
from models.placement_asked import Objective
from models.placement_goal import could_words, goal_of
from models.placement_problem import Problem
from models.siting import Rows
from models.siting_trials import Trials
from models.words import Part, few, number, percent

OFTEN: Final = 0.05
"""A site that is not chosen is named when it is among the best in at least this share of trials."""

BETTER: Final = {
    Objective.COVER: "reaches more {}",
    Objective.FAIR: "does better by this weighing of {}",
    Objective.MEDIAN: "makes the ways of {} shorter",
    Objective.CENTRE: "makes the longest way shorter",
}
TWICE: Final = "Every bound of the proof was worked out twice, by two routines that share nothing."


def proof_words(placed: Placed) -> tuple[Part, ...]:
    """Say whether a choice is proven to be the best, and if not how much better another could be at most."""
    wanted, answer = placed.problem.wanted, placed.answer
    count = len(placed.problem.candidates.frame)
    if answer is None:
        return (Part("Chosen by hand", True), Part(": nothing is proven of it."))
    sites = f"{'' if wanted.exactly else 'up to '}{few(wanted.sites)} of {number(count)} candidates"
    if wanted.has_conditions:
        sites += " that keeps the conditions"
    if answer.proven:
        better = BETTER[wanted.objective].format(placed.problem.weighing.unit)
        return (
            Part("Proven", True),
            Part(f": no other choice of {sites} {better}. {TWICE}"),
        )
    could = could_words(placed.problem, goal_of(placed.problem, answer.loss, answer.bound))
    return (
        Part("The best that was found, not proven", True),
        Part(f": another choice of {sites} {could}."),
    )


def often_frame(problem: Problem, trials: Trials, chosen: Rows) -> pd.DataFrame:
    """Return how often each site is among the best: those that are chosen, then others that often are.

    Returns
    -------
    pandas.DataFrame
        One row a site, index candidate id: `name`, whether it is `chosen`, and the `share` of trials; chosen
        ones first, then the most frequent.
    """
    frame = problem.candidates.frame
    is_chosen = np.zeros(len(frame), dtype=bool)
    is_chosen[chosen] = True
    told = pd.DataFrame({"name": frame["name"], "chosen": is_chosen, "share": trials.share}, frame.index)
    told = told[told["chosen"] | (told["share"] >= OFTEN)]
    return told.sort_values(["chosen", "share"], ascending=False, kind="stable")


def often_words(trials: Trials, chosen: Rows) -> tuple[Part, ...]:
    """Say in how many trials the same choice is the best, and how much is lost where it is not."""
    same = trials.often(chosen)
    share = {0: "none", trials.count: "all"}.get(same, percent(same / trials.count))
    head = (
        Part(f"In {share} of {number(trials.count)} trials", True),
        Part(" this very choice is the best found."),
    )
    if same == trials.count:
        return head
    kept = float(np.quantile(trials.kept, 0.05))
    told = (
        "no other does better" if kept >= 1 else f"it does at least {percent(kept)} of what the best would do"
    )
    return (*head, Part(f" In 95% of all trials {told}."))
