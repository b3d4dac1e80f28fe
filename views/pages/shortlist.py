"""Shortlist: which few areas to choose by what counts, how sure that is, and what hangs on it."""

from views import look, session, shortlist_panels, shortlist_plans, shortlist_scene, shortlist_state
from views.badges import marking_of
from views.shortlist_scene import ShortlistScene

build = session.current_build()
shortlist_panels.show_head(marking_of(build))

types = shortlist_scene.types_of(build)
offered = shortlist_scene.offered_of(build, types, shortlist_panels.tabs())
sought, notices = shortlist_state.read_sought(offered)
wanted = [criterion.indicator for criterion in sought.asked.criteria]
data = shortlist_plans.data_with_plans(build, shortlist_scene.level_of(sought), types, wanted)
notices = (*notices, *shortlist_plans.faults_of(build, shortlist_scene.wanted_ids()))
areas = session.areas_of(build)
shortlist_panels.show_page(
    ShortlistScene(build, areas, data, types, offered, sought, notices, look.is_dark())
)
