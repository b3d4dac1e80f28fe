"""Explore: one indicator on a map with places, in a sentence and in a table, by area, ward or locality."""

import streamlit as st

from data.asset_kinds import asset_kinds
from models.classes import classify, offered_indicators
from models.explain import explain_map
from models.levels import NEED_INDEX
from models.places import kinds_of
from models.selected import explain_area
from views import controls, look, need_panel, places_panel, session, state, table_panel

build = session.current_build()
areas = session.areas_of(build)
offered = {entry.id: entry for entry in offered_indicators(areas)}
kinds = {kind: asset_kinds()[kind].shown for kind in kinds_of(build.places.frame)}
possible = state.possible_choices(areas, offered, kinds)
chosen, notices = state.read_chosen(possible)
if chosen.indicator == NEED_INDEX:
    data = session.need_at(build, chosen.level, chosen.weights)
else:
    data = session.data_at(build, chosen.level)
classes = classify(data, offered[chosen.indicator], chosen.council or None)
explanation = explain_map(classes, data)
dark = look.is_dark()

look.show_header("Explore", build.areas.tier, session.invented_place(build))
look.show_explanation(explanation)
if notices:
    st.info(look.plain(" ".join(notices)), icon=":material/link_off:")
controls.show_choices(chosen, possible, offered, classes)
left, right = st.columns([1.32, 1], gap="medium")
with left:
    look.show_legend(classes, dark, controls.has_green(build))
    controls.show_map(build, classes, chosen, explanation, dark)
    places_panel.show_pills(build, chosen, possible)
    controls.show_attribution(build, classes, chosen)
with right:
    if chosen.area:
        here = places_panel.find_places_here(build, chosen)
        look.show_selected(explain_area(classes, data, chosen.area), here)
    if chosen.indicator == NEED_INDEX:
        need_panel.show_weights(data, chosen.weights)
    table_panel.show_table(classes, data, chosen)
places_panel.show_places(build, chosen)
controls.show_sources(build, data, classes, explanation)
