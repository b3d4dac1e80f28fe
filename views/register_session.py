"""The register of places beside the build that the app shows: opened once a process and database."""

from __future__ import annotations

from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from data.settings import Settings

if TYPE_CHECKING:
    from data.register.store import Register


def build_path() -> Path:
    """Return the folder of the build that `ATLAS_BUILD` names, or of the demonstration borough."""
    return (Settings().build or _demo_path()).resolve()


def current_register() -> Register:
    """Return the register of the build that the app shows. Reading one that nobody wrote makes no file."""
    return _register(build_path(), Settings().database_url)


@lru_cache(maxsize=4)
def _register(beside: Path, url: str | None) -> Register:
    from data.register.store import open_register

    return open_register(beside, url)


@cache
def _demo_path() -> Path:
    from geo.build_folder import demo_build
    from models.demand_columns import with_demand

    return demo_build(derive=with_demand)
