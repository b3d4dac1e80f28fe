"""The parts of the Explore page beside the table: the choices, the map and the sources."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import pandas as pd
import streamlit as st

from data.indicators import Group, Indicator
from data.provenance import NOT_STATED, Provenance, Status, attribution_words
from geo.builds import Build
from geo.layers import CUT_BY_COUNCIL, WebLayers
from geo.web_layer import WebLayer
from models.classes import OUTSIDE, Classes, characters_of
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
EQUALS: Final = "The table has the same figures; “Find” selects as a click does."


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
        show_where([chosen.indicator], chosen, possible, classes.inside)


def show_where(
    shown: Sequence[str],
    chosen: Chosen,
    possible: Possible,
    inside: pd.DataFrame,
    level_width: int | Literal["stretch"] = "stretch",
) -> None:
    """Show the choice of level, council and area.

    Parameters
    ----------
    shown
        The indicators that are shown at once: a level has to have them all.
    chosen, possible
        What is chosen, and what can be.
    inside
        The shapes that are shown: `name, ward_name`, indexed by code.
    level_width
        The width of the choice of level, in pixels.
    """
    _show_levels(shown, chosen, possible, level_width)
    if chosen.level not in WIDE:
        _show_councils(possible)
    finder.show_finder(inside, chosen.level, chosen.area)
    finder.show_way_in(chosen, possible)


def _show_levels(
    shown: Sequence[str], chosen: Chosen, possible: Possible, width: int | Literal["stretch"]
) -> None:
    st.selectbox(
        "Level",
        [level.value for level in possible.levels_of_all(shown, chosen.council)],
        format_func=lambda value: LEVEL_WORDS[Level(value)],
        key="level",
        on_change=keep_choice,
        width=width,
    )


def _show_councils(possible: Possible) -> None:
    if len(possible.councils) > 1:
        names = {"": f"All {len(possible.councils)} councils", **possible.councils}
        st.selectbox(
            "Council", list(names), format_func=lambda key: names[key], key="council", on_change=keep_choice
        )


@dataclass(frozen=True)
class Painting:
    """What a map shows, whatever it was made from.

    Attributes
    ----------
    level
        What one shape is.
    frame
        The shapes of the level with their `class` and `la_code`, indexed by code.
    palette
        A colour for each class that is a digit, class 0 first.
    spoken
        The words of each class.
    name
        The accessible name of the map.
    columns
        The columns whose values are shown.
    """

    level: Level
    frame: pd.DataFrame
    palette: tuple[str, ...]
    spoken: Mapping[str, str]
    name: str
    columns: tuple[str, ...]

    @property
    def councils(self) -> tuple[str, ...]:
        """The councils that are shown."""
        inside = self.frame[self.frame["class"] != OUTSIDE]
        return tuple(sorted(inside["la_code"].dropna().unique()))


def paint_one(classes: Classes, data: LevelData, explanation: Explanation, dark: bool) -> Painting:
    """Return what the map of one indicator shows."""
    return Painting(
        level=classes.level,
        frame=classes.frame,
        palette=look.palette_of(classes, dark),
        spoken=classes.spoken,
        name=f"Map. {classes.indicator.label} by {classes.level.singular}. {explanation.text} {EQUALS}",
        columns=(data.column_of(classes.indicator),),
    )


def show_map(
    build: Build,
    painting: Painting,
    chosen: Chosen,
    dark: bool,
    key: str = MAP_KEY,
    height: int = maps.HEIGHT_PX,
    close: bool = False,
    on_pick: Callable[[str], None] | None = None,
) -> None:
    """Show a map, which names the publishers of its shapes and values.

    Parameters
    ----------
    build, painting, chosen, dark
        What the map shows.
    key
        Key of the map in the session.
    height
        In pixels.
    close
        Whether it opens on the selected shape and its neighbours.
    on_pick
        Called with the key when a shape has been clicked; the shape is selected when not given.
    """
    layers = session.current_layers()
    whose = cut_layers(layers, chosen, build.areas.is_large)
    layer = whose.get(LAYER_OF[painting.level]) or layers.named[LAYER_OF[painting.level]]
    drawn = _drawn(build, session.data_at(build, painting.level), painting.columns)
    view = maps.MapView(
        level=painting.level.value,
        layers={name: maps.layer_address(cut) for name, cut in whose.items()},
        classes=characters_of(painting.frame, layer.codes),
        palette=painting.palette,
        labels=painting.spoken,
        dark=dark,
        council=chosen.council,
        councils=(chosen.council,) if chosen.council else layers.of_councils,
        selected=chosen.area,
        points=chosen.points,
        close=close,
        way_in=build.areas.is_large and painting.level is Level.COUNCIL and not close,
        name=painting.name,
        credit="; ".join(_publishers(drawn)),
    )
    maps.show_map(layers, view, key, partial(on_pick or _pick_from_map, key), height)


def cut_layers(layers: WebLayers, chosen: Chosen, is_large: bool) -> dict[str, WebLayer | None]:
    """Return the layers of the chosen council that a large place shows instead of the whole ones.

    Over all of its small areas at once ward lines would be a net: they are left out.
    """
    if not is_large or chosen.level in WIDE:
        return {}
    if chosen.council:
        return {what: layers.of_council(what, chosen.council) for what in CUT_BY_COUNCIL}
    return {"wards": None} if chosen.level is Level.AREA else {}


def _publishers(drawn: list[Provenance]) -> list[str]:
    """Name each publisher once, where one column came from several."""
    names = (name for p in drawn for name in p.publisher.split("; "))
    return _distinct(name for name in names if NOT_STATED not in name)


def show_attribution(build: Build, painting: Painting, chosen: Chosen) -> None:
    """Show the full attribution of everything that the map draws, places and green spaces included."""
    drawn = _drawn(build, session.data_at(build, painting.level), painting.columns)
    look.show_note(attribution_words([*drawn, *_marked(build, chosen.points)]))


def _pick_from_map(key: str) -> None:
    code, way_in = maps.picked(key)
    if code:
        (show_small_areas if way_in else choose_area)(code)


def has_green(build: Build) -> bool:
    """Say whether the map has green spaces to draw."""
    return bool(build.outlines["level"].eq(GREENSPACE).any())


def _drawn(build: Build, data: LevelData, columns: Collection[str]) -> list[Provenance]:
    """Return the provenance of the values, of the shapes and of the lines above them."""
    own = [*(data.provenance.get(c) for c in columns), build.areas.provenance.get("geometry")]
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


def show_sources(
    build: Build, data: LevelData, indicators: Sequence[Indicator], shown: pd.Index, explanation: Explanation
) -> None:
    """Show where every figure came from and what has been done to it, one click away."""
    panel = st.expander("Sources and method", on_change="rerun", key="sources")
    if not panel.open:
        return
    with panel:
        meanings = [f"{indicator.meaning.removesuffix('.')}." for indicator in indicators]
        look.show_note(" ".join((*meanings, *explanation.method)))
        for title, column in _sourced(data, indicators, shown):
            show_source(title, data.provenance[column], _statuses(data, column))
        shapes = build.areas.provenance
        show_source("Boundaries of small areas", shapes["geometry"])
        if "ward_code" in shapes:
            show_source("Wards of small areas", shapes["ward_code"])


def _sourced(data: LevelData, indicators: Sequence[Indicator], shown: pd.Index) -> list[tuple[str, str]]:
    """Return titles and columns that have a source to show: the indicators, and the children beside them."""
    columns = [(indicator.label, data.column_of(indicator)) for indicator in indicators]
    beside = len(indicators) > 1 or indicators[0].group is Group.NEED
    children = data.children_column(shown) if beside else None
    if children and children not in {column for _, column in columns}:
        columns.append((data.dictionary[children].label, children))
    return columns


def _statuses(data: LevelData, column: str) -> str:
    counts = data.status[column].astype(str).value_counts()
    found = ", ".join(f"{counts[s]:,} {s.value}" for s in Status if counts.get(s.value, 0))
    return f"{found} of {len(data.status):,} {data.level.plural}"


def show_source(title: str, source: Provenance, values: str = "") -> None:
    """Show where one column came from and what has been done to it."""
    look.show_pairs(
        title,
        {
            "Source": source_words(source),
            "Publisher": source.publisher,
            "Licence": source.licence,
            "Geography": source.geography,
            "File": f"{source.file} (SHA-256 {source.sha256[:12]}…)" if source.sha256 else source.file,
            "Steps": "; ".join(source.steps) or "none: as published",
            **({"Values": values} if values else {}),
        },
    )
