"""Rules beside clusters: how far two ways of sorting the same areas agree, and where they part.

Sources: Hubert and Arabie (1985) for the adjusted Rand index; Cramér (1946) for V; Strehl and Ghosh (2002)
for normalised mutual information.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from data.operating_models import NO_RULE, NOT_ENOUGH_DATA
from models.operating_models import OperatingModels
from models.words import number, percent

CLOSE, LOOSE = 0.5, 0.15
NOT_A_TEST: Final = (
    "Types and rules are made of the same figures, so that they agree somewhat is no proof of either. Where "
    "they part is where somebody who knows the place should look."
)

ONE_GROUP: Final = (
    "Every small area has the same type or the same way of working, so how far types and rules agree cannot "
    "be told."
)


@dataclass(frozen=True)
class Agreement:
    """How types and operating models agree.

    Attributes
    ----------
    table
        How many areas of each type (rows, by letter) have each model (columns, in the order of the rules).
    usual
        The most frequent model of each type, by letter; the earlier rule where two are as frequent.
    share
        The share of the areas that have the usual model of their type.
    rand
        The adjusted Rand index: 1 the same, 0 no more than chance; says nothing where one side has one group
        only.
    cramers_v, mutual
        Cramér's V and normalised mutual information, each 0 to 1; missing where one side has one group only.
    parted
        The areas with another model than is usual for their type: `type`, `model`, `usual`, by area code.
    sentence
        What that comes to, in words.
    caveats
        What to bear in mind.
    """

    table: pd.DataFrame
    usual: Mapping[str, str]
    share: float
    rand: float
    cramers_v: float
    mutual: float
    parted: pd.DataFrame
    sentence: str
    caveats: tuple[str, ...] = (NOT_A_TEST,)


def compare_types(types: pd.Series, found: OperatingModels) -> Agreement | None:
    """Set types beside operating models; None where no area has both.

    Parameters
    ----------
    types
        The letter of each area's type, by area code; missing for an area without one.
    found
        The operating models. Areas without enough data, or that no rule is near, are not compared. What is
        compared is what the rules say, whatever people gave in its place.
    """
    from sklearn.metrics import adjusted_rand_score, normalized_mutual_info_score

    both = pd.DataFrame({"type": types.reindex(found.frame.index), "model": found.frame["by_rule"]})
    both = both[both["type"].notna() & ~both["model"].isin([NO_RULE, NOT_ENOUGH_DATA])]
    if both.empty:
        return None
    order = [m.id for m in found.rules.models if both["model"].eq(m.id).any()]
    table = pd.crosstab(both["type"], both["model"]).reindex(columns=order).sort_index()
    usual = {str(letter): str(row.idxmax()) for letter, row in table.iterrows()}
    expected = both["type"].map(usual)
    agree = both["model"].eq(expected)
    parted = both.assign(usual=expected)[~agree]
    share = float(agree.mean())
    several = min(table.shape) > 1
    rand = float(adjusted_rand_score(both["type"], both["model"]))
    return Agreement(
        table=table,
        usual=usual,
        share=share,
        rand=rand,
        cramers_v=cramers_v(table) if several else float("nan"),
        mutual=float(normalized_mutual_info_score(both["type"], both["model"])) if several else float("nan"),
        parted=parted,
        sentence=_sentence(share, rand, len(both), len(parted)) if several else ONE_GROUP,
    )


def cramers_v(table: pd.DataFrame) -> float:
    """Return Cramér's V of a table of counts: 0 where rows tell nothing of columns, 1 where all.

    Examples
    --------
    >>> cramers_v(pd.DataFrame([[5, 0], [0, 5]])), cramers_v(pd.DataFrame([[5, 5], [5, 5]]))
    (1.0, 0.0)
    """
    counts = table.to_numpy(dtype=float)
    total = counts.sum()
    expected = counts.sum(axis=1, keepdims=True) * counts.sum(axis=0, keepdims=True) / total
    chi2 = ((counts - expected) ** 2 / expected).sum()
    return float(np.sqrt(chi2 / (total * (min(counts.shape) - 1))))


def _sentence(share: float, rand: float, count: int, parted: int) -> str:
    how = "agree closely" if rand >= CLOSE else "agree loosely" if rand >= LOOSE else "hardly agree"
    return (
        f"Types and rules {how}: {percent(share)} of {number(count)} small areas have the way of "
        f"working that is usual for their type, and {number(parted)} have another (adjusted Rand index "
        f"{rand:.2f}: 1 is the same, 0 no more than chance)."
    )
