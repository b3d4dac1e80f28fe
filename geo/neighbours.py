"""Which areas lie beside which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np

if TYPE_CHECKING:
    from libpysal.graph import Graph


def neighbours_of(geometry: gpd.GeoSeries) -> Graph:
    """Return which areas touch, in a side or in a corner (queen contiguity).

    Touching is told by the geometry and not by shared corners, so that generalised boundaries, whose corners
    need not coincide, lose no neighbour. Areas that overlap by a sliver count as touching.

    Parameters
    ----------
    geometry
        Polygons in EPSG:27700, index area code, in any order.

    Returns
    -------
    libpysal.graph.Graph
        Weights of 1, both ways, the areas in order of their codes. An area that touches none is kept, as an
        isolate: its weight is 0.

    Examples
    --------
    >>> from shapely import box
    >>> row = gpd.GeoSeries({"a": box(0, 0, 1, 1), "b": box(1, 0, 2, 1), "c": box(5, 0, 6, 1)})
    >>> graph = neighbours_of(row)
    >>> list(graph["a"].index), list(graph.isolates)
    (['b'], ['c'])
    """
    from libpysal.graph import Graph

    ordered = geometry.sort_index()
    one, other = ordered.sindex.query(ordered, predicate="intersects")
    apart = one != other
    alone = np.setdiff1d(np.arange(len(ordered)), one[apart])
    focal, neighbour = np.append(one[apart], alone), np.append(other[apart], alone)
    place = np.lexsort((neighbour, focal))
    focal, neighbour = focal[place], neighbour[place]
    codes = ordered.index.to_numpy()
    return Graph.from_arrays(codes[focal], codes[neighbour], (focal != neighbour).astype(float))
