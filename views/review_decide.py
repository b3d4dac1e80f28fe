"""What an editor decides on a place: publish, keep confidential, ask, reject; retire, or bring back."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from data.register.records import DRAFTS, Place, State
from views import look
from views.review_change import offer_change
from views.review_desk import Desk, Outcome, carry_out
from views.review_effect import publish_place, say_first, show_what_would_change
from views.review_reasons import ask_reason
from views.review_state import open_place

REJECTIONS: Final = (
    "It is listed already.",
    "It is somebody’s home, not a place that is open to families.",
    "It is not for children, young people or their families.",
    "It has closed.",
    "Nobody could confirm that it is there.",
)
QUESTIONS: Final = (
    "Is it still running?",
    "Please give the postcode of the place itself, not of an office.",
    "Please say when it is open and who it is for.",
    "Has the person agreed that their details are published?",
    "May where it is be published?",
)
RETIREMENTS: Final = (
    "It has closed.",
    "It has moved: the new place has its own entry.",
    "It is listed twice.",
)


def show_decisions(desk: Desk, place: Place, then: str) -> None:
    """Show what can be decided on a place as it stands.

    Parameters
    ----------
    desk, place
        Who decides on what.
    then
        The id of the place that opens afterwards; "" where this one stays open.
    """
    if place.state in DRAFTS:
        say_first(desk)
        show_what_would_change(desk, place)
        _show_for_draft(desk, place, then)
    elif place.state is State.PUBLISHED:
        _show_for_published(desk, place, then)
    elif not place.merged_into:
        _publish_button(desk, place, "Bring it back", confidential=False, then=then)


def _show_for_draft(desk: Desk, place: Place, then: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _publish_button(desk, place, "Publish", confidential=False, then=then)
        _publish_button(desk, place, "Publish as confidential", confidential=True, then=then)
        with st.popover("Ask", icon=":material/help:"):
            reason = ask_reason(f"ask {place.id}", "What do you want to know?", QUESTIONS)
            _reason_button("Send the question", desk, place, then, desk.register.ask, "asked about", reason)
        with st.popover("Reject", icon=":material/close:"):
            reason = ask_reason(f"reject {place.id}", "Why?", REJECTIONS)
            _reason_button("Reject it", desk, place, then, desk.register.reject, "rejected", reason)
        offer_change(place)
    look.show_note("Who sent it sees what you ask, and why you reject it.")


def _show_for_published(desk: Desk, place: Place, then: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Confirm that it is still open",
            key=f"confirm {place.id}",
            icon=":material/event_available:",
            on_click=confirm_places,
            args=(desk, [place.id]),
        )
        if not place.confidential:
            _publish_button(desk, place, "Make its location confidential", confidential=True, then=then)
        with st.popover("Retire", icon=":material/block:"):
            reason = ask_reason(f"retire {place.id}", "Why?", RETIREMENTS)
            _reason_button("Retire it", desk, place, then, desk.register.retire, "retired", reason)
        offer_change(place)


def _publish_button(desk: Desk, place: Place, label: str, confidential: bool, then: str) -> None:
    st.button(
        label,
        key=f"publish {confidential} {place.id}",
        icon=":material/visibility_off:" if confidential else ":material/check:",
        type="secondary" if confidential or place.held else desk.main_button,
        on_click=_publish,
        args=(desk, place, confidential, then),
    )


def _publish(desk: Desk, place: Place, confidential: bool, then: str) -> None:
    if carry_out(lambda: publish_place(desk, place, confidential)) and then:
        open_place(then)


def _reason_button(
    label: str,
    desk: Desk,
    place: Place,
    then: str,
    decide: Callable[..., Place],
    done: str,
    reason: Callable[[], str],
) -> None:
    st.button(
        label,
        key=f"{label} {place.id}",
        type=desk.main_button,
        on_click=_decide,
        args=(desk, place, then, decide, done, reason),
    )


def _decide(
    desk: Desk, place: Place, then: str, decide: Callable[..., Place], done: str, reason: Callable[[], str]
) -> None:
    def work() -> Outcome:
        decide(desk.actor, place.id, place.version, reason())
        return Outcome(f"“{place.name}” is {done}.")

    if carry_out(work) and then:
        open_place(then)


def confirm_places(desk: Desk, ids: list[str]) -> None:
    """Confirm that places are there today."""

    def work() -> Outcome:
        count = desk.register.confirm(desk.actor, ids, desk.today)
        return Outcome(f"{count:,} {'place is' if count == 1 else 'places are'} confirmed as of today.")

    carry_out(work)
