"""Everything that a profile shows of one shape, brought together for the page and for the printed sheet."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import pandas as pd

from data.provenance import Provenance, Tier
from geo.area_table import AreaTable
from geo.demand import Demand
from geo.reach_columns import PREFIX
from geo.released import Released
from models.explain import Explanation
from models.levels import NEED_INDEX, Level, LevelData
from models.nearness import is_minutes
from models.need_ranks import Need
from models.profile import Line, PlacesHere, Points, deprivation_lines, need_points, places_here
from models.profile_demand import DemandHere, demand_here
from models.profile_setting import Setting, settings_of
from models.profile_words import Tile, explain_profile, place_words, poverty_column, tiles_of
from models.similar import Similar, most_similar
from models.words import Values, sentence_case

OWN_WEIGHTS: Final = "Need is by weights of a reader’s own, not by the standard ones."
SOURCED: Final = ("geometry", "ward_code", "la_code")


@dataclass(frozen=True)
class Sheet:
    """The profile of one shape.

    Attributes
    ----------
    level, code, name, place
        Which shape it is, what it is called, and where it lies.
    tier
        Who may see it.
    explanation
        Its sentence and what to bear in mind.
    tiles
        Its leading figures.
    settings
        What it lies in, the nearest first.
    lines
        Its national ranks beside those of its settings.
    points
        What each domain gives to its score of need; empty without combined need.
    places
        The kinds of place in it and near it.
    similar
        The shapes most like it.
    sources
        Where its figures came from, by what they are.
    ranked_out_of
        How many small areas of England its ranks are out of; 0 where it has none.
    demand
        What is known of referrals; None where the build has no figures of them.
    """

    level: Level
    code: str
    name: str
    place: str
    tier: Tier
    explanation: Explanation
    tiles: tuple[Tile, ...]
    settings: tuple[Setting, ...]
    lines: tuple[Line, ...]
    points: tuple[Points, ...]
    places: PlacesHere
    similar: tuple[Similar, ...]
    sources: Mapping[str, Provenance]
    ranked_out_of: int
    demand: DemandHere | None = None


def make_sheet(
    areas: AreaTable,
    data: LevelData,
    code: str,
    need: Need | None,
    above: Mapping[Level, LevelData],
    whole: Values,
    near: pd.DataFrame | None = None,
    demand: Demand | None = None,
    released: Released | None = None,
) -> Sheet:
    """Bring together the profile of one shape.

    Parameters
    ----------
    areas
        The small areas, with places and need laid over them.
    data
        Values at the level of the shape; with need ranked where there is any.
    code
        The shape.
    need
        Need at that level; None where there is no combined need.
    above
        Values of wards and councils, where the build has them.
    whole
        All areas together.
    near
        The nearest places of a small area: see `models.profile.places_here`.
    demand, released
        What an internal build keeps of referrals, and what a shared one holds of them.
    """
    settings = settings_of(areas, above, whole, data.level, code)
    points = need_points(data, code, need.domains, need.weights, settings) if need else []
    return Sheet(
        level=data.level,
        code=code,
        name=str(data.frame.at[code, "name"]),
        place=place_words(data, code),
        tier=data.tier,
        explanation=_explain(data, code, need),
        tiles=tuple(tiles_of(data, code, settings)),
        settings=tuple(settings),
        lines=tuple(deprivation_lines(data, code, settings)),
        points=tuple(points),
        places=places_here(data, code, near),
        similar=tuple(most_similar(data, code)),
        sources=_sources(areas, data, code),
        ranked_out_of=_ranked_out_of(data),
        demand=demand_here(areas, data, code, settings, demand, released),
    )


def _explain(data: LevelData, code: str, need: Need | None) -> Explanation:
    told = explain_profile(data, code)
    if need is None or need.standard:
        return told
    return replace(told, caveats=(*told.caveats, OWN_WEIGHTS))


def _ranked_out_of(data: LevelData) -> int:
    poverty = poverty_column(data)
    return data.ranked_in(data.column_of(data.dictionary[poverty])).areas if poverty else 0


def _sources(areas: AreaTable, data: LevelData, code: str) -> dict[str, Provenance]:
    children = data.children_column(data.frame.index[data.frame.index == code])
    poverty = poverty_column(data)
    ranks = data.column_of(data.dictionary[poverty]) if poverty else None
    columns = {
        "Combined need": NEED_INDEX,
        "Ranks of deprivation": ranks,
        "Children": children,
        **{
            data.dictionary[c].label: c
            for c in data.frame.columns
            if c.startswith(PREFIX) and is_minutes(data.dictionary[c]) and data.frame[c].notna().any()
        },
    }
    found = {title: data.provenance[c] for title, c in columns.items() if c in data.provenance}
    words = {"geometry": "boundaries of small areas", "ward_code": "wards", "la_code": "councils"}
    found |= {sentence_case(words[c]): areas.provenance[c] for c in SOURCED if c in areas.provenance}
    return found
