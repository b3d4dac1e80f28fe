"""The main roads and lanes: cheapest ways over a mesh of open country, drawn to one another and to homes."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import shapely

from data.demo import plan
from data.demo.crossings import CLEAR_M, Barriers
from data.demo.land import Warp, noise
from data.demo.plan import Floats, Ints

MESH_M: Final = 170.0
REUSED: Final = 0.42
"""What a metre along a road that is there already costs, against a metre of new road."""
ROUGH: Final = 1.6
SPACED_M: Final = 75.0
APPROACH_M: Final = 80.0
BATCH: Final = 10
"""How many lanes are laid between two looks at what is there."""


@dataclass(frozen=True)
class Planned:
    """A road as planned: its class and number, and the places that it runs through, in plan kilometres."""

    road_class: str
    number: str
    name: str
    through: tuple[tuple[float, float], ...]


PLANNED: Final = (
    Planned("A Road", "A9901", "Great Fen Road",
            ((10.0, 0.9), (9.1, 4.3), (9.9, 4.9), (12.0, 6.4), (13.0, 8.3), (13.2, 9.6), (14.1, 10.3),
             (13.8, 11.9), (13.4, 13.8), (13.4, 17.2))),
    Planned("A Road", "A9902", "Marl Valley Road",
            ((14.1, 10.3), (12.4, 10.5), (10.4, 11.4), (8.4, 11.9), (6.2, 12.2), (5.3, 12.6), (3.1, 13.4),
             (1.0, 12.4))),
    Planned("A Road", "A9903", "Estuary Way", ((14.1, 10.3), (15.2, 10.8), (16.1, 11.3), (16.6, 12.0),
                                               (15.0, 12.3), (13.8, 11.9))),
    Planned("A Road", "A9904", "Western Fen Road", ((9.1, 4.3), (6.4, 5.6), (3.6, 6.2), (1.3, 6.2))),
    Planned("B Road", "B9911", "Gannet Road", ((16.6, 12.0), (17.6, 13.3), (19.2, 14.4))),
    Planned("B Road", "B9912", "Carrs Road", ((13.0, 8.3), (14.7, 8.7), (16.3, 7.0), (17.5, 5.0))),
    Planned("B Road", "B9913", "Saltern Road", ((17.5, 5.0), (14.6, 3.4), (10.5, 3.8), (9.1, 4.3))),
    Planned("B Road", "B9914", "Keldmoor Road", ((6.4, 5.6), (4.2, 7.6), (4.8, 9.8), (5.9, 11.3),
            (6.2, 12.2))),
    Planned("B Road", "B9915", "Moor Road", ((5.6, 13.0), (7.4, 14.2), (9.6, 15.1), (12.65, 14.6),
            (13.4, 13.8))),
    Planned("B Road", "B9916", "Plover Road", ((9.6, 15.1), (8.6, 13.3), (8.4, 11.9))),
    Planned("B Road", "B9917", "Chase Road", ((12.0, 6.4), (14.6, 6.3), (16.3, 7.0))),
    Planned("B Road", "B9918", "Coast Road", ((13.4, 13.8), (16.4, 14.2), (19.2, 14.4))),
    Planned("Classified Unnumbered", "", "Ropery Road", ((14.1, 10.3), (14.3, 9.5), (14.4, 8.8))),
    Planned("Classified Unnumbered", "", "Chapel Street", ((13.2, 11.0), (13.6, 11.0), (14.1, 11.1))),
    Planned("Classified Unnumbered", "", "Hollin Street", ((8.4, 11.9), (8.1, 11.5), (8.0, 11.4),
            (8.3, 10.8))),
    Planned("Classified Unnumbered", "", "Priory Road", ((12.2, 10.2), (11.5, 9.8), (12.3, 8.8),
            (13.0, 8.3))),
    Planned("Classified Unnumbered", "", "Ferry Road", ((13.2, 9.3), (14.0, 9.0), (14.9, 9.2), (15.2, 8.6))),
    Planned("Classified Unnumbered", "", "Quay Street", ((14.1, 10.3), (14.4, 9.8), (15.2, 9.9),
            (15.2, 10.8))),
    Planned("Classified Unnumbered", "", "St Olave's Road", ((12.4, 10.5), (13.2, 11.0), (13.8, 11.9))),
    Planned("Classified Unnumbered", "", "Harbour Road", ((13.8, 11.9), (14.7, 11.3), (15.2, 10.8))),
    Planned("Classified Unnumbered", "", "Garth Lane", ((13.8, 11.9), (13.0, 12.4), (12.3, 12.2),
            (12.4, 10.5))),
    Planned("Classified Unnumbered", "", "Larkbeck Lane", ((16.6, 12.0), (17.2, 11.5), (16.1, 11.3))),
    Planned("Classified Unnumbered", "", "Raven Lane", ((16.6, 12.0), (15.9, 13.0), (15.0, 12.3))),
    Planned("Classified Unnumbered", "", "Mill Lane", ((5.3, 12.6), (4.9, 13.4), (5.6, 13.0), (6.8, 12.9),
                                                      (8.4, 11.9))),
    Planned("Classified Unnumbered", "", "Tenter Lane", ((5.9, 11.3), (4.9, 11.9), (5.3, 12.6))),
    Planned("Classified Unnumbered", "", "Hollin Lane", ((5.9, 11.3), (7.3, 11.1), (8.6, 10.7), (9.6, 10.9),
                                                        (10.4, 11.4))),
    Planned("Classified Unnumbered", "", "Keld Lane", ((3.1, 13.4), (3.9, 14.0), (4.9, 13.4))),
    Planned("Classified Unnumbered", "", "Lodge Lane", ((9.9, 4.9), (10.4, 4.2), (10.5, 3.8), (9.3, 3.2),
                                                       (8.4, 3.4), (8.3, 4.6), (9.0, 5.4), (9.9, 4.9))),
    Planned("Classified Unnumbered", "", "Chase Lane", ((12.0, 6.4), (12.9, 6.6), (13.0, 8.3))),
    Planned("Classified Unnumbered", "", "Sexton Lane", ((9.3, 3.2), (8.0, 1.9), (6.0, 2.6), (6.4, 5.6))),
    Planned("Classified Unnumbered", "", "Heron Lane", ((8.6, 10.7), (9.6, 8.8), (11.5, 9.8))),
    Planned("Classified Unnumbered", "", "Marl Lane", ((6.4, 5.6), (6.9, 7.2), (9.6, 8.8))),
    Planned("Classified Unnumbered", "", "Alder Lane", ((9.0, 5.4), (9.3, 7.2), (12.0, 6.4))),
    Planned("Classified Unnumbered", "", "Dyke Lane", ((14.6, 3.4), (13.6, 4.8), (14.6, 6.3))),
    Planned("Classified Unnumbered", "", "Plover Lane", ((17.5, 5.0), (19.6, 5.9), (18.6, 7.6), (16.3, 7.0))),
    Planned("Classified Unnumbered", "", "Marsh Lane", ((17.5, 5.0), (18.8, 3.6), (15.8, 2.1), (14.6, 3.4))),
    Planned("Classified Unnumbered", "", "Beacon Lane", ((19.2, 14.4), (20.4, 12.9), (19.4, 11.8),
                                                        (17.2, 11.5))),
    Planned("Classified Unnumbered", "", "Links Lane", ((16.4, 14.2), (16.8, 15.6), (19.2, 14.4))),
    Planned("Classified Unnumbered", "", "Fell Lane", ((3.1, 13.4), (1.9, 11.9), (4.8, 9.8))),
    Planned("Classified Unnumbered", "", "Tor Lane", ((9.6, 15.1), (9.9, 16.4), (13.4, 17.0))),
)  # fmt: skip


class Mesh:
    """Points of open country and the ways between neighbours, none across a barrier but at a crossing."""

    def __init__(
        self, room: shapely.Geometry, barriers: Barriers, stops: Floats, rng: np.random.Generator
    ) -> None:
        from scipy.sparse import coo_array

        self.nodes = mesh_points(room, barriers, stops, rng)
        edges = neighbours(self.nodes)
        lines = shapely.linestrings(self.nodes[edges])
        whole = shapely.union_all([barriers.whole, room.boundary])
        shapely.prepare(whole)
        edges = edges[~shapely.intersects(whole, lines)]
        gates = shapely.get_coordinates([crossing.line for crossing in barriers.crossings])
        ends = self.nearest(gates).reshape(-1, 2)
        self.edges = np.unique(np.sort(np.vstack([edges, ends]), axis=1), axis=0)
        span = self.nodes[self.edges[:, 1]] - self.nodes[self.edges[:, 0]]
        middle = self.nodes[self.edges].mean(axis=1)
        lattice = rng.uniform(0.0, 1.0, (256, 256, 2))
        rough = 1.0 + ROUGH * noise(middle, 900.0, lattice)[:, 0] * noise(middle, 400.0, lattice)[:, 1]
        self.cost = np.hypot(*span.T) * rough
        self.used = np.zeros(len(self.edges), dtype=bool)
        self.graph = coo_array(
            (np.arange(len(self.edges)), tuple(self.edges.T)), shape=2 * [len(self.nodes)]
        ).tocsr()
        self.order = self.graph.data
        self.number = {(a, b): k for k, (a, b) in enumerate(self.edges.tolist())}

    def nearest(self, points: Floats) -> Ints:
        """Find the node nearest to each point."""
        found: Ints = shapely.STRtree(shapely.points(self.nodes)).nearest(shapely.points(points))
        return found

    def ways_from(self, starts: Ints) -> tuple[Floats, Ints]:
        """Find what the cheapest way from the nearest start costs, and each node's forerunner on it."""
        from scipy.sparse.csgraph import dijkstra

        cost = np.where(self.used, REUSED, 1.0) * self.cost
        self.graph.data = cost[self.order]
        far, before, _ = dijkstra(
            self.graph, directed=False, indices=starts, return_predecessors=True, min_only=True
        )
        return far, before

    def take(self, here: int, before: Ints) -> list[int]:
        """Follow forerunners back from a node; mark the edges used and return their numbers."""
        way = []
        while before[here] >= 0:
            there = int(before[here])
            way.append(self.number[min(here, there), max(here, there)])
            here = there
        self.used[way] = True
        return way


