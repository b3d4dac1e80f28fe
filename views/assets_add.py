"""Add a place: the form, what it would change, and the receipt to follow it by."""

from datetime import date
from typing import Final

import streamlit as st

from data.errors import RegisterError
from data.register.records import Actor, Place, State
from data.register.rights import Action, may
from data.register.screen import hold_reason
from data.register.store import Register
from data.settings import settings
from geo.builds import Build
from models.place_words import standing_of
from views import assets_effect, assets_form, assets_state, assets_told, look
from views.assets_state import Section
from views.sign_in import count_open_submission, link_to

SEND: Final = "Send to an editor"
NEXT: Final = "You get a receipt with a link, to see what becomes of it."


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


def show_receipt(register: Register, actor: Actor, token: str) -> None:
    """Show what became of something that was submitted, to whoever has its receipt."""
    try:
        place = register.follow(token)
    except RegisterError as error:
        assets_told.show_refusal(error)
        return
    left, _ = st.columns([1.6, 1], gap="large")
    with left:
        _show_standing(place)
        st.markdown("**To follow it**, keep this link. It works without signing in.")
        st.code(link_to(f"assets?receipt={token}"), language=None, wrap_lines=True)
        _show_next(actor)


def _show_standing(place: Place) -> None:
    standing = standing_of(place, date.today(), settings().stale_months)
    icon = ":green[:material/mark_email_read:] " if place.state is State.SUBMITTED else ""
    with st.container(border=True):
        st.markdown(f"{icon}**{look.plain(place.name)}**")
        st.markdown(f"{standing.name}. {look.plain(standing.meaning)}")
        if place.reason:
            st.markdown(f"The editor wrote: {look.plain(place.reason)}")


def _show_next(actor: Actor) -> None:
    with st.container(horizontal=True):
        st.button("Add another", icon=":material/add:", on_click=_begin_another)
        if may(actor, Action.SUBMIT):
            st.button(
                "See all my submissions", type="tertiary", on_click=assets_state.go_to, args=(Section.MINE,)
            )


def _begin_another() -> None:
    assets_form.begin_another()
    assets_state.go_to(Section.ADD)


def say_held(place: Place) -> str:
    """Say calmly that an editor looks first; an empty text where nothing speaks of a confidential place."""
    reason = hold_reason(place)
    if not reason:
        return ""
    return (
        f"An editor looks at this one first, because {reason}. Until then, and after that if need be, where it "
        "is is shown to nobody."
    )
