"""How an exported layer is to be drawn: the classes, words and colours of the map, on pale paper."""

from typing import Final

from data.asset_kinds import asset_kinds
from models.classes import MISSING, SUPPRESSED
from models.exported import Entry, ExportLayer, Style
from models.schemes import FIFTHS
from models.words import sentence_case
from views.markers import MARKERS

INKS: Final = {
    "orange": "#A84F00",
    "gray": "#4B5563",
    "blue": "#0B5FA5",
    "green": "#1B7340",
    "red": "#B3261E",
    "violet": "#6A3D8A",
    "yellow": "#7A5B00",
    "primary": "#0B5F63",
}
"""The inks of the markers on pale paper, as `map/map_markers.js` has them."""

SHAPES: Final = {
    "●": "circle",
    "■": "square",
    "★": "star",
    "▲": "triangle",
    "⬟": "pentagon",
    "✚": "cross_fill",
    "◆": "diamond",
    "▼": "triangle",
    "✦": "asterisk_fill",
    "▶": "equilateral_triangle",
    "⬢": "hexagon",
    "•": "circle",
    "○": "circle",
}
"""The names that QGIS has for the shapes of the markers."""


def styles_of(layer: ExportLayer) -> tuple[Style, ...]:
    """Return the ways of drawing a layer, the first of them the usual one; none where it has no classes."""
    if layer.styles:
        return layer.styles
    if not layer.classes:
        return _of_places(layer) if "kind" in layer.frame else ()
    from views.look import palette_of

    titles = {column.name: column.title for column in layer.columns}
    styles = []
    for column, classes in layer.classes.items():
        palette, counts = palette_of(classes, dark=False), classes.counts
        entries = tuple(
            Entry(words, key if key in (SUPPRESSED, MISSING) else palette[int(key)])
            for key, words in classes.labels.items()
            if key in FIFTHS or counts[key]
        )
        title = titles[column].rsplit(":", 1)[0]
        styles.append(Style(title, f"{classes.title} {classes.note}", column, entries))
    return tuple(styles)


def _of_places(layer: ExportLayer) -> tuple[Style, ...]:
    present = set(layer.frame["kind"].dropna())
    words = {sentence_case(entry.singular): id_ for id_, entry in asset_kinds().items()}
    entries = tuple(
        Entry(word, INKS[MARKERS[id_].ink], MARKERS[id_].glyph)
        for word, id_ in words.items()
        if word in present
    )
    return (Style("Kinds of place", "Each kind has a marker of its own.", "kind", entries),)
