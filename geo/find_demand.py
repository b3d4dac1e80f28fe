"""The demand of a build: extracts are read, their rows counted by area, and the rows let go."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from data.choices import SetAside
from data.errors import SourceError
from data.folder import Folder, Progress
from data.referral_rows import READ, AddressTable, Extracts, Fate, NotRead, ReadFile, Role
from data.settings import settings
from data.sources.base import Source, SourceKind, readable
from data.sources.referral_columns import Columns
from data.sources.referral_open import open_table
from data.sources.referral_read import read_extracts, said_of
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
    addresses
        Tables of addresses over time that extracts were joined to.
    waiting
        The records that are only looked at, because nothing is built: they are read when it is.
    looked
        What their columns say, in words, in the same order.
    """

    areas: AreaTable
    demand: Demand | None = None
    files: tuple[ReadFile, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    addresses: tuple[AddressTable, ...] = ()
    waiting: tuple[Source, ...] = ()
    looked: tuple[str, ...] = ()

    @property
    def used(self) -> tuple[Source, ...]:
        """The records that rows were counted by, or will be."""
        if self.demand is None:
            return self.waiting
        counted = (file.source for file in self.files if file.fates.get(Fate.USED))
        return (*counted, *(table.source for table in self.addresses), *self.waiting)

    def set_aside(self) -> Iterator[SetAside]:
        """Set aside the records that nothing was counted from, each with its own reason."""
        for record in self.not_read:
            yield SetAside(record.source, f"records of children: {record.reason}", record.hint)
        for file in self.files:
            if file.source not in self.used:
                yield SetAside(file.source, *_why_not_counted(file))
        for table in self.addresses:
            if table.source not in self.used:
                yield SetAside(table.source, "no row that it gives an address to could be counted")


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
    if not read:
        return _look_at(folder, areas, sources)
    if not sources:
        return FoundDemand(areas)
    locate = make_locator(folder, areas.frame.geometry, areas.vintage)
    extracts = read_extracts(
        sources, locate, today, progress, areas=locate.areas, settings=folder.settings, root=folder.path
    )
    demand = count_demand(extracts, areas, today, settings().keep_demand_days)
    return FoundDemand(
        areas=_with_counts(areas, demand, extracts),
        demand=demand,
        files=extracts.files,
        not_read=extracts.not_read,
        addresses=extracts.addresses,
    )


def _look_at(folder: Folder, areas: AreaTable, sources: Sequence[Source]) -> FoundDemand:
    """Say what the columns of extracts are by their headings and first rows, counting nothing."""
    looked: dict[Source, str] = {}
    not_read = []
    for source in sources:
        try:
            looked[source] = look_words(
                open_table(source, said_of(source, folder.settings, folder.path)).columns
            )
        except SourceError as error:
            not_read.append(NotRead(source, readable(error.message), readable(error.hint or "")))
        except Exception as error:  # any fault of one file is listed, without a word of what it holds
            not_read.append(NotRead(source, f"it could not be read: {type(error).__name__}"))
    return FoundDemand(areas, not_read=tuple(not_read), waiting=tuple(looked), looked=tuple(looked.values()))


def look_words(columns: Columns) -> str:
    """Say what an extract is and which of its columns are read, in words."""
    read = (f"{c.role.value} from {readable(c.name)}" for c in columns.columns if c.role in READ)
    left = dict.fromkeys(c.role.value for c in columns.columns if c.role not in (*READ, Role.OTHER))
    dropped = f"; seen and not kept: {', '.join(left)}" if left else ""
    kind = "addresses of children" if columns.kind is None else columns.kind.value
    return f"{kind} ({columns.layout}); read: {', '.join(read)}{dropped}"


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
