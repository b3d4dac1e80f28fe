"""Read the extracts of a folder: rows of referrals into memory, each with one fate, and none kept.

The same place is asked for once, the same event counts once over all files, and what is said of a file never
holds a value of a row.
"""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Final, TypeVar

import pandas as pd

from data.errors import AtlasError, SourceError
from data.place_settings import FileSettings, PlaceSettings
from data.referral_rows import AddressTable, Extracts, Locate, NotRead, Role
from data.sources.base import Source, readable
from data.sources.referral_columns import no_place_reason
from data.sources.referral_fates import FileRows, settle
from data.sources.referral_gather import Gathered, gather, needed_columns
from data.sources.referral_hashes import Salt
from data.sources.referral_join import Homes
from data.sources.referral_open import OpenTable, Workbooks
from data.sources.referral_places import AddressBook

Progress = Callable[[str, int, int], None]
"""What is told how far the reading is: what it does, rows done, of how many."""

T = TypeVar("T")

_ADD_ADDRESSES: Final = (
    "Add the home postcode to the extract, or put the table of addresses over time (ssd_address) beside it."
)


def read_extracts(
    sources: Sequence[Source],
    locate: Locate,
    today: date,
    progress: Progress | None = None,
    *,
    areas: pd.Index,
    settings: PlaceSettings | None = None,
    root: Path | None = None,
) -> Extracts:
    """Read all extracts of records of children.

    Parameters
    ----------
    sources
        What the folder holds of the kind `REFERRALS`.
    locate
        Says where addresses lie; it is asked for each address once.
    today
        What is later is dated in the future.
    progress
        Called after each batch.
    areas
        Area codes of the build, in the order that `locate` counts them.
    settings, root
        What `place.toml` says, and the folder that it is of.

    Returns
    -------
    Extracts
        Rows in memory and what was made of each file. A file that cannot be read is named with its reason;
        nothing that is wrong with one is raised.
    """
    open_table = Workbooks().open
    salt = Salt()
    reading = _Reading(AddressBook(locate, salt), salt, today, progress or _tell_nobody)
    opened: list[OpenTable] = []
    for source in sources:
        said = said_of(source, settings, root)
        if (table := reading.attempt(source, lambda: open_table(source, said))) is not None:  # noqa: B023
            opened.append(table)
    homes = [(t, rows) for t in opened if t.columns.kind is None and (rows := reading.gather(t))]
    events = [t for t in opened if t.columns.kind is not None]
    files = [FileRows(t, rows) for t in events if reading.may_join(t, homes) and (rows := reading.gather(t))]
    answers = reading.book.answers()
    joined = _join(files, Homes.of([rows for _, rows in homes], answers)) if homes else 0
    used, read = settle(files, answers, areas, reading.book.swapped)
    if homes and not joined:
        words = "addresses of children, with no contacts, referrals or assessments to join them to"
        reading.not_read += [
            NotRead(t.source, words, "Put the extract of referrals beside it.") for t, _ in homes
        ]
        homes = []
    tables = tuple(
        AddressTable(t.source, t.columns.columns, r.rows, joined, t.columns.notes) for t, r in homes
    )
    return Extracts(used, read, tuple(reading.not_read), tables)


class _Reading:
    """One reading: its salt, the addresses met, and the files that could not be read."""

    def __init__(self, book: AddressBook, salt: Salt, today: date, progress: Progress) -> None:
        self.book, self.salt, self.today, self.progress = book, salt, today, progress
        self.not_read: list[NotRead] = []

    def attempt(self, source: Source, read: Callable[[], T]) -> T | None:
        """Do something with a file; what is wrong with the file is listed, and the others are still read."""
        try:
            return read()
        except SourceError as error:
            self._list(
                source, error.message.removeprefix(f"{source.path.name} ").rstrip("."), error.hint or ""
            )
        except AtlasError:
            raise
        except OSError as error:
            self._list(source, f"it cannot be opened: {error.strerror or type(error).__name__}", "")
        except Exception as error:  # any fault of one file is listed, without a word of what it holds
            words = f"it could not be read: {type(error).__name__}"
            self._list(source, words, "Export it again as CSV, or leave it out.")
        return None

    def gather(self, table: OpenTable) -> Gathered | None:
        """Read all rows of a table."""
        columns, source = table.columns, table.source
        label = f"Reading {source.label}"

        def tell(done: int) -> None:
            self.progress(label, min(done, source.rows), source.rows)

        def read() -> Gathered:
            batches = table.batches(needed_columns(columns))
            return gather(batches, columns, self.book, self.salt, self.today, tell)

        return self.attempt(source, read)

    def may_join(self, table: OpenTable, homes: Sequence[object]) -> bool:
        """Say whether the rows of a table have a place, or may find one in a table of addresses."""
        if table.columns.has_place or homes:
            return True
        self._list(table.source, no_place_reason(table.columns.names), _ADD_ADDRESSES)
        return False

    def _list(self, source: Source, reason: str, hint: str) -> None:
        self.not_read.append(NotRead(source, readable(reason), readable(hint)))


def said_of(source: Source, settings: PlaceSettings | None, root: Path | None) -> FileSettings:
    """Return what `place.toml` says of an extract, unless it was said of another content."""
    if settings is None or root is None or not source.path.is_relative_to(root):
        return FileSettings()
    said = settings.of_file(source.path.relative_to(root).as_posix())
    return said if said.sha256 in (None, source.sha256) else FileSettings()


def _join(files: Sequence[FileRows], homes: Homes) -> int:
    """Give rows without an address of their own the one that was the child's on the day."""
    joined = 0
    for file in files:
        if not file.table.columns.has_place:
            person = file.rows.of(Role.PERSON).astype("uint64")
            places, apart = homes.on(person, file.day)
            file.rows.columns[Role.POSTCODE], file.rows.apart = places, apart
            file.joined = int((places >= 0).sum())
            joined += file.joined
    return joined


def _tell_nobody(words: str, done: int, of: int) -> None:
    """Take no notice of progress."""
