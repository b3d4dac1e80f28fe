"""The operating model of each area: which rule fits first, how far the next one is, and why.

The rules stand in `data/operating_models.toml`. They are a proposal to be adapted, and anybody can follow
them with a pencil: conditions on a few measures, tried in their order. Clusters stand beside as evidence.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.operating_models import (
    MEASURES,
    NO_RULE,
    NOT_ENOUGH_DATA,
    Condition,
    OperatingModel,
    Rules,
    operating_rules,
)
from data.provenance import Tier
from data.type_overrides import Override
from models.composites import Composites
from models.operating_words import (
    NONE_NEAR,
    Measured,
    condition_words,
    lacking_words,
    left_out_words,
    nearest_words,
    places_words,
)

FURTHEST: Final = 100.0
"""No condition is further off than so many points."""

NEAREST: Final = 1.0
"""A condition that does not hold is at least so many points off."""

SIGNALS: Final = ("demand_signal", "trend_signal")
"""Measures that are there or not: a condition on one that does not hold is as far off as can be, so that
nothing which may be chance brings an area near a rule."""

RELATIVE: Final = ("people_per_km2",)
"""Measures of which a point is one per cent of the cut-off."""

NO_MODEL: Final = {NOT_ENOUGH_DATA: "Not enough data", NO_RULE: "No rule fits"}
"""What is said where an area has no model."""

Floats = npt.NDArray[np.float64]

PROPOSAL: Final = (
    "The rules are a proposal to be adapted: nobody has published a set of kinds of place with exactly these "
    "cut-offs. They say what may suit a neighbourhood, not what each family in it needs."
)


@dataclass(frozen=True)
class OperatingModels:
    """The operating model of every area.

    Attributes
    ----------
    frame
        One row an area, index `area_code`, sorted: `model` (an id, "not_enough_data" where the area lacks
        what others have, or "no_rule" where no rule is near), `fits` (False where the model is only the
        nearest), `next` (the id of the next nearest rule; missing where there is none), `distance` (how many
        points the measures would have to move in all for it to fit as well; 0 where it does), `why`, and
        `by_rule` and `reason`: what the rules say and, where somebody overruled them, why (else empty).
    rules
        All the rules, as they were given.
    used
        The rules as they were used: without those, and their conditions, that the build has no data for.
    left_out
        What was left out and why, in sentences.
    tier
        That of the build.
    caveats
        What to bear in mind.
    """

    frame: pd.DataFrame
    rules: Rules
    used: Rules
    left_out: tuple[str, ...]
    tier: Tier
    caveats: tuple[str, ...]

    def label_of(self, id_: str) -> str:
        """Return what a model is called; where there is none, what that is called."""
        model = self.rules.named(id_)
        return model.label if model is not None else NO_MODEL[id_]

    @property
    def counts(self) -> dict[str, int]:
        """How many areas each model has, in the order of the rules, then those without one."""
        found = self.frame["model"].value_counts()
        ids = (*(m.id for m in self.rules.models), NO_RULE, NOT_ENOUGH_DATA)
        return {id_: int(found[id_]) for id_ in ids if id_ in found.index}


def operating_models_of(composites: Composites, rules: Rules | None = None) -> OperatingModels:
    """Give each area the operating model whose rule fits it first.

    Parameters
    ----------
    composites
        The composites of a build, with the measures that rules are made of.
    rules
        The rules; those of `data/operating_models.toml` when not given.

    Notes
    -----
    An area is said to lack data only when what it lacks decides: a rule before the first that fits might
    fit too. Where no rule fits, the nearest is taken if it is within `Rules.nearest_within` points. The
    distance of a rule is the sum over its conditions of how far off each is; of a rule with groups, the
    nearest group counts. A point is a hundredth of a scale of places, one in a hundred households, or a per
    cent of the cut-off of density. A signal that is not there is 100 points off.
    """
    measures = composites.measures
    given = rules or operating_rules()
    used, left_out = _usable(given, measures.columns)
    count = len(measures)
    truths = np.column_stack([_truth(m, measures) for m in used.models] or [np.empty((count, 0))])
    distances = np.column_stack([_distance(m, measures) for m in used.models] or [np.empty((count, 0))])
    records = measures.to_dict("records")
    rows = [_answer(used, truths[n], distances[n], records[n]) for n in range(count)]
    frame = pd.DataFrame(rows, index=measures.index, columns=["model", "fits", "next", "distance", "why"])
    frame = frame.assign(by_rule=frame["model"], reason="")
    caveats = (PROPOSAL, places_words(composites.within))
    return OperatingModels(frame, given, used, left_out, composites.tier, caveats)


def overrule(found: OperatingModels, given: Mapping[str, Override]) -> OperatingModels:
    """Put the models that people gave in the place of those by rule, with their reasons.

    Parameters
    ----------
    found
        The models by rule.
    given
        What was given, by area code: see `data.type_overrides.models_given`. Areas that are not here, and
        models that the rules no longer have, are left out; the latter are said.
    """
    ids = {model.id for model in found.rules.models}
    here = {code: one for code, one in given.items() if code in found.frame.index}
    gone = sorted({one.value for one in here.values()} - ids)
    kept = {code: one for code, one in here.items() if one.value in ids}
    frame = found.frame.copy()
    codes = list(kept)
    frame.loc[codes, "model"] = [kept[code].value for code in codes]
    frame.loc[codes, "reason"] = [kept[code].reason for code in codes]
    said = [
        f"Some areas were given “{id_}”, which is not among the rules: they keep their own." for id_ in gone
    ]
    return replace(found, frame=frame, left_out=(*found.left_out, *said))


def _usable(rules: Rules, held: Iterable[str]) -> tuple[Rules, tuple[str, ...]]:
    """Leave out the conditions and rules that the whole build has no data for, and say so."""
    columns = set(held)
    models: list[OperatingModel] = []
    said: list[str] = []
    for model in rules.models:
        absent = [c for c in model.every if c.measure not in columns]
        groups = tuple(g for g in model.groups if all(c.measure in columns for c in g))
        gone = [c for g in model.groups if g not in groups for c in g if c.measure not in columns]
        every = tuple(c for c in model.every if c.measure in columns)
        without_any = bool(model.groups) and not groups
        whole = any(c.needed for c in absent) or without_any or not (every or groups)
        lacking = list(dict.fromkeys(MEASURES[c.measure] for c in (*absent, *gone)))
        if lacking:
            said.append(left_out_words(model, lacking, whole))
        if not whole:
            models.append(replace(model, every=every, groups=groups))
    return replace(rules, models=tuple(models)), tuple(said)


def _truth(model: OperatingModel, measures: pd.DataFrame) -> Floats:
    """Say of each area whether a rule fits: 1, 0, or missing where that depends on what is not known."""
    every = _all([_holds(c, measures) for c in model.every], len(measures))
    if not model.groups:
        return every
    groups = [_all([_holds(c, measures) for c in group], len(measures)) for group in model.groups]
    return _all([every, 1 - _all([1 - group for group in groups], len(measures))], len(measures))


def _all(truths: Sequence[Floats], count: int) -> Floats:
    """Bring truths together: false where one is, else unknown where one is, else true (Kleene)."""
    if not truths:
        return np.ones(count)
    stacked = np.column_stack(truths)
    unknown = np.isnan(stacked).any(axis=1)
    false = (stacked == 0).any(axis=1)
    return np.where(false, 0.0, np.where(unknown, np.nan, 1.0))


def _holds(condition: Condition, measures: pd.DataFrame) -> Floats:
    values = measures[condition.measure].to_numpy(dtype=float)
    with np.errstate(invalid="ignore"):
        truth = {
            "at_least": values >= condition.cut_off,
            "at_most": values <= condition.cut_off,
            "above": values > condition.cut_off,
            "below": values < condition.cut_off,
        }[condition.comparison]
    return np.where(np.isnan(values), np.nan, truth.astype(float))


def _distance(model: OperatingModel, measures: pd.DataFrame) -> Floats:
    """Return how many points off a rule is of each area; missing where that is not known."""
    every = _sum_off(model.every, measures)
    if not model.groups:
        return every
    groups = np.column_stack([_sum_off(group, measures) for group in model.groups])
    nearest: Floats = np.where(np.isnan(groups), np.inf, groups).min(axis=1)
    return every + np.where(np.isinf(nearest), np.nan, nearest)


def _sum_off(conditions: Sequence[Condition], measures: pd.DataFrame) -> Floats:
    total: Floats = np.zeros(len(measures))
    for condition in conditions:
        total = total + _off(condition, measures)
    return total


def _off(condition: Condition, measures: pd.DataFrame) -> Floats:
    """Return how many points one condition is off, 0 where it holds."""
    holds = _holds(condition, measures)
    values = measures[condition.measure].to_numpy(dtype=float)
    if condition.measure in SIGNALS:
        gap = np.full(len(values), FURTHEST)
    elif condition.measure in RELATIVE and condition.cut_off > 0:
        gap = np.abs(values - condition.cut_off) / condition.cut_off * 100
    else:
        gap = np.abs(values - condition.cut_off)
    return np.where(np.isnan(holds), np.nan, np.where(holds == 1, 0.0, np.clip(gap, NEAREST, FURTHEST)))


def _answer(
    rules: Rules, truths: Floats, distances: Floats, measures: Measured
) -> tuple[str, bool, str | None, float, str]:
    """Return the model of one area, whether it fits, the next rule, its distance, and why."""
    models = rules.models
    fitting = np.flatnonzero(truths == 1)
    unknown = np.flatnonzero(np.isnan(truths))
    first = int(fitting[0]) if len(fitting) else len(models)
    if len(unknown) and unknown[0] < first:
        return NOT_ENOUGH_DATA, False, None, np.nan, lacking_words(models[int(unknown[0])], measures)
    order = [int(n) for n in np.argsort(distances, kind="stable") if not np.isnan(distances[n])]
    if first < len(models):
        others = [n for n in order if n != first]
        why = condition_words(models[first], measures)
        return (models[first].id, True, *_next(models, others, distances), why)
    if not order or distances[order[0]] > rules.nearest_within:
        return (NO_RULE, False, *_next(models, order, distances), NONE_NEAR)
    nearest = order[0]
    why = nearest_words(_looked_at(models[nearest], measures), measures)
    return (models[nearest].id, False, *_next(models, order[1:], distances), why)


def _looked_at(model: OperatingModel, measures: Measured) -> tuple[Condition, ...]:
    """Return the conditions that count for a distance: those that must all hold, and the nearest group."""
    one = pd.DataFrame([measures])
    off = [float(_sum_off(group, one)[0]) for group in model.groups]
    known = [n for n, points in enumerate(off) if not np.isnan(points)]
    group = model.groups[min(known, key=lambda n: off[n])] if known else ()
    return (*model.every, *group)


def _next(
    models: Sequence[OperatingModel], order: Sequence[int], distances: Floats
) -> tuple[str | None, float]:
    return (models[order[0]].id, float(distances[order[0]])) if order else (None, np.nan)
