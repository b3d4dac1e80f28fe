"""Road lines as a graph: split where they join, numbered junctions, and which of them hang together.

Lengths are rounded to `GRAIN_M`, far below what anybody measures. Sums of so rounded lengths are exact in
double precision up to 2,000 km, so a way is as long as the same way back, whichever end it is sought from.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.area_table import CRS

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]
Lines = npt.NDArray[np.object_]

GRAIN_M: Final = 2.0**-32
"""What lengths are rounded to, in metres."""

SAME_M: Final = 0.1
"""Vertices that are the same once rounded to this are one."""

LOOSE_M: Final = 250.0
"""A piece that joins no other road is left out below this length: a cut end, a path inside a park."""

_KEY: Final = 2**32


@dataclass(frozen=True)
class RoadGraph:
    """Junctions and what lies between them.

    Attributes
    ----------
    u, v
        The junctions at both ends of each edge.
    metres
        How long each edge is.
    junctions
        How many junctions there are.
    arcs
        The shortest edge between each two junctions, both ways: one row and one column a junction.
    component
        Which junctions hang together: a number each.
    """

    u: Rows
    v: Rows
    metres: Floats
    junctions: int
    arcs: "csr_array"
    component: Rows


def make_graph(edges: gpd.GeoDataFrame) -> RoadGraph:
    """Make the graph of edges that `split_lines` returned."""
    from scipy.sparse import csgraph, csr_array

    u, v = (edges[end].to_numpy(dtype=np.int64) for end in ("u", "v"))
    metres = edges["metres"].to_numpy(dtype=float)
    count = int(max(u.max(), v.max())) + 1 if len(u) else 0
    apart = u != v
    from_, to = np.concatenate([u[apart], v[apart]]), np.concatenate([v[apart], u[apart]])
    length = np.concatenate([metres[apart]] * 2)
    order = np.lexsort((length, to, from_))
    from_, to, length = from_[order], to[order], length[order]
    first = np.ones(len(from_), dtype=bool)
    first[1:] = (np.diff(from_) != 0) | (np.diff(to) != 0)
    ends = np.concatenate([[0], np.cumsum(np.bincount(from_[first], minlength=count))])
    arcs = csr_array((length[first], to[first], ends), shape=(count, count))
    component = csgraph.connected_components(arcs, directed=False)[1] if count else np.empty(0)
    return RoadGraph(u, v, metres, count, arcs, component.astype(np.int64))


def split_lines(lines: Lines) -> gpd.GeoDataFrame:
    """Split lines wherever they share a vertex, with another or with themselves; nowhere else.

    Where lines merely cross there is a bridge. Neither the order nor the direction of lines changes the
    result, and a line that stands there twice counts once.

    Parameters
    ----------
    lines
        Lines of one part in EPSG:27700, shape `(n,)`.

    Returns
    -------
    geopandas.GeoDataFrame
        One row an edge, indexed 0 to n - 1: `u`, `v` (junctions numbered from 0, `u` no higher than `v`),
        `metres`, and the line from `u` to `v`.
    """
    _, once = np.unique(shapely.to_wkb(shapely.normalize(lines)), return_index=True)
    lines = lines[once]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    rounded = np.round(xy / SAME_M).astype(np.int64)
    _, spot = np.unique(rounded[:, 0] * _KEY + rounded[:, 1], return_inverse=True)
    moved = np.ones(len(spot), dtype=bool)
    moved[1:] = (np.diff(spot) != 0) | (np.diff(line) != 0)
    xy, line, spot = xy[moved], line[moved], spot[moved]
    real = np.bincount(line, minlength=len(lines))[line] > 1
    xy, line, spot = xy[real], line[real], spot[real]
    at_end = np.diff(line, prepend=-1, append=-1) != 0
    joint = np.flatnonzero(at_end[:-1] | at_end[1:] | (np.bincount(spot)[spot] > 1) | _turns(spot))
    same = line[joint[1:]] == line[joint[:-1]]
    return _ordered(xy, spot, joint[:-1][same], joint[1:][same])


def _turns(spot: Rows) -> npt.NDArray[np.bool_]:
    """Say where lines turn back the way they came: there and back is one road."""
    turns = np.zeros(len(spot), dtype=bool)
    turns[1:-1] = spot[:-2] == spot[2:]
    return turns


def _ordered(xy: Floats, spot: Rows, first: Rows, last: Rows) -> gpd.GeoDataFrame:
    """Make an edge of the vertices from each first to its last, each in one direction, in order, once."""
    sizes = last - first + 1
    edge = np.repeat(np.arange(len(first)), sizes)
    vertex = np.arange(len(edge)) - np.repeat(np.cumsum(sizes) - sizes, sizes) + first[edge]
    shapes = shapely.linestrings(xy[vertex], indices=edge) if len(first) else np.empty(0, dtype=object)
    a, b = spot[first], spot[last]
    back = (a > b) | ((a == b) & (spot[first + 1] > spot[last - 1]))
    shapes[back] = shapely.reverse(shapes[back])
    _, ends = np.unique(np.concatenate([np.minimum(a, b), np.maximum(a, b)]), return_inverse=True)
    frame = gpd.GeoDataFrame(
        {
            "u": ends[: len(a)].astype(np.int64),
            "v": ends[len(a) :].astype(np.int64),
            "metres": grained(shapely.length(shapes)),
            "drawn": shapely.to_wkb(shapes),
        },
        geometry=shapes,
        crs=CRS,
    )
    once = frame.sort_values(["u", "v", "drawn"]).drop_duplicates(["u", "v", "drawn"], ignore_index=True)
    return gpd.GeoDataFrame(once.drop(columns="drawn"), geometry="geometry", crs=CRS)


def without_loose(edges: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, int]:
    """Leave out short pieces that join no other road, and count them; the longest piece always stays.

    A home beside such a piece would otherwise be put on it, and get nowhere.
    """
    graph = make_graph(edges)
    piece = graph.component[graph.u]
    metres = np.bincount(piece, graph.metres)
    loose = metres < LOOSE_M
    if loose.any():
        loose[np.argmax(metres)] = False
    kept = edges[~loose[piece]]
    junctions, ends = np.unique(kept[["u", "v"]].to_numpy().ravel(), return_inverse=True)
    u, v = ends.reshape(-1, 2).T.astype(np.int64) if len(junctions) else np.empty((2, 0), dtype=np.int64)
    return kept.assign(u=u, v=v).reset_index(drop=True), int(loose.sum())


def grained(metres: Floats) -> Floats:
    """Round lengths to `GRAIN_M`."""
    rounded: Floats = np.round(metres / GRAIN_M) * GRAIN_M
    return rounded
