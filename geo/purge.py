"""Delete counts of referrals that are past their date, and what builds that were cut short left behind.

The rest of a build is kept: it is written again, whole or not at all, without the tables of demand, the
columns of the area table that begin with `demand_`, and what the report says of the extracts. Where that
cannot be done the whole folder is deleted. A build whose date has not come is left as it is.
"""

import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

from data.errors import SourceError
from data.settings import settings
from geo.builds import (
    ABANDONED_S,
    DEMAND_FILES,
    FILES,
    clear_beside,
    is_build,
    open_build,
    recover,
    save_build,
)
from geo.demand import Demand
from geo.released import RELEASED_FILE

_LEFT = re.compile(r"\.(?P<name>.+)\.(?:new|old)-[^-]+")


class Outcome(StrEnum):
    """What became of the counts of a build."""

    KEPT = "kept until its date"
    FIGURES = "figures of referrals deleted"
    FOLDER = "whole folder deleted: it could not be written again without them"
    LEFTOVER = "unfinished build deleted"


@dataclass(frozen=True)
class Purged:
    """A build that had counts of referrals, or what was left of one.

    Attributes
    ----------
    path
        Its folder.
    outcome
        What became of it.
    delete_after
        The last day that the counts may be kept; None where it cannot be told.
    """

    path: Path
    outcome: Outcome
    delete_after: date | None


def purge(path: Path, today: date) -> list[Purged]:
    """Delete what is past its date in one build, or in every build of a folder.

    Parameters
    ----------
    path
        A build, or a folder of builds.
    today
        Counts are deleted from the day after their date on.

    Returns
    -------
    list of Purged
        In order of path: the builds with counts of referrals, and the unfinished ones that were deleted.

    Raises
    ------
    SourceError
        When there is no such folder, or a folder cannot be deleted.
    """
    recover(path)
    if not path.is_dir():
        raise SourceError(f"{path} is not a folder.", "Name a build, or a folder of builds.")
    try:
        if _holds_build(path):
            done = [*_clear(path.parent, {path.name}), _purge_build(path, today)]
        else:
            done = [*_clear(path, None)]
            done += [_purge_build(p, today) for p in sorted(path.iterdir()) if _holds_build(p)]
    except OSError as error:
        raise SourceError(
            f"{path} cannot be purged: {error.strerror or error}.", "Delete it by hand, or as its owner."
        ) from error
    return sorted((entry for entry in done if entry), key=lambda entry: str(entry.path))


def _holds_build(path: Path) -> bool:
    """Say whether a folder is a build, or what is left of one with counts of referrals."""
    if path.name.startswith(".") or not path.is_dir():
        return False
    return is_build(path) or any((path / name).is_file() for name in DEMAND_FILES)


def _clear(home: Path, names: set[str] | None) -> list[Purged | None]:
    """Delete unfinished builds that nobody can be writing any more, of some names or of all.

    An earlier build that was cut short between two renames is put back, as when a build is opened.
    """
    found = {p: match["name"] for p in home.iterdir() if (match := _LEFT.fullmatch(p.name)) and _is_ours(p)}
    left = {p: p.stat() for p, name in found.items() if names is None or name in names}
    for name in sorted({found[p] for p in left}):
        clear_beside(home / name)
    for p, stat in left.items():
        if p.exists() and time.time() - stat.st_mtime > ABANDONED_S:
            shutil.rmtree(p)
    back = {out.stat().st_ino for name in found.values() if (out := home / name).exists()}
    gone = (p for p, stat in left.items() if not p.exists() and stat.st_ino not in back)
    return [Purged(p, Outcome.LEFTOVER, None) for p in gone]


def _is_ours(path: Path) -> bool:
    """Say whether a folder holds nothing but files of a build."""
    return path.is_dir() and {p.name for p in path.iterdir()} <= {*FILES, *DEMAND_FILES, RELEASED_FILE}


def _purge_build(path: Path, today: date) -> Purged | None:
    try:
        demand = Demand.open(path)
        delete_after = None if demand is None else demand.delete_after
    except SourceError:  # its own date cannot be read: that of the folder stands in
        delete_after = _made(path) + timedelta(days=settings().keep_demand_days)
    if delete_after is None:
        return None
    if today <= delete_after:
        return Purged(path, Outcome.KEPT, delete_after)
    try:
        build = open_build(path, today)
        save_build(path, replace(build, report={**build.report, "notes": _notes(build.report, today)}))
        outcome = Outcome.FIGURES
    except SourceError:
        shutil.rmtree(path)
        outcome = Outcome.FOLDER
    return Purged(path, outcome, delete_after)


def _made(path: Path) -> date:
    return date.fromtimestamp(path.stat().st_mtime)


def _notes(report: Mapping[str, Any], today: date) -> list[str]:
    """Say in the notes that the counts are gone, in place of that they are overdue."""
    return [*report["notes"][:-1], f"The figures of referrals were deleted on {today}, past their date."]
