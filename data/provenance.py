"""Where a figure came from: source, publisher, licence, vintage, file, and the steps taken since."""

import csv
import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from data.errors import first_few

NOT_STATED = "Not stated"
"""How the publisher of a file begins that does not name one."""

_SENTENCE_END = re.compile(r"(?<=\.)\s+(?=[A-Z])")
MOST_NAMED = 3
"""How many files are named where many came together."""

CATALOGUE_FILE = Path(__file__).parent / "catalogue.csv"


class Status(StrEnum):
    """What kind of value stands in a cell. A suppressed or missing one is never 0."""

    OBSERVED = "observed"
    APPORTIONED = "apportioned"
    MODELLED = "modelled"
    SUPPRESSED = "suppressed"
    MISSING = "missing"
    STALE = "stale"


class Tier(StrEnum):
    """Who may see a table: `internal` stays inside the council, `shared` has been through release."""

    INTERNAL = "internal"
    SHARED = "shared"


@dataclass(frozen=True)
class Provenance:
    """The pedigree of one column."""

    source: str
    publisher: str
    licence: str
    vintage: str
    geography: str
    file: str
    sha256: str
    attribution: str = ""
    steps: tuple[str, ...] = ()

    def with_step(self, *steps: str) -> "Provenance":
        """Return the same pedigree with further steps at its end."""
        return replace(self, steps=(*self.steps, *steps))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for a JSON file."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Provenance":
        """Read back what `to_json` wrote."""
        return cls(**{**values, "steps": tuple(values["steps"])})


@dataclass(frozen=True)
class CatalogueEntry:
    """What is known of a published source, whatever file it comes in."""

    id: str
    title: str
    publisher: str
    licence: str
    attribution: str
    url: str


@cache
def catalogue() -> dict[str, CatalogueEntry]:
    """Return the catalogue of published sources by id."""
    with CATALOGUE_FILE.open(encoding="utf-8", newline="") as file:
        return {row["id"]: CatalogueEntry(**row) for row in csv.DictReader(file)}


def attribution_lines(provenances: Iterable[Provenance]) -> list[str]:
    """Return each attribution once, in order of first use."""
    return list(dict.fromkeys(p.attribution for p in provenances if p.attribution))


class Attributed(Protocol):
    """What has a statement that its licence asks for."""

    @property
    def attribution(self) -> str:
        """The statement, in one or more sentences."""


def attribution_words(provenances: Iterable[Attributed]) -> str:
    """Return every sentence of the attributions once: columns may share parts of their pedigrees."""
    sentences = (s for p in provenances for s in _SENTENCE_END.split(p.attribution) if s)
    return " ".join(dict.fromkeys(sentences))


def join_provenance(pedigrees: Sequence[Provenance], geography: str) -> Provenance:
    """Bring the pedigrees of several columns or files into one: each text once, the first few files named.

    Parameters
    ----------
    pedigrees
        Where the parts came from, at least one.
    geography
        What the joined figures are by.
    """
    return Provenance(
        source=_once(p.source for p in pedigrees),
        publisher=_once(p.publisher for p in pedigrees),
        licence=_once(p.licence for p in pedigrees),
        vintage=_once(sorted(p.vintage for p in pedigrees)),
        geography=geography,
        file=first_few(dict.fromkeys(p.file for p in pedigrees), MOST_NAMED),
        sha256=_once(p.sha256 for p in pedigrees),
        attribution=_once((p.attribution for p in pedigrees), " "),
    )


def _once(texts: Iterable[str], between: str = "; ") -> str:
    return between.join(dict.fromkeys(text for text in texts if text))


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, read in bounded memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
