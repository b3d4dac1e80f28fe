"""What can be chosen on the Place support page, in a build with the places that count."""

from functools import cache

import pandas as pd

from data.asset_kinds import asset_kinds
from data.errors import AtlasError
from geo.area_table import AreaTable
from geo.builds import Build
from geo.journeys import means_of
from geo.travel import Means, Mode
from models.candidates import buildings_in, default_buildings
from models.classes import offered_indicators
from models.placement_asked import Wanted
from models.placement_weights import offered_people
from views import place_figures, state
from views.place_address import NOT_PLACED, Offered


def offered_in(build: Build, areas: AreaTable) -> Offered:
    """Return what can be chosen; what is looked up for a kind of place is looked up once.

    Parameters
    ----------
    build
        The build, with the places that count.
    areas
        Its area table with its places laid over it.
    """

    def candidate_ids(wanted: Wanted) -> pd.Index:
        """Return the ids of what could be chosen; none where nothing could."""
        try:
            return place_figures.candidates_for(build, wanted).frame.index
        except AtlasError:
            return pd.Index([])

    wards = areas.frame.dropna(subset=["ward_code"]).groupby("ward_code")[["ward_name", "la_code", "la_name"]]
    return Offered(
        kinds=tuple(kind for kind in asset_kinds() if kind not in NOT_PLACED),
        people=cache(lambda kind: offered_people(build, kind)),
        modes=() if means_of(build) is Means.MATRIX else tuple(Mode),
        places=build.places.counted,
        possible=state.possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)}),
        wards=wards.first().rename(columns={"ward_name": "name"}),
        buildings=cache(lambda kind: buildings_in(build, kind)),
        usual=cache(lambda kind: default_buildings(build, kind)),
        candidates=candidate_ids,
    )
