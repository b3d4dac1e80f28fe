"""Demand: what is kept of referrals, and nothing finer.

Five tables of counts. None crosses source with need, none holds either by small area, and in none do more
than a fifth of the referrals sit in cells of 1: where months would, quarters are kept, then years.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.errors import SourceError
from data.provenance import Tier

MARKING: Final = "OFFICIAL-SENSITIVE"
FORMAT: Final = 1
MOST_IN_ONES: Final = 0.2
"""The most of a stored table's events that may sit in cells of 1."""

WINDOWS: Final = (12, 36)
"""Months of the two windows, both ending with the last complete month."""

NO_CATEGORY: Final = "not known"


class Grain(StrEnum):
    """How fine a table is over time. Quarters and years are counted back from the last complete month."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    WHOLE = "whole"

    @property
    def months(self) -> int | None:
        """How many months one period has; None for the whole time."""
        return {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}.get(self)


SCHEMAS: Final[Mapping[str, tuple[str, ...]]] = {
    "periods": ("kind", "area_code", "start", "count"),
    "windows": ("area_code", "months", "referrals", "children"),
    "ward_source": ("ward_code", "start", "category", "referrals"),
    "ward_need": ("ward_code", "start", "category", "referrals"),
    "rereferrals": ("ward_code", "start", "referrals", "again"),
}
"""The stored tables and their columns.

`start` is the first month of a period, "2024-04". `kind` is an `EventKind` ("contacts", "referrals",
"assessments"); `months` is 12 or 36; `category` a DfE code, or `NO_CATEGORY`. A cell that is not there is 0,
but for areas outside the councils covered, where nothing is known; `windows` holds every area covered.
`children` counts distinct children in the area and window, missing where an extract has no child's number.
`again` counts referrals of a child within 12 months of an earlier one.
"""


@dataclass(frozen=True)
class Demand:
    """What is kept of referrals.

    Attributes
    ----------
    tables
        The frames of `SCHEMAS`, by name.
    grains
        How fine each is kept over time, by name; of `periods` by "periods:referrals" and so on.
    first, last
        First and last complete month of referrals, "2022-04" and "2025-03": the windows end with `last`.
    councils
        Codes of the councils whose referrals are there.
    vintage
        LSOA vintage of the area codes.
    made, delete_after
        When it was made, and the day after which `atlas purge` deletes it.
    files
        Labels of the extracts.
    distorted
        Codes of small areas whose counts addresses that are no family homes would have distorted.
    left_out
        Rows that are used and stand in no table, by reason in words.
    notes
        What has to be known of the tables, in words.
    """

    tables: Mapping[str, pd.DataFrame]
    grains: Mapping[str, Grain]
    first: str
    last: str
    councils: tuple[str, ...]
    vintage: str
    made: date
    delete_after: date
    files: tuple[str, ...]
    distorted: tuple[str, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    tier: Tier = Tier.INTERNAL

    def save(self, folder: Path) -> None:
        """Write one Parquet file a table, each stamped with tier and marking, readable by its owner only."""
        stamp = json.dumps(self._stamp())
        for name, columns in SCHEMAS.items():
            path = folder / f"demand_{name}.parquet"
            table = pa.Table.from_pandas(self.tables[name][list(columns)], preserve_index=False)
            stamped = table.replace_schema_metadata(
                {**(table.schema.metadata or {}), b"atlas_demand": stamp.encode()}
            )
            path.touch(mode=0o600)
            pq.write_table(stamped, path, compression="zstd")

    @classmethod
    def open(cls, folder: Path) -> "Demand | None":
        """Read what `save` wrote; None where a build has no referrals.

        Raises
        ------
        SourceError
            When a table is absent, damaged or of another version.
        """
        paths = {name: folder / f"demand_{name}.parquet" for name in SCHEMAS}
        if not any(path.exists() for path in paths.values()):
            return None
        try:
            tables = {name: pd.read_parquet(path) for name, path in paths.items()}
            stamps = {(pq.read_schema(path).metadata or {})[b"atlas_demand"] for path in paths.values()}
            (stamp,) = stamps
            said = json.loads(stamp)
        except (OSError, KeyError, ValueError, pa.ArrowException) as error:
            raise SourceError(
                f"The demand tables of {folder} are damaged: {type(error).__name__}.",
                "Run atlas build again.",
            ) from error
        if said.get("format") != FORMAT:
            raise SourceError(
                f"The demand tables of {folder} have format {said.get('format')}, not {FORMAT}.",
                "Run atlas build again.",
            )
        return cls(
            tables=tables,
            grains={name: Grain(grain) for name, grain in said["grains"].items()},
            first=said["first"],
            last=said["last"],
            councils=tuple(said["councils"]),
            vintage=said["vintage"],
            made=date.fromisoformat(said["made"]),
            delete_after=date.fromisoformat(said["delete_after"]),
            files=tuple(said["files"]),
            distorted=tuple(said["distorted"]),
            left_out=said["left_out"],
            notes=tuple(said["notes"]),
            tier=Tier(said["tier"]),
        )

    def _stamp(self) -> dict[str, Any]:
        return {
            "format": FORMAT,
            "marking": MARKING,
            "tier": self.tier.value,
            "grains": {name: grain.value for name, grain in self.grains.items()},
            "first": self.first,
            "last": self.last,
            "councils": list(self.councils),
            "vintage": self.vintage,
            "made": self.made.isoformat(),
            "delete_after": self.delete_after.isoformat(),
            "files": list(self.files),
            "distorted": list(self.distorted),
            "left_out": dict(self.left_out),
            "notes": list(self.notes),
        }
