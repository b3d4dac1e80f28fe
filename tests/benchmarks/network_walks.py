"""Write a road network, or walk it by ours or by networkx: seconds, memory and the minutes found."""

import json
import resource
import sys
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.area_table import CRS
from geo.road_graph import make_graph, split_lines, without_loose
from geo.roads import Roads, costs_by_roads, nearest_by_roads
from geo.travel import Mode, metres_of, minutes_of
from tests.benchmarks.bench_build import peak_mb
from tests.road_networks import many_streets
from tests.small_builds import provenance

CUTOFF_MIN = 30.0


def write_network(folder: Path, blocks: int, starts: int, places: int) -> dict[str, float]:
    """Write a network with points over it, and return how large it is."""
    edges, _ = without_loose(split_lines(np.array(many_streets(blocks), dtype=object)))
    Roads(edges, provenance("Roads")).save(folder / "roads.parquet")
    west, south, east, north = edges.total_bounds
    rng = np.random.default_rng(1)
    for name, count in (("starts", starts), ("places", places)):
        xy = np.column_stack([rng.uniform(west, east, count), rng.uniform(south, north, count)])
        plain = {"area_code": [f"E{n:08}" for n in range(count)], "weight": 1.0}
        points = gpd.GeoDataFrame(plain, geometry=shapely.points(xy), crs=CRS)
        points.to_parquet(folder / f"{name}.parquet")
    return {"junctions": make_graph(edges).junctions, "edges": len(edges)}


def walk_by_atlas(folder: Path) -> tuple[dict[str, float], np.ndarray]:
    """Ours: from opening the file to the minutes, then again, then the nearest alone."""
    starts, places = gpd.read_parquet(folder / "starts.parquet"), gpd.read_parquet(folder / "places.parquet")
    before = _peak()
    clock = [time.perf_counter()]
    roads = Roads.open(folder / "roads.parquet")
    costs = costs_by_roads(starts, places.geometry, roads, Mode.WALK, CUTOFF_MIN)
    clock.append(time.perf_counter())
    costs_by_roads(starts, places.geometry, roads, Mode.WALK, CUTOFF_MIN)
    clock.append(time.perf_counter())
    nearest_by_roads(starts, places.geometry, roads, Mode.WALK, CUTOFF_MIN)
    clock.append(time.perf_counter())
    first, again, nearest = np.diff(clock)
    found = np.column_stack([costs.start, costs.place, costs.minutes])
    return {"first": first, "again": again, "nearest": nearest, "mb": _peak() - before}, found


def walk_by_networkx(folder: Path) -> tuple[dict[str, float], np.ndarray]:
    """The peer: the same edges and the same points put on them, a search from each start."""
    import networkx as nx

    starts, places = gpd.read_parquet(folder / "starts.parquet"), gpd.read_parquet(folder / "places.parquet")
    roads = Roads.open(folder / "roads.parquet")
    of_starts, of_places = roads.snap(starts.geometry), roads.snap(places.geometry)
    before = _peak()
    clock = [time.perf_counter()]
    graph = nx.Graph()
    edges = roads.edges
    graph.add_weighted_edges_from(zip(edges["u"], edges["v"], edges["metres"], strict=True))
    for letter, snaps in (("s", of_starts), ("p", of_places)):
        for n in snaps.on:
            edge, off = edges.iloc[snaps.edge[n]], snaps.off_m[n] * 1.3
            graph.add_edge(f"{letter}{n}", edge["u"], weight=off + snaps.along_m[n])
            graph.add_edge(f"{letter}{n}", edge["v"], weight=off + edge["metres"] - snaps.along_m[n])
    clock.append(time.perf_counter())
    found = []
    limit = metres_of(CUTOFF_MIN, Mode.WALK)
    for s in of_starts.on:
        near = nx.single_source_dijkstra_path_length(graph, f"s{s}", cutoff=limit)
        found += [(s, int(n[1:]), m) for n, m in near.items() if isinstance(n, str) and n[0] == "p"]
    clock.append(time.perf_counter())
    nx.multi_source_dijkstra_path_length(graph, {f"p{n}" for n in of_places.on}, cutoff=limit)
    clock.append(time.perf_counter())
    made, walked, nearest = np.diff(clock)
    apart = [pair for pair in found if of_starts.edge[pair[0]] != of_places.edge[pair[1]]]
    rows = np.array(sorted(apart))  # two points on one edge would have to be put on it together
    rows[:, 2] = minutes_of(rows[:, 2], Mode.WALK)
    return {"first": made + walked, "again": walked, "nearest": nearest, "mb": _peak() - before}, rows


def _peak() -> float:
    return peak_mb(resource.getrusage(resource.RUSAGE_SELF))


def main(what: str, folder: Path, *sizes: int) -> None:
    """Do one of the three, and leave its figures in the folder."""
    if what == "write":
        figures = write_network(folder, *sizes)
    else:
        figures, found = {"atlas": walk_by_atlas, "networkx": walk_by_networkx}[what](folder)
        np.save(folder / f"{what}.npy", found)
    (folder / f"{what}.json").write_text(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *map(int, sys.argv[3:]))
