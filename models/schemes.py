"""How an indicator is cut into five classes, and what its classes are called.

Ranks of the Indices of Deprivation are placed in the fifths of England's small areas, so that a colour means
the same in every council. Most small areas hold no library and few hold more than one, so numbers of places
stand in classes of their own, as distances do, and as referrals do against what is expected. All other
figures have no national list beside them here: they are placed in fifths of the shapes shown, and the legend
says so.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import pandas as pd

from data.asset_kinds import AssetKind, asset_kinds
from data.indicators import Group, Indicator, Kind
from geo.reach_columns import ReachColumn, read_column
from models.nearness import reach_of, whole_minutes, whole_shares
from models.words import a

FIFTHS: Final = "43210"
"""The five classes as they stand in a legend: the most first."""

DEPRIVATION_WORDS: Final = {
    "4": "most deprived",
    "3": "second",
    "2": "middle",
    "1": "fourth",
    "0": "least deprived",
}
AMOUNT_WORDS: Final = {"4": "most", "3": "second", "2": "middle", "1": "fourth", "0": "fewest"}
SCORE_WORDS: Final = {**AMOUNT_WORDS, "4": "highest", "0": "lowest"}
PLACES_WORDS: Final = {"4": "5 or more", "3": "3 to 4", "2": "2", "1": "1", "0": "none"}
MINUTES_WORDS: Final = {
    "4": "over 30 min",
    "3": "16 to 30 min",
    "2": "11 to 15 min",
    "1": "6 to 10 min",
    "0": "up to 5 min",
}
SHARE_WORDS: Final = {
    "4": "no home",
    "3": "up to 33%",
    "2": "34% to 66%",
    "1": "67% or more",
    "0": "every home",
}
SHARE_SPOKEN: Final = {
    key: words if "home" in words else f"{words} of homes" for key, words in SHARE_WORDS.items()
}

EXPECTED_WORDS: Final = {
    "4": "above, beyond chance",
    "3": "above, could be chance",
    "2": "as expected",
    "1": "below, could be chance",
    "0": "below, beyond chance",
}
EXPECTED_SPOKEN: Final = {
    "4": "above expected, beyond chance",
    "3": "above expected, could be chance",
    "2": "as expected",
    "1": "below expected, could be chance",
    "0": "below expected, beyond chance",
}
"""Classes by how sure a difference is: by its size a map shouts where there is nothing to say."""

OVER_EXPECTED: Final = "times expected"
"""The unit of figures that are held against what is expected."""

AS_EXPECTED: Final = (0.9, 1.1)
"""From the one to below the other a figure is as expected."""

PLACES_FROM: Final = (1, 2, 3, 5)
"""Where the second to the fifth class of a number of places begin."""

MINUTES_UP_TO: Final = (5, 10, 15, 30)
"""Where the first to the fourth class of whole minutes end."""

SHARES_UP_TO: Final = (0.33, 0.66)
"""Where the second and the third class of a share of homes end; in the first is none, in the last all."""


class Comparator(StrEnum):
    """What a value is held against: England, the shapes shown, or bands that are always the same."""

    ENGLAND = "england"
    THESE = "these"
    BANDS = "bands"


@dataclass(frozen=True)
class Scheme:
    """The five classes of one indicator.

    Attributes
    ----------
    comparator
        What a value is held against.
    labels
        The words of each class in a legend that has a title.
    spoken
        The words of each class where they stand alone, as in a tooltip.
    """

    comparator: Comparator
    labels: Mapping[str, str]
    spoken: Mapping[str, str]


def scheme_of(indicator: Indicator, values: pd.Series) -> Scheme:
    """Return the classes that suit an indicator.

    Parameters
    ----------
    indicator
        What is shown.
    values
        Its values in the shapes that are shown. Numbers of places go into fifths where half of the shapes
        hold five or more, as whole localities do: in bands they would all look the same.
    """
    if is_national_rank(indicator):
        return Scheme(Comparator.ENGLAND, DEPRIVATION_WORDS, DEPRIVATION_WORDS)
    if reach_of(indicator) is ReachColumn.MINUTES:
        nearest = f"nearest {place_kind(indicator).singular}"
        spoken = {key: f"{nearest} {words}" for key, words in MINUTES_WORDS.items()}
        return Scheme(Comparator.BANDS, MINUTES_WORDS, spoken)
    if reach_of(indicator) is ReachColumn.SHARE:
        near = f"near {a(place_kind(indicator).singular)}"
        spoken = {key: f"{words} {near}" for key, words in SHARE_SPOKEN.items()}
        return Scheme(Comparator.BANDS, SHARE_WORDS, spoken)
    if is_against_expected(indicator):
        return Scheme(Comparator.BANDS, EXPECTED_WORDS, EXPECTED_SPOKEN)
    if indicator.group is Group.ASSETS and not values.median() >= PLACES_FROM[-1]:
        kind = place_kind(indicator)
        spoken = {key: f"{words} {kind.plural}" for key, words in PLACES_WORDS.items()}
        spoken |= {"1": f"1 {kind.singular}", "0": f"no {kind.singular}"}
        return Scheme(Comparator.BANDS, PLACES_WORDS, spoken)
    words = AMOUNT_WORDS if indicator.kind is Kind.COUNT else SCORE_WORDS
    return Scheme(Comparator.THESE, words, words)


def place_in_bands(indicator: Indicator, values: pd.Series) -> pd.Series:
    """Place numbers of places, minutes or shares of homes in their bands; missing where there is no value.

    Minutes and shares are placed as they are written, whole and to the percent.
    """
    if reach_of(indicator) is ReachColumn.MINUTES:
        bands = np.searchsorted(MINUTES_UP_TO, whole_minutes(values), side="left")
    elif reach_of(indicator) is ReachColumn.SHARE:
        (low, high), shares = SHARES_UP_TO, whole_shares(values)
        bands = np.select([shares.le(0), shares.le(low), shares.le(high), shares.lt(1)], [4, 3, 2, 1], 0)
    else:
        bands = np.searchsorted(PLACES_FROM, values, side="right")
    return pd.Series(bands, index=values.index).astype(str).where(values.notna())


def place_against_expected(ratios: pd.Series, signals: pd.Series) -> pd.Series:
    """Place numbers over expected by how sure it is that they differ from 1; missing where there is no value.

    Parameters
    ----------
    ratios
        Number divided by expected.
    signals
        1 where that is above 1 beyond chance, -1 where it is below, else 0; on the same index.

    Examples
    --------
    >>> ratios = pd.Series([2.0, 2.0, 1.0, 0.5, 0.5])
    >>> place_against_expected(ratios, pd.Series([1, 0, 0, 0, -1])).tolist()
    ['4', '3', '2', '1', '0']
    """
    low, high = AS_EXPECTED
    size = pd.Series(np.searchsorted((low, high), ratios.round(2), side="right") + 1, index=ratios.index)
    placed = size.mask(signals.eq(1), 4).mask(signals.eq(-1), 0)
    return placed.astype(str).where(ratios.notna())


def fifth_of_england(ranks: pd.Series, areas: int) -> pd.Series:
    """Place national ranks in fifths of England's small areas.

    Parameters
    ----------
    ranks
        Ranks within England, 1 the most deprived; an average of ranks may lie between two.
    areas
        Small areas of England that the ranks are out of.

    Returns
    -------
    pandas.Series
        "4" for the most deprived fifth to "0" for the least; missing where there is no rank. As MHCLG
        cuts its deciles: rank r of N is in fifth ceil(5 r / N), counted from 1, the most deprived.

    Examples
    --------
    >>> fifth_of_england(pd.Series([1, 6751, 6752, 33755]), 33_755).tolist()
    ['4', '4', '3', '0']
    """
    position = np.ceil(ranks * 5 / areas).clip(1, 5)
    return (5 - position).map(_digit, na_action="ignore")


def fifth_of_share(worse_than: float) -> int:
    """Place one area in fifths of England by the share of small areas that are less deprived: 4 is the most.

    Examples
    --------
    >>> fifth_of_share(0.98), fifth_of_share(0.8), fifth_of_share(0.1)
    (4, 4, 0)
    """
    return min(int(worse_than * 5), 4)


def fifth_of_these(values: pd.Series) -> pd.Series:
    """Place values in fifths of the values given, the highest in "4". Equal values share a class.

    Examples
    --------
    >>> fifth_of_these(pd.Series([10, 20, 30, 40, 50])).tolist()
    ['0', '1', '2', '3', '4']
    """
    position = np.floor((values.rank(method="min") - 1) * 5 / max(int(values.notna().sum()), 1))
    return position.map(_digit, na_action="ignore")


def is_national_rank(indicator: Indicator) -> bool:
    """Say whether values are ranks within England: a column of ranks in a file of one's own is not."""
    return indicator.group is Group.NEED and indicator.kind is Kind.RANK


def is_against_expected(indicator: Indicator) -> bool:
    """Say whether values are numbers observed over numbers expected: 1 is as expected."""
    return indicator.group is Group.DEMAND and indicator.unit == OVER_EXPECTED


def place_kind(indicator: Indicator) -> AssetKind:
    """Return the kind of place that a number of places, or how well it is reached, is about."""
    if indicator.group is Group.ACCESS:
        return asset_kinds()[read_column(indicator.id)[0]]
    return asset_kinds()[indicator.id.removeprefix("asset_")]


def _digit(number: float) -> str:
    return str(int(number))
