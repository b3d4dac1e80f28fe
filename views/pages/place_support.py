"""Place support: where new sites would bring most people within reach, how sure that is, and who gains."""

from functools import cache

import pandas as pd

from data.asset_kinds import asset_kinds
from data.errors import AtlasError
from geo.journeys import means_of
from geo.travel import Means, Mode
from models.candidates import buildings_in, default_buildings
from models.classes import offered_indicators
from models.placement_asked import Wanted
from models.placement_weights import offered_people
from views import look, place_figures, place_manual, place_panels, place_state, session, state
from views.badges import marking_of
from views.place_address import NOT_PLACED, How, Offered
from views.place_scene import PlaceScene

build = session.counting(session.current_build(), place_state.counts_all())
areas = session.areas_of(build)


def candidate_ids(wanted: Wanted) -> pd.Index:
    """Return the ids of what could be chosen; none where nothing could."""
    try:
        return place_figures.candidates_for(build, wanted).frame.index
    except AtlasError:
        return pd.Index([])


@cache
def buildings(kind: str) -> tuple[str, ...]:
    """Return the kinds of building that could house a kind of place; looked up once a run."""
    return buildings_in(build, kind)


wards = areas.frame.dropna(subset=["ward_code"]).groupby("ward_code")[["ward_name", "la_code", "la_name"]]
offered = Offered(
    kinds=tuple(kind for kind in asset_kinds() if kind not in NOT_PLACED),
    people=cache(lambda kind: offered_people(build, kind)),
    modes=() if means_of(build) is Means.MATRIX else tuple(Mode),
    places=build.places.counted,
    possible=state.possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)}),
    wards=wards.first().rename(columns={"ward_name": "name"}),
    buildings=buildings,
    usual=cache(lambda kind: default_buildings(build, kind)),
    candidates=candidate_ids,
)
sought, notices = place_state.read_sought(offered)

place_panels.show_head(marking_of(build))
if len(build.places.counted):
    show = place_manual.show_manual if sought.how is How.HAND else place_panels.show_best
    show(PlaceScene(build, areas, offered, sought, notices, look.is_dark()))
else:
    place_panels.show_no_places()
