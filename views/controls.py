"""The parts of the Explore page beside the table: the choices, the map and the sources."""

from collections.abc import Collection, Iterable
from typing import Final

import streamlit as st

from data.indicators import Indicator
from data.provenance import NOT_STATED, Provenance, Status, attribution_lines
from geo.builds import Build
from geo.layers import CUT_BY_COUNCIL, WebLayers
from geo.web_layer import WebLayer
from models.classes import Classes
from models.explain import Explanation
from models.levels import WIDE, Level, LevelData
from models.words import sentence_case, source_words
from views import finder, look, maps, session
from views.state import Chosen, Possible, choose_area, keep_choice, show_small_areas

MAP_KEY: Final = "map"
INDICATOR_WIDTH_PX: Final = 360
LEVEL_WORDS: Final = {level: sentence_case(level.plural) for level in Level}
LAYER_OF: Final = {
    Level.AREA: "areas",
    Level.WARD: "wards",
    Level.LOCALITY: "localities",
    Level.COUNCIL: "councils",
    Level.REGION: "regions",
}
GREENSPACE: Final = "greenspace"


def show_choices(chosen: Chosen, possible: Possible, offered: dict[str, Indicator], classes: Classes) -> None:
    """Show what can be chosen in one row: indicator, level, council and area."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Indicator",
            list(offered),
            format_func=lambda key: offered[key].label,
            key="indicator",
            on_change=keep_choice,
            width=INDICATOR_WIDTH_PX,
        )
        _show_levels(chosen, possible)
        if chosen.level not in WIDE:
            _show_councils(possible)
        finder.show_finder(classes, chosen)
        finder.show_way_in(chosen, possible)


def _show_levels(chosen: Chosen, possible: Possible) -> None:
    st.selectbox(
        "Level",
        [level.value for level in possible.levels(chosen.indicator, chosen.council)],
        format_func=lambda value: LEVEL_WORDS[Level(value)],
        key="level",
        on_change=keep_choice,
    )


def _show_councils(possible: Possible) -> None:
    if len(possible.councils) > 1:
        names = {"": f"All {len(possible.councils)} councils", **possible.councils}
        st.selectbox(
            "Council", list(names), format_func=lambda key: names[key], key="council", on_change=keep_choice
        )


def show_map(build: Build, classes: Classes, chosen: Chosen, explanation: Explanation, dark: bool) -> None:
    """Show the map, which names the publishers of its shapes and values."""
    layers = session.current_layers()
    whose = cut_layers(layers, chosen, build.areas.is_large)
    layer = whose.get(LAYER_OF[classes.level]) or layers.named[LAYER_OF[classes.level]]
    drawn = _drawn(build, session.data_at(build, classes.level), classes)
    view = maps.MapView(
        level=classes.level.value,
        layers={name: maps.layer_address(cut) for name, cut in whose.items()},
        classes=classes.characters(layer.codes),
        palette=look.palette_of(classes, dark),
        labels=classes.spoken,
        dark=dark,
        council=chosen.council,
        councils=(chosen.council,) if chosen.council else layers.of_councils,
        selected=chosen.area,
        points=chosen.points,
        way_in=build.areas.is_large and classes.level is Level.COUNCIL,
        name=f"Map. {classes.indicator.label} by {classes.level.singular}. {explanation.text} "
        "The table has the same figures; “Find” selects as a click does.",
        credit="; ".join(
            _distinct(name for p in drawn for name in p.publisher.split("; ") if NOT_STATED not in name)
        ),
    )
    maps.show_map(layers, view, MAP_KEY, _pick_from_map)


def cut_layers(layers: WebLayers, chosen: Chosen, is_large: bool) -> dict[str, WebLayer | None]:
    """Return the layers of the chosen council that a large place shows instead of the whole ones.

    Over all of its small areas at once ward lines would be a net: they are left out.
    """
    if not is_large or chosen.level in WIDE:
        return {}
    if chosen.council:
        return {what: layers.of_council(what, chosen.council) for what in CUT_BY_COUNCIL}
    return {"wards": None} if chosen.level is Level.AREA else {}


def show_attribution(build: Build, classes: Classes, chosen: Chosen) -> None:
    """Show the full attribution of everything that the map draws, places and green spaces included."""
    drawn = _drawn(build, session.data_at(build, classes.level), classes)
    look.show_note(" ".join(_distinct(attribution_lines([*drawn, *_marked(build, chosen.points)]))))


def _pick_from_map() -> None:
    code, way_in = maps.picked(MAP_KEY)
    if code:
        (show_small_areas if way_in else choose_area)(code)


def has_green(build: Build) -> bool:
    """Say whether the map has green spaces to draw."""
    return bool(build.outlines["level"].eq(GREENSPACE).any())


def _drawn(build: Build, data: LevelData, classes: Classes) -> list[Provenance]:
    """Return the provenance of the values, of the shapes and of the lines above them."""
    own = [data.provenance.get(data.column_of(classes.indicator)), build.areas.provenance.get("geometry")]
    lines = [build.areas.provenance.get(c) for c in ("ward_code", "la_code")] if len(build.outlines) else []
    return [provenance for provenance in (*own, *lines) if provenance]


def _marked(build: Build, points: Collection[str]) -> list[Provenance]:
    """Return the provenance of the places on the map, and of its green spaces."""
    kinds = {*points, *(["green_space"] if has_green(build) else [])}
    places = build.places.frame
    files = places.loc[places["kind"].isin(kinds), "file"].unique()
    return [build.places.provenance[file] for file in files]


def _distinct(texts: Iterable[str]) -> list[str]:
    """Keep each text once, and none that stands in a longer one word for word."""
    once = list(dict.fromkeys(texts))
    return [text for text in once if not any(text in other for other in once if other != text)]


def show_sources(build: Build, data: LevelData, classes: Classes, explanation: Explanation) -> None:
    """Show where every figure came from and what has been done to it, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key="sources")
    if not panel.open:
        return
    column = data.column_of(classes.indicator)
    children = data.children_column(classes.inside.index) if classes.is_need else None
    shapes = build.areas.provenance
    with panel:
        look.show_note(" ".join((f"{classes.indicator.meaning.removesuffix('.')}.", *explanation.method)))
        _show_source(classes.indicator.label, data.provenance[column], _statuses(data, column))
        if children:
            words = _statuses(data, children)
            _show_source(data.dictionary[children].label, data.provenance[children], words)
        _show_source("Boundaries of small areas", shapes["geometry"])
        if "ward_code" in shapes:
            _show_source("Wards of small areas", shapes["ward_code"])


def _statuses(data: LevelData, column: str) -> str:
    counts = data.status[column].astype(str).value_counts()
    found = ", ".join(f"{counts[s]:,} {s.value}" for s in Status if counts.get(s.value, 0))
    return f"{found} of {len(data.status):,} {data.level.plural}"


def _show_source(title: str, source: Provenance, values: str = "") -> None:
    look.show_pairs(
        title,
        {
            "Source": source_words(source),
            "Publisher": source.publisher,
            "Licence": source.licence,
            "Geography": source.geography,
            "File": f"{source.file} (SHA-256 {source.sha256[:12]}…)",
            "Steps": "; ".join(source.steps) or "none: as published",
            **({"Values": values} if values else {}),
        },
    )
