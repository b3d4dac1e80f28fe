"""Explore: one indicator on a map, in a sentence and in a table, by small area or by ward."""

import streamlit as st

from models.classes import classify, offered_indicators
from models.explain import explain_map
from models.selected import explain_area
from views import controls, look, session, state, table_panel

build = session.current_build()
offered = {entry.id: entry for entry in offered_indicators(build.areas)}
possible = state.possible_choices(build.areas, offered)
chosen, notices = state.read_chosen(possible)
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
    look.show_legend(classes, dark)
    controls.show_map(build, classes, chosen, explanation, dark)
with right:
    if chosen.area:
        look.show_selected(explain_area(classes, data, chosen.area))
    table_panel.show_table(classes, data, chosen)
controls.show_sources(build, data, classes, explanation)
