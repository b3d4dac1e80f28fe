"""The access log: who opened which internal page, and when. It holds no value and nothing that was chosen.

A page of an internal build is not shown unless its opening could be noted.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from data.errors import DisclosureError
from data.provenance import Tier
from data.settings import settings
from geo.builds import Build

EVERYONE: Final = "local"
"""Who opens a page where there is no sign-in: somebody at this computer."""

LOG_FILE: Final = "access.log"
OWNER_ONLY: Final = 0o600


def log_path() -> Path:
    """Return where openings are noted: what `ATLAS_ACCESS_LOG` names, or a file beside the builds."""
    kept = settings()
    return kept.access_log or kept.builds / LOG_FILE


def note_opening(build: Build, page: str, who: str = EVERYONE) -> None:
    """Note that a page of an internal build was opened; a shared build is not logged.

    Parameters
    ----------
    build
        The build that the page shows.
    page
        The name of the page.
    who
        Who opened it, as they stand in the history of the register.

    Raises
    ------
    DisclosureError
        When it cannot be noted: then the page must not be shown.
    """
    if build.areas.tier is not Tier.INTERNAL:
        return
    path = log_path()
    try:
        _append(path, write_entry(datetime.now(UTC), who, page, build.path.name))
    except OSError as error:
        raise DisclosureError(
            f"This is a page of an internal build, and the log of who opened it cannot be written: {path} "
            f"({error.strerror or error}).",
            "Let the app write that file, or name another with ATLAS_ACCESS_LOG, and open the page again.",
        ) from error


def write_entry(time: datetime, who: str, page: str, build: str) -> str:
    """Return one line of the log.

    Examples
    --------
    >>> print(write_entry(datetime(2025, 4, 1, 9, 30, tzinfo=UTC), "local", "Explore", "northmere"))
    {"time": "2025-04-01T09:30:00Z", "who": "local", "page": "Explore", "build": "northmere"}
    """
    stamp = time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return json.dumps({"time": stamp, "who": who, "page": page, "build": build})


def _append(path: Path, entry: str) -> None:
    """Add a line in one write at the end of the file, so that two processes never mix theirs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = f"{entry}\n".encode()
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, OWNER_ONLY)
    try:
        if os.fstat(handle).st_mode & 0o077 and os.name == "posix":
            os.fchmod(handle, OWNER_ONLY)
        if os.write(handle, line) != len(line):
            raise OSError(None, "the line was written in part: is the disk full?")
    finally:
        os.close(handle)
