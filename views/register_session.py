"""The register of the shown build: opened once a process, and nothing is written by reading it."""

from functools import lru_cache
from pathlib import Path

from data.register.store import Register, open_register

from data.settings import Settings
from views.session import current_build


def current_register() -> Register:
    """Return the register of the build that the app shows; one that was never written reads as empty."""
    return _open(current_build().path, Settings().database_url)


@lru_cache(maxsize=4)
def _open(beside: Path, url: str | None) -> Register:
    return open_register(beside, url)
