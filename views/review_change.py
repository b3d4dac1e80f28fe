"""An editor changes what a place says of itself, in the form that partners have."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import streamlit as st

from data.register.records import Place
from data.register.store import LostRace
from views import look
from views.assets_form import show_form, show_send
from views.review_desk import RACE_KEY, Desk, Outcome, carry_out
from views.review_effect import tell_effect
from views.review_state import Section, read_shown

CHANGING_KEY: Final = "review_changing"


def changing(section: Section) -> Place | None:
    """Return the place that is being changed in a section, as it was when that began; None where none is."""
    began: tuple[Section, Place] | None = st.session_state.get(CHANGING_KEY)
    return began[1] if began and began[0] is section else None


def offer_change(place: Place) -> None:
    """Offer to change what a place says of itself."""
    st.button(
        "Change what it says",
        key=f"change {place.id}",
        icon=":material/edit:",
        on_click=_begin,
        args=(place,),
    )


def _begin(place: Place) -> None:
    st.session_state[CHANGING_KEY] = (read_shown().section, place)


def _end() -> None:
    st.session_state.pop(CHANGING_KEY, None)


def show_change(desk: Desk, place: Place) -> None:
    """Show the form to change a place, filled with what it said when that began.

    A change by somebody else meanwhile does not touch what is typed: it is told when this is saved.
    """
    key = f"review {place.id} {place.version}"
    st.button("Back without saving", icon=":material/arrow_back:", on_click=_end, type="tertiary")
    st.subheader(look.plain(f"Change “{place.name}”"), anchor=False)
    filled, below = show_form(desk.build, desk.register, desk.actor, key, place, "edit")
    with below:
        if show_send(key, "Save the change", filled):
            if save_place(desk, filled.told.place) or RACE_KEY in st.session_state:
                _end()
            st.rerun()


def save_place(desk: Desk, changed: Place) -> bool:
    """Save a changed place; where somebody was quicker both versions are shown, and this one is kept."""

    def save(place: Place) -> Outcome:
        def work() -> str:
            desk.register.edit(desk.actor, place)
            return f"“{place.name}” is changed."

        return tell_effect(work)

    def again(race: LostRace) -> Callable[[], Outcome]:
        return lambda: save(replace(changed, version=race.theirs.version))

    return carry_out(lambda: save(changed), again)
