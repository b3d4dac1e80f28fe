"""A small still map of where a place is said to be, with the places around it: a picture without a script.

It is drawn here and not in a frame, so that going down a queue costs nothing: a map is about 20 kB. All that
it shows is also said in words beside it, where each number has its name and distance.
"""

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.builds import Build
from geo.layers import outlines_of
from models.words import distance
from views.markers import MARKERS

WIDTH_PX: Final = 720
HEIGHT_PX: Final = 260
HALF_HEIGHT_M: Final = 600.0
HALF_WIDTH_M: Final = HALF_HEIGHT_M * WIDTH_PX / HEIGHT_PX
PX_A_METRE: Final = HEIGHT_PX / (2 * HALF_HEIGHT_M)
MOST_NUMBERED: Final = 5
SCALE_M: Final = 200


@dataclass(frozen=True)
class Inks:
    """What the map is drawn in, as `map/map_style.js` and `map/map_markers.js` have it."""

    paper: str
    area: str
    area_line: str
    ward: str
    council: str
    green: str
    green_line: str
    text: str
    here: str
    kinds: dict[str, str]


LIGHT: Final = Inks(
    *("#F3F1EB", "#FBFAF6", "#DDD9CF", "#3D4852", "#1C2730", "#DCE7D6", "#A9C09F", "#1C2730", "#0B5F63"),
    {
        **{"orange": "#A84F00", "gray": "#4B5563", "blue": "#0B5FA5", "green": "#1B7340", "red": "#B3261E"},
        **{"violet": "#6A3D8A", "yellow": "#7A5B00", "primary": "#0B5F63"},
    },
)
DARK: Final = Inks(
    *("#171D21", "#1C2328", "#39434A", "#C3C8CB", "#E8E6E0", "#24332B", "#3A5144", "#E8E6E0", "#6CC3BF"),
    {
        **{"orange": "#F2A65A", "gray": "#B6BEC6", "blue": "#7DB7EC", "green": "#74C893", "red": "#F28B82"},
        **{"violet": "#C9A7DE", "yellow": "#E4C65B", "primary": "#6CC3BF"},
    },
)


@dataclass(frozen=True)
class Near:
    """A place near another: its kind, its name, how far it is, and where it stands in EPSG:27700."""

    kind: str
    name: str
    distance_m: float
    easting_m: float
    northing_m: float


