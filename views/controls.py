"""The parts of the Explore page beside the table: the choices, the map and the sources."""

from collections.abc import Iterable
from typing import Final

import streamlit as st

from data.indicators import Indicator, indicators
from data.provenance import Provenance, Status, attribution_lines
from geo.builds import Build
from models.classes import Classes
from models.explain import Explanation
from models.levels import Level, LevelData
from models.words import source_words
from views import look, maps, session
from views.state import Chosen, Possible, choose_area, keep_choice

MAP_KEY: Final = "map"
INDICATOR_WIDTH_PX: Final = 360
LEVEL_WORDS: Final = {Level.AREA: "Small areas", Level.WARD: "Wards"}


def show_choices(chosen: Chosen, possible: Possible, offered: dict[str, Indicator], classes: Classes) -> None:
    """Show what can be chosen in one row: indicator, level, council and area."""
    with st.container(horizontal=True):
        st.selectbox(
            "Indicator",
            list(offered),
            format_func=lambda key: offered[key].label,
            key="indicator",
            on_change=keep_choice,
            width=INDICATOR_WIDTH_PX,
        )
        _show_levels(possible)
        _show_councils(possible)
        _show_finder(classes)


def _show_levels(possible: Possible) -> None:
    st.selectbox(
        "Level",
        [level.value for level in Level if level is Level.AREA or possible.has_wards],
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


def _show_finder(classes: Classes) -> None:
    inside = classes.inside.sort_values("name", kind="stable")
    has_wards = classes.level is Level.AREA and inside["ward_name"].notna().any()
    wards = ", " + inside["ward_name"].fillna("no ward") if has_wards else ""
    names = (inside["name"] + wards + " · " + inside.index).to_dict()
    st.selectbox(
        f"Find a {classes.level.singular}",
        list(names),
        index=None,
        format_func=lambda key: names[key],
        placeholder="Name, ward or code" if has_wards else "Name or code",
        key="area",
        on_change=keep_choice,
    )


def show_map(build: Build, classes: Classes, chosen: Chosen, explanation: Explanation, dark: bool) -> None:
    """Show the map, and under it the full attribution of the layers drawn."""
    layers = session.current_layers()
    layer = layers.areas if classes.level is Level.AREA else layers.wards
    drawn = _drawn(build, session.data_at(build, classes.level), classes)
    view = maps.MapView(
        level=classes.level.value,
        classes=classes.characters(layer.codes),
        palette=look.palette_of(classes, dark),
        labels=classes.labels,
        dark=dark,
        council=chosen.council,
        councils=tuple(sorted(classes.inside["la_code"].dropna().unique())),
        selected=chosen.area,
        name=f"Map. {classes.indicator.label} by {classes.level.singular}. {explanation.text} "
        "The table has the same figures; “Find” selects as a click does.",
        credit="; ".join(_distinct(provenance.publisher for provenance in drawn)),
    )
    maps.show_map(layers, view, MAP_KEY, _pick_from_map)
    look.show_note(" ".join(_distinct(attribution_lines(drawn))))


def _pick_from_map() -> None:
    code = maps.picked_code(MAP_KEY)
    if code:
        choose_area(code)


def _drawn(build: Build, data: LevelData, classes: Classes) -> list[Provenance]:
    """Return the provenance of every layer on the map: the values, the shapes and the lines above them."""
    own = [data.provenance.get(data.column_of(classes.indicator)), build.areas.provenance.get("geometry")]
    lines = [build.areas.provenance.get(c) for c in ("ward_code", "la_code")] if len(build.outlines) else []
    return [provenance for provenance in (*own, *lines) if provenance]


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
        look.show_note(" ".join((f"{classes.indicator.meaning}.", *explanation.method)))
        _show_source(classes.indicator.label, data.provenance[column], _statuses(data, column))
        if children:
            words = _statuses(data, children)
            _show_source(indicators()[children].label, data.provenance[children], words)
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
