"""The area table: one row a small area, what each value is worth, and where each column came from.

It is what the builders make and everything else reads. It saves to one GeoParquet file and is never edited.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import shapely

from data.codes import CODE_TYPES, LSOA_COUNT, AreaKind
from data.errors import GeographyError, SourceError, first_few
from data.indicators import Indicator, indicators
from data.provenance import Provenance, Status, Tier
from geo.aggregate import LevelTable, aggregate

CRS = "EPSG:27700"
IDENTITY = ("area_name", "ward_code", "ward_name", "la_code", "la_name")
LOCALITY = ("locality_code", "locality_name")
"""Identity columns of a place that has localities of its own."""

REGION = ("region_code", "region_name")
"""Identity columns of a place whose regions a lookup names."""

_NAMED = {*IDENTITY, *LOCALITY, *REGION}

OVERLAID = ("asset_", "access_")
"""Columns that lie over the table and change from day to day: they are never saved in it."""

LARGE_PLACE = 3_000
"""A place of more small areas than this is not shown by all of them at once unless somebody asks."""

FORMAT = 2
_STATUS_PREFIX = "status:"
_STATUS_TYPE = pd.CategoricalDtype([status.value for status in Status])


@dataclass(frozen=True)
class AreaTable:
    """Small areas with their indicators, the status of every value and the provenance of every column.

    Attributes
    ----------
    frame
        One row a small area; index `area_code` (unique, sorted), geometry in EPSG:27700 (metres),
        `area_name, ward_code, ward_name, la_code, la_name` and indicator columns.
    status
        Same index and columns less the geometry: the `Status` of each value.
    provenance
        For the geometry, each indicator and each identity column that is known: where it came from.
    vintage
        The one LSOA geography of the table: "2021" or "2011".
    tier
        `internal` or `shared`.
    own
        Dictionary entries of columns that the built-in dictionary does not know.
    """

    frame: gpd.GeoDataFrame
    status: pd.DataFrame
    provenance: Mapping[str, Provenance]
    vintage: str
    tier: Tier = Tier.INTERNAL
    own: tuple[Indicator, ...] = ()

    def __post_init__(self) -> None:
        faults = _find_faults(self)
        if faults:
            raise GeographyError("This is not a sound area table: " + "; ".join(faults) + ".")

    @property
    def indicators(self) -> list[str]:
        """The indicator columns, in the order of the frame."""
        return [c for c in self.frame.columns if c not in {*_NAMED, "geometry"}]

    @property
    def is_large(self) -> bool:
        """Whether a map opens on its councils, and small areas come on request."""
        return len(self.frame) > LARGE_PLACE and self.frame["la_code"].nunique() > 1

    @cached_property
    def dictionary(self) -> dict[str, Indicator]:
        """Every indicator that the table may hold: the built-in ones, then its own."""
        return {**indicators(), **{entry.id: entry for entry in self.own}}

    @property
    def coverage(self) -> dict[str, float]:
        """For each indicator column, the share of areas with a value."""
        shares = self.frame[self.indicators].notna().mean()
        return {column: round(float(share), 4) for column, share in shares.items()}

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of everything in the table: the key of every cache."""
        digest = hashlib.sha256()
        plain = pd.DataFrame(self.frame.drop(columns="geometry"))
        for name, column in [("area_code", plain.index.to_series()), *plain.items()]:
            digest.update(str(name).encode())
            digest.update(pd.util.hash_pandas_object(column, index=False).to_numpy().tobytes())
        for name in self.status.columns:
            digest.update(self.status[name].cat.codes.to_numpy().tobytes())
        for wkb in shapely.to_wkb(self.frame.geometry.to_numpy()):
            digest.update(wkb)
        digest.update(_metadata_json(self).encode())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the table to one GeoParquet file. The caller makes the write atomic.

        Raises
        ------
        GeographyError
            When columns of places lie over it: they change without a build, and are never saved.
        """
        overlaid = [c for c in self.indicators if c.startswith(OVERLAID)]
        if overlaid:
            raise GeographyError(f"Columns of places are not saved in an area table: {first_few(overlaid)}.")
        statuses = self.status.add_prefix(_STATUS_PREFIX)
        if not statuses.index.equals(self.frame.index):
            raise GeographyError("The statuses do not stand in the order of the areas.")
        both = gpd.GeoDataFrame(pd.concat([self.frame, statuses], axis=1), geometry="geometry", crs=CRS)
        buffer = pa.BufferOutputStream()
        both.to_parquet(buffer, index=True, compression="zstd", write_covering_bbox=False)
        table = pq.read_table(pa.BufferReader(buffer.getvalue()))
        extra = {b"atlas": _metadata_json(self).encode(), b"atlas_hash": self.content_hash.encode()}
        stamped = table.replace_schema_metadata({**table.schema.metadata, **extra})
        pq.write_table(stamped, path, compression="zstd")

    @classmethod
    def open(cls, path: Path) -> "AreaTable":
        """Read a table that `save` wrote.

        Raises
        ------
        SourceError
            When the file is not an area table or was made by a later version.
        """
        try:
            schema = pq.read_schema(path)
            metadata = json.loads((schema.metadata or {})[b"atlas"])
        except (OSError, pa.ArrowException, KeyError, ValueError) as error:
            raise SourceError(f"{path} is not an area table.", "Run atlas build again.") from error
        if metadata["format"] != FORMAT:
            raise SourceError(
                f"{path} has format {metadata['format']}; this version reads format {FORMAT}.",
                "Run atlas build again.",
            )
        try:
            both = gpd.read_parquet(path)
        except (OSError, pa.ArrowException, ValueError) as error:
            raise SourceError(f"{path} is damaged: {error}.", "Run atlas build again.") from error
        status_columns = [c for c in both.columns if c.startswith(_STATUS_PREFIX)]
        status = pd.DataFrame(both[status_columns]).rename(columns=lambda c: c.removeprefix(_STATUS_PREFIX))
        table = cls(
            frame=both.drop(columns=status_columns),
            status=status.astype(_STATUS_TYPE),
            provenance={c: Provenance.from_json(p) for c, p in metadata["provenance"].items()},
            vintage=metadata["vintage"],
            tier=Tier(metadata["tier"]),
            own=tuple(Indicator.from_json(entry) for entry in metadata["own"]),
        )
        table.__dict__["content_hash"] = (schema.metadata or {})[b"atlas_hash"].decode()
        return table

    def aggregate(self, level: str) -> LevelTable:
        """Return wards ("ward") or councils ("council"): see `geo.aggregate`."""
        return aggregate(self, level)

    def select(self, la_code: str) -> "AreaTable":
        """Return the table of one council alone."""
        mine = (self.frame["la_code"] == la_code).fillna(False).to_numpy(dtype=bool)
        if not mine.any():
            raise GeographyError(f"No area lies in council {la_code}.")
        return replace(self, frame=self.frame[mine], status=self.status[mine])

    def without(self, columns: Collection[str]) -> "AreaTable":
        """Return the table without some of its indicators."""
        gone = [column for column in self.indicators if column in columns]
        if not gone:
            return self
        return replace(
            self,
            frame=self.frame.drop(columns=gone),
            status=self.status.drop(columns=gone),
            provenance={c: p for c, p in self.provenance.items() if c not in gone},
            own=tuple(entry for entry in self.own if entry.id not in gone),
        )

    def overlaid(
        self,
        values: pd.DataFrame,
        status: pd.DataFrame,
        provenance: Mapping[str, Provenance],
        own: Sequence[Indicator],
    ) -> "AreaTable":
        """Return the table with columns laid over it, on the same index, for one reading of the day."""
        if not (values.index.equals(self.frame.index) and status.index.equals(self.frame.index)):
            raise GeographyError("What is laid over the areas does not stand in their order.")
        return replace(
            self,
            frame=gpd.GeoDataFrame(pd.concat([self.frame, values], axis=1), geometry="geometry", crs=CRS),
            status=pd.concat([self.status, status.astype(_STATUS_TYPE)], axis=1),
            provenance={**self.provenance, **provenance},
            own=(*self.own, *own),
        )


def make_status(frame: pd.DataFrame, status: Status = Status.OBSERVED) -> pd.DataFrame:
    """Return a status frame for a frame: the given status, and missing where there is no value."""
    plain = pd.DataFrame(frame.drop(columns="geometry", errors="ignore"))
    given, missing = (_STATUS_TYPE.categories.get_loc(s.value) for s in (status, Status.MISSING))
    columns = {
        name: pd.Categorical.from_codes(np.where(there, given, missing), dtype=_STATUS_TYPE)
        for name, there in plain.notna().items()
    }
    return pd.DataFrame(columns, index=plain.index, columns=plain.columns)


def _metadata_json(table: AreaTable) -> str:
    content: dict[str, Any] = {
        "format": FORMAT,
        "vintage": table.vintage,
        "tier": table.tier.value,
        "provenance": {c: p.to_json() for c, p in table.provenance.items()},
        "own": [entry.to_json() for entry in table.own],
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True)


def _find_faults(table: AreaTable) -> list[str]:
    """Return every fault of a table in words; none means that it is sound."""
    frame, status = table.frame, table.status
    columns = [c for c in frame.columns if c != "geometry"]
    pattern = CODE_TYPES[AreaKind.LSOA].pattern
    codes = frame.index.to_series().astype("string")
    bad_codes = frame.index[~codes.str.fullmatch(pattern).fillna(False).to_numpy(dtype=bool)]
    typed = all(dtype == _STATUS_TYPE for dtype in status.dtypes)
    aligned = status.index.equals(frame.index) and list(status.columns) == columns
    owed = {*columns, "geometry"} - _NAMED
    unknown = [c for c in table.indicators if c not in table.dictionary]
    checks = [
        (frame.index.name == "area_code", "the index is not area_code"),
        (frame.index.is_unique, "an area stands twice"),
        (frame.index.is_monotonic_increasing, "areas are not sorted by code"),
        (not len(bad_codes), f"codes that are not LSOA codes: {first_few(bad_codes)}"),
        (frame.crs is not None and frame.crs == CRS, f"the coordinates are not in {CRS}"),
        (set(IDENTITY) <= set(columns), "an identity column is absent"),
        (status.index.equals(frame.index), "the statuses do not stand in the order of the areas"),
        (list(status.columns) == columns, "the statuses have other columns than the areas"),
        (typed, f"a status is not one of {', '.join(s.value for s in Status)}"),
        (not status.isna().to_numpy().any(), "a value is without status"),
        (table.vintage in LSOA_COUNT, f"{table.vintage} is not a vintage"),
        (owed <= set(table.provenance), "a column is without provenance"),
        (not unknown, f"a column is not in the dictionary: {first_few(unknown)}"),
        (set(table.provenance) <= set(frame.columns), "a provenance is of no column"),
    ]
    faults = [words for sound, words in checks if not sound]
    if aligned and typed and columns:
        faults += [
            f"{column} has values where it says suppressed or missing, or none where it says observed"
            for column in _wrongly_told(frame, status)
        ]
    return faults


def _wrongly_told(frame: gpd.GeoDataFrame, status: pd.DataFrame) -> list[str]:
    """Return the columns whose statuses do not go with their values."""
    there = pd.DataFrame(frame)[status.columns].notna().to_numpy()
    none = [_STATUS_TYPE.categories.get_loc(s.value) for s in (Status.SUPPRESSED, Status.MISSING)]
    codes = np.column_stack([column.cat.codes for _, column in status.items()])
    wrong = (there == np.isin(codes, none)).any(axis=0)
    return status.columns[wrong].tolist()
