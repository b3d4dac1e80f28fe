"""State: every address leads to a view that exists, and what is not known is said."""

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
    assert possible.levels("need_idaci_rank") == [Level.AREA, Level.WARD]
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
