"""The ledger of releases: which cells each release published or withheld, never a count.

One JSON object a line, the earliest first. Each line holds the SHA-256 of the line before it, so that none
can be changed or taken out unnoticed. No digest of counts is kept either: of a table with few withheld cells
it could be tried out.
"""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from filelock import FileLock, Timeout

from data.errors import DisclosureError
from data.whole_files import write_whole

FORMAT: Final = 1
_LOST: Final = (
    "Name the ledger with --ledger, or put it back from a copy. Without it nobody can tell what earlier "
    "releases and this one give away together."
)


@dataclass(frozen=True)
class LedgerTable:
    """The cells of one table and period: `published` and `withheld` list codes of places."""

    level: str
    measure: str
    start: str
    months: int
    by: str
    category: str
    published: tuple[str, ...]
    withheld: tuple[str, ...]


@dataclass(frozen=True)
class LedgerEntry:
    """One release: who, when, by which rule, over which geography, and which cells."""

    id: str
    made: str
    controller: str
    rule: dict[str, int]
    vintage: str
    wards: dict[str, tuple[str, ...]]
    tables: tuple[LedgerTable, ...]
    format: int = FORMAT


@dataclass(frozen=True)
class Ledger:
    """The releases so far, with the SHA-256 of each line."""

    path: Path
    entries: tuple[LedgerEntry, ...] = ()
    lines: tuple[str, ...] = field(default=(), repr=False)

    @property
    def hashes(self) -> tuple[str, ...]:
        """The SHA-256 of each line."""
        return tuple(line_hash(line) for line in self.lines)

    @property
    def head(self) -> str:
        """The SHA-256 of the last line, which stands for the whole ledger; "" without a release."""
        return self.hashes[-1] if self.lines else ""

    def with_entry(self, entry: LedgerEntry) -> "Ledger":
        """Return the ledger with one release more."""
        line = json.dumps({"previous": self.head, **asdict(entry)}, ensure_ascii=False, sort_keys=True)
        return Ledger(self.path, (*self.entries, entry), (*self.lines, line))

    def save(self) -> None:
        """Write the ledger whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(self.path, "".join(f"{line}\n" for line in self.lines))


def line_hash(line: str) -> str:
    """Return the SHA-256 of a line of the ledger."""
    return hashlib.sha256(line.encode()).hexdigest()


def open_ledger(path: Path, demanded: tuple[str, ...] = ()) -> Ledger:
    """Read a ledger; an empty one where there is none and none is demanded.

    Parameters
    ----------
    path
        The file.
    demanded
        Hashes of lines that have to be in it, as earlier releases name them.

    Raises
    ------
    DisclosureError
        When a demanded line is not there, or the ledger is damaged or was changed.
    """
    demanded = tuple(h for h in dict.fromkeys(demanded) if h)
    if not path.exists():
        if demanded:
            raise DisclosureError(f"There is an earlier release, and its ledger {path} is not there.", _LOST)
        return Ledger(path)
    try:
        lines = tuple(path.read_text(encoding="utf-8").splitlines())
        found = [json.loads(line) for line in lines]
        entries = tuple(_entry(values) for values in found)
        previous = [values["previous"] for values in found]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DisclosureError(f"The ledger {path} is damaged: {type(error).__name__}.", _LOST) from error
    ledger = Ledger(path, entries, lines)
    if previous != ["", *ledger.hashes][: len(lines)]:
        raise DisclosureError(f"The ledger {path} was changed: its lines do not follow each other.", _LOST)
    missing = set(demanded) - set(ledger.hashes)
    if missing:
        raise DisclosureError(
            f"The ledger {path} does not hold every earlier release of this build: {len(missing)} are not "
            "there.",
            _LOST,
        )
    return ledger


def _entry(values: dict[str, Any]) -> LedgerEntry:
    if values["format"] != FORMAT:
        raise ValueError(f"format {values['format']}")
    tables = tuple(
        LedgerTable(**{**t, "published": tuple(t["published"]), "withheld": tuple(t["withheld"])})
        for t in values["tables"]
    )
    wards = {ward: tuple(areas) for ward, areas in values["wards"].items()}
    plain = {k: v for k, v in values.items() if k != "previous"}
    return LedgerEntry(**{**plain, "tables": tables, "wards": wards})


@contextmanager
def one_at_a_time(path: Path, seconds: float = 0.0) -> Iterator[None]:
    """Hold the ledger for one release.

    Raises
    ------
    DisclosureError
        When another release holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path.parent / f".{path.name}.lock")
    try:
        lock.acquire(timeout=seconds)
    except Timeout as error:
        raise DisclosureError(
            f"Another release is being made with the ledger {path}.", "Wait until it has ended."
        ) from error
    try:
        yield
    finally:
        lock.release()
