"""Placements on one line: areas, homes and buildings stand so many minutes east of its west end."""

from collections.abc import Sequence
from dataclasses import replace

import geopandas as gpd
import pandas as pd

from geo.area_table import CRS, AreaTable
from geo.builds import Build
from geo.places import Places
from tests.reach_line import Start, areas_of, line_build, point
from tests.small_builds import provenance
from tests.small_places import make_places

CHILDREN = [100.0, 200.0, 400.0, 50.0]
RANKS = [1.0, 10_000.0, 30_000.0, 2.0]
SCORES = [0.5, 0.2, 0.05, 0.4]
HOMES: list[Start] = [(0, 1.0, 0.0), (1, 0.75, 30.0), (1, 0.25, 45.0), (2, 1.0, 60.0), (3, 1.0, 90.0)]

Building = tuple[str, str, float, int | None]
"""Kind, name, minutes east, and the number of the area that holds it; none is across the border."""

BUILDINGS: list[Building] = [
    ("library", "West Library", 5.0, 0),
    ("school", "Middle School", 35.0, 1),
    ("school", "East School", 62.0, 2),
    ("community_centre", "Far Hall", 88.0, 3),
    ("family_hub", "Old Hub", -2.0, None),
]


def line_table(
    children: Sequence[float | None] | None = CHILDREN,
    ranks: Sequence[float | None] | None = RANKS,
    scores: Sequence[float | None] | None = SCORES,
    wards: Sequence[str] = ("West", "West", "East", "East"),
    councils: Sequence[str] = (),
    column: str = "pop_0_17",
) -> AreaTable:
    """Four areas, in two wards unless it is said."""
    given = {column: children, "need_idaci_rank": ranks, "need_idaci_score": scores, "pop_total": [1.0] * 4}
    return areas_of({name: values for name, values in given.items() if values}, wards, councils)


def placing_build(
    table: AreaTable | None = None,
    buildings: Sequence[Building] = tuple(BUILDINGS),
    homes: Sequence[Start] = tuple(HOMES),
) -> Build:
    """A build of homes and buildings on the line; ids of these are in the order in which they are given."""
    areas = table or line_table()
    codes = list(areas.frame.index)
    rows = [(kind, name, None, None if n is None else codes[n]) for kind, name, _, n in buildings]
    frame = make_places(areas, rows)
    frame["geometry"] = gpd.GeoSeries([point(m) for *_, m, _ in buildings], index=frame.index, crs=CRS)
    files = {f"{kind}.csv" for kind, *_ in buildings}
    places = Places(frame, {file: provenance(file.removesuffix(".csv")) for file in sorted(files)})
    return replace(line_build(areas, homes, []), places=places)


def with_postcodes(build: Build, postcodes: Sequence[str | None]) -> Build:
    """Give the places of a build postcodes, in the order of their ids."""
    frame = build.places.frame.assign(postcode=pd.Series(postcodes, build.places.frame.index, dtype="string"))
    return replace(build, places=replace(build.places, frame=frame))
