"""The streets of the towns: rows and cross streets between main roads, river and railway."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from data.demo.crossings import CLEAR_M
from data.demo.land import Warp
from data.demo.network import Node
from data.demo.plan import Floats

TOWN_M: Final = 105.0
"""How far a town reaches beyond its outermost postcodes."""
FRONT_M: Final = 34.0
"""How near a street comes to a main road before it turns to meet it."""
ROW_M: Final = (74.0, 98.0)
CROSS_M: Final = (150.0, 290.0)
BENDS: Final = ((620.0, 62.0), (260.0, 20.0))
"""Wavelength and amplitude in metres of how streets bend."""
SHORTEST_M: Final = 55.0
SMALLEST_CELL_M2: Final = 9000.0
SHARED_M: Final = 30.0


@dataclass(frozen=True)
class Ground:
    """What streets are laid on: the cell, the roads that they may meet and what they keep clear of."""

    cell: shapely.Polygon
    main: shapely.Geometry
    closed: shapely.Geometry


def town_zone(homes: Floats, room: shapely.Geometry) -> shapely.Geometry:
    """Draw the built-up land round postcodes that stand close together."""
    spread = shapely.union_all(shapely.buffer(shapely.points(homes), TOWN_M))
    return spread.buffer(60.0).buffer(-60.0).intersection(room)


def cut_cells(zone: shapely.Geometry, main: shapely.Geometry, barriers: shapely.Geometry) -> list[Ground]:
    """Cut the towns into cells between main roads and barriers."""
    lines = shapely.union_all([zone.boundary, main, barriers], grid_size=1.0)
    cells = shapely.get_parts(shapely.polygonize([lines]))
    inside = shapely.contains(zone, shapely.point_on_surface(cells))
    large = shapely.area(cells) > SMALLEST_CELL_M2
    roads, closed = shapely.get_parts(main), shapely.get_parts(barriers)
    road_tree, closed_tree = shapely.STRtree(roads), shapely.STRtree(closed)
    grounds = []
    for cell in cells[inside & large]:
        near = shapely.union_all(roads[road_tree.query(cell, "dwithin", 1.0)])
        beside = shapely.union_all(closed[closed_tree.query(cell, "dwithin", CLEAR_M)])
        grounds.append(Ground(cell, near.intersection(cell.buffer(2.0)), beside))
    return grounds


def long_axis(cell: shapely.Polygon) -> Floats:
    """Find the direction in which a cell's outline is most spread out, as a vector of length 1."""
    x, y = (shapely.get_coordinates(cell) - shapely.get_coordinates(cell.centroid)).T
    angle = 0.5 * np.arctan2(2.0 * float((x * y).sum()), float((x * x - y * y).sum()))
    return np.array([np.cos(angle), np.sin(angle)])


def lay_rows(ground: Ground, bend: Warp, rng: np.random.Generator) -> tuple[list[Floats], list[Floats]]:
    """Draw rows along the cell and cross streets between neighbouring rows, over the whole cell."""
    along = long_axis(ground.cell)
    across = np.array([-along[1], along[0]])
    middle = shapely.get_coordinates(ground.cell.centroid)[0]
    corners = shapely.get_coordinates(ground.cell) - middle
    (u_low, v_low), (u_high, v_high) = (
        f(corners @ np.stack([along, across], axis=1), axis=0) for f in (np.min, np.max)
    )
    gaps = rng.uniform(*ROW_M, int((v_high - v_low + 300.0) / ROW_M[0]))
    offsets = v_low - 150.0 + np.cumsum(gaps)
    offsets = offsets[offsets < v_high + 150.0]
    links = []
    for _ in offsets:
        steps = rng.uniform(*CROSS_M, int((u_high - u_low + 500.0) / CROSS_M[0]))
        links.append(u_low - 250.0 + np.cumsum(steps))
    rows, crossings = [], []
    for k, v in enumerate(offsets.tolist()):
        stops = [np.arange(u_low - 200.0, u_high + 200.0, 35.0), links[k], links[k - 1] if k else links[k]]
        u = np.unique(np.round(np.concatenate(stops), 1))
        rows.append(middle + u[:, None] * along + v * across)
        if k + 1 < len(offsets):
            for at in np.round(links[k], 1).tolist():
                v_between = np.array([v, (v + offsets[k + 1]) / 2.0, offsets[k + 1]])
                crossings.append(middle + at * along + v_between[:, None] * across)
    return bend_all(rows, bend), bend_all(crossings, bend)


def bend_all(lines: list[Floats], bend: Warp) -> list[Floats]:
    """Bend several lines at once."""
    ends = np.cumsum([len(line) for line in lines])[:-1]
    return np.split(bend(np.vstack(lines)), ends)


def meet(place: Node, made: list[Node]) -> Node:
    """Choose the junction at which a street meets a main road: one made before if it is near."""
    for other in made:
        if math.dist(other, place) < SHARED_M:
            return other
    made.append(place)
    return place


def clip(lines: list[Floats], room: shapely.Geometry, shortest_m: float) -> list[Floats]:
    """Keep the parts of lines that lie in the room and are long enough; the lines do not meet one another."""
    kept = shapely.intersection(shapely.multilinestrings([shapely.linestrings(line) for line in lines]), room)
    parts = [part for part in shapely.get_parts(shapely.line_merge(kept)) if part.geom_type == "LineString"]
    return [np.round(shapely.get_coordinates(part)) for part in parts if part.length >= shortest_m]


def fill_cell(
    ground: Ground, bend: Warp, made: list[Node], rng: np.random.Generator
) -> list[shapely.LineString]:
    """Lay a cell's streets, clear of barriers, each turning to meet the main roads that it ends near."""
    rows, crossings = lay_rows(ground, bend, rng)
    fronts = ground.main.buffer(FRONT_M, quad_segs=3)
    room = ground.cell.difference(shapely.union_all([fronts, ground.closed.buffer(CLEAR_M, quad_segs=3)]))
    lines = clip(rows, room, SHORTEST_M) + clip(crossings, room, SHORTEST_M / 2)
    if ground.main.is_empty or not lines:
        return [shapely.LineString(points) for points in lines]
    parts = shapely.get_parts(ground.main)
    ends = shapely.points([points[at] for points in lines for at in (0, -1)])
    ways = shapely.shortest_line(parts[shapely.STRtree(parts).nearest(ends)], ends)
    places = np.round(shapely.get_coordinates(shapely.get_point(ways, 0))).tolist()
    near = shapely.length(ways) < FRONT_M + 3.0
    streets = []
    for k, points in enumerate(lines):
        first, last = (
            [meet((places[j][0], places[j][1]), made)] if near[j] else [] for j in (2 * k, 2 * k + 1)
        )
        streets.append(shapely.LineString([*first, *points, *last]))
    return streets


def lay_streets(
    zone: shapely.Geometry, main: shapely.Geometry, barriers: shapely.Geometry, rng: np.random.Generator
) -> list[shapely.LineString]:
    """Lay the streets of every town."""
    bend, made = Warp(rng, BENDS), list[Node]()
    streets = []
    for ground in cut_cells(zone, main, barriers):
        streets += fill_cell(ground, bend, made, rng)
    return streets
