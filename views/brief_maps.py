"""Static maps of briefings: SVG for a document that is read, PNG for one that is edited.

Nothing is told by colour alone: classes have a letter or a number in their shapes and in the legend, hidden
shapes are hatched and those without data dotted, and a table beside each map has its figures.
"""

import io
import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

import geopandas as gpd
from shapely import box

from models.briefing import BriefMap, MapClass
from models.classes import OUTSIDE
from views.legends import ink_on
from views.look import HATCH, NEED, PEOPLE, PLACEMENT
from views.shortlist_look import CHANCES
from views.types_look import KINDS, NO_RULE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_IN: Final = 7.1
LOWEST_IN, HIGHEST_IN = 2.6, 3.6
"""The room of a map on paper: the width of the text, and at most a third of the page."""

INK: Final = "#1C2730"
PAPER: Final = "#F3F1EB"
BEYOND: Final = "#FBFAF6"
PETROL: Final = "#0B5F63"
PALETTES: Final = {
    "need": NEED,
    "people": PEOPLE,
    "placement": PLACEMENT,
    "kinds": KINDS,
    "chances": tuple(colour.partition("/")[0] for colour in CHANCES),
    "paper": ("#E9E7E1",),
    "none": (NO_RULE[False],),
}
"""As on the pages of the app, on light paper."""

HATCHES: Final = {"hatch": "////", "dots": "....", "stripes": "\\\\\\\\"}
LOOKS: Final = {
    "today": ("s", 16.0, INK, "white"),
    "closed": ("s", 20.0, "white", INK),
    "chosen": ("o", 120.0, PETROL, "white"),
}
"""How places are drawn: shape, size, and the two inks; what is drawn last stands on top."""

NO_METADATA: Final = dict.fromkeys(("Date", "Creator", "Format", "Type"))
PNG_DPI: Final = 200
FAMILY: Final = "'DejaVu Sans', Verdana, sans-serif"
"""Letters of one width, whichever of them a computer has: words are set by how wide they are."""

LETTER_EM: Final = 0.56
"""How wide a letter is, on average, in heights of the type."""

INSIDE: Final = 0.9
"""The share of the room of a word that lies within its shape, for the word to be written."""

NAME_PT, MARK_PT = 6.5, 7.0
SCALE_SHARE: Final = 0.25
"""The scale bar takes up at most so much of the width."""

_LONG_NUMBER: Final = re.compile(r"(\d+\.\d)\d{2,}")
_FAMILY: Final = re.compile(r"font-family: [^;\"]*")


def draw_svg(drawn: BriefMap, name: str) -> str:
    """Draw a map as an SVG element that is one picture with a title, for the document that it stands in.

    Parameters
    ----------
    drawn
        The map.
    name
        What tells it from others of the document: letters, digits and hyphens.

    Returns
    -------
    str
        An SVG element; an empty text where there is nothing to draw.
    """
    from html import escape

    from matplotlib import rc_context

    if drawn.bounds_m is None:
        return ""
    buffer = io.StringIO()
    with rc_context({"svg.hashsalt": name, "svg.fonttype": "none"}):
        _figure(drawn).savefig(buffer, format="svg", metadata=NO_METADATA)
    text = buffer.getvalue()
    text = _LONG_NUMBER.sub(r"\1", text[text.index("<svg") :])
    text = _FAMILY.sub(f"font-family: {FAMILY}", text)
    title = f'<title id="{name}">{escape(drawn.alt)}</title>'
    opened = text.index(">") + 1
    head = text[:opened].replace("<svg ", f'<svg role="img" aria-labelledby="{name}" ', 1)
    return f"{head}{title}{text[opened:]}"


def draw_png(drawn: BriefMap) -> bytes:
    """Draw a map as a PNG picture; empty where there is nothing to draw."""
    if drawn.bounds_m is None:
        return b""
    buffer = io.BytesIO()
    _figure(drawn).savefig(buffer, format="png", dpi=PNG_DPI)
    return buffer.getvalue()


def fill_of(entry: MapClass) -> str:
    """Return the colour of a class; that of the paper under a pattern for hidden or missing."""
    if entry.palette not in PALETTES:
        return HATCH.paper
    colours = PALETTES[entry.palette]
    return colours[entry.step % len(colours)]


def _figure(drawn: BriefMap) -> "Figure":
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    west, south, east, north = drawn.bounds_m or (0.0, 0.0, 1.0, 1.0)
    height_in = min(max(WIDTH_IN * (north - south) / (east - west), LOWEST_IN), HIGHEST_IN)
    spare_m = ((north - south) * WIDTH_IN / height_in - (east - west)) / 2
    if spare_m > 0:
        west, east = west - spare_m, east + spare_m
    else:
        pad_m = ((east - west) * height_in / WIDTH_IN - (north - south)) / 2
        south, north = south - pad_m, north + pad_m
    per_in = (east - west) / WIDTH_IN
    with rc_context({"hatch.linewidth": 0.6, "hatch.color": HATCH.ink}):
        figure = Figure(figsize=(WIDTH_IN, height_in), facecolor=PAPER)
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set_axis_off()
        seen = drawn.shapes.cx[west:east, south:north]
        shapes = seen.assign(geometry=seen.geometry.simplify(per_in / 150))
        _draw_shapes(axes, drawn, shapes)
        for lines, width in drawn.lines:
            inside = lines.cx[west:east, south:north]
            if len(inside):
                inside.geometry.simplify(per_in / 150).boundary.plot(ax=axes, color=INK, linewidth=width)
        _draw_chosen(axes, shapes.loc[shapes.index.intersection(drawn.chosen)])
        _draw_words(axes, drawn, seen, per_in)
        _draw_marks(axes, drawn)
        axes.set_xlim(west, east)
        axes.set_ylim(south, north)
        axes.set_aspect("equal")
        _draw_scale(axes, east - west)
    return figure


