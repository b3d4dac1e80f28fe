"""Sites that the reader puts down on the Place support page: in the address and in metres."""

from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final

import numpy as np
from pyproj import Transformer

from data.errors import RegisterError
from geo.builds import Build
from geo.register_locate import locate_point
from models.placement_manual import Spot as Site
from views.reach_state import Degrees, parse_spot, write_spot

MOST_SPOTS: Final = 12
BETWEEN: Final = ";"
Spot = str | Degrees
"""The id of a candidate, or latitude and longitude."""

_to_metres: Final = Transformer.from_crs("EPSG:4326", "EPSG:27700", always_xy=True)
_to_degrees: Final = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)


def parse_spots(text: str, candidates: Collection[str]) -> tuple[tuple[Spot, ...], str]:
    """Read the sites of an address.

    Parameters
    ----------
    text
        Ids of candidates, and latitudes with longitudes, parted by semicolons.
    candidates
        The ids that are known.

    Returns
    -------
    The sites in their order, each once and `MOST_SPOTS` at most; and what of the text was not understood, or
    was too much.
    """
    found: list[Spot] = []
    strange: list[str] = []
    for part in filter(None, text.split(BETWEEN)):
        spot: Spot | None = part if part in candidates else parse_spot(part)
        if spot is None or (len(found) == MOST_SPOTS and spot not in found):
            strange.append(part)
        elif spot not in found:
            found.append(spot)
    return tuple(found), BETWEEN.join(strange)


def write_spots(spots: Sequence[Spot]) -> str:
    """Write sites as they stand in the address."""
    return BETWEEN.join(spot if isinstance(spot, str) else write_spot(spot) for spot in spots)


def with_spot(spots: Sequence[Spot], spot: Spot) -> tuple[Spot, ...]:
    """Return sites with one more, unless it is among them or they are too many."""
    more = tuple(dict.fromkeys((*spots, spot)))
    return more if len(more) <= MOST_SPOTS else tuple(spots)


def in_metres(spot: Spot, build: Build) -> Site:
    """Return a site as the model takes it.

    Raises
    ------
    RegisterError
        When it is no point, or lies too far outside the areas of the build.
    """
    if isinstance(spot, str):
        return spot
    easting, northing = _metres_of(spot)
    if not np.isfinite([easting, northing]).all():
        raise RegisterError("This is no point on the map.", "Press the map again, or choose a building.")
    located = locate_point(easting, northing, build)
    return located.easting_m, located.northing_m


@lru_cache(maxsize=256)
def _metres_of(spot: Degrees) -> tuple[float, float]:
    """Return easting and northing; kept, because pyproj starts anew in every thread that a page runs in."""
    easting, northing = _to_metres.transform(spot[1], spot[0])
    return float(easting), float(northing)


def in_degrees(easting_m: float, northing_m: float) -> Degrees:
    """Return latitude and longitude of a point in EPSG:27700, as the address keeps them."""
    longitude, latitude = _to_degrees.transform(easting_m, northing_m)
    return round(float(latitude), 5), round(float(longitude), 5)
