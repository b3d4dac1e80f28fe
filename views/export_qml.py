"""The style of an exported layer as QGIS keeps it: a document in its own language, QML.

Every class is a category of the column that holds its words, so that QGIS puts each shape in the very class
of the map, equal values together. What is hidden is hatched and what is missing is dotted, as there.

Source: `QgsCategorizedSymbolRenderer::save` and `QgsSymbolLayerUtils::saveSymbol` of QGIS 3. Versions before
3.26 read the settings of a symbol layer from `prop`, later ones from `Option`: both are written.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from typing import Final

from models.classes import MISSING, SUPPRESSED
from models.exported import Entry, Style
from views.export_styles import SHAPES

VERSION: Final = "3.22.0"
DOCTYPE: Final = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
LINE: Final = "#FFFFFF"
LINE_MM: Final = "0.16"
MARKER_MM: Final = "2.8"
POINT, POLYGON = "0", "2"
DOWNWARD: Final = ("▼", "180")
RIGHTWARD: Final = ("▶", "90")
HOLLOW: Final = "○"
SMALL: Final = "•"

NO_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that no XML can hold, however written: a name that somebody typed may have them."""

Settings = Mapping[str, str]


def write_qml(style: Style) -> str:
    """Write a style as the document that QGIS keeps in `layer_styles`."""
    points = any(entry.glyph for entry in style.entries)
    root = ET.Element("qgis", {"version": VERSION, "styleCategories": "Symbology"})
    renderer = ET.SubElement(
        root,
        "renderer-v2",
        {
            "type": "categorizedSymbol",
            "attr": style.column,
            "symbollevels": "0",
            "enableorderby": "0",
            "forceraster": "0",
        },
    )
    categories = ET.SubElement(renderer, "categories")
    symbols = ET.SubElement(renderer, "symbols")
    for at, entry in enumerate(style.entries):
        words = NO_XML.sub("", entry.value)
        told = {"value": words, "label": words, "symbol": str(at), "render": "true"}
        ET.SubElement(categories, "category", {**told, "type": "string"})
        _symbol(symbols, str(at), entry)
    ET.SubElement(root, "blendMode").text = "0"
    ET.SubElement(root, "featureBlendMode").text = "0"
    ET.SubElement(root, "layerGeometryType").text = POINT if points else POLYGON
    return DOCTYPE + ET.tostring(root, encoding="unicode")


def _symbol(parent: ET.Element, name: str, entry: Entry) -> None:
    from views.look import HATCH

    if entry.glyph:
        _layer(_new_symbol(parent, name, "marker"), "SimpleMarker", _marker(entry))
        return
    symbol = _new_symbol(parent, name, "fill")
    if entry.fill == SUPPRESSED:
        _layer(symbol, "SimpleFill", _plain(HATCH.paper))
        lines = _layer(symbol, "LinePatternFill", _measures(distance="1.1", line_width="0.3", angle="45"))
        line = {"line_color": _rgba(HATCH.ink), "line_width": "0.3", "line_style": "solid"}
        _layer(_new_symbol(lines, f"@{name}@1", "line"), "SimpleLine", _measures(**line))
    elif entry.fill == MISSING:
        _layer(symbol, "SimpleFill", _plain(HATCH.paper))
        spread = {"distance_x": "1.1", "distance_y": "1.1"}
        dots = _layer(symbol, "PointPatternFill", _measures(**spread))
        dot = {"name": "circle", "color": _rgba(HATCH.ink), "size": "0.5", "outline_style": "no"}
        _layer(_new_symbol(dots, f"@{name}@1", "marker"), "SimpleMarker", _measures(**dot))
    else:
        _layer(symbol, "SimpleFill", _plain(entry.fill))


def _plain(fill: str) -> Settings:
    line = {"outline_color": _rgba(LINE), "outline_width": LINE_MM, "outline_style": "solid"}
    return _measures(color=_rgba(fill), style="solid", joinstyle="bevel", **line)


def _marker(entry: Entry) -> Settings:
    hollow = entry.glyph == HOLLOW
    return _measures(
        name=SHAPES[entry.glyph],
        color=_rgba("#FFFFFF" if hollow else entry.fill),
        size="1.6" if entry.glyph == SMALL else MARKER_MM,
        angle=dict((DOWNWARD, RIGHTWARD)).get(entry.glyph, "0"),
        outline_color=_rgba(entry.fill if hollow else "#FFFFFF"),
        outline_width="0.4" if hollow else "0.2",
        outline_style="solid",
    )


def _measures(**settings: str) -> Settings:
    """Return settings, with every length in millimetres."""
    lengths = ("width", "size", "distance", "_x", "_y")
    return settings | {f"{key}_unit": "MM" for key in settings if key.endswith(lengths)}


def _new_symbol(parent: ET.Element, name: str, kind: str) -> ET.Element:
    told = {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    return ET.SubElement(parent, "symbol", told)


def _layer(symbol: ET.Element, kind: str, settings: Settings) -> ET.Element:
    layer = ET.SubElement(symbol, "layer", {"class": kind, "enabled": "1", "locked": "0", "pass": "0"})
    options = ET.SubElement(layer, "Option", {"type": "Map"})
    for key, value in settings.items():
        ET.SubElement(options, "Option", {"name": key, "value": value, "type": "QString"})
    for key, value in settings.items():
        ET.SubElement(layer, "prop", {"k": key, "v": value})
    return layer


def _rgba(colour: str) -> str:
    """Write a colour as QGIS does.

    Examples
    --------
    >>> _rgba("#4A2268")
    '74,34,104,255'
    """
    return ",".join([*(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)), "255"])
