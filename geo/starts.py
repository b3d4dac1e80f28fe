"""Where people set out from: one point an area where its homes stand close, several where they are apart."""

from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.area_table import CRS, AreaTable
from geo.places import find_areas

Floats = npt.NDArray[np.float64]

SPREAD_M: Final = 400.0
"""How far from their middle the homes of one point may lie, as a root mean square in metres."""

MOST_STARTS: Final = 8
"""How many points an area has at most."""

COLUMNS: Final = ("area_code", "weight")


def starts_of(areas: AreaTable, postcode_points: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return the points that the people of each area set out from, weighted by its live postcodes.

    The postcodes of an area are halved across their longer side for as long as a part is wider than
    `SPREAD_M` and there are fewer than `MOST_STARTS` parts, the widest first. The point of a part is the
    postcode nearest to the mean of its postcodes, so that it lies where people live.

    Parameters
    ----------
    areas
        The areas.
    postcode_points
        Live postcodes, one point each, in EPSG:27700.

    Returns
    -------
    geopandas.GeoDataFrame
        One row a point, indexed 0 to n - 1, sorted by area: `area_code`; `weight`, its share of the area's
        postcodes, which add up to 1 in each area; points in EPSG:27700. An area without a postcode has one
        point inside its polygon.
    """
    inside = find_areas(postcode_points, areas.frame.geometry).to_numpy(dtype=object, na_value=None)
    xy = np.column_stack([postcode_points.x.to_numpy(), postcode_points.y.to_numpy()])
    homes = pd.DataFrame({"area_code": inside, "x": xy[:, 0], "y": xy[:, 1]}).dropna()
    homes = homes.sort_values(["area_code", "x", "y"], ignore_index=True)
    alone = areas.frame.geometry.representative_point()
    by_area = dict(iter(homes.groupby("area_code", sort=True)[["x", "y"]]))
    rows: list[tuple[str, float, float, float]] = []
    for code, point in alone.items():
        if code not in by_area:
            rows.append((str(code), 1.0, float(point.x), float(point.y)))
            continue
        mine = by_area[code].to_numpy(dtype=float)
        rows += [(str(code), len(part) / len(mine), *_middle(part)) for part in _parted(mine)]
    plain = pd.DataFrame(rows, columns=[*COLUMNS, "x", "y"])
    points = gpd.GeoSeries.from_xy(plain["x"], plain["y"], crs=CRS)
    return gpd.GeoDataFrame(plain[list(COLUMNS)], geometry=points, crs=CRS)


def one_start_each(origins: gpd.GeoSeries) -> gpd.GeoDataFrame:
    """Return one start an area, of points indexed by area code."""
    ordered = origins.sort_index()
    plain = pd.DataFrame({"area_code": ordered.index.astype("str"), "weight": 1.0})
    return gpd.GeoDataFrame(plain, geometry=gpd.GeoSeries(ordered.to_numpy(), crs=CRS), crs=CRS)


def _parted(homes: Floats) -> list[Floats]:
    """Halve the widest part until none is too wide or there are enough; in order of their west ends."""
    parts = [homes]
    while len(parts) < MOST_STARTS:
        widths = [_spread_m(part) for part in parts]
        widest = int(np.argmax(widths))
        if widths[widest] <= SPREAD_M:
            break
        parts[widest : widest + 1] = _halves(parts[widest])
    return parts


def _spread_m(part: Floats) -> float:
    return float(np.sqrt(((part - part.mean(axis=0)) ** 2).sum(axis=1).mean()))


def _halves(part: Floats) -> tuple[Floats, Floats]:
    """Halve where the gap is widest along the longer side: villages are parted, and not cut through."""
    along = int(np.argmax(np.ptp(part, axis=0)))
    ordered = part[np.lexsort((part[:, 1 - along], part[:, along]))]
    cut = int(np.argmax(np.diff(ordered[:, along]))) + 1
    return ordered[:cut], ordered[cut:]


def _middle(part: Floats) -> tuple[float, float]:
    apart = np.hypot(*(part - part.mean(axis=0)).T)
    nearest = part[np.lexsort((part[:, 1], part[:, 0], apart))[0]]
    return float(nearest[0]), float(nearest[1])
