"""The build that the app shows: opened once a process, and again when its files change."""

from functools import cache, lru_cache
from pathlib import Path

from data.codes import is_invented
from data.settings import Settings
from geo.builds import AREAS_FILE, OUTLINES_FILE, Build, open_build
from geo.layers import WebLayers, web_layers
from models.levels import Level, LevelData, level_data

Stamp = tuple[tuple[int, int], ...]

_KEPT_LEVELS = 4
_levels: dict[tuple[str, Level], LevelData] = {}


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


def data_at(build: Build, level: Level) -> LevelData:
    """Return the values of a build by small area or by ward, worked out once."""
    key = (build.areas.content_hash, level)
    if key not in _levels:
        if len(_levels) >= _KEPT_LEVELS:
            _levels.clear()
        _levels[key] = level_data(build.areas, level)
    return _levels[key]


def invented_place(build: Build) -> str | None:
    """Return the name of the place when it is not a real one."""
    frame = build.areas.frame
    if not is_invented(frame["la_code"].dropna()):
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
    files = [path / name for name in (AREAS_FILE, OUTLINES_FILE)]
    stats = [file.stat() for file in files if file.is_file()]
    return tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)
