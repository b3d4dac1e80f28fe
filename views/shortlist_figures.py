"""What the Shortlist page works out, kept a while: values that can be criteria, and shortlists of them."""

import json
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from hashlib import sha256
from threading import RLock
from typing import Final

import pandas as pd

from data.errors import AtlasError
from data.indicators import Indicator
from data.operating_models import operating_rules
from data.shortlist_criteria import Asked, Criterion, as_document
from geo.builds import Build
from models.classes import offered_indicators
from models.levels import Level, LevelData
from models.shortlist import Shortlist, shortlist_of
from models.shortlist_laid import MODEL, TYPE, laid_for
from models.shortlist_takes import Takes, takes_of
from models.type_findings import TypeFindings, with_overrides
from views import session, types_figures
from views.keeping import kept
from views.types_beside import Beside, read_beside

Key = tuple[Hashable, ...]
PLAN: Final = "plan_"
"""How the ids of saved plans begin, as criteria: see `views.shortlist_plans`."""

_KEPT: Final = 6
_KEPT_SHORTLISTS: Final = 24
_KEPT_LARGE: Final = 3
MANY: Final = 600
"""So many shapes, and shortlists of them are kept for a short while only."""

_KEPT_TAKES: Final = 200
_laid: "OrderedDict[Key, LevelData]" = OrderedDict()
_found: "OrderedDict[Key, Shortlist | AtlasError]" = OrderedDict()
_large: "OrderedDict[Key, Shortlist | AtlasError]" = OrderedDict()
"""Shortlists of many shapes: each holds a share for every shape at every rank, tens of megabytes."""

_takes: "OrderedDict[Key, Takes]" = OrderedDict()
_lock = RLock()
_takes_lock = RLock()
"""Two readers who ask the same wait for one answer."""


def needs_types(criteria: Iterable[Criterion]) -> bool:
    """Say whether criteria ask of types or ways of working."""
    return any(criterion.indicator.startswith((TYPE, MODEL)) for criterion in criteria)


def types_ready(build: Build) -> TypeFindings | None:
    """Return the types of a build with what people gave, where they stand ready; None where they do not."""
    beside = read_beside(build)
    if not types_figures.is_ready(build, None, beside.before):
        return None
    found = types_figures.findings_for(build, None, beside.before)
    return with_overrides(found, beside.overrides)


def data_for(build: Build, level: Level, types: TypeFindings | None) -> LevelData:
    """Return the values of a build at a level with what is laid beside them: made once a revision.

    Parameters
    ----------
    types
        Its types; without them there is nothing of types or ways of working.
    """
    with _lock:
        areas, plain = session.areas_of(build), session.data_at(build, level)
        key = data_key(build, level, types)
        return kept(_laid, key, _KEPT, lambda: laid_for(plain, build, areas, types))


def data_key(build: Build, level: Level, types: TypeFindings | None) -> Key:
    """Return what the values of a level are known by."""
    made = "" if types is None else _types_key(read_beside(build))
    return (*session.reading(build), level, made)


def shortlist_for(
    build: Build, asked: Asked, types: TypeFindings | None, data: LevelData
) -> Shortlist | AtlasError:
    """Return a shortlist, or why there is none; made once a revision of what it rests on."""
    asks = json.dumps(as_document(asked), sort_keys=True)
    key = (*data_key(build, data.level, types), asks, *_figures_key(asked, data))
    with _lock:
        held, most = (_large, _KEPT_LARGE) if len(data.frame) > MANY else (_found, _KEPT_SHORTLISTS)
        return kept(held, key, most, lambda: _tried(lambda: shortlist_of(data, asked)))


def takes_for(build: Build, types: TypeFindings | None, found: Shortlist, code: str) -> Takes:
    """Return what it would take to bring a shape in, or to put one out; made once a shortlist and shape."""
    asked = json.dumps(as_document(found.asked), sort_keys=True)
    worth = sha256(found.values.to_numpy().tobytes()).hexdigest()
    key = (*data_key(build, found.level, types), asked, worth, code)
    with _takes_lock:
        return kept(
            _takes,
            key,
            _KEPT_TAKES,
            lambda: takes_of(found.values, pd.Series(dict(found.weights)), found.asked.top, code),
        )


def offered_criteria(build: Build, data: LevelData) -> Mapping[str, Indicator]:
    """Return what can be a criterion at a level, by id: what Explore offers there, then what is laid."""
    offered = {entry.id: entry for entry in offered_indicators(session.areas_of(build))}
    known = {id_: entry for id_, entry in offered.items() if data.column_of(entry) in data.frame.columns}
    return {**known, **laid_criteria(build, data)}


def laid_criteria(build: Build, data: LevelData) -> Mapping[str, Indicator]:
    """Return what of the criteria of a level is laid beside the values that other pages show, by id."""
    plain = session.data_at(build, data.level)
    laid = [column for column in data.frame.columns if column not in plain.frame.columns]
    return {column: data.dictionary[column] for column in laid if column in data.dictionary}


def _figures_key(asked: Asked, data: LevelData) -> Key:
    """Return what the figures are known by that no build tells: results that are laid over it."""
    laid = [c.indicator for c in asked.criteria if c.indicator.startswith(PLAN) and c.indicator in data.frame]
    return tuple((id_, data.frame[id_].to_numpy().tobytes()) for id_ in laid)


def _types_key(beside: Beside) -> str:
    return sha256(repr((beside.before, beside.overrides, operating_rules())).encode()).hexdigest()


def _tried(make: Callable[[], Shortlist]) -> Shortlist | AtlasError:
    try:
        return make()
    except AtlasError as error:
        return error
