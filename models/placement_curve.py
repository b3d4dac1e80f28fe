"""What each further site adds, in children: how many are within reach with the best choice of so many."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from models.placement_problem import Problem
from models.siting import Answer, Rows
from models.words import few, number, percent, sentence_case


@dataclass(frozen=True, eq=False)
class Curve:
    """How many children are within reach by the number of new sites.

    Attributes
    ----------
    frame
        One row a number of sites for which there is a choice, index from 0 on: `children` within reach,
        `share` of all children, `extra` children by the last of the sites (missing in the first row), and
        whether the choice is `proven` to be the best.
    total
        All children that are looked at.
    """

    frame: pd.DataFrame
    total: float

    @property
    def unproven(self) -> tuple[int, ...]:
        """For which numbers of sites the choice is the best found, and not proven."""
        return tuple(int(sites) for sites in self.frame.index[~self.frame["proven"]])


def curve_in(problem: Problem, answers: Sequence[Answer]) -> Curve:
    """Count the children within reach by the number of new sites.

    Parameters
    ----------
    problem
        The problem.
    answers
        The best choice of at most 0, 1, ... sites: see `models.siting_curve.curve_of`.
    """
    total = float(problem.children.sum())
    there = {sites: one for sites, one in enumerate(answers) if one.chosen is not None}
    children = pd.Series(
        [reached_by(problem, one.chosen) for one in there.values() if one.chosen is not None],
        pd.Index(list(there), name="sites"),
        dtype=float,
    )
    frame = pd.DataFrame(
        {
            "children": children,
            "share": children / total if total > 0 else np.nan,
            "extra": children.diff(),
            "proven": [one.proven for one in there.values()],
        }
    )
    return Curve(frame.astype({"proven": bool}), total)


def reached_by(problem: Problem, chosen: Rows) -> float:
    """Return how many children are within the minutes, by today's places and some candidates."""
    return float(problem.children[problem.after_min(chosen) <= problem.wanted.minutes].sum())


def curve_words(curve: Curve, chosen: int) -> str:
    """Say what the last of the chosen sites adds, and what one more would; nothing where it is not known."""
    last, more = (curve.frame["extra"].get(sites, np.nan) for sites in (chosen, chosen + 1))
    told = []
    if chosen > 1 and np.isfinite(last):
        told.append(f"the last of the {few(chosen)} sites adds {number(last)} children")
    if np.isfinite(more):
        told.append(f"one more would add {number(more)}{'' if told else ' children'}")
    return f"{sentence_case('; '.join(told))}." if told else ""


def curve_text(curve: Curve, within: str) -> str:
    """Say the curve as one text, for those who do not see it.

    Parameters
    ----------
    curve
        The curve.
    within
        What within reach is: "within 15 minutes’ walk of a library".
    """
    shares = ", ".join(f"{sites}: {percent(share)}" for sites, share in curve.frame["share"].items())
    return f"Share of children {within} by number of new sites. {shares}."
