"""The rules that a choice of wards keeps to, and the wards as a table that they are read from."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import fsum, inf
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import first_few

PENNY_SHARE: Final = 1e-12
"""By which share of a budget costs that add up to it may pass it by rounding."""


@dataclass(frozen=True, eq=False)
class Rules:
    """What a choice of wards keeps to.

    Attributes
    ----------
    count
        How many wards are chosen at most.
    in_one
        How many of them may lie in one place at most; None for any number.
    places
        The place of each ward, such as its locality: index code; a ward without one is a place of its own.
    budget_gbp
        What they may cost together, in pounds; None for any amount.
    cost_gbp
        What each costs, in pounds; index code. A missing cost is not 0: that ward cannot be chosen.
    out
        Who must not be chosen.
    required
        Who has to be chosen.

    Raises
    ------
    ValueError
        When a number is below what makes sense, or a rule lacks what it is kept by.
    """

    count: int
    in_one: int | None = None
    places: pd.Series | None = None
    budget_gbp: float | None = None
    cost_gbp: pd.Series | None = None
    out: frozenset[str] = frozenset()
    required: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.count < 1:
            raise ValueError(f"At least one is chosen, not {self.count}.")
        if self.in_one is not None and (self.in_one < 1 or self.places is None):
            raise ValueError("At most so many in one place takes one or more, and the place of each.")
        if self.budget_gbp is not None:
            if not 0 <= self.budget_gbp < inf:
                raise ValueError(f"A budget is an amount of 0 or more, not {self.budget_gbp}.")
            if self.cost_gbp is None:
                raise ValueError("A budget takes what each costs.")

    @property
    def spendable(self) -> float:
        """The budget with what rounding may add."""
        return inf if self.budget_gbp is None else self.budget_gbp * (1 + PENNY_SHARE)


@dataclass(frozen=True, eq=False)
class Wards:
    """The wards in the order of their codes, with what the rules ask of each.

    Attributes
    ----------
    codes
        Their codes, sorted.
    value
        Their values; 0 where missing, and then they may not be chosen.
    cost
        Their costs in pounds; missing where they are not known.
    place
        The number of their place.
    may, required
        Who may be chosen, and who has to be.
    without_cost, without_value
        Who may not be chosen for lack of a figure.
    priced
        Whether costs are asked for.
    """

    codes: tuple[str, ...]
    value: npt.NDArray[np.float64]
    cost: npt.NDArray[np.float64]
    place: npt.NDArray[np.int64]
    may: npt.NDArray[np.bool_]
    required: npt.NDArray[np.bool_]
    without_cost: tuple[str, ...]
    without_value: tuple[str, ...]
    priced: bool

    @property
    def cost_or_nothing(self) -> npt.NDArray[np.float64]:
        """Costs as a programme takes them: nothing for those who may not be chosen anyway."""
        return np.nan_to_num(self.cost)

    def value_of(self, picked: Iterable[int]) -> float:
        """Add up values."""
        return fsum(self.value[n] for n in picked)

    def cost_of(self, picked: Iterable[int]) -> float:
        """Add up costs; missing where one of them is."""
        return fsum(self.cost[n] for n in picked)

    def codes_of(self, picked: Iterable[int]) -> tuple[str, ...]:
        """Name who is picked by code, the most value first."""
        return tuple(self.codes[n] for n in sorted(picked, key=lambda n: (-self.value[n], n)))

    def whatever_they_cost(self) -> "Wards":
        """Return the same wards where no cost is asked for, so that none is missing."""
        lacking = np.isin(self.codes, self.without_cost)
        return replace(self, cost=np.zeros(len(self.codes)), may=self.may | lacking)


def wards_of(value: pd.Series, rules: Rules) -> Wards:
    """Line up values, costs and places by code.

    Raises
    ------
    ValueError
        When a code is there twice, or a value or a cost is below 0 or endless.
    """
    codes = sorted(value.index)
    by_code = _of_each(value, codes).astype(float)
    cost = by_code * np.nan if rules.cost_gbp is None else _of_each(rules.cost_gbp, codes).astype(float)
    for what, figures in (("value", by_code), ("cost", cost)):
        wrong = figures.index[(figures < 0) | np.isinf(figures)]
        if len(wrong):
            raise ValueError(f"A {what} is a figure of 0 or more; that of {first_few(wrong)} is not.")
    lacks_value, excluded = by_code.isna().to_numpy(), np.isin(codes, sorted(rules.out))
    lacks_cost = cost.isna().to_numpy() & (rules.cost_gbp is not None)
    return Wards(
        codes=tuple(codes),
        value=by_code.fillna(0.0).to_numpy(),
        cost=cost.to_numpy(),
        place=_places(rules.places, codes),
        may=~(lacks_value | excluded | lacks_cost),
        required=np.isin(codes, sorted(rules.required)),
        without_cost=tuple(np.array(codes)[lacks_cost & ~excluded & ~lacks_value].tolist()),
        without_value=tuple(np.array(codes)[lacks_value & ~excluded].tolist()),
        priced=rules.cost_gbp is not None,
    )


def _of_each(figures: pd.Series, codes: list[str]) -> pd.Series:
    """Return what each code has, missing where it has nothing."""
    twice = figures.index[figures.index.duplicated()]
    if len(twice):
        raise ValueError(f"{first_few(twice.unique())} is there twice.")
    return figures.reindex(codes)


def _places(places: pd.Series | None, codes: list[str]) -> npt.NDArray[np.int64]:
    """Return the number of each place; who has none is a place of its own."""
    if places is None:
        return np.arange(len(codes), dtype=np.int64)
    number = pd.factorize(_of_each(places, codes), sort=True)[0].astype(np.int64)
    alone = number < 0
    number[alone] = len(codes) + np.flatnonzero(alone)
    return number
