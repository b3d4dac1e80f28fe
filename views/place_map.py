"""The map of the Place support page and its legend."""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from html import escape
from typing import Any, Final

import pandas as pd
import streamlit as st

from data.asset_kinds import asset_kinds
from models.classes import MISSING, OUTSIDE, characters_of
from models.levels import Level
from models.placement import NEW, Placed
from models.reach import HIGHER
from models.reach_phrases import Near
from models.words import a, number, sentence_case
from views import controls, look, maps, session
from views.look import PLACEMENT, PLACEMENT_DARK
from views.place_scene import PlaceScene
from views.place_spots import in_degrees
from views.reach_classes import GAP_KEYS, NEED_MEANS, NOT_KNOWN
from views.reach_map import shapes_drawn, show_attribution
from views.reach_state import Degrees
from views.state import Chosen

MAP_KEY: Final = "place_map"
KEYS: Final = {**GAP_KEYS, NEW: "1"}
GROUP_WORDS: Final = {
    "0": "reached today",
    "1": "newly reached",
    "3": "out of reach, higher need",
    "2": "out of reach, lower need",
    "4": "out of reach, need unknown",
    MISSING: NOT_KNOWN,
}
"""The groups of areas in the order of the legend."""

CHOSEN: Final = "chosen"
TIE: Final = "tie"
CLOSED: Final = "closed"
"""How a site is drawn: a numbered disc, a hollow one, or an empty square where a place of today closes."""


def palette_of(dark: bool) -> tuple[str, ...]:
    """Return the colours of the groups of areas."""
    return PLACEMENT_DARK if dark else PLACEMENT


def children_by_group(placed: Placed) -> pd.Series:
    """Count the children of each group of the legend, by its key; missing where they are known of no area.

    Who is newly reached, and who is out of reach, is counted by homes, not by whole areas: the sums are those
    of the sentence. Children of whom reach is not known stand under "not known".
    """
    areas, figures = placed.areas, placed.figures
    out = areas["children"] - areas["children_after"]
    need = areas["fifth"].astype("float64")
    parts = {
        "3": out[need <= HIGHER],
        "2": out[need > HIGHER],
        "4": out[need.isna()],
        MISSING: areas["children"][areas["after_share"].isna()],
    }
    sums = {key: part.sum(min_count=1) for key, part in parts.items()}
    told = pd.Series({"0": figures.before - figures.lost, "1": figures.gained, **sums})
    known = areas["children"].notna().groupby(keys_of(placed)).any().reindex(told.index, fill_value=True)
    return told.where(known | (told.round() > 0))


def show_legend(scene: PlaceScene) -> None:
    """Show the legend: title, and every group with its swatch and how many children it has."""
    placed = scene.placed
    palette, children = palette_of(scene.dark), children_by_group(placed)
    areas = keys_of(placed).value_counts()
    counted = bool(placed.areas["children"].notna().any())
    told = children if counted else areas.reindex(list(GROUP_WORDS)).fillna(0)
    always = "0132" if placed.problem.reach.fifths else "014"
    words = GROUP_WORDS if placed.problem.reach.fifths else {**GROUP_WORDS, "4": "out of reach"}
    items = "".join(
        f"<div role=listitem>{look.swatch(key, palette, scene.dark)} {escape(label)} "
        f"<b>{_count(told[key], int(areas.get(key, 0)))}</b></div>"
        for key, label in words.items()
        if key in always or areas.get(key, 0) or (pd.notna(told[key]) and round(told[key]))
    )
    if controls.has_green(scene.build):
        items += f"<div role=listitem>{look.green_swatch(scene.dark)} green space over 2 ha</div>"
    near = Near(placed.problem.reach.asked, placed.problem.reach.costs.means)
    what = "children" if counted else "small areas"
    colours = " An area has the colour of at least half of its homes." if counted else ""
    need = f" {NEED_MEANS}" if placed.problem.reach.fifths else ""
    st.html(
        f'<div style="{look.SMALL}"><b>Reach of {escape(a(near.singular))}</b> '
        f'<span style="{look.PALE}">within {escape(near.minutes)}; counts are {what}.{colours}{need}</span>'
        '<div role=list style="display:flex;flex-wrap:wrap;gap:.2rem .9rem;margin-top:.3rem">'
        f"{items}</div></div>"
    )


def _count(children: float, areas: int) -> str:
    """Write how many children a group has; of areas without any known children it is not known."""
    if pd.isna(children):
        return NOT_KNOWN if areas else "0"
    return number(children)


