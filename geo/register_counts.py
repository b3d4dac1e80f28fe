"""What an import into the register did with every row of every file."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from data.register.records import Organisation, Place

COUNTED: Final = ("read", "added", "updated", "unchanged", "duplicates", "rejected", "held")
"""What is counted of a file: the first is the sum of the others."""


@dataclass(frozen=True)
class Rejected:
    """A row that does not become a place: its file, its number below the header, and why not."""

    file: str
    row: int
    reason: str


@dataclass(frozen=True)
class Sorted:
    """What becomes of the rows of a file.

    Attributes
    ----------
    read
        How many rows it has.
    places
        What is brought in, with ids that are the same in the next edition; those to be held have `held`.
    duplicates
        How many rows are the same place as another row, or as a place of the register.
    rejected
        The others, in order.
    organisations
        Who runs the places, as far as the file says.
    """

    read: int
    places: tuple[Place, ...]
    duplicates: int
    rejected: tuple[Rejected, ...]
    organisations: tuple[Organisation, ...] = ()


@dataclass(frozen=True)
class FileCount:
    """What became of the rows of a file; the six counts add up to `read`."""

    file: str
    sha256: str
    title: str
    publisher: str
    licence: str
    dated: date
    dated_by: str
    read: int
    added: int
    updated: int
    unchanged: int
    duplicates: int
    rejected: int
    held: int


@dataclass(frozen=True)
class Imported:
    """What an import did.

    Attributes
    ----------
    files
        What became of the rows of each file.
    rejected
        Every row that was rejected, with its reason and never with a name.
    passed_over
        Files of a folder that hold no places, with the reason.
    """

    files: tuple[FileCount, ...]
    rejected: tuple[Rejected, ...]
    passed_over: tuple[tuple[str, str], ...] = ()

    @property
    def total(self) -> dict[str, int]:
        """The counts of all files together."""
        return {name: sum(getattr(file, name) for file in self.files) for name in COUNTED}

    def to_json(self) -> dict[str, Any]:
        """Return plain values for JSON."""
        return {
            **self.total,
            "files": [{**asdict(file), "dated": file.dated.isoformat()} for file in self.files],
            "rejected_rows": [asdict(row) for row in self.rejected],
            "passed_over": [{"file": file, "reason": reason} for file, reason in self.passed_over],
        }
