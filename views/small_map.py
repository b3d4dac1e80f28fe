"""A small static map for print: a shape and its neighbours, as SVG without a script or another file."""

import io
from typing import Final

import geopandas as gpd
import shapely

from geo.builds import Build
from geo.layers import outlines_of
from models.classes import MISSING, OUTSIDE, SUPPRESSED, Classes
from models.levels import Level
from views.look import HATCH, NEED, PEOPLE

AROUND: Final = 0.8
"""How much of its own size is seen on each side of the shape."""

CUT: Final = 'preserveAspectRatio="xMidYMid slice"'
"""Where there is less room, as much is cut off above and below."""

SIZE_IN: Final = (3.3, 1.9)
NO_METADATA: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
INK: Final = "#1C2730"
PAPER: Final = "#F3F1EB"


def draw_small_map(build: Build, classes: Classes, code: str) -> str:
    """Draw a shape among its neighbours in the classes of one indicator.

    Parameters
    ----------
    build
        The build, for shapes and outlines.
    classes
        The indicator in classes, at the level of the shape.
    code
        The shape.

    Returns
    -------
    str
        An SVG element; an empty text where the build has no outline of the shape.
    """
    shapes = _shapes_of(build, classes.level)
    if code not in shapes.index:
        return ""
    frame = window(shapes.geometry.loc[code])
    near = shapes[shapes.intersects(frame)]
    return _plot(build, near, classes, code, frame)


def window(shape: shapely.Geometry) -> shapely.Polygon:
    """Return the part of the ground that is drawn, as wide and high as the picture is."""
    west, south, east, north = shape.bounds
    half_m = max((east - west) / SIZE_IN[0], (north - south) / SIZE_IN[1]) * (0.5 + AROUND)
    x, y = (west + east) / 2, (south + north) / 2
    return shapely.box(
        x - half_m * SIZE_IN[0], y - half_m * SIZE_IN[1], x + half_m * SIZE_IN[0], y + half_m * SIZE_IN[1]
    )


def _shapes_of(build: Build, level: Level) -> gpd.GeoDataFrame:
    return build.areas.frame[["geometry"]] if level is Level.AREA else outlines_of(build, level.value)


def _plot(build: Build, near: gpd.GeoDataFrame, classes: Classes, code: str, frame: shapely.Polygon) -> str:
    from matplotlib.figure import Figure

    figure = Figure(figsize=SIZE_IN)
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    figure.set_facecolor(PAPER)
    found = classes.frame["class"].reindex(near.index).fillna(MISSING)
    palette = NEED if classes.is_need else PEOPLE
    for key in sorted(found.unique()):
        mine = near[found == key]
        if key in (SUPPRESSED, MISSING):
            pattern = "////" if key == SUPPRESSED else "...."
            mine.plot(ax=axes, facecolor=HATCH.paper, edgecolor=HATCH.ink, hatch=pattern, linewidth=0.3)
        else:
            fill = "#FBFAF6" if key == OUTSIDE else palette[int(key)]
            mine.plot(ax=axes, facecolor=fill, edgecolor="white", linewidth=0.4)
    for level, width in (("ward", 0.6), ("council", 1.4)):
        lines = outlines_of(build, level)
        lines = lines[lines.intersects(frame)]
        if len(lines):
            lines.boundary.plot(ax=axes, color=INK, linewidth=width)
    for colour, width in (("white", 4.5), (INK, 2.2)):
        near.loc[[code]].boundary.plot(ax=axes, color=colour, linewidth=width)
    west, south, east, north = frame.bounds
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    axes.set_aspect("equal")
    return _svg(figure)


def _svg(figure: object) -> str:
    """Return a figure as an SVG element that says nothing of when and by what it was drawn."""
    from matplotlib import rc_context

    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": "atlas", "svg.fonttype": "none"}):
        figure.savefig(buffer, format="svg", metadata=NO_METADATA)  # type: ignore[attr-defined]
    text = buffer.getvalue()
    return text[text.index("<svg") :].replace("<svg ", f"<svg {CUT} ", 1)
