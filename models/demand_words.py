"""Demand in words: what a map of referrals shows, how sure it is, and what it does not say."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import pandas as pd

from data.provenance import Status
from models.classes import Classes
from models.demand_measures import Measure, child_column, measure_of
from models.expected import pearson, robust_dispersion
from models.levels import Level, LevelData
from models.over_expected import FALSE_SHARE, count_range, detectable_rise
from models.words import HIDDEN, NO_DATA, Part, all_of, joined, noun, number, value_words, where, who

DEMAND_IS_NOT_NEED: Final = "Referrals are demand met by this system, not need."
CHILDREN_ONCE: Final = "A child counts once in each small area where it lived, however often it was referred."
SIBLINGS: Final = (
    "Brothers and sisters referred together count one each, so numbers swing more than chance alone would "
    "make them: the ranges allow for it."
)
ADDRESSES: Final = (
    "A referral counts where the child lived; those at refuges, temporary accommodation, council offices and "
    "placements are left out."
)
BEYOND_CHANCE: Final = (
    "“Beyond chance” means that of the areas named on each side about 1 in 20 at most is named by mistake."
)
NOT_BETTER_OR_WORSE: Final = (
    "More than expected can mean more trouble, or neighbours and schools that ask for help sooner; fewer can "
    "mean less trouble, or trouble that nobody refers."
)
"""What observed over expected does not say."""

STEADIED: Final = (
    "A steadied rate is drawn towards that of the whole place, more so where there are few children; it is for "
    "seeing a pattern, not for ranking areas."
)
ALONE_IS_ROUGH: Final = "The rate of a single small area swings by chance: see it against what is expected."
NO_DIFFERENCE: Final = (
    "The rates differ no more than chance would make them: every one is drawn to the common rate, and the map "
    "shows no real difference."
)
UNSURE_CHILDREN: Final = (
    "{count} {shapes} not named above or below expected, since the number of children there is shared out "
    "from areas that were redrawn in 2021."
)
DEMAND_LOW: Final = (
    "Low demand is the one to ask about where need is high: it may be need that nobody refers."
)


def is_flat(data: LevelData, measure: Measure) -> bool:
    """Say whether steadied rates show no real difference: every one is the common rate."""
    if measure.smoothed not in data.frame.columns:
        return False
    known = data.frame[measure.smoothed].dropna().round(9)
    return len(known) > 1 and known.nunique() == 1


def dispersion_of(data: LevelData, measure: Measure) -> float:
    """Return how many times wider than chance counts spread round what is expected of them."""
    if not {measure.column, measure.expected} <= set(data.frame.columns):
        return 1.0
    both = data.frame[[measure.column, measure.expected]].astype("float64").dropna()
    both = both[both[measure.expected] > 0]
    y, mu = (both[column].to_numpy() for column in (measure.column, measure.expected))
    return robust_dispersion(pearson(y, mu))


def demand_sentence(
    classes: Classes, data: LevelData, inside: pd.DataFrame, known: pd.DataFrame
) -> tuple[Part, ...] | None:
    """Say how many shapes are above expected beyond chance, or that the steadied rates show no difference.

    Parameters
    ----------
    classes
        An indicator of demand in classes.
    data
        The values it was made from.
    inside
        The shapes that are shown.
    known
        Those of them that have a value; at least one.

    Returns
    -------
    tuple of Part or None
        None where the sentence that is said of any amount is enough.
    """
    measure = measure_of(classes.indicator.id)
    if measure is None:
        return None
    if classes.indicator.id == measure.smoothed and is_flat(data, measure):
        return _flat_sentence(classes, inside)
    if classes.indicator.id == measure.ratio and measure.signal in data.frame.columns:
        return _ratio_sentence(classes, data, measure, inside, known)
    return None


def _flat_sentence(classes: Classes, inside: pd.DataFrame) -> tuple[Part, ...]:
    common = value_words(float(inside["value"].dropna().iloc[0]), "", classes.indicator)
    return (
        Part("No real difference", True),
        Part(f" can be told among {all_of(classes.level, inside)}: all have the common rate, "),
        Part(f"{common} {classes.indicator.unit}", True),
        Part("."),
    )


def _ratio_sentence(
    classes: Classes, data: LevelData, measure: Measure, inside: pd.DataFrame, known: pd.DataFrame
) -> tuple[Part, ...]:
    signal = data.frame.loc[known.index, measure.signal]
    above, below = known.index[signal.eq(1)], int(signal.eq(-1).sum())
    known_words = "" if len(known) == len(inside) else " with a figure"
    group = joined(f"{noun(classes.level, len(known))}{known_words}", where(inside))
    head = f"{number(len(above)) if len(above) else 'None'} of {number(len(known))} {group}"
    has = "has" if len(above) <= 1 else "have"
    what = "children referred" if measure.what == "children" else "referrals"
    led = "deprivation and child numbers would lead one to expect"
    said = [Part(head, True), Part(f" {has} more {what} than {led}, beyond chance.")]
    if len(above):
        first = str(data.frame.loc[above, measure.ratio].sort_index().idxmax())
        most = data.frame.at[first, measure.ratio]
        said += [Part(" Furthest above is "), Part(str(known.at[first, "name"]), True)]
        said += [Part(f", at {times(most)} what is expected.")]
    if below:
        said.append(Part(f" {number(below)} {'has' if below == 1 else 'have'} fewer, beyond chance."))
    return tuple(said)


def area_demand_sentence(classes: Classes, data: LevelData, code: str) -> tuple[Part, ...] | None:
    """Say of one shape what was observed, what is expected and how sure the difference is.

    Returns
    -------
    tuple of Part or None
        None where the indicator is not observed over expected, or the shape has no figure.
    """
    measure = measure_of(classes.indicator.id)
    if measure is None or classes.indicator.id != measure.ratio or measure.signal not in data.frame.columns:
        return None
    row = data.frame.loc[code]
    if pd.isna(row[measure.ratio]):
        return None
    what = "children referred" if measure.what == "children" else "referrals"
    numbers = f"{number(row[measure.column])} {what} over {measure.months} months"
    against = f", against {expected_words(row[measure.expected])} expected: "
    ratio = f"{times(row[measure.ratio])} expected{range_words(row[measure.low], row[measure.high])}"
    return (
        Part(numbers, True),
        Part(against),
        Part(ratio, True),
        Part(f", {sure_words(row[measure.signal])}."),
    )


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
    """Write a 95 % range in brackets.

    Examples
    --------
    >>> range_words(1.33, 2.58)
    ' (likely 1.3 to 2.6)'
    """
    return "" if pd.isna(low) or pd.isna(high) else f" (likely {low:.1f} to {high:.1f})"


def sure_words(signal: float) -> str:
    """Say how sure a difference from what is expected is.

    Examples
    --------
    >>> sure_words(1.0), sure_words(0.0)
    ('above what is expected beyond chance', 'which chance alone could make')
    """
    if signal > 0:
        return "above what is expected beyond chance"
    return "below what is expected beyond chance" if signal < 0 else "which chance alone could make"


def sure_cells(data: LevelData, measure: Measure) -> pd.Series:
    """Write how sure each shape's figure is, for a table: "above", "below", "not sure", or hidden or no data."""
    words = data.frame[measure.signal].map({1.0: "above", -1.0: "below", 0.0: "not sure"})
    hidden = data.status[measure.signal].astype(str).eq(Status.SUPPRESSED.value)
    lacking = pd.Series(NO_DATA, index=words.index).mask(hidden, HIDDEN)
    return words.astype(object).where(words.notna(), lacking)


