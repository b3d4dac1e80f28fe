"""The land: output areas with natural borders that neighbours share exactly.

Cells nearest to scattered homes are cut by the river, their edges densified and bent by smooth
noise, and all corners rounded to whole metres before polygons are formed. Neighbours are built from
the same lines, so there is neither gap nor overlap.
"""

from collections import defaultdict
from itertools import pairwise

import numpy as np
import shapely

from data.demo import plan
from data.demo.plan import Floats, Ints

OCTAVES = ((2900.0, 320.0), (1200.0, 190.0), (560.0, 120.0), (250.0, 52.0))
"""Wavelength and amplitude in metres. Amplitudes stay well under the wavelength, so nothing folds over."""
STEP_M = 45.0
WET_M = 15.0
CANDIDATES = 90_000

Edge = tuple[tuple[float, float], tuple[float, float]]
Borders = dict[int, dict[int, float]]


def noise(points: Floats, wavelength_m: float, values: Floats) -> Floats:
    """Interpolate smoothly between random lattice values, shape (n, 2)."""
    scaled = (points - np.asarray(plan.ORIGIN) + 8000.0) / wavelength_m
    low = np.floor(scaled).astype(np.int64)
    part = scaled - low
    ease = (part * part * (3.0 - 2.0 * part))[:, :, None]
    x, y = low.T % len(values)
    right, up = (x + 1) % len(values), (y + 1) % len(values)
    bottom = values[x, y] * (1 - ease[:, 0]) + values[right, y] * ease[:, 0]
    top = values[x, up] * (1 - ease[:, 0]) + values[right, up] * ease[:, 0]
    mixed: Floats = bottom * (1 - ease[:, 1]) + top * ease[:, 1]
    return mixed


class Warp:
    """A smooth displacement of the plane that makes straight edges wander."""

    def __init__(self, rng: np.random.Generator, octaves: tuple[tuple[float, float], ...] = OCTAVES) -> None:
        self.layers = [(w, a, rng.uniform(-1.0, 1.0, (256, 256, 2))) for w, a in octaves]

    def __call__(self, points: Floats) -> Floats:
        """Displace points and round them to whole metres."""
        moved = points.copy()
        for wavelength_m, amplitude_m, values in self.layers:
            moved += amplitude_m * noise(points, wavelength_m, values)
        rounded: Floats = np.round(moved)
        return rounded

    def line(self, line: shapely.LineString) -> shapely.LineString:
        """Densify a line and displace it."""
        return shapely.transform(shapely.segmentize(line, STEP_M), self)


def scatter_seeds(rng: np.random.Generator) -> Floats:
    """Scatter one seed for each output area, dense where homes are, with even spacing (Lloyd 1982)."""
    low, high = np.reshape(plan.outline().bounds, (2, 2))
    points = rng.uniform(low, high, (CANDIDATES, 2))
    points = points[shapely.contains_xy(plan.outline().buffer(-60.0), points)]
    homes = plan.homes_at(points)
    pool = points[rng.random(len(points)) < (homes / homes.max()) ** 1.5]
    seeds = pool[: plan.OUTPUT_AREAS]
    for _ in range(5):
        nearest = shapely.STRtree(shapely.points(seeds)).nearest(shapely.points(pool))
        count = np.maximum(np.bincount(nearest, minlength=len(seeds)), 1)
        seeds = np.stack(
            [np.bincount(nearest, pool[:, k], minlength=len(seeds)) / count for k in (0, 1)], axis=1
        )
    return seeds


def cut_faces(seeds: Floats, warp: Warp) -> list[shapely.Polygon]:
    """Cut the outline into faces along the borders between seeds and along the river."""
    shape = plan.outline()
    cells = shapely.voronoi_polygons(
        shapely.MultiPoint(seeds), extend_to=shape.buffer(500.0), only_edges=True
    )
    whole = shapely.union_all([cells, shape.exterior, plan.river()], grid_size=1.0)
    bent = [warp.line(line) for line in shapely.get_parts(whole)]
    lines = shapely.union_all([line for line in bent if line.length > 0], grid_size=1.0)
    faces = shapely.get_parts(shapely.polygonize([lines]))
    coast = shapely.transform(shapely.segmentize(shape, STEP_M / 4), warp)
    inside = shapely.contains(coast, shapely.point_on_surface(faces))
    return list(faces[inside])


def edges_of(polygon: shapely.Polygon) -> set[Edge]:
    """List a polygon's edges, each with its ends in a fixed order."""
    edges = set()
    for ring in (polygon.exterior, *polygon.interiors):
        corners = [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)]
        edges |= {(min(a, b), max(a, b)) for a, b in pairwise(corners)}
    return edges


def shared_borders(polygons: list[shapely.Polygon], water: shapely.LineString) -> Borders:
    """Measure the border that each polygon shares with each neighbour, in metres.

    Border that runs along the water counts for a thousandth: people there are not each other's neighbours.
    """
    owners: dict[Edge, list[int]] = defaultdict(list)
    for number, polygon in enumerate(polygons):
        for edge in edges_of(polygon):
            owners[edge].append(number)
    shared = sorted((edge, pair) for edge, pair in owners.items() if len(pair) == 2)
    ends = np.asarray([edge for edge, _ in shared])
    length = np.hypot(*(ends[:, 0] - ends[:, 1]).T)
    wet = shapely.distance(shapely.points(ends.mean(axis=1)), water) < WET_M
    borders: Borders = {number: {} for number in range(len(polygons))}
    for (_, (a, b)), metres in zip(shared, np.where(wet, length / 1000.0, length).tolist(), strict=True):
        borders[a][b] = borders[a].get(b, 0.0) + metres
        borders[b][a] = borders[a][b]
    return borders


def dissolve(polygons: list[shapely.Polygon], labels: Ints) -> list[shapely.Polygon]:
    """Unite the polygons of each label; labels run from 0 without gaps."""
    parts = np.asarray(polygons, dtype=object)
    united = [shapely.coverage_union_all(parts[labels == label]) for label in range(int(labels.max()) + 1)]
    return [shapely.orient_polygons(shapely.normalize(shape)) for shape in united]


def home_seeds(faces: list[shapely.Polygon], seeds: Floats, water: shapely.LineString) -> Ints:
    """Give each face the seed it holds; a face cut off by the river joins a neighbour on its own bank."""
    owner = np.full(len(faces), -1, dtype=np.int64)
    face, seed = shapely.STRtree(shapely.points(seeds)).query(faces, predicate="contains")
    owner[face] = seed
    borders = shared_borders(faces, water)
    while (owner < 0).any():
        for number in np.flatnonzero(owner < 0):
            known = {b: metres for b, metres in borders[int(number)].items() if owner[b] >= 0}
            if known:
                owner[number] = owner[max(known, key=lambda b: (known[b], -b))]
    return owner


def bent_river(warp: Warp) -> shapely.LineString:
    """Draw the river as it runs once the land is bent."""
    return shapely.transform(shapely.segmentize(plan.river(), STEP_M / 4), warp)


def make_output_areas(rng: np.random.Generator) -> tuple[list[shapely.Polygon], Warp]:
    """Make the output areas, and the warp that bends everything else with them."""
    warp = Warp(rng)
    seeds = scatter_seeds(rng)
    faces = cut_faces(seeds, warp)
    owner = home_seeds(faces, warp(seeds), bent_river(warp))
    _, labels = np.unique(owner, return_inverse=True)
    return dissolve(faces, labels), warp
