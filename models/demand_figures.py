"""Figures of demand as text: ratios with their range, how sure they are, and one shape in a sentence."""

from typing import Final

import numpy as np
import pandas as pd

from data.provenance import Status
from models.demand_measures import PER, Measure, child_column, measure_of, own_children
from models.expected import pearson, robust_dispersion
from models.levels import Level, LevelData
from models.over_expected import FALSE_SHARE, FEWEST_EXPECTED, detectable_rise
from models.words import HIDDEN, NO_DATA, Part, number, sentence_case, words_at

FEWEST_SHAPES: Final = 20
"""How far figures spread can be measured on so many shapes, and what could be seen be said of them."""


def times(ratio: float) -> str:
    """Write a ratio: "1.9 times".

    Examples
    --------
    >>> times(1.94), times(0.5)
    ('1.9 times', '0.5 times')
    """
    return f"{ratio:.1f} times"


def expected_words(expected: float) -> str:
    """Write an expected number: whole from 10, with one decimal below.

    Examples
    --------
    >>> expected_words(21.7), expected_words(4.24)
    ('22', '4.2')
    """
    return number(expected) if expected >= 10 else f"{expected:.1f}"


def range_words(low: float, high: float) -> str:
    """Write a 95 % range in brackets; nothing where there is none.

    Examples
    --------
    >>> range_words(1.33, 2.58)
    ' (likely 1.3 to 2.6)'
    """
    return "" if pd.isna(low) or pd.isna(high) else f" (likely {low:.1f} to {high:.1f})"


UNKNOWN_CHILDREN: Final = (
    "how many are to be expected cannot be said, as the area was redrawn in 2021 and its number of children "
    "is only shared out from other areas"
)


def area_demand_sentence(data: LevelData, code: str, indicator_id: str) -> tuple[Part, ...] | None:
    """Say of one shape what was observed, what is expected and how sure the difference is.

    Returns
    -------
    tuple of Part or None
        None where the indicator is not observed over expected, or the shape has no figure.
    """
    measure = measure_of(indicator_id)
    if measure is None or indicator_id != measure.ratio or measure.signal not in data.frame.columns:
        return None
    row = data.frame.loc[code]
    if pd.isna(row[measure.column]):
        return None
    observed = f"{number(row[measure.column])} {measure.noun} over {measure.months} months"
    if pd.isna(row[measure.ratio]):
        rough = not own_number(data, measure).get(code, True)
        return (Part(observed, True), Part(f": {UNKNOWN_CHILDREN}.")) if rough else None
    ratio = f"{times(row[measure.ratio])} expected{range_words(row[measure.low], row[measure.high])}"
    return (
        Part(observed, True),
        Part(f", against {expected_words(row[measure.expected])} expected: "),
        Part(ratio, True),
        Part(f", {_sure_words(data, code, measure)}."),
    )


def _sure_words(data: LevelData, code: str, measure: Measure) -> str:
    """Say how sure the difference of one shape is, and why not where it is not."""
    row = data.frame.loc[code]
    if row[measure.signal] != 0:
        return f"{'above' if row[measure.signal] > 0 else 'below'} what is expected beyond chance"
    if row[measure.expected] < FEWEST_EXPECTED:
        return "but too few are expected to tell"
    clear = row[measure.low] > 1 or row[measure.high] < 1
    if clear:
        return "which among so many can still be chance"
    return "which chance alone could make"


def rates_beside(data: LevelData, code: str, indicator_id: str) -> list[tuple[str, str]]:
    """Return the rates of one shape beside an indicator of demand, each with its label: raw with its range.

    Parameters
    ----------
    data
        The values at one level.
    code
        The shape.
    indicator_id
        What is shown, which is not said again; nothing for any other indicator than one of demand.
    """
    measure = measure_of(indicator_id)
    if measure is None or measure.rate not in data.frame.columns:
        return []
    found = []
    for column in (measure.rate, measure.smoothed, measure.local):
        if column not in data.frame.columns or column == indicator_id:
            continue
        entry = data.dictionary[column]
        words = words_at(data, code, column, entry)
        if column == measure.rate and pd.notna(data.frame.at[code, column]):
            low, high = rate_range(data, measure).loc[code]
            words += "" if pd.isna(low) else f" (likely {number(low)} to {number(high)})"
        found.append((f"{sentence_case(entry.label.partition(': ')[2])}, {entry.unit}", words))
    return found


