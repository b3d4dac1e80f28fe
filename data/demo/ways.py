"""How far it is by road, and between which homes and places a straight line misleads most."""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import network
from data.demo.crossings import Barriers
from data.demo.plan import Floats, Ints

NEAR_M: Final = (150.0, 700.0)
"""How far apart as the crow flies the homes and places lie that are looked at."""
FAR_M: Final = 1200.0
OFF_ROAD_M: Final = 150.0
TIMES: Final = 2.5
SHOWN: Final = 8


@dataclass(frozen=True)
class OnRoad:
    """Points put on their nearest link: its number, how far along it, and how far off it they lie."""

    link: Ints
    along_m: Floats
    off_m: Floats


def put_on_roads(places: Floats, lines: list[shapely.LineString]) -> OnRoad:
    """Put each place on the link nearest to it."""
    points = shapely.points(places)
    link = shapely.STRtree(lines).nearest(points)
    nearest = np.asarray(lines)[link]
    return OnRoad(link, shapely.line_locate_point(nearest, points), shapely.distance(nearest, points))


def road_metres(links: gpd.GeoDataFrame, homes: Floats, places: Floats) -> Floats:
    """Measure the shortest way by road, shape (homes, places), with the steps to and from the road.

    Without a way it is infinite.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    lines = list(links.geometry)
    both = network.ends(lines)
    number = {node: k for k, node in enumerate(sorted({node for pair in both for node in pair}))}
    ends = np.asarray([[number[a], number[b]] for a, b in both])
    length = shapely.length(lines)
    plain = (
        pd.DataFrame({"a": ends[:, 0], "b": ends[:, 1], "m": length})
        .groupby(["a", "b"])["m"]
        .min()
        .reset_index()
    )
    size = len(number)
    graph = coo_array((plain["m"], (plain["a"], plain["b"])), shape=(size, size)).tocsr()
    here, there = put_on_roads(homes, lines), put_on_roads(places, lines)
    between = dijkstra(graph, directed=False, indices=ends[there.link].ravel()).reshape(len(places), 2, size)
    best = np.full((len(homes), len(places)), np.inf)
    for side in (0, 1):
        out = np.where(side == 0, here.along_m, length[here.link] - here.along_m)
        for other in (0, 1):
            back = np.where(other == 0, there.along_m, length[there.link] - there.along_m)
            best = np.minimum(best, out[:, None] + between[:, other, ends[here.link, side]].T + back)
    same = here.link[:, None] == there.link
    best = np.where(same, np.minimum(best, np.abs(here.along_m[:, None] - there.along_m)), best)
    return np.asarray(best + here.off_m[:, None] + there.off_m)


def misleading(
    links: gpd.GeoDataFrame, barriers: Barriers, homes: pd.DataFrame, places: gpd.GeoDataFrame
) -> list[dict[str, object]]:
    """List, for each place that has one, the home from which the straight line misleads most.

    ``homes`` has postcode, lsoa21, x and y; ``places`` has name and points. Only pairs on either side of
    the river or a railway count.
    """
    xy = homes[["x", "y"]].to_numpy(dtype=np.float64)
    there = shapely.get_coordinates(places.geometry.to_numpy())
    straight = np.hypot(*(xy[:, None] - there).transpose(2, 0, 1))
    road = road_metres(links, xy, there)
    on_road = put_on_roads(there, list(links.geometry)).off_m < OFF_ROAD_M
    wrong = (straight > NEAR_M[0]) & (straight < NEAR_M[1]) & (road > FAR_M) & np.isfinite(road) & on_road
    wrong &= road > TIMES * straight
    found = []
    for home, place in np.argwhere(wrong).tolist():
        way = shapely.LineString([xy[home], there[place]])
        between = [name for name in ("river", "railway") if way.intersects(barriers.lines[name])]
        if between:
            found.append((road[home, place] / straight[home, place], home, place, between))
    rows, seen = list[dict[str, object]](), set[int]()
    for _, home, place, between in sorted(found, key=lambda row: (-round(row[0], 6), row[1:3])):
        if place not in seen and len(rows) < SHOWN:
            seen.add(place)
            rows.append(
                {
                    "postcode": homes["postcode"].iloc[home],
                    "area": homes["lsoa21"].iloc[home],
                    "place": places["name"].iloc[place],
                    "straight_m": round(float(straight[home, place]), -1),
                    "road_m": round(float(road[home, place]), -1),
                    "between": between,
                }
            )
    return rows
