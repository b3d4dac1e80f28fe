"""Which characteristics separate the types of area, and how few of them tell most of it.

Two looks at the same thing. By itself: how much of the differences in each characteristic lies between types
(epsilon squared, Kelley 1935, An unbiased correlation ratio measure, PNAS 21: eta squared less what chance
alone would give), with a range from wards drawn anew. Together: a decision tree of few questions, read as
rules, with how often it is right in wards that it has not seen.

Types are made of their composites, so that these separate them shows what they are made of and is no finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import AtlasError, GeographyError, first_few
from models.type_questions import QUESTIONS, Rule, fit_tree, read_rules, right_in_unseen_wards
from models.words import Part, percent

Array = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]

DRAWS: Final = 300
FEWEST_BLOCKS: Final = 10
_ENDS: Final = (0.025, 0.975)

MADE_OF: Final = (
    "Types are made of these characteristics, so this shows what tells them apart; that something does is no "
    "finding."
)
ONE_AT_A_TIME: Final = (
    "Each is looked at by itself: those that rise and fall together separate types together."
)
A_STEP: Final = "A step is one standard deviation among these areas."


@dataclass(frozen=True)
class Separation:
    """What separates types.

    Attributes
    ----------
    frame
        One row a characteristic, that which separates most first: `label`; `share`, of its differences that
        lies between types, 0 to 1, with `low` and `high` (95 %).
    means
        One row a type, one column a characteristic: how many standard deviations the mean of the type lies
        above the mean of all areas.
    rules
        What the tree says, each rule once.
    right, guess
        How often the tree is right in unseen wards, each type counting alike; and how often without any
        question.
    left_out
        Characteristics that were not used, and why.
    sentence, caveats
        What it says, and what it does not.
    """

    frame: pd.DataFrame
    means: pd.DataFrame
    rules: tuple[Rule, ...]
    right: float
    guess: float
    left_out: Mapping[str, str]
    sentence: tuple[Part, ...]
    caveats: tuple[str, ...]


def what_separates(
    types: pd.Series,
    characteristics: pd.DataFrame,
    blocks: pd.Series,
    labels: Mapping[str, str] | None = None,
    seed: int = 0,
) -> Separation:
    """Find which characteristics separate types.

    Parameters
    ----------
    types
        The type of each area; missing where it has none.
    characteristics
        Index area code, such as `Composites.frame`. Areas that lack one are left out.
    blocks
        The ward of each area: wards are drawn anew and left out whole, since neighbours are alike.
    labels
        What the characteristics are called; their ids where not given.
    seed
        Of draws and folds.

    Raises
    ------
    GeographyError
        When an area with a type has no row of characteristics, or no ward.
    AtlasError
        With fewer than two types, no characteristic that differs, or fewer than ten wards.
    """
    named, typed = dict(labels or {}), types.dropna().sort_index()
    for what, index in (("row of characteristics", characteristics.index), ("ward", blocks.dropna().index)):
        absent = typed.index.difference(index)
        if len(absent):
            raise GeographyError(f"{len(absent):,} areas with a type have no {what}: {first_few(absent)}.")
    values = characteristics.loc[typed.index].astype("float64")
    left_out = {str(c): "no area has it" for c in values if values[c].isna().all()}
    left_out |= {str(c): "it is the same in every area" for c in values if values[c].nunique() == 1}
    values = values.drop(columns=list(left_out)).dropna()
    alike = {
        str(c): "it is the same in every area that has them all" for c in values if values[c].nunique() < 2
    }
    left_out, values = left_out | alike, values.drop(columns=list(alike))
    kinds, ward = typed.loc[values.index].astype(str), pd.factorize(blocks.loc[values.index], sort=True)[0]
    if kinds.nunique() < 2 or values.empty or len(np.unique(ward)) < FEWEST_BLOCKS:
        raise AtlasError(
            f"What separates types cannot be told: {kinds.nunique()} types, {values.shape[1]} "
            f"characteristics and {len(np.unique(ward))} wards are known of the same areas.",
            f"It takes two types, one characteristic and {FEWEST_BLOCKS} wards.",
        )
    frame = _shares(values, kinds, ward, named, seed)
    tree = fit_tree(values, kinds, seed)
    right = right_in_unseen_wards(values, kinds, ward, seed)
    scaled = (values - values.mean()) / values.std(ddof=0)
    guess = 1 / kinds.nunique()
    return Separation(
        frame=frame,
        means=scaled.groupby(kinds).mean().rename_axis("type"),
        rules=tuple(read_rules(tree, values, kinds, named)),
        right=right,
        guess=guess,
        left_out=left_out,
        sentence=_sentence(frame),
        caveats=tuple(_caveats(right, guess, len(typed) - len(values))),
    )


def share_between(values: Array, kinds: Positions) -> Array:
    """Return epsilon squared: how much of the variance of each column lies between kinds.

    Parameters
    ----------
    values
        One row an area, one column a characteristic.
    kinds
        The kind of each area, as a number from 0.

    Returns
    -------
    numpy.ndarray
        One number a column: 1 where kinds tell it whole, about 0 where they tell nothing, and a little below
        by chance. Missing where a column does not differ, or there is one kind or one area a kind.
    """
    counts = np.bincount(kinds)
    there, number = counts > 0, len(values)
    sums = np.zeros((len(counts), values.shape[1]))
    np.add.at(sums, kinds, values)
    means = sums / np.maximum(counts, 1)[:, None]
    inside = ((values - means[kinds]) ** 2).sum(axis=0)
    whole = ((values - values.mean(axis=0)) ** 2).sum(axis=0)
    free = number - there.sum()
    if free < 1 or there.sum() < 2:
        return np.full(values.shape[1], np.nan)
    left = np.divide(inside, whole, out=np.full(len(whole), np.nan), where=whole > 0)
    return np.asarray(1 - left * (number - 1) / free)


def _shares(
    values: pd.DataFrame, kinds: pd.Series, ward: Positions, labels: Mapping[str, str], seed: int
) -> pd.DataFrame:
    """Return the share of each characteristic between types, with a range from wards drawn anew.

    Wards drawn anew repeat areas and so overstate likeness as much as the share itself does; the range is
    turned about the share, which takes that off again (the basic bootstrap, Davison and Hinkley 1997, 5.2).
    """
    rng = np.random.default_rng(seed)
    x, y = values.to_numpy(), pd.factorize(kinds, sort=True)[0]
    share = share_between(x, y)
    of_ward = [np.flatnonzero(ward == w) for w in range(ward.max() + 1)]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([of_ward[w] for w in rng.integers(0, len(of_ward), len(of_ward))])
        drawn.append(share_between(x[rows], y[rows]))
    ends = np.nanquantile(np.array(drawn), _ENDS, axis=0)
    frame = pd.DataFrame(
        {
            "label": [labels.get(name, name) for name in values.columns],
            "share": np.clip(share, 0, 1),
            "low": np.clip(2 * share - ends[1], 0, 1),
            "high": np.clip(2 * share - ends[0], 0, 1),
        },
        index=values.columns.rename("id"),
    )
    return frame.sort_index().sort_values("share", ascending=False, kind="stable")


def _sentence(frame: pd.DataFrame) -> tuple[Part, ...]:
    first = frame.iloc[0]
    head = Part(f"{first['label']} separates the types most", True)
    how = f": {percent(first['share'])} of its differences lie between types"
    if len(frame) == 1:
        return (head, Part(f"{how}."))
    last = frame.iloc[-1]
    return (head, Part(f"{how}. {last['label']} separates them least ({percent(last['share'])})."))


def _caveats(right: float, guess: float, lacking: int) -> Iterable[str]:
    yield MADE_OF
    yield ONE_AT_A_TIME
    yield A_STEP
    yield (
        f"In wards that were left out, {QUESTIONS} questions name the type of {percent(right)} of areas, "
        f"each type counting alike; without any question it would be {percent(guess)}."
    )
    if lacking:
        areas = "1 area lacks" if lacking == 1 else f"{lacking:,} areas lack"
        yield f"{areas} one of the characteristics and did not count here."
