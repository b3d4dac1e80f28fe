"""The register of places beside the build that the app shows, and that build with the places in force."""

from collections import OrderedDict
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from threading import Lock

from data.register.records import Edition
from data.register.store import Register, open_register
from data.settings import settings
from geo.builds import Build
from geo.register_places import with_register

Standing = tuple[Path, object, str | None, Edition, date, int]
"""What the places in force are known by: the build and its making, the database, the register's edition, the
day, and after how many months a place is stale."""

_KEPT = 2
_in_force: "OrderedDict[Standing, Build]" = OrderedDict()
_lock = Lock()


def build_path() -> Path:
    """Return the folder of the build that `ATLAS_BUILD` names, or of the demonstration borough."""
    return (settings().build or _demo_path()).resolve()


def current_register() -> Register:
    """Return the register of the build that the app shows. Reading one that nobody wrote makes no file."""
    return _register(build_path(), settings().database_url)


def in_force(build: Build, making: object, today: date) -> Build:
    """Return a build with the places of its register, once that holds any.

    The register is asked for its edition alone, and read again when that has changed, or the day has: a
    place grows stale without a word.

    Parameters
    ----------
    build
        A build as it was opened.
    making
        What tells one making of its files from the next.
    today
        The day.
    """
    kept = settings()
    register = _register(build.path, kept.database_url)
    edition = register.edition()
    if edition is None:
        return build
    key = (build.path, making, kept.database_url, edition, today, kept.stale_months)
    with _lock:
        if key not in _in_force:
            _in_force[key] = with_register(build, register, today, kept.stale_months)
            while len(_in_force) > _KEPT:
                _in_force.popitem(last=False)
        _in_force.move_to_end(key)
        return _in_force[key]


@lru_cache(maxsize=4)
def _register(beside: Path, url: str | None) -> Register:
    return open_register(beside, url)


@cache
def _demo_path() -> Path:
    from geo.build_folder import demo_build
    from models.demand_columns import with_demand

    return demo_build(derive=with_demand)
