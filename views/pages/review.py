"""Review queue: what partners sent and what nobody confirmed, who may come, and who did what."""

from datetime import date

import streamlit as st

from data.errors import RegisterError
from views import look, review_state, session, sign_in
from views.badges import marking_of
from views.correct_panel import show_error
from views.register_session import current_register
from views.review_change import changing, show_change
from views.review_desk import DRAWN_KEY, Desk, show_outcome
from views.review_files import show_files
from views.review_history import show_history, show_refused
from views.review_organisations import show_organisations
from views.review_places import show_places
from views.review_queue import show_queue
from views.review_race import show_race
from views.review_stale import show_stale
from views.review_state import Section
from views.review_suggestions import show_suggestions

build = session.current_build()
shown = review_state.read_shown()
desk = Desk(current_register(), sign_in.current_actor(), build, shown, date.today(), look.is_dark())
st.session_state[DRAWN_KEY] = desk.actor

look.show_header("Review queue", marking_of(build))
try:  # The router lets nobody else come here; the store refuses them all the same, and notes it.
    waiting = {Section.QUEUE: len(desk.queue), Section.SUGGESTIONS: len(desk.suggestions)}
except RegisterError as error:
    show_error(error)
    st.stop()
review_state.show_sections(shown, waiting)
show_outcome()
show_race(desk)
show = {
    Section.QUEUE: show_queue,
    Section.SUGGESTIONS: show_suggestions,
    Section.STALE: show_stale,
    Section.PLACES: show_places,
    Section.ORGANISATIONS: show_organisations,
    Section.FILES: show_files,
    Section.HISTORY: show_history,
    Section.REFUSED: show_refused,
}
place = changing(shown.section)
if place is not None:
    show_change(desk, place)
else:
    show[shown.section](desk)
