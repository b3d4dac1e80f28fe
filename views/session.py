"""The build that the app shows: opened once a process, and again when its files change."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import pandas as pd

from data.codes import is_invented
from data.need_weights import Weights
from data.settings import settings
from geo.aggregate import in_one_council
from geo.area_table import AreaTable
from geo.builds import Build, BuildParts, open_build
from geo.demand import Demand
from geo.journeys import travel_key
from geo.kind_reach import KindReach, Served, kind_key, reach_of_kind
from geo.layers import WebLayers, web_layers
from geo.nearest import nearest_by_kind
from geo.reach import steps
from geo.reach_columns import PREFIX, ReachColumn, read_column
from models.classes import Classes, classify
from models.demand_at import demand_at
from models.demand_over_time import TimeHere, time_of_kept, time_of_released
from models.demand_trend import Trends, trends_at
from models.levels import CODE_COLUMNS, Level, LevelData
from models.need import overlay_need
from models.need_ranks import Need, domains_of, measure_need, usable_weights, with_need
from models.places_at import with_places
from models.places_laid import lay_places
from models.profile_setting import LIES_IN, PROFILED, map_council, map_indicator
from models.profile_sheet import Sheet, make_sheet
from models.reach_supply import usual_sessions
from views.keeping import kept
from views.register_session import build_path, in_force

Stamp = tuple[tuple[str, int, int], ...]
Reading = tuple[Hashable, ...]
"""What the areas of a day are known by: the hash of the area table, the revision of the places, whether those
count that nobody has confirmed lately, what those supply that do not tell it, what travel is measured by, and
the settings of reach."""

SLACK_MIN: Final = 0.1
"""So that the nearest place is found though its minutes are worked out in two ways."""

_KEPT_AREAS = 2
_KEPT_LEVELS = 6
_KEPT_NEEDS = 12
_KEPT_KINDS = 60
_areas: "OrderedDict[Reading, AreaTable]" = OrderedDict()
_grounds: "OrderedDict[str, AreaTable]" = OrderedDict()
_plain: "OrderedDict[tuple[str, Level | None], LevelData]" = OrderedDict()
"""Levels without places; without a level it is all areas together."""

_levels: "OrderedDict[tuple[Reading, Level], LevelData]" = OrderedDict()
_needs: "OrderedDict[tuple[Reading, Level, Weights], tuple[LevelData, Need]]" = OrderedDict()
_wholes: "OrderedDict[Reading, LevelData]" = OrderedDict()
_trends: "OrderedDict[tuple[str, Level], Trends]" = OrderedDict()
_kinds: "OrderedDict[tuple[Hashable, ...], KindReach]" = OrderedDict()
"""Who reaches a kind of place: a change of the register touches few of them."""

_lock = Lock()


def current_build() -> Build:
    """Return the build that `ATLAS_BUILD` names, or the demonstration borough.

    It is opened afresh each day, so that figures past their date are not shown by an app that runs on. Its
    places are those of its register, once that holds any.

    Raises
    ------
    SourceError
        When what `ATLAS_BUILD` names is not a build.
    RegisterError
        When its register cannot be read.
    """
    path = build_path()
    today, making = date.today(), _stamp(path)
    return in_force(_open(path, making, today), making, today)


def counting(build: Build, every_place: bool) -> Build:
    """Return a build in which those places count, too, that nobody has confirmed lately, if asked for."""
    return replace(build, places=build.places.all_counted) if every_place else build


def current_layers() -> WebLayers:
    """Return the map layers of the build that the app shows."""
    return web_layers(current_build())


def areas_of(build: Build) -> AreaTable:
    """Return the area table of a build with its places and combined need laid over it.

    It is made once a revision of the places.
    """
    with _lock:
        return kept(_areas, reading(build), _KEPT_AREAS, lambda: _overlay(build))


def data_at(build: Build, level: Level) -> LevelData:
    """Return the values of a build at one level, worked out once a revision of the places.

    Above small areas what has nothing to do with places is worked out once a build.
    """
    areas = areas_of(build)

    def make() -> LevelData:
        if level is Level.AREA:
            return demand_at(areas, level, build.released)
        ground = _ground(build)
        key = build.areas.content_hash, level
        plain = kept(_plain, key, _KEPT_LEVELS, lambda: demand_at(ground, level, build.released))
        return with_places(plain, ground, areas)

    with _lock:
        return kept(_levels, (reading(build), level), _KEPT_LEVELS, make)


def need_at(build: Build, level: Level, weights: Weights = ()) -> LevelData:
    """Return the values of a build at one level with need ranked by the reader's weights.

    Without weights the standard ones count. Where the build has no combined need it is `data_at`.
    """
    return _measured(build, level, weights)[0]


def sheet_of(build: Build, level: Level, code: str, weights: Weights = ()) -> Sheet:
    """Return the profile of one shape, with need by the reader's weights."""
    areas = areas_of(build)
    data, need = _measured(build, level, weights)
    parents = [upper for upper in LIES_IN.get(level, ()) if areas.frame[CODE_COLUMNS[upper]].notna().any()]
    above = {upper: data_at(build, upper) for upper in parents}
    return make_sheet(
        areas,
        data,
        code,
        need,
        above,
        whole_of(build),
        near_of(build, data, code),
        build.demand,
        build.released,
    )


