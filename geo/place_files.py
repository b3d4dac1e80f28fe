"""One file of places that a person names: read, or refused in words."""

from collections.abc import Sequence
from pathlib import Path

from data.asset_kinds import CHARITY, asset_kinds
from data.errors import SourceError, first_few
from data.folder import Unplaced, recognise_file
from data.place_settings import FileSettings
from data.sources.base import KIND_WORDS, AssetSource, SourceKind, readable


def read_place_file(path: Path, kind: str | None = None) -> tuple[AssetSource, ...]:
    """Read a file of places, or say in an error why it is none.

    Parameters
    ----------
    path
        The file; its name plays no part.
    kind
        The kind of place that a person says all its rows are: an id of `data/asset_kinds.toml`.

    Returns
    -------
    tuple of AssetSource
        One a sheet or layer that holds places.

    Raises
    ------
    SourceError
        When there is no such file or kind, or the file holds something else.
    """
    if kind is not None and kind not in asset_kinds():
        raise SourceError(f"“{kind}” is not a kind of place.", f"Use one of {', '.join(asset_kinds())}.")
    require_file(path)
    found = recognise_file(path)
    if kind is not None and not _are_charities(found):
        found = recognise_file(path, FileSettings(asset_kind=kind))
    parts = tuple(part for part in found if isinstance(part, AssetSource))
    if parts:
        return parts
    for part in found:
        if isinstance(part, Unplaced):
            reason = part.reason.removesuffix(".")
            raise SourceError(f"{readable(path.name)} holds no places: {reason}.", part.hint or None)
        if part.kind is SourceKind.REFERRALS:
            raise SourceError(
                f"{readable(path.name)} holds records of children, not places. Nothing of it was kept.",
                "Keep it where only those may read it who have to.",
            )
    words = first_few({KIND_WORDS[part.kind] for part in found if not isinstance(part, Unplaced)})
    raise SourceError(
        f"{readable(path.name)} holds {words or 'nothing'}, not places.", "Name a list of places."
    )


def require_file(path: Path) -> None:
    """Refuse a path that somebody named and that is no file.

    Raises
    ------
    SourceError
        When there is nothing of that name, a folder, or what is no file on a disk.
    """
    if path.is_file():
        return
    named = readable(str(path))
    if path == Path():
        raise SourceError("No file is named where one is asked for.", "Name it: halls.csv, for example.")
    if path.is_dir():
        raise SourceError(f"{named} is a folder, not a file.", "Name one of the files that it holds.")
    if path.exists():
        raise SourceError(f"{named} is no file on a disk.", "Save what it gives as a file, and name that.")
    raise SourceError(f"There is no file {named}.", "Look at its name again.")


def _are_charities(found: Sequence[object]) -> bool:
    """Say whether a file is of charities' addresses, which no word of anybody makes places."""
    return any(isinstance(part, AssetSource) and part.frame["kind"].eq(CHARITY).any() for part in found)
