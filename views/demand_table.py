"""The columns of figures of referrals in a table: what a figure is not to be read without."""

from typing import Final

import pandas as pd

from models.classes import Classes
from models.demand_figures import range_cells, sure_cells
from models.demand_measures import measure_of
from models.levels import LevelData
from models.words import HIDDEN, NO_DATA, value_words

TIMES: Final = "Times"
RANGE: Final = "Range"
HOW_SURE: Final = "How sure"
NUMBER: Final = "Number"
EXPECTED: Final = "Expected"

WIDTHS_PX: Final = {TIMES: 54, RANGE: 92, HOW_SURE: 72, NUMBER: 66, EXPECTED: 72}
NAMES_PX: Final = 112
"""Beside six columns of figures a name has less room; ward and council stand under “Find”."""

HELPS: Final = {
    RANGE: "The 95 % range of number divided by expected. Where it holds 1, all could be chance.",
    HOW_SURE: (
        "Whether the number is above or below what is expected beyond chance, when all areas are looked at "
        "together (false-discovery rate 5 %)."
    ),
    NUMBER: "How many there were over the whole window.",
    EXPECTED: "How many deprivation and the number of children lead one to expect over the window.",
}


def is_ratio(indicator_id: str) -> bool:
    """Say whether an indicator is number divided by expected."""
    measure = measure_of(indicator_id)
    return measure is not None and indicator_id == measure.ratio


def demand_columns(classes: Classes, data: LevelData) -> dict[str, pd.Series]:
    """Return what stands beside a figure of referrals: its range, how sure it is, and what it was made of.

    Parameters
    ----------
    classes
        The indicator in classes.
    data
        The values at its level.

    Returns
    -------
    dict
        Words by heading, each indexed by the codes shown; empty for any other indicator.
    """
    measure = measure_of(classes.indicator.id)
    if measure is None:
        return {}
    shown = classes.inside.index
    beside = {}
    if is_ratio(classes.indicator.id):
        beside = {
            RANGE: range_cells(data, measure).reindex(shown),
            HOW_SURE: sure_cells(data, measure).reindex(shown),
        }
    if classes.indicator.id != measure.column and measure.column in data.frame.columns:
        beside[NUMBER] = _cells(data, measure.column, shown)
    if is_ratio(classes.indicator.id) and measure.expected in data.frame.columns:
        beside[EXPECTED] = _tenths(data, measure.expected, shown)
    return beside


def _cells(data: LevelData, column: str, shown: pd.Index) -> pd.Series:
    entry = data.dictionary.get(column)
    pairs = zip(data.frame.loc[shown, column], data.status.loc[shown, column], strict=True)
    return pd.Series([value_words(value, str(state), entry) for value, state in pairs], index=shown)


def _tenths(data: LevelData, column: str, shown: pd.Index) -> pd.Series:
    values = data.frame.loc[shown, column]
    return values.map("{:,.1f}".format).where(values.notna(), _absent(data, column, shown))


def _absent(data: LevelData, column: str, shown: pd.Index) -> pd.Series:
    hidden = data.status.loc[shown, column].eq("suppressed")
    return pd.Series(NO_DATA, index=shown).mask(hidden, HIDDEN)
