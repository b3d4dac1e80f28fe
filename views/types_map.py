"""The map of the Types page and its legend."""

from typing import Final

import streamlit as st

from data.errors import AtlasError
from data.provenance import attribution_words
from models.classes import characters_of
from models.explain import Explanation
from models.levels import Level
from models.type_patches import Patches
from views import controls, look, maps, reach_map, session
from views.state import Chosen
from views.types_classes import TypesClasses
from views.types_scene import TypesScene
from views.types_state import Show, choose_area

MAP_KEY: Final = "types_map"


def show_legend(scene: TypesScene, classes: TypesClasses) -> None:
    """Show the legend: title, every class with its swatch and its count, and green spaces."""
    green = controls.has_green(scene.build)
    look.show_counted(classes.title, classes.note, classes.entries, classes.palette, scene.dark, green)


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
    if sought.show is Show.PATCH:
        show_patches(scene.patches)
    look.show_note(attribution_words(drawn))


def show_patches(patches: Patches | AtlasError) -> None:
    """Say what the patches are, or why there are none."""
    if isinstance(patches, Patches):
        look.show_small_explanation(Explanation(patches.sentence, patches.caveats))
    else:
        st.warning(look.plain(" ".join(part for part in (patches.message, patches.hint) if part)))


def _pick() -> None:
    code, _ = maps.picked(MAP_KEY)
    if code:
        choose_area(code)
