"""Area profile: one small area, ward, locality or council, beside what it lies in and beside others."""

import streamlit as st

from data.asset_kinds import asset_kinds
from models.classes import offered_indicators
from models.levels import Level
from models.places import kinds_of
from models.profile_setting import neediest_shape
from views import look, profile_panel, profile_state, profile_types, session, state
from views.badges import marking_of

build = session.counting(session.current_build(), profile_state.counts_all())
areas = session.areas_of(build)
offered = {entry.id: entry for entry in offered_indicators(areas)}
kinds = {kind: asset_kinds()[kind].shown for kind in kinds_of(build.places.frame)}
possible = state.possible_choices(areas, offered, kinds)


def neediest(level: Level, council: str) -> str:
    """Return the shape that stands when none is asked for."""
    return neediest_shape(session.data_at(build, level), council)


profiled, notices = profile_state.read_profiled(possible, neediest)
data = session.need_at(build, profiled.level, profiled.weights)
sheet = session.sheet_of(build, profiled.level, profiled.area, profiled.weights)
dark = look.is_dark()

marking = marking_of(build)
look.show_header(sheet.name, marking)
look.show_overdue(marking)
look.show_explanation(sheet.explanation)
look.show_note(sheet.place)
if notices:
    st.info(look.plain(" ".join(notices)), icon=":material/link_off:")
profile_panel.show_choices(profiled, possible, data, sheet)
profile_panel.show_briefing(build, profiled, sheet)
profile_panel.show_tiles(sheet)
room_for_types = st.container()
left, right = st.columns([1.32, 1], gap="medium")
with left:
    profile_panel.show_lines(sheet, dark)
    profile_panel.show_points(sheet, profiled, dark)
with right:
    profile_panel.show_map(build, data, sheet, possible, dark)
    profile_panel.show_places(build, sheet)
profile_panel.show_demand(build, sheet, dark)
profile_panel.show_similar(sheet, profiled)
profile_panel.show_comparison(data, sheet, profiled, dark)
profile_panel.show_others(areas, data, sheet)
profile_panel.show_sources(sheet)
with room_for_types:
    profile_types.show_types(build, sheet.level, sheet.code, dark)