def _draw_shapes(axes: "Axes", drawn: BriefMap, shapes: gpd.GeoDataFrame) -> None:
    beyond = shapes[shapes["class"] == OUTSIDE]
    if len(beyond):
        beyond.plot(ax=axes, facecolor=BEYOND, edgecolor="#D5D1C7", linewidth=0.3)
    for entry in drawn.classes:
        mine = shapes[shapes["class"] == entry.key]
        if mine.empty:
            continue
        if entry.pattern:
            mine.plot(
                ax=axes,
                facecolor=fill_of(entry),
                edgecolor=ink_on(fill_of(entry)) if entry.pattern == "stripes" else HATCH.ink,
                hatch=HATCHES[entry.pattern],
                linewidth=0.4,
            )
        else:
            mine.plot(ax=axes, facecolor=fill_of(entry), edgecolor="white", linewidth=0.5)


def _draw_chosen(axes: "Axes", chosen: gpd.GeoDataFrame) -> None:
    for colour, width in (("white", 4.0), (INK, 2.0)):
        if len(chosen):
            chosen.boundary.plot(ax=axes, color=colour, linewidth=width, zorder=4)


def _draw_words(axes: "Axes", drawn: BriefMap, shapes: gpd.GeoDataFrame, per_in: float) -> None:
    """Write into each shape its name and the mark of its class, as far as they fit."""
    entries = {entry.key: entry for entry in drawn.classes}
    for code, row in shapes.sort_index().iterrows():
        entry = entries.get(row["class"])
        if entry is None or row["geometry"].is_empty:
            continue
        for words, size in _fitting(row["label"], entry, row["geometry"], per_in):
            point = row["geometry"].representative_point()
            axes.text(
                point.x,
                point.y,
                words,
                fontsize=size,
                ha="center",
                va="center",
                linespacing=0.95,
                color=INK if entry.pattern else ink_on(fill_of(entry)),
                fontweight="bold" if code in drawn.chosen else "normal",
                clip_on=True,
                zorder=5,
                parse_math=False,
            )


def _fitting(label: str, entry: MapClass, shape: Any, per_in: float) -> Iterable[tuple[str, float]]:  # noqa: ANN401
    """Yield what fits into a shape: its name with the mark of its class, else the mark, else nothing.

    White words on a dark shape would be lost outside of it.
    """
    at = shape.representative_point()
    lines = label.split() if len(label) > 12 else [label]
    named = "\n".join([*lines, entry.mark] if entry.mark else lines) if label else ""
    for words, size in ((named, NAME_PT), (entry.mark, MARK_PT)):
        if not words:
            continue
        rows = words.split("\n")
        wide_m, high_m = (
            points / 72 * per_in
            for points in (max(len(row) for row in rows) * size * LETTER_EM, len(rows) * size * 1.1)
        )
        room = box(at.x - wide_m / 2, at.y - high_m / 2, at.x + wide_m / 2, at.y + high_m / 2)
        if shape.intersection(room).area >= INSIDE * room.area:
            yield words, size
            return


def _draw_marks(axes: "Axes", drawn: BriefMap) -> None:
    for look, (marker, size, fill, edge) in LOOKS.items():
        mine = [mark for mark in drawn.marks if mark.look == look]
        if not mine:
            continue
        axes.scatter(
            [mark.easting_m for mark in mine],
            [mark.northing_m for mark in mine],
            s=size,
            marker=marker,
            color=fill,
            edgecolors=edge,
            linewidths=0.9,
            zorder=6,
        )
        for mark in mine:
            axes.text(
                mark.easting_m,
                mark.northing_m,
                mark.text,
                fontsize=7.5,
                color="white",
                fontweight="bold",
                ha="center",
                va="center_baseline",
                zorder=7,
                clip_on=True,
                parse_math=False,
            )


def _draw_scale(axes: "Axes", width_m: float) -> None:
    """Draw a scale bar of a round length, and which way north is."""
    length_m = round_length(width_m * SCALE_SHARE)
    west, south = axes.get_xlim()[0], axes.get_ylim()[0]
    pad = width_m * 0.02
    x, y = west + pad, south + pad
    axes.plot([x, x + length_m], [y, y], color=INK, linewidth=2.2, solid_capstyle="butt", zorder=8)
    words = f"{length_m / 1_000:g} km" if length_m >= 1_000 else f"{length_m:g} m"
    axes.text(x + length_m + pad / 2, y, words, fontsize=7, color=INK, va="center", zorder=8)
    axes.annotate(
        "N",
        xy=(0.975, 0.965),
        xytext=(0.975, 0.86),
        xycoords="axes fraction",
        ha="center",
        va="center",
        fontsize=8,
        color=INK,
        arrowprops={"arrowstyle": "-|>", "color": INK, "linewidth": 1.0},
        zorder=8,
    )


def round_length(most_m: float) -> float:
    """Return the longest of 1, 2 or 5 times a power of ten that is not longer than given.

    Examples
    --------
    >>> round_length(2_700.0), round_length(960.0)
    (2000.0, 500.0)
    """
    size = 10.0 ** (len(str(int(max(most_m, 1.0)))) - 1)
    return max(step * size for step in (1.0, 2.0, 5.0) if step * size <= max(most_m, 1.0))