def mesh_points(
    room: shapely.Geometry, barriers: Barriers, stops: Floats, rng: np.random.Generator
) -> Floats:
    """Scatter points evenly but irregularly, clear of barriers; add stops and the ends of crossings."""
    low, high = np.reshape(room.bounds, (2, 2))
    x, y = np.meshgrid(*(np.arange(a, b, MESH_M) for a, b in zip(low, high, strict=True)))
    points = np.stack([x.ravel(), y.ravel()], axis=1)
    points[:, 0] += np.where((np.round((points[:, 1] - low[1]) / MESH_M) % 2) == 1, MESH_M / 2, 0.0)
    points = np.round(points + rng.uniform(-0.36, 0.36, points.shape) * MESH_M)
    fixed = np.unique(np.vstack([approaches(room, barriers), stops]), axis=0)
    clear = shapely.contains_xy(room, points)
    tree = shapely.STRtree(shapely.points(points))
    clear[tree.query(shapely.get_parts(barriers.whole), "dwithin", CLEAR_M)[1]] = False
    clear[tree.query(shapely.points(fixed), "dwithin", SPACED_M)[1]] = False
    return np.vstack([fixed, points[clear]])


def approaches(room: shapely.Geometry, barriers: Barriers) -> Floats:
    """List the ends of the crossings, and a place before each where there is room for one."""
    gates = shapely.get_coordinates([crossing.line for crossing in barriers.crossings]).reshape(-1, 2, 2)
    along = gates[:, 1] - gates[:, 0]
    along /= np.hypot(*along.T)[:, None]
    before = np.round(np.vstack([gates[:, 0] - APPROACH_M * along, gates[:, 1] + APPROACH_M * along]))
    ways = shapely.linestrings(np.stack([np.vstack([gates[:, 0], gates[:, 1]]), before], axis=1))
    open_ways = shapely.contains(room, ways) & (shapely.distance(ways, barriers.whole) > CLEAR_M - 1.0)
    return np.vstack([gates.reshape(-1, 2), before[open_ways]])


