"""My submissions: how each stands and what the editor asks, confirming, changing, and suggestions."""

from collections.abc import Sequence
from datetime import date
from typing import Final

import streamlit as st

from data.errors import RegisterError
from data.register.records import DRAFTS, Actor, Place, State, Suggestion
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from models.place_words import confirmed_words, standing_of
from models.words import sentence_case
from views import assets_card, assets_effect, assets_state, assets_told, look
from views.assets_state import Section
from views.markers import MARKERS
from views.review_state import cut_page, show_pages

A_PAGE: Final = 10
GROUPS: Final = {
    "Needs you": (State.NEEDS_INFORMATION,),
    "Waiting for an editor": (State.SUBMITTED,),
    "Published": (State.PUBLISHED,),
    "Not listed": (State.REJECTED, State.RETIRED),
}
SUGGESTED: Final = {
    "open": "An editor has not looked at it yet.",
    "accepted": "Taken over.",
    "rejected": "Not taken over.",
}
NOTHING: Final = "You have not sent anything yet."


def show_mine(build: Build, register: Register, actor: Actor) -> None:
    """Show everything of somebody's organisation, what needs them first."""
    try:
        mine = register.mine(actor)
        suggestions = [*register.suggestions(actor), *_settled(register, actor)]
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    if not mine and not suggestions:
        st.info(NOTHING, icon=":material/inbox:")
        st.button("Add a place", type="primary", on_click=assets_state.go_to, args=(Section.ADD,))
        return
    _show_confirm_several(register, actor, mine)
    for title, states in GROUPS.items():
        group = [place for place in mine if place.state in states]
        if group:
            st.subheader(f"{title} ({len(group):,})", anchor=False)
            _show_group(build, register, actor, title, group)
    if suggestions:
        st.subheader("What you suggested", anchor=False)
        for suggestion in suggestions:
            _show_suggestion(register, actor, suggestion)
