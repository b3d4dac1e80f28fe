"""Reach: who cannot get to help: how far the nearest place is, who is out of reach, and what a change does."""

from geo.journeys import means_of
from geo.travel import Means, Mode
from models.classes import offered_indicators
from models.places import kinds_of
from views import reach_panels, reach_state, session, state
from views.reach_state import Offered

build = session.counting(session.current_build(), reach_state.counts_all())
areas = session.areas_of(build)
indicators = {entry.id: entry for entry in offered_indicators(areas)}
offered = Offered(
    kinds=kinds_of(build.places.frame),
    modes=() if means_of(build) is Means.MATRIX else tuple(Mode),
    places=build.places.counted,
    possible=state.possible_choices(areas, indicators),
)
sought, notices = reach_state.read_sought(offered)

reach_panels.show_head(build)
if offered.kinds:
    reach_panels.show_reach(build, offered, sought, notices)
else:
    reach_panels.show_no_places()
