"""The bridge between a page and the map in its frame.

The frame is kept as long as the script of the base map is the same to the letter, so that script holds
nothing but the addresses of the shapes, which the browser fetches when a map first needs them. What changes
is sent as one small object through a feature group.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import folium
import streamlit as st
from jinja2 import Template
from streamlit_folium import st_folium

from geo.layers import WebLayers
from geo.web_layer import WebLayer
from views.routes import asset_address, shapes_address

HEIGHT_PX: Final = 460
SCRIPTS: Final = (
    "leaflet.js",
    "map_style.js",
    "map_labels.js",
    "map_markers.js",
    "map_layers.js",
    "map_way_in.js",
    "map_pin.js",
    "map.js",
)
STYLES: Final = ("leaflet.css", "map.css")
MAP_OPTIONS: Final[dict[str, Any]] = {
    "center": [53.0, -1.5],
    "zoom": 6,
    "minZoom": 5,
    "maxZoom": 17,
    "zoomSnap": 0.1,
    "scrollWheelZoom": False,
}
"""The map fits itself to the shapes when they arrive."""

RARE: Final = ("click", "only", "spot", "dots", "sites", "told")


@dataclass(frozen=True)
class MapView:
    """Everything that a map shows, as it is sent to the browser.

    Attributes
    ----------
    level
        "area", "ward", "locality", "council" or "region".
    layers
        Addresses of layers that stand in for those of the whole place; an empty one for a layer that is left
        out of this view.
    classes
        One character a shape of that level.
    palette
        The colour of each class: of those that are digits, then of those from "a" on. Two with a stroke
        between them are drawn as stripes.
    labels
        The words of each class, for the tooltips.
    dark
        Whether the page is dark.
    council
        The code of the chosen council, or an empty text.
    councils
        Codes of the councils whose shapes have classes.
    selected
        The code of the selected shape, or an empty text.
    points
        The kinds of place whose markers are shown.
    close
        Whether the map opens on the selected shape and its neighbours rather than on all that is shown.
    way_in
        Whether the map offers the small areas of the council in its middle, once it is near enough.
    name
        The accessible name of the map.
    credit
        The short attribution that stands on the map.
    click
        What a click tells: "place" the place under it, "pin" where it was; else the shape.
    only
        One character a place of the layer, "1" for those that are shown; empty for all of the kinds.
    spot
        A pin or ring: `at` in latitude and longitude, `look`, and `go_to`, a text that moves the map there
        when it is another than before; None for none.
    dots
        Where postcodes are: `from`, a corner in latitude and longitude, and `steps` of a hundred-thousandth
        of a degree from there; None for none.
    sites
        Marks of a choice of sites, those drawn last on top: `id` (empty where it cannot be picked), `name`,
        `words`, `at` in latitude and longitude, `look` ("chosen", "tie" or "closed") and `text`, what
        stands in it. With them, even where there are none, the places of the map are plain squares; None for
        a map that has nothing to do with a choice.
    told
        What the tooltip of each shape of that level says after the words of its class; None for nothing.
    """

    level: str
    layers: Mapping[str, str]
    classes: str
    palette: tuple[str, ...]
    labels: Mapping[str, str]
    dark: bool
    council: str
    councils: tuple[str, ...]
    selected: str
    points: tuple[str, ...]
    close: bool
    way_in: bool
    name: str
    credit: str
    click: str = ""
    only: str = ""
    spot: Mapping[str, Any] | None = None
    dots: Mapping[str, Any] | None = None
    sites: tuple[Mapping[str, Any], ...] | None = None
    told: tuple[str, ...] | None = None

    @property
    def sent(self) -> dict[str, Any]:
        """What is sent: all but what few maps have and this one has not."""
        rare = {name for name in RARE if not getattr(self, name) and getattr(self, name) != ()}
        return {name: value for name, value in asdict(self).items() if name not in rare}


class AtlasMap(folium.Map):
    """A Leaflet map that loads our own files and nothing from another host.

    Its template leaves out Folium's page header: that would forbid zooming with two fingers, and it is sent
    again with every change of the page.
    """

    _template = Template(
        "{% macro script(this, kwargs) %}"
        "var {{ this.get_name() }} = L.map({{ this.get_name()|tojson }}, {{ this.options|tojson }});"
        "{% endmacro %}"
    )

    def __init__(self) -> None:
        super().__init__(tiles=None)
        self.options = dict(MAP_OPTIONS)
        self.default_js = [(name, from_frame(asset_address(name))) for name in SCRIPTS]
        self.default_css = [(name, from_frame(asset_address(name))) for name in STYLES]


class Script(folium.MacroElement):
    """One call of the map's own script, with one argument as JSON."""

    def __init__(self, call: str, argument: Mapping[str, Any]) -> None:
        super().__init__()
        self._name = "Script"
        self.code = f"PreventionAtlas.{call}{script_json(argument)});"
        self._template = Template("{% macro script(this, kwargs) %}{{ this.code }}{% endmacro %}")


def from_frame(address: str) -> str:
    """Write an address as seen from the component's frame, wherever a proxy has put the app."""
    return f"../..{address}"


def layer_address(layer: WebLayer | None) -> str:
    """Return the address of a layer as seen from the component's frame; an empty text for no layer."""
    return from_frame(shapes_address(layer.name)) if layer else ""


def script_json(value: Mapping[str, Any]) -> str:
    """Write a value as JSON that cannot end a script: names in it may be hostile."""
    text = json.dumps(value, separators=(",", ":"), ensure_ascii=True)
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def show_map(
    layers: WebLayers, view: MapView, key: str, on_pick: Callable[[], None], height: int = HEIGHT_PX
) -> None:
    """Show a map and report a click.

    Parameters
    ----------
    layers
        The shapes and places; the same for every view of a build.
    view
        What to show now.
    key
        Key of the map in the session; `picked(key)` reads the click.
    on_pick
        Called before the page runs again when a shape has been clicked.
    height
        In pixels.
    """
    base = AtlasMap()
    addresses = {name: layer_address(layer) for name, layer in layers.named.items()}
    Script("start(map_div, ", addresses).add_to(base)
    changing = folium.FeatureGroup()
    Script("show(", view.sent).add_to(changing)
    st_folium(
        base,
        key=key,
        height=height,
        use_container_width=True,
        feature_group_to_add=changing,
        returned_objects=[],
        on_change=on_pick,
    )


def picked(key: str) -> tuple[str, bool]:
    """Return the code of the shape that was picked last, and whether its small areas are asked for."""
    value = st.session_state.get(key)
    if not isinstance(value, dict) or not value.get("code"):
        return "", False
    return str(value["code"]), bool(value.get("way_in"))


def picked_spot(key: str) -> tuple[float, float] | None:
    """Return the latitude and longitude that was picked last; None where none was."""
    value = st.session_state.get(key)
    at = value.get("at") if isinstance(value, dict) else None
    if not isinstance(at, list) or len(at) != 2 or not all(isinstance(part, int | float) for part in at):
        return None
    return float(at[0]), float(at[1])


def picked_place(key: str) -> int | None:
    """Return the position, in its layer, of the place that was picked last; None where none was."""
    value = st.session_state.get(key)
    position = value.get("place") if isinstance(value, dict) else None
    return position if isinstance(position, int) else None


def picked_site(key: str) -> str:
    """Return the id of the site that was picked last; an empty text where none was."""
    value = st.session_state.get(key)
    return str(value["site"]) if isinstance(value, dict) and value.get("site") else ""
