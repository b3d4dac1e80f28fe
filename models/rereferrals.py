"""Re-referrals: the share of referrals of a child who had come within 12 months before."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from geo.area_table import AreaTable
from geo.demand import Demand
from models.demand_series import names_of
from models.levels import Level
from models.words import Part, noun, number, percent

FEWEST_REFERRALS: Final = 50
"""With fewer referrals than this a share says nothing: that of the council stands in its place."""

NORMAL_95: Final = 1.959964
POOLED: Final = (
    "{} {} with fewer than {} referrals, too few for a share: that of the whole council stands there."
)
WHAT_IT_IS: Final = (
    "A re-referral is of a child referred within 12 months before. A high share can mean that help ended too "
    "soon, or that cases are closed and opened again more readily."
)


@dataclass(frozen=True)
class Rereferrals:
    """Re-referral shares of wards or councils over all the months that they are known for.

    Attributes
    ----------
    level
        Ward or council.
    frame
        One row a place, indexed by code: `name`, `referrals`, `again`, `share`, `low`, `high` (its 95 %
        range) and `pooled` (whether the share is that of the council).
    sentence, caveats
        What they say, and what they do not.
    """

    level: Level
    frame: pd.DataFrame
    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]


def rereferral_shares(demand: Demand, areas: AreaTable, level: Level = Level.WARD) -> Rereferrals | None:
    """Return the share of re-referrals of each ward or council; None where they were not counted.

    Parameters
    ----------
    demand
        What is kept of referrals.
    areas
        The areas of the build, which say which wards a council has.
    level
        `Level.WARD` or `Level.COUNCIL`.
    """
    table = demand.tables["rereferrals"]
    if table.empty or level not in (Level.WARD, Level.COUNCIL):
        return None
    by_ward = table.assign(ward_code=table["ward_code"].astype(str)).groupby("ward_code")
    wards = by_ward[["referrals", "again"]].sum()
    council = areas.frame.groupby(areas.frame["ward_code"].astype("object"))["la_code"].first()
    of_ward = wards.index.to_series().map(council)
    councils = _shares(wards.groupby(of_ward).sum())
    if level is Level.COUNCIL:
        frame = councils.assign(pooled=False)
    else:
        frame = _with_pooled(_shares(wards), councils.reindex(of_ward).set_axis(wards.index))
    names = names_of(areas, level)
    frame.insert(0, "name", [names.get(str(code), str(code)) for code in frame.index])
    frame = frame.rename_axis("code").sort_index()
    return Rereferrals(level, frame, _sentence(level, frame, councils), tuple(_caveats(level, frame)))


def share_range(again: pd.Series, referrals: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Return the 95 % range of a share by Wilson's score (Wilson 1927)."""
    n = referrals.where(referrals > 0).astype("float64")
    share, square = again / n, NORMAL_95**2
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = NORMAL_95 * np.sqrt(share * (1 - share) / n + square / (4 * n**2)) / (1 + square / n)
    return (middle - half).clip(lower=0), (middle + half).clip(upper=1)


def _shares(counts: pd.DataFrame) -> pd.DataFrame:
    low, high = share_range(counts["again"], counts["referrals"])
    share = counts["again"] / counts["referrals"].where(counts["referrals"] > 0)
    return counts.assign(share=share, low=low, high=high)


def _with_pooled(wards: pd.DataFrame, councils: pd.DataFrame) -> pd.DataFrame:
    few = wards["referrals"] < FEWEST_REFERRALS
    columns = ["share", "low", "high"]
    return wards.assign(**{c: wards[c].mask(few, councils[c]) for c in columns}, pooled=few)


def _sentence(level: Level, frame: pd.DataFrame, councils: pd.DataFrame) -> tuple[Part, ...]:
    whole = councils[["referrals", "again"]].sum()
    head = f"{percent(whole['again'] / whole['referrals'])} of {number(whole['referrals'])} referrals"
    said = (Part(head, True), Part(" were of a child who had been referred within 12 months before."))
    own = frame[~frame["pooled"]]
    if len(own) < 2:
        return said
    ends = own["share"].sort_index()
    most, least = str(ends.idxmax()), str(ends.idxmin())
    return (
        *said,
        Part(
            f" By {level.singular} it runs from {percent(ends[least])} in {own.at[least, 'name']} to "
            f"{percent(ends[most])} in {own.at[most, 'name']}."
        ),
    )


def _caveats(level: Level, frame: pd.DataFrame) -> list[str]:
    few = int(frame["pooled"].sum())
    pooled = [POOLED.format(number(few), noun(level, few), FEWEST_REFERRALS)] if few else []
    return [WHAT_IT_IS, *pooled]
