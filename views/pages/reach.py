"""Reach: who cannot get to help: how far it is, who has none near, and what a new place would do."""

from geo.journeys import means_of
from geo.travel import Means, Mode
from models.classes import offered_indicators
from models.places import kinds_of
from views import look, reach_panels, reach_state, session, state
from views.badges import marking_of
from views.reach_scene import ReachScene, show_head
from views.reach_state import Offered, View

build = session.counting(session.current_build(), reach_state.counts_all())
areas = session.areas_of(build)
offered = Offered(
    kinds=kinds_of(build.places.frame),
    modes=() if means_of(build) is Means.MATRIX else tuple(Mode),
    places=build.places.counted,
    possible=state.possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)}),
)
sought, notices = reach_state.read_sought(offered)

show_head(marking_of(build))
if offered.kinds:
    show = reach_panels.show_what_if if sought.view is View.WHAT_IF else reach_panels.show_today
    show(ReachScene(build, areas, offered, sought, notices, look.is_dark()))
else:
    reach_panels.show_no_places()
