"""Points put on roads, and the shortest ways between them along the roads."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.road_graph import Floats, RoadGraph, Rows, grained

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SNAP_MOST_M: Final = 500.0
"""A point that lies further from every road is not put on one."""

CHUNK_BYTES: Final = 32_000_000
"""How much the distances that are held at once may take."""


@dataclass(frozen=True)
class Snaps:
    """Where points are on the roads.

    Attributes
    ----------
    edge
        The edge that is nearest to each point, -1 where none is within `SNAP_MOST_M`.
    along_m
        How far from its junction `u` the nearest spot on it is.
    off_m
        How far the point lies from it, in a straight line; missing where there is none.
    """

    edge: Rows
    along_m: Floats
    off_m: Floats

    @cached_property
    def on(self) -> Rows:
        """The positions of the points that are on a road."""
        return np.flatnonzero(self.edge >= 0)


@dataclass(frozen=True)
class Ways:
    """The shortest ways that are short enough: positions of both points, and metres."""

    from_: Rows
    to: Rows
    metres: Floats


def snap(points: npt.NDArray[np.object_], shapes: npt.NDArray[np.object_], tree: shapely.STRtree) -> Snaps:
    """Put points on the nearest spot of the nearest edge; of those equally near on the first.

    Parameters
    ----------
    points
        Points in EPSG:27700.
    shapes
        The lines of the edges.
    tree
        The same lines.
    """
    edge = np.full(len(points), -1, dtype=np.int64)
    along, off = np.zeros(len(points)), np.full(len(points), np.nan)
    if not len(shapes):
        return Snaps(edge, along, off)
    asked, found = tree.query_nearest(points, max_distance=SNAP_MOST_M)
    order = np.lexsort((found, asked))
    mine, first = np.unique(asked[order], return_index=True)
    edge[mine] = found[order][first]
    lines = shapes[edge[mine]]
    along[mine] = shapely.line_locate_point(lines, points[mine])
    off[mine] = shapely.distance(lines, points[mine])
    return Snaps(edge, along, off)


@dataclass(frozen=True)
class Entered:
    """Points on a graph: the junctions at both ends of their edges, and how far those are from each.

    Attributes
    ----------
    at
        The positions of the points among all that were put on roads.
    edge
        The edge of each.
    off_m, along_m
        The way to the road, and along it from the junction `u`.
    u, v
        The junctions at both ends.
    to_u, to_v
        How far they are, the way to the road included.
    """

    at: Rows
    edge: Rows
    off_m: Floats
    along_m: Floats
    u: Rows
    v: Rows
    to_u: Floats
    to_v: Floats


def enter(snaps: Snaps, graph: RoadGraph, detour: float) -> Entered:
    """Return the points that are on a road, their ways to it lengthened by a detour."""
    edge = snaps.edge[snaps.on]
    off = grained(snaps.off_m[snaps.on] * detour)
    length = graph.metres[edge]
    along = np.clip(grained(snaps.along_m[snaps.on]), 0.0, length)
    return Entered(
        snaps.on, edge, off, along, graph.u[edge], graph.v[edge], off + along, off + (length - along)
    )


def ways_between(graph: RoadGraph, from_: Entered, to: Entered, limit_m: float) -> Ways:
    """Find the shortest ways from points to points that are no longer than a limit.

    Dijkstra's method from each point of the shorter list; both give the same metres.
    """
    if len(to.at) < len(from_.at):
        back = ways_between(graph, to, from_, limit_m)
        return Ways(back.to, back.from_, back.metres)
    parts = list(_in_chunks(graph, from_, to, limit_m)) if len(from_.at) else []
    if not parts:
        return Ways(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))
    start, end, metres = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Ways(from_.at[start], to.at[end], metres)


def nearest_way(graph: RoadGraph, from_: Entered, to: Entered, limit_m: float) -> Floats:
    """Return how far the nearest of some points is from each point, in metres; infinite beyond a limit."""
    from scipy.sparse import csgraph

    nearest = np.full(len(from_.at), np.inf)
    if not len(from_.at) or not len(to.at):
        return nearest
    new = graph.junctions + np.arange(len(to.at))
    there = csgraph.dijkstra(_with_points(graph, to), indices=new, limit=limit_m, min_only=True)
    nearest = np.minimum(there[from_.u] + from_.to_u, there[from_.v] + from_.to_v)
    beside = _on_one_edge(from_, to)
    np.minimum.at(nearest, beside["from_"].to_numpy(), beside["metres"].to_numpy())
    return np.where(nearest <= limit_m, nearest, np.inf)


def _in_chunks(
    graph: RoadGraph, from_: Entered, to: Entered, limit_m: float
) -> Iterator[tuple[Rows, Rows, Floats]]:
    """Seek from as many points at once as fit into `CHUNK_BYTES`."""
    from scipy.sparse import csgraph

    arcs = _with_points(graph, from_)
    beside = _on_one_edge(from_, to)
    beside_from, beside_to, direct = (beside[c].to_numpy() for c in ("from_", "to", "metres"))
    at_once = max(1, CHUNK_BYTES // (8 * (arcs.shape[0] + 2 * len(to.at))))
    for first in range(0, len(from_.at), at_once):
        mine = np.arange(first, min(first + at_once, len(from_.at)))
        there = csgraph.dijkstra(arcs, indices=graph.junctions + mine, limit=limit_m)
        metres = np.minimum(there[:, to.u] + to.to_u, there[:, to.v] + to.to_v)
        low, high = np.searchsorted(beside_from, [mine[0], mine[-1] + 1])
        spots = beside_from[low:high] - first, beside_to[low:high]
        metres[spots] = np.minimum(metres[spots], direct[low:high])
        row, column = np.nonzero(metres <= limit_m)
        yield mine[row], column, metres[row, column]


def _with_points(graph: RoadGraph, points: Entered) -> "csr_array":
    """Return the arcs with a further junction for each point, which leads to both ends of its edge.

    No arc leads back, so that no way passes through a point.
    """
    from scipy.sparse import csr_array

    arcs, count = graph.arcs, graph.junctions + len(points.at)
    loop = points.u == points.v
    to_u = np.where(loop, np.minimum(points.to_u, points.to_v), points.to_u)
    kept = np.column_stack([np.ones(len(loop), dtype=bool), ~loop])
    ends = np.column_stack([points.u, points.v])[kept]
    metres = np.column_stack([to_u, points.to_v])[kept]
    rows = np.concatenate([arcs.indptr, arcs.indptr[-1] + np.cumsum(kept.sum(axis=1))])
    parts = np.concatenate([arcs.data, metres]), np.concatenate([arcs.indices, ends]), rows
    return csr_array(parts, shape=(count, count))


def _on_one_edge(from_: Entered, to: Entered) -> pd.DataFrame:
    """Return the direct ways between points on one edge, sorted by the first: `from_`, `to`, `metres`."""
    ours = pd.DataFrame({"edge": from_.edge, "from_": np.arange(len(from_.at))})
    theirs = pd.DataFrame({"edge": to.edge, "to": np.arange(len(to.at))})
    pairs = ours.merge(theirs, on="edge").sort_values(["from_", "to"], ignore_index=True)
    a, b = pairs["from_"].to_numpy(), pairs["to"].to_numpy()
    along = np.abs(from_.along_m[a] - to.along_m[b])
    return pairs.assign(metres=from_.off_m[a] + along + to.off_m[b])
