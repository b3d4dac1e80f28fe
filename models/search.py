"""Find the areas that meet several conditions at once, and what would find some when none does."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import pandas as pd

from data.indicators import Indicator, Kind
from data.provenance import Status
from data.settings import settings
from geo.reach_columns import ReachColumn
from models.classes import IDENTITY, MISSING, OUTSIDE, SUPPRESSED
from models.conditions import (
    BEST_PARTS,
    PARTS,
    WORST_PARTS,
    Comparison,
    Condition,
    comparisons_of,
    is_sound_bound,
    meets,
    values_of,
)
from models.levels import Level, LevelData
from models.schemes import is_national_rank

MATCH: Final = "1"
NO_MATCH: Final = "0"
STEP_MIN: Final = 1


@dataclass(frozen=True)
class Found:
    """What a search found.

    Attributes
    ----------
    conditions
        What was asked; a match meets them all.
    level
        What one shape is.
    frame
        One row a shape, indexed by code: `name, ward_code, ward_name, la_code, la_name` and `class`: a
        match, no match, or, where it cannot be told, suppressed or missing. A shape that fails one
        condition is no match, whatever is hidden of the others.
    met
        One column a condition, by its position: whether each shape that is shown meets it; missing where
        that cannot be told.
    """

    conditions: tuple[Condition, ...]
    level: Level
    frame: pd.DataFrame
    met: pd.DataFrame

    @property
    def inside(self) -> pd.DataFrame:
        """The shapes that were searched."""
        return self.frame[self.frame["class"] != OUTSIDE]

    @cached_property
    def matches(self) -> pd.DataFrame:
        """The shapes that meet every condition, sorted by code."""
        return self.frame[self.frame["class"] == MATCH].sort_index()

    @property
    def counts(self) -> dict[str, int]:
        """How many shapes match, do not, and cannot be told."""
        found = self.inside["class"].value_counts()
        return {key: int(found.get(key, 0)) for key in (MATCH, NO_MATCH, SUPPRESSED, MISSING)}

    @property
    def alone(self) -> tuple[int, ...]:
        """How many shapes meet each condition, whatever they are of the others."""
        return tuple(int(self.met[position].sum()) for position in self.met.columns)

    @property
    def without(self) -> tuple[int, ...]:
        """How many shapes would match without each condition."""
        return tuple(int(self.others_met(position).sum()) for position in self.met.columns)

    @property
    def indicators(self) -> tuple[Indicator, ...]:
        """The indicators that were asked about, each once."""
        return tuple(dict.fromkeys(condition.indicator for condition in self.conditions))

    def others_met(self, position: int) -> pd.Series:
        """Say of each shape that is shown whether it meets every condition but one."""
        return self.met.drop(columns=position).fillna(False).all(axis=1).astype(bool)


@dataclass(frozen=True)
class Wider:
    """A condition that would find something, in the place of one that does not."""

    position: int
    condition: Condition
    matches: int


def search(data: LevelData, conditions: Sequence[Condition], council: str | None = None) -> Found:
    """Find the shapes of a level that meet every condition.

    Parameters
    ----------
    data
        The values, by small area or added up; several areas are placed by their average rank.
    conditions
        What is asked.
    council
        Code of the one council to search; None searches them all.
    """
    identity = data.frame[list(IDENTITY)]
    inside = identity["la_code"].eq(council).fillna(False).astype(bool) if council else None
    shown = identity.index if inside is None else identity.index[inside]
    met = pd.DataFrame(
        {position: meets(condition, data, shown) for position, condition in enumerate(conditions)},
        index=shown,
    )
    fails = met.eq(False).fillna(False).any(axis=1)
    untold = ~fails & met.isna().any(axis=1)
    hidden = _is_hidden(data, conditions, shown)
    found = pd.Series(MATCH, index=shown).mask(fails, NO_MATCH)
    found = found.mask(untold, MISSING).mask(untold & hidden, SUPPRESSED)
    frame = identity.assign(**{"class": found.reindex(identity.index).fillna(OUTSIDE)})
    return Found(tuple(conditions), data.level, frame, met)


def _is_hidden(data: LevelData, conditions: Sequence[Condition], shown: pd.Index) -> pd.Series:
    columns = [data.column_of(condition.indicator) for condition in conditions]
    return data.status.loc[shown, columns].eq(Status.SUPPRESSED.value).any(axis=1)


def opening_conditions(offered: Sequence[Indicator]) -> tuple[Condition, ...]:
    """Return the search to open with: children in poverty far from a library, or what comes nearest to it.

    Parameters
    ----------
    offered
        The indicators that a map can show, in their order.
    """
    by_id = {indicator.id: indicator for indicator in offered}
    need = by_id.get("need_idaci_rank") or next((i for i in offered if is_national_rank(i)), None)
    far = by_id.get(ReachColumn.MINUTES.of("library"))
    chosen = [indicator for indicator in (need, far) if indicator is not None] or list(offered[:1])
    return tuple(opening_condition(indicator) for indicator in chosen)


def opening_condition(indicator: Indicator) -> Condition:
    """Return the condition on an indicator that is asked most."""
    comparison = comparisons_of(indicator)[0]
    return Condition(indicator, comparison, far_min() if comparison is Comparison.OVER else None)


def far_min() -> float:
    """Return beyond how many minutes a place is far away."""
    return settings().reach_min


def next_condition(conditions: Sequence[Condition], offered: Sequence[Indicator]) -> Condition:
    """Return a condition to add to others: on an indicator that none of them asks about yet."""
    asked = {condition.indicator for condition in conditions}
    opening = [condition.indicator for condition in opening_conditions(offered)]
    return opening_condition(next((i for i in (*opening, *offered) if i not in asked), offered[0]))


def widen(found: Found, data: LevelData) -> tuple[Wider, ...]:
    """Return, for a search without a match, the nearest wider conditions that would each find one.

    One condition is widened at a time, as far as the first match and no further. A comparison with the
    shapes shown cannot be widened.
    """
    if not found.matches.empty:
        return ()
    tried = (_widen_one(found, data, position) for position in found.met.columns)
    return tuple(wider for wider in tried if wider is not None)


def _widen_one(found: Found, data: LevelData, position: int) -> Wider | None:
    condition = found.conditions[position]
    values = values_of(condition.indicator, data, found.met.index)
    rest = values[found.others_met(position)].dropna()
    if rest.empty:
        return None
    for wider in _wider_conditions(condition, rest):
        met = meets(wider, data, found.met.index).fillna(False) & found.others_met(position)
        if met.any():
            return Wider(position, wider, int(met.sum()))
    return None


def _wider_conditions(condition: Condition, rest: pd.Series) -> list[Condition]:
    if condition.comparison in PARTS:
        parts = WORST_PARTS if condition.comparison in WORST_PARTS else BEST_PARTS
        return [
            replace(condition, comparison=part) for part in parts[parts.index(condition.comparison) + 1 :]
        ]
    low, high = float(rest.min()), float(rest.max())
    bounds = {
        Comparison.OVER: high - STEP_MIN,
        Comparison.UNDER: low + STEP_MIN,
        Comparison.LEAST: high,
        Comparison.MOST: low,
        Comparison.NONE: low,
    }
    bound = bounds.get(condition.comparison)
    at_least_none = condition.indicator.kind is Kind.COUNT and bound == 0
    if bound is None or at_least_none or not is_sound_bound(condition.indicator, bound):
        return []
    none = condition.comparison is Comparison.NONE
    return [Condition(condition.indicator, Comparison.MOST if none else condition.comparison, bound)]
