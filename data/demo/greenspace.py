"""The greenspace: parks, fields and allotments in the gaps that homes leave."""

from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from data.demo import plan
from data.demo.plan import Floats
from data.demo.sites import Sites

TOWN_PARKS: Final = 26
SMALL_PLOTS: Final = 16
CORNERS: Final = 28
HOME_M: Final = 11.0
TOWN_AREA_M2: Final = 900_000.0
COUNTRYSIDE: Final = (
    ("Country Park", "Northmoor Country Park", 9.9, 13.6, 620.0),
    ("Golf Course", "Aldwick Golf Club", 12.2, 5.2, 420.0),
    ("Nature Reserve", "Whitmere Carrs Nature Reserve", 16.2, 7.5, 560.0),
    ("Public Park Or Garden", "Keld Woods", 7.1, 13.6, 460.0),
    ("Golf Course", "Gannet Links", 20.0, 13.2, 430.0),
)
"""Large sites placed by hand: type, name, kilometres east and north, radius in metres."""
TOWN_TYPES: Final = (
    "Public Park Or Garden",
    "Playing Field",
    "Public Park Or Garden",
    "Other Sports Facility",
    "Cemetery",
)
PLOT_TYPES: Final = ("Allotments Or Community Growing Spaces", "Play Space")
ENDS: Final[dict[str, str]] = {
    "Public Park Or Garden": "Park",
    "Playing Field": "Playing Fields",
    "Other Sports Facility": "Recreation Ground",
    "Cemetery": "Cemetery",
    "Allotments Or Community Growing Spaces": "Allotments",
    "Play Space": "Play Area",
}


def blob(x: float, y: float, radius_m: float, rng: np.random.Generator) -> shapely.Polygon:
    """Draw an irregular, smooth shape about a point that stays within a radius."""
    angle = np.linspace(0.0, 2.0 * np.pi, CORNERS, endpoint=False)
    swell = np.zeros(CORNERS)
    for k in (1, 2, 3, 5):
        swell += rng.uniform(0.0, 1.0) / k**0.6 * np.cos(k * angle + rng.uniform(0.0, 2.0 * np.pi))
    reach = radius_m * np.clip(0.78 + 0.22 * swell, 0.45, 1.0)
    corners = np.stack([x + reach * np.cos(angle), y + reach * np.sin(angle)], axis=1)
    return shapely.Polygon(np.round(corners))


def gaps(sites: Sites, rng: np.random.Generator) -> Floats:
    """Find places in the towns with their distance in metres to the nearest postcode.

    Returns easting, northing and distance, shape (n, 3), widest gaps first.
    """
    urban = sites.borough.areas[sites.borough.areas.geometry.area < TOWN_AREA_M2]
    low, high = np.reshape(urban.total_bounds, (2, 2))
    points = np.round(rng.uniform(low, high, (14_000, 2)))
    points = points[shapely.contains_xy(shapely.union_all(urban.geometry.to_numpy()), points)]
    homes = shapely.STRtree(shapely.points(sites.homes[["x", "y"]].to_numpy(dtype=np.float64)))
    _, distance = homes.query_nearest(shapely.points(points), return_distance=True, all_matches=False)
    found = np.column_stack([points, np.round(distance)])
    return np.asarray(found[np.lexsort((points[:, 1], points[:, 0], -found[:, 2]))])


def choose_gaps(
    found: Floats, count: int, radius_m: tuple[float, float], taken: list[tuple[float, float, float]]
) -> None:
    """Add the widest gaps that keep clear of those already taken."""
    smallest, largest = radius_m
    wanted = len(taken) + count
    for x, y, distance in found.tolist():
        radius = min(distance - 12.0, largest)
        clear = all(np.hypot(x - a, y - b) > radius + r + 250.0 for a, b, r in taken)
        if len(taken) < wanted and radius >= smallest and distance < largest * 2.2 and clear:
            taken.append((x, y, radius))


def greenspace(sites: Sites, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Draw every site, large ones first, clear of the river and of homes."""
    taken = [(plan.ORIGIN[0] + x * 1000.0, plan.ORIGIN[1] + y * 1000.0, r) for _, _, x, y, r in COUNTRYSIDE]
    found = gaps(sites, rng)
    choose_gaps(found, TOWN_PARKS, (85.0, 230.0), taken)
    choose_gaps(found, SMALL_PLOTS, (32.0, 60.0), taken)
    room = sites.borough.council.buffer(-20.0).difference(sites.borough.river.buffer(30.0))
    homes = shapely.union_all(shapely.points(sites.homes[["x", "y"]].to_numpy(dtype=np.float64)).tolist())
    room = room.difference(homes.buffer(HOME_M))
    shapes = [largest_part(blob(x, y, radius, rng).intersection(room)) for x, y, radius in taken]
    towns = [TOWN_TYPES[k % len(TOWN_TYPES)] for k in range(TOWN_PARKS)]
    plots = [PLOT_TYPES[k % len(PLOT_TYPES)] for k in range(len(taken) - len(COUNTRYSIDE) - len(towns))]
    kinds = [kind for kind, *_ in COUNTRYSIDE] + towns + plots
    names = [name for _, name, *_ in COUNTRYSIDE]
    names += [
        f"{ward_at(sites, shape)} {ENDS[kind]}"
        for kind, shape in list(zip(kinds, shapes, strict=True))[len(names) :]
    ]
    return gpd.GeoDataFrame(
        {
            "site_type": kinds,
            "site_name": number_namesakes(names),
            "area_code": plan.COUNCIL_CODE,
            "area_name": plan.COUNCIL_NAME,
        },
        geometry=shapes,
        crs="EPSG:27700",
    )


def largest_part(shape: shapely.Geometry) -> shapely.Polygon:
    """Keep the largest part of a shape, corners in whole metres and in a fixed order."""
    parts = shapely.get_parts(shape)
    part = parts[int(np.argmax(np.round(shapely.area(parts))))]
    return shapely.orient_polygons(shapely.normalize(shapely.set_precision(part, 1.0)))


def ward_at(sites: Sites, shape: shapely.Polygon) -> str:
    """Name the ward in which most of a shape lies."""
    shared = shapely.area(shapely.intersection(sites.borough.wards.geometry.to_numpy(), shape))
    return str(sites.borough.wards["name"].iloc[int(np.argmax(np.round(shared)))])


def number_namesakes(names: list[str]) -> list[str]:
    """Tell a ward's second and third park apart."""
    first = ("", "Lower ", "Upper ", "Old ", "New ", "Far ")
    seen: dict[str, int] = {}
    out = []
    for name in names:
        out.append(first[seen.get(name, 0) % len(first)] + name)
        seen[name] = seen.get(name, 0) + 1
    return out
