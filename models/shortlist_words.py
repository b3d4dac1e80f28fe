"""A shortlist in words: who comes out top, how sure that is, and what to bear in mind."""

from collections.abc import Iterable, Iterator
from typing import Final

import numpy as np
import pandas as pd

from data.shortlist_criteria import Asked, Counts, Direction
from models.levels import NEED_INDEX, Level, LevelData
from models.placement_phrases import listed
from models.shortlist_choose import Chosen
from models.shortlist_choose_words import chosen_words, rule_words
from models.shortlist_smaa import Spread
from models.shortlist_values import OUT_BY, Compared
from models.words import few, joined, number, percent, sentence_case

METHOD: Final = (
    "The value is additive: what each figure is worth from its worst (0) to its best (1), times the weight "
    "of its criterion, which is its share of all swings (Keeney and Raiffa 1976). Worst and best are those "
    "among the shapes compared, unless you give them. How sure a rank is comes from 10,000 weightings that "
    "fit what was said of the weights, each ranking all anew (SMAA: Lahdelma, Hokkanen and Salminen 1998; "
    "Lahdelma and Salminen 2001). A range of ranks leaves out the lowest and the highest 5%. A tier "
    "holds all that the first of it does not beat in nine of ten weightings (after Gupta 1965): the last of "
    "one tier and the first of the next can still be close. A criterion without a figure puts a shape out: "
    "nothing is filled in."
)

SURE: Final = 0.95
ALIKE: Final = 0.9
"""The rank correlation from which two criteria may count one thing twice."""

MOST_NAMED: Final = 10
MOST_RIVALS: Final = 3


def shortlist_sentence(
    frame: pd.DataFrame, names: pd.Series, asked: Asked, level: Level, rivals: pd.Index
) -> str:
    """Say who is chosen, who surely, and who cannot be told apart from those left out.

    Parameters
    ----------
    frame
        See `models.shortlist.Shortlist.frame`.
    names
        What shapes are called, by code.
    asked
        What was asked.
    level
        Of what.
    rivals
        Those left out that cannot be told apart from the last of those chosen.
    """
    chosen = frame[frame["chosen"]]
    if chosen.empty:
        return f"No {level.singular} is chosen."
    ruled = asked.spread is not None or asked.budget is not None
    come = "is chosen" if ruled and len(chosen) == 1 else "are chosen" if ruled else "come out top"
    come = "comes out top" if come == "come out top" and len(chosen) == 1 else come
    first = f"{_named(names[chosen.index])} {come}."
    apart = "" if ruled else _apart(frame.loc[rivals], chosen, names)
    return joined(first, _how_sure(chosen, names, asked), apart)


def shortlist_caveats(
    data: LevelData,
    asked: Asked,
    compared: Compared,
    choice: Chosen,
    names: pd.Series,
    unsure: tuple[str, ...] | None,
    spread: Spread,
) -> tuple[str, ...]:
    """Say what to bear in mind.

    Parameters
    ----------
    data, asked, compared, choice
        What was compared, and who was chosen.
    names
        What shapes are called, by code.
    unsure
        The criteria whose figures were drawn within their ranges; None where none were to be.
    spread
        How ranks spread over the draws.
    """
    return (
        *_choice(asked, choice, names, data.level, len(compared.figures)),
        _weightings(asked, spread.draws),
        *_together(asked, spread, data.level, len(compared.figures)),
        *_ranges(data, asked, unsure),
        *_out(compared, data.level, len(compared.figures)),
        *_flat(data, compared),
        *_wrong_way(data, asked),
        *_alike(data, compared),
        *_observed_ends(asked, data.level),
        *data.caveats,
    )


def label_in(data: LevelData, indicator: str) -> str:
    """Return what an indicator is called where people read it; its id where nothing is known of it."""
    entry = data.dictionary.get(indicator)
    return indicator if entry is None else entry.label


def out_words(out: pd.DataFrame) -> tuple[str, ...]:
    """Say of each kind of reason how many shapes are out by it.

    Parameters
    ----------
    out
        See `models.shortlist.Shortlist.out`.
    """
    counts = out["why"].value_counts()
    return tuple(f"{number(counts[why])} {words}" for why, words in OUT_BY.items() if counts.get(why, 0))


def _named(names: pd.Series) -> str:
    told = list(names)
    rest = len(told) - MOST_NAMED
    return listed(told) if rest <= 0 else f"{', '.join(told[:MOST_NAMED])} and {number(rest)} more"


def _how_sure(chosen: pd.DataFrame, names: pd.Series, asked: Asked) -> str:
    """Say how often those chosen are among the first so many."""
    among = "first" if asked.top == 1 else f"among the top {few(asked.top)}"
    sure = chosen["chance_top"] > SURE
    if sure.all():
        who = "It is" if len(chosen) == 1 else "Both are" if len(chosen) == 2 else "All of them are"
        return f"{who} {among} in more than {percent(SURE)} of weightings."
    parts = []
    if sure.any():
        verb = "is" if sure.sum() == 1 else "are"
        parts.append(
            f"{_named(names[chosen.index[sure]])} {verb} {among} in more than {percent(SURE)} of weightings"
        )
    unsure = chosen.loc[~sure, "chance_top"]
    if len(chosen) == 1:
        return f"It is {among} in {percent(unsure.iloc[0])} of weightings."
    others = listed(_chances(unsure, names))
    if not parts:
        return f"None of them is {among} in more than {percent(SURE)} of weightings: {others}."
    return f"{parts[0]}; {others}."


