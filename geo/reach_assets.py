"""The places of one file in the stead of those of a build: what is so if these are all there are."""

from pathlib import Path

import pandas as pd

from data.asset_kinds import asset_kinds
from data.errors import SourceError, first_few
from data.sources.base import AssetSource, readable
from geo.builds import Build
from geo.place_files import read_place_file
from geo.places import PlacesDraft, make_places
from geo.register_locate import buffer_of, directory_of


def places_from_file(
    path: Path, build: Build, kind: str | None = None, otherwise: str | None = None
) -> PlacesDraft:
    """Read the places of a file as the places of a build, each once and in the area that holds it.

    How many sessions a week each has is kept where the file tells it. Places that may be confidential are
    withheld, as they are in a build.

    Parameters
    ----------
    path
        A list of places in any layout that is recognised, or a table with a name and a postcode or
        coordinates.
    build
        The build whose areas they lie in, or near to.
    kind
        What all rows are where the file does not tell it: an id of `data/asset_kinds.toml`. A file that tells
        of which kind its places are has to hold some of it.
    otherwise
        What all rows are where neither the file nor `kind` tells it.

    Returns
    -------
    PlacesDraft
        The places, with what became of every row.

    Raises
    ------
    SourceError
        When the file is none of places, does not tell of which kind they are, holds none of the kind that is
        asked for, or none in or near the areas.
    """
    parts, said = read_place_file(path), kind or otherwise
    if said is not None and not _kinds_of(parts):
        parts = read_place_file(path, said)
    told = _kinds_of(parts)
    if all(part.frame.empty for part in parts):
        why = pd.concat([part.rejected["reason"] for part in parts]).dropna().unique()
        raise SourceError(
            f"No row of {readable(path.name)} can be used: {first_few(why)}.",
            "Look at the postcodes or coordinates of its rows.",
        )
    if not told:
        raise SourceError(
            f"{readable(path.name)} does not say of which kind its places are.",
            "Say so with --kind, or give it a column of types.",
        )
    if kind is not None and kind not in told:
        held = ", ".join(f"{asset_kinds()[k].plural} ({count:,})" for k, count in told.items())
        raise SourceError(
            f"{readable(path.name)} holds no {asset_kinds()[kind].singular}: it holds {held}.",
            "Ask for one of those with --kind.",
        )
    made = make_places(parts, directory_of(build), build.areas, buffer_of(build))
    if made.places.frame.empty:
        raise SourceError(
            f"No place of {readable(path.name)} lies in or near the areas: {_fates(made)}.",
            "Look at the postcodes or coordinates of its rows.",
        )
    return made


def _kinds_of(parts: tuple[AssetSource, ...]) -> dict[str, int]:
    """Count the rows of each kind that is told, the most frequent first."""
    kinds = pd.concat([part.frame["kind"] for part in parts])
    counts = kinds[kinds.isin(list(asset_kinds()))].value_counts()
    return {str(kind): int(count) for kind, count in counts.items()}


def _fates(made: PlacesDraft) -> str:
    """Say what became of the rows of a file of which none is used."""
    outside = sum(tally.outside for tally in made.tallies)
    why = [f"{outside:,} {'lies' if outside == 1 else 'lie'} too far outside"] if outside else []
    reasons = made.rejected["reason"].dropna().unique()
    return "; ".join([*why, *([first_few(reasons)] if len(reasons) else [])])
