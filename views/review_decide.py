"""What an editor decides on a place: publish, keep confidential, ask, reject; retire, or bring back."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from data.register.records import DRAFTS, Place, State
from views import look
from views.review_change import offer_change
from views.review_desk import Desk, carry_out
from views.review_effect import publish_place, say_first, show_what_would_change, tell_effect
from views.review_reasons import ask_reason
from views.review_state import open_place

REJECTIONS: Final = (
    "It is listed already.",
    "It is somebody’s home.",
    "It is not for children or families.",
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
LIFTED: Final = (
    "Its address and its place on the map are then shown to everyone, and stand in every download. Do this "
    "only when whoever runs it has agreed."
)


@dataclass(frozen=True)
class Case:
    """What is decided on: a place as it was on the page, and the id of the one that opens afterwards."""

    desk: Desk
    place: Place
    then: str


def show_decisions(desk: Desk, place: Place, then: str) -> None:
    """Show what can be decided on a place as it stands.

    Parameters
    ----------
    desk, place
        Who decides on what.
    then
        The id of the place that opens afterwards; "" where this one stays open.
    """
    case = Case(desk, place, then)
    with st.container():
        if place.state in DRAFTS:
            say_first(desk)
            show_what_would_change(desk, place)
            _show_for_draft(case)
        elif place.state is State.PUBLISHED:
            _show_for_published(case)
        elif not place.merged_into:
            _publish_button(case, "Bring it back", confidential=False)


def _show_for_draft(case: Case) -> None:
    register, key = case.desk.register, case.place.id
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _publish_button(case, "Publish", confidential=False)
        _publish_button(case, "Publish as confidential", confidential=True)
        with st.popover("Ask", icon=":material/help:"):
            reason = ask_reason(f"ask {key}", "What do you want to know?", QUESTIONS)
            _reason_button(case, "Send the question", register.ask, "asked about", reason)
        with st.popover("Reject", icon=":material/close:"):
            reason = ask_reason(f"reject {key}", "Why?", REJECTIONS)
            _reason_button(case, "Reject it", register.reject, "rejected", reason)
        offer_change(case.place)
    look.show_note("Who sent it sees what you ask, and why you reject it.")


def _show_for_published(case: Case) -> None:
    place = case.place
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if place.held:
            _publish_button(case, "Publish", confidential=False)
            _publish_button(case, "Publish as confidential", confidential=True)
        else:
            st.button(
                "Confirm that it is still open",
                key=f"confirm {place.id}",
                icon=":material/event_available:",
                on_click=confirm_places,
                args=(case.desk, [place.id]),
            )
            _offer_confidential(case)
        with st.popover("Retire", icon=":material/block:"):
            reason = ask_reason(f"retire {place.id}", "Why?", RETIREMENTS)
            _reason_button(case, "Retire it", case.desk.register.retire, "retired", reason)
        offer_change(place)


def _offer_confidential(case: Case) -> None:
    """Offer to withhold where a published place is, or to show it again."""
    if not case.place.confidential:
        _publish_button(case, "Make its location confidential", confidential=True)
        return
    with st.popover("Show where it is", icon=":material/visibility:"):
        st.markdown(LIFTED)
        st.button(
            "Show it to everyone", key=f"lift {case.place.id}", on_click=_lift, args=(case,), width="stretch"
        )


def _lift(case: Case) -> None:
    def work() -> str:
        case.desk.register.edit(case.desk.actor, replace(case.place, confidential=False))
        return f"Where “{case.place.name}” is, is shown to everyone now."

    carry_out(lambda: tell_effect(work))


def _publish_button(case: Case, label: str, confidential: bool) -> None:
    st.button(
        label,
        key=f"publish {confidential} {case.place.id}",
        icon=":material/visibility_off:" if confidential else ":material/check:",
        type="secondary" if confidential or case.place.held else case.desk.main_button,
        on_click=_publish,
        args=(case, confidential),
    )


def _publish(case: Case, confidential: bool) -> None:
    if carry_out(lambda: publish_place(case.desk, case.place, confidential)) and case.then:
        open_place(case.then)


def _reason_button(
    case: Case, label: str, decide: Callable[..., Place], done: str, reason: Callable[[], str]
) -> None:
    st.button(
        label,
        key=f"{label} {case.place.id}",
        type=case.desk.main_button,
        on_click=_decide,
        args=(case, decide, done, reason),
    )


def _decide(case: Case, decide: Callable[..., Place], done: str, reason: Callable[[], str]) -> None:
    def work() -> str:
        decide(case.desk.actor, case.place.id, case.place.version, reason())
        return f"“{case.place.name}” is {done}."

    if carry_out(lambda: tell_effect(work)) and case.then:
        open_place(case.then)


def confirm_places(desk: Desk, ids: list[str]) -> None:
    """Confirm that places are there today."""

    def work() -> str:
        count = desk.register.confirm(desk.actor, ids, desk.today)
        return f"{count:,} {'place is' if count == 1 else 'places are'} confirmed as of today."

    carry_out(lambda: tell_effect(work))