def _chances(chances: pd.Series, names: pd.Series) -> list[str]:
    """Say in how many weightings each is; of many the first are named, and the others told together."""
    named = chances if len(chances) <= MOST_NAMED else chances.iloc[: MOST_NAMED - 1]
    rest = chances.iloc[len(named) :]
    told = [f"{names[code]} in {percent(chance)}" for code, chance in named.items()]
    if len(rest):
        low, high = percent(rest.min()), percent(rest.max())
        told.append(f"{number(len(rest))} more in {low if low == high else f'{low} to {high}'}")
    return told


def _apart(rivals: pd.DataFrame, chosen: pd.DataFrame, names: pd.Series) -> str:
    """Say who is left out and cannot be told apart from the last of those chosen."""
    if rivals.empty:
        return ""
    near = rivals.sort_values("chance_top", ascending=False, kind="stable").head(MOST_RIVALS)
    told = [f"{names[code]} ({percent(chance)})" for code, chance in near["chance_top"].items()]
    more = len(rivals) - len(near)
    others = listed([*told, f"{few(more)} more"] if more else told)
    return f"{names[chosen.index[-1]]} cannot be told apart from {others}, left out here."


def _choice(asked: Asked, choice: Chosen, names: pd.Series, level: Level, count: int) -> Iterator[str]:
    told = names.to_dict()
    if asked.spread is not None or asked.budget is not None:
        yield from chosen_words(choice, told, level)
        yield from rule_words(choice, told, asked.spread.within if asked.spread else "locality")
        yield (
            f"How often each is among the top {few(asked.top)} is by value alone: the rules are kept by the "
            "choice, not by each weighting."
        )
    elif count < asked.top:
        there = f"There {'is' if count == 1 else 'are'} {few(count)} to compare"
        yield f"{there}, fewer than the {few(asked.top)} that were asked for."
    elif count == asked.top:
        there = f"There {'is' if count == 1 else 'are'} only {few(count)} to compare"
        yield f"{there}: weighing leaves nobody out."


def _weightings(asked: Asked, draws: int) -> str:
    drawn = f"{number(draws)} weightings were drawn"
    if asked.counts is Counts.ANY:
        return f"{drawn} from all there can be: nothing that was said of the weights is relied on."
    if asked.counts is Counts.ORDER:
        return f"{drawn} from all in the order that was said: how much more one counts is not relied on."
    off = f"each swing up to {percent(asked.tolerance)} more or less than was said"
    return f"{drawn}, {off}, in the order that was said."


def _together(asked: Asked, spread: Spread, level: Level, count: int) -> Iterator[str]:
    if asked.top < count:
        many = level.singular if asked.top == 1 else f"{few(asked.top)} {level.plural}"
        comes = "comes" if asked.top == 1 else "come"
        order = "" if asked.top == 1 else ", in any order"
        yield f"The same {many} {comes} first in {percent(spread.together)} of weightings{order}."


def _ranges(data: LevelData, asked: Asked, unsure: tuple[str, ...] | None) -> Iterator[str]:
    labels = {c.indicator: label_in(data, c.indicator) for c in asked.criteria}
    if unsure is None:
        yield "Figures are taken as they are: their own uncertainty is left out."
        return
    if NEED_INDEX in unsure:
        need = labels[NEED_INDEX]
        yield f"{need} was drawn as well, with the weights of its domains a quarter more or less."
    counted = [labels[one] for one in unsure if one != NEED_INDEX]
    if counted:
        yield f"Drawn as well, within what chance makes of counts of referrals: {listed(counted)}."
    others = [label for indicator, label in labels.items() if indicator not in unsure]
    if others:
        yield f"Taken as they are, since their sources state no range: {listed(others)}."


def _out(compared: Compared, level: Level, left: int) -> Iterator[str]:
    count = len(compared.out)
    if count:
        are = f"{number(count)} of {number(count + left)} {level.plural} {'is' if count == 1 else 'are'}"
        yield f"{are} out before weighing: {listed(out_words(compared.out))}."


def _flat(data: LevelData, compared: Compared) -> Iterator[str]:
    for indicator, values in compared.values.items():
        if len(values) > 1 and values.nunique() == 1:
            label = sentence_case(label_in(data, str(indicator)))
            yield f"{label} is worth the same everywhere compared: it tells nobody apart."


def _wrong_way(data: LevelData, asked: Asked) -> Iterator[str]:
    """Say where those who are better off would come first."""
    better = {"high_is_worse": Direction.LESS, "low_is_worse": Direction.MORE}
    for criterion in asked.criteria:
        entry = data.dictionary.get(criterion.indicator)
        if entry is not None and better.get(entry.polarity) is criterion.direction:
            end = "high" if criterion.direction is Direction.MORE else "low"
            yield f"“{entry.label}”: {end} figures count towards being chosen, and they are the better ones."


def _alike(data: LevelData, compared: Compared) -> Iterator[str]:
    """Name criteria that rank shapes alike: additive value counts what they share twice."""
    names = list(compared.values.columns)
    if len(compared.figures) < 5 or len(names) < 2:
        return
    ranks = compared.values.rank()
    varied = [name for name in names if ranks[name].nunique() > 1]
    together = np.abs(np.corrcoef(ranks[varied].to_numpy().T)) if len(varied) > 1 else np.zeros((1, 1))
    for at, first in enumerate(varied):
        for other, second in enumerate(varied[:at]):
            if together[at, other] >= ALIKE and ranks[first].corr(ranks[second]) > 0:
                yield (
                    f"{label_in(data, second)} and {label_in(data, first)} rank {data.level.plural} nearly "
                    "alike: what they share may be counted twice."
                )


def _observed_ends(asked: Asked, level: Level) -> Iterable[str]:
    if any(c.worst is None or c.best is None for c in asked.criteria):
        yield (
            f"Where no worst or best figure is given, they are those of the {level.plural} compared: values "
            f"change when {level.plural} come or go, and the weight of a criterion is that of this range."
        )
