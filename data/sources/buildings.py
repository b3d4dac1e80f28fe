"""Points and polygons of a layer of places: where they lie, and which polygons are one place.

The buildings of a hospital are one place, as are the parts of a park.
"""

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from data.sources.boundaries import CRS, locate, mend
from data.sources.coordinates import Located, System, locate_pairs, tell_systems
from data.sources.layer import Layer

NAMED_M: Final = 250.0
UNNAMED_M: Final = 30.0
"""How far apart polygons of one name, and those without a name, may lie and still be one place."""


@dataclass(frozen=True)
class LocatedShapes:
    """Shapes in EPSG:27700, missing where unusable, and a point in each of them."""

    shapes: gpd.GeoSeries
    points: Located


def locate_shapes(layer: Layer, polygons: bool) -> LocatedShapes:
    """Bring the shapes of a layer to EPSG:27700, whatever system their values are in.

    Shapes outside Great Britain are faults of their rows; degrees that are the wrong way round in every row
    are swapped.

    Raises
    ------
    GeographyError
        When the layer mixes systems.
    """
    frame = layer.frame[[layer.frame.geometry.name]]
    filled = ~(frame.geometry.is_empty | frame.geometry.isna())
    sound, faults, notes = _sound_rows(frame[filled], layer)
    kept = frame[filled].loc[sound]
    metres = gpd.GeoSeries(index=frame.index, crs=CRS)
    if len(kept):
        if notes:
            flipped = shapely.transform(kept.geometry.to_numpy(), lambda c: c[:, ::-1])
            kept = gpd.GeoDataFrame(geometry=flipped, index=kept.index)
        located, note = locate(kept, layer)
        mended, mend_note = mend(located) if polygons else (located, "")
        metres.loc[mended.index] = mended.geometry
        notes = (*notes, *(n for n in (note, mend_note) if n))
    drawn = metres[~(metres.isna() | metres.is_empty)]
    inside = drawn.representative_point().reindex(frame.index)
    reasons = faults.reindex(frame.index)
    reasons[inside.isna() & reasons.isna()] = "it has no shape"
    points = pd.DataFrame({"easting_m": inside.x, "northing_m": inside.y}).round(2)
    located_points = Located(points, reasons.astype("string"), tuple(notes))
    return LocatedShapes(metres.where(inside.notna()), located_points)


def _sound_rows(shapes: gpd.GeoDataFrame, layer: Layer) -> tuple[pd.Index, pd.Series, tuple[str, ...]]:
    """Return the rows that lie in Great Britain, the faults of the others, and a note if they are swapped."""
    none = pd.Series(pd.NA, index=shapes.index, dtype="string")
    if shapes.crs is not None and len(shapes):
        x, y = _middles(shapes.to_crs(CRS))
        here = tell_systems(x, y).eq(System.GRID.value).fillna(False).astype(bool)
        if here.any() and here.mean() >= 0.5:
            return shapes.index[here], none.mask(~here, "its coordinates are outside Great Britain"), ()
    located = locate_pairs(*_middles(shapes), layer.path.name, ("x", "y"))
    swapped = tuple(
        "latitude stands before longitude in every shape, and they were swapped"
        for n in located.notes
        if "wrong way round" in n
    )
    return located.frame.dropna().index, located.faults, swapped


def _middles(shapes: gpd.GeoDataFrame) -> tuple[pd.Series, pd.Series]:
    bounds = shapes.bounds.replace([np.inf, -np.inf], np.nan)
    return (bounds["minx"] + bounds["maxx"]) / 2, (bounds["miny"] + bounds["maxy"]) / 2


def group_polygons(shapes: gpd.GeoSeries, names: pd.Series, classes: pd.Series) -> pd.Series:
    """Give polygons that are one place the same value: the position in the file of the first of them.

    Polygons of one name and class form chains with gaps of at most `NAMED_M`. Those without a name form
    chains with gaps of at most `UNNAMED_M`, and a chain that lies as close to a named place of its class is
    part of the nearest.

    Parameters
    ----------
    shapes
        Polygons in EPSG:27700.
    names, classes
        On the same index; missing where unknown.

    Returns
    -------
    pandas.Series
        Text on the index of `shapes`.
    """
    every = shapes.to_numpy()
    name_ids = pd.factorize(names.str.casefold())[0]
    class_ids = pd.factorize(classes)[0]
    named = name_ids >= 0
    near = _pairs_within(every, every, NAMED_M)
    alike = (name_ids[near[0]] == name_ids[near[1]]) & (class_ids[near[0]] == class_ids[near[1]])
    group = _join(len(every), near[:, alike & named[near[0]]])
    bare, known = np.flatnonzero(~named), np.flatnonzero(named)
    close = bare[_pairs_within(every[bare], every[bare], UNNAMED_M)]
    same = class_ids[close[0]] == class_ids[close[1]]
    chains = _join(len(every), close[:, same])
    group[bare] = chains[bare]
    _join_to_named(group, every, bare, known, class_ids)
    index_of = shapes.index.to_numpy()
    return pd.Series([str(index_of[first]) for first in group], index=shapes.index, dtype="string")


def _pairs_within(some: np.ndarray, others: np.ndarray, distance_m: float) -> np.ndarray:
    if not len(some) or not len(others):
        return np.empty((2, 0), dtype="int64")
    return shapely.STRtree(others).query(some, predicate="dwithin", distance=distance_m)


def _join(count: int, pairs: np.ndarray) -> np.ndarray:
    """Return the first member of each chain of pairs, by position."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    graph = coo_array((np.ones(pairs.shape[1], dtype=bool), (pairs[0], pairs[1])), shape=(count, count))
    _, labels = connected_components(graph, directed=False)
    firsts = np.full(count, count)
    np.minimum.at(firsts, labels, np.arange(count))
    return firsts[labels]


def _join_to_named(
    group: np.ndarray, every: np.ndarray, bare: np.ndarray, known: np.ndarray, class_ids: np.ndarray
) -> None:
    """Put each chain of unnamed polygons that lies beside a named place of its class with the nearest."""
    asked, found = _pairs_within(every[bare], every[known], UNNAMED_M)
    pairs = pd.DataFrame({"bare": bare[asked], "known": known[found]})
    pairs = pairs[class_ids[pairs["bare"]] == class_ids[pairs["known"]]]
    if pairs.empty:
        return
    pairs["distance_m"] = shapely.distance(every[pairs["bare"]], every[pairs["known"]])
    pairs["chain"] = group[pairs["bare"]]
    nearest = pairs.sort_values(["distance_m", "known"]).drop_duplicates("chain")
    joined = dict(zip(nearest["chain"], group[nearest["known"]], strict=True))
    group[bare] = [joined.get(chain, chain) for chain in group[bare]]
