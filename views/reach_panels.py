"""The Reach page from its sentence to its sources: map beside table, and what stands below."""

from typing import Final

import pandas as pd
import streamlit as st

from models.explain import Explanation
from models.levels import Level
from models.profile_setting import PROFILED
from models.reach_change import Change
from models.reach_words import explain_gaps, explain_reach
from views import controls, look, maps, reach_below, reach_change, reach_files, reach_map, reach_table
from views.inside import why_inside
from views.places_panel import show_counting
from views.reach_classes import ReachClasses, classify_change, classify_gaps, classify_minutes
from views.reach_figures import reach_at
from views.reach_rows import Rows, change_rows, gap_rows, minutes_rows
from views.reach_scene import ReachScene, show_choices
from views.reach_selected import explain_shape
from views.reach_state import View, choose_area, keep, keep_choice, key_of
from views.scene import PROFILE_PAGE
from views.state import EVERY_PLACE

HALVES: Final = (1.32, 1)


def show_no_places() -> None:
    """Say what to do where a build has no place at all."""
    st.info(
        "No place of support is known here yet, so nobody can be near one. Add places on the Assets page, or "
        "put files of places into the folder and build it again.",
        icon=":material/location_off:",
    )


def show_today(scene: ReachScene) -> None:
    """Show how far the nearest place is, or who is out of reach."""
    by_gap = scene.sought.view is View.GAPS
    explanation = _explain(scene)
    _show_sentence(scene, explanation)
    show_choices(scene)
    classes = (classify_gaps if by_gap else classify_minutes)(scene.found, scene.sought)
    rows = (gap_rows if by_gap else minutes_rows)(classes, scene.found)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        _show_map(scene, classes, explanation)
    with right:
        _show_selected(scene)
        _show_rows(scene, rows, classes.inside)
    show_below(scene, explanation)


def show_what_if(scene: ReachScene) -> None:
    """Show what the opening or the closing of a place does."""
    opening = reach_change.find_opening(scene.build, scene.sought.spot)
    change = reach_change.make_change(scene, opening)
    explanation = _explain(scene) if change is None else change.explanation
    _show_sentence(scene, explanation)
    show_choices(scene)
    if change is None:
        classes = classify_gaps(scene.found, scene.sought)
        rows, told = gap_rows(classes, scene.found), classes.inside
    else:
        classes = classify_change(scene.found, change, scene.sought)
        rows = change_rows(classes, change, scene.reach.costs.cutoff_min)
        told = classes.inside.join(change.areas.drop(columns="fifth"))
    reach_change.show_inputs(scene, opening)
    left, right = st.columns(HALVES, gap="medium")
    with left:
        _show_map(scene, classes, explanation)
    with right:
        _show_selected(scene)
        if rows.frame.empty:
            look.show_note("No small area changes.")
        else:
            _show_rows(scene, rows, told)
    show_below(scene, explanation, change)


def show_below(scene: ReachScene, explanation: Explanation, change: Change | None = None) -> None:
    """Show reach by fifth and by ward, the places with whom they reach, and the sources."""
    left, right = st.columns(HALVES, gap="medium")
    with left:
        reach_below.show_fifths(scene.reach, change, scene.dark)
    with right:
        if scene.sought.level is not Level.WARD and Level.WARD in scene.offered.levels(scene.sought.council):
            wards = reach_at(scene.build, scene.sought.asked, Level.WARD)
            gained = None if change is None else _gained_by_ward(scene, change)
            reach_below.show_wards(wards, scene.sought.council, gained)
    reach_below.show_places(scene.build, scene.areas, scene.found.reach, scene.sought.council)
    reach_below.show_sources(scene.build, scene.areas, scene.found.reach, explanation.method)


def _explain(scene: ReachScene) -> Explanation:
    """Say who is out of reach, or where need is without reach."""
    sought = scene.sought
    explain = explain_reach if sought.view is View.MINUTES else explain_gaps
    return explain(scene.found.reach, scene.areas, sought.council, sought.level)


def _gained_by_ward(scene: ReachScene, change: Change) -> pd.Series:
    gained = change.areas["children_gained"]
    return gained.groupby(scene.areas.frame["ward_code"].reindex(gained.index)).sum(min_count=1)


def _show_sentence(scene: ReachScene, explanation: Explanation) -> None:
    look.show_explanation(explanation)
    if scene.notices:
        st.info(look.plain(" ".join(scene.notices)), icon=":material/link_off:")


def _show_map(scene: ReachScene, classes: ReachClasses, explanation: Explanation) -> None:
    view = scene.sought.view
    reach_map.show_legend(classes, view, scene.dark, controls.has_green(scene.build))
    rare = reach_change.rare_of(scene) if view is View.WHAT_IF else {}
    pick = reach_change.pick_spot if view is View.WHAT_IF else _pick
    name = f"Map. {explanation.text} {controls.EQUALS}"
    reach_map.show_map(scene.build, classes, scene.sought, name, pick, **rare)
    reach_map.show_attribution(scene.build, scene.sought.kind)
    show_counting(scene.build, key_of("count"), keep_choice)


def _show_selected(scene: ReachScene) -> None:
    sought = scene.sought
    if not sought.area:
        return
    look.show_selected(explain_shape(scene.found, sought.area, scene.areas), None)
    if sought.level in PROFILED:
        kept = {"count": EVERY_PLACE} if sought.count_all else {}
        st.page_link(
            PROFILE_PAGE,
            label="Open its profile",
            icon=":material/article:",
            query_params={"level": sought.level.value, "area": sought.area, **kept},
        )


def _show_rows(scene: ReachScene, rows: Rows, told: pd.DataFrame) -> None:
    """Show the table with its order, and its file of what is told of its shapes."""
    sought = scene.sought
    view = (sought.kind, str(sought.mode), str(sought.minutes), sought.view, sought.level, sought.council)
    reach_table.show_table(rows, sought.level, view, bool(sought.area) or sought.view is View.WHAT_IF)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        reach_table.show_order(rows)
        if held := why_inside(scene.build, reach_files.used_indicators(scene.found.reach, scene.areas)):
            look.show_note(held)
            return
        st.download_button(
            f"Download all {len(rows.frame):,}",
            lambda: reach_files.table_to_csv(
                scene.build, scene.areas, scene.found, told.loc[rows.frame.index]
            ),
            f"reach_{sought.kind}_{sought.level.value}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
        )


def _pick() -> None:
    code, way_in = maps.picked(reach_map.MAP_KEY)
    if code and way_in:
        keep(level=Level.AREA.value, council=code, area="")
    elif code:
        choose_area(code)
