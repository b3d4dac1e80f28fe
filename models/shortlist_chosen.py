"""Who is chosen from a shortlist: those of most value, within a spread and a budget where there are any."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import pandas as pd

from data.errors import GeographyError, InfeasibleError, SourceError, first_few
from data.shortlist_criteria import Asked, Budget, Spread
from models.levels import LevelData
from models.shortlist_choose import Chosen, choose
from models.shortlist_rules import Rules

PLACE_COLUMNS: Final = {"locality": "locality_code", "council": "la_code", "ward": "ward_code"}
"""The column that says in which place of a spread rule a shape lies."""

QUICK_S: Final = 1.0
"""How long each choice without one criterion is looked for where there is a budget."""


@dataclass(frozen=True, eq=False)
class Choosing:
    """What is chosen by, for the shapes that are compared.

    Attributes
    ----------
    rules
        How many, at most how many in one place, and within which budget.
    names
        What shapes are called, by code.
    """

    rules: Rules
    names: Mapping[str, str]

    def choose(self, value: pd.Series, *, quick: bool = False) -> Chosen:
        """Choose by value (0 to 100, index code).

        Raises
        ------
        InfeasibleError
            When nobody can be chosen under the rules.
        """
        return choose(value, self.rules, self.names, **({"seconds": QUICK_S} if quick else {}))

    def without_each(
        self, values: pd.DataFrame, weights: Mapping[str, float], chosen: tuple[str, ...]
    ) -> pd.DataFrame:
        """Choose again with each criterion left out, the weights of the others in their proportions.

        Floors and vetoes of the criterion stay. One that has all the weight cannot be left out.

        Parameters
        ----------
        values
            Codes x indicators, 0 to 1.
        weights
            By indicator; they sum to 1.
        chosen
            The codes that are chosen with all.

        Returns
        -------
        pandas.DataFrame
            Index indicator: `enter` and `leave` (tuples of codes), and `changed`, how many leave or, where
            that is more, enter.
        """
        rows = {}
        for indicator, own in weights.items():
            if own > 1 - 1e-12:
                continue
            rest = pd.Series({name: w / (1 - own) for name, w in weights.items() if name != indicator})
            others = self.choose(value_of(values[rest.index], rest), quick=True).codes
            enter = tuple(code for code in others if code not in chosen)
            leave = tuple(code for code in chosen if code not in others)
            rows[indicator] = (enter, leave, max(len(enter), len(leave)))
        found = pd.DataFrame.from_dict(rows, orient="index", columns=["enter", "leave", "changed"])
        return found.astype({"changed": "int64"}).rename_axis("indicator")


def value_of(values: pd.DataFrame, weights: Mapping[str, float] | pd.Series) -> pd.Series:
    """Return the value of each shape, 0 to 100: what its figures are worth times the weights.

    Sums are rounded to a billionth, so that equal shapes are equal whatever the order of criteria.
    """
    share = pd.Series(weights, dtype="float64").sort_index()
    return (values[share.index].mul(share, axis=1).sum(axis=1) * 100).round(9).rename("value")


def choosing_of(data: LevelData, asked: Asked, codes: pd.Index, names: pd.Series) -> Choosing:
    """Return what is chosen by.

    Parameters
    ----------
    data
        Values at the level.
    asked
        What is asked.
    codes
        The codes that are compared.
    names
        What they are called, on these codes.

    Raises
    ------
    GeographyError
        When the spread is within a place that the data does not tell.
    SourceError
        When costs are for codes that are not there.
    InfeasibleError
        When none of those compared has a cost.
    """
    budget = asked.budget
    rules = Rules(
        count=asked.top,
        in_one=None if asked.spread is None else asked.spread.most,
        places=None if asked.spread is None else _places(data, asked.spread, codes),
        budget_gbp=None if budget is None else budget.gbp,
        cost_gbp=None if budget is None else _costs(data, budget, codes),
    )
    return Choosing(rules, names.to_dict())


def _places(data: LevelData, spread: Spread, codes: pd.Index) -> pd.Series:
    column = PLACE_COLUMNS[spread.within]
    if column not in data.frame.columns or data.frame.loc[codes, column].isna().all():
        raise GeographyError(
            f"No {data.level.singular} here has a {spread.within}, so that they cannot be spread by it.",
            "Spread by council, or add a layer of localities to the folder and build again.",
        )
    return data.frame.loc[codes, column]


def _costs(data: LevelData, budget: Budget, codes: pd.Index) -> pd.Series:
    if not isinstance(budget.cost_gbp, Mapping):
        return pd.Series(float(budget.cost_gbp), index=codes)
    strange = [code for code in budget.cost_gbp if code not in data.frame.index]
    if strange:
        raise SourceError(
            f"{len(strange):,} costs are of codes that are no {data.level.plural}: {first_few(strange)}.",
            "Correct the codes in cost_gbp.",
        )
    costs = pd.Series(dict(budget.cost_gbp), dtype="float64").reindex(codes)
    if costs.isna().all():
        raise InfeasibleError(
            f"None of the {data.level.plural} compared has a cost.", "Give costs in cost_gbp, by code."
        )
    return costs
