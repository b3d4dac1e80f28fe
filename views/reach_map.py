"""The map of the Reach page and its legend."""

from collections.abc import Callable
from typing import Any, Final

from data.provenance import Provenance, attribution_words
from geo.builds import Build
from models.classes import characters_of
from models.levels import Level
from views import controls, look, maps, session
from views.reach_classes import ReachClasses
from views.reach_state import Sought, View
from views.state import Chosen

MAP_KEY: Final = "reach_map"
MINUTES: Final = (*look.PEOPLE, "#C58A4A")
MINUTES_DARK: Final = (*look.PEOPLE_DARK, "#D9A05B")
"""Nearest to furthest, and none within the time that is looked through."""


def palette_of(view: View, dark: bool) -> tuple[str, ...]:
    """Return the colours of the classes of a view."""
    if view is View.MINUTES:
        return MINUTES_DARK if dark else MINUTES
    return look.PLACEMENT_DARK if dark else look.PLACEMENT


def show_legend(classes: ReachClasses, view: View, dark: bool, green: bool) -> None:
    """Show the legend: title, and every class with its swatch and its count; and green spaces."""
    counts = classes.counts
    entries = [
        (key, words, f"{counts[key]:,}")
        for key, words in classes.labels.items()
        if key in classes.always or counts[key]
    ]
    look.show_counted(classes.title, classes.note, entries, palette_of(view, dark), dark, green)


def show_map(
    build: Build,
    classes: ReachClasses,
    sought: Sought,
    name: str,
    on_pick: Callable[[], None],
    **rare: Any,  # noqa: ANN401
) -> None:
    """Show the map, with the places of the kind on it.

    Parameters
    ----------
    build, classes, sought
        What it shows.
    name
        Its accessible name.
    on_pick
        Called before the page runs again when it has been clicked.
    **rare
        What few maps have: see `views.maps.MapView`.
    """
    dark, layers = look.is_dark(), session.current_layers()
    chosen = Chosen("", sought.level, sought.council, sought.area, (sought.kind,))
    whose = controls.cut_layers(layers, chosen, build.areas.is_large)
    shapes = controls.LAYER_OF[sought.level]
    view = maps.MapView(
        level=sought.level.value,
        layers={what: maps.layer_address(cut) for what, cut in whose.items()},
        classes=characters_of(classes.frame, (whose.get(shapes) or layers.named[shapes]).codes),
        palette=palette_of(sought.view, dark),
        labels=classes.spoken,
        dark=dark,
        council=sought.council,
        councils=(sought.council,) if sought.council else layers.of_councils,
        selected=sought.area,
        points=(sought.kind,),
        close=False,
        way_in=build.areas.is_large and sought.level is Level.COUNCIL,
        name=name,
        credit="; ".join(dict.fromkeys(p.publisher for p in shapes_drawn(build))),
        **rare,
    )
    maps.show_map(layers, view, MAP_KEY, on_pick)


def show_attribution(build: Build, kind: str) -> None:
    """Show who is to be credited for all that the map draws."""
    frame = build.places.frame
    kinds = [kind, *(["green_space"] if controls.has_green(build) else [])]
    files = frame.loc[frame["kind"].isin(kinds), "file"].unique()
    look.show_note(attribution_words([*shapes_drawn(build), *(build.places.provenance[f] for f in files)]))


def shapes_drawn(build: Build) -> list[Provenance]:
    """Return where the shapes and lines that a map draws come from."""
    columns = ("geometry", "ward_code", "la_code") if len(build.outlines) else ("geometry",)
    found = [build.areas.provenance.get(column) for column in columns]
    return [provenance for provenance in found if provenance]
