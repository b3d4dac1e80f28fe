"""Add a place: the form, what it would change, and the receipt to follow it by."""

from datetime import date
from typing import Final

import streamlit as st

from data.errors import RegisterError
from data.register.records import Actor, Place, State
from data.register.rights import Action, may
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from models.place_words import standing_of
from views import assets_effect, assets_form, assets_state, assets_told, look
from views.assets_state import Section
from views.sign_in import count_open_submission, link_to, may_add

SEND: Final = "Send to an editor"
NEXT: Final = "You get a receipt with a link, to see what becomes of it."
NEXT_STEPS: Final = """
1. An editor checks it. If something is not clear, you find the question behind the link below.
2. Once it is published, everyone can find it, and you see here what it changed.
3. After a year without a word it is shown as not confirmed, until somebody says that it is still open.
"""
NEXT_STEPS_HELD: Final = """
1. An editor looks at it, and decides whether where it is may be shown.
2. If it is confidential, its location stays hidden: it is on no map and in no list that leaves the register.
"""
WIDTH_PX: Final = 760


def show_add(build: Build, register: Register, actor: Actor) -> None:
    """Show the form to add a place; when it is sent, the receipt takes its place."""
    key, draft = assets_form.draft_key(), assets_form.new_draft(actor)
    filled, end = assets_form.show_form(build, register, actor, key, draft, "add")
    with end:
        if not filled.faults:
            assets_effect.show_preview(build, filled.told.place)
        if assets_form.show_send(key, SEND, filled):
            _send(register, actor, filled.told.place)
        look.show_note(NEXT)


def _send(register: Register, actor: Actor, place: Place) -> None:
    """Submit a place and go to its receipt. Sent again it is the same place, by its id."""
    try:
        if not may(actor, Action.SUBMIT):
            count_open_submission()
        receipt = register.submit(actor, place)
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    assets_state.go_to(Section.ADD, receipt=receipt.token)
    st.rerun()


def show_receipt(build: Build, register: Register, actor: Actor, token: str) -> None:
    """Show what became of something that was submitted, to whoever has its receipt."""
    try:
        place = register.follow(token)
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    with st.container(width=WIDTH_PX):
        _show_standing(build, place)
        st.markdown("**Keep this link** to see what becomes of it. It works without signing in.")
        st.code(link_to(f"assets?receipt={token}"), language=None, wrap_lines=True)
        _show_next(actor)


def _show_standing(build: Build, place: Place) -> None:
    """Show how a place stands and, until an editor has decided, what happens next."""
    standing = standing_of(place, date.today(), settings().stale_months)
    waits = place.state is State.SUBMITTED
    st.subheader(f"{'Thank you. We have' if waits else 'About'} {look.plain(place.name)}", anchor=False)
    st.markdown(f"**{standing.name}.** {look.plain(standing.meaning)}")
    if place.reason:
        st.info(f"The editor wrote: {look.plain(place.reason)}", icon=":material/chat:")
    if waits:
        st.markdown(NEXT_STEPS_HELD if place.withheld else NEXT_STEPS)
    if waits and not place.withheld:
        assets_effect.show_preview(build, place)
    elif place.state is State.PUBLISHED and not place.withheld:
        assets_effect.show_done(build, place)


def _show_next(actor: Actor) -> None:
    with st.container(horizontal=True):
        if may_add(actor):
            st.button("Add another", icon=":material/add:", on_click=_begin_another)
        if may(actor, Action.SUBMIT):
            st.button(
                "See all my submissions", type="tertiary", on_click=assets_state.go_to, args=(Section.MINE,)
            )


def _begin_another() -> None:
    assets_form.begin_another()
    assets_state.go_to(Section.ADD)
