"""The roads of Northmere in the layout of OS Open Roads: links that share their junctions exactly."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.demo import crossings, network, plan, road_names, routes, streets
from data.demo.codes import BRITISH_GRID, Borough
from data.demo.crossings import Barriers
from data.demo.land import Warp
from data.demo.plan import Floats

ISLAND: Final = "Gannet Holm"
ISLAND_WARD: Final = "Gannet Point"
ISLAND_KM: Final = (20.9, 15.9)
"""About where the islet lies off the point; the homes nearest to it are cut off."""
COAST_M: Final = 14.0
ISLAND_REACH_M: Final = 500.0
TOWN_HOMES: Final = 8
NEAR_M: Final = 300.0
"""A postcode is in a town when so many others are so near."""
PART_M: Final = 6.0
NO_ROAD: Final = -2
THINNED: Final = 0.6
FUNCTIONS: Final = {
    "A Road": "A Road",
    "B Road": "B Road",
    "Classified Unnumbered": "Minor Road",
    "Unclassified": "Local Road",
}
CRS: Final = '{"type":"name","properties":{"name":"urn:ogc:def:crs:EPSG::27700"}}'


@dataclass(frozen=True)
class Roads:
    """The road network and what was built into it.

    ``links`` has the columns of OS Open Roads that Northmere fills and lines in EPSG:27700; ``island`` is
    the postcodes whose roads join no others.
    """

    links: gpd.GeoDataFrame
    barriers: Barriers
    island: list[str]


@dataclass(frozen=True)
class Laid:
    """Roads as laid: lines between junctions, main roads with the planned road of each, and barriers."""

    lines: list[shapely.LineString]
    main: list[shapely.LineString]
    roads: list[int]
    barriers: Barriers


def in_town(places: Floats) -> np.ndarray:
    """Tell which postcodes stand among many others."""
    points = shapely.points(places)
    here, _ = shapely.STRtree(points).query(points, predicate="dwithin", distance=NEAR_M)
    crowded: np.ndarray = np.bincount(here, minlength=len(places)) > TOWN_HOMES
    return crowded


def on_island(homes: pd.DataFrame, warp: Warp) -> np.ndarray:
    """Tell which postcodes of the point lie nearest to its tip, and near one another."""
    places = homes[["x", "y"]].to_numpy(dtype=np.float64)
    tip = warp(plan.to_bng((ISLAND_KM,)))[0]
    far = np.hypot(*(places - tip).T) + np.where(homes["ward"] == ISLAND_WARD, 0.0, np.inf)
    near = np.hypot(*(places - places[int(far.argmin())]).T) <= ISLAND_REACH_M
    found: np.ndarray = near & np.isfinite(far)
    return found


def island_roads(places: Floats) -> list[shapely.LineString]:
    """Lay one road past the homes of the island, from west to east and on to its landing."""
    ordered = places[np.lexsort((places[:, 1], places[:, 0]))]
    landing = ordered[-1] + np.array([90.0, 40.0])
    return [shapely.LineString(np.vstack([ordered[:1] - [60.0, 25.0], ordered, landing]))]


def hearts(zone: shapely.Geometry, places: Floats) -> Floats:
    """Pick the postcode nearest to the middle of each part of the built-up land, for a road to lead to."""
    middles = shapely.centroid(shapely.get_parts(zone))
    return places[np.unique(shapely.STRtree(shapely.points(places)).nearest(middles))]


def lay(borough: Borough, warp: Warp, places: Floats, away: np.ndarray, rng: np.random.Generator) -> Laid:
    """Lay every road: main roads and lanes, then streets, then the closes that are still missing."""
    ashore, town = places[~away], in_town(places[~away])
    barriers = crossings.build_barriers(borough, warp)
    sea = shapely.union_all(shapely.buffer(shapely.points(places[away]), 260.0))
    room = borough.council.buffer(-COAST_M).difference(sea)
    zone = streets.town_zone(ashore[town], room)
    stops = np.vstack([ashore[~town], hearts(zone, ashore[town])])
    mesh = routes.Mesh(room, barriers, stops, rng)
    owner = routes.lay_main_roads(mesh, warp)
    routes.lay_lanes(mesh, mesh.nearest(stops), owner)
    main, roads = routes.draw(mesh, owner, barriers)
    whole = shapely.union_all(main, grid_size=1.0)
    rows = streets.lay_streets(zone, whole, barriers.whole, rng)
    kept = whole.buffer(1.5)
    lines = network.trim(network.node([*rows, *main]), ashore, kept)
    lines = network.join_pieces(lines, ashore, barriers.whole)
    lines = network.trim(network.thin(lines, ashore, kept, THINNED, rng), ashore, kept)
    lines = network.add_spurs(lines, ashore, barriers.whole, room)
    lines = network.blunt(lines, barriers.whole)
    return Laid([*lines, *island_roads(places[away])], main, roads, barriers)


def classify(
    lines: list[shapely.LineString], main: list[shapely.LineString], roads: list[int]
) -> list[int | None]:
    """Find which planned road each line is part of: -1 for a lane, None for a street."""
    along = shapely.points(network.points_along(lines))
    nearest = shapely.STRtree(main).nearest(along.ravel()).reshape(along.shape)
    near = shapely.distance(along, np.asarray(main)[nearest]) < PART_M
    own = np.where(near, np.asarray(roads)[nearest], NO_ROAD)
    most = [Counter(row).most_common(1)[0] for row in own.tolist()]
    return [road if road != NO_ROAD else None for road, _ in most]


def build(borough: Borough, warp: Warp, homes: pd.DataFrame, rng: np.random.Generator) -> Roads:
    """Build the network; ``homes`` has postcode, x, y, ward and street."""
    away = on_island(homes, warp)
    laid = lay(borough, warp, homes[["x", "y"]].to_numpy(dtype=np.float64), away, rng)
    lines, barriers = laid.lines, laid.barriers
    planned = classify(lines, laid.main, laid.roads)
    both = network.ends(lines)
    nodes = {node: f"N{k + 1:05d}" for k, node in enumerate(sorted({n for pair in both for n in pair}))}
    names = road_names.name_streets(lines, planned, homes)
    rows = []
    for k, (line, road, (start, end)) in enumerate(zip(lines, planned, both, strict=True)):
        plan_of = routes.PLANNED[road] if road is not None and road >= 0 else None
        kind = plan_of.road_class if plan_of else "Unclassified"
        rows.append(
            {
                "id": f"L{k + 1:05d}",
                "road_classification": kind,
                "road_function": "Minor Road" if road == -1 else FUNCTIONS[kind],
                "form_of_way": "Single Carriageway",
                "road_classification_number": plan_of.number if plan_of else "",
                "name_1": names[k],
                "length": round(line.length),
                "start_node": nodes[start],
                "end_node": nodes[end],
            }
        )
    links = gpd.GeoDataFrame(rows, geometry=lines, crs=BRITISH_GRID)
    whole = shapely.union_all(lines)
    used = tuple(c for c in barriers.crossings if shapely.dwithin(whole, c.line, 0.5))
    return Roads(links, replace(barriers, crossings=used), homes["postcode"][away].tolist())


def write(path: Path, links: gpd.GeoDataFrame) -> Path:
    """Write links as GeoJSON on the National Grid, one a line, whole metres, without what is empty."""
    features = []
    for values, line in zip(links.drop(columns="geometry").to_dict("records"), links.geometry, strict=True):
        filled = json.dumps({k: v for k, v in values.items() if v != ""}, separators=(",", ":"))
        corners = json.dumps(shapely.get_coordinates(line).astype(int).tolist(), separators=(",", ":"))
        features.append(
            f'{{"type":"Feature","properties":{filled},"geometry":{{"type":"LineString","coordinates":{corners}}}}}'
        )
    head = f'{{"type":"FeatureCollection","name":"road_link","crs":{CRS},"features":[\n'
    path.write_bytes((head + ",\n".join(features) + "\n]}\n").encode())
    return path
