"""Changes that partners ask for: what stands now beside what is suggested, to be accepted or rejected."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import streamlit as st

from data.register.as_json import contacts_to_json, to_json
from data.register.records import Place, Suggestion
from models.record_words import Difference, Names, describe_change
from models.register_times import ago_words
from views import look
from views.review_card import show_card
from views.review_desk import Desk, Outcome, carry_out
from views.review_effect import tell_effect
from views.review_list import Line, next_after, show_list
from views.review_queue import HALVES
from views.review_reasons import ask_reason
from views.review_state import open_place
from views.review_tables import show_differences

EMPTY: Final = "No change is suggested. Partners suggest changes on the page of a published place."
NOT_TAKEN: Final = (
    "We could not confirm it.",
    "It was like this before, and is right.",
    "It is about another place.",
)


def show_suggestions(desk: Desk) -> None:
    """Show what is suggested, and what is open of it."""
    if not desk.suggestions:
        st.info(EMPTY, icon=":material/done_all:")
        return
    left, right = st.columns(HALVES, gap="medium")
    with left:
        chosen = show_list(
            "Suggestions", desk.suggestions, lambda one: _line(desk, one), desk.shown.place, desk.revision
        )
    if chosen is not None:
        with right:
            _show_one(desk, chosen, next_after([one.id for one in desk.suggestions], chosen.id))


def _line(desk: Desk, suggestion: Suggestion) -> Line:
    whose = desk.names.of("organisation_id", suggestion.organisation_id) if suggestion.organisation_id else ""
    who = whose or suggestion.made_by
    return Line(
        desk.names.of("merged_into", suggestion.place_id),
        f"{who} · {ago_words(suggestion.made_at.date(), desk.today)}",
    )


def _show_one(desk: Desk, suggestion: Suggestion, then: str) -> None:
    place = desk.find(suggestion.place_id)
    if place is None:
        st.info("The place of this suggestion is not in the register any more.")
        return
    st.subheader(look.plain(place.name), anchor=False)
    look.show_note(f"Suggested by {suggestion.made_by}, {ago_words(suggestion.made_at.date(), desk.today)}.")
    differences = say_suggested(place, suggestion.changes, desk.names)
    if differences:
        show_differences(differences, ("Now", "Suggested"))
    else:
        hidden = place.withheld
        look.show_note(
            "What would change is withheld, as where the place is is."
            if hidden
            else "The place says this already."
        )
    if suggestion.note:
        st.info(look.plain(f"They say: {suggestion.note}"), icon=":material/chat:")
    if place.version != suggestion.place_version:
        look.show_note("The place was changed since this was suggested: “now” is as it stands today.")
    _show_buttons(desk, suggestion, place, then)
    with st.expander("Everything about the place", key=f"whole {suggestion.id}", on_change="rerun") as whole:
        if whole.open:
            show_card(desk, place)


def say_suggested(place: Place, changes: Mapping[str, Any], names: Names) -> tuple[Difference, ...]:
    """Say what a suggestion would change of a place as it stands."""
    now = to_json(place) | {"contacts": contacts_to_json(place.contacts)}
    return describe_change(now, now | dict(changes), names)


def _show_buttons(desk: Desk, suggestion: Suggestion, place: Place, then: str) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.button(
            "Accept",
            key=f"accept {suggestion.id}",
            icon=":material/check:",
            type=desk.main_button,
            on_click=_settle,
            args=(desk, suggestion, place, then, True),
        )
        with st.popover("Reject", icon=":material/close:"):
            reason = ask_reason(f"decline {suggestion.id}", "Why?", NOT_TAKEN)
            st.button(
                "Reject it",
                key=f"decline {suggestion.id}",
                type=desk.main_button,
                on_click=_settle,
                args=(desk, suggestion, place, then, False, reason),
            )
    look.show_note("Who suggested it sees why you reject it.")


def _settle(
    desk: Desk,
    suggestion: Suggestion,
    place: Place,
    then: str,
    accept: bool,
    reason: Callable[[], str] = str,
) -> None:
    def work() -> str:
        desk.register.settle(desk.actor, suggestion.id, accept, reason())
        return f"The suggestion on “{place.name}” is {'accepted' if accept else 'rejected'}."

    if carry_out(lambda: tell_effect(work) if accept else Outcome(work())):
        open_place(then)
