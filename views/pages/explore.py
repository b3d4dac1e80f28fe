"""Explore: a map with places, in a sentence and in a table: one indicator, two, or what meets conditions."""

from data.asset_kinds import asset_kinds
from models.classes import offered_indicators
from models.places import kinds_of
from views import look, session, state
from views.compare_panel import show_two
from views.one_panel import show_one
from views.scene import Scene, show_head
from views.search_panel import show_search
from views.shown import Show

build = session.counting(session.current_build(), state.counts_all())
areas = session.areas_of(build)
offered = {entry.id: entry for entry in offered_indicators(areas)}
kinds = {kind: asset_kinds()[kind].shown for kind in kinds_of(build.places.frame)}
possible = state.possible_choices(areas, offered, kinds)
chosen, notices = state.read_chosen(possible)
scene = Scene(build, chosen, possible, notices, look.is_dark())

show_head(scene)
show = {Show.ONE: show_one, Show.TWO: show_two, Show.FIND: show_search}
show[chosen.show](scene)