def show_map(
    scene: PlaceScene,
    name: str,
    on_pick: Callable[[], None],
    ties: Iterable[str] = (),
    **rare: Any,  # noqa: ANN401
) -> None:
    """Show the map, with the places of today, the chosen sites and near ties on it.

    Parameters
    ----------
    scene
        What it shows.
    name
        Its accessible name.
    on_pick
        Called before the page runs again when it has been clicked.
    ties
        Ids of candidates that could stand in for a chosen site.
    **rare
        What few maps have: see `views.maps.MapView`.
    """
    sought, layers = scene.sought, session.current_layers()
    wanted = sought.wanted
    whose = controls.cut_layers(
        layers,
        Chosen("", Level.AREA, wanted.council, sought.area, (wanted.kind,)),
        scene.build.areas.is_large,
    )
    view = maps.MapView(
        level=Level.AREA.value,
        layers={what: maps.layer_address(cut) for what, cut in whose.items()},
        classes=characters_of(_frame(scene), (whose.get("areas") or layers.named["areas"]).codes),
        palette=palette_of(scene.dark),
        labels=spoken_of(scene.placed),
        dark=scene.dark,
        council=wanted.council,
        councils=(wanted.council,) if wanted.council else layers.of_councils,
        selected=sought.area,
        points=(wanted.kind,),
        close=False,
        way_in=False,
        name=name,
        credit="; ".join(dict.fromkeys(p.publisher for p in shapes_drawn(scene.build))),
        only=_without(layers.places.codes, wanted.closed),
        sites=tuple(sites_drawn(scene, ties)),
        **rare,
    )
    maps.show_map(layers, view, MAP_KEY, on_pick)


def show_marks(scene: PlaceScene, ties: Iterable[str] = ()) -> None:
    """Show what the marks on the map are, and who is to be credited for it."""
    wanted, placed = scene.sought.wanted, scene.placed
    near = Near(placed.problem.reach.asked, placed.problem.reach.costs.means)
    today = len(placed.problem.reach.places) - len(wanted.closed)
    mark = '<span aria-hidden=true style="{}">{}</span> {}'
    petrol = f"color:{'#6CC3BF' if scene.dark else '#0B5F63'}"
    items = [
        mark.format(petrol, "●", "new, numbered") if len(placed.chosen) else "",
        mark.format("", "■", f"{escape(near.singular)} today {today:,}"),
        mark.format("", "□", "closes") if wanted.closed else "",
        mark.format("", "○", tie_words(scene).lower()) if list(ties) else "",
    ]
    told = "".join(f"<div>{item}</div>" for item in items if item)
    st.html(f'<div style="{look.SMALL};display:flex;flex-wrap:wrap;gap:.2rem 1.2rem">{told}</div>')
    show_attribution(scene.build, wanted.kind)


def tie_words(scene: PlaceScene) -> str:
    """Say what a hollow mark is: what could stand in for a chosen site, or what the best choice has."""
    return "Nearly as good" if scene.hand is None else "In the best choice of as many"


def keys_of(placed: Placed) -> pd.Series:
    """Return the key of the group of each area."""
    return placed.areas["group"].map(KEYS).fillna(MISSING)


def spoken_of(placed: Placed) -> dict[str, str]:
    """Return the words of each group, for the tooltips."""
    return GROUP_WORDS if placed.problem.reach.fifths else {**GROUP_WORDS, "4": "out of reach"}


def sites_drawn(scene: PlaceScene, ties: Iterable[str] = ()) -> Iterable[Mapping[str, Any]]:
    """Yield the marks of sites, as the map's script takes them: what is drawn last stands on top."""
    placed, wanted = scene.placed, scene.sought.wanted
    places = scene.build.places.frame
    for id_ in wanted.closed:
        words = f"{sentence_case(asset_kinds()[wanted.kind].singular)}, closes"
        yield _mark("", str(places.at[id_, "name"]), words, places.geometry[id_], CLOSED)
    frame = placed.problem.candidates.frame
    offered = scene.problem.candidates.frame
    for id_ in ties:
        yield _mark(id_, str(offered.at[id_, "name"]), tie_words(scene), offered.geometry[id_], TIE)
    sites = placed.sites
    for id_, row in sites.iloc[::-1].iterrows():
        site = str(id_)
        words = f"New site {row['number']}"
        yield _mark(site, str(row["name"]), words, frame.geometry[site], CHOSEN, str(row["number"]))


def _mark(id_: str, name: str, words: str, point: Any, look_: str, text: str = "") -> Mapping[str, Any]:  # noqa: ANN401
    at = list(_in_degrees(point.x, point.y))
    return {"id": id_, "name": name, "words": words, "at": at, "look": look_, "text": text}


@lru_cache(maxsize=4_096)
def _in_degrees(easting_m: float, northing_m: float) -> Degrees:
    """Return latitude and longitude; kept, because pyproj starts anew in every thread that a page runs in."""
    return in_degrees(easting_m, northing_m)


def _frame(scene: PlaceScene) -> pd.DataFrame:
    """Return all shapes with their class; those of other councils are outside."""
    frame = scene.areas.frame
    return pd.DataFrame({"class": keys_of(scene.placed).reindex(frame.index).fillna(OUTSIDE)}, frame.index)


def _without(codes: Iterable[str], closed: Iterable[str]) -> str:
    gone = set(closed)
    return "".join("0" if code in gone else "1" for code in codes) if gone else ""
