"""Small builds for the tests of the map and the page: square areas with values of our choice."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from data.provenance import Provenance, Status
from geo.area_table import CRS, AreaTable, make_status
from geo.builds import Build, BuildParts, open_build, save_build
from geo.events import count_events
from geo.places import Places
from geo.series import gather_series
from tests.small_starts import one_start_each

COUNCILS = {"E08000001": "Eastham", "E08000002": "Westham"}
HOSTILE = '<img src=x onerror="window.hacked=1">'
COLUMNS = 4
SIDE_M = 1_000


def provenance(source: str = "English indices of deprivation 2025", year: str = "2025") -> Provenance:
    """A pedigree with an attribution of its own."""
    return Provenance(
        source=source,
        publisher=f"Publisher of {source}",
        licence="Open Government Licence v3.0",
        vintage=year,
        geography="LSOA 2021",
        file="file.csv",
        sha256="ab" * 32,
        attribution=f"Attribution of {source}.",
        steps=("joined on the area code",),
    )


def make_areas(
    values: Mapping[str, Sequence[float | None]],
    states: Mapping[str, Mapping[int, Status]] | None = None,
    names: Mapping[int, str] | None = None,
    councils: Mapping[str, str] | None = None,
    vintage: str = "2021",
    years: Mapping[str, str] | None = None,
) -> AreaTable:
    """Make an area table of square areas, four to a row, two rows to a ward, the wards dealt out to councils.

    Parameters
    ----------
    values
        Indicator columns, one value an area.
    states
        Statuses other than observed and missing, by column and position.
    names
        Names other than "Area 001A", by position.
    councils
        Council names by code.
    vintage
        The LSOA vintage of the areas.
    years
        Years of the figures, by column, where they are not of 2025.
    """
    count = len(next(iter(values.values())))
    numbers = range(count)
    councils = councils or {"E08000001": "Eastham"}
    wards = [number // (2 * COLUMNS) for number in numbers]
    of_ward = [list(councils)[ward % len(councils)] for ward in wards]
    frame = gpd.GeoDataFrame(
        {
            "area_name": [(names or {}).get(n, f"Area {n + 1:03}A") for n in numbers],
            "ward_code": [f"E0500{ward:04}" for ward in wards],
            "ward_name": [f"Ward {ward + 1}" for ward in wards],
            "la_code": of_ward,
            "la_name": [councils[code] for code in of_ward],
            **{column: pd.Series(cells, dtype="float64") for column, cells in values.items()},
        },
        geometry=[square(n) for n in numbers],
        crs=CRS,
    )
    frame.index = pd.Index([f"E0100{n:04}" for n in numbers], name="area_code")
    status = make_status(frame)
    for column, cells in (states or {}).items():
        for position, state in cells.items():
            status.loc[frame.index[position], column] = state.value
    columns = {"geometry": "Boundaries", "ward_code": "Lookups", "la_code": "Lookups"}
    pedigrees = {c: provenance(columns.get(c, "Indices")) for c in ("geometry", "ward_code", "la_code")}
    pedigrees |= {column: provenance(year=(years or {}).get(column, "2025")) for column in values}
    return AreaTable(frame, status, pedigrees, vintage)


def without_places(areas: AreaTable, *columns: str, rows: slice = slice(None)) -> AreaTable:
    """Take the names or codes of wards or councils from areas."""
    frame, status = areas.frame.copy(), areas.status.copy()
    frame[list(columns)] = frame[list(columns)].astype("string")
    for column in columns:
        frame.loc[frame.index[rows], column] = pd.NA
        status.loc[frame.index[rows], column] = Status.MISSING.value
    return replace(areas, frame=frame, status=status)


def placed_by_a_point(areas: AreaTable, *columns: str) -> AreaTable:
    """Say of wards or councils that they were found on the map."""
    status = areas.status.copy()
    for column in columns:
        status[column] = make_status(areas.frame[[column]], Status.MODELLED)[column]
    return replace(areas, status=status)


def square(number: int) -> shapely.Polygon:
    """The square of an area, in metres, near the middle of England."""
    west = 400_000 + (number % COLUMNS) * SIDE_M
    south = 300_000 + (number // COLUMNS) * SIDE_M
    return shapely.box(west, south, west + SIDE_M, south + SIDE_M)


def outlines_of(areas: AreaTable) -> gpd.GeoDataFrame:
    """Wards and councils, dissolved from the areas."""
    parts = []
    for level, prefix in (("ward", "ward"), ("council", "la")):
        merged = areas.frame.dissolve(f"{prefix}_code").reset_index(names="code")
        part = merged.assign(level=level, name=merged[f"{prefix}_name"])
        if level == "council":
            part["la_code"] = part["code"]
        parts.append(part[["level", "code", "name", "la_code", "geometry"]])
    return gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=CRS)


def parts_of(areas: AreaTable, places: Places | None = None) -> BuildParts:
    """What a build of some areas and places is made of; people set out from a point inside each area."""
    inside = areas.frame.geometry.representative_point()
    return BuildParts(
        areas=areas,
        outlines=outlines_of(areas),
        places=places or Places.empty(),
        starts=one_start_each(inside),
        series=gather_series([], pd.Index([]))[0],
        events=count_events([], areas.frame.geometry),
        report={},
    )


def make_build(folder: Path, areas: AreaTable, places: Places | None = None) -> Build:
    """Save a build and open it; of areas and places that were saved before, the same files are written."""
    key = areas.content_hash, (places or Places.empty()).revision
    if key in _MADE and not folder.exists():
        files, opened = _MADE[key]
        folder.mkdir(parents=True)
        for name, content in files.items():
            (folder / name).write_bytes(content)
        return replace(opened, path=folder)
    save_build(folder, parts_of(areas, places))
    made = open_build(folder)
    _MADE[key] = {file.name: file.read_bytes() for file in folder.iterdir()}, made
    return made


_MADE: dict[tuple[str, str], tuple[dict[str, bytes], Build]] = {}
"""The files of each build and the build, by its areas and places: making one takes longest in many tests."""


@cache
def varied_areas() -> AreaTable:
    """Two councils with values observed, carried across, suppressed and missing, and one hostile name."""
    count = 32
    ranks = [1 + (n * 33_754) // (count - 1) for n in range(count)]
    return make_areas(
        {
            "need_idaci_rank": [None if n in (2, 9) else float(ranks[n]) for n in range(count)],
            "need_idaci_score": [None if n in (2, 9) else 0.5 - n / 100 for n in range(count)],
            "need_crime_rank": [float(rank) for rank in reversed(ranks)],
            "pop_total": [1_500.0 + n for n in range(count)],
            "pop_0_17": [None if n == 5 else 300.0 + n for n in range(count)],
        },
        states={
            "need_idaci_rank": {2: Status.SUPPRESSED, 4: Status.APPORTIONED},
            "need_idaci_score": {2: Status.SUPPRESSED, 4: Status.APPORTIONED},
            "pop_0_17": {5: Status.SUPPRESSED},
        },
        names={7: HOSTILE},
        councils=COUNCILS,
    )
