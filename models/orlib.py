"""A p-median instance of the OR-Library as a choice of sites: each vertex is a point and a candidate."""

import numpy as np

from data.orlib import MedianGraph
from models.siting import Floats, Rules, Siting


def ways_between(graph: MedianGraph) -> Floats:
    """Return the length of the shortest path between each two vertices, one row and one column a vertex."""
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import dijkstra

    size = (graph.vertices, graph.vertices)
    edges = csr_array((graph.length, (graph.ends[:, 0], graph.ends[:, 1])), shape=size)
    return np.asarray(dijkstra(edges, directed=False))


def siting_of_graph(graph: MedianGraph) -> Siting:
    """Return the problem of the vertices from which the ways of all vertices are shortest together."""
    return Siting.of_table(ways_between(graph), Rules(most=graph.chosen))
