"""Review queue: what partners sent and what nobody confirmed, who may come, and who did what."""

from datetime import date

from views import look, review_state, session, sign_in
from views.badges import marking_of
from views.register_session import current_register
from views.review_change import changing, show_change
from views.review_desk import Desk, show_outcome
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
suggested = desk.register.suggestions(desk.actor)  # The store refuses those who may not, and notes it.

look.show_header("Review queue", marking_of(build))
review_state.show_sections(shown, {Section.QUEUE: len(desk.queue), Section.SUGGESTIONS: len(suggested)})
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
