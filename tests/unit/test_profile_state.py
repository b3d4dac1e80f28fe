"""The address of a profile: any text leads to a shape that exists, and what is not known is said."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.area_table import AreaTable
from models.classes import offered_indicators
from models.levels import Level, level_data
from models.profile_setting import PROFILED, neediest_shape
from tests.small_builds import HOSTILE, make_areas, varied_areas, without_places
from tests.small_profiles import with_localities
from views.profile_state import MOST_COMPARED, NAMES, Profiled, parse_profiled, profiled_levels
from views.state import Possible, possible_choices

Parse = Callable[..., tuple[Profiled, tuple[str, ...]]]


def parser_of(areas: AreaTable) -> tuple[Possible, Parse]:
    """What can be chosen of areas, and the reading of an address."""
    possible = possible_choices(areas, {entry.id: entry for entry in offered_indicators(areas)})
    data = {level: level_data(areas, level) for level in profiled_levels(possible)}

    def parse(**asked: str) -> tuple[Profiled, tuple[str, ...]]:
        return parse_profiled(asked, possible, lambda level, council: neediest_shape(data[level], council))

    return possible, parse


WHOLE = parser_of(with_localities(varied_areas(), {"North": slice(0, 12)}))
BARE = parser_of(without_places(varied_areas(), "ward_code", "ward_name", "la_code", "la_name"))
PARTLY = parser_of(
    without_places(varied_areas(), "ward_code", "ward_name", "la_code", "la_name", rows=slice(8))
)
TEXTS = st.one_of(
    st.text(max_size=50),
    st.sampled_from(
        [
            *Level,
            HOSTILE,
            "E01000005",
            "E05000001",
            "E08000002",
            "North",
            "nan",
            "<NA>",
            "E01000001,E01000002",
        ]
    ),
)


@pytest.fixture
def parse() -> Parse:
    return WHOLE[1]


@given(st.dictionaries(st.sampled_from([*NAMES, "council"]), TEXTS), st.sampled_from([WHOLE, BARE, PARTLY]))
def test_any_address_leads_to_a_shape_that_exists(asked: dict[str, str], of: tuple[Possible, Parse]) -> None:
    possible, parse = of
    profiled, notices = parse(**asked)
    shapes = possible.councils_of(profiled.level).index
    assert profiled.level in PROFILED
    assert profiled.area in shapes
    assert set(profiled.compare) <= set(shapes) - {profiled.area}
    assert len(set(profiled.compare)) == len(profiled.compare) <= MOST_COMPARED
    assert profiled.council in ("", *possible.councils)
    assert all(len(notice) < 200 for notice in notices)


@given(st.sampled_from(["level", "area", "weights"]), st.text(min_size=1, max_size=50))
def test_what_is_not_known_is_said_once(name: str, text: str) -> None:
    _, parse = WHOLE
    opened, _ = parse()
    profiled, notices = parse(**{name: f"?{text}"})
    assert profiled == opened
    assert len(notices) == 1


def test_an_empty_address_opens_on_the_neediest_area(parse: Parse) -> None:
    data = level_data(varied_areas(), Level.AREA)
    assert parse() == (Profiled(Level.AREA, neediest_shape(data), "E08000001"), ())


def test_every_choice_is_restored(parse: Parse) -> None:
    asked = {"level": "ward", "area": "E05000001", "compare": "E05000000,E05000003", "weights": "crime.50"}
    profiled, notices = parse(**asked)
    assert (profiled.level, profiled.area, profiled.council) == (Level.WARD, "E05000001", "E08000002")
    assert profiled.compare == ("E05000000", "E05000003")
    assert profiled.weights == (("crime", 50.0),)
    assert notices == ()


def test_an_area_gives_way_to_its_ward_locality_or_council(parse: Parse) -> None:
    for level, expected in (("ward", "E05000001"), ("locality", "North"), ("council", "E08000002")):
        assert parse(level=level, area="E01000008")[0].area == expected


def test_another_council_opens_on_its_neediest(parse: Parse) -> None:
    profiled, notices = parse(area="E01000000", council="E08000002")
    assert profiled.council == "E08000002"
    assert notices == ()


def test_at_most_five_stand_side_by_side_and_none_twice(parse: Parse) -> None:
    asked = [f"E0100{n:04}" for n in (0, 1, 1, 2, 3, 4, 5, 6)]
    profiled, _ = parse(area="E01000000", compare=",".join(asked))
    assert profiled.compare == ("E01000001", "E01000002", "E01000003", "E01000004")


def test_a_build_without_wards_and_councils_has_small_areas_alone() -> None:
    assert profiled_levels(BARE[0]) == [Level.AREA]
    profiled, notices = BARE[1](level="ward", area="E05000001")
    assert profiled.level is Level.AREA
    assert len(notices) == 2


def test_one_council_beside_no_other_is_no_level() -> None:
    possible, _ = parser_of(make_areas({"pop_total": [1.0] * 16}))
    assert profiled_levels(possible) == [Level.AREA, Level.WARD]
