"""Place support: where new sites would bring most people within reach, how sure that is, and who gains."""

from views import look, place_manual, place_panels, place_state, session
from views.badges import marking_of
from views.place_address import How
from views.place_offered import offered_in
from views.place_scene import PlaceScene

build = session.counting(session.current_build(), place_state.counts_all())
areas = session.areas_of(build)
offered = offered_in(build, areas)
sought, notices = place_state.read_sought(offered)

place_panels.show_head(marking_of(build))
if len(build.places.counted):
    show = place_manual.show_manual if sought.how is How.HAND else place_panels.show_best
    show(PlaceScene(build, areas, offered, sought, notices, look.is_dark()))
else:
    place_panels.show_no_places()
