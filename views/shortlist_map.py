"""The map of the Shortlist page and its legend."""

from typing import Final

from data.provenance import attribution_words
from models.classes import characters_of
from views import controls, look, maps, reach_map, session
from views.shortlist_classes import ShortlistClasses
from views.shortlist_scene import ShortlistScene
from views.shortlist_state import choose_area
from views.state import Chosen

MAP_KEY: Final = "shortlist_map"


def show_legend(scene: ShortlistScene, classes: ShortlistClasses) -> None:
    """Show the legend: title, every class with its swatch and its count, and green spaces."""
    green = controls.has_green(scene.build)
    look.show_counted(classes.title, classes.note, classes.entries, classes.palette, scene.dark, green)


def show_map(scene: ShortlistScene, classes: ShortlistClasses, name: str) -> None:
    """Show the map; a click on it selects a shape.

    Parameters
    ----------
    scene, classes
        What it shows.
    name
        Its accessible name.
    """
    build, within = scene.build, scene.asked.within
    layers = session.current_layers()
    chosen = Chosen("", scene.level, within, scene.sought.area)
    whose = controls.cut_layers(layers, chosen, build.areas.is_large)
    layer = controls.LAYER_OF[scene.level]
    codes = (whose.get(layer) or layers.named[layer]).codes
    drawn = reach_map.shapes_drawn(build)
    view = maps.MapView(
        level=scene.level.value,
        layers={what: maps.layer_address(cut) for what, cut in whose.items()},
        classes=characters_of(classes.frame, codes),
        palette=classes.palette,
        labels=classes.spoken,
        dark=scene.dark,
        council=within,
        councils=(within,) if within else layers.of_councils,
        selected=scene.sought.area,
        points=(),
        close=False,
        way_in=False,
        name=name,
        credit="; ".join(dict.fromkeys(source.publisher for source in drawn)),
        told=tuple(classes.told.reindex(list(codes)).fillna("")),
    )
    maps.show_map(layers, view, MAP_KEY, _pick)
    look.show_note(attribution_words(drawn))


def _pick() -> None:
    code, _ = maps.picked(MAP_KEY)
    if code:
        choose_area(code)
