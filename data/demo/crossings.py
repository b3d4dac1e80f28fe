"""Where roads get across: river, railways and the edge of the estate are passed at named places only."""

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
import shapely

from data.demo import plan
from data.demo.codes import Borough
from data.demo.land import Warp
from data.demo.plan import ESTATE_WARDS, Floats

CLEAR_M: Final = 24.0
"""How far a road keeps from what it may not cross."""
REACHES_M: Final = (30.0, 40.0, 55.0, 75.0, 100.0, 130.0)


@dataclass(frozen=True)
class Planned:
    """A crossing as planned: what it crosses, its name and kind, and about where."""

    barrier: str
    name: str
    kind: str
    x_km: float
    y_km: float


@dataclass(frozen=True)
class Crossing:
    """A crossing as built: a straight line from one side to the other, in EPSG:27700, and all it crosses."""

    name: str
    kind: str
    line: shapely.LineString
    crosses: tuple[str, ...]


PLANNED: Final = (
    Planned("river", "Old Marl Bridge", "bridge", 13.2, 9.6),
    Planned("river", "Ropery Bridge", "bridge", 14.3, 9.5),
    Planned("river", "Oakmere Bridge", "bridge", 11.5, 9.8),
    Planned("river", "Carr Bridge", "bridge", 9.6, 10.9),
    Planned("river", "Hollin Bridge", "bridge", 8.1, 11.5),
    Planned("river", "Fulling Bridge", "bridge", 6.45, 11.8),
    Planned("river", "Tenter Bridge", "bridge", 5.3, 12.6),
    Planned("river", "Keld Bridge", "bridge", 3.9, 14.0),
    Planned("railway", "Market Arch", "underpass", 9.75, 3.6),
    Planned("railway", "Lodge Bridge", "bridge", 9.8, 4.5),
    Planned("railway", "Station Road Bridge", "bridge", 10.2, 5.2),
    Planned("railway", "Chase Crossing", "level crossing", 11.9, 6.9),
    Planned("railway", "Priory Arch", "underpass", 13.3, 8.5),
    Planned("railway", "Ropery Arch", "underpass", 13.9, 9.9),
    Planned("railway", "St Olave's Arch", "underpass", 13.6, 11.0),
    Planned("railway", "Northgate Bridge", "bridge", 13.4, 11.4),
    Planned("railway", "Garth Bridge", "bridge", 13.0, 12.4),
    Planned("railway", "Moor Crossing", "level crossing", 12.65, 14.6),
    Planned("railway", "Victoria Bridge", "bridge", 13.0, 10.4),
    Planned("railway", "Alder Arch", "underpass", 11.9, 10.8),
    Planned("railway", "Kiln Crossing", "level crossing", 10.4, 11.3),
    Planned("railway", "Tannery Bridge", "bridge", 8.0, 11.4),
    Planned("estate edge", "Ravensholme Road", "road", 15.0, 12.3),
    Planned("estate edge", "Larkbeck Lane", "road", 16.1, 11.3),
    Planned("estate edge", "Gannet Road", "road", 17.6, 13.3),
)  # fmt: skip


@dataclass(frozen=True)
class Barriers:
    """What roads do not cross but at crossings: lines by name, in EPSG:27700, and the crossings."""

    lines: dict[str, shapely.Geometry]
    crossings: tuple[Crossing, ...]

    @cached_property
    def whole(self) -> shapely.Geometry:
        """All barriers as one geometry."""
        return shapely.union_all(list(self.lines.values()))


def estate_edge(borough: Borough) -> shapely.Geometry:
    """Draw the landward edge of the estate's wards, which fields and a beck part from the town."""
    wards = borough.wards[borough.wards["name"].isin(ESTATE_WARDS)]
    edge = shapely.union_all(wards.geometry.to_numpy()).boundary
    return edge.difference(borough.council.boundary.buffer(1.0))


def barrier_lines(borough: Borough) -> dict[str, shapely.Geometry]:
    """List the barriers by name."""
    return {
        "river": borough.river,
        "railway": shapely.union_all(borough.railways),
        "estate edge": estate_edge(borough),
    }


def heading(line: shapely.Geometry, place: shapely.Point) -> Floats:
    """Find the direction of a line near a point, as a vector of length 1."""
    near = line.intersection(place.buffer(60.0))
    longest = max(shapely.get_parts(near), key=lambda part: float(part.length))
    ends = shapely.get_coordinates(longest)[[0, -1]]
    along = ends[1] - ends[0]
    return np.asarray(along / np.hypot(*along))


def build_crossing(planned: Planned, lines: dict[str, shapely.Geometry], warp: Warp) -> Crossing:
    """Lay a crossing at right angles to its barrier, long enough to end clear of every barrier."""
    barrier = lines[planned.barrier]
    about = shapely.Point(warp(plan.to_bng(((planned.x_km, planned.y_km),)))[0])
    place = shapely.get_point(shapely.shortest_line(barrier, about), 0)
    along, middle = heading(barrier, place), shapely.get_coordinates(place)[0]
    across = np.array([-along[1], along[0]])
    whole = shapely.union_all(list(lines.values()))
    for before in REACHES_M:
        start = np.round(middle - across * before)
        if shapely.distance(shapely.Point(start), whole) >= CLEAR_M:
            break
    for after in REACHES_M:
        end = np.round(middle + across * after)
        if shapely.distance(shapely.Point(end), whole) >= CLEAR_M:
            break
    line = shapely.LineString([start, end])
    crosses = tuple(name for name, other in lines.items() if shapely.intersects(line, other))
    return Crossing(planned.name, planned.kind, line, crosses)


def build_barriers(borough: Borough, warp: Warp) -> Barriers:
    """Build every barrier and its crossings."""
    lines = barrier_lines(borough)
    return Barriers(lines, tuple(build_crossing(planned, lines, warp) for planned in PLANNED))
