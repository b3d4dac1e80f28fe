"""The demand of a build: extracts are read, their rows counted by area, and the rows let go."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from data.sources.extracts import read_extracts

from data.choices import SetAside
from data.folder import Folder, Progress
from data.referral_rows import Extracts, Fate, NotRead, ReadFile
from data.settings import settings
from data.sources.base import Source, SourceKind
from geo.area_counts import area_counts
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.demand_tables import count_demand
from geo.locating import make_locator


@dataclass(frozen=True)
class FoundDemand:
    """What was made of a folder's records of children. No row stands in it.

    Attributes
    ----------
    areas
        The area table, with the counts over it where there are any.
    demand
        The tables that are kept; None where nothing could be counted.
    files
        What was made of each extract that was read.
    not_read
        The records that were not read, each with the reason.
    waiting
        The records that are only looked at, because nothing is built: they are read when it is.
    """

    areas: AreaTable
    demand: Demand | None = None
    files: tuple[ReadFile, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    waiting: tuple[Source, ...] = ()

    @property
    def used(self) -> tuple[Source, ...]:
        """The extracts that rows were counted from, or will be."""
        counted = (file.source for file in self.files if self.demand and file.fates.get(Fate.USED))
        return (*counted, *self.waiting)

    def set_aside(self) -> Iterator[SetAside]:
        """Set aside the records that nothing was counted from, each with its own reason."""
        for record in self.not_read:
            yield SetAside(record.source, record.reason, record.hint)
        for file in self.files:
            if file.source not in self.used:
                yield SetAside(file.source, *_why_not_counted(file))


def find_demand(
    folder: Folder, areas: AreaTable, today: date, progress: Progress | None = None, read: bool = True
) -> FoundDemand:
    """Read the referral extracts of a folder and count their rows by area.

    The rows live in memory for the length of this call.

    Parameters
    ----------
    folder
        The folder.
    areas
        The areas of the build.
    today
        Dates after it are in the future; the counts are to be deleted some days after it.
    progress
        Called while rows are read.
    read
        Whether to read them. When not, as for `atlas check`, they are listed as waiting.
    """
    sources = folder.of_kind(SourceKind.REFERRALS)
    if not sources or not read:
        return FoundDemand(areas, waiting=tuple(sources))
    locate = make_locator(folder, areas.frame.geometry, areas.vintage)
    extracts = read_extracts(sources, locate, today, progress)
    demand = count_demand(extracts, areas, today, settings().keep_demand_days)
    return FoundDemand(_with_counts(areas, demand, extracts), demand, extracts.files, extracts.not_read)


def _with_counts(areas: AreaTable, demand: Demand | None, extracts: Extracts) -> AreaTable:
    if demand is None:
        return areas
    counted = [file.source for file in extracts.files if file.fates.get(Fate.USED)]
    values, status, provenance = area_counts(demand, areas, counted)
    return areas.overlaid(values, status, provenance, ()) if len(values.columns) else areas


def _why_not_counted(file: ReadFile) -> tuple[str, str]:
    """Say why nothing was counted from an extract that was read, and what to do about it."""
    if file.fates.get(Fate.USED):
        return "it covers no month whole", "Take an extract of whole months, at least twelve."
    if not file.rows:
        return "it has no row", ""
    worst = max(file.fates, key=lambda fate: (file.fates[fate], fate.value))
    reason = f"none of its {file.rows:,} rows can be used: of most, {worst.value}"
    return reason, "Check that it is of this place, and which columns it was read by."
