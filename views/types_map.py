"""The map of the Types page and its legend."""

from html import escape
from typing import Final

import streamlit as st

from data.provenance import attribution_words
from models.classes import MISSING, characters_of
from models.levels import Level
from views import controls, look, maps, reach_map, session
from views.state import Chosen
from views.types_classes import TypesClasses
from views.types_scene import TypesScene
from views.types_state import choose_area

MAP_KEY: Final = "types_map"


def show_legend(scene: TypesScene, classes: TypesClasses) -> None:
    """Show the legend: title, every class with its swatch and its count, and green spaces."""
    counts = counts_of(scene, classes)
    items = "".join(
        f"<div role=listitem>{look.swatch(key, classes.palette, scene.dark)} {escape(words)}: {count}</div>"
        for key, (words, count) in counts.items()
    )
    if controls.has_green(scene.build):
        items += f"<div role=listitem>{look.green_swatch(scene.dark)} green space over 2 ha</div>"
    st.html(
        f'<div style="{look.SMALL}"><b>{escape(classes.title)}</b> '
        f'<span style="{look.PALE}">{escape(classes.note)}</span>'
        '<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f"{items}</div></div>"
    )


def counts_of(scene: TypesScene, classes: TypesClasses) -> dict[str, tuple[str, str]]:
    """Return the words and the count of each class of the legend."""
    if not classes.in_legend:
        return {}
    found = classes.inside["class"].value_counts()
    return {
        key: (words, f"{int(found.get(key, 0)):,}")
        for key, words in classes.labels.items()
        if found.get(key, 0) or key != MISSING
    }


def show_map(scene: TypesScene, classes: TypesClasses, name: str) -> None:
    """Show the map; a click on it selects an area.

    Parameters
    ----------
    scene, classes
        What it shows.
    name
        Its accessible name.
    """
    sought, build = scene.sought, scene.build
    layers = session.current_layers()
    chosen = Chosen("", Level.AREA, sought.council, sought.area)
    whose = controls.cut_layers(layers, chosen, build.areas.is_large)
    codes = (whose.get("areas") or layers.named["areas"]).codes
    told = None if classes.told is None else tuple(classes.told.reindex(list(codes)).fillna(""))
    drawn = reach_map.shapes_drawn(build)
    view = maps.MapView(
        level=Level.AREA.value,
        layers={what: maps.layer_address(cut) for what, cut in whose.items()},
        classes=characters_of(classes.frame, codes),
        palette=classes.palette,
        labels=classes.spoken,
        dark=scene.dark,
        council=sought.council,
        councils=(sought.council,) if sought.council else layers.of_councils,
        selected=sought.area,
        points=(),
        close=False,
        way_in=False,
        name=name,
        credit="; ".join(dict.fromkeys(source.publisher for source in drawn)),
        told=told,
    )
    maps.show_map(layers, view, MAP_KEY, _pick)
    look.show_note(attribution_words(drawn))


def _pick() -> None:
    code, _ = maps.picked(MAP_KEY)
    if code:
        choose_area(code)
