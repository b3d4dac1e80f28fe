"""The parts of the Area profile page, from the choices to the sources."""

from functools import partial
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from data.need_weights import write_weights
from data.provenance import attribution_words
from geo.area_table import AreaTable
from geo.builds import Build
from models.briefing import Brief
from models.classes import classify
from models.explain import Explanation, explain_map
from models.levels import Level, LevelData
from models.profile import compare_shapes, other_lines
from models.profile_setting import Setting, map_council, map_indicator
from models.profile_sheet import Sheet
from models.words import sentence_case
from views import controls, demand_panel, demand_parts, look, maps, profile_parts, tables
from views.brief_buttons import show_brief_buttons
from views.briefs import brief_of_area, types_in
from views.inside import held_indicators, why_inside
from views.places_panel import show_counting
from views.profile_state import MOST_COMPARED, Profiled, choose_area, keep_choice, key_of, profiled_levels
from views.profile_types import stand_ready
from views.routes import profile_address
from views.state import EVERY_PLACE, Chosen, Possible
from views.table_panel import HEADING_HEIGHT_PX, ROW_HEIGHT_PX

MAP_KEY: Final = "profile_map"
MAP_HEIGHT_PX: Final = 300
DARK_CHIPS: Final = "<style>[data-tag],[data-tag] *{color:#14191D!important}</style>"
"""Streamlit writes what was chosen in white, which cannot be read on the dark theme’s light primary."""

TENTHS: Final = {False: "Tenth of England", True: "Areas in worst tenth"}


