"""All places of the register in every state: find one, and see, change or decide on it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import streamlit as st

from data.asset_kinds import asset_kinds
from data.postcode_text import squeeze
from data.register.records import DRAFTS, Place, State
from models.record_words import STATE_WORDS
from models.words import sentence_case
from views import look
from views.review_card import show_card
from views.review_decide import show_decisions
from views.review_desk import Desk
from views.review_history import show_history_of
from views.review_list import Line, show_list
from views.review_queue import HALVES
from views.review_state import narrow
from views.review_twins import show_twins
from views.state import hold

FIND_KEY: Final = "review_find"
STATE_KEY: Final = "review_state"
EVERY: Final = ""


def show_places(desk: Desk) -> None:
    """Show the places that are looked for, and what is open of them."""
    if not desk.everything:
        st.info("The register holds nothing yet.", icon=":material/inbox:")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        words = st.text_input(
            "Find a place",
            key=FIND_KEY,
            placeholder="Name, postcode or ward",
            on_change=lambda: narrow(_only()),
            persist_state="session",
        )
        only = _choose_state(desk)
    of_state = [place for place in desk.everything if only in (EVERY, desk.state_of(place))]
    found = find_places(of_state, words or "")
    if not found:
        look.show_note("No place is found. Try part of its name, or its postcode without the last letters.")
        return
    look.show_note(f"{len(found):,} {'place' if len(found) == 1 else 'places'}.")
    left, right = st.columns(HALVES, gap="medium")
    with left:
        place = show_list("Places", found, lambda one: _line(desk, one), desk.shown.place, desk.revision)
    if place is not None:
        with right:
            _show_one(desk, place)


def _only() -> str:
    return str(st.session_state.get(STATE_KEY) or EVERY)


def _choose_state(desk: Desk) -> str:
    states = [state.value for state in State]
    only = desk.shown.only if desk.shown.only in states else EVERY
    hold(STATE_KEY, only)
    return st.selectbox(
        "State",
        [EVERY, *states],
        format_func=lambda state: sentence_case(STATE_WORDS[state]) if state else "All",
        key=STATE_KEY,
        on_change=lambda: narrow(_only()),
    )


def find_places(places: Sequence[Place], words: str) -> list[Place]:
    """Return the places with all the words in their name or ward, or whose postcode begins like them.

    Examples
    --------
    >>> mill = Place("p", 1, State.PUBLISHED, "Mill Library", "library", postcode="ZE1 1AA", ward_name="Quay")
    >>> [len(find_places([mill], words)) for words in ("", "quay MILL", "ze11", "ze", "mill ze1")]
    [1, 1, 1, 0, 0]
    """
    asked, code = words.casefold().split(), squeeze(words)
    return [place for place in places if not asked or _has(place, asked, code)]


def _has(place: Place, asked: list[str], code: str) -> bool:
    text = _searched(place.name, place.ward_name)
    if all(word in text for word in asked):
        return True
    return len(code) > 2 and squeeze(place.postcode).startswith(code)


@lru_cache(maxsize=20_000)
def _searched(*texts: str) -> str:
    return " ".join(texts).casefold()


def _line(desk: Desk, place: Place) -> Line:
    kind = sentence_case(asset_kinds()[place.kind].singular) if place.kind in asset_kinds() else place.kind
    return Line(place.name, f"{kind} · {STATE_WORDS[desk.state_of(place)]}")


def _show_one(desk: Desk, place: Place) -> None:
    show_card(desk, place)
    if place.state in (*DRAFTS, State.PUBLISHED):
        show_twins(desk, place, "")
    show_decisions(desk, place, "")
    show_history_of(desk, place)
