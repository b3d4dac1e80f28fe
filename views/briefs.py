"""Briefings of what a build holds, put together for the pages and for the command line.

What rests on referrals stays inside an internal build, as on its printed profile. A briefing of a shape
leaves it out and says so. A type rests on them in part: its briefing has none of their figures and says on
every page that it stays inside. A choice of sites that was made for referrals becomes no briefing.
"""

from collections.abc import Iterable
from datetime import date
from typing import Final

from data.asset_kinds import asset_kinds
from data.errors import DisclosureError, SourceError
from data.need_weights import Weights
from data.provenance import Provenance
from data.shortlist_criteria import Criterion
from data.version import app_version
from geo.area_table import AreaTable
from geo.builds import Build
from models.brief_area import area_brief
from models.brief_area_facts import AreaFacts
from models.brief_decision import DecisionFacts
from models.brief_placement import PlacementFacts, placement_brief
from models.brief_shortlist import shortlist_brief
from models.brief_shortlist_facts import ShortlistFacts, Told
from models.brief_type import TypeFacts, type_brief
from models.briefing import Brief, MapClass
from models.briefing_sources import Imprint, imprint_of
from models.classes import MISSING, classify
from models.composites import ON_REFERRALS
from models.explain import Explanation
from models.levels import Level, LevelData
from models.placement import Placed
from models.profile_setting import map_indicator
from models.profile_types import TypesHere
from models.shortlist import Shortlist
from models.shortlist_fairness import fairness_of
from models.type_findings import TypeFindings
from models.words import sentence_case
from views import reach_files, session, types_here, types_method
from views.inside import WHY_INSIDE, held_indicators, stays_inside, types_stay_inside, why_inside
from views.shortlist_chances import HARDLY, LABELS, LESS_SURE, LIKELY, OUT, POSSIBLE, SHARES, SURE, classes_of
from views.shortlist_words import direction_words, move_words, shape_words
from views.types_classes import sureness_of

LEFT_OUT: Final = (
    "{} They do not stand in this briefing, nor do kinds of place and ways of working, which rest on them: "
    "the pages of the app show them."
)
LEFT_OUT_OF_TYPES: Final = (
    "{} They do not stand in this briefing. Types and ways of working rest on them in part, so it stays "
    "inside too."
)


LEFT_OUT_OF_SHORTLISTS: Final = (
    "{} They do not stand in this briefing, nor do values that would tell them. What was chosen rests on "
    "them in part, so it stays inside too."
)
STAYS: Final = "It rests on referrals in part: none of their figures stand in it, and it stays inside."
SHORTLIST_LEGEND: Final = (
    MapClass(SURE, f"{LABELS[SURE]} ({SHARES[SURE]})", "chances", int(SURE), "A"),
    MapClass(
        LESS_SURE, f"{LABELS[LESS_SURE]} ({SHARES[LESS_SURE]})", "chances", int(LESS_SURE), "B", "stripes"
    ),
    MapClass(LIKELY, f"{LABELS[LIKELY]} ({SHARES[LIKELY]})", "chances", int(LIKELY), "C"),
    MapClass(POSSIBLE, f"{LABELS[POSSIBLE]} ({SHARES[POSSIBLE]})", "chances", int(POSSIBLE), "D"),
    MapClass(HARDLY, f"{LABELS[HARDLY]} ({SHARES[HARDLY]})", "chances", int(HARDLY)),
    MapClass(OUT, LABELS[OUT], "chances", int(OUT), "X"),
    MapClass(MISSING, LABELS[MISSING], pattern="dots"),
)
"""The classes of the map of a shortlist, as on the page, each with a letter."""


def imprint_for(build: Build, made: date | None = None) -> Imprint:
    """Return what a briefing of a build says of where it comes from; made today when no day is given."""
    return imprint_of(build, made or date.today(), app_version())


def brief_of_area(
    build: Build, level: Level, code: str, weights: Weights = (), types: TypesHere | None = None
) -> Brief:
    """Return the briefing of one shape.

    Parameters
    ----------
    build
        The build, with the places that count.
    level, code
        The shape.
    weights
        The reader's own weights of need; the standard ones when empty.
    types
        What is told of types in it, where that is known; it is left out where it stays inside.

    Raises
    ------
    SourceError
        When there is no such shape.
    """
    found = session.find_sheet(build, level.value, code, weights)
    if found is None:
        raise SourceError(f"There is no {level.singular} {code} in this build.", "Look it up in the app.")
    sheet, classes = found
    held = why_inside(build, held_indicators(build))
    inside = None
    if level is not Level.AREA:
        areas = session.need_at(build, Level.AREA, weights)
        inside = areas, classify(areas, areas.dictionary[map_indicator(areas)])
    facts = AreaFacts(
        build=build,
        areas=session.areas_of(build),
        sheet=sheet,
        data=session.need_at(build, level, weights),
        classes=classes,
        inside=inside,
        types=None if held else types,
        left_out=LEFT_OUT.format(held) if held else "",
    )
    return area_brief(facts, imprint_for(build))


def types_in(build: Build, level: Level, code: str) -> TypesHere | None:
    """Return what is told of types in a shape; None where a briefing may not say it. It takes a while."""
    if why_inside(build, held_indicators(build)):
        return None
    return types_here.find_types_here(build, level, code)


