"""Breaks in what is counted: what `definition_breaks.toml` says, checked."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from data.errors import SourceError
from data.referral_rows import EventKind

BREAKS_FILE: Final = Path(__file__).parent / "definition_breaks.toml"
_MONTH: Final = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
_KNOWN: Final = frozenset({"month", "label", "measures", "councils", "note", "rebase"})
_HINT: Final = "Correct data/definition_breaks.toml; its first lines say what stands in it."


@dataclass(frozen=True)
class Break:
    """A month from which figures are counted another way.

    Attributes
    ----------
    month
        The first month counted the new way: "2025-04".
    label
        What changed.
    measures
        What it touches.
    councils
        Codes of the councils that it touches; empty for all.
    note
        What it does to the figures.
    rebase
        Whether a trend takes a new level from that month on.
    """

    month: str
    label: str
    measures: tuple[EventKind, ...]
    councils: tuple[str, ...]
    note: str
    rebase: bool

    def touches(self, kind: EventKind, council: str | None) -> bool:
        """Say whether it touches what is counted of a council; of None, where any council is meant."""
        return kind in self.measures and (not self.councils or council is None or council in self.councils)


@cache
def definition_breaks(path: Path = BREAKS_FILE) -> tuple[Break, ...]:
    """Read the breaks, the earliest first.

    Raises
    ------
    SourceError
        When the file cannot be read, or names every fault in it: a month that is none, an unknown measure, a
        field that is unknown or not what it should be.
    """
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8")).get("break", [])
    except (OSError, ValueError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.", _HINT) from error
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise SourceError(f"{path.name} cannot be read: a break is not a table.", _HINT)
    faults = [f"break {n}: {fault}" for n, entry in enumerate(entries, 1) for fault in _faults(entry)]
    if faults:
        raise SourceError(f"{path.name}: {'; '.join(faults)}.", _HINT)
    return tuple(sorted(map(_read, entries), key=lambda b: (b.month, b.label)))


def _faults(entry: Mapping[str, Any]) -> Iterable[str]:
    kinds = {kind.value for kind in EventKind}
    month, label = entry.get("month"), entry.get("label")
    measures, councils = entry.get("measures"), entry.get("councils", [])
    if unknown := sorted(set(entry) - _KNOWN):
        yield f"unknown fields: {', '.join(unknown)}"
    if not isinstance(month, str) or not _MONTH.fullmatch(month):
        yield 'the month is not written as "2025-04"'
    if not isinstance(label, str) or not label.strip():
        yield "there is no label"
    if not _is_texts(measures) or not measures or not set(measures) <= kinds:
        yield f"measures are not some of {', '.join(sorted(kinds))}"
    if not _is_texts(councils):
        yield "councils are not a list of codes"
    if not isinstance(entry.get("note", ""), str):
        yield "the note is not text"
    if not isinstance(entry.get("rebase", True), bool):
        yield "rebase is not true or false"


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _read(entry: Mapping[str, Any]) -> Break:
    return Break(
        month=entry["month"],
        label=entry["label"].strip(),
        measures=tuple(kind for kind in EventKind if kind.value in entry["measures"]),
        councils=tuple(entry.get("councils", [])),
        note=entry.get("note", "").strip(),
        rebase=entry.get("rebase", True),
    )
