"""State: every address leads to a view that exists, and what is not known is said."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.classes import offered_indicators
from models.levels import Level
from tests.small_builds import COUNCILS, make_areas, varied_areas
from views.state import CHOICES, Chosen, Possible, find_area, parse_choices, possible_choices


@pytest.fixture(scope="module")
def possible() -> Possible:
    areas = varied_areas()
    return possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})


def test_an_empty_address_opens_on_children_in_poverty(possible: Possible) -> None:
    assert parse_choices({}, possible) == (Chosen("need_idaci_rank"), ())


def test_every_choice_is_restored(possible: Possible) -> None:
    asked = {"indicator": "need_crime_rank", "level": "area", "council": "E08000002", "area": "E01000008"}
    chosen, notices = parse_choices(asked, possible)
    assert chosen == Chosen("need_crime_rank", Level.AREA, "E08000002", "E01000008")
    assert notices == ()


@pytest.mark.parametrize("name", CHOICES)
def test_what_is_not_known_is_ignored_with_a_notice(possible: Possible, name: str) -> None:
    chosen, notices = parse_choices({name: "nowhere"}, possible)
    assert chosen == Chosen("need_idaci_rank")
    assert len(notices) == 1
    assert name in notices[0]
    assert "nowhere" in notices[0]


@given(st.dictionaries(st.sampled_from(CHOICES), st.text(max_size=60)))
def test_any_address_leads_to_a_view_that_exists(asked: dict[str, str]) -> None:
    areas = varied_areas()
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})
    chosen, notices = parse_choices(asked, possible)
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
