"""Where people set out from: one point an area where its homes stand close, several where they are apart."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.area_table import CRS, AreaTable
from geo.places import find_areas

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

SPREAD_M: Final = 400.0
"""How far from their middle the homes of one point may lie, as a root mean square in metres."""

MOST_STARTS: Final = 8
"""How many points an area has at most."""

COLUMNS: Final = ("area_code", "weight")


def starts_of(
    areas: AreaTable, postcode_points: gpd.GeoSeries, held: pd.Series | None = None
) -> gpd.GeoDataFrame:
    """Return the points that the people of each area set out from, weighted by its live postcodes.

    For as long as an area has a part whose postcodes are spread wider than `SPREAD_M`, and fewer than
    `MOST_STARTS` parts, one of these is cut in two: that whose squared distances from its middle add up to
    most, across its longer side, where those of its halves add up to least (Ward's criterion). The point of
    a part is the postcode nearest to its middle, so that it lies where people live.

    Parameters
    ----------
    areas
        The areas.
    postcode_points
        Live postcodes, one point each, in EPSG:27700.
    held
        The area that each lies in, as `geo.places.find_areas` finds it; looked for when not given.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a point, indexed 0 to n - 1, sorted by area and then from west to east: `area_code`;
        `weight`, its share of the area's postcodes, which add up to 1 in each area; points in EPSG:27700.
        An area without a postcode has one point inside its polygon.
    """
    if held is None:
        held = find_areas(postcode_points, areas.frame.geometry)
    area = areas.frame.index.get_indexer(held.to_numpy(dtype=object))
    xy = np.column_stack([postcode_points.x.to_numpy(), postcode_points.y.to_numpy()])
    order = np.lexsort((xy[:, 1], xy[:, 0], area))
    order = order[np.searchsorted(area[order], 0) :]
    area, xy = area[order], xy[order]
    part = _parted(area, xy)
    first = _middles(part, xy)
    homes = np.bincount(area, minlength=len(areas.frame))
    found = pd.DataFrame(
        {
            "area": area[first],
            "weight": np.bincount(part) / homes[area[first]],
            "x": xy[first, 0],
            "y": xy[first, 1],
        }
    )
    empty = np.flatnonzero(homes == 0)
    middle = areas.frame.geometry.iloc[empty].representative_point()
    alone = pd.DataFrame({"area": empty, "weight": 1.0, "x": middle.x.array, "y": middle.y.array})
    plain = pd.concat([found, alone]).sort_values(["area", "x", "y"], ignore_index=True)
    plain["area_code"] = areas.frame.index[plain["area"]].astype("str")
    points = gpd.GeoSeries.from_xy(plain["x"], plain["y"], crs=CRS)
    return gpd.GeoDataFrame(plain[list(COLUMNS)], geometry=points, crs=CRS)


def describe_starts(starts: gpd.GeoDataFrame) -> str:
    """Say how many points the people of how many areas set out from, and where they lie."""
    areas = starts["area_code"].nunique()
    return f"{len(starts):,} points in {areas:,} areas: at live postcodes, or inside an area that has none"


def _parted(area: Rows, xy: Floats) -> Rows:
    """Return the part that each home belongs to, numbered from 0 on; no part is in two areas.

    Parameters
    ----------
    area
        The position of each home's area.
    xy
        Where it is, in metres.
    """
    of_area, part = np.unique(area, return_inverse=True)
    for _ in range(MOST_STARTS - 1):
        apart, homes = _squares(part, xy), np.bincount(part)
        wide = np.flatnonzero(apart > SPREAD_M**2 * homes)
        if not len(wide):
            break
        most = wide[np.lexsort((wide, -apart[wide], of_area[wide]))]
        chosen = np.sort(most[np.diff(of_area[most], prepend=-1) > 0])
        further = _cut(part, xy, chosen)
        part[further] = len(of_area) + np.searchsorted(chosen, part[further])
        of_area = np.concatenate([of_area, of_area[chosen]])
    return part


def _cut(part: Rows, xy: Floats, chosen: Rows) -> Rows:
    """Cut each of the chosen parts in two across its longer side; return the homes of its further half."""
    mine = np.flatnonzero(np.isin(part, chosen))
    mine = mine[np.argsort(part[mine], kind="stable")]
    group = np.searchsorted(chosen, part[mine])
    first = np.flatnonzero(np.diff(group, prepend=-1))
    low, high = (extreme.reduceat(xy[mine], first) for extreme in (np.minimum, np.maximum))
    upright = np.argmax(high - low, axis=1)[group] == 1
    along = np.where(upright[:, None], xy[mine][:, ::-1], xy[mine])
    order = np.lexsort((along[:, 1], along[:, 0], group))
    mine, along = mine[order], along[order]
    apart = along - _means(group, along)
    run = np.cumsum(apart, axis=0)
    run -= (run - apart)[first][group]
    before = np.arange(1, len(mine) + 1) - first[group]
    after = np.bincount(group)[group] - before
    gain = np.divide(_squared(run), before * after, out=np.full(len(mine), -1.0), where=after > 0)
    best = np.flatnonzero(gain == np.maximum.reduceat(gain, first)[group])
    last = best[np.diff(group[best], prepend=-1) > 0]
    return mine[np.arange(len(mine)) > last[group]]


def _squares(part: Rows, xy: Floats) -> Floats:
    """Add up the squared distances of each part's homes from their mean."""
    return np.asarray(np.bincount(part, weights=_squared(xy - _means(part, xy))), dtype=np.float64)


def _squared(vectors: Floats) -> Floats:
    squares: Floats = np.einsum("ij,ij->i", vectors, vectors)
    return squares


def _means(part: Rows, xy: Floats) -> Floats:
    """Return for each home the mean of its part."""
    homes = np.bincount(part)
    sums = [np.bincount(part, weights=xy[:, axis]) / homes for axis in (0, 1)]
    return np.column_stack(sums)[part]


def _middles(part: Rows, xy: Floats) -> Rows:
    """Return for each part the home that is nearest to its mean; of those equally near the first."""
    order = np.lexsort((_squared(xy - _means(part, xy)), part))
    return order[np.diff(part[order], prepend=-1) > 0]
