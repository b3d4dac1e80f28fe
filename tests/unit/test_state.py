"""State: every address leads to a view that exists, and what is not known is said."""

from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.indicators import Kind
from models.classes import offered_indicators
from models.levels import Level
from tests.small_builds import COUNCILS, make_areas, varied_areas
from tests.small_places import own_indicator, with_own
from views.state import (
    CHOICES,
    NO_POINTS,
    Chosen,
    Possible,
    find_area,
    join_points,
    parse_choices,
    possible_choices,
)

KINDS = {"family_hub": True, "school": False, "library": True}
OPENING_KINDS = ("family_hub", "library")


@pytest.fixture(scope="module")
def possible() -> Possible:
    areas = varied_areas()
    return possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)}, KINDS)


def test_an_empty_address_opens_on_children_in_poverty(possible: Possible) -> None:
    assert parse_choices({}, possible) == (Chosen("need_idaci_rank", points=OPENING_KINDS), ())


def test_every_choice_is_restored(possible: Possible) -> None:
    asked = {"indicator": "need_crime_rank", "level": "area", "council": "E08000002", "area": "E01000008"}
    chosen, notices = parse_choices({**asked, "points": "library,school"}, possible)
    assert chosen == Chosen("need_crime_rank", Level.AREA, "E08000002", "E01000008", ("school", "library"))
    assert notices == ()


def test_places_not_confirmed_count_when_the_address_says_so(possible: Possible) -> None:
    assert parse_choices({"count": "all"}, possible)[0].count_all
    assert not parse_choices({}, possible)[0].count_all


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_not_known_is_ignored_with_a_notice(possible: Possible, name: str) -> None:
    chosen, notices = parse_choices({name: "nowhere"}, possible)
    assert chosen == Chosen("need_idaci_rank", points=OPENING_KINDS)
    assert len(notices) == 1
    assert name in notices[0]
    assert "nowhere" in notices[0]


@given(st.dictionaries(st.sampled_from(CHOICES), st.text(max_size=60)))
def test_any_address_leads_to_a_view_that_exists(asked: dict[str, str]) -> None:
    areas = varied_areas()
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)}, KINDS)
    chosen, notices = parse_choices(asked, possible)
    assert set(chosen.points) <= set(KINDS)
    assert chosen.indicator in possible.indicators
    assert chosen.council in ("", *COUNCILS)
    assert chosen.area == "" or chosen.area in possible.identity.index
    assert len(notices) <= len(asked)
    assert all(len(notice) < 160 for notice in notices)


def test_a_small_area_gives_its_ward_at_ward_level(possible: Possible) -> None:
    assert find_area("E01000000", Level.WARD, "", possible) == "E05000000"
    assert find_area("E05000000", Level.WARD, "", possible) == "E05000000"
    assert find_area("E05000000", Level.AREA, "", possible) is None


def test_an_area_of_another_council_is_not_selected(possible: Possible) -> None:
    assert find_area("E01000000", Level.AREA, "E08000001", possible) == "E01000000"
    assert find_area("E01000000", Level.AREA, "E08000002", possible) is None
    assert find_area("E05000000", Level.WARD, "E08000002", possible) is None


def test_wards_are_not_offered_where_none_is_known() -> None:
    identity = pd.DataFrame({"ward_code": [None], "la_code": ["E08000001"]}, index=["E01000000"])
    possible = Possible(("need_idaci_rank",), {"E08000001": "Eastham"}, identity)
    chosen, notices = parse_choices({"level": "ward"}, possible)
    assert chosen.level is Level.AREA
    assert len(notices) == 1


def test_the_one_council_there_is_needs_no_choice() -> None:
    areas = make_areas({"need_idaci_rank": [1.0] * 8})
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})
    assert parse_choices({"council": "E08000001"}, possible) == (Chosen("need_idaci_rank"), ())


def test_without_idaci_the_first_indicator_opens() -> None:
    areas = make_areas({"need_crime_rank": [1.0] * 8})
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})
    assert parse_choices({}, possible)[0].indicator == "need_crime_rank"


@pytest.mark.parametrize("points", [(), ("school",), ("family_hub", "school", "library")])
def test_the_kinds_of_place_survive_the_address(possible: Possible, points: tuple[str, ...]) -> None:
    assert parse_choices({"points": join_points(points)}, possible)[0].points == points


def test_no_places_is_a_choice_and_not_the_opening_one(possible: Possible) -> None:
    assert join_points(()) == NO_POINTS
    chosen, notices = parse_choices({"points": NO_POINTS}, possible)
    assert (chosen.points, notices) == ((), ())


def test_a_kind_that_there_is_none_of_is_left_out_and_said(possible: Possible) -> None:
    chosen, notices = parse_choices({"points": "library,castle"}, possible)
    assert chosen.points == ("library",)
    assert "castle" in notices[0]
    assert "library" not in notices[0]