@dataclass(frozen=True)
class Centre:
    """The point in the middle of a small map, in EPSG:27700."""

    easting_m: float
    northing_m: float

    def to_px(self, points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return where points lie on the picture."""
        from_middle = (points - (self.easting_m, self.northing_m)) * (PX_A_METRE, -PX_A_METRE)
        return np.asarray(np.add(from_middle, (WIDTH_PX / 2, HEIGHT_PX / 2)))

    @property
    def frame(self) -> shapely.Polygon:
        """The part of the ground that is drawn."""
        return shapely.box(
            self.easting_m - HALF_WIDTH_M,
            self.northing_m - HALF_HEIGHT_M,
            self.easting_m + HALF_WIDTH_M,
            self.northing_m + HALF_HEIGHT_M,
        )


def find_near(places: gpd.GeoDataFrame, centre: Centre, but: str = "") -> list[Near]:
    """Return the places that lie on the small map of a point, the nearest first.

    Parameters
    ----------
    places
        As in `geo.places.Places.frame`.
    centre
        The point.
    but
        The id of a place that is left out: the one in question.
    """
    inside = places.sindex.query(centre.frame, predicate="intersects")
    found = places.iloc[np.sort(inside)]
    found = found[(found.index != but) & found["kind"].ne("transport")]  # Bus stops would bury the rest.
    xy = shapely.get_coordinates(found.geometry.to_numpy())
    far = np.hypot(*(xy - (centre.easting_m, centre.northing_m)).T)
    rows = zip(found["kind"], found["name"], far, xy, strict=True)
    near = [Near(str(kind), str(name), float(m), float(x), float(y)) for kind, name, m, (x, y) in rows]
    return sorted(near, key=lambda place: (place.distance_m, place.name))


def say_near(near: Sequence[Near]) -> str:
    """Say what a small map shows, for those who do not see it."""
    if not near:
        return "Map. No other place is near."
    named = "; ".join(f"{n.name}, {distance(n.distance_m)}" for n in near[:MOST_NUMBERED])
    return f"Map. Near it: {named}."


def draw_near(build: Build, centre: Centre, near: Sequence[Near], dark: bool) -> str:
    """Draw a point among the places near it, the nearest with numbers, as an HTML element.

    Its middle keeps its size and its sides are cut off where there is less room, as on a phone. It is a
    picture because `st.html` lets no drawing pass.
    """
    inks = DARK if dark else LIGHT
    drawn = "".join((*_shapes(build, centre, inks), *_marks(near, centre, inks), _here(inks), _scale(inks)))
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH_PX} {HEIGHT_PX}" width="{WIDTH_PX}" '
        f'height="{HEIGHT_PX}" font-family="sans-serif">{drawn}</svg>'
    )
    return (
        f'<img alt="{escape(say_near(near), quote=True)}" '
        f'src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" '
        f'style="display:block;width:100%;height:{HEIGHT_PX}px;object-fit:cover;border-radius:4px;'
        f'background:{inks.paper}">'
    )


def _shapes(build: Build, centre: Centre, inks: Inks) -> Iterator[str]:
    layers = (
        (build.areas.frame.geometry, inks.area, inks.area_line, 1.1),
        (outlines_of(build, "greenspace").geometry, inks.green, inks.green_line, 1.0),
        (outlines_of(build, "ward").geometry, "none", inks.ward, 1.4),
        (outlines_of(build, "council").geometry, "none", inks.council, 2.6),
    )
    for geometry, fill, line, width in layers:
        path = _path(geometry, centre)
        if path:
            yield f'<path d="{path}" fill="{fill}" stroke="{line}" stroke-width="{width}"/>'


def _path(geometry: gpd.GeoSeries, centre: Centre) -> str:
    """Write the shapes of a frame as one path; a little beyond it, so that no cut is seen as a line."""
    frame = centre.frame.buffer(60, join_style="mitre")
    found = geometry.iloc[geometry.sindex.query(frame, predicate="intersects")].to_numpy()
    cut = shapely.simplify(shapely.transform(shapely.intersection(found, frame), centre.to_px), 0.4)
    parts = shapely.get_parts(cut)
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    return "".join(
        "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in shapely.get_coordinates(ring)[:-1]) + "Z"
        for ring in rings
    )


def _marks(near: Sequence[Near], centre: Centre, inks: Inks) -> Iterator[str]:
    """Draw the places, the nearest last so that it lies on top, each with its halo."""
    if not near:
        return
    xy = centre.to_px(np.array([(place.easting_m, place.northing_m) for place in near]))
    halo = f'stroke="{inks.paper}" stroke-width="3" paint-order="stroke" text-anchor="middle"'
    for number, (place, (x, y)) in reversed(list(enumerate(zip(near, xy, strict=True), 1))):
        marker = MARKERS[place.kind]
        ink = inks.kinds[marker.ink]
        yield f'<text x="{x:.0f}" y="{y + 5:.0f}" font-size="15" fill="{ink}" {halo}>{marker.glyph}</text>'
        if number <= MOST_NUMBERED:
            yield (
                f'<text x="{x + 12:.0f}" y="{y - 4:.0f}" font-size="13" font-weight="600" '
                f'fill="{inks.text}" {halo}>{number}</text>'
            )


def _here(inks: Inks) -> str:
    x, y = WIDTH_PX / 2, HEIGHT_PX / 2
    return (
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="11" fill="none" stroke="{inks.paper}" stroke-width="6"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="11" fill="none" stroke="{inks.here}" stroke-width="3"/>'
        f'<circle cx="{x:.0f}" cy="{y:.0f}" r="3" fill="{inks.here}"/>'
    )


def _scale(inks: Inks) -> str:
    """Draw a scale bar near the middle's lower edge, where a phone still shows it."""
    x, y, length = WIDTH_PX / 2 - 165, HEIGHT_PX - 14, SCALE_M * PX_A_METRE
    return (
        f'<path d="M{x:.0f} {y - 5}v5h{length:.0f}v-5" fill="none" stroke="{inks.text}" stroke-width="1.5"/>'
        f'<text x="{x + length + 6:.0f}" y="{y}" font-size="12" fill="{inks.text}" stroke="{inks.paper}" '
        f'stroke-width="3" paint-order="stroke">{SCALE_M} m</text>'
    )
