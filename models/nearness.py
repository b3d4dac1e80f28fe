"""How near places are, in words: minutes to the nearest, homes near one, and supply for each child."""

import math
from typing import Final

import numpy as np
import pandas as pd

from data.indicators import Group, Indicator
from geo.reach_columns import PREFIX, SHARE_OF, ReachColumn, read_column

LEAST_MIN: Final = 1.0
"""No walk takes less than a minute."""

_DIGITS: Final = 6


def reach_of(indicator: Indicator) -> ReachColumn | None:
    """Return what an indicator tells of reach, if it tells of it at all.

    Not all that is about access is a column of reach: children out of reach are counted beside them.
    """
    tells = indicator.group is Group.ACCESS and indicator.id.startswith(PREFIX)
    return read_column(indicator.id)[1] if tells else None


def is_minutes(indicator: Indicator) -> bool:
    """Say whether an indicator is how many minutes away the nearest place is."""
    return reach_of(indicator) is ReachColumn.MINUTES


def whole_minutes(values: pd.Series) -> pd.Series:
    """Return minutes as they are written: rounded up, so that what is written as 15 is within 15.

    Examples
    --------
    >>> whole_minutes(pd.Series([0.0, 11.6, 14.1])).tolist()
    [1.0, 12.0, 15.0]
    """
    return np.ceil(values.round(_DIGITS)).clip(lower=LEAST_MIN)


def whole_shares(values: pd.Series) -> pd.Series:
    """Return shares as they are written: to the percent, and only nothing as 0 and only everything as 1.

    Examples
    --------
    >>> whole_shares(pd.Series([0.0, 0.004, 0.584, 0.997, 1.0])).tolist()
    [0.0, 0.004, 0.58, 0.997, 1.0]
    """
    return values.round(2).where(values.between(0.01, 0.99), values)


def short_minutes(minutes: float) -> str:
    """Write minutes for a table or beside a name.

    Examples
    --------
    >>> short_minutes(11.6), short_minutes(0.2)
    ('12 min', '1 min')
    """
    return f"{_whole(minutes):,} min"


def journey_of(minutes: float, indicator: Indicator) -> str:
    """Write a journey of some minutes within a sentence: "12 minutes’ walk".

    Parameters
    ----------
    minutes
        How long it takes.
    indicator
        One whose unit is minutes, with what the journey is called.
    """
    whole, walk = _whole(minutes), journey_word(indicator)
    return f"{whole:,} minute’s {walk}" if whole == 1 else f"{whole:,} minutes’ {walk}"


def journey_word(indicator: Indicator) -> str:
    """Return what a journey is called, of an indicator whose unit is minutes: "walk"."""
    return indicator.unit.partition(" ")[2]


def minutes_in_words(minutes: float) -> str:
    """Write minutes out where the journey has been named: "41 minutes"."""
    whole = _whole(minutes)
    return f"{whole:,} {'minute' if whole == 1 else 'minutes'}"


def near_words(indicator: Indicator) -> str:
    """Say how near is within reach, of an indicator that is a share of homes: "within 15 minutes’ walk"."""
    return indicator.unit.removeprefix(SHARE_OF)


def _whole(minutes: float) -> int:
    return max(math.ceil(round(minutes, _DIGITS)), int(LEAST_MIN))
