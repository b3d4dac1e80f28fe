"""Which travel times a build has: those of a file that tells of its areas, in their vintage."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from data.choices import SetAside
from data.codes import beyond_2011, infer_vintage
from data.errors import GeographyError
from data.folder import Folder
from data.sources.base import Source, SourceKind
from data.sources.travel_times import To, TravelTimes, read_travel_times
from geo.area_table import AreaTable
from geo.times import Times, keys_of

if TYPE_CHECKING:
    from geo.builds import Build


@dataclass(frozen=True)
class FoundTimes:
    """The travel times of a folder: what is kept of the file that is used, and why the others are not."""

    times: Times | None = None
    used: tuple[Source, ...] = ()
    set_aside: tuple[SetAside, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any] | None:
        """Return plain values for a report; None where there are no travel times."""
        if self.times is None:
            return None
        return {
            "file": self.times.provenance.file,
            "pairs": len(self.times.frame),
            "areas": int(self.times.frame["from"].nunique()),
            "destinations": int(self.times.frame["to"].nunique()),
            "to": self.times.to.value,
        }


def find_times(folder: Folder, areas: AreaTable) -> FoundTimes:
    """Find the travel times of a folder: those that set out from most areas of the build.

    Of several files that tell of equally many areas, that with most times is used, and then the first by
    name.
    """
    made: list[tuple[TravelTimes, Times]] = []
    aside: list[SetAside] = []
    for source in folder.of_kind(SourceKind.TRAVEL_TIMES):
        if not isinstance(source, TravelTimes):
            continue
        if wrong := _why_not(source, folder.vintage_of(source), areas):
            aside.append(SetAside(source, *wrong))
        else:
            made.append((source, _make(source, areas)))
    if not made:
        return FoundTimes(set_aside=tuple(aside))
    made.sort(key=lambda m: (-m[1].frame["from"].nunique(), -len(m[1].frame), m[0].label))
    (used, times), *others = made
    aside += [SetAside(source, f"{used.label} tells of as many small areas or more") for source, _ in others]
    return FoundTimes(times, (used,), tuple(aside), (_describe(times, areas),))


def read_times(path: Path, build: "Build") -> Times:
    """Read travel times for a build from a file that somebody names.

    Parameters
    ----------
    path
        A CSV file, plain or gzip, a Parquet file or a workbook.
    build
        The build, with the places in force.

    Raises
    ------
    SourceError
        When the file holds no travel times, or cannot be read.
    GeographyError
        When they are of another vintage, of no area of the build, or to none of its places.
    """
    source = read_travel_times(path)
    areas = build.areas
    wrong = _why_not(source, _vintages(source.frame.index, source.declared, areas), areas)
    if wrong is None:
        times = _make(source, areas)
        if _goes_to_some(times, build):
            return times
        wrong = f"none of its destinations is that of a place of {build.path.name}", _HINTS[times.to]
    raise GeographyError(f"{source.label} cannot be used: {wrong[0]}.", wrong[1])


_HINTS = {
    To.PLACES: "Its destinations have to be ids of places as the build has them, codes or postcodes.",
    To.AREAS: "Ask for travel times to the areas in which places stand.",
    To.POSTCODES: "Ask for travel times to the postcodes of the places.",
}


def _why_not(source: TravelTimes, vintages: Sequence[str], areas: AreaTable) -> tuple[str, str] | None:
    """Return why travel times are not used, and what to do about it; None where they can be."""
    mine, here = areas.vintage, areas.frame.index
    hint = f"Ask for travel times between areas of LSOA {mine}."
    if mine not in vintages:
        theirs = f"LSOA {' or '.join(vintages)}" if vintages else "of two vintages"
        return f"its areas are {theirs}, and the build is of LSOA {mine}", hint
    if not source.frame.index.isin(here).any():
        return "none of its areas is in the build", "Ask for travel times from the areas of this build."
    if source.to is To.AREAS:
        tos = source.times["to"].cat.categories
        found = _vintages(tos, source.declared, areas)
        if mine not in found:
            return f"its destinations are LSOA {' or '.join(found)}, and the build is of LSOA {mine}", hint
        if not tos.isin(here).any():
            return "none of its destinations is a small area of the build", _HINTS[To.AREAS]
        if not _goes_home(source.times):
            return (
                "it has no time from any small area to itself, so a place in people's own area would count "
                "as out of reach",
                "Ask for the times within each area too.",
            )
    return None


def _goes_home(times: pd.DataFrame) -> bool:
    """Say whether a time leads from any area to itself, where some are both."""
    starts, tos = times["from"].cat, times["to"].cat
    home = tos.categories.get_indexer(starts.categories)
    own = home[starts.codes.to_numpy()]
    return bool((home < 0).all() or (own == tos.codes.to_numpy()).any())


def _vintages(codes: pd.Index, declared: str | None, areas: AreaTable) -> tuple[str, ...]:
    """Return the vintages that codes agree with, beside the areas of a build.

    A build of 2021 in which no area was new then has the codes of 2011.
    """
    here = set(areas.frame.index)
    if not beyond_2011(here) and not beyond_2011(codes):
        return ("2021", "2011")
    return infer_vintage(codes, {areas.vintage: here}, declared).vintages


def _make(source: TravelTimes, areas: AreaTable) -> Times:
    """Keep the times from areas of the build; of those to areas, the ones within it."""
    here = areas.frame.index
    kept = _stands_in(source.times["from"], here)
    if source.to is To.AREAS:
        kept &= _stands_in(source.times["to"], here)
    frame = source.times[kept].reset_index(drop=True)
    for column in ("from", "to"):
        frame[column] = frame[column].cat.remove_unused_categories()
    provenance = source.provenance(f"LSOA {areas.vintage}", "kept for the areas of the build")
    return Times(frame, source.to, provenance)


def _stands_in(codes: pd.Series, others: pd.Index) -> np.ndarray:
    return (others.get_indexer(codes.cat.categories) >= 0)[codes.cat.codes.to_numpy()]


def _goes_to_some(times: Times, build: "Build") -> bool:
    """Say whether any place of a build is among the destinations."""
    places = build.places
    keys = keys_of(places, places.frame.index, times.to).dropna()
    return bool(keys.isin(times.frame["to"].cat.categories).any())


def _describe(times: Times, areas: AreaTable) -> str:
    count, total = times.frame["from"].nunique(), len(areas.frame)
    to = times.frame["to"].nunique()
    lacking = "" if count == total else "; what is within reach of the others is not known"
    return (
        f"Travel times of {times.provenance.file}: from {count:,} of {total:,} small areas to {to:,} "
        f"{_TO_WORDS[times.to]}{lacking}."
    )


_TO_WORDS = {To.PLACES: "places by their ids", To.AREAS: "small areas", To.POSTCODES: "postcodes"}
