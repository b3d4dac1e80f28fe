"""Neighbours as positions in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from libpysal.graph import Graph

Positions = npt.NDArray[np.intp]


def neighbour_pairs(beside: Graph, codes: pd.Index) -> tuple[Positions, Positions]:
    """Return every pair of neighbours among some codes, both ways, as their positions there.

    Parameters
    ----------
    beside
        Which areas lie beside which: see `geo.neighbours.neighbours_of`.
    codes
        Codes, each once; neighbours that are not among them are left out, and so is an area beside itself.
    """
    place = pd.Series(np.arange(len(codes)), index=codes)
    pairs = beside.adjacency.index
    one, other = (
        place.reindex(pairs.get_level_values(name)).to_numpy(dtype="float64")
        for name in ("focal", "neighbor")
    )
    kept = ~(np.isnan(one) | np.isnan(other)) & (one != other)
    return one[kept].astype(np.intp), other[kept].astype(np.intp)
