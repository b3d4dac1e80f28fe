"""Near ties: candidates that could stand in for a chosen site, and the choice would do nearly as well."""

from typing import Final

import numpy as np
import pandas as pd

from models.placement import Placed
from models.siting_near import NearSets

WITHIN: Final = 0.01
"""How near to the best that can be another choice has to come, as a share."""

MOST_SITES: Final = 4
"""They are looked for up to so many sites: with more there are so many that they tell nothing on a map."""

MOST_TIES: Final = 6
COLUMNS: Final = ("name", "kind", "postcode", "children", "higher_need", "why")


def ties_of(placed: Placed, near: NearSets) -> pd.DataFrame:
    """Return the candidates that could each stand in for one of the chosen sites, the best first.

    Parameters
    ----------
    placed
        The best choice.
    near
        Choices that do nearly as well.

    Returns
    -------
    pandas.DataFrame
        One row a candidate, index candidate id: `name`, `kind`, `postcode`; `children` whom it alone would
        newly bring within reach, `higher_need` of them in areas of higher need; `why`, for which site it
        could stand in.
    """
    problem, frame = placed.problem, placed.problem.candidates.frame
    rows: dict[str, dict[str, object]] = {}
    for other in near.told:
        into, out = np.setdiff1d(other.chosen, placed.chosen), np.setdiff1d(placed.chosen, other.chosen)
        if len(into) != 1 or len(out) != 1:
            continue
        row, gain = frame.iloc[into[0]], placed.gain_of(int(into[0]))
        rows.setdefault(
            str(frame.index[into[0]]),
            {
                **row[["name", "kind", "postcode"]].to_dict(),
                "children": float(problem.children @ gain),
                "higher_need": float(problem.higher_need @ gain),
                "why": f"Nearly as good in place of {frame['name'].iloc[out[0]]}",
            },
        )
    return pd.DataFrame.from_dict(rows, orient="index", columns=list(COLUMNS)).head(MOST_TIES)
