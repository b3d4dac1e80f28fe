"""What a choice of sites comes to: who is within reach before and after it, and how evenly."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from geo.travel import Floats
from models.placement_problem import Problem

if TYPE_CHECKING:
    from models.placement import Placed


@dataclass(frozen=True)
class Figures:
    """What a choice of sites comes to, as far as it is known.

    Attributes
    ----------
    children
        How many children live where reach is known.
    before, after
        How many of them are within reach today, and with the new sites; places that close are taken away.
    gained, gained_higher, lost
        How many come within reach, how many of those live in areas of higher need, and how many fall out.
    higher, higher_before, higher_after
        As `children`, `before` and `after`, in areas of higher need alone. These and `gained_higher` are
        missing where no rank of deprivation is known.
    weight, weight_before, weight_after
        As these, of what the choice was made for: `Problem.weighing` says what that is.
    mean_before_min, mean_after_min
        The mean way to the nearest place of what the choice was made for; further than the cut-off counts as
        the cut-off.
    mean_of_children_min
        The mean way of all children with the new sites, which can be compared whatever they were chosen for.
    longest_before_min, longest_after_min
        The longest way of anybody; the cut-off where that is further.
    cost_gbp
        What the new sites cost together; None where that is not known of each.
    placed
        The choice.
    """

    children: float
    before: float
    after: float
    gained: float
    gained_higher: float
    lost: float
    higher: float
    higher_before: float
    higher_after: float
    weight: float
    weight_before: float
    weight_after: float
    mean_before_min: float
    mean_after_min: float
    mean_of_children_min: float
    longest_before_min: float
    longest_after_min: float
    cost_gbp: float | None
    placed: "Placed" = field(repr=False, compare=False)

    @cached_property
    def worst_ward_before(self) -> tuple[str, float] | None:
        """The code of the ward with the smallest share of children within reach today, and that share.

        Of wards alike it is the one with most out of reach; None without wards.
        """
        return _worst(self.placed.by_ward, "before")

    @cached_property
    def worst_ward_after(self) -> tuple[str, float] | None:
        """The same with the new sites."""
        return _worst(self.placed.by_ward, "after")

    @cached_property
    def gini_before(self) -> float:
        """How unevenly reach is spread over children today; see `gini_of`."""
        return _gini(self.placed.areas, "before_share")

    @cached_property
    def gini_after(self) -> float:
        """The same with the new sites."""
        return _gini(self.placed.areas, "after_share")

    @property
    def share_before(self) -> float:
        """The share of children within reach today; missing where there are none."""
        return _share(self.before, self.children)

    @property
    def share_after(self) -> float:
        """The share of children within reach with the new sites; missing where there are none."""
        return _share(self.after, self.children)

    @property
    def higher_share_after(self) -> float:
        """The share of children in areas of higher need within reach then; missing where there are none."""
        return _share(self.higher_after, self.higher)


def figures_of(placed: "Placed") -> Figures:
    """Return what a choice of sites comes to."""
    problem, has = placed.problem, placed.within
    cutoff_min = problem.minutes.cutoff_min
    had = (problem.before_min <= problem.wanted.minutes).astype(float)
    new, gone = placed.newly, np.maximum(had - has, 0.0)
    children, higher, weight = problem.children, problem.higher_need, problem.weight
    then = np.minimum(problem.before_min, cutoff_min)
    now = np.minimum(placed.after_min, cutoff_min)
    cost = problem.candidates.frame["cost_gbp"].fillna(_cost_of(problem)).iloc[placed.chosen]
    return Figures(
        children=float(children.sum()),
        before=float(children @ had),
        after=float(children @ has),
        gained=float(children @ new),
        gained_higher=float(higher @ new),
        lost=float(children @ gone),
        higher=float(higher.sum()),
        higher_before=float(higher @ had),
        higher_after=float(higher @ has),
        weight=float(weight.sum()),
        weight_before=float(weight @ had),
        weight_after=float(weight @ has),
        mean_before_min=float(np.average(then, weights=weight)),
        mean_after_min=float(np.average(placed.ways_min, weights=weight)),
        mean_of_children_min=_mean(placed.ways_min, children),
        longest_before_min=float(then[weight > 0].max()),
        longest_after_min=float(now[weight > 0].max()),
        cost_gbp=None if cost.isna().any() else float(cost.sum()),
        placed=placed,
    )


def gini_of(share: Floats, weight: Floats) -> float:
    """Return the Gini coefficient of weighted shares.

    Examples
    --------
    >>> import numpy as np
    >>> gini_of(np.array([0.5, 0.5]), np.array([1.0, 3.0]))
    0.0
    >>> gini_of(np.array([0.0, 1.0]), np.array([1.0, 1.0]))
    0.5
    """
    order = np.argsort(share, kind="stable")
    part = weight[order] / weight.sum()
    held = np.cumsum(share[order] * weight[order])
    if not len(held) or held[-1] <= 0:
        return 0.0
    held = held / held[-1]
    before = np.concatenate([[0.0], held[:-1]])
    return float(round(1.0 - (part * (held + before)).sum(), 12))


def _gini(areas: pd.DataFrame, column: str) -> float:
    known = areas.dropna(subset=[column, "children"])
    known = known[known["children"] > 0]
    return gini_of(known[column].to_numpy(), known["children"].to_numpy(dtype=float))


def _worst(wards: pd.DataFrame, column: str) -> tuple[str, float] | None:
    known = wards[wards["children"] > 0].dropna(subset=[column])
    known = known[known.index.notna()].sort_index()
    if known.empty:
        return None
    share, out = known[column] / known["children"], known["children"] - known[column]
    ordered = pd.DataFrame({"share": share, "out": -out}).sort_values(["share", "out"], kind="stable")
    return str(ordered.index[0]), float(ordered["share"].iloc[0])


def _cost_of(problem: Problem) -> float:
    return float("nan") if problem.wanted.cost_gbp is None else problem.wanted.cost_gbp


def _mean(minutes: Floats, children: Floats) -> float:
    return float(np.average(minutes, weights=children)) if children.sum() > 0 else float("nan")


def _share(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
