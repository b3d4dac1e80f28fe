"""Rows of referrals as they stand in memory for the length of one reading, and what became of each row.

A row is never written, logged or kept. What leaves this module's classes is counts: see `geo.demand`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from data.sources.base import Source


class EventKind(StrEnum):
    """What one row of an extract is, in the order of its stages."""

    CONTACT = "contacts"
    REFERRAL = "referrals"
    ASSESSMENT = "assessments"


KINDS: Final = tuple(EventKind)
"""The kinds by their number in `EventRows.kind`."""


class Role(StrEnum):
    """What a column of an extract is: first those that are read, then those not kept past the read."""

    EVENT = "number of the event"
    PERSON = "number of the child"
    DATE = "date"
    POSTCODE = "postcode"
    EASTING = "easting"
    NORTHING = "northing"
    LATITUDE = "latitude"
    LONGITUDE = "longitude"
    GRID_REFERENCE = "grid reference"
    AREA_CODE = "small-area code"
    SOURCE = "source of referral"
    NEED = "primary need"
    AGE = "age"
    ADDRESS_TYPE = "kind of address"
    ADDRESS_FROM = "start of address"
    ADDRESS_TO = "end of address"
    NAME = "names"
    BIRTH = "dates of birth"
    PUPIL_NUMBER = "unique pupil numbers"
    HEALTH_NUMBER = "NHS numbers"
    FREE_TEXT = "free text"
    WORKER = "workers and teams"
    ADDRESS = "addresses"
    OTHER = "not needed"


READ: Final = tuple(Role)[: tuple(Role).index(Role.NAME)]
"""The roles that are read; every other column is not kept past the read."""


class Fate(StrEnum):
    """What became of a row. `USED` and the reasons together make up all rows of a file."""

    USED = "used"
    REPEATED = "the same row again"
    NO_DATE = "no date"
    BAD_DATE = "not a date"
    FUTURE_DATE = "dated in the future"
    NO_ADDRESS = "no address"
    PLACEHOLDER = "a placeholder in place of a postcode"
    MALFORMED = "not a postcode, grid reference or area code"
    UNKNOWN = "a postcode that no directory holds"
    WRONG_VINTAGE = "a small-area code of another vintage"
    OUTSIDE = "outside the areas of the build"
    APART = "at an address that is no family home"


FATES: Final = tuple(Fate)
"""The fates by their number in `Located.fate`."""


@dataclass(frozen=True)
class Located:
    """Where addresses lie, one entry an address.

    Attributes
    ----------
    area
        Position in `EventRows.areas`, -1 where it lies in none.
    fate
        Position in `FATES`: `USED` where `area` is known, else why it is not.
    terminated
        Whether the postcode has been withdrawn since: it is used, and counted.
    """

    area: npt.NDArray[np.int32]
    fate: npt.NDArray[np.int8]
    terminated: npt.NDArray[np.bool_]


Locate = Callable[[pd.DataFrame], Located]
"""What `geo` supplies: addresses in, areas out.

The frame has one row an address (each once), with `postcode` (text as typed, missing where blank) or
`easting_m, northing_m` (EPSG:27700) or `area_code` (text), or several of these: a point comes before a
postcode, and a postcode before a code.
"""


@dataclass(frozen=True, repr=False)
class EventRows:
    """The rows that are used, in memory only, all arrays of one length.

    Attributes
    ----------
    areas
        Area codes of the build, in the order that `area` counts.
    area
        Position of the small area.
    day
        Days since 1 January 1970.
    kind
        Position in `KINDS`.
    person
        A salted hash of the child's number, whose salt is thrown away with the reading; 0 where the file has
        none.
    source, need
        Position of the code in `data.referral_codes.SOURCES` and `NEEDS`; -1 where it is not known.
    """

    areas: pd.Index
    area: npt.NDArray[np.int32]
    day: npt.NDArray[np.int32]
    kind: npt.NDArray[np.int8]
    person: npt.NDArray[np.uint64]
    source: npt.NDArray[np.int8]
    need: npt.NDArray[np.int8]

    def __repr__(self) -> str:
        """Say how many rows there are, and nothing of one."""
        return f"<{len(self.day):,} rows of events>"


@dataclass(frozen=True)
class ReadColumn:
    """A column of an extract, and what it was taken for."""

    name: str
    role: Role
    why: str


@dataclass(frozen=True)
class ReadFile:
    """What was made of one extract. Nothing of it holds a value of a row, but for forms of dates.

    Attributes
    ----------
    source
        The file.
    kind
        What its rows are.
    layout
        The layout that it was told by, in words: "Standard Safeguarding Dataset".
    columns
        Every column and what it was taken for.
    rows
        The rows of the file.
    fates
        How many rows met each fate; they add up to `rows`.
    first, last
        The days of the first and the last row that is used.
    terminated
        Rows used whose postcode has been withdrawn since.
    apart
        Rows at an address that is no family home, by what it is: "refuge", "temporary accommodation",
        "council office", "placement".
    apart_areas
        Codes of the small areas that such addresses would have distorted, where they could be placed.
    uncoded
        Rows used whose source or need is not one of the codes, by the word "source" or "need".
    notes
        What was noticed, in words, with what to do about it.
    """

    source: Source
    kind: EventKind
    layout: str
    columns: tuple[ReadColumn, ...]
    rows: int
    fates: Mapping[Fate, int]
    first: date | None
    last: date | None
    terminated: int = 0
    apart: Mapping[str, int] = field(default_factory=dict)
    apart_areas: tuple[str, ...] = ()
    uncoded: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def dropped(self) -> tuple[str, ...]:
        """What was recognised and not kept past the read, in words, each once."""
        found = (c.role for c in self.columns if c.role not in READ and c.role is not Role.OTHER)
        return tuple(dict.fromkeys(role.value for role in found))


@dataclass(frozen=True)
class NotRead:
    """Records of children that were not read, with the reason and what to do about it."""

    source: Source
    reason: str
    hint: str = ""


@dataclass(frozen=True)
class AddressTable:
    """A table of addresses over time, which was joined to extracts that have none of their own.

    Attributes
    ----------
    source
        The file.
    columns
        Every column and what it was taken for.
    rows
        The rows of the file.
    joined
        Rows of extracts that found their address in any such table, on their day.
    notes
        What was noticed, in words.
    """

    source: Source
    columns: tuple[ReadColumn, ...]
    rows: int
    joined: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Extracts:
    """All extracts of a folder: their rows in memory, and what was made of each file."""

    rows: EventRows
    files: tuple[ReadFile, ...]
    not_read: tuple[NotRead, ...] = ()
    addresses: tuple[AddressTable, ...] = ()
