"""Types: what kind of place an area is, what way of working suits it, and how sure that is."""

from views import look, session, types_panels, types_scene, types_state
from views.badges import marking_of
from views.state import possible_choices
from views.types_scene import TypesScene
from views.types_state import Offered

build = session.current_build()
areas = session.areas_of(build)

types_scene.show_head(marking_of(build))
found, beside = types_scene.find(build, types_state.asked_number())
offered = Offered(types_scene.shows_of(found.types), possible_choices(areas, {}), types_panels.tabs())
sought, notices = types_state.read_sought(offered)
types_panels.show_page(TypesScene(build, areas, found, beside, look.is_dark(), sought, notices))