def near_of(build: Build, data: LevelData, code: str) -> pd.DataFrame | None:
    """Return the nearest places of a small area; of a larger shape none is the nearest."""
    columns = [column for column in data.frame.columns if column.startswith(PREFIX)]
    minutes = [column for column in columns if read_column(column)[1] is ReachColumn.MINUTES]
    if data.level is not Level.AREA or not minutes:
        return None
    furthest = float(data.frame.loc[code, minutes].max())
    return nearest_by_kind(build, code, max(np.nan_to_num(furthest) + SLACK_MIN, settings().reach_min))


def find_sheet(build: Build, level: str, code: str, weights: Weights = ()) -> tuple[Sheet, Classes] | None:
    """Return the profile of a shape and its small map in classes; None when there is no such shape."""
    try:
        data = need_at(build, Level(level), weights)
    except ValueError:  # No such level, or none of it in this build.
        return None
    if Level(level) not in PROFILED or code not in data.frame.index:
        return None
    classes = classify(data, data.dictionary[map_indicator(data)], map_council(data, code))
    return sheet_of(build, data.level, code, weights), classes


def time_of(build: Build, level: Level, code: str) -> TimeHere | None:
    """Return referrals of a shape over time, its trends worked out once a build and level."""
    if build.demand is not None:
        trends = _trends_of(build, build.demand, level)
        return time_of_kept(build.demand, build.areas, trends, code)
    if build.released is None:
        return None
    names = data_at(build, level).frame["name"]
    return time_of_released(build.released, level, code, str(names[code]))


def _trends_of(build: Build, demand: Demand, level: Level) -> Trends:
    with _lock:
        key = (build.areas.content_hash, level)
        return kept(_trends, key, _KEPT_LEVELS, lambda: trends_at(demand, build.areas, level))


def whole_of(build: Build) -> LevelData:
    """Return all areas of a build together, worked out once a revision of the places.

    Their figures of demand are made of the counts added up, as those of a council are: an average of the
    areas' own rates would be missing as soon as one area has none.
    """
    areas = areas_of(build)

    def make() -> LevelData:
        ground = in_one_council(_ground(build))
        key = build.areas.content_hash, None
        plain = kept(_plain, key, _KEPT_LEVELS, lambda: demand_at(ground, Level.COUNCIL))
        return with_places(plain, ground, in_one_council(areas))

    with _lock:
        return kept(_wholes, reading(build), _KEPT_AREAS, make)


def _measured(build: Build, level: Level, weights: Weights) -> tuple[LevelData, Need | None]:
    data = data_at(build, level)
    if not domains_of(data):
        return data, None
    own = usable_weights(data, weights)

    def measure() -> tuple[LevelData, Need]:
        need = measure_need(data, dict(own) or None)
        return with_need(data, need), need

    with _lock:
        return kept(_needs, (reading(build), level, own), _KEPT_NEEDS, measure)


def reading(build: Build) -> Reading:
    """Return what the figures of a build are known by, with the settings that change them."""
    places = build.places.revision, build.places.with_unconfirmed
    usual = tuple(sorted(usual_sessions(build).items()))
    return build.areas.content_hash, *places, usual, travel_key(build), settings().reach_min, steps()


def _overlay(build: Build) -> AreaTable:
    def reaching(build: BuildParts, ids: pd.Index, served: Served | None) -> KindReach:
        key = build.areas.content_hash, *kind_key(build, ids, served)
        return kept(_kinds, key, _KEPT_KINDS, lambda: reach_of_kind(build, ids, served))

    return lay_places(_ground(build), build, reaching)


def _ground(build: Build) -> AreaTable:
    """Return the areas of a build with combined need and without places. Under the lock."""
    return kept(_grounds, build.areas.content_hash, _KEPT_AREAS, lambda: overlay_need(build.areas))


def invented_place(build: Build) -> str | None:
    """Return the name of the place when it is not a real one."""
    frame = build.areas.frame
    if not is_invented(frame["la_code"].dropna().unique()):
        return None
    return " and ".join(sorted(frame["la_name"].dropna().unique()))


@lru_cache(maxsize=2)
def _open(path: Path, stamp: Stamp, today: date) -> Build:
    return open_build(path, today)


def _stamp(path: Path) -> Stamp:
    """Say which version of the files stands there: a rebuilt build is opened afresh."""
    if not path.is_dir():
        return ()
    stats = [(file.name, file.stat()) for file in sorted(path.iterdir()) if file.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
