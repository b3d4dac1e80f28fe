"""Colours for patches: as few as it takes for no two side by side to have the same."""

import geopandas as gpd
import pandas as pd

from geo.neighbours import neighbours_of
from models.neighbour_pairs import neighbour_pairs


def colours_of(patches: pd.Series, geometry: gpd.GeoSeries) -> pd.Series:
    """Return a colour for each area by its patch, a number from 0: neighbouring patches have different ones.

    Parameters
    ----------
    patches
        The patch of each area, index area code; missing where it is in none.
    geometry
        The shapes of the areas.
    """
    known = patches.dropna()
    one, other = neighbour_pairs(neighbours_of(geometry), known.index)
    pairs = pd.DataFrame({"one": known.to_numpy()[one], "other": known.to_numpy()[other]})
    beside = pairs[pairs["one"] != pairs["other"]].drop_duplicates().groupby("one")["other"].agg(list)
    colours: dict[int, int] = {}
    for patch in sorted(known.unique(), key=lambda patch: (-len(beside.get(patch, [])), patch)):
        taken = {colours[near] for near in beside.get(patch, []) if near in colours}
        colours[patch] = next(colour for colour in range(len(taken) + 1) if colour not in taken)
    return patches.map(colours)
