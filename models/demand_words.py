"""Demand in words: what a map of referrals shows, how sure it is, and what it does not say."""

from collections.abc import Iterable
from typing import Final

import pandas as pd

from data.provenance import Status
from models.classes import Classes
from models.demand_figures import own_number, seen_words, times
from models.demand_measures import Measure, child_column, measure_of
from models.levels import WIDE, LevelData
from models.words import Part, all_of, joined, noun, number, sentence_case, value_words, where, who

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
STEADIED: Final = (
    "A steadied rate is drawn towards that of the whole place, more so where there are few children: it "
    "shows a pattern, and does not rank areas."
)
ALONE_IS_ROUGH: Final = "The rate of a single small area swings by chance: see it against what is expected."
NO_DIFFERENCE: Final = (
    "The rates differ no more than chance would make them, so every one is drawn to the common rate: the map "
    "shows no real difference."
)
AGAINST_EACH_OTHER: Final = (
    "Councils are held against one common expectation: how readily each accepts referrals is part of the "
    "difference."
)
BY_ITSELF: Final = (
    "What is expected is made from this council's own small areas, so that as a whole it is as expected."
)
HIDDEN_NEED: Final = (
    "High need with low demand may be hidden need: trouble that nobody refers, or help that works. The "
    "figures cannot tell which."
)


def demand_sentence(
    classes: Classes, data: LevelData, inside: pd.DataFrame, known: pd.DataFrame
) -> tuple[Part, ...] | None:
    """Say how many shapes are above expected beyond chance, or that the steadied rates show no difference.

    Parameters
    ----------
    classes
        An indicator in classes.
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
    if classes.indicator.id == measure.smoothed and shows_no_difference(data, measure):
        return _flat_sentence(classes, inside, known)
    if classes.indicator.id == measure.ratio and measure.signal in data.frame.columns:
        return _ratio_sentence(classes, data, measure, inside, known)
    return None


def shows_no_difference(data: LevelData, measure: Measure) -> bool:
    """Say whether steadied rates show no real difference: every one is the common rate."""
    if measure.smoothed not in data.frame.columns:
        return False
    known = data.frame[measure.smoothed].dropna().round(9)
    return len(known) > 1 and known.nunique() == 1


def _flat_sentence(classes: Classes, inside: pd.DataFrame, known: pd.DataFrame) -> tuple[Part, ...]:
    common = value_words(float(known["value"].iloc[0]), "", classes.indicator)
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
    with_figure = "" if len(known) == len(inside) else " with a figure"
    group = joined(f"{noun(classes.level, len(known))}{with_figure}", where(inside))
    head = f"{number(len(above)) if len(above) else 'None'} of {number(len(known))} {group}"
    led = "deprivation and child numbers would lead one to expect"
    said = [
        Part(head, True),
        Part(f" {'has' if len(above) < 2 else 'have'} more {measure.noun} than {led}, beyond chance."),
    ]
    if len(above):
        first = str(data.frame.loc[above, measure.ratio].sort_index().idxmax())
        said += [
            Part(" Furthest above is "),
            Part(str(known.at[first, "name"]), True),
            Part(f", at {times(data.frame.at[first, measure.ratio])} expected."),
        ]
    if below:
        said.append(Part(f" {number(below)} {'has' if below == 1 else 'have'} fewer, beyond chance."))
    return tuple(said)


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
    if measure is None or classes.indicator.id == measure.column:
        return
    if classes.indicator.id == measure.ratio:
        yield from _ratio_caveats(data, measure, inside)
    elif classes.indicator.id == measure.smoothed:
        yield NO_DIFFERENCE if shows_no_difference(data, measure) else STEADIED
    elif not data.is_added_up:
        yield ALONE_IS_ROUGH
    yield from _redrawn_caveats(data, measure, inside)
    yield from _children_caveats(data, measure, classes.indicator.id)


def _ratio_caveats(data: LevelData, measure: Measure, inside: pd.DataFrame) -> Iterable[str]:
    yield NOT_BETTER_OR_WORSE
    if words := seen_words(data, measure, inside.index):
        yield words
    yield BEYOND_CHANCE
    if data.level in WIDE:
        covered = data.status[measure.ratio].astype(str).ne(Status.MISSING.value).sum()
        yield AGAINST_EACH_OTHER if covered > 1 else BY_ITSELF


def _redrawn_caveats(data: LevelData, measure: Measure, inside: pd.DataFrame) -> Iterable[str]:
    """Say how many small areas have no figure, as nobody knows how many children live there."""
    own = own_number(data, measure).reindex(inside.index, fill_value=True)
    counted = data.frame[measure.column].reindex(inside.index).notna()
    rough = int((~own & counted).sum())
    if rough:
        yield (
            f"{number(rough)} {noun(data.level, rough)} {'has' if rough == 1 else 'have'} no figure: redrawn "
            "in 2021, with a number of children that is only shared out from other areas."
        )


def _children_caveats(data: LevelData, measure: Measure, indicator_id: str) -> Iterable[str]:
    """Say who rates are out of when it is not children aged 0-17, and how well they are known."""
    children = child_column(data.frame)
    if children is None:
        return
    people = who(data.dictionary[children])
    year = data.provenance[children].vintage
    if children != "pop_0_17":
        rates = indicator_id in (measure.rate, measure.smoothed)
        yield (
            f"{'Rates are' if rates else 'What is expected is'} out of {people}, as the number of those aged "
            f"0–17 is not there for every area{': they are higher than published rates' if rates else ''}."
        )
    if data.status[children].eq(Status.APPORTIONED.value).any():
        of_year = f"{year} figures, " if year else ""
        yield f"{sentence_case(people)}: {of_year}carried across from other boundaries."


def demand_method(classes: Classes, data: LevelData) -> Iterable[str]:
    """Say how figures of demand are made, and of which months they are."""
    measure = measure_of(classes.indicator.id)
    if measure is None:
        return
    if measure.what == "children":
        yield CHILDREN_ONCE
    yield SIBLINGS
    yield ADDRESSES
    counted, shown = data.provenance.get(measure.column), data.provenance.get(classes.indicator.id)
    if counted is None or shown is None or counted is shown:
        return
    if counted.vintage:
        yield f"Referrals of {counted.vintage}."
    yield from (f"{sentence_case(step)}." for step in shown.steps if step not in counted.steps)
