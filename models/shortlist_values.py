"""What each shape's figures are worth for a shortlist, 0 to 1, and which shapes are out before any weighing.

A value function turns a figure into what it is worth: nothing at the worst, all at the best, and nothing more
beyond either. Linear in between, or nothing below a threshold and all from there, or diminishing: concave by
an exponential, so that a stated figure is worth half.

Sources: Belton and Stewart (2002), Multiple Criteria Decision Analysis, chapter 5 (value functions on local
scales); Kirkwood (1997), Strategic Decision Making, chapter 4 (the exponential value function).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.errors import GeographyError, InfeasibleError, SourceError, first_few
from data.indicators import Group
from data.provenance import Status, Tier
from data.shortlist_criteria import Asked, Criterion, Curve, Direction
from models.levels import LevelData
from models.words import figure

Array = npt.NDArray[np.float64]

FLOOR: Final = "floor"
VETO: Final = "veto"
LACKING: Final = "lacking"
OUT_BY: Final = {LACKING: "for lack of a figure", FLOOR: "below a floor", VETO: "above a limit"}
SAME: Final = 1e-9
"""Figures no further apart, by share, are one: 0.7 less 0.4 is 0.3, though binary fractions miss it."""
_STEEPEST: Final = 700.0
"""Beyond this a curve is a step, and its exponential has no number."""


def is_below(figures: npt.ArrayLike, cut: float) -> npt.NDArray[np.bool_]:
    """Tell which figures are below a cut by more than `SAME`.

    Examples
    --------
    >>> is_below([0.7 - 0.4, 0.299], 0.3).tolist()
    [False, True]
    """
    given = np.asarray(figures, dtype="float64")
    return np.asarray((given < cut) & ~np.isclose(given, cut, rtol=SAME, atol=0.0))


def is_above(figures: npt.ArrayLike, cut: float) -> npt.NDArray[np.bool_]:
    """Tell which figures are above a cut by more than `SAME`."""
    return is_below(-np.asarray(figures, dtype="float64"), -cut)


@dataclass(frozen=True)
class Scale:
    """Where the value of a criterion is nothing and where it is all.

    Attributes
    ----------
    criterion
        The criterion.
    worst, best
        Its figures of value 0 and 1; the same where all shapes have one figure, and then nothing has value.
    """

    criterion: Criterion
    worst: float
    best: float

    @property
    def is_flat(self) -> bool:
        """Whether all have the same figure, so that it tells nobody apart."""
        return self.worst == self.best

    def value_of(self, figures: npt.ArrayLike) -> Array:
        """Return what figures are worth, 0 to 1, in their shape.

        A figure that is drawn beyond the worst or the best of those compared is worth less than nothing or
        more than all, where value is linear and the user has set no end there: else the highest of all could
        only ever lose.

        Raises
        ------
        SourceError
            When the figure that is worth half does not lie in the nearer half of worst to best.
        """
        given, criterion = np.asarray(figures, dtype="float64"), self.criterion
        if criterion.curve is Curve.THRESHOLD and criterion.at is not None:
            beyond = is_below if criterion.direction is Direction.MORE else is_above
            return np.where(beyond(given, criterion.at), 0.0, 1.0)
        if self.is_flat:
            return np.zeros_like(given)
        share = (given - self.worst) / (self.best - self.worst)
        if criterion.curve is Curve.LINEAR or criterion.at is None:
            least = -np.inf if criterion.worst is None else 0.0
            return np.clip(share, least, np.inf if criterion.best is None else 1.0)
        share = np.clip(share, 0.0, 1.0)
        bend = _bend((criterion.at - self.worst) / (self.best - self.worst), criterion)
        return share if bend == 0 else np.asarray(np.expm1(-bend * share) / np.expm1(-bend))


@dataclass(frozen=True)
class Compared:
    """The shapes that are weighed against each other.

    Attributes
    ----------
    figures
        Codes, in their order, by indicator: figures as they stand.
    columns
        The column of each indicator at this level, by indicator.
    scales
        The scale of each, by indicator.
    out
        Index code: `name`, `why` ("lacking", "floor" or "veto") and `words`.
    """

    figures: pd.DataFrame
    columns: Mapping[str, str]
    scales: Mapping[str, Scale]
    out: pd.DataFrame

    @property
    def values(self) -> pd.DataFrame:
        """What the figures are worth, on their index and columns."""
        worth = {name: scale.value_of(self.figures[name]) for name, scale in self.scales.items()}
        return pd.DataFrame(worth, index=self.figures.index)


def compare_shapes(data: LevelData, asked: Asked) -> Compared:
    """Take the shapes that can be compared, and say of the others why they are out.

    Parameters
    ----------
    data
        Values at the level that is asked for.
    asked
        What is asked.

    Raises
    ------
    GeographyError
        When a code stands twice, the level is another one, or the council is not there.
    SourceError
        When a criterion is no column of figures, or its figure worth half does not lie where it can.
    InfeasibleError
        When no shape is left.
    """
    frame = _frame(data, asked)
    columns = _columns_of(data, asked)
    given = {name: frame[column].astype("float64") for name, column in columns.items()}
    figures = pd.DataFrame(given, index=frame.index).replace([np.inf, -np.inf], np.nan)
    out = _out(figures, asked, data, columns)
    out.insert(0, "name", frame.loc[out.index, "name"])
    left = figures.drop(index=out.index)
    if left.empty:
        counts = out["why"].value_counts()
        kinds = [f"{counts[why]:,} {words}" for why, words in OUT_BY.items() if why in counts]
        told = ", ".join(kinds) or "there are none here"
        raise InfeasibleError(
            f"No {data.level.singular} of {len(frame):,} is left to compare: {told}.",
            "Ease a floor, or leave out a criterion without figures.",
        )
    return Compared(left, columns, {c.indicator: scale_of(c, left[c.indicator]) for c in asked.criteria}, out)


def _columns_of(data: LevelData, asked: Asked) -> dict[str, str]:
    """Return the column of each criterion; all that are none are told at once."""
    columns, faults = {}, []
    for criterion in asked.criteria:
        try:
            columns[criterion.indicator] = column_of(data, criterion.indicator)
        except SourceError as error:
            faults.append(error)
    if faults:
        raise SourceError(" ".join(fault.message for fault in faults), faults[0].hint)
    return columns


def column_of(data: LevelData, indicator: str) -> str:
    """Return the column that holds an indicator at this level: see `LevelData.column_of`.

    Raises
    ------
    SourceError
        When there is none, or it holds no figures.
    """
    entry = data.dictionary.get(indicator)
    column = indicator if entry is None else data.column_of(entry)
    if column in data.frame.columns and pd.api.types.is_numeric_dtype(data.frame[column]):
        return column
    numbers = [c for c in data.frame.columns if pd.api.types.is_numeric_dtype(data.frame[c])]
    near = get_close_matches(indicator[:120], numbers, n=3, cutoff=0.5)
    nearest = f" The nearest are {', '.join(near)}." if near else ""
    raise SourceError(
        f"{indicator!r} is no column of figures of {data.level.plural} in this build.{nearest}",
        "Name an indicator as it stands in the data, or leave the criterion out.",
    )


def scale_of(criterion: Criterion, figures: pd.Series) -> Scale:
    """Return the scale of a criterion: its own worst and best, else those of the figures that are compared.

    Where one end is given and no figure lies on the right side of it, all have the same value.
    """
    more = criterion.direction is Direction.MORE
    low, high = float(figures.min()), float(figures.max())
    worst = (low if more else high) if criterion.worst is None else criterion.worst
    best = (high if more else low) if criterion.best is None else criterion.best
    if (best - worst) * (1 if more else -1) <= 0:
        return Scale(criterion, worst, worst)
    scale = Scale(criterion, worst, best)
    scale.value_of([worst])
    return scale


def _frame(data: LevelData, asked: Asked) -> pd.DataFrame:
    if data.level.value != asked.level:
        raise GeographyError(
            f"The shortlist is of {asked.level}s, and these are figures of {data.level.plural}.",
            f"Take the figures of each {asked.level}.",
        )
    codes = data.frame.index
    if codes.has_duplicates:
        twice = codes[codes.duplicated()].unique()
        raise GeographyError(
            f"{len(twice):,} codes of {data.level.plural} stand twice: {first_few(twice)}.",
            "Keep one row for each: the same place would be counted as two.",
        )
    frame = data.frame.sort_index()
    if not asked.within:
        return frame
    mine = frame[frame["la_code"].eq(asked.within).fillna(False)]
    if mine.empty:
        raise GeographyError(
            f"No {data.level.singular} here is of the council {asked.within}.",
            f"The councils are {first_few(frame['la_code'].dropna().unique())}.",
        )
    return mine


def _out(figures: pd.DataFrame, asked: Asked, data: LevelData, columns: Mapping[str, str]) -> pd.DataFrame:
    """Say which shapes are out: `why`, the first kind of reason, and `words` of all of them.

    Records keep the words and take them out of a build: a figure of referrals that was not released is left
    out of them, as it may be a small count.
    """
    found: dict[str, list[tuple[str, str]]] = {}
    for criterion in asked.criteria:
        own, label = figures[criterion.indicator], _label(data, criterion.indicator)
        column, entry = columns[criterion.indicator], data.dictionary.get(criterion.indicator)
        held = data.tier is not Tier.SHARED and entry is not None and entry.group is Group.DEMAND
        for code in own.index[own.isna()]:
            status = str(data.status.at[code, column]) if column in data.status else ""
            lacks = "hidden" if status == Status.SUPPRESSED.value else "no figure"
            found.setdefault(code, []).append((LACKING, f"{label}: {lacks}"))
        for why, side, cut in ((FLOOR, "below", criterion.veto_below), (VETO, "above", criterion.veto_above)):
            if cut is not None:
                for code, value in own[is_below(own, cut) if why == FLOOR else is_above(own, cut)].items():
                    told = f"{_beside(value, cut)} is {side} {_beside(cut, value)}"
                    told = f"{side} {figure(cut)}" if held else told
                    found.setdefault(code, []).append((why, f"{label}: {told}"))
    codes = [code for code in figures.index if code in found]
    kinds = [next(k for k in (LACKING, FLOOR, VETO) if k in {w for w, _ in found[c]}) for c in codes]
    words = ["; ".join(text for _, text in found[code]) for code in codes]
    return pd.DataFrame(
        {"why": kinds, "words": words}, index=figures.index[figures.index.isin(codes)], dtype="str"
    )


def _beside(one: float, other: float) -> str:
    """Write a figure beside another: with more digits where both would read the same."""
    return figure(one) if figure(one) != figure(other) else f"{one:,.10g}"


def _label(data: LevelData, indicator: str) -> str:
    entry = data.dictionary.get(indicator)
    return indicator if entry is None else entry.label


def _bend(half: float, criterion: Criterion) -> float:
    """Return how far an exponential bends that is worth half at a share of the way; 0 is a straight line."""
    from scipy.optimize import brentq

    if not 0 < half <= 0.5:
        raise SourceError(
            f"{criterion.indicator}: {figure(criterion.at or 0.0)} is to be worth half, and does not lie "
            "nearer to the worst figure than to the best.",
            "Give worst and best, or another figure that is worth half.",
        )
    if half > 0.5 - 1e-9:
        return 0.0
    straight = 2 * np.log(2) / half
    if straight > _STEEPEST:
        return float(np.log(2) / half)
    return float(brentq(lambda b: np.expm1(-b * half) / np.expm1(-b) - 0.5, 1e-9, straight, xtol=1e-13))
