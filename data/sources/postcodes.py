"""Postcode directories, in the layouts of ONS and of councils' extracts: where each postcode lies."""

import re
from typing import Final

import numpy as np
import pandas as pd

from data.postcode_text import normalise
from data.sources.base import Source, SourceKind
from data.sources.code_point import read_code_point
from data.tables import Table, to_number

_NAMES: Final = ("pcds", "pcd8", "pcd7", "pcd", "pcd2", "postcode", "post_code", "post code")
_PLACES: Final = (
    ("oseast1m", "osnrth1m"),
    ("east1m", "north1m"),
    ("easting", "northing"),
    ("eastings", "northings"),
    ("long", "lat"),
    ("lon", "lat"),
    ("lng", "lat"),
    ("longitude", "latitude"),
)
_QUALITIES: Final = ("osgrdind", "gridind")
_NO_GRID: Final = "9"
_GREAT_BRITAIN: Final = {
    "lat": (49.0, 61.5),
    "lon": (-9.0, 3.0),
    "x": (1.0, 700_000.0),
    "y": (1.0, 1_300_000.0),
}
"""A postcode without a grid reference is given a latitude of 99.999999."""

_AREAS: Final = {
    "oa", "lsoa", "msoa", "ward", "la", "lad", "ltla", "utla", "local", "council", "county", "district",
    "region", "country", "parish", "constituency", "locality", "neighbourhood", "hcl",
}  # fmt: skip
"""What a column of names may name: an area. A name of anything else is one of a place or a person."""

_OTHER_SUBJECTS: Final = {
    "address", "street", "road", "town", "telephone", "phone", "email", "website", "url", "urn", "uprn",
    "ukprn", "establishment", "school", "provider", "organisation", "organization", "practice", "charity",
    "service", "site", "facility", "type", "category", "description", "capacity", "status", "opening",
    "person", "child", "pupil", "referral", "age", "gender", "sex", "ethnicity", "dob", "birth",
    "uuid", "contact",
}  # fmt: skip


def recognise(table: Table) -> Source | None:
    """Read a table if its rows are postcodes with grid references, else return None.

    A list of places or of people that has a postcode column is none: it has names, addresses or kinds.
    """
    headerless = read_code_point(table)
    if headerless is not None:
        why = "no header: each row is a postcode, its quality, an easting and a northing"
        return _to_source(table, "code_point", headerless.points, headerless.written, headerless.rows, why)
    lowered = {c.lower(): c for c in table.header}
    column = next((lowered[n] for n in _NAMES if n in lowered), None)
    pair = next((pair for pair in _PLACES if set(pair) <= set(lowered)), None)
    if column is None or pair is None or any(map(_is_of_another_subject, lowered)):
        return None
    if not _is_list_of_postcodes(table.sample[column]) or not _is_list_of_postcodes(table.frame[column]):
        return None
    frame = table.frame
    easting, northing = _grid_references(frame, lowered, pair)
    ended = frame[lowered["doterm"]].notna().astype("boolean") if "doterm" in lowered else None
    points = pd.DataFrame(
        {
            "postcode": normalise(frame[column]),
            "easting_m": easting,
            "northing_m": northing,
            "terminated": pd.array([pd.NA] * len(frame), dtype="boolean") if ended is None else ended,
        }
    )
    why = f"a different postcode in every row ({column}), with {lowered[pair[0]]} and {lowered[pair[1]]}"
    return _to_source(table, "postcodes", points, frame[column], pd.Series(frame.index + 1, frame.index), why)


def _to_source(
    table: Table, entry: str, points: pd.DataFrame, written: pd.Series, rows: pd.Series, why: str
) -> Source:
    """Make a source of postcodes: every well-formed one stays, and what has no place is listed too.

    Parameters
    ----------
    table
        The table that was read.
    entry
        Its id in the catalogue.
    points
        `postcode`, `easting_m`, `northing_m`, `terminated`; the postcode missing where malformed.
    written
        The postcodes as the file has them, on the same index.
    rows
        The place of each in the file, from 1, on the same index.
    why
        What it was told by.
    """
    malformed = points["postcode"].isna()
    irish = points["postcode"].str.startswith("BT").fillna(False).astype(bool)
    points.loc[irish, ["easting_m", "northing_m"]] = np.nan
    reasons = pd.Series(pd.NA, index=points.index, dtype="string")
    reasons[points["easting_m"].isna()] = "no grid reference"
    reasons[irish] = "in Northern Ireland, outside this tool"
    reasons[malformed] = "not a postcode"
    bad = reasons.notna()
    rejected = pd.DataFrame({"row": rows[bad], "value": written[bad], "reason": reasons[bad]})
    ended = int(points["terminated"].sum())
    return Source(
        path=table.path,
        part=table.sheet,
        kind=SourceKind.POSTCODES,
        entry=entry,
        edition="",
        area_kind=None,
        frame=points[~malformed].reset_index(drop=True),
        rows=len(points),
        rejected=rejected.reset_index(drop=True),
        notes=(f"{ended:,} terminated postcodes are told apart",) if ended else (),
        why=why,
    )


def _is_list_of_postcodes(values: pd.Series) -> bool:
    """Say whether nearly every row is a postcode, and each another one."""
    sound = normalise(values).dropna()
    return len(sound) >= 0.9 * len(values) > 0 and sound.nunique() >= 0.95 * len(sound)


def _is_of_another_subject(name: str) -> bool:
    """Say whether a column's name shows that the rows are places or people."""
    words = re.findall(r"[a-z]+", name)
    if {"name", "names"} & set(words):
        return not _AREAS & set(words)
    return bool(_OTHER_SUBJECTS & set(words))


def _grid_references(
    frame: pd.DataFrame, lowered: dict[str, str], pair: tuple[str, str]
) -> tuple[pd.Series, pd.Series]:
    """Return eastings and northings in EPSG:27700, missing where the file has none for a row."""
    x, y = to_number(frame[lowered[pair[0]]]), to_number(frame[lowered[pair[1]]])
    quality = next((lowered[q] for q in _QUALITIES if q in lowered), None)
    real = frame[quality].ne(_NO_GRID).fillna(True) if quality else pd.Series(True, index=frame.index)
    if pair[1] in ("lat", "latitude"):
        from pyproj import Transformer

        real &= y.between(*_GREAT_BRITAIN["lat"]) & x.between(*_GREAT_BRITAIN["lon"])
        to_grid = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
        east, north = to_grid.transform(x.where(real).to_numpy(), y.where(real).to_numpy())
        x, y = pd.Series(east, frame.index), pd.Series(north, frame.index)
    real &= x.between(*_GREAT_BRITAIN["x"]) & y.between(*_GREAT_BRITAIN["y"])
    return x.where(real), y.where(real)
