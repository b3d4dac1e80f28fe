"""Reach added up: by ward, locality and council, by fifth of deprivation, and over all areas."""

from typing import Final

import numpy as np
import pandas as pd

from geo.area_table import AreaTable
from geo.weighted import Weighted, is_half
from models.levels import CODE_COLUMNS, Level
from models.reach import HIGHER, HIGHER_NEED, LOWER_NEED, REACHED, UNKNOWN_NEED, Reach
from models.reach_need import FIFTHS, UNPLACED

ALL: Final = "all"


def by_level(reach: Reach, areas: AreaTable, level: Level) -> pd.DataFrame:
    """Add reach up by ward, locality or council.

    Parameters
    ----------
    reach
        The reach of some or all areas.
    areas
        The area table, which says what each is part of.
    level
        Not small areas: those are `reach.areas`.

    Returns
    -------
    pandas.DataFrame
        One row a shape that holds any of the areas, index its code:

        - `name`, `la_code`, `areas`, `areas_unknown` (areas whose children out of reach are not known: in
          the sums below they are left out, and a sum of nothing is missing);
        - `children`, `children_out`, `out_share` (of them), `children_out_deprived` (in the two most deprived
          fifths of England), `households_no_car`, `households_no_car_out`;
        - `nearest_min`, `nearest_from_min`, `nearest_to_min`, `reached_share`: as for areas, but of children;
          of homes, each area counting once, where the children of one are not known;
        - `within`, `score`: the means over them;
        - `gap`: one of `GAPS`; of higher need is a shape with at least half of its children out of reach in
          the two most deprived fifths.
    """
    column = CODE_COLUMNS[level]
    named = areas.frame.loc[reach.areas.index]
    added = added_up(reach, named[column].astype(object))
    prefix = column.removesuffix("_code")
    groups = named.groupby(column, sort=True)
    added.insert(0, "name", groups[f"{prefix}_name"].first())
    added.insert(1, "la_code", groups["la_code"].first())
    return added


def by_ward(reach: Reach, areas: AreaTable) -> pd.DataFrame:
    """Add reach up by ward: see `by_level`."""
    return by_level(reach, areas, Level.WARD)


def by_fifth(reach: Reach) -> pd.DataFrame:
    """Add reach up by fifth of England: index 1, the most deprived, to 5, and missing where there is any.

    The columns are those of `by_level` without `name` and `la_code`.
    """
    fifths = reach.areas["fifth"]
    unknown = [UNPLACED] if fifths.isna().any() else []
    added = added_up(reach, fifths.astype("object").where(fifths.notna(), UNPLACED))
    added = added.reindex([*FIFTHS, *unknown])
    nobody = added["areas"].isna()
    added[["areas", "areas_unknown"]] = added[["areas", "areas_unknown"]].fillna(0).astype("int64")
    added.loc[nobody, ["children", "children_out"]] = 0.0
    added.index = pd.Index(pd.array([*FIFTHS, *[pd.NA for _ in unknown]], dtype="Int64"), name="fifth")
    return added


def in_all(reach: Reach) -> pd.Series:
    """Add reach up over all of its areas: the columns of `by_fifth`."""
    return added_up(reach, pd.Series(ALL, reach.areas.index, dtype="object")).loc[ALL]


def added_up(reach: Reach, keys: pd.Series) -> pd.DataFrame:
    """Add reach up by what each area is part of.

    Parameters
    ----------
    reach
        The reach of some areas.
    keys
        What each of them is part of, by area code; missing where it is part of nothing.

    Returns
    -------
    pandas.DataFrame
        The columns of `by_fifth`, by key.
    """
    areas = reach.areas
    sums = _sums(areas, keys)
    codes, known = reach.costs.starts["area_code"], reach.known
    counts = _weights(areas["children"], known, keys)
    group = keys.where(known).reindex(codes).where(reach.measured)
    weight = reach.shares * counts.reindex(codes).fillna(0.0).to_numpy(dtype=float)
    nearest = reach.nearest.minutes
    of = Weighted.by(group, weight)
    there = pd.DataFrame(
        {
            "nearest_min": of.middle(nearest),
            "nearest_from_min": of.least(nearest),
            "nearest_to_min": of.most(nearest),
            "reached_share": of.share(nearest <= reach.asked.minutes),
        }
    ).reindex(sums.index)
    by_area = Weighted.by(keys.where(known), counts.to_numpy(dtype=float))
    for column in ("within", "score"):
        there[column] = by_area.mean(areas[column].to_numpy(dtype=float))
    sums = sums.join(there)
    sums["gap"] = _gap(sums)
    return sums.drop(columns="children_out_placed")


def _sums(areas: pd.DataFrame, keys: pd.Series) -> pd.DataFrame:
    known = areas["children_out"].notna()
    deprived = areas["fifth"].le(HIGHER).astype("object").fillna(False).astype(bool)
    placed = areas["children_out"].where(areas["fifth"].notna())
    cars = areas["households_no_car_out"].notna()
    each = pd.DataFrame(
        {
            "areas": 1,
            "areas_unknown": (~known).astype(int),
            "children": areas["children"].where(known),
            "children_out": areas["children_out"],
            "children_out_placed": placed,
            "children_out_deprived": placed.where(deprived, placed * 0.0),
            "households_no_car": areas["households_no_car"].where(cars),
            "households_no_car_out": areas["households_no_car_out"],
        }
    )
    sums = each.groupby(keys.to_numpy(dtype=object), sort=True).sum(min_count=1)
    sums.insert(4, "out_share", sums["children_out"] / sums["children"].where(sums["children"] > 0))
    sums.index.name = keys.name
    return sums


def _weights(children: pd.Series, known: pd.Series, keys: pd.Series) -> pd.Series:
    """Return how much each area counts in its group: by its children where all are known, else as one."""
    groups = keys.to_numpy(dtype=object)
    lacking = (known & children.isna()).groupby(groups).transform("any").eq(True)
    nobody = children.where(known).groupby(groups).transform("sum").eq(0)
    return children.mask(lacking | nobody, 1.0)


def _gap(sums: pd.DataFrame) -> pd.Series:
    """Return which of `GAPS` each group is."""
    out = sums["children_out"].where(sums["children_out"] > 0)
    deprived = sums["children_out_deprived"].fillna(0.0)
    unplaced = (out - sums["children_out_placed"].fillna(0.0)).fillna(0.0)
    need = np.where(is_half(deprived / out), HIGHER_NEED, LOWER_NEED)
    unsure = out.isna() | (~is_half(deprived / out) & is_half((deprived + unplaced) / out))
    gap = np.where(is_half(sums["reached_share"]), REACHED, np.where(unsure, UNKNOWN_NEED, need))
    return pd.Series(gap, sums.index, dtype="object").where(sums["reached_share"].notna())
