"""The build that the app shows: opened once a process, and again when its files change."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock
from typing import TypeVar

from data.codes import is_invented
from data.settings import Settings
from geo.area_table import AreaTable
from geo.builds import Build, open_build
from geo.layers import WebLayers, web_layers
from geo.overlay import overlay_assets
from models.levels import Level, LevelData, level_data

Stamp = tuple[tuple[str, int, int], ...]
Reading = tuple[str, str]
"""What the areas of a day are known by: the hash of the area table and the revision of the places."""

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")

_KEPT_AREAS = 2
_KEPT_LEVELS = 6
_areas: "OrderedDict[Reading, AreaTable]" = OrderedDict()
_levels: "OrderedDict[tuple[Reading, Level], LevelData]" = OrderedDict()
_lock = Lock()


def current_build() -> Build:
    """Return the build that `ATLAS_BUILD` names, or the demonstration borough.

    Raises
    ------
    SourceError
        When what `ATLAS_BUILD` names is not a build.
    """
    path = Settings().build or _demo_path()
    return _open(path.resolve(), _stamp(path))


def current_layers() -> WebLayers:
    """Return the map layers of the build that the app shows."""
    return web_layers(current_build())


def areas_of(build: Build) -> AreaTable:
    """Return the area table of a build with its places laid over it, made once a revision of the places."""
    with _lock:
        return _kept(_areas, _reading(build), _KEPT_AREAS, lambda: _overlay(build))


def data_at(build: Build, level: Level) -> LevelData:
    """Return the values of a build at one level, worked out once a revision of the places."""
    areas = areas_of(build)
    with _lock:
        return _kept(_levels, (_reading(build), level), _KEPT_LEVELS, lambda: level_data(areas, level))


def _reading(build: Build) -> Reading:
    return build.areas.content_hash, build.places.revision


def _overlay(build: Build) -> AreaTable:
    return overlay_assets(build.areas, build.places, build.origins)


def _kept(kept: "OrderedDict[Key, Value]", key: Key, most: int, make: Callable[[], Value]) -> Value:
    """Return what is kept under a key, making it the first time; the one used longest ago gives way."""
    if key not in kept:
        kept[key] = make()
        while len(kept) > most:
            kept.popitem(last=False)
    kept.move_to_end(key)
    return kept[key]


def invented_place(build: Build) -> str | None:
    """Return the name of the place when it is not a real one."""
    frame = build.areas.frame
    if not is_invented(frame["la_code"].dropna().unique()):
        return None
    return " and ".join(sorted(frame["la_name"].dropna().unique()))


@cache
def _demo_path() -> Path:
    from geo.build_folder import demo_build

    return demo_build()


@lru_cache(maxsize=2)
def _open(path: Path, stamp: Stamp) -> Build:
    return open_build(path)


def _stamp(path: Path) -> Stamp:
    """Say which version of the files stands there: a rebuilt build is opened afresh."""
    if not path.is_dir():
        return ()
    stats = [(file.name, file.stat()) for file in sorted(path.iterdir()) if file.is_file()]
    return tuple((name, stat.st_mtime_ns, stat.st_size) for name, stat in stats)