def brief_of_type(build: Build, areas: AreaTable, found: TypeFindings, letter: str) -> Brief:
    """Return the briefing of one type.

    Parameters
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    found
        Its types and ways of working, with what people gave.
    letter
        The type.

    Raises
    ------
    SourceError
        When there are no types, or none of that letter.
    """
    types = found.types
    if types is None:
        raise SourceError(f"There are no types in this build. {found.alone}", "Brief a ward or an area.")
    if letter not in found.portraits:
        there = ", ".join(sorted(found.portraits))
        raise SourceError(f"There is no type {letter} in this build.", f"Name one of {there}.")
    held = types_stay_inside(found.composites)
    withheld = [id_ for id_ in found.composites.frame if held and id_.startswith(ON_REFERRALS)]
    facts = TypeFacts(
        build=build,
        data=session.data_at(build, Level.AREA),
        found=found,
        types=types,
        letter=letter,
        sure=sureness_of(types),
        withheld=withheld,
        method=(types_method.METHOD, types_method.RULES),
        used=tuple(_used_by_types(build, areas, found)),
        left_out=LEFT_OUT_OF_TYPES.format(WHY_INSIDE) if held else "",
    )
    return type_brief(facts, imprint_for(build))


def _used_by_types(build: Build, areas: AreaTable, found: TypeFindings) -> Iterable[tuple[str, Provenance]]:
    for column in types_method.columns_of(found.composites, areas):
        yield areas.dictionary[column].label, areas.provenance[column]
    for file in dict.fromkeys(sorted(build.places.frame["file"])):
        yield "Places", build.places.provenance[file]
    yield "Boundaries of small areas", areas.provenance["geometry"]


def brief_of_placement(
    build: Build,
    areas: AreaTable,
    placed: Placed,
    explanation: Explanation,
    notes: tuple[str, ...] = (),
) -> Brief:
    """Return the briefing of a choice of sites.

    Parameters
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    placed
        The choice.
    explanation
        It in words.
    notes
        What else has to be known.

    Raises
    ------
    DisclosureError
        When it rests on referrals that stay inside.
    """
    reach = placed.problem.reach
    if why_inside(build, reach_files.used_indicators(reach, areas)) or placed.internal:
        raise DisclosureError("This choice of sites was made for referrals.", WHY_INSIDE)
    used = tuple(_used_by_placement(build, areas, placed))
    return placement_brief(PlacementFacts(build, areas, placed, explanation, used, notes), imprint_for(build))


def brief_of_shortlist(
    build: Build, areas: AreaTable, data: LevelData, found: Shortlist, decision: DecisionFacts | None = None
) -> Brief:
    """Return the briefing of a shortlist.

    Parameters
    ----------
    build, areas
        The build, and its small areas with places laid over them.
    data
        The values of the level, with all that is laid over them.
    found
        The shortlist.
    decision
        The record of what was decided on it, where there is one.
    """
    within = found.asked.within
    inside = areas.select(within) if within else areas
    held = held_criteria(data, found)
    facts = ShortlistFacts(
        build=build,
        areas=areas,
        data=data,
        found=found,
        fairness=fairness_of(inside, found.chosen, found.level) if found.chosen else None,
        told={criterion.indicator: _told(data, found, criterion) for criterion in found.asked.criteria},
        classes=classes_of(found),
        legend=SHORTLIST_LEGEND,
        held=held,
        left_out=LEFT_OUT_OF_SHORTLISTS.format(WHY_INSIDE) if held else "",
        decision=decision,
    )
    return shortlist_brief(facts, imprint_for(build))


def held_criteria(data: LevelData, found: Shortlist) -> frozenset[str]:
    """Return the criteria of a shortlist whose figures stay inside."""
    entries = {name: data.dictionary.get(name) for name in found.weights}
    return frozenset(n for n, entry in entries.items() if entry is not None and stays_inside(data, entry))


def _told(data: LevelData, found: Shortlist, criterion: Criterion) -> Told:
    entry, scale = data.dictionary[criterion.indicator], found.scales[criterion.indicator]
    return Told(
        sentence_case(direction_words(entry, criterion.direction)),
        sentence_case(move_words(entry, scale)),
        shape_words(entry, criterion),
    )


def _used_by_placement(build: Build, areas: AreaTable, placed: Placed) -> Iterable[tuple[str, Provenance]]:
    reach, candidates = placed.problem.reach, placed.problem.candidates
    kind = sentence_case(asset_kinds()[reach.asked.kind].plural)
    yield from ((kind, source) for source in reach_files.place_sources(build, reach))
    if candidates.from_build:
        places = build.places
        known = candidates.frame.index.intersection(places.frame.index)
        for file in sorted(places.frame.loc[known, "file"].unique()):
            yield "Candidates", places.provenance[file]
    yield from (("Candidates", source) for source in candidates.sources)
    yield from (("Travel", source) for source in reach_files.travel_sources(build))
    for column in reach_files.used_columns(reach, areas):
        yield areas.dictionary[column].label, areas.provenance[column]
    yield from (("What counts", source) for source in placed.problem.weighing.sources)
    yield "Boundaries of small areas", areas.provenance["geometry"]
