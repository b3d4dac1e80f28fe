"""What it would take to get a ward in: the smallest shift of weights, or the proof that none does.

A ward is in the top `k` when it is ahead, by a margin, of all wards but `k` - 1; a tie is not a lead. The
shift is the weight that moves from some criteria to others: half the sum of all changes. For a ward that is
in, the smallest shift is found at which `k` others are ahead of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from data.errors import first_few
from models.shortlist_get_in import Won, get_in, groups_ahead
from models.shortlist_get_out import get_out
from models.shortlist_shift import Race
from models.shortlist_whole import SHARP

MARGIN: Final = 1e-6
"""By how much of a value from 0 to 1 a ward has to be ahead."""

A_WHILE_S: Final = 3.0
"""How long the smallest shift is looked for."""


NONE: Final = Won(None, proven=True, at_least=1.0)
"""No weights at all do."""


class Way(StrEnum):
    """What a shift is looked for to do."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, eq=False)
class Takes:
    """What it would take to bring a ward in, or to put one out that is in.

    Attributes
    ----------
    code, top
        The ward, and how many are in.
    way
        What the shift does: brings it in where it is not, puts it out where it is.
    shift
        The smallest total shift of weight, as a share of all weight; None where none was found.
    weights
        The weights after it, by criterion; None where none was found.
    before
        The weights that were given.
    proven
        Whether no smaller shift does, or no weights at all do where there is none.
    at_least
        How large any shift is at least that does; 1 where it is proven that none does.
    passed
        Whom the ward gets ahead of, or who gets ahead of it, by the shift: codes.
    level
        Who is level with it at the weights given, within the margin: codes.
    groups
        The proof that no weights bring it in: `top` groups of others, nobody in two, in each of which one is
        no lower whatever the weights; a group of one is no lower on any criterion. Fewer where the search
        alone proves it.
    """

    code: str
    top: int
    way: Way
    shift: float | None
    weights: pd.Series | None
    before: pd.Series
    proven: bool
    at_least: float
    passed: tuple[str, ...] = ()
    level: tuple[str, ...] = ()
    groups: tuple[tuple[str, ...], ...] = ()

    @property
    def change(self) -> pd.Series | None:
        """What the weight of each criterion gains, below 0 what it loses."""
        return None if self.weights is None else self.weights - self.before

    @property
    def caveats(self) -> tuple[str, ...]:
        """What has to be known of it, in sentences."""
        told = ["It moves weights only: the figures, their curves and what is ruled out stay as they are."]
        if self.shift is not None:
            told.append("Other shifts of the same size may do as well; this is one of the smallest.")
        return tuple(told)


def takes_of(
    values: pd.DataFrame,
    weights: pd.Series,
    top: int,
    code: str,
    *,
    margin: float = MARGIN,
    seconds: float = A_WHILE_S,
) -> Takes:
    """Find the smallest shift of weights that brings a ward into the top, or puts one out that is in.

    Parameters
    ----------
    values
        Values from 0 to 1 without gaps: index code, one column a criterion.
    weights
        The weight of each criterion, 0 or more; they sum to 1.
    top
        How many are in.
    code
        The ward.
    margin
        By how much it has to be ahead of those it beats, in value from 0 to 1.
    seconds
        How long to look.

    Raises
    ------
    ValueError
        When values have gaps, codes are there twice, weights do not fit, or the ward is not among them.

    Examples
    --------
    >>> values = pd.DataFrame({"need": [0.8, 0.2], "reach": [0.3, 0.7]}, index=["a", "b"])
    >>> takes = takes_of(values, pd.Series({"need": 0.7, "reach": 0.3}), 1, "b")
    >>> takes.way.value, round(takes.shift, 3), takes.weights.round(3).to_dict()
    ('in', 0.3, {'need': 0.4, 'reach': 0.6})
    """
    table, given = _checked(values, weights, top, code)
    others = table.drop(index=code)
    leads, start = table.loc[code].to_numpy() - others.to_numpy(), given.to_numpy()
    race = Race(leads, start, max(len(others) - top + 1, 0), margin)
    way = Way.IN
    groups: tuple[tuple[int, ...], ...] = ()
    if race.ahead(start).sum() >= race.need:
        way, race = Way.OUT, Race(-leads, start, top, margin)
        won = get_out(race, seconds) if top <= len(others) else NONE
    else:
        groups = groups_ahead(race, top)
        won = NONE if len(groups) >= top else get_in(race, seconds)
    after = None if won.weights is None else race.finished(won.weights)
    shift = None if after is None else float(np.abs(after - start).sum() / 2)
    passed = np.zeros(len(others), dtype=bool) if after is None else race.ahead(after) & ~race.ahead(start)
    return Takes(
        code=code,
        top=top,
        way=way,
        shift=shift,
        weights=None if after is None else pd.Series(after, given.index).reindex(weights.index),
        before=given.reindex(weights.index),
        proven=won.proven,
        at_least=won.at_least if shift is None else min(won.at_least, shift),
        passed=tuple(others.index[passed]),
        level=tuple(others.index[np.abs(leads @ start) < margin]),
        groups=() if after is not None else _named(groups, others, given),
    )


def _checked(values: pd.DataFrame, weights: pd.Series, top: int, code: str) -> tuple[pd.DataFrame, pd.Series]:
    """Return values and weights in the order of codes and criteria, or refuse them."""
    twice = values.index[values.index.duplicated()]
    if len(twice):
        raise ValueError(f"{first_few(twice.unique())} is there twice among the values.")
    if set(values.columns) != set(weights.index) or not weights.index.is_unique:
        raise ValueError("Values and weights are not of the same criteria.")
    if values.isna().to_numpy().any() or not values.stack().between(-SHARP, 1 + SHARP).all():
        raise ValueError("Values are figures from 0 to 1 without gaps.")
    if not (weights >= 0).all() or abs(weights.sum() - 1) > MARGIN:
        raise ValueError("Weights are 0 or more and sum to 1.")
    if code not in values.index or top < 1:
        raise ValueError(f"{code} is not among the values, or the top {top} is nobody.")
    given = weights.sort_index().astype(float)
    return values.sort_index()[given.index].astype(float), given / given.sum()


def _named(
    groups: Sequence[Sequence[int]], others: pd.DataFrame, weights: pd.Series
) -> tuple[tuple[str, ...], ...]:
    """Name the others of each group, the smallest groups and those of most value first."""
    value = others @ weights
    told = [
        tuple(sorted((str(others.index[row]) for row in group), key=lambda code: (-value[code], code)))
        for group in groups
    ]
    return tuple(sorted(told, key=lambda group: (len(group), -value[group[0]], group)))
