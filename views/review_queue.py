"""The queue: what was sent and what was changed, the oldest first, one open at a time to be decided."""

from typing import Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.register.records import Place
from models.record_words import LABELS, describe_change
from models.register_waiting import (
    WAITING_MEANS,
    WAITING_WORDS,
    Waiting,
    count_waiting,
    waited_words,
    waits_as,
)
from models.words import sentence_case
from views import look
from views.review_card import show_card
from views.review_decide import show_decisions
from views.review_desk import Desk
from views.review_list import Line, next_after, show_list
from views.review_state import narrow
from views.review_tables import show_differences
from views.review_twins import show_twins
from views.state import hold

ONLY_KEY: Final = "review_only"
ALL: Final = ""
HALVES: Final = (1, 2.35)
EMPTY: Final = (
    "Nothing waits for you. Partners add places by an invitation link, which you make under Organisations."
)


def show_queue(desk: Desk) -> None:
    """Show what waits, and what is open of it."""
    if not desk.queue:
        st.info(EMPTY, icon=":material/done_all:")
        return
    only = _choose_which(desk)
    waiting = [place for place in desk.queue if only in (ALL, waits_as(place))]
    left, right = st.columns(HALVES, gap="medium")
    with left:
        place = show_list("Waiting", waiting, lambda one: _line(desk, one), desk.shown.place, desk.revision)
    if place is not None:
        with right:
            show_case(desk, place, next_after([one.id for one in waiting], place.id))


def _choose_which(desk: Desk) -> str:
    """Show why places wait to choose from, and return what is chosen; all where that is none of them."""
    counts = count_waiting(desk.queue)
    only = desk.shown.only if desk.shown.only in counts else ALL
    if len(counts) < 2:
        return ALL
    words = {ALL: f"All {len(desk.queue):,}"}
    words |= {kind: f"{WAITING_WORDS[kind]} {count:,}" for kind, count in counts.items()}
    hold(ONLY_KEY, only)
    st.segmented_control(
        "Which",
        list(words),
        format_func=words.__getitem__,
        required=True,
        key=ONLY_KEY,
        on_change=lambda: narrow(st.session_state[ONLY_KEY]),
        label_visibility="collapsed",
        wrap=True,
    )
    if only:
        look.show_note(WAITING_MEANS[Waiting(only)])
    return only


def _line(desk: Desk, place: Place) -> Line:
    waiting = waits_as(place)
    kind = sentence_case(asset_kinds()[place.kind].singular) if place.kind in asset_kinds() else place.kind
    mark = "" if waiting is Waiting.NEW else f"{WAITING_WORDS[waiting]} · "
    return Line(place.name, f"{mark}{kind} · {waited_words(place, desk.today)}")


def show_case(desk: Desk, place: Place, then: str) -> None:
    """Show one place of the queue with all that is needed to decide on it.

    Parameters
    ----------
    desk, place
        Who decides on what.
    then
        The id of the place that opens when it is decided.
    """
    show_card(desk, place)
    if waits_as(place) is Waiting.CHANGED:
        _show_last_change(desk, place)
    show_twins(desk, place, then)
    show_decisions(desk, place, then)


def _show_last_change(desk: Desk, place: Place) -> None:
    """Show what the last change of a place changed: often the answer to what was asked."""
    last = desk.register.history(desk.actor, place.id, 1)
    differences = describe_change(last[0].before, last[0].after, desk.names) if last else ()
    asked = next((one.before for one in differences if one.label == LABELS["reason"]), "")
    told = [one for one in differences if one.label not in (LABELS["reason"], LABELS["state"])]
    if told:
        with st.expander("**What was changed last**", expanded=True, icon=":material/edit_note:"):
            if asked:
                look.show_note(f"After it was asked: {asked}")
            show_differences(told, ("Before", "Now"))
