"""A few questions that tell types of area apart: a decision tree of scikit-learn's, read as rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeClassifier

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

QUESTIONS: Final = 3
"""How many questions deep the tree is."""

FOLDS: Final = 5
LEAF_SHARE: Final = 0.02
"""A rule speaks of at least so large a share of the areas."""

_AT_AVERAGE: Final = 0.05


@dataclass(frozen=True)
class Rule:
    """One path through the questions: `conditions` in words, the `type` it says, and the share `right`."""

    conditions: tuple[str, ...]
    type: str
    areas: int
    right: float


def fit_tree(values: pd.DataFrame, kinds: pd.Series, seed: int = 0) -> DecisionTreeClassifier:
    """Fit a tree of few questions in which each type counts alike."""
    return _unfitted(seed).fit(values.to_numpy(), kinds.to_numpy(dtype=object))


def _unfitted(seed: int) -> DecisionTreeClassifier:
    from sklearn.tree import DecisionTreeClassifier

    return DecisionTreeClassifier(
        max_depth=QUESTIONS, min_samples_leaf=LEAF_SHARE, class_weight="balanced", random_state=seed
    )


def right_in_unseen_wards(values: pd.DataFrame, kinds: pd.Series, ward: Positions, seed: int) -> float:
    """Return how often the tree is right in wards that were left out, each type counting alike.

    Parameters
    ----------
    values, kinds
        The areas.
    ward
        The ward of each, as a number; at least five of them.
    seed
        Of the folds.
    """
    from sklearn.metrics import recall_score
    from sklearn.model_selection import GroupKFold, cross_val_predict

    folds = GroupKFold(FOLDS, shuffle=True, random_state=seed)
    y = kinds.to_numpy(dtype=object)
    told = cross_val_predict(_unfitted(seed), values.to_numpy(), y, groups=ward, cv=folds)
    return float(recall_score(y, told, average="macro", zero_division=0))


def read_rules(
    tree: DecisionTreeClassifier, values: pd.DataFrame, kinds: pd.Series, labels: Mapping[str, str]
) -> list[Rule]:
    """Read a tree as rules; questions whose answers say the same type are left out.

    Parameters
    ----------
    tree
        Fitted on `values` and `kinds`, each type once at least.
    values, kinds
        The areas.
    labels
        What the columns are called; their ids where not given.
    """
    inner, mean, spread = tree.tree_, values.mean().to_numpy(), values.std(ddof=0).to_numpy()
    leaf, told = tree.apply(values.to_numpy()), tree.predict(values.to_numpy())
    y = kinds.to_numpy(dtype=object)

    def under(node: int, sides: dict[tuple[int, str], float], inside: Array) -> list[Rule]:
        said = np.unique(told[inside].astype(str))
        if len(said) == 1:
            conditions = tuple(
                f"{labels.get(values.columns[column], str(values.columns[column]))} {_place(at, side)}"
                for (column, side), at in sides.items()
            )
            right = float((y[inside] == said[0]).mean())
            return [Rule(conditions, str(said[0]), int(inside.sum()), right)]
        column = int(inner.feature[node])
        at = float((inner.threshold[node] - mean[column]) / spread[column])
        low = values.iloc[:, column].to_numpy() <= inner.threshold[node]
        return [
            *under(inner.children_left[node], {**sides, (column, "below"): at}, inside & low),
            *under(inner.children_right[node], {**sides, (column, "above"): at}, inside & ~low),
        ]

    return under(0, {}, leaf >= 0)


def _place(at: float, side: str) -> str:
    """Say on which side of a cut: "above average", or "below a cut 0.8 steps above average"."""
    if abs(at) < _AT_AVERAGE:
        return f"{side} average"
    return f"{side} a cut {abs(at):.1f} steps {'above' if at > 0 else 'below'} average"