def neighbours(points: Floats) -> Ints:
    """Pair each point with its neighbours in the Delaunay triangulation."""
    corners = shapely.get_parts(shapely.delaunay_triangles(shapely.multipoints(points)))
    rings = shapely.get_coordinates(corners).reshape(-1, 4, 2)[:, :3]
    number = {(x, y): k for k, (x, y) in enumerate(points.tolist())}
    faces = np.asarray([[number[x, y] for x, y in ring] for ring in rings.tolist()])
    pairs = np.vstack([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    return np.unique(np.sort(pairs, axis=1), axis=0)


def lay_main_roads(mesh: Mesh, warp: Warp) -> dict[int, int]:
    """Lay the planned roads in order; returns the road that each used edge of the mesh belongs to."""
    owner: dict[int, int] = {}
    for number, road in enumerate(PLANNED):
        stops = mesh.nearest(warp(plan.to_bng(road.through)))
        for start, goal in pairwise(stops.tolist()):
            _, before = mesh.ways_from(np.array([start]))
            for edge in mesh.take(goal, before):
                owner.setdefault(edge, number)
    return owner


def lay_lanes(mesh: Mesh, stops: Ints, owner: dict[int, int]) -> None:
    """Join each stop to the roads that are there, nearest first; its edges are owned by no planned road."""
    far, _ = mesh.ways_from(np.unique(mesh.edges[mesh.used]))
    ordered = stops[np.lexsort((stops, far[stops]))]
    for first in range(0, len(ordered), BATCH):
        _, before = mesh.ways_from(np.unique(mesh.edges[mesh.used]))
        for stop in ordered[first : first + BATCH].tolist():
            for edge in mesh.take(stop, before):
                owner.setdefault(edge, -1)


def draw(mesh: Mesh, owner: dict[int, int], barriers: Barriers) -> tuple[list[shapely.LineString], list[int]]:
    """Draw the roads between junctions, corners rounded off where no barrier is near.

    Crossings stay as they are. The second list holds the planned road that each is part of, -1 for a lane.
    """
    edges = np.asarray(sorted(owner))
    lines = shapely.linestrings(mesh.nodes[mesh.edges[edges]])
    over = shapely.intersects(lines, barriers.whole)
    drawn = list(lines[over])
    landings = {tuple(corner) for corner in shapely.get_coordinates(lines[over]).tolist()}
    for chain in shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines[~over]))):
        drawn += [round_off(part, barriers.whole) for part in cut_at(chain, landings)]
    nearest = shapely.STRtree(lines).nearest(shapely.line_interpolate_point(drawn, 0.5, normalized=True))
    return drawn, [owner[edge] for edge in edges[nearest].tolist()]


def cut_at(chain: shapely.LineString, stops: set[tuple[float, ...]]) -> list[shapely.LineString]:
    """Cut a line at those of its corners that are stops."""
    corners = [tuple(corner) for corner in shapely.get_coordinates(chain).tolist()]
    cuts = [k for k in range(1, len(corners) - 1) if corners[k] in stops]
    return [shapely.LineString(corners[a : b + 1]) for a, b in pairwise([0, *cuts, len(corners) - 1])]


def round_off(chain: shapely.LineString, barriers: shapely.Geometry) -> shapely.LineString:
    """Round off a chain's corners, unless it would touch a barrier then."""
    points = plan.smooth(np.asarray(chain.simplify(20.0).coords), closed=False, rounds=2)
    smooth = shapely.LineString(np.round(np.asarray(shapely.LineString(points).simplify(4.0).coords)))
    return chain if smooth.intersects(barriers) else smooth