def own_number(data: LevelData, measure: Measure) -> pd.Series:
    """Say of each small area whether its number of children is its own; of other shapes nothing is said."""
    children = child_column(data.frame)
    if data.level is not Level.AREA or children is None or measure.column not in data.frame.columns:
        return pd.Series(dtype=bool)
    return own_children(data.status[children])


def sure_cells(data: LevelData, measure: Measure) -> pd.Series:
    """Write how sure each shape's figure is, for a table: "above", "below" or "not sure"."""
    words = data.frame[measure.signal].map({1.0: "above", -1.0: "below", 0.0: "not sure"})
    return words.astype(object).where(words.notna(), _no_value(data, measure.signal))


def range_cells(data: LevelData, measure: Measure) -> pd.Series:
    """Write each ratio's range for a table: "1.33 to 2.58", "Hidden" or "No data"."""
    ends = data.frame[[measure.low, measure.high]].dropna()
    texts = [f"{low:.2f} to {high:.2f}" for low, high in ends.itertuples(index=False)]
    cells = pd.Series(texts, index=ends.index, dtype=object).reindex(data.frame.index)
    return cells.where(cells.notna(), _no_value(data, measure.low))


def _no_value(data: LevelData, column: str) -> pd.Series:
    hidden = data.status[column].astype(str).eq(Status.SUPPRESSED.value)
    return pd.Series(NO_DATA, index=hidden.index, dtype=object).mask(hidden, HIDDEN)


def rate_range(data: LevelData, measure: Measure) -> pd.DataFrame:
    """Return the 95 % range of each raw rate, per 10,000 children a year.

    Returns
    -------
    pandas.DataFrame
        Columns `low` and `high` on the index of the data: the range of observed over expected, times what is
        expected, over the children. Missing where the rate is.
    """
    children = child_column(data.frame)
    if children is None:
        return pd.DataFrame(np.nan, index=data.frame.index, columns=["low", "high"])
    people = data.frame[children].astype("float64")
    one = data.frame[measure.expected].astype("float64") / people.where(people > 0) * PER / measure.years
    return pd.DataFrame({"low": data.frame[measure.low] * one, "high": data.frame[measure.high] * one})


def dispersion_of(data: LevelData, measure: Measure) -> float:
    """Return how many times wider than chance counts spread round what is expected of them."""
    told = data.frame[measure.ratio].notna()
    both = data.frame.loc[told, [measure.column, measure.expected]].astype("float64").dropna()
    both = both[both[measure.expected] > 0]
    y, mu = (both[column].to_numpy() for column in (measure.column, measure.expected))
    return robust_dispersion(pearson(y, mu))


def seen_words(data: LevelData, measure: Measure, shown: pd.Index) -> str:
    """Say what size of rise could have been seen in a typical shape.

    Nothing is said of few shapes: how far they spread cannot be measured on them.
    """
    expected = data.frame[measure.expected].where(data.frame[measure.ratio].notna()).loc[shown]
    expected = expected.astype("float64").dropna()
    if len(expected) < FEWEST_SHAPES or not expected.median() > 0:
        return ""
    everywhere = data.frame[measure.signal]
    threshold = FALSE_SHARE * max(int(everywhere.eq(1).sum()), 1) / int(everywhere.notna().sum())
    rise = detectable_rise(float(expected.median()), dispersion_of(data, measure), threshold)
    window, one = f"Over {measure.months} months", data.level.singular
    if not np.isfinite(rise):
        return f"{window} no rise in a typical {one} could have been seen."
    return f"{window} only a rise to about {times(rise)} expected could have been seen in a typical {one}."
