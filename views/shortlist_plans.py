"""Saved plans of Place support as criteria of a shortlist: how many children each brings within reach.

A plan is worked out only when somebody makes it a criterion: a search can take a while.
"""

from collections import OrderedDict
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock
from typing import Final

import pandas as pd

from data.errors import SourceError
from data.indicators import Group, Indicator, Kind
from data.plans import Plan, may_plan, read_plans
from data.provenance import Provenance, join_provenance
from geo.builds import Build
from models.levels import CODE_COLUMNS, Level, LevelData
from models.shortlist_laid import with_column
from models.type_findings import TypeFindings
from views import session
from views.keeping import kept
from views.place_address import parse_sought
from views.place_compare import open_plan
from views.place_files import sources_of
from views.place_offered import offered_in
from views.place_scene import PlaceScene
from views.shortlist_figures import PLAN, data_for
from views.sign_in import current_actor

UNIT: Final = "children"
_KEPT: Final = 12
_gains: "OrderedDict[tuple[Hashable, ...], Gains]" = OrderedDict()
_lock = Lock()


@dataclass(frozen=True, eq=False)
class Gains:
    """What a plan does: `children` newly within reach by small area, or in `fault` why that is not known."""

    children: pd.Series | None
    source: Provenance | None = None
    inside: bool = False
    fault: str = ""


def plan_id(plan: Plan) -> str:
    """Return the id of a plan as a criterion: it hangs on its name alone."""
    return f"{PLAN}{sha256(plan.name.casefold().encode()).hexdigest()[:10]}"


def plans_here(build: Build) -> tuple[Mapping[str, Plan], str]:
    """Return the saved plans by their id, for those who may see them, and what is wrong with their file."""
    if not may_plan(current_actor().role):
        return {}, ""
    try:
        return {plan_id(plan): plan for plan in read_plans(build.path)}, ""
    except SourceError as error:
        return {}, f"{error.message} {error.hint}"


def entry_of(plan: Plan, inside: bool = False) -> Indicator:
    """Return what a plan means as a criterion."""
    return Indicator(
        id=plan_id(plan),
        label=f"Children newly within reach by the plan “{plan.name}”",
        meaning=f"Children whom the plan “{plan.name}” of Place support would newly bring within reach",
        unit=UNIT,
        polarity="high_is_worse",
        kind=Kind.COUNT,
        denominator=None,
        published_name=None,
        group=Group.DEMAND if inside else Group.ACCESS,
    )


def gains_of(build: Build, plan: Plan) -> Gains:
    """Work out what a plan does with the places of today; made once a revision."""
    key = (*session.reading(build), plan.name, tuple(sorted(plan.asked.items())))
    with _lock:
        found = kept(_gains, key, _KEPT, lambda: _work_out(build, plan))
        if found.fault:
            _gains.pop(key, None)  # a search that went on may have ended the next time
        return found


def _work_out(build: Build, plan: Plan) -> Gains:
    areas = session.areas_of(build)
    offered = offered_in(build, areas)
    scene = PlaceScene(build, areas, offered, parse_sought({}, offered)[0], (), dark=False)
    opened = open_plan(scene, plan)
    if opened.placed is None:
        return Gains(None, fault=f"The plan “{plan.name}” cannot be a criterion now. {opened.fault}")
    mine = opened.scene.with_hand(opened.placed)
    source = join_provenance(sources_of(mine), f"LSOA {areas.vintage}")
    step = f"children newly within reach by the plan “{plan.name}”"
    gained = opened.placed.areas["children_gained"].astype("float64")
    return Gains(gained, source.with_step(step), bool(mine.held))


def gained_at(gains: pd.Series, build: Build, level: Level) -> pd.Series:
    """Add up what a plan does to a level; a shape of which one area is not known has none."""
    if level is Level.AREA:
        return gains
    codes = session.areas_of(build).frame[CODE_COLUMNS[level]].dropna()
    own = gains.reindex(codes.index)
    return own.groupby(codes).sum().where(own.notna().groupby(codes).all())


def entries_of(build: Build, wanted: Collection[str]) -> dict[str, Indicator]:
    """Return what the saved plans mean as criteria, by id; one that is wanted in vain is not among them."""
    plans = plans_here(build)[0]
    found = {id_: gains_of(build, plans[id_]) for id_ in wanted if id_ in plans}
    return {
        id_: entry_of(plan, found[id_].inside if id_ in found else False)
        for id_, plan in plans.items()
        if id_ not in found or not found[id_].fault
    }


def faults_of(build: Build, wanted: Collection[str]) -> tuple[str, ...]:
    """Say why plans cannot be criteria that are wanted as such, and what is wrong with the file of plans."""
    plans, fault = plans_here(build)
    told = [gains_of(build, plans[id_]).fault for id_ in wanted if id_ in plans]
    return tuple(words for words in (fault, *told) if words)


def data_with_plans(
    build: Build, level: Level, types: TypeFindings | None, wanted: Collection[str]
) -> LevelData:
    """Return the values of a level with all that can be a criterion: see `shortlist_figures.data_for`.

    Parameters
    ----------
    build, level, types
        Of what.
    wanted
        The ids of what is asked: plans among them are worked out.
    """
    data, plans = data_for(build, level, types), plans_here(build)[0]
    for id_ in [id_ for id_ in wanted if id_ in plans]:
        plan = plans[id_]
        gains = gains_of(build, plan)
        if gains.children is None or gains.source is None:
            continue
        values = gained_at(gains.children, build, data.level)
        entry = entry_of(plan, gains.inside)
        data = with_column(
            data,
            id_,
            entry.label,
            values.reindex(data.frame.index),
            gains.source,
            unit=entry.unit,
            meaning=entry.meaning,
            polarity=entry.polarity,
            kind=entry.kind,
            group=entry.group,
        )
    return data