def show_choices(profiled: Profiled, possible: Possible, data: LevelData, sheet: Sheet) -> None:
    """Show what can be profiled in one row, and the way to the printed sheet."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Level",
            [level.value for level in profiled_levels(possible)],
            format_func=lambda value: controls.LEVEL_WORDS[Level(value)],
            key=key_of("level"),
            on_change=keep_choice,
            width=160,
        )
        if len(possible.councils) > 1 and profiled.council:
            councils = _councils_with(possible, profiled.level)
            st.selectbox(
                "Council",
                list(councils),
                format_func=lambda key: councils[key],
                key=key_of("council"),
                on_change=keep_choice,
                width=200,
            )
        names = names_in(data, profiled.council)
        st.selectbox(
            sentence_case(data.level.singular),
            list(names),
            format_func=lambda key: names[key],
            key=key_of("area"),
            on_change=keep_choice,
        )
        st.link_button(
            "Print or save as PDF",
            profile_address(
                sheet.level.value,
                sheet.code,
                write_weights(dict(profiled.weights)),
                EVERY_PLACE if profiled.count_all else "",
            ),
            icon=":material/print:",
            help="Opens one A4 page. Print it from the browser.",
        )


def show_briefing(build: Build, profiled: Profiled, sheet: Sheet) -> None:
    """Offer the briefing of the shape in each form."""

    def make() -> Brief:
        known = types_in(build, sheet.level, sheet.code) if stand_ready(build) else None
        return brief_of_area(build, sheet.level, sheet.code, profiled.weights, known)

    held = why_inside(build, held_indicators(build))
    note = "Figures of referrals do not stand in it." if held else ""
    show_brief_buttons(make, sheet.name, key_of("brief"), note)


def _councils_with(possible: Possible, level: Level) -> dict[str, str]:
    held = set(possible.councils_of(level).dropna())
    return {code: name for code, name in possible.councils.items() if code in held}


def names_in(data: LevelData, council: str) -> dict[str, str]:
    """Write the shapes of a council, or all of them, as options: name, ward and code."""
    frame = data.frame[data.frame["la_code"].eq(council).fillna(False)] if council else data.frame
    frame = frame.sort_values("name", kind="stable")
    wards = frame["ward_name"] if data.level is Level.AREA else pd.Series(pd.NA, index=frame.index)
    return {
        code: f"{name}{f', {ward}' if pd.notna(ward) else ''} · {code}"
        for code, name, ward in zip(frame.index, frame["name"], wards, strict=True)
    }


def show_tiles(sheet: Sheet) -> None:
    """Show the leading figures."""
    st.html(profile_parts.write_tiles(sheet.tiles))


def show_lines(sheet: Sheet, dark: bool) -> None:
    """Show the ranks of deprivation beside ward, council and everything."""
    st.subheader("Deprivation beside what it lies in", anchor=False)
    if not sheet.lines:
        look.show_note("This build holds no ranks of the Indices of Deprivation.")
        return
    tenth = TENTHS[sheet.level is not Level.AREA]
    st.html(profile_parts.STYLE + profile_parts.write_lines(sheet.lines, sheet.settings, tenth, dark))
    look.show_note(profile_parts.reads_words(sheet))


def show_points(sheet: Sheet, profiled: Profiled, dark: bool) -> None:
    """Show what the score of need is made of."""
    if not sheet.points:
        return
    st.subheader("What its need is made of", anchor=False)
    st.html(profile_parts.write_points(sheet.points, sheet.settings, dark))
    whose = "weights of your own" if profiled.weights else "the standard weights, which Explore can change"
    look.show_note(f"Points of a score from 0 to 100: the higher, the more need. By {whose}.")


def show_demand(build: Build, sheet: Sheet, dark: bool) -> None:
    """Show what is known of referrals: figures beside ward and council, who refers, and why."""
    here = sheet.demand
    if here is None:
        return
    st.subheader("Demand", anchor=False)
    look.show_explanation(Explanation(here.sentence, here.notes))
    left, right = st.columns([1.32, 1], gap="medium")
    with left:
        st.html(demand_parts.write_demand(here, sheet.settings, dark))
        if here.again:
            look.show_note(here.again)
        if here.sources:
            demand_panel.show_time(build, sheet.level, sheet.code, dark)
    with right:
        if not here.sources:
            demand_panel.show_time(build, sheet.level, sheet.code, dark)
        for title, shares in (("Who refers", here.sources), ("Main need", here.needs)):
            if shares:
                st.html(demand_parts.write_mix(title, shares, dark))
    if held := why_inside(build, held_indicators(build)):
        look.show_note(f"{held} The printed page leaves them out.")


def show_map(build: Build, data: LevelData, sheet: Sheet, possible: Possible, dark: bool) -> None:
    """Show a small map of the shape and its neighbours, with a legend."""
    classes = classify(data, data.dictionary[map_indicator(data)], map_council(data, sheet.code))
    st.subheader("Where it is", anchor=False)
    look.show_note(f"Shaded by {classes.indicator.label[0].lower()}{classes.indicator.label[1:]}.")
    look.show_legend(classes, dark, controls.has_green(build))
    explanation = explain_map(classes, data)
    painting = controls.paint_one(classes, data, explanation, dark)
    chosen = Chosen(
        classes.indicator.id,
        sheet.level,
        map_council(data, sheet.code) or "",
        sheet.code,
        possible.opening_kinds,
    )
    controls.show_map(
        build,
        painting,
        chosen,
        dark,
        MAP_KEY,
        MAP_HEIGHT_PX,
        close=True,
        on_pick=pick_from_map,
    )
    controls.show_attribution(build, painting, chosen)


def pick_from_map(key: str) -> None:
    """Profile the shape that was clicked."""
    code, _ = maps.picked(key)
    if code:
        choose_area(code)


def show_places(build: Build, sheet: Sheet) -> None:
    """Show the kinds of place inside and nearest."""
    if sheet.places.kinds:
        st.subheader("What is there", anchor=False)
        if nothing := profile_parts.nothing_near(sheet.places, build.places):
            st.markdown(f"**{nothing}**")
        st.html(profile_parts.write_places(sheet.places, average=sheet.level is not Level.AREA))
        look.show_note(profile_parts.not_listed(sheet.places, build.places))
    show_counting(build, key_of("count"), keep_choice)


def show_similar(sheet: Sheet, profiled: Profiled) -> None:
    """Show the most similar shapes, with links to their profiles."""
    if not sheet.similar:
        return
    count = len(sheet.similar)
    shapes = (
        f"{count} most similar {sheet.level.plural}" if count > 1 else f"most similar {sheet.level.singular}"
    )
    st.subheader(f"The {shapes}", anchor=False)
    st.html(profile_parts.write_similar(sheet.similar, partial(_address, profiled)))
    look.show_note(
        "Points apart: how many hundredths of England lie between the two, on average over children’s "
        "poverty, education, health, crime, housing, living environment and child numbers."
    )


def _address(profiled: Profiled, code: str) -> str:
    weights = write_weights(dict(profiled.weights))
    count = EVERY_PLACE if profiled.count_all else ""
    choices = {"level": profiled.level.value, "area": code, "weights": weights, "count": count}
    return "?" + urlencode({name: text for name, text in choices.items() if text}, safe=",")


def show_comparison(data: LevelData, sheet: Sheet, profiled: Profiled, dark: bool) -> None:
    """Show the shape side by side with up to four others."""
    st.subheader("Side by side", anchor=False)
    offered = names_in(data, profiled.council)
    extra = [*(s.code for s in sheet.similar), *profiled.compare]
    names = {**offered, **{c: f"{data.frame.at[c, 'name']} · {c}" for c in extra}}
    st.multiselect(
        f"Compare with up to {MOST_COMPARED} others",
        [code for code in names if code != sheet.code],
        format_func=lambda code: names[code],
        max_selections=MOST_COMPARED,
        key=key_of("compare"),
        on_change=keep_choice,
        placeholder="Choose areas",
    )
    if dark:
        st.html(DARK_CHIPS)
    if profiled.compare:
        codes = [sheet.code, *profiled.compare]
        rows = compare_shapes(data, codes)
        st.html(profile_parts.write_comparison([str(data.frame.at[c, "name"]) for c in codes], rows, dark))


def show_others(areas: AreaTable, data: LevelData, sheet: Sheet) -> None:
    """Show every other indicator, one click away."""
    panel = st.expander("Every other indicator", on_change="rerun", key="profile_others")
    if not panel.open:
        return
    lines = other_lines(areas, data, sheet.code, sheet.settings)
    columns = {"Indicator": [x.indicator.label for x in lines], "Here": [x.own.value for x in lines]}
    for at, setting in enumerate(sheet.settings):
        columns[setting_words(setting)] = [line.beside[at].value for line in lines]
    with panel:
        look.show_note("Numbers are totals; rates, scores and distances are averages.")
        st.dataframe(
            tables.to_arrow(pd.DataFrame(columns)),
            height=min(len(lines) + 1, 20) * ROW_HEIGHT_PX + HEADING_HEIGHT_PX,
            row_height=ROW_HEIGHT_PX,
            hide_index=True,
            alt=f"Every other indicator of {sheet.name}",
        )


def setting_words(setting: Setting) -> str:
    """Name what a shape lies in: "Castle Quay (ward)"."""
    return setting.name if setting.level == "all" else f"{setting.name} ({setting.level})"


def show_sources(sheet: Sheet) -> None:
    """Show where the figures came from, one click away, and who is to be credited."""
    panel = st.expander("Sources and method", on_change="rerun", key="profile_sources")
    if panel.open:
        with panel:
            for title, source in sheet.sources.items():
                controls.show_source(title, source)
    look.show_note(attribution_words(sheet.sources.values()))
