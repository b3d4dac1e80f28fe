"""What each further site adds, in children: how many are within reach with the best choice of so many.

Where something else than their number is made as good as can be, such as the mean way, one more site can
leave fewer children within reach.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from models.placement_problem import Problem
from models.reach_phrases import NEXT_TO_NOTHING
from models.siting import Answer, Rows
from models.words import few, number, percent, sentence_case

FALLS: Final = "More sites can leave fewer children within reach, as each choice is best by another aim."


@dataclass(frozen=True, eq=False)
class Curve:
    """How many children are within reach by the number of new sites.

    Attributes
    ----------
    frame
        One row a number of sites for which there is a choice, index from 0 on: `children` within reach,
        `share` of all children, `extra` children by the last of the sites (missing in the first row, below 0
        where more sites leave fewer within reach), and whether the choice is `proven` to be the best.
    total
        All children that are looked at.
    """

    frame: pd.DataFrame
    total: float

    @property
    def unproven(self) -> tuple[int, ...]:
        """For which numbers of sites the choice is the best found, and not proven."""
        return tuple(int(sites) for sites in self.frame.index[~self.frame["proven"]])

    @property
    def falls(self) -> bool:
        """Whether fewer children are within reach with some number of sites than with one site less."""
        return bool((self.frame["extra"] <= -NEXT_TO_NOTHING).any())


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
    """Say what the last of the chosen sites adds, and what one more would; nothing where it is not known.

    Where the curve falls that is said too.
    """
    last, more = (curve.frame["extra"].get(sites, np.nan) for sites in (chosen, chosen + 1))
    told = []
    if chosen > 1 and last <= -NEXT_TO_NOTHING:
        told.append(f"{few(chosen)} sites reach {number(-last)} fewer children than {few(chosen - 1)}")
    elif chosen > 1 and np.isfinite(last):
        told.append(f"the last of the {few(chosen)} sites adds {number(last)} children")
    whom = "" if told else " children"
    if more <= -NEXT_TO_NOTHING:
        told.append(f"with one more, {number(-more)} fewer{whom} would be within reach")
    elif np.isfinite(more):
        told.append(f"one more would add {number(more)}{whom}")
    words = [f"{sentence_case('; '.join(told))}."] if told else []
    return " ".join([*words, FALLS] if curve.falls else words)


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
