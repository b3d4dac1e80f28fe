"""What `atlas place` tells beside the best choice: others nearly as good, how sure, how many sites."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from data.errors import SourceError
from data.folder import Progress as Tell
from models.placement import Placed
from models.placement_asked import Objective
from models.placement_curve import FALLS, Curve, curve_in
from models.placement_others import alternatives
from models.placement_problem import Problem
from models.placement_trials import trials_of, trials_words
from models.placement_words import explain_swap
from models.siting import Answer, Rows
from models.siting_curve import curve_of
from models.siting_near import NearSets
from models.siting_trials import Trials, how_often
from models.words import number, percent
from views.place_time import Shared, ends_at

Over = Callable[..., bool]
"""Says whether the time of a part is over."""

MOST_NEAR: Final = 10
"""How many choices nearly as good are told."""

MOST_SHOWN: Final = 10
"""How many sites that come in trials are listed for people; all are in the JSON."""


@dataclass(frozen=True)
class Asked:
    """What is asked for beside the best choice.

    Attributes
    ----------
    near
        Choices within such a share of the best there can be; missing where none is asked for.
    trials
        How many times sites are chosen again with what is not quite known drawn anew.
    curve
        Up to how many sites the best choice of each number is looked for.
    """

    near: float | None = None
    trials: int = 0
    curve: int = 0

    @property
    def parts(self) -> int:
        """How many things are asked for."""
        return (self.near is not None) + bool(self.curve) + bool(self.trials)


@dataclass(frozen=True, eq=False)
class Extras:
    """What was found beside the best choice; missing where it was not asked for.

    `stopped` says that somebody stopped the search before all of it was found, `late` which of it is there in
    part alone because its time was up: "near", "curve", "trials".
    """

    asked: Asked
    near: NearSets | None = None
    trials: Trials | None = None
    curve: Curve | None = None
    stopped: bool = False
    late: tuple[str, ...] = ()

    @property
    def unfinished(self) -> tuple[str, ...]:
        """Which of what was asked for was not all found: "near", "curve", "trials"."""
        lacking = {
            "near": self.asked.near is not None and self.near is None,
            "curve": bool(self.asked.curve) and self.curve is None,
            "trials": bool(self.asked.trials) and self.trials is None,
        }
        return tuple(name for name, lacks in lacking.items() if lacks or name in self.late)


def check_asked(problem: Problem, asked: Asked) -> None:
    """Refuse what cannot be told beside such a placement, before it is solved.

    Raises
    ------
    SourceError
        With what has to be left out.
    """
    if asked != Asked() and problem.capacity is not None:
        raise SourceError(
            "Choices nearly as good, trials and a curve are not told where sites have room for so many only.",
            "Leave out --near, --trials and --curve, or the capacity.",
        )
    if problem.wanted.objective is Objective.CENTRE and (asked.curve or asked.trials):
        raise SourceError(
            "A curve and trials are not told where the longest way alone counts.",
            "Leave out --curve and --trials, or choose another --objective.",
        )


def extras_of(problem: Problem, answer: Answer, asked: Asked, tell: Tell, time: Shared) -> Extras:
    """Find what is asked for beside the best choice.

    Of each part there is what was found when its share of the time is up; Ctrl+C leaves out what was not
    found yet.
    """
    found = Extras(asked)
    try:
        if asked.near is not None:
            found = _with_near(found, problem, answer, tell, ends_at(time.next_end()))
        if asked.curve:
            found = _with_curve(found, problem, answer, tell, ends_at(time.next_end()))
        if asked.trials and answer.chosen is not None:
            trials = _trials(problem, answer.chosen, asked.trials, tell, ends_at(time.next_end()))
            late = ("trials",) if trials.count < asked.trials else ()
            found = replace(found, trials=trials, late=(*found.late, *late))
    except KeyboardInterrupt:
        return replace(found, stopped=True)
    return found


def _with_near(found: Extras, problem: Problem, answer: Answer, tell: Tell, is_over: Over) -> Extras:
    assert found.asked.near is not None
    tell("Looking for choices nearly as good", 0, 1)
    near = alternatives(problem, answer, found.asked.near, MOST_NEAR, is_over)
    late = ("near",) if not near.complete and is_over() else ()
    return replace(found, near=near, late=(*found.late, *late))


def _with_curve(found: Extras, problem: Problem, answer: Answer, tell: Tell, is_over: Over) -> Extras:
    tell("Looking for the best choice of each number of sites", 0, 1)
    upto = min(found.asked.curve, problem.siting.sites)
    answers = curve_of(problem.siting, upto, is_over, known=answer)
    late = ("curve",) if len(answers) <= upto else ()
    return replace(found, curve=curve_in(problem, answers), late=(*found.late, *late))


def _trials(problem: Problem, chosen: Rows, count: int, tell: Tell, is_over: Over) -> Trials:
    def watch(done: int) -> bool:
        tell("Choosing again with what is not quite known drawn anew", done, count)
        return is_over()

    return how_often(trials_of(problem, count), chosen, watch)


def describe_extras(placed: Placed, extras: Extras) -> dict[str, Any]:
    """Return what was found as plain values, each where it was asked for and found.

    Returns
    -------
    dict
        - `near`: how many choices were `found` so near to the best there can be, whether those are
          `complete`, and `choices`: their `sites` by id, and by which share they fall `short` at most;
        - `trials`: their `count`; in how many the `same_choice` came; of `sites` that came, the `id` and in
          which `share`; and `kept_least`, the least share of what is best in a trial that the choice keeps;
        - `curve`: by number of `sites`, `children` within reach, `extra` by the last of them (below 0 where
          more sites leave fewer within reach, as the aim is another), and whether that is `proven`.
    """
    told: dict[str, Any] = {}
    ids = [str(one) for one in placed.problem.candidates.frame.index]
    if extras.near is not None:
        told["near"] = {
            "found": extras.near.found,
            "complete": bool(extras.near.complete),
            "choices": [
                {"sites": [ids[at] for at in near.chosen], "short": round(float(near.short), 6)}
                for near in extras.near.told
            ],
        }
    if extras.trials is not None:
        trials = extras.trials
        told["trials"] = {
            "count": trials.count,
            "same_choice": trials.often(placed.chosen),
            "sites": [
                {"id": ids[at], "share": round(float(trials.share[at]), 4)} for at in _by_share(trials)
            ],
            "kept_least": round(float(trials.kept.min()), 4),
        }
    if extras.curve is not None:
        told["curve"] = [
            {
                "sites": int(sites),
                "children": round(float(row["children"]), 2),
                "extra": round(float(row["extra"]), 2) if np.isfinite(row["extra"]) else None,
                "proven": bool(row["proven"]),
            }
            for sites, row in extras.curve.frame.iterrows()
        ]
    return told


def late_words(extras: Extras) -> list[str]:
    """Say of each part for which there was not time enough how far it came."""
    said = []
    if "near" in extras.late:
        said.append("Time was up before all choices nearly as good were found.")
    if "curve" in extras.late and extras.curve is not None:
        points, asked = extras.curve.frame.index, number(extras.asked.curve)
        far = f"ends at {number(points[-1])} sites, not {asked}" if len(points) else "has no point yet"
        said.append(f"Time was up: the curve {far}.")
    if "trials" in extras.late and extras.trials is not None:
        made, asked = extras.trials.count, number(extras.asked.trials)
        times = f"{number(made)} time{'' if made == 1 else 's'}"
        said.append(f"Time was up: sites were chosen again {times}, not {asked}.")
    return said


def extra_lines(placed: Placed, extras: Extras) -> list[tuple[str, list[str]]]:
    """Return what was found as titles with lines, for people."""
    told = []
    if extras.near is not None:
        told.append(("Choices nearly as good", _near_lines(placed, extras.near)))
    if extras.trials is not None:
        told.append(("How often sites are chosen", _trial_lines(placed, extras.trials)))
    if extras.curve is not None:
        told.append(("Children within reach by number of new sites", _curve_lines(extras.curve)))
    return told


def _near_lines(placed: Placed, near: NearSets) -> list[str]:
    """Say of each choice what it gives up and gains, and whether there are others."""
    others = [one for one in near.told if not np.array_equal(one.chosen, placed.chosen)]
    swaps = [explain_swap(placed, Placed(placed.problem, one.chosen)) for one in others]
    lines = ["".join(part.text for part in swap) for swap in swaps]
    more = near.others - len(others)
    if more:
        lines.append(f"and {number(more)} more that come as near")
    if not near.complete:
        lines.append("There may be others: not every choice was looked at.")
    return lines or ["There is none."]


def _trial_lines(placed: Placed, trials: Trials) -> list[str]:
    names, chosen = placed.problem.candidates.frame["name"], placed.chosen
    lines = [f"{names.iloc[at]}: in {percent(trials.share[at])}" for at in _by_share(trials)[:MOST_SHOWN]]
    same = f"The same choice as a whole came {number(trials.often(chosen))} times of {number(trials.count)}."
    return [*lines, same, trials_words(placed.problem)]


def _by_share(trials: Trials) -> Rows:
    """Return the sites that were ever chosen, the most often chosen first."""
    order = np.argsort(-trials.share, kind="stable")
    return order[trials.share[order] > 0]


def _curve_lines(curve: Curve) -> list[str]:
    lines = [
        f"{sites}: {number(row['children'])} ({percent(row['share'])})"
        f"{'' if row['proven'] else ', the best found, not proven'}"
        for sites, row in curve.frame.iterrows()
    ]
    return [*lines, FALLS] if curve.falls else lines
