"""Assets: the places that help children and families, to browse, to add, and to keep true."""

import streamlit as st

from data.errors import RegisterError
from views import (
    assets_add,
    assets_browse,
    assets_bulk,
    assets_change,
    assets_mine,
    assets_state,
    assets_told,
    look,
    session,
)
from views.assets_state import Section
from views.badges import marking_of, marking_of_places
from views.register_session import current_register
from views.sign_in import current_visitor
from views.visitors import may_see_figures

SENTENCES = {
    Section.BROWSE: "Places that help children and families, and when somebody last said that they are open.",
    Section.ADD: "Tell us about a place that helps children and families. It takes a minute. An editor "
    "checks it before it is published.",
    Section.MANY: "Send many places at once, from a spreadsheet. An editor checks them before they are "
    "published.",
    Section.MINE: "What you sent, how it stands, and what you can do for it.",
}

build = session.current_build()
register = current_register()
visitor = current_visitor()
actor = visitor.actor
shown = assets_state.read_shown(assets_state.opening_section(actor))
offered = assets_state.sections_for(actor)

of_figures = may_see_figures(visitor, build.areas.tier)
look.show_header("Assets", marking_of(build) if of_figures else marking_of_places(build))
assets_state.show_sections(shown, offered)
assets_told.show_told()
try:
    if shown.receipt:
        assets_add.show_receipt(build, register, actor, shown.receipt)
    elif shown.section not in offered:
        st.info("To add places, open the link of your invitation, or sign in.", icon=":material/lock:")
    elif shown.doing:
        assets_change.show_change(build, register, actor, shown.doing, shown.place)
    else:
        st.markdown(SENTENCES[shown.section])
        if shown.section is Section.BROWSE:
            assets_browse.show_browse(build, register, actor, shown)
        elif shown.section is Section.ADD:
            assets_add.show_add(build, register, actor)
        elif shown.section is Section.MANY:
            assets_bulk.show_bulk(build, register, actor)
        else:
            assets_mine.show_mine(build, register, actor)
except RegisterError as error:
    assets_told.show_refusal(error)
