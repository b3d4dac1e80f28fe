"""Travel times that somebody supplies: a table from areas to places, areas or postcodes, in minutes."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from data.postcodes import normalise
from data.provenance import Provenance
from data.sources.travel_times import To
from geo.places import Places
from geo.stamped import metadata_text, open_stamped, save_stamped
from geo.travel import Means, Rows, TravelCosts, sorted_costs

FORMAT: Final = 1
_HOLDS: Final = "travel times"
_CODES: Final = ("from", "to")


@dataclass(frozen=True, eq=False)
class Times:
    """Travel times.

    Attributes
    ----------
    frame
        One row a pair: `from` (area code) and `to`, as categories, and `minutes`; sorted by both.
    to
        What `to` holds.
    provenance
        Where they come from.
    """

    frame: pd.DataFrame
    to: To
    provenance: Provenance

    @cached_property
    def revision(self) -> str:
        """SHA-256 of its pairs and of what is known of them."""
        digest = hashlib.sha256(_metadata_json(self).encode())
        for column in _CODES:
            codes = self.frame[column].cat
            digest.update("\x1f".join(codes.categories).encode())
            digest.update(codes.codes.to_numpy().astype(np.int32).tobytes())
        digest.update(self.frame["minutes"].to_numpy(dtype=float).tobytes())
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write them to one Parquet file, with their provenance. The caller makes the write atomic."""
        table = pa.Table.from_pandas(self.frame, preserve_index=False)
        save_stamped(path, table, _HOLDS, _metadata_json(self), self.revision)

    @classmethod
    def open(cls, path: Path) -> "Times":
        """Read what `save` wrote.

        Raises
        ------
        SourceError
            When the file does not hold travel times, is damaged, or was made by another version.
        """

        def read(metadata: dict[str, Any]) -> "Times":
            frame = pq.read_table(path).to_pandas()
            return cls(frame, To(metadata["to"]), Provenance.from_json(metadata["provenance"]))

        return open_stamped(path, _HOLDS, FORMAT, read, lambda times: times.revision)


def _metadata_json(times: Times) -> str:
    content: dict[str, Any] = {
        "format": FORMAT,
        "to": times.to.value,
        "provenance": times.provenance.to_json(),
    }
    return metadata_text(content)


def costs_by_times(
    starts: gpd.GeoDataFrame, places: Places, ids: pd.Index, times: Times, cutoff_min: float
) -> TravelCosts:
    """Return supplied travel times as costs from starts to some of the places.

    All starts of an area have the minutes of the area, and a place those of its id, of the area it stands
    in or of its postcode, whichever the file goes to.

    Parameters
    ----------
    starts
        Where people set out from.
    places
        The places.
    ids
        Ids of those that costs are wanted to.
    times
        The travel times.
    cutoff_min
        The most that is kept, in minutes.
    """
    frame = times.frame[times.frame["minutes"].to_numpy() <= cutoff_min]
    froms, tos = times.frame["from"].cat.categories, times.frame["to"].cat.categories
    of_start = froms.get_indexer(starts["area_code"].to_numpy(dtype=object))
    of_place = tos.get_indexer(keys_of(places, ids, times.to).to_numpy(dtype=object, na_value=None))
    row, place = _members(frame["to"].cat.codes.to_numpy(), of_place, len(tos))
    frame = frame.iloc[row]
    row, start = _members(frame["from"].cat.codes.to_numpy(), of_start, len(froms))
    minutes = frame["minutes"].to_numpy(dtype=float)[row]
    unknown = int(starts["area_code"][of_start < 0].nunique())
    notes = _notes(times, int((of_place < 0).sum()), unknown, cutoff_min)
    return sorted_costs(starts, ids, start, place[row], minutes, cutoff_min, Means.MATRIX, notes)


def keys_of(places: Places, ids: pd.Index, to: To) -> pd.Series:
    """Return what stands for places among the destinations of travel times; missing where nothing can."""
    if to is To.PLACES:
        return pd.Series(ids, index=ids, dtype="string")
    if to is To.AREAS:
        return places.frame.loc[ids, "area_code"]
    return normalise(places.frame.loc[ids, "postcode"])


def _members(groups: Rows, of_member: Rows, count: int) -> tuple[Rows, Rows]:
    """Return each row once for each member of its group: the rows, and the members.

    Parameters
    ----------
    groups
        The group of each row.
    of_member
        The group of each member, -1 for none.
    count
        How many groups there are.
    """
    order = np.argsort(of_member, kind="stable")[np.count_nonzero(of_member < 0) :]
    size = np.bincount(of_member[order], minlength=count)
    first = np.cumsum(size) - size
    times = size[groups]
    row = np.repeat(np.arange(len(groups)), times)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(times) - times, times)
    return row, order[first[groups][row] + nth]


def _notes(times: Times, apart: int, unknown: int, cutoff_min: float) -> list[str]:
    file, most = times.provenance.file, times.frame["minutes"].max()
    notes = [f"Minutes are those of {file}, which does not say by which way of travel."]
    if most < cutoff_min:
        notes.append(f"It tells of no way longer than {most:g} minutes.")
    if apart == 1:
        notes.append("1 place is not among its destinations, so nobody is said to reach it.")
    elif apart:
        notes.append(f"{apart:,} places are not among its destinations, so nobody is said to reach them.")
    if unknown:
        areas = "1 small area does" if unknown == 1 else f"{unknown:,} small areas do"
        notes.append(f"{areas} not stand in it, so what is within reach there is not known.")
    return notes
