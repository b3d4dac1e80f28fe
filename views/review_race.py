"""Two people at one record: both versions side by side, and nothing of either lost."""

from typing import Final

import streamlit as st

from data.register.as_json import organisation_to_json
from data.register.records import Organisation, Place
from models.record_words import Difference, compare_places, describe_change
from views import look
from views.review_desk import RACE_KEY, Desk, Race, carry_out
from views.review_tables import show_differences

EXPLAINED: Final = "Nothing was written over. The page below shows it as it stands now."
KEPT: Final = "Nothing was written over. What you wrote is kept here until you decide."


def show_race(desk: Desk) -> None:
    """Show who was quicker, both versions, and what can be done; nothing where nobody was."""
    race: Race | None = st.session_state.get(RACE_KEY)
    if race is None:
        return
    with st.container(border=True):
        st.warning(look.plain(f"Somebody was quicker: {race.said}"), icon=":material/group:")
        differences = _differences(desk, race)
        if differences:
            look.show_note(KEPT if race.again else EXPLAINED)
            heads = ("Yours" if race.again else "As you saw it", "As it stands now")
            show_differences(differences, heads)
        else:
            look.show_note("Both say the same. Look at it as it stands now, and decide again.")
        with st.container(horizontal=True):
            if race.again is not None:
                st.button("Keep mine over it", key="race mine", on_click=_keep_mine, args=(race,))
            words = "Keep it as it stands now" if race.again else "I have seen it"
            st.button(words, key="race theirs", on_click=st.session_state.pop, args=(RACE_KEY, None))


def _differences(desk: Desk, race: Race) -> tuple[Difference, ...]:
    if isinstance(race.yours, Place) and isinstance(race.theirs, Place):
        return compare_places(race.yours, race.theirs, desk.names)
    if isinstance(race.yours, Organisation) and isinstance(race.theirs, Organisation):
        return describe_change(organisation_to_json(race.yours), organisation_to_json(race.theirs))
    return ()


def _keep_mine(race: Race) -> None:
    if race.again is not None:
        carry_out(race.again)
