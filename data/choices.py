"""What the rules of `data.choosing` settle: which files are used, which are set aside and why."""

from dataclasses import dataclass

from data.folder import Folder
from data.sources.base import BoundarySource, Source, readable

_SHOWN = 5


@dataclass(frozen=True)
class SetAside:
    """A recognised file that the build does not use, with the reason and what to do about it.

    Where `partly` is set, only some of its rows are set aside and the build uses the others.
    """

    source: Source
    reason: str
    hint: str = ""
    partly: bool = False


@dataclass(frozen=True)
class Choice:
    """A chosen source, those set aside for it, and those that add what it lacks."""

    source: Source | None
    set_aside: tuple[SetAside, ...] = ()
    further: tuple[Source, ...] = ()


@dataclass(frozen=True)
class BoundaryChoice:
    """The vintage of a build, the boundary files it is made of, and those of 2011 to carry from.

    The first of each leads; a further one adds areas that it alone has.
    """

    vintage: str
    sources: tuple[BoundarySource, ...]
    older: tuple[BoundarySource, ...]
    set_aside: tuple[SetAside, ...]


@dataclass(frozen=True)
class ColumnChoice:
    """For each indicator column the source it comes from, and what was set aside."""

    columns: dict[str, Source]
    set_aside: tuple[SetAside, ...]


def unread(folder: Folder) -> str:
    """Name the first files that could not be read and why, for the message that refuses a build."""
    lines = [f"\n  {readable(u.path.name)}: {u.reason}" for u in folder.unplaced]
    more = f"\n  and {len(lines) - _SHOWN:,} more" if len(lines) > _SHOWN else ""
    return "\nNot read:" + "".join(lines[:_SHOWN]) + more if lines else ""