def range_cells(data: LevelData, measure: Measure) -> pd.Series:
    """Write each ratio's range for a table: "1.3 to 2.6"; hidden or no data where there is none."""
    ends = zip(data.frame[measure.low], data.frame[measure.high], data.status[measure.low], strict=True)
    texts = [
        (HIDDEN if state == Status.SUPPRESSED else NO_DATA) if pd.isna(low) else f"{low:.1f} to {high:.1f}"
        for low, high, state in ends
    ]
    return pd.Series(texts, index=data.frame.index, dtype=object)


def rate_range(data: LevelData, measure: Measure) -> pd.DataFrame:
    """Return the 95 % range of each raw rate per 10,000 children a year: columns `low`, `high`."""
    rate, counts = (data.frame[c].astype("float64") for c in (measure.rate, measure.column))
    low, high = count_range(counts.fillna(0.0).to_numpy(), dispersion_of(data, measure))
    one = (rate / counts).where(counts > 0)
    frame = pd.DataFrame({"low": low, "high": high}, index=counts.index).mul(one, axis=0)
    return frame.where(counts.notna())


def seen_words(data: LevelData, measure: Measure, shown: pd.Index) -> str:
    """Say what size of rise could have been seen in a typical shape; nothing where none is expected."""
    expected = data.frame.loc[shown, measure.expected].astype("float64").dropna()
    if expected.empty or not expected.median() > 0:
        return ""
    named = int(data.frame.loc[shown, measure.signal].eq(1).sum())
    threshold = FALSE_SHARE * max(named, 1) / len(expected)
    rise = detectable_rise(float(expected.median()), dispersion_of(data, measure), threshold)
    one = data.level.singular
    if not np.isfinite(rise):
        return f"Over {measure.months} months no rise in a typical {one} could have been seen."
    return (
        f"Over {measure.months} months only a rise to about {rise:.1f} times what is expected could have "
        f"been seen in a typical {one}."
    )


def denominator_words(data: LevelData, measure: Measure) -> str:
    """Say whom rates are out of when that is not children aged 0-17."""
    children = child_column(data.frame)
    if children is None or children == "pop_0_17":
        return ""
    people = who(data.dictionary[children])
    return (
        f"Rates are for {people}, as the number of those aged 0–17 is not there for every area: they are "
        "higher than published rates."
    )


def demand_caveats(classes: Classes, data: LevelData, inside: pd.DataFrame) -> Iterable[str]:
    """Say what a map of demand does not say, how sure it is, and what could have been seen.

    Parameters
    ----------
    classes
        An indicator of demand in classes.
    data
        The values it was made from.
    inside
        The shapes that are shown.
    """
    yield DEMAND_IS_NOT_NEED
    measure = measure_of(classes.indicator.id)
    if measure is None:
        return
    if classes.indicator.id == measure.smoothed:
        yield NO_DIFFERENCE if is_flat(data, measure) else STEADIED
    elif classes.indicator.id == measure.rate and data.level is Level.AREA:
        yield ALONE_IS_ROUGH
    elif classes.indicator.id == measure.ratio:
        yield NOT_BETTER_OR_WORSE
        if words := seen_words(data, measure, inside.index):
            yield words
        yield BEYOND_CHANCE
    if classes.indicator.id in (measure.rate, measure.smoothed) and (
        words := denominator_words(data, measure)
    ):
        yield words


def demand_method(classes: Classes, data: LevelData) -> Iterable[str]:
    """Say how figures of demand are made."""
    measure = measure_of(classes.indicator.id)
    if measure is None:
        return
    if measure.what == "children":
        yield CHILDREN_ONCE
    yield SIBLINGS
    yield ADDRESSES
    column = data.column_of(classes.indicator)
    if column in data.provenance:
        yield from (f"{step[:1].upper()}{step[1:]}." for step in data.provenance[column].steps[-2:])
