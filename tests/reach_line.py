"""A world on one line for the tests of reach: everything stands so many minutes east of its west end."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geo.area_table import CRS, AreaTable
from geo.builds import Build
from geo.places import Places
from geo.times import Times, To
from tests.small_builds import make_areas, provenance
from tests.small_places import make_places

TIME_COLUMNS = ["from", "to", "minutes"]
MINUTE_M = 80.0
"""What people walk in a minute, at 4.8 km an hour and along a straight line."""

WEST_M, NORTHING_M = 400_000.0, 300_500.0

Start = tuple[int, float, float]
"""Number of the area, share of its homes, and minutes east."""

Spot = tuple[str, float, int | None]
"""Name of a place, minutes east, and number of the area that holds it; none is across the border."""


@contextmanager
def straight_walks() -> Iterator[None]:
    """Walks are as long as straight lines, so that minutes can be told by looking."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ATLAS_DETOUR", "1")
        yield


def point(minutes: float) -> shapely.Point:
    """The point so many minutes east."""
    return shapely.Point(WEST_M + minutes * MINUTE_M, NORTHING_M)


def xy(minutes: float) -> tuple[float, float]:
    """Easting and northing so many minutes east."""
    return WEST_M + minutes * MINUTE_M, NORTHING_M


def areas_of(
    values: Mapping[str, Sequence[float | None]], wards: Sequence[str] = (), councils: Sequence[str] = ()
) -> AreaTable:
    """Areas with values, in wards and councils that are told by their names; all in one of each if not."""
    areas = make_areas(values)
    frame = areas.frame.copy()
    for prefix, names in (("ward", wards), ("la", councils)):
        if names:
            known = list(dict.fromkeys(names))
            code = {name: f"E{'05' if prefix == 'ward' else '08'}{n:06}" for n, name in enumerate(known)}
            frame[f"{prefix}_name"] = list(names)
            frame[f"{prefix}_code"] = [code[name] for name in names]
    return replace(areas, frame=frame)


def line_build(
    areas: AreaTable, starts: Sequence[Start], spots: Sequence[Spot], kind: str = "library"
) -> Build:
    """A build with starts and places of one kind on the line."""
    codes = list(areas.frame.index)
    ordered = sorted(starts)
    homes = gpd.GeoDataFrame(
        {"area_code": [codes[n] for n, _, _ in ordered], "weight": [share for _, share, _ in ordered]},
        geometry=[point(minutes) for _, _, minutes in ordered],
        crs=CRS,
    )
    return Build(
        path=Path("none"),
        areas=areas,
        outlines=gpd.GeoDataFrame({"level": []}, geometry=[], crs=CRS),
        places=line_places(areas, spots, kind),
        starts=homes,
        series=pd.DataFrame(),
        events=pd.DataFrame(),
        report={},
    )


def line_places(areas: AreaTable, spots: Sequence[Spot], kind: str = "library") -> Places:
    """Places of one kind on the line; their ids are in the order in which they are given."""
    codes = list(areas.frame.index)
    rows = [(kind, name, None, None if n is None else codes[n]) for name, _, n in spots]
    frame = make_places(areas, rows)
    frame["geometry"] = gpd.GeoSeries([point(m) for _, m, _ in spots], index=frame.index, crs=CRS)
    return Places(frame, {f"{kind}.csv": provenance("Places")})


def with_times(build: Build, rows: Sequence[tuple[int, int, float]], to: To = To.AREAS) -> Build:
    """A build with supplied times: from an area by number, to another or to a place by number, minutes."""
    codes, ids = list(build.areas.frame.index), list(build.places.frame.index)
    ends = ids if to is To.PLACES else codes
    plain = pd.DataFrame([(codes[n], ends[m], minutes) for n, m, minutes in rows], columns=TIME_COLUMNS)
    frame = plain.sort_values(["from", "to"], ignore_index=True).astype(
        {"from": "category", "to": "category"}
    )
    return replace(build, times=Times(frame, to, provenance("Times")))