def test_what_is_not_added_up_is_offered_by_small_area_alone() -> None:
    areas = with_own(varied_areas(), own_indicator("own_x", Kind.OTHER), [1.0] * 32)
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})
    assert possible.levels("own_x") == [Level.AREA]
    assert possible.levels("need_idaci_rank") == [Level.AREA, Level.WARD, Level.COUNCIL]
    chosen, notices = parse_choices({"indicator": "own_x", "level": "ward"}, possible)
    assert (chosen.indicator, chosen.level) == ("own_x", Level.AREA)
    assert len(notices) == 1


def test_localities_are_a_level_where_there_are_some() -> None:
    identity = pd.DataFrame(
        {"ward_code": ["E05000001"], "la_code": ["E08000001"], "locality_code": ["north"]},
        index=["E01000000"],
    )
    possible = Possible(("need_idaci_rank",), {"E08000001": "Eastham"}, identity)
    assert possible.levels("need_idaci_rank") == [Level.AREA, Level.WARD, Level.LOCALITY]
    chosen, _ = parse_choices({"level": "locality", "area": "E01000000"}, possible)
    assert (chosen.level, chosen.area) == (Level.LOCALITY, "north")


def large(possible: Possible) -> Possible:
    """The same choices in a place of too many small areas to open on."""
    identity = possible.identity.assign(
        region_code=possible.identity["la_code"].map({"E08000001": "E12000001", "E08000002": "E12000002"})
    )
    return replace(possible, is_large=True, identity=identity)


def test_a_large_place_opens_on_its_councils(possible: Possible) -> None:
    assert parse_choices({}, large(possible)) == (
        Chosen("need_idaci_rank", Level.COUNCIL, points=OPENING_KINDS),
        (),
    )
    assert parse_choices({}, possible)[0].level is Level.AREA


@pytest.mark.parametrize("asked", [{"council": "E08000001"}, {"area": "E01000000"}, {"level": "area"}])
def test_an_address_that_names_a_place_or_a_level_opens_on_it(
    possible: Possible, asked: dict[str, str]
) -> None:
    chosen, notices = parse_choices(asked, large(possible))
    assert chosen.level is Level.AREA
    assert (chosen.council, chosen.area) == (asked.get("council", ""), asked.get("area", ""))
    assert notices == ()


def test_a_council_is_selected_among_councils_and_chosen_below_them(possible: Possible) -> None:
    among, notices = parse_choices({"level": "council", "council": "E08000002"}, large(possible))
    assert (among.council, among.area, notices) == ("", "E08000002", ())
    below, notices = parse_choices({"level": "area", "area": "E08000002"}, large(possible))
    assert (below.council, below.area, notices) == ("E08000002", "", ())


def test_what_is_selected_is_found_again_at_a_level_above(possible: Possible) -> None:
    assert find_area("E01000000", Level.COUNCIL, "", large(possible)) == "E08000001"
    assert find_area("E01000000", Level.REGION, "", large(possible)) == "E12000001"
    assert find_area("E08000002", Level.REGION, "", large(possible)) == "E12000002"
    assert find_area("E12000001", Level.COUNCIL, "", large(possible)) is None


def test_levels_with_nothing_to_compare_are_not_offered(possible: Possible) -> None:
    every = large(possible).levels("need_idaci_rank")
    assert every == [Level.AREA, Level.WARD, Level.COUNCIL, Level.REGION]
    assert large(possible).levels("need_idaci_rank", "E08000001") == every
    one = replace(large(possible), identity=large(possible).identity.assign(region_code="E12000001"))
    assert Level.REGION not in one.levels("need_idaci_rank")
    areas = make_areas({"need_idaci_rank": [1.0] * 8})
    offered = {entry.id: entry for entry in offered_indicators(areas)}
    assert possible_choices(areas, offered).levels("need_idaci_rank") == [Level.AREA, Level.WARD]


def test_what_is_shown_by_small_area_alone_keeps_to_the_selected_council(possible: Possible) -> None:
    own = replace(
        large(possible), indicators=(*possible.indicators, "own_x"), by_area_alone=frozenset(["own_x"])
    )
    asked = {"indicator": "own_x", "level": "council", "area": "E08000002"}
    chosen, _ = parse_choices(asked, own)
    assert (chosen.level, chosen.council, chosen.area) == (Level.AREA, "E08000002", "")


def test_a_place_is_large_by_its_small_areas_and_its_councils(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("geo.area_table.LARGE_PLACE", 31)
    assert varied_areas().is_large
    assert not make_areas({"need_idaci_rank": [1.0] * 32}).is_large
    monkeypatch.setattr("geo.area_table.LARGE_PLACE", 32)
    assert not varied_areas().is_large
