"""The parts of the Reach page, from its title to the map and the table."""

from typing import Final

import streamlit as st

from data.asset_kinds import asset_kinds
from geo.builds import Build
from geo.travel import Mode
from models.explain import Explanation
from models.levels import WIDE, Level
from models.places import count_kinds
from models.reach_levels import in_all
from models.words import Part, number, percent
from views import controls, finder, look, maps, reach_below, reach_files, reach_map, reach_table, session
from views.badges import marking_of
from views.inside import why_inside
from views.markers import MARKERS
from views.places_panel import show_counting
from views.reach_classes import ReachClasses, classify_gaps, classify_minutes
from views.reach_figures import LevelReach, reach_at
from views.reach_state import Offered, Sought, View, choose_area, keep_choice, key_of

VIEW_WORDS: Final = {View.MINUTES: "Minutes to the nearest", View.GAPS: "Gaps", View.WHAT_IF: "What if"}
MODE_WORDS: Final = {Mode.WALK: "On foot", Mode.PRAM: "With a pram"}
HALVES: Final = (1.32, 1)


def show_head(build: Build) -> None:
    """Show the title with its badges, and beside it what the map can show."""
    marking = marking_of(build)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        look.show_header("Reach", marking, width="content")
        st.segmented_control(
            "Show",
            [view.value for view in View],
            format_func=lambda value: VIEW_WORDS[View(value)],
            required=True,
            key=key_of("view"),
            on_change=keep_choice,
            label_visibility="collapsed",
        )
    look.show_overdue(marking)


def show_no_places() -> None:
    """Say what to do where a build has no place at all."""
    st.info(
        "No place of support is known yet, so there is nothing to reach. Add places on the Assets page, or "
        "put files of places into the folder and build it again.",
        icon=":material/location_off:",
    )


def explain(found: LevelReach, council: str) -> Explanation:
    inside = found.reach if not council else found.reach.of(found.reach.areas.index)
    total = in_all(inside)
    return Explanation(
        (Part(f"{number(total['children_out'])} children", True), Part(f", {percent(total['out_share'])} of all, have none within reach.")),
        (),
        (),
    )


def show_reach(build: Build, offered: Offered, sought: Sought, notices: tuple[str, ...]) -> None:
    """Show the sentence, the choices, map and table, and what stands below."""
    found = reach_at(build, sought.asked, sought.level)
    areas, dark = session.areas_of(build), look.is_dark()
    explanation = explain(found, sought.council)
    look.show_explanation(explanation)
    if notices:
        st.info(look.plain(" ".join(notices)), icon=":material/link_off:")
    show_choices(build, offered, sought, found)
    by_gap = sought.view is not View.MINUTES
    classes = (classify_gaps if by_gap else classify_minutes)(found, sought)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        reach_map.show_legend(classes, sought.view, dark, controls.has_green(build))
        reach_map.show_map(build, classes, sought, f"Map. {explanation.text} {controls.EQUALS}", _pick)
        reach_map.show_attribution(build, sought.kind)
        show_counting(build, key_of("count"), keep_choice)
    with right:
        show_rows(build, classes, found, sought)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        reach_below.show_fifths(found.reach, dark)
    with right:
        if sought.level is Level.AREA and areas.frame["ward_code"].notna().any():
            reach_below.show_wards(reach_at(build, sought.asked, Level.WARD), sought.council)
    reach_below.show_places(build, areas, found.reach, sought.council)
    reach_below.show_sources(build, areas, found.reach, explanation.method)


def show_choices(build: Build, offered: Offered, sought: Sought, found: LevelReach) -> None:
    """Show what can be chosen in one row: kind, travel, minutes, level, council and area."""
    counts = count_kinds(build.places.counted, sought.council)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "Kind of place",
            list(offered.kinds),
            format_func=lambda kind: f"{MARKERS[kind].name} · {counts.get(kind, 0):,}",
            key=key_of("kind"),
            on_change=keep_choice,
            width=220,
        )
        if offered.modes:
            st.selectbox(
                "Travel",
                [mode.value for mode in offered.modes],
                format_func=lambda value: MODE_WORDS[Mode(value)],
                key=key_of("mode"),
                on_change=keep_choice,
                width=140,
            )
        st.selectbox(
            "Within",
            list(offered.minutes),
            format_func=lambda minutes: f"{minutes} minutes",
            key=key_of("minutes"),
            on_change=keep_choice,
            width=130,
        )
        st.selectbox(
            "Level",
            [level.value for level in offered.levels(sought.council)],
            format_func=lambda value: controls.LEVEL_WORDS[Level(value)],
            key=key_of("level"),
            on_change=keep_choice,
            width=140,
        )
        show_councils(offered, sought)


def show_councils(offered: Offered, sought: Sought) -> None:
    """Show the choice of one council, where there are several and they are not the shapes themselves."""
    councils = offered.possible.councils
    if len(councils) < 2 or sought.level in WIDE:
        return
    names = {"": f"All {len(councils)} councils", **councils}
    st.selectbox(
        "Council",
        list(names),
        format_func=lambda code: names[code],
        key=key_of("council"),
        on_change=keep_choice,
    )


def show_rows(build: Build, classes: ReachClasses, found: LevelReach, sought: Sought) -> None:
    """Show the table with its order and its file."""
    by_gap = sought.view is not View.MINUTES
    rows, orders = (reach_table.gap_rows if by_gap else reach_table.minutes_rows)(classes, found)
    view = (sought.kind, str(sought.mode), str(sought.minutes), sought.view, sought.level, sought.council)
    reach_table.show_table(classes, rows, orders, view, by_gap, sought.area)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reach_table.show_order(rows, by_gap)
        areas = session.areas_of(build)
        if held := why_inside(build, reach_files.used_indicators(found.reach, areas)):
            look.show_note(held)
            return
        st.download_button(
            f"Download all {len(rows):,}",
            lambda: reach_files.table_to_csv(build, areas, found, classes.inside),
            f"reach_{sought.kind}_{sought.level.value}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _pick() -> None:
    code, _ = maps.picked(reach_map.MAP_KEY)
    if code:
        choose_area(code)
